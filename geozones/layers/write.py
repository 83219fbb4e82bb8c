"""Writing vector files, in every format that can be written without loss of text, CRS, counts or geometry."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyogrio.errors
import shapely

from geozones.crs import name_crs, to_working_crs
from geozones.errors import DiskFullError, UsageError
from geozones.i18n import N_

_DRIVERS = {
    ".gpkg": "GPKG", ".geojson": "GeoJSON", ".json": "GeoJSON", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf",
    ".kml": "LIBKML", ".gml": "GML", ".tab": "MapInfo File", ".mif": "MapInfo File",
}  # fmt: skip
WRITABLE = (*_DRIVERS, ".parquet", ".csv", ".xlsx")
"""Suffixes of the files that `write_layer` makes."""

_ALWAYS_WGS84 = (".geojson", ".json", ".kml")


def write_layer(table: gpd.GeoDataFrame, path: Path, *, layer: str | None = None) -> None:
    """Write a table as a vector file; the suffix of `path` says which format.

    Parameters
    ----------
    table
        Any GeoDataFrame. GeoJSON and KML are written in EPSG:4326, whatever its CRS; CSV and XLSX hold the
        geometry as WKT in a column `geometry`, its CRS before it (`SRID=32642;POINT (…)`).
    path
        Suffix of `WRITABLE`; a file that is there is replaced.
    layer
        Name of the layer in formats that have names; the stem of `path` by default.

    Raises
    ------
    UsageError
        The suffix is none of those.
    DiskFullError
        The file could not be written to the end.
    """
    suffix = path.suffix.lower()
    if suffix not in WRITABLE:
        raise UsageError(
            N_("{file}: files of this kind are not written. Allowed: {allowed}."),
            file=path.name,
            allowed=", ".join(WRITABLE),
        )
    if suffix in _ALWAYS_WGS84 and table.crs is not None and name_crs(table.crs) != "EPSG:4326":
        table, _ = to_working_crs(table, "EPSG:4326")
    try:
        if suffix == ".parquet":
            table.to_parquet(path, index=False)
        elif suffix in (".csv", ".xlsx"):
            _write_text(table, path)
        else:
            _write_vector(table, path, driver=_DRIVERS[suffix], layer=layer or path.stem)
    except (OSError, pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError) as error:
        raise DiskFullError(
            N_("{file}: the file could not be written; is the disk full?"), file=path.name
        ) from error


def _write_vector(table: gpd.GeoDataFrame, path: Path, *, driver: str, layer: str) -> None:
    options: dict[str, Any] = {"ENCODING": "UTF-8"} if driver in ("ESRI Shapefile", "MapInfo File") else {}
    if driver == "GeoJSON":
        options = {"RFC7946": "NO", "COORDINATE_PRECISION": 9, "WRITE_NAME": "NO"}
    for column in table.columns:
        if pd.api.types.is_datetime64_any_dtype(table[column].dtype):
            table = table.assign(**{column: table[column].dt.strftime("%Y-%m-%d")})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # long column names of Shapefiles: readers match them again
        pyogrio.write_dataframe(table, path, driver=driver, layer=layer, layer_options=options)


def _write_text(table: gpd.GeoDataFrame, path: Path) -> None:
    plain = pd.DataFrame(table.drop(columns=table.geometry.name))
    prefix = _srid_of(table)
    wkt = shapely.to_wkt(np.asarray(table.geometry.array), rounding_precision=9)
    plain["geometry"] = [None if text is None else f"{prefix}{text}" for text in wkt]
    if path.suffix.lower() == ".csv":
        plain.to_csv(path, index=False, encoding="utf-8-sig", sep=";", lineterminator="\r\n")
    else:
        plain.to_excel(path, index=False)


def _srid_of(table: gpd.GeoDataFrame) -> str:
    """Give what stands before a WKT to name its CRS; nothing where it has no EPSG code."""
    authority, _, code = name_crs(table.crs).partition(":") if table.crs is not None else ("", "", "")
    return f"SRID={code};" if authority == "EPSG" and code.isdigit() else ""
