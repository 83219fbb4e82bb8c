"""States of a plot, what the map shows for each, and the table of states that pages and figures read."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from geozones.errors import InputError
from geozones.i18n import N_

MAP_STATE_OF = {
    "free": "free",
    "applied": "free",
    "withdrawn": "free",
    "returned": "free",
    "reserved": "reserved",
    "approved": "reserved",
    "contracted": "allocated",
    "building": "allocated",
    "breach_recorded": "allocated",
    "notice_sent": "allocated",
    "terminated": "releasing",
    "operating": "operating",
    "bought_out": "operating",
}
"""Every state of a plot, and the state that the map and the hectares count it under."""

STATE_LABELS = {
    "free": N_("free"),
    "applied": N_("applied for"),
    "withdrawn": N_("application withdrawn"),
    "returned": N_("returned"),
    "reserved": N_("reserved"),
    "approved": N_("approved by the council"),
    "contracted": N_("contract signed"),
    "building": N_("being built"),
    "breach_recorded": N_("act of non-performance"),
    "notice_sent": N_("notice sent"),
    "terminated": N_("contract ended"),
    "operating": N_("operating"),
    "bought_out": N_("bought out"),
}
"""The words for every state, as in «the ledger says: …»."""

TEXT_COLUMNS = ("participant", "holder_kind", "contract_no", "project", "sector", "product", "reserved_for")
DATE_COLUMNS = ("contract_date", "start_due", "started_on", "commissioned_on")
NUMBER_COLUMNS = ("investment_kzt", "invested_kzt", "jobs_planned", "jobs_actual")

STATE_COLUMNS = (
    "plot_id",
    "state",
    "map_state",
    "start_passed",
    "since",
    "participant",
    "holder_kind",
    "contract_no",
    "contract_date",
    "start_due",
    "started_on",
    "commissioned_on",
    "project",
    "sector",
    "product",
    "investment_kzt",
    "invested_kzt",
    "jobs_planned",
    "jobs_actual",
    "reserved_for",
)
"""Columns of a table of plot states, in order."""


def is_start_passed(states: pd.DataFrame, *, as_of: dt.date, suspended: pd.Series | None = None) -> pd.Series:
    """Say which allocated plots have a due start before `as_of` and no start recorded.

    It is a presumption, never a state: the words are "start date passed, no confirmation of a start".

    Parameters
    ----------
    states
        Table with `map_state`, `start_due`, `started_on` and `commissioned_on`.
    as_of
        The day of the question; a start due on this very day has not passed.
    suspended
        True where a court or force majeure holds the clock; None means nowhere.

    Returns
    -------
    A boolean column with the index of `states`.
    """
    day = pd.Timestamp(as_of)
    begun = (states["started_on"] <= day) | (states["commissioned_on"] <= day)
    passed = (states["map_state"] == "allocated") & (states["start_due"] < day) & ~begun
    return passed if suspended is None else passed & ~suspended


def plot_states(plots: pd.DataFrame, allocations: pd.DataFrame | None, *, as_of: dt.date) -> pd.DataFrame:
    """Derive the state of every plot on a date from the opening table of allocations.

    Parameters
    ----------
    plots
        Table of plots; only `plot_id` is read.
    allocations
        Opening table, at most one row a plot, with the contract columns of role `allocations`; a missing
        column counts as empty. None or an empty table means that every plot is free. Rows of plots that
        `plots` lacks are left out (the checks report them).
    as_of
        The day of the states. What is dated later is not yet so.

    Returns
    -------
    One row a plot in the order and with the index of `plots`, columns `STATE_COLUMNS`. Dates are
    datetime64[s], numbers float64, text is object with None where nothing is known; `since` is the date of
    the document that made the state, missing for a reservation without one. A free plot carries no
    participant.

    Raises
    ------
    InputError
        Two rows of `allocations` name the same plot.
    """
    rows = _rows_of_plots(plots, allocations)
    day = pd.Timestamp(as_of)
    reached_on = {
        "operating": rows["commissioned_on"],
        "building": rows["started_on"],
        "contracted": rows["contract_date"],
        "approved": rows["council_date"],
    }
    reached = [dates <= day for dates in reached_on.values()]
    reserved = rows["reserved_for"].notna()
    states = rows.drop(columns="council_date")
    names = np.select([*reached, reserved], [*reached_on, "reserved"], default="free")
    states["state"] = pd.Series(names, dtype=object)
    states["map_state"] = states["state"].map(MAP_STATE_OF).astype(object)
    dates = [column.to_numpy() for column in reached_on.values()]
    states["since"] = np.select([mask.to_numpy() for mask in reached], dates, default=np.datetime64("NaT", "s"))
    known = states["state"] != "free"
    for column in TEXT_COLUMNS:
        states[column] = states[column].where(known, None)
    for column in DATE_COLUMNS + NUMBER_COLUMNS:
        states[column] = states[column].where(known)
    states["start_passed"] = is_start_passed(states, as_of=as_of)
    states.index = plots.index
    return states[list(STATE_COLUMNS)]


def _rows_of_plots(plots: pd.DataFrame, allocations: pd.DataFrame | None) -> pd.DataFrame:
    """Lay the rows of `allocations` beside the plots: text, datetime64[s] and float64 columns."""
    ids = pd.Index(plots["plot_id"].astype(object), name="plot_id")
    given = pd.DataFrame({"plot_id": []}) if allocations is None else allocations
    repeated = given.loc[given["plot_id"].duplicated(), "plot_id"]
    if len(repeated):
        raise InputError(
            N_("Allocations: plot {plots} stands in more than one row; keep one open allocation a plot."),
            plots=", ".join(sorted(set(repeated.astype(str)))[:5]),
        )
    laid = pd.DataFrame(given).set_index("plot_id").reindex(ids)
    rows = pd.DataFrame({"plot_id": pd.Series(ids.to_numpy(), dtype=object)})
    for column in TEXT_COLUMNS:
        rows[column] = _text(laid[column].to_numpy() if column in laid else None, rows.index)
    for column in (*DATE_COLUMNS, "council_date"):
        dates = pd.Series(laid[column].to_numpy() if column in laid else None, index=rows.index)
        rows[column] = pd.to_datetime(dates).astype("datetime64[s]")
    for column in NUMBER_COLUMNS:
        numbers = pd.Series(laid[column].to_numpy() if column in laid else None, index=rows.index)
        rows[column] = pd.to_numeric(numbers).astype("float64")
    return rows


def _text(values: object, index: pd.Index) -> pd.Series:
    column = pd.Series(values, index=index, dtype=object)
    return column.where(column.notna(), None)
