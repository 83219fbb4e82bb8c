"""The index page: where does the region stand?"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from pyproj import Transformer

from geozones.checks.issues import render_message
from geozones.config import NETWORKS
from geozones.errors import Message
from geozones.maps.attention import find_matters
from geozones.maps.content import PageContent
from geozones.maps.facts import metres_words, zone_answers
from geozones.maps.frame_page import page_context
from geozones.maps.ground import GroundLayer, frame_of, ground_data
from geozones.maps.legend import legend_networks, legend_states
from geozones.maps.page import OfflineMap, PageFigure
from geozones.maps.plot_rows import find_shown, plot_columns, private_columns, shape_columns
from geozones.maps.plots_layer import PlotsLayer
from geozones.maps.provenance import layer_lines
from geozones.maps.shapes import bounds_of, encode_points, encode_polygons, to_degrees
from geozones.maps.terms import KIND_NAMES, NETWORK_WORDS, SEVERITIES
from geozones.maps.words import Words, area, each_language, join, names, short, t, text_or_none
from geozones.maps.zone_lines import ZoneLine, district_words, sorted_lines, zone_line

MARGIN_M = 25_000.0
TOLERANCE_M = 120.0
PLOTS_FROM_ZOOM = 11
MOST_ISSUES = 50


def draw_region(content: PageContent) -> str:
    """Draw the index page of one audience."""
    answers = zone_answers(content)
    lines = [zone_line(content, place, answers) for place in range(len(content.tables.zones))]
    layers = layer_lines(content)
    listed = sorted_lines(lines)
    counted = [line for line in listed if line.counted]
    bounds = bounds_of(to_degrees([shapely.box(*_whole(content))], content.tables.zones.crs))
    context = page_context(content, layers, title=region_title(content), home="")
    context |= {
        "figures": content.region_figures,
        "published": content.published,
        "counted": counted,
        "planned": [line for line in listed if not line.counted],
        "proposals": _proposals(content),
        "totals": _totals(counted),
        "matters": find_matters(content, lines, layers),
        "legend": legend_states(content.zone_figures[content.zone_figures["counted"]], content.region_figures),
        "networks": legend_networks(content),
        "near_words": _near_words(content),
        "issues": _issue_lines(content),
        "page_data": _page_data(content, lines) | {"bounds": bounds},
        "issue_count": len(content.issues),
    }
    figure = PageFigure("index.html", context)
    _draw_map(content, figure, bounds)
    return figure.render()


def region_title(content: PageContent) -> Words:
    """Write the title of the index page."""
    given = content.region.name
    spare = given.get("ru") or next(iter(given.values()))
    region = each_language(lambda language: short(given.get(language, spare)))  # type: ignore[call-overload]
    return t("Industrial zones · {region}", region=region)


def _draw_map(content: PageContent, figure: PageFigure, bounds: list[list[float]]) -> None:
    tables = content.tables
    shown = find_shown(content)
    drawn = OfflineMap(bounds)
    figure.add_child(drawn)
    frame = frame_of(_whole(content), margin_m=MARGIN_M, tolerance_m=TOLERANCE_M)
    GroundLayer(ground_data(content, frame, with_points=not content.is_public)).add_to(drawn)
    plots = tables.plots.iloc[shown].assign(map_state=content.states["map_state"].to_numpy()[shown])
    columns = plot_columns(content, shown)
    columns["zone"] = _zone_places(content, plots["zone_id"])
    if not content.is_public:
        columns |= private_columns(content, shown)
    PlotsLayer(plots, columns=columns, language=content.language, min_zoom=PLOTS_FROM_ZOOM).add_to(drawn)


def _whole(content: PageContent) -> Any:
    """Return the bounds of the region in the working CRS: of its districts, else its zones, else the settings."""
    tables = content.tables
    for table in (tables.districts, tables.zones):
        if table is not None and len(table):
            return table.total_bounds
    west, south, east, north = content.region.bounds
    transformer = Transformer.from_crs("EPSG:4326", content.region.crs, always_xy=True)
    return transformer.transform_bounds(west, south, east, north)


def _zone_places(content: PageContent, zone_ids: Any) -> list[int]:
    places = {zone_id: place for place, zone_id in enumerate(content.tables.zones["zone_id"])}
    return [places.get(zone_id, -1) for zone_id in zone_ids]


def _totals(lines: list[ZoneLine]) -> dict[str, float]:
    return {
        "zones": len(lines),
        "area_ha": round(sum(line.area_ha for line in lines), 2),
        "plots_free": sum(line.plots_free for line in lines),
        "area_free_ha": round(sum(line.free_ha for line in lines), 2),
    }


def _near_words(content: PageContent) -> Words:
    parts = [
        t("{network} {limit}", network=t(NETWORK_WORDS[network]), limit=metres_words(round(content.near_m[network])))
        for network in NETWORKS
        if network in content.near_m
    ]
    return join(parts, ", ")


def _proposals(content: PageContent) -> list[dict[str, Any]]:
    table = content.tables.proposals
    if table is None:
        return []
    rows = table.drop(columns="geometry").to_dict("records")
    return [
        {
            "name": names(row, "site_id"),
            "district": district_words(content, row.get("district_code")),
            "kind": t(KIND_NAMES[row["kind"]]) if row.get("kind") in KIND_NAMES else None,
            "ha": area(measured),
        }
        for row, measured in zip(rows, _measured(table), strict=True)
    ]


def _measured(table: Any) -> list[float]:
    from geozones.figures import measured_ha

    return [float(area) for area in measured_ha(table)]


def _issue_lines(content: PageContent) -> list[dict[str, Any]]:
    order = {"error": 0, "warning": 1, "info": 2}
    rows = content.issues.assign(order=content.issues["severity"].map(order)).sort_values("order", kind="stable")
    columns = [name for name in rows.columns if name != "geometry"]
    return [
        {
            "severity": t(SEVERITIES[row["severity"]]),
            "layer": short(text_or_none(row["layer"]) or ""),
            "key": short(text_or_none(row["feature_key"]) or ""),
            "message": message_words(row["message"]),
        }
        for row in rows[columns].head(MOST_ISSUES).to_dict("records")
    ]


def message_words(message: Any) -> Words:
    """Write a message of an issue in every language; one that is already a text stays as it is."""
    if isinstance(message, Message):
        return each_language(lambda language: render_message(message, language))
    return each_language(lambda _: str(message))


def _page_data(content: PageContent, lines: list[ZoneLine]) -> dict[str, Any]:
    zones = content.tables.zones
    shapes = to_degrees(zones.geometry.array, zones.crs)
    at = encode_points(shapely.point_on_surface(shapes)) if len(shapes) else []
    data: dict[str, Any] = {
        "kind": "region",
        "demonstration": content.region.demonstration,
        "zones": [
            _zone_data(line) | {"shape": shape, "at": place}
            for line, shape, place in zip(lines, encode_polygons(shapes), at, strict=True)
        ],
        "proposals": _proposal_data(content),
    }
    return data


def _zone_data(line: ZoneLine) -> dict[str, Any]:
    return {
        "id": line.zone_id,
        "stem": line.stem,
        "name": line.name.as_json(),
        "district": line.district.as_json(),
        "ha": round(line.area_ha, 2),
        "free": [line.plots_free, round(line.free_ha, 2)],
        "near": {network: line.answers.get(network, "unknown") for network in NETWORKS},
        "parts": [[part.kind, round(part.ha, 2)] for part in line.parts],
        "counted": line.counted,
        **({"passed": line.passed} if line.passed else {}),
    }


def _proposal_data(content: PageContent) -> list[dict[str, Any]]:
    table = content.tables.proposals
    if table is None:
        return []
    shapes = to_degrees(np.asarray(table.geometry.array, dtype=object), table.crs)
    rows = table.drop(columns="geometry").to_dict("records")
    return [
        {"name": names(row, "site_id").as_json(), "shape": shape}
        for row, shape in zip(rows, encode_polygons(shapes), strict=True)
    ]
