"""What the files of a run are made from, and the rows that stand in more than one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geozones.config import RegionConfig
from geozones.figures import SQUARE_METRES_PER_HECTARE, is_valid_on, measured_ha
from geozones.rules import Rules
from geozones.tables import Findings, LayerSource, RegionTables

USABLE_HA = {
    "usable_ha": "usable_m2",
    "usable_beyond_distances_ha": "usable_beyond_distances_m2",
    "usable_largest_ha": "largest_m2",
}
"""Columns of the plots in hectares, and the columns of `find_usable` behind them."""

USABLE_FACTS = {"usable_pieces": "pieces", "usable_narrowest_m": "narrowest_m", "usable_verified": "verified"}


@dataclass(frozen=True)
class Edition:
    """What every file of one run has in common: its language, its day, whether all in it is invented."""

    language: str
    as_of: dt.date
    demonstration: bool = False


@dataclass(frozen=True)
class ReportContent:
    """Everything that the `data/` folder of a run is written from.

    Attributes
    ----------
    tables
        Checked tables in the working CRS; an absent layer is None and gets no layer in the GeoPackage.
    states
        `lifecycle.plot_states` of `tables.plots`, rows in the same order.
    plot_networks, zone_networks
        Columns of the derived tables of that name.
    region_figures
        Flat figures by the names of `data-figure`.
    zone_figures
        `figures.zone_figures`: one row a zone, index `zone_id`.
    issues
        The issues table; `message` is already in the language of the files.
    quarantine
        Rows set aside, by key of the layer: its columns as read, and the reason.
    sources
        Where every layer comes from, by its key.
    findings, site_findings
        What the rules say of plots and zones, and of proposed sites; None of nothing.
    provision, cut_pieces, strips
        Columns of the derived tables of that name; None gives empty ones.
    rules
        Rules in force on the day.
    usable, hazard_classes, zone_hazard_classes
        Of `restrictions.apply_rules`, rows in the order of plots or zones; None leaves their columns empty.
    measured_ha
        `figures.measured_ha` of the plots; None has them measured.
    """

    region: RegionConfig
    language: str
    as_of: dt.date
    tables: RegionTables
    states: pd.DataFrame
    plot_networks: pd.DataFrame
    zone_networks: pd.DataFrame
    region_figures: Mapping[str, float]
    zone_figures: pd.DataFrame
    issues: gpd.GeoDataFrame
    quarantine: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    sources: Mapping[str, LayerSource] = field(default_factory=dict)
    findings: Findings | None = None
    site_findings: pd.DataFrame | None = None
    provision: pd.DataFrame | None = None
    cut_pieces: gpd.GeoDataFrame | None = None
    strips: gpd.GeoDataFrame | None = None
    rules: Rules | None = None
    usable: pd.DataFrame | None = None
    hazard_classes: pd.DataFrame | None = None
    zone_hazard_classes: pd.DataFrame | None = None
    measured_ha: pd.Series | None = None

    @property
    def edition(self) -> Edition:
        """Language, day and demonstration mark of the files."""
        return Edition(self.language, self.as_of, self.region.demonstration)

    @property
    def region_name(self) -> str:
        """Name of the region in the language of the files, else in any that the settings give."""
        names: Mapping[str, str] = {str(language): name for language, name in self.region.name.items()}
        return names.get(self.language) or next(iter(names.values()), "")


def join_zones(content: ReportContent) -> Any:
    """Lay the figures of every zone beside its row of the layer.

    Returns
    -------
    `tables.zones` with `counted`, `measured_ha`, `counted_ha` (hectares that the figures count) and the other
    columns of `zone_figures`; same rows, order and index.
    """
    zones = content.tables.zones
    figures = content.zone_figures.reindex(zones["zone_id"]).rename(columns={"area_ha": "counted_ha"})
    added = figures.drop(columns=[name for name in figures.columns if name in zones.columns])
    classes = _class_columns(content.zone_hazard_classes, zones)
    return zones.assign(**{str(name): added[name].to_numpy() for name in added.columns}, **classes)


def join_plots(content: ReportContent) -> Any:
    """Lay the state of every plot beside its row of the layer.

    Returns
    -------
    `tables.plots` with the columns of `states`, `measured_ha`, `counted_ha` (documentary hectares, else
    measured), `valid` (whether the plot exists on the day), `counted` (whether the figures of the region
    count it), what may be built on and the hazard classes that fit. Same rows, order and index.
    """
    plots, states = content.tables.plots, content.states
    added = {str(name): states[name].array for name in states.columns if name not in plots.columns}
    measured = measured_ha(plots) if content.measured_ha is None else content.measured_ha
    valid = is_valid_on(plots, as_of=content.as_of)
    figures = content.zone_figures
    counted_zones = figures.index[figures["counted"].astype(bool)]
    added |= {
        "measured_ha": measured.array,
        "counted_ha": np.where(plots["area_ha"].isna(), measured, plots["area_ha"]),
        "valid": valid.array,
        "counted": (valid & plots["zone_id"].isin(counted_zones)).array,
        **_usable_columns(content),
    }
    # A million rows of so many columns are laid beside the others as they are, not copied.
    return pd.concat([plots, pd.DataFrame(added, index=plots.index, copy=False)], axis=1)


def _usable_columns(content: ReportContent) -> dict[str, Any]:
    """Give the columns of what may be built on, in hectares, and of the hazard classes that fit a plot."""
    columns: dict[str, Any] = {}
    if content.usable is not None:
        for name, source in USABLE_HA.items():
            columns[name] = content.usable[source].to_numpy() / SQUARE_METRES_PER_HECTARE
        for name, source in USABLE_FACTS.items():
            columns[name] = content.usable[source].to_numpy()
    return columns | _class_columns(content.hazard_classes, content.tables.plots)


def _class_columns(classes: pd.DataFrame | None, subjects: Any) -> dict[str, Any]:
    if classes is None:
        return {}
    return {str(name): classes[name].array for name in classes.columns if name not in subjects}
