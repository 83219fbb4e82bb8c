"""Tiny tables whose numbers can be checked in the head: squares and straight lines near the middle of UTM 42N."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
from shapely.geometry import LineString, box

from geozones.tables import CONTRACTS, PANDAS_DTYPES, TableContract, empty_table

CRS = "EPSG:32642"
EASTING, NORTHING = 500_000.0, 4_700_000.0


def make_square(left_m: float, bottom_m: float, side_m: float) -> Any:
    """Make a square; the corner is given from (500 000, 4 700 000)."""
    return box(EASTING + left_m, NORTHING + bottom_m, EASTING + left_m + side_m, NORTHING + bottom_m + side_m)


def make_line(*points_m: tuple[float, float]) -> Any:
    """Make a line through points given from (500 000, 4 700 000)."""
    return LineString([(EASTING + x, NORTHING + y) for x, y in points_m])


def make_table(contract: str | TableContract, rows: Iterable[Mapping[str, Any]], *, crs: str = CRS) -> Any:
    """Make a table of a contract (or of the role of that name); columns that the rows lack are missing values."""
    known = CONTRACTS[contract] if isinstance(contract, str) else contract
    empty = empty_table(known, crs=crs)
    dtypes = {column.name: PANDAS_DTYPES[column.dtype] for column in known.columns}
    if known.geometry == "none":
        return type(empty)(list(rows)).reindex(columns=empty.columns).astype(dtypes)
    filled = gpd.GeoDataFrame(list(rows), columns=list(empty.columns), geometry="geometry", crs=crs)
    return filled.astype(dtypes)
