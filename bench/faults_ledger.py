"""Race and kill everything that writes to the ledger, on SQLite and on a real PostgreSQL; writes bench/FAULTS.md.

Race: 64 processes allocate the same 200 plots at once; one winner each, clear refusals, no raw error of the
database, and the chain verifies. Kill: SIGKILL at 200 random moments of recording and importing; every
acknowledged event is there, an import is there whole or not at all, and the chain verifies.

    python bench/faults_ledger.py [--processes 64] [--plots 200] [--kills 200]
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from geozones.errors import GeozonesError, RefusedError
from geozones.ledger import Ledger, PlotRegister, open_ledger
from geozones.lifecycle import Event, PlotFacts, make_event

ROOT = Path(__file__).resolve().parent.parent
DAY = dt.date(2025, 2, 10)
IMPORT_ROWS = 150


def make_plot_ids(count: int) -> list[str]:
    return [f"P{number:04d}" for number in range(count)]


def make_register(count: int) -> PlotRegister:
    return PlotRegister(dt.date(2030, 1, 1), {plot_id: PlotFacts() for plot_id in make_plot_ids(count)})


# ---- what the child processes do ----


def allocate_all(url: str, number: int, plots: int) -> None:
    """Try to allocate every plot, in an order of its own; print what became of each."""
    ledger, register = open_ledger(url), make_register(plots)
    print("ready", flush=True)
    sys.stdin.readline()
    order = make_plot_ids(plots)
    random.Random(number).shuffle(order)
    for plot_id in order:
        print(json.dumps([plot_id, try_to_allocate(ledger, register, plot_id, number)]), flush=True)


def try_to_allocate(ledger: Ledger, register: PlotRegister, plot_id: str, number: int) -> str:
    steps = (
        ("apply", {"participant": f"process {number}"}),
        ("approve", {"document": "protocol"}),
        ("contract", {"contract_no": str(number)}),
    )
    for name, fields in steps:
        try:
            ledger.record(make_event(name, plot_id, DAY, **fields), actor=str(number), register=register)
        except RefusedError as error:
            return "refused" if name == "apply" and "34(1)" in str(error) else f"wrong: {error}"
        except GeozonesError as error:
            return f"wrong: {type(error).__name__}: {error}"
    return "won"


def write_without_end(url: str, number: int, plots: int) -> None:
    """Record and import until killed; print every event that the ledger has acknowledged."""
    ledger, register = open_ledger(url), make_register(plots)
    chance = random.Random(number)
    round_number = 0
    while True:
        round_number += 1
        plot_id = chance.choice(make_plot_ids(plots))
        seen = make_event("inspect", plot_id, DAY, started="no", note=f"{number}-{round_number}")
        recorded = ledger.record(seen, actor="killed", register=register)
        print(json.dumps(["event", recorded.seq, recorded.hash]), flush=True)
        if round_number % 5 == 0:
            name = f"import {number}-{round_number}"
            ledger.record_all([(row, "killed") for row in make_rows(name, plots)], register=register)
            print(json.dumps(["import", name]), flush=True)


def make_rows(name: str, plots: int) -> list[Event]:
    ids = make_plot_ids(plots)
    return [
        make_event("inspect", ids[row % plots], DAY, started="unknown", note=f"{name} row {row}")
        for row in range(IMPORT_ROWS)
    ]


# ---- what the parent asks of them ----


@dataclass
class Found:
    """What a run of faults came to; `wrong` is empty where all held."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


def start_child(mode: str, url: str, number: int, plots: int) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--child", mode, "--number", str(number), "--plots", str(plots)]
    environment = {**os.environ, "LEDGER_URL": url}
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def race(url: str, *, processes: int, plots: int) -> Found:
    """Let many processes allocate the same plots at once, from the same moment."""
    children = [start_child("race", url, number, plots) for number in range(processes)]
    found = Found()
    for child in children:
        if child.stdout is None or child.stdout.readline().strip() != "ready":
            found.wrong.append("a process did not start")
    started = time.perf_counter()
    for child in children:
        if child.stdin is not None:
            child.stdin.write("go\n")
            child.stdin.flush()
    winners: Counter[str] = Counter()
    for child in children:
        output, errors = child.communicate()
        if child.returncode or errors:
            found.wrong.append(f"a process failed: {errors[-300:]}")
        for line in output.splitlines():
            plot_id, outcome = json.loads(line)
            found.counts[outcome.split(":")[0]] += 1
            winners[plot_id] += outcome == "won"
            if outcome.startswith("wrong"):
                found.wrong.append(f"{plot_id}: {outcome}")
    found.seconds = time.perf_counter() - started
    found.wrong += [
        f"{plot_id}: {winners[plot_id]} winners" for plot_id in make_plot_ids(plots) if winners[plot_id] != 1
    ]
    verification = open_ledger(url).verify()
    if not verification.ok or verification.events != 3 * plots:
        found.wrong.append(f"the ledger does not verify: {[str(problem) for problem in verification.problems]}")
    return found


