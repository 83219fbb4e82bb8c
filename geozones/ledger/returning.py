"""A refused workbook goes back to its sender: the same file, with the reason beside each refused row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter

from geozones.errors import Message
from geozones.i18n import translate
from geozones.ledger.sheets import REFUSAL, REFUSAL_LABEL, find_header
from geozones.ledger.workbook import HEADER_SEARCH_ROWS, choose_sheets

_SOFT = PatternFill("solid", fgColor="FDF1E2")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WIDTH = 70
_MOST_COLUMNS = 400


def write_refused_copy(file: Path, target: Path, problems: Iterable[Message]) -> int:
    """Write a copy of a workbook with the reasons in a column of its own, in Kazakh and Russian.

    Parameters
    ----------
    file
        The workbook that was refused; it stays as it is.
    target
        The copy; an existing one is replaced. It may be corrected and sent again: the column is passed over.
    problems
        The messages of the refusal; those that name sheet and row are written beside that row.

    Returns
    -------
    How many rows got a reason.
    """
    rows = _by_row(problems)
    book = openpyxl.load_workbook(file)
    try:
        written = 0
        for kind, sheet in choose_sheets(book, shown=file.name):
            reasons = {row: found for (name, row), found in rows.items() if name == kind}
            if reasons:
                _write_reasons(sheet, kind, reasons)
                written += len(reasons)
        book.save(target)
    finally:
        book.close()
    return written


def reason_words(problem: Message, language: str) -> str:
    """Write a message in a language, the messages inside it too."""
    params = {
        name: reason_words(value, language) if isinstance(value, Message) else value
        for name, value in problem.params.items()
    }
    return translate(problem.template, language, **params)


def _by_row(problems: Iterable[Message]) -> Mapping[tuple[str, int], list[Message]]:
    found: dict[tuple[str, int], list[Message]] = {}
    for problem in problems:
        sheet, row, reason = (problem.params.get(name) for name in ("sheet", "row", "reason"))
        if isinstance(sheet, str) and isinstance(row, int) and isinstance(reason, Message):
            found.setdefault((sheet, row), []).append(reason)
    return found


def _write_reasons(sheet: Any, kind: str, reasons: Mapping[int, list[Message]]) -> None:
    headers = {
        number: found
        for number, cells in enumerate(sheet.iter_rows(max_row=HEADER_SEARCH_ROWS, values_only=True), start=1)
        if (found := find_header(cells, kind)) is not None
    }
    column = _free_column(sheet, headers)
    labels = [translate(REFUSAL_LABEL, "ru"), translate(REFUSAL_LABEL, "kk"), REFUSAL]
    for number, label in zip(headers, labels, strict=False):
        _put(sheet, number, column, label)
    for number in range(max(headers, default=0) + 1, sheet.max_row + 1):
        if number in reasons:
            lines = [reason_words(reason, each) for each in ("kk", "ru") for reason in reasons[number]]
            _put(sheet, number, column, "\n".join(lines))
        elif sheet.cell(number, column).value is not None:
            sheet.cell(number, column).value = None
    sheet.column_dimensions[get_column_letter(column)].width = _WIDTH


def _free_column(sheet: Any, headers: Mapping[int, Mapping[int, str]]) -> int:
    """Find the column of an earlier refusal, else the first one behind the headings that holds nothing."""
    known = [place + 1 for found in headers.values() for place, name in found.items() if name == REFUSAL]
    if known:
        return known[0]
    column = max((place + 1 for found in headers.values() for place in found), default=0) + 1
    while column < _MOST_COLUMNS and any(
        cell is not None for (cell,) in sheet.iter_rows(min_col=column, max_col=column, values_only=True)
    ):
        column += 1
    return column


def _put(sheet: Any, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    cell.value = text
    cell.data_type = "s"  # a reason that quotes a cell must never become a formula
    cell.fill, cell.alignment = _SOFT, _WRAPPED
