"""What the reading of one layer gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from geozones.config import Provenance
from geozones.fingerprints import RowHashes
from geozones.tables import TableContract


@dataclass(frozen=True)
class RawTable:
    """A source as it is, before any mapping.

    `cells` holds the columns under their source names; its index is the row number in the source, from 0. Rows
    that could not be read are not in it: `quarantine` holds them (with `row`, `rule` and what could be read), and
    `issues` says why. `read` counts both.
    """

    cells: pd.DataFrame
    geometry: Any
    crs: str | None
    driver: str
    read: int
    encoding: str | None
    issues: tuple[gpd.GeoDataFrame, ...] = ()
    quarantine: pd.DataFrame | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layer:
    """A layer as read: contract columns with their dtypes, geometry in the CRS of the source.

    The index of `table` is the row number in the source, from 0. `quarantine` holds the rows that could not be
    read, `issues` what was wrong; read = rows of `table` + rows of `quarantine`.
    """

    key: str
    role: str
    contract: TableContract
    table: gpd.GeoDataFrame | pd.DataFrame
    provenance: Provenance
    read: int
    issues: gpd.GeoDataFrame
    quarantine: gpd.GeoDataFrame
    driver: str
    encoding: str | None = None
    accuracy_m: float = 0.0


@dataclass(frozen=True)
class ReadRows:
    """A layer as read: whole, or only the rows that differ from those known.

    `hashes` are those of the whole source; None where its rows cannot be told apart surely.
    """

    layer: Layer
    hashes: RowHashes | None
    is_whole: bool = True
