"""The nearest segment of a tree for every plot: exact in the plane, compiled, free of the interpreter's lock."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geozones.proximity.arrange import ArrangedPlots
from geozones.proximity.jit import compiled
from geozones.proximity.segments import is_inside, link_segment, load_plot, square_to_segment
from geozones.proximity.tree import FAN_OUT, SEGMENTS_PER_CHUNK, SegmentTree
from geozones.proximity.walk import DEEPEST, collect_chunks, descend, squares_to_boxes, squares_to_chunk

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
Kinds = NDArray[np.uint8]


@compiled
def group_neighbours(plot_boxes: Numbers, start: int, end: int, spread: float, box: Numbers) -> int:
    """Gather plots from `start` on while they stand close together; writes their box, returns where they end."""
    for side in range(4):
        box[0, side] = plot_boxes[start, side]
    room = 4.0 * (box[0, 2] - box[0, 0] + box[0, 3] - box[0, 1]) + spread
    last = min(start + GROUP, end)
    at = start + 1
    while at < last:
        left, bottom = min(box[0, 0], plot_boxes[at, 0]), min(box[0, 1], plot_boxes[at, 1])
        right, top = max(box[0, 2], plot_boxes[at, 2]), max(box[0, 3], plot_boxes[at, 3])
        if not right - left + top - bottom <= room or np.isnan(plot_boxes[at, 0]):
            break
        box[0, 0], box[0, 1], box[0, 2], box[0, 3] = left, bottom, right, top
        at += 1
    return at


@compiled
def round_outwards(boxes: Numbers, row: int, x0: float, y0: float, single: Singles) -> None:
    """Write a box relative to (x0, y0) in single precision, a little larger than it is."""
    left, bottom, right, top = boxes[row, 0] - x0, boxes[row, 1] - y0, boxes[row, 2] - x0, boxes[row, 3] - y0
    slack = _ROUNDING * (abs(left) + abs(bottom) + abs(right) + abs(top))
    single[0], single[1], single[2], single[3] = left - slack, bottom - slack, right + slack, top + slack


@compiled
def bound_square(box: Numbers, x: float, y: float) -> float:
    """Measure the squared distance from a point to the farthest corner of a box."""
    across, up = max(x - box[0, 0], box[0, 2] - x), max(y - box[0, 1], box[0, 3] - y)
    return float(across * across + up * up)


@compiled
def find_segment(
    tree_x: Numbers, tree_y: Numbers, first: Counts, found: Counts, squares: Singles, count: int,
    px: Numbers, py: Numbers, inverse: Numbers, kinds: Kinds, vertices: int, radius: float, x0: float, y0: float,
    reach: float, chunk_squares: Numbers,
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
        middle = squares_to_chunk(tree_x, tree_y, chunk, x0, y0, chunk_squares)
        for again in range(SEGMENTS_PER_CHUNK + 1):
            at = middle if again == 0 else again - 1
            outer = best + TIE_M + radius
            if chunk_squares[at] > outer * outer * (1.0 + 1e-12) or (again > 0 and at == middle):
                continue
            cx, cy = tree_x[chunk, at] - x0, tree_y[chunk, at] - y0
            dx, dy = tree_x[chunk, at + 1] - x0, tree_y[chunk, at + 1] - y0
            if at > 0 and cx == dx and cy == dy:
                continue
            square = square_to_segment(px, py, inverse, vertices, cx, cy, dx, dy)
            may_contain = square > 0.0 and chunk_squares[at] <= radius * radius
            if may_contain and is_inside(px, py, kinds, vertices, cx, cy):
                square = 0.0
            distance = np.sqrt(square)
            this, vertex = np.floor(distance / TIE_M + 0.5), first[chunk] + at
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
    xy, path_ends, path_kinds, plot_ends, plot_boxes = plots[:5]
    tree_x, tree_y, first, owner, boxes, level_starts, origin = tree
    size = plots.most_vertices[0] + 1
    px, py, inverse, kinds = np.empty(size), np.empty(size), np.empty(size), np.empty(size, dtype=np.uint8)
    link, chunk_squares, box = np.empty(4), np.empty(SEGMENTS_PER_CHUNK), np.empty((1, 4))
    single, child_squares = np.empty(4, dtype=np.float32), np.empty(FAN_OUT, dtype=np.float32)
    stack = np.empty(2 * FAN_OUT * DEEPEST, dtype=np.int64)
    found = np.empty(_FIRST_ROOM, dtype=np.int64)
    found_boxes = np.empty((1, 4, _FIRST_ROOM), dtype=np.float32)
    squares = np.empty(_FIRST_ROOM, dtype=np.float32)
    chunk, at, distance = -1, 0, 0.0
    place = start
    while place < end:
        if np.isnan(plot_boxes[place, 0]):
            place += 1
            continue
        group_end = group_neighbours(plot_boxes, place, end, distance, box)
        round_outwards(box, 0, origin[0], origin[1], single)
        bound = min(descend(boxes, level_starts, single, child_squares), (reach + TIE_M) ** 2)
        if chunk >= 0:
            bound = min(bound, bound_square(box, tree_x[chunk, at], tree_y[chunk, at]))
        bound = (np.sqrt(bound) + TIE_M) ** 2
        limit = np.float32(bound) * _MORE + _TINY
        count = collect_chunks(boxes, level_starts, single, limit, child_squares, stack, found, found_boxes)
        if count > len(found):
            found = np.empty(2 * count, dtype=np.int64)
            found_boxes = np.empty((1, 4, 2 * count), dtype=np.float32)
            squares = np.empty(2 * count, dtype=np.float32)
            count = collect_chunks(boxes, level_starts, single, limit, child_squares, stack, found, found_boxes)
        for plot in range(place, group_end):
            round_outwards(plot_boxes, plot, origin[0], origin[1], single)
            squares_to_boxes(found_boxes, 0, count, single, squares)
            x0 = 0.5 * (plot_boxes[plot, 0] + plot_boxes[plot, 2])
            y0 = 0.5 * (plot_boxes[plot, 1] + plot_boxes[plot, 3])
            path_from = plot_ends[plot - 1] if plot > 0 else 0
            vertices, radius = load_plot(
                xy, path_ends, path_kinds, path_from, plot_ends[plot], x0, y0, px, py, inverse, kinds
            )
            best_chunk, best_at, best = find_segment(
                tree_x, tree_y, first, found, squares, count,
                px, py, inverse, kinds, vertices, radius, x0, y0, reach, chunk_squares,
            )  # fmt: skip
            if best_chunk < 0:
                continue
            chunk, at, distance = best_chunk, best_at, best
            link_segment(
                px, py, inverse, kinds, vertices, tree_x[chunk, at] - x0, tree_y[chunk, at] - y0,
                tree_x[chunk, at + 1] - x0, tree_y[chunk, at + 1] - y0, link,
            )  # fmt: skip
            targets[plot], measures[0, plot] = owner[chunk], distance
            measures[1, plot], measures[2, plot] = link[0] + x0, link[1] + y0
            measures[3, plot], measures[4, plot] = link[2] + x0, link[3] + y0
        place = group_end
