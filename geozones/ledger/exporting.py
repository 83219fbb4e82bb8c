"""Exporting the ledger as a register workbook that can be imported again without changing anything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geozones.ledger.store import Ledger
from geozones.ledger.workbook import write_workbook


def export_workbook(ledger: Ledger, file: Path, *, plot_ids: Sequence[str] = (), language: str = "ru") -> int:
    """Write all events into a register workbook: opening balances into Register, the rest into Journal.

    Parameters
    ----------
    ledger
        The ledger.
    file
        The workbook; an existing one is replaced.
    plot_ids, language
        As of `workbook.write_workbook`.

    Returns
    -------
    How many events were written. It holds the names of sole entrepreneurs and is no file for the public.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    register: list[dict[str, Any]] = []
    journal: list[dict[str, Any]] = []
    for event, actor in ledger.events():
        if event.name == "opening":
            register.append({"plot_id": event.plot_id, **event.fields})
        else:
            row = {"date": event.date, "plot_id": event.plot_id, "event": event.name, "by": actor}
            journal.append({**event.fields, **row})
    write_workbook(file, register=register, journal=journal, plot_ids=plot_ids, language=language)
    return len(register) + len(journal)
