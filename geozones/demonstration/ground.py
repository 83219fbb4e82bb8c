"""From hand-typed degrees to metres and back, even chance, and natural-looking curves.

Everything is drawn in the metres of UTM zone 42N and leaves as lon/lat rounded to a fixed number of decimals, so
that neighbours that share a corner before rounding share it afterwards, on every machine.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

METRES_CRS = "EPSG:32642"
DEGREES_CRS = "EPSG:4326"
SURVEY_DECIMALS = 7
"""About one centimetre: zones, plots, proposals."""
MAP_DECIMALS = 5
"""About one metre: everything that is only sketched."""

Points = NDArray[np.float64]
Item = TypeVar("Item")
_GEOD = Geod(ellps="WGS84")


class Chance:
    """Even random numbers that depend on a text alone: the same demonstration on every machine and day."""

    def __init__(self, *parts: object) -> None:
        seed = zlib.crc32("/".join(str(part) for part in parts).encode())
        self._generator = np.random.Generator(np.random.PCG64(seed))

    def between(self, low: float, high: float) -> float:
        """Draw a number from `low` to `high`."""
        return low + (high - low) * float(self._generator.random())

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number from `low` to `high`, both included."""
        return min(high, int(self.between(low, high + 1)))

    def one_of(self, options: Sequence[Item]) -> Item:
        """Draw one of the options."""
        return options[self.whole(0, len(options) - 1)]

    def shuffled(self, options: Sequence[Item]) -> list[Item]:
        """Return the options in random order."""
        keys = self._generator.random(len(options))
        return [options[place] for place in np.argsort(keys, kind="stable")]


@cache
def _to_metres() -> Transformer:
    return Transformer.from_crs(DEGREES_CRS, METRES_CRS, always_xy=True)


@cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs(METRES_CRS, DEGREES_CRS, always_xy=True)


def metres(degrees: Sequence[tuple[float, float]] | Points) -> Points:
    """Turn (lon, lat) points into UTM metres, a row each."""
    given = np.asarray(degrees, dtype=float).reshape(-1, 2)
    x, y = _to_metres().transform(given[:, 0], given[:, 1])
    return np.column_stack([x, y])


def degrees(shape: BaseGeometry, *, decimals: int = MAP_DECIMALS) -> BaseGeometry:
    """Turn a shape in UTM metres into lon/lat, rounded; polygons in the winding of RFC 7946."""

    def project(points: Points) -> Points:
        lon, lat = _to_degrees().transform(points[:, 0], points[:, 1])
        return np.round(np.column_stack([lon, lat]), decimals)

    turned = shapely.transform(shape, project)
    return shapely.orient_polygons(turned, exterior_cw=False) if "Polygon" in turned.geom_type else turned


def area_ha(shape: BaseGeometry) -> float:
    """Measure a lon/lat polygon on the ellipsoid."""
    return abs(_GEOD.geometry_area_perimeter(shape)[0]) / 10_000


def wander(points: Points) -> Points:
    """Move points by a smooth field of a few kilometres, so that straight borders become natural ones.

    The field bends space gently and never folds it: what did not cross before does not cross afterwards.
    """
    x, y = points[:, 0] / 1000, points[:, 1] / 1000
    dx = 1.3 * np.sin(y / 7.1 + 0.4) + 0.9 * np.sin(y / 3.3 + x / 9.7) + 0.35 * np.sin(x / 2.1 + y / 1.9)
    dy = 1.2 * np.sin(x / 6.3 + 1.1) + 0.8 * np.sin(x / 3.1 - y / 8.3) + 0.35 * np.sin(y / 2.3 - x / 1.7)
    return np.column_stack([points[:, 0] + 1000 * dx * 0.8, points[:, 1] + 1000 * dy * 0.8])


def bend(points: Points, *, chance: Chance, step_m: float, sway: float) -> Points:
    """Bend the straight pieces between points: halve them again and again, each middle pushed aside.

    `sway` is the largest push as a share of the piece; no piece stays longer than `step_m`.
    """
    while True:
        spans = np.hypot(*np.diff(points, axis=0).T)
        if spans.max() <= step_m:
            return points
        bent = [points[0]]
        for start, end, span in zip(points[:-1], points[1:], spans, strict=True):
            if span > step_m:
                aside = np.array([start[1] - end[1], end[0] - start[0]]) * chance.between(-sway, sway)
                bent.append((start + end) / 2 + aside)
            bent.append(end)
        points = np.array(bent)


def round_corners(points: Points) -> Points:
    """Cut each corner of a course once (Chaikin), keeping its ends."""
    quarter = 0.75 * points[:-1] + 0.25 * points[1:]
    three = 0.25 * points[:-1] + 0.75 * points[1:]
    woven = np.empty((2 * len(quarter), 2))
    woven[0::2], woven[1::2] = quarter, three
    return np.vstack([points[:1], woven, points[-1:]])


def shift_aside(points: Points, aside_m: float) -> Points:
    """Move a course sideways, to the left for positive metres, corner by corner."""
    along = np.diff(points, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    normals = np.column_stack([-along[:, 1], along[:, 0]])
    mitre = np.vstack([normals[:1], normals[:-1] + normals[1:], normals[-1:]])
    length = np.maximum(np.hypot(mitre[:, 0], mitre[:, 1]), 0.5)
    return points + aside_m * mitre / length[:, None]


def blob(centre: Points, radius_m: float, *, chance: Chance, corners: int = 16) -> shapely.Polygon:
    """Draw an uneven round outline, as of a village seen from above."""
    waves = [(chance.between(0.04, 0.14), chance.between(0, 6.28), order) for order in (2, 3, 5)]
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radii = radius_m * (1 + sum(size * np.sin(order * angles + phase) for size, phase, order in waves))
    return shapely.Polygon(centre + np.column_stack([radii * np.cos(angles), radii * np.sin(angles)]))
