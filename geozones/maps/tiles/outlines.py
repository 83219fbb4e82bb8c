"""Outlines of plots as bytes: generalised by zoom, small steps, in parts of about equal size.

A level serves two zooms and holds the plots that are at least a pixel large at the upper of them. Its outlines are
counted in quarters of that pixel and thinned to half of it; the finest level keeps every vertex to 0.1 m.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geozones.maps.tiles.world import FINEST_ZOOM, FlatPolygons, Floats, Places
from geozones.proximity.jit import compiled

FINEST_FROM = 14
"""From this zoom on the finest level is drawn."""

TOP_ZOOMS = (FINEST_ZOOM, 13, 11, 9, 7, 5)
PART_BYTES = 64_000

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Level:
    """Outlines of one level, in parts.

    Parameters
    ----------
    zoom
        Upper of the two zooms that it serves.
    unit_zoom
        Zoom whose pixel is the unit of the vertices.
    parts
        Bytes of every part.
    places
        First and last place (one beyond) of every part.
    boxes
        Box of every part in units: west, north, east, south.
    """

    zoom: int
    unit_zoom: int
    parts: list[bytes]
    places: list[tuple[int, int]]
    boxes: list[list[int]]


def size_zooms(boxes: Floats) -> NDArray[np.uint8]:
    """Return for every box the lowest zoom at which its longer side is at least a pixel, at most 20."""
    sides = np.fmax(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        zooms = np.ceil(FINEST_ZOOM - np.log2(sides))
    known = np.clip(np.nan_to_num(zooms, nan=FINEST_ZOOM, posinf=FINEST_ZOOM), 0, FINEST_ZOOM)
    return np.asarray(known, dtype=np.uint8)


def encode_level(plots: FlatPolygons, sizes: NDArray[np.uint8], zoom: int) -> Level:
    """Encode the outlines of one level.

    Parameters
    ----------
    plots
        Outlines, in the order of their places.
    sizes
        `size_zooms` of the plots.
    zoom
        Upper zoom of the level, one of `TOP_ZOOMS`.
    """
    finest = zoom == FINEST_ZOOM
    unit_zoom = FINEST_ZOOM if finest else zoom + 2
    chosen = np.flatnonzero((sizes <= zoom) & (np.diff(plots.plot_starts) > 0))
    found = _encode(
        plots.xy, plots.ring_starts, plots.is_hole, plots.plot_starts, chosen,
        1.0 / (1 << (FINEST_ZOOM - unit_zoom)), 0.0 if finest else 2.0, PART_BYTES,
    )  # fmt: skip
    buffer, ends, firsts, boxes = found
    starts = np.append(0, ends)[:-1]
    parts = [buffer[start:end].tobytes() for start, end in zip(starts, ends, strict=True)]
    edges = np.append(firsts, len(chosen))
    places = [(int(chosen[first]), int(chosen[after - 1]) + 1) for first, after in pairwise(edges)]
    return Level(zoom, unit_zoom, parts, places, boxes.tolist())


@compiled
def _put(buffer: Bytes, at: int, value: int) -> int:
    """Write a whole number from 0 on, seven bits a byte; returns the place behind it."""
    while value >= 128:
        buffer[at] = value & 127 | 128
        value >>= 7
        at += 1
    buffer[at] = value
    return at + 1


@compiled
def _put_signed(buffer: Bytes, at: int, value: int) -> int:
    return int(_put(buffer, at, value << 1 if value >= 0 else (-value << 1) - 1))


@compiled
def _thin(x: Places, y: Places, count: int, tolerance: float, keep: NDArray[np.bool_], stack: Places) -> int:
    """Choose the vertices of a ring that matter (Douglas and Peucker), at least three where there are."""
    for at in range(count):
        keep[at] = False
    far, most = 0, -1.0
    for at in range(1, count):
        apart = float(x[at] - x[0]) ** 2 + float(y[at] - y[0]) ** 2
        if apart > most:
            far, most = at, apart
    keep[0] = keep[far] = True
    kept, top = 2, 2
    stack[0], stack[1], stack[2], stack[3] = 0, far, far, count
    while top:
        top -= 1
        first, last = stack[2 * top], stack[2 * top + 1]
        x0, y0 = float(x[first]), float(y[first])
        dx, dy = float(x[last % count]) - x0, float(y[last % count]) - y0
        length = dx * dx + dy * dy
        worst, place = tolerance * tolerance, -1
        for at in range(first + 1, last):
            px, py = float(x[at]) - x0, float(y[at]) - y0
            if length > 0.0:
                along = min(1.0, max(0.0, (px * dx + py * dy) / length))
                px, py = px - along * dx, py - along * dy
            apart = px * px + py * py
            if apart > worst:
                worst, place = apart, at
        if place >= 0:
            keep[place] = True
            kept += 1
            stack[2 * top], stack[2 * top + 1] = first, place
            stack[2 * top + 2], stack[2 * top + 3] = place, last
            top += 2
    return kept


@compiled
def _ring_steps(
    xy: Floats, start: int, end: int, scale: float, tolerance: float, is_hole: bool,
    x: Places, y: Places, keep: NDArray[np.bool_], stack: Places,
) -> int:  # fmt: skip
    """Round, thin and turn one ring into `x` and `y`; returns how many vertices are left (0: leave it out)."""
    count = 0
    for at in range(start, end):
        px, py = int(np.floor(xy[at, 0] * scale + 0.5)), int(np.floor(xy[at, 1] * scale + 0.5))
        if count == 0 or px != x[count - 1] or py != y[count - 1]:
            x[count], y[count] = px, py
            count += 1
    while count > 1 and x[count - 1] == x[0] and y[count - 1] == y[0]:
        count -= 1
    if tolerance > 0.0 and count > 4 and _thin(x, y, count, tolerance, keep, stack) >= 3:
        left = 0
        for at in range(count):
            if keep[at]:
                x[left], y[left] = x[at], y[at]
                left += 1
        count = left
    area = 0
    for at in range(count):
        after = at + 1 if at + 1 < count else 0
        area += (x[at] - x[0]) * (y[after] - y[0]) - (x[after] - x[0]) * (y[at] - y[0])
    if count < 3 or area == 0 or (is_hole and tolerance > 0.0 and abs(area) < 32):
        if is_hole:
            return 0
        west, east, north, south = x[0], x[0], y[0], y[0]
        for at in range(count):
            west, east, north, south = min(west, x[at]), max(east, x[at]), min(north, y[at]), max(south, y[at])
        east, south = max(east, west + 1), max(south, north + 1)
        x[0], x[1], x[2], x[3] = west, east, east, west
        y[0], y[1], y[2], y[3] = north, north, south, south
        return 4
    if (area < 0) != is_hole:
        for at in range(count // 2):
            other = count - 1 - at
            x[at], x[other] = x[other], x[at]
            y[at], y[other] = y[other], y[at]
    return count


@compiled
def _encode(
    xy: Floats, ring_starts: Places, is_hole: NDArray[np.bool_], plot_starts: Places, chosen: Places,
    scale: float, tolerance: float, part_bytes: int,
) -> tuple[Bytes, Places, Places, Places]:  # fmt: skip
    """Write the chosen plots; returns the bytes, the ends of the parts, their first plots and boxes.

    A plot: its place as a step from the one before, its number of rings; a ring: its number of vertices, then
    steps from the vertex written before. Every part starts from place 0 and the corner (0, 0).
    """
    longest = 4
    vertices = 0
    for plot in chosen:
        for ring in range(plot_starts[plot], plot_starts[plot + 1]):
            longest = max(longest, ring_starts[ring + 1] - ring_starts[ring])
            vertices += max(4, ring_starts[ring + 1] - ring_starts[ring])
    x, y = np.empty(longest, dtype=np.int64), np.empty(longest, dtype=np.int64)
    keep, stack = np.empty(longest, dtype=np.bool_), np.empty(4 * longest + 8, dtype=np.int64)
    rings_in_all = 0
    for plot in chosen:
        rings_in_all += plot_starts[plot + 1] - plot_starts[plot]
    buffer = np.empty(10 * vertices + 10 * rings_in_all + 20 * len(chosen) + 64, dtype=np.uint8)
    most = len(chosen) + 1
    ends, firsts = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    boxes = np.empty((most, 4), dtype=np.int64)
    parts, at, started = 0, 0, 0
    before, x_before, y_before = 0, 0, 0
    for number in range(len(chosen)):
        plot = chosen[number]
        if number == 0 or at - started > part_bytes:
            if number:
                ends[parts - 1] = at
            started, before, x_before, y_before = at, 0, 0, 0
            firsts[parts] = number
            boxes[parts, 0] = boxes[parts, 1] = 1 << 60
            boxes[parts, 2] = boxes[parts, 3] = -(1 << 60)
            parts += 1
        at = _put(buffer, at, plot - before)
        before = plot
        rings_at = at
        rings = 0
        at += 5
        for ring in range(plot_starts[plot], plot_starts[plot + 1]):
            count = _ring_steps(
                xy, ring_starts[ring], ring_starts[ring + 1], scale, tolerance, is_hole[ring], x, y, keep, stack
            )
            if count == 0:
                continue
            rings += 1
            at = _put(buffer, at, count)
            for step in range(count):
                at = _put_signed(buffer, at, x[step] - x_before)
                at = _put_signed(buffer, at, y[step] - y_before)
                x_before, y_before = x[step], y[step]
                boxes[parts - 1, 0] = min(boxes[parts - 1, 0], x_before)
                boxes[parts - 1, 1] = min(boxes[parts - 1, 1], y_before)
                boxes[parts - 1, 2] = max(boxes[parts - 1, 2], x_before)
                boxes[parts - 1, 3] = max(boxes[parts - 1, 3], y_before)
        behind = _put(buffer, rings_at, rings)
        length = at - (rings_at + 5)
        for step in range(length):
            buffer[behind + step] = buffer[rings_at + 5 + step]
        at = behind + length
    if parts:
        ends[parts - 1] = at
    return buffer[:at], ends[:parts], firsts[:parts], boxes[:parts]
