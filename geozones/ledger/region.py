"""The ledger of a region as its settings name it: filled once from the opening balance, read on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geozones import checks
from geozones.config import Config
from geozones.errors import ImportRefusedError, Message
from geozones.ledger.importing import ImportReport, find_changed_openings, import_opening
from geozones.ledger.inspecting import RefusedRow, read_inspections, take_rows, zone_inspections
from geozones.ledger.past import OverdueStarts
from geozones.ledger.register import PlotRegister, register_plots
from geozones.ledger.store import Ledger, open_ledger
from geozones.lifecycle import MAP_STATE_OF, STATE_LABELS, Event, Inspection, PlotState, make_calendar, plot_states
from geozones.rules import load_rules
from geozones.tables import RegionTables


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


_Found = tuple[str, str | None, dict[str, Any]]
"""An issue: its rule, its plot where it is about one, and the fields of its message."""

_SHOWN = 5

MOST_WITH_PAST = 5_000
"""The past states of all plots are read where the layer has no more plots than this."""


@dataclass(frozen=True)
class LedgerReading:
    """What the ledger says of the plots of the layers on a day.

    `states` has the columns of `Ledger.tabulate`, or only those of `plot_states` where the opening balance was
    refused and the ledger is empty. `events` are the last ones of each plot, the latest first. `issues` says why
    the balance was refused, and where ledger and layer do not agree. `seq` and `head` are number and hash of the
    last event. `overdue` says since when and until when start dates had passed; None for an empty ledger.
    `inspections` are those of plots, and of zones from the layer, the latest first.
    `plot_states` are the states behind the table, empty where the balance was refused.
    `state_days` says when plots came into their states; None too where there are more than `MOST_WITH_PAST`.
    """

    states: pd.DataFrame
    events: Mapping[str, Sequence[Event]]
    issues: Any
    seq: int
    head: str
    overdue: OverdueStarts | None = None
    inspections: Mapping[str, Sequence[Inspection]] = field(default_factory=dict)
    plot_states: Mapping[str, PlotState] = field(default_factory=dict)
    state_days: pd.DataFrame | None = None


def read_region_ledger(
    config: Config, tables: RegionTables, *, allocations: pd.DataFrame | None, as_of: dt.date, today: dt.date
) -> LedgerReading:
    """Read the states of all plots on a day from the region's ledger; fill it from its opening balance if empty.

    Parameters
    ----------
    config
        Settings of the region.
    tables
        Checked tables; plots and zones are read.
    allocations
        The opening balance as read; None where the settings name none.
    as_of
        Day of the states.
    today
        Today in the region.

    Returns
    -------
    The states in the order of `plots`, the head, and the issues.

    Raises
    ------
    UsageError, InputError, LedgerDamagedError, RulesError
        As of `open_region_ledger`.
    """
    found: list[_Found] = []
    plots = tables.plots
    zones = frozenset(tables.zones["zone_id"])
    with open_region_ledger(config) as ledger:
        if allocations is not None and ledger.head()[0]:
            found += _find_changes(find_changed_openings(ledger, allocations))
        elif allocations is not None:
            register = register_plots(plots, tables.zones, today=max(as_of, today))
            try:
                take_opening(ledger, config, allocations, register=register)
            except ImportRefusedError as error:
                found += [("opening_refused", None, {"reason": reason}) for reason in error.messages]
        unfilled = bool(found) and not ledger.head()[0]
        refused: list[RefusedRow] = []
        if not unfilled and tables.inspections is not None and len(tables.inspections):
            register = register_plots(plots, tables.zones, today=max(as_of, today))
            refused = take_rows(ledger, tables.inspections, register=register, zones=zones)
        seq, head = ledger.head()
        seen: dict[str, list[Inspection]] = zone_inspections(tables.inspections, zones, as_of=as_of)
        states: Mapping[str, PlotState] = {}
        if unfilled:
            table = plot_states(plots, allocations, as_of=as_of)
        else:
            states = ledger.states(as_of=as_of)
            found += compare_with_layer(plots, states, as_of=as_of, began=ledger.began_on())
            table = ledger.lay_out(plots, states, as_of=as_of)
            seen |= read_inspections(ledger, states, as_of=as_of)
        events = ledger.last_events(as_of=as_of)
        overdue = ledger.overdue() if seq else None
        state_days = ledger.state_days() if seq and len(plots) <= MOST_WITH_PAST else None
    issues = checks.join_issues(
        [_make_issues(found, crs=config.region.crs), *_refused_issues(refused, crs=config.region.crs)],
        crs=config.region.crs,
    )
    return LedgerReading(table, events, issues, seq, head, overdue, seen, states, state_days)


def _refused_issues(refused: Sequence[RefusedRow], *, crs: str) -> Iterator[Any]:
    for row in refused:
        yield checks.make_issues(
            "inspection_refused", layer=row.layer, keys=[row.plot_id], params={"reason": row.reason}, crs=crs
        )


def _make_issues(found: list[_Found], *, crs: str) -> Any:
    alike: dict[tuple[Any, ...], list[_Found]] = {}
    for number, each in enumerate(found):
        rule, key, fields = each
        alike.setdefault((rule, *fields) if key is not None else (number,), []).append(each)
    return checks.join_issues([_make_alike(rows, crs=crs) for rows in alike.values()], crs=crs)


def _make_alike(rows: list[_Found], *, crs: str) -> Any:
    """Make the issues of one rule about several plots, or one about none."""
    rule, key, fields = rows[0]
    return checks.make_issues(
        rule,
        layer="opening" if rule.startswith("opening") else "ledger",
        keys=None if key is None else [each for _, each, _ in rows],
        params=fields if key is None else {name: [given[name] for _, _, given in rows] for name in fields},
        crs=crs,
    )


def _find_changes(plot_ids: list[str]) -> Iterator[_Found]:
    if plot_ids:
        shown = ", ".join(plot_ids[:_SHOWN]) + ("…" if len(plot_ids) > _SHOWN else "")
        yield "opening_changed", None, {"count": len(plot_ids), "plots": shown}


def end_plots(plots: Any, states: pd.DataFrame) -> Any:
    """Give plots that the ledger has split or merged that day as `valid_to`, where the layer has none earlier.

    Parameters
    ----------
    plots
        Table of plots.
    states
        Their states on a day, rows in the same order.

    Returns
    -------
    The plots; the same table where none has ended.
    """
    ended = (states["state"] == "ended").to_numpy()
    if not ended.any():
        return plots
    ends = plots["valid_to"].mask(ended & ~(plots["valid_to"] <= states["since"]).to_numpy(), states["since"])
    return plots.assign(valid_to=ends)


def compare_with_layer(
    plots: pd.DataFrame, states: Mapping[str, PlotState], *, as_of: dt.date, began: dt.date | None = None
) -> list[_Found]:
    """Compare the plots of the ledger with those of the layer.

    Parameters
    ----------
    plots
        Table of plots with `plot_id`, and `valid_to` where known; ended plots included.
    states
        The states of the ledger on `as_of`.
    as_of
        The day.
    began
        The day on which the ledger's first event was recorded; None for a ledger without events.

    Returns
    -------
    Issues as rule, plot and fields of the message, in the order of the plots' ids: plots that the layer lacks,
    plots that were split or merged but still stand in the layer, held plots that the layer has ended. Then the
    plots that came into the layer without any event since the ledger began, and how many others have no event.
    """
    named = plots[plots["plot_id"].isin(list(states))]
    layer = dict(zip(named["plot_id"], _days(named, "valid_to"), strict=True))
    found: list[_Found] = []
    for plot_id, state in sorted(states.items()):
        end = layer.get(plot_id)
        is_ended_in_layer = end is not None and end <= as_of
        if state.state == "ended":
            if plot_id in layer and not is_ended_in_layer:
                fields = {"day": str(state.since), "successors": ", ".join(state.facts["continued_as"])}
                found.append(("plot_ended_in_ledger", plot_id, {"plot": plot_id, **fields}))
            continue
        says: dict[str, Any] = {"plot": plot_id, "state": Message(STATE_LABELS[state.state])}
        if plot_id not in layer:
            found.append(("plot_not_in_layer", plot_id, says))
        elif is_ended_in_layer and MAP_STATE_OF[state.state] != "free":
            found.append(("plot_ended_in_layer", plot_id, {**says, "day": str(end)}))
    if began is not None:
        found += _find_unknown(plots, states, as_of=as_of, began=began)
    return found


def _find_unknown(
    plots: pd.DataFrame, known: Collection[str], *, as_of: dt.date, began: dt.date
) -> Iterator[_Found]:
    """Find the plots of the layer of which the ledger holds nothing: each new one, and the count of the others."""
    unknown = plots[~plots["plot_id"].isin(list(known))]
    day = pd.Timestamp(as_of)
    starts, ends = (pd.to_datetime(unknown[name]) if name in unknown else pd.Series(pd.NaT, index=unknown.index)
                    for name in ("valid_from", "valid_to"))  # fmt: skip
    is_there = ~(starts > day) & ~(ends <= day)
    is_new = is_there & (starts > pd.Timestamp(began))
    for plot_id, start in sorted(zip(unknown["plot_id"][is_new], starts[is_new], strict=True)):
        yield "plot_not_in_ledger", plot_id, {"plot": plot_id, "day": str(start.date())}
    others = int(is_there.sum()) - int(is_new.sum())
    if others:
        yield "plots_without_events", None, {"count": others}


def _days(plots: pd.DataFrame, column: str) -> list[dt.date | None]:
    if column not in plots or not plots[column].notna().any():
        return [None] * len(plots)
    return [None if pd.isna(day) else pd.Timestamp(day).date() for day in plots[column]]


def take_opening(
    ledger: Ledger,
    config: Config,
    allocations: pd.DataFrame | None,
    *,
    register: PlotRegister,
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
    register
        The plots of the layers. A row without dates counts from the day of the settings, else from its last
        allowed one; a reservation without a date counts for all days before too.

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
    balance_on = min(config.as_of or register.today, register.today)
    return import_opening(
        ledger, allocations, register=register, balance_on=balance_on, file=config.ledger.opening.name
    )
