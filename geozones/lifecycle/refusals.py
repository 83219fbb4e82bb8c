"""Why an event is refused: one rule after another, each with its act and article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from geozones.errors import Message
from geozones.i18n import N_
from geozones.lifecycle.demands import DEMANDS, Context, find_part_refusal, refuse
from geozones.lifecycle.events import EVENTS, HOUSE_RULE, Event
from geozones.lifecycle.holders import is_holder_id
from geozones.lifecycle.timeline import (
    LINEAGE_EVENTS,
    NEW_PLOT,
    PlotState,
    advance,
    in_effect,
    opened_states,
    path_to,
)
from geozones.lifecycle.wording import state_words, states_words


def find_refusal(before: PlotState, event: Event, *, context: Context) -> Message | None:
    """Find the rule that refuses an event, if any.

    Parameters
    ----------
    before
        The state of the plot on the day of the event, before it.
    event
        The event.
    context
        The plot, the latest day allowed, the rules and the calendar.

    Returns
    -------
    The refusal, naming rule, act and article; None where the event is allowed.
    """
    for check in (*_CHECKS, *DEMANDS.get(event.name, ())):
        refusal = check(before, event, context)
        if refusal is not None:
            return refusal
    return None


def find_holder_refusal(event: Event) -> Message | None:
    """Find out whether the number of the holder is no BIN or IIN; the message does not repeat it.

    It is asked before personal data is put aside, so that no wrong number of a person is kept.
    """
    corrected = event.fields.get("fields")
    told = [event.fields, corrected if isinstance(corrected, Mapping) else {}]
    numbers = [fields["holder_id"] for fields in told if fields.get("holder_id") is not None]
    if all(is_holder_id(number) for number in numbers):
        return None
    return refuse(
        event,
        N_("Plot {plot}: {event}: holder_id is not a BIN or IIN: it must have 12 digits, and the last must fit "
           "the others. Rule: {act}, art. {article}."),
        act=HOUSE_RULE,
        article="6",
    )  # fmt: skip


def find_order_refusal(before: PlotState, event: Event, *, is_private: bool = False) -> Message | None:
    """Find out whether an event that is already recorded still fits the state before it.

    Terms are not counted again: what was lawful when it was recorded stays so.
    """
    rule = EVENTS[event.name]
    allowed = rule.allowed_from | (rule.private_from if is_private else frozenset())
    if before.state in allowed:
        return None
    return refuse(
        event,
        N_("Plot {plot}: {event} is not allowed in state {state}; allowed from: {allowed}. "
           "Rule: {act}, art. {article}."),
        state=state_words(before.state),
        allowed=states_words(allowed),
    )  # fmt: skip


def find_timeline_refusal(events: Iterable[Event], *, plot_id: str, is_private: bool = False) -> Message | None:
    """Find the first recorded event that no longer fits the state before it.

    Parameters
    ----------
    events
        All events of a plot and of those that it carries on, one of them new.
    plot_id
        The plot.
    is_private
        Whether its zone is a private one.

    Returns
    -------
    The refusal, naming the event that would no longer be allowed; None where all still fit.
    """
    state = NEW_PLOT
    ordered = in_effect(events)
    path = path_to(plot_id, ordered)
    for event in ordered:
        refusal = find_order_refusal(state, event, is_private=is_private)
        if refusal is None and event.name in LINEAGE_EVENTS:
            others = {} if event.plot_id in path else {plot_id: state}
            refusal = find_part_refusal(NEW_PLOT if others else state, event, others=others)
        if refusal is not None:
            return refusal
        state = _advance(state, event, path)
    return None


def _advance(state: PlotState, event: Event, path: frozenset[str]) -> PlotState:
    return opened_states(event)[-1][1] if event.name == "opening" else advance(state, event, path=path)


def find_corrected_refusal(events: Sequence[Event], *, seq: int, plot_id: str, context: Context) -> Message | None:
    """Judge a corrected event as if it were recorded anew: fields, days, terms, the state before it.

    Parameters
    ----------
    events
        All events of a plot and of those that it carries on, with the new correction.
    seq
        The number of the corrected event; where it is voided there is nothing to judge.
    plot_id
        The plot.
    context
        As of `find_refusal`.

    Returns
    -------
    The refusal; None where the event is allowed as corrected. A corrected opening balance is refused where it
    reaches beyond the day of a later event.
    """
    ordered = in_effect(events)
    path = path_to(plot_id, ordered)
    state = NEW_PLOT
    for place, event in enumerate(ordered):
        if event.seq != seq:
            state = _advance(state, event, path)
            continue
        if event.name != "opening":
            return find_refusal(state, event, context=context)
        begins = replace(context, begins_on=max(start for start, _ in opened_states(event)))
        others = [*ordered[:place], *ordered[place + 1 :]]
        found = [find_refusal(state, event, context=replace(context, begins_on=None))]
        found += [_check_beginning(state, other, begins) for other in others]
        return next((refusal for refusal in found if refusal is not None), None)
    return None


def _check_beginning(before: PlotState, event: Event, context: Context) -> Message | None:
    if context.begins_on is None or event.date >= context.begins_on:
        return None
    return refuse(
        event,
        N_("Plot {plot}: {event} on {date} lies before {first}, where its records begin (opening balance, split "
           "or merge); correct the opening balance instead. Rule: {act}, art. {article}."),
        date=event.date.isoformat(),
        first=context.begins_on.isoformat(),
        act=HOUSE_RULE,
        article="1",
    )  # fmt: skip


def _check_state(before: PlotState, event: Event, context: Context) -> Message | None:
    return find_order_refusal(before, event, is_private=context.plot.zone_kind == "private")


def _check_fields(before: PlotState, event: Event, context: Context) -> Message | None:
    rule = EVENTS[event.name]
    missing = [name for name in rule.required if name not in event.fields]
    if "participant" in missing and "person" in event.fields:
        missing.remove("participant")
    if "reserved_for" in missing and not {"participant", "person"}.isdisjoint(event.fields):
        missing.remove("reserved_for")
    if missing:
        return refuse(
            event,
            N_("Plot {plot}: {event} needs {missing}. Rule: {act}, art. {article}."),
            missing=", ".join(missing),
        )
    unknown = [name for name in event.fields if name not in (*rule.fields, "person")]
    if unknown:
        return refuse(
            event,
            N_("Plot {plot}: {event} cannot carry {unknown}; it may carry: {allowed}. "
               "Rule: {act}, art. {article}."),
            unknown=", ".join(unknown),
            allowed=", ".join(rule.fields),
        )  # fmt: skip
    return None


def _check_days(before: PlotState, event: Event, context: Context) -> Message | None:
    past = {"date": event.date.isoformat()}
    dated = ("delivered", "struck_on", "granted_on", "contract_date", "started_on", "commissioned_on",
             "council_date")  # fmt: skip
    past.update({name: event.fields[name] for name in dated if name in event.fields})
    today = context.today.isoformat()
    for name, day in past.items():
        if day > today:
            return refuse(
                event,
                N_("Plot {plot}: {event}: {field} {date} lies in the future (today is {today}). "
                   "Rule: {act}, art. {article}."),
                field=name,
                date=day,
                today=today,
                act=HOUSE_RULE,
                article="5",
            )  # fmt: skip
    delivered = event.fields.get("delivered")
    if delivered is not None and delivered < event.date.isoformat():
        return refuse(
            event,
            N_("Plot {plot}: {event}: delivered on {delivered}, before its own date {date}. "
               "Rule: {act}, art. {article}."),
            delivered=delivered,
            date=event.date.isoformat(),
            act=HOUSE_RULE,
            article="5",
        )  # fmt: skip
    return None


_CHECKS = (_check_beginning, _check_state, _check_fields, _check_days)
