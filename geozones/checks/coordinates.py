"""Whether coordinates fit the CRS that is stated for them: each likely CRS is tried against the region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geozones.crs import WGS84, find_operation, name_crs, parse_crs
from geozones.errors import CrsError
from geozones.i18n import N_

Bounds = tuple[float, float, float, float]

_SAMPLE = 2_000
_MARGIN_DEGREES = 1.0
_FITS_STATED, _FITS_OTHER = 0.5, 0.9
_LIKELY = (
    "EPSG:4326", "EPSG:32642", "EPSG:32641", "EPSG:32643", "EPSG:28412", "EPSG:28411", "EPSG:28413", "EPSG:2502",
    "EPSG:2501", "EPSG:2503", "EPSG:2538", "EPSG:2539", "EPSG:2540", "EPSG:2597", "EPSG:2598", "EPSG:2599",
    "EPSG:10945", "EPSG:10946", "EPSG:10947", "EPSG:3857",
)  # fmt: skip
"""CRS in which layers of southern Kazakhstan are sent, the likeliest first."""


@dataclass(frozen=True)
class Guess:
    """A CRS that puts coordinates into the region, and whether their axes had to be swapped for it."""

    crs: str
    swapped: bool

    def __str__(self) -> str:
        return f'crs = "{self.crs}"' + (", swap_axes = true" if self.swapped else "")


def sample_rows(count: int) -> NDArray[np.int64]:
    """Choose the rows that `sample_points` looks at among so many shapes, all of them there."""
    if count <= _SAMPLE:
        return np.arange(count, dtype=np.int64)
    return np.linspace(0, count - 1, 2 * _SAMPLE).astype(np.int64)


def sample_points(shapes: np.ndarray) -> np.ndarray:
    """Take some points of shapes, evenly over all of them: the middles of their boxes."""
    is_placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    placed = shapes[is_placed]
    placed = placed[sample_rows(len(placed))]
    bounds = shapely.bounds(placed)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if len(bounds) > _SAMPLE:
        bounds = bounds[np.linspace(0, len(bounds) - 1, _SAMPLE).astype(int)]
    return (bounds[:, :2] + bounds[:, 2:]) / 2


def share_inside(points: np.ndarray, crs: Any, bounds: Bounds) -> float:
    """Tell which share of points, taken as coordinates of `crs`, lies in the region or within a degree of it."""
    if not len(points):
        return 1.0
    with np.errstate(all="ignore"):
        lon, lat = find_operation(crs, WGS84).convert(points[:, 0].copy(), points[:, 1].copy())
    west, south, east, north = bounds
    inside = (lon > west - _MARGIN_DEGREES) & (lon < east + _MARGIN_DEGREES)
    inside &= (lat > south - _MARGIN_DEGREES) & (lat < north + _MARGIN_DEGREES)
    return float(inside.mean())


def guess_crs(points: np.ndarray, bounds: Bounds) -> list[Guess]:
    """List the likely CRS that put points into the region, the likeliest first; axes as they are come first.

    Points with prefixed false eastings fit one zone only; the metres of several Gauss-Krüger zones without a
    prefix, and of UTM, look alike: then all that fit are listed.
    """
    found = []
    for swapped in (False, True):
        turned = points[:, ::-1] if swapped else points
        found += [
            Guess(name, swapped)
            for name in _LIKELY
            if share_inside(turned, parse_crs(name), bounds) >= _FITS_OTHER
        ]
    return found


def require_fitting_crs(shapes: np.ndarray, crs: Any, bounds: Bounds, *, layer: str) -> None:
    """Refuse coordinates that lie outside the region in their stated CRS, but inside in another likely one.

    Features that no likely CRS brings into the region pass: the check of the bounds reports each.

    Raises
    ------
    CrsError
        Names the stated CRS, and what fits better: swapped axes, degrees taken for metres or the reverse, another
        zone, Web Mercator.
    """
    points = sample_points(shapes)
    if share_inside(points, crs, bounds) >= _FITS_STATED:
        return
    guesses = guess_crs(points, bounds)
    if not guesses:
        return
    lon, lat = points[len(points) // 2]
    raise CrsError(
        N_("Layer {layer}: its coordinates (such as {x}, {y}) do not lie in the region as {stated}, but they "
           "do as: "
           "{guesses}. Ask the sender which is true; write it in the settings, with crs_override = true where the "
           "file itself says otherwise."),
        layer=layer, x=f"{lon:.6g}", y=f"{lat:.6g}", stated=name_crs(crs),
        guesses=" · ".join(str(guess) for guess in guesses[:6]),
    )  # fmt: skip
