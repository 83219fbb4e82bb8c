"""The return queue: land taken and not used, and what may lawfully be done about it today."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from geozones.lifecycle.steps import CLOCK_COLUMNS, DETAIL_COLUMNS

QUEUE_GROUPS = ("act_now", "inspect_first", "waiting", "suspended", "extended")
"""Groups of the queue, in their order: a step is lawful today, look first, a term runs, the clock is held, an
addendum moved the term."""

_ACTING_STEPS = ("breach", "notice", "termination_notice", "terminate", "return", "start")
_UNDER_WAY = ("breach_recorded", "notice_sent", "terminated")
_PLOT_COLUMNS = ("zone_id", "number", "area_ha", "need_power_kw", "need_gas_m3h", "need_water_m3d")

QUEUE_COLUMNS = (
    "plot_id",
    "zone_id",
    "number",
    "group",
    "state",
    "participant",
    "contract_no",
    "contract_date",
    "start_due",
    "days_over",
    "extended_by",
    "extended_on",
    "evidence",
    "evidence_on",
    "suspended",
    "suspended_on",
    "suspended_for",
    "breach_on",
    "notice_on",
    "termination_notice_on",
    "terminated_on",
    "start_passed",
    *CLOCK_COLUMNS,
    "encumbrances",
    "area_ha",
    "need_power_kw",
    "need_gas_m3h",
    "need_water_m3d",
)
"""Columns of the return queue, in order."""


def return_queue(states: pd.DataFrame, plots: pd.DataFrame, *, as_of: dt.date) -> pd.DataFrame:
    """Find the plots whose due start has passed without a start, or whose return is under way.

    It lists presumptions, not breaches: until an act is signed the words are "start date passed, no confirmation
    of a start".

    Parameters
    ----------
    states
        Table of states on `as_of` with `STATE_COLUMNS` and, where the ledger made it, `DETAIL_COLUMNS` and
        `CLOCK_COLUMNS`; a missing column counts as empty.
    plots
        Table of plots with `plot_id`; `zone_id`, `number`, `area_ha` and the needs are taken over.
    as_of
        The day of the queue.

    Returns
    -------
    A row a plot, columns `QUEUE_COLUMNS`: first what can be done today, then by group (`QUEUE_GROUPS`), then by
    hectares, then by id. `days_over` counts the days since the due start; `evidence` is yes, no or unknown of the
    last inspection after the due start, or `none`. Empty where nothing is waiting.
    """
    may_wait = (states["map_state"] == "allocated") | states["state"].isin(_UNDER_WAY)
    table = _with_empty_columns(states[may_wait])
    own = [column for column in _PLOT_COLUMNS if column in plots]
    facts = pd.DataFrame(plots)[["plot_id", *own]]
    facts = facts[facts["plot_id"].isin(table["plot_id"])].drop_duplicates("plot_id")
    table = table.drop(columns=[column for column in own if column in table])
    table = table.merge(facts, on="plot_id", how="left")
    for column in _PLOT_COLUMNS:
        if column not in table:
            table[column] = np.nan
    table = _with_evidence(_with_default_step(table, as_of), as_of)
    table["group"] = _group(table, as_of)
    queue = table[table["group"].notna()].copy()
    queue["rank"] = queue["group"].map({name: rank for rank, name in enumerate(QUEUE_GROUPS)})
    queue = queue.sort_values(["rank", "area_ha", "plot_id"], ascending=[True, False, True], kind="stable")
    return queue[list(QUEUE_COLUMNS)].reset_index(drop=True)


_FLAGS = {"suspended": False, "clock_estimated": False, "clock_verified": True, "land_estimated": False,
          "land_verified": True}  # fmt: skip
_DATES = ("breach_on", "notice_on", "termination_notice_on", "terminated_on", "inspected_on", "extended_on",
          "suspended_on", "clock_base", "clock_counted", "clock_due", "next_step_from", "land_base",
          "land_due")  # fmt: skip


def _with_empty_columns(states: pd.DataFrame) -> pd.DataFrame:
    """Add the columns that only the ledger fills, empty, where a table of states lacks them."""
    table = states.reset_index(drop=True)
    for column in (*DETAIL_COLUMNS, *CLOCK_COLUMNS):
        if column in table:
            continue
        if column in _FLAGS:
            table[column] = _FLAGS[column]
        elif column in _DATES:
            table[column] = np.full(len(table), np.datetime64("NaT", "s"))
        else:
            table[column] = pd.Series([None] * len(table), dtype=object)
    return table


def _with_default_step(table: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Give a plot whose start has passed, and that no clock speaks of, the step to inspect it first."""
    bare = table["start_passed"] & table["next_step"].isna()
    table["next_step"] = table["next_step"].astype(object).mask(bare, "inspect")
    table["clock"] = table["clock"].astype(object).mask(bare, "start")
    after = (table["start_due"] + pd.Timedelta(days=1)).astype("datetime64[s]")
    table["next_step_from"] = table["next_step_from"].mask(bare, after)
    table["clock_due"] = table["clock_due"].mask(bare, table["start_due"])
    return table


def _with_evidence(table: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    day = pd.Timestamp(as_of)
    over = (day - table["start_due"]).dt.days
    table["days_over"] = over.where(over > 0).astype("Int64")
    looked = table["inspected_on"] > table["start_due"]
    table["evidence"] = table["inspected_started"].astype(object).where(looked, "none")
    table["evidence_on"] = table["inspected_on"].where(looked)
    return table


def _group(table: pd.DataFrame, as_of: dt.date) -> pd.Series:
    day = pd.Timestamp(as_of)
    started = (table["started_on"] <= day) | (table["commissioned_on"] <= day)
    under_way = table["state"].isin(_UNDER_WAY)
    due_passed = (table["map_state"] == "allocated") & (table["start_due"] < day) & ~started
    concerned = under_way | due_passed
    lawful = table["next_step_from"] <= day
    acting = table["next_step"].isin(_ACTING_STEPS)
    cases = {
        "suspended": concerned & table["suspended"],
        "act_now": concerned & acting & lawful,
        "inspect_first": concerned & (table["next_step"] == "inspect") & lawful,
        "waiting": concerned,
        "extended": (table["map_state"] == "allocated") & ~started & table["extended_on"].notna(),
    }
    names = np.select([case.to_numpy(dtype=bool) for case in cases.values()], list(cases), default="")
    return pd.Series(names, index=table.index).astype(object).where(names != "", None)
