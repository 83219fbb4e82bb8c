"""The way to a PostgreSQL database: one state of it, read only, within a time limit, its password never shown."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from geozones.errors import ConfigError, EncodingError, GeozonesError, InputError, UsageError
from geozones.i18n import N_

TIME_LIMIT_S = 60.0
"""How long reading one layer may take where the settings say nothing."""

_CONNECT_S = 10
_SILENCE_S = 5.0
"""How long after the time limit a server that does not obey it is waited for."""

_TOO_LATE = ("57014", "55P03")
_NO_PRIVILEGE = "42501"
_NOT_UTF8 = ("22021", "22P05")
_NO_WAY_IN = ("08", "28", "3D", "53", "57")


@dataclass(frozen=True)
class Database:
    """A database as the settings name it: its address, its name in messages, and the time limit in seconds."""

    url: str
    shown: str
    time_limit_s: float = TIME_LIMIT_S


def open_engine(database: Database) -> Engine:
    """Open the engine of a database; nothing is connected yet.

    Raises
    ------
    ConfigError
        The address is not one of PostgreSQL.
    UsageError
        The driver of PostgreSQL is not installed.
    """
    try:
        parsed = make_url(database.url.replace("postgres://", "postgresql://", 1))
        kind = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        kind = ""
    if kind != "postgresql":
        raise ConfigError(
            N_("{file}: the only addresses that are read are those of PostgreSQL: "
               "postgresql://user:${{NAME}}@host/database, its password in a variable. Name a file, a folder or "
               "such an address."),
            file=database.shown,
        )  # fmt: skip
    seconds = int(max(2, min(_CONNECT_S, database.time_limit_s)))
    try:
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), poolclass=NullPool,
            connect_args={"connect_timeout": seconds, "client_encoding": "utf8", "application_name": "geozones"},
        )  # fmt: skip
    except ModuleNotFoundError:
        raise UsageError(
            N_("{file}: PostgreSQL needs its driver; install geozones with the extra postgres."),
            file=database.shown,
        ) from None


@contextmanager
def connect(database: Database) -> Iterator[Connection]:
    """Give a connection that sees one state of the database, cannot write, and is cut after the time limit.

    Raises
    ------
    InputError
        The server cannot be reached, refuses, does not answer in time, or breaks off.
    EncodingError
        The text in it is not what the server says it is.
    """
    watch = _Watch(database.time_limit_s + _SILENCE_S)
    try:
        with open_engine(database).connect() as plain:
            watch.start(plain)
            connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                limit_ms = max(1, int(database.time_limit_s * 1000))
                for setting in (
                    f"statement_timeout = {limit_ms}",
                    f"lock_timeout = {limit_ms}",
                    "datestyle = 'ISO'",
                ):
                    connection.execute(text(f"SET LOCAL {setting}"))
                yield connection
    except GeozonesError:
        raise
    except (SQLAlchemyError, OSError, UnicodeDecodeError) as error:
        raise _explain(error, database, was_cut=watch.has_cut) from None
    finally:
        watch.stop()


class _Watch:
    """Cuts a connection whose server neither answers nor obeys its own time limit."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer: threading.Timer | None = None
        self._line: socket.socket | None = None
        self.has_cut = False

    def start(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        self._line = socket.fromfd(driver.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        self._timer = threading.Timer(self._seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        self.has_cut = True
        if self._line is not None:
            self._line.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._line is not None:
            self._line.close()


def _explain(error: Exception, database: Database, *, was_cut: bool) -> GeozonesError:
    """Say what went wrong in words of ours: those of the driver name hosts and users."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    state = getattr(cause, "sqlstate", None)
    if was_cut or state in _TOO_LATE:
        return InputError(
            N_("{file}: the database does not answer within {seconds} s. Try again, ask its keeper, or give the "
               "layer a longer time_limit_s."),
            file=database.shown, seconds=f"{database.time_limit_s:g}",
        )  # fmt: skip
    if isinstance(error, UnicodeDecodeError) or state in _NOT_UTF8:
        return EncodingError(
            N_("{file}: the database holds text that is not UTF-8 and does not say in which encoding it is. Make "
               "a view that converts it (convert_from), or export the layer as a file."),
            file=database.shown,
        )  # fmt: skip
    if state == _NO_PRIVILEGE:
        return InputError(
            N_("{file}: the database does not let this user read it. Ask its keeper for the right to select."),
            file=database.shown,
        )
    if state is None or state[:2] in _NO_WAY_IN:
        return InputError(
            N_("{file}: the database cannot be reached, or does not let us in ({reason}). Check the address, the "
               "user and the password, and whether the server runs."),
            file=database.shown, reason=state or type(cause or error).__name__,
        )  # fmt: skip
    return InputError(
        N_("{file}: the database could not give the layer (SQLSTATE {state}). Ask its keeper."),
        file=database.shown, state=state,
    )  # fmt: skip
