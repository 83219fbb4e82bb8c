"""Where a layer lies on the ground: the CRS of the file and of the settings, swapped axes, control points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geozones.checks.coordinates import Bounds, guess_crs, sample_points
from geozones.checks.issues import make_issues
from geozones.config import LayerSpec
from geozones.crs import name_crs, parse_crs
from geozones.errors import CrsError
from geozones.i18n import N_
from geozones.layers.layer import RawTable
from geozones.layers.local_grid import fit_control_points

_GOOD_RESIDUAL_M = 1.0


@dataclass(frozen=True)
class Referenced:
    """Shapes with their CRS, how far they may be off because of how they were placed, and what to say of it."""

    geometry: np.ndarray
    crs: Any
    accuracy_m: float = 0.0
    issues: tuple[Any, ...] = ()


def reference(raw: RawTable, spec: LayerSpec, *, bounds: Bounds | None, shown: str) -> Referenced:
    """Decide the CRS of a layer and turn its axes or fit its local system where the settings say so.

    Parameters
    ----------
    raw
        With geometry.
    bounds
        Bounds of the region (lon, lat): with them a missing CRS is answered by the likely ones.

    Raises
    ------
    CrsError
        Nobody states a CRS, file and settings contradict each other, or the control points do not fit.
    """
    geometry = raw.geometry
    if spec.swap_axes:
        geometry = shapely.transform(geometry, lambda points: points[:, ::-1])
    if spec.control_points:
        return _fit(geometry, spec)
    return Referenced(geometry, _decide_crs(raw, geometry, spec, bounds, shown))


def _fit(geometry: np.ndarray, spec: LayerSpec) -> Referenced:
    fit = fit_control_points(spec.control_points, layer=spec.key)
    issue = make_issues(
        "control_points_fitted", layer=spec.key,
        severity="info" if fit.accuracy_m <= _GOOD_RESIDUAL_M else "warning",
        params={
            "count": len(fit.residuals_m),
            "residuals": ", ".join(f"{residual:.2f}" for residual in fit.residuals_m),
            "worst": f"{fit.accuracy_m:.2f}",
        },
    )  # fmt: skip
    return Referenced(fit.convert(geometry), fit.crs, fit.accuracy_m, (issue,))


def _decide_crs(raw: RawTable, geometry: np.ndarray, spec: LayerSpec, bounds: Bounds | None, shown: str) -> Any:
    """Decide the CRS from what the file and the settings say."""
    stated = parse_crs(spec.crs) if spec.crs else None
    if stated is not None and (raw.crs is None or spec.crs_override):
        return stated
    if raw.crs is None:
        raise _missing_crs(geometry, bounds, shown)
    own = parse_crs(raw.crs)
    is_same = stated is None or stated.equals(own, ignore_axis_order=True) or name_crs(stated) == name_crs(own)
    if stated is not None and not is_same:
        raise CrsError(
            N_("{file}: the file says {own}, the settings say {stated}. Take crs out of the settings, or add "
               "crs_override = true if the file is wrong."),
            file=shown, own=name_crs(own), stated=name_crs(stated),
        )  # fmt: skip
    return own


def _missing_crs(geometry: np.ndarray, bounds: Bounds | None, shown: str) -> CrsError:
    guesses = guess_crs(sample_points(geometry), bounds) if bounds is not None else []
    if not guesses:
        return CrsError(
            N_("{file}: the file does not say its coordinate reference system. Ask the sender, then write "
               'crs = "EPSG:4326" (degrees), crs = "EPSG:28412" (Pulkovo 1942) or another code in the settings.'),
            file=shown,
        )  # fmt: skip
    return CrsError(
        N_("{file}: the file does not say its coordinate reference system. These put it into the region: "
           "{guesses}. "
           "Ask the sender which is true, and write it in the settings."),
        file=shown, guesses=" · ".join(str(guess) for guess in guesses[:6]),
    )  # fmt: skip
