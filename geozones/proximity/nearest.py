"""The nearest line or point of a network for every plot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS

from geozones.errors import MeasureError
from geozones.i18n import N_
from geozones.proximity.measuring import measure_ground_m, require_measuring_crs

NEAREST_COLUMNS = ("line_id", "distance_m", "plot_x", "plot_y", "line_x", "line_y")


def find_nearest(plots: GeoDataFrame, lines: GeoDataFrame, *, max_distance_m: float | None = None) -> pd.DataFrame:
    """Find the nearest line of a network for every plot.

    Parameters
    ----------
    plots
        Polygons (with holes, of several parts), lines or points, 2D or 3D, in a projected CRS in metres.
    lines
        Lines or points, of one or several parts, in the same CRS; column `line_id`, else the row labels name them.
        An empty or missing geometry is passed over.
    max_distance_m
        Lines farther than this on the ground are not found.

    Returns
    -------
    DataFrame
        Indexed like `plots`, rows in their order: `line_id` (text, NA where none is found), `distance_m` (metres
        on the ellipsoid of the CRS between the two points, 0 where they touch, cross or one contains the other;
        NaN where none is found or the plot is empty or missing), `plot_x`, `plot_y`, `line_x`, `line_y` (the two
        points, nearest in the plane of the CRS). Of several lines equally near the first is taken.

    Raises
    ------
    MeasureError
        The CRS is missing, geographic, strongly distorting, or differs between the tables.
    """
    crs = require_same_crs(plots, lines)
    names = target_names(lines, "line_id")
    nearest = search(np.asarray(plots.geometry.array), np.asarray(lines.geometry.array), crs, max_distance_m)
    position = nearest.pop("position").to_numpy()
    nearest.insert(0, "line_id", pick_names(names, position))
    return nearest.set_axis(plots.index, axis=0)


def pick_names(names: pd.Series, position: NDArray[np.int64]) -> Any:
    """Return the name at every position as text, missing where the position is negative."""
    return names.array.take(position, allow_fill=True)


def require_same_crs(plots: GeoDataFrame, lines: GeoDataFrame) -> CRS:
    """Return the CRS in which both tables are measured."""
    bounds = np.asarray([plots.total_bounds, lines.total_bounds])
    left_bottom, right_top = np.nanmin(bounds[:, :2], axis=0), np.nanmax(bounds[:, 2:], axis=0)
    crs = require_measuring_crs(plots.crs, bounds=(*left_bottom, *right_top))
    if require_measuring_crs(lines.crs) != crs:
        raise MeasureError(
            N_("Plots and lines stand in different coordinate reference systems. Convert one of them.")
        )
    return crs


def target_names(lines: GeoDataFrame, key: str) -> pd.Series:
    """Return the names of the targets as text: their key column, or the row labels where it is missing."""
    names = lines[key] if key in lines.columns else lines.index.to_series()
    return names.astype("str").reset_index(drop=True)


def search(plots: NDArray[Any], lines: NDArray[Any], crs: CRS, max_distance_m: float | None) -> pd.DataFrame:
    """Find the nearest target by position (-1: none) with ground metres and the two points."""
    pieces, owner = _cut(lines)
    position = np.full(len(plots), -1, dtype=np.int64)
    ends = np.full((len(plots), 4), np.nan)
    if len(pieces):
        flat = shapely.force_2d(plots)
        plot_at, piece_at = shapely.STRtree(pieces).query_nearest(flat, all_matches=True)
        order = np.lexsort((piece_at, owner[piece_at], plot_at))
        first, chosen = np.unique(plot_at[order], return_index=True)
        piece = piece_at[order][chosen]
        position[first] = owner[piece]
        links = shapely.shortest_line(flat[first], pieces[piece])
        ends[first] = shapely.get_coordinates(links).reshape(-1, 4)
    distance_m = measure_ground_m(crs, *ends.T)
    if max_distance_m is not None:
        too_far = ~(distance_m <= max_distance_m)
        position[too_far], distance_m[too_far], ends[too_far] = -1, np.nan, np.nan
    columns = ("plot_x", "plot_y", "line_x", "line_y")
    return pd.DataFrame({"position": position, "distance_m": distance_m} | dict(zip(columns, ends.T, strict=True)))


def _cut(lines: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Cut lines into pieces of two vertices; returns the pieces and the position of the line of each."""
    parts, owner = shapely.get_parts(shapely.force_2d(lines), return_index=True)
    parts, owner = parts[~shapely.is_empty(parts)], owner[~shapely.is_empty(parts)]
    is_point = shapely.get_type_id(parts) == 0
    coordinates, part = shapely.get_coordinates(parts[~is_point], return_index=True)
    inner = part[1:] == part[:-1]
    segments = (
        shapely.linestrings(np.stack([coordinates[:-1][inner], coordinates[1:][inner]], axis=1))
        if inner.any()
        else parts[:0]
    )
    segment_owner = owner[~is_point][part[:-1][inner]] if inner.any() else owner[:0]
    return np.concatenate([parts[is_point], segments]), np.concatenate([owner[is_point], segment_owner])
