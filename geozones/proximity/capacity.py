"""Capable: whether free capacity near a plot covers its need. Capacity is shared by plots, never summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geozones.proximity.measuring import MAX_SCALE_ERROR, measure_ground_m
from geozones.proximity.trust import NO, UNKNOWN, YES, Answers, Flags, Numbers


@dataclass(frozen=True)
class Supplies:
    """Connection points and lines that may serve: where, how near is sure, and what they have free.

    Each has a name in `names` where it is a point, in `line_names` where it is a line.
    """

    shapes: NDArray[Any]
    is_sure: Flags
    accuracy_m: Numbers
    capacity_free: Numbers
    names: Any
    line_names: Any

    @classmethod
    def joined(cls, parts: list[Supplies]) -> Supplies:
        """Put several together; of none at all, there is nothing that may serve."""
        if len(parts) == 1:
            return parts[0]
        empty = np.empty(0)
        nobody = pd.Series(dtype="str").array
        nothing = cls(empty.astype(object), empty.astype(bool), empty, empty, nobody, nobody)
        parts = parts or [nothing]
        return cls(
            np.concatenate([part.shapes for part in parts]),
            np.concatenate([part.is_sure for part in parts]),
            np.concatenate([part.accuracy_m for part in parts]),
            np.concatenate([part.capacity_free for part in parts]),
            pd.concat([pd.Series(part.names) for part in parts]).array,
            pd.concat([pd.Series(part.line_names) for part in parts]).array,
        )


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
) -> dict[str, Any]:
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

    Returns
    -------
    dict
        Columns `capable` (as a number), `capable_reason`, `capable_point_id`, `capable_line_id`, `capacity_free`,
        `shared_by`; an entry per subject, in their order.
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
    reason = np.select(
        [need == 0, near == NO, capable == YES, capable == NO, np.isnan(need), free_unknown],
        ["no_need", "not_near", "enough", "short", "need_unknown", "capacity_unknown"],
        "near_unknown",
    )
    position = np.full(len(shapes), -1)
    position[has] = chosen
    sharing = np.append(np.bincount(pairs.supply, minlength=len(supplies.shapes)), 0)
    return {
        "capable": capable,
        "capable_reason": reason.astype(object),
        "capable_point_id": supplies.names.take(position, allow_fill=True),
        "capable_line_id": supplies.line_names.take(position, allow_fill=True),
        "capacity_free": np.where(has, np.append(supplies.capacity_free, np.nan)[position], np.nan),
        "shared_by": pd.arrays.IntegerArray(sharing[position].astype(np.int64), ~has),
    }


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
