"""Tables as CSV files that a double click opens right in a spreadsheet program of the language."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geozones.reports.cells import make_harmless
from geozones.reports.columns import DEMONSTRATION
from geozones.reports.content import Edition
from geozones.reports.csv_parts import Buffer, KnownParts, PartKeys, Words, cut
from geozones.reports.words import write_notice
from geozones.tables import Column, TableContract

DECIMALS = 4
_LINE_END = "\r\n"
_THREADS = 2
"""Arrow works without Python's lock: two parts of a table are written at once, and stand in the file in order."""

_LONGEST_PLAIN, _MOST_DIGITS = 1e9, 1e15
"""Numbers with decimals beyond the one, and whole ones beyond the other, are written one by one."""
_SEPARATORS = {"kk": (";", ","), "ru": (";", ","), "en": (",", ".")}


def write_csv(
    path: Path,
    table: pd.DataFrame,
    contract: TableContract,
    *,
    edition: Edition,
    known: KnownParts | None = None,
) -> None:
    """Write one table: UTF-8 with a byte order mark, a header of column names, a line a row.

    Kazakh and Russian files have `;` between the columns and a decimal comma, English ones `,` and a point. Dates
    are `2025-02-10`, flags `yes` and `no`, numbers are rounded to four decimals, missing values are empty. Column
    names and values are never translated. The files of a demonstration end with the column `demonstration`.

    Parameters
    ----------
    table
        Columns of the contract; those it lacks stay empty, others and the geometry are left out.
    known
        Parts of files that an earlier run has: those that would be the same are copied. None writes all.
    """
    write_csv_parts(path, [table], contract, edition=edition, known=known)


def write_csv_parts(
    path: Path,
    tables: Iterable[pd.DataFrame],
    contract: TableContract,
    *,
    edition: Edition,
    known: KnownParts | None = None,
) -> None:
    """Write one table that comes as several, as `write_csv`."""
    separator, decimal = _SEPARATORS[edition.language]
    names = [column.name for column in contract.columns]
    notice = write_notice(edition.language) if edition.demonstration else ""
    with path.open("wb") as file, ThreadPoolExecutor(_THREADS) as pool:
        header = [*names, DEMONSTRATION.name] if edition.demonstration else names
        file.write((separator.join(header) + _LINE_END).encode("utf-8-sig"))

        def put(key: str, content: Buffer) -> None:
            if known is not None:
                known.keep(path.name, key, file.tell(), content)
            file.write(content)

        pending: deque[Future[tuple[str, Buffer]]] = deque()
        for table in tables:
            lines = _Lines(table, contract, separator, decimal, notice)
            keys = None if known is None else PartKeys(table, contract, (separator, decimal, notice))
            for start, stop in cut(table, contract):
                pending.append(pool.submit(_make_part, path.name, lines, keys, known, start, stop))
                if len(pending) > _THREADS:
                    put(*pending.popleft().result())
        while pending:
            put(*pending.popleft().result())


def _make_part(
    file: str, lines: _Lines, keys: PartKeys | None, known: KnownParts | None, start: int, stop: int
) -> tuple[str, Buffer]:
    """Take the lines of a part over, or write them; returns their hash as well, where any is known."""
    if keys is None or known is None:
        return "", lines.write(start, stop)
    key = keys.of(start, stop)
    return key, known.take(file, key) or lines.write(start, stop)


