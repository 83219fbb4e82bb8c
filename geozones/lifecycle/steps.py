"""The table of states with its clocks: which term runs, until when, and what may lawfully follow from when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geozones.lifecycle.clocks import Term, contract_term, land_term
from geozones.lifecycle.states import (
    DATE_COLUMNS,
    MAP_STATE_OF,
    NUMBER_COLUMNS,
    STATE_COLUMNS,
    TEXT_COLUMNS,
    is_start_passed,
)
from geozones.lifecycle.timeline import NEW_PLOT, PlotState
from geozones.lifecycle.workdays import WorkCalendar
from geozones.rules import Rules

_ONE_DAY = dt.timedelta(days=1)
_EVIDENCE_DATES = (
    "breach_on", "notice_on", "termination_notice_on", "terminated_on", "inspected_on", "extended_on",
    "suspended_on",
)  # fmt: skip
_EVIDENCE_TEXT = ("inspected_started", "suspended_for", "extended_by")

CLOCK_COLUMNS = (
    "clock",
    "clock_base",
    "clock_length",
    "clock_counted",
    "clock_due",
    "days_left",
    "clock_estimated",
    "clock_verified",
    "next_step",
    "next_step_from",
    "land_clock",
    "land_base",
    "land_due",
    "land_days_left",
    "land_estimated",
    "land_verified",
)
"""Columns that the clocks add to a table of states; the contract's and the Land Code's are never mixed."""

DETAIL_COLUMNS = ("suspended", "encumbrances", *_EVIDENCE_DATES, *_EVIDENCE_TEXT)
"""Columns of a state that come from the events alone: what holds, burdens or proves it."""


def tabulate_states(plots: pd.DataFrame, states: Mapping[str, PlotState], *, as_of: dt.date) -> pd.DataFrame:
    """Lay the states of all plots on a date into one table.

    Parameters
    ----------
    plots
        Table of plots; only `plot_id` is read.
    states
        The state of each plot on the date; a plot without one is free.
    as_of
        The day of the states.

    Returns
    -------
    One row a plot in the order and with the index of `plots`, columns `STATE_COLUMNS` (as of `plot_states`) and
    `DETAIL_COLUMNS`. An ended plot has the state `ended` and no map state.
    """
    ids = plots["plot_id"].to_numpy()
    known = np.flatnonzero(np.fromiter((plot_id in states for plot_id in ids), dtype=bool, count=len(ids)))
    table = _spread(_tabulate_known([states[plot_id] for plot_id in ids[known]], as_of), known, len(ids))
    table["plot_id"] = pd.Series(ids, dtype=object)
    table.index = plots.index
    return table[[*STATE_COLUMNS, *DETAIL_COLUMNS]]


_DEFAULTS = {"state": "free", "map_state": "free", "clock_verified": True, "land_verified": True}
_NOTHING = {"M": np.datetime64("NaT", "s"), "f": np.nan, "b": False}
"""What stands for nothing in a column of dates, numbers or flags; in one of text it is None."""


def _spread(part: pd.DataFrame, places: np.ndarray, count: int) -> pd.DataFrame:
    """Lay a table of some rows into one of all; the other rows get what stands for nothing.

    A region has a million plots, and somebody holds a few of them. A column of which nothing is known takes no
    memory: it is one value, read-only, that stands for all rows.
    """
    columns: dict[str, pd.Series] = {}
    for name, values in part.items():
        kind: Any = values.dtype
        whole: Any
        if kind == "Int64":
            whole = pd.arrays.IntegerArray(np.zeros(count, dtype=np.int64), np.ones(count, dtype=bool))
            whole[places] = values.array
        else:
            nothing = np.array(_DEFAULTS.get(str(name), _NOTHING.get(kind.kind)), dtype=kind)
            whole = np.broadcast_to(nothing, count)
            if not (values.isna() if pd.isna(nothing[()]) else values == nothing[()]).all():
                whole = whole.copy()
                whole[places] = values.to_numpy()
        columns[str(name)] = pd.Series(whole, dtype=kind, copy=False)
    return pd.DataFrame(columns, copy=False)


def _tabulate_known(found: list[PlotState], as_of: dt.date) -> pd.DataFrame:
    names = [state.state for state in found]
    lasting = [state.facts for state in found]
    table = pd.DataFrame({"state": pd.Series(names, dtype=object)})
    table["map_state"] = pd.Series([MAP_STATE_OF.get(name) for name in names], dtype=object)
    table["since"] = _dates([state.since for state in found])
    held = [facts if MAP_STATE_OF.get(name) != "free" or name == "applied" else _NO_FACTS
            for name, facts in zip(names, lasting, strict=True)]  # fmt: skip
    known: set[str] = set().union(*lasting)

    def column(rows: list[Mapping[str, Any]], name: str) -> list[Any]:
        return [row.get(name) for row in rows] if name in known else [None] * len(rows)

    for name in TEXT_COLUMNS:
        table[name] = pd.Series(column(held, name), dtype=object)
    for name in (*DATE_COLUMNS, *(name for name in _EVIDENCE_DATES if name != "inspected_on")):
        table[name] = _dates(column(held, name))
    for name in NUMBER_COLUMNS:
        table[name] = pd.Series(column(held, name), dtype="float64")
    table["inspected_on"] = _dates(column(lasting, "inspected_on"))
    for name in _EVIDENCE_TEXT:
        table[name] = pd.Series(column(lasting, name), dtype=object)
    table["suspended"] = np.array([state.is_suspended for state in found], dtype=bool)
    table["encumbrances"] = pd.Series([_encumbrances(row) for row in lasting], dtype=object)
    table["start_passed"] = is_start_passed(table, as_of=as_of, suspended=table["suspended"])
    return table


_NO_FACTS: Mapping[str, Any] = {}


def _encumbrances(facts: Mapping[str, object]) -> str | None:
    rows = facts.get("encumbrances")
    return ", ".join(row["kind"] for row in rows) if isinstance(rows, list) and rows else None


def _dates(values: list[dt.date | str | None]) -> pd.Series:
    if not any(values):
        return pd.Series(np.full(len(values), np.datetime64("NaT", "s")))
    return pd.Series(np.array([value or "NaT" for value in values], dtype="datetime64[s]"))


@dataclass(frozen=True)
class _Clock:
    """One row of the contract's clock: the term or the day that counts, and the step after it."""

    name: str | None = None
    term: Term | None = None
    due: dt.date | None = None
    step: str | None = None
    step_from: dt.date | None = None


