"""Events, the append-only truth, and persons beside them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables of events and persons."""
    op.create_table(
        "events",
        sa.Column("seq", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("plot_id", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("row_key", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("prev_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
    )
    op.create_index("events_by_plot", "events", ["plot_id", "seq"])
    op.create_index("events_by_row_key", "events", ["row_key"])
    op.create_table(
        "persons",
        sa.Column("ref", sa.Text, primary_key=True),
        sa.Column("salt", sa.Text),
        sa.Column("holder_id", sa.Text, unique=True),
        sa.Column("name", sa.Text),
        sa.Column("erased_on", sa.Date),
    )


def downgrade() -> None:
    """Events are never removed."""
    raise NotImplementedError("the ledger has no way back; restore a backup")
