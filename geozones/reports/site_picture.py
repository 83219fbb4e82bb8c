"""A plain map of a proposed site for paper: outline with numbered corners, what blocks and cuts it, lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import shapely

from geozones.config import NETWORKS
from geozones.reports.typesetting import typeset
from geozones.screening import Screening, blocked_land

WIDTH, HEIGHT = 760, 480
_LINE_STYLES = {
    "gas": 'fill="none" stroke="#b8860b" stroke-width="1.6"',
    "power": 'fill="none" stroke="#c62828" stroke-width="1.6"',
    "water": 'fill="none" stroke="#1f6fb5" stroke-width="1.6"',
}
_MOST_LABELS = 40
_MARGIN_SHARE = 0.35
_LEAST_MARGIN_M = 250.0
_NICE_M = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
_HATCHES = (
    '<pattern id="block" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="8" height="8" fill="#fbe9e7"/><rect width="2" height="8" fill="#b3261e"/></pattern>'
    '<pattern id="cut" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(135)">'
    '<rect width="7" height="7" fill="#eef2f1"/><rect width="1.4" height="7" fill="#51626d"/></pattern>'
)


class _Plane:
    """Turns the plane of the working CRS into the pixels of the picture."""

    def __init__(self, bounds: Any) -> None:
        west, south, east, north = (float(each) for each in bounds)
        margin = max(_MARGIN_SHARE * max(east - west, north - south), _LEAST_MARGIN_M)
        self.metres = max((east - west + 2 * margin) / WIDTH, (north - south + 2 * margin) / HEIGHT)
        self.west = (west + east) / 2 - self.metres * WIDTH / 2
        self.north = (south + north) / 2 + self.metres * HEIGHT / 2
        self.frame = shapely.box(
            self.west, self.north - self.metres * HEIGHT, self.west + self.metres * WIDTH, self.north
        )

    def points(self, coordinates: Any) -> list[tuple[float, float]]:
        """Give pixels, to a tenth."""
        return [(round((x - self.west) / self.metres, 1), round((self.north - y) / self.metres, 1))
                for x, y in coordinates]  # fmt: skip

    def path(self, shape: Any) -> str:
        """Write the outline or line of a shape as the data of an SVG path, cut to the frame."""
        cut = shapely.intersection(shapely.simplify(shape, self.metres / 2), self.frame)
        parts: list[str] = []
        for part in shapely.get_parts(cut):
            if part.geom_type == "Polygon":
                parts += [self._ring(ring, " Z") for ring in (part.exterior, *part.interiors)]
            elif part.geom_type == "LineString":
                parts.append(self._ring(part, ""))
        return " ".join(parts)

    def _ring(self, line: Any, end: str) -> str:
        return "M" + " L".join(f"{x} {y}" for x, y in self.points(shapely.get_coordinates(line))) + end


def draw_site_svg(screening: Screening, site_id: str) -> str:
    """Draw the map of one site as SVG, `WIDTH` × `HEIGHT`; the same screening gives the same text."""
    place = list(screening.sites["site_id"]).index(site_id)
    shape = screening.sites.geometry.array[place]
    plane, tables = _Plane(shapely.bounds(shape)), screening.case.tables
    cuts = screening.cuts[screening.cuts["site_id"] == site_id]
    drawn = [
        _paths(plane, _near(tables.parcels, plane), 'fill="#fafbfa" stroke="#b6c1c7" stroke-width="0.8"'),
        _paths(plane, _near(tables.zones, plane), 'fill="#e3f3f0" stroke="#22313f" stroke-width="1.2"'),
        _paths(plane, _near(tables.roads, plane), 'fill="none" stroke="#c2c8c6" stroke-width="3"'),
        _paths(plane, _near(tables.railways, plane), 'fill="none" stroke="#51626d" stroke-width="1.6"'),
        _paths(plane, _near(tables.rivers, plane), 'fill="none" stroke="#b9d0de" stroke-width="2"'),
        *(_paths(plane, _near(tables.of(network), plane), _LINE_STYLES[network]) for network in NETWORKS),
        _paths(plane, cuts.geometry.array, 'fill="url(#cut)" stroke="#51626d" stroke-width="0.6"'),
        _paths(plane, [blocked_land(screening, place)], 'fill="url(#block)" stroke="#b3261e" stroke-width="0.8"'),
        _paths(plane, [shape], 'fill="none" stroke="#1b2a33" stroke-width="2.4"'),
        _corners(plane, shape),
        _scale(plane),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}"><defs>{_HATCHES}</defs><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'{"".join(drawn)}<rect x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" fill="none" '
        f'stroke="#51626d"/></svg>'
    )


def _near(table: Any, plane: _Plane) -> Any:
    if table is None or not len(table):
        return []
    shapes = np.asarray(table.geometry.array, dtype=object)
    return shapes[shapely.intersects(shapes, plane.frame)]


def _paths(plane: _Plane, shapes: Iterable[Any], style: str) -> str:
    paths = [plane.path(shape) for shape in shapes if shape is not None]
    return "".join(f'<path d="{path}" fill-rule="evenodd" {style}/>' for path in paths if path)


def _corners(plane: _Plane, shape: Any) -> str:
    """Number the corners as the table of coordinates does; a long outline has none."""
    corners = [
        corner
        for part in shapely.get_parts(shape)
        for ring in (part.exterior, *part.interiors)
        for corner in shapely.get_coordinates(ring)[:-1]
    ]
    if len(corners) > _MOST_LABELS:
        return ""
    marks = [
        f'<circle cx="{x}" cy="{y}" r="2.6" fill="#1b2a33"/>'
        f'<text x="{x + 5}" y="{y - 5}" font-family="Libertinus Serif" font-size="14">{escape(str(number))}</text>'
        for number, (x, y) in enumerate(plane.points(corners), start=1)
    ]
    return "".join(marks)


def _scale(plane: _Plane) -> str:
    metres = max((each for each in _NICE_M if each / plane.metres <= WIDTH / 4), default=_NICE_M[0])
    wide, bottom = round(metres / plane.metres, 1), HEIGHT - 16
    words = f"{metres} м" if metres < 1000 else f"{metres // 1000} км"
    return (
        f'<path d="M16 {bottom - 6} v6 h{wide} v-6" fill="none" stroke="#1b2a33" stroke-width="1.6"/>'
        f'<text x="{16 + wide + 6}" y="{bottom}" font-family="Libertinus Serif" font-size="14">{words}</text>'
        f'<path d="M{WIDTH - 26} 44 l8 -30 8 30 -8 -6z" fill="#1b2a33"/>'
        f'<text x="{WIDTH - 23}" y="62" font-family="Libertinus Serif" font-size="14">N</text>'
    )


def draw_site_picture(screening: Screening, site_id: str) -> bytes:
    """Draw the map of one site as PNG."""
    source = f'#set page(width: {WIDTH}pt, height: {HEIGHT}pt, margin: 0pt)\n#image("map.svg", width: 100%)'
    files = {"main": source.encode(), "map.svg": draw_site_svg(screening, site_id).encode()}
    return typeset(files, "png")
