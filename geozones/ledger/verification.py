"""Verifying a ledger: every hash, every link, every guard, and the projection against the events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from sqlalchemy import Connection, select, text

from geozones.errors import Message
from geozones.i18n import N_
from geozones.ledger.chain import GENESIS, StoredEvent, hash_body, make_row_key, open_body
from geozones.ledger.guards import find_missing_guards
from geozones.ledger.projecting import replay_lineage, replay_plots
from geozones.ledger.projection import AllocationRow, LineageRow, PlotProjection, SpellRow
from geozones.ledger.reading import iterate_stored, read_lineage
from geozones.ledger.schema import ALLOCATIONS, SPELLS

_MOST_PROBLEMS = 20
_PLOTS_AT_ONCE = 400


@dataclass(frozen=True)
class Verification:
    """What a verification found: `first_bad` is the first event that does not hold, None where none is."""

    ok: bool
    events: int
    first_bad: int | None
    head: str
    problems: tuple[Message, ...]


def verify_ledger(connection: Connection, *, head: str | None = None) -> Verification:
    """Recompute all hashes and invariants of a ledger.

    Parameters
    ----------
    connection
        A connection that sees one state of the database.
    head
        The hash of the last event at some earlier time, kept outside the ledger; it must still be in the chain, or
        the tail was cut or the chain rewritten.

    Returns
    -------
    Whether all holds, how many events there are, the first bad one, the head now, and the problems found.
    """
    chain = _verify_chain(connection, head)
    problems = list(chain.problems)
    problems += [
        Message(
            N_("The guard {name} of the database is missing; run ledger rebuild to put it back."), {"name": name}
        )
        for name in find_missing_guards(connection)
    ]
    if chain.ok:
        problems += list(_verify_projection(connection))[:_MOST_PROBLEMS]
    return Verification(not problems, chain.events, chain.first_bad, chain.head, tuple(problems))


def _verify_chain(connection: Connection, head: str | None) -> Verification:
    problems: list[Message] = []
    first_bad: int | None = None
    previous, count = GENESIS, 0
    is_head_found = head in (None, GENESIS)
    for stored in iterate_stored(connection):
        problem = _check_event(stored, expected_seq=count + 1, previous=previous)
        count += 1
        if problem is not None and len(problems) < _MOST_PROBLEMS:
            first_bad = first_bad if first_bad is not None else stored.seq
            problems.append(problem)
        previous = stored.hash
        is_head_found = is_head_found or stored.hash == head
    if not is_head_found:
        problems.append(
            Message(
                N_(
                    "The head {head} is not in the chain: events were cut off its end, or the chain was rewritten."
                ),
                {"head": head},
            )
        )
    return Verification(not problems, count, first_bad, previous, tuple(problems))


def _check_event(stored: StoredEvent, *, expected_seq: int, previous: str) -> Message | None:
    place = {"seq": stored.seq}
    if stored.seq != expected_seq:
        return Message(
            N_("Event {expected} is missing; event {seq} follows."), {**place, "expected": expected_seq}
        )
    if stored.prev_hash != previous:
        return Message(N_("Event {seq}: prev_hash is not the hash of the event before."), place)
    if hash_body(stored.prev_hash, stored.body) != stored.hash:
        return Message(N_("Event {seq}: its text does not fit its hash; it was changed."), place)
    try:
        event, _ = open_body(stored.body)
    except ValueError:
        return Message(N_("Event {seq}: its text cannot be read."), place)
    told = (event.seq, event.plot_id, event.name, event.date, event.recorded_at, make_row_key(event))
    kept = (stored.seq, stored.plot_id, stored.event, stored.effective_on, stored.recorded_at, stored.row_key)
    if told != kept:
        return Message(N_("Event {seq}: its columns do not say what its text says."), place)
    return None


def _verify_projection(connection: Connection) -> Iterator[Message]:
    lineage = replay_lineage(connection)
    if sorted(lineage, key=_lineage_key) != sorted(read_lineage(connection), key=_lineage_key):
        yield Message(N_("The lineage of plots is not what the events say; run ledger rebuild."))
    counted = {"known_plots": 0, "spells": 0, "allocations": 0}
    for batch in _batches(replay_plots(connection, lineage)):
        kept = _read_kept(connection, [projection.plot_id for projection in batch])
        for projection in batch:
            spells = sorted(_spell_key(row) for row in projection.rows)
            allocations = sorted(_allocation_key(row) for row in projection.allocations())
            counted["known_plots"] += 1
            counted["spells"] += len(spells)
            counted["allocations"] += len(allocations)
            if kept.get(projection.plot_id, ([], [])) != (spells, allocations):
                yield Message(
                    N_("Plot {plot}: its state in the ledger is not what the events say; run ledger rebuild."),
                    {"plot": projection.plot_id},
                )
    for table, count in counted.items():
        if connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() != count:
            yield Message(N_("The ledger holds states of plots that no event names; run ledger rebuild."))
            return


def _batches(projections: Iterator[PlotProjection]) -> Iterator[list[PlotProjection]]:
    batch: list[PlotProjection] = []
    for projection in projections:
        batch.append(projection)
        if len(batch) >= _PLOTS_AT_ONCE:
            yield batch
            batch = []
    yield batch


def _read_kept(
    connection: Connection, plot_ids: list[str]
) -> dict[str, tuple[list[tuple[object, ...]], list[tuple[object, ...]]]]:
    """Read the stored spells and allocations of some plots, each as sorted keys."""
    kept: dict[str, tuple[list[tuple[object, ...]], list[tuple[object, ...]]]] = {
        plot_id: ([], []) for plot_id in plot_ids
    }
    names = [SPELLS.c[field.name] for field in fields(SpellRow)]
    for row in connection.execute(select(*names).where(SPELLS.c.plot_id.in_(plot_ids))):
        kept[row.plot_id][0].append(_spell_key(SpellRow(*row)))
    columns = [ALLOCATIONS.c[field.name] for field in fields(AllocationRow)]
    for row in connection.execute(select(*columns).where(ALLOCATIONS.c.plot_id.in_(plot_ids))):
        kept[row.plot_id][1].append(_allocation_key(AllocationRow(*row)))
    for spells, allocations in kept.values():
        spells.sort()
        allocations.sort()
    return kept


def _lineage_key(row: LineageRow) -> tuple[str, str, int, int]:
    return (row.child, row.parent, row.seq, row.carries)


def _spell_key(row: SpellRow) -> tuple[object, ...]:
    return (
        row.known_from, row.position, str(row.effective_from), str(row.known_to), row.seq, row.state,
        str(row.since), row.facts,
    )  # fmt: skip


def _allocation_key(row: AllocationRow) -> tuple[object, ...]:
    return (
        row.allocation_no, str(row.participant), str(row.contract_no), row.state, str(row.effective_from),
        str(row.effective_to),
    )  # fmt: skip
