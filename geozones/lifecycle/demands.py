"""What single kinds of events demand beyond the state of the plot: dates, delivered notices, terms, areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from geozones.errors import Message
from geozones.i18n import N_
from geozones.lifecycle.clocks import Term, contract_term
from geozones.lifecycle.events import EVENTS, FREE_STATES, HOUSE_RULE, ZONE_LAW, Event
from geozones.lifecycle.holders import bare_name, is_same_holder
from geozones.lifecycle.timeline import PlotState
from geozones.lifecycle.wording import UNIT_WORDS, event_words, state_words
from geozones.lifecycle.workdays import WorkCalendar
from geozones.rules import Rules

AREA_TOLERANCE_SHARE = 0.005
"""Largest difference between the areas before and after a split or merge, as a share of the area before."""


@dataclass(frozen=True)
class PlotFacts:
    """What the layers say of a plot: its zone's kind and register date, its documentary hectares, its end."""

    zone_id: str = ""
    zone_kind: str = "regional"
    register_date: dt.date | None = None
    area_ha: float | None = None
    valid_to: dt.date | None = None


@dataclass(frozen=True)
class Context:
    """What an event is judged against: the plot's facts, the latest day allowed, rules and working days.

    For a merge, `others` are the states of the further plots, and `plot.area_ha` is the area of all together.
    `begins_on` is the first day that a further event may carry: the last one that the opening balance speaks
    of, or the day on which the plot came out of a split or merge.
    """

    plot: PlotFacts
    today: dt.date
    rules: Rules
    calendar: WorkCalendar
    others: Mapping[str, PlotState] = field(default_factory=dict)
    begins_on: dt.date | None = None


def refuse(event: Event, template: str, **fields: object) -> Message:
    """Make the refusal of an event; act and article are those of the event unless given."""
    rule = EVENTS[event.name]
    params = {"act": rule.act, "article": rule.article, **fields}
    words = {"plot": event.plot_id, "event": event_words(event.name), "act": Message(str(params["act"]))}
    return Message(template, {**params, **words})


def _check_held(before: PlotState, event: Event, context: Context) -> Message | None:
    if not before.is_suspended:
        return None
    return refuse(
        event,
        N_("Plot {plot}: {event} is refused while the clock is held since {since}; record resume first. "
           "Rule: {act}, art. {article}."),
        since=before.facts["suspended_on"],
        act=HOUSE_RULE,
        article="3",
    )  # fmt: skip


def _check_register_date(before: PlotState, event: Event, context: Context) -> Message | None:
    registered = context.plot.register_date
    if registered is None or event.date >= registered:
        return None
    return refuse(
        event,
        N_("Plot {plot}: the contract of {date} is older than the entry of the zone in the register on "
           "{registered}. Rule: {act}, art. {article}."),
        date=event.date.isoformat(),
        registered=registered.isoformat(),
        act=ZONE_LAW,
        article="27(7)",
    )  # fmt: skip


def _check_reservation(before: PlotState, event: Event, context: Context) -> Message | None:
    asked_by = event.fields.get("person") or event.fields.get("participant")
    kept_for = before.facts.get("reserved_for")
    known = {bare_name(str(before.facts[name])) for name in ("reserved_for", "participant", "person")
             if name in before.facts}  # fmt: skip
    if before.state != "reserved" or asked_by is None or bare_name(asked_by) in known:
        return None
    return refuse(
        event,
        N_("Plot {plot}: reserved for {kept_for}; a contract with {asked_by} needs release first. "
           "Rule: {act}, art. {article}."),
        kept_for=kept_for,
        asked_by=asked_by,
        act=ZONE_LAW,
        article="33(3)",
    )  # fmt: skip


def _check_chosen(before: PlotState, event: Event, context: Context) -> Message | None:
    """Refuse a decision or contract for another participant than the one that applied."""
    asked_by, chosen = event.fields.get("participant"), before.facts.get("participant")
    if before.state not in ("applied", "approved") or is_same_holder(before.facts, event.fields):
        return None
    return refuse(
        event,
        N_("Plot {plot}: {event} names {asked_by}, but the application is of {chosen}. For another participant "
           "record refuse or withdraw and a new application; for a new name of the same one assign or correct. "
           "Rule: {act}, art. {article}."),
        asked_by=asked_by or event.fields.get("person"),
        chosen=chosen or before.facts.get("person"),
        act=ZONE_LAW,
        article="34(2)",
    )  # fmt: skip


def _check_still_there(before: PlotState, event: Event, context: Context) -> Message | None:
    """Refuse to give away a plot that the layer has ended."""
    end = context.plot.valid_to
    if end is None or event.date < end or before.state not in FREE_STATES:
        return None
    return refuse(
        event,
        N_("Plot {plot}: it ended on {end} in the layer of plots; {event} on {date} needs a plot that is there. "
           "Rule: {act}, art. {article}."),
        end=end.isoformat(),
        date=event.date.isoformat(),
        act=HOUSE_RULE,
        article="7",
    )  # fmt: skip


