"""Reading the ledger: events of plots with those they carry on, states on a date, the head of the chain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson
from sqlalchemy import Connection, func, select, text

from geozones.ledger.chain import GENESIS, StoredEvent, open_body
from geozones.ledger.projection import LineageRow
from geozones.ledger.schema import EVENTS, LINEAGE
from geozones.lifecycle import Event, PlotState, in_effect

_CHUNK = 400
"""How many keys stand in one query; SQLite takes 999 variables at least."""


def read_head(connection: Connection) -> tuple[int, str, str]:
    """Return number, hash and moment of the last event; 0, the genesis hash and empty text before the first."""
    query = select(EVENTS.c.seq, EVENTS.c.hash, EVENTS.c.recorded_at).order_by(EVENTS.c.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return (0, GENESIS, "") if row is None else (row.seq, row.hash, row.recorded_at)


def iterate_stored(connection: Connection, *, by_plot: bool = False, after: int = 0) -> Iterator[StoredEvent]:
    """Read the rows of events, a part at a time: in their order, or plot by plot and then in their order."""
    order = (EVENTS.c.plot_id, EVENTS.c.seq) if by_plot else (EVENTS.c.seq,)
    query = select(EVENTS).where(EVENTS.c.seq > after).order_by(*order)
    for row in connection.execute(query, execution_options={"yield_per": 5000}):
        yield StoredEvent(*row)


def chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    """Cut keys into parts that fit into one query."""
    ordered = list(keys)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def read_lineage(connection: Connection) -> list[LineageRow]:
    """Return all rows of lineage in the order of their events; there are few."""
    rows = connection.execute(select(LINEAGE).order_by(LINEAGE.c.seq, LINEAGE.c.child, LINEAGE.c.parent))
    return [LineageRow(row.child, row.parent, row.seq, row.carries) for row in rows]


def path_of(plot_id: str, lineage: Iterable[LineageRow]) -> list[str]:
    """Return the plot and those whose events it carries on, the nearest first."""
    parents = {row.child: row.parent for row in lineage if row.carries}
    path = [plot_id]
    while path[-1] in parents:
        path.append(parents[path[-1]])
    return path


def carriers_of(plot_id: str, lineage: Sequence[LineageRow]) -> list[str]:
    """Return the plots that carry on the events of a plot, directly or not."""
    found: list[str] = []
    waiting = [plot_id]
    while waiting:
        parent = waiting.pop()
        children = [row.child for row in lineage if row.carries and row.parent == parent]
        found += children
        waiting += children
    return found


def read_events(
    connection: Connection, plot_ids: Iterable[str], *, lineage: Sequence[LineageRow]
) -> dict[str, list[Event]]:
    """Read the events of plots, with those of the plots that they carry on.

    Parameters
    ----------
    connection
        A connection.
    plot_ids
        The plots.
    lineage
        All rows of lineage.

    Returns
    -------
    The events by plot, in the order of recording; an empty list for a plot without any.
    """
    wanted = list(dict.fromkeys(plot_ids))
    paths = {plot_id: path_of(plot_id, lineage) for plot_id in wanted} if lineage else {}
    needed = dict.fromkeys([*wanted, *(part for path in paths.values() for part in path)])
    own: dict[str, list[Event]] = {}
    for stored in _select(connection, list(needed), lineage):
        event = open_body(stored.body)[0]
        for plot_id in (stored.plot_id, *event.fields.get("with", ())):
            own.setdefault(plot_id, []).append(event)
    result: dict[str, list[Event]] = {}
    for plot_id in wanted:
        path = paths.get(plot_id, [plot_id])
        events = [event for part in path for event in own.get(part, ())]
        result[plot_id] = sorted(events, key=lambda event: event.seq) if lineage else events
    return result


def read_stored_events(
    connection: Connection, plot_ids: list[str], *, lineage: Sequence[LineageRow]
) -> list[StoredEvent]:
    """Read the rows of the events of plots, in the order of recording."""
    return sorted(_select(connection, plot_ids, lineage), key=lambda stored: stored.seq)


def _select(connection: Connection, plot_ids: list[str], lineage: Sequence[LineageRow]) -> Iterator[StoredEvent]:
    """Read the events of plots, and the merges that took one of them in."""
    for part in chunks(plot_ids):
        query = select(EVENTS).where(EVENTS.c.plot_id.in_(part)).order_by(EVENTS.c.seq)
        for row in connection.execute(query):
            yield StoredEvent(*row)
    asked = set(plot_ids)
    main = {row.seq: row.parent for row in lineage if row.carries}
    merges = {row.seq for row in lineage if not row.carries and row.parent in asked and main[row.seq] not in asked}
    if merges:
        for row in connection.execute(select(EVENTS).where(EVENTS.c.seq.in_(merges))):
            yield StoredEvent(*row)


_LAST = text("""
    SELECT p.plot_id, e.seq, e.body
    FROM known_plots AS p JOIN spells AS s ON s.spell_no = (
        SELECT x.spell_no FROM spells AS x
        WHERE x.plot_id = p.plot_id AND x.effective_from <= :date AND x.known_to IS NULL
        ORDER BY x.effective_from DESC, x.position DESC LIMIT 1 OFFSET :skip)
    JOIN events AS e ON e.seq = s.seq
