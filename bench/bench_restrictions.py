"""Parcels minus strips: `find_usable` against `geopandas.overlay` with buffers, interleaved in one run.

10,000 parcels around 200 settlements and three networks of 21,900 lines with 1.3 million vertices; the strips of
the rules tables by class, voltage and diameter. Limit: 20 times sooner than overlay, medians of three. A sample of
parcels is compared with buffers of whole lines; more than 0.01 m² apart fails. Then 100,000 parcels.

    python bench/bench_restrictions.py [--plots 10000] [--many 100000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sections import write_quote, write_section
from workload import NETWORKS, draw_lines, draw_parcels

from geozones.restrictions import UsableLand, find_usable
from geozones.restrictions.cutting import ARC_POINTS
from geozones.rules import Rules, load_rules

TIMES_SOONER, GO_FOR, APART_M2, SAMPLE = 20.0, 40.0, 0.01, 300
TRUNKS = {"gas": 400, "power": 1_100, "water": 400}
STRIPS_M = {"trunk": 50.0, "distribution": 2.0, "main": 10.0, "cable": 1.0}
OVERHEAD_M = {10.0: 11.5, 35.0: 18.0, 110.0: 24.0, 220.0: 32.0, 500.0: 42.0}


def draw_network(network: str) -> gpd.GeoDataFrame:
    """Draw the lines of a network, the long ones as trunks, with what the rules ask for."""
    lines = draw_lines(network)
    is_trunk = np.arange(len(lines)) < TRUNKS[network]
    random = np.random.default_rng(7)
    lines["state"] = "existing"
    if network == "power":
        lines["class"] = np.where(is_trunk | (random.random(len(lines)) < 0.5), "overhead", "cable")
        lines["voltage_kv"] = np.where(is_trunk, random.choice([35.0, 110.0, 220.0, 500.0], len(lines)), 10.0)
    else:
        lines["class"] = np.where(is_trunk, "trunk" if network == "gas" else "main", "distribution")
        lines["diameter_mm"] = np.where(is_trunk, 800.0, 159.0)
        lines["pressure_mpa"] = np.where(is_trunk, 7.4, 0.3)
    return lines


def widths_of(networks: dict[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Give every line its strip, as the rules have it: what a user of overlay would write by hand."""
    lines = pd.concat([table.assign(network=name) for name, table in networks.items()], ignore_index=True)
    strip_m = lines["class"].map(STRIPS_M).fillna(lines["voltage_kv"].map(OVERHEAD_M))
    strip_m[(lines["network"] == "water") & (lines["class"] == "distribution")] = np.nan
    return lines.assign(strip_m=strip_m)[strip_m.notna()]


def overlay(plots: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    strips = gpd.GeoDataFrame(geometry=lines.geometry.buffer(lines["strip_m"], quad_segs=ARC_POINTS))
    return gpd.overlay(plots, strips, how="difference", keep_geom_type=True)


def measure(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def find_most_apart(plots: gpd.GeoDataFrame, lines: gpd.GeoDataFrame, found: UsableLand) -> float:
    """Compare a sample of the cut plots with buffers of whole lines; returns the largest difference in m²."""
    cut = np.flatnonzero((found.plots["cut_m2"] > 0).to_numpy())[:SAMPLE]
    shapes, left = np.asarray(plots.geometry.array)[cut], np.asarray(found.plots.geometry.array)[cut]
    scale = np.sqrt(shapely.area(shapes) / found.plots["whole_m2"].to_numpy()[cut])
    whole, strip_m = np.asarray(lines.geometry.array), lines["strip_m"].to_numpy()
    tree, most = shapely.STRtree(whole), 0.0
    for shape, rest, factor in zip(shapes, left, scale, strict=True):
        near = tree.query(shape, predicate="dwithin", distance=60.0)
        strips = shapely.buffer(whole[near], strip_m[near] * factor, quad_segs=ARC_POINTS)
        most = max(
            most, abs(shapely.area(shapely.difference(shape, shapely.union_all(strips))) - shapely.area(rest))
        )
    return most


def run(
    count: int, rounds: int, rules: Rules, networks: dict[str, gpd.GeoDataFrame]
) -> tuple[float, float, float]:
    """Measure both ways, one after the other, so often; returns medians and how far apart the results are."""
    plots, lines = draw_parcels(count), widths_of(networks)
    found = find_usable(plots, networks, rules=rules)
    seconds = [
        (measure(lambda: overlay(plots, lines)), measure(lambda: find_usable(plots, networks, rules=rules)))
        for _ in range(rounds)
    ]
    peer, own = (statistics.median(column) for column in zip(*seconds, strict=True))
    return peer, own, find_most_apart(plots, lines, found)


def main() -> int:
    """Measure, write the results; exit 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plots", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    rules = load_rules().on(dt.date(2026, 11, 23)).where(lambda rule: rule.kind != "distance")
    networks = {network: draw_network(network) for network in NETWORKS}
    peer, own, apart_m2 = run(arguments.plots, arguments.rounds, rules, networks)
    many = draw_parcels(arguments.many)
    of_many = statistics.median(measure(lambda: find_usable(many, networks, rules=rules)) for _ in range(2))
    lines = [
        f"Three networks, {sum(map(len, networks.values())):,} lines; strips of the rules tables; medians of",
        f"{arguments.rounds}, interleaved. GEOS {shapely.geos_version_string}, shapely {shapely.__version__},",
        f"geopandas {gpd.__version__}. Peak of the whole run (overlay included):",
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f} MB.",
        "",
        "| way | plots | seconds | times sooner |",
        "| --- | --- | --- | --- |",
        f"| `geopandas.overlay(how=\"difference\")` with buffers | {arguments.plots:,} | {peer:.2f} | 1 |",
        f"| `find_usable` | {arguments.plots:,} | {own:.2f} | {peer / own:.0f} (limit {TIMES_SOONER:.0f}, "
        f"go for {GO_FOR:.0f}) |",
        f"| `find_usable` | {arguments.many:,} | {of_many:.2f} | |",
        "",
        f"Largest difference to buffers of whole lines over {SAMPLE} plots: {apart_m2:.1g} m² (limit {APART_M2}).",
    ]  # fmt: skip
    write_section(Path(__file__).parent / "RESULTS.md", "Results", "Plots minus strips", lines)
    if (arguments.plots, arguments.many) == (10_000, 100_000):
        said = f"{arguments.plots:,} plots {peer / own:.0f} times sooner than `geopandas.overlay` with buffers"
        write_quote(Path(__file__).parent.parent / "README.md", "restrictions", said)
    print("\n".join(lines))
    return 0 if peer / own >= TIMES_SOONER and apart_m2 <= APART_M2 else 1


if __name__ == "__main__":
    sys.exit(main())
