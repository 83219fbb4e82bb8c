"""Screening and ranking of proposed sites, against their limits.

`geozones screen --json` of one site from the command line, and with pages; `screen()` on loaded layers; many
candidate sites against many parcels and the three networks of the other benchmarks; ranking with draws of weights.

    python bench/bench_screening.py [--sites 10000] [--parcels 100000] [--ranked 1000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from bench_restrictions import draw_network
from sections import write_section
from workload import NETWORKS, draw_parcels, draw_settlements

from geozones.checks.values import conform_columns
from geozones.cli.site_region import screen_sites
from geozones.config import Config, LayerSpec, Provenance, RegionConfig, load_config
from geozones.rules import Rules, load_rules
from geozones.screening import Screening, rank_sites, screen
from geozones.tables import CONTRACTS, LayerSource, RegionTables, empty_table

ROOT = Path(__file__).resolve().parent.parent
CRS = "EPSG:32642"
DAY = dt.date(2026, 11, 23)
LIMITS_S = {"first": 3.0, "json": 3.0, "pages": 5.0, "loaded": 0.15, "many": 60.0, "ranking": 5.0}
GO_FOR_S = {"json": 1.5}
SIDE_M = 600.0
EMPTY = (
    "zones", "plots", "connection_points", "proposals", "roads", "railways", "rivers", "lakes", "restricted",
)  # fmt: skip
GEOZONES = (sys.executable, "-c", "import sys; from geozones.cli.app import run; sys.exit(run(sys.argv[1:]))")


def measure(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def run_command(config: Path, *more: str) -> None:
    """Run `geozones screen` of one site in a process of its own; exit 6 says that it is blocked."""
    command = [*GEOZONES, "screen", "tole-bi", "-c", str(config), *more]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 6):
        raise SystemExit(f"geozones screen ended with {done.returncode}")


def measure_commands(folder: Path, rounds: int) -> dict[str, float]:
    """Measure the command on the demonstration: records alone, and with pages, letters and PDF.

    Every run is a process of its own. "first" has no cache of checked layers, as after a change of all; the
    others take the layers from the cache of a run before.
    """
    config = folder / "geozones.toml"
    demo = [*GEOZONES, "demo", str(folder), "--quiet"]
    subprocess.run(demo, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
    kept = load_config(config, environ={}).state_dir / "cache"
    run_command(config, "--json")
    ways = {"first": ("--json",), "json": ("--json",), "pages": ("--quiet", "-o", str(folder / "out"))}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(max(rounds, 3)):
        shutil.rmtree(kept)
        for name, more in ways.items():
            seconds[name].append(measure(lambda more=more: run_command(config, *more)))  # type: ignore[misc]
    return {name: statistics.median(found) for name, found in seconds.items()}


def measure_loaded(folder: Path, rounds: int) -> float:
    """Measure `screen()` of one site on the loaded layers of the demonstration."""
    found, known = screen_sites(load_config(folder / "geozones.toml", environ={}), ["tole-bi"])
    case, rules = known.case, load_rules()

    def again() -> Screening:
        return screen(
            found.sites, case.tables, rules=rules, as_of=DAY, config=case.config, zone_figures=case.zone_figures
        )

    again()
    return statistics.median(measure(again) for _ in range(max(rounds, 5)))


def make_table(role: str, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    made, _ = conform_columns(table.drop(columns="geometry"), CONTRACTS[role], layer=role)
    return gpd.GeoDataFrame(made, geometry=table.geometry)


def draw_region(parcels: int) -> RegionTables:
    """Draw a region: parcels of which a third is granted, the networks, settlements, one district."""
    random = np.random.default_rng(11)
    land = draw_parcels(parcels).rename(columns={"plot_id": "parcel_id"})
    land["granted"] = random.choice(["yes", "no", "no"], parcels)
    land["category"] = random.choice(["agricultural", "reserve", "industry"], parcels)
    centres, radii = draw_settlements()
    homes = gpd.GeoDataFrame(
        {"settlement_id": np.char.mod("S%03d", np.arange(len(centres))), "population": 5_000},
        geometry=shapely.buffer(shapely.points(centres), radii / 2),
        crs=CRS,
    )
    whole = shapely.box(200_000.0, 4_400_000.0, 800_000.0, 5_200_000.0)
    district = gpd.GeoDataFrame({"district_code": ["D"], "name_ru": ["Район"]}, geometry=[whole], crs=CRS)
    tables: dict[str, Any] = {role: empty_table(CONTRACTS[role], crs=CRS) for role in EMPTY}
    tables |= {"parcels": make_table("parcels", land), "settlements": make_table("settlements", homes)}
    tables |= {"districts": make_table("districts", district)}
    tables |= {network: make_table(network, draw_network(network)) for network in NETWORKS}
    stated = Provenance(source="bench", precision="exact", accuracy_m=0.5, coverage="region")
    sources = {role: LayerSource(role, role, role, stated, len(table)) for role, table in tables.items()}
    return RegionTables(**tables, sources=sources)


def draw_sites(count: int) -> gpd.GeoDataFrame:
    """Draw sites of 36 ha around the settlements, some within others, filed by the one district."""
    random = np.random.default_rng(13)
    centres, radii = draw_settlements()
    home = random.integers(0, len(centres), count)
    middle = centres[home] + random.normal(size=(count, 2)) * radii[home, None]
    outlines = shapely.box(*(middle - SIDE_M / 2).T, *(middle + SIDE_M / 2).T)
    columns = {"site_id": np.char.mod("site-%05d", np.arange(count)), "name_ru": "Участок", "kind": "regional"}
    table = gpd.GeoDataFrame(columns | {"district_code": "D"}, geometry=outlines, crs=CRS)
    return make_table("proposals", table)


def make_config() -> Config:
    region = RegionConfig(name={"ru": "Область"}, crs=CRS, bounds=(62.0, 38.0, 76.0, 50.0))
    return Config(region=region, layers={"zones": LayerSpec(role="zones", source="zones")})


def measure_many(sites: int, parcels: int, rules: Rules) -> tuple[float, Screening]:
    """Measure the screening of many sites at once."""
    tables, candidates, config = draw_region(parcels), draw_sites(sites), make_config()
    screen(candidates.head(10), tables, rules=rules, as_of=DAY, config=config)
    start = time.perf_counter()
    found = screen(candidates, tables, rules=rules, as_of=DAY, config=config)
    return time.perf_counter() - start, found


def measure_ranking(found: Screening, count: int, rounds: int) -> float:
    """Measure the ranking of sites with all draws of weights."""
    case, criteria, scores = found.case, found.criteria.head(count), found.scores.head(count)
    return statistics.median(measure(lambda: rank_sites(case, criteria, scores)) for _ in range(rounds))


def main() -> int:
    """Measure, write the results; exit 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=10_000)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--ranked", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    rules = load_rules()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "layers"
        seconds = measure_commands(folder, arguments.rounds)
        seconds["loaded"] = measure_loaded(folder, arguments.rounds)
    seconds["many"], found = measure_many(arguments.sites, arguments.parcels, rules)
    seconds["ranking"] = measure_ranking(found, arguments.ranked, arguments.rounds)
    what = {
        "first": "`geozones screen --json`, one site, demonstration, no layer in the cache",
        "json": "the same, layers in the cache",
        "pages": "the same with pages, PDF and letters (`-o`)",
        "loaded": "`screen()`, one site, layers loaded",
        "many": f"`screen()`, {arguments.sites:,} sites, {arguments.parcels:,} parcels, 21,900 lines",
        "ranking": f"ranking of {min(arguments.ranked, arguments.sites):,} sites, 1,000 draws",
    }
    goals = {name: f", go for {goal}" for name, goal in GO_FOR_S.items()}
    lines = [
        f"Medians of {arguments.rounds}. Peak of the run: "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f} MB. pandas {pd.__version__}.",
        "",
        "| work | seconds | limit |",
        "| --- | --- | --- |",
        *(
            f"| {words} | {seconds[name]:.3g} | {LIMITS_S[name]}{goals.get(name, '')} |"
            for name, words in what.items()
        ),
    ]
    write_section(Path(__file__).parent / "RESULTS.md", "Results", "Screening of proposed sites", lines)
    print("\n".join(lines))
    return 0 if all(seconds[name] <= limit for name, limit in LIMITS_S.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
