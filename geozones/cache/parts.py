"""Tables cut into a part a zone, packed to be kept, and put together again in the order of the plots."""

from __future__ import annotations

import operator
import struct
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geozones.cache.frames import group_alike, join_packed, pack_frame, unpack_frame
from geozones.cache.layout import Layout, Rows

Packed: TypeAlias = "pa.Table | pa.Buffer"
Part = dict[str, Any]
"""What was worked out for one zone: packed tables by their names, or what was written of them."""
Cut = Callable[[str], pa.Table]

_PLACE = "@place"
_NAME, _FORM, _WIDTH = b"name", b"form", b"width"
_ARRAYS, _ZONES, _EACH, _PLOTS = b"arrays", b"zones", b"each", b"plots"
_NO_ROWS = np.empty(0, dtype=np.intp)
_LENGTH = struct.Struct("<Q")
_THREADS = 2
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)


def pack_parts(tables: Mapping[str, Any], layout: Layout, *, working: Any) -> Callable[[str], Part] | None:
    """Pack tables about plots, about zones, and arrays; None where one would come back changed.

    Of rows about plots their places in the zone are kept, unless there is one a plot in their order; a shape that
    is the very one of its plot is not kept.

    Returns
    -------
    What gives the part of a zone.
    """
    cuts: dict[str, Cut] = {}
    for name, table in tables.items():
        cut = _cut_arrays(table, layout) if isinstance(table, dict) else _cut_frame(table, layout, working)
        if cut is None:
            return None
        cuts[name] = cut
    return lambda zone: {name: cut(zone) for name, cut in cuts.items()}


def join_parts(parts: Mapping[str, Part], layout: Layout, *, working: Any) -> dict[str, Any]:
    """Put the parts of all zones of some plots together, as `ZoneResults` gives them."""
    joined: dict[str, Any] = {}
    for name in next(iter(parts.values())):
        of_zones = {zone: parts[zone][name] for zone in layout.rows}
        is_arrays = _form_of(next(iter(of_zones.values()))) == _ARRAYS
        joined[name] = _join_arrays(of_zones, layout) if is_arrays else _join_frames(of_zones, layout, working)
    return joined


def write_parts(path: Path, part: Part) -> None:
    """Write the tables of one zone into a file: for each its length, and a stream that says its name."""
    with path.open("wb") as file:
        for name, table in part.items():
            named = table.replace_schema_metadata({**table.schema.metadata, _NAME: name.encode()})
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, named.schema, options=_OPTIONS) as stream:
                stream.write_table(named)
            written = sink.getvalue()
            file.write(_LENGTH.pack(len(written)))
            file.write(written)


def read_parts(written: bytes) -> Part | None:
    """Read what `write_parts` wrote, to be unpacked when it is joined; None where it cannot be read."""
    part: Part = {}
    whole, start = pa.py_buffer(written), 0
    try:
        while start < len(written):
            (length,) = _LENGTH.unpack_from(written, start)
            start += _LENGTH.size
            stream = whole.slice(start, length)
            part[pa.ipc.read_schema(stream).metadata[_NAME].decode()] = stream
            start += length
    except (pa.ArrowInvalid, struct.error, KeyError, TypeError):
        return None
    return part or None


def _form_of(packed: Packed) -> bytes:
    schema = packed.schema if isinstance(packed, pa.Table) else pa.ipc.read_schema(packed)
    return bytes(schema.metadata[_FORM])


def _unpack(packed: Packed) -> pa.Table:
    if isinstance(packed, pa.Table):
        return packed
    with pa.ipc.open_stream(packed, options=pa.ipc.IpcReadOptions(use_threads=False)) as stream:
        table = stream.read_all()
    kept = dict(table.schema.metadata)
    kept.pop(_NAME)
    return table.replace_schema_metadata(kept)


# ---- arrays: a row a plot ----


def _cut_arrays(arrays: Mapping[str, NDArray[Any]], layout: Layout) -> Cut:
    wide = {name: values.reshape(len(layout.plots), -1) for name, values in arrays.items()}

    def cut(zone: str) -> pa.Table:
        some = _as_slice(layout.rows[zone])
        columns = [pa.array(values[some].ravel(), from_pandas=False) for values in wide.values()]
        fields = [
            pa.field(name, column.type, metadata={_WIDTH: str(wide[name].shape[1])})
            for name, column in zip(wide, columns, strict=True)
        ]
        return pa.Table.from_arrays(columns, schema=pa.schema(fields, metadata={_FORM: _ARRAYS}))

    return cut