""")
"""By plot the event behind its last state but `:skip`: a seek each, however many events there are."""


def read_last_events(connection: Connection, *, as_of: dt.date, count: int) -> dict[str, list[Event]]:
    """Read the last events of every plot that count on a day, the latest first, corrections applied.

    A plot that was corrected is read whole, for a correction may change any of its events.
    """
    with_corrections = select(EVENTS.c.plot_id).where(EVENTS.c.event == "correct")
    whole = connection.execute(select(EVENTS.c.body).where(EVENTS.c.plot_id.in_(with_corrections)))
    corrected = {event.seq: event for event in in_effect(open_body(row.body)[0] for row in whole)}
    last: dict[str, list[Event]] = {}
    for skip in range(count):
        for row in connection.execute(_LAST, {"date": _as_parameter(connection, as_of), "skip": skip}):
            event = corrected.get(row.seq) or open_body(row.body)[0]
            events = last.setdefault(row.plot_id, [])
            if not events or events[-1].seq != event.seq:  # an opening balance is several states and one event
                events.append(event)
    return last


def known_seq(connection: Connection, known_at: dt.datetime | None) -> int:
    """Return the last event that was recorded by a moment; the very last for None."""
    if known_at is None:
        return read_head(connection)[0]
    query = select(func.max(EVENTS.c.seq)).where(EVENTS.c.recorded_at <= write_moment(known_at))
    return connection.execute(query).scalar() or 0


def write_moment(moment: dt.datetime) -> str:
    """Write a moment as the ledger does: UTC with microseconds, so that text order is time order."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


_STATES = text("""
    SELECT p.plot_id, s.state, s.since, s.facts, s.seq
    FROM known_plots AS p JOIN spells AS s ON s.spell_no = (
        SELECT x.spell_no FROM spells AS x
        WHERE x.plot_id = p.plot_id AND x.effective_from <= :date AND x.known_from <= :known
        AND (x.known_to IS NULL OR x.known_to > :known)
        ORDER BY x.effective_from DESC, x.position DESC LIMIT 1)
""")


def read_states(connection: Connection, *, as_of: dt.date, known: int) -> dict[str, PlotState]:
    """Read the state of every plot on a date, as it was believed after an event.

    Returns
    -------
    States by plot; a plot without any event by then is missing.
    """
    rows = connection.execute(_STATES, {"date": _as_parameter(connection, as_of), "known": known}).all()
    facts = orjson.loads("[" + ",".join(row[3] for row in rows) + "]")
    return {
        row[0]: PlotState(row[1], _as_date(row[2]), known_facts, row[4])
        for row, known_facts in zip(rows, facts, strict=True)
    }


def _as_parameter(connection: Connection, date: dt.date) -> object:
    return date.isoformat() if connection.dialect.name == "sqlite" else date


def _as_date(value: object) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value  # type: ignore[return-value]


def count_row_keys(connection: Connection, keys: Iterable[str]) -> Mapping[str, int]:
    """Return how many events were recorded from each row key; keys without any are missing."""
    found: dict[str, int] = {}
    for part in chunks(dict.fromkeys(keys)):
        query = select(EVENTS.c.row_key, func.count()).where(EVENTS.c.row_key.in_(part)).group_by(EVENTS.c.row_key)
        found.update({row[0]: row[1] for row in connection.execute(query)})
    return found
