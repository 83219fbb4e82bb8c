"""The figures of the region split by district and by sector; the parts sum to the whole."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from geozones.figures.zones import plot_rows

MONEY_AND_JOBS = ("investment_kzt", "invested_kzt", "jobs_planned", "jobs_actual")
_SUMS = ("area_ha", "plots", "plots_free", "free_ha", "start_passed", "start_passed_ha", "projects")


def district_figures(zones: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Sum the figures of the zones that count by district.

    Parameters
    ----------
    zones
        Checked zones with `district_code`, rows in the order of `figures`.
    figures
        `zone_figures` of the same zones.

    Returns
    -------
    One row a district that has a counted zone, index `district_code` ("" where no district is stated), the most
    hectares first: `zones`, `area_ha`, `plots`, `plots_free`, `free_ha`, `start_passed`, `start_passed_ha`,
    `projects`, and `investment_kzt`, `invested_kzt`, `jobs_planned`, `jobs_actual` (NaN where none is recorded).
    """
    counted = figures["counted"].to_numpy(dtype=bool)
    codes = zones["district_code"].astype(object).where(zones["district_code"].notna(), "").to_numpy()[counted]
    grouped = figures[counted].groupby(codes)
    table = grouped[list(_SUMS)].sum()
    table.insert(0, "zones", grouped.size())
    for column in MONEY_AND_JOBS:
        table[column] = grouped[column].sum(min_count=1)
    table.index.name = "district_code"
    return table.sort_values(["area_ha"], ascending=False, kind="stable")


def sector_figures(plots: Any, states: pd.DataFrame, figures: pd.DataFrame, *, as_of: dt.date) -> pd.DataFrame:
    """Sum projects, hectares, money and jobs by sector.

    Parameters
    ----------
    plots, states
        Checked plots, and `lifecycle.plot_states` of them, rows in the same order.
    figures
        `zone_figures` of the region's zones; plots of zones that do not count are left out.
    as_of
        Day of the figures.

    Returns
    -------
    One row a sector, index `sector` ("" where a project states none), the most investment declared first:
    `projects` (a project counts in the sector of its first plot), `plots`, `area_ha`, `start_passed`, and
    `investment_kzt`, `invested_kzt`, `jobs_planned`, `jobs_actual` (NaN where nothing is recorded). Plots without
    a project are left out. Empty where there is none.
    """
    rows = plot_rows(plots, states, as_of=as_of)
    counted = figures.index[figures["counted"].astype(bool)]
    held = rows["project"].notna() | rows[list(MONEY_AND_JOBS)].notna().any(axis=1)
    rows = rows[held & rows["zone_id"].isin(counted)]
    rows = rows.assign(sector=rows["sector"].astype(object).where(rows["sector"].notna(), ""))
    grouped = rows.groupby("sector")
    table = pd.DataFrame({"plots": grouped.size(), "area_ha": grouped["area_ha"].sum()})
    named = rows[rows["project"].notna()].drop_duplicates(["zone_id", "participant", "project"])
    table.insert(0, "projects", named.groupby("sector").size().reindex(table.index, fill_value=0))
    table["start_passed"] = grouped["start_passed"].sum().astype(int)
    for column in MONEY_AND_JOBS:
        table[column] = grouped[column].sum(min_count=1)
    return table.sort_values(["investment_kzt", "projects"], ascending=False, kind="stable")
