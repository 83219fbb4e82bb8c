"""The page of one zone: what can be offered here, and what is missing?"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geozones.figures import find_undivided
from geozones.maps.content import PageContent
from geozones.maps.facts import network_facts
from geozones.maps.frame_page import page_context
from geozones.maps.ground import GroundLayer, frame_of, ground_data
from geozones.maps.legend import legend_networks, legend_states
from geozones.maps.page import OfflineMap, PageFigure
from geozones.maps.plot_networks import network_columns
from geozones.maps.plot_rows import find_shown, plot_columns, private_columns
from geozones.maps.plots_layer import PlotsLayer
from geozones.maps.provenance import layer_lines
from geozones.maps.shapes import bounds_of, encode_polygons, to_degrees
from geozones.maps.terms import KIND_NAMES, STATUS_NAMES
from geozones.maps.words import Words, area, date_or_none, names, number_or_none, short, t, text_or_none
from geozones.maps.zone_lines import area_parts, bar_words, district_words, part_name

MARGIN_M = 4000.0
TOLERANCE_M = 2.0


def draw_zone(content: PageContent, place: int) -> str:
    """Draw the page of the zone in row `place` of the zones, for one audience."""
    zone = content.tables.zones.drop(columns="geometry").iloc[place].to_dict()
    zone_id = str(zone["zone_id"])
    figures = content.zone_figures.iloc[place]
    layers = layer_lines(content)
    parts = area_parts(figures)
    context = page_context(content, layers, title=names(zone, "zone_id"), home="../")
    shown = find_shown(content, zone_id)
    codes = {str(zone["district_code"])} if text_or_none(zone.get("district_code")) else set()
    context |= {
        "zone": zone,
        "zone_id": zone_id,
        "kind": t(KIND_NAMES[zone["kind"]]),
        "status": t(STATUS_NAMES[zone["status"]]),
        "district": district_words(content, zone.get("district_code"), full=True),
        "decision": _decision_words(zone),
        "measured": _measured_words(figures),
        "area_published": text_or_none(zone.get("area_source")) == "published",
        "company": _company(zone),
        "figures": figures,
        "parts": [(part, part_name(part.kind)) for part in parts],
        "bar_words": bar_words(parts),
        "facts": network_facts(content, zone_id),
        "legend": legend_states(content.zone_figures.iloc[[place]], {}),
        "networks": legend_networks(content, codes),
        "has_plots": len(shown) > 0,
        "page_data": _page_data(content, zone, shown, context["title"]),
    }
    figure = PageFigure("zone.html", context, assets="../assets/")
    _draw_map(content, figure, place, shown)
    return figure.render()


def _decision_words(zone: dict[str, Any]) -> Words | None:
    no, day = text_or_none(zone.get("decision_no")), date_or_none(zone.get("decision_date"))
    if no and day:
        return t("decision No {no} of {day}", no=short(no), day=day)
    if no:
        return t("decision No {no}", no=short(no))
    return t("decision of {day}", day=day) if day else None


def _measured_words(figures: Any) -> Words | None:
    measured, stated = number_or_none(figures["measured_ha"]), number_or_none(figures["area_ha"])
    if measured is None or stated is None or f"{measured:.1f}" == f"{stated:.1f}":
        return None
    return t("measured {area}", area=area(measured))


def _company(zone: dict[str, Any]) -> str | None:
    company = text_or_none(zone.get("company"))
    return None if company is None else short(company)


def _page_data(content: PageContent, zone: dict[str, Any], shown: Any, title: Words) -> dict[str, Any]:
    outline, undivided = _zone_shapes(content, str(zone["zone_id"]))
    return {
        "kind": "zone",
        "demonstration": content.region.demonstration,
        "zone": {"id": str(zone["zone_id"]), "name": title.as_json(), "shape": outline, "undivided": undivided},
        "networks": network_columns(content, shown),
        "asOf": content.as_of.isoformat(),
    }


def _zone_shapes(content: PageContent, zone_id: str) -> tuple[Any, Any]:
    """Encode the outline of a zone and the part of it not yet divided into plots."""
    zones, plots = content.tables.zones, content.tables.plots
    one = zones[zones["zone_id"] == zone_id]
    shown = plots.iloc[find_shown(content, zone_id)]
    undivided = find_undivided(one, shown, min_width_m=content.undivided_min_width_m)
    shapes = to_degrees(np.concatenate([one.geometry.to_numpy(), undivided]), zones.crs)
    outline, rest = encode_polygons(shapes)
    return outline, rest


def _draw_map(content: PageContent, figure: PageFigure, place: int, shown: Any) -> None:
    tables = content.tables
    zone = tables.zones.iloc[[place]]
    bounds = zone.total_bounds
    drawn = OfflineMap(bounds_of(to_degrees([shapely.box(*bounds)], zone.crs)))
    figure.add_child(drawn)
    frame = frame_of(bounds, margin_m=MARGIN_M, tolerance_m=TOLERANCE_M)
    GroundLayer(ground_data(content, frame, with_points=not content.is_public)).add_to(drawn)
    plots = tables.plots.iloc[shown].assign(map_state=content.states["map_state"].to_numpy()[shown])
    columns = plot_columns(content, shown)
    columns["zone"] = [0] * len(shown)
    if not content.is_public:
        columns |= private_columns(content, shown)
    PlotsLayer(plots, columns=columns, language=content.language).add_to(drawn)


