"""The page of one zone: what can be offered here, and what is missing?"""

from __future__ import annotations

from typing import Any

import shapely

from geozones.maps.atlas import Atlas
from geozones.maps.content import PageContent
from geozones.maps.frame_page import page_context
from geozones.maps.ground import Frame, GroundLayer, frame_of
from geozones.maps.history import plot_history
from geozones.maps.inspections import card_inspections, zone_inspections
from geozones.maps.legend import legend_networks, legend_states
from geozones.maps.page import Inlined, OfflineMap, PageFigure
from geozones.maps.past import past_states
from geozones.maps.plot_sheets import PlotSheets
from geozones.maps.plots_layer import PlotsLayer
from geozones.maps.shapes import bounds_of, to_degrees
from geozones.maps.stems import file_stem
from geozones.maps.terms import KIND_NAMES, STATUS_NAMES
from geozones.maps.words import Words, area, date_or_none, names, number_or_none, short, t, text_or_none
from geozones.maps.zone_lines import area_parts, bar_words, district_words, part_name

MARGIN_M = 4000.0
TOLERANCE_M = 2.0


def draw_zone(atlas: Atlas, place: int, sheets: PlotSheets, *, inlined: Inlined | None = None) -> str:
    """Draw the page of the zone in row `place` of the zones; `inlined` makes it one file."""
    content, zone = atlas.content, atlas.zones[place]
    title = names(zone, "zone_id")
    rows, span = atlas.plots_of(place), atlas.span_of(place)
    context = page_context(content, atlas.layers, title=title, home="../", single=file_stem(str(zone["zone_id"])))
    past = atlas.past.of(_ids(atlas, rows)) if span is None else None
    context |= _about(atlas, place, past_states(past)) | {
        "has_past": past is not None,
        "has_plots": len(rows) > 0,
        "seen": None if content.is_public else zone_inspections(content, zone, _plots(atlas, rows)),
        "page_data": {
            "kind": "zone",
            "demonstration": content.region.demonstration,
            **({"tiles": content.tile_url} if content.tile_url and inlined is None else {}),
            "zone": {
                "id": str(zone["zone_id"]),
                "name": title.as_json(),
                "shape": atlas.outlines[place],
                "undivided": atlas.undivided[place],
            },
            "networks": atlas.plot_networks.of(rows) if span is None else None,
            "sheets": sheets.of(rows) if span is None else None,
            "land": atlas.plot_land.of(rows) if span is None else None,
            "strips": atlas.strips.within(zone_frame(content, place)),
            "history": plot_history(content.history, _ids(atlas, rows), as_of=content.as_of),
            "inspections": card_inspections(content, _ids(atlas, rows)) if content.inspections else None,
            "past": past,
            "asOf": content.as_of.isoformat(),
        },
    }
    figure = PageFigure(
        "zone.html", context, assets="../assets/", tiles=None if inlined else atlas.tiles_name, inlined=inlined
    )
    columns = atlas.columns_of(rows) if span is None else None
    _draw_map(atlas, figure, place, PlotsLayer(None, columns=columns, tiles=span, language=content.language))
    return figure.render()


def _ids(atlas: Atlas, rows: Any) -> list[str]:
    return [str(plot_id) for plot_id in atlas.plots["id"][rows]]


def _plots(atlas: Atlas, rows: Any) -> list[dict[str, Any]]:
    if not atlas.content.inspections:
        return [{"plot_id": ""}] * len(rows)
    numbers, areas_ha = atlas.plots["number"], atlas.plots["ha"]
    return [
        {"plot_id": plot_id, "number": numbers[row], "ha": areas_ha[row]}
        for plot_id, row in zip(_ids(atlas, rows), rows, strict=True)
    ]


def _about(atlas: Atlas, place: int, past: set[str]) -> dict[str, Any]:
    """Give what the head of the page says of the zone."""
    content, zone = atlas.content, atlas.zones[place]
    figures = content.zone_figures.iloc[place]
    parts = area_parts(figures)
    code = text_or_none(zone.get("district_code"))
    company = text_or_none(zone.get("company"))
    return {
        "kind": t(KIND_NAMES[zone["kind"]]),
        "status": t(STATUS_NAMES[zone["status"]]),
        "district": district_words(content, code, full=True),
        "decision": _decision_words(zone),
        "measured": _measured_words(figures),
        "area_published": text_or_none(zone.get("area_source")) == "published",
        "company": None if company is None else short(company),
        "figures": figures,
        "parts": [(part, part_name(part.kind)) for part in parts],
        "bar_words": bar_words(parts),
        "facts": atlas.zone_networks.facts(str(zone["zone_id"])),
        "legend": legend_states(content.zone_figures.iloc[[place]], {}, past=past),
        "past_passed": "passed" in past,
        "networks": legend_networks(content, set() if code is None else {code}),
    }


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


def zone_frame(content: PageContent, place: int) -> Frame:
    """Give the frame of the map of the zone in row `place`: the zone and what lies around it."""
    bounds = shapely.bounds(content.tables.zones.geometry.array[place])
    return frame_of(bounds, margin_m=MARGIN_M, tolerance_m=TOLERANCE_M)


def _draw_map(atlas: Atlas, figure: PageFigure, place: int, plots: PlotsLayer) -> None:
    content = atlas.content
    zones = content.tables.zones
    bounds = shapely.bounds(zones.geometry.array[place])
    drawn = OfflineMap(bounds_of(to_degrees([shapely.box(*bounds)], zones.crs)))
    figure.add_child(drawn)
    GroundLayer(atlas.ground.within(zone_frame(content, place))).add_to(drawn)
    plots.add_to(drawn)