def add_clocks(
    table: pd.DataFrame,
    states: Mapping[str, PlotState],
    *,
    as_of: dt.date,
    rules: Rules,
    calendar: WorkCalendar,
) -> pd.DataFrame:
    """Add to a table of states which clocks run and what may lawfully follow from when.

    Parameters
    ----------
    table
        A table of `tabulate_states`.
    states
        The states behind it.
    as_of
        The day from which days left are counted.
    rules, calendar
        The legal numbers and the working days.

    Returns
    -------
    The table with `CLOCK_COLUMNS`. `clock` is `start` (due start), `cure` or `termination` (art. 34(4)); its
    base, length, last day, `days_left` (negative when over) are missing where no delivery is recorded, for then
    the clock has not started and `next_step` is `deliver`. `next_step` is an event of the lifecycle or `deliver`,
    `next_step_from` the first day on which it is lawful. `land_clock` is `land_unused` or `land_order` of the
    Land Code. Plots without a clock have missing values.
    """
    rows: list[_Clock] = []
    land: list[Term | None] = []
    seen: dict[tuple[object, ...], Term | None] = {}
    watched = table["map_state"].isin(["allocated", "releasing"]).to_numpy().nonzero()[0]
    passed = table["start_passed"].to_numpy()
    ids = table["plot_id"].to_numpy()
    for row in watched:
        state = states.get(ids[row], NEW_PLOT)
        rows.append(_clock_of(state, bool(passed[row]), rules=rules, calendar=calendar))
        key = (state.state, state.facts.get("granted_on"), state.facts.get("contract_date"),
               "started_on" in state.facts, str(state.facts.get("encumbrances")))  # fmt: skip
        if key not in seen:
            seen[key] = land_term(state, rules=rules, calendar=calendar)
        land.append(seen[key])
    clocks = _spread(_clock_columns(rows, land, as_of), watched, len(table))
    return pd.concat([table, clocks.set_axis(table.index)], axis=1)


