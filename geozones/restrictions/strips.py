"""Strips, rings and sanitary zones as areas to look at on a map, around the places that matter."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geozones.restrictions.cutting import ARC_POINTS
from geozones.restrictions.objects import (
    Obstacles,
    RuledObjects,
    feature_names,
    find_checks,
    find_obstacles,
    shapes_of,
)
from geozones.restrictions.plane import find_scale
from geozones.restrictions.sanitary import TAKEN, class_rules
from geozones.rules import Rule, Rules
from geozones.tables import DERIVED, PANDAS_DTYPES, RegionTables

DRAWN_AROUND_M = 4000.0
"""Strips are drawn as far as this around the zones; beyond, nobody asks about them."""

SANITARY = "sanitary_class"


def find_strips(tables: RegionTables, states: pd.DataFrame, objects: RuledObjects) -> gpd.GeoDataFrame:
    """Find the strips, rings and minimum distances around objects near the zones, and sanitary zones of plants.

    Parameters
    ----------
    tables
        Checked tables in the working CRS.
    states
        States of the plots, rows in their order; plots on which somebody builds or works have a sanitary zone
        where their hazard class is known.
    objects
        What the rules in force on the day reach around the objects of the region (`find_objects`).

    Returns
    -------
    GeoDataFrame
        The contract `strips`, a row an object and rule that surely applies to it, in the order of the rules and
        objects: as wide as `find_usable` cuts (`counted`), or as a distance to be computed. Planned objects have
        none. Cut to the surroundings of the zones (`DRAWN_AROUND_M`).

    Raises
    ------
    MeasureError
        The working CRS is missing, geographic or strongly distorting.
    """
    checks, layers, obstacles = objects.checks, objects.layers, objects.strips
    window = _around(tables.zones)
    kept = obstacles.stands & np.isfinite(obstacles.least_m) & (obstacles.least_m >= 0)
    obstacles = obstacles.where(kept)
    obstacles = obstacles.where(shapely.distance(obstacles.shape, window) <= obstacles.least_m)
    layer = np.array([checks[place].layer for place in obstacles.check], dtype=object)
    strips = _widen(obstacles, window, tables.zones.crs)
    by_rule: list[Rule] = obstacles.least_rule.tolist()
    forbids = [checks[place].forbids for place in obstacles.check]
    drawn = _list_rows(by_rule, layer, feature_names(layers, layer, obstacles.row), obstacles.least_m, forbids)
    of_objects = gpd.GeoDataFrame(drawn, geometry=strips, crs=tables.zones.crs)
    joined = pd.concat([of_objects, _sanitary_zones(tables, states, objects.rules)], ignore_index=True)
    return joined[~shapely.is_empty(joined.geometry.array)].reset_index(drop=True)


def find_strip_widths(table: Any, role: str, rules: Rules) -> np.ndarray:
    """Find how wide the strip of every object of a layer surely is: metres to each side, 0 where it has none.

    Parameters
    ----------
    table
        Checked features of one role. Planned objects have no strip.
    role
        The role, such as `gas`.
    rules
        Rules in force on the day; those that forbid to build count, not minimum distances to buildings.
    """
    checks = [check for check in find_checks(rules) if check.forbids and check.layer == role]
    widths = np.zeros(len(table))
    if checks:
        found = find_obstacles(checks, {role: table}, rules)
        sure = found.stands & np.isfinite(found.least_m)
        np.maximum.at(widths, found.row[sure], found.least_m[sure])
    return widths


def _around(zones: Any) -> Any:
    boxes = shapely.box(*shapely.bounds(np.asarray(zones.geometry.array)).reshape(-1, 4).T)
    return shapely.union_all(shapely.buffer(boxes, DRAWN_AROUND_M, join_style="mitre"))


def _widen(obstacles: Obstacles, window: Any, crs: Any) -> np.ndarray:
    """Draw the strips around the parts of the objects that lie near the window, cut to it."""
    if not len(obstacles.row):
        return np.empty(0, dtype=object)
    wide = shapely.buffer(window, float(obstacles.least_m.max()), join_style="mitre")
    near = shapely.intersection(obstacles.shape, wide)
    width = obstacles.least_m * find_scale(near, crs)
    strips = shapely.buffer(near, width, quad_segs=ARC_POINTS)
    return np.asarray(shapely.intersection(strips, window), dtype=object)


def _sanitary_zones(tables: RegionTables, states: pd.DataFrame, rules: Rules) -> gpd.GeoDataFrame:
    """Draw the sanitary zone of every plot with a known class on which somebody builds or works."""
    by_class, plots = class_rules(rules), tables.plots
    classes = plots["hazard_class"].to_numpy(dtype=object)
    taken = states["map_state"].isin(TAKEN).to_numpy(dtype=bool)
    rows = np.flatnonzero(taken & np.isin(classes.astype(str), list(by_class)))
    of_rows = [by_class[name] for name in classes[rows]]
    shapes = shapes_of(plots)[rows]
    metres = np.array([rule.value or 0.0 for rule in of_rows])
    width = metres * find_scale(shapes, plots.crs)
    areas = np.asarray(shapely.buffer(shapes, width, quad_segs=ARC_POINTS), dtype=object)
    names = plots["plot_id"].astype("str").to_numpy(dtype=object)[rows]
    table = _list_rows(of_rows, np.full(len(rows), "plots", dtype=object), names, metres, [False] * len(rows))
    return gpd.GeoDataFrame(table, geometry=areas, crs=plots.crs)


def _list_rows(rules: list[Rule], layer: Any, feature: Any, metres: Any, forbids: list[bool]) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "rule_id": [rule.id for rule in rules],
            "check": [rule.check for rule in rules],
            "kind": [rule.kind for rule in rules],
            "feature_layer": layer,
            "feature_id": feature,
            "strip_m": metres,
            "counted": forbids,
            "basis": [rule.basis for rule in rules],
            "verified": [rule.verified for rule in rules],
        }
    )
    return rows.astype({column.name: PANDAS_DTYPES[column.dtype] for column in DERIVED["strips"].columns})
