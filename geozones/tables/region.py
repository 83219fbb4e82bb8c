"""All checked tables of one region, as the analysing and drawing stages take them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geozones.config import Provenance

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


@dataclass(frozen=True)
class LayerSource:
    """Where the rows of one layer came from, for provenance lines: its role, settings and number of rows.

    `kept_from` is set where the layer failed and its last good copy stands in for it: the day of that copy.
    `covers` is the area (working CRS) that the layer is stated to cover, None where nothing is stated.
    """

    key: str
    role: str
    name: str
    provenance: Provenance
    rows: int
    kept_from: dt.date | None = None
    covers: Any = None


@dataclass(frozen=True)
class RegionTables:
    """All checked tables of a region in its working CRS. None means that the layer is absent (unknown).

    `coverage` holds, per role, the area (working CRS) that its layers are stated to cover together: None where
    nothing is stated; the key is missing where the layer is absent. A table put together from several layers has
    a column `layer`, the key of the layer in the settings.
    """

    zones: gpd.GeoDataFrame
    plots: gpd.GeoDataFrame
    gas: gpd.GeoDataFrame | None = None
    power: gpd.GeoDataFrame | None = None
    water: gpd.GeoDataFrame | None = None
    connection_points: gpd.GeoDataFrame | None = None
    parcels: gpd.GeoDataFrame | None = None
    proposals: gpd.GeoDataFrame | None = None
    districts: gpd.GeoDataFrame | None = None
    settlements: gpd.GeoDataFrame | None = None
    roads: gpd.GeoDataFrame | None = None
    railways: gpd.GeoDataFrame | None = None
    rivers: gpd.GeoDataFrame | None = None
    lakes: gpd.GeoDataFrame | None = None
    restricted: gpd.GeoDataFrame | None = None
    inspections: pd.DataFrame | None = None
    sources: dict[str, LayerSource] = field(default_factory=dict)
    coverage: dict[str, Any] = field(default_factory=dict)

    def of(self, role: str) -> Any:
        """Return the table of a role, or None where the layer is absent."""
        return getattr(self, role)