_NO_CLOCK = _Clock()


def _clock_of(state: PlotState, passed: bool, *, rules: Rules, calendar: WorkCalendar) -> _Clock:
    """Find the contract's clock and the next lawful step of one held or terminated plot."""
    clock = _running_clock(state, passed, rules=rules, calendar=calendar)
    if state.is_suspended:
        return _Clock(clock.name, clock.term, clock.due, "resume", None)
    return clock


def _running_clock(state: PlotState, passed: bool, *, rules: Rules, calendar: WorkCalendar) -> _Clock:
    if state.state == "terminated":
        return _Clock(step="return", step_from=state.day("terminated_on"))
    if state.state == "breach_recorded":
        return _Clock(step="notice", step_from=state.day("breach_on"))
    if state.state == "notice_sent":
        is_last = "termination_notice_on" in state.facts
        name, step = ("termination", "terminate") if is_last else ("cure", "termination_notice")
        term = contract_term(state, rules=rules, calendar=calendar)
        if term is None:
            return _Clock(name, step="deliver")
        return _Clock(name, term, term.due, step, term.next_from)
    due = state.day("start_due")
    if state.state != "contracted" or due is None or "started_on" in state.facts:
        return _NO_CLOCK
    inspected = state.day("inspected_on")
    found = state.facts.get("inspected_started") if inspected is not None and inspected > due else None
    if passed and found == "no":
        return _Clock("start", due=due, step="breach", step_from=inspected)
    if passed and found == "yes":
        return _Clock("start", due=due, step="start", step_from=inspected)
    return _Clock("start", due=due, step="inspect", step_from=due + _ONE_DAY)


def _clock_columns(rows: list[_Clock], land: list[Term | None], as_of: dt.date) -> pd.DataFrame:
    result: dict[str, pd.Series] = {}

    def put(column: str, values: pd.Series) -> None:
        result[column] = values

    put("clock", pd.Series([row.name for row in rows], dtype=object))
    put("clock_base", _dates([row.term.base if row.term else None for row in rows]))
    put("clock_length", pd.Series([row.term.length if row.term else None for row in rows], dtype="Int64"))
    put("clock_counted", _dates([row.term.counted if row.term else row.due for row in rows]))
    put("clock_due", _dates([row.due for row in rows]))
    put("days_left", _days_left([row.due for row in rows], as_of))
    put("clock_estimated", pd.Series([bool(row.term and row.term.estimated) for row in rows], dtype=bool))
    put("clock_verified", pd.Series([row.term is None or row.term.verified for row in rows], dtype=bool))
    put("next_step", pd.Series([row.step for row in rows], dtype=object))
    put("next_step_from", _dates([row.step_from for row in rows]))
    names = [term.clock.removeprefix("clock.") if term else None for term in land]
    put("land_clock", pd.Series(names, dtype=object))
    put("land_base", _dates([term.base if term else None for term in land]))
    put("land_due", _dates([term.due if term else None for term in land]))
    put("land_days_left", _days_left([term.due if term else None for term in land], as_of))
    put("land_estimated", pd.Series([bool(term and term.estimated) for term in land], dtype=bool))
    put("land_verified", pd.Series([term is None or term.verified for term in land], dtype=bool))
    return pd.DataFrame(result)


def _days_left(dues: list[dt.date | None], as_of: dt.date) -> pd.Series:
    return pd.Series([None if due is None else (due - as_of).days for due in dues], dtype="Int64")
