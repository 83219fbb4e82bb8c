"""What each kind of event makes of the facts of a plot: holder, contract, notices, encumbrances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from geozones.lifecycle.events import HOLDER_FIELDS, PROJECT_FIELDS, Event

Facts = dict[str, Any]

_CONTRACT_FACTS = ("contract_no", "contract_date", "granted_on", "start_due", "started_on", "commissioned_on")
_BREACH_FACTS = (
    "before_breach", "breach_on", "notice_on", "notice_delivered", "cure_days", "termination_notice_on",
    "termination_delivered", "held_days",
)  # fmt: skip
LASTING_FACTS = ("encumbrances", "inspected_on", "inspected_started")
"""What lies on the land itself, whoever holds it."""


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
    for name in [name for name in facts if name not in LASTING_FACTS]:
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


EFFECTS: Mapping[str, Callable[[Facts, Event, str], None]] = {
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
"""How an event changes the facts, by its name; those that are not here leave them as they are."""
