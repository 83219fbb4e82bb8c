"""Events of a plot as data: what each needs, from which states it is allowed, what it makes of the plot, and why.

The table `EVENTS` is the state machine: the ledger, the diagram of the documentation, the register workbook and
the refusals all read it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from geozones.errors import Message, UsageError
from geozones.i18n import N_

ZONE_LAW = "Law 242-VI of 03.04.2019"
LAND_CODE = "Land Code 442 of 20.06.2003"
HOUSE_RULE = N_("Rules of the ledger")

FREE_STATES = frozenset({"free", "withdrawn", "returned"})
"""States in which nobody holds or asks for the plot."""

HELD_STATES = frozenset({"contracted", "building", "breach_recorded", "notice_sent"})
"""States under a contract whose object is not in use."""

USED_STATES = frozenset({"operating", "bought_out"})

LIVE_STATES = FREE_STATES | HELD_STATES | USED_STATES | {"applied", "approved", "reserved", "terminated"}
"""Every state but `ended`: the plot is still a plot."""

FieldKind = Literal["text", "date", "number", "integer", "list"]

FIELDS: Mapping[str, FieldKind] = {
    "participant": "text",
    "holder_id": "text",
    "holder_kind": "text",
    "contract_no": "text",
    "contract_date": "date",
    "granted_on": "date",
    "start_due": "date",
    "started_on": "date",
    "commissioned_on": "date",
    "council_decision": "text",
    "council_date": "date",
    "project": "text",
    "sector": "text",
    "product": "text",
    "investment_kzt": "number",
    "invested_kzt": "number",
    "jobs_planned": "number",
    "jobs_actual": "number",
    "reserved_for": "text",
    "document": "text",
    "delivered": "date",
    "reason": "text",
    "ground": "text",
    "struck_on": "date",
    "kind": "text",
    "cure_days": "integer",
    "started": "text",
    "stage": "text",
    "greening_share": "number",
    "tidiness": "text",
    "time": "text",
    "lon": "number",
    "lat": "number",
    "accuracy_m": "number",
    "note": "text",
    "photo": "text",
    "photo_taken": "text",
    "into": "list",
    "with": "list",
    "allocation_to": "text",
    "corrects": "integer",
    "fields": "list",
    "void": "text",
}
"""What an event may carry, and how it is read; dates are held as ISO text."""

TIDINESS = ("good", "fair", "poor")
"""How orderly an inspection found a plot."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "holder_kind": ("company", "individual"),
    "ground": ("breach", "court", "agreement", "expiry"),
    "kind": ("pledge", "arrest", "land_order", "lease", "other"),
    "started": ("yes", "no", "unknown"),
    "tidiness": TIDINESS,
    "void": ("yes",),
}

PROJECT_FIELDS = ("project", "sector", "product", "investment_kzt", "invested_kzt", "jobs_planned", "jobs_actual")
HOLDER_FIELDS = ("participant", "holder_id", "holder_kind")
PAPER_FIELDS = ("document", "delivered", "reason", "note")


@dataclass(frozen=True)
class EventRule:
    """One kind of event.

    `result` is the state it leads to; a mapping gives it by the state before, and a state that the mapping does
    not name stays. `private_from` adds states from which a private zone, which needs no decision of the council,
    may go (art. 27(8), 30(6)). A recorded event may carry `required`, `optional` and `PAPER_FIELDS`.
    """

    name: str
    label: str
    allowed_from: frozenset[str]
    result: str | Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    act: str = ZONE_LAW
    article: str = "34"
    private_from: frozenset[str] = frozenset()
    by_hand: bool = True

    def result_from(self, state: str) -> str:
        """Return the state after the event, from the state before."""
        return self.result if isinstance(self.result, str) else self.result.get(state, state)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """All fields that the event may carry, the required ones first."""
        return tuple(dict.fromkeys((*self.required, *self.optional, *PAPER_FIELDS)))


def _states(*names: str) -> frozenset[str]:
    return frozenset(names)


