"""Inspections in the ledger: rows of a layer become events, and events become what pages show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geozones.errors import GeozonesError, Message
from geozones.ledger.connection import read
from geozones.ledger.reading import read_events, read_lineage
from geozones.ledger.register import PlotRegister
from geozones.ledger.store import Ledger
from geozones.lifecycle import Event, Inspection, PlotState, in_effect, inspection_of, make_event

_COLUMNS = ("started", "stage", "tidiness", "greening_share", "note", "photo")


@dataclass(frozen=True)
class RefusedRow:
    """A row of the layer that the ledger does not take: its layer, its plot, and why."""

    layer: str
    plot_id: str
    reason: Message


def take_rows(
    ledger: Ledger, table: pd.DataFrame, *, register: PlotRegister, zones: Collection[str]
) -> list[RefusedRow]:
    """Record the rows of the inspections layer that the ledger does not know yet.

    Parameters
    ----------
    ledger
        The ledger.
    table
        Checked table of role `inspections`. Rows of zones are left alone.
    register
        The plots of the layers and the latest day allowed.
    zones
        Ids of the zones.

    Returns
    -------
    The rows that the ledger refuses; the others are recorded, each once.
    """
    rows = table[~table["subject_id"].isin(zones)]
    refused: list[RefusedRow] = []
    events: list[tuple[Event, str]] = []
    for row in rows.to_dict("records"):
        layer, plot_id = str(row.get("layer", "inspections")), str(row["subject_id"])
        try:
            events.append((_event(row), f"layer {layer}"))
        except GeozonesError as error:
            refused += [RefusedRow(layer, plot_id, message) for message in error.messages]
    batch = ledger.record_all(events, register=register)
    if batch.refusals:
        bad = {place for place, _ in batch.refusals}
        for place, reason in batch.refusals:
            event, actor = events[place]
            refused.append(RefusedRow(actor.removeprefix("layer "), event.plot_id, reason))
        ledger.record_all([each for place, each in enumerate(events) if place not in bad], register=register)
    return refused


def _event(row: Mapping[Any, Any]) -> Event:
    fields = {name: row[name] for name in _COLUMNS if name in row and pd.notna(row[name])}
    return make_event(
        "inspect", str(row["subject_id"]), pd.Timestamp(row["date"]).date(), **{"started": "unknown", **fields}
    )


def read_inspections(
    ledger: Ledger, states: Mapping[str, PlotState], *, as_of: dt.date
) -> dict[str, list[Inspection]]:
    """Read the inspections of all plots that count on a day, the latest first, as corrected by now.

    Parameters
    ----------
    ledger
        The ledger.
    states
        The states on that day: only plots of which one says that they were inspected are asked for.
    as_of
        The day.
    """
    inspected = sorted(plot_id for plot_id, state in states.items() if "inspected_on" in state.facts)
    if not inspected:
        return {}
    found: dict[str, list[Inspection]] = {}
    with read(ledger.engine) as connection:
        events = read_events(connection, inspected, lineage=read_lineage(connection))
    for plot_id, of_plot in events.items():
        rows = [inspection_of(event) for event in in_effect(of_plot)
                if event.name == "inspect" and event.date <= as_of]  # fmt: skip
        if rows:
            found[plot_id] = rows[::-1]
    return found


def zone_inspections(
    table: pd.DataFrame | None, zones: Collection[str], *, as_of: dt.date
) -> dict[str, list[Inspection]]:
    """Take the rows of the layer that speak of whole zones, which the ledger does not keep; the latest first."""
    if table is None or not len(table):
        return {}
    rows = table[table["subject_id"].isin(zones) & (table["date"] <= pd.Timestamp(as_of))]
    found: dict[str, list[Inspection]] = {}
    for row in rows.sort_values("date", ascending=False, kind="stable").to_dict("records"):
        found.setdefault(str(row["subject_id"]), []).append(inspection_of(_event(row)))
    return found
