"""Tables of the ledger: events are the truth, all else but `persons` is a projection that can be rebuilt."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, MetaData, Table, Text, text

METADATA = MetaData()

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

EVENTS = Table(
    "events",
    METADATA,
    Column("seq", _NUMBER, primary_key=True, autoincrement=False),
    Column("plot_id", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("row_key", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    Index("events_by_plot", "plot_id", "seq"),
    Index("events_by_row_key", "row_key"),
    Index("events_by_time", "recorded_at", "seq"),
)
"""Append-only: `body` is the hashed text, `hash` = sha256(prev_hash, newline, body); other columns repeat it."""

PERSONS = Table(
    "persons",
    METADATA,
    Column("ref", Text, primary_key=True),
    Column("salt", Text),
    Column("holder_id", Text, unique=True),
    Column("name", Text),
    Column("erased_on", Date),
)
"""Personal data, outside the hashed body and erasable; the body holds `ref`, a salted hash."""

KNOWN_PLOTS = Table("known_plots", METADATA, Column("plot_id", Text, primary_key=True))
"""Every plot that an event names."""

LINEAGE = Table(
    "lineage",
    METADATA,
    Column("child", Text, primary_key=True),
    Column("parent", Text, primary_key=True),
    Column("seq", _NUMBER, nullable=False),
    Column("carries", Integer, nullable=False),
    Index("lineage_by_parent", "parent"),
)
"""Which plot came out of which; `carries` = 1 for the parent whose events the child carries on."""

ALLOCATIONS = Table(
    "allocations",
    METADATA,
    Column("allocation_no", _NUMBER, primary_key=True, autoincrement=False),
    Column("plot_id", Text, nullable=False),
    Column("participant", Text),
    Column("contract_no", Text),
    Column("state", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Index("allocations_by_plot", "plot_id", "effective_from"),
    Index(
        "allocations_one_open",
        "plot_id",
        unique=True,
        sqlite_where=text("effective_to IS NULL"),
        postgresql_where=text("effective_to IS NULL"),
    ),
)
"""Who holds or held a plot, as known now: a row a holding, half-open in time; its number is that of its event."""

SPELLS = Table(
    "spells",
    METADATA,
    Column("spell_no", _NUMBER, primary_key=True, autoincrement=True),
    Column("plot_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("known_from", _NUMBER, nullable=False),
    Column("known_to", _NUMBER),
    Column("seq", _NUMBER, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Date),
    Column("facts", Text, nullable=False),
    Index("spells_by_plot", "plot_id", "effective_from", "position"),
)
"""States of plots in both times: in effect from `effective_from` until the plot's next spell, believed from event
`known_from` until before event `known_to`."""

PROJECTIONS = (KNOWN_PLOTS, LINEAGE, ALLOCATIONS, SPELLS)


def as_rows(table: Table, records: Iterable[object]) -> list[dict[str, Any]]:
    """Turn records that carry a table's columns as attributes into rows to insert, without generated keys."""
    names = [column.name for column in table.columns if column.autoincrement is not True]
    values = attrgetter(*names)
    return [dict(zip(names, values(record), strict=True)) for record in records]
