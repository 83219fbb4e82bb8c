"""Parts of a table: where it is cut, and the hash of what the lines of a part are written from.

A part whose hash an earlier run has is copied from its file. So the hash stands for everything that the bytes
depend on but the code: the values of the rows in their order, the dtypes, the contract, separators and notice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from geozones.tables import TableContract

LEAST_ROWS, MOST_ROWS = 10_000, 50_000
"""A part ends at the first row from the one on whose id says so, else at the other."""

_IDS_AT_ONCE = 4096
"""One in so many ids begins a part, so that rows that come or go move the cuts near them alone."""

_ENDING = 8
_MIX = 0x9E3779B97F4A7C15
"""An odd number that spreads the last letters of an id over all bits."""

_WIDEST = 8
_MANY_WORDS = 50_000
"""Of categories with more words than this, a part takes those between its first and last where they are few."""

Buffer = bytes | memoryview
Buffers = Iterable[Any]
Feed = Callable[[int, int], Buffers]


class KnownParts(Protocol):
    """Parts of CSV files that an earlier run has, by the hash of what their lines are written from."""

    def take(self, file: str, key: str) -> Buffer | None:
        """Give the bytes of a part, None where they have to be written; called by several threads at once."""

    def keep(self, file: str, key: str, start: int, content: Buffer) -> None:
        """Say what the part that begins there in a file is written from."""


def cut(table: pd.DataFrame, contract: TableContract) -> Iterator[tuple[int, int]]:
    """Cut a table into parts; gives the first row of each and the one beyond its last.

    Whether a part begins at a row depends on its id: rows of one id stay together, and where rows come or go the
    cuts of the others stay between the same rows.
    """
    count = len(table)
    marks = _find_marks(table, contract) if count > LEAST_ROWS else np.empty(0, dtype=np.int64)
    start = 0
    while start < count:
        place = int(np.searchsorted(marks, start + LEAST_ROWS))
        stop = min(int(marks[place]) if place < len(marks) else count, start + MOST_ROWS, count)
        yield start, stop
        start = stop


def _find_marks(table: pd.DataFrame, contract: TableContract) -> NDArray[np.int64]:
    """Find the rows at which a part may begin: the first of each id that says so."""
    name = next((name for name in contract.column_names if name.endswith("_id") and name in table), None)
    if name is None:
        return np.empty(0, dtype=np.int64)
    ids = table[name]
    if isinstance(ids.dtype, pd.CategoricalDtype):
        codes = ids.cat.codes.to_numpy()
        says = np.append(_says_so(ids.cat.categories), False)
        begins = says[codes] & (codes != np.roll(codes, 1))
    else:
        begins = _says_so(ids)
        begins &= ~np.roll(begins, 1)
    return np.flatnonzero(begins)


def _says_so(ids: Any) -> NDArray[np.bool_]:
    """Say of each id whether a part begins there, by its last letters; where ids are no texts, of none."""
    texts = _as_texts(ids)
    if texts is None:
        return np.zeros(len(ids), dtype=np.bool_)
    ends, lengths = texts.offsets[1:], np.diff(texts.offsets)
    sums = np.zeros(len(ids), dtype=np.uint64)
    for back in range(1, min(_ENDING, int(lengths.max(initial=0))) + 1):
        there = lengths >= back
        sums = sums * np.uint64(257) + np.where(there, texts.letters[np.where(there, ends - back, 0)], 0)
    places: NDArray[np.uint64] = (sums * np.uint64(_MIX)) >> np.uint64(40)
    says: NDArray[np.bool_] = places % np.uint64(_IDS_AT_ONCE) == 0
    return says


class PartKeys:
    """Hashes of what the parts of a table are written from.

    Parameters
    ----------
    table, contract
        The table, and the columns of it that are written.
    form
        What else the lines depend on: separators, notice.
    """

    def __init__(self, table: pd.DataFrame, contract: TableContract, form: Iterable[str]) -> None:
        named = {column.name: table[column.name] for column in contract.columns if column.name in table}
        columns = [
            (column.name, column.dtype, _name_of(named[column.name].dtype) if column.name in named else "")
            for column in contract.columns
        ]
        self._head = hashlib.sha256(repr([columns, *form]).encode())
        self._feeds = [_feed_of(values) for values in named.values()]

    def of(self, start: int, stop: int) -> str:
        """Hash the rows from `start` on before `stop`."""
        whole = self._head.copy()
        whole.update(str(stop - start).encode())
        for feed in self._feeds:
            _update(whole, feed(start, stop))
        return whole.hexdigest()


class Words:
    """The words of a category, of which a part needs few; each taken once, or those between two for one part."""

    def __init__(self, values: pd.Series) -> None:
        self.codes: NDArray[Any] = values.cat.codes.to_numpy()
        self.categories: pd.Index = values.cat.categories

    def near(self, start: int, stop: int) -> tuple[int, int] | None:
        """Give the span of the words of a part, where it is short and there are many; None takes all."""
        codes = self.codes[start:stop]
        if len(self.categories) <= _MANY_WORDS or not len(codes):
            return None
        lowest, highest = int(codes.min()), int(codes.max())
        if lowest < 0:
            lowest = int(np.where(codes < 0, highest, codes).min())
        return (lowest, highest + 1) if lowest >= 0 and highest - lowest < len(codes) else None

    def feed(self, start: int, stop: int) -> Buffers:
        """Give the bytes that stand for the words of a part and for where they stand."""
        codes, span = self.codes[start:stop], self.near(start, stop)
        if span is None:
            return self._digest, np.ascontiguousarray(codes)
        words = self._texts
        told = [self._digest] if words is None else words.feed(*span)
        lowest = 0 if words is None else span[0]
        return *told, np.maximum(codes.astype(np.int64) - lowest, -1).astype(np.int32)

    @cached_property
    def _texts(self) -> _Texts | None:
        return _as_texts(self.categories)

    @cached_property
    def _digest(self) -> bytes:
        whole = hashlib.sha256()
        _update(whole, _feed_of(pd.Series(self.categories))(0, len(self.categories)))
        return whole.digest()


class _Texts:
    """Texts as one run of letters, where each ends in it, and which are missing."""

    def __init__(self, texts: Any) -> None:
        self.offsets = np.frombuffer(texts.buffers()[1], dtype=np.int64)[texts.offset :][: len(texts) + 1]
        letters = texts.buffers()[2]
        self.letters = np.frombuffer(b"" if letters is None else letters, dtype=np.uint8)
        self._missing = texts.is_null().to_numpy(zero_copy_only=False) if texts.null_count else None

    def feed(self, start: int, stop: int) -> Buffers:
        ends = self.offsets[start : stop + 1]
        yield np.diff(ends).astype(np.uint32)
        yield self.letters[ends[0] : ends[-1]]
        if self._missing is not None and self._missing[start:stop].any():
            yield self._missing[start:stop]


def _as_texts(values: Any) -> _Texts | None:
    """Give a column of texts and missing values; None where anything else stands in it."""
    try:
        texts = pa.array(values, from_pandas=True)
        texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        kind = texts.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
            return None
        texts = texts.cast(pa.large_string())
    except (pa.ArrowException, ValueError, TypeError):
        return None
    return _Texts(texts) if len(texts) else None


def _feed_of(values: pd.Series) -> Feed:
    """Give what gives the bytes of some rows of a column."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return Words(values).feed
    if isinstance(dtype, np.dtype) and dtype.kind in "biufM" and dtype.itemsize <= _WIDEST:
        return _feed_numbers(values.to_numpy())
    number = getattr(dtype, "numpy_dtype", None)
    if isinstance(number, np.dtype) and number.kind in "biuf":
        missing = values.isna().to_numpy()
        return _feed_all(
            _feed_numbers(values.to_numpy(dtype=number, na_value=number.type(0))), _feed_numbers(missing)
        )
    texts = _as_texts(values)
    if texts is not None:
        return texts.feed
    spelled = _as_texts(pd.Series([f"{type(value).__name__} {value!r}" for value in values], dtype="object"))
    return _feed_objects if spelled is None else _feed_all(_feed_objects, spelled.feed)


