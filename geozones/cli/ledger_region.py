"""What the ledger commands share: the layers' plots, the opened ledger, rows for printing."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

import pandas as pd

from geozones import checks, layers
from geozones.cli.ledger import rows_of
from geozones.cli.messages import print_json, render, say
from geozones.config import Config, LayerSpec
from geozones.crs import measure_area_m2
from geozones.errors import Message, UsageError
from geozones.i18n import N_
from geozones.ledger import (
    ImportReport,
    Ledger,
    PlotRegister,
    import_file,
    open_region_ledger,
    register_plots,
    take_opening,
)
from geozones.lifecycle import EVENTS, MAP_STATE_OF, Event, add_clocks, make_event, tabulate_states
from geozones.lifecycle.wording import state_label
from geozones.tables import CONTRACTS, empty_table

if TYPE_CHECKING:
    from geozones.pipeline import InspectionReport

SHOWN_COLUMNS = (
    "plot_id", "state", "map_state", "start_passed", "since", "participant", "contract_no", "clock", "days_left",
    "next_step", "next_step_from", "clock_base", "clock_due", "clock_estimated", "clock_verified", "start_due",
    "suspended", "encumbrances", "land_clock", "land_base", "land_due", "land_days_left",
)  # fmt: skip
"""Columns of a state as the commands give it."""


@dataclass(frozen=True)
class RegionLedger:
    """The ledger of a region with the plots of its layers, on a day."""

    config: Config
    ledger: Ledger
    register: PlotRegister
    plots: pd.DataFrame
    as_of: dt.date
    today: dt.date

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.ledger.close()

    def record(self, event: Event, *, actor: str, dry_run: bool) -> dict[str, Any]:
        """Record an event and tell the state that it leads to, with the next lawful step."""
        recorded = self.ledger.record(event, actor=actor, register=self.register, dry_run=dry_run)
        states = {recorded.plot_id: recorded.state}
        table = tabulate_states(pd.DataFrame({"plot_id": [recorded.plot_id]}), states, as_of=recorded.date)
        table = add_clocks(
            table, states, as_of=recorded.date, rules=self.ledger.rules, calendar=self.ledger.calendar
        )
        row = rows_of(table[["clock", "clock_due", "next_step", "next_step_from"]])[0]
        return {
            "seq": recorded.seq,
            "plot_id": recorded.plot_id,
            "event": recorded.event,
            "date": recorded.date.isoformat(),
            "state": recorded.state.state,
            "map_state": MAP_STATE_OF.get(recorded.state.state),
            **row,
            "hash": recorded.hash,
            "dry_run": dry_run,
        }

    def take_field_file(self, file: Path, *, actor: str, plot_id: str | None, dry_run: bool) -> InspectionReport:
        """Record the inspections of a file that inspect.html saved."""
        from geozones import pipeline

        return pipeline.take_field_file(
            self.config, self.ledger, file,
            register=self.register, shown=file.name, actor=actor, plot_id=plot_id, dry_run=dry_run,
        )  # fmt: skip

    def import_file(self, file: Path, *, actor: str, dry_run: bool) -> ImportReport:
        """Import a file, with the day asked about as the day of the opening balance."""
        return import_file(
            self.ledger, file, register=self.register, balance_on=self.as_of, actor=actor, dry_run=dry_run
        )

    def states(self, *, known_at: dt.datetime | None = None) -> pd.DataFrame:
        """Lay out the states of all plots of the layer."""
        return self.ledger.tabulate(self.plots, as_of=self.as_of, known_at=known_at)[list(SHOWN_COLUMNS)]

    def read(self, role: str) -> pd.DataFrame:
        """Read and check the layers of a role."""
        return _read_role(self.config, role)

    def due(self) -> pd.DataFrame:
        """Lay out the plots where a clock runs or a step is due: what is lawful today first, then by its day."""
        table = self.states()
        waiting = table[table["next_step"].notna() | table["clock"].notna()]
        return waiting.sort_values(["next_step_from", "plot_id"], kind="stable", na_position="last")


def open_region(config: Config, *, as_of: dt.date | None) -> RegionLedger:
    """Open the ledger of a region and fill it from the opening balance if it is empty."""
    today = dt.datetime.now(ZoneInfo(config.region.timezone)).date()
    day = as_of or config.as_of or today
    today = max(day, today)
    plots, zones = _read_role(config, "plots"), _read_role(config, "zones")
    register = register_plots(plots, zones, today=today)
    opened = open_region_ledger(config)
    if config.ledger.opening is not None and not opened.head()[0]:
        allocations = layers.read_allocations(config.ledger.opening)
        take_opening(opened, config, allocations, register=register)
    return RegionLedger(config, opened, register, plots, day, today)


def _read_role(config: Config, role: str) -> pd.DataFrame:
    """Read and check the layers of a role, without comparing them with others."""
    tables = [
        checks.check_layer(layers.read_layer(spec), region=config.region).table
        for spec in config.layers.values()
        if spec.role == role and (spec.required or spec.is_url or Path(spec.source).exists())
    ]
    if not tables:
        return pd.DataFrame(empty_table(CONTRACTS[role], crs=config.region.crs))
    return pd.concat([pd.DataFrame(table) for table in tables], ignore_index=True)


def make_recorded_event(
    region: RegionLedger,
    name: str,
    plot_id: str,
    date: dt.date,
    named: dict[str, Any],
    *,
    new_plots: Path | None,
    new_ids: list[str],
    merged: list[str],
    void: bool,
    more: list[str],
) -> Event:
    """Make the event that the options of `ledger record` tell."""
    fields: dict[str, Any] = dict(named)
    others = dict(_split_setting(setting) for setting in more)
    if name == "correct":
        changed = {key: value for key, value in {**fields, **others}.items() if key not in _OF_CORRECTION}
        fields = {key: value for key, value in fields.items() if key in _OF_CORRECTION}
        fields["fields"] = {key: value or None for key, value in changed.items()}
        fields["void"] = "yes" if void else None
    else:
        fields.update(others)
    if new_plots is not None or new_ids:
        fields["into"] = _read_new_plots(new_plots, new_ids, region.config)
    fields["with"] = merged
    return make_event(name, plot_id, date, **fields)


_OF_CORRECTION = ("corrects", "reason", "note")


def _split_setting(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name.strip():
        raise UsageError(N_("--set {value}: write it as NAME=VALUE."), value=text)
    return name.strip(), value.strip()


def _read_new_plots(file: Path | None, ids: list[str], config: Config) -> list[dict[str, Any]]:
    """Read the new plots of a split or merge; ids given by hand win over those of the file, in its order."""
    if file is None:
        return [{"plot_id": plot_id} for plot_id in ids]
    if file.suffix.lower() == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as stream:
            parts = [dict(row) for row in csv.DictReader(stream)]
    else:
        parts = _read_new_shapes(file, config)
    if ids and len(ids) != len(parts):
        raise UsageError(
            N_("--as names {ids} plots, but {file} holds {parts}."), ids=len(ids), file=file.name, parts=len(parts)
        )
    for place, plot_id in enumerate(ids):
        parts[place]["plot_id"] = plot_id
    return parts


def _read_new_shapes(file: Path, config: Config) -> list[dict[str, Any]]:
    spec = LayerSpec(key="into", role="plots", source=str(file.absolute()), defaults={"zone_id": "?"})
    table = layers.read_layer(spec).table
    measured_ha = measure_area_m2(table.geometry, str(table.crs)) / 10_000
    return [
        {"plot_id": plot_id, "area_ha": float(stated if pd.notna(stated) else measured)}
        for plot_id, stated, measured in zip(table["plot_id"], table["area_ha"], measured_ha, strict=True)
    ]


def read_moment(text: str | None, config: Config) -> dt.datetime | None:
    """Read a day (its end, in the region) or a moment; without a zone it is the region's.

    Raises
    ------
    UsageError
        It is neither.
    """
    if text is None:
        return None
    zone = ZoneInfo(config.region.timezone)
    try:
        if len(text) == len("2025-02-10"):
            return dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max, tzinfo=zone)
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            N_("--known-at: {value} is no day or moment. Write 2025-02-10 or 2025-02-10T18:00."), value=text
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


_HEADINGS = {
    "plot_id": N_("Plot"),
    "state": N_("State"),
    "since": N_("Since"),
    "participant": N_("Participant"),
    "clock": N_("Clock"),
    "days_left": N_("Days left"),
    "next_step": N_("Next lawful step"),
    "next_step_from": N_("Lawful from"),
}
_CLOCKS = {"start": N_("start due"), "cure": N_("term to cure"), "termination": N_("term of termination")}
_MOST_PREVIEWED = 50


def in_words(row: Mapping[str, Any]) -> dict[str, Any]:
    """Put the words for events, states and clocks in place of their names."""
    words: dict[str, Any] = dict(row)
    for column in ("state", "before"):
        if row.get(column) is not None:
            words[column] = state_label(row[column])
    for column in ("event", "next_step"):
        if row.get(column) in EVENTS:
            words[column] = Message(EVENTS[row[column]].label)
    if row.get("next_step") == "deliver":
        words["next_step"] = Message(N_("Record the delivery of the notice"))
    if row.get("clock") is not None:
        words["clock"] = Message(_CLOCKS[row["clock"]])
    return words


def print_states(table: pd.DataFrame, *, as_json: bool) -> None:
    """Print states: JSON with all columns, or a table for reading."""
    if as_json:
        print_json(rows_of(table))
        return
    print("\t".join(render(Message(heading)) for heading in _HEADINGS.values()))
    for row in rows_of(table[list(_HEADINGS)]):
        values = [render(value) if isinstance(value, Message) else value for value in in_words(row).values()]
        print("\t".join("" if value is None else str(value) for value in values))


def print_preview(report: ImportReport) -> None:
    """Print what an import would record, a line a row."""
    for row in report.preview[:_MOST_PREVIEWED]:
        place = f"{row['sheet']} {row['row']}".strip()
        say(N_("{place}: plot {plot_id} · {date} · {event} · {before} → {state}"), place=place, **in_words(row))
    if len(report.preview) > _MOST_PREVIEWED:
        say(N_("… and {n} more rows; --json lists all."), n=len(report.preview) - _MOST_PREVIEWED)
