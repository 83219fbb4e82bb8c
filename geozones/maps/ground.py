"""What lies under and around the zones of a map: districts, water, ways, settlements, networks, gaps in the data.

Everything is cut to the map's frame in the working CRS, thinned to what the scale can show, and handed over as
lon/lat steps (`shapes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template
from numpy.typing import NDArray
from pyproj import Transformer

from geozones.config import NETWORKS
from geozones.maps.content import PageContent, is_transit
from geozones.maps.page import Raw, json_for_script
from geozones.maps.shapes import encode_lines, encode_points, encode_polygons, to_degrees
from geozones.maps.terms import LINE_CLASSES, LINE_STATES, UNITS
from geozones.maps.words import (
    Words,
    date,
    date_or_none,
    join,
    names,
    number,
    number_or_none,
    short,
    t,
    text_or_none,
)

BIG_CITY = 100_000
BIG_VILLAGE = 10_000


@dataclass(frozen=True)
class Frame:
    """The rectangle of a map in the working CRS (west, south, east, north), and how fine its lines are."""

    bounds: tuple[float, float, float, float]
    tolerance_m: float


@dataclass(frozen=True)
class _Rows:
    """Rows of one layer: what a page says of each, and its shape in the working CRS."""

    facts: Sequence[dict[str, Any]] | _LineFacts
    shapes: NDArray[Any]

    def cut(self, frame: Frame, crs: Any) -> tuple[list[dict[str, Any]], NDArray[Any]]:
        """Cut the rows to a frame: the facts of those that remain, and their shapes in lon/lat."""
        box = shapely.box(*frame.bounds)
        touched = np.flatnonzero(shapely.intersects(self.shapes, box))
        cut = shapely.intersection(shapely.simplify(self.shapes[touched], frame.tolerance_m), box)
        filled = ~(shapely.is_empty(cut) | shapely.is_missing(cut))
        return [self.facts[row] for row in touched[filled]], to_degrees(cut[filled], crs)


def frame_of(bounds: Any, *, margin_m: float, tolerance_m: float) -> Frame:
    """Make the frame that lies `margin_m` around bounds of the working CRS."""
    west, south, east, north = (float(each) for each in bounds)
    return Frame((west - margin_m, south - margin_m, east + margin_m, north + margin_m), tolerance_m)


def whole_bounds(content: PageContent) -> Any:
    """Return the bounds of the region in the working CRS: of its districts, else its zones, else the settings."""
    tables = content.tables
    for table in (tables.districts, tables.zones):
        if table is not None and len(table):
            return table.total_bounds
    west, south, east, north = content.region.bounds
    transformer = Transformer.from_crs("EPSG:4326", content.region.crs, always_xy=True)
    return transformer.transform_bounds(west, south, east, north)


class Ground:
    """What lies under and around the zones of a content, from which each map takes what is in its frame."""

    def __init__(self, content: PageContent) -> None:
        tables = content.tables
        self._crs = tables.zones.crs
        self._areas = {
            "districts": _named_rows(tables.districts, "district_code"),
            "lakes": _named_rows(tables.lakes, "id"),
        }
        self._ways = {role: _ways(tables.of(role)) for role in ("rivers", "roads", "railways")}
        self._settlements = _settlements(tables.settlements)
        self._networks = {network: _network(tables.of(network), network) for network in NETWORKS}
        self._points = _points(tables.connection_points)
        self._gaps = {network: _named_rows(content.gaps.get(network), "district_code") for network in NETWORKS}

    def within(self, frame: Frame) -> dict[str, Any]:
        """Give everything that lies in a frame, for `ground.js`."""
        return {
            **{name: self._cut_areas(rows, frame) for name, rows in self._areas.items()},
            **{name: self._cut_ways(rows, frame) for name, rows in self._ways.items()},
            "settlements": self._cut_settlements(frame),
            "networks": {network: self._cut_lines(rows, frame) for network, rows in self._networks.items()},
            "points": self._cut_points(frame),
            "gaps": {network: self._cut_gap(rows, frame) for network, rows in self._gaps.items()},
        }

    def _cut_areas(self, rows: _Rows, frame: Frame) -> list[dict[str, Any]]:
        facts, shapes = rows.cut(frame, self._crs)
        places = encode_points(shapely.point_on_surface(shapes))
        outlines = encode_polygons(shapes)
        return [
            fact | {"shape": shape, "at": place}
            for fact, shape, place in zip(facts, outlines, places, strict=True)
        ]

    def _cut_ways(self, rows: _Rows, frame: Frame) -> list[dict[str, Any]]:
        facts, shapes = rows.cut(frame, self._crs)
        middles = encode_points(shapely.line_interpolate_point(_longest(shapes), 0.5, normalized=True))
        lines = encode_lines(shapes)
        return [
            fact | {"lines": line, "at": middle} for fact, line, middle in zip(facts, lines, middles, strict=True)
        ]

    def _cut_lines(self, rows: _Rows, frame: Frame) -> list[dict[str, Any]]:
        facts, shapes = rows.cut(frame, self._crs)
        return [fact | {"lines": lines} for fact, lines in zip(facts, encode_lines(shapes), strict=True)]

    def _cut_settlements(self, frame: Frame) -> list[dict[str, Any]]:
        facts, shapes = self._settlements.cut(frame, self._crs)
        outlines, places = encode_polygons(shapes), encode_points(shapes)
        return [
            fact | {"at": place} | ({"shape": outline} if outline else {})
            for fact, outline, place in zip(facts, outlines, places, strict=True)
        ]

    def _cut_points(self, frame: Frame) -> list[dict[str, Any]]:
        facts, shapes = self._points.cut(frame, self._crs)
        return [fact | {"at": place} for fact, place in zip(facts, encode_points(shapes), strict=True)]

    def _cut_gap(self, rows: _Rows, frame: Frame) -> Any:
        _, shapes = rows.cut(frame, self._crs)
        return encode_polygons(np.array([shapely.union_all(shapes)], dtype=object))[0] if len(shapes) else None


def _records(table: Any) -> list[dict[str, Any]]:
    rows = pd.DataFrame(table.drop(columns="geometry"))
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _rows(table: Any, facts: Sequence[dict[str, Any]] | _LineFacts) -> _Rows:
    return _Rows(facts, np.asarray(table.geometry.array, dtype=object))


_NOTHING = _Rows([], np.array([], dtype=object))


def _named_rows(table: Any, key: str) -> _Rows:
    if table is None:
        return _NOTHING
    return _rows(table, [{"name": names(row, key).as_json()} for row in _records(table)])


def _ways(table: Any) -> _Rows:
    if table is None:
        return _NOTHING
    return _rows(
        table,
        [
            {
                "name": names(row, "id").as_json() if text_or_none(row.get("name_ru")) else None,
                "kind": text_or_none(row.get("class")) or "other",
            }
            for row in _records(table)
        ],
    )


def _longest(shapes: NDArray[Any]) -> NDArray[Any]:
    return np.array([max(shapely.get_parts(shape), key=shapely.length) for shape in shapes], dtype=object)


def _settlements(table: Any) -> _Rows:
    """Rank settlements by size, the largest first: labels are placed in this order."""
    if table is None:
        return _NOTHING
    people = table["population"].fillna(0).to_numpy(dtype=float)
    kinds = table["kind"].isin(["city", "town"]).to_numpy()
    ranks = np.select([people >= BIG_CITY, kinds, people >= BIG_VILLAGE], [0, 1, 2], default=3)
    order = np.lexsort((-people, ranks))
    rows = _records(table)
    facts = [{"name": names(rows[row], "settlement_id").as_json(), "rank": int(ranks[row])} for row in order]
    return _Rows(facts, np.asarray(table.geometry.array, dtype=object)[order])


def _network(table: Any, network: str) -> _Rows:
    if table is None:
        return _NOTHING
    drawn = table[table["state"] != "cancelled"]
    return _rows(drawn, _LineFacts(drawn, network))


class _LineFacts:
    """What a page says of each line of a network, worked out for those that a map shows."""

    def __init__(self, lines: Any, network: str) -> None:
        self._network = network
        self._called = [lines["line_id"].tolist(), lines["name"].tolist()]
        self._told = [lines[name].tolist() if name in lines else [None] * len(lines) for name in _TOLD_OF_LINES]
        self._told.append(is_transit(lines, network=network).tolist())
        self._words: dict[_Line, Any] = {}

    def __getitem__(self, row: int) -> dict[str, Any]:
        kind, state, *sizes, passes = (values[row] for values in self._told)
        line_id, name = (values[row] for values in self._called)
        stated = text_or_none(state) or "unknown"
        kv, mpa, mm = map(number_or_none, sizes)
        told = (str(kind), stated, kv, mpa, mm, bool(passes))
        if told not in self._words:
            self._words[told] = _line_words(self._network, *told).as_json()
        return {
            "name": short(text_or_none(name) or str(line_id)),
            "about": self._words[told],
            "state": stated,
            "transit": int(told[-1]),
        }


_Line = tuple[str, str, float | None, float | None, float | None, bool]
_TOLD_OF_LINES = ("class", "state", "voltage_kv", "pressure_mpa", "diameter_mm")


def _line_words(
    network: str, kind: str, state: str, kv: float | None, mpa: float | None, mm: float | None, passes: bool
) -> Words:
    known = LINE_CLASSES.get((network, kind))
    parts = [t(known)] if known else []
    for value, unit in ((kv, t("kV")), (mpa, t("MPa")), (mm, t("mm"))):
        if value is not None:
            parts.append(join([number(value), unit], "\u00a0"))
    if state != "existing":
        parts.append(t(LINE_STATES[state]))
    if passes:
        parts.append(t("transit, gives no connection"))
    return join(parts, ", ")


def _points(table: Any) -> _Rows:
    if table is None:
        return _NOTHING
    drawn = table[table["state"] != "cancelled"]
    facts = [
        {
            "network": row["network"],
            "name": short(text_or_none(row.get("name")) or str(row["point_id"])),
            "about": capacity_words(row).as_json(),
            "state": text_or_none(row.get("state")) or "unknown",
        }
        for row in _records(drawn)
    ]
    return _rows(drawn, facts)


def capacity_words(point: dict[str, Any]) -> Words:
    """Write the free capacity of a connection point with its date, or that it is unknown."""
    free = number_or_none(point.get("capacity_free"))
    state = text_or_none(point.get("state")) or "unknown"
    parts = [] if state == "existing" else [t(LINE_STATES[state])]
    if free is None:
        parts.append(t("free capacity unknown"))
    else:
        parts.append(t("free: {amount} {unit}", amount=number(free), unit=t(UNITS[str(point["network"])])))
        day = date_or_none(point.get("capacity_date"))
        parts.append(t("as of {day}", day=date(day)) if day else t("date unknown"))
    return join(parts, ", ")


class GroundLayer(JSCSSMixin, Layer):
    """What lies under and around the zones, as one layer of a Folium map.

    Parameters
    ----------
    data
        As `Ground.within` gives it.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = GZ.groundLayer({{ this._parent.get_name() }}, {{ this.data_id|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(name="ground", overlay=True, control=False)
        self._name = "GroundLayer"
        self.data = data

    @property
    def data_id(self) -> str:
        """Id of the element that holds the data."""
        return f"{self.get_name()}_data"

    def render(self, **kwargs: Any) -> None:
        """Put the data into the page as text, then the script that draws it."""
        data = f'<script type="application/json" id="{self.data_id}">{json_for_script(self.data)}</script>'
        self.get_root().html.add_child(Raw(data), name=self.data_id)
        super().render(**kwargs)
