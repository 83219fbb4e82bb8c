"""Walking down the tree: which chunks may hold the nearest segment of a box."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geozones.proximity.jit import compiled, compiled_without_nan
from geozones.proximity.tree import FAN_OUT, SEGMENTS_PER_CHUNK

DEEPEST = 16
"""Levels for which a stack has room: more than eight children to the power of sixteen chunks."""

_MORE = np.float32(1.0 + 1e-5)

Numbers = NDArray[np.float64]
Singles = NDArray[np.float32]
Boxes = NDArray[np.float32]
Counts = NDArray[np.int64]


@compiled_without_nan
def squares_to_boxes(boxes: Boxes, node: int, count: int, box: Singles, squares: Singles) -> None:
    """Measure the squared distance of a box to each of the first `count` children of a node."""
    zero = np.float32(0.0)
    for at in range(count):
        over, under = boxes[node, 0, at] - box[2], box[0] - boxes[node, 2, at]
        across = over if over > under else under
        across = across if across > zero else zero
        over, under = boxes[node, 1, at] - box[3], box[1] - boxes[node, 3, at]
        up = over if over > under else under
        up = up if up > zero else zero
        squares[at] = across * across + up * up


@compiled_without_nan
def farthest_squares(boxes: Boxes, node: int, box: Singles, squares: Singles) -> None:
    """Measure the squared distance between the farthest corners of a box and each child of a node."""
    for at in range(FAN_OUT):
        over, under = boxes[node, 2, at] - box[0], box[2] - boxes[node, 0, at]
        across = over if over > under else under
        over, under = boxes[node, 3, at] - box[1], box[3] - boxes[node, 1, at]
        up = over if over > under else under
        squares[at] = across * across + up * up


@compiled
def descend(boxes: Boxes, level_starts: Counts, box: Singles, squares: Singles) -> float:
    """Walk down to the chunk whose farthest corner is nearest at every level.

    Returns its squared distance: no point of the box is farther from a segment than that. `squares` is scratch.
    """
    place, bound = 0, np.float32(np.inf)
    for level in range(len(level_starts) - 2, -1, -1):
        node = level_starts[level] + place
        farthest_squares(boxes, node, box, squares)
        best = 0
        for child in range(FAN_OUT):
            if boxes[node, 0, child] <= boxes[node, 2, child] and squares[child] < squares[best]:
                best = child
        place, bound = place * FAN_OUT + best, squares[best]
    return float(bound * _MORE)


@compiled
def collect_chunks(
    boxes: Boxes, level_starts: Counts, box: Singles, limit: np.float32, squares: Singles, stack: Counts,
    found: Counts, found_boxes: Boxes,
) -> int:  # fmt: skip
    """List all chunks whose boxes lie within the limit of a box.

    Returns how many there are; those that do not fit into `found` are only counted. `squares`, `stack`: scratch.
    """
    stack[0], stack[1] = 0, len(level_starts) - 2
    waiting, count = 2, 0
    while waiting > 0:
        waiting -= 2
        place, level = stack[waiting], stack[waiting + 1]
        node = level_starts[level] + place
        squares_to_boxes(boxes, node, FAN_OUT, box, squares)
        for child in range(FAN_OUT):
            if not (squares[child] <= limit and squares[child] < np.inf):
                continue
            if level > 0:
                stack[waiting], stack[waiting + 1] = place * FAN_OUT + child, level - 1
                waiting += 2
                continue
            if count < len(found):
                found[count] = place * FAN_OUT + child
                for side in range(4):
                    found_boxes[0, side, count] = boxes[node, side, child]
            count += 1
    return count


@compiled_without_nan
def squares_to_chunk(x: Numbers, y: Numbers, chunk: int, at_x: float, at_y: float, squares: Numbers) -> int:
    """Measure the squared distance from a point to each segment of a chunk; returns the place of the nearest."""
    for at in range(SEGMENTS_PER_CHUNK):
        ux, uy = x[chunk, at + 1] - x[chunk, at], y[chunk, at + 1] - y[chunk, at]
        wx, wy = at_x - x[chunk, at], at_y - y[chunk, at]
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
