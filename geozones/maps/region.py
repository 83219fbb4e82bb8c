"""The index page: where does the region stand?"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import numpy as np
import shapely

from geozones.config import NETWORKS
from geozones.figures import measured_ha
from geozones.maps.atlas import Atlas
from geozones.maps.attention import find_matters
from geozones.maps.content import PageContent
from geozones.maps.facts import metres_words
from geozones.maps.frame_page import page_context
from geozones.maps.ground import GroundLayer, frame_of, whole_bounds
from geozones.maps.issue_rows import group_issues
from geozones.maps.legend import legend_networks, legend_states
from geozones.maps.page import Inlined, OfflineMap, PageFigure
from geozones.maps.plot_rows import pick
from geozones.maps.plots_layer import PlotsLayer
from geozones.maps.shapes import bounds_of, encode_points, encode_polygons, to_degrees
from geozones.maps.site_content import site_rows
from geozones.maps.site_lines import verdict_line
from geozones.maps.site_page import site_name
from geozones.maps.site_table import by_verdict
from geozones.maps.terms import KIND_NAMES, NETWORK_NAMES, NETWORK_WORDS, SEVERITIES
from geozones.maps.words import Words, area, each_language, join, names, short, t
from geozones.maps.zone_lines import ZoneLine, district_words, sorted_lines, zone_line

MARGIN_M = 25_000.0
TOLERANCE_M = 120.0
PLOTS_FROM_ZOOM = 11


def draw_region(atlas: Atlas, *, inlined: Inlined | None = None) -> str:
    """Draw the index page of one audience; `inlined` makes it one file, which links to itself alone."""
    content = atlas.content
    lines = [
        zone_line(
            content, zone, content.zone_figures.iloc[place], atlas.zone_networks.answers(str(zone["zone_id"]))
        )
        for place, zone in enumerate(atlas.zones)
    ]
    listed = sorted_lines(lines)
    bounds = bounds_of(to_degrees([shapely.box(*whole_bounds(content))], content.tables.zones.crs))
    context = page_context(content, atlas.layers, title=region_title(content), home="", single="region")
    context |= {
        "figures": content.region_figures,
        "published": content.published,
        "counted": [line for line in listed if line.counted],
        "planned": [line for line in listed if not line.counted],
        "proposals": _proposals(content),
        "provision": [(line, atlas.zone_networks.provision(line.zone_id)) for line in listed if line.counted],
        "matters": find_matters(content, lines, atlas.layers),
        "legend": legend_states(content.zone_figures[content.zone_figures["counted"]], content.region_figures),
        "networks": legend_networks(content),
        "near_words": _near_words(content),
        "severity_words": {name: t(words) for name, words in SEVERITIES.items()},
        "issue_groups": group_issues(content.issues),
        "network_names": [(network, t(NETWORK_NAMES[network])) for network in NETWORKS],
        "net_names": _names_for_style(),
        "zone_href": _own_place if inlined else _zone_page,
        "page_data": {
            "kind": "region",
            "demonstration": content.region.demonstration,
            **({"tiles": content.tile_url} if content.tile_url and inlined is None else {}),
            "bounds": bounds,
            "zones": _zone_data(atlas, lines),
            "asOf": content.as_of.isoformat(),
            "proposals": _proposal_data(content),
        },
    }
    figure = PageFigure("index.html", context, tiles=atlas.tiles_name, inlined=inlined)
    _draw_map(atlas, figure, bounds)
    return figure.render()


def _names_for_style() -> Words:
    """Name the networks as variables of the style sheet, which writes them beside the signs on phones."""
    return each_language(
        lambda language: ";".join(
            f"--net-{network}:'{t(NETWORK_WORDS[network]).of(language)}'" for network in NETWORKS
        )
    )


def _zone_page(line: ZoneLine) -> str:
    return f"zones/{line.stem}.html"


def _own_place(line: ZoneLine) -> str:
    return f"#zone={quote(line.zone_id)}"


def region_title(content: PageContent) -> Words:
    """Write the title of the index page."""
    given = content.region.name
    spare = given.get("ru") or next(iter(given.values()))
    region = each_language(lambda language: short(given.get(language, spare)))  # type: ignore[call-overload]
    return t("Industrial zones · {region}", region=region)


def _draw_map(atlas: Atlas, figure: PageFigure, bounds: list[list[float]]) -> None:
    content = atlas.content
    drawn = OfflineMap(bounds)
    figure.add_child(drawn)
    frame = frame_of(whole_bounds(content), margin_m=MARGIN_M, tolerance_m=TOLERANCE_M)
    GroundLayer(atlas.ground.within(frame)).add_to(drawn)
    span = atlas.span_of(None)
    if span is None:
        columns = pick(atlas.plots, atlas.shown)
        PlotsLayer(None, columns=columns, language=content.language, min_zoom=PLOTS_FROM_ZOOM).add_to(drawn)
    else:
        PlotsLayer(None, tiles=span, language=content.language).add_to(drawn)


def _near_words(content: PageContent) -> Words:
    parts = [
        t(
            "{network} {limit}",
            network=t(NETWORK_WORDS[network]),
            limit=metres_words(round(content.near_m[network])),
        )
        for network in NETWORKS
        if network in content.near_m
    ]
    return join(parts, ", ")


def _proposals(content: PageContent) -> list[dict[str, Any]]:
    if content.sites is not None:
        return [
            {
                "name": site_name(row.record),
                "stem": row.stem,
                "district": district_words(content, row.record["district_code"]),
                "kind": t(KIND_NAMES.get(str(row.record["kind"]), str(row.record["kind"]))),
                "ha": area(float(row.record["area_ha"])),
                "verdict": verdict_line(row.record),
            }
            for row in by_verdict(site_rows(content.sites))
        ]
    table = content.tables.proposals
    if table is None:
        return []
    rows = table.drop(columns="geometry").to_dict("records")
    return [
        {
            "name": names(row, "site_id"),
            "stem": "",
            "verdict": None,
            "district": district_words(content, row.get("district_code")),
            "kind": t(KIND_NAMES[row["kind"]]) if row.get("kind") in KIND_NAMES else None,
            "ha": area(float(measured)),
        }
        for row, measured in zip(rows, measured_ha(table), strict=True)
    ]


def _zone_data(atlas: Atlas, lines: list[ZoneLine]) -> list[dict[str, Any]]:
    zones = atlas.content.tables.zones
    shapes = to_degrees(zones.geometry.array, zones.crs)
    places = encode_points(shapely.point_on_surface(shapes))
    return [
        {
            "id": line.zone_id,
            "stem": line.stem,
            "name": line.name.as_json(),
            "district": line.district.as_json(),
            "code": line.district_code,
            "ha": round(line.area_ha, 2),
            "free": [line.plots_free, round(line.free_ha, 2)],
            "near": dict(line.answers),
            "parts": [[part.kind, round(part.ha, 2)] for part in line.parts],
            "counted": line.counted,
            "shape": shape,
            "at": at,
            **({"passed": line.passed} if line.passed else {}),
        }
        for line, shape, at in zip(lines, atlas.outlines, places, strict=True)
    ]


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
