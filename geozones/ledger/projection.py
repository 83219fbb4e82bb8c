"""The projection of the events: what each plot is, in effect and as believed, and who holds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from geozones.lifecycle import MAP_STATE_OF, NEW_PLOT, Event, PlotState, Spell, advance, in_effect, spells
from geozones.lifecycle.timeline import LINEAGE_EVENTS, children_of, opened_states

_HELD_MAP_STATES = frozenset({"reserved", "allocated", "releasing", "operating"})
_NOT_STEPWISE = frozenset({"opening", "correct", *LINEAGE_EVENTS})


@dataclass(slots=True)
class SpellRow:
    """A spell as a row of the table: in effect from `effective_from`, believed from `known_from` to `known_to`."""

    plot_id: str
    position: int
    effective_from: dt.date
    known_from: int
    known_to: int | None
    seq: int
    state: str
    since: dt.date | None
    facts: str


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """A holding of a plot as a row of the table; half-open in time, open where `effective_to` is None."""

    allocation_no: int
    plot_id: str
    participant: str | None
    contract_no: str | None
    state: str
    effective_from: dt.date
    effective_to: dt.date | None


@dataclass(frozen=True, slots=True)
class LineageRow:
    """A parent of a plot; `carries` is 1 for the one whose events the plot carries on."""

    child: str
    parent: str
    seq: int
    carries: int


def lineage_of(event: Event) -> list[LineageRow]:
    """Return the rows of lineage that a split or merge makes; none for other events."""
    if event.name not in LINEAGE_EVENTS:
        return []
    parents = [event.plot_id, *event.fields.get("with", ())]
    return [
        LineageRow(child, parent, event.seq, int(parent == event.plot_id))
        for child in children_of(event)
        for parent in parents
    ]


@dataclass
class PlotProjection:
    """One plot, learnt event by event in the order of recording.

    `events` are those of the plot and of the plots that it carries on. Rows are never taken back: a row that an
    event makes wrong gets `known_to` and stays as what was believed until then.
    """

    plot_id: str
    events: list[Event] = field(default_factory=list)
    current: list[Spell] = field(default_factory=list)
    rows: list[SpellRow] = field(default_factory=list)
    valid: list[SpellRow] = field(default_factory=list)
    born_seq: int = 0

    def learn(self, event: Event) -> None:
        """Take in the next event and supersede the rows that it changes."""
        self.events.append(event)
        if event.name in LINEAGE_EVENTS and self.plot_id in children_of(event):
            self.born_seq = event.seq
        elif (
            event.plot_id != self.plot_id
            and not self.born_seq
            and self.plot_id not in event.fields.get("with", ())
        ):
            return  # the past of a plot that this one will carry on
        if self._is_next_step(event):
            before = self.current[-1].state if self.current else NEW_PLOT
            state = advance(before, event, path=frozenset({self.plot_id}))
            self._append(Spell(event.date, state), known_from=event.seq)
            return
        self._replace(self._own_spells(), known_from=event.seq)

    def state_on(self, date: dt.date) -> PlotState:
        """Return the state on a date as now believed."""
        reached = NEW_PLOT
        for spell in self.current:
            if spell.start > date:
                break
            reached = spell.state
        return reached

    def ends_by(self, date: dt.date) -> bool:
        """Say whether nothing changes after a day, so that an event of that day comes last."""
        return not self.current or date >= self.current[-1].start

    @property
    def begins_on(self) -> dt.date | None:
        """The first day that a further event may carry: the birth of a new plot, the end of an opening balance."""
        days = [event.date for event in self.events if event.seq == self.born_seq]
        opened = [event for event in self.events if event.name in ("opening", "correct")]
        if any(event.name == "opening" for event in opened):
            for row in in_effect(opened):
                days += [row.date, *(start for start, _ in opened_states(row))]
        return max(days, default=None)

    def _is_next_step(self, event: Event) -> bool:
        if event.name in _NOT_STEPWISE or event.plot_id != self.plot_id:
            return False
        return self.ends_by(event.date)

    def _own_spells(self) -> list[Spell]:
        """Fold all events; a plot that came out of a split or merge has no spells before its birth."""
        folded = spells(self.events, plot_id=self.plot_id)
        if not self.born_seq:
            return folded
        birth = next((event.date for event in self.events if event.seq == self.born_seq), None)
        if birth is None:
            return folded
        first = max((place for place, spell in enumerate(folded) if spell.start <= birth), default=0)
        own = [place for place, spell in enumerate(folded) if spell.state.seq == self.born_seq]
        return folded[own[0] if own else first :]

    def _append(self, spell: Spell, *, known_from: int) -> None:
        row = SpellRow(
            self.plot_id,
            len(self.current),
            spell.start,
            known_from,
            None,
            spell.state.seq,
            spell.state.state,
            spell.state.since,
            dump_facts(spell.state.facts),
        )
        self.current.append(spell)
        self.rows.append(row)
        self.valid.append(row)

    def _replace(self, spells_now: list[Spell], *, known_from: int) -> None:
        same = 0
        while same < min(len(spells_now), len(self.current)) and spells_now[same] == self.current[same]:
            same += 1
        for row in self.valid[same:]:
            row.known_to = known_from
        del self.valid[same:], self.current[same:]
        for spell in spells_now[same:]:
            self._append(spell, known_from=known_from)

    def allocations(self) -> list[AllocationRow]:
        """Return the holdings as now believed, in the order of time."""
        return list(_find_allocations(self.plot_id, self.current))


def _find_allocations(plot_id: str, current: Iterable[Spell]) -> Iterator[AllocationRow]:
    first: Spell | None = None
    last: Spell | None = None
    for spell in current:
        if MAP_STATE_OF.get(spell.state.state) in _HELD_MAP_STATES:
            first, last = first or spell, spell
        elif first is not None and last is not None:
            yield _allocation(plot_id, first, last, end=spell.start)
            first = last = None
    if first is not None and last is not None:
        yield _allocation(plot_id, first, last, end=None)


def _allocation(plot_id: str, first: Spell, last: Spell, *, end: dt.date | None) -> AllocationRow:
    facts = last.state.facts
    participant = facts.get("participant") or facts.get("reserved_for") or facts.get("person")
    return AllocationRow(
        first.state.seq, plot_id, participant, facts.get("contract_no"), last.state.state, first.start, end
    )


def dump_facts(facts: Mapping[str, Any]) -> str:
    """Write facts as text, keys sorted."""
    return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode()


def project_plot(plot_id: str, events: Iterable[Event]) -> PlotProjection:
    """Replay the events of a plot, and of those that it carries on, in the order of recording."""
    projection = PlotProjection(plot_id)
    for event in events:
        projection.learn(event)
    return projection
