"""Ways to find the nearest gas, power and water line of every parcel, each run in a process of its own.

    python bench/nearest_ways.py WAY COUNT FOLDER [--keep FILE]

prints one line of JSON: seconds and peak memory. `--keep` saves the planar distances, to compare the ways.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from workload import CRS, write_workload

Numbers = np.ndarray[Any, Any]
Measured = tuple[float, dict[str, Numbers]]
"""Seconds of the work, and the planar distances by network."""

CHUNK = 20_000
THREADS = 2


def planar(tables: dict[str, Any]) -> dict[str, Numbers]:
    """Give planar distances from the two points."""
    return {
        name: np.hypot(table["plot_x"] - table["line_x"], table["plot_y"] - table["line_y"]).to_numpy()
        for name, table in tables.items()
    }


def geozones_from_file(parcels: Path, lines: dict[str, Path]) -> Measured:
    """GeoParquet to tables in memory, by the kernel."""
    import pandas as pd
    import pyarrow.parquet as pq

    from geozones.proximity import FlatGeometries, NearestIndex, find_nearest_in_batches, warm_up

    warm_up()
    started = time.perf_counter()
    indexes, names = {}, {}
    for name, file in lines.items():
        table = pq.read_table(file)
        shapes = table.column("geometry").combine_chunks()
        indexes[name] = NearestIndex(
            FlatGeometries.from_arrow(shapes.chunk(0) if hasattr(shapes, "chunk") else shapes), CRS
        )
        names[name] = table.column("line_id").to_pandas(types_mapper=pd.ArrowDtype).astype("str")
    with pq.ParquetFile(parcels) as file:
        batches = file.iter_batches(batch_size=BATCH, columns=["geometry"])
        found = find_nearest_in_batches((batch.column(0) for batch in batches), indexes, threads=THREADS)
    tables = {name: nearest.as_table(names[name]) for name, nearest in found.items()}
    return time.perf_counter() - started, planar(tables)


def geozones_on_tables(parcels: Path, lines: dict[str, Path]) -> Measured:
    """`find_nearest` on GeoDataFrames in memory, warm."""
    import geopandas as gpd

    from geozones.proximity import find_nearest, warm_up

    warm_up()
    plots, networks = gpd.read_parquet(parcels), {name: gpd.read_parquet(file) for name, file in lines.items()}
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        tables = {name: find_nearest(plots, network) for name, network in networks.items()}
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)[1], planar(tables)


def sjoin_nearest(parcels: Path, lines: dict[str, Path]) -> Measured:
    """`geopandas.sjoin_nearest` on GeoDataFrames in memory (planar metres, no points)."""
    import geopandas as gpd

    plots, networks = gpd.read_parquet(parcels), {name: gpd.read_parquet(file) for name, file in lines.items()}
    started = time.perf_counter()
    tables = {
        name: gpd.sjoin_nearest(plots, network, distance_col="distance_m") for name, network in networks.items()
    }
    seconds = time.perf_counter() - started
    return seconds, {
        name: table["distance_m"].groupby(level=0).first().to_numpy() for name, table in tables.items()
    }


def shapely_pieces(parcels: Path, lines: dict[str, Path]) -> Measured:
    """GeoParquet to tables in memory, by the best plain-shapely way.

    Lines cut into pieces of two vertices in an STRtree, parcels in Hilbert order, two threads; metres on ground
    by the same correction as ours.
    """
    import geopandas as gpd
    import pandas as pd

    from geozones.proximity.measuring import GroundRuler, require_measuring_crs, scale_to_ground

    crs = require_measuring_crs(CRS)
    warm = GroundRuler.of(crs, 0.0, 1.0)
    scale_to_ground(np.zeros((5, 1)), 0, 1, warm.false_easting, warm.first_row, warm.coefficients)
    started = time.perf_counter()
    plots = gpd.read_parquet(parcels, columns=["geometry"])
    order = np.argsort(plots.geometry.hilbert_distance().to_numpy())
    shapes = np.asarray(plots.geometry.array)[order]
    bounds = plots.total_bounds
    ruler = GroundRuler.of(crs, bounds[1], bounds[3])
    tables = {}
    for name, file in lines.items():
        network = gpd.read_parquet(file)
        pieces, owner = cut_into_pieces(np.asarray(network.geometry.array))
        measures, target = search_pieces(shapes, pieces, owner)
        ruler.measure_m(measures, 0, len(shapes))
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        table = pd.DataFrame(measures[:, back].T, columns=["distance_m", "plot_x", "plot_y", "line_x", "line_y"])
        table.insert(0, "line_id", network["line_id"].array.take(target[back]))
        tables[name] = table
    return time.perf_counter() - started, planar(tables)


def cut_into_pieces(lines: Numbers) -> tuple[Numbers, Numbers]:
    """Cut lines into pieces of two vertices; gives the pieces and the line of each."""
    import shapely

    xy, line = shapely.get_coordinates(lines, return_index=True)
    inner = line[1:] == line[:-1]
    ends = np.stack([xy[:-1][inner], xy[1:][inner]], axis=1)
    return shapely.linestrings(ends), line[:-1][inner]


def search_pieces(shapes: Numbers, pieces: Numbers, owner: Numbers) -> tuple[Numbers, Numbers]:
    """Find the nearest piece by an STRtree in two threads; gives planar distances, both points, the line."""
    import shapely

    tree = shapely.STRtree(pieces)
    measures, target = np.empty((5, len(shapes))), np.empty(len(shapes), dtype=np.int64)

    def work(start: int) -> None:
        some = shapes[start : start + CHUNK]
        plot, piece = tree.query_nearest(some, all_matches=False)
        links = shapely.get_coordinates(shapely.shortest_line(some[plot], pieces[piece])).reshape(-1, 4)
        places = slice(start, start + len(some))
        measures[1:, places] = links.T
        measures[0, places] = np.hypot(links[:, 0] - links[:, 2], links[:, 1] - links[:, 3])
        target[places] = owner[piece]

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(0, len(shapes), CHUNK)))
    return measures, target


def postgis_knn(parcels: Path, lines: dict[str, Path]) -> Measured:
    """PostGIS: lines in pieces of eight segments under a GiST index, `<->` for every parcel; the query alone."""
    import geopandas as gpd
    import psycopg
    import shapely

    distances, seconds = {}, 0.0
    shapes = np.asarray(gpd.read_parquet(parcels).geometry.array)
    with psycopg.connect(os.environ[POSTGIS_URL], autocommit=True) as database:
        _copy_shapes(database, "parcels", shapes)
        for name, file in lines.items():
            network = np.asarray(gpd.read_parquet(file).geometry.array)
            xy, line = shapely.get_coordinates(network, return_index=True)
            _copy_shapes(database, "pieces", cut_into_runs(xy, line, segments=8))
            database.execute("CREATE INDEX ON pieces USING gist (shape)")
            database.execute("ANALYZE pieces")
            started = time.perf_counter()
            rows = database.execute(
                "SELECT n.far FROM parcels p CROSS JOIN LATERAL (SELECT p.shape <-> s.shape AS far FROM pieces s"
                " ORDER BY p.shape <-> s.shape LIMIT 1) n ORDER BY p.id"
            ).fetchall()
            seconds += time.perf_counter() - started
            distances[name] = np.array(rows)[:, 0]
    return seconds, distances


def _copy_shapes(database: Any, table: str, shapes: Numbers) -> None:
    import shapely

    database.execute(f"DROP TABLE IF EXISTS {table}")
    database.execute(f"CREATE UNLOGGED TABLE {table} (id integer, shape geometry)")
    with database.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for place, wkb in enumerate(shapely.to_wkb(shapes, hex=True)):
            copy.write_row((place, wkb))
    database.execute(f"ANALYZE {table}")


def cut_into_runs(xy: Numbers, line: Numbers, *, segments: int) -> Numbers:
    """Cut lines into runs of so many segments."""
    import shapely

    first = np.r_[0, np.flatnonzero(np.diff(line)) + 1]
    last = np.r_[first[1:] - 1, len(line) - 1]
    starts = np.concatenate([np.arange(a, max(b, a + 1), segments) for a, b in zip(first, last, strict=True)])
    ends = np.minimum(starts + segments, last[np.searchsorted(first, starts, side="right") - 1])
    counts = ends - starts + 1
    vertex = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts - starts, counts)
    return shapely.linestrings(xy[vertex], indices=np.repeat(np.arange(len(starts)), counts))


def sedona_knn(parcels: Path, lines: dict[str, Path]) -> Measured:
    """SedonaDB: `ST_KNN` join of GeoParquet files (planar metres, no points)."""
    import sedona.db

    started = time.perf_counter()
    database, distances = sedona.db.connect(), {}
    database.read_parquet(str(parcels)).to_view("parcels", overwrite=True)
    for name, file in lines.items():
        database.read_parquet(str(file)).to_view("lines", overwrite=True)
        rows = database.sql(
            "SELECT p.plot_id, ST_Distance(p.geometry, l.geometry) AS far FROM parcels p"
            " JOIN lines l ON ST_KNN(p.geometry, l.geometry, 1, FALSE)"
        ).to_pandas()
        distances[name] = rows.groupby("plot_id")["far"].min().sort_index().to_numpy()
    return time.perf_counter() - started, distances


BATCH = 1 << 18
POSTGIS_URL = "GEOZONES_BENCH_POSTGIS"
_ALL = (geozones_from_file, geozones_on_tables, sjoin_nearest, shapely_pieces, postgis_knn, sedona_knn)
WAYS: dict[str, Callable[[Path, dict[str, Path]], Measured]] = {way.__name__: way for way in _ALL}


def own_peak_mb() -> float:
    """Peak memory of this process alone; `ru_maxrss` would count that of the process which started it."""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main() -> None:
    """Run one way and print seconds and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    seconds, distances = WAYS[arguments.way](*write_workload(arguments.folder, arguments.count))
    peak_mb = own_peak_mb()
    if arguments.keep:
        np.savez(arguments.keep, **distances)
    print(json.dumps({"seconds": round(seconds, 4), "peak_mb": round(peak_mb)}))


if __name__ == "__main__":
    main()
