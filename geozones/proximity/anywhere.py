"""Nearest lines for plots in any CRS: where it gives no metres, UTM zone by UTM zone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geozones.crs import WGS84, convert_geometries, find_operation
from geozones.errors import MeasureError
from geozones.proximity.arrange import ArrangedPlots
from geozones.proximity.flatten import FlatGeometries
from geozones.proximity.measuring import require_measuring_crs
from geozones.proximity.nearest import BATCH, Nearest, NearestIndex, target_names

Part = tuple[CRS, NDArray[np.int64]]


def find_nearest_anywhere(
    plots: gpd.GeoDataFrame,
    networks: Mapping[str, gpd.GeoDataFrame],
    *,
    line_key: str = "line_id",
    on_done: Callable[[str, int], None] | None = None,
) -> dict[str, pd.DataFrame]:
    """Find the nearest line of several networks for plots in any CRS.

    Parameters
    ----------
    plots
        As for `find_nearest`, but in any CRS: where that one gives no true metres (degrees, Web Mercator), every
        plot is measured in the UTM zone in which its middle lies.
    networks
        Lines or points by the name of the network, each in any CRS.
    line_key
        Column that names the lines; the row labels do where a table lacks it.
    on_done
        Called with the name of a network and the number of plots just done; those without a place count too.

    Returns
    -------
    dict
        By name, a table as of `find_nearest`; the two points are in the CRS of `plots`.

    Raises
    ------
    MeasureError
        A CRS is missing, or targets are polygons.
    CrsError
        No exact way leads from one CRS to another.
    """
    if plots.crs is None:
        require_measuring_crs(None)
    shapes = np.asarray(plots.geometry.array)
    parts = list(_split_by_plane(shapes, plots.crs))
    found = {}
    for name, lines in networks.items():
        if lines.crs is None:
            require_measuring_crs(None)
        nearest = Nearest(np.full(len(shapes), -1, dtype=np.int32), np.full((5, len(shapes)), np.nan))
        for plane, rows in parts:
            _measure_part(shapes, plots.crs, lines, plane, rows, nearest, _counting(on_done, name))
        nowhere = len(shapes) - sum(len(rows) for _, rows in parts)
        if nowhere:
            _counting(on_done, name)(nowhere)
        found[name] = nearest.as_table(target_names(lines, line_key), plots.index)
    return found


def _counting(on_done: Callable[[str, int], None] | None, name: str) -> Callable[[int], None]:
    return (lambda count: on_done(name, count)) if on_done is not None else (lambda _count: None)


def _split_by_plane(shapes: NDArray[Any], crs: CRS) -> Iterator[Part]:
    """Give the planes to measure in, each with the rows of the plots that belong there."""
    if not len(shapes):
        return
    try:
        yield require_measuring_crs(crs, bounds=tuple(shapely.total_bounds(shapes))), np.arange(len(shapes))
    except MeasureError:
        boxes = shapely.bounds(shapes)
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        lon, lat = find_operation(crs, WGS84).convert(x, y)
        known = np.isfinite(lon) & np.isfinite(lat)
        zone = np.where(known, np.clip((np.where(known, lon, 0.0) + 180.0) // 6.0 + 1, 1, 60), -1).astype(int)
        code = np.where(np.where(known, lat, 0.0) >= 0.0, 32600, 32700) + zone
        for epsg in np.unique(code[known]):
            yield CRS.from_epsg(int(epsg)), np.flatnonzero(known & (code == epsg))


def _measure_part(
    shapes: NDArray[Any], crs: CRS, lines: gpd.GeoDataFrame, plane: CRS, rows: NDArray[np.int64],
    nearest: Nearest, on_done: Callable[[int], None],
) -> None:  # fmt: skip
    """Measure some plots in one plane; writes the answers at their rows."""
    targets, _ = convert_geometries(np.asarray(lines.geometry.array), lines.crs, plane)
    index = NearestIndex(FlatGeometries.from_shapely(targets), plane)
    back = find_operation(plane, crs)
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        batch, _ = convert_geometries(shapes[some], crs, plane)
        part = index.find(ArrangedPlots.of(FlatGeometries.from_shapely(batch)))
        nearest.target[some] = part.target
        nearest.measures[0, some] = part.measures[0]
        for x in (1, 3):
            nearest.measures[x, some], nearest.measures[x + 1, some] = back.convert(
                part.measures[x], part.measures[x + 1]
            )
        on_done(len(some))
