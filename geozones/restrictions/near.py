"""Which objects stand near which plots, each cut down to the part that matters there.

A trunk line has thousands of vertices, a plot needs two of them. So lines are cut into chunks of eight segments,
chunks far from any plot are dropped by a coarse grid, and of the rest only the segments whose box comes within
reach of the plot are kept. What is left out stands farther than the reach, so a strip around what is kept cuts the
plot exactly as a strip around the whole line.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geozones.restrictions.plane import Numbers, Shapes

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

CHUNK_SEGMENTS = 8
_MOST_GRID_CELLS = 1024
_SMALL_OBJECT_POINTS = 64
_WORTH_THREADS = 2_000
_LINE_TYPES = (1, 2, 5)


@dataclass(frozen=True)
class Near:
    """Pairs of a plot and an object within reach, by position, sorted by both; `shape` is the object near it.

    `shape` stands in for the whole object in every question about the plot within the reach, and in no other.
    `ends` tells whether it holds an end of a line (or is no line): where it does not, a strip around it may as
    well be cut off square, since its ends stand farther from the plot than the reach.
    """

    plot: Places
    object: Places
    shape: Shapes
    ends: Flags

    def where(self, kept: Flags | Places) -> Near:
        """Keep some of the pairs, or put them in another order."""
        return Near(self.plot[kept], self.object[kept], self.shape[kept], self.ends[kept])


class Ground:
    """The plots of a question, indexed by their boxes: a tree, and a coarse grid of where there are any."""

    def __init__(self, plots: Shapes) -> None:
        self.plots = plots
        self.boxes: Numbers = shapely.bounds(plots)
        self._known = np.flatnonzero(np.isfinite(self.boxes).all(axis=1))
        known = self.boxes[self._known]
        self._tree = shapely.STRtree(np.asarray(shapely.box(*known.T), dtype=object))
        self._cells = int(np.clip(8 * np.sqrt(len(known)), 16, _MOST_GRID_CELLS))
        self._low = known[:, :2].min(axis=0, initial=np.inf)
        self._high = known[:, 2:].max(axis=0, initial=-np.inf)
        self._sums = self._count_occupied(known)

    def _count_occupied(self, known: Numbers) -> Places:
        """Count the occupied cells of the grid to the left of and below every corner of it."""
        size = self._cells + 1
        west, south, east, north = (self._cell_on(side % 2, known[:, side]) for side in range(4))
        marks = np.zeros((size, size), dtype=np.int32)
        for x, y, sign in (
            (west, south, 1),
            (east + 1, south, -1),
            (west, north + 1, -1),
            (east + 1, north + 1, 1),
        ):
            np.add.at(marks, (x, y), sign)
        occupied = marks.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0
        sums = np.zeros((size, size), dtype=np.int64)
        sums[1:, 1:] = occupied.cumsum(axis=0).cumsum(axis=1)
        return sums

    def _cell_on(self, axis: int, values: Numbers) -> Places:
        """Return the column (axis 0) or row (axis 1) of the grid of every value; else the outermost."""
        if not len(self._known):
            return np.zeros(len(values), dtype=np.int64)
        cell = max((self._high[axis] - self._low[axis]) / self._cells, 1e-9)
        places = ((values - self._low[axis]) * (1.0 / cell)).astype(np.int64)
        return np.asarray(np.clip(places, 0, self._cells - 1))

    def may_touch(self, extents: Numbers) -> Flags:
        """Tell which extents come into a cell of the grid where there is a plot."""
        left, bottom, right, top = extents.T
        inside = (
            (left <= self._high[0]) & (bottom <= self._high[1]) & (right >= self._low[0]) & (top >= self._low[1])
        )
        some = np.flatnonzero(inside)
        west, east = self._cell_on(0, left[some]), self._cell_on(0, right[some]) + 1
        south, north = self._cell_on(1, bottom[some]), self._cell_on(1, top[some]) + 1
        sums = self._sums
        inside[some] = sums[east, north] - sums[west, north] - sums[east, south] + sums[west, south] > 0
        return np.asarray(inside)

    def query(self, extents: Numbers) -> tuple[Places, Places]:
        """Pair plots with extents whose boxes touch theirs: places of the plots, places of the extents."""
        found, plot = self._tree.query(np.asarray(shapely.box(*extents.T), dtype=object))
        return self._known[plot], found


def find_near(ground: Ground, objects: Shapes, *, reach: Numbers) -> Near:
    """Find the objects within reach of every plot.

    Parameters
    ----------
    ground
        The plots: polygons; a missing or empty one has nothing near it.
    objects
        Points, lines or polygons, of one or several parts; missing and empty ones are passed over.
    reach
        Reach of every object, in units of the plane; an object of negative or NaN reach is passed over.

    Returns
    -------
    All pairs whose distance in the plane is not above the reach of the object.
    """
    kinds = shapely.get_type_id(objects)
    wanted = (shapely.get_num_coordinates(objects) > 0) & (reach >= 0) & np.isfinite(reach)
    long = np.isin(kinds, _LINE_TYPES) & wanted
    workers = (os.cpu_count() or 1) if long.sum() > _WORTH_THREADS else 1
    with ThreadPoolExecutor(workers) as pool:
        shares = np.array_split(np.flatnonzero(long), workers)
        parts = list(pool.map(lambda share: _pair_lines(ground, objects, share, reach), shares))
    parts.append(_pair_others(ground, objects, np.flatnonzero(wanted & ~long), reach))
    pairs = Near(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    distance = shapely.distance(ground.plots[pairs.plot], pairs.shape)
    pairs = pairs.where(np.asarray(distance <= reach[pairs.object]))
    order = np.lexsort((pairs.object, pairs.plot))
    return pairs.where(order)


def _pair_others(
    ground: Ground, objects: Shapes, places: Places, reach: Numbers
) -> tuple[Places, Places, Shapes, Flags]:
    """Pair plots with points and polygons by their boxes; large polygons are clipped to the surroundings."""
    plot, found = ground.query(_widen(shapely.bounds(objects[places]).reshape(-1, 4), reach[places]))
    owner = places[found]
    shapes = objects[owner]
    large = shapely.get_num_coordinates(shapes) > _SMALL_OBJECT_POINTS
    if large.any():
        windows = _widen(ground.boxes[plot[large]], 2.0 * reach[owner[large]] + 1.0)
        shapes[large] = shapely.intersection(shapes[large], shapely.box(*windows.T))
    return plot, owner, shapes, np.ones(len(plot), dtype=bool)


def _pair_lines(
    ground: Ground, objects: Shapes, places: Places, reach: Numbers
) -> tuple[Places, Places, Shapes, Flags]:
    """Pair plots with the runs of line segments whose boxes come within reach of theirs."""
    parts, owner = shapely.get_parts(objects[places], return_index=True)
    owner = places[owner]
    lines = _Lines(parts)
    chunk_reach = reach[owner[lines.chunk_part]]
    widened = _widen(lines.find_extents(), chunk_reach)
    kept = np.flatnonzero(ground.may_touch(widened))
    plot, found = ground.query(widened[kept])
    chunk = kept[found]
    around = _widen(ground.boxes[plot], chunk_reach[chunk])
    pair, segment = lines.find_near_segments(chunk, around)
    plot, part = plot[pair], lines.chunk_part[chunk[pair]]
    order = np.argsort(plot * np.int64(len(lines.x)) + segment, kind="stable")
    plot, segment, part = plot[order], segment[order], part[order]
    is_end = (segment == lines.first[part]) | (segment + 1 == lines.last[part])
    return _join_runs(lines, plot, segment, owner[part], is_end)


class _Lines:
    """Lines of one part as flat arrays of vertices, cut into chunks of segments."""

    def __init__(self, parts: Shapes) -> None:
        points = shapely.get_coordinates(parts)
        self.x, self.y = points[:, 0].copy(), points[:, 1].copy()
        counts = shapely.get_num_coordinates(parts).astype(np.int64)
        self.last = counts.cumsum() - 1
        self.first = self.last - counts + 1
        chunks = np.maximum(-((1 - counts) // CHUNK_SEGMENTS), 0)
        self.chunk_part = np.repeat(np.arange(len(parts)), chunks)
        rank = np.arange(len(self.chunk_part)) - np.repeat(chunks.cumsum() - chunks, chunks)
        self.starts = self.first[self.chunk_part] + CHUNK_SEGMENTS * rank
        self.ends = np.minimum(self.starts + CHUNK_SEGMENTS, self.last[self.chunk_part])

    def find_extents(self) -> Numbers:
        """Find the box of every chunk."""
        if not len(self.starts):
            return np.empty((0, 4))
        low = [np.minimum(np.minimum.reduceat(axis, self.starts), axis[self.ends]) for axis in (self.x, self.y)]
        high = [np.maximum(np.maximum.reduceat(axis, self.starts), axis[self.ends]) for axis in (self.x, self.y)]
        return np.stack([*low, *high], axis=1)

    def find_near_segments(self, chunk: Places, around: Numbers) -> tuple[Places, Places]:
        """Find the segments of chunks that touch a box each: the place of the pair, the first vertex."""
        lengths = self.ends[chunk] - self.starts[chunk]
        pair = np.repeat(np.arange(len(chunk)), lengths)
        segment = np.arange(len(pair)) - np.repeat(lengths.cumsum() - lengths - self.starts[chunk], lengths)
        for axis, low, high in ((self.x, 0, 2), (self.y, 1, 3)):
            one, other = axis[segment], axis[segment + 1]
            kept = (np.minimum(one, other) <= around[pair, high]) & (np.maximum(one, other) >= around[pair, low])
            pair, segment = pair[kept], segment[kept]
        kept = ~self._passes_beside(segment, around[pair])
        return pair[kept], segment[kept]

    def _passes_beside(self, segment: Places, around: Numbers) -> Flags:
        """Tell which segments, made endless, leave a box wholly on one side."""
        x, y = self.x[segment], self.y[segment]
        along_x, along_y = self.x[segment + 1] - x, self.y[segment + 1] - y
        left, bottom, right, top = around.T
        aside = np.abs(along_x * ((bottom + top) / 2 - y) - along_y * ((left + right) / 2 - x))
        reach = (right - left) / 2 * np.abs(along_y) + (top - bottom) / 2 * np.abs(along_x)
        return np.asarray(aside > reach * (1 + 1e-9))


def _join_runs(
    lines: _Lines, plot: Places, segment: Places, owner: Places, is_end: Flags
) -> tuple[Places, Places, Shapes, Flags]:
    """Join neighbouring segments of one plot to lines, and the lines of one object to one shape."""
    first = np.flatnonzero((np.diff(plot, prepend=-1) != 0) | (np.diff(segment, prepend=-2) != 1))
    counts = np.diff(np.append(first, len(segment))) + 1
    vertices = np.arange(int(counts.sum())) - np.repeat(counts.cumsum() - counts - segment[first], counts)
    points = np.stack([lines.x[vertices], lines.y[vertices]], axis=1)
    runs = np.asarray(shapely.linestrings(points, indices=np.repeat(np.arange(len(first)), counts)), dtype=object)
    ends = np.logical_or.reduceat(is_end, first) if len(first) else is_end
    plot, owner = plot[first], owner[first]
    order = np.lexsort((owner, plot))
    plot, owner, runs, ends = plot[order], owner[order], runs[order], ends[order]
    group_start = np.flatnonzero((np.diff(plot, prepend=-1) != 0) | (np.diff(owner, prepend=-1) != 0))
    sizes = np.diff(np.append(group_start, len(plot)))
    shapes = runs[group_start]
    if (sizes > 1).any():
        several = np.repeat(sizes > 1, sizes)
        of_group = np.repeat(np.arange(int((sizes > 1).sum())), sizes[sizes > 1])
        shapes[sizes > 1] = shapely.multilinestrings(runs[several], indices=of_group)
    ends = np.logical_or.reduceat(ends, group_start) if len(group_start) else ends
    return plot[group_start], owner[group_start], shapes, ends


def _widen(boxes: Numbers, by: Numbers) -> Numbers:
    return np.asarray(boxes + np.stack([-by, -by, by, by], axis=1))
