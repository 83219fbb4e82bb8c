"""Projections of the events: plots known, lineage, allocations, and spells of states in both times."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_OPEN = sa.text("effective_to IS NULL")


def upgrade() -> None:
    """Make the tables that are derived from the events; opening the ledger fills them."""
    op.create_index("events_by_time", "events", ["recorded_at", "seq"])
    op.create_table("known_plots", sa.Column("plot_id", sa.Text, primary_key=True))
    op.create_table(
        "lineage",
        sa.Column("child", sa.Text, primary_key=True),
        sa.Column("parent", sa.Text, primary_key=True),
        sa.Column("seq", _NUMBER, nullable=False),
        sa.Column("carries", sa.Integer, nullable=False),
    )
    op.create_index("lineage_by_parent", "lineage", ["parent"])
    op.create_table(
        "allocations",
        sa.Column("allocation_no", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("plot_id", sa.Text, nullable=False),
        sa.Column("participant", sa.Text),
        sa.Column("contract_no", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("effective_from", sa.Date, nullable=False),
        sa.Column("effective_to", sa.Date),
    )
    op.create_index("allocations_by_plot", "allocations", ["plot_id", "effective_from"])
    op.create_index(
        "allocations_one_open", "allocations", ["plot_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_table(
        "spells",
        sa.Column("spell_no", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("plot_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("effective_from", sa.Date, nullable=False),
        sa.Column("known_from", _NUMBER, nullable=False),
        sa.Column("known_to", _NUMBER),
        sa.Column("seq", _NUMBER, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("facts", sa.Text, nullable=False),
    )
    op.create_index("spells_by_plot", "spells", ["plot_id", "effective_from", "position"])


def downgrade() -> None:
    """Projections come back by rebuilding, not by a way back."""
    raise NotImplementedError("the ledger has no way back; restore a backup")
