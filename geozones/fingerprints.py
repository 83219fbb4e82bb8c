"""Fingerprints of rows and of tables: the same values give the same number, in every process."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
_SHAPES_AT_ONCE = 20_000
_THREADS = 2


@dataclass(frozen=True)
class RowHashes:
    """What a source holds row by row: a number for each row in its order, as it stands in the source.

    `about` stands for all else that decides what becomes of a row: names and dtypes of the columns, CRS, encoding.
    """

    about: str
    hashes: Hashes


def hash_rows(table: Any) -> Hashes:
    """Give every row of a table a number that stands for all its values, the shape included.

    The index does not count, nor does the order of the columns. Two rows that differ have the same number with a
    chance of 1 in 2^64.

    Returns
    -------
    One number a row, in their order.
    """
    names = sorted(str(name) for name in table.columns)
    if not names:
        return np.zeros(len(table), dtype=np.uint64)
    return join_hashes(_hash_column(table[name]) for name in names)


def mix_rows(table: Any) -> Hashes:
    """Give every row a number as `hash_rows` does, for values of our own: quicker, and in less memory.

    Who may choose a number in a row freely can bring about any other for the row.
    """
    hashes = np.zeros(len(table), dtype=np.uint64)
    for name in sorted(str(name) for name in table.columns):
        hashes = hashes * np.uint64(1_000_003) + _hash_column(table[name])
    return hashes


def join_hashes(columns: Iterable[Hashes]) -> Hashes:
    """Join the numbers of several columns to one a row, from which none of them can be worked out."""
    joined = np.column_stack([*columns])
    size = joined.dtype.itemsize * joined.shape[1]
    rows = pa.FixedSizeBinaryArray.from_buffers(pa.binary(size), len(joined), [None, pa.py_buffer(joined)])
    return hash_bytes(rows.to_numpy(zero_copy_only=False))


def hash_bytes(runs: Any) -> Hashes:
    """Give every run of bytes, such as a shape in WKB, a number that stands for it; None has one too."""
    return np.asarray(pd.util.hash_array(np.asarray(runs, dtype=object), categorize=False), dtype=np.uint64)


def hash_table(table: Any) -> str:
    """Give one text that stands for all rows of a table in their order, their columns and the CRS."""
    whole = hashlib.sha256(repr(sorted(map(str, table.columns))).encode())
    whole.update(str(getattr(table, "crs", None)).encode())
    whole.update(hash_rows(table).tobytes())
    return whole.hexdigest()


def hash_texts(texts: Iterable[str]) -> str:
    """Give one text that stands for several in their order."""
    whole = hashlib.sha256()
    for text in texts:
        whole.update(hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest())
    return whole.hexdigest()


def _hash_column(column: pd.Series) -> Hashes:
    if column.dtype == "geometry":
        return _hash_shapes(np.asarray(column.array))
    if _is_one_value(column):
        return np.broadcast_to(_hash_column(column.iloc[:1]), len(column))
    if column.dtype == object:
        column = column.map(_as_text)
    return np.asarray(pd.util.hash_pandas_object(column, index=False), dtype=np.uint64)


def _hash_shapes(shapes: NDArray[Any]) -> Hashes:
    """Hash shapes by their WKB, many in parts: while one is hashed the next is written."""
    parts = np.split(shapes, range(_SHAPES_AT_ONCE, len(shapes), _SHAPES_AT_ONCE))
    if len(parts) == 1:
        return _hash_some_shapes(shapes)
    with ThreadPoolExecutor(_THREADS) as pool:
        return np.concatenate(list(pool.map(_hash_some_shapes, parts)))


def _hash_some_shapes(shapes: NDArray[Any]) -> Hashes:
    return hash_bytes(shapely.to_wkb(shapes))


def _is_one_value(column: pd.Series) -> bool:
    """Say whether one value stands for all rows, as in columns of which nothing is known."""
    return isinstance(column.dtype, np.dtype) and len(column) > 1 and column.to_numpy().strides == (0,)


def _as_text(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else repr(value)
