"""Metres on the ground in the plane of a projection: the local scale at every plot."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer

from geozones.crs import name_crs
from geozones.errors import MeasureError
from geozones.i18n import N_

Numbers = NDArray[np.float64]
Shapes = NDArray[Any]

MOST_SCALE_ERROR = 0.1
"""How far the local scale may lie from 1; a projection that distorts more is refused for measuring."""


def find_scale(shapes: Shapes, crs: Any) -> Numbers:
    """Find how many metres of the plane one metre on the ground has at every shape.

    Parameters
    ----------
    shapes
        Geometries; the scale is taken at the middle of the bounds, 1 where there is none.
    crs
        Their CRS; it has to be projected, in metres.

    Returns
    -------
    One number a shape: the root of the local areal scale (in a conformal projection the linear scale).

    Raises
    ------
    MeasureError
        The CRS is missing, geographic, not in metres, or distorts lengths by more than a tenth here.
    """
    system = _require_metres(crs)
    scale = np.ones(len(shapes))
    bounds = shapely.bounds(shapes)
    known = np.isfinite(bounds).all(axis=1)
    if not known.any():
        return scale
    x, y = (bounds[known, 0] + bounds[known, 2]) / 2, (bounds[known, 1] + bounds[known, 3]) / 2
    along, across = _scales_at(system, x, y)
    scale[known] = np.sqrt(along * across)
    if not (np.abs(np.stack([along, across]) - 1.0) < MOST_SCALE_ERROR).all():
        raise MeasureError(
            N_(
                "{crs} distorts lengths too much to measure in it here. "
                "Convert to the UTM zone of the data, for example EPSG:32642."
            ),
            crs=name_crs(system),
        )
    return scale


def _require_metres(crs: Any) -> CRS:
    if crs is None:
        raise MeasureError(
            N_(
                "The table has no coordinate reference system, so metres cannot be measured. "
                "Set it, for example EPSG:32642."
            )
        )
    system = CRS.from_user_input(crs)
    if not system.is_projected:
        raise MeasureError(
            N_(
                "Metres cannot be measured in {crs}: its coordinates are degrees. "
                "Convert to a projected system in metres, for example EPSG:32642."
            ),
            crs=name_crs(system),
        )
    if system.axis_info[0].unit_name not in {"metre", "meter", "m"}:
        raise MeasureError(
            N_(
                "Metres cannot be measured in {crs}: its unit is {unit}. "
                "Convert to a projected system in metres, for example EPSG:32642."
            ),
            crs=name_crs(system),
            unit=system.axis_info[0].unit_name,
        )
    return system


def _scales_at(system: CRS, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Find the greatest and the least local scale at points."""
    lon, lat = Transformer.from_crs(system, system.geodetic_crs, always_xy=True).transform(x, y)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return np.full(len(x), np.inf), np.full(len(x), np.inf)
    factors = Proj(system).get_factors(np.atleast_1d(lon), np.atleast_1d(lat))
    return np.asarray(factors.tissot_semimajor, dtype=float), np.asarray(factors.tissot_semiminor, dtype=float)
