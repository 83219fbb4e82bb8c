"""Plots laid out along a Hilbert curve, so that each stands in memory near its neighbours on the ground."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geozones.proximity.flatten import FlatGeometries
from geozones.proximity.hilbert import hilbert_keys
from geozones.proximity.jit import compiled


class ArrangedPlots(NamedTuple):
    """Flat geometries (see `FlatGeometries`) in the order of a Hilbert curve.

    `order[p]` is the place in the table of the plot at place `p` here; `boxes` are left, bottom, right, top, NaN
    where a plot is empty or not finite; `most_vertices[0]` is the size of the largest plot.
    """

    xy: NDArray[np.float64]
    path_ends: NDArray[np.int64]
    path_kinds: NDArray[np.uint8]
    geometry_ends: NDArray[np.int64]
    boxes: NDArray[np.float64]
    order: NDArray[np.int64]
    most_vertices: NDArray[np.int64]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of all plots; left is greater than right where there is none."""
        return find_bounds(self.boxes)

    @classmethod
    def of(cls, plots: FlatGeometries) -> ArrangedPlots:
        """Lay out plots along the curve."""
        boxes = box_geometries(plots.xy, plots.path_ends, plots.geometry_ends)
        left, bottom, right, top = find_bounds(boxes)
        side = max(right - left, top - bottom) if left <= right else 0.0
        order = np.argsort(hilbert_keys(boxes, left, bottom, side)).astype(np.int64, copy=False)
        xy, path_ends, path_kinds, geometry_ends, most = take_geometries(
            plots.xy, plots.path_ends, plots.path_kinds, plots.geometry_ends, order
        )
        return cls(xy, path_ends, path_kinds, geometry_ends, boxes[order], order, np.array([most]))


@compiled
def find_bounds(boxes: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Find the box of all boxes, passing over NaN."""
    left, bottom, right, top = np.inf, np.inf, -np.inf, -np.inf
    for at in range(len(boxes)):
        left = boxes[at, 0] if boxes[at, 0] < left else left
        bottom = boxes[at, 1] if boxes[at, 1] < bottom else bottom
        right = boxes[at, 2] if boxes[at, 2] > right else right
        top = boxes[at, 3] if boxes[at, 3] > top else top
    return left, bottom, right, top


@compiled
def box_geometries(
    xy: NDArray[np.float64], path_ends: NDArray[np.int64], geometry_ends: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Box every geometry (left, bottom, right, top); NaN where it is empty or a vertex is not finite."""
    boxes = np.empty((len(geometry_ends), 4))
    path, vertex = 0, 0
    for geometry in range(len(geometry_ends)):
        last = path_ends[geometry_ends[geometry] - 1] if geometry_ends[geometry] > path else vertex
        left, bottom, right, top = np.inf, np.inf, -np.inf, -np.inf
        check = 0.0 if last > vertex else np.nan
        while vertex < last:
            x, y = xy[vertex, 0], xy[vertex, 1]
            check += (x - x) + (y - y)
            left = x if x < left else left
            right = x if x > right else right
            bottom = y if y < bottom else bottom
            top = y if y > top else top
            vertex += 1
        boxes[geometry, 0], boxes[geometry, 1] = left + check, bottom + check
        boxes[geometry, 2], boxes[geometry, 3] = right + check, top + check
        path = geometry_ends[geometry]
    return boxes


@compiled
def take_geometries(
    xy: NDArray[np.float64], path_ends: NDArray[np.int64], path_kinds: NDArray[np.uint8],
    geometry_ends: NDArray[np.int64], order: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64], int]:  # fmt: skip
    """Copy flat geometries in another order; returns them, and how many vertices the largest one has."""
    new_xy = np.empty_like(xy)
    new_path_ends, new_path_kinds = np.empty_like(path_ends), np.empty_like(path_kinds)
    new_geometry_ends = np.empty_like(geometry_ends)
    vertex, new_path, most = 0, 0, 0
    for place in range(len(order)):
        geometry = order[place]
        path = geometry_ends[geometry - 1] if geometry > 0 else 0
        at = path_ends[path - 1] if path > 0 else 0
        first = vertex
        while path < geometry_ends[geometry]:
            while at < path_ends[path]:
                new_xy[vertex, 0], new_xy[vertex, 1] = xy[at, 0], xy[at, 1]
                at += 1
                vertex += 1
            new_path_ends[new_path], new_path_kinds[new_path] = vertex, path_kinds[path]
            new_path += 1
            path += 1
        new_geometry_ends[place] = new_path
        most = max(most, vertex - first)
    return new_xy, new_path_ends, new_path_kinds, new_geometry_ends, most