def _feed_numbers(numbers: NDArray[Any]) -> Feed:
    """Give the bytes of numbers; where one stands in all rows of a part, those of one."""
    bits = numbers.view(f"u{numbers.itemsize}")

    def feed(start: int, stop: int) -> Buffers:
        part = bits[start:stop]
        is_one = len(part) > 0 and part[0] == part[-1] and bool((part == part[0]).all())
        return (np.ascontiguousarray(part[:1] if is_one else part),)

    return feed


def _feed_objects(_start: int, _stop: int) -> Buffers:
    """Tell objects that were spelled from texts."""
    return (b"objects",)


def _feed_all(*feeds: Feed) -> Feed:
    return lambda start, stop: (buffer for feed in feeds for buffer in feed(start, stop))


def _update(whole: Any, buffers: Buffers) -> None:
    """Add buffers to a hash, their lengths first: no two lists of buffers are taken for each other."""
    parts = [memoryview(buffer) for buffer in buffers]
    whole.update(repr([part.nbytes for part in parts]).encode())
    for part in parts:
        whole.update(part)


def _name_of(dtype: Any) -> str:
    """Name a dtype; the words of a category do not belong to its name."""
    if isinstance(dtype, pd.CategoricalDtype):
        return f"category of {dtype.categories.dtype}"
    return f"{type(dtype).__name__} {dtype}"
