"""Capable: whether free capacity near a plot covers its need. Capacity is shared by plots, never summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geozones.proximity.measuring import MAX_SCALE_ERROR, measure_ground_m
from geozones.proximity.trust import CAPABLE_REASONS, NO, UNKNOWN, YES, Answers, Flags, Numbers


@dataclass(frozen=True)
class Supplies:
    """Connection points and lines that may serve: where, how near is sure, and what they have free.

    `row` is the place of each among the points, or among the lines where `is_line`.
    """

    shapes: NDArray[Any]
    is_sure: Flags
    accuracy_m: Numbers
    capacity_free: Numbers
    row: NDArray[np.int64]
    is_line: Flags

    @classmethod
    def joined(cls, parts: list[Supplies]) -> Supplies:
        """Put several together; of none at all, there is nothing that may serve."""
        if len(parts) == 1:
            return parts[0]
        empty = np.empty(0)
        nothing = cls(
            empty.astype(object), empty.astype(bool), empty, empty, empty.astype(np.int64), empty.astype(bool)
        )
        parts = parts or [nothing]
        return cls(
            np.concatenate([part.shapes for part in parts]),
            np.concatenate([part.is_sure for part in parts]),
            np.concatenate([part.accuracy_m for part in parts]),
            np.concatenate([part.capacity_free for part in parts]),
            np.concatenate([part.row for part in parts]),
            np.concatenate([part.is_line for part in parts]),
        )


@dataclass(frozen=True)
class Served:
    """How many subjects of a group stand near a supply: `row` and `is_line` as of `Supplies`."""

    group: NDArray[np.int64]
    row: NDArray[np.int64]
    is_line: Flags
    subjects: NDArray[np.int64]


@dataclass(frozen=True)
class _Pairs:
    subject: NDArray[np.int64]
    supply: NDArray[np.int64]
    distance_m: Numbers
    near: Answers


def find_capable(
    shapes: NDArray[Any],
    crs: CRS,
    supplies: Supplies,
    *,
    need: Numbers,
    near: Answers,
    near_m: float,
    knows_points: Flags,
    groups: NDArray[np.int64],
) -> tuple[dict[str, NDArray[Any]], Served]:
    """Find whether what is near can serve the need of every subject.

    Parameters
    ----------
    shapes, crs
        Geometries of the subjects and their CRS.
    supplies
        Connection points and lines of the network whose state counts, or is unknown (then not sure).
    need
        Need of each subject, NaN where unknown; the unit is that of the capacities.
    near, knows_points
        The answer near of each subject, and whether all connection points around it are known.
    near_m
        How near is near.
    groups
        The number of the group of each subject, from 0 on: subjects that share a supply are counted in groups.

    Returns
    -------
    answers
        `capable` and `capable_reason` (as numbers), `capable_point_id`, `capable_line_id` (places of the point or
        line, -1: none), `capacity_free` (NaN where unknown); a value per subject, in their order. The answer for
        a subject does not depend on the others.
    served
        How many subjects of every group stand near each supply that has any.
    """
    pairs = _pair(shapes, crs, supplies, near_m)
    free = supplies.capacity_free[pairs.supply]
    wanted = need[pairs.subject]
    enough = np.where(np.isnan(free) | np.isnan(wanted), UNKNOWN, np.where(free >= wanted, YES, NO))
    offer = np.minimum(pairs.near, enough).astype(np.int8)
    best = _choose(pairs, offer, len(shapes))
    has = best >= 0
    chosen = pairs.supply[best[has]]
    capable = np.full(len(shapes), NO, dtype=np.int8)
    capable[has] = offer[best[has]]
    capable[~has & (near == YES)] = UNKNOWN
    capable[(capable == NO) & ((near == UNKNOWN) | ((near == YES) & ~knows_points))] = UNKNOWN
    capable[near == NO] = NO
    capable[need == 0] = YES
    free_unknown = ~has & (near == YES)
    free_unknown[has] = np.isnan(supplies.capacity_free[chosen])
    answers = {
        "capable": capable,
        "capable_reason": _say_why(need, near, capable, free_unknown),
        "capable_point_id": _spread(has, np.where(supplies.is_line[chosen], -1, supplies.row[chosen]), -1),
        "capable_line_id": _spread(has, np.where(supplies.is_line[chosen], supplies.row[chosen], -1), -1),
        "capacity_free": _spread(has, supplies.capacity_free[chosen], np.nan),
    }
    return answers, _count_served(pairs, supplies, groups)


def _count_served(pairs: _Pairs, supplies: Supplies, groups: NDArray[np.int64]) -> Served:
    count = max(len(supplies.shapes), 1)
    keys, subjects = np.unique(groups[pairs.subject] * count + pairs.supply, return_counts=True)
    supply = keys % count
    return Served(keys // count, supplies.row[supply], supplies.is_line[supply], subjects)


def _say_why(need: Numbers, near: Answers, capable: Answers, free_unknown: Flags) -> NDArray[np.int8]:
    """Give the reason of every answer as its place in `CAPABLE_REASONS`; the first that applies."""
    applies = [need == 0, near == NO, capable == YES, capable == NO, np.isnan(need), free_unknown]
    places = [np.int8(place) for place in range(len(CAPABLE_REASONS))]
    reason: NDArray[np.int8] = np.select(applies, places[:-1], places[-1])
    return reason


def _spread(has: Flags, values: NDArray[Any], missing: float) -> NDArray[Any]:
    """Put values where there is one, and `missing` elsewhere."""
    spread = np.full(len(has), missing, dtype=np.float64 if np.isnan(missing) else np.int32)
    spread[has] = values
    return spread


def _pair(shapes: NDArray[Any], crs: CRS, supplies: Supplies, near_m: float) -> _Pairs:
    """Pair every subject with the supplies that are, or may be, within `near_m`."""
    reach_m = near_m + float(np.nanmax(supplies.accuracy_m, initial=0.0))
    tree = shapely.STRtree(supplies.shapes)
    subject, supply = tree.query(shapes, predicate="dwithin", distance=reach_m * (1.0 + 1.2 * MAX_SCALE_ERROR))
    links = shapely.get_coordinates(shapely.shortest_line(shapes[subject], supplies.shapes[supply])).reshape(-1, 4)
    distance_m = measure_ground_m(crs, *links.T)
    accuracy_m = np.nan_to_num(supplies.accuracy_m[supply])
    sure = supplies.is_sure[supply] & (distance_m + accuracy_m <= near_m)
    near = np.where(sure, YES, np.where(distance_m - accuracy_m <= near_m, UNKNOWN, NO)).astype(np.int8)
    kept = near > NO
    return _Pairs(subject[kept], supply[kept], distance_m[kept], near[kept])


def _choose(pairs: _Pairs, offer: Answers, count: int) -> NDArray[np.int64]:
    """Choose the pair of the best offer for every subject, the nearest of equal ones; -1 where there is none."""
    best = np.full(count, -1, dtype=np.int64)
    order = np.lexsort((pairs.supply, pairs.distance_m, -offer, pairs.subject))
    first, at = np.unique(pairs.subject[order], return_index=True)
    best[first] = order[at]
    return best