_ALL_EVENTS = (
    EventRule(
        "opening", N_("Opening balance"), _states("free"), "by its dates",
        optional=(*HOLDER_FIELDS, "contract_no", "contract_date", "start_due", "started_on",
                               "commissioned_on", "council_decision", "council_date", "reserved_for",
                               *PROJECT_FIELDS),
        act=HOUSE_RULE, article="1", by_hand=False,
    ),
    EventRule(
        "apply", N_("Application"), FREE_STATES, "applied",
        required=("participant",), optional=("holder_id", "holder_kind", *PROJECT_FIELDS), article="34(1)",
    ),
    EventRule(
        "approve", N_("Positive decision of the council"), _states("applied"), "approved",
        required=("document",), optional=(*HOLDER_FIELDS, "council_decision", *PROJECT_FIELDS), article="34(2)",
    ),
    EventRule("refuse", N_("Refusal of the application"), _states("applied"), "free", article="34(2)"),
    EventRule(
        "withdraw", N_("Application withdrawn"), _states("applied", "approved"), "withdrawn", article="34(1)",
    ),
    EventRule(
        "contract", N_("Contract signed"), _states("approved", "reserved"), "contracted",
        required=("contract_no",),
        optional=(*HOLDER_FIELDS, "start_due", "granted_on", *PROJECT_FIELDS),
        article="34(2)", private_from=FREE_STATES | {"applied"},
    ),
    EventRule(
        "reserve", N_("Reserved for a later stage"), FREE_STATES, "reserved",
        required=("reserved_for",), optional=HOLDER_FIELDS, article="33(3)",
    ),
    EventRule(
        "release", N_("Reservation ended"), _states("reserved"), "free", required=("reason",), article="33(3)",
    ),
    EventRule(
        "start", N_("Work started"), HELD_STATES - {"building"}, {"contracted": "building"}, article="34(4)",
    ),
    EventRule(
        "commission", N_("Put into use"), HELD_STATES, {"contracted": "operating", "building": "operating"},
        act=LAND_CODE, article="119-2(2)",
    ),
    EventRule(
        "extend", N_("Term extended by an addendum"), HELD_STATES, required=("start_due",), article="27(8)",
    ),
    EventRule(
        "suspend", N_("Clock held: court or force majeure"), HELD_STATES | {"operating", "terminated"},
        required=("reason",), act=HOUSE_RULE, article="3",
    ),
    EventRule(
        "resume", N_("Clock runs again"), HELD_STATES | {"operating", "terminated"},
        optional=("start_due",), act=HOUSE_RULE, article="3",
    ),
    EventRule(
        "assign", N_("New holder"), HELD_STATES | USED_STATES | {"approved", "reserved"},
        required=("participant", "document"), optional=("holder_id", "holder_kind", "contract_no"),
        article="27(8)",
    ),
    EventRule(
        "encumber", N_("Encumbrance registered"), LIVE_STATES, required=("kind", "document"),
        act=LAND_CODE, article="94",
    ),
    EventRule(
        "disencumber", N_("Encumbrance ended"), LIVE_STATES, required=("kind",), act=LAND_CODE, article="94",
    ),
    EventRule(
        "breach", N_("Act of non-performance"), _states("contracted", "building", "operating"),
        "breach_recorded", required=("document",), article="34(4)",
    ),
    EventRule(
        "notice", N_("Notice to cure"), _states("breach_recorded", "notice_sent"), "notice_sent",
        required=("document",), optional=("cure_days",), article="34(4)",
    ),
    EventRule(
        "cure", N_("Breach cured"), _states("breach_recorded", "notice_sent"), "as before the breach",
        article="34(4)",
    ),
    EventRule(
        "termination_notice", N_("Notice of termination"), _states("notice_sent"), "notice_sent",
        required=("document",), article="34(4)",
    ),
    EventRule(
        "terminate", N_("Contract ended"), HELD_STATES | {"operating"}, "terminated",
        required=("document",), optional=("ground",), article="34(3)",
    ),
    EventRule(
        "return", N_("Land returned"), _states("terminated"), "returned",
        required=("document", "struck_on"), article="34(3)",
    ),
    EventRule(
        "buyout", N_("Plot bought out"), _states("operating"), "bought_out", required=("document",),
        article="34(5)",
    ),
    EventRule(
        "split", N_("Plot split"), LIVE_STATES, "ended", required=("document", "into"),
        optional=("allocation_to",), article="33(3)",
    ),
    EventRule(
        "merge", N_("Plots merged"), LIVE_STATES, "ended", required=("document", "with", "into"),
        article="33(3)",
    ),
    EventRule(
        "inspect", N_("Inspection"), LIVE_STATES, required=("started",),
        optional=("stage", "tidiness", "greening_share", "time", "lon", "lat", "accuracy_m", "photo",
                  "photo_taken"),
        article="34(4)",
    ),
    EventRule(
        "correct", N_("Correction of an event"), LIVE_STATES | {"ended"}, required=("corrects", "reason"),
        optional=("void", "fields"), act=HOUSE_RULE, article="2",
    ),
)  # fmt: skip

