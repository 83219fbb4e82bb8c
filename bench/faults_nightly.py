"""Faults of the nightly rebuild on a real file system: kills, full disks, layers that change, silent databases.

After each fault the doors must lead to a complete run whose manifest verifies, and the next run must succeed.
Disks are small tmpfs mounts and need root; where mounting is not allowed, those rows say so.

    python bench/faults_nightly.py [--kills 100] [--only NAME …]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from geozones import publish  # noqa: E402

COMMAND = [sys.executable, "-c", "import sys; from geozones.cli import main; sys.exit(main())"]
STAGES = ("begins", "backup", "read", "check", "analyse", "pages", "data")
DISK_MB = 96
PATIENCE_S = 600
MOST_TRIES = 5


@dataclass
class Found:
    """What a fault showed: counts, seconds, and every broken promise."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    note: str = ""


@dataclass
class Region:
    """A region of two zones in a folder, with maps and state beside its layers."""

    folder: Path
    edits: int = 0

    @property
    def config(self) -> Path:
        """The settings."""
        return self.folder / "layers" / "geozones.toml"

    @property
    def out(self) -> Path:
        """The maps."""
        return self.folder / "maps_out"

    @property
    def plots(self) -> Path:
        """The layer of plots."""
        return self.folder / "layers" / "plots.geojson"

    def edit(self) -> None:
        """Give one plot another need, so that there is something to do."""
        self.edits += 1
        content = json.loads(self.plots.read_text("utf-8"))
        feature = content["features"][self.edits % len(content["features"])]
        feature["properties"]["need_power_kw"] = self.edits
        replace(self.plots, json.dumps(content, ensure_ascii=False))

    def set(self, text: str) -> None:
        """Add settings."""
        self.config.write_text(self.config.read_text("utf-8") + "\n" + text + "\n", "utf-8")

    def start(self, command: str = "nightly", *options: str) -> subprocess.Popen[str]:
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            [*COMMAND, command, "-c", str(self.config), "--lang", "en", *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def run(self, command: str = "nightly", *options: str) -> tuple[int, str]:
        """Run a command to its end; returns exit code and what it said."""
        process = self.start(command, *options)
        _, said = process.communicate(timeout=PATIENCE_S)
        return process.returncode, said


def replace(path: Path, text: str) -> None:
    """Replace a file in one step, as a careful sender does."""
    partial = path.with_name(f".{path.name}.new")
    partial.write_text(text, "utf-8")
    partial.replace(path)


def make_region(folder: Path) -> Region:
    """Write the region and build it once."""
    region = Region(folder)
    subprocess.run(
        [*COMMAND, "demo", str(folder / "layers"), "--zones", "2", "--quiet"],
        check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    proposals = folder / "layers" / "proposals.geojson"
    content = json.loads(proposals.read_text("utf-8"))
    content["features"] = content["features"][:1]
    proposals.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    code, said = region.run()
    if code:
        raise SystemExit(f"the first run failed: {said}")
    return region


def look(region: Region) -> list[str]:
    """Name what is wrong with what readers are led to."""
    try:
        run = publish.read_manifest(publish.current_run(region.out))
    except Exception as error:
        return [f"the doors lead nowhere: {error}"]
    damaged = publish.verify_run(run)
    wrong = [f"run {run.run_id}: {damaged[:3]}"] if damaged else []
    for door in ("index.html", "public.html"):
        led = re.search(r"runs/([0-9A-Za-z-]+)/", (region.out / door).read_text("utf-8"))
        if led is None or not (region.out / "runs" / led[1] / "run.json").is_file():
            wrong.append(f"{door} leads nowhere")
    return wrong


def end(process: subprocess.Popen[str]) -> None:
    """Kill a process with all its children, as the loss of power does."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


# ---- the faults ----


def kill(region: Region, *, kills: int, seed: int = 1) -> Found:
    """Kill a run at random moments, each time with something changed; every tenth next run goes to its end."""
    found, dice = Found(), random.Random(seed)
    region.edit()
    started = time.perf_counter()
    region.run()
    longest = time.perf_counter() - started
    for number in range(kills):
        region.edit()
        process = region.start()
        time.sleep(dice.uniform(0.0, longest))
        found.counts["ended before"] += process.poll() is not None
        end(process)
        found.counts["kills"] += 1
        found.wrong += [f"kill {number}: {problem}" for problem in look(region)]
        if number % 10 == 9 or number + 1 == kills:
            must_succeed(region, found, f"after kill {number}")
    return found


def must_succeed(region: Region, found: Found, when: str) -> None:
    """Run once more; it must publish, and leave nothing half-written."""
    region.edit()
    before = publish.current_run(region.out).name
    code, said = region.run()
    left = [path.name for path in (region.out / "runs").iterdir() if path.name.startswith(".")]
    if code or left or publish.current_run(region.out).name == before:
        found.wrong.append(f"{when}: the next run ends with {code}, leaves {left}: {said[-300:]}")
    found.wrong += [f"{when}: {problem}" for problem in look(region)]
    found.counts["next runs"] += 1


def fill(region: Region) -> Found:
    """Fill the disk of maps and state when a stage ends, for every stage, until the fault met the run there."""
    found = Found()
    for stage in STAGES:
        for _ in range(MOST_TRIES):
            if fill_after(region, stage, found):
                break
        else:
            found.wrong.append(f"disk full after {stage}: every run was published before the disk was full")
    return found


def fill_after(region: Region, stage: str, found: Found) -> bool:
    """Fill the disk while the run stands still after a stage; says whether the run was still to be published.

    The line of a stage reaches us when the run is some way further already. A run that was published meanwhile is
    no fault of its own: it must be complete like any other, and the fault is done again.
    """
    region.edit()
    before = publish.current_run(region.out).name
    ballast = region.folder / "ballast"
    process = region.start()
    said = ""
    for line in process.stderr or ():
        said += line
        if f"stage={stage} " in line or f"night={stage}" in line:
            os.killpg(process.pid, signal.SIGSTOP)
            fill_up(ballast)
            os.killpg(process.pid, signal.SIGCONT)
            break
    said += process.communicate(timeout=PATIENCE_S)[1]
    when = f"disk full after {stage}"
    is_published = publish.current_run(region.out).name != before
    found.counts["published before" if is_published else f"exit {process.returncode}"] += 1
    if is_published and (process.returncode not in (0, 9) or "published=yes" not in said):
        found.wrong.append(f"{when}: the doors moved, exit {process.returncode}: {said[-300:]}")
    if not is_published and process.returncode != 9:
        found.wrong.append(f"{when}: exit {process.returncode}: {said[-300:]}")
    found.wrong += [f"{when}: {problem}" for problem in look(region)]
    ballast.unlink(missing_ok=True)
    must_succeed(region, found, when)
    return not is_published


def fill_up(ballast: Path) -> None:
    """Write until nothing fits any more."""
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"0" * 65536)
    with contextlib.suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(b"0" * 512)


def change_layer(region: Region, *, rounds: int = 6) -> Found:
    """Truncate, remove and rewrite a layer in place while runs read it."""
    found = Found()
    good = region.plots.read_bytes()
    whole = len(json.loads(good)["features"])
    is_over = threading.Event()

    def disturb() -> None:
        dice = random.Random(2)
        while not is_over.is_set():
            what = dice.choice(("truncate", "remove", "rewrite"))
            if what == "truncate":
                region.plots.write_bytes(good[: dice.randrange(len(good))])
            elif what == "remove":
                region.plots.unlink(missing_ok=True)
            else:
                region.plots.write_bytes(good)
            time.sleep(dice.uniform(0.0, 0.4))
        region.plots.write_bytes(good)

    disturber = threading.Thread(target=disturb)
    disturber.start()
    try:
        for number in range(rounds):
            code, _ = region.run()
            found.counts[f"exit {code}"] += 1
            if code not in (0, 3, 4, 7):
                found.wrong.append(f"round {number}: exit {code}")
            read = publish.read_manifest(publish.current_run(region.out)).facts["facts"]["layers"]["plots"]["read"]
            if read != whole:
                found.wrong.append(f"round {number}: a run with {read} of {whole} plots is served")
            found.wrong += look(region)
    finally:
        is_over.set()
        disturber.join()
    must_succeed(region, found, "after the layer was disturbed")
    return found


def start_twice(region: Region, *, rounds: int = 5) -> Found:
    """Start two runs at once: one works, the other names it and ends with 5, or comes after it."""
    found = Found()
    for number in range(rounds):
        region.edit()
        both = [region.start(), region.start()]
        ends = [(process.communicate(timeout=PATIENCE_S)[1], process.returncode) for process in both]
        codes = sorted(code for _, code in ends)
        found.counts[f"exits {codes}"] += 1
        if codes not in ([0, 0], [0, 5]):
            found.wrong.append(f"round {number}: exits {codes}: {ends[0][0][-200:]}")
        if codes == [0, 5] and not any("process" in said for said, code in ends if code == 5):
            found.wrong.append(f"round {number}: the owner is not named")
        found.wrong += look(region)
    return found


def set_clock_back(region: Region) -> Found:
    """Build with the clock 400 days back, then with the right one."""
    found = Found()
    code = (
        "import sys, types, datetime as dt\n"
        "import geozones.pipeline, geozones.nightly\n"
        "from geozones.cli import main\n"
        "class Back(dt.datetime):\n"
        "    @classmethod\n"
        "    def now(cls, tz=None): return dt.datetime.now(tz) - dt.timedelta(days=400)\n"
        "clock = types.SimpleNamespace(**{**vars(dt), 'datetime': Back})\n"
        "for name, module in list(sys.modules.items()):\n"
        "    if name.startswith('geozones.') and getattr(module, 'dt', None) is dt: module.dt = clock\n"
        "sys.exit(main())"
    )
    for command in ([sys.executable, "-c", code], COMMAND):
        region.edit()
        before = publish.current_run(region.out).name
        done = subprocess.run(
            [*command, "build", "-c", str(region.config), "--quiet"],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        )  # fmt: skip
        run = publish.current_run(region.out)
        newest = publish.list_runs(region.out)[0].run_id
        if done.returncode or run.name == before or run.name != newest:
            found.wrong.append(f"exit {done.returncode}, served {run.name}, newest {newest}: {done.stderr[-300:]}")
        found.wrong += look(region)
        found.counts["runs"] += 1
    return found


def silence_database(region: Region) -> Found:
    """Take a layer from a database that takes connections and never answers."""
    found, before = Found(), publish.current_run(region.out).name
    kept = region.config.read_text("utf-8")
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        url = f"postgresql://nobody@127.0.0.1:{port}/none"
        region.config.write_text(kept.replace('"gas.geojson"', f'"{url}"'), "utf-8")
        region.set("[nightly.limits]\nsource_seconds = 5")
        started = time.perf_counter()
        code, said = region.run()
        found.counts[f"exit {code}"] += 1
        if code != 4 or "gas" not in said or time.perf_counter() - started > 120:
            found.wrong.append(f"exit {code} after {time.perf_counter() - started:.0f} s: {said[-300:]}")
        if publish.current_run(region.out).name != before:
            found.wrong.append("the doors moved")
    region.config.write_text(kept, "utf-8")
    must_succeed(region, found, "after the silent database")
    return found


def walk(region: Region, *, switches: int = 20) -> Found:
    """Let a reader walk all pages, from the door on, while runs are published and old ones removed."""
    found, is_over = Found(), threading.Event()
    region.config.write_text(region.config.read_text("utf-8").replace("runs = 14", "runs = 1"), "utf-8")

    def read() -> None:
        while not is_over.is_set():
            door = (region.out / "index.html").read_text("utf-8")
            led = re.search(r"runs/([0-9A-Za-z-]+)/", door)
            run = region.out / "runs" / (led[1] if led else "nowhere")
            try:
                names = json.loads((run / "run.json").read_text("utf-8"))["files"]
                for name in names:
                    (run / name).read_bytes()
                    found.counts["files read"] += 1
            except OSError as error:
                found.wrong.append(f"a reader misses {error.filename}")
            found.counts["walks"] += 1

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(switches):
        region.edit()
        code, said = region.run()
        found.counts["switches"] += code == 0
        if code:
            found.wrong.append(f"exit {code}: {said[-200:]}")
    is_over.set()
    reader.join()
    return found


def lock_output(region: Region) -> Found:
    """Make the disk of the maps read-only during a night."""
    found, before = Found(), publish.current_run(region.out).name
    region.edit()
    subprocess.run(["mount", "-o", "remount,ro", str(region.folder)], check=True)
    code, said = region.run()
    subprocess.run(["mount", "-o", "remount,rw", str(region.folder)], check=True)
    found.counts[f"exit {code}"] += 1
    if code != 2 or "cannot be written to" not in said:
        found.wrong.append(f"exit {code}: {said[-300:]}")
    if publish.current_run(region.out).name != before:
        found.wrong.append("the doors moved")
    must_succeed(region, found, "after the read-only disk")
    return found


# ---- the whole ----


@contextlib.contextmanager
def small_disk() -> Iterator[Path | None]:
    """Mount a small disk; None where that is not allowed."""
    folder = Path(tempfile.mkdtemp(prefix="gz-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)], capture_output=True
    )  # fmt: skip
    try:
        yield folder if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


Fault = Callable[[Region], Found]


def list_faults(kills: int) -> dict[str, tuple[str, Fault, bool]]:
    """Name every fault: what it is, how it is done, and whether it needs a disk of its own."""
    return {
        "kill": (f"{kills} SIGKILLs at random moments", lambda region: kill(region, kills=kills), False),
        "fill": ("disk full after each stage", fill, True),
        "read-only": ("output read-only", lock_output, True),
        "layer": ("layer truncated, removed, rewritten while it is read", change_layer, False),
        "twice": ("two starts at once", start_twice, False),
        "clock": ("clock set back 400 days", set_clock_back, False),
        "database": ("PostGIS that never answers", silence_database, False),
        "reader": ("a reader walks all files during 20 switches", walk, False),
    }


def run_fault(fault: Fault, *, needs_disk: bool) -> Found:
    """Do one fault on a region of its own."""
    started = time.perf_counter()
    if needs_disk:
        with small_disk() as disk:
            found = Found(note="mounting is not allowed here") if disk is None else fault(make_region(disk))
    else:
        with tempfile.TemporaryDirectory(prefix="gz-faults-") as folder:
            found = fault(make_region(Path(folder)))
    found.seconds = time.perf_counter() - started
    return found


def main() -> int:
    """Do all faults and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--only", nargs="+")
    arguments = parser.parse_args()
    lines = ["| fault | what was seen | seconds | bad states |", "| --- | --- | --- | --- |"]
    bad = 0
    for name, (words, fault, needs_disk) in list_faults(arguments.kills).items():
        if arguments.only and name not in arguments.only:
            continue
        found = run_fault(fault, needs_disk=needs_disk)
        seen = found.note or ", ".join(f"{count} {what}" for what, count in sorted(found.counts.items()))
        lines.append(f"| {words} | {seen} | {found.seconds:.0f} | {len(found.wrong)} |")
        print(lines[-1], flush=True)
        for problem in found.wrong:
            print(f"{name}: {problem}", file=sys.stderr)
        bad += len(found.wrong)
    lines += ["", f"Bad states seen: {bad}."]
    if not arguments.only:
        from sections import write_section

        write_section(Path(__file__).parent / "FAULTS.md", "Faults", "Nightly rebuild", lines)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
