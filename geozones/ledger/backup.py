"""Backups of a ledger: a copy by the online API, taken while others work, and verified before it counts."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from geozones.errors import InputError, LedgerDamagedError
from geozones.i18n import N_
from geozones.ledger.connection import open_engine, read, write
from geozones.ledger.projecting import rebuild_projection
from geozones.ledger.schema import EVENTS, PERSONS
from geozones.ledger.verification import Verification, verify_ledger


def back_up(engine: Engine, file: Path) -> Verification:
    """Write a verified copy of a ledger as one SQLite file, whatever database the ledger lies in.

    Parameters
    ----------
    engine
        The engine of the ledger.
    file
        The copy; it must not exist yet.

    Returns
    -------
    The verification of the copy.

    Raises
    ------
    InputError
        The file exists or its folder cannot be written to.
    LedgerDamagedError
        The copy does not verify; it is removed.
    """
    if file.exists():
        raise InputError(
            N_("{file}: exists already; a backup never replaces a file. Give another name."), file=file.name
        )
    # Two that begin in the same second write into files of their own.
    partial = file.with_name(f"{file.name}.{secrets.token_hex(4)}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        copy = copy_sqlite if engine.dialect.name == "sqlite" else _copy_events
        copy(engine, partial)
        verification = _verify_copy(partial)
        if not verification.ok:
            raise LedgerDamagedError(
                N_("The ledger does not verify, so no copy of it is kept: {problem} `geozones ledger verify` says "
                   "all that is wrong."),
                problem=verification.problems[0],
            )  # fmt: skip
        os.replace(partial, file)
    except OSError as error:
        raise InputError(
            N_("{file}: the backup cannot be written ({reason})."),
            file=file.name,
            reason=error.strerror or "OSError",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return verification


def copy_sqlite(engine: Engine, file: Path) -> None:
    """Copy a SQLite ledger by the online API into one tidy file, without a write-ahead log beside it."""
    source = engine.raw_connection()
    try:
        with closing(sqlite3.connect(file)) as target:
            connection: Any = source.driver_connection
            connection.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
    finally:
        source.close()


def _copy_events(engine: Engine, file: Path) -> None:
    """Copy events and persons of a PostgreSQL ledger into a fresh SQLite ledger; the chain stays the same."""
    from geozones.ledger.upgrade import bring_up_to_date

    target = open_engine(f"sqlite:///{file}")
    bring_up_to_date(target)
    with read(engine) as source, write(target) as connection:
        persons = [dict(row._mapping) for row in source.execute(select(PERSONS))]
        if persons:
            connection.execute(insert(PERSONS), persons)
        for batch in _read_batches(source):
            connection.execute(insert(EVENTS), batch)
        rebuild_projection(connection)
    raw = target.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode=DELETE")
    finally:
        raw.close()
    Path(f"{file}.lock").unlink(missing_ok=True)


def _read_batches(source: Connection) -> Iterator[list[dict[str, Any]]]:
    query = select(EVENTS).order_by(EVENTS.c.seq)
    rows = source.execute(query, execution_options={"yield_per": 5000})
    for partition in rows.partitions(5000):
        yield [dict(row._mapping) for row in partition]


def _verify_copy(file: Path) -> Verification:
    with closing(sqlite3.connect(file)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    if not sound:
        raise LedgerDamagedError(N_("The copy of the ledger is damaged; check the disk."))
    with read(open_engine(f"sqlite:///{file}")) as copied:
        return verify_ledger(copied)
