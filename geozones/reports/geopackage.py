"""GeoPackages of a run: typed columns, QGIS styles inside, the same bytes from the same tables."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import write_arrow

from geozones.i18n import LANGUAGE_NAMES, LANGUAGES, N_, translate
from geozones.reports.columns import FILES, METADATA_FILE, PLOTS_FILE, SOURCES_FILE, ZONES_FILE
from geozones.reports.content import Edition, ReportContent
from geozones.reports.sources import list_metadata, list_sources
from geozones.reports.styles import STYLED_LAYERS, draw_style
from geozones.reports.words import write_notice
from geozones.tables import CONTRACTS, DERIVED, TableContract

GEOMETRY = "geom"
FEATURE_ID = "fid"
_GEOPACKAGE_VERSION = "1.2"
"""The version that QGIS 3.10 on the office PCs reads without a warning."""

_LEAST_SPACE_BYTES = 1 << 20
_ARROW_TYPES = {
    "text": pa.string(),
    "word": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "flag": pa.bool_(),
}
_LAYER_TYPES = {"polygon": "MultiPolygon", "line": "MultiLineString", "point": "Point", "none": None}
_MULTI: dict[str, tuple[int, Callable[..., Any]]] = {
    "MultiPolygon": (shapely.GeometryType.POLYGON, shapely.multipolygons),
    "MultiLineString": (shapely.GeometryType.LINESTRING, shapely.multilinestrings),
}
_LAYERS = (
    "zones", "plots", "gas", "power", "water", "connection_points", "districts", "proposals", "parcels",
    "restricted",
)  # fmt: skip
MOST_ROWS = 1_048_575
"""With more rows, `plot_networks` stands in its CSV file alone."""

_ROWS_AT_ONCE = 50_000
_PERSONAL = ("holder_id", "iin", "иин", "жсн")
"""Parts of the names of columns that may hold the number of a person; these never leave the ledger."""


def write_geopackage(path: Path, content: ReportContent, *, zones: Any, plots: Any) -> None:
    """Write `geozones.gpkg`: the layers of the region, the derived tables, issues, sources, notice and styles.

    An absent layer of the region has no layer in the file. Layers are in the working CRS, polygons and lines as
    multi geometries.

    Parameters
    ----------
    zones, plots
        `join_zones` and `join_plots` of the content.
    """
    edition = content.edition
    tables: dict[str, tuple[Any, TableContract]] = {
        name: (content.tables.of(name), CONTRACTS[name]) for name in _LAYERS if content.tables.of(name) is not None
    }
    tables["zones"] = (zones, ZONES_FILE)
    tables["plots"] = (plots, PLOTS_FILE)
    is_beyond = len(content.plot_networks) > MOST_ROWS
    if not is_beyond:
        tables["plot_networks"] = (content.plot_networks, FILES["plot_networks"])
    tables["zone_networks"] = (content.zone_networks, FILES["zone_networks"])
    for name, table in (("strips", content.strips), ("cut_pieces", content.cut_pieces)):
        if table is not None:
            tables[name] = (table, FILES[name])
    tables["issues"] = (content.issues, DERIVED["issues"])
    tables["provenance"] = (list_sources(content.sources), SOURCES_FILE)
    facts = list_metadata(edition, region=content.region_name, crs=content.region.crs)
    if is_beyond:
        facts = pd.concat([facts, _name_csv(edition)], ignore_index=True)
    tables["metadata"] = (facts, METADATA_FILE)
    with new_geopackage(path, edition):
        for name, (table, contract) in tables.items():
            _write_layer(path, name, table, contract, edition)
        _store_styles(path, [name for name in tables if name in STYLED_LAYERS], edition)


def _name_csv(edition: Edition) -> pd.DataFrame:
    """Say where the rows stand that are too many for a table to be joined in QGIS."""
    said = translate(N_("more rows than a program joins to a layer: see plot_networks.csv"), edition.language)
    return pd.DataFrame({"name": ["plot_networks"], "value": [said]})


def write_issues(path: Path, issues: gpd.GeoDataFrame, *, edition: Edition) -> None:
    """Write `issues.gpkg`: the issues table with its shapes, where an issue has one."""
    with new_geopackage(path, edition):
        _write_layer(path, "issues", issues, DERIVED["issues"], edition)
        _write_layer(path, "metadata", list_metadata(edition), METADATA_FILE, edition)
        _store_styles(path, ["issues"], edition)


def write_quarantine(
    path: Path, quarantine: Mapping[str, pd.DataFrame], issues: pd.DataFrame, *, edition: Edition
) -> None:
    """Write `quarantine.gpkg`: a layer for every source layer, all of its columns as text, shapes as read.

    `source_row` is the number of the row in the source, from 0 (the index of the table), `reason` the message of
    the issue that set the row aside.

    Columns that may hold the number of a person (`holder_id`, ИИН) are left out. The file without rows set aside
    holds the notice table alone.
    """
    names = _unique_names(quarantine, taken=("metadata", "layer_styles"))
    with new_geopackage(path, edition):
        _write_layer(path, "metadata", list_metadata(edition), METADATA_FILE, edition)
        for name, (key, table) in zip(names, quarantine.items(), strict=True):
            crs = getattr(table, "crs", None)
            _write_arrow(
                path, name, _texts_as_arrow(_explain(table, key, issues)), edition, kind="Unknown", crs=crs
            )


@contextmanager
def new_geopackage(path: Path, edition: Edition) -> Iterator[None]:
    """Let GDAL write a new file without waiting for the disk and with the day of the files for its clock.

    Raises
    ------
    OSError
        The disk is full (ENOSPC), which GDAL and SQLite say in words of their own.
    """
    options = {
        "OGR_CURRENT_DATE": f"{edition.as_of.isoformat()}T00:00:00.000Z",
        "OGR_SQLITE_SYNCHRONOUS": "OFF",
        "OGR_SQLITE_JOURNAL": "MEMORY",
    }
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    except (DataLayerError, DataSourceError, sqlite3.OperationalError) as error:
        is_full = "disk is full" in str(error) or shutil.disk_usage(path.parent).free < _LEAST_SPACE_BYTES
        if is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path.name) from error
        raise
    finally:
        pyogrio.set_gdal_config_options(before)


def _write_layer(path: Path, name: str, table: Any, contract: TableContract, edition: Edition) -> None:
    kind = _LAYER_TYPES.get(contract.geometry, "Unknown")
    description = translate(contract.meaning, edition.language) if contract.meaning else ""
    failures: list[BaseException] = []
    try:
        _write_arrow(
            path, name, _in_batches(table, contract, kind, failures), edition,
            kind=kind, crs=table.crs if kind is not None else None, description=description,
        )  # fmt: skip
    except RuntimeError as error:
        raise failures[0] if failures else error from None
    if failures:
        raise failures[0]


def _in_batches(
    table: Any, contract: TableContract, kind: str | None, failures: list[BaseException]
) -> pa.RecordBatchReader:
    """Write some rows after the other: a table of a million shapes does not stand in memory three times.

    GDAL asks for them, and tells nobody what went wrong with that: it goes to `failures`.
    """

    def write(start: int) -> pa.Table:
        part = table.iloc[start : start + _ROWS_AT_ONCE]
        columns = {column.name: _as_arrow(part, column.name, column.dtype) for column in contract.columns}
        if kind is not None:
            columns[GEOMETRY] = _shapes_as_arrow(part.geometry, kind)
        return pa.table(columns).combine_chunks()

    def write_all() -> Iterator[pa.RecordBatch]:
        try:
            for start in range(0, len(table), _ROWS_AT_ONCE):
                yield from write(start).to_batches()
        except BaseException as error:
            failures.append(error)
            raise

    return pa.RecordBatchReader.from_batches(write(len(table)).schema, write_all())


def _write_arrow(
    path: Path,
    name: str,
    table: pa.Table | pa.RecordBatchReader,
    edition: Edition,
    *,
    kind: str | None,
    crs: Any,
    description: str = "",
) -> None:
    notice = write_notice(edition.language) if edition.demonstration else ""
    options = {"DESCRIPTION": f"{description} {notice}".strip(), "FID": FEATURE_ID}
    has_shapes = GEOMETRY in table.schema.names and kind is not None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided", UserWarning)
        write_arrow(
            table, path, layer=name, driver="GPKG",
            geometry_name=GEOMETRY if has_shapes else None,
            geometry_type=kind if has_shapes else None,
            crs=_name_crs(crs),
            dataset_options={"VERSION": _GEOPACKAGE_VERSION},
            layer_options={**options, "GEOMETRY_NAME": GEOMETRY} if has_shapes else options,
        )  # fmt: skip


def _name_crs(crs: Any) -> str | None:
    if crs is None:
        return None
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt("WKT1_GDAL"))


def _as_arrow(table: pd.DataFrame, name: str, dtype: str) -> pa.Array:
    kind = _ARROW_TYPES[dtype]
    if name not in table:
        return pa.nulls(len(table), kind)
    values = table[name]
    if isinstance(values.dtype, pd.CategoricalDtype):
        return _spell_out(values.array).cast(kind)
    if dtype in ("text", "word"):
        return pa.array(values.astype("str"), kind, from_pandas=True)
    if dtype == "date":
        return pa.array(pd.to_datetime(values).to_numpy().astype("datetime64[D]"), kind)
    if dtype == "number":
        return pa.array(values.astype("float64").to_numpy(), kind, from_pandas=True)
    return pa.array(values.astype("Int64" if dtype == "integer" else "boolean"), kind, from_pandas=True)


def _spell_out(words: Any) -> pa.Array:
    """Write the words of a category out, row by row."""
    known = pa.array(words.categories.astype("str"), pa.string(), from_pandas=True)
    return known.take(pa.array(words.codes, mask=words.codes < 0))


def _shapes_as_arrow(geometry: gpd.GeoSeries, kind: str) -> pa.Array:
    shapes = shapely.force_2d(np.asarray(geometry.array))
    if kind in _MULTI:
        single, make_multi = _MULTI[kind]
        to_change = shapely.get_type_id(shapes) == single
        shapes[to_change] = make_multi(shapes[to_change][:, None])
    return pa.array(shapely.to_wkb(shapes), pa.binary())


def _texts_as_arrow(table: pd.DataFrame) -> pa.Table:
    """Make every column text; the geometry stays as it was read, missing shapes included."""
    shapes = table.geometry if isinstance(table, gpd.GeoDataFrame) else None
    shown = {
        position: str(name)
        for position, name in enumerate(table.columns)
        if not any(part in str(name).casefold() for part in _PERSONAL) and (shapes is None or name != shapes.name)
    }
    names = _unique_names(shown.values(), taken=(FEATURE_ID, GEOMETRY))
    columns = {
        name: pa.array(_texts(table.iloc[:, position]), pa.string())
        for name, position in zip(names, shown, strict=True)
    }
    if shapes is not None:
        columns[GEOMETRY] = pa.array(shapely.to_wkb(np.asarray(shapes.array)), pa.binary())
    return pa.table(columns)


def _explain(table: pd.DataFrame, layer: str, issues: pd.DataFrame) -> pd.DataFrame:
    """Put the number of the source row and the reason in front of the rows set aside."""
    own = issues[(issues["layer"] == layer) & (issues["action"] == "quarantined") & issues["row"].notna()]
    reasons = own.drop_duplicates("row").set_index("row")["message"]
    explained = table.copy()
    explained.insert(0, "source_row", table.index, allow_duplicates=True)
    explained.insert(1, "reason", reasons.reindex(table.index).to_numpy(), allow_duplicates=True)
    return explained


def _texts(values: pd.Series) -> list[str | None]:
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.astype("str")
    return [None if missing else _text(value) for value, missing in zip(values, values.isna(), strict=True)]


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)


def _unique_names(names: Iterable[str], *, taken: tuple[str, ...]) -> list[str]:
    """Make names unique without regard to case, as SQLite wants them, by a number at the end."""
    used = {name.casefold() for name in taken}
    unique = []
    for name in names:
        stem = f"layer_{name}" if name.casefold().startswith(("gpkg_", "rtree_", "sqlite_")) else name or "column"
        candidate, number = stem, 2
        while candidate.casefold() in used:
            candidate, number = f"{stem}_{number}", number + 1
        used.add(candidate.casefold())
        unique.append(candidate)
    return unique


_STYLE_TABLE = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""


def _store_styles(path: Path, layers: list[str], edition: Edition) -> None:
    """Store a QGIS style in every language for each layer; the one of the files is the default."""
    moment = f"{edition.as_of.isoformat()}T00:00:00.000Z"
    rows = [
        ("", "", layer, GEOMETRY, LANGUAGE_NAMES[language], draw_style(layer, language), "",
         language == edition.language, "", "", None, moment)
        for layer in layers
        for language in LANGUAGES
    ]  # fmt: skip
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_STYLE_TABLE)
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
            (moment,),
        )
        connection.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
            " styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
