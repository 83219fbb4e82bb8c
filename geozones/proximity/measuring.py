"""In which CRS may be measured, and metres on the ellipsoid between points of a plane."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer

from geozones.crs import name_crs
from geozones.errors import MeasureError
from geozones.i18n import N_

Numbers = NDArray[np.float64]

MAX_SCALE_ERROR = 0.1
"""How far the local scale of a projection may lie from 1 where it is measured in."""

_METRES = {"metre", "meter", "m"}
_DISTORTING = {"Popular Visualisation Pseudo Mercator", "Mercator (variant A)", "Mercator (variant B)"}


def require_measuring_crs(crs: Any, *, bounds: tuple[float, float, float, float] | None = None) -> CRS:
    """Return the horizontal CRS of a table, or say why metres cannot be measured in it.

    Parameters
    ----------
    crs
        CRS of the coordinates (None: the table has none).
    bounds
        Where it is measured (left, bottom, right, top); None looks at the method of the projection alone.

    Returns
    -------
    CRS
        Projected, in metres, without its vertical part.

    Raises
    ------
    MeasureError
        The CRS is missing, geographic, not in metres, or distorts lengths by more than a tenth around the data.
    """
    if crs is None:
        raise MeasureError(
            N_(
                "The table has no coordinate reference system, so metres cannot be measured. "
                "Set it, for example EPSG:32642."
            )
        )
    system = _horizontal(CRS.from_user_input(crs))
    if not system.is_projected:
        raise MeasureError(
            N_(
                "Metres cannot be measured in {crs}: its coordinates are degrees. "
                "Convert to a projected system in metres, for example EPSG:32642."
            ),
            crs=name_crs(system),
        )
    if system.axis_info[0].unit_name not in _METRES:
        raise MeasureError(
            N_(
                "Metres cannot be measured in {crs}: its unit is {unit}. "
                "Convert to a projected system in metres, for example EPSG:32642."
            ),
            crs=name_crs(system),
            unit=system.axis_info[0].unit_name,
        )
    if _method(system) in _DISTORTING or (bounds is not None and _is_distorting(system, bounds)):
        raise MeasureError(
            N_(
                "{crs} distorts lengths too much to measure in it here. "
                "Convert to the UTM zone of the data, for example EPSG:32642."
            ),
            crs=name_crs(system),
        )
    return system


def _horizontal(crs: CRS) -> CRS:
    while crs.is_compound or crs.is_bound:
        crs = crs.sub_crs_list[0] if crs.is_compound else crs.source_crs
    return crs


def _method(crs: CRS) -> str:
    return crs.coordinate_operation.method_name if crs.coordinate_operation is not None else ""


def _is_distorting(crs: CRS, bounds: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = bounds
    if not np.isfinite(bounds).all():
        return False
    x, y = np.meshgrid(np.linspace(left, right, 3), np.linspace(bottom, top, 3))
    lon, lat = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(x.ravel(), y.ravel())
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return True
    factors = Proj(crs).get_factors(lon, lat)
    scales = np.stack([factors.tissot_semimajor, factors.tissot_semiminor])
    return bool((np.abs(scales - 1.0) > MAX_SCALE_ERROR).any())


def measure_ground_m(crs: CRS, x1: Numbers, y1: Numbers, x2: Numbers, y2: Numbers) -> Numbers:
    """Measure metres on the ellipsoid of `crs` between pairs of points in its plane; NaN in gives NaN out."""
    ground_m = np.full(len(x1), np.nan)
    known = np.isfinite(x1)
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    lon1, lat1 = to_degrees.transform(x1[known], y1[known])
    lon2, lat2 = to_degrees.transform(x2[known], y2[known])
    ground_m[known] = crs.get_geod().inv(lon1, lat1, lon2, lat2)[2]
    ground_m[known & (x1 == x2) & (y1 == y2)] = 0.0
    return ground_m
