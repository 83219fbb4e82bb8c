"""How plots lie to their zones and to each other: what reaches out, what shares land, what nearly touches.

Plots that did not change lie to each other as they did before: after a change of few, these alone are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geozones.checks.overlaps import find_gaps, find_neighbours, find_neighbours_of, find_overlaps, is_deep

Positions = NDArray[np.int64]
Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class Land:
    """Plots, or zones, as they lie, by position.

    `shapes` are their outlines, `zones` those of the zones that plots name (None where there are none), `periods`
    the first and the last days on which they exist (None where all exist at once).
    """

    shapes: NDArray[Any]
    zones: NDArray[Any] | None
    periods: tuple[Amounts, Amounts] | None = None


@dataclass(frozen=True)
class LandRelations:
    """Which reach out of their zone, which pairs share land, which nearly touch; all by position, in order.

    Pairs are n × 2, the lower position first.
    """

    outside: Positions
    outside_m2: Amounts
    outside_percent: Amounts
    overlaps: Positions
    shared_m2: Amounts
    gaps: Positions
    gaps_m: Amounts


Relate = Callable[[Land], LandRelations]


def find_relations(land: Land) -> LandRelations:
    """Find how all plots lie.

    Parameters
    ----------
    land
        Valid polygons in the working CRS.

    Returns
    -------
    What is more than a trace of rounding: square metres outside, and what part of the plot they are; square metres
    shared; metres between.
    """
    return _find(land, np.arange(len(land.shapes)), find_neighbours(land.shapes))


def find_changed_relations(land: Land, *, before: LandRelations, changed: Positions) -> LandRelations:
    """Find how all plots lie, where it is known how they lay before some of them changed.

    Parameters
    ----------
    land
        Valid polygons in the working CRS, those that did not change in the positions that they had.
    before
        How they lay; the zones are the same.
    changed
        Positions of the plots that changed, in order.

    Returns
    -------
    What `find_relations` gives.
    """
    fresh = _find(land, changed, find_neighbours_of(land.shapes, changed))
    stays = ~np.isin(before.outside, changed)
    outside = np.concatenate([before.outside[stays], fresh.outside])
    order = np.argsort(outside, kind="stable")
    outside_m2 = np.concatenate([before.outside_m2[stays], fresh.outside_m2])
    percent = np.concatenate([before.outside_percent[stays], fresh.outside_percent])
    return LandRelations(
        outside[order], outside_m2[order], percent[order],
        *_join_pairs(before.overlaps, before.shared_m2, fresh.overlaps, fresh.shared_m2, changed),
        *_join_pairs(before.gaps, before.gaps_m, fresh.gaps, fresh.gaps_m, changed),
    )  # fmt: skip


def _find(land: Land, positions: Positions, neighbours: Positions) -> LandRelations:
    overlaps, shared_m2 = find_overlaps(land.shapes, periods=land.periods, neighbours=neighbours)
    gaps, gaps_m = find_gaps(land.shapes, neighbours=neighbours)
    return LandRelations(*_find_outside(land, positions), overlaps, shared_m2, gaps, gaps_m)


def _find_outside(land: Land, positions: Positions) -> tuple[Positions, Amounts, Amounts]:
    """Find the plots, among those of some positions, that reach out of their zone by more than the tolerance."""
    if land.zones is None or not len(positions):
        return np.empty(0, dtype=np.int64), np.empty(0), np.empty(0)
    zones, plots = land.zones[positions], land.shapes[positions]
    shapely.prepare(zones)
    candidates = np.flatnonzero(~shapely.covers(zones, plots))
    outside = shapely.difference(plots[candidates], zones[candidates])
    deep = is_deep(outside)
    areas_m2 = shapely.area(outside[deep])
    found = candidates[deep]
    return positions[found], areas_m2, 100 * areas_m2 / shapely.area(plots[found])


def _join_pairs(
    before: Positions, amounts_before: Amounts, fresh: Positions, amounts: Amounts, changed: Positions
) -> tuple[Positions, Amounts]:
    stays = ~np.isin(before, changed).any(axis=1)
    pairs = np.concatenate([before[stays], fresh])
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return pairs[order], np.concatenate([amounts_before[stays], amounts])[order]
