"""Made-up work of the size of a region: parcels around settlements, and three networks. Same seed, same bytes.

`draw_zone_plots` draws zones with plots that touch and never overlap.

200 settlements, parcels of about seven vertices and one hectare; 21,900 lines together with 1.2 million vertices:
1,900 trunks of 10 to 400 km with up to 2,000 vertices, 20,000 short lines around the settlements. EPSG:32642.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
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


# ---- a large region: zones whose plots touch and never overlap ----

PLOT_SIDE_M = 100.0
STATES = ("free", "reserved", "allocated", "releasing", "operating")
_STATE_SHARES = (0.30, 0.10, 0.30, 0.05, 0.25)


def _lattice(random: np.random.Generator, across: int, up: int) -> Numbers:
    """Draw the corners and middles of the sides of a crooked lattice, shared by neighbours: [x, y, 2]."""
    x, y = np.meshgrid(np.arange(2 * across + 1), np.arange(2 * up + 1), indexing="ij")
    grid = np.stack([x, y], axis=2) * (PLOT_SIDE_M / 2)
    return grid + random.uniform(-0.18, 0.18, grid.shape) * (PLOT_SIDE_M / 2)


def _outlines_of(lattice: Numbers, count: int) -> NDArray[np.object_]:
    """Cut the first `count` cells out of a lattice, rings of eight corners."""
    up = (lattice.shape[1] - 1) // 2
    i, j = np.divmod(np.arange(count), up)
    x = 2 * i[:, None] + np.array([0, 1, 2, 2, 2, 1, 0, 0, 0])
    y = 2 * j[:, None] + np.array([0, 0, 0, 1, 2, 2, 2, 1, 0])
    return shapely.polygons(np.round(lattice[x, y], 2))


def draw_zone_plots(count: int, zones: int = SETTLEMENTS) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Draw zones with `count` plots of about one hectare together; plots touch, none overlaps another.

    Returns
    -------
    Zones and plots with the columns of their contracts that pages show, plots also with `map_state`.
    """
    random = np.random.default_rng(_SEED + 2)
    shares = random.uniform(0.6, 1.4, zones)
    counts = np.diff(np.round(np.append(0.0, np.cumsum(shares)) / shares.sum() * count).astype(int))
    cell = (_TOP - _BOTTOM) / int(np.ceil(np.sqrt(zones * 1.25)))
    places = np.array([(x, y) for y in np.arange(_BOTTOM, _TOP, cell) for x in np.arange(_LEFT, _RIGHT, cell)])
    centres = places[random.permutation(len(places))[:zones]] + cell / 2
    outlines, borders = [], []
    for centre, many in zip(centres, counts, strict=True):
        across = max(1, int(np.ceil(np.sqrt(many))))
        up = max(1, -(-many // across))
        turn = random.uniform(0, np.pi / 2)
        matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        lattice = (_lattice(random, across, up) - PLOT_SIDE_M * np.array([across, up]) / 2) @ matrix + centre
        outlines.append(_outlines_of(lattice, many))
        corners = (
            np.array([[0, 0], [across, 0], [across, up], [0, up]]) - np.array([across, up]) / 2
        ) * PLOT_SIDE_M
        borders.append(shapely.buffer(shapely.Polygon(corners @ matrix + centre), 60.0, join_style="mitre"))
    home = np.repeat(np.arange(zones), counts)
    number = np.arange(count) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    return _zone_table(borders), _plot_table(random, np.concatenate(outlines), home, number)


def _zone_table(borders: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    count = len(borders)
    names = [f"Зона {place + 1}" for place in range(count)]
    columns = {
        "zone_id": [f"zone-{place + 1:03d}" for place in range(count)], "name_ru": names, "name_kk": names,
        "name_en": [f"Zone {place + 1}" for place in range(count)], "kind": "regional", "status": "active",
        "area_ha": np.round(shapely.area(np.array(borders)) / 1e4, 1),
    }  # fmt: skip
    return gpd.GeoDataFrame(columns, geometry=borders, crs=CRS)


def _plot_table(
    random: np.random.Generator, outlines: NDArray[np.object_], home: NDArray[np.int64], number: NDArray[np.int64]
) -> gpd.GeoDataFrame:
    count = len(outlines)
    quarter = np.char.add(np.char.mod("19-309-%03d", home + 1), np.char.mod("-%04d", number))
    columns = {
        "plot_id": np.char.mod("P%07d", np.arange(count)),
        "zone_id": np.char.mod("zone-%03d", home + 1),
        "number": number.astype(str),
        "cadastral_no": quarter,
        "area_ha": np.round(shapely.area(outlines) / 1e4, 4),
        "hazard_class": random.choice(["I", "II", "III", "IV", "V"], count),
        "map_state": random.choice(STATES, count, p=_STATE_SHARES),
    }
    return gpd.GeoDataFrame(columns, geometry=outlines, crs=CRS)


SETTINGS = """language = "ru"
as_of = 2026-11-23
state_dir = "../.geozones"
[region]
name = {{ ru = "Большая область", kk = "Үлкен облыс", en = "A large region" }}
crs = "{crs}"
bounds = [63.0, 38.0, 74.0, 48.0]
demonstration = true
timezone = "Asia/Almaty"
[layers.zones]
role = "zones"
source = "zones.parquet"
provenance = {{ source = "bench/workload.py", date = 2026-11-01, precision = "made_up" }}
[layers.plots]
role = "plots"
source = "plots.parquet"
provenance = {{ source = "bench/workload.py", date = 2026-11-01, precision = "made_up" }}
[ledger]
url = "sqlite:///{{state_dir}}/ledger.sqlite"
opening = "register.csv"
[maps]
out = "../maps_out"
"""


def write_region(folder: Path, count: int, zones: int = SETTLEMENTS) -> Path:
    """Write a large region as `geozones build` reads it: zones, plots and a register of 2,000 participants.

    Returns
    -------
    The settings file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    zone_table, plots = draw_zone_plots(count, zones)
    zone_table.to_parquet(folder / "zones.parquet")
    plots.drop(columns="map_state").to_parquet(folder / "plots.parquet")
    taken = plots["plot_id"].iloc[:: max(1, count // 2_000)]
    register = {
        "plot_id": taken, "participant": [f"Демо-участник {each:04d}" for each in range(len(taken))],
        "contract_no": [f"Д-{each}" for each in range(len(taken))], "contract_date": "2025-03-01",
        "start_due": "2027-03-01", "project": [f"Проект {each}" for each in range(len(taken))], "sector": "Пища",
        "investment_kzt": 1_000_000,
    }  # fmt: skip
    pd.DataFrame(register).to_csv(folder / "register.csv", index=False)
    (folder / "geozones.toml").write_text(SETTINGS.format(crs=CRS), encoding="utf-8")
    return folder / "geozones.toml"
