"""The nearest segment of a tree for every plot: exact in the plane, compiled, free of the interpreter's lock."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geozones.proximity.arrange import ArrangedPlots
from geozones.proximity.jit import compiled
from geozones.proximity.segments import Scratch, is_inside, link_segment, load_plot, square_to_segment
from geozones.proximity.tree import SEGMENTS_PER_CHUNK, SegmentTree
from geozones.proximity.walk import collect_chunks, descend, squares_to_boxes, squares_to_chunk

TIE_M = 2.5e-7
"""Distances are compared in steps of this size, so that rounding does not decide between equally near lines."""

GROUP = 16
"""How many neighbouring plots share one walk down the tree at most."""

_LESS = np.float32(1.0 - 1e-5)
_MORE = np.float32(1.0 + 1e-5)
_TINY = np.float32(1e-12)
_ROUNDING = 1e-7
_FIRST_ROOM = 256

Numbers = NDArray[np.float64]
Singles = NDArray[np.float32]
Counts = NDArray[np.int64]


@compiled
def group_neighbours(plot_boxes: Numbers, start: int, end: int, spread: float, box: Numbers) -> int:
    """Gather plots from `start` on while they stand close together; writes their box, returns where they end."""
    for side in range(4):
        box[side] = plot_boxes[start, side]
    room = 4.0 * (box[2] - box[0] + box[3] - box[1]) + spread
    last = min(start + GROUP, end)
    at = start + 1
    while at < last:
        left, bottom = min(box[0], plot_boxes[at, 0]), min(box[1], plot_boxes[at, 1])
        right, top = max(box[2], plot_boxes[at, 2]), max(box[3], plot_boxes[at, 3])
        if not right - left + top - bottom <= room or np.isnan(plot_boxes[at, 0]):
            break
        box[0], box[1], box[2], box[3] = left, bottom, right, top
        at += 1
    return at


@compiled
def round_outwards(box: Numbers, origin: Numbers, single: Singles) -> None:
    """Write a box relative to the origin in single precision, a little larger than it is."""
    slack = 0.0
    for side in range(4):
        slack += _ROUNDING * abs(box[side] - origin[side & 1])
    for side in range(4):
        single[side] = box[side] - origin[side & 1] + (slack if side >= 2 else -slack)


@compiled
def bound_square(box: Numbers, x: float, y: float) -> float:
    """Measure the squared distance from a point to the farthest corner of a box."""
    across, up = max(x - box[0], box[2] - x), max(y - box[1], box[3] - y)
    return float(across * across + up * up)


@compiled
def find_segment(
    tree: SegmentTree, found: Counts, squares: Singles, count: int, scratch: Scratch, vertices: int,
    radius: float, x0: float, y0: float, reach: float, chunk_squares: Numbers,
) -> tuple[int, int, float]:  # fmt: skip
    """Find the nearest segment among chunks; returns its chunk (-1: none), its place in it, and the distance."""
    step, best, best_vertex, best_chunk, best_at = np.inf, reach, -1, -1, 0
    nearest = 0
    for candidate in range(1, count):
        if squares[candidate] < squares[nearest]:
            nearest = candidate
    for turn in range(count + 1):
        candidate = nearest if turn == 0 else turn - 1
        limit = (best + TIE_M) ** 2
        if (turn > 0 and candidate == nearest) or count == 0 or squares[candidate] * _LESS > limit:
            continue
        chunk = found[candidate]
        x, y = tree.x[chunk], tree.y[chunk]
        middle = squares_to_chunk(x, y, x0, y0, chunk_squares)
        for again in range(SEGMENTS_PER_CHUNK + 1):
            at = middle if again == 0 else again - 1
            outer = best + TIE_M + radius
            if chunk_squares[at] > outer * outer * (1.0 + 1e-12) or (again > 0 and at == middle):
                continue
            if at > 0 and x[at] == x[at + 1] and y[at] == y[at + 1]:
                continue
            cx, cy, dx, dy = x[at] - x0, y[at] - y0, x[at + 1] - x0, y[at + 1] - y0
            square = square_to_segment(scratch, vertices, cx, cy, dx, dy)
            if square > 0.0 and chunk_squares[at] <= radius * radius and is_inside(scratch, vertices, cx, cy):
                square = 0.0
            distance = np.sqrt(square)
            this, vertex = np.floor(distance / TIE_M + 0.5), tree.first[chunk] + at
            if distance <= reach and (this < step or (this == step and vertex < best_vertex)):
                step, best, best_vertex, best_chunk, best_at = this, distance, vertex, chunk, at
    return best_chunk, best_at, best if step > 0.0 else 0.0


@compiled
def search_tree(
    plots: ArrangedPlots, start: int, end: int, tree: SegmentTree, reach: float,
    targets: NDArray[np.int32], measures: Numbers,
) -> None:  # fmt: skip
    """Find the nearest segment for the plots `start` … `end`, which stand near one another in this order.

    Writes, at the place of each plot, the position of its target (-1: none), and into the five rows of
    `measures` the planar distance and the two points. The answer does not depend on the order: of targets within
    the same step of `TIE_M` the first is taken, and of its segments the first.

    Neighbours share one walk down the tree: it lists the chunks that may hold the nearest segment of any of them.
    """
    room = plots.most_vertices[0] + 1
    scratch = (np.empty(room), np.empty(room), np.empty(room), np.empty(room, dtype=np.uint8))
    link, chunk_squares, box = np.empty(4), np.empty(SEGMENTS_PER_CHUNK), np.empty(4)
    single = np.empty(4, dtype=np.float32)
    found = np.empty(_FIRST_ROOM, dtype=np.int64)
    found_boxes = np.empty((4, _FIRST_ROOM), dtype=np.float32)
    squares = np.empty(_FIRST_ROOM, dtype=np.float32)
    chunk, at, distance = -1, 0, 0.0
    place = start
    while place < end:
        if np.isnan(plots.boxes[place, 0]):
            place += 1
            continue
        group_end = group_neighbours(plots.boxes, place, end, distance, box)
        round_outwards(box, tree.origin, single)
        bound = min(descend(tree, single), (reach + TIE_M) ** 2)
        if chunk >= 0:
            bound = min(bound, bound_square(box, tree.x[chunk, at], tree.y[chunk, at]))
        limit = np.float32(bound) * _MORE + _TINY
        count = collect_chunks(tree, single, limit, found, found_boxes)
        while count > len(found):
            found = np.empty(2 * count, dtype=np.int64)
            found_boxes = np.empty((4, 2 * count), dtype=np.float32)
            squares = np.empty(2 * count, dtype=np.float32)
            count = collect_chunks(tree, single, limit, found, found_boxes)
        for plot in range(place, group_end):
            round_outwards(plots.boxes[plot], tree.origin, single)
            squares_to_boxes(found_boxes, count, single, squares)
            x0 = 0.5 * (plots.boxes[plot, 0] + plots.boxes[plot, 2])
            y0 = 0.5 * (plots.boxes[plot, 1] + plots.boxes[plot, 3])
            vertices, radius = load_plot(plots, plot, x0, y0, scratch)
            best_chunk, best_at, best = find_segment(
                tree, found, squares, count, scratch, vertices, radius, x0, y0, reach, chunk_squares
            )
            if best_chunk < 0:
                continue
            chunk, at, distance = best_chunk, best_at, best
            x, y = tree.x[chunk], tree.y[chunk]
            link_segment(scratch, vertices, x[at] - x0, y[at] - y0, x[at + 1] - x0, y[at + 1] - y0, link)
            targets[plot], measures[0, plot] = tree.owner[chunk], distance
            for side in range(4):
                measures[side + 1, plot] = link[side] + (y0 if side & 1 else x0)
        place = group_end
