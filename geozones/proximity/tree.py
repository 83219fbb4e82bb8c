"""A packed Hilbert R-tree over chunks of up to eight segments of the lines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geozones.proximity.flatten import FlatGeometries
from geozones.proximity.hilbert import hilbert_keys
from geozones.proximity.jit import compiled

SEGMENTS_PER_CHUNK = 8
FAN_OUT = 8


class SegmentTree(NamedTuple):
    """Chunks of segments in the order of a Hilbert curve, and the boxes of the nodes over them.

    Chunk `c` is the segments between the nine vertices `x[c]`, `y[c]` (the last one repeated where there are
    less); it starts at vertex `first[c]` of the targets and belongs to target `owner[c]`. `boxes[n]` holds the
    boxes of the children of node `n` (left, bottom, right, top, relative to `origin`, rounded outwards); the
    children of a node of the lowest level are chunks. `level_starts` numbers the first node of every level, lowest
    first; the last node is the root.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    first: NDArray[np.int64]
    owner: NDArray[np.int32]
    boxes: NDArray[np.float32]
    level_starts: NDArray[np.int64]
    origin: NDArray[np.float64]

    @classmethod
    def over(cls, targets: FlatGeometries) -> SegmentTree:
        """Build the tree over lines and points; vertices that are not finite are left out with their chunk."""
        first, size, owner = cut_into_chunks(targets.path_ends, targets.geometry_ends)
        left, bottom, right, top = targets.bounds
        is_empty = left > right
        origin = np.zeros(2) if is_empty else np.array([(left + right) / 2, (bottom + top) / 2])
        boxes = box_chunks(targets.xy, first, size, origin)
        kept = np.isfinite(boxes).all(axis=1)
        boxes = boxes[kept]
        side = 0.0 if is_empty else max(right - left, top - bottom)
        keys = hilbert_keys(boxes.astype(np.float64), -side / 2, -side / 2, side)
        order = np.argsort(keys, kind="stable")
        nodes, level_starts = _stack_levels(boxes[order])
        order = np.flatnonzero(kept)[order]
        x, y = copy_chunks(targets.xy, first[order], size[order])
        return cls(x, y, first[order], owner[order], nodes, level_starts, origin)


def _stack_levels(boxes: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Group boxes by eight, level over level, until one node is left."""
    levels, starts = [], [0]
    while True:
        count = max(1, -(-len(boxes) // FAN_OUT))
        children = np.empty((count * FAN_OUT, 4), dtype=np.float32)
        children[:, :2], children[:, 2:] = np.inf, -np.inf
        children[: len(boxes)] = boxes
        level = np.ascontiguousarray(children.reshape(count, FAN_OUT, 4).transpose(0, 2, 1))
        levels.append(level)
        starts.append(starts[-1] + count)
        if count == 1:
            return np.concatenate(levels), np.array(starts, dtype=np.int64)
        boxes = np.concatenate([level[:, :2].min(axis=2), level[:, 2:].max(axis=2)], axis=1)


@compiled
def cut_into_chunks(
    path_ends: NDArray[np.int64], geometry_ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int32]]:
    """Cut every path into chunks of up to eight segments; a single vertex is a chunk of none."""
    count, start = 0, 0
    for path in range(len(path_ends)):
        segments = path_ends[path] - start - 1
        count += max(1, (segments + SEGMENTS_PER_CHUNK - 1) // SEGMENTS_PER_CHUNK)
        start = path_ends[path]
    first = np.empty(count, dtype=np.int64)
    size = np.empty(count, dtype=np.uint8)
    owner = np.empty(count, dtype=np.int32)
    chunk, path, start = 0, 0, 0
    for geometry in range(len(geometry_ends)):
        while path < geometry_ends[geometry]:
            end = path_ends[path]
            while True:
                segments = min(end - start - 1, SEGMENTS_PER_CHUNK)
                first[chunk], size[chunk], owner[chunk] = start, segments, geometry
                chunk += 1
                start += segments
                if start >= end - 1:
                    break
            start = end
            path += 1
    return first, size, owner


@compiled
def box_chunks(
    xy: NDArray[np.float64], first: NDArray[np.int64], size: NDArray[np.uint8], origin: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Box every chunk relative to the origin, in single precision rounded outwards; NaN where not finite."""
    boxes = np.empty((len(first), 4), dtype=np.float32)
    for chunk in range(len(first)):
        left, bottom, right, top = np.inf, np.inf, -np.inf, -np.inf
        check = 0.0
        for vertex in range(first[chunk], first[chunk] + size[chunk] + 1):
            x, y = xy[vertex, 0] - origin[0], xy[vertex, 1] - origin[1]
            check += (x - x) + (y - y)
            left, bottom = min(left, x), min(bottom, y)
            right, top = max(right, x), max(top, y)
        slack = 1e-7 * (abs(left) + abs(right) + abs(bottom) + abs(top))
        boxes[chunk, 0], boxes[chunk, 1] = left - slack + check, bottom - slack
        boxes[chunk, 2], boxes[chunk, 3] = right + slack, top + slack
    return boxes


@compiled
def copy_chunks(
    xy: NDArray[np.float64], first: NDArray[np.int64], size: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lay the vertices of every chunk side by side, the last one repeated up to nine."""
    x = np.empty((len(first), SEGMENTS_PER_CHUNK + 1))
    y = np.empty((len(first), SEGMENTS_PER_CHUNK + 1))
    for chunk in range(len(first)):
        for place in range(SEGMENTS_PER_CHUNK + 1):
            vertex = first[chunk] + min(place, size[chunk])
            x[chunk, place], y[chunk, place] = xy[vertex, 0], xy[vertex, 1]
    return x, y
