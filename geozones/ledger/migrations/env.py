"""Alembic's environment: it migrates over the connection that `geozones.ledger.upgrade` hands it."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from geozones.ledger.schema import METADATA


def run_migrations(connection: Connection) -> None:
    """Run the migrations inside the caller's transaction."""
    context.configure(connection=connection, target_metadata=METADATA)
    with context.begin_transaction():
        context.run_migrations()


run_migrations(context.config.attributes["connection"])
