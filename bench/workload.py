"""Made-up work of the size of a region: parcels around settlements, and three networks. Same seed, same bytes.

200 settlements, parcels of about seven vertices and one hectare; 21,900 lines together with 1.2 million vertices:
1,900 trunks of 10 to 400 km with up to 2,000 vertices, 20,000 short lines around the settlements. EPSG:32642.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

CRS = "EPSG:32642"
NETWORKS = ("gas", "power", "water")
SETTLEMENTS = 200
_SEED = 20_250_210
_LEFT, _BOTTOM, _RIGHT, _TOP = 260_000.0, 4_490_000.0, 740_000.0, 5_090_000.0
_TRUNKS = {"gas": 400, "power": 1_100, "water": 400}
_SHORT_LINES = {"gas": 6_000, "power": 8_000, "water": 6_000}

Numbers = NDArray[np.float64]


def draw_settlements() -> tuple[Numbers, Numbers]:
    """Place the settlements; returns their centres and radii."""
    random = np.random.default_rng(_SEED)
    centres = random.uniform((_LEFT, _BOTTOM), (_RIGHT, _TOP), (SETTLEMENTS, 2))
    return centres, random.uniform(2_000.0, 6_000.0, SETTLEMENTS)


def draw_parcels(count: int) -> gpd.GeoDataFrame:
    """Draw `count` parcels of about seven vertices around the settlements, in no order."""
    random = np.random.default_rng(_SEED + 1)
    centres, radii = draw_settlements()
    home = random.integers(0, SETTLEMENTS, count)
    middle = centres[home] + random.normal(size=(count, 2)) * radii[home, None] / 2
    corners = random.integers(5, 10, count)
    owner = np.repeat(np.arange(count), corners + 1)
    starts = np.cumsum(corners + 1) - (corners + 1)
    step = np.arange(len(owner)) - np.repeat(starts, corners + 1)
    turn = random.uniform(0, 2 * np.pi, count)[owner] + 2 * np.pi * (step % corners[owner]) / corners[owner]
    radius = 58.0 * random.uniform(0.8, 1.2, len(owner))
    closing = step == corners[owner]
    radius[closing] = radius[starts]
    xy = middle[owner] + np.column_stack([np.cos(turn), np.sin(turn)]) * radius[:, None]
    xy[closing] = xy[starts]
    parcels = shapely.polygons(shapely.linearrings(np.round(xy, 3), indices=owner))
    return gpd.GeoDataFrame({"plot_id": np.char.mod("P%07d", np.arange(count))}, geometry=parcels, crs=CRS)


def _wander(
    random: np.random.Generator,
    start: Numbers,
    heading: Numbers,
    vertices: NDArray[np.int64],
    step_m: Numbers,
    bend: float,
) -> NDArray[np.object_]:
    """Draw lines that wander from `start`, turning a little at every vertex."""
    owner = np.repeat(np.arange(len(start)), vertices)
    first = np.cumsum(vertices) - vertices
    turns = random.normal(0.0, bend, len(owner))
    turns[first] = heading
    angle = np.cumsum(turns)
    angle -= np.repeat(angle[first] - heading, vertices)
    moves = np.column_stack([np.cos(angle), np.sin(angle)]) * step_m[owner][:, None]
    moves[first] = 0.0
    path = np.cumsum(moves, axis=0)
    path += np.repeat(start - path[first], vertices, axis=0)
    return shapely.linestrings(np.round(path, 3), indices=owner)


def draw_lines(network: str) -> gpd.GeoDataFrame:
    """Draw trunks across the region and short lines around the settlements."""
    random = np.random.default_rng([_SEED, NETWORKS.index(network)])
    centres, radii = draw_settlements()
    trunks = _TRUNKS[network]
    vertices = np.minimum(2_000, random.lognormal(6.0, 0.8, trunks).astype(int) + 20)
    length = random.uniform(10_000.0, 400_000.0, trunks)
    start = random.uniform((_LEFT, _BOTTOM), (_RIGHT, _TOP), (trunks, 2))
    long = _wander(random, start, random.uniform(0, 2 * np.pi, trunks), vertices, length / vertices, 0.02)
    short_lines = _SHORT_LINES[network]
    home = random.integers(0, SETTLEMENTS, short_lines)
    start = centres[home] + random.normal(size=(short_lines, 2)) * radii[home, None] / 2
    short = _wander(
        random, start, random.uniform(0, 2 * np.pi, short_lines), random.integers(3, 27, short_lines),
        random.uniform(10.0, 60.0, short_lines), 0.2,
    )  # fmt: skip
    lines = np.concatenate([long, short])
    names = np.char.add(network[0].upper(), np.char.mod("%05d", np.arange(len(lines))))
    return gpd.GeoDataFrame({"line_id": names}, geometry=lines, crs=CRS)


def write_workload(folder: Path, count: int) -> tuple[Path, dict[str, Path]]:
    """Write parcels and lines as GeoParquet unless they are there; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    parcels = folder / f"parcels_{count}.parquet"
    if not parcels.exists():
        draw_parcels(count).to_parquet(parcels)
    lines = {network: folder / f"{network}.parquet" for network in NETWORKS}
    for network, file in lines.items():
        if not file.exists():
            draw_lines(network).to_parquet(file)
    return parcels, lines
