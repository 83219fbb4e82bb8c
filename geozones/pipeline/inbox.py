"""What came into the inbox for the ledger: register workbooks and inspections, each taken whole or sent back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from geozones import ledger, reports
from geozones.config import Config
from geozones.errors import (
    DiskFullError,
    GeozonesError,
    ImportRefusedError,
    InternalError,
    LedgerDamagedError,
    LockHeldError,
    Message,
)
from geozones.i18n import N_
from geozones.pipeline.inspections import take_field_file
from geozones.tables import RegionTables

_ACTOR = "inbox"
_ODD = re.compile(r"[^\w.-]+")
_LONGEST_STEM = 60


@dataclass(frozen=True)
class InboxFile:
    """What became of a file: rows read and recorded, or the reasons why none was taken.

    `returned` is the name in `returned/` under which a refused file went back, without its ending.
    """

    id: str
    name: str
    kind: str
    rows: int = 0
    recorded: int = 0
    reasons: tuple[Message, ...] = ()
    returned: str = ""


@dataclass(frozen=True)
class InboxReport:
    """What a build took from the inbox, what it refused, and a hash of the inbox after that."""

    taken: tuple[InboxFile, ...] = ()
    refused: tuple[InboxFile, ...] = ()
    digest: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """The figures for the log."""
        return {
            "taken": len(self.taken),
            "recorded": sum(file.recorded for file in self.taken),
            "refused": len(self.refused),
        }


def take_inbox(
    config: Config, tables: RegionTables, *, allocations: pd.DataFrame | None, as_of: dt.date, today: dt.date
) -> InboxReport:
    """Take workbooks and inspections of the inbox into the ledger, in the order in which they came.

    Parameters
    ----------
    config
        Settings of the region.
    tables
        Checked tables; plots and zones are read.
    allocations
        The opening balance: an empty ledger is filled with it first.
    as_of, today
        The day of the build, and today in the region.

    Returns
    -------
    What was taken and refused. A file that the ledger has taken is not read again; a refused one is judged anew
    each time until it is withdrawn, or a later file of its name is taken.

    Raises
    ------
    LockHeldError, LedgerDamagedError, DiskFullError
        The ledger or the inbox cannot be written.
    """
    inbox = reports.open_inbox(config)
    entries = inbox.entries()
    waiting = [entry for entry in entries if not entry.withdrawn]
    if not waiting:
        return InboxReport(digest=inbox.digest(entries))
    with ledger.open_region_ledger(config) as opened:
        seq = opened.head()[0]
        due = [
            (entry, kind)
            for entry in waiting
            if entry.taken is None or entry.taken > seq
            for kind in [reports.kind_of(entry.path)]
            if kind != "proposal"
        ]
        if not due:
            return InboxReport(digest=inbox.digest(entries))
        register = ledger.register_plots(tables.plots, tables.zones, today=max(as_of, today))
        if not _is_filled(opened, config, allocations, register):
            return InboxReport(digest=inbox.digest(entries))
        desk = _Desk(config, opened, register, inbox, as_of)
        files = [desk.judge(entry, kind) for entry, kind in sorted(due, key=lambda each: _arrival(each[0]))]
    taken = tuple(file for file in files if not file.reasons)
    refused = tuple(
        file for place, file in enumerate(files) if file.reasons and not _is_replaced(file, files[place:])
    )
    return InboxReport(taken, refused, inbox.digest(entries))


def _arrival(entry: reports.Entry) -> tuple[float, str]:
    return entry.path.stat().st_mtime, entry.id


def _is_replaced(file: InboxFile, later: Iterable[InboxFile]) -> bool:
    return any(other.name == file.name and not other.reasons for other in later)


def _is_filled(
    opened: ledger.Ledger, config: Config, allocations: pd.DataFrame | None, register: ledger.PlotRegister
) -> bool:
    """Fill an empty ledger from its opening balance; where that is refused, nothing may stand before it."""
    try:
        ledger.take_opening(opened, config, allocations, register=register)
    except ImportRefusedError:
        return False
    return True


@dataclass(frozen=True)
class _Desk:
    """Judges one file after another."""

    config: Config
    book: ledger.Ledger
    register: ledger.PlotRegister
    inbox: reports.Inbox
    as_of: dt.date

    def judge(self, entry: reports.Entry, kind: str) -> InboxFile:
        """Take a file whole, or send it back."""
        file = InboxFile(entry.id, entry.name, kind, returned=_stem(entry))
        try:
            rows, recorded = self._take(entry, kind)
        except (LockHeldError, LedgerDamagedError, DiskFullError):
            raise
        except GeozonesError as error:
            return self._send_back(entry, replace(file, reasons=error.messages))
        except Exception as error:  # one odd file must never keep the maps from being built
            reason = InternalError(
                N_("{file}: cannot be taken in ({kind}); it may be damaged."),
                file=entry.name,
                kind=type(error).__name__,
            )
            return self._send_back(entry, replace(file, reasons=reason.messages))
        self.inbox.note_taken(entry, seq=self.book.head()[0], at=dt.datetime.now(dt.UTC))
        for ending in (".txt", ".xlsx"):
            (self._folder / f"{file.returned}{ending}").unlink(missing_ok=True)
        return replace(file, rows=rows, recorded=recorded, returned="")

    @property
    def _folder(self) -> Path:
        return self.inbox.folder / reports.RETURNED

    def _take(self, entry: reports.Entry, kind: str) -> tuple[int, int]:
        if kind == "inspections":
            seen = take_field_file(self.config, self.book, entry.path, register=self.register, shown=entry.name)
            return seen.rows, seen.recorded
        report = ledger.import_file(
            self.book, entry.path,
            register=self.register, balance_on=self.as_of, actor=_ACTOR, shown=entry.name,
        )  # fmt: skip
        return report.rows, report.recorded

    def _send_back(self, entry: reports.Entry, file: InboxFile) -> InboxFile:
        """Write the reasons, and beside each row of a workbook its own, where the sender finds them."""
        from geozones.ledger.returning import reason_words

        lines = [reason_words(reason, language) for language in ("kk", "ru") for reason in file.reasons]
        told = self._folder / f"{file.returned}.txt"
        content = "\n".join(lines) + "\n"
        if told.is_file() and told.read_text("utf-8", "replace").startswith(content):
            return file
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if file.kind == "workbook" and any("row" in reason.params for reason in file.reasons):
                content += _copy(entry.path, told.with_suffix(".xlsx"), file.reasons)
            told.write_text(content, encoding="utf-8")
        except OSError as error:
            raise DiskFullError(N_("The inbox cannot be written: {reason}."), reason=error.strerror) from error
        return file


def _copy(file: Path, target: Path, reasons: Iterable[Message]) -> str:
    """Write the copy of a refused workbook; returns what is to be said where none can be made."""
    from geozones.ledger.returning import write_refused_copy

    try:
        write_refused_copy(file, target, reasons)
    except OSError:
        raise
    except Exception as error:  # the reasons are told in words; a copy of an odd workbook is not worth a night
        return f"({type(error).__name__}: no copy)\n"
    return ""


def _stem(entry: reports.Entry) -> str:
    """Name what goes back after what came, without anything that a file system takes for more than a name."""
    stem = _ODD.sub("_", Path(entry.name.replace("\\", "/")).stem)[:_LONGEST_STEM].strip("._") or "file"
    return f"{stem}-{entry.id[:6]}"
