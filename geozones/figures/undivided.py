"""What of a zone is not yet divided into plots: the wide remains between them, streets left out.

A zone may have thousands of plots, and nearly all of them lie beside nothing but streets. A raster of cells finds
where a gap could be wide enough at all; the geometry is worked out there alone, from the plots that lie around.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

CELLS_ACROSS = 6
"""So many cells lie across the smallest width that counts."""

MOST_CELLS = 4_000_000
"""A zone of more cells gets larger ones; from a size on they tell nothing, and all plots are looked at."""

MITRE_LIMIT = 5.0
"""A sharp corner of a plot takes land from the gap beside it up to this many times half the width."""

_SLACK = 0.05
"""GEOS thins outlines before it moves them, by a hundredth of the width; cells keep well clear of that."""


def find_undivided(zones: Any, plots: Any, *, min_width_m: float) -> NDArray[Any]:
    """Find the part of every zone that is not yet divided into plots.

    It is what remains of the zone without its plots, as far as a disc of `min_width_m` fits into it; narrower
    remains are streets and greenery (a morphological opening). What is found for a zone depends on its own plots
    alone.

    Parameters
    ----------
    zones
        Polygons with `zone_id`, projected CRS in metres.
    plots
        Polygons with `zone_id`, same CRS.

    Returns
    -------
    One geometry a zone, in the order of `zones`, empty where all is divided.
    """
    shapes = np.asarray(zones.geometry.array)
    by_zone = plots.groupby("zone_id").indices
    plot_shapes = np.asarray(plots.geometry.array)
    found = np.empty(len(zones), dtype=object)
    for place, zone_id in enumerate(zones["zone_id"]):
        found[place] = _find_gaps(shapes[place], plot_shapes[by_zone.get(zone_id, [])], min_width_m / 2)
    return found


def _find_gaps(zone: Any, plots: NDArray[Any], half_m: float) -> Any:
    """Open what the plots leave of a zone by `half_m`, looking only where a gap may be wide enough."""
    plots = plots[~(shapely.is_missing(plots) | shapely.is_empty(plots))]
    if not len(plots) or shapely.is_missing(zone) or shapely.is_empty(zone):
        return open_land(zone, half_m)
    grid = _Grid.over(zone, half_m / (CELLS_ACROSS / 2))
    counts = _Counts(grid, _may_be_wide(grid, zone, plots, half_m))
    if not counts.total:
        return shapely.Polygon()
    reach = math.ceil(MITRE_LIMIT * half_m / grid.cell_m) + 3
    rest = shapely.difference(zone, shapely.union_all(plots[counts.near(shapely.bounds(plots), reach)]))
    return open_land(rest, half_m, counts)


def open_land(rest: Any, half_m: float, counts: _Counts | None = None) -> Any:
    """Take the parts of some land that are at least twice `half_m` wide.

    `counts` names the cells that such parts may have their cores in; cores elsewhere are left out, since the
    plots that lie there have not been taken off.
    """
    cores = shapely.get_parts(shapely.buffer(rest, -half_m, join_style="mitre", mitre_limit=MITRE_LIMIT))
    if counts is not None:
        corners = np.array([shapely.get_coordinates(core)[0] for core in cores]).reshape(-1, 2)
        cores = cores[counts.near(np.hstack([corners, corners]), 1)]
    grown: Any = shapely.buffer(shapely.multipolygons(cores), half_m, join_style="mitre", mitre_limit=MITRE_LIMIT)
    if not shapely.is_valid(grown):
        # The mitres of a core with very sharp corners may cross each other.
        grown = shapely.make_valid(grown, method="structure", keep_collapsed=False)
    return shapely.intersection(grown, rest)


def _may_be_wide(grid: _Grid, zone: Any, plots: NDArray[Any], half_m: float) -> Mask:
    """Mark every cell with a point further than `half_m` from all plots and from the edge of the zone.

    A cell is left out where the middle of one near it lies in a plot or outside the zone, so near that none of its
    points is as far away as that.
    """
    taken = ~grid.mark(np.array([zone], dtype=object)) | grid.mark(plots)
    reach = half_m * (1.0 - _SLACK) / grid.cell_m - math.sqrt(0.5)
    steps = math.ceil(max(reach, 0.0))
    around = np.pad(taken, steps, constant_values=True)
    near = np.zeros_like(taken)
    for up in range(-steps, steps + 1):
        for right in range(-steps, steps + 1):
            if math.hypot(up, right) <= reach:
                near |= around[steps + up :, steps + right :][: grid.rows, : grid.columns]
    return ~near


@dataclass(frozen=True)
class _Grid:
    """Square cells over the bounds of a zone."""

    west: float
    south: float
    cell_m: float
    rows: int
    columns: int

    @classmethod
    def over(cls, zone: Any, cell_m: float) -> _Grid:
        west, south, east, north = shapely.bounds(zone)
        cell = max(cell_m, math.sqrt((east - west) * (north - south) / MOST_CELLS))
        return cls(west, south, cell, int((north - south) / cell) + 1, int((east - west) / cell) + 1)

    def mark(self, shapes: NDArray[Any]) -> Mask:
        """Mark the cells whose middle lies in one of some polygons.

        Each edge counts for the cells to its right in the rows that it crosses: one up where it is the western
        edge of its polygon there, one down where it is the eastern. The sum is how many polygons hold the middle.
        """
        start, end, sign = self._edges(shapes)
        first, last = (np.clip(np.ceil(np.sort([start[:, 1], end[:, 1]], axis=0)), 0, self.rows)).astype(np.int64)
        crossed = last - first
        edge = np.repeat(np.arange(len(crossed)), crossed)
        row = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(crossed) - crossed, crossed)
        slope = (end[edge, 0] - start[edge, 0]) / (end[edge, 1] - start[edge, 1])
        across = start[edge, 0] + (row - start[edge, 1]) * slope
        column = np.clip(np.ceil(across), 0, self.columns).astype(np.int64)
        size = self.rows * (self.columns + 1)
        sums = np.bincount(row * (self.columns + 1) + column, weights=sign[edge], minlength=size)
        held: Mask = np.cumsum(sums.reshape(self.rows, -1), axis=1)[:, :-1] > 0.5
        return held

    def _edges(self, shapes: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Give both ends of all edges, in cells from the middle of the first; 1 for western edges, else -1."""
        parts = shapely.orient_polygons(shapely.get_parts(shapes))
        points, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
        points = (points - (self.west, self.south)) / self.cell_m - 0.5
        inside = ring[1:] == ring[:-1]
        start, end = points[:-1][inside], points[1:][inside]
        return start, end, np.sign(start[:, 1] - end[:, 1])


class _Counts:
    """How many marked cells lie in any rectangle of cells."""

    def __init__(self, grid: _Grid, marked: Mask) -> None:
        self._grid = grid
        self._sums = np.pad(marked.cumsum(axis=0, dtype=np.int64).cumsum(axis=1), ((1, 0), (1, 0)))

    @property
    def total(self) -> int:
        return int(self._sums[-1, -1])

    def near(self, boxes: NDArray[np.float64], reach: int) -> Mask:
        """Say which boxes (west, south, east, north) have a marked cell within so many cells."""
        grid = self._grid
        west, south, east, north = ((boxes - ([grid.west, grid.south] * 2)) / grid.cell_m).T
        left, right = (
            np.clip(np.floor(x) + by, 0, grid.columns).astype(int) for x, by in ((west, -reach), (east, reach + 1))
        )
        low, high = (
            np.clip(np.floor(y) + by, 0, grid.rows).astype(int) for y, by in ((south, -reach), (north, reach + 1))
        )
        sums = self._sums
        found: Mask = sums[high, right] - sums[low, right] - sums[high, left] + sums[low, left] > 0
        return found
