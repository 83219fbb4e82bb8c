"""Nearest gas, power and water line of every parcel: the kernel against its peers, interleaved in one run.

Every way runs in a process of its own, so that peak memory is its own; medians of three. A planar distance that
differs from brute force by more than 1e-6 m fails. PostGIS stands beside where GEOZONES_BENCH_POSTGIS names a
database with the extension, SedonaDB where it is installed.

    python bench/bench_nearest.py [--plots 10000] [--many 1000000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from nearest_ways import POSTGIS_URL
from sections import write_quote, write_section
from workload import write_workload

HERE = Path(__file__).parent
APART_M, SAMPLE = 1e-6, 200
SJOIN_TIMES, SHAPELY_TIMES, MOST_MB, MOST_GROWTH = 80.0, 8.0, 1000.0, 10.0
PACKAGES = ("numpy", "numba", "shapely", "geopandas", "pyarrow", "pyproj")


@dataclass(frozen=True)
class Result:
    """Median seconds and largest peak of a way, and where its distances are kept."""

    seconds: float
    peak_mb: float
    kept: Path


def run_way(way: str, count: int, folder: Path) -> tuple[float, float]:
    """Run one way in a process of its own; returns seconds and peak MB."""
    done = subprocess.run(
        [sys.executable, str(HERE / "nearest_ways.py"), way, str(count), str(folder), "--keep",
         str(kept_file(way, count, folder))],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    answer = json.loads(done.stdout.splitlines()[-1])
    return float(answer["seconds"]), float(answer["peak_mb"])


def kept_file(way: str, count: int, folder: Path) -> Path:
    return folder / f"{way}_{count}.npz"


def run_interleaved(cases: list[tuple[str, int]], folder: Path, rounds: int) -> dict[tuple[str, int], Result]:
    """Run all cases one after the other, and that so often; what they read is made before."""
    for count in {count for _, count in cases}:
        write_workload(folder, count)
    measured: dict[tuple[str, int], list[tuple[float, float]]] = {case: [] for case in cases}
    for _ in range(rounds):
        for case in cases:
            measured[case].append(run_way(*case, folder))
    return {
        case: Result(
            statistics.median(seconds for seconds, _ in runs), max(mb for _, mb in runs), kept_file(*case, folder)
        )
        for case, runs in measured.items()
    }


def find_most_apart(results: dict[tuple[str, int], Result], folder: Path, count: int) -> float:
    """Compare every way with brute force over a sample, and with the kernel over all parcels; metres apart."""
    parcels, lines = write_workload(folder, count)
    shapes = np.asarray(gpd.read_parquet(parcels).geometry.array)
    sample = np.linspace(0, len(shapes) - 1, min(SAMPLE, len(shapes))).astype(int)
    kept = {way: np.load(result.kept) for (way, size), result in results.items() if size == count}
    most = 0.0
    for name, file in lines.items():
        network = np.asarray(gpd.read_parquet(file).geometry.array)
        brute = np.array([shapely.distance(shape, network).min() for shape in shapes[sample]])
        own = next(iter(kept.values()))[name]
        for distances in kept.values():
            most = max(most, np.abs(distances[name][sample] - brute).max(), np.abs(distances[name] - own).max())
    return float(most)


def available_peers() -> list[str]:
    """Name the peers beyond shapely that are here."""
    peers = ["postgis_knn"] if os.environ.get(POSTGIS_URL) else []
    return [*peers, "sedona_knn"] if importlib.util.find_spec("sedonadb") else peers


def list_rows(results: dict[tuple[str, int], Result], base: dict[int, str]) -> list[str]:
    """Write a row a case; `base` names the way that the others are compared with, by count."""
    rows = ["| way | parcels × 3 | seconds | times sooner | peak MB |", "| --- | --- | --- | --- | --- |"]
    for (way, count), result in results.items():
        peer = results.get((base.get(count, ""), count))
        times = "–" if peer is None or peer is result else f"{peer.seconds / result.seconds:.1f}"
        rows.append(f"| {way} | {count:,} | {result.seconds:.3g} | {times} | {result.peak_mb:,.0f} |")
    return rows


def judge(results: dict[tuple[str, int], Result], few: int, many: int, apart_m: float) -> list[tuple[str, bool]]:
    """Hold the medians against the limits."""
    of_sjoin = results["sjoin_nearest", few].seconds / results["geozones_on_tables", few].seconds
    whole = results["geozones_from_file", many]
    of_shapely = results["shapely_pieces", many].seconds / whole.seconds
    growth = whole.seconds / results["geozones_from_file", many // 10].seconds
    return [
        (f"{few:,} × 3 in memory, warm: {of_sjoin:.0f} times sooner than `geopandas.sjoin_nearest`"
         f" (limit {SJOIN_TIMES:.0f})", of_sjoin >= SJOIN_TIMES),
        (f"{many:,} × 3, GeoParquet to tables: {of_shapely:.1f} times sooner than the best plain-shapely way"
         f" (limit {SHAPELY_TIMES:.0f})", of_shapely >= SHAPELY_TIMES),
        (f"peak memory at {many:,}: {whole.peak_mb:,.0f} MB (limit {MOST_MB:,.0f})", whole.peak_mb <= MOST_MB),
        (f"from {many // 10:,} to {many:,}: {growth:.1f} times the time (limit {MOST_GROWTH:.0f})",
         growth <= MOST_GROWTH),
        (f"farthest from brute force and from each other: {apart_m:.1g} m (limit {APART_M:.0g})",
         apart_m <= APART_M),
    ]  # fmt: skip


def quote(results: dict[tuple[str, int], Result], few: int, many: int) -> str:
    """Say the main figures in one sentence."""
    whole = results["geozones_from_file", many]
    of_shapely = results["shapely_pieces", many].seconds / whole.seconds
    of_sjoin = results["sjoin_nearest", few].seconds / results["geozones_on_tables", few].seconds
    return (
        f"{many:,} plots in {whole.seconds:.1f} s from GeoParquet to tables ({whole.peak_mb:,.0f} MB), "
        f"{of_shapely:.1f} times sooner than the best plain-shapely way; {few:,} plots {of_sjoin:.0f} times "
        "sooner than `geopandas.sjoin_nearest`"
    )


def main() -> int:
    """Measure, write the results; exit 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plots", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    few, many = arguments.plots, arguments.many
    peers = available_peers()
    small = [("geozones_on_tables", few), ("sjoin_nearest", few), *((peer, few) for peer in peers)]
    large = [
        ("geozones_from_file", many // 10), ("shapely_pieces", many // 10), ("geozones_from_file", many),
        ("shapely_pieces", many),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="gz-bench-") as name:
        folder = Path(name)
        results = run_interleaved(small, folder, arguments.rounds)
        results |= run_interleaved(large, folder, arguments.rounds)
        apart_m = max(find_most_apart(results, folder, count) for count in (few, many // 10, many))
    verdicts = judge(results, few, many, apart_m)
    base = {few: "sjoin_nearest", many // 10: "shapely_pieces", many: "shapely_pieces"}
    missing = "" if len(peers) == 2 else " PostGIS and SedonaDB stand here only where they are installed."
    lines = [
        f"Three networks, 21,900 lines, 1.2 million vertices; medians of {arguments.rounds}, interleaved,",
        f"a process a run, {os.cpu_count()} processors. Python {platform.python_version()},",
        f"GEOS {shapely.geos_version_string},",
        ", ".join(f"{package} {version(package)}" for package in PACKAGES) + f".{missing}",
        "",
        *list_rows(results, base),
        "",
        *(f"- {'kept' if holds else '**broken**'}: {words}" for words, holds in verdicts),
    ]
    write_section(HERE / "RESULTS.md", "Results", "Nearest lines", lines)
    is_whole_run = (few, many) == (10_000, 1_000_000)
    if is_whole_run:
        write_quote(HERE.parent / "README.md", "nearest", quote(results, few, many))
    print("\n".join(lines))
    return 0 if all(holds for _, holds in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
