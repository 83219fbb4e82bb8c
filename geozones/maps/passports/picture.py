"""The maps of a passport: what lies in a frame, drawn as vectors, and a legend of what was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geozones.config import NETWORKS
from geozones.i18n import N_
from geozones.maps.content import PageContent, is_transit
from geozones.maps.strips import DISTANCE_KIND, SANITARY_KIND
from geozones.maps.terms import NETWORK_NAMES, STATE_NAMES
from geozones.maps.words import names, short
from geozones.sheets import Drawing, Frame, Mark, Style, draw_map

Shapes = NDArray[Any]

INK, QUIET, CUT = "#1b2a33", "#51626d", "#b3261e"
STATES = {
    "operating": Style(fill="#43557a", stroke="#22313f", width_mm=0.15, hatch="#8f9dbb"),
    "allocated": Style(fill="#93a1bf", stroke="#22313f", width_mm=0.15),
    "reserved": Style(fill="#d3d8e2", stroke="#22313f", width_mm=0.15, hatch="#7f8ca8"),
    "releasing": Style(fill="#b79a6b", stroke="#22313f", width_mm=0.15),
    "free": Style(fill="#8fd0c5", stroke="#0a7567", width_mm=0.2),
}
NETWORK_COLOURS = {"gas": "#b8860b", "power": "#c62828", "water": "#1f6fb5"}
ZONE = Style(stroke="#22313f", width_mm=0.6)
SUBJECT = Style(stroke=INK, width_mm=0.9)
PASSED = Style(stroke="#e07b00", width_mm=0.7)
STRIP = Style(fill="#51626d", stroke=QUIET, width_mm=0.12, dash_mm=(0.8, 0.6), opacity=0.16)
DISTANCE = Style(stroke=CUT, width_mm=0.25, dash_mm=(1.6, 0.8))
PIECE = Style(stroke=INK, width_mm=0.15, hatch=INK)
LINK = Style(stroke=INK, width_mm=0.35, dash_mm=(0.3, 0.9))
GROUND = {
    "lakes": Style(fill="#d3e3ec"),
    "settlements": Style(fill="#e4e5e1"),
    "rivers": Style(stroke="#b9d0de", width_mm=0.5),
    "roads": Style(stroke="#c2c8c6", width_mm=0.7),
    "railways": Style(stroke="#8a959a", width_mm=0.4, dash_mm=(1.2, 0.4)),
}
LEGEND_NAMES = {
    "strips": N_("protection strips"),
    "distances": N_("minimum distances of pipelines"),
    "pieces": N_("cut off plots"),
    "links": N_("lines to the nearest connection"),
    "passed": N_("start date passed"),
}
_SWATCH = Frame(0, 0, 7, 3.4, 1000)
_NEAR_M = 4000.0
_LEAST_LABEL_MM = 5.0


@dataclass(frozen=True)
class Layer:
    """Shapes of one look; `legend` is the key of its words, empty where it needs none."""

    shapes: Shapes
    style: Style
    legend: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What lies around one zone, taken out of the region once: layers from the lowest up, plots, names."""

    ground: tuple[Layer, ...]
    over: tuple[Layer, ...]
    zones: Shapes
    plots: Shapes
    plot_states: NDArray[Any]
    plot_numbers: list[str]
    plot_places: Shapes
    plot_sizes_m: NDArray[np.float64]
    towns: tuple[tuple[float, float, Any], ...]


class Surveyor:
    """Takes what lies around a zone out of the layers of the region.

    Parameters
    ----------
    content
        What is shown; the public has neither strips nor strategic lines in it.
    """

    def __init__(self, content: PageContent, shown: NDArray[np.intp]) -> None:
        self._content = content
        self._shown = shown
        self._plots = np.asarray(content.tables.plots.geometry.array, dtype=object)

    def around(self, bounds: Sequence[float]) -> Surroundings:
        """Take out what lies within some kilometres of bounds in the working CRS."""
        west, south, east, north = bounds
        box = shapely.box(west - _NEAR_M, south - _NEAR_M, east + _NEAR_M, north + _NEAR_M)
        content, tables = self._content, self._content.tables
        rows = self._shown[shapely.intersects(self._plots[self._shown], box)]
        plots = self._plots[rows]
        numbers = tables.plots["number"].fillna(tables.plots["plot_id"]).astype(str)
        ground = [Layer(_within(tables.of(role), box), style) for role, style in GROUND.items()]
        return Surroundings(
            ground=tuple(ground),
            over=(*self._rules(box), *self._networks(box)),
            zones=_within(tables.zones, box),
            plots=plots,
            plot_states=content.states["map_state"].to_numpy()[rows],
            plot_numbers=[short(number) for number in numbers.to_numpy()[rows]],
            plot_places=shapely.point_on_surface(plots),
            plot_sizes_m=np.sqrt(shapely.area(plots)),
            towns=self._towns(box),
        )

    def _rules(self, box: Any) -> list[Layer]:
        strips = self._content.strips
        if strips is None:
            return []
        kinds = strips["kind"].to_numpy()
        shapes = np.asarray(strips.geometry.array, dtype=object)
        near = shapely.intersects(shapes, box)
        is_distance, is_sanitary = kinds == DISTANCE_KIND, kinds == SANITARY_KIND
        found = [
            Layer(shapes[near & ~is_distance & ~is_sanitary], STRIP, "strips"),
            Layer(shapes[near & is_distance], DISTANCE, "distances"),
        ]
        if self._content.cut_pieces is not None:
            found.append(Layer(_within(self._content.cut_pieces, box), PIECE, "pieces"))
        return found

    def _networks(self, box: Any) -> list[Layer]:
        tables = self._content.tables
        layers = []
        for network in NETWORKS:
            table, colour = tables.of(network), NETWORK_COLOURS[network]
            if table is None or not len(table):
                continue
            shapes = np.asarray(table.geometry.array, dtype=object)
            near = shapely.intersects(shapes, box)
            states = table["state"].to_numpy()
            stands, transit = states == "existing", is_transit(table, network=network).to_numpy()
            line = Style(stroke=colour, width_mm=0.45)
            layers += [
                Layer(shapes[near & stands & ~transit], line, network),
                Layer(shapes[near & stands & transit], replace(line, width_mm=0.9, opacity=0.45), network),
                Layer(
                    shapes[near & ~stands & (states != "cancelled")], replace(line, dash_mm=(1.5, 1.0)), network
                ),
            ]
        points = tables.connection_points
        if points is not None and len(points):
            for network in NETWORKS:
                own = points[(points["network"] == network) & (points["state"] == "existing")]
                dot = Style(fill=NETWORK_COLOURS[network], stroke="#ffffff", width_mm=0.2, dot_mm=1.1)
                layers.append(Layer(_within(own, box), dot, network))
        return layers

    def _towns(self, box: Any) -> tuple[tuple[float, float, Any], ...]:
        table = self._content.tables.settlements
        if table is None:
            return ()
        inside = table[shapely.intersects(np.asarray(table.geometry.array, dtype=object), box)]
        places = shapely.get_coordinates(shapely.point_on_surface(np.asarray(inside.geometry.array, dtype=object)))
        rows = inside.drop(columns="geometry").to_dict("records")
        return tuple(
            (float(x), float(y), names({str(key): value for key, value in row.items()}, "settlement_id"))
            for row, (x, y) in zip(rows, places, strict=True)
        )


