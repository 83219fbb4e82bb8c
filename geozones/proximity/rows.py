"""The table of networks while it is filled: each value is written once, at its place, in few bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.config import NETWORKS
from geozones.proximity.trust import CAPABLE_REASONS, NEAR_REASONS
from geozones.tables import ANSWER_WORDS, NETWORK_STATES

SIDES = len(NETWORKS) * len(NETWORK_STATES)
"""Rows of one subject: network × state."""

LINK_ENDS = ("plot_x", "plot_y", "x", "y")
"""Ends of a link: the point on the boundary of the subject, and that on the line or connection point."""

_NUMBERS = (
    "distance_m", "point_distance_m", "line_accuracy_m", "point_accuracy_m", "capacity_free",
    *(f"line_{end}" for end in LINK_ENDS), *(f"point_{end}" for end in LINK_ENDS),
)  # fmt: skip
_WORDS = {
    "near": ANSWER_WORDS,
    "capable": ANSWER_WORDS,
    "allowed": ANSWER_WORDS,
    "near_reason": NEAR_REASONS,
    "line_connectable": ANSWER_WORDS,
    "capable_reason": CAPABLE_REASONS,
}
_TARGETS = {"line_id": "line", "point_id": "point", "capable_point_id": "point", "capable_line_id": "line"}
_SHARED = "shared_by"
_COLUMNS = (
    "line_id", "distance_m", "point_id", "point_distance_m", "near", "capable", "allowed", "near_reason",
    "line_connectable", "line_accuracy_m", "point_accuracy_m", "capable_reason", "capable_point_id",
    "capable_line_id", "capacity_free", _SHARED, *_NUMBERS[5:],
)  # fmt: skip


class NetworkRows:
    """Columns of the table for so many subjects; what is never written is missing.

    Numbers of which none is ever written (there may be no layer of connection points) take no memory: their column
    is one value, read-only, that stands for all rows.
    """

    def __init__(self, count: int) -> None:
        self._shape = (count, len(NETWORKS), len(NETWORK_STATES))
        self._columns: dict[str, NDArray[Any]] = {
            **{name: np.broadcast_to(np.float64(np.nan), self._shape) for name in _NUMBERS},
            **{name: np.full(self._shape, -1, dtype=np.int8) for name in _WORDS},
            **{name: np.full(self._shape, -1, dtype=np.int32) for name in (*_TARGETS, _SHARED)},
        }
        self._names: dict[str, list[pd.Series]] = {"line": [], "point": []}
        self._first: dict[tuple[str, str], int] = {}

    def name_targets(self, kind: str, network: str, names: pd.Series) -> None:
        """Give the ids of the lines or points of a network; `put` speaks of them by their places."""
        self._first[kind, network] = sum(map(len, self._names[kind]))
        self._names[kind].append(names)

    def put(self, network: str, state: str, **columns: NDArray[Any]) -> None:
        """Write values of all subjects: numbers, codes of words (-1: missing), places of targets (-1: none)."""
        place, side = NETWORKS.index(network), NETWORK_STATES.index(state)
        for name, values in columns.items():
            kind = _TARGETS.get(name)
            first = self._first.get((kind, network), 0) if kind else 0
            shifted = np.where(values < 0, values, values + first) if first else values
            if not self._has_room(name) and not np.isnan(shifted).all():
                self._columns[name] = np.full(self._shape, np.nan)
            if self._has_room(name):
                self._columns[name][:, place, side] = shifted

    def _has_room(self, name: str) -> bool:
        return bool(self._columns[name].flags.writeable)

    def as_table(self, subjects: pd.Series) -> pd.DataFrame:
        """Lay the rows out as `find_networks` returns them; `subjects` holds the ids."""
        networks, states = np.mgrid[: len(NETWORKS), : len(NETWORK_STATES)].astype(np.int8).reshape(2, SIDES)
        table: dict[str, Any] = {
            str(subjects.name): _share(subjects, repeats=SIDES),
            "network": pd.Categorical.from_codes(np.tile(networks, len(subjects)), pd.Index(NETWORKS)),
            "state": pd.Categorical.from_codes(np.tile(states, len(subjects)), pd.Index(NETWORK_STATES)),
        }
        targets = {kind: _unite(names) for kind, names in self._names.items()}
        for name in _COLUMNS:
            is_written, column = self._has_room(name), self._columns.pop(name)
            values: Any = column.ravel() if is_written else np.broadcast_to(np.float64(np.nan), column.size)
            if name in _TARGETS:
                place_of, ids = targets[_TARGETS[name]]
                table[name] = pd.Categorical.from_codes(values if place_of is None else place_of[values], ids)
            elif name in _WORDS:
                table[name] = pd.Categorical.from_codes(values, pd.Index(_WORDS[name]))
            elif name == _SHARED:
                table[name] = pd.arrays.IntegerArray(values, values < 0)
            else:
                table[name] = values
        return pd.DataFrame(table, copy=False)


def _share(ids: pd.Series, *, repeats: int) -> pd.Categorical:
    """Repeat every id, each kept once."""
    places, known = pd.factorize(ids.astype("str"))
    return pd.Categorical.from_codes(np.repeat(places.astype(np.int32), repeats), known)


def _unite(names: list[pd.Series]) -> tuple[NDArray[np.int32] | None, pd.Index]:
    """Put ids of several layers together, each once; None for the places where that moves none of them."""
    places, known = pd.factorize(pd.concat([pd.Series(dtype="str"), *names], ignore_index=True))
    if np.array_equal(places, np.arange(len(places))):
        return None, known
    return np.append(places, -1).astype(np.int32), known
