"""The state of a plot from its events: fold them in the order of their effect, corrections applied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from geozones.lifecycle.effects import EFFECTS, LASTING_FACTS
from geozones.lifecycle.events import EVENTS, FREE_STATES, Event

LINEAGE_EVENTS = ("split", "merge")
"""Events that end plots and begin others."""


@dataclass(frozen=True, slots=True)
class PlotState:
    """What a plot is from a day on: its state, since when, and the facts that came with the events.

    `facts` hold the holder, the contract, the project and the notices as plain values (dates as ISO text); a
    missing key means nothing is known. `seq` is the last event behind it, 0 where there is none.
    """

    state: str = "free"
    since: dt.date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0

    @property
    def is_suspended(self) -> bool:
        """Whether a court or force majeure holds the clock."""
        return "suspended_on" in self.facts

    def day(self, fact: str) -> dt.date | None:
        """Return a fact that is a date, None where it is not known."""
        text = self.facts.get(fact)
        return None if text is None else dt.date.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Spell:
    """A state that begins on `start` and lasts until the next spell of the plot begins."""

    start: dt.date
    state: PlotState


NEW_PLOT = PlotState()

_ALWAYS = dt.date.min
"""Since when a reservation of the opening balance holds: its row does not say, so no day before is called free."""


def state_on(events: Iterable[Event], date: dt.date, *, plot_id: str | None = None) -> PlotState:
    """Find the state of a plot on a date.

    Parameters
    ----------
    events
        The events of the plot, in the order in which they were recorded; for a plot that came out of a split or
        a merge also those of the plot whose allocation it carries on.
    date
        The day asked about. Events dated later have not happened yet; corrections count whatever their date.
    plot_id
        The plot; None takes the plot of the first event.

    Returns
    -------
    The state, with since when and the facts; the state `free` without facts where nothing happened.
    """
    reached = NEW_PLOT
    for spell in spells(events, plot_id=plot_id):
        if spell.start > date:
            break
        reached = spell.state
    return reached


def spells(events: Iterable[Event], *, plot_id: str | None = None) -> list[Spell]:
    """Fold the events of a plot into its states, one a change, in the order of their days.

    Parameters
    ----------
    events, plot_id
        As of `state_on`.

    Returns
    -------
    The spells in order; several may begin on one day, and then the last of them counts. Empty without events.
    """
    ordered = in_effect(events)
    path = path_to(plot_id, ordered)
    state = NEW_PLOT
    result: list[Spell] = []
    for event in ordered:
        if event.name == "opening":
            for start, opened in opened_states(event):
                state = opened
                result.append(Spell(start, state))
        else:
            state = advance(state, event, path=path)
            result.append(Spell(event.date, state))
    result.sort(key=lambda spell: spell.start)
    return result


def path_to(plot_id: str | None, ordered: Sequence[Event]) -> frozenset[str]:
    """Return the plot and those whose allocation it carries on, back through splits and merges."""
    path = {plot_id if plot_id is not None else ordered[0].plot_id} if ordered else set()
    for event in reversed(ordered):
        if event.name in LINEAGE_EVENTS and not path.isdisjoint(children_of(event)):
            path.add(event.plot_id)
    return frozenset(path)


def children_of(event: Event) -> tuple[str, ...]:
    """Return the ids of the plots that a split or merge makes."""
    return tuple(part["plot_id"] for part in event.fields["into"])


def in_effect(events: Iterable[Event]) -> list[Event]:
    """Return the events as they stand after all corrections, in the order of their effect.

    Corrected events carry their new values, voided ones and the corrections themselves are left out.
    """
    recorded = list(events)
    corrections = [event for event in recorded if event.name == "correct"]
    if corrections:
        recorded = _corrected(recorded, corrections)
    return sorted(recorded, key=lambda event: (event.date, event.seq))


def _corrected(recorded: Sequence[Event], corrections: Sequence[Event]) -> list[Event]:
    by_seq = {event.seq: event for event in recorded if event.name != "correct"}
    for correction in sorted(corrections, key=lambda event: event.seq):
        target = by_seq.get(correction.fields["corrects"])
        if target is None:
            continue
        if correction.fields.get("void"):
            del by_seq[target.seq]
            continue
        changed = dict(correction.fields.get("fields", {}))
        date = dt.date.fromisoformat(changed.pop("date")) if "date" in changed else target.date
        kept = {**_without_replaced_holder(target.fields, changed), **changed}
        fields = {name: value for name, value in kept.items() if value is not None}
        by_seq[target.seq] = replace(target, date=date, fields=fields)
    return list(by_seq.values())


def _without_replaced_holder(fields: Mapping[str, Any], changed: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out a company that a correction turns into a person, or the reverse."""
    gone: tuple[str, ...] = ()
    if "person" in changed:
        gone = ("participant", "holder_id")
    elif "participant" in changed:
        gone = ("person",)
    return {name: value for name, value in fields.items() if name not in gone}


def advance(before: PlotState, event: Event, *, path: frozenset[str]) -> PlotState:
    """Apply one event to the state before it, without asking whether it is allowed.

    Parameters
    ----------
    before
        The state of the plot before the event.
    event
        Any event but `opening` and `correct`.
    path
        The plot whose state is followed, and the plots that it carries on; they decide whether a split or merge
        ends the plot or begins it.

    Returns
    -------
    The state after the event.
    """
    if event.name in LINEAGE_EVENTS:
        return _advance_lineage(before, event, path)
    facts = dict(before.facts)
    effect = EFFECTS.get(event.name)
    if effect is not None:
        effect(facts, event, before.state)
    if event.name == "cure":
        state = str(before.facts.get("before_breach", "contracted"))
        if state == "contracted" and "started_on" in facts:
            state = "building"
        if state == "building" and "commissioned_on" in facts:
            state = "operating"
    else:
        state = EVENTS[event.name].result_from(before.state)
    since = event.date if state != before.state or event.name == "notice" else before.since
    return PlotState(state, since, facts, event.seq)


def _advance_lineage(before: PlotState, event: Event, path: frozenset[str]) -> PlotState:
    followed = [child for child in children_of(event) if child in path]
    if not followed:
        return PlotState("ended", event.date, {"continued_as": list(children_of(event))}, event.seq)
    goes_on = event.name == "merge" or event.fields.get("allocation_to") in followed
    if goes_on and before.state not in FREE_STATES:
        return PlotState(before.state, before.since, before.facts, event.seq)
    facts = {name: before.facts[name] for name in LASTING_FACTS if name in before.facts}
    return PlotState("free", event.date, facts, event.seq)


def opened_states(event: Event) -> list[tuple[dt.date, PlotState]]:
    """Turn a row of the opening balance into the states that its dates tell, each with its first day."""
    fields = dict(event.fields)
    by_rank = ("council_date", "contract_date", "started_on", "commissioned_on")
    names = ("approved", "contracted", "building", "operating")
    dates = [fields.get(column) for column in by_rank]
    reserved = bool(fields.get("reserved_for"))
    result: list[tuple[dt.date, PlotState]] = []
    if reserved:
        result.append((_ALWAYS, PlotState("reserved", None, fields, event.seq)))
    if not reserved and not any(dates):
        result.append((event.date, PlotState("free", None, {}, event.seq)))
    rank = -1
    for iso in sorted({date for date in dates if date}):
        rank = max(rank, max(index for index, date in enumerate(dates) if date and date <= iso))
        reached_on = dt.date.fromisoformat(str(dates[rank]))
        result.append((dt.date.fromisoformat(iso), PlotState(names[rank], reached_on, fields, event.seq)))
    return result
