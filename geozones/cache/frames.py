"""Tables as Arrow files that give back the same values, dtypes and index; shapes stand in them as WKB."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import shapely

from geozones.changes import pack_message, unpack_message
from geozones.errors import Message

_SHAPE = "geometry"


def write_frame(path: Path, table: Any, *, working: Any) -> bool:
    """Write a table; says whether it can come back the same. Where not, no file is left."""
    packed = pack_frame(table, working=working)
    if packed is None:
        return False
    write_packed(path, packed)
    return True


def write_packed(path: Path, packed: pa.Table) -> None:
    """Write a packed table, or rows of one."""
    pyarrow.feather.write_feather(packed, path, compression="lz4")


def pack_frame(table: Any, *, working: Any, own: Any = None) -> pa.Table | None:
    """Turn a table into one of Arrow whose rows come back the same; None where they would not.

    Parameters
    ----------
    working
        The working CRS: shapes in any other cannot be kept.
    own
        Which shapes `unpack_frame` is given again: they are not kept.
    """
    facts: dict[str, Any] = {"columns": list(map(str, table.columns)), "crs": None, "messages": []}
    facts["own"] = own is not None
    plain = pd.DataFrame(table).copy(deep=False)
    if isinstance(table, gpd.GeoDataFrame):
        if table.columns.tolist().count(_SHAPE) != 1 or table.geometry.name != _SHAPE:
            return None
        if table.crs is not None and table.crs != working:
            return None
        facts["crs"] = "none" if table.crs is None else "working"
        shapes = np.array(table.geometry.array, dtype=object)
        if own is not None:
            shapes[own] = None
        plain[_SHAPE] = np.asarray(shapely.to_wkb(shapes), dtype=object)
    for name in plain.columns:
        if name != _SHAPE and plain[name].dtype == object:
            if not all(isinstance(value, Message | str | None) for value in plain[name]):
                return None
            if any(isinstance(value, Message) for value in plain[name]):
                plain[name] = [json.dumps(pack_message(value), ensure_ascii=False) for value in plain[name]]
                facts["messages"].append(name)
    facts["objects"] = [name for name in plain.columns if plain[name].dtype == object and name != _SHAPE]
    written = pa.Table.from_pandas(plain, preserve_index=None)
    if not _gives_back(written, plain, facts):
        return None
    kept = {**(written.schema.metadata or {}), b"geozones": json.dumps(facts).encode()}
    return written.replace_schema_metadata(kept)


def _gives_back(written: pa.Table, plain: pd.DataFrame, facts: dict[str, Any]) -> bool:
    """Say whether the dtypes that come back are those of the table; texts among objects are put back by name."""
    back = written.slice(0, 0).to_pandas()
    names = [name for name in plain.columns if name != _SHAPE and name not in facts["objects"]]
    return all(back[name].dtype == plain[name].dtype for name in names) and back.index.dtype == plain.index.dtype


def read_frame(path: Path, *, working: Any) -> Any:
    """Read a table back as it was written.

    Raises
    ------
    OSError, ValueError
        The file is missing or damaged.
    """
    return unpack_frame(read_packed(path), working=working)


def read_packed(path: Path) -> pa.Table:
    """Read a packed table.

    Raises
    ------
    OSError, ValueError
        The file is missing or damaged.
    """
    return pyarrow.feather.read_table(path, memory_map=False)


def group_alike(tables: list[pa.Table]) -> list[list[int]]:
    """Give the places of packed tables that were packed alike: one conversion serves for all of them."""
    alike: dict[str, list[int]] = {}
    for place, table in enumerate(tables):
        facts = table.schema.metadata[b"geozones"].decode()
        alike.setdefault(f"{facts} {table.schema.remove_metadata()}", []).append(place)
    return list(alike.values())


def replace_rows(packed: pa.Table, rows: pa.Table, places: Any) -> pa.Table | None:
    """Put rows into a packed table in place of those that stand at some places, in order.

    Returns
    -------
    The table; None where the rows were not packed alike.
    """
    is_alike = rows.schema.remove_metadata().equals(packed.schema.remove_metadata())
    if not is_alike or rows.schema.metadata[b"geozones"] != packed.schema.metadata[b"geozones"]:
        return None
    fresh = rows.replace_schema_metadata(packed.schema.metadata)
    parts, start = [], 0
    for number, place in enumerate(map(int, places)):
        parts += [packed.slice(start, place - start), fresh.slice(number, 1)]
        start = place + 1
    return pa.concat_tables([*parts, packed.slice(start)]).combine_chunks()


def join_packed(tables: list[pa.Table]) -> pa.Table:
    """Put tables that were packed alike together."""
    facts = tables[0].schema.metadata
    return pa.concat_tables([tables[0], *(each.replace_schema_metadata(facts) for each in tables[1:])])


def unpack_frame(stored: pa.Table, *, working: Any, shapes: Any = None) -> Any:
    """Turn a packed table, or several joined, back into what it was; `shapes` are put where own were not kept."""
    facts = json.loads(stored.schema.metadata[b"geozones"])
    table = stored.to_pandas()
    for name in facts["objects"]:
        table[name] = table[name].astype(object).where(table[name].notna(), None)
    for name in facts["messages"]:
        table[name] = pd.Series(
            [unpack_message(json.loads(text)) for text in table[name]], index=table.index, dtype="object"
        )
    if facts["crs"] is None:
        return table[facts["columns"]]
    crs = working if facts["crs"] == "working" else None
    wkb = table[_SHAPE].to_numpy(dtype=object)
    kept = table[_SHAPE].notna().to_numpy() if facts["own"] else np.ones(len(table), dtype=bool)
    unpacked = np.array(shapes, dtype=object) if facts["own"] else np.empty(len(table), dtype=object)
    unpacked[kept] = shapely.from_wkb(wkb[kept])
    found = gpd.GeoSeries(unpacked, index=table.index, crs=crs)
    return gpd.GeoDataFrame(table.drop(columns=_SHAPE), geometry=found, crs=crs)[facts["columns"]]
