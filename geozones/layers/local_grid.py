"""Local coordinate systems: fitted to the ground by control points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geozones.crs import WGS84, convert_geometries, parse_crs
from geozones.errors import CrsError
from geozones.i18n import N_

_SCALE_LIMITS = (0.98, 1.02)


@dataclass(frozen=True)
class LocalFit:
    """A similarity transform into UTM: `crs`, the complex factors, and the residuals at the control points."""

    crs: Any
    factor: complex
    offset: complex
    residuals_m: tuple[float, ...]

    @property
    def accuracy_m(self) -> float:
        """Largest residual in metres; 0 where two points leave none to compare."""
        return max(self.residuals_m)

    def convert(self, shapes: np.ndarray) -> np.ndarray:
        """Bring shapes of the local system into `crs`."""

        def turn(coordinates: np.ndarray) -> np.ndarray:
            plane = self.factor * (coordinates[:, 0] + 1j * coordinates[:, 1]) + self.offset
            return np.column_stack([plane.real, plane.imag])

        return shapely.transform(shapes, turn)


def fit_control_points(points: tuple[tuple[float, float, float, float], ...], *, layer: str) -> LocalFit:
    """Fit a local system to the ground by least squares: one turn, one scale, one shift.

    Parameters
    ----------
    points
        Two or more of (x, y, lon, lat): the same place in the local system and on WGS 84.

    Raises
    ------
    CrsError
        Fewer than two points, points in one place, or a scale that no plan in metres has (the axes are swapped,
        or a number is wrong).
    """
    if len(points) < 2:
        raise CrsError(
            N_("Layer {layer}: control_points needs two or more points [x, y, lon, lat], far from each other."),
            layer=layer,
        )
    table = np.array(points, dtype=float)
    zone = int(np.clip((table[:, 2].mean() + 180) // 6 + 1, 1, 60))
    crs = parse_crs(f"EPSG:{32600 + zone}")
    known: Any = shapely.points(table[:, 2:])
    ground = shapely.get_coordinates(convert_geometries(known, WGS84, crs)[0])
    local, target = table[:, 0] + 1j * table[:, 1], ground[:, 0] + 1j * ground[:, 1]
    centred = local - local.mean()
    spread = float((abs(centred) ** 2).sum())
    factor = (centred.conj() * (target - target.mean())).sum() / spread if spread > 0 else 0j
    if not _SCALE_LIMITS[0] <= abs(factor) <= _SCALE_LIMITS[1]:
        raise CrsError(
            N_("Layer {layer}: the control points give a scale of {scale}, which no plan in metres has. Check "
               "each "
               "point, and whether x and y are swapped."),
            layer=layer, scale=f"{abs(factor):.4g}",
        )  # fmt: skip
    offset = target.mean() - factor * local.mean()
    residuals = abs(factor * local + offset - target)
    return LocalFit(crs, complex(factor), complex(offset), tuple(float(residual) for residual in residuals))
