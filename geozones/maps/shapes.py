"""Shapes as the scripts of a page take them: lon/lat in millionths of a degree, as small integer steps.

A ring or line is `[lon, lat, step, step, …]`: the first vertex, then the difference of each next one to the one
before. Millionths are 0.1 m on the ground. A ring is not closed by its first vertex again.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

STEPS_PER_DEGREE = 1_000_000
_LINE, _POLYGON = 1, 3

Steps = list[int]


def to_degrees(shapes: Any, crs: Any) -> NDArray[Any]:
    """Project shapes to lon/lat (WGS 84), each vertex by itself.

    Parameters
    ----------
    shapes
        Shapely geometries in `crs`; missing ones stay missing.
    crs
        CRS of the shapes.

    Returns
    -------
    An object array of geometries in lon/lat, in the same order.
    """

    def project(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return _project(points, crs)

    return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), project), dtype=object)


def _project(points: NDArray[np.float64], crs: Any) -> NDArray[np.float64]:
    """Project points (x, y a row) to lon/lat."""
    return np.column_stack(_to_wgs84(str(crs)).transform(points[:, 0], points[:, 1]))


@cache
def _to_wgs84(crs: str) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def encode_polygons(shapes: NDArray[Any]) -> list[list[list[Steps]]]:
    """Encode lon/lat polygons: per shape its polygons, per polygon its rings, the outer one first."""
    parts, owner = _parts(shapes, _POLYGON)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    return _split(_split(_encode(rings, closed=True), part_of, len(parts)), owner, len(shapes))


def encode_lines(shapes: NDArray[Any]) -> list[list[Steps]]:
    """Encode lon/lat lines: per shape its lines."""
    parts, owner = _parts(shapes, _LINE)
    return _split(_encode(parts, closed=False), owner, len(shapes))


def encode_segments(ends: NDArray[np.float64], crs: Any) -> NDArray[Any]:
    """Encode segments, whose first and last points (x, y in `crs`) follow each other: an object array of steps."""
    whole = np.rint(_project(ends, crs).reshape(-1, 2, 2) * STEPS_PER_DEGREE).astype(np.int64)
    steps = np.concatenate([whole[:, 0], whole[:, 1] - whole[:, 0]], axis=1)
    encoded = np.empty(len(steps), dtype=object)
    encoded[:] = [link if link[2:] != [0, 0] else link[:2] for link in steps.tolist()]
    return encoded


def encode_points(shapes: NDArray[Any]) -> list[Steps]:
    """Encode lon/lat points, or the centres of other shapes."""
    return _encode(shapely.centroid(np.asarray(shapes, dtype=object)), closed=False)


def bounds_of(shapes: Any) -> list[list[float]]:
    """Return the bounds of lon/lat shapes as Leaflet takes them: [[south, west], [north, east]]."""
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
    return [[round(float(south), 5), round(float(west), 5)], [round(float(north), 5), round(float(east), 5)]]


def _parts(shapes: NDArray[Any], kind: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Take shapes apart: the parts of one kind that are not empty, and the place of the shape of each."""
    parts, owner = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    kept = (shapely.get_type_id(parts) == kind) & ~shapely.is_empty(parts)
    return parts[kept], owner[kept]


def _encode(lines: NDArray[Any], *, closed: bool) -> list[Steps]:
    """Encode rings (`closed`), lines or points: the steps of each."""
    points, owner = shapely.get_coordinates(lines, return_index=True)
    if closed:
        inner = np.diff(owner, append=-1) == 0
        points, owner = points[inner], owner[inner]
    whole = np.rint(points * STEPS_PER_DEGREE).astype(np.int64)
    is_first = np.diff(owner, prepend=-1) != 0
    steps = np.diff(whole, axis=0, prepend=0)
    steps[is_first] = whole[is_first]
    moved = is_first | (steps != 0).any(axis=1)
    ends = 2 * np.bincount(owner[moved], minlength=len(lines)).cumsum()
    flat: list[int] = steps[moved].ravel().tolist()
    return [flat[start:end] for start, end in pairwise([0, *ends.tolist()])]


def _split(things: list[Any], owner: NDArray[np.int64], count: int) -> list[list[Any]]:
    """Put things together by their owners, whose places ascend."""
    ends = np.bincount(owner, minlength=count).cumsum()
    return [things[start:end] for start, end in pairwise([0, *ends.tolist()])]
