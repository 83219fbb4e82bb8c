"""Importing: a register workbook, a text table or a table of the layers becomes events, all rows or none."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geozones.errors import EncodingError, ImportRefusedError, InputError
from geozones.i18n import N_
from geozones.ledger.register import PlotRegister
from geozones.ledger.sheets import JOURNAL, REGISTER, ParsedRows, RowPlace, columns_of, find_header, parse_rows
from geozones.ledger.store import Ledger
from geozones.ledger.workbook import read_workbook

_SEPARATORS = ";,\t"


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do: `events` counts the new ones by kind.

    `preview` lists what a dry run would record: sheet and row, plot, event, date, the state before and after.
    """

    file: str
    rows: int
    recorded: int
    known: int
    events: dict[str, int]
    dry_run: bool
    preview: tuple[dict[str, Any], ...] = ()


def import_file(
    ledger: Ledger,
    file: Path,
    *,
    register: PlotRegister,
    balance_on: dt.date,
    actor: str,
    dry_run: bool = False,
    shown: str = "",
) -> ImportReport:
    """Import a register workbook (.xlsx) or a text table (.csv): all rows or none.

    Parameters
    ----------
    ledger
        The ledger.
    file
        A workbook with the sheets Register and Journal, or a text table with the columns of one of them.
    register
        The plots of the layers and the latest day allowed.
    balance_on
        The day of the opening balance, for its rows without a date.
    actor
        Who records the rows that do not name anybody.
    dry_run
        Show what it would do and leave the ledger as it is.
    shown
        What messages call the file; empty takes its name.

    Returns
    -------
    The report. Rows that the ledger knows already change nothing.

    Raises
    ------
    InputError
        The file is missing, damaged or of another kind.
    EncodingError
        The text table is not in UTF-8.
    ImportRefusedError
        Rows are bad or refused by a rule; the error names each with its number and reason.
    """
    name = shown or file.name
    if not file.is_file():
        raise InputError(N_("{file}: no such file to import."), file=name)
    if file.suffix.lower() in (".xlsx", ".xlsm"):
        parsed = read_workbook(file, balance_on=balance_on, actor=actor, shown=name)
    else:
        parsed = _read_text_table(file, balance_on=balance_on, actor=actor)
    return _import_rows(ledger, parsed, register=register, file=name, dry_run=dry_run)


def import_opening(
    ledger: Ledger,
    allocations: pd.DataFrame,
    *,
    register: PlotRegister,
    balance_on: dt.date,
    actor: str = "opening balance",
    file: str = "register",
    dry_run: bool = False,
) -> ImportReport:
    """Import the opening balance from a table that was read and checked already.

    Parameters
    ----------
    ledger
        The ledger.
    allocations
        Table with the columns of the contract `allocations`; the index is the row number from 0.
    register, balance_on, actor, dry_run
        As of `import_file`.
    file
        The name to call it by in messages.

    Returns
    -------
    The report.

    Raises
    ------
    ImportRefusedError
        As of `import_file`.
    """
    parsed = _parse_opening(allocations, balance_on=balance_on, actor=actor, file=file)
    return _import_rows(ledger, parsed, register=register, file=file, dry_run=dry_run)


def find_changed_openings(ledger: Ledger, allocations: pd.DataFrame) -> list[str]:
    """Find the plots whose rows of the opening balance are not those that the ledger took in."""
    parsed = _parse_opening(allocations, balance_on=dt.date.min, actor="", file="")
    return [parsed.events[place][0].plot_id for place in ledger.find_new(parsed.events)]


def _parse_opening(allocations: pd.DataFrame, *, balance_on: dt.date, actor: str, file: str) -> ParsedRows:
    columns = [name for name in columns_of(REGISTER) if name in allocations]
    cells = allocations[columns].astype(object).where(allocations[columns].notna(), None)
    rows = (
        (RowPlace(file, "", int(number) + 2), dict(zip(columns, values, strict=True)))
        for number, values in zip(cells.index, cells.itertuples(index=False, name=None), strict=True)
    )
    return parse_rows(rows, sheet=REGISTER, balance_on=balance_on, actor=actor)


def _import_rows(
    ledger: Ledger, parsed: ParsedRows, *, register: PlotRegister, file: str, dry_run: bool
) -> ImportReport:
    batch = ledger.record_all(parsed.events, register=register, dry_run=dry_run or bool(parsed.problems))
    problems = parsed.problems + [parsed.places[place].complain(message) for place, message in batch.refusals]
    if problems:
        problems.sort(key=lambda problem: (problem.params["sheet"] == JOURNAL, problem.params["row"]))
        raise ImportRefusedError.from_messages(problems)
    kinds = Counter(parsed.events[place][0].name for place in batch.new)
    preview = tuple(
        {
            "sheet": parsed.places[place].sheet,
            "row": parsed.places[place].row,
            "plot_id": outcome.plot_id,
            "event": outcome.event,
            "date": outcome.date.isoformat(),
            "before": outcome.before,
            "state": outcome.state.state,
        }
        for place, outcome in zip(batch.new, batch.outcomes, strict=False)
    )
    return ImportReport(file, len(parsed.events), batch.recorded, batch.known, dict(kinds), dry_run, preview)


def _read_text_table(file: Path, *, balance_on: dt.date, actor: str) -> ParsedRows:
    rows = _TextRows(file)
    sheet = JOURNAL if "event" in rows.header.values() else REGISTER
    return parse_rows(iter(rows), sheet=sheet, balance_on=balance_on, actor=actor)


class _TextRows:
    """The rows of a text table, under the headings of its first line."""

    def __init__(self, file: Path) -> None:
        self.file = file.name
        text = _decode(file)
        first = text.split("\n", 1)[0]
        separator = max(_SEPARATORS, key=first.count)
        self.reader = csv.reader(io.StringIO(text), delimiter=separator)
        names = tuple(next(self.reader, ()))
        header = find_header(names, JOURNAL)
        if header is None or "event" not in header.values():
            header = find_header(names, REGISTER)
        if header is None:
            raise InputError(
                N_("{file}: the first line does not name columns of a register or journal. Allowed: {allowed}."),
                file=self.file,
                allowed=", ".join(columns_of(REGISTER)),
            )
        unknown = [name for place, name in enumerate(names) if name.strip() and place not in header]
        if unknown:
            raise InputError(
                N_("{file}: unknown column {columns}; allowed: {allowed}."),
                file=self.file,
                columns=", ".join(unknown),
                allowed=", ".join(columns_of(JOURNAL if "event" in header.values() else REGISTER)),
            )
        self.header = header

    def __iter__(self) -> Iterator[tuple[RowPlace, dict[str, Any]]]:
        for cells in self.reader:
            if any(cell.strip() for cell in cells):
                values = {
                    name: cells[place] if place < len(cells) else None for place, name in self.header.items()
                }
                yield RowPlace(self.file, "", self.reader.line_num), values


def _decode(file: Path) -> str:
    content = file.read_bytes()
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise EncodingError(
            N_("{file}: the text is not in UTF-8. In Excel save it as «CSV UTF-8», or import the .xlsx."),
            file=file.name,
        ) from None
    if "\0" in text:
        raise InputError(N_("{file}: not a text table; give a .csv or an .xlsx."), file=file.name)
    return text.replace("\r\n", "\n").replace("\r", "\n")
