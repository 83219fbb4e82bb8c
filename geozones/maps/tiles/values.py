"""Values of all plots that filters and sums need, as bytes that a page turns into typed arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geozones.maps.tiles.world import FINEST_ZOOM, Floats
from geozones.proximity.jit import compiled

POINT_ZOOM = 15
"""Zoom whose pixel is the unit of the points of plots, about 3.5 m."""

MISSING = np.uint32(0xFFFFFFFF)
AREA_STEPS_PER_HA = 10_000

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Block:
    """The bytes of one column: `letters` (one ASCII letter a plot), `small` (0–255) or `number` (32 bits, planes)."""

    name: str
    kind: str
    steps: int
    content: bytes

    def as_json(self) -> list[Any]:
        """Give what the manifest says of the column: name, kind, steps of one, length."""
        return [self.name, self.kind, self.steps, len(self.content)]


def encode_points(middles: Floats, sizes: Bytes, states: Bytes) -> bytes:
    """Write points as steps from one to the next, then size zooms, then states."""
    steps = np.rint(np.nan_to_num(middles) / (1 << (FINEST_ZOOM - POINT_ZOOM))).astype(np.int64)
    return _put_steps(steps).tobytes() + sizes.tobytes() + states.tobytes()


@compiled
def _put_steps(points: NDArray[np.int64]) -> Bytes:
    buffer = np.empty(10 * len(points), dtype=np.uint8)
    at = 0
    before = np.zeros(2, dtype=np.int64)
    for place in range(len(points)):
        for axis in range(2):
            step = points[place, axis] - before[axis]
            before[axis] = points[place, axis]
            value = step << 1 if step >= 0 else (-step << 1) - 1
            while value >= 128:
                buffer[at] = value & 127 | 128
                value >>= 7
                at += 1
            buffer[at] = value
            at += 1
    return buffer[:at]


def letters_block(name: str, letters: str) -> Block:
    """Write a column of one ASCII letter a plot."""
    return Block(name, "letters", 1, letters.encode("ascii"))


def small_block(name: str, values: Any) -> Block:
    """Write a column of whole numbers from 0 to 255."""
    return Block(name, "small", 1, np.asarray(values, dtype=np.uint8).tobytes())


def number_block(name: str, values: Any, *, steps: int = 1) -> Block:
    """Write a column of numbers from 0 on, as whole steps of `1 / steps`; NaN is missing."""
    numbers = np.asarray(values, dtype=np.float64) * steps
    missing = ~np.isfinite(numbers)
    whole = np.rint(np.where(missing, 0, np.clip(numbers, 0, float(MISSING) - 1))).astype("<u4")
    whole[missing] = MISSING
    return Block(name, "number", steps, whole.view(np.uint8).reshape(-1, 4).T.tobytes())


def blocks_of(columns: Mapping[str, Any]) -> list[Block]:
    """Write the columns that filters and sums read: hectares, answers near, start passed.

    Parameters
    ----------
    columns
        `ha` (numbers), and where there are any `near` (letters by network) and `passed` (0 or 1), in the order of
        the places.
    """
    blocks = [number_block("ha", columns["ha"], steps=AREA_STEPS_PER_HA)]
    blocks += [letters_block(f"near.{network}", letters) for network, letters in columns.get("near", {}).items()]
    if "passed" in columns:
        blocks.append(small_block("passed", columns["passed"]))
    return blocks
