"""Reading one layer as its settings say: the way from a file to a table of its contract."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geozones.checks.coordinates import Bounds
from geozones.checks.issues import join_issues, make_issues
from geozones.checks.values import conform_columns
from geozones.config import LayerSpec, Provenance
from geozones.coverage import WHOLE_REGION
from geozones.crs import convert_geometries, parse_crs
from geozones.errors import GeozonesError, ImportRefusedError, InputError, InternalError, Message
from geozones.i18n import N_
from geozones.layers.layer import Layer, RawTable
from geozones.layers.limits import OWN_FILES, Limits
from geozones.layers.mapping import ColumnMap, map_columns
from geozones.layers.opening import read_source
from geozones.layers.places import find_place_columns, join_corners, place_rows
from geozones.layers.referencing import reference
from geozones.layers.source import ChooseRows
from geozones.tables import ALLOCATIONS, CONTRACTS, TableContract

_OPTIONAL_GEOMETRY = ("inspections", "connection_points")


def read_layer(
    spec: LayerSpec,
    *,
    bounds: Bounds | None = None,
    limits: Limits = OWN_FILES,
    choose_rows: ChooseRows | None = None,
) -> Layer:
    """Read a layer as its settings say.

    Parameters
    ----------
    spec
        What the layer is, where it lies, how its columns and values are called there.
    bounds
        Bounds of the region (lon, lat), to name the likely CRS where the file states none.
    limits
        How big the source may be.
    choose_rows
        Of a GeoParquet file, given its table and its shapes in WKB, returns the rows to go on with.

    Returns
    -------
    Layer
        Every feature of the source: in `table`, with the columns of the role's contract, or in `quarantine`.
        Geometry stays in the CRS of the source.

    Raises
    ------
    InputError
        The file is missing, empty, damaged or of a format that is not read.
    CrsError
        Neither the file nor the settings state a CRS, or they contradict each other.
    EncodingError
        The text encoding cannot be decided.
    ColumnError
        A column that the settings name is not there, or nothing fills a required one.
    """
    return _with_layer_name(spec, CONTRACTS[spec.role], bounds=bounds, limits=limits, choose_rows=choose_rows)


def read_allocations(path: Path) -> pd.DataFrame:
    """Read the opening balance of the ledger (`[ledger] opening`), a table without geometry.

    Returns
    -------
    DataFrame
        The columns of the allocations contract, in the order of the file, with an index from 0.

    Raises
    ------
    InputError
        The file is missing, empty or damaged.
    ColumnError
        A required column is not there.
    ImportRefusedError
        Rows that cannot be taken, all of them named; then none is taken.
    """
    spec = LayerSpec(key="opening", role="plots", source=str(path), provenance=Provenance(precision="exact"))
    layer = _with_layer_name(spec, ALLOCATIONS)
    problems = [
        Message(
            N_("{file}: row {row}: {problem}"), {"file": spec.display_name, "row": row + 2, "problem": message}
        )
        for row, message, severity in zip(
            layer.issues["row"], layer.issues["message"], layer.issues["severity"], strict=True
        )
        if severity == "error"
    ]
    empty = layer.table.index[layer.table["plot_id"].isna()]
    problems += [
        Message(N_("{file}: row {row}: plot_id is empty."), {"file": spec.display_name, "row": row + 2})
        for row in empty
    ]
    if problems:
        raise ImportRefusedError.from_messages(problems)
    return pd.DataFrame(layer.table).reset_index(drop=True)


def read_coverage_area(spec: LayerSpec, *, crs: str) -> Any:
    """Read the area that a layer is stated to cover, where `coverage` names a polygon file.

    Returns
    -------
    Any
        One polygon in `crs`; None where `coverage` is "region", a list of district codes, or not stated.

    Raises
    ------
    InputError
        The file is missing or damaged, or holds no polygon.
    """
    coverage = spec.provenance.coverage
    if coverage is None or coverage == WHOLE_REGION or not isinstance(coverage, str):
        return None
    area_spec = LayerSpec(key=spec.key, role="lakes", source=coverage)
    layer = _with_layer_name(area_spec, CONTRACTS["lakes"])
    table: Any = layer.table
    shapes, _ = convert_geometries(np.asarray(table.geometry.array), table.crs, parse_crs(crs))
    polygons = shapes[np.isin(shapely.get_type_id(shapes), (3, 6))]
    if not len(polygons):
        raise InputError(
            N_("Layer {layer}: the coverage file {file} holds no polygon."), layer=spec.key,
            file=area_spec.display_name,
        )  # fmt: skip
    return shapely.union_all(shapely.make_valid(polygons))


def _with_layer_name(
    spec: LayerSpec,
    contract: TableContract,
    *,
    bounds: Bounds | None = None,
    limits: Limits = OWN_FILES,
    choose_rows: ChooseRows | None = None,
) -> Layer:
    """Read, and put the key of the layer before every message that does not name it."""
    try:
        return _read(spec, contract, bounds=bounds, limits=limits, choose_rows=choose_rows)
    except GeozonesError as error:
        if isinstance(error, InternalError) or any("layer" in message.params for message in error.messages):
            raise
        raise type(error).from_messages(
            Message(N_("Layer {layer}: {problem}"), {"layer": spec.key, "problem": message})
            for message in error.messages
        ) from error


def _read(
    spec: LayerSpec,
    contract: TableContract,
    *,
    bounds: Bounds | None,
    limits: Limits,
    choose_rows: ChooseRows | None,
) -> Layer:
    shown = spec.display_name
    columns = ColumnMap(spec, contract, shown)
    raw = _read_raw(spec, columns, contract, limits, choose_rows)
    sources = columns.find_sources(raw.columns) if raw.columns or raw.read else {}
    raw = _with_place(raw, sources, spec, contract, shown)
    mapped = map_columns(raw.cells, sources, spec)
    issues = list(raw.issues)
    if contract.key and contract.key not in mapped:
        mapped[contract.key] = [f"{spec.key}-{row}" for row in mapped.index]
        if len(mapped):
            issues.append(make_issues("key_made", layer=spec.key, params={"column": contract.key}))
    table, value_issues = conform_columns(mapped, contract, layer=spec.key)
    crs, accuracy_m = None, 0.0
    if raw.geometry is not None:
        placed = reference(raw, spec, bounds=bounds, shown=shown)
        crs, accuracy_m = placed.crs, placed.accuracy_m
        issues += placed.issues
        shapes = gpd.GeoSeries(placed.geometry, index=table.index, crs=crs)
        table = gpd.GeoDataFrame(table, geometry=shapes, crs=crs)
    quarantine = _shape_quarantine(raw.quarantine, crs)
    if len(table) + len(quarantine) != raw.read:
        raise InternalError(
            N_("Layer {layer}: {read} features were read, but {kept} kept and {aside} set aside."),
            layer=spec.key, read=raw.read, kept=len(table), aside=len(quarantine),
        )  # fmt: skip
    return Layer(
        key=spec.key, role=contract.name, contract=contract, table=table, provenance=spec.provenance,
        read=raw.read, issues=join_issues([*issues, *value_issues], crs=crs), quarantine=quarantine,
        driver=raw.driver, encoding=raw.encoding, accuracy_m=accuracy_m,
    )  # fmt: skip


def _read_raw(
    spec: LayerSpec, columns: ColumnMap, contract: TableContract, limits: Limits, choose_rows: ChooseRows | None
) -> RawTable:
    if spec.is_url:
        from geozones.layers.database import TIME_LIMIT_S, Database
        from geozones.layers.relation import read_relation

        database = Database(spec.source, spec.display_name, spec.time_limit_s or TIME_LIMIT_S)
        return read_relation(
            database, layer=spec.layer, key=spec.key, choose_columns=columns.choose_columns,
            place=spec.columns.get("geometry"), limits=limits,
        )  # fmt: skip
    return read_source(
        Path(spec.source), key=spec.key, shown=spec.display_name, choose_columns=columns.choose_columns,
        layer=spec.layer, encoding=spec.encoding, geometry=contract.geometry, limits=limits,
        choose_rows=choose_rows,
    )  # fmt: skip


def _with_place(
    raw: RawTable, sources: dict[str, str], spec: LayerSpec, contract: TableContract, shown: str
) -> RawTable:
    if contract.geometry == "none":
        return replace(raw, geometry=None)
    if raw.geometry is not None:
        return raw
    places = find_place_columns(sources, raw.columns)
    if places:
        placed = place_rows(raw, places, key=spec.key)
        if "vertex" not in places or contract.key not in sources:
            return placed
        return join_corners(placed, sources[contract.key], places["vertex"], kind=contract.geometry, key=spec.key)
    if contract.name in _OPTIONAL_GEOMETRY:
        return raw
    raise InputError(
        N_("{file}: the table has no place for its rows. Name columns for lon and lat, x and y, or geometry (WKT) "
           "under columns in the settings. Columns there: {names}."),
        file=shown, names=", ".join(raw.columns),
    )  # fmt: skip


def _shape_quarantine(quarantine: pd.DataFrame | None, crs: Any) -> gpd.GeoDataFrame:
    table = pd.DataFrame({"rule": pd.Series(dtype="str")}) if quarantine is None else quarantine
    shapes = np.full(len(table), None, dtype=object)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=crs), crs=crs)
