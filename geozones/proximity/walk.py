"""Walking down the tree: which chunks may hold the nearest segment of a box."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geozones.proximity.jit import compiled, compiled_without_nan
from geozones.proximity.tree import FAN_OUT, SEGMENTS_PER_CHUNK, SegmentTree

_DEEPEST = 16
_MORE = np.float32(1.0 + 1e-5)

Numbers = NDArray[np.float64]
Singles = NDArray[np.float32]
Counts = NDArray[np.int64]


@compiled_without_nan
def squares_to_boxes(boxes: Singles, count: int, box: Singles, squares: Singles) -> None:
    """Measure the squared distance of a box to each of the first `count` of several (rows: the four sides)."""
    zero = np.float32(0.0)
    for at in range(count):
        over, under = boxes[0, at] - box[2], box[0] - boxes[2, at]
        across = over if over > under else under
        across = across if across > zero else zero
        over, under = boxes[1, at] - box[3], box[1] - boxes[3, at]
        up = over if over > under else under
        up = up if up > zero else zero
        squares[at] = across * across + up * up


@compiled_without_nan
def farthest_squares(boxes: Singles, box: Singles, squares: Singles) -> None:
    """Measure the squared distance between the farthest corners of a box and each of eight."""
    for at in range(FAN_OUT):
        over, under = boxes[2, at] - box[0], box[2] - boxes[0, at]
        across = over if over > under else under
        over, under = boxes[3, at] - box[1], box[3] - boxes[1, at]
        up = over if over > under else under
        squares[at] = across * across + up * up


@compiled
def descend(tree: SegmentTree, box: Singles) -> float:
    """Walk down to the chunk whose farthest corner is nearest at every level.

    Returns its squared distance: no point of the box is farther from a segment than that.
    """
    squares = np.empty(FAN_OUT, dtype=np.float32)
    node, bound = 0, np.float32(np.inf)
    for level in range(len(tree.level_starts) - 2, -1, -1):
        children = tree.boxes[tree.level_starts[level] + node]
        farthest_squares(children, box, squares)
        best = 0
        for child in range(FAN_OUT):
            if children[0, child] <= children[2, child] and squares[child] < squares[best]:
                best = child
        node, bound = node * FAN_OUT + best, squares[best]
    return float(bound * _MORE)


@compiled
def collect_chunks(tree: SegmentTree, box: Singles, limit: np.float32, found: Counts, found_boxes: Singles) -> int:
    """List all chunks whose boxes lie within the limit of a box.

    Returns how many there are; those that do not fit into `found` are counted only.
    """
    squares = np.empty(FAN_OUT, dtype=np.float32)
    stack = np.empty((FAN_OUT * _DEEPEST, 2), dtype=np.int64)
    stack[0, 0], stack[0, 1] = 0, len(tree.level_starts) - 2
    waiting, count = 1, 0
    while waiting > 0:
        waiting -= 1
        node, level = stack[waiting, 0], stack[waiting, 1]
        children = tree.boxes[tree.level_starts[level] + node]
        squares_to_boxes(children, FAN_OUT, box, squares)
        for child in range(FAN_OUT):
            if not (squares[child] <= limit and squares[child] < np.inf):
                continue
            if level > 0:
                stack[waiting, 0], stack[waiting, 1] = node * FAN_OUT + child, level - 1
                waiting += 1
                continue
            if count < len(found):
                found[count] = node * FAN_OUT + child
                for side in range(4):
                    found_boxes[side, count] = children[side, child]
            count += 1
    return count


@compiled_without_nan
def squares_to_chunk(x: Numbers, y: Numbers, at_x: float, at_y: float, squares: Numbers) -> int:
    """Measure the squared distance from a point to each segment of a chunk; returns the place of the nearest."""
    for at in range(SEGMENTS_PER_CHUNK):
        ux, uy = x[at + 1] - x[at], y[at + 1] - y[at]
        wx, wy = at_x - x[at], at_y - y[at]
        length = ux * ux + uy * uy
        part = (wx * ux + wy * uy) / (length if length > 0.0 else 1.0)
        part = part if part > 0.0 else 0.0
        part = part if part < 1.0 else 1.0
        rx, ry = wx - part * ux, wy - part * uy
        squares[at] = rx * rx + ry * ry
    nearest = 0
    for at in range(1, SEGMENTS_PER_CHUNK):
        if squares[at] < squares[nearest]:
            nearest = at
    return nearest
