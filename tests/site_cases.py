"""A region whose answers a reviewer checks in the head: two districts, a line of each network, sites of 100 ha."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
from builders import EASTING, NORTHING, make_line, make_square, make_table
from shapely.geometry import Point

from geozones.config import Config, LayerSpec, Provenance, RegionConfig
from geozones.rules import Rules, load_rules
from geozones.screening import PARTS, Form, Screening, screen
from geozones.tables import LayerSource, RegionTables, empty_table
from geozones.tables.roles import CONTRACTS

DAY = dt.date(2026, 11, 23)
SIDE_M = 999.6
"""Side in the plane of a square that measures 100 ha on the ground: the scale of UTM here is 0.9996."""
FULL_FORM = Form(dict.fromkeys(PARTS, "text"))


@cache
def all_rules() -> Rules:
    return load_rules()


def make_config(**region: Any) -> Config:
    bounds = (64.0, 40.0, 74.0, 45.0)
    known = RegionConfig(name={"ru": "Область"}, bounds=bounds, **region)
    return Config(region=known, layers={"zones": LayerSpec(role="zones", source="zones")})


def make_site(left_m: float = -3000.0, bottom_m: float = 0.0, **columns: Any) -> Any:
    """Make a table of one site of 100 ha, filed by district A for a regional zone."""
    row = {
        "site_id": "site", "name_ru": "Участок", "kind": "regional", "district_code": "A",
        "geometry": make_square(left_m, bottom_m, SIDE_M),
    }  # fmt: skip
    return make_table("proposals", [row | columns])


def make_parcel(parcel_id: str, shape: Any, **columns: Any) -> dict[str, Any]:
    row = {"parcel_id": parcel_id, "granted": "no", "category": "reserve", "irrigated": "no", "geometry": shape}
    return row | columns


def point_at(x_m: float, y_m: float) -> Any:
    return Point(EASTING + x_m, NORTHING + y_m)


def make_region(*parcels: dict[str, Any], coverage: dict[str, Any] | None = None, **layers: Any) -> RegionTables:
    """Make the region: exact layers that cover everything, but what the keywords say otherwise.

    District A lies west of x = 0, B east of it; a line of each network runs along y = 2000, a road along y =
    -1000.
    """
    whole = make_square(-30_000, -30_000, 60_000)
    west = make_line((-29_000, 2000), (29_000, 2000))
    line = {"state": "existing", "geometry": west}
    tables: dict[str, Any] = {
        "zones": make_table("zones", [
            {"zone_id": "Z", "name_ru": "Зона", "kind": "regional", "status": "active",
             "geometry": make_square(20_000, 20_000, 1000)}]),
        "plots": empty_table(CONTRACTS["plots"], crs="EPSG:32642"),
        "proposals": empty_table(CONTRACTS["proposals"], crs="EPSG:32642"),
        "parcels": make_table("parcels", [make_parcel("reserve", whole), *parcels]),
        "districts": make_table("districts", [
            {"district_code": "A", "name_ru": "А", "geometry": make_box(-30_000, -30_000, 0, 30_000)},
            {"district_code": "B", "name_ru": "Б", "geometry": make_box(0, -30_000, 30_000, 30_000)}]),
        "gas": make_table("gas", [{"line_id": "g", "class": "distribution", "connectable": "yes", **line}]),
        "power": make_table("power", [
            {"line_id": "p", "class": "overhead", "voltage_kv": 10, "connectable": "yes", **line}]),
        "water": make_table("water", [
            {"line_id": "w", "class": "distribution", "diameter_mm": 100, "connectable": "yes", **line}]),
        "connection_points": make_table("connection_points", [
            {"point_id": f"{network}-point", "network": network, "state": "existing", "capacity_free": 5000,
             "geometry": point_at(-3000, 2500)} for network in ("gas", "power", "water")]),
        "settlements": make_table("settlements", [
            {"settlement_id": "village", "name_ru": "Село", "kind": "village", "population": 10_000,
             "geometry": make_square(-10_000, 0, 2000)}]),
        "roads": make_table("roads", [
            {"id": "road", "class": "local", "geometry": make_line((-29_000, -1000), (29_000, -1000))}]),
        "railways": make_table("railways", [
            {"id": "rail", "geometry": make_line((-29_000, -5000), (29_000, -5000))}]),
        **{role: empty_table(CONTRACTS[role], crs="EPSG:32642") for role in ("rivers", "lakes", "restricted")},
    }  # fmt: skip
    tables |= layers
    provenance = Provenance(source="test", precision="exact", accuracy_m=0.0, coverage="region")
    sources = {
        role: LayerSource(role, role, f"{role}.gpkg", provenance, len(table))
        for role, table in tables.items()
        if table is not None
    }
    for role, area in (coverage or {}).items():
        known = provenance.model_copy(update={"coverage": area})
        sources[role] = replace(sources[role], provenance=known)
    return RegionTables(**tables, sources=sources)


def make_box(left_m: float, bottom_m: float, right_m: float, top_m: float) -> Any:
    from shapely.geometry import box

    return box(EASTING + left_m, NORTHING + bottom_m, EASTING + right_m, NORTHING + top_m)


def screen_case(sites: Any, tables: RegionTables, *, form: Form | None = FULL_FORM, **options: Any) -> Screening:
    """Screen sites of the region on its day; nothing is free in its zone."""
    figures = pd.DataFrame({"free_ha": [0.0] * len(tables.zones), "plots_free": [0] * len(tables.zones)})
    known = {"config": make_config(), "zone_figures": figures, "forms": dict.fromkeys(sites["site_id"], form)}
    return screen(sites, tables, as_of=DAY, **({"rules": all_rules()} | known | options))


def answers_of(screening: Screening, site_id: str = "site") -> dict[str, str]:
    """Give the answers of a site by question."""
    rows = screening.findings[screening.findings["subject_id"] == site_id]
    return dict(zip(rows["check"], rows["answer"], strict=True))
