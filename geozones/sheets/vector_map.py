"""A map for paper as SVG: vectors only, in millimetres, cut to its frame, with a round scale."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

_SCALES = tuple(step * 10**power for power in range(2, 7) for step in (1, 2, 2.5, 5))
_BAR_STEPS = tuple(step * 10**power for power in range(6) for step in (1, 2, 5))
_BAR_SHARE = 0.3
_MARGIN_SHARE = 0.06
_DECIMALS = 2


@dataclass(frozen=True)
class Style:
    """How a layer looks: colours as `#rrggbb` or `none`, widths and dashes in millimetres on paper.

    `hatch` is the colour of slanting lines over the fill; `dot_mm` the radius of points.
    """

    fill: str = "none"
    stroke: str = "none"
    width_mm: float = 0.2
    dash_mm: tuple[float, ...] = ()
    hatch: str | None = None
    dot_mm: float = 0.8
    opacity: float = 1.0


@dataclass(frozen=True)
class Drawing:
    """Geometries of one style, in metres of one projected CRS."""

    shapes: Any
    style: Style


@dataclass(frozen=True)
class Mark:
    """A text on the map, centred at a point in metres; `size_mm` is its height."""

    x: float
    y: float
    text: str
    size_mm: float = 2.6
    colour: str = "#1b2a33"


@dataclass(frozen=True)
class Frame:
    """The part of the plane that a map shows, and its size on paper.

    `scale` is the denominator of the scale; `bar_m` the length of the scale bar in metres, a round number.
    """

    x: float
    y: float
    width_mm: float
    height_mm: float
    scale: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north in metres."""
        across, up = self.width_mm * self.scale / 2000, self.height_mm * self.scale / 2000
        return self.x - across, self.y - up, self.x + across, self.y + up

    @property
    def bar_m(self) -> float:
        """The longest round length that takes at most three tenths of the width."""
        longest = self.width_mm * self.scale / 1000 * _BAR_SHARE
        return float(max(step for step in _BAR_STEPS if step <= longest))

    @property
    def bar_mm(self) -> float:
        """The same on paper."""
        return self.bar_m * 1000 / self.scale


def fit_frame(bounds: Sequence[float], *, width_mm: float, height_mm: float, least_m: float = 50) -> Frame:
    """Fit a frame of a round scale around bounds.

    Parameters
    ----------
    bounds
        West, south, east and north of what must be seen, in metres.
    width_mm, height_mm
        Size on paper.
    least_m
        The frame shows at least so many metres each way.

    Returns
    -------
    A frame whose centre is that of the bounds, with a margin around them.
    """
    west, south, east, north = bounds
    across = max(east - west, least_m) * (1 + 2 * _MARGIN_SHARE)
    up = max(north - south, least_m) * (1 + 2 * _MARGIN_SHARE)
    needed = max(across * 1000 / width_mm, up * 1000 / height_mm)
    scale = next((scale for scale in _SCALES if scale >= needed), needed)
    return Frame((west + east) / 2, (south + north) / 2, width_mm, height_mm, float(scale))


def draw_map(drawings: Sequence[Drawing], marks: Sequence[Mark], frame: Frame) -> str:
    """Draw layers, the first one lowest, and texts above them.

    Parameters
    ----------
    drawings
        Geometries with their style; what lies outside the frame is cut off.
    marks
        Texts; those outside the frame are left out.
    frame
        What is shown, and how large.

    Returns
    -------
    An SVG document without any reference to something outside it; north is up.
    """
    hatches = sorted({item.style.hatch for item in drawings if item.style.hatch})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{frame.width_mm}mm" height="{frame.height_mm}mm" '
        f'viewBox="0 0 {frame.width_mm} {frame.height_mm}">',
        f'<defs><clipPath id="frame"><rect width="{frame.width_mm}" height="{frame.height_mm}"/></clipPath>',
        *(_hatch(colour) for colour in hatches),
        '</defs><g clip-path="url(#frame)">',
        *(_draw(item, frame) for item in drawings),
        *(_write(mark, frame) for mark in marks if _is_inside(mark, frame)),
        "</g></svg>",
    ]
    return "".join(parts)


