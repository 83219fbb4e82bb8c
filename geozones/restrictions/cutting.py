"""Strips cut out of plots: the buffers, the pieces they cut, what is left of each plot."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geozones.restrictions.near import Flags, Near, Places
from geozones.restrictions.plane import Numbers, Shapes

ARC_POINTS = 16
"""Segments of a quarter circle in every strip. The arc lies inside the true one by at most 0.12 % of the width:
6 cm at 50 m (decision 0004)."""

TOUCHING_M2 = 0.001
"""A cut of less than this (in the plane) is a touch, not an overlap."""

TOUCHING_M = 0.001
"""A distance that falls short of a limit by less than this keeps it."""

_WORTH_THREADS = 400


@dataclass(frozen=True)
class Cuts:
    """Pieces that strips cut out of plots, a row a pair of plot and object: `area` in the plane."""

    plot: Places
    object: Places
    strip: Shapes
    piece: Shapes
    area: Numbers


def cut_plots(plots: Shapes, near: Near, *, width: Numbers) -> Cuts:
    """Cut strips out of plots.

    Parameters
    ----------
    plots
        Valid polygons.
    near
        Pairs of plots and objects, found with a reach not below the widths.
    width
        Width of the strip of every pair in units of the plane, from the object to each side; a pair of negative
        width cuts nothing unless the object is a polygon, which it shrinks.

    Returns
    -------
    The pairs whose strip overlaps the plot.
    """
    finite = np.isfinite(width)
    near, width = near.where(finite), width[finite]
    strip = run_in_threads(_buffer, near.shape, width, near.ends)
    piece = run_in_threads(shapely.intersection, plots[near.plot], strip)
    area = shapely.area(piece)
    kept = area > TOUCHING_M2
    return Cuts(near.plot[kept], near.object[kept], strip[kept], piece[kept], area[kept])


def _buffer(shapes: Shapes, width: Numbers, ends: Flags) -> Shapes:
    strips = np.empty(len(shapes), dtype=object)
    strips[ends] = shapely.buffer(shapes[ends], width[ends], quad_segs=ARC_POINTS)
    strips[~ends] = shapely.buffer(shapes[~ends], width[~ends], quad_segs=ARC_POINTS, cap_style="flat")
    return strips


def union_by(groups: Places, shapes: Shapes) -> tuple[Places, Shapes]:
    """Join the shapes of every group.

    Parameters
    ----------
    groups
        Sorted numbers of groups.
    shapes
        Polygons.

    Returns
    -------
    The groups that occur, and the union of the shapes of each.
    """
    names, first, sizes = np.unique(groups, return_index=True, return_counts=True)
    joined = shapes[first]
    several = np.flatnonzero(sizes > 1)
    if len(several):
        of_several = np.isin(groups, names[several])
        collections = shapely.geometrycollections(
            shapes[of_several].tolist(), indices=np.unique(groups[of_several], return_inverse=True)[1]
        )
        joined[several] = run_in_threads(_unite, collections)
    return names, joined


def _unite(collections: Shapes) -> Shapes:
    return np.asarray(shapely.union_all(collections[:, None], axis=1), dtype=object)


def subtract(plots: Shapes, groups: Places, strips: Shapes) -> Shapes:
    """Take the strips of every plot (`groups`: sorted places of the plots) out of it."""
    left = plots.copy()
    places, joined = union_by(groups, strips)
    left[places] = run_in_threads(shapely.difference, plots[places], joined)
    return left


def find_largest_part(shapes: Shapes) -> tuple[Shapes, Places]:
    """Find the largest part of every shape, and how many parts it has."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    solid = shapely.area(parts) > TOUCHING_M2
    parts, owner = parts[solid], owner[solid]
    order = np.lexsort((np.arange(len(parts)), -shapely.area(parts), owner))
    first, at = np.unique(owner[order], return_index=True)
    largest = np.full(len(shapes), None, dtype=object)
    largest[first] = parts[order][at]
    return largest, np.bincount(owner, minlength=len(shapes))


def find_least_width(shapes: Shapes) -> Numbers:
    """Find the least distance between two parallel lines that hold each shape between them; NaN for none.

    It is taken over the directions of the edges of the convex hull, where the least must lie. A hull of more than
    `_MOST_VERTICES` is first simplified within `_SIMPLIFIED_M`, which the width is then out by at most twice.
    """
    hulls = np.asarray(shapely.convex_hull(shapes), dtype=object)
    is_large = shapely.get_num_coordinates(hulls) > _MOST_VERTICES
    hulls[is_large] = shapely.simplify(hulls[is_large], _SIMPLIFIED_M)
    points, owner = shapely.get_coordinates(hulls, return_index=True)
    width = np.full(len(shapes), np.nan)
    counts = np.bincount(owner, minlength=len(shapes)) if len(owner) else np.zeros(len(shapes), dtype=int)
    first = counts.cumsum() - counts
    for count in np.unique(counts[counts > 3]):
        rows = np.flatnonzero(counts == count)
        for some in range(0, len(rows), _HULLS_AT_ONCE):
            part = rows[some : some + _HULLS_AT_ONCE]
            width[part] = _least_width(points[first[part][:, None] + np.arange(count)])
    return width


_HULLS_AT_ONCE = 2_000
_MOST_VERTICES = 500
_SIMPLIFIED_M = 0.001


def _least_width(rings: Numbers) -> Numbers:
    x, y = rings[..., 0] - rings[:, :1, 0], rings[..., 1] - rings[:, :1, 1]
    along_x, along_y = np.diff(x), np.diff(y)
    length = np.hypot(along_x, along_y)
    aside = along_x[:, :, None] * y[:, None, :-1] - along_y[:, :, None] * x[:, None, :-1]
    extent = (aside.max(axis=2) - aside.min(axis=2)) / np.maximum(length, 1e-12)
    return np.asarray(np.where(length > 1e-9, extent, np.inf).min(axis=1))


def run_in_threads(function: Callable[..., Any], *columns: NDArray[Any]) -> NDArray[Any]:
    """Run a function of arrays on parts of them at once; GEOS works outside Python's lock."""
    count, workers = len(columns[0]), os.cpu_count() or 1
    if count < _WORTH_THREADS or workers == 1:
        return np.asarray(function(*columns), dtype=object)
    slices = [np.arange(part, count, 4 * workers) for part in range(4 * workers)]
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(lambda rows: function(*(column[rows] for column in columns)), slices)
        found = np.empty(count, dtype=object)
        for rows, part in zip(slices, parts, strict=True):
            found[rows] = part
    return found
