"""What is derived from the checked tables: distances with answers, restrictions, provision, figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geozones import figures, proximity, restrictions
from geozones.config import Config
from geozones.restrictions import join_allowed
from geozones.rules import Rules
from geozones.tables import Findings, RegionTables, Zonewise, all_at_once

__all__ = ["Analysis", "analyse_region", "join_allowed"]


@dataclass(frozen=True)
class Analysis:
    """What the analysis adds to the checked tables of a region.

    `states` (a row a plot, in their order) · `plot_networks`, `zone_networks` with near, capable and allowed ·
    `rules` (in force), `findings`, `usable`, `cut_pieces`, `strips`, `hazard_classes`, `zone_hazard_classes` as
    `restrictions.apply_rules` gives them · `provision` as `restrictions.find_provision` does · `undivided` (a
    shape a zone, in their order), `measured_ha` (of every plot), `zone_figures`, `region_figures` of `figures`.
    """

    states: pd.DataFrame
    plot_networks: pd.DataFrame
    zone_networks: pd.DataFrame
    rules: Rules
    findings: Findings
    usable: GeoDataFrame
    cut_pieces: GeoDataFrame
    strips: GeoDataFrame
    hazard_classes: pd.DataFrame
    zone_hazard_classes: pd.DataFrame
    provision: pd.DataFrame
    undivided: NDArray[Any]
    measured_ha: pd.Series
    zone_figures: pd.DataFrame
    region_figures: dict[str, float]


def analyse_region(
    tables: RegionTables,
    states: pd.DataFrame,
    rules: Rules,
    config: Config,
    *,
    as_of: dt.date,
    zonewise: Zonewise = all_at_once,
) -> Analysis:
    """Derive everything that pages and files say from the checked tables of a region.

    Parameters
    ----------
    tables
        Checked tables in the working CRS.
    states
        States of the plots, rows in the order of `tables.plots`.
    rules
        All rules tables; those in force on `as_of` count.
    config
        Settings of the region.
    as_of
        The day.
    zonewise
        Recalls what was worked out for zones whose plots did not change.

    Returns
    -------
    Analysis

    Raises
    ------
    MeasureError
        The working CRS is missing, geographic or strongly distorting.
    """
    found = restrictions.apply_rules(tables, states, rules, as_of=as_of, config=config, zonewise=zonewise)
    is_valid = figures.is_valid_on(tables.plots, as_of=as_of).to_numpy()
    plots, states_of_day = tables.plots[is_valid], states[is_valid]
    needs = restrictions.find_needs(tables.zones, plots, states_of_day)
    zone_networks = proximity.find_networks(tables.zones.assign(**needs.sums), tables, config)
    zone_networks = join_allowed(zone_networks, found.zone_allowed)
    plot_networks = _find_networks(tables, config, zonewise=zonewise)
    undivided = _find_undivided(tables, config, as_of=as_of, zonewise=zonewise)
    zone_figures = figures.zone_figures(
        tables.zones,
        tables.plots,
        states,
        as_of=as_of,
        undivided_min_width_m=config.figures.undivided_min_width_m,
        undivided=undivided,
    )
    return Analysis(
        states=states,
        plot_networks=join_allowed(plot_networks, found.allowed),
        zone_networks=zone_networks,
        rules=found.rules,
        findings=found.findings,
        usable=found.usable,
        cut_pieces=found.cut_pieces,
        strips=found.strips,
        hazard_classes=found.hazard_classes,
        zone_hazard_classes=found.zone_hazard_classes,
        provision=restrictions.find_provision(tables.zones, needs, zone_networks),
        undivided=undivided,
        measured_ha=figures.measured_ha(tables.plots, zonewise=zonewise),
        zone_figures=zone_figures,
        region_figures=figures.region_figures(tables.zones, zone_figures, as_of=as_of),
    )


def _find_networks(tables: RegionTables, config: Config, *, zonewise: Zonewise) -> pd.DataFrame:
    """Find the networks near every plot: searched for zone by zone, then counted together who shares them."""
    found = zonewise("networks", tables.plots, lambda plots: proximity.search_networks(plots, tables, config))
    return proximity.lay_out_networks(tables.plots, found, tables)


def _find_undivided(tables: RegionTables, config: Config, *, as_of: dt.date, zonewise: Zonewise) -> NDArray[Any]:
    """Find what is not yet divided of every zone, in the order of the zones, by its plots of the day."""
    width_m = config.figures.undivided_min_width_m

    def find(plots: Any) -> dict[str, Any]:
        zones = tables.zones[tables.zones["zone_id"].isin(plots["zone_id"])]
        valid = plots[figures.is_valid_on(plots, as_of=as_of).to_numpy()]
        shapes = figures.find_undivided(zones, valid, min_width_m=width_m)
        columns = {"zone_id": zones["zone_id"].to_numpy()}
        return {"undivided": GeoDataFrame(columns, geometry=shapes, crs=zones.crs)}

    of_plots = zonewise("undivided", tables.plots, find)["undivided"]
    found = dict(zip(of_plots["zone_id"], of_plots.geometry.array, strict=True))
    rest = tables.zones[~tables.zones["zone_id"].isin(list(found))]
    found |= zip(rest["zone_id"], figures.find_undivided(rest, tables.plots[:0], min_width_m=width_m), strict=True)
    shapes = np.empty(len(tables.zones), dtype=object)
    shapes[:] = [found[zone_id] for zone_id in tables.zones["zone_id"]]
    return shapes
