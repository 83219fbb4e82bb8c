"""Which polygons share land: an index over boxes, then exact tests of the pairs that can."""

from __future__ import annotations

import numpy as np
import shapely

TOLERANCE_M = 0.1
_FLOOR_M2 = 1.0
_NARROWEST_GAP_M, _WIDEST_GAP_M = 0.02, 0.3
_INTERIORS_MEET = "T********"


def is_deep(shared: np.ndarray) -> np.ndarray:
    """Tell which shapes are more than a trace of rounding along a border: over 1 m² and 0.1 m deep on average."""
    areas_m2 = shapely.area(shared)
    with np.errstate(divide="ignore", invalid="ignore"):
        depth_m = 2 * areas_m2 / shapely.length(shared)
    return (areas_m2 > _FLOOR_M2) & (depth_m > TOLERANCE_M)


def find_overlaps(
    shapes: np.ndarray, *, periods: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Find all pairs of polygons that share land; touching is not sharing.

    Parameters
    ----------
    shapes
        Valid polygons in a projected CRS, metres.
    periods
        Start and end (half-open) of each; pairs that were never there at once are left out.

    Returns
    -------
    tuple
        Pairs of positions (n × 2, the lower first, in order), and the shared square metres of each, in the plane.

    >>> squares = np.array([shapely.box(0, 0, 10, 10), shapely.box(8, 0, 18, 10), shapely.box(18, 0, 28, 10)])
    >>> find_overlaps(squares)
    (array([[0, 1]]), array([20.]))
    """
    nothing = np.empty((0, 2), dtype=np.int64), np.empty(0)
    if len(shapes) < 2:
        return nothing
    pairs = _find_candidates(shapes, margin_m=TOLERANCE_M / 4)
    if periods is not None:
        start, end = periods
        left, right = pairs.T
        pairs = pairs[(start[left] < end[right]) & (start[right] < end[left])]
    if not len(pairs):
        return nothing
    meets = shapely.relate_pattern(shapes[pairs[:, 0]], shapes[pairs[:, 1]], _INTERIORS_MEET)
    pairs = pairs[meets]
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    deep = is_deep(shared)
    return pairs[deep], shapely.area(shared[deep])


def _find_candidates(shapes: np.ndarray, *, margin_m: float) -> np.ndarray:
    """Find pairs whose boxes overlap after each gave up a margin on all sides, the lower position first."""
    left, bottom, right, top = shapely.bounds(shapes).T
    boxes = shapely.box(left + margin_m, bottom + margin_m, right - margin_m, top - margin_m)
    found = shapely.STRtree(boxes).query(boxes, predicate=None)
    pairs = np.sort(found[:, found[0] < found[1]].T, axis=1)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].astype(np.int64)


def find_gaps(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find pairs of polygons that nearly touch: apart by more than 2 cm and by at most 30 cm.

    Parameters
    ----------
    shapes
        Valid polygons in a projected CRS, metres.

    Returns
    -------
    tuple
        Pairs of positions (n × 2, the lower first, in order), and the metres between them, in the plane.

    >>> squares = np.array([shapely.box(0, 0, 10, 10), shapely.box(10.25, 0, 20, 10), shapely.box(21, 0, 30, 10)])
    >>> find_gaps(squares)
    (array([[0, 1]]), array([0.25]))
    """
    if len(shapes) < 2:
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    pairs = _find_candidates(shapes, margin_m=-_WIDEST_GAP_M / 2)
    distances_m = shapely.distance(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    is_gap = (distances_m > _NARROWEST_GAP_M) & (distances_m <= _WIDEST_GAP_M)
    return pairs[is_gap], distances_m[is_gap]
