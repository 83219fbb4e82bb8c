"""What the sheet of one plot for the land commission holds: corners in two systems, and the neighbours."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geozones.maps.atlas import Atlas
from geozones.maps.content import PageContent
from geozones.maps.shapes import to_degrees
from geozones.maps.words import short, text_or_none

MOST_PLOTS = 2000
"""Pages of more plots than this carry no sheets: their plots are looked up in the register."""

MOST_CORNERS = 200
"""As many corners of a plot stand on its sheet; of more their number is said."""

TOUCHING_M = 1.0
OVERLAP_M2 = 1.0
_DEGREES, _METRES = 10_000_000, 100


class PlotSheets:
    """Corners and neighbours of the plots of one page.

    Parameters
    ----------
    atlas
        The content of the run; the public one has no parcels, so plots alone are named as neighbours.
    """

    def __init__(self, atlas: Atlas) -> None:
        self._content = atlas.content
        self._atlas = atlas

    def of(self, rows: NDArray[np.intp]) -> dict[str, Any] | None:
        """Describe the plots in some rows of the content's plots.

        Returns
        -------
        `crs` (name and code of the working CRS), `most` (corners given at most), and per plot `corners` (rings as
        steps: lon and lat in 1e-7 degrees, then east and north in centimetres), `counts` (corners in all),
        `neighbours` (pairs of number and cadastral number). None for more than `MOST_PLOTS` plots.
        """
        if len(rows) > MOST_PLOTS:
            return None
        plots = self._content.tables.plots
        shapes = np.asarray(plots.geometry.array, dtype=object)[rows]
        degrees = to_degrees(shapes, plots.crs)
        return {
            "crs": _crs_words(self._content),
            "most": MOST_CORNERS,
            "corners": [
                [_steps(of_degrees, _DEGREES), _steps(of_metres, _METRES)]
                for of_degrees, of_metres in zip(map(_rings, degrees), map(_rings, shapes), strict=True)
            ],
            "counts": [sum(len(ring) for ring in _rings(shape)) for shape in shapes],
            "neighbours": [self._neighbours(shape) for shape in shapes],
        }

    @cached_property
    def _around(self) -> tuple[list[tuple[str | None, str | None]], NDArray[Any], Any]:
        labels, shapes = _neighbour_rows(self._atlas)
        return labels, shapes, shapely.STRtree(shapes)

    def _neighbours(self, shape: Any) -> list[list[str | None]]:
        """Name what lies along the boundary; what lies under the plot itself is no neighbour."""
        names, shapes, tree = self._around
        found = tree.query(shape, predicate="dwithin", distance=TOUCHING_M)
        beside = shapely.area(shapely.intersection(shapes[found], shape)) < OVERLAP_M2
        labels = {names[place] for place in found[beside]}
        return [list(label) for label in sorted(labels, key=lambda each: (each[0] is None, str(each)))]


def _neighbour_rows(atlas: Atlas) -> tuple[list[tuple[str | None, str | None]], NDArray[Any]]:
    tables = atlas.content.tables
    plots = atlas.plots
    labels = [(plots["number"][row] or plots["id"][row], plots["cadastral"][row]) for row in atlas.shown]
    shapes = [np.asarray(tables.plots.geometry.array, dtype=object)[atlas.shown]]
    if tables.parcels is not None:
        numbers = tables.parcels["cadastral_no"].fillna(tables.parcels["parcel_id"])
        labels += [(None, short(text_or_none(number) or "")) for number in numbers]
        shapes.append(np.asarray(tables.parcels.geometry.array, dtype=object))
    return labels, np.concatenate(shapes)


def _rings(shape: Any) -> list[NDArray[np.float64]]:
    """Give the rings of a polygon or multipolygon without their closing vertex."""
    return [
        shapely.get_coordinates(ring)[:-1]
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]


def _steps(rings: list[NDArray[np.float64]], unit: int) -> list[list[int]]:
    left, written = MOST_CORNERS, []
    for ring in rings:
        whole = np.rint(ring[:left] * unit).astype(np.int64)
        left -= len(whole)
        if len(whole):
            written.append([int(step) for step in np.vstack([whole[:1], np.diff(whole, axis=0)]).ravel()])
    return written


def _crs_words(content: PageContent) -> list[str]:
    crs = CRS.from_user_input(content.region.crs)
    return [crs.name, content.region.crs]
