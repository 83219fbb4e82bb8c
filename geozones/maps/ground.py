"""What lies under and around the zones of a map: districts, water, ways, settlements, networks, gaps in the data.

Everything is cut to the map's frame in the working CRS, thinned to what the scale can show, and handed over as
lon/lat steps (`shapes`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template
from numpy.typing import NDArray

from geozones.config import NETWORKS
from geozones.maps.content import PageContent, is_transit
from geozones.maps.page import json_for_script
from geozones.maps.plots_layer import Raw
from geozones.maps.shapes import encode_lines, encode_points, encode_polygons, to_degrees
from geozones.maps.terms import LINE_CLASSES, LINE_STATES, UNITS
from geozones.maps.words import Words, date, date_or_none, join, names, number, number_or_none, same, short, t, text_or_none

BIG_CITY = 100_000
BIG_VILLAGE = 10_000


@dataclass(frozen=True)
class Frame:
    """The rectangle of a map in the working CRS (west, south, east, north), and how fine its lines are."""

    bounds: tuple[float, float, float, float]
    tolerance_m: float

    def cut(self, table: Any) -> tuple[pd.DataFrame, NDArray[Any]]:
        """Cut a table to the frame: the rows that remain, and their shapes in lon/lat."""
        shapes = np.asarray(table.geometry.array, dtype=object)
        box = shapely.box(*self.bounds)
        touched = np.flatnonzero(shapely.intersects(shapes, box))
        cut = shapely.intersection(shapely.simplify(shapes[touched], self.tolerance_m), box)
        filled = ~(shapely.is_empty(cut) | shapely.is_missing(cut))
        return table.iloc[touched[filled]], to_degrees(cut[filled], table.crs)


def frame_of(bounds: Any, *, margin_m: float, tolerance_m: float) -> Frame:
    """Make the frame that lies `margin_m` around bounds of the working CRS."""
    west, south, east, north = (float(each) for each in bounds)
    return Frame((west - margin_m, south - margin_m, east + margin_m, north + margin_m), tolerance_m)


def ground_data(content: PageContent, frame: Frame, *, with_points: bool) -> dict[str, Any]:
    """Give everything that lies around the zones within a frame, for `ground.js`."""
    tables = content.tables
    return {
        "districts": _areas(tables.districts, frame, key="district_code", labelled=True),
        "lakes": _areas(tables.lakes, frame, key="id", labelled=True),
        "rivers": _lines(tables.rivers, frame),
        "roads": _lines(tables.roads, frame),
        "railways": _lines(tables.railways, frame),
        "settlements": _settlements(tables.settlements, frame),
        "networks": {network: list(_network(content, network, frame)) for network in NETWORKS},
        "points": list(_points(content, frame)) if with_points else [],
        "gaps": {network: _gap(content.gaps.get(network), frame) for network in NETWORKS},
    }


def _areas(table: Any, frame: Frame, *, key: str, labelled: bool) -> list[dict[str, Any]]:
    if table is None:
        return []
    rows, shapes = frame.cut(table)
    at = encode_points(shapely.point_on_surface(shapes)) if labelled else []
    return [
        {"name": names(row, key).as_json(), "shape": shape, "at": place}
        for row, shape, place in zip(_records(rows), encode_polygons(shapes), at, strict=True)
    ]


def _lines(table: Any, frame: Frame) -> list[dict[str, Any]]:
    if table is None:
        return []
    rows, shapes = frame.cut(table)
    middles = encode_points(shapely.line_interpolate_point(_longest(shapes), 0.5, normalized=True))
    return [
        {
            "name": names(row, "id").as_json() if text_or_none(row.get("name_ru")) else None,
            "kind": text_or_none(row.get("class")) or "other",
            "lines": lines,
            "at": middle,
        }
        for row, lines, middle in zip(_records(rows), encode_lines(shapes), middles, strict=True)
    ]


def _longest(shapes: NDArray[Any]) -> NDArray[Any]:
    return np.array([max(shapely.get_parts(shape), key=shapely.length) for shape in shapes], dtype=object)


def _settlements(table: Any, frame: Frame) -> list[dict[str, Any]]:
    if table is None:
        return []
    rows, shapes = frame.cut(table)
    outlines = encode_polygons(shapes)
    places = encode_points(shapes)
    found = []
    for row, outline, place in zip(_records(rows), outlines, places, strict=True):
        people = number_or_none(row.get("population")) or 0.0
        kind = text_or_none(row.get("kind"))
        rank = 0 if people >= BIG_CITY else 1 if kind in {"city", "town"} else 2 if people >= BIG_VILLAGE else 3
        found.append(
            {"name": names(row, "settlement_id").as_json(), "rank": rank, "people": people, "shape": outline, "at": place}
        )
    found.sort(key=lambda place: (place["rank"], -place["people"]))
    return [{name: value for name, value in place.items() if name != "people" and value} | {"rank": place["rank"]} for place in found]


def _network(content: PageContent, network: str, frame: Frame) -> Iterator[dict[str, Any]]:
    table = content.tables.of(network)
    if table is None:
        return
    drawn = table[table["state"] != "cancelled"]
    rows, shapes = frame.cut(drawn)
    transit = is_transit(rows, network=network)
    for row, lines, passes in zip(_records(rows), encode_lines(shapes), transit, strict=True):
        state = text_or_none(row.get("state")) or "unknown"
        yield {
            "name": short(text_or_none(row.get("name")) or str(row["line_id"])),
            "about": _line_words(row, network, state, passes=bool(passes)).as_json(),
            "state": state,
            "transit": int(passes),
            "lines": lines,
        }


def _line_words(row: dict[str, Any], network: str, state: str, *, passes: bool) -> Words:
    kind = LINE_CLASSES.get((network, str(row.get("class"))))
    parts = [t(kind)] if kind else []
    for column, unit in (("voltage_kv", t("kV")), ("pressure_mpa", t("MPa")), ("diameter_mm", t("mm"))):
        value = number_or_none(row.get(column))
        if value is not None:
            parts.append(join([number(value), unit], "\u00a0"))
    if state != "existing":
        parts.append(t(LINE_STATES[state]))
    if passes:
        parts.append(t("transit, gives no connection"))
    return join(parts, ", ")


def _points(content: PageContent, frame: Frame) -> Iterator[dict[str, Any]]:
    table = content.tables.connection_points
    if table is None:
        return
    rows, shapes = frame.cut(table[table["state"] != "cancelled"])
    for row, place in zip(_records(rows), encode_points(shapes), strict=True):
        yield {
            "network": row["network"],
            "name": short(text_or_none(row.get("name")) or str(row["point_id"])),
            "about": capacity_words(row).as_json(),
            "state": text_or_none(row.get("state")) or "unknown",
            "at": place,
        }


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


def _gap(gap: Any, frame: Frame) -> Any:
    if gap is None or not len(gap):
        return None
    _, shapes = frame.cut(gap)
    return encode_polygons(shapes[:0] if not len(shapes) else np.array([shapely.union_all(shapes)], dtype=object))[0] if len(shapes) else None


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return pd.DataFrame(rows.drop(columns="geometry")).to_dict("records")


class GroundLayer(JSCSSMixin, Layer):
    """What lies under and around the zones, as one layer of a Folium map.

    Parameters
    ----------
    data
        As `ground_data` gives it.
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
