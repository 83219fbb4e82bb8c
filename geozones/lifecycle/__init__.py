"""Plot states, events, allowed moves and legal clocks: who holds a plot, and what may follow.

Everything here is pure: dates, tables and the calendar come in as arguments.
"""

from geozones.lifecycle.states import MAP_STATES, STATE_COLUMNS, is_start_passed, plot_states

__all__ = ["MAP_STATES", "STATE_COLUMNS", "is_start_passed", "plot_states"]
