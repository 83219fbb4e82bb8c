"""The site itself: how much of it may be used, how compact and how wide it is, how steep the ground."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geozones.crs import WGS84, convert_geometries, parse_crs
from geozones.restrictions.cutting import find_least_width
from geozones.restrictions.findings import answer_rules, layers_of
from geozones.restrictions.objects import RuledObjects, find_checks, find_objects
from geozones.restrictions.usable import cut_land
from geozones.screening.case import BLOCK, PASS, UNKNOWN, WARN, Case, Part, make_findings
from geozones.tables import RegionTables

_M2_PER_HA = 10_000.0
FEW_SITES = 50
"""Up to so many sites, objects out of reach of the rules are left out first."""
OFFSETS_M = 500.0
"""More than any rule measures from beside the stored line: wires, pipes, the right of way of a road."""


def find_usable_land(case: Case) -> tuple[pd.DataFrame, GeoDataFrame]:
    """Find what strips, rings and protected land leave of every site.

    Returns
    -------
    tuple
        A row a site: `site_id`, `whole_ha`, `cut_ha`, `usable_ha`, `usable_beyond_distances_ha`, `pieces`,
        `largest_ha`, `narrowest_m`, `verified` (hectares on the ground; usable + cut = whole) and `geometry`, the
        usable land; and the pieces cut off, as `restrictions.find_usable` gives them.
    """
    found = cut_land(case.sites, _objects_around(case))
    plots = found.plots.reset_index(drop=True)
    names = {"whole_m2": "whole_ha", "cut_m2": "cut_ha", "usable_m2": "usable_ha", "largest_m2": "largest_ha",
             "usable_beyond_distances_m2": "usable_beyond_distances_ha"}  # fmt: skip
    table = plots.rename(columns=names)
    exact = case.area_m2 / plots["whole_m2"].to_numpy()
    for name in names.values():
        table[name] = table[name] * exact / _M2_PER_HA
    return table, found.cut_pieces


def tables_around(case: Case) -> RegionTables:
    """Return the tables with only those objects of the rules' layers that any rule could reach from a site.

    What rules say of a site does not change: they look no farther, and coverage is that of the sources. Of many
    sites nothing is left out.
    """
    if not 0 < len(case.sites) <= FEW_SITES:
        return case.tables
    return case.once("around", lambda: _cut_to_reach(case))


def _objects_around(case: Case) -> RuledObjects:
    layers = layers_of(tables_around(case), case.rules)
    return case.once("objects", lambda: find_objects(layers, case.rules))


def _cut_to_reach(case: Case) -> RegionTables:
    checks = find_checks(case.rules)
    widest_m = max((rule.value or 0.0 for check in checks for rule in check.rules), default=0.0)
    sources = case.tables.sources.values()
    stated_m = max((source.provenance.accuracy_m or 0.0 for source in sources), default=0.0)
    reach_m = (widest_m + OFFSETS_M + stated_m) * float(case.scale.max(initial=1.0)) * 1.01
    around = shapely.union_all(shapely.box(*(shapely.bounds(case.shapes) + _spread(reach_m)).T))
    shapely.prepare(around)
    kept: dict[str, Any] = {}
    for role in {check.layer for check in checks}:
        table = case.tables.of(role)
        if table is not None:
            within = np.flatnonzero(shapely.intersects(around, np.asarray(table.geometry.array)))
            kept[role] = table if len(within) == len(table) else table.take(within)
    return replace(case.tables, **kept)


def _spread(reach_m: float) -> NDArray[np.float64]:
    return np.array([-reach_m, -reach_m, reach_m, reach_m])


def screen_limits(case: Case) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Ask all rules on strips, rings, distances, water, protected areas and housing
    (`restrictions.find_findings`).

    Returns
    -------
    tuple
        The findings; whether the rules of a network allow the use (`list_allowed`); the hazard classes that fit.
        The verdict waits for unknown answers of rules that forbid.
    """
    findings, allowed, classes = answer_rules(
        case.sites, tables_around(case), _objects_around(case), config=case.config
    )
    forbidding = {rule.check for rule in case.rules.rows if rule.effect == "forbid" and rule.check}
    return findings.assign(decisive=findings["check"].isin(forbidding)), allowed, classes


