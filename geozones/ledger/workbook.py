"""The register workbook: sheets Register, Journal and Lists, written with validation and read with distrust."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson
import xlsxwriter

from geozones.errors import InputError, Message
from geozones.i18n import N_, translate
from geozones.ledger.sheets import (
    CHOICE_LABELS,
    JOURNAL,
    LISTS,
    REGISTER,
    ParsedRows,
    RowPlace,
    columns_of,
    find_header,
    parse_rows,
)
from geozones.lifecycle import EVENTS, FIELDS
from geozones.lifecycle.events import CHOICES

_HEADER_ROWS = 3
HEADER_SEARCH_ROWS = 10
_ROWS_WITH_VALIDATION = 5000
_CREATED = dt.datetime(2025, 1, 1)
"""A fixed day, so that the same content gives the same bytes."""

_WIDE = {"participant": 28, "document": 30, "reason": 26, "project": 28, "product": 22, "event": 30, "note": 24}
_SHEET_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def write_workbook(
    file: Path,
    *,
    register: Sequence[Mapping[str, Any]] = (),
    journal: Sequence[Mapping[str, Any]] = (),
    plot_ids: Sequence[str] = (),
    language: str = "ru",
) -> None:
    """Write a register workbook.

    Parameters
    ----------
    file
        The workbook; an existing one is replaced.
    register, journal
        Rows by column name; dates as ISO text or dates.
    plot_ids
        The plots to choose from.
    language
        The language of the words to choose from, `ru` or `kk`; the headings stand in both.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    chosen = "kk" if language == "kk" else "ru"
    try:
        with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            book.set_properties({"title": "GeoZones", "created": _CREATED})
            _write_sheet(book, REGISTER, register, language=chosen, plots=len(plot_ids))
            _write_sheet(book, JOURNAL, journal, language=chosen, plots=len(plot_ids))
            _write_lists(book, plot_ids, chosen)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise InputError(
            N_("{file}: the workbook cannot be written; close it elsewhere and check the folder."), file=file.name
        ) from error


def _write_sheet(
    book: xlsxwriter.Workbook, name: str, rows: Sequence[Mapping[str, Any]], *, language: str, plots: int
) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    quiet = book.add_format({"font_color": "#51626D", "italic": True})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    text = book.add_format({"num_format": "@"})
    columns = columns_of(name)
    for place, (column, label) in enumerate(columns.items()):
        sheet.write_string(0, place, translate(label, "ru"), bold)
        sheet.write_string(1, place, translate(label, "kk"), bold)
        sheet.write_string(2, place, column, quiet)
        kind = "date" if column == "date" else FIELDS.get(column, "text")
        form = {"date": day, "text": text}.get(kind)
        sheet.set_column(place, place, _WIDE.get(column, 16), form)
        _validate(sheet, place, column, kind, language=language, plots=plots)
    for number, row in enumerate(rows, start=_HEADER_ROWS):
        for place, column in enumerate(columns):
            _write_cell(sheet, number, place, column, row.get(column), language)
    sheet.freeze_panes(_HEADER_ROWS, 2)
    sheet.autofilter(_HEADER_ROWS - 1, 0, max(_HEADER_ROWS, len(rows) + _HEADER_ROWS - 1), len(columns) - 1)


def _write_cell(sheet: Any, row: int, place: int, column: str, value: Any, language: str) -> None:
    kind = "date" if column == "date" else FIELDS.get(column, "text")
    if value is None or value == "":
        return
    if column == "event":
        sheet.write_string(row, place, translate(EVENTS[value].label, language))
    elif column in CHOICES:
        sheet.write_string(row, place, translate(CHOICE_LABELS[value], language))
    elif kind == "date":
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
        sheet.write_datetime(row, place, dt.datetime(day.year, day.month, day.day))
    elif kind in ("number", "integer"):
        sheet.write_number(row, place, value)
    elif kind == "list":
        sheet.write_string(row, place, orjson.dumps(value).decode())
    else:
        sheet.write_string(row, place, str(value))


