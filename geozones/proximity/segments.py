"""Distances and nearest points between the edges of one plot and one segment, exact in the plane.

A plot stands in scratch arrays, relative to its middle: x and y of its vertices, 1 / length² of the edge from
each vertex to the next (0 where there is none), and the kind of the path that starts at each vertex (`_INNER`:
none does).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geozones.proximity.jit import compiled, compiled_without_nan
from geozones.proximity.wkb import SHELL

_INNER = 255

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]
Kinds = NDArray[np.uint8]


@compiled
def load_plot(
    xy: Numbers, path_ends: Counts, path_kinds: Kinds, path_from: int, path_to: int,
    middle_x: float, middle_y: float, px: Numbers, py: Numbers, inverse: Numbers, kinds: Kinds,
) -> tuple[int, float]:  # fmt: skip
    """Copy a plot into the scratch arrays; returns its number of vertices and its radius around the middle."""
    start = path_ends[path_from - 1] if path_from > 0 else 0
    count = path_ends[path_to - 1] - start
    for at in range(count):
        px[at], py[at] = xy[start + at, 0] - middle_x, xy[start + at, 1] - middle_y
        kinds[at] = _INNER
    px[count], py[count] = px[count - 1], py[count - 1]
    farthest = 0.0
    for at in range(count):
        square = (px[at + 1] - px[at]) ** 2 + (py[at + 1] - py[at]) ** 2
        inverse[at] = 1.0 / square if square > 0.0 else 0.0
        square = px[at] * px[at] + py[at] * py[at]
        farthest = square if square > farthest else farthest
    at = 0
    for path in range(path_from, path_to):
        kinds[at] = path_kinds[path]
        at = path_ends[path] - start
        inverse[at - 1] = 0.0
    return count, np.sqrt(farthest)


@compiled
def is_inside(px: Numbers, py: Numbers, kinds: Kinds, count: int, x: float, y: float) -> bool:
    """Tell whether a point lies inside a polygon of the plot and in none of its holes."""
    is_odd, is_area = False, False
    for at in range(count):
        if kinds[at] != _INNER:
            if kinds[at] <= SHELL:
                if is_odd and is_area:
                    return True
                is_odd = False
                is_area = kinds[at] == SHELL
            continue
        ay, by = py[at - 1], py[at]
        if (ay > y) != (by > y) and x < (px[at] - px[at - 1]) * (y - ay) / (by - ay) + px[at - 1]:
            is_odd = not is_odd
    return is_odd and is_area


@compiled_without_nan
def square_to_segment(
    px: Numbers, py: Numbers, inverse: Numbers, count: int, cx: float, cy: float, dx: float, dy: float
) -> float:
    """Measure the squared distance from the edges of a plot to the segment c–d; 0 where they cross."""
    ux, uy = dx - cx, dy - cy
    length = ux * ux + uy * uy
    share = 1.0 / length if length > 0.0 else 0.0
    best = np.inf
    crossings = 0
    for at in range(count):
        wx, wy = px[at] - cx, py[at] - cy
        part = (wx * ux + wy * uy) * share
        part = part if part > 0.0 else 0.0
        part = part if part < 1.0 else 1.0
        rx, ry = wx - part * ux, wy - part * uy
        square = rx * rx + ry * ry
        best = square if square < best else best
        vx, vy = px[at + 1] - px[at], py[at + 1] - py[at]
        part = -(wx * vx + wy * vy) * inverse[at]
        part = part if part > 0.0 else 0.0
        part = part if part < 1.0 else 1.0
        rx, ry = wx + part * vx, wy + part * vy
        square = rx * rx + ry * ry
        best = square if square < best else best
        sx, sy = px[at] - dx, py[at] - dy
        part = -(sx * vx + sy * vy) * inverse[at]
        part = part if part > 0.0 else 0.0
        part = part if part < 1.0 else 1.0
        rx, ry = sx + part * vx, sy + part * vy
        square = rx * rx + ry * ry
        best = square if square < best else best
        a_side, c_side = ux * wy - uy * wx, vy * wx - vx * wy
        b_side, d_side = a_side + ux * vy - uy * vx, c_side + vx * uy - vy * ux
        crossings += (inverse[at] > 0.0) & (c_side * d_side < 0.0) & (a_side * b_side < 0.0)
    return 0.0 if crossings > 0 else best


@compiled
def link_segment(
    px: Numbers, py: Numbers, inverse: Numbers, kinds: Kinds, count: int,
    cx: float, cy: float, dx: float, dy: float, link: Numbers,
) -> None:  # fmt: skip
    """Find the two points where plot and segment c–d are nearest; the same point twice where they meet."""
    ux, uy = dx - cx, dy - cy
    length = ux * ux + uy * uy
    share = 1.0 / length if length > 0.0 else 0.0
    best = np.inf
    for at in range(count):
        wx, wy = px[at] - cx, py[at] - cy
        part = min(max((wx * ux + wy * uy) * share, 0.0), 1.0)
        square = (wx - part * ux) ** 2 + (wy - part * uy) ** 2
        if square < best:
            best = square
            link[0], link[1] = px[at], py[at]
            link[2], link[3] = (cx + part * ux, cy + part * uy) if part < 1.0 else (dx, dy)
        if inverse[at] <= 0.0:
            continue
        vx, vy = px[at + 1] - px[at], py[at + 1] - py[at]
        for end in range(2):
            ex, ey = (cx, cy) if end == 0 else (dx, dy)
            part = ((ex - px[at]) * vx + (ey - py[at]) * vy) * inverse[at]
            x, y = px[at] + part * vx, py[at] + part * vy
            square = (ex - x) ** 2 + (ey - y) ** 2
            if 0.0 < part < 1.0 and square < best:
                best = square
                link[0], link[1], link[2], link[3] = x, y, ex, ey
        a_side, c_side = ux * wy - uy * wx, vy * wx - vx * wy
        b_side, d_side = a_side + ux * vy - uy * vx, c_side + vx * uy - vy * ux
        if c_side * d_side < 0.0 and a_side * b_side < 0.0:
            part = c_side / (c_side - d_side)
            link[0], link[1] = cx + part * ux, cy + part * uy
            link[2], link[3] = link[0], link[1]
            return
    if is_inside(px, py, kinds, count, cx, cy):
        link[0], link[1], link[2], link[3] = cx, cy, cx, cy
