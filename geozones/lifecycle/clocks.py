"""Legal clocks: the terms of the contract (zone law, art. 34), and apart from it of the Land Code (92, 94)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from geozones.lifecycle.timeline import PlotState
from geozones.lifecycle.workdays import WorkCalendar, add_months
from geozones.rules import Rule, Rules

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """A counted term: `base` starts it, `due` is its last day, from `next_from` the next step is lawful.

    `length` is its number of days, months or years; `counted` is the last day before it moved off a day off.
    `estimated` says that a holiday whose date is only estimated lies in or beside the counted days; `verified` is
    false where a rule behind the term is not.
    """

    clock: str
    base: dt.date
    counted: dt.date
    due: dt.date
    estimated: bool
    verified: bool
    rule: Rule
    length: int

    @property
    def next_from(self) -> dt.date:
        """The first day after the term."""
        return self.due + _ONE_DAY


def count_term(
    rule_id: str,
    base: dt.date,
    *,
    rules: Rules,
    calendar: WorkCalendar,
    length: int | None = None,
    held_days: int = 0,
) -> Term:
    """Count a legal term from the day that starts it.

    Parameters
    ----------
    rule_id
        The row of the rules table that gives length and unit (`calendar_days`, `working_days`, `months`,
        `years`) in force on `base`.
    base
        The day of the delivery or decision; the count starts on the day after it.
    rules, calendar
        The legal numbers and the working days.
    length
        A shorter length that a notice sets within the law; None takes the rule's.
    held_days
        Days for which a court or force majeure held the clock; added where the rules say so.

    Returns
    -------
    The term with its last day, moved to the next working day where it would end on a day off.

    Raises
    ------
    RulesError
        No such rule is in force on `base`.

    Source
    ------
    Civil Code of Kazakhstan, art. 173-175; that art. 175 governs these notices is unverified and marked so.
    """
    rule = rules.get(rule_id, on=base)
    moves = rules.get("count.last_day_off_moves", on=base)
    prolongs = rules.get("count.held_days_prolong", on=base) if held_days else None
    number = int(rule.value or 0) if length is None else length
    added = held_days if prolongs is not None and prolongs.value else 0
    counted = _last_day(rule.unit, base, number, calendar) + dt.timedelta(days=added)
    due = calendar.next_working(counted) if moves.value else counted
    within = base + _ONE_DAY if rule.unit == "working_days" else counted
    return Term(
        clock=rule_id,
        base=base,
        counted=counted,
        due=due,
        estimated=calendar.touches_estimated(within, due),
        verified=rule.verified and (due == counted or moves.verified) and (prolongs is None or prolongs.verified),
        rule=rule,
        length=number,
    )


def _last_day(unit: str, base: dt.date, number: int, calendar: WorkCalendar) -> dt.date:
    if unit == "working_days":
        return calendar.add_working_days(base, number)
    if unit in ("years", "months"):
        return add_months(base, number * 12 if unit == "years" else number)
    return base + dt.timedelta(days=number)


def contract_term(state: PlotState, *, rules: Rules, calendar: WorkCalendar) -> Term | None:
    """Return the running term of art. 34(4): to cure, or after the notice of termination.

    Parameters
    ----------
    state
        The state of a plot.
    rules, calendar
        As of `count_term`.

    Returns
    -------
    The term; None where no notice stands or its delivery is not recorded, for then the clock has not started.
    """
    if state.state != "notice_sent":
        return None
    held_days = int(state.facts.get("held_days", 0))
    if "termination_notice_on" in state.facts:
        delivered = state.day("termination_delivered")
        if delivered is None:
            return None
        return count_term("clock.termination", delivered, rules=rules, calendar=calendar, held_days=held_days)
    delivered = state.day("notice_delivered")
    if delivered is None:
        return None
    length = state.facts.get("cure_days")
    return count_term("clock.cure", delivered, rules=rules, calendar=calendar, length=length, held_days=held_days)


def land_term(state: PlotState, *, rules: Rules, calendar: WorkCalendar) -> Term | None:
    """Return the term of the Land Code for a plot that is held and not used; never mixed with the contract's.

    Parameters
    ----------
    state
        The state of a plot.
    rules, calendar
        As of `count_term`.

    Returns
    -------
    The year of a delivered order to use the plot, else the three years from the grant (from the contract where
    no grant is recorded). None where the plot is not held, work has started, or no date starts the clock.
    """
    held = state.state in ("contracted", "breach_recorded", "notice_sent")
    if not held or "started_on" in state.facts or "commissioned_on" in state.facts:
        return None
    orders = [row for row in state.facts.get("encumbrances", ()) if row["kind"] == "land_order"]
    if orders:
        delivered = orders[-1].get("delivered")
        if delivered is None:
            return None
        return count_term("clock.land_order", dt.date.fromisoformat(delivered), rules=rules, calendar=calendar)
    granted = state.day("granted_on") or state.day("contract_date")
    if granted is None:
        return None
    return count_term("clock.land_unused", granted, rules=rules, calendar=calendar)
