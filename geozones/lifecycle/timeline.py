"""The state of a plot from its events: fold them in the order of their effect, corrections applied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from geozones.lifecycle.events import EVENTS, FREE_STATES, HOLDER_FIELDS, PROJECT_FIELDS, Event

Facts = dict[str, Any]

LINEAGE_EVENTS = ("split", "merge")
"""Events that end plots and begin others."""

_CONTRACT_FACTS = ("contract_no", "contract_date", "granted_on", "start_due", "started_on", "commissioned_on")
_BREACH_FACTS = (
    "before_breach", "breach_on", "notice_on", "notice_delivered", "cure_days", "termination_notice_on",
    "termination_delivered", "held_days",
)  # fmt: skip
_LASTING_FACTS = ("encumbrances", "inspected_on", "inspected_started")


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
        kept = {**target.fields, **changed}
        fields = {name: value for name, value in kept.items() if value is not None}
        by_seq[target.seq] = replace(target, date=date, fields=fields)
    return list(by_seq.values())


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
    effect = _EFFECTS.get(event.name)
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
    facts = {name: before.facts[name] for name in _LASTING_FACTS if name in before.facts}
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


def _take(facts: Facts, event: Event, names: Iterable[str]) -> None:
    for name in names:
        if name in event.fields:
            facts[name] = event.fields[name]


def _take_holder(facts: Facts, event: Event) -> None:
    """Take over a holder whole: an old id never stands beside a new name."""
    if "participant" in event.fields or "person" in event.fields:
        for name in (*HOLDER_FIELDS, "person"):
            facts.pop(name, None)
    _take(facts, event, (*HOLDER_FIELDS, "person"))


def _forget(facts: Facts) -> None:
    """Drop all that belongs to a holder; what lies on the land itself stays."""
    for name in [name for name in facts if name not in _LASTING_FACTS]:
        del facts[name]


def _apply(facts: Facts, event: Event, state: str) -> None:
    _forget(facts)
    _take_holder(facts, event)
    _take(facts, event, PROJECT_FIELDS)


def _approve(facts: Facts, event: Event, state: str) -> None:
    _take_holder(facts, event)
    _take(facts, event, PROJECT_FIELDS)
    facts["council_decision"] = event.fields.get("council_decision") or event.fields.get("document")
    facts["council_date"] = event.date.isoformat()


def _contract(facts: Facts, event: Event, state: str) -> None:
    if state == "reserved" and "participant" not in event.fields and "participant" not in facts:
        facts["participant"] = facts.get("reserved_for")
    _take_holder(facts, event)
    _take(facts, event, (*_CONTRACT_FACTS, *PROJECT_FIELDS))
    facts["contract_date"] = event.date.isoformat()
    facts.pop("reserved_for", None)


def _reserve(facts: Facts, event: Event, state: str) -> None:
    _forget(facts)
    _take_holder(facts, event)
    facts["reserved_for"] = event.fields.get("reserved_for", event.fields.get("participant"))


def _end_holding(facts: Facts, event: Event, state: str) -> None:
    _forget(facts)


def _start(facts: Facts, event: Event, state: str) -> None:
    facts["started_on"] = event.date.isoformat()


def _commission(facts: Facts, event: Event, state: str) -> None:
    facts["commissioned_on"] = event.date.isoformat()


def _extend(facts: Facts, event: Event, state: str) -> None:
    facts.setdefault("first_start_due", facts.get("start_due"))
    facts["start_due"] = event.fields["start_due"]
    facts["extended_on"] = event.date.isoformat()
    _take_named(facts, event, {"document": "extended_by"})


def _suspend(facts: Facts, event: Event, state: str) -> None:
    facts["suspended_on"] = event.date.isoformat()
    _take_named(facts, event, {"reason": "suspended_for"})


def _resume(facts: Facts, event: Event, state: str) -> None:
    facts.pop("suspended_for", None)
    since = dt.date.fromisoformat(facts.pop("suspended_on", event.date.isoformat()))
    _take(facts, event, ("start_due",))
    running = facts.get("termination_delivered") or facts.get("notice_delivered")
    if running:
        held = event.date - max(since, dt.date.fromisoformat(running))
        facts["held_days"] = facts.get("held_days", 0) + max(0, held.days)


def _assign(facts: Facts, event: Event, state: str) -> None:
    _take_holder(facts, event)
    _take(facts, event, ("contract_no",))
    if state == "reserved":
        facts["reserved_for"] = event.fields.get("participant")
    facts["assigned_on"] = event.date.isoformat()


def _encumber(facts: Facts, event: Event, state: str) -> None:
    found = {key: event.fields[key] for key in ("kind", "document", "delivered") if key in event.fields}
    facts["encumbrances"] = [*facts.get("encumbrances", ()), {**found, "on": event.date.isoformat()}]


def _disencumber(facts: Facts, event: Event, state: str) -> None:
    kind, document = event.fields["kind"], event.fields.get("document")
    rows = list(facts.get("encumbrances", ()))
    matches = [row for row in rows if row["kind"] == kind and document in (None, row["document"])]
    matches = matches or [row for row in rows if row["kind"] == kind]
    if matches:
        rows.remove(matches[0])
    facts["encumbrances"] = rows
    if not rows:
        del facts["encumbrances"]


def _breach(facts: Facts, event: Event, state: str) -> None:
    for name in _BREACH_FACTS:
        facts.pop(name, None)
    facts["before_breach"] = state
    facts["breach_on"] = event.date.isoformat()
    _take_named(facts, event, {"document": "breach_document"})


def _notice(facts: Facts, event: Event, state: str) -> None:
    for name in ("notice_delivered", "cure_days", "held_days", "termination_notice_on", "termination_delivered"):
        facts.pop(name, None)
    facts["notice_on"] = event.date.isoformat()
    _take(facts, event, ("cure_days",))
    _take_named(facts, event, {"delivered": "notice_delivered", "document": "notice_document"})


def _termination_notice(facts: Facts, event: Event, state: str) -> None:
    for name in ("termination_delivered", "held_days"):
        facts.pop(name, None)
    facts["termination_notice_on"] = event.date.isoformat()
    _take_named(facts, event, {"delivered": "termination_delivered", "document": "termination_document"})


def _cure(facts: Facts, event: Event, state: str) -> None:
    for name in (*_BREACH_FACTS, "breach_document", "notice_document", "termination_document"):
        facts.pop(name, None)


def _terminate(facts: Facts, event: Event, state: str) -> None:
    facts["terminated_on"] = event.date.isoformat()
    facts["terminated_by"] = event.fields.get("document")
    facts["ground"] = event.fields.get("ground", "breach")


def _inspect(facts: Facts, event: Event, state: str) -> None:
    facts["inspected_on"] = event.date.isoformat()
    facts["inspected_started"] = event.fields["started"]


def _take_named(facts: Facts, event: Event, names: Mapping[str, str]) -> None:
    for source, target in names.items():
        if source in event.fields:
            facts[target] = event.fields[source]


_EFFECTS: Mapping[str, Callable[[Facts, Event, str], None]] = {
    "apply": _apply,
    "approve": _approve,
    "refuse": _end_holding,
    "withdraw": _end_holding,
    "contract": _contract,
    "reserve": _reserve,
    "release": _end_holding,
    "start": _start,
    "commission": _commission,
    "extend": _extend,
    "suspend": _suspend,
    "resume": _resume,
    "assign": _assign,
    "encumber": _encumber,
    "disencumber": _disencumber,
    "breach": _breach,
    "notice": _notice,
    "cure": _cure,
    "termination_notice": _termination_notice,
    "terminate": _terminate,
    "return": _end_holding,
    "inspect": _inspect,
}
