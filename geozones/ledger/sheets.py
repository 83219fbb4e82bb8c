"""The sheets of the register workbook: their columns, the words for them, and how a row becomes an event."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson

from geozones.errors import GeozonesError, Message
from geozones.i18n import N_, translate
from geozones.lifecycle import EVENTS, FIELDS, Event, make_event
from geozones.lifecycle.events import CHOICES
from geozones.lifecycle.wording import list_words
from geozones.tables import ALLOCATIONS

REGISTER, JOURNAL, LISTS = "Register", "Journal", "Lists"

JOURNAL_COLUMNS: Mapping[str, str] = {
    "date": N_("Date of the event"),
    "plot_id": N_("Plot (plot_id)"),
    "event": N_("Event"),
    "document": N_("Document: kind, number, date"),
    "delivered": N_("Delivered on"),
    "reason": N_("Reason"),
    "participant": N_("Participant"),
    "holder_id": N_("BIN or IIN of the holder"),
    "holder_kind": N_("Kind of holder"),
    "contract_no": N_("Contract number"),
    "start_due": N_("Start due by"),
    "granted_on": N_("Land granted on"),
    "struck_on": N_("Struck from the cadastre on"),
    "ground": N_("Ground of termination"),
    "kind": N_("Kind of encumbrance"),
    "cure_days": N_("Days to cure"),
    "started": N_("Inspection: work started"),
    "stage": N_("Inspection: stage"),
    "greening_share": N_("Inspection: share of greenery"),
    "tidiness": N_("Inspection: order on the plot"),
    "time": N_("Inspection: time of day"),
    "lon": N_("Inspection: longitude"),
    "lat": N_("Inspection: latitude"),
    "accuracy_m": N_("Inspection: accuracy of the position, m"),
    "photo": N_("Inspection: photo"),
    "photo_taken": N_("Inspection: when the photos were taken"),
    "reserved_for": N_("Reserved for"),
    "council_decision": N_("Number of the council's decision"),
    "project": N_("Project"),
    "sector": N_("Sector"),
    "product": N_("Product"),
    "investment_kzt": N_("Investment declared, KZT"),
    "invested_kzt": N_("Invested, KZT"),
    "jobs_planned": N_("Jobs planned"),
    "jobs_actual": N_("Jobs there are"),
    "into": N_("New plots (JSON)"),
    "with": N_("Merged with (JSON)"),
    "allocation_to": N_("Allocation goes to plot"),
    "corrects": N_("Corrects event number"),
    "void": N_("Voids the event"),
    "fields": N_("Corrected fields (JSON)"),
    "note": N_("Note"),
    "by": N_("Recorded by"),
}
"""Columns of the journal and their headings; only date, plot and event are needed in every row."""

REFUSAL, REFUSAL_LABEL = "refusal", N_("Why refused (no row was taken)")
"""The column that a refused workbook comes back with; when it is sent again, it is passed over."""

CHOICE_LABELS: Mapping[str, str] = {
    "company": N_("company"),
    "individual": N_("sole entrepreneur"),
    "breach": N_("for a breach"),
    "court": N_("by a court"),
    "agreement": N_("by agreement"),
    "expiry": N_("end of the term"),
    "pledge": N_("pledge"),
    "arrest": N_("arrest"),
    "land_order": N_("order of the land inspection"),
    "lease": N_("lease"),
    "other": N_("another one"),
    "yes": N_("yes, it is so"),
    "no": N_("no, it is not so"),
    "unknown": N_("not known"),
    "good": N_("order is good"),
    "fair": N_("order with remarks"),
    "poor": N_("order is poor"),
}
"""The words for the values that a cell may hold."""

_DAY_POINTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass(frozen=True)
class RowPlace:
    """Where a row stands; `sheet` is empty in a text file."""

    file: str
    sheet: str
    row: int

    def complain(self, reason: Message) -> Message:
        """Make the message that names the row and says what is wrong with it."""
        if self.sheet:
            template = N_("{file}, sheet {sheet}, row {row}: {reason}")
        else:
            template = N_("{file}, row {row}: {reason}")
        return Message(template, {"file": self.file, "sheet": self.sheet, "row": self.row, "reason": reason})


@dataclass
class ParsedRows:
    """Events read from a file, each with its place and actor, and what is wrong with the other rows."""

    events: list[tuple[Event, str]] = field(default_factory=list)
    places: list[RowPlace] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)

    def add(self, other: ParsedRows) -> None:
        """Take in the rows of another sheet."""
        self.events += other.events
        self.places += other.places
        self.problems += other.problems


class _CellError(Exception):
    """A cell cannot be read; carries the message."""

    def __init__(self, template: str, **params: Any) -> None:
        self.message = Message(template, params)
        super().__init__(template)


@cache
def headings_of(sheet: str) -> Mapping[str, str]:
    """Return every heading under which a column of a sheet is known, in small letters, with its name."""
    known: dict[str, str] = {}
    for name, label in {**columns_of(sheet), REFUSAL: REFUSAL_LABEL}.items():
        for text in (name, label, *(translate(label, language) for language in ("ru", "kk"))):
            known.setdefault(_plain(text), name)
    return known


@cache
def columns_of(sheet: str) -> Mapping[str, str]:
    """Return the columns of a sheet and their headings in English."""
    if sheet == JOURNAL:
        return JOURNAL_COLUMNS
    return {column.name: column.meaning for column in ALLOCATIONS.columns}


@cache
def words_of(column: str) -> Mapping[str, str]:
    """Return every word that a column of choices may hold, in small letters, with its value."""
    known: dict[str, str] = {}
    for value, label in _labels_of(column).items():
        for text in (value, label, *(translate(label, language) for language in ("ru", "kk"))):
            known.setdefault(_plain(text), value)
    return known


def _labels_of(column: str) -> Mapping[str, str]:
    if column == "event":
        return {rule.name: rule.label for rule in EVENTS.values()}
    return {value: CHOICE_LABELS[value] for value in CHOICES[column]}


def column_words(name: str) -> Message:
    """Name a column by its heading and its name, as the workbook shows both."""
    label = JOURNAL_COLUMNS.get(name) or columns_of(REGISTER).get(name, name)
    return Message(N_("“{label}” ({name})"), {"label": Message(label), "name": name})


def _plain(text: object) -> str:
    return " ".join(str(text).split()).casefold()


def find_header(row: tuple[Any, ...], sheet: str) -> dict[int, str] | None:
    """Return the columns that a row of headings names, by position; None where it is no such row.

    A row counts as headings where at least the plot and one more column are named.
    """
    known = headings_of(sheet)
    found = {place: known.get(_plain(cell)) for place, cell in enumerate(row) if cell is not None and _plain(cell)}
    named = {place: name for place, name in found.items() if name is not None}
    return named if "plot_id" in named.values() and len(named) > 1 else None


def parse_rows(
    rows: Iterator[tuple[RowPlace, dict[str, Any]]], *, sheet: str, balance_on: dt.date, actor: str
) -> ParsedRows:
    """Turn rows of cells into events.

    Parameters
    ----------
    rows
        Place and cells by column name; empty cells are None.
    sheet
        `Register` for an opening balance, `Journal` for events.
    balance_on
        The day of the opening balance, for rows that carry no date of their own.
    actor
        Who records rows that do not say it themselves.

    Returns
    -------
    The events in the order of the rows, and a message for every row that cannot be read.
    """
    parsed = ParsedRows()
    for place, cells in rows:
        try:
            values = {name: read_cell(name, cell) for name, cell in cells.items() if name != REFUSAL}
            event = _opening(values, balance_on) if sheet == REGISTER else _journal_event(values)
        except _CellError as error:
            parsed.problems.append(place.complain(error.message))
        except GeozonesError as error:
            parsed.problems += [place.complain(message) for message in error.messages]
        else:
            parsed.events.append((event, str(values.get("by") or actor)))
            parsed.places.append(place)
    return parsed


def read_cell(name: str, cell: Any) -> Any:
    """Read a cell as people write it: days as 23.11.2026, numbers with blanks, words of three languages."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if name == "event" or name in CHOICES:
        value = words_of(name).get(_plain(cell))
        if value is None:
            raise _CellError(
                N_("{column} holds «{value}»; allowed: {allowed}."),
                column=column_words(name),
                value=str(cell)[:60],
                allowed=list_words(
                    Message(label) for value, label in _labels_of(name).items() if value != "opening"
                ),
            )
        return value
    kind = "date" if name == "date" else FIELDS.get(name, "text")
    if kind == "date":
        return _read_date(name, cell)
    if kind in ("number", "integer"):
        return _read_number(name, cell)
    if kind == "list":
        return _read_json(name, cell)
    return _read_text(name, cell)


