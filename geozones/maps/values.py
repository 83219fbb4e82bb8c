"""Columns of plots as scripts take them: texts, numbers and None, kept small and written out when some are asked.

A column of a region may have a million values, of which a page or a script takes some. `Texts` and `Numbers` hold
them as Arrow texts and floats; an index gives one value, rows give an array of Python values for JSON.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geozones.maps.words import LONGEST_NAME, short, text_or_none

Values = NDArray[Any]

LETTERS = {"yes": "y", "no": "n"}
"""Letters of answers; all others are u."""

_ANSWERS = pa.array(["yes", "no"])
_LETTERS = np.frombuffer(b"uyn", dtype=np.uint8)


class Texts:
    """Texts of many plots, None where there is none."""

    def __init__(self, arrow: Any) -> None:
        self.arrow = arrow

    def __len__(self) -> int:
        return len(self.arrow)

    def __getitem__(self, rows: Any) -> Any:
        if isinstance(rows, int | np.integer):
            return self.arrow[int(rows)].as_py()
        return self.taken(rows).arrow.to_numpy(zero_copy_only=False)

    def taken(self, rows: NDArray[np.intp]) -> Texts:
        """Take some rows, still small."""
        return Texts(self.arrow.take(pa.array(rows, type=pa.int64())))

    def known(self) -> NDArray[np.bool_]:
        """Say which plots have one."""
        found: NDArray[np.bool_] = self.arrow.is_valid().to_numpy(zero_copy_only=False)
        return found

    def digest(self) -> str:
        """Hash the texts in their order; others never have the same."""
        whole = hashlib.sha256(f"{len(self)} {self.arrow.null_count}".encode())
        if self.arrow.null_count:
            whole.update(self.known().tobytes())
        _, offsets, letters = self.arrow.buffers()
        if len(self):
            width = np.int64 if pa.types.is_large_string(self.arrow.type) else np.int32
            ends = np.frombuffer(offsets, dtype=width)[self.arrow.offset : self.arrow.offset + len(self) + 1]
            whole.update(np.diff(ends).astype(np.int64).tobytes())
            if letters is not None:
                whole.update(letters[int(ends[0]) : int(ends[-1])])
        return whole.hexdigest()


class Numbers:
    """Numbers of many plots, NaN where there is none; asked for, whole ones have no fraction."""

    def __init__(self, floats: NDArray[np.float64]) -> None:
        self.floats = floats

    def __len__(self) -> int:
        return len(self.floats)

    def __getitem__(self, rows: Any) -> Any:
        if isinstance(rows, int | np.integer):
            return numbers_of(self.floats[int(rows) : int(rows) + 1])[0]
        return numbers_of(self.floats[rows])

    def taken(self, rows: NDArray[np.intp]) -> Numbers:
        """Take some rows, still small."""
        return Numbers(self.floats[rows])


def as_texts(values: Any) -> Texts:
    """Give texts as `Texts`: an array or list has one or None a plot."""
    return values if isinstance(values, Texts) else Texts(pa.array(values, type=pa.string(), from_pandas=True))


def keep_texts(values: pd.Series) -> Texts:
    """Keep texts cut to what a page shows; missing and blank ones are none."""
    plain = _arrow_of(values)
    long = pc.greater(pc.utf8_length(plain), LONGEST_NAME)
    odd = pc.fill_null(pc.or_(long, pc.equal(pc.utf8_trim_whitespace(plain), "")), False)
    if not pc.any(odd).as_py():
        return Texts(plain)
    mended = []
    for text in plain.filter(odd).to_pylist():
        known = text_or_none(text)
        mended.append(None if known is None else short(known))
    return Texts(pc.replace_with_mask(plain, odd, pa.array(mended, type=plain.type)))


def keep_keys(values: pd.Series) -> Texts:
    """Keep ids as they are."""
    return Texts(_arrow_of(values))


def find_places(values: pd.Series, among: Sequence[str]) -> NDArray[np.intp]:
    """Give the place of each text among some, -1 for one that is none of them or missing."""
    texts = _arrow_of(values)
    found = pc.index_in(texts, value_set=pa.array(among, type=texts.type)).fill_null(-1)
    places: NDArray[np.intp] = found.to_numpy(zero_copy_only=False).astype(np.intp)
    return places


def _arrow_of(values: pd.Series) -> Any:
    """Give the texts of a column as one Arrow array, those of a checked table without a copy."""
    is_one_value = values.dtype == object and len(values) > 1 and values.to_numpy().strides == (0,)
    if is_one_value:
        return pa.repeat(_arrow_of(values.iloc[:1])[0], len(values))
    known = pa.array(values.array if values.dtype == "str" else values.astype("str").where(values.notna()).array)
    if isinstance(known, pa.ChunkedArray):
        known = known.combine_chunks()
    if isinstance(known, pa.ChunkedArray):  # more text than one array of 32-bit places holds
        known = known.cast(pa.large_string()).combine_chunks()
    return (
        known
        if pa.types.is_string(known.type) or pa.types.is_large_string(known.type)
        else known.cast(pa.string())
    )


def keep_numbers(values: Any, *, decimals: int | None = None) -> Numbers:
    """Keep numbers, NaN for missing ones; `decimals` rounds them."""
    given = pd.Series(values)
    floats = given.to_numpy(dtype=float, na_value=np.nan)
    return Numbers(floats if decimals is None else np.round(floats, decimals))


def numbers_of(values: Any, *, decimals: int | None = None) -> Values:
    """Give numbers, whole ones without a fraction, None for missing ones; `decimals` rounds them."""
    numbers = keep_numbers(values, decimals=decimals).floats
    known = ~np.isnan(numbers)
    whole = known & (np.abs(numbers) < 2**53) & (numbers == np.rint(numbers))
    found = np.full(len(numbers), None, dtype=object)
    found[known] = numbers[known].tolist()
    found[whole] = numbers[whole].astype(np.int64).tolist()
    return found


def keep_dates(values: pd.Series) -> Texts:
    """Keep dates as `2026-11-23`."""
    known = values.notna().to_numpy()
    days, codes = np.unique(pd.to_datetime(values[known]).to_numpy("datetime64[D]"), return_inverse=True)
    written = np.full(len(values), -1, dtype=np.int64)
    written[known] = codes
    texts = pa.array(np.datetime_as_string(days).tolist(), type=pa.string())
    return Texts(texts.take(pa.array(written, mask=~known)))


def letters_of(answers: pd.Series) -> str:
    """Write answers as letters: y, n or u (unknown, and missing) each."""
    texts = _arrow_of(answers)
    found = pc.index_in(texts, value_set=_ANSWERS.cast(texts.type)).fill_null(-1).to_numpy(zero_copy_only=False)
    return str(_LETTERS[found + 1].tobytes(), "ascii")


def join_letters(columns: Sequence[str]) -> Texts:
    """Join the letters of some columns into a text a plot."""
    wide = np.column_stack([np.frombuffer(letters.encode("ascii"), np.uint8) for letters in columns])
    count, width = wide.shape
    ends = pa.py_buffer(np.arange(0, (count + 1) * width, width, dtype=np.int32))
    return Texts(pa.Array.from_buffers(pa.string(), count, [None, ends, pa.py_buffer(wide.tobytes())]))
