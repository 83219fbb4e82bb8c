"""Figures of the region and of each zone: counts and hectares by state, projects, investment.

Every figure that a page, a register or `summary.json` shows comes from here, so they agree wherever they appear.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.crs import measure_area_m2, measures_alone
from geozones.figures.undivided import find_undivided
from geozones.tables import MAP_STATES, Zonewise, all_at_once

SQUARE_METRES_PER_HECTARE = 10_000.0
NEED_COLUMNS = ("need_gas_m3h", "need_power_kw", "need_water_m3d")
"""What a plot takes of each network; of the plots whose start date passed it is what would become free."""

AREA_TOLERANCE_SHARE = 0.005
"""How far documentary hectares may differ from each other, as a share of the zone, and still count as equal."""


def is_valid_on(plots: pd.DataFrame, *, as_of: dt.date) -> pd.Series:
    """Say which plots exist on a date: from `valid_from` on, until the day before `valid_to`.

    Parameters
    ----------
    plots
        Table of plots; `valid_from` and `valid_to` are read, a missing date sets no limit.

    Returns
    -------
    A boolean column with the index of `plots`.
    """
    day = pd.Timestamp(as_of)
    return ~(plots["valid_from"] > day) & ~(plots["valid_to"] <= day)


def is_counted_zone(zones: pd.DataFrame, *, as_of: dt.date) -> pd.Series:
    """Say which zones count in the figures: not planned ones, and not those registered after `as_of`."""
    return (zones["status"] != "planned") & ~(zones["register_date"] > pd.Timestamp(as_of))


def measured_ha(table: Any, *, zonewise: Zonewise = all_at_once) -> pd.Series:
    """Measure the hectares on the ground of every row of a table with polygons.

    `zonewise` recalls those of plots in zones that did not change; it is asked where each is measured alone.
    """
    is_planar = measures_alone(shapely.bounds(np.asarray(table.geometry.array)), table.crs)
    zonewise = zonewise if is_planar else all_at_once

    def measure(rows: Any) -> dict[str, Any]:
        areas_m2 = measure_area_m2(rows.geometry, table.crs, is_planar=is_planar)
        return {"areas": {"area_m2": areas_m2}}

    areas_m2 = zonewise("areas", table, measure)["areas"]["area_m2"].reshape(len(table))
    return pd.Series(areas_m2 / SQUARE_METRES_PER_HECTARE, index=table.index, name="measured_ha")


def counted_ha(table: Any) -> NDArray[np.float64]:
    """Give the documentary hectares of every row of a table with polygons, else those measured on the ground."""
    areas_ha = table["area_ha"].to_numpy(dtype=float, copy=True)
    missing = np.isnan(areas_ha)
    if missing.any():
        areas_ha[missing] = measured_ha(table[missing]).to_numpy()
    return np.asarray(areas_ha)


def zone_figures(
    zones: Any,
    plots: Any,
    states: pd.DataFrame,
    *,
    as_of: dt.date,
    undivided_min_width_m: float,
    undivided: NDArray[Any] | None = None,
) -> pd.DataFrame:
    """Count plots and hectares of every zone.

    Parameters
    ----------
    zones, plots
        Checked tables in the working CRS.
    states
        `lifecycle.plot_states` of the same plots, rows in the same order.
    as_of
        Day of the figures; plots not valid on it do not count.
    undivided_min_width_m
        See `find_undivided`.
    undivided
        What that found with the plots valid on the day; None has it found.

    Returns
    -------
    One row a zone in the order of `zones`, index `zone_id`:
    `counted` (whether the region's figures count it), `kind`, `area_ha` (by decision, else measured),
    `measured_ha`, `plots`, `plots_<state>` and `<state>_ha` for each map state (documentary hectares, else
    measured), `largest_free_ha`, `not_divided_ha` and `streets_ha` (together what the plots leave of the
    zone, so that all parts sum to `area_ha`; NaN where documents give the plots more than the zone),
    `start_passed`, `start_passed_ha`, `start_passed_need_…` (what these plots were to take of each network, NaN
    where nothing is stated), `projects`,
    `investment_kzt`, `invested_kzt`, `jobs_planned`, `jobs_actual` (NaN where nothing is recorded).
    """
    rows = plot_rows(plots, states, as_of=as_of)
    figures = pd.DataFrame(index=pd.Index(zones["zone_id"], name="zone_id"))
    measured = measured_ha(zones).to_numpy()
    figures["counted"] = is_counted_zone(zones, as_of=as_of).to_numpy()
    figures["kind"] = zones["kind"].to_numpy()
    figures["measured_ha"] = measured
    figures["area_ha"] = np.where(zones["area_ha"].isna(), measured, zones["area_ha"])
    grouped = rows.groupby("zone_id")
    figures["plots"] = grouped.size().reindex(figures.index, fill_value=0)
    for state in MAP_STATES:
        of_state = rows[rows["map_state"] == state].groupby("zone_id")["area_ha"]
        figures[f"plots_{state}"] = of_state.size().reindex(figures.index, fill_value=0)
        figures[f"{state}_ha"] = of_state.sum().reindex(figures.index, fill_value=0.0)
    free = rows[rows["map_state"] == "free"]
    figures["largest_free_ha"] = free.groupby("zone_id")["area_ha"].max().reindex(figures.index)
    if undivided is None:
        valid = plots[is_valid_on(plots, as_of=as_of)]
        undivided = find_undivided(zones, valid, min_width_m=undivided_min_width_m)
    undivided_ha = measure_area_m2(undivided, zones.crs) / SQUARE_METRES_PER_HECTARE
    left_ha = _left_without_plots(figures)
    figures["not_divided_ha"] = np.minimum(undivided_ha, left_ha)
    figures["streets_ha"] = left_ha - figures["not_divided_ha"]
    passed = rows[rows["start_passed"]].groupby("zone_id")["area_ha"]
    figures["start_passed"] = passed.size().reindex(figures.index, fill_value=0)
    figures["start_passed_ha"] = passed.sum().reindex(figures.index, fill_value=0.0)
    for column in NEED_COLUMNS:
        needed = rows[rows["start_passed"]].groupby("zone_id")[column].sum(min_count=1)
        figures[f"start_passed_{column}"] = needed.reindex(figures.index)
    figures["projects"] = _count_projects(rows).reindex(figures.index, fill_value=0)
    for column in ("investment_kzt", "invested_kzt", "jobs_planned", "jobs_actual"):
        figures[column] = grouped[column].sum(min_count=1).reindex(figures.index)
    return figures


def plot_rows(plots: Any, states: pd.DataFrame, *, as_of: dt.date) -> pd.DataFrame:
    """Lay zone, hectares and state of every plot valid on `as_of` side by side."""
    rows = states.reset_index(drop=True)
    rows["zone_id"] = plots["zone_id"].to_numpy()
    rows["area_ha"] = counted_ha(plots)
    for column in NEED_COLUMNS:
        rows[column] = plots[column].to_numpy(dtype=float)
    return rows[is_valid_on(plots, as_of=as_of).to_numpy()]


def _left_without_plots(figures: pd.DataFrame) -> pd.Series:
    """Return the hectares of each zone without its plots; NaN where documents give the plots more than that."""
    left = figures["area_ha"] - figures[[f"{state}_ha" for state in MAP_STATES]].sum(axis=1)
    return left.clip(lower=0.0).where(left >= -AREA_TOLERANCE_SHARE * figures["area_ha"])


def _count_projects(rows: pd.DataFrame) -> pd.Series:
    """Count the projects of every zone: one name of one participant is one project, on however many plots."""
    named = rows[rows["project"].notna()].drop_duplicates(["zone_id", "participant", "project"])
    return named.groupby("zone_id").size()


def region_figures(zones: pd.DataFrame, figures: pd.DataFrame, *, as_of: dt.date) -> dict[str, float]:
    """Sum the figures of the zones that count up to those of the region.

    Parameters
    ----------
    zones
        Checked zones, rows in the order of `figures`.
    figures
        `zone_figures` of the same zones.
    as_of
        Day of the figures; `zones_new` are those decided on within the year before it.

    Returns
    -------
    Flat figures by the names of INTERFACES (`data-figure`, `summary.json`): counts as int, the rest as float
    rounded to what the documents state (hectares 0.01, tenge 1). A figure of which nothing is recorded is
    left out: unknown is not zero.
    """
    counted = figures[figures["counted"]]
    summary: dict[str, float] = {"zones": len(counted)}
    for kind in ("republican", "regional", "small", "private"):
        of_kind = counted[counted["kind"] == kind]
        summary[f"zones_{kind}"] = len(of_kind)
        summary[f"area_{kind}_ha"] = _hectares(of_kind["area_ha"])
    summary["area_ha"] = _hectares(counted["area_ha"])
    summary["zones_new"] = _count_new(zones[figures["counted"].to_numpy()], as_of=as_of)
    summary["plots"] = int(counted["plots"].sum())
    for state in MAP_STATES:
        summary[f"plots_{state}"] = int(counted[f"plots_{state}"].sum())
        summary[f"area_{state}_ha"] = _hectares(counted[f"{state}_ha"])
    if counted["streets_ha"].notna().all():
        summary["area_not_divided_ha"] = _hectares(counted["not_divided_ha"])
        summary["area_streets_ha"] = _hectares(counted["streets_ha"])
    summary["start_passed"] = int(counted["start_passed"].sum())
    summary["area_start_passed_ha"] = _hectares(counted["start_passed_ha"])
    for column in NEED_COLUMNS:
        if counted[f"start_passed_{column}"].notna().any():
            summary[f"start_passed_{column}"] = round(float(counted[f"start_passed_{column}"].sum()))
    summary["projects"] = int(counted["projects"].sum())
    for column in ("investment_kzt", "invested_kzt", "jobs_planned", "jobs_actual"):
        if counted[column].notna().any():
            summary[column] = round(float(counted[column].sum()))
    return summary


def _hectares(areas: pd.Series) -> float:
    return round(float(areas.sum()), 2)


def _count_new(zones: pd.DataFrame, *, as_of: dt.date) -> int:
    day = pd.Timestamp(as_of)
    created = zones["decision_date"].fillna(zones["register_date"])
    return int(((created > day - pd.DateOffset(years=1)) & (created <= day)).sum())
