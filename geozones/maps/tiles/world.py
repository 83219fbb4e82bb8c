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
    parts, plot_of_part = shapely.get_parts(given, return_index=True)
    polygonal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, plot_of_part = parts[polygonal], plot_of_part[polygonal]
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    ends = np.cumsum(np.bincount(ring_of_point, minlength=len(rings)))
    keep = np.ones(len(points), dtype=bool)
    keep[ends - 1] = False
    starts = np.concatenate([[0], ends - np.arange(1, len(rings) + 1)]) if len(rings) else np.zeros(1, dtype=int)
    is_hole = np.ones(len(rings), dtype=bool)
    is_hole[np.unique(part_of_ring, return_index=True)[1]] = False
    counts = np.bincount(plot_of_part[part_of_ring], minlength=len(given)) if len(rings) else np.zeros(len(given))
    plot_starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return FlatPolygons(to_world(points[keep], crs), starts.astype(np.int64), is_hole, plot_starts)


def to_world(points: Floats, crs: Any) -> Floats:
    """Place points on the web map, in steps of zoom 20.

    Many points in a small region are interpolated between exact nodes 500 m apart; a sample is placed exactly, and
    all are if that differs by more than 0.15 steps, about 2 cm.
    """
    transformer = _to_mercator(str(crs))
    if len(points) > 50_000:
        west, south = points.min(axis=0) - _NODES_M
        east, north = points.max(axis=0) + _NODES_M
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
