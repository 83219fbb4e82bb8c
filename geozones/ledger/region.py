"""The ledger of a region as its settings name it, and the opening balance that fills it once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from geozones.config import Config
from geozones.ledger.importing import ImportReport, import_opening
from geozones.ledger.register import PlotRegister
from geozones.ledger.store import Ledger, open_ledger
from geozones.lifecycle import MAP_STATE_OF, PlotState, make_calendar
from geozones.rules import load_rules


def open_region_ledger(config: Config) -> Ledger:
    """Open the ledger that the settings name, with their rules and working days.

    Raises
    ------
    UsageError, InputError, LedgerDamagedError
        As of `store.open_ledger`.
    RulesError
        A rules file of the settings is not valid.
    """
    calendar = make_calendar(days_off=config.ledger.days_off, working_days=config.ledger.working_days)
    return open_ledger(config.ledger.url, rules=load_rules(config.rules.files), calendar=calendar)


def compare_with_layer(
    plots: pd.DataFrame, states: Mapping[str, PlotState], *, as_of: dt.date
) -> list[tuple[str, dict[str, str]]]:
    """Compare the plots of the ledger with those of the layer.

    Parameters
    ----------
    plots
        Table of plots with `plot_id`, and `valid_to` where known; ended plots included.
    states
        The states of the ledger on `as_of`.
    as_of
        The day.

    Returns
    -------
    Issues as rule and fields of its message, in the order of the plots' ids: plots that the layer lacks, plots
    that were split or merged but still stand in the layer, held plots that the layer has ended.
    """
    ends = plots["valid_to"] if "valid_to" in plots else [None] * len(plots)
    layer = {plot_id: None if pd.isna(end) else pd.Timestamp(end).date()
             for plot_id, end in zip(plots["plot_id"], ends, strict=True)}  # fmt: skip
    found: list[tuple[str, dict[str, str]]] = []
    for plot_id, state in sorted(states.items()):
        end = layer.get(plot_id)
        is_ended_in_layer = end is not None and end <= as_of
        if state.state == "ended":
            if plot_id in layer and not is_ended_in_layer:
                fields = {"day": str(state.since), "successors": ", ".join(state.facts["continued_as"])}
                found.append(("plot_ended_in_ledger", {"plot": plot_id, **fields}))
        elif plot_id not in layer:
            found.append(("plot_not_in_layer", {"plot": plot_id, "state": state.state}))
        elif is_ended_in_layer and MAP_STATE_OF[state.state] != "free":
            found.append(("plot_ended_in_layer", {"plot": plot_id, "day": str(end), "state": state.state}))
    return found


def take_opening(
    ledger: Ledger,
    config: Config,
    allocations: pd.DataFrame | None,
    *,
    register: PlotRegister,
    balance_on: dt.date,
) -> ImportReport | None:
    """Import the opening balance of the settings into an empty ledger.

    Parameters
    ----------
    ledger
        The ledger.
    config
        Settings of the region; `[ledger] opening` names the table.
    allocations
        The table as read; None where the settings name none.
    register, balance_on
        As of `importing.import_opening`.

    Returns
    -------
    The report; None where there was nothing to do.

    Raises
    ------
    ImportRefusedError
        Rows are bad or refused by a rule; the ledger stays empty.
    """
    if allocations is None or config.ledger.opening is None or ledger.head()[0]:
        return None
    return import_opening(
        ledger, allocations, register=register, balance_on=balance_on, file=config.ledger.opening.name
    )