def _within(table: Any, box: Any) -> Shapes:
    if table is None or not len(table):
        return np.array([], dtype=object)
    shapes = np.asarray(table.geometry.array, dtype=object)
    return np.asarray(shapes[shapely.intersects(shapes, box)], dtype=object)


@dataclass(frozen=True)
class Picture:
    """A map as SVG with what its reader needs: the keys of its legend and its frame."""

    svg: str
    frame: Frame
    legend: tuple[str, ...]


def draw_picture(
    around: Surroundings,
    frame: Frame,
    *,
    language: str,
    subject: Any = None,
    is_passed: bool = False,
    links: Shapes | None = None,
    is_overview: bool = False,
) -> Picture:
    """Draw a map of a passport.

    Parameters
    ----------
    around
        What lies around the zone.
    frame
        What is shown, and how large.
    language
        Of the names of settlements.
    subject, is_passed
        The plot that the passport is about, and whether its start date has passed.
    links
        Straight lines to the nearest connections.
    is_overview
        Show ways and names of settlements, no numbers and strips.
    """
    seen = shapely.box(*frame.bounds)
    layers = list(around.ground)
    layers += [
        Layer(around.plots[around.plot_states == state], style, f"state-{state}")
        for state, style in STATES.items()
    ]
    layers += [layer for layer in around.over if not (is_overview and layer.legend in ("strips", "pieces"))]
    layers.append(Layer(around.zones, ZONE))
    if subject is not None:
        layers.append(Layer(np.array([subject], dtype=object), SUBJECT))
        if is_passed:
            layers.append(Layer(np.array([subject], dtype=object), PASSED, "passed"))
    if links is not None:
        layers.append(Layer(links, LINK, "links"))
    shown = [layer for layer in layers if len(layer.shapes) and shapely.intersects(layer.shapes, seen).any()]
    marks = _town_marks(around, frame, language) if is_overview else _number_marks(around, frame)
    svg = draw_map([Drawing(layer.shapes, layer.style) for layer in shown], marks, frame)
    return Picture(svg, frame, tuple(dict.fromkeys(layer.legend for layer in shown if layer.legend)))


def _number_marks(around: Surroundings, frame: Frame) -> list[Mark]:
    """Write the numbers of the plots that have room for them."""
    west, south, east, north = frame.bounds
    at = shapely.get_coordinates(around.plot_places)
    inside = (at[:, 0] > west) & (at[:, 0] < east) & (at[:, 1] > south) & (at[:, 1] < north)
    roomy = around.plot_sizes_m * 1000 / frame.scale >= _LEAST_LABEL_MM
    return [
        Mark(float(at[place][0]), float(at[place][1]), around.plot_numbers[place][:8], 2.4, INK)
        for place in np.flatnonzero(inside & roomy)
    ]


def _town_marks(around: Surroundings, frame: Frame, language: str) -> list[Mark]:
    return [Mark(x, y, name.of(language), 2.4, QUIET) for x, y, name in around.towns]


@cache
def draw_swatch(key: str) -> str:
    """Draw the sample of one entry of a legend as SVG, in the look of the map."""
    west, south, east, north = _SWATCH.bounds
    box = shapely.box(west + 0.3, south + 0.3, east - 0.3, north - 0.3)
    line = shapely.LineString([(west, 0), (east, 0)])
    if key.startswith("state-"):
        drawn = [Drawing([box], STATES[key.removeprefix("state-")])]
    elif key in NETWORK_COLOURS:
        drawn = [Drawing([line], Style(stroke=NETWORK_COLOURS[key], width_mm=0.6))]
    else:
        areas = {"strips": STRIP, "distances": DISTANCE, "pieces": PIECE, "passed": PASSED}
        drawn = [Drawing([box], areas[key])] if key in areas else [Drawing([line], LINK)]
    return draw_map(drawn, [], _SWATCH)


def legend_text(key: str) -> str:
    """Name an entry of a legend, in English, to be translated."""
    if key.startswith("state-"):
        return STATE_NAMES[key.removeprefix("state-")]
    return NETWORK_NAMES.get(key) or LEGEND_NAMES[key]