EVENTS: Mapping[str, EventRule] = {rule.name: rule for rule in _ALL_EVENTS}
"""Every kind of event by name, in the order of a plot's life."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a plot: `date` is the day from which it counts, `seq` the place in the ledger.

    `fields` hold plain values; dates in them are ISO text. `recorded_at` is the moment at which the ledger came
    to know it, in ISO text (UTC), empty for an event that is not recorded yet.
    """

    name: str
    plot_id: str
    date: dt.date
    fields: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0
    recorded_at: str = ""


def make_event(name: str, plot_id: str, date: dt.date, /, **fields: Any) -> Event:
    """Make an event from values as people give them: dates as dates or ISO text, None left out.

    Parameters
    ----------
    name
        A name of `EVENTS`.
    plot_id
        The plot; for a merge the plot whose allocation goes on.
    date
        The day from which the event counts.
    fields
        Values of `FIELDS`.

    Returns
    -------
    The event; empty text and None are left out.

    Raises
    ------
    UsageError
        The name or a field is unknown, or a value is not of the field's kind.
    """
    if name not in EVENTS:
        raise UsageError(N_("Unknown event {event}. Events: {allowed}."), event=name, allowed=", ".join(EVENTS))
    kept = {key: plain_value(key, value) for key, value in fields.items()}
    return Event(name, plot_id, date, {key: value for key, value in kept.items() if value is not None})


def plain_value(name: str, value: Any) -> Any:
    """Turn a value of a field into its plain form: ISO text for dates, None for empty.

    Raises
    ------
    UsageError
        The field is unknown or the value is not of its kind.
    """
    kind = FIELDS.get(name)
    if kind is None:
        raise UsageError(N_("Unknown field {field}. Fields: {allowed}."), field=name, allowed=", ".join(FIELDS))
    if value is None or value == "" or value == [] or value == {}:
        return None
    try:
        plain = _as_plain(value, kind) if kind != "list" else _as_plain_parts(name, value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            N_("{field} is {value}; it must be {kind}."), field=name, value=value, kind=Message(_KIND_WORDS[kind])
        ) from error
    if name in CHOICES and plain not in CHOICES[name]:
        raise UsageError(
            N_("{field} is {value}; allowed: {allowed}."),
            field=name,
            value=value,
            allowed=", ".join(CHOICES[name]),
        )
    return plain


_KIND_WORDS: Mapping[FieldKind, str] = {
    "text": N_("a text"),
    "date": N_("a day as 2026-11-23"),
    "number": N_("a number"),
    "integer": N_("a whole number"),
    "list": N_("a list of what belongs to it"),
}


def _as_plain(value: Any, kind: FieldKind) -> Any:
    if kind == "date":
        day = value.date() if isinstance(value, dt.datetime) else value
        return (day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day).strip())).isoformat()
    if kind == "text":
        return str(value).strip() or None
    if kind == "integer":
        if float(value) != int(value):
            raise ValueError(value)
        return int(value)
    if kind == "number":
        number = float(value)
        if number != number or number in (float("inf"), float("-inf")):
            raise ValueError(value)
        return int(number) if number.is_integer() else number
    raise TypeError(kind)


def _as_plain_parts(name: str, value: Any) -> Any:
    """Turn new plots, further plots of a merge, or the fields of a correction into plain values."""
    if name == "with":
        return [str(plot_id) for plot_id in value]
    if name == "into":
        parts = [{"plot_id": str(part["plot_id"]), "area_ha": _as_area(part.get("area_ha"))} for part in value]
        return [{key: found for key, found in part.items() if found is not None} for part in parts]
    return {
        key: _as_plain(given, "date") if key == "date" else plain_value(key, given) for key, given in value.items()
    }


def _as_area(value: Any) -> float | None:
    if value is None or value == "":
        return None
    area_ha = float(value)
    if not 0 < area_ha < float("inf"):
        raise ValueError(value)
    return area_ha
