"""Plots on the square of the web map: whole steps, each the pixel of a zoom.

A position is counted in pixels of zoom 20, about 0.1 m on the ground: x to the east, y to the south.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geozones.proximity.jit import compiled

FINEST_ZOOM = 20
WORLD_STEPS = 256 << FINEST_ZOOM
HALF_WORLD_M = 20_037_508.342789244
STEPS_PER_M = WORLD_STEPS / (2 * HALF_WORLD_M)

_AT_ONCE = 65_536
_NODES_M = 500.0
_MOST_NODES = 1_500_000
_SAMPLE = 2_000
_APART_STEPS = 0.15

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class FlatPolygons:
    """Polygons as flat arrays, in the order of their plots.

    Parameters
    ----------
    xy
        Steps of all vertices, [vertex, 2]; the first vertex of a ring is not repeated at its end.
    ring_starts
        First vertex of every ring, and the number of vertices.
    is_hole
        Whether a ring is a hole.
    plot_starts
        First ring of every plot, and the number of rings.
    """

    xy: Floats
    ring_starts: Places
    is_hole: NDArray[np.bool_]
    plot_starts: Places

    def __len__(self) -> int:
        return len(self.plot_starts) - 1

    @property
    def plot_of_ring(self) -> Places:
        """Plot of every ring."""
        return np.repeat(np.arange(len(self)), np.diff(self.plot_starts))


def flatten(shapes: Any, crs: Any) -> FlatPolygons:
    """Take polygons apart and place them on the web map.

    Parameters
    ----------
    shapes
        Polygons and multipolygons in `crs`; missing and empty ones have no ring.
    crs
        CRS of the shapes.

    Returns
    -------
    The polygons as flat arrays.
    """
    given = np.asarray(shapes, dtype=object)
    some = [_take_apart(given[start : start + _AT_ONCE]) for start in range(0, max(len(given), 1), _AT_ONCE)]
    lengths, is_hole, rings = (np.concatenate(each) for each in list(zip(*some, strict=True))[1:])
    points = to_world(np.concatenate([each[0] for each in some]), crs)
    return FlatPolygons(points, _starts_of(lengths), is_hole, _starts_of(rings))


def _starts_of(lengths: Places) -> Places:
    return np.append(0, np.cumsum(lengths)).astype(np.int64)


def _take_apart(shapes: Any) -> tuple[Floats, Places, NDArray[np.bool_], Places]:
    """Give the vertices of some polygons without the closing ones, lengths of the rings, holes, rings a plot."""
    kinds = shapely.get_type_id(shapes)
    is_empty = shapely.is_empty(shapes) | (kinds < 0)
    is_simple = (kinds == shapely.GeometryType.POLYGON) & (shapely.get_num_interior_rings(shapes) == 0) & ~is_empty
    odd = np.flatnonzero(~is_simple & ~is_empty)
    parts, of_part = shapely.get_parts(shapes[odd], return_index=True)
    polygonal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, of_part = parts[polygonal], of_part[polygonal]
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    plot_of_ring = odd[of_part[of_ring]]
    counts = is_simple + np.bincount(plot_of_ring, minlength=len(shapes))
    is_odd_ring = np.repeat(~is_simple, counts)
    lengths = np.empty(len(is_odd_ring), dtype=np.int64)
    lengths[~is_odd_ring] = shapely.get_num_coordinates(shapes[is_simple])
    lengths[is_odd_ring] = shapely.get_num_coordinates(rings)
    is_hole = np.zeros(len(lengths), dtype=bool)
    is_hole[is_odd_ring] = np.append(of_ring[:1] < 0, of_ring[1:] == of_ring[:-1])
    points = np.empty((int(lengths.sum()), 2))
    of_odd = np.repeat(is_odd_ring, lengths)
    points[~of_odd] = shapely.get_coordinates(shapes[is_simple])
    points[of_odd] = shapely.get_coordinates(rings)
    keep = np.ones(len(points), dtype=bool)
    keep[np.cumsum(lengths) - 1] = False
    return points[keep], lengths - 1, is_hole, counts.astype(np.int64)


def to_world(points: Floats, crs: Any) -> Floats:
    """Place points on the web map, in steps of zoom 20.

    Many points in a small region are interpolated between exact nodes 500 m apart; a sample is placed exactly, and
    all are if that differs by more than 0.15 steps, about 2 cm.
    """
    transformer = _to_mercator(str(crs))
    if len(points) > 50_000:
        x, y = points[:, 0], points[:, 1]
        west, south, east, north = x.min() - _NODES_M, y.min() - _NODES_M, x.max() + _NODES_M, y.max() + _NODES_M
        across, up = int((east - west) / _NODES_M) + 2, int((north - south) / _NODES_M) + 2
        if across * up < min(_MOST_NODES, len(points) / 2) and np.isfinite([west, south, east, north]).all():
            x, y = np.meshgrid(
                west + _NODES_M * np.arange(across), south + _NODES_M * np.arange(up), indexing="ij"
            )
            nodes = _exact(np.column_stack([x.ravel(), y.ravel()]), transformer).reshape(across, up, 2)
            placed = _interpolate(points, nodes, west, south, _NODES_M)
            sample = np.linspace(0, len(points) - 1, _SAMPLE).astype(int)
            if np.abs(_exact(points[sample], transformer) - placed[sample]).max() < _APART_STEPS:
                return placed
    return _exact(points, transformer)


def _exact(points: Floats, transformer: Transformer) -> Floats:
    east, north = transformer.transform(points[:, 0], points[:, 1])
    return np.column_stack([(east + HALF_WORLD_M) * STEPS_PER_M, (HALF_WORLD_M - north) * STEPS_PER_M])


@cache
def _to_mercator(crs: str) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:3857", always_xy=True)


@compiled
def _interpolate(points: Floats, nodes: Floats, west: float, south: float, step: float) -> Floats:
    placed = np.empty_like(points)
    for at in range(len(points)):
        across, up = (points[at, 0] - west) / step, (points[at, 1] - south) / step
        i, j = int(across), int(up)
        u, v = across - i, up - j
        for axis in range(2):
            lower = nodes[i, j, axis] * (1.0 - u) + nodes[i + 1, j, axis] * u
            upper = nodes[i, j + 1, axis] * (1.0 - u) + nodes[i + 1, j + 1, axis] * u
            placed[at, axis] = lower * (1.0 - v) + upper * v
    return placed


@compiled
def plot_boxes(xy: Floats, ring_starts: Places, plot_starts: Places) -> Floats:
    """Return the box of every plot: west, north, east, south in steps; NaN for one without a ring."""
    count = len(plot_starts) - 1
    boxes = np.full((count, 4), np.nan)
    for plot in range(count):
        first, last = ring_starts[plot_starts[plot]], ring_starts[plot_starts[plot + 1]]
        for at in range(first, last):
            x, y = xy[at, 0], xy[at, 1]
            if at == first:
                boxes[plot] = np.array([x, y, x, y])
            else:
                boxes[plot, 0] = min(boxes[plot, 0], x)
                boxes[plot, 1] = min(boxes[plot, 1], y)
                boxes[plot, 2] = max(boxes[plot, 2], x)
                boxes[plot, 3] = max(boxes[plot, 3], y)
    return boxes


@compiled
def plot_middles(xy: Floats, ring_starts: Places, plot_starts: Places) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the centre of the first ring of every plot, and whether it lies inside the plot."""
    count = len(plot_starts) - 1
    middles = np.full((count, 2), np.nan)
    inside = np.zeros(count, dtype=np.bool_)
    for plot in range(count):
        if plot_starts[plot] == plot_starts[plot + 1]:
            continue
        first, end = ring_starts[plot_starts[plot]], ring_starts[plot_starts[plot] + 1]
        area, x_sum, y_sum = 0.0, 0.0, 0.0
        x0, y0 = xy[first, 0], xy[first, 1]
        for at in range(first, end):
            after = at + 1 if at + 1 < end else first
            ax, ay, bx, by = xy[at, 0] - x0, xy[at, 1] - y0, xy[after, 0] - x0, xy[after, 1] - y0
            cross = ax * by - bx * ay
            area += cross
            x_sum += (ax + bx) * cross
            y_sum += (ay + by) * cross
        if area == 0.0:
            middles[plot, 0], middles[plot, 1] = x0, y0
            continue
        x, y = x0 + x_sum / (3.0 * area), y0 + y_sum / (3.0 * area)
        middles[plot, 0], middles[plot, 1] = x, y
        for ring in range(plot_starts[plot], plot_starts[plot + 1]):
            start, stop = ring_starts[ring], ring_starts[ring + 1]
            before = stop - 1
            for at in range(start, stop):
                if (xy[at, 1] > y) != (xy[before, 1] > y):
                    share = (y - xy[at, 1]) / (xy[before, 1] - xy[at, 1])
                    if x < xy[at, 0] + share * (xy[before, 0] - xy[at, 0]):
                        inside[plot] = not inside[plot]
                before = at
    return middles, inside