def _validate(sheet: Any, place: int, column: str, kind: str, *, language: str, plots: int) -> None:
    rule: dict[str, Any] | None = None
    if column == "event":
        rule = {"validate": "list", "source": f"={LISTS}!$B$2:$B${len(EVENTS) + 1}"}
    elif column in CHOICES:
        rule = {
            "validate": "list",
            "source": [translate(CHOICE_LABELS[value], language) for value in CHOICES[column]],
        }
    elif column == "plot_id" and plots:
        rule = {"validate": "list", "source": f"={LISTS}!$D$2:$D${plots + 1}", "error_type": "warning"}
    elif kind == "date":
        rule = {"validate": "date", "criteria": ">=", "value": dt.date(1991, 1, 1)}
    elif kind == "number":
        rule = {"validate": "decimal", "criteria": ">=", "value": 0}
    elif column == "holder_id":
        rule = {"validate": "length", "criteria": "==", "value": 12}
    if rule is not None:
        sheet.data_validation(_HEADER_ROWS, place, _HEADER_ROWS + _ROWS_WITH_VALIDATION, place, rule)


def _write_lists(book: xlsxwriter.Workbook, plot_ids: Sequence[str], language: str) -> None:
    sheet = book.add_worksheet(LISTS)
    bold = book.add_format({"bold": True})
    sheet.write_string(0, 0, "event", bold)
    for place, label in enumerate((N_("Event"), N_("Needs"), N_("Plot (plot_id)")), start=1):
        sheet.write_string(0, place, translate(label, language), bold)
    for row, rule in enumerate(EVENTS.values(), start=1):
        sheet.write_string(row, 0, rule.name)
        sheet.write_string(row, 1, translate(rule.label, language))
        sheet.write_string(row, 2, ", ".join(rule.required))
    for row, plot_id in enumerate(plot_ids, start=1):
        sheet.write_string(row, 3, plot_id)
    sheet.set_column(0, 3, 26)


def read_workbook(file: Path, *, balance_on: dt.date, actor: str, shown: str = "") -> ParsedRows:
    """Read the rows of a register workbook.

    Parameters
    ----------
    file
        An .xlsx with a sheet Register, a sheet Journal, or both; or one sheet with the columns of one of them.
    balance_on, actor
        As of `sheets.parse_rows`.
    shown
        What messages call the file; empty takes its name.

    Returns
    -------
    The events and what is wrong with the other rows: formulas, merged cells, days and words that cannot be read.

    Raises
    ------
    InputError
        The file is no workbook, or its sheets are not those of a register.
    """
    name = shown or file.name
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        merged = _merged_ranges(file)
        book = openpyxl.load_workbook(file, read_only=True, data_only=False)
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
            N_("{file}: the register workbook cannot be read; it is damaged, protected or not an .xlsx."),
            file=name,
        ) from error
    parsed = ParsedRows()
    try:
        for kind, sheet in choose_sheets(book, shown=name):
            rows = _SheetRows(name, kind, sheet, merged.get(sheet.title, ()))
            parsed.add(parse_rows(iter(rows), sheet=kind, balance_on=balance_on, actor=actor))
            parsed.problems += rows.problems
    finally:
        book.close()
    return parsed


def choose_sheets(book: Any, *, shown: str) -> list[tuple[str, Any]]:
    """Find the sheets Register and Journal, or the one sheet that has the columns of one of them."""
    filled = [sheet for sheet in book.worksheets if _kind_of(sheet) is not None or _has_cells(sheet)]
    named = {name.casefold(): name for name in (REGISTER, JOURNAL, LISTS)}
    known = [(named[sheet.title.casefold()], sheet) for sheet in filled if sheet.title.casefold() in named]
    other = [sheet for sheet in filled if sheet.title.casefold() not in named]
    if not known and len(other) == 1:
        kind = _kind_of(other[0])
        if kind is not None:
            return [(kind, other[0])]
    if other or not any(name != LISTS for name, _ in known):
        raise InputError(
            N_("{file}: the sheets must be Register and Journal (and Lists); found: {names}. Take the template of "
               "ledger template."),
            file=shown,
            names=", ".join(sheet.title for sheet in book.worksheets),
        )  # fmt: skip
    return [(name, sheet) for name, sheet in known if name != LISTS]


def _has_cells(sheet: Any) -> bool:
    return any(cell is not None for row in sheet.iter_rows(max_row=50, values_only=True) for cell in row)


