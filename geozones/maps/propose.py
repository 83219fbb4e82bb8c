"""The page on which a district proposes a site: draw it, see what speaks against it, save one file; no network."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geozones.config import NETWORKS
from geozones.crs import parse_crs
from geozones.maps.backdrop import Backdrop
from geozones.maps.content import PageContent
from geozones.maps.frame_page import page_context
from geozones.maps.ground import GroundLayer, frame_of, whole_bounds
from geozones.maps.page import OfflineMap, PageFigure, json_for_script
from geozones.maps.shapes import bounds_of, encode_lines, encode_points, encode_polygons, to_degrees
from geozones.maps.terms import NETWORK_NAMES, UNITS
from geozones.maps.words import names, short, t, text_or_none
from geozones.restrictions import find_strip_widths
from geozones.screening import PARTS, is_farm_category

DATA_FILE = "propose_data.js"
MARGIN_M = 25_000.0
GROUND_TOLERANCE_M = 100.0
PARCEL_TOLERANCE_M = 4.0
LINE_TOLERANCE_M = 15.0
DISTRICT_TOLERANCE_M = 30.0
ZONE_TOLERANCE_M = 2.0
PUBLIC_GRID_M = 100.0
"""The public sees connection points to so many metres."""


def draw_propose(atlas: Backdrop) -> str:
    """Draw the page of one audience; its data stand in `assets/propose_data.js` (`propose_script`)."""
    content = atlas.content
    bounds = bounds_of(to_degrees([shapely.box(*whole_bounds(content))], content.tables.zones.crs))
    context = page_context(content, atlas.layers, title=t("Propose a site"), home="")
    context |= {
        "concept_parts": [(part, t(words)) for part, words in PARTS.items()],
        "needs": [
            (column, t(NETWORK_NAMES[network]), t(UNITS[network]))
            for network, column in (
                ("power", "need_power_kw"),
                ("gas", "need_gas_m3h"),
                ("water", "need_water_m3d"),
            )
        ],
        "page_data": {"kind": "propose", "demonstration": content.region.demonstration, "bounds": bounds},
    }
    figure = PageFigure("propose.html", context)
    drawn = OfflineMap(bounds)
    figure.add_child(drawn)
    frame = frame_of(whole_bounds(content), margin_m=MARGIN_M, tolerance_m=GROUND_TOLERANCE_M)
    GroundLayer(atlas.ground.within(frame)).add_to(drawn)
    return figure.render()


def propose_script(content: PageContent, *, everything: PageContent) -> str:
    """Write the data of the check in the page.

    Parameters
    ----------
    content
        What the audience may see.
    everything
        The content before it was reduced: of it the public gets the outlines of granted land without numbers, and
        connection points without names, to `PUBLIC_GRID_M`; no lines.
    """
    tables, west_south = everything.tables, content.region.bounds
    data = {
        "isPublic": content.is_public,
        "bounds": list(west_south),
        "utmZone": _utm_zone(content),
        "gaussZone": _gauss_zone(content),
        "nearM": {network: float(content.near_m.get(network, 0.0)) for network in NETWORKS},
        "zones": _named(tables.zones, "zone_id", ZONE_TOLERANCE_M),
        "districts": [
            row | {"code": str(code)}
            for row, code in zip(
                _named(tables.districts, "district_code", DISTRICT_TOLERANCE_M),
                [] if tables.districts is None else tables.districts["district_code"],
                strict=True,
            )
        ],
        "parcels": _parcels(tables.parcels, is_public=content.is_public),
        "points": _points(tables.connection_points, is_public=content.is_public),
        "lines": [] if content.is_public else _lines(content),
    }
    return f"GZ.proposeData({json_for_script(data)});\n"


def _utm_zone(content: PageContent) -> int:
    """Return the zone of the sheet's metres: that of the working CRS, else of the middle of the region."""
    zone = parse_crs(content.region.crs).utm_zone
    if zone is not None:
        return int(str(zone).rstrip("NS"))
    west, _, east, _ = content.region.bounds
    return int(((west + east) / 2 + 180) // 6) + 1


def _gauss_zone(content: PageContent) -> int:
    west, _, east, _ = content.region.bounds
    return int(((west + east) / 2) // 6) + 1


def _encoded(table: Any, tolerance_m: float) -> list[Any]:
    shapes = shapely.simplify(np.asarray(table.geometry.array, dtype=object), tolerance_m)
    return encode_polygons(to_degrees(shapes, table.crs))


def _named(table: Any, key: str, tolerance_m: float) -> list[dict[str, Any]]:
    if table is None:
        return []
    rows = table.drop(columns="geometry").to_dict("records")
    return [
        {"name": names(row, key).as_json(), "shape": shape}
        for row, shape in zip(rows, _encoded(table, tolerance_m), strict=True)
    ]


def _parcels(table: Any, *, is_public: bool) -> list[dict[str, Any]]:
    """Give granted land, farm land and irrigated land; to the public the outlines of granted land alone."""
    if table is None:
        return []
    granted = (table["granted"] == "yes").to_numpy(dtype=bool, na_value=False)
    farm = is_farm_category(table["category"])
    irrigated = (table["irrigated"] == "yes").to_numpy(dtype=bool, na_value=False)
    kept = granted if is_public else granted | farm | irrigated
    shapes = _encoded(table[kept], PARCEL_TOLERANCE_M)
    if is_public:
        return [{"granted": 1, "shape": shape} for shape in shapes]
    numbers = table["cadastral_no"].fillna(table["parcel_id"]).to_numpy(dtype=object)[kept]
    flags = zip(granted[kept], farm[kept], irrigated[kept], strict=True)
    return [
        {
            "name": short(str(number)),
            "shape": shape,
            **{key: 1 for key, flag in zip(("granted", "farm", "irrigated"), each, strict=True) if flag},
        }
        for number, shape, each in zip(numbers, shapes, flags, strict=True)
    ]


def _points(table: Any, *, is_public: bool) -> list[dict[str, Any]]:
    if table is None:
        return []
    existing = table[table["state"] == "existing"]
    shapes = np.asarray(existing.geometry.array, dtype=object)
    if is_public:
        shapes = shapely.transform(shapes, lambda points: np.round(points / PUBLIC_GRID_M) * PUBLIC_GRID_M)
    places = encode_points(to_degrees(shapes, table.crs))
    rows = existing[["network", "name", "point_id"]].to_dict("records")
    if is_public:
        return [{"network": row["network"], "at": at} for row, at in zip(rows, places, strict=True)]
    return [
        {
            "network": row["network"],
            "name": short(text_or_none(row["name"]) or str(row["point_id"])),
            "at": at,
        }
        for row, at in zip(rows, places, strict=True)
    ]


def _lines(content: PageContent) -> list[dict[str, Any]]:
    """Give the lines that have a strip in which nothing may be built, with its metres."""
    if content.rules is None:
        return []
    found: list[dict[str, Any]] = []
    for network in NETWORKS:
        table = content.tables.of(network)
        if table is None:
            continue
        widths = find_strip_widths(table, network, content.rules)
        wide = widths > 0
        shapes = shapely.simplify(np.asarray(table.geometry.array, dtype=object)[wide], LINE_TOLERANCE_M)
        called = table["name"].fillna(table["line_id"]).to_numpy(dtype=object)[wide]
        found += [
            {"name": short(str(name)), "strip": round(float(strip), 1), "lines": lines}
            for name, strip, lines in zip(
                called, widths[wide], encode_lines(to_degrees(shapes, table.crs)), strict=True
            )
        ]
    return found