def _read_date(name: str, cell: Any) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = str(cell).strip()
    found = _DAY_POINTS.fullmatch(text)
    try:
        if found:
            return dt.date(int(found[3]), int(found[2]), int(found[1]))
        return dt.date.fromisoformat(text[:10] if text[10:] in (" 00:00:00", "T00:00:00") else text)
    except ValueError:
        raise _CellError(
            N_("{column} holds «{value}», which is no date. Write it as 23.11.2026."),
            column=column_words(name),
            value=text[:60],
        ) from None


def _read_number(name: str, cell: Any) -> float:
    text = str(cell).replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
    try:
        return float(text)
    except ValueError:
        raise _CellError(
            N_("{column} holds «{value}», which is no number."), column=column_words(name), value=str(cell)[:60]
        ) from None


def _read_json(name: str, cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError:
        raise _CellError(
            N_("{column} holds «{value}», which is no JSON."), column=column_words(name), value=cell[:60]
        ) from None


def _read_text(name: str, cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(str(cell).split())
    return text.zfill(12) if name == "holder_id" and text.isdigit() and not isinstance(cell, str) else text


def _opening(values: Mapping[str, Any], balance_on: dt.date) -> Event:
    plot_id = values.get("plot_id")
    if plot_id is None:
        raise _CellError(N_("plot_id is empty."))
    fields = {name: value for name, value in values.items() if name not in ("plot_id", "by")}
    held = fields.get("contract_date") or fields.get("council_date")
    if not fields.get("reserved_for") and not (fields.get("participant") and held):
        raise _CellError(
            N_("Plot {plot}: a row needs reserved_for, or participant with contract_date or council_date."),
            plot=plot_id,
        )
    dates = [fields.get(name) for name in ("council_date", "contract_date", "started_on", "commissioned_on")]
    known = [date for date in dates if date is not None]
    first = min([*known, balance_on] if fields.get("reserved_for") or not known else known)
    return make_event("opening", plot_id, first, **fields)


def _journal_event(values: Mapping[str, Any]) -> Event:
    missing = [name for name in ("date", "plot_id", "event") if values.get(name) is None]
    if missing:
        raise _CellError(N_("The row lacks {missing}."), missing=", ".join(missing))
    fields = {name: value for name, value in values.items() if name not in ("date", "plot_id", "event", "by")}
    if values["event"] == "opening":
        raise _CellError(N_("An opening balance stands in the sheet Register, not in the journal."))
    return make_event(values["event"], values["plot_id"], values["date"], **fields)
