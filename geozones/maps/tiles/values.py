"""Values of all plots that filters and sums need, as bytes that a page turns into typed arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geozones.maps.tiles.world import FINEST_ZOOM, Floats
from geozones.maps.values import Numbers, Texts, keep_numbers
from geozones.proximity.jit import compiled

POINT_ZOOM = 15
"""Zoom whose pixel is the unit of the points of plots, about 3.5 m."""

AREA_STEPS_PER_HA = 10_000

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Block:
    """The bytes of one column.

    A kind is `letters` (one ASCII letter a plot), `small` (0–255), `number` (as few bytes as the largest needs,
    the lowest bytes of all plots first; all bits set is missing) or `choice` (a number in `choices`, from 1 on).
    """

    name: str
    kind: str
    steps: int
    content: bytes
    choices: tuple[str, ...] = ()

    def as_json(self) -> list[Any]:
        """Give what the manifest says of the column: name, kind, steps of one, length, the texts of a choice."""
        return [self.name, self.kind, self.steps, len(self.content), self.choices]


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
    whole = np.rint(np.where(missing, 0, np.clip(numbers, 0, 2.0**32 - 2))).astype("<u4")
    width = max(1, (int(whole.max(initial=0)) + 1).bit_length() + 7 >> 3)
    whole[missing] = 0xFFFFFFFF
    return Block(name, "number", steps, whole.view(np.uint8).reshape(-1, 4).T[:width].tobytes())


def choice_block(name: str, texts: Any) -> Block:
    """Write a column of few different texts as their numbers from 1 on; 0 is none."""
    given = texts.arrow if isinstance(texts, Texts) else pa.array(texts, type=pa.string(), from_pandas=True)
    codes = pc.dictionary_encode(given)
    numbers = codes.indices.fill_null(-1).to_numpy(zero_copy_only=False) + 1
    block = number_block(name, numbers)
    return Block(name, "choice", 1, block.content, tuple(codes.dictionary.to_pylist()))


STEPS = {"ha": AREA_STEPS_PER_HA, "spare": 10}
"""How many steps make one of a column of numbers; those not named here are whole numbers."""

FILTERED = ("passed", "ha", "far", "spare", "near", "capable", "allowed", "hazard", "sector")
"""Columns that filters and sums read, in the order of their blocks."""

CHOICES = ("hazard", "sector")
LETTERS = ("near", "capable", "allowed")


def blocks_of(columns: Mapping[str, Any]) -> list[Block]:
    """Write the columns that filters and sums read, those of them that there are.

    Parameters
    ----------
    columns
        In the order of the places: `ha`, `far` and `spare` (numbers), `near`, `capable` and `allowed` (letters),
        `hazard` and `sector` (texts), `passed` (0 or 1); those of networks are a dict by network.
    """
    found = [small_block("passed", columns["passed"])] if "passed" in columns else []
    for name in FILTERED[1:]:
        if name in columns:
            values = columns[name]
            parts = {f"{name}.{key}": each for key, each in values.items()} if isinstance(values, dict) else {}
            found += [_block(name, label, each) for label, each in (parts or {name: values}).items()]
    return found


def _block(name: str, label: str, values: Any) -> Block:
    if name in LETTERS:
        return letters_block(label, values)
    if name in CHOICES:
        return choice_block(label, values)
    given = values if isinstance(values, Numbers) else keep_numbers(values)
    return number_block(label, given.floats, steps=STEPS.get(name, 1))