def _check_participant_known(before: PlotState, event: Event, context: Context) -> Message | None:
    known = any(name in {**before.facts, **event.fields} for name in ("participant", "person", "reserved_for"))
    if known:
        return None
    return refuse(
        event,
        N_("Plot {plot}: {event} needs {missing}. Rule: {act}, art. {article}."),
        missing="participant",
    )


def _check_start_due(before: PlotState, event: Event, context: Context) -> Message | None:
    due = event.fields.get("start_due")
    if due is None or due >= event.date.isoformat():
        return None
    return refuse(
        event,
        N_("Plot {plot}: {event}: start_due {due} lies before the date {date}. Rule: {act}, art. {article}."),
        due=due,
        date=event.date.isoformat(),
    )


def _check_cure_days(before: PlotState, event: Event, context: Context) -> Message | None:
    longest = int(context.rules.get("clock.cure", on=event.date).value or 0)
    if 1 <= event.fields.get("cure_days", longest) <= longest:
        return None
    return refuse(
        event,
        N_("Plot {plot}: {event}: a term of {days} days to cure; the law allows 1 to {longest}. "
           "Rule: {act}, art. {article}."),
        days=event.fields["cure_days"],
        longest=longest,
    )  # fmt: skip


def _check_cure_term(before: PlotState, event: Event, context: Context) -> Message | None:
    if "termination_notice_on" in before.facts:
        delivered = before.facts.get("notice_delivered")
        return None if delivered else _not_delivered(event, before.facts["notice_on"])
    term = contract_term(before, rules=context.rules, calendar=context.calendar)
    if term is None:
        return _not_delivered(event, before.facts["notice_on"])
    return _too_early(event, term) if event.date < term.next_from else None


def _check_termination_term(before: PlotState, event: Event, context: Context) -> Message | None:
    if event.fields.get("ground", "breach") != "breach":
        return None
    held = _check_held(before, event, context)
    if held is not None:
        return held
    if before.state != "notice_sent" or "termination_notice_on" not in before.facts:
        return refuse(
            event,
            N_("Plot {plot}: {event} for a breach needs a notice to cure and a notice of termination first; "
               "the state is {state}. Rule: {act}, art. {article}."),
            state=state_words(before.state),
            act=ZONE_LAW,
            article="34(4)",
        )  # fmt: skip
    term = contract_term(before, rules=context.rules, calendar=context.calendar)
    if term is None:
        return _not_delivered(event, before.facts["termination_notice_on"])
    return _too_early(event, term) if event.date < term.next_from else None


def _not_delivered(event: Event, notice_on: str) -> Message:
    return refuse(
        event,
        N_("Plot {plot}: {event} is refused: no delivery of the notice of {notice_on} is recorded, so its clock "
           "has not started. Rule: {act}, art. {article}."),
        notice_on=notice_on,
        act=ZONE_LAW,
        article="34(4)",
    )  # fmt: skip


def _too_early(event: Event, term: Term) -> Message:
    return refuse(
        event,
        N_("Plot {plot}: {event} on {date} is too early: notice delivered {base}, {days} {unit}, last day {due}, "
           "earliest {earliest}. Rule: {act}, art. {article}."),
        date=event.date.isoformat(),
        base=term.base.isoformat(),
        days=int(term.rule.value or 0),
        unit=Message(UNIT_WORDS[term.rule.unit]),
        due=term.due.isoformat(),
        earliest=term.next_from.isoformat(),
        act=term.rule.act,
        article=term.rule.article,
    )  # fmt: skip


def _check_once(fact: str) -> Callable[[PlotState, Event, Context], Message | None]:
    def check(before: PlotState, event: Event, context: Context) -> Message | None:
        if fact not in before.facts:
            return None
        return refuse(
            event,
            N_("Plot {plot}: {event} is recorded already, on {date}. Rule: {act}, art. {article}."),
            date=before.facts[fact],
        )

    return check


def _check_is_held(before: PlotState, event: Event, context: Context) -> Message | None:
    if before.is_suspended:
        return None
    return refuse(
        event,
        N_("Plot {plot}: {event} is refused: the clock is not held. Rule: {act}, art. {article}."),
    )


def _check_encumbered(before: PlotState, event: Event, context: Context) -> Message | None:
    if any(row["kind"] == event.fields["kind"] for row in before.facts.get("encumbrances", ())):
        return None
    return refuse(
        event,
        N_("Plot {plot}: no encumbrance of kind {kind} stands on it. Rule: {act}, art. {article}."),
        kind=event.fields["kind"],
    )