class _Lines:
    """Writes the lines of a table, part by part; words of a category that many parts use are written once."""

    def __init__(
        self, table: pd.DataFrame, contract: TableContract, separator: str, decimal: str, notice: str
    ) -> None:
        self._table, self._contract = table, contract
        self._separator, self._decimal, self._notice = separator, decimal, notice
        self._words = {
            column.name: Words(table[column.name])
            for column in contract.columns
            if column.name in table
            and isinstance(table[column.name].dtype, pd.CategoricalDtype)
            and column.dtype in ("text", "word")
        }
        self._spelled: dict[str, Any] = {}
        self._lock = Lock()

    def write(self, start: int, stop: int) -> memoryview:
        """Write the lines from a row on before another."""
        part = self._table.iloc[start:stop]
        columns = [self._texts(part, column, start, stop) for column in self._contract.columns]
        if self._notice:
            notices = pa.repeat(pa.scalar(self._notice, pa.large_string()), len(part))
            columns.append(_quote(notices, self._separator))
        columns[-1] = _join(columns[-1], _LINE_END, "")
        return _content(_join(*columns, self._separator))

    def _texts(self, part: pd.DataFrame, column: Column, start: int, stop: int) -> Any:
        words = self._words.get(column.name)
        if words is None:
            return _write_texts(_cells(part, column), self._separator, self._decimal)
        codes, span = words.codes[start:stop], words.near(start, stop)
        if span is None:
            spelled, first = self._spell_all(column.name, words.categories), 0
        else:
            spelled, first = self._spell(words.categories[span[0] : span[1]]), span[0]
        return spelled.take(pa.array(np.where(codes < 0, len(spelled) - 1, codes.astype(np.int32) - first)))

    def _spell_all(self, name: str, categories: pd.Index) -> Any:
        with self._lock:
            if name not in self._spelled:
                self._spelled[name] = self._spell(categories)
            return self._spelled[name]

    def _spell(self, categories: pd.Index) -> Any:
        """Write every word as it stands in the file; the last, for what is missing, is empty."""
        words = pd.concat([pd.Series(categories, dtype="str"), pd.Series([""], dtype="str")], ignore_index=True)
        texts = _write_texts(make_harmless(words), self._separator, self._decimal)
        return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def _write_texts(values: pd.Series, separator: str, decimal: str) -> Any:
    """Write the values of a column as they stand in the file; missing ones are empty."""
    if values.dtype.kind == "f":
        texts = _write_numbers(values.to_numpy())
        texts = texts if decimal == "." else pc.replace_substring(texts, ".", decimal)
    else:
        texts = pa.array(values, from_pandas=True)
        if not pa.types.is_large_string(texts.type):
            texts = pc.cast(texts, pa.large_string())
        texts = _quote(texts, separator)
    return pc.fill_null(texts, "")


def _write_numbers(numbers: NDArray[np.float64]) -> Any:
    """Write numbers in their shortest form, without an exponent below 1e15; NaN is missing."""
    missing = np.isnan(numbers)
    is_whole = ~missing & (np.abs(numbers) < _MOST_DIGITS) & (numbers == np.rint(numbers))
    whole = pa.array(np.where(is_whole, numbers, 0.0).astype(np.int64), mask=~is_whole)
    texts = pc.coalesce(
        pc.cast(whole, pa.large_string()), pc.cast(pa.array(numbers, mask=missing), pa.large_string())
    )
    unusual = np.flatnonzero(~is_whole & (np.abs(numbers) > _LONGEST_PLAIN))
    if len(unusual):
        written = texts.to_pylist()
        for row in unusual:
            written[row] = f"{numbers[row]:.15g}"
        texts = pa.array(written, pa.large_string())
    return texts


def _quote(texts: Any, separator: str) -> Any:
    """Put quotes around the texts that hold a separator, a quote or a line break."""
    needs = pc.match_substring_regex(texts, f'[{separator}"\r\n]')
    if not pc.any(needs).as_py():
        return texts
    return pc.if_else(needs, _join('"', pc.replace_substring(texts, '"', '""'), '"', ""), texts)


def _join(*parts: Any) -> Any:
    """Join texts row by row; the last argument stands between them."""
    large = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*large)


def _content(lines: Any) -> memoryview:
    """Give the bytes of all lines of an array without a gap."""
    array = lines.combine_chunks() if isinstance(lines, pa.ChunkedArray) else lines
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    text: memoryview = memoryview(array.buffers()[2])[offsets[0] : offsets[-1]]
    return text


def _cells(table: pd.DataFrame, column: Column) -> pd.Series:
    if column.name not in table:
        return pd.Series(None, index=table.index, dtype="object")
    values = table[column.name]
    if column.dtype == "number":
        return values.astype("float64").round(DECIMALS)
    if column.dtype == "integer":
        return values.astype("Int64")
    if column.dtype == "flag":
        return values.map({True: "yes", False: "no"})
    if column.dtype == "date":
        return pd.to_datetime(values).dt.strftime("%Y-%m-%d")
    return make_harmless(values)
