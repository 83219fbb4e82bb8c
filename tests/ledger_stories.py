"""What the tests of the ledger share: registers of plots, ledgers with a fixed clock, short ways to record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from geozones.config import Config
from geozones.ledger import Ledger, PlotRegister, Recorded, open_ledger, open_region_ledger, register_plots
from geozones.ledger.connection import read
from geozones.ledger.schema import PROJECTIONS
from geozones.lifecycle import PlotFacts, make_calendar, make_event
from geozones.pipeline import check_region
from geozones.rules import load_rules

TODAY = dt.date(2026, 12, 31)
RULES = load_rules()
CALENDAR = make_calendar()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def make_register(ids: Iterable[str] = ("P1", "P2", "P3"), *, area_ha: float | None = 2.0) -> PlotRegister:
    """Make a register of regional plots of two hectares each."""
    return PlotRegister(TODAY, {plot_id: PlotFacts(area_ha=area_ha) for plot_id in ids})


@dataclass
class Story:
    """A ledger with a clock that goes on an hour at every look, and a short way to record."""

    ledger: Ledger
    register: PlotRegister = field(default_factory=make_register)

    def record(self, name: str, plot_id: str, date: str, *, dry_run: bool = False, **fields: Any) -> Recorded:
        event = make_event(name, plot_id, day(date), **fields)
        return self.ledger.record(event, actor="tester", register=self.register, dry_run=dry_run)

    def contract(self, plot_id: str, *, start_due: str = "2025-12-31") -> Recorded:
        """Bring a free plot under a contract of 2025-03-01 with «Demo 1»."""
        self.record("apply", plot_id, "2025-01-10", participant="Demo 1")
        self.record("approve", plot_id, "2025-02-10", document="protocol 1 2025-02-10")
        return self.record("contract", plot_id, "2025-03-01", contract_no="7", start_due=start_due)

    def state(self, plot_id: str, date: str, *, known_at: dt.datetime | None = None) -> str:
        states = self.ledger.states(as_of=day(date), known_at=known_at)
        return states[plot_id].state if plot_id in states else "free"


def open_story(url: str, **register: Any) -> Story:
    """Open a ledger whose clock starts on 2026-01-01 and goes on an hour at every look."""
    hours = count()
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    ledger = open_ledger(url, rules=RULES, calendar=CALENDAR, now=lambda: start + dt.timedelta(hours=next(hours)))
    return Story(ledger, make_register(**register))


def dump(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of the projection, without generated numbers."""
    with read(ledger.engine) as connected:
        return {
            table.name: sorted(
                tuple(str(value) for name, value in row._mapping.items() if name != "spell_no")
                for row in connected.execute(table.select())
            )
            for table in PROJECTIONS
        }


def record_events(config: Config, rows: Iterable[tuple[str, str, str, dict[str, Any]]]) -> None:
    """Record events (name, plot, date, fields) in the ledger of a region, over the plots of its layers."""
    region = check_region(config)
    register = register_plots(region.tables.plots, region.tables.zones, today=TODAY)
    with open_region_ledger(config) as ledger:
        for name, plot_id, date, fields in rows:
            ledger.record(make_event(name, plot_id, day(date), **fields), actor="tester", register=register)