def _kind_of(sheet: Any) -> str | None:
    """Say by its headings whether a sheet is a journal or a register."""
    for row in sheet.iter_rows(max_row=HEADER_SEARCH_ROWS, values_only=True):
        for kind in (JOURNAL, REGISTER):
            header = find_header(row, kind)
            if header is not None and (kind == REGISTER or "event" in header.values()):
                return kind
    return None


class _SheetRows:
    """The rows of a sheet under its headings; what is no plain value is a problem of its row."""

    def __init__(self, file: str, name: str, sheet: Any, merged: Sequence[tuple[int, int, str]]) -> None:
        self.file, self.name, self.sheet, self.merged = file, name, sheet, merged
        self.problems: list[Message] = []

    def __iter__(self) -> Iterator[tuple[RowPlace, dict[str, Any]]]:
        header: dict[int, str] | None = None
        for number, cells in enumerate(self.sheet.iter_rows(), start=1):
            values = tuple(cell.value for cell in cells)
            if number <= HEADER_SEARCH_ROWS:
                found = find_header(values, self.name)
                if found is not None:
                    header = found
                    self._check_headings(values, found, number)
                    continue
            if all(value is None for value in values):
                continue
            if header is None:
                if number >= HEADER_SEARCH_ROWS:
                    self._complain(number, N_("no row above it names the columns."))
                    return
                continue
            yield from self._row(number, cells, header)

    def _row(self, number: int, cells: Any, header: dict[int, str]) -> Iterator[tuple[RowPlace, dict[str, Any]]]:
        joined = [shown for first, last, shown in self.merged if first <= number <= last]
        formulas = [cell.coordinate for cell in cells if getattr(cell, "data_type", "") == "f"]
        stray = [place for place, cell in enumerate(cells) if cell.value is not None and place not in header]
        if joined:
            self._complain(number, N_("cells {cells} are merged; unmerge them and fill each."), cells=joined[0])
        elif formulas:
            self._complain(number, N_("{cells} hold formulas; paste them as values."), cells=", ".join(formulas))
        elif stray:
            self._complain(number, N_("column {column} has no heading but a value."), column=stray[0] + 1)
        else:
            place = RowPlace(self.file, self.name, number)
            yield place, {name: cells[column].value for column, name in header.items() if column < len(cells)}

    def _check_headings(self, values: tuple[Any, ...], found: dict[int, str], number: int) -> None:
        unknown = [str(value) for place, value in enumerate(values) if value is not None and place not in found]
        if unknown:
            self._complain(
                number,
                N_("unknown column {columns}; allowed: {allowed}."),
                columns=", ".join(unknown),
                allowed=", ".join(columns_of(self.name)),
            )

    def _complain(self, number: int, template: str, **params: Any) -> None:
        place = RowPlace(self.file, self.name, number)
        self.problems.append(place.complain(Message(template, params)))


def _merged_ranges(file: Path) -> dict[str, list[tuple[int, int, str]]]:
    """Return the merged cells of each sheet: first and last row, and the range as written."""
    ranges: dict[str, list[tuple[int, int, str]]] = {}
    with zipfile.ZipFile(file) as archive:
        names = _sheet_files(archive)
        for title, part in names.items():
            found = [
                element.get("ref", "") for element in _iterate_elements(archive, part, f"{_SHEET_MAIN}mergeCell")
            ]
            ranges[title] = [(*_rows_of(reference), reference) for reference in found]
    return ranges


def _sheet_files(archive: zipfile.ZipFile) -> dict[str, str]:
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {element.get("Id"): element.get("Target", "") for element in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    key = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    return {
        sheet.get("name", ""): "xl/" + targets[sheet.get(key)].removeprefix("/xl/")
        for sheet in book.iter(f"{_SHEET_MAIN}sheet")
        if targets.get(sheet.get(key))
    }


def _iterate_elements(archive: zipfile.ZipFile, part: str, tag: str) -> Iterator[ElementTree.Element]:
    if part not in archive.namelist():
        return
    with archive.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):
            if element.tag == tag:
                yield element
            elif element.tag == f"{_SHEET_MAIN}row":
                element.clear()


def _rows_of(reference: str) -> tuple[int, int]:
    rows = [int(number) for number in re.findall(r"\d+", reference)]
    return (min(rows), max(rows)) if rows else (0, 0)
