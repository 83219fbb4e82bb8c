"""Plot states, events, allowed moves and legal clocks: who holds a plot, and what may follow.

Everything here is pure: dates, tables, rules and the calendar come in as arguments. Open `events.py` for the table
of events, `timeline.py` and `effects.py` for the state from the events, `refusals.py` and `demands.py` for why an
event is refused, `clocks.py` for the terms, `steps.py` for what follows and when, `queue.py` for the return queue.
"""

from geozones.lifecycle.clocks import Term, contract_term, count_term, land_term
from geozones.lifecycle.demands import Context, PlotFacts
from geozones.lifecycle.events import EVENTS, FIELDS, Event, EventRule, make_event
from geozones.lifecycle.inspections import STAGES, TIDINESS_NAMES, Inspection, inspection_of
from geozones.lifecycle.letters import LETTER_OF_STEP, LETTERS, Letter, find_letter_refusal
from geozones.lifecycle.queue import QUEUE_COLUMNS, QUEUE_GROUPS, return_queue
from geozones.lifecycle.refusals import (
    find_corrected_refusal,
    find_holder_refusal,
    find_order_refusal,
    find_refusal,
    find_timeline_refusal,
)
from geozones.lifecycle.states import MAP_STATE_OF, STATE_COLUMNS, STATE_LABELS, is_start_passed, plot_states
from geozones.lifecycle.steps import CLOCK_COLUMNS, DETAIL_COLUMNS, add_clocks, tabulate_states
from geozones.lifecycle.timeline import NEW_PLOT, PlotState, Spell, advance, in_effect, spells, state_on
from geozones.lifecycle.workdays import WorkCalendar, make_calendar

__all__ = [
    "CLOCK_COLUMNS",
    "DETAIL_COLUMNS",
    "EVENTS",
    "FIELDS",
    "LETTERS",
    "LETTER_OF_STEP",
    "MAP_STATE_OF",
    "NEW_PLOT",
    "QUEUE_COLUMNS",
    "QUEUE_GROUPS",
    "STAGES",
    "STATE_COLUMNS",
    "STATE_LABELS",
    "TIDINESS_NAMES",
    "Context",
    "Event",
    "EventRule",
    "Inspection",
    "Letter",
    "PlotFacts",
    "PlotState",
    "Spell",
    "Term",
    "WorkCalendar",
    "add_clocks",
    "advance",
    "contract_term",
    "count_term",
    "find_corrected_refusal",
    "find_holder_refusal",
    "find_letter_refusal",
    "find_order_refusal",
    "find_refusal",
    "find_timeline_refusal",
    "in_effect",
    "inspection_of",
    "is_start_passed",
    "land_term",
    "make_calendar",
    "make_event",
    "plot_states",
    "return_queue",
    "spells",
    "state_on",
    "tabulate_states",
]
