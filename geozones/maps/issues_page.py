"""The page of the data issues: what is wrong with the data, where, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from geozones.maps.atlas import Atlas
from geozones.maps.content import PageContent
from geozones.maps.frame_page import page_context
from geozones.maps.ground import GroundLayer, frame_of, whole_bounds
from geozones.maps.issue_rows import SEVERITY_ORDER, choose_rows, issue_data
from geozones.maps.legend import legend_networks
from geozones.maps.page import OfflineMap, PageFigure
from geozones.maps.provenance import layer_name
from geozones.maps.shapes import bounds_of, to_degrees
from geozones.maps.words import Words, names, t

MARGIN_M = 25_000.0
TOLERANCE_M = 120.0


@dataclass(frozen=True)
class LayerRows:
    """What became of the rows of one layer."""

    name: Words
    read: int
    kept: int
    set_aside: int
    errors: int
    warnings: int


def draw_issues(atlas: Atlas) -> str:
    """Draw the page of the data issues."""
    content = atlas.content
    issues = content.issues
    groups, rows = choose_rows(issues)
    counts = {severity: int((issues["severity"] == severity).sum()) for severity in SEVERITY_ORDER}
    bounds = bounds_of(to_degrees([shapely.box(*whole_bounds(content))], content.tables.zones.crs))
    context = page_context(content, atlas.layers, title=t("Data issues"), home="")
    context |= {
        "counts": counts,
        "groups": groups,
        "layer_rows": _layer_rows(content),
        "total": len(issues),
        "shown": len(rows),
        "networks": legend_networks(content),
        "page_data": {
            "kind": "issues",
            "demonstration": content.region.demonstration,
            "bounds": bounds,
            "zones": [
                {"name": names(zone, "zone_id").as_json(), "shape": shape}
                for zone, shape in zip(atlas.zones, atlas.outlines, strict=True)
            ],
            "issues": issue_data(atlas, groups, rows),
        },
    }
    figure = PageFigure("issues.html", context)
    drawn = OfflineMap(bounds)
    figure.add_child(drawn)
    frame = frame_of(whole_bounds(content), margin_m=MARGIN_M, tolerance_m=TOLERANCE_M)
    GroundLayer(atlas.ground.within(frame)).add_to(drawn)
    return figure.render()


def _layer_rows(content: PageContent) -> list[LayerRows]:
    severity = content.issues.groupby(["layer", "severity"]).size()
    return [
        LayerRows(
            layer_name(rows.key, rows.role),
            rows.read,
            rows.kept,
            rows.set_aside,
            int(severity.get((rows.key, "error"), 0)),
            int(severity.get((rows.key, "warning"), 0)),
        )
        for rows in content.layer_counts
    ]
