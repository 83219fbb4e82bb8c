"""The way to the database: one engine a ledger, write transactions that wait their turn, no network folders."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from geozones.errors import DiskFullError, InputError, LedgerDamagedError, LockHeldError, UsageError
from geozones.i18n import N_

WAIT_S = 120
"""How long a writer waits for its turn."""

_LOCK_KEY = 7305871
_NETWORK_KINDS = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "gfs2",
     "ocfs2", "davfs", "fuse.sshfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.smbnetfs"}
)  # fmt: skip


def open_engine(url: str) -> Engine:
    """Open the engine of a ledger.

    Parameters
    ----------
    url
        `sqlite:///…` or `postgresql+psycopg://…`.

    Returns
    -------
    The engine. A SQLite file's folder is made; the file itself comes with the first migration.

    Raises
    ------
    UsageError
        The URL is not one of these two kinds, or the PostgreSQL driver is not installed.
    InputError
        The SQLite file would lie on a network file system.
    """
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
    except ArgumentError:
        kind = ""
    if kind not in ("sqlite", "postgresql"):
        raise UsageError(
            N_("ledger.url: not a URL of SQLite or PostgreSQL. Write sqlite:///… or postgresql+psycopg://…")
        )
    if kind == "postgresql":
        try:
            return create_engine(parsed.set(drivername="postgresql+psycopg"), poolclass=NullPool)
        except ModuleNotFoundError:
            raise UsageError(
                N_("ledger.url: PostgreSQL needs its driver; install geozones with the extra postgres.")
            ) from None
    file = Path(parsed.database or "")
    if parsed.database in (None, "", ":memory:"):
        raise UsageError(N_("ledger.url: the ledger must lie in a file; write sqlite:///path/ledger.sqlite"))
    refuse_network_folder(file.parent)
    with plain_errors():
        file.parent.mkdir(parents=True, exist_ok=True)
    return _open_sqlite(str(file))


def _open_sqlite(database: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{database}", poolclass=NullPool, connect_args={"timeout": WAIT_S, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: Any) -> None:
        for pragma in ("synchronous=FULL", "recursive_triggers=ON", "secure_delete=ON", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        is_write = connection.get_execution_options().get("ledger_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")

    return engine


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state of the database."""
    with plain_errors(), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """Give the connection of the one writer; others wait until it is done.

    Raises
    ------
    LockHeldError
        The turn did not come in time.
    """
    with plain_errors(), engine.connect() as plain:
        connection = plain.execution_options(ledger_write=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_S}s'"))
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})"))
            yield connection


@contextmanager
def hold_for_migration(engine: Engine) -> Iterator[None]:
    """Keep all other processes from creating or migrating the same ledger."""
    if engine.dialect.name == "sqlite":
        try:
            with FileLock(f"{engine.url.database}.lock", timeout=WAIT_S):
                yield
        except Timeout:
            raise _not_our_turn() from None
        return
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({_LOCK_KEY + 1})"))
        try:
            yield
        finally:
            connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK_KEY + 1})"))


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the database's own errors about locks, rights, disks and connections into ours."""
    try:
        yield
    except PermissionError:
        raise _closed() from None
    except OperationalError as error:
        said = str(error.orig).lower()
        if "locked" in said or "busy" in said or "lock timeout" in said:
            raise _not_our_turn() from None
        if "disk is full" in said or "no space left" in said:
            raise DiskFullError(N_("The disk of the ledger is full; nothing was recorded.")) from None
        if "readonly" in said or "unable to open" in said:
            raise _closed() from None
        if any(word in said for word in ("connection", "could not translate", "authentication", "does not exist")):
            raise InputError(
                N_("The ledger's database cannot be reached ({kind}); check ledger.url and the server."),
                kind=type(error.orig).__name__,
            ) from None
        raise
    except DBAPIError as error:
        if "not a database" in str(error.orig) or "malformed" in str(error.orig):
            raise LedgerDamagedError(
                N_("The ledger's file is damaged or is no ledger; restore it from a backup.")
            ) from None
        raise


def _closed() -> UsageError:
    return UsageError(
        N_("The ledger cannot be written to. Give the account that runs this the right to write to its file and "
           "to the folder of the file.")
    )  # fmt: skip


def _not_our_turn() -> LockHeldError:
    return LockHeldError(
        N_("The ledger is busy: another process has been writing for {seconds} s. Try again."), seconds=WAIT_S
    )


def refuse_network_folder(folder: Path) -> None:
    """Refuse a folder on a network file system, where SQLite's locks and log cannot be trusted.

    Raises
    ------
    InputError
        The folder lies on one.
    """
    kind = _file_system_of(folder)
    if kind is not None:
        raise InputError(
            N_("The ledger cannot lie on a network file system ({kind}): two writers could damage it. Put "
               "state_dir on a local disk, or give ledger.url of a PostgreSQL server."),
            kind=kind,
        )  # fmt: skip


def _file_system_of(folder: Path) -> str | None:
    """Return the kind of the network file system that holds a folder, None for a local or unknown one."""
    resolved = folder.absolute()
    if sys.platform == "win32":
        return _network_drive_of(resolved)
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return None
    return network_kind(os.path.realpath(resolved), mounts.read_text(encoding="utf-8", errors="replace"))


def network_kind(folder: str, mounts: str) -> str | None:
    """Return the kind of the mount that holds a folder if it is a network one; `mounts` as in /proc/mounts."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind if kind in _NETWORK_KINDS else None


def _network_drive_of(folder: Path) -> str | None:
    if str(folder).startswith("\\\\"):
        return "network share"
    import ctypes

    windll = getattr(ctypes, "windll", None)
    if windll is not None and windll.kernel32.GetDriveTypeW(f"{folder.drive}\\") == 4:
        return "network drive"
    return None
