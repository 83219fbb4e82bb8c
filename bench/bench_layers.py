"""Read, check and convert a million plots from GeoParquet; and how the overlap check grows.

As in a build, a child process reads the file; memory is that of both processes together. Plots of seven vertices
and about one hectare that do not overlap, in 200 zones, EPSG:4326 in the file. Limits: 25 s and 3 GB for a
million; the time of the overlap check per plot and log n must not double from an eighth of the plots to all.

    python bench/bench_layers.py [--plots 1000000]
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).parent))

from sections import write_section

from geozones.checks import check_layer, check_region
from geozones.checks.overlaps import find_overlaps
from geozones.config import LayerSpec, RegionConfig
from geozones.crs import WGS84, convert_geometries, parse_crs
from geozones.layers import share_reader

DATA = Path(__file__).parent / ".data"
REGION = RegionConfig(name={"en": "Bench"}, bounds=(60, 35, 80, 55))
UTM = parse_crs("EPSG:32642")
ZONES = 200
SPACING_M = 110.0
LIMIT_S, LIMIT_MB = 25.0, 3_000.0


def make_plots(count: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Make the zones, and plots in rows inside them, seven vertices each."""
    per_zone = -(-count // ZONES)
    side = int(np.ceil(np.sqrt(per_zone)))
    number = np.arange(count)
    zone, place = number // per_zone, number % per_zone
    width_m = side * SPACING_M
    origin_x = 350_000 + (zone % 20) * (width_m + 500)
    origin_y = 4_550_000 + (zone // 20) * (width_m + 500)
    x = origin_x + (place % side) * SPACING_M
    y = origin_y + (place // side) * SPACING_M
    outline = np.array([(0, 0), (50, 0), (100, 5), (100, 95), (60, 100), (5, 100), (0, 50), (0, 0)], dtype=float)
    corners = outline[None, :, :] + np.stack([x, y], axis=1)[:, None, :]
    plots = shapely.polygons(corners)
    area_ha = np.round(shapely.area(plots) / 10_000, 4)
    ids = np.char.add("p", number.astype(str)).astype(object)
    left = 350_000 + (np.arange(ZONES) % 20) * (width_m + 500) - 10
    bottom = 4_550_000 + (np.arange(ZONES) // 20) * (width_m + 500) - 10
    zones = shapely.box(left, bottom, left + width_m + 20, bottom + width_m + 20)
    zone_ids = np.char.add("z", np.arange(ZONES).astype(str)).astype(object)
    plots_lon_lat, zones_lon_lat = (convert_geometries(shapes, UTM, WGS84)[0] for shapes in (plots, zones))
    return (
        gpd.GeoDataFrame(
            {"zone_id": zone_ids, "name_ru": zone_ids, "kind": "regional", "status": "active"},
            geometry=zones_lon_lat, crs=WGS84,
        ),
        gpd.GeoDataFrame(
            {"plot_id": ids, "zone_id": zone_ids[zone], "area_ha": area_ha}, geometry=plots_lon_lat, crs=WGS84
        ),
    )  # fmt: skip


def main() -> int:
    """Print the seconds of each stage; exit 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=1_000_000)
    parser.add_argument("--make", action="store_true", help="only make the input")
    count = (arguments := parser.parse_args()).plots
    DATA.mkdir(exist_ok=True)
    files = [DATA / f"{name}_{count}.parquet" for name in ("zones", "plots")]
    if arguments.make or not all(file.exists() for file in files):
        for file, table in zip(files, make_plots(count), strict=True):
            table.to_parquet(file, index=False)
        if arguments.make:
            return 0
        print(f"Made the input in {DATA.name}; run again to measure without the memory of making it.")
        return 0
    reader = share_reader()
    started = clock = time.perf_counter()
    reader.start()
    memory = PeakMemory([os.getpid(), reader._process.pid])
    layers = [
        reader.read_layer(LayerSpec(key=role, role=role, source=str(file)))
        for role, file in zip(("zones", "plots"), files, strict=True)
    ]
    clock = _lap("read", clock)
    checked = [check_layer(layer, region=REGION) for layer in layers]
    del layers
    clock = _lap("check each layer, working CRS", clock)
    checked, issues = check_region(checked)
    clock = _lap("check the layers against each other", clock)
    seconds = clock - started
    peak_mb = memory.stop()
    print(f"{count:,} plots: {seconds:.1f} s, {peak_mb:,.0f} MB, {len(issues)} issues")
    growth = measure_growth(np.asarray(checked[1].table.geometry.array))
    lines = [
        f"GeoParquet, 200 zones, plots that do not overlap, read apart; shapely {shapely.__version__}.",
        "",
        "| work | measured | limit |",
        "| --- | --- | --- |",
        f"| {count:,} plots read, checked, in working CRS | {seconds:.1f} s | {LIMIT_S:.0f} s |",
        f"| memory of both processes together | {peak_mb:,.0f} MB | {LIMIT_MB:,.0f} MB |",
        f"| growth of the overlap check over n log n | {growth:.2f} | 2 |",
    ]
    write_section(Path(__file__).parent / "RESULTS.md", "Results", "Layers read and checked", lines)
    ok = growth < 2.0 and (count > 1_000_000 or (seconds <= LIMIT_S and peak_mb <= LIMIT_MB))
    return 0 if ok and not len(issues) else 1


class PeakMemory:
    """Looks at the resident memory of some processes together, ten times a second."""

    def __init__(self, processes: list[int]) -> None:
        self._processes = processes
        self._peak_mb = 0.0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._is_over.wait(0.1):
            pages = sum(int(Path(f"/proc/{process}/statm").read_text().split()[1]) for process in self._processes)
            self._peak_mb = max(self._peak_mb, pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000)

    def stop(self) -> float:
        """Give the most megabytes seen."""
        self._is_over.set()
        self._thread.join()
        return self._peak_mb


def measure_growth(plots: np.ndarray) -> float:
    """Measure the overlap check at an eighth of the plots and at all; give the growth over n log n."""
    costs = []
    for part in (plots[: len(plots) // 8], plots):
        seconds = min(_processor_seconds(part) for _ in range(3))
        costs.append(seconds / (len(part) * np.log2(len(part))))
        print(f"  overlaps of {len(part):,}: {seconds:.2f} s")
    print(f"  growth over n log n: {costs[1] / costs[0]:.2f}")
    return float(costs[1] / costs[0])


def _processor_seconds(part: np.ndarray) -> float:
    clock = time.process_time()
    find_overlaps(part)
    return time.process_time() - clock


def _lap(stage: str, clock: float) -> float:
    now = time.perf_counter()
    print(f"  {stage}: {now - clock:.2f} s")
    return now


if __name__ == "__main__":
    sys.exit(main())