def _check_struck(before: PlotState, event: Event, context: Context) -> Message | None:
    terminated = before.facts.get("terminated_on", "")
    if event.date.isoformat() < event.fields["struck_on"]:
        return refuse(
            event,
            N_("Plot {plot}: {event} on {date}, but struck from the cadastre on {struck_on}; until then the plot "
               "is releasing. Give that day or a later one. Rule: {act}, art. {article}."),
            date=event.date.isoformat(),
            struck_on=event.fields["struck_on"],
        )  # fmt: skip
    if event.fields["struck_on"] >= terminated:
        return None
    return refuse(
        event,
        N_("Plot {plot}: struck from the cadastre on {struck_on}, before the contract ended on {terminated}. "
           "Rule: {act}, art. {article}."),
        struck_on=event.fields["struck_on"],
        terminated=terminated,
    )  # fmt: skip


def _check_parts(before: PlotState, event: Event, context: Context) -> Message | None:
    refusal = find_part_refusal(before, event, others=context.others)
    if refusal is not None:
        return refusal
    areas = [part.get("area_ha") for part in event.fields["into"]]
    whole = context.plot.area_ha
    if whole is None or any(area is None for area in areas):
        return None
    parts = float(sum(area for area in areas if area is not None))
    if abs(parts - whole) <= AREA_TOLERANCE_SHARE * whole:
        return None
    return refuse(
        event,
        N_("Plot {plot}: {event}: {before} ha before, {after} ha after; they must agree within {share} %. "
           "Rule: {act}, art. {article}."),
        before=round(whole, 4),
        after=round(parts, 4),
        share=AREA_TOLERANCE_SHARE * 100,
        act=HOUSE_RULE,
        article="4",
    )  # fmt: skip


def find_part_refusal(before: PlotState, event: Event, *, others: Mapping[str, PlotState]) -> Message | None:
    """Find out whether a split or merge would leave a holding without its plot, or names plots wrongly.

    `others` are the states of the further plots of a merge.
    """
    return next(_find_part_problems(before, event, others), None)


def _find_part_problems(before: PlotState, event: Event, others: Mapping[str, PlotState]) -> Iterator[Message]:
    ids = [part["plot_id"] for part in event.fields["into"]]
    wanted = "1" if event.name == "merge" else "2 or more"
    if len(set(ids)) != len(ids) or (len(ids) != 1 if event.name == "merge" else len(ids) < 2):
        yield refuse(
            event,
            N_("Plot {plot}: {event} needs {wanted} new plots with different ids; given: {given}. "
               "Rule: {act}, art. {article}."),
            wanted=wanted,
            given=", ".join(ids),
            act=HOUSE_RULE,
            article="4",
        )  # fmt: skip
    merged = [event.plot_id, *event.fields.get("with", ())]
    if len(set(merged)) != len(merged):
        yield refuse(
            event,
            N_("Plot {plot}: a merge needs different plots; given: {given}. Rule: {act}, art. {article}."),
            given=", ".join(merged),
            act=HOUSE_RULE,
            article="4",
        )
    for other, state in others.items():
        if state.state not in FREE_STATES:
            yield refuse(
                event,
                N_("Plot {plot}: it cannot be merged with {other}, which is {state}; name the plot whose "
                   "allocation goes on first, and only free plots after it. Rule: {act}, art. {article}."),
                other=other,
                state=state_words(state.state),
                act=HOUSE_RULE,
                article="4",
            )  # fmt: skip
    is_taken = before.state not in FREE_STATES
    if event.name == "split" and is_taken and event.fields.get("allocation_to") not in ids:
        yield refuse(
            event,
            N_("Plot {plot}: it is {state}; say by allocation_to which of the new plots goes on with it: "
               "{given}. Rule: {act}, art. {article}."),
            state=state_words(before.state),
            given=", ".join(ids),
            act=HOUSE_RULE,
            article="4",
        )  # fmt: skip


def _check_greening(before: PlotState, event: Event, context: Context) -> Message | None:
    share = event.fields.get("greening_share")
    if share is None or 0 <= share <= 1:
        return None
    return refuse(
        event,
        N_("Plot {plot}: {event}: greening_share {share} is no share; write 0.12 for 12 %. "
           "Rule: {act}, art. {article}."),
        share=share,
        act=HOUSE_RULE,
        article="8",
    )  # fmt: skip


DEMANDS: Mapping[str, tuple[Callable[[PlotState, Event, Context], Message | None], ...]] = {
    "apply": (_check_still_there,),
    "approve": (_check_chosen,),
    "contract": (
        _check_still_there, _check_participant_known, _check_chosen, _check_reservation, _check_register_date,
        _check_start_due,
    ),
    "reserve": (_check_still_there,),
    "start": (_check_once("started_on"),),
    "commission": (_check_once("commissioned_on"),),
    "extend": (_check_start_due,),
    "suspend": (_check_once("suspended_on"),),
    "resume": (_check_is_held,),
    "disencumber": (_check_encumbered,),
    "breach": (_check_held,),
    "notice": (_check_held, _check_cure_days),
    "termination_notice": (_check_held, _check_cure_term),
    "terminate": (_check_termination_term,),
    "return": (_check_held, _check_struck),
    "inspect": (_check_greening,),
    "split": (_check_parts,),
    "merge": (_check_parts,),
}  # fmt: skip
"""The demands of each kind of event, in the order in which they are looked at."""
