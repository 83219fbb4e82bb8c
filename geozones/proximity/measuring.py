"""In which CRS may be measured, and metres on the ellipsoid between points of a plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer

from geozones.crs import name_crs
from geozones.errors import MeasureError
from geozones.i18n import N_
from geozones.proximity.jit import compiled

Numbers = NDArray[np.float64]

MAX_SCALE_ERROR = 0.1
"""How far the local scale of a projection may lie from 1 where it is measured in."""

_TRANSVERSE_MERCATOR = "Transverse Mercator"
_STEP_M = 10_000.0
_FARTHEST_STEP = 1_250
_UNIT_M = 1_000_000.0
_FITTED_M = np.array([0.0, 200_000.0, 500_000.0, 800_000.0])
_LONGEST_SCALED_M = 100_000.0
_FARTHEST_SCALED_M = 1_000_000.0

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
    if crs.is_compound:
        return _horizontal(crs.sub_crs_list[0])
    return _horizontal(crs.source_crs) if crs.is_bound and crs.source_crs is not None else crs


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


@dataclass(frozen=True)
class GroundRuler:
    """Turns planar distances into metres on the ellipsoid.

    For a transverse Mercator projection the local scale is an even polynomial of the distance from the central
    meridian, whose coefficients depend on the northing (a row of `coefficients` every `_STEP_M`, the first one for
    the multiple `first_row` of it). The mean of 1 / scale along the connecting line is taken at ends and middle
    (Simpson): within 3e-7 of `Geod` for lines up to 100 km long and 1,000 km from the central meridian. Others,
    those where a coefficient is not finite, and other projections, are measured by `Geod` itself. The metres of a
    line do not depend on the range of northings that the ruler was made for.
    """

    crs: CRS
    false_easting: float
    first_row: int
    coefficients: Numbers

    @classmethod
    def of(cls, crs: CRS, bottom: float, top: float) -> GroundRuler:
        """Make the ruler of a measuring CRS for lines that start at northings from `bottom` to `top`."""
        none = cls(crs, 0.0, 0, np.empty((0, 4)))
        operation = crs.coordinate_operation
        if operation is None or operation.method_name != _TRANSVERSE_MERCATOR or not np.isfinite(bottom + top):
            return none
        parameters = {part.name: part.value for part in operation.params}
        false_easting = parameters.get("False easting")
        first_row = max(int(np.floor((bottom - _LONGEST_SCALED_M) / _STEP_M)), -_FARTHEST_STEP)
        last_row = min(int(np.floor((top + _LONGEST_SCALED_M) / _STEP_M)) + 1, _FARTHEST_STEP)
        if false_easting is None or first_row >= last_row:
            return none
        northings = np.arange(first_row, last_row + 1) * _STEP_M
        x, y = np.meshgrid(false_easting + _FITTED_M, northings)
        lon, lat = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(x.ravel(), y.ravel())
        known = np.isfinite(lon) & np.isfinite(lat)
        scale = np.full(x.size, np.nan)
        scale[known] = Proj(crs).get_factors(lon[known], lat[known]).meridional_scale
        powers = (_FITTED_M[:, None] / _UNIT_M) ** np.array([0, 2, 4, 6])
        # Term by term, not as a product of matrices: that may round a row by how many there are.
        terms = scale.reshape(x.shape)[:, :, None] * np.linalg.inv(powers).T
        coefficients = terms[:, 0] + terms[:, 1] + terms[:, 2] + terms[:, 3]
        return cls(crs, float(false_easting), first_row, np.ascontiguousarray(coefficients))

    def measure_m(self, measures: Numbers, start: int, end: int) -> None:
        """Replace planar distances by metres on the ground, in the columns `start` … `end` of `measures`.

        Row 0 holds the distances, rows 1 to 4 the two points.
        """
        if len(self.coefficients):
            scale_to_ground(measures, start, end, self.false_easting, self.first_row, self.coefficients)
            by_geod = start + np.flatnonzero(measures[0, start:end] < 0.0)
        else:
            by_geod = start + np.flatnonzero(measures[0, start:end] > 0.0)
        if len(by_geod):
            measures[0, by_geod] = measure_ground_m(self.crs, *measures[1:, by_geod])


@compiled
def scale_to_ground(
    measures: Numbers, start: int, end: int, false_easting: float, first_row: int, coefficients: Numbers
) -> None:
    """Divide planar distances by the mean scale along the line; those that need `Geod` become negative."""
    last = len(coefficients) - 2
    for place in range(start, end):
        planar_m = measures[0, place]
        if not planar_m > 0.0:
            continue
        mean, farthest = 0.0, 0.0
        for part in range(3):
            x = measures[1, place] + 0.5 * part * (measures[3, place] - measures[1, place]) - false_easting
            y = (measures[2, place] + 0.5 * part * (measures[4, place] - measures[2, place])) / _STEP_M
            share = y - np.floor(y)
            row = int(min(max(np.floor(y) - first_row, -1.0), last + 1.0))
            if row < 0 or row > last:
                mean = np.nan
                break
            square = (x / _UNIT_M) ** 2
            scale = 0.0
            for power in range(3, -1, -1):
                here = coefficients[row, power]
                scale = scale * square + here + share * (coefficients[row + 1, power] - here)
            mean += (4.0 if part == 1 else 1.0) / (6.0 * scale)
            farthest = max(farthest, abs(x))
        is_fit = planar_m <= _LONGEST_SCALED_M and farthest <= _FARTHEST_SCALED_M and np.isfinite(mean)
        measures[0, place] = planar_m * mean if is_fit else -1.0


def measure_ground_m(crs: CRS, x1: Numbers, y1: Numbers, x2: Numbers, y2: Numbers) -> Numbers:
    """Measure metres on the ellipsoid of `crs` between pairs of points in its plane; NaN in gives NaN out."""
    ground_m = np.full(len(x1), np.nan)
    known = np.isfinite(x1)
    if not known.any():
        return ground_m
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    lon1, lat1 = to_degrees.transform(x1[known], y1[known])
    lon2, lat2 = to_degrees.transform(x2[known], y2[known])
    geod: Any = crs.get_geod()
    ground_m[known] = geod.inv(lon1, lat1, lon2, lat2)[2]
    ground_m[known & (x1 == x2) & (y1 == y2)] = 0.0
    return ground_m
