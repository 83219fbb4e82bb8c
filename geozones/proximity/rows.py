"""The table of networks while it is filled: each value is written once, at its place, in few bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.config import NETWORKS
from geozones.proximity.capacity import Served
from geozones.proximity.nearest import target_names
from geozones.proximity.trust import CAPABLE_REASONS, NEAR_REASONS
from geozones.tables import ANSWER_WORDS, NETWORK_STATES, RegionTables

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


@dataclass(frozen=True)
class TargetNames:
    """The ids of all lines and points, one after another; `first` is where those of a network start."""

    names: Mapping[str, pd.Series]
    first: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, tables: RegionTables) -> TargetNames:
        """List the lines and connection points of a region."""
        names: dict[str, list[pd.Series]] = {"line": [], "point": []}
        first: dict[tuple[str, str], int] = {}
        points = tables.connection_points
        for network in NETWORKS:
            of_network = None if points is None else points[(points["network"] == network).to_numpy()]
            for kind, table in (("line", tables.of(network)), ("point", of_network)):
                first[kind, network] = sum(map(len, names[kind]))
                if table is not None:
                    names[kind].append(target_names(table, f"{kind}_id"))
        empty = pd.Series(dtype="str")
        joined = {kind: pd.concat([empty, *parts], ignore_index=True) for kind, parts in names.items()}
        return cls(joined, first)


class NetworkRows:
    """Columns of the table for so many subjects; what is never written is missing.

    `written` holds them by name, a row a subject, within it network and state. Numbers of which none is ever
    written (there may be no layer of connection points) are not among them.
    """

    def __init__(self, count: int, targets: TargetNames) -> None:
        self._shape = (count, len(NETWORKS), len(NETWORK_STATES))
        self._targets = targets
        self._served: list[pd.DataFrame] = []
        self.written: dict[str, NDArray[Any]] = {}

    def put(self, network: str, state: str, **columns: NDArray[Any]) -> None:
        """Write values of all subjects: numbers, codes of words (-1: missing), places of targets (-1: none)."""
        place, side = NETWORKS.index(network), NETWORK_STATES.index(state)
        for name, values in columns.items():
            kind = _TARGETS.get(name)
            first = self._targets.first[kind, network] if kind else 0
            shifted = np.where(values < 0, values, values + first) if first else values
            missing, dtype = _describe(name)
            if name not in self.written and not _is_all(shifted, missing):
                self.written[name] = np.full(self._shape, missing, dtype=dtype)
            if name in self.written:
                self.written[name][:, place, side] = shifted

    def serve(self, network: str, state: str, served: Served) -> None:
        """Note how many subjects of every zone stand near what may serve them."""
        side = {"network": NETWORKS.index(network), "state": NETWORK_STATES.index(state)}
        self._served.append(pd.DataFrame({"zone": served.group, **side, **_without_group(served)}))

    def list_served(self, zones: Any) -> pd.DataFrame:
        """List what `serve` was told; `zones` holds the ids of the zones by their numbers."""
        table = pd.concat(self._served, ignore_index=True)
        of_rows = np.asarray(zones, dtype=object)[table["zone"]]
        return table.assign(zone_id=pd.Series(of_rows, dtype="str")).drop(columns="zone")


def lay_out(
    subjects: pd.Series, columns: Mapping[str, NDArray[Any]], served: pd.DataFrame, targets: TargetNames
) -> pd.DataFrame:
    """Lay rows out as `find_networks` returns them.

    Parameters
    ----------
    subjects
        The ids.
    columns, served
        As `NetworkRows` gives them; columns may have any shape. They are kept in the table where they can be.
    targets
        The lines and points.
    """
    networks, states = np.mgrid[: len(NETWORKS), : len(NETWORK_STATES)].astype(np.int8).reshape(2, SIDES)
    table: dict[str, Any] = {
        str(subjects.name): _share(subjects, repeats=SIDES),
        "network": pd.Categorical.from_codes(np.tile(networks, len(subjects)), pd.Index(NETWORKS)),
        "state": pd.Categorical.from_codes(np.tile(states, len(subjects)), pd.Index(NETWORK_STATES)),
    }
    size = len(subjects) * SIDES
    united = {kind: _unite(names) for kind, names in targets.names.items()}
    for name in _COLUMNS:
        if name == _SHARED:
            shared_by = _count_shared(columns, served, targets, size)
            table[name] = pd.arrays.IntegerArray(shared_by, shared_by < 0)
            continue
        missing, dtype = _describe(name)
        if name in columns:
            values: Any = columns[name].reshape(size)
        elif name in _NUMBERS:
            values = np.broadcast_to(np.float64(missing), size)
        else:
            values = np.full(size, missing, dtype=dtype)
        if name in _TARGETS:
            place_of, ids = united[_TARGETS[name]]
            values = pd.Categorical.from_codes(values if place_of is None else place_of[values], ids)
        elif name in _WORDS:
            values = pd.Categorical.from_codes(values, pd.Index(_WORDS[name]))
        table[name] = values
    return pd.DataFrame(table, copy=False)


def _count_shared(
    columns: Mapping[str, NDArray[Any]], served: pd.DataFrame, targets: TargetNames, size: int
) -> NDArray[np.int32]:
    """Count the subjects that stand near what serves each row; -1 where nothing does."""
    shared_by = np.full(size, -1, dtype=np.int32)
    for kind in ("point", "line"):
        chosen = columns.get(f"capable_{kind}_id")
        if chosen is None:
            continue
        of_kind = served[served["is_line"].to_numpy() == (kind == "line")]
        network, state = of_kind["network"].to_numpy(), of_kind["state"].to_numpy()
        first = np.array([targets.first[kind, name] for name in NETWORKS])
        totals = np.zeros((len(targets.names[kind]), SIDES), dtype=np.int32)
        side = network * len(NETWORK_STATES) + state
        np.add.at(totals, (first[network] + of_kind["row"].to_numpy(), side), of_kind["subjects"].to_numpy())
        codes = chosen.reshape(size)
        rows = np.flatnonzero(codes >= 0)
        shared_by[rows] = totals[codes[rows], rows % SIDES]
    return shared_by


def _describe(name: str) -> tuple[float, type]:
    """Give what stands for a missing value of a column, and its dtype."""
    if name in _NUMBERS:
        return np.nan, np.float64
    return -1, np.int8 if name in _WORDS else np.int32


def _is_all(values: NDArray[Any], missing: float) -> bool:
    return bool((np.isnan(values) if np.isnan(missing) else values == missing).all())


def _without_group(served: Served) -> dict[str, Any]:
    return {name: values for name, values in vars(served).items() if name != "group"}


def _share(ids: pd.Series, *, repeats: int) -> pd.Categorical:
    """Repeat every id, each kept once."""
    places, known = pd.factorize(ids.astype("str"))
    return pd.Categorical.from_codes(np.repeat(places.astype(np.int32), repeats), known)


def _unite(names: pd.Series) -> tuple[NDArray[np.int32] | None, pd.Index]:
    """List ids of several layers, each once; None for the places where that moves none of them."""
    places, known = pd.factorize(names)
    if np.array_equal(places, np.arange(len(places))):
        return None, known
    return np.append(places, -1).astype(np.int32), known
