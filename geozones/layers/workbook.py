"""Excel workbooks: the sheet, the header row (also of two merged rows), values in place of formulas."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from geozones.errors import InputError
from geozones.i18n import N_
from geozones.layers.delimited import make_unique
from geozones.layers.layer import RawTable

_HEADER_SEARCH_ROWS = 20
_ERROR_CELLS = {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"}


def read_workbook(path: Path, *, sheet: str | None, key: str, shown: str) -> RawTable:
    """Read one sheet of a workbook.

    Raises
    ------
    InputError
        The file is damaged, the named sheet is not there, several sheets hold data and none is named, or no row
        looks like a header.
    """
    sheets = load_sheets(path, shown=shown)
    name = _choose_sheet(sheets, sheet, shown=shown)
    return _to_raw(sheets[name], shown=shown)


def load_sheets(path: Path, *, shown: str) -> dict[str, list[tuple[Any, ...]]]:
    """Load the cells of every sheet; a merged cell's value stands in each of its cells."""
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        SyntaxError,
        TypeError,
    ) as error:
        raise InputError(
            N_(
                "{file}: the workbook cannot be read; it is damaged or cut ({reason}). Ask the sender for it "
                "again."
            ),
            file=shown,
            reason=type(error).__name__,
        ) from error
    sheets = {}
    for worksheet in book.worksheets:
        merged = {
            (row, column): worksheet.cell(area.min_row, area.min_col).value
            for area in worksheet.merged_cells.ranges
            for row in range(area.min_row, area.max_row + 1)
            for column in range(area.min_col, area.max_col + 1)
        }
        rows = [tuple(row) for row in worksheet.iter_rows(values_only=True)]
        for (row, column), value in merged.items():
            if row <= len(rows) and column <= len(rows[row - 1]):
                cells = list(rows[row - 1])
                cells[column - 1] = value
                rows[row - 1] = tuple(cells)
        sheets[worksheet.title] = rows
    book.close()
    return sheets


def _choose_sheet(sheets: dict[str, list[tuple[Any, ...]]], wanted: str | None, *, shown: str) -> str:
    filled = [name for name, rows in sheets.items() if any(_count_filled(row) for row in rows)]
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


def find_header(rows: list[tuple[Any, ...]]) -> tuple[int, list[str]] | None:
    """Find the header: the number of the first row under it, and the column names (two rows are joined by a
    space).

    The header is the first row, among the first twenty, that fills at least as many cells with distinct text as
    any other; a row above the data whose text repeats or fills gaps of it belongs to it.
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


def _to_raw(rows: list[tuple[Any, ...]], *, shown: str) -> RawTable:
    header = find_header(rows)
    if header is None:
        raise InputError(N_("{file}: no row of the sheet looks like a header with column names."), file=shown)
    first, names = header
    width = max((position + 1 for position, name in enumerate(names) if name), default=0)
    body = [row[:width] for row in rows[first:] if _count_filled(row)]
    columns = make_unique(names[:width])
    cells = pd.DataFrame(body, columns=columns, dtype=object)
    cells = cells.mask(cells.isin(_ERROR_CELLS))
    return RawTable(
        cells=cells, geometry=None, crs=None, driver="XLSX", read=len(cells), encoding=None, columns=tuple(columns)
    )