def kill(url: str, *, kills: int, plots: int, seed: int = 1) -> Found:
    """Kill a writing process again and again, each time at a random moment after its first event."""
    started = time.perf_counter()
    chance = random.Random(seed)
    found = Found()
    acknowledged: dict[int, str] = {}
    imports: set[str] = set()
    ledger = open_ledger(url)
    for number in range(kills):
        child = start_child("kill", url, number, plots)
        lines = [child.stdout.readline()] if child.stdout is not None else []
        time.sleep(chance.uniform(0.0, 0.25))
        child.kill()
        output, errors = child.communicate()
        lines += output.splitlines()
        if errors:
            found.wrong.append(f"the process failed before it was killed: {errors[-300:]}")
        take_acknowledgements(lines, acknowledged, imports)
        found.counts["kills"] += 1
        if (number + 1) % 20 == 0 or number + 1 == kills:
            check_after_kills(ledger, acknowledged, imports, found)
    found.counts["acknowledged"] = len(acknowledged)
    found.counts["imports"] = len(imports)
    found.seconds = time.perf_counter() - started
    return found


def take_acknowledgements(lines: list[str], acknowledged: dict[int, str], imports: set[str]) -> None:
    """Take in what a killed process printed; its last line may be cut."""
    for line in lines:
        with contextlib.suppress(json.JSONDecodeError):
            told = json.loads(line)
            if told[0] == "event":
                acknowledged[told[1]] = told[2]
            else:
                imports.add(told[1])


def check_after_kills(ledger: Ledger, acknowledged: dict[int, str], imports: set[str], found: Found) -> None:
    verification = ledger.verify()
    if not verification.ok:
        found.wrong.append(f"the ledger does not verify: {[str(problem) for problem in verification.problems]}")
    with ledger.engine.connect() as connection:
        kept = dict(connection.exec_driver_sql("SELECT seq, hash FROM events").all())
    lost = [seq for seq, head in acknowledged.items() if kept.get(seq) != head]
    if lost:
        found.wrong.append(f"{len(lost)} acknowledged events are lost: {lost[:5]}")
    rows: Counter[str] = Counter()
    for event, _ in ledger.events():
        note = str(event.fields.get("note", ""))
        if note.startswith("import"):
            rows[note.split(" row ")[0]] += 1
    found.wrong += [
        f"{name}: {count} of {IMPORT_ROWS} rows" for name, count in rows.items() if count != IMPORT_ROWS
    ]
    found.wrong += [f"{name}: acknowledged and not there" for name in imports if name not in rows]


@contextlib.contextmanager
def temporary_postgres() -> Iterator[str | None]:
    """Start a PostgreSQL server with full durability in a temporary folder; None where there is none."""
    sys.path.insert(0, str(ROOT / "tests"))
    from postgres_fixtures import find_programs, run_program

    programs = find_programs()
    if programs is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="gz-faults-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    try:
        run_program(
            programs / "initdb",
            "-D",
            data,
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            folder=folder,
        )
        options = f"-k {folder} -c listen_addresses='' -c max_connections=200"
        log = str(folder / "log")
        run_program(programs / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start", folder=folder)
        yield f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
        run_program(programs / "pg_ctl", "-D", data, "-m", "fast", "stop", folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_database(address: str, name: str) -> str:
    import psycopg

    with psycopg.connect(host=address.split("host=")[1], user="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return address.format(name=name)


def tell_race(found: Found, arguments: argparse.Namespace) -> str:
    counts = f"{found.counts['won']} won, {found.counts['refused']} refused"
    return f"{arguments.processes} processes, {arguments.plots} plots: {counts} | {found.seconds:.0f}"


def tell_kills(found: Found) -> str:
    counts = f"{found.counts['acknowledged']} events and {found.counts['imports']} imports acknowledged"
    return f"{found.counts['kills']} kills, {counts} | {found.seconds:.0f}"


def run_all(arguments: argparse.Namespace) -> bool:
    """Run every fault on both databases and write the report."""
    lines = ["| database | fault | what was done | seconds | broken |", "| --- | --- | --- | --- | --- |"]
    good = True
    with tempfile.TemporaryDirectory(prefix="gz-faults-") as folder, temporary_postgres() as address:
        urls = {"SQLite": [f"sqlite:///{folder}/{name}.sqlite" for name in ("race", "kill")]}
        if address is not None:
            urls["PostgreSQL"] = [make_database(address, name) for name in ("race", "kill")]
        for database, (race_url, kill_url) in urls.items():
            raced = race(race_url, processes=arguments.processes, plots=arguments.plots)
            killed = kill(kill_url, kills=arguments.kills, plots=arguments.plots)
            lines.append(f"| {database} | race | {tell_race(raced, arguments)} | {len(raced.wrong)} |")
            lines.append(f"| {database} | SIGKILL | {tell_kills(killed)} | {len(killed.wrong)} |")
            for problem in (*raced.wrong, *killed.wrong):
                print(f"{database}: {problem}", file=sys.stderr)
            good = good and not raced.wrong and not killed.wrong
    if address is None:
        lines.append("| PostgreSQL | – | not installed here | – | – |")
    from sections import write_section

    lines += ["", "Tampering by plain SQL (changed body, changed column, replaced row, removed row, cut tail, "
              "recomputed chain) is tried by `tests/test_ledger.py` in every run of the tests."]  # fmt: skip
    write_section(Path(__file__).parent / "FAULTS.md", "Faults", "Ledger", lines)
    print("\n".join(lines))
    return good


def main() -> int:
    """Run all faults, or, for a child process, one of its two parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=64)
    parser.add_argument("--plots", type=int, default=200)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--child", choices=("race", "kill"))
    parser.add_argument("--number", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.child is None:
        return 0 if run_all(arguments) else 1
    work = allocate_all if arguments.child == "race" else write_without_end
    work(os.environ["LEDGER_URL"], arguments.number, arguments.plots)
    return 0


if __name__ == "__main__":
    sys.exit(main())
