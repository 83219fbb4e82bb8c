"""A ledger of 100,000 plots and a million events: states on a date, one history, an import.

Limits: state of all plots on a date 5 s (goal 3), one history 50 ms, import of 100,000 rows of a workbook 90 s
(goal 60), all on SQLite with full durability. Writes its section of bench/RESULTS.md.

    python bench/bench_ledger.py [--plots 100000] [--events 1000000]
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
from sections import write_section

from geozones.ledger import Ledger, PlotRegister, import_file, open_ledger
from geozones.ledger.workbook import write_workbook
from geozones.lifecycle import Event, PlotFacts, make_event

START = dt.date(2015, 1, 5)
LAST = dt.date(2026, 11, 20)
LIMITS_S = {"states": 5.0, "history": 0.05, "import": 90.0}
LIFE = (
    ("apply", {"participant": "Company"}),
    ("approve", {"document": "protocol 1"}),
    ("contract", {"contract_no": "1", "start_due": "2016-01-05", "project": "Project", "investment_kzt": 1e9}),
    ("inspect", {"started": "no"}),
    ("extend", {"start_due": "2017-01-05", "document": "addendum 1"}),
    ("inspect", {"started": "no"}),
    ("suspend", {"reason": "court"}),
    ("resume", {}),
    ("inspect", {"started": "unknown"}),
    ("breach", {"document": "act 1"}),
    ("notice", {"document": "notice 1", "delivered": None}),
    ("start", {}),
    ("cure", {}),
    ("commission", {}),
    ("inspect", {"started": "yes"}),
)
"""Events of one plot, in order; each plot gets as many of them as its number says, with days of its own."""


def make_events(plots: int, events: int) -> Iterator[tuple[Event, str]]:
    """Make the events step by step over all plots, as years of work would bring them."""
    left = events
    for step, (name, fields) in enumerate(LIFE):
        for number in range(plots):
            if left == 0:
                return
            date = START + dt.timedelta(days=step * 60 + number % 50)
            given = {**fields, "delivered": date.isoformat()} if name == "notice" else fields
            left -= 1
            yield make_event(name, f"P{number:06d}", date, **given), "bench"


def fill(ledger: Ledger, register: PlotRegister, plots: int, events: int) -> None:
    batch: list[tuple[Event, str]] = []
    for pair in make_events(plots, events):
        batch.append(pair)
        if len(batch) == 50_000:
            ledger.record_all(batch, register=register)
            batch = []
    if batch:
        ledger.record_all(batch, register=register)


def measure(work: Callable[[], object], *, times: int = 3) -> float:
    """Return the median seconds of some work."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def measure_import(folder: Path, plots: int) -> tuple[float, float]:
    """Write a register workbook of all plots, and measure importing it, and importing it a second time."""
    rows = [
        {"plot_id": f"P{number:06d}", "participant": f"Company {number}", "contract_no": str(number),
         "contract_date": "2024-01-05", "start_due": "2025-06-30", "project": "Project", "sector": "metal",
         "product": "goods", "investment_kzt": 1e9, "jobs_planned": 40.0}
        for number in range(plots)
    ]  # fmt: skip
    file = folder / "register.xlsx"
    write_workbook(file, register=rows)
    ledger = open_ledger(f"sqlite:///{folder}/import.sqlite")
    register = make_register(plots)

    def take() -> None:
        import_file(ledger, file, register=register, balance_on=LAST, actor="bench")

    return measure(take, times=1), measure(take, times=1)


def make_register(plots: int) -> PlotRegister:
    return PlotRegister(LAST, {f"P{number:06d}": PlotFacts() for number in range(plots)})


def main() -> int:
    """Fill a ledger, measure, write the results; exit 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plots", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gz-bench-") as name:
        folder = Path(name)
        imported, again = measure_import(folder, arguments.plots)
        ledger = open_ledger(f"sqlite:///{folder}/ledger.sqlite")
        filled = measure(
            lambda: fill(ledger, make_register(arguments.plots), arguments.plots, arguments.events), times=1
        )
        plots = pd.DataFrame({"plot_id": [f"P{number:06d}" for number in range(arguments.plots)]})
        past = START + dt.timedelta(days=200)
        seconds = {
            "state of all plots, today": (measure(lambda: ledger.tabulate(plots, as_of=LAST)), "states"),
            "state of all plots, years ago": (measure(lambda: ledger.tabulate(plots, as_of=past)), "states"),
            "history of one plot": (measure(lambda: ledger.history("P000777"), times=20), "history"),
            f"import of {arguments.plots:,} rows of a workbook": (imported, "import"),
            "the same workbook again": (again, "import"),
            f"recording {arguments.events:,} events in batches": (filled, ""),
            "verifying all of it": (measure(ledger.verify, times=1), ""),
            "rebuilding all states": (measure(ledger.rebuild, times=1), ""),
        }
        size_mb = Path(str(ledger.engine.url.database)).stat().st_size / 1e6
    lines = [
        f"{arguments.plots:,} plots, {arguments.events:,} events, SQLite, full durability, {size_mb:,.0f} MB.",
        "",
        "| what | seconds | limit |",
        "| --- | --- | --- |",
        *(f"| {what} | {taken:.3g} | {LIMITS_S.get(limit, '–')} |" for what, (taken, limit) in seconds.items()),
    ]
    write_section(Path(__file__).parent / "RESULTS.md", "Results", "Ledger", lines)
    print("\n".join(lines))
    return 0 if all(taken <= LIMITS_S.get(limit, taken) for taken, limit in seconds.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