def measure_outline(case: Case) -> pd.DataFrame:
    """Measure the outlines: `compactness` (4π area / perimeter², 1 for a circle) and `narrowest_m` of every site.

    The narrowest width is the least distance between two parallel lines that hold the site between them.
    """
    area, length = shapely.area(case.shapes), shapely.length(case.shapes)
    return pd.DataFrame(
        {
            "compactness": 4 * math.pi * area / np.maximum(length, 1e-9) ** 2,
            "narrowest_m": find_least_width(case.shapes) / case.scale,
        }
    )


def screen_outline(case: Case, usable: pd.DataFrame, outline: pd.DataFrame) -> list[Part]:
    """Ask how much of the site is usable, and whether its outline is wide and compact enough."""
    share = usable["usable_ha"].to_numpy() / usable["whole_ha"].to_numpy()
    answer = np.select(
        [usable["usable_ha"].to_numpy() <= 0.0, share < case.limit("site.usable")], [BLOCK, WARN], PASS
    )
    found = [
        make_findings(
            case,
            "site.usable",
            answer,
            measure=usable["usable_ha"].to_numpy(),
            unit="ha",
            other=share,
            decisive=False,
        )
    ]
    for rule_id, column in (("site.width", "narrowest_m"), ("site.compactness", "compactness")):
        measure = outline[column].to_numpy(dtype=float)
        found.append(
            make_findings(case, rule_id, np.where(measure >= case.limit(rule_id), PASS, WARN), measure=measure)
        )
    return found


@dataclass(frozen=True)
class Elevation:
    """A grid of heights in metres, the first row in the north; NaN where unknown.

    `west`, `north` are the outer edges, `step_x`, `step_y` the size of a cell, in units of `crs`.
    """

    heights_m: NDArray[np.float64]
    west: float
    north: float
    step_x: float
    step_y: float
    crs: str = "EPSG:4326"


def screen_slope(case: Case, elevation: Elevation) -> Part:
    """Measure the mean slope of the ground under every site, in percent."""
    shapes, _ = convert_geometries(case.shapes, parse_crs(case.config.region.crs), parse_crs(elevation.crs))
    metres_x, metres_y = _cell_metres(elevation, shapes)
    slopes = np.array(
        [_mean_slope(elevation, shape, x, y) for shape, x, y in zip(shapes, metres_x, metres_y, strict=True)]
    )
    answer = np.select([np.isnan(slopes), slopes <= case.limit("site.slope")], [UNKNOWN, PASS], WARN)
    return make_findings(
        case,
        "site.slope",
        answer,
        measure=slopes,
        unit="%",
        reason="not_covered",
        decisive=False,
        layer="elevation",
    )


def _cell_metres(elevation: Elevation, shapes: NDArray[Any]) -> tuple[Any, Any]:
    """Return the size of a cell on the ground at every shape."""
    if not parse_crs(elevation.crs).is_geographic:
        return np.full(len(shapes), elevation.step_x), np.full(len(shapes), elevation.step_y)
    lat = shapely.get_y(shapely.centroid(shapes))
    lon = shapely.get_x(shapely.centroid(shapes))
    geod: Any = WGS84.get_geod()
    x = geod.inv(lon, lat, lon + elevation.step_x, lat)[2]
    y = geod.inv(lon, lat, lon, lat + elevation.step_y)[2]
    return np.asarray(x), np.asarray(y)


def _mean_slope(elevation: Elevation, shape: Any, metres_x: float, metres_y: float) -> float:
    west, south, east, north = shapely.bounds(shape)
    rows, columns = elevation.heights_m.shape
    left = max(int((west - elevation.west) / elevation.step_x) - 1, 0)
    right = min(int((east - elevation.west) / elevation.step_x) + 2, columns)
    top = max(int((elevation.north - north) / elevation.step_y) - 1, 0)
    bottom = min(int((elevation.north - south) / elevation.step_y) + 2, rows)
    if right - left < 2 or bottom - top < 2:
        return math.nan
    window = elevation.heights_m[top:bottom, left:right]
    rise_y, rise_x = np.gradient(window, metres_y, metres_x)
    x = elevation.west + (np.arange(left, right) + 0.5) * elevation.step_x
    y = elevation.north - (np.arange(top, bottom) + 0.5) * elevation.step_y
    inside = shapely.contains_xy(shape, *np.meshgrid(x, y))
    slopes = 100.0 * np.hypot(rise_x, rise_y)
    chosen = slopes[inside] if inside.any() else slopes[1:-1, 1:-1].ravel()
    return float(chosen.mean()) if len(chosen) and np.isfinite(chosen).all() else math.nan
