"""Shapes as the scripts of a page take them: lon/lat in millionths of a degree, as small integer steps.

A ring or line is `[lon, lat, step, step, …]`: the first vertex, then the difference of each next one to the one
before. Millionths are 0.1 m on the ground. A ring is not closed by its first vertex again.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

STEPS_PER_DEGREE = 1_000_000

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
    transformer = _to_wgs84(str(crs))

    def project(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), project), dtype=object)


@cache
def _to_wgs84(crs: str) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def encode_polygons(shapes: NDArray[Any]) -> list[list[list[Steps]]]:
    """Encode lon/lat polygons: per shape its polygons, per polygon its rings, the outer one first."""
    return [
        [
            [_encode(ring, closed=True) for ring in (part.exterior, *part.interiors)]
            for part in _parts(shape, "Polygon")
        ]
        for shape in shapes
    ]


def encode_lines(shapes: NDArray[Any]) -> list[list[Steps]]:
    """Encode lon/lat lines: per shape its lines."""
    return [[_encode(part, closed=False) for part in _parts(shape, "LineString")] for shape in shapes]


def encode_segments(shapes: NDArray[Any]) -> NDArray[Any]:
    """Encode lon/lat lines of two vertices each: an object array of steps, without a loop over them."""
    ends = np.rint(shapely.get_coordinates(shapes).reshape(-1, 2, 2) * STEPS_PER_DEGREE).astype(np.int64)
    steps = np.concatenate([ends[:, 0], ends[:, 1] - ends[:, 0]], axis=1)
    encoded = np.empty(len(steps), dtype=object)
    encoded[:] = [link if link[2:] != [0, 0] else link[:2] for link in steps.tolist()]
    return encoded


def encode_points(shapes: NDArray[Any]) -> list[Steps]:
    """Encode lon/lat points, or the centres of other shapes."""
    return [_steps(shapely.get_coordinates(shapely.centroid(shape))[:1]) for shape in shapes]


def bounds_of(shapes: Any) -> list[list[float]]:
    """Return the bounds of lon/lat shapes as Leaflet takes them: [[south, west], [north, east]]."""
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
    return [[round(float(south), 5), round(float(west), 5)], [round(float(north), 5), round(float(east), 5)]]


def _parts(shape: Any, kind: str) -> list[Any]:
    return (
        []
        if shape is None
        else [part for part in shapely.get_parts(shape) if part.geom_type == kind and not part.is_empty]
    )


def _encode(line: Any, *, closed: bool) -> Steps:
    points = shapely.get_coordinates(line)
    return _steps(points[:-1] if closed else points)


def _steps(points: NDArray[np.float64]) -> Steps:
    whole = np.rint(points * STEPS_PER_DEGREE).astype(np.int64)
    steps = np.vstack([whole[:1], np.diff(whole, axis=0)])
    moved = np.any(steps != 0, axis=1)
    moved[:1] = True
    return [int(step) for step in steps[moved].ravel()]
