"""Changing sets of rows of one network: which is nearest, and whether it is near enough."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geozones.proximity.measuring import require_measuring_crs
from geozones.proximity.nearest import PlotBatches, search_batches
from geozones.proximity.trust import NEAR_REASONS, NO, UNKNOWN, YES, Answers, Flags, Numbers, Targets

STATES: Mapping[str, tuple[str, ...]] = {"existing": ("existing",), "planned": ("building", "planned")}
"""States of a line that count for each of the two answers. Cancelled never counts; unknown is never firm."""

TRANSIT_POWER_KV = 220.0
"""Power lines from this voltage on give a plot no connection."""

_VOLTAGE = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Found:
    """The nearest of some rows of a table: which row (-1: none), how far, and the link to it."""

    row: NDArray[np.int32]
    distance_m: Numbers
    link: Numbers

    @classmethod
    def nothing(cls, count: int) -> Found:
        """Say that there is none for any subject; takes no memory."""
        return cls(
            np.broadcast_to(np.int32(-1), count),
            np.broadcast_to(np.float64(np.nan), count),
            np.broadcast_to(np.float64(np.nan), (4, count)),
        )


class Seeker:
    """Finds the nearest among changing sets of lines or points for the same subjects, each set once."""

    def __init__(self, shapes: NDArray[Any], batches: PlotBatches, targets: Targets, connectable: Answers) -> None:
        self.targets = targets
        self.connectable = connectable
        self.shapes = np.asarray(targets.table.geometry.array)
        self._state = targets.table["state"].fillna("unknown").to_numpy()
        self.covered = targets.covered(shapes)
        self._subjects = batches
        self._known: dict[bytes, Found] = {}

    def nearest(self, rows: Flags) -> Found:
        """Find the nearest of some rows for every subject."""
        known = self._known.get(rows.tobytes())
        if known is None:
            known = self._known[rows.tobytes()] = self._search(np.flatnonzero(rows))
        return known

    def _search(self, rows: NDArray[np.int64]) -> Found:
        if not len(rows):
            return Found.nothing(len(self._subjects))
        crs = require_measuring_crs(self.targets.table.crs)
        found = search_batches(self._subjects, self.shapes[rows], crs)
        return Found(np.append(rows, -1).astype(np.int32)[found.target], found.distance_m, found.measures[1:])

    def counts(self, state: str) -> Flags:
        """Tell which rows are of that state."""
        is_of_state: Flags = np.isin(self._state, STATES[state])
        return is_of_state

    def may_count(self, state: str) -> Flags:
        """Tell which rows are, or may be, of that state."""
        is_unknown: Flags = self._state == "unknown"
        return self.counts(state) | is_unknown

    def near(self, state: str, near_m: float) -> tuple[Answers, NDArray[np.int8]]:
        """Answer whether one of these is near; where that is unknown, why (place in `NEAR_REASONS`, else -1)."""
        answer = np.full(len(self._subjects), NO, dtype=np.int8)
        reason = np.full(len(self._subjects), -1, dtype=np.int8)
        accuracies_m = np.nan_to_num(self.targets.accuracy_m)
        groups, group_of = np.unique(
            np.column_stack([self.targets.is_firm, accuracies_m]), axis=0, return_inverse=True
        )
        for number, (is_firm, accuracy_m) in enumerate(groups):
            group = group_of == number
            surely_m = self.nearest(group & self.counts(state) & (self.connectable == YES)).distance_m
            maybe_m = self.nearest(group & self.may_count(state) & (self.connectable > NO)).distance_m
            is_sure = bool(is_firm) & (surely_m + accuracy_m <= near_m)
            is_doubtful = ~is_sure & (maybe_m - accuracy_m <= near_m)
            new = is_doubtful & (reason < 0)
            reason[new] = NEAR_REASONS.index("uncertain" if is_firm else "approximate")
            if is_firm:
                reason[new & (surely_m - accuracy_m <= near_m)] = NEAR_REASONS.index("accuracy")
            answer[is_doubtful & (answer < UNKNOWN)] = UNKNOWN
            answer[is_sure] = YES
        return answer, reason


def connectable_of(lines: GeoDataFrame, network: str) -> Answers:
    """Tell of each line whether a plot can be connected to it: as the layer says, else by its class.

    By class, power lines from 220 kV and trunk gas lines give no connection; a line whose class, or a power line
    whose voltage, is unknown may or may not.

    Returns
    -------
    Answers
        `NO`, `UNKNOWN` or `YES` as numbers, in the order of `lines`.
    """
    kind = lines["class"].to_numpy(dtype=object)
    by_class = np.where(pd.isna(kind), UNKNOWN, YES)
    if network == "gas":
        by_class[kind == "trunk"] = NO
    elif network == "power":
        voltage_kv = lines["voltage_kv"].to_numpy(dtype=float, na_value=np.nan)
        by_class = np.select([np.isnan(voltage_kv), voltage_kv >= TRANSIT_POWER_KV], [UNKNOWN, NO], by_class)
    if "connectable" not in lines.columns:
        return by_class.astype(np.int8)
    stated = lines["connectable"].to_numpy(dtype=object)
    words = [stated == "no", stated == "unknown", stated == "yes"]
    return np.select(words, [NO, UNKNOWN, YES], by_class).astype(np.int8)


def serves_plots(points: GeoDataFrame, network: str) -> Answers:
    """Tell of each connection point whether its class lets it serve plots.

    A substation whose class names only voltages from 220 kV on (`500/220`) serves none; one that names a single
    such voltage may have a lower side. All others serve.

    Returns
    -------
    Answers
        `NO`, `UNKNOWN` or `YES` as numbers, in the order of `points`.
    """
    serves = np.full(len(points), YES, dtype=np.int8)
    if network == "power":
        codes, kinds = pd.factorize(points["class"])
        of_kinds = np.array([*map(_serves, map(str, kinds)), YES], dtype=np.int8)
        serves = of_kinds[codes]
    return serves


def _serves(kind: str) -> int:
    """Answer for the class of a substation by the voltages that it names."""
    voltages_kv = [float(number.replace(",", ".")) for number in _VOLTAGE.findall(kind)]
    if not voltages_kv or min(voltages_kv) < TRANSIT_POWER_KV:
        return YES
    return NO if len(voltages_kv) > 1 else UNKNOWN
