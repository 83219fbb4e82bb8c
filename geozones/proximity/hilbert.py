"""Places along a Hilbert curve: neighbours on the curve are neighbours on the ground."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geozones.proximity.jit import compiled

_BITS_AT_ONCE = 4
_ORDER = 16
_CELLS = float((1 << _ORDER) - 1)


def _make_steps() -> NDArray[np.uint16]:
    """Tabulate four levels of the curve at once.

    Entry [turn: is swapped, is flipped | 4 bits of x | 4 bits of y] holds the eight bits of the key, times four,
    and the next turn. A quarter of the curve is the whole one, mirrored (swapped) or turned round (flipped).
    """
    steps = np.zeros(4 << (2 * _BITS_AT_ONCE), dtype=np.uint16)
    for entry in range(len(steps)):
        turn, x, y = entry >> 8, entry >> 4 & 15, entry & 15
        is_swapped, is_flipped, key = turn >> 1, turn & 1, 0
        for bit in range(_BITS_AT_ONCE - 1, -1, -1):
            right, upper = (x >> bit & 1) ^ is_flipped, (y >> bit & 1) ^ is_flipped
            if is_swapped:
                right, upper = upper, right
            key = key << 2 | (3 * right) ^ upper
            if not upper:
                is_flipped ^= right
                is_swapped ^= 1
        steps[entry] = key << 2 | is_swapped << 1 | is_flipped
    return steps


_STEPS = _make_steps()


@compiled
def hilbert_keys(boxes: NDArray[np.float64], left: float, bottom: float, side: float) -> NDArray[np.uint32]:
    """Number boxes by their middles along a Hilbert curve through a square; NaN stands at its corner."""
    keys = np.empty(len(boxes), dtype=np.uint32)
    scale = _CELLS / side if side > 0.0 else 0.0
    for at in range(len(boxes)):
        across = (0.5 * (boxes[at, 0] + boxes[at, 2]) - left) * scale
        up = (0.5 * (boxes[at, 1] + boxes[at, 3]) - bottom) * scale
        x = np.int64(across) if 0.0 <= across <= _CELLS else np.int64(0)
        y = np.int64(up) if 0.0 <= up <= _CELLS else np.int64(0)
        key, turn = np.int64(0), np.int64(0)
        for shift in range(_ORDER - _BITS_AT_ONCE, -1, -_BITS_AT_ONCE):
            step = np.int64(_STEPS[turn << 8 | (x >> shift & 15) << 4 | (y >> shift & 15)])
            key, turn = key << 8 | step >> 2, step & 3
        keys[at] = np.uint32(key)
    return keys