def _hatch(colour: str) -> str:
    return (
        f'<pattern id="h{colour[1:]}" width="1.6" height="1.6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path d="M0 0V1.6" stroke="{colour}" stroke-width="0.5"/></pattern>'
    )


def _draw(item: Drawing, frame: Frame) -> str:
    style = item.style
    shapes = np.asarray(item.shapes, dtype=object)
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))] if len(shapes) else shapes
    if not len(shapes):
        return ""
    west, south, east, north = frame.bounds
    spare = frame.scale / 1000 * max(2.0, 2 * style.width_mm)
    shapes = shapes[shapely.intersects(shapes, shapely.box(west, south, east, north))]
    shapes = shapely.clip_by_rect(shapes, west - spare, south - spare, east + spare, north + spare)
    points = shapely.get_dimensions(shapes) == 0
    dots = "".join(_dot(x, y, style, frame) for x, y in shapely.get_coordinates(shapes[points]))
    path = "".join(_path(part, frame) for part in shapely.get_parts(shapes[~points]))
    if not path:
        return dots
    line = f'stroke="{style.stroke}" stroke-width="{style.width_mm}" stroke-linejoin="round"'
    dash = f' stroke-dasharray="{" ".join(map(str, style.dash_mm))}"' if style.dash_mm else ""
    drawn = f'<path d="{path}" fill="{style.fill}" fill-rule="evenodd" opacity="{style.opacity}" {line}{dash}/>'
    if style.hatch:
        drawn += f'<path d="{path}" fill="url(#h{style.hatch[1:]})" fill-rule="evenodd"/>'
    return drawn + dots


def _path(part: Any, frame: Frame) -> str:
    if part.geom_type == "Polygon":
        return "".join(
            _line(shapely.get_coordinates(ring), frame) + "Z" for ring in (part.exterior, *part.interiors)
        )
    if part.geom_type == "GeometryCollection":
        return "".join(_path(inner, frame) for inner in part.geoms)
    return _line(shapely.get_coordinates(part), frame)


def _line(vertices: NDArray[np.float64], frame: Frame) -> str:
    west, _, _, north = frame.bounds
    per_metre = 1000 / frame.scale
    placed = np.column_stack([(vertices[:, 0] - west) * per_metre, (north - vertices[:, 1]) * per_metre])
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in placed.round(_DECIMALS))


def _place(x: float, y: float, frame: Frame) -> tuple[float, float]:
    west, _, _, north = frame.bounds
    per_metre = 1000 / frame.scale
    return round((x - west) * per_metre, _DECIMALS), round((north - y) * per_metre, _DECIMALS)


def _dot(x: float, y: float, style: Style, frame: Frame) -> str:
    across, down = _place(x, y, frame)
    return (
        f'<circle cx="{across:g}" cy="{down:g}" r="{style.dot_mm}" fill="{style.fill}" stroke="{style.stroke}" '
        f'stroke-width="{style.width_mm}"/>'
    )


def _is_inside(mark: Mark, frame: Frame) -> bool:
    west, south, east, north = frame.bounds
    return west <= mark.x <= east and south <= mark.y <= north


def _write(mark: Mark, frame: Frame) -> str:
    across, down = _place(mark.x, mark.y, frame)
    text = (
        f'x="{across:g}" y="{down + mark.size_mm * 0.35:g}" font-size="{mark.size_mm}" text-anchor="middle" '
        f'font-family="Libertinus Serif"'
    )
    halo = f'stroke="#ffffff" stroke-width="{mark.size_mm * 0.25:g}" stroke-linejoin="round"'
    words = html.escape(mark.text)
    return f'<text {text} fill="#ffffff" {halo}>{words}</text><text {text} fill="{mark.colour}">{words}</text>'
