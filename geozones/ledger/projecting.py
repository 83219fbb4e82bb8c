"""Replaying all events: the whole projection anew, for rebuilding it and for comparing it with the one kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import Connection, delete, insert

from geozones.ledger.chain import open_body
from geozones.ledger.projection import LineageRow, PlotProjection, lineage_of, project_plot
from geozones.ledger.reading import iterate_stored, read_events
from geozones.ledger.schema import ALLOCATIONS, EVENTS, KNOWN_PLOTS, LINEAGE, PROJECTIONS, SPELLS, as_rows
from geozones.lifecycle import Event
from geozones.lifecycle.timeline import LINEAGE_EVENTS

_BATCH = 2000


def replay_lineage(connection: Connection) -> list[LineageRow]:
    """Return the rows of lineage that the events tell."""
    query = EVENTS.select().where(EVENTS.c.event.in_(LINEAGE_EVENTS)).order_by(EVENTS.c.seq)
    events = [open_body(row.body)[0] for row in connection.execute(query)]
    return [row for event in events for row in lineage_of(event)]


def replay_plots(connection: Connection, lineage: list[LineageRow]) -> Iterator[PlotProjection]:
    """Replay every plot, one after another, in the order of their ids within two groups.

    Plots that no split or merge touched come straight from one pass over the events; the others are read with the
    plots that they carry on.
    """
    related = {row.child for row in lineage} | {row.parent for row in lineage}
    stored = iterate_stored(connection, by_plot=True)
    for plot_id, rows in groupby(stored, key=lambda row: row.plot_id):
        events: list[Event] = [open_body(row.body)[0] for row in rows]
        if plot_id not in related:
            yield project_plot(plot_id, events)
    if related:
        for plot_id, events in sorted(read_events(connection, sorted(related), lineage=lineage).items()):
            yield project_plot(plot_id, events)


def rebuild_projection(connection: Connection) -> int:
    """Throw the projection away and make it anew from the events.

    Returns
    -------
    How many plots the events name.
    """
    for table in PROJECTIONS:
        connection.execute(delete(table))
    lineage = replay_lineage(connection)
    if lineage:
        connection.execute(insert(LINEAGE), as_rows(LINEAGE, lineage))
    count = 0
    batch: list[PlotProjection] = []
    for projection in replay_plots(connection, lineage):
        count += 1
        batch.append(projection)
        if len(batch) >= _BATCH:
            _write(connection, batch)
            batch = []
    _write(connection, batch)
    return count


def _write(connection: Connection, batch: list[PlotProjection]) -> None:
    if not batch:
        return
    connection.execute(insert(KNOWN_PLOTS), [{"plot_id": projection.plot_id} for projection in batch])
    spells = [row for projection in batch for row in projection.rows]
    allocations = [row for projection in batch for row in projection.allocations()]
    if spells:
        connection.execute(insert(SPELLS), as_rows(SPELLS, spells))
    if allocations:
        connection.execute(insert(ALLOCATIONS), as_rows(ALLOCATIONS, allocations))
