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


def find_neighbours(shapes: np.ndarray) -> np.ndarray:
    """Find all pairs of polygons whose boxes overlap or nearly touch.

    `find_overlaps` and `find_gaps` look at these alone.

    Returns
    -------
    ndarray
        Pairs of positions (n × 2, the lower first, in order).
    """
    if len(shapes) < 2:
        return np.empty((0, 2), dtype=np.int64)
    boxes = shapely.box(*_reach(shapes))
    found = shapely.STRtree(boxes).query(boxes, predicate=None)
    pairs = np.sort(found[:, found[0] < found[1]].T, axis=1)
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].astype(np.int64))


def find_neighbours_of(shapes: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Find the pairs of `find_neighbours` in which one of a few polygons stands.

    Parameters
    ----------
    some
        Their positions; each costs a look at the boxes of all.
    """
    left, bottom, right, top = _reach(shapes)
    found = []
    for position in some:
        meets = (left <= right[position]) & (right >= left[position])
        meets &= (bottom <= top[position]) & (top >= bottom[position])
        others = np.flatnonzero(meets)
        found += [(int(position), int(other)) for other in others[others != position]]
    return np.unique(np.sort(np.array(found, dtype=np.int64).reshape(-1, 2), axis=1), axis=0)


def _reach(shapes: np.ndarray) -> np.ndarray:
    """Give left, bottom, right and top of the boxes in which a neighbour would overlap or nearly touch."""
    reach_m = _WIDEST_GAP_M / 2
    return np.asarray(shapely.bounds(shapes).T + np.array([[-reach_m], [-reach_m], [reach_m], [reach_m]]))


def find_overlaps(
    shapes: np.ndarray,
    *,
    periods: tuple[np.ndarray, np.ndarray] | None = None,
    neighbours: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Find all pairs of polygons that share land; touching is not sharing.

    Parameters
    ----------
    shapes
        Valid polygons in a projected CRS, metres.
    periods
        Start and end (half-open) of each; pairs that were never there at once are left out.
    neighbours
        What `find_neighbours` gives, where it is known already.

    Returns
    -------
    tuple
        Pairs of positions (n × 2, the lower first, in order), and the shared square metres of each, in the plane.

    >>> squares = np.array([shapely.box(0, 0, 10, 10), shapely.box(8, 0, 18, 10), shapely.box(18, 0, 28, 10)])
    >>> find_overlaps(squares)
    (array([[0, 1]]), array([20.]))
    """
    pairs = find_neighbours(shapes) if neighbours is None else neighbours
    pairs = pairs[_boxes_share(shapes, pairs, least_m=TOLERANCE_M / 2)]
    if periods is not None:
        start, end = periods
        left, right = pairs.T
        pairs = pairs[(start[left] < end[right]) & (start[right] < end[left])]
    if not len(pairs):
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    meets = shapely.relate_pattern(shapes[pairs[:, 0]], shapes[pairs[:, 1]], _INTERIORS_MEET)
    pairs = pairs[meets]
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    deep = is_deep(shared)
    return pairs[deep], shapely.area(shared[deep])


def _boxes_share(shapes: np.ndarray, pairs: np.ndarray, *, least_m: float) -> np.ndarray:
    """Tell of which pairs the boxes share a strip at least so wide in both directions."""
    one, other = (shapely.bounds(shapes[pairs[:, side]]) for side in (0, 1))
    shared = np.minimum(one[:, 2:], other[:, 2:]) - np.maximum(one[:, :2], other[:, :2])
    return np.asarray((shared >= least_m).all(axis=1))


def find_gaps(shapes: np.ndarray, *, neighbours: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Find pairs of polygons that nearly touch: apart by more than 2 cm and by at most 30 cm.

    Parameters
    ----------
    shapes
        Valid polygons in a projected CRS, metres.
    neighbours
        What `find_neighbours` gives, where it is known already.

    Returns
    -------
    tuple
        Pairs of positions (n × 2, the lower first, in order), and the metres between them, in the plane.

    >>> squares = np.array([shapely.box(0, 0, 10, 10), shapely.box(10.25, 0, 20, 10), shapely.box(21, 0, 30, 10)])
    >>> find_gaps(squares)
    (array([[0, 1]]), array([0.25]))
    """
    pairs = find_neighbours(shapes) if neighbours is None else neighbours
    distances_m = shapely.distance(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    is_gap = (distances_m > _NARROWEST_GAP_M) & (distances_m <= _WIDEST_GAP_M)
    return pairs[is_gap], distances_m[is_gap]
