"""The map of a proposed site: its outline, what blocks it, what strips take, straight lines to connections."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geozones.config import NETWORKS
from geozones.maps.backdrop import Backdrop
from geozones.maps.ground import GroundLayer, frame_of, whole_bounds
from geozones.maps.page import OfflineMap, PageFigure
from geozones.maps.shapes import bounds_of, encode_lines, encode_polygons, to_degrees
from geozones.maps.words import names, short, text_or_none
from geozones.screening import Screening, blocked_land

MARGIN_M = 9000.0
AROUND_M = 400.0
TOLERANCE_M = 4.0
AROUND_SITES_M = 15_000.0
REGION_MARGIN_M = 150_000.0
REGION_TOLERANCE_M = 120.0


def draw_site_map(atlas: Backdrop, figure: PageFigure, shape: Any) -> None:
    """Put the map of one site into its page."""
    bounds = shapely.bounds(shape)
    crs = atlas.content.tables.zones.crs
    drawn = OfflineMap(bounds_of(to_degrees([shapely.box(*bounds)], crs)))
    figure.add_child(drawn)
    frame = frame_of(bounds, margin_m=MARGIN_M, tolerance_m=TOLERANCE_M)
    GroundLayer(atlas.ground.within(frame)).add_to(drawn)


def draw_region_map(atlas: Backdrop, figure: PageFigure, shapes: Any) -> list[list[float]]:
    """Put a map of all sites and the country around them into a page; return the bounds that it opens at."""
    content = atlas.content
    known = np.asarray(shapes, dtype=object)
    if not len(known):
        known = np.asarray(content.tables.zones.geometry.array, dtype=object)
    west, south, east, north = shapely.total_bounds(known) if len(known) else whole_bounds(content)
    crs = content.tables.zones.crs
    opened = shapely.box(west, south, east, north).buffer(AROUND_SITES_M, join_style="mitre")
    bounds = bounds_of(to_degrees([opened], crs))
    drawn = OfflineMap(bounds)
    figure.add_child(drawn)
    frame = frame_of(opened.bounds, margin_m=REGION_MARGIN_M, tolerance_m=REGION_TOLERANCE_M)
    GroundLayer(atlas.ground.within(frame)).add_to(drawn)
    return bounds


def site_data(atlas: Backdrop, screening: Screening, place: int) -> dict[str, Any]:
    """Give what the scripts of a site's page draw."""
    site: dict[str, Any] = screening.sites.iloc[place].to_dict()
    shape, site_id = site["geometry"], str(site["site_id"])
    crs = screening.sites.crs
    around = shapely.box(*shapely.bounds(shape)).buffer(AROUND_M, join_style="mitre")
    return {
        "bounds": bounds_of(to_degrees([around], crs)),
        "site": {"name": names(site, "site_id").as_json(), "shape": _polygons([shape], crs)[0]},
        "blocks": _polygons([blocked_land(screening, place)], crs)[0],
        "cuts": _polygons([_joined(screening.cuts, site_id)], crs)[0],
        "parcels": _parcels(screening, site_id, crs),
        "zones": _around(atlas, "zones", "zone_id", shape, crs),
        "links": _links(screening, site_id, crs),
    }


def _polygons(shapes: list[Any], crs: Any) -> list[Any]:
    return encode_polygons(to_degrees(shapes, crs))


def _joined(table: Any, site_id: str) -> Any:
    own = table[table["site_id"] == site_id]
    return shapely.union_all(own.geometry.array) if len(own) else None


def _parcels(screening: Screening, site_id: str, crs: Any) -> list[dict[str, Any]]:
    table = screening.case.tables.parcels
    rows = screening.parcels[screening.parcels["site_id"] == site_id]
    if table is None or not len(rows):
        return []
    shapes = table.geometry.array[rows["row"].to_numpy(dtype=int)]
    return [
        {"name": short(text_or_none(number) or str(parcel)), "granted": granted == "yes", "shape": outline}
        for number, parcel, granted, outline in zip(
            rows["cadastral_no"], rows["parcel_id"], rows["granted"], _polygons(list(shapes), crs), strict=True
        )
    ]


def _around(atlas: Backdrop, role: str, key: str, shape: Any, crs: Any) -> list[dict[str, Any]]:
    """Name the features of a role whose outline may be in sight."""
    table = atlas.content.tables.of(role)
    if table is None:
        return []
    near = table[shapely.dwithin(table.geometry.array, shape, MARGIN_M)]
    rows = near.drop(columns="geometry").to_dict("records")
    return [
        {"name": names(row, key).as_json(), "shape": outline}
        for row, outline in zip(rows, _polygons(list(near.geometry.array), crs), strict=True)
    ]


def _links(screening: Screening, site_id: str, crs: Any) -> list[dict[str, Any]]:
    """Give the straight line from the site to the nearest existing connection of every network."""
    networks: Any = screening.networks
    own = networks[(networks["site_id"] == site_id) & (networks["state"] == "existing")]
    found = []
    for row in own[own["connect_id"].notna()].to_dict("records"):
        kind = "point" if row["connect_layer"] == "connection_points" else "line"
        ends = [(row[f"{kind}_plot_x"], row[f"{kind}_plot_y"]), (row[f"{kind}_x"], row[f"{kind}_y"])]
        if row["network"] in NETWORKS and not np.isnan(np.asarray(ends, dtype=float)).any():
            line = encode_lines(to_degrees([shapely.LineString(ends)], crs))[0]
            found.append({"network": row["network"], "line": line[0]} if line else {})
    return [link for link in found if link]
