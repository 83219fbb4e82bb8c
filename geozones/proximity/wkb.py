"""Coordinates straight from well-known binary: no Python object per geometry."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geozones.proximity.jit import compiled

OPEN, SHELL, HOLE = 0, 1, 2
"""Kinds of a path: a line or a point; the outer ring of a polygon; a hole of the shell before it."""

DAMAGED, UNKNOWN_TYPE = 1, 2
"""Why a geometry could not be read."""

_POINT, _LINE, _POLYGON = 1, 2, 3
_FIRST_COLLECTION, _LAST_COLLECTION = 4, 7
_HAS_Z, _HAS_M, _HAS_SRID = 0x80000000, 0x40000000, 0x20000000
_TYPE_BITS = 0x0FFFFFFF


@compiled
def _read_uint32(wkb: NDArray[np.uint8], at: int, is_little: bool) -> int:
    if is_little:
        return wkb[at] | wkb[at + 1] << 8 | wkb[at + 2] << 16 | wkb[at + 3] << 24  # type: ignore[no-any-return]
    return wkb[at] << 24 | wkb[at + 1] << 16 | wkb[at + 2] << 8 | wkb[at + 3]  # type: ignore[no-any-return]


@compiled
def _read_header(wkb: NDArray[np.uint8], at: int, end: int) -> tuple[bool, int, int, int]:
    """Read byte order, type and number of dimensions; returns them with the next position, -1 where damaged."""
    if at + 5 > end:
        return True, 0, 0, -1
    is_little = wkb[at] == 1
    code = _read_uint32(wkb, at + 1, is_little)
    at += 5
    if code & _HAS_SRID:
        at += 4
    dimensions = 2 + (1 if code & _HAS_Z else 0) + (1 if code & _HAS_M else 0)
    kind = code & _TYPE_BITS
    if kind > 1000:  # ISO: 1000 and more Z, 2000 and more M, 3000 and more both
        dimensions = 4 if kind > 3000 else 3
        kind %= 1000
    return is_little, kind, dimensions, at


@compiled
def _is_empty_point(wkb: NDArray[np.uint8], at: int, is_little: bool) -> bool:
    """Tell whether the first ordinate is NaN, as an empty point is written."""
    high = wkb[at + 7] << 8 | wkb[at + 6] if is_little else wkb[at] << 8 | wkb[at + 1]
    if high & 0x7FF0 != 0x7FF0:
        return False
    rest = high & 0x000F
    for byte in range(6):
        rest |= wkb[at + byte] if is_little else wkb[at + 2 + byte]
    return bool(rest != 0)


@compiled
def count_wkb(
    wkb: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64],
    paths: NDArray[np.int64], vertices: NDArray[np.int64],
) -> tuple[int, int]:  # fmt: skip
    """Count the paths and vertices of every geometry; returns the first bad row and why, or (-1, 0)."""
    for row in range(len(starts)):
        at, end = starts[row], ends[row]
        waiting = 1 if end > at else 0
        path_count, vertex_count = 0, 0
        while waiting > 0:
            waiting -= 1
            is_little, kind, dimensions, at = _read_header(wkb, at, end)
            size = 8 * dimensions
            if at < 0 or (kind != _POINT and at + 4 > end) or (kind == _POINT and at + size > end):
                return row, DAMAGED
            if kind == _POINT:
                if not _is_empty_point(wkb, at, is_little):
                    path_count += 1
                    vertex_count += 1
                at += size
                continue
            number = _read_uint32(wkb, at, is_little)
            at += 4
            if kind == _LINE:
                path_count += 1 if number > 0 else 0
                vertex_count += number
                at += number * size
            elif kind == _POLYGON:
                for _ in range(number):
                    if at + 4 > end:
                        return row, DAMAGED
                    ring = _read_uint32(wkb, at, is_little)
                    path_count += 1 if ring > 0 else 0
                    vertex_count += ring
                    at += 4 + ring * size
            elif _FIRST_COLLECTION <= kind <= _LAST_COLLECTION:
                waiting += number
            else:
                return row, UNKNOWN_TYPE
            if at > end:
                return row, DAMAGED
        paths[row], vertices[row] = path_count, vertex_count
    return -1, 0


@compiled
def _copy_vertices(
    wkb: NDArray[np.uint8], at: int, number: int, dimensions: int, is_little: bool,
    xy: NDArray[np.float64], first: int,
) -> None:  # fmt: skip
    """Copy x and y of `number` vertices from position `at` into `xy` from row `first` on."""
    if is_little:
        ordinates = wkb[at : at + 8 * dimensions * number].view(np.float64)
        for vertex in range(number):
            xy[first + vertex, 0] = ordinates[dimensions * vertex]
            xy[first + vertex, 1] = ordinates[dimensions * vertex + 1]
        return
    swapped = np.empty(8, np.uint8)
    for vertex in range(number):
        for axis in range(2):
            start = at + 8 * (dimensions * vertex + axis)
            for byte in range(8):
                swapped[byte] = wkb[start + 7 - byte]
            xy[first + vertex, axis] = swapped.view(np.float64)[0]


@compiled
def fill_from_wkb(
    wkb: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64],
    xy: NDArray[np.float64], path_ends: NDArray[np.int64], path_kinds: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Fill the arrays, sized after `count_wkb`, with all vertices and the end and kind of every path."""
    path, vertex = 0, 0
    for row in range(len(starts)):
        at = starts[row]
        waiting = 1 if ends[row] > at else 0
        while waiting > 0:
            waiting -= 1
            is_little, kind, dimensions, at = _read_header(wkb, at, ends[row])
            if kind == _POINT:
                if not _is_empty_point(wkb, at, is_little):
                    _copy_vertices(wkb, at, 1, dimensions, is_little, xy, vertex)
                    vertex += 1
                    path_ends[path], path_kinds[path] = vertex, OPEN
                    path += 1
                at += 8 * dimensions
                continue
            number = _read_uint32(wkb, at, is_little)
            if _FIRST_COLLECTION <= kind <= _LAST_COLLECTION:
                at += 4
                waiting += number
                continue
            runs = 1 if kind == _LINE else number
            at += 0 if kind == _LINE else 4
            for run in range(runs):
                length = _read_uint32(wkb, at, is_little)
                at += 4
                if length > 0:
                    _copy_vertices(wkb, at, length, dimensions, is_little, xy, vertex)
                    vertex += length
                    path_ends[path] = vertex
                    path_kinds[path] = OPEN if kind == _LINE else (SHELL if run == 0 else HOLE)
                    path += 1
                at += 8 * dimensions * length


def join_bytes(pieces: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    """Lay byte strings (None for a missing one) end to end; returns the bytes, and start and end of each."""
    lengths = np.fromiter((0 if piece is None else len(piece) for piece in pieces), np.int64, len(pieces))
    ends = np.cumsum(lengths)
    joined = b"".join(piece for piece in pieces if piece is not None)
    return np.frombuffer(joined, dtype=np.uint8), ends - lengths, ends
