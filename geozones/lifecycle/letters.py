"""Letters that a plot's state allows on a day: which step each belongs to, and why one is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from geozones.errors import Message
from geozones.i18n import N_
from geozones.lifecycle.demands import Context
from geozones.lifecycle.events import Event
from geozones.lifecycle.refusals import find_refusal
from geozones.lifecycle.timeline import PlotState
from geozones.lifecycle.wording import state_words


@dataclass(frozen=True)
class Letter:
    """One kind of letter.

    `event` is the step of the lifecycle that the letter carries out, None where it carries out none; `rule_id` is
    the row of the rules table whose act, article and edition the letter names.
    """

    name: str
    label: str
    event: str | None
    rule_id: str


_ALL_LETTERS = (
    Letter("explanation", N_("Request for an explanation"), None, "clock.cure"),
    Letter("breach", N_("Act of non-performance"), "breach", "clock.cure"),
    Letter("notice", N_("Notice to cure"), "notice", "clock.cure"),
    Letter("termination_notice", N_("Notice of termination"), "termination_notice", "clock.termination"),
    Letter("return", N_("Act of return of the land"), "return", "clock.termination"),
)

LETTERS: Mapping[str, Letter] = {letter.name: letter for letter in _ALL_LETTERS}
"""Every kind of letter by name, in the order in which they may be needed."""

LETTER_OF_STEP: Mapping[str, str] = {
    "inspect": "explanation", "breach": "breach", "notice": "notice", "termination_notice": "termination_notice",
    "return": "return",
}  # fmt: skip
"""The letter that goes with each next step of the return queue."""


def find_letter_refusal(letter: Letter, state: PlotState, plot_id: str, *, context: Context) -> Message | None:
    """Find out why a letter may not be written on a day.

    Parameters
    ----------
    letter
        The kind of letter.
    state
        The state of the plot on the day.
    plot_id
        The plot.
    context
        As of `find_refusal`; `context.today` is the day of the letter.

    Returns
    -------
    The refusal, with the day from which the letter may be written where a date decides; None where it may be.

    Source
    ------
    Law 242-VI of 03.04.2019, art. 34(4): act of non-performance, notice to cure, notice of termination.
    """
    if letter.event in (None, "breach"):
        refusal = _find_presumption_refusal(letter, state, plot_id, context.today)
        if refusal is not None or letter.event is None:
            return refusal
    fields = {"document": "-", "struck_on": context.today.isoformat()} if letter.event == "return" else {
        "document": "-"
    }  # fmt: skip
    return find_refusal(state, Event(str(letter.event), plot_id, context.today, fields), context=context)


def _find_presumption_refusal(letter: Letter, state: PlotState, plot_id: str, day: dt.date) -> Message | None:
    """Ask for a due start that has passed and, for an act, for an inspection that saw no work."""
    params = {"plot": plot_id, "letter": Message(letter.label)}
    if state.state != "contracted" or "started_on" in state.facts:
        return Message(
            N_("Plot {plot}: {letter}: it is for plots under a contract without a recorded start; the state is "
               "{state}."),
            {**params, "state": state_words(state.state)},
        )  # fmt: skip
    due = state.day("start_due")
    if due is None:
        return Message(
            N_("Plot {plot}: {letter}: the contract has no due start in the ledger, so it cannot have passed. "
               "Record it with correct."),
            params,
        )  # fmt: skip
    if day <= due:
        return Message(
            N_("Plot {plot}: {letter}: work must start by {due}; the letter may be written from {earliest}."),
            {**params, "due": due.isoformat(), "earliest": (due + dt.timedelta(days=1)).isoformat()},
        )
    if state.is_suspended:
        return Message(
            N_("Plot {plot}: {letter}: the clock is held since {since}; record resume first."),
            {**params, "since": str(state.facts["suspended_on"])},
        )
    if letter.event is None:
        return None
    inspected = state.day("inspected_on")
    if inspected is None or inspected <= due or state.facts.get("inspected_started") != "no":
        return Message(
            N_("Plot {plot}: {letter}: no inspection after the due start {due} that saw no work is recorded; "
               "inspect first, the letter may be written from the day of that inspection."),
            {**params, "due": due.isoformat()},
        )  # fmt: skip
    return None
