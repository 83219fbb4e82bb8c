"""Whole builds of a region with a million plots: in full, with nothing changed, with one plot changed.

Plots of seven vertices and about one hectare in 200 zones that do not overlap, three networks of 21,900 lines,
everything as GeoParquet. Each build is a process of its own, as the timer starts it. Limits at a million plots:
full 120 s and 4 GB, nothing changed 5 s (2 s for the demonstration), one plot changed 25 % of the full build.

    python bench/bench_build.py [--plots 1000000] [--no-report]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import shapely

sys.path.insert(0, str(Path(__file__).parent))

from bench_layers import make_plots
from sections import write_section
from workload import NETWORKS, draw_lines

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(__file__).parent / ".data"
FULL_S, FULL_MB, NOTHING_S, DEMO_S, ONE_SHARE = 120.0, 4_000.0, 5.0, 2.0, 0.25
MILLION = 1_000_000
_CLASSES = {"gas": "distribution", "power": "overhead", "water": "distribution"}

SETTINGS = """
language = "en"
as_of = 2025-02-10
fatal = []
state_dir = "state"
[region]
name = {{ en = "Bench" }}
crs = "EPSG:32642"
bounds = [60, 35, 80, 55]
demonstration = true
{layers}
[maps]
out = "maps_out"
"""

LAYER = """
[layers.{key}]
role = "{key}"
source = "{key}.parquet"
provenance = {{ source = "Bench", precision = "made_up", accuracy_m = 0.1, coverage = "region" }}
"""


@dataclass
class Build:
    """What one build took: seconds, the largest memory of all its processes together, seconds by stage."""

    name: str
    seconds: float
    memory_mb: float
    stages: dict[str, float] = field(default_factory=dict)


def make_region(folder: Path, plots: int) -> Path:
    """Write the layers and settings of a region; returns the settings file."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    zone_table, plot_table = make_plots(plots)
    zone_table.to_parquet(folder / "zones.parquet")
    plot_table.to_parquet(folder / "plots.parquet")
    for network in NETWORKS:
        lines = draw_lines(network)
        lines = lines.assign(name=lines["line_id"], state="existing", **{"class": _CLASSES[network]})
        lines.to_parquet(folder / f"{network}.parquet")
    layers = "".join(LAYER.format(key=key) for key in ("zones", "plots", *NETWORKS))
    (folder / "geozones.toml").write_text(SETTINGS.format(layers=layers), encoding="utf-8")
    return folder / "geozones.toml"


def change_one_plot(folder: Path) -> None:
    """Move one corner of one plot and give it another need."""
    path = folder / "plots.parquet"
    plots = gpd.read_parquet(path)
    place = len(plots) // 2
    shape = shapely.get_coordinates(plots.geometry.iloc[place])
    shape[1] += 1e-6
    plots.loc[plots.index[place], "geometry"] = shapely.polygons(shape)
    plots.to_parquet(path)


def run_build(name: str, config: Path, *options: str) -> Build:
    """Run `geozones build` in a process of its own and watch its memory."""
    command = [sys.executable, "-c", "import sys; from geozones.cli import main; sys.exit(main())"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "build", "-c", str(config), "--json", *options],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    peak = [0.0]
    watcher = threading.Thread(target=_watch_memory, args=(process, peak), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{name}: exit {process.returncode}")
    return Build(name, seconds, peak[0], json.loads(output)["seconds"])


def _watch_memory(process: subprocess.Popen[str], peak: list[float]) -> None:
    """Sum the memory of the process and of those that it starts, again and again.

    One reads layers, another writes data: what two share (`Pss` of Linux) counts once. Asking that takes the
    kernel a while, so a process that is alone is asked for its resident memory.
    """
    while process.poll() is None:
        processes = _list_processes(process.pid)
        is_alone = len(processes) == 1
        name, measure = ("status", "VmRSS") if is_alone else ("smaps_rollup", "Pss")
        peak[0] = max(peak[0], sum(_read_mb(each, name, measure) for each in processes))
        time.sleep(0.05 if is_alone else 0.25)


def _list_processes(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return [process]
    return [process, *(each for child in children for each in _list_processes(int(child)))]


def _read_mb(process: int, name: str, measure: str) -> float:
    try:
        lines = Path(f"/proc/{process}/{name}").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1000 for line in lines if line.startswith(f"{measure}:"))


def run_all(plots: int) -> list[Build]:
    """Build the demonstration twice, then the large region in full, again, and with one plot changed."""
    demo = DATA / "demo"
    shutil.rmtree(demo, ignore_errors=True)
    shutil.copytree(ROOT / "layers", demo / "layers")
    config = demo / "layers" / "geozones.toml"
    builds = [run_build("demonstration, full", config), run_build("demonstration, nothing changed", config)]
    folder = DATA / "region"
    config = make_region(folder, plots)
    builds += [run_build("full", config), run_build("nothing changed", config)]
    change_one_plot(folder)
    builds.append(run_build("one plot changed", config))
    return builds


def judge(builds: list[Build]) -> list[str]:
    """Name the limits that are not kept."""
    by_name = {build.name: build for build in builds}
    full, nothing, one = (by_name[name] for name in ("full", "nothing changed", "one plot changed"))
    demo = by_name["demonstration, nothing changed"]
    found = [
        (demo.seconds > DEMO_S, f"demonstration, nothing changed: {demo.seconds:.1f} s, {DEMO_S} s allowed"),
        (nothing.seconds > NOTHING_S, f"nothing changed: {nothing.seconds:.1f} s, {NOTHING_S} s allowed"),
        (one.seconds > ONE_SHARE * full.seconds, f"one plot: {one.seconds / full.seconds:.0%} of the full build"),
        (full.seconds > FULL_S, f"full: {full.seconds:.0f} s, {FULL_S:.0f} s allowed"),
        (full.memory_mb > FULL_MB, f"full: {full.memory_mb:.0f} MB, {FULL_MB:.0f} MB allowed"),
    ]
    return [problem for is_beyond, problem in found if is_beyond]


def tell(builds: list[Build], plots: int) -> list[str]:
    """Write the table of stage times."""
    stages = list(dict.fromkeys(stage for build in builds for stage in build.stages))
    lines = [f"| {plots:,} plots | s | MB | " + " | ".join(stages) + " |", "| --- " * (len(stages) + 3) + "|"]
    for build in builds:
        times = " | ".join(f"{build.stages[stage]:.1f}" if stage in build.stages else "–" for stage in stages)
        lines.append(f"| {build.name} | {build.seconds:.1f} | {build.memory_mb:.0f} | {times} |")
    return [
        *lines,
        "",
        "MB: all processes of a build, what they share counted once; `data` is what was still waited for after "
        "`pages`.",
    ]


def main() -> int:
    """Run, print, write the section of the results, and say which limits are not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plots", type=int, default=MILLION)
    parser.add_argument("--no-report", action="store_true", help="leave bench/RESULTS.md as it is")
    arguments = parser.parse_args()
    builds = run_all(arguments.plots)
    lines = tell(builds, arguments.plots)
    problems = judge(builds)
    lines += ["", *(f"Not kept: {problem}." for problem in problems)] if problems else ["", "All limits are kept."]
    print("\n".join(lines))
    if not arguments.no_report:
        write_section(Path(__file__).parent / "RESULTS.md", "Results", "Builds", lines)
    return 1 if problems and arguments.plots == MILLION else 0


if __name__ == "__main__":
    sys.exit(main())
