"""What lies on a site: pairs of sites and features of a layer that share land, or may within their accuracy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from geozones.screening.case import Case, Flags

TOUCHING_M = 0.05
"""Features nearer than this touch: outlines drawn to the same corners differ by that much after a conversion."""


def find_overlaps(case: Case, role: str) -> pd.DataFrame:
    """Find the features of a layer that share land with sites.

    Returns
    -------
    DataFrame
        A row a pair, ordered by site and row: `site`, `row` (places in the tables) · `area_m2` (shared land on the
        ground) · `is_sure` (they would share land even if both were off by their accuracy, and the source is
        firm). Pairs that only may share land have `is_sure` False, with an area of 0 where they now do not.
        Features that touch are no pair.
    """
    return case.once(f"overlaps:{role}", lambda: _find(case, role))


def _find(case: Case, role: str) -> pd.DataFrame:
    targets = case.targets(role)
    if targets is None or not len(targets.table):
        return _pairs([], [], [], [])
    features = np.asarray(targets.table.geometry.array, dtype=object)
    sites = case.shapes
    reach_m = np.nan_to_num(targets.accuracy_m).max(initial=0.0) + case.accuracy_m.max(initial=0.0)
    tree = shapely.STRtree(features)
    site, row = (
        tree.query(sites, predicate="dwithin", distance=reach_m) if reach_m else tree.query(sites, "intersects")
    )
    doubt_m = np.nan_to_num(targets.accuracy_m)[row] + case.accuracy_m[site]
    shared = shapely.intersection(sites[site], features[row])
    area_m2 = shapely.area(shared)
    length_m = np.maximum(shapely.length(shared), 1e-9)
    is_wide = 2 * area_m2 / length_m > np.maximum(doubt_m, TOUCHING_M)
    narrow = np.flatnonzero(~is_wide & (area_m2 > 0))
    left = shapely.buffer(shared[narrow], -np.maximum(doubt_m[narrow], TOUCHING_M) / 2)
    is_wide[narrow[~shapely.is_empty(left)]] = True
    touches = ~is_wide & _only_touches(sites[site], features[row], shared)
    is_near = shapely.distance(sites[site], features[row]) < doubt_m
    kept = ~touches & (is_wide | is_near)
    scale = case.scale[site]
    return _pairs(site[kept], row[kept], (area_m2 / scale**2)[kept], (is_wide & targets.is_firm[row])[kept])


def _only_touches(sites: Any, features: Any, shared: Any) -> Flags:
    """Tell which pairs meet along the same line: they are nearer than touching, and share no wider piece."""
    gap_m = shapely.distance(sites, features)
    pieces = shapely.buffer(shared, -TOUCHING_M / 2)
    return np.asarray((gap_m < TOUCHING_M) & shapely.is_empty(pieces))


def _pairs(site: Any, row: Any, area_m2: Any, is_sure: Any) -> pd.DataFrame:
    order = np.lexsort((np.asarray(row), np.asarray(site)))
    return pd.DataFrame(
        {
            "site": np.asarray(site, dtype=np.int64)[order],
            "row": np.asarray(row, dtype=np.int64)[order],
            "area_m2": np.asarray(area_m2, dtype=float)[order],
            "is_sure": np.asarray(is_sure, dtype=bool)[order],
        }
    )


def total_m2(pairs: pd.DataFrame, count: int) -> Any:
    """Sum the shared land of every site."""
    return np.bincount(pairs["site"], weights=pairs["area_m2"], minlength=count)


def has_pair(pairs: pd.DataFrame, count: int) -> Flags:
    """Tell which sites have a pair."""
    return np.asarray(np.bincount(pairs["site"], minlength=count) > 0)


def largest(pairs: pd.DataFrame, names: Any, count: int) -> Any:
    """Return the name of the feature with which every site shares most; None where it has none."""
    found = np.full(count, None, dtype=object)
    site, row = pairs["site"].to_numpy(), pairs["row"].to_numpy()
    order = np.lexsort((row, -pairs["area_m2"].to_numpy(), site))
    sites, first = np.unique(site[order], return_index=True)
    found[sites] = np.asarray(names, dtype=object)[row[order[first]]]
    return found
