"""Excel workbooks: the sheet, the header row (also of two merged rows), values in place of formulas."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geozones.checks.issues import make_issues
from geozones.errors import InputError
from geozones.i18n import N_
from geozones.layers.delimited import make_unique
from geozones.layers.layer import RawTable
from geozones.layers.limits import OUTSIDE_FILES, Limits, out_of_memory, require_features
from geozones.layers.source import Source

_HEADER_SEARCH_ROWS = 20
_ERROR_CELLS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
_DAMAGE = (
    zipfile.BadZipFile, ArithmeticError, AttributeError, LookupError, OSError, SyntaxError,
    TypeError, ValueError, EOFError, NotImplementedError, RuntimeError, zipfile.LargeZipFile,
    zlib.error,
)  # fmt: skip

Cells = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet: values (a merged cell's in each of its cells), and which hold an unsaved formula."""

    values: Cells
    formulas: frozenset[tuple[int, int]]


def read_workbook(source: Source) -> RawTable:
    """Read one sheet of a workbook.

    Raises
    ------
    InputError
        The file is damaged or unpacks beyond the limits, the named sheet is not there, several sheets hold data
        and none is named, or no row looks like a header.
    """
    sheets = load_sheets(source.path, limits=source.limits, shown=source.shown)
    name = _choose_sheet(sheets, source.layer, shown=source.shown)
    return _to_raw(sheets[name], source)


def list_sheets(path: Path) -> list[str]:
    """List the sheets of a workbook from outside.

    Raises
    ------
    InputError
        The file is damaged, or unpacks beyond the limits.
    """
    return list(load_sheets(path, limits=OUTSIDE_FILES, shown=path.name))


def load_sheets(path: Path, *, limits: Limits, shown: str) -> dict[str, Sheet]:
    """Load the cells of every sheet.

    Raises
    ------
    InputError
        The file is damaged, or unpacks beyond the limits.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            broken = archive.testzip() if unpacked <= limits.unpacked_bytes else None
        if unpacked > limits.unpacked_bytes:
            raise InputError(N_("{file}: unpacks to {found} bytes, at most {limit} are allowed."), file=shown,
                             found=unpacked, limit=limits.unpacked_bytes)  # fmt: skip
        if broken is not None:
            raise zipfile.BadZipFile
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that do not touch the values
            values, texts = (openpyxl.load_workbook(path, data_only=only) for only in (True, False))
        return {sheet.title: _load_sheet(sheet, texts[sheet.title]) for sheet in values.worksheets}
    except MemoryError as error:
        raise out_of_memory(shown) from error
    except (InvalidFileException, *_DAMAGE) as error:
        raise InputError(
            N_(
                "{file}: the workbook cannot be read; it is damaged or cut ({reason}). Ask the sender for it "
                "again."
            ),
            file=shown,
            reason=type(error).__name__,
        ) from error


def _load_sheet(sheet: Any, texts: Any) -> Sheet:
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    for area in sheet.merged_cells.ranges:
        value = rows[area.min_row - 1][area.min_col - 1]
        for row in range(area.min_row - 1, min(area.max_row, len(rows))):
            for column in range(area.min_col - 1, min(area.max_col, len(rows[row]))):
                rows[row][column] = value
    formulas = frozenset(
        (number, column)
        for number, row in enumerate(texts.iter_rows(values_only=True))
        for column, text in enumerate(row)
        if isinstance(text, str) and text.startswith("=") and rows[number][column] is None
    )
    return Sheet([tuple(row) for row in rows], formulas)


def _choose_sheet(sheets: dict[str, Sheet], wanted: str | None, *, shown: str) -> str:
    filled = [name for name, sheet in sheets.items() if any(_count_filled(row) for row in sheet.values)]
    if wanted is not None:
        if wanted not in sheets:
            raise InputError(
                N_("{file}: there is no sheet {sheet} in it. Sheets there: {names}."),
                file=shown,
                sheet=wanted,
                names=", ".join(sheets),
            )
        return wanted
    if not filled:
        raise InputError(N_("{file}: every sheet of the workbook is empty."), file=shown)
    if len(filled) > 1:
        raise InputError(
            N_("{file}: several sheets hold data; name one of them by layer = … in the settings: {names}."),
            file=shown,
            names=", ".join(filled),
        )
    return filled[0]


def _count_filled(row: tuple[Any, ...]) -> int:
    return sum(cell is not None and str(cell).strip() != "" for cell in row)


def find_header(rows: Cells) -> tuple[int, list[str]] | None:
    """Find the header: the number of the first row under it, and the names (of two rows joined by a space).

    The header is the first row, among the first twenty, with the most distinct words; a row right above it that
    holds several words too (merged over groups of columns) belongs to it.
    """
    best, best_count = -1, 0
    for number, row in enumerate(rows[:_HEADER_SEARCH_ROWS]):
        words = {str(cell).strip() for cell in row if isinstance(cell, str) and cell.strip()}
        if len(words) > best_count:
            best, best_count = number, len(words)
    if best < 0:
        return None
    names = ["" if cell is None else str(cell).strip() for cell in rows[best]]
    above = rows[best - 1] if best else ()
    if len({cell for cell in above if cell is not None}) > 1:
        upper = ["" if cell is None else str(cell).strip() for cell in above]
        names = [
            name if not head or head == name else f"{head} {name}".strip()
            for head, name in zip(upper, names, strict=True)
        ]
    return best + 1, names


def _to_raw(sheet: Sheet, source: Source) -> RawTable:
    header = find_header(sheet.values)
    if header is None:
        raise InputError(
            N_("{file}: no row of the sheet looks like a header with column names."), file=source.shown
        )
    first, names = header
    width = max((position + 1 for position, name in enumerate(names) if name), default=0)
    body = [
        (number, row[:width]) for number, row in enumerate(sheet.values) if number >= first and _count_filled(row)
    ]
    require_features(len(body), source.limits, shown=source.shown)
    columns = make_unique(names[:width])
    cells = pd.DataFrame([row for _, row in body], columns=columns, dtype=object)
    return RawTable(
        cells=cells.mask(cells.isin(list(_ERROR_CELLS))), geometry=None, crs=None, driver="XLSX", read=len(cells),
        encoding=None, columns=tuple(columns), issues=_say_formulas(sheet, body, columns, cells, source),
    )  # fmt: skip


def _say_formulas(
    sheet: Sheet, body: list[tuple[int, tuple[Any, ...]]], columns: list[str], cells: pd.DataFrame, source: Source
) -> tuple[Any, ...]:
    """Say which cells hold a formula without a saved result, or an error of Excel: they are taken as empty."""
    found = [
        (row, columns[column])
        for row, (number, _) in enumerate(body)
        for column in range(len(columns))
        if (number, column) in sheet.formulas or cells.iat[row, column] in _ERROR_CELLS
    ]
    if not found:
        return ()
    rows, names = zip(*found, strict=True)
    return (
        make_issues("formula_without_value", layer=source.key, rows=list(rows), params={"column": list(names)}),
    )