def _join_arrays(parts: Mapping[str, Packed], layout: Layout) -> dict[str, NDArray[Any]]:
    """Lay the arrays of all zones into one of each name; what a zone lacks is missing."""
    schemas = [part.schema if isinstance(part, pa.Table) else pa.ipc.read_schema(part) for part in parts.values()]
    joined: dict[str, NDArray[Any]] = {}
    for field in (field for schema in schemas for field in schema):
        if field.name not in joined:
            dtype, width = field.type.to_pandas_dtype(), int(field.metadata[_WIDTH])
            joined[field.name] = np.empty((len(layout.plots), width), dtype=dtype)
            if not all(field.name in schema.names for schema in schemas):
                joined[field.name].fill(np.nan if field.type.equals(pa.float64()) else -1)

    def fill(zone: str) -> None:
        part, rows = _unpack(parts[zone]), layout.rows[zone]
        for name, column in zip(part.column_names, part.columns, strict=True):
            joined[name][_as_slice(rows)] = column.to_numpy().reshape(len(rows), -1)

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(fill, parts))
    return joined


def _as_slice(rows: Rows) -> slice | Rows:
    """Give rows that follow one another as a slice, which copies nothing."""
    return slice(rows[0], rows[-1] + 1) if rows[-1] - rows[0] + 1 == len(rows) else rows


# ---- tables about plots, or about zones ----


def _cut_frame(table: Any, layout: Layout, working: Any) -> Cut | None:
    table = table.reset_index(drop=True)
    key = next(name for name in ("plot_id", "subject_id", "zone_id") if name in table.columns)
    if key == "zone_id":
        packed = pack_frame(table, working=working)
        groups = table.groupby(table["zone_id"].astype("str").array).indices
        return None if packed is None else lambda zone: _mark(_take(packed, groups.get(zone, _NO_ROWS)), _ZONES)
    place = layout.find_places(table[key])
    if (place < 0).any():
        return None
    packed = pack_frame(table, working=working, own=_find_own(table, place, layout))
    return None if packed is None else _cut_by_plot(packed, place, layout)


def _cut_by_plot(packed: pa.Table, place: Rows, layout: Layout) -> Cut:
    zone_of, place_in_zone = np.empty((2, len(layout.plots)), dtype=np.int32)
    for number, rows in enumerate(layout.rows.values()):
        zone_of[rows], place_in_zone[rows] = number, np.arange(len(rows))
    order = np.argsort(zone_of[place], kind="stable")
    ends = np.searchsorted(zone_of[place][order], np.arange(len(layout.rows) + 1))
    number_of = {zone: number for number, zone in enumerate(layout.rows)}

    def cut(zone: str) -> pa.Table:
        rows = order[ends[number_of[zone]] : ends[number_of[zone] + 1]]
        part, places = _take(packed, rows), place_in_zone[place[rows]]
        if np.array_equal(places, np.arange(len(layout.rows[zone]))):
            return _mark(part, _EACH)
        return _mark(part.append_column(_PLACE, pa.array(places)), _PLOTS)

    return cut


def _take(packed: pa.Table, rows: Rows) -> pa.Table:
    if len(rows) and rows[-1] - rows[0] + 1 == len(rows):
        return packed.slice(rows[0], len(rows))
    return packed.take(rows)


def _mark(part: pa.Table, form: bytes) -> pa.Table:
    return part.replace_schema_metadata({**part.schema.metadata, _FORM: form})


def _find_own(table: Any, place: Rows, layout: Layout) -> NDArray[np.bool_] | None:
    """Say which shapes are those of their plots: the same objects; None where that cannot be told."""
    is_each = np.array_equal(place, np.arange(len(layout.plots)))
    if not is_each or not isinstance(table, GeoDataFrame) or not isinstance(layout.plots, GeoDataFrame):
        return None
    ours, theirs = np.asarray(table.geometry.array), np.asarray(layout.plots.geometry.array)
    own = np.fromiter(map(operator.is_, ours, theirs), bool, len(ours))
    return None if (shapely.is_missing(ours) & ~own).any() else own


def _join_frames(parts: Mapping[str, Packed], layout: Layout, working: Any) -> Any:
    """Put parts together in the order of the plots; rows of one plot stay in their order."""
    plain, places = [], []
    for zone, part in parts.items():
        table, place = _without_places(_unpack(part), layout.rows[zone])
        plain.append(table)
        places.append(place)
    shapes = np.asarray(layout.plots.geometry.array) if isinstance(layout.plots, GeoDataFrame) else None
    tables, order = [], []
    for alike in group_alike(plain):
        place = np.concatenate([places[each] for each in alike])
        own = None if shapes is None else shapes[place]
        tables.append(unpack_frame(join_packed([plain[each] for each in alike]), working=working, shapes=own))
        order.append(place)
    joined = tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)
    place = np.concatenate(order)
    if (np.diff(place) >= 0).all():
        return joined
    return joined.take(np.argsort(place, kind="stable")).reset_index(drop=True)


def _without_places(part: pa.Table, rows: Rows) -> tuple[pa.Table, Rows]:
    """Give a part as it was packed, and the row of the plot that each of its rows is about (0: about a zone)."""
    kept = dict(part.schema.metadata)
    form = kept.pop(_FORM)
    place = np.zeros(len(part), dtype=np.intp) if form == _ZONES else rows
    if form == _PLOTS:
        place = rows[part[_PLACE].to_numpy()]
        part = part.drop_columns(_PLACE)
    return part.replace_schema_metadata(kept), place
