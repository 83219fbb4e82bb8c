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
from geozones.figures import is_valid_on, measured_ha
from geozones.tables import LayerSource, RegionTables


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
    findings
        Columns of the findings table; None until there are any.
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
    findings: pd.DataFrame | None = None

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
    return zones.assign(**{str(name): added[name].to_numpy() for name in added.columns})


def join_plots(content: ReportContent) -> Any:
    """Lay the state of every plot beside its row of the layer.

    Returns
    -------
    `tables.plots` with the columns of `states`, `measured_ha`, `counted_ha` (documentary hectares, else
    measured), `valid` (whether the plot exists on the day) and `counted` (whether the figures of the region
    count it). Same rows, order and index.
    """
    plots, states = content.tables.plots, content.states
    added = {str(name): states[name].array for name in states.columns if name not in plots.columns}
    measured = measured_ha(plots)
    valid = is_valid_on(plots, as_of=content.as_of)
    figures = content.zone_figures
    counted_zones = figures.index[figures["counted"].astype(bool)]
    return plots.assign(
        **added,
        measured_ha=measured,
        counted_ha=np.where(plots["area_ha"].isna(), measured, plots["area_ha"]),
        valid=valid,
        counted=valid & plots["zone_id"].isin(counted_zones),
    )
