"""Bringing a ledger's tables up to date: back up first, migrate, put the guards back, rebuild, verify."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from geozones.errors import InputError, LedgerDamagedError
from geozones.i18n import N_
from geozones.ledger.connection import hold_for_migration, plain_errors, read, write
from geozones.ledger.guards import install_guards

LATEST = "0002"
"""The version that this program works with: the last one in `migrations/versions`."""


def version_of(engine: Engine) -> str | None:
    """Return the version of a ledger's tables; None for an empty database."""
    with read(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def bring_up_to_date(engine: Engine) -> Path | None:
    """Create the tables of a new ledger, or migrate those of an older one.

    Returns
    -------
    The backup made before a migration; None where nothing was to be migrated.

    Raises
    ------
    InputError
        The ledger was written by a newer version of the program.
    LedgerDamagedError
        The ledger does not verify after the migration; it is left as it was.
    """
    with plain_errors():
        return _bring_up_to_date(engine)


def _bring_up_to_date(engine: Engine) -> Path | None:
    if version_of(engine) == LATEST and _is_wal(engine):
        return None
    with hold_for_migration(engine):
        found = version_of(engine)
        _use_wal(engine)
        if found == LATEST:
            return None
        if found is not None and found > LATEST:
            raise InputError(
                N_("The ledger has version {found}, this program knows {known}: install the newer GeoZones."),
                found=found,
                known=LATEST,
            )
        backup = None if found is None else _back_up(engine, found)
        _migrate(engine)
        return backup


def _is_wal(engine: Engine) -> bool:
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        return connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def _use_wal(engine: Engine) -> None:
    """Let readers and the writer of a SQLite ledger work at the same time."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        mode = raw.cursor().execute("PRAGMA journal_mode=WAL").fetchone()[0]
    finally:
        raw.close()
    if mode != "wal":
        raise InputError(
            N_("The folder of the ledger does not allow SQLite's write-ahead log ({mode}); put state_dir on a "
               "local disk, or give ledger.url of a PostgreSQL server."),
            mode=mode,
        )  # fmt: skip


def _back_up(engine: Engine, version: str) -> Path | None:
    """Copy the ledger file beside itself; on PostgreSQL the transaction of the migration is the way back."""
    from geozones.ledger.backup import copy_sqlite

    if engine.dialect.name != "sqlite":
        return None
    file = Path(str(engine.url.database))
    backup = file.with_name(f"{file.stem}.before-{LATEST}-from-{version}.sqlite")
    copy_sqlite(engine, backup)
    return backup


def _migrate(engine: Engine) -> None:
    """Migrate in one transaction, which is taken back where the ledger does not verify after it."""
    from alembic import command
    from alembic.config import Config

    from geozones.ledger.projecting import rebuild_projection
    from geozones.ledger.verification import verify_ledger

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with write(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        install_guards(connection)
        rebuild_projection(connection)
        verification = verify_ledger(connection)
        if not verification.ok:
            raise LedgerDamagedError(
                N_("The ledger does not verify after the migration, so it is left as it was: {problem}"),
                problem=verification.problems[0],
            )
