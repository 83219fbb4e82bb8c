"""Invent the land around the zones: parcels like fields, restricted areas, and proposed sites."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry

from geozones.demonstration.ground import SURVEY_DECIMALS, Chance, blob, metres
from geozones.demonstration.places import LonLat
from geozones.demonstration.region import Background, as_layer
from geozones.demonstration.zones import PlacedZone, cadastral_no

PARCEL_DECIMALS = 6
SMALLEST_PARCEL_M2 = 12_000.0
TRACK_M = 6.0
"""Width of the field tracks between strips of fields."""
FIELD_PURPOSES = (
    ("agricultural", "lease", "ведение крестьянского хозяйства, пашня", "yes"),
    ("agricultural", "lease", "ведение крестьянского хозяйства, пашня", "no"),
    ("agricultural", "ownership", "многолетние насаждения", "yes"),
    ("agricultural", "lease", "пастбище", "no"),
    ("agricultural", "permanent_use", "семеноводческое хозяйство", "yes"),
    ("settlement", "lease", "строительство складов", "no"),
    ("industry", "ownership", "обслуживание производственной базы", "no"),
)
IDLE_PURPOSES = (
    ("reserve", "пастбище общего пользования"),
    ("reserve", "земли запаса"),
    ("settlement", "резерв застройки"),
)


class SitePlan(NamedTuple):
    """A proposed site: id, names, district, kind asked for, middle, corners around it (metres east, north).

    `rim_m` is how far the land of the reserve, or of the founder, reaches beyond the outline; below zero the rim
    of the site lies on the fields around.
    """

    site_id: str
    name_ru: str
    name_kk: str
    name_en: str
    district_code: str
    kind: str
    middle: LonLat
    corners: tuple[tuple[float, float], ...]
    rim_m: float


SITES = (
    SitePlan("tole-bi", "Төле би (демо)", "Төле би (демо)", "Tole bi (demo)", "6158", "regional",
             (69.985, 42.1795),
             ((-520, -410), (430, -470), (560, 120), (330, 450), (-470, 390)), -70.0),
    SitePlan("sauran", "Сауран (демо)", "Сауран (демо)", "Sauran (demo)", "6155", "regional",
             (68.335, 43.395),
             ((-420, -330), (410, -350), (430, 310), (-380, 360)), 60.0),
    SitePlan("saryagash-agro", "Сарыагаш-Агро (демо)", "Сарыағаш-Агро (демо)", "Saryagash-Agro (demo)", "6154",
             "private", (69.185, 41.490),
             ((-300, -210), (280, -240), (300, 190), (-260, 230)), 20.0),
)  # fmt: skip
"""Proposed sites; add a line for another one."""

STATE_LAND = (
    SitePlan("aktobe", "", "", "", "6148", "regional", (68.6725, 42.9195),
             ((-900, -800), (1300, -800), (1300, 900), (-900, 900)), 0.0),
)  # fmt: skip
"""Land of the reserve that nobody has proposed yet, with fields around it."""


def make_proposals() -> gpd.GeoDataFrame:
    """Give the proposals layer."""
    columns = ("site_id", "name_ru", "name_kk", "name_en", "district_code", "kind")
    rows = [{name: getattr(site, name) for name in columns} for site in SITES]
    return as_layer(rows, [_site_shape(site) for site in SITES], decimals=SURVEY_DECIMALS)


def _site_shape(site: SitePlan) -> BaseGeometry:
    return shapely.Polygon(metres([site.middle])[0] + np.array(site.corners, dtype=float))


def _land_of(site: SitePlan) -> BaseGeometry:
    """The land of the reserve, or of the founder, under a site."""
    return _site_shape(site).buffer(site.rim_m, join_style="mitre")


def make_parcels(background: Background, zones: tuple[PlacedZone, ...]) -> gpd.GeoDataFrame:
    """Give the parcels layer: fields around zones and proposed sites, and the owners' land under private zones."""
    lines = [shapely.LineString(line) for line in (*background.roads.values(), *background.railways.values())]
    rivers = [shapely.LineString(line) for line in background.rivers.values()]
    kept_free = [
        *shapely.buffer(lines, 22.0, quad_segs=2),
        *shapely.buffer(rivers, 70.0, quad_segs=2),
        *background.settlements.values(),
        *background.lakes.values(),
        *(zone.shapes.outline.buffer(16.0, join_style="mitre") for zone in zones),
        *(zone.shapes.spine.buffer(14.0, cap_style="flat") for zone in zones),
        *(_land_of(site) for site in (*SITES, *STATE_LAND)),
    ]
    rows: list[dict[str, Any]] = []
    shapes: list[BaseGeometry] = []
    for place in _field_places(zones):
        chance = Chance("fields", place.key)
        fields = _cut_fields(chance, place, np.array(kept_free, dtype=object))
        quarter = chance.whole(11, 989)
        for number, field in enumerate(fields, start=1):
            land_no = cadastral_no(place.district_code, quarter, 500 + number)
            rows.append(_field_row(f"{place.key}-p{number:02d}", land_no, chance))
            shapes.append(field)
        kept_free.extend(fields)
    for zone in zones:
        if zone.plan.kind == "private":
            rows.append(_owner_row(zone))
            shapes.append(zone.shapes.outline.buffer(4.0, join_style="mitre"))
    for site in (*SITES, *STATE_LAND):
        rows.append(_founder_row(site) if site.kind == "private" else _reserve_row(site))
        shapes.append(_land_of(site))
    order = sorted(range(len(rows)), key=lambda place: rows[place]["parcel_id"])
    return as_layer([rows[place] for place in order], [shapes[place] for place in order], decimals=PARCEL_DECIMALS)


class FieldPlace(NamedTuple):
    """Where fields are cut: key, district, middle, direction in degrees, half sizes in metres."""

    key: str
    district_code: str
    middle: shapely.Point
    angle: float
    half: tuple[float, float]


def _field_places(zones: tuple[PlacedZone, ...]) -> list[FieldPlace]:
    found: list[FieldPlace] = []
    for zone in zones[:16]:
        plan, side = zone.plan, math.sqrt(zone.shapes.outline.area)
        half = (0.75 * side + 420.0, 0.62 * side + 420.0)
        angle = math.degrees(zone.site.direction_rad) + plan.layout.turn_deg
        middle = shapely.Point(zone.shapes.outline.centroid)
        found.append(FieldPlace(plan.zone_id, plan.district_code, middle, angle, half))
    for site in (*SITES, *STATE_LAND):
        middle = shapely.Point(metres([site.middle])[0])
        found.append(FieldPlace(site.site_id, site.district_code, middle, 12.0, (1250.0, 1000.0)))
    return found


def _cut_fields(chance: Chance, place: FieldPlace, kept_free: Any) -> list[BaseGeometry]:
    """Cut a rectangle into strips and the strips into fields of uneven width; leave out what is taken."""
    half_u, half_v = place.half
    near = kept_free[shapely.intersects(kept_free, place.middle.buffer(math.hypot(half_u, half_v) + 500))]
    taken = shapely.union_all(near)
    fields: list[BaseGeometry] = []
    v = -half_v
    while v < half_v - 60:
        deep = min(chance.between(150, 380), half_v - v)
        u = -half_u + chance.between(-90, 90)
        while u < half_u - 60:
            wide = chance.between(110, 420)
            box = shapely.box(u, v, u + wide, v + deep - TRACK_M)
            turned = rotate(box, place.angle, origin=(0, 0))
            field = translate(turned, place.middle.x, place.middle.y)
            if chance.between(0, 1) > 0.12:
                parts = shapely.get_parts(shapely.difference(field, taken))
                fields.extend(part for part in parts if part.area > SMALLEST_PARCEL_M2)
            u += wide
        v += deep
    return fields


def _field_row(parcel_id: str, number: str, chance: Chance) -> dict[str, Any]:
    draw = chance.between(0, 1)
    row = {"parcel_id": parcel_id, "cadastral_no": number, "encumbrance": None}
    if draw < 0.58:
        category, right, purpose, irrigated = chance.one_of(FIELD_PURPOSES)
        burden = chance.one_of(["залог", "арест", "сервитут"]) if chance.between(0, 1) < 0.1 else None
        granted = {"granted": "yes", "right": right, "purpose": purpose, "category": category}
        return {**row, **granted, "irrigated": irrigated, "encumbrance": burden}
    if draw < 0.86:
        category, purpose = chance.one_of(IDLE_PURPOSES)
        return {**row, "granted": "no", "right": None, "purpose": purpose, "category": category, "irrigated": "no"}
    return {**row, "granted": "unknown", "right": None, "purpose": None, "category": None, "irrigated": "unknown"}


def _owner_row(zone: PlacedZone) -> dict[str, Any]:
    """A private zone stands on land that its founder owns (art. 30)."""
    return {
        "parcel_id": f"{zone.plan.zone_id}-owner",
        "cadastral_no": cadastral_no(zone.plan.district_code, 990, 900 + len(zone.plan.zone_id)),
        "granted": "yes", "right": "ownership", "purpose": "частная индустриальная зона", "category": "industry",
        "irrigated": "no", "encumbrance": None,
    }  # fmt: skip


def _reserve_row(site: SitePlan) -> dict[str, Any]:
    return {
        "parcel_id": f"{site.site_id}-reserve", "cadastral_no": cadastral_no(site.district_code, 991, 901),
        "granted": "no", "right": None, "purpose": "земли запаса", "category": "reserve", "irrigated": "no",
        "encumbrance": None,
    }  # fmt: skip


def _founder_row(site: SitePlan) -> dict[str, Any]:
    return {
        "parcel_id": f"{site.site_id}-founder", "cadastral_no": cadastral_no(site.district_code, 990, 911),
        "granted": "yes", "right": "ownership", "purpose": "производственная база", "category": "industry",
        "irrigated": "no", "encumbrance": None,
    }  # fmt: skip


class Restriction(NamedTuple):
    """A round restricted area: kind, names, middle, radius in km."""

    kind: str
    name_ru: str
    name_kk: str
    name_en: str
    middle: LonLat
    radius_km: float


RESTRICTIONS = (
    Restriction("heritage", "Городище 1", "1-қалашық", "Ancient town 1", (68.30, 42.853), 0.55),
    Restriction("heritage", "Курганная группа 2", "2-обалар тобы", "Burial mounds 2", (68.22, 42.70), 0.8),
    Restriction("heritage", "Курганная группа 3", "3-обалар тобы", "Burial mounds 3", (69.905, 42.353), 0.35),
    Restriction("heritage", "Мавзолей 4", "4-кесене", "Mausoleum 4", (68.27, 43.26), 0.5),
    Restriction("nature", "Природный парк 1", "1-табиғи саябақ", "Nature park 1", (70.60, 42.33), 9.0),
    Restriction("nature", "Природный парк 2", "2-табиғи саябақ", "Nature park 2", (70.12, 42.06), 5.5),
    Restriction("nature", "Заказник 3", "3-қорықша", "Reserve 3", (69.05, 43.40), 7.0),
    Restriction("forest", "Лесной фонд 1", "1-орман қоры", "Forest 1", (70.15, 42.78), 4.5),
    Restriction("forest", "Лесной фонд 2", "2-орман қоры", "Forest 2", (67.92, 42.80), 3.2),
    Restriction("forest", "Саксаульник 3", "3-сексеуілдік", "Saxaul forest 3", (67.60, 42.10), 11.0),
    Restriction("flood", "Затопление 1", "1-су басу", "Flood area 1", (67.98, 41.56), 2.6),
    Restriction("mudflow", "Селеопасная долина 1", "1-сел қаупі", "Mudflow valley 1", (70.02, 42.13), 1.9),
    Restriction("subsoil", "Месторождение 1", "1-кен орны", "Deposit 1", (68.86, 43.62), 2.4),
    Restriction("subsoil", "Месторождение 2", "2-кен орны", "Deposit 2", (68.75, 45.20), 7.5),
    Restriction("burial", "Скотомогильник 1", "1-мал қорымы", "Animal burial 1", (69.12, 42.43), 0.15),
    Restriction("burial", "Скотомогильник 2", "2-мал қорымы", "Animal burial 2", (68.30, 40.86), 0.15),
    Restriction("border", "Пограничная полоса 1", "1-шекара белдеуі", "Border strip 1", (69.44, 41.44), 2.2),
    Restriction("pasture", "Пастбища общего пользования 1", "1-жалпы жайылым", "Common pasture 1",
                (69.52, 42.94), 3.4),
    Restriction("irrigated", "Орошаемый массив 1", "1-суармалы алқап", "Irrigated land 1", (68.42, 40.73), 3.6),
    Restriction("irrigated", "Орошаемый массив 2", "2-суармалы алқап", "Irrigated land 2", (68.06, 42.60), 4.2),
    Restriction("military", "Полигон 1", "1-полигон", "Range 1", (66.80, 41.75), 9.0),
)  # fmt: skip
WATER_ZONE_M = {
    "river-01": 1000.0,
    "river-02": 500.0,
    "river-03": 500.0,
    "river-04": 500.0,
    "river-05": 500.0,
    "river-07": 500.0,
}


def make_restricted(background: Background) -> gpd.GeoDataFrame:
    """Give the restricted layer: round areas of several kinds, and water protection zones along rivers."""
    rows: list[dict[str, Any]] = []
    shapes: list[BaseGeometry] = []
    for number, area in enumerate(RESTRICTIONS, start=1):
        rows.append(
            _restricted_row(f"{area.kind}-{number:02d}", area.kind, area.name_ru, area.name_kk, area.name_en)
        )
        shape = blob(
            metres([area.middle])[0], 1000 * area.radius_km, chance=Chance("restricted", number), corners=22
        )
        shapes.append(shape.intersection(background.region))
    for key, width_m in WATER_ZONE_M.items():
        number = int(key[-2:])
        rows.append(
            _restricted_row(f"water-protection-{number:02d}", "water_protection", f"Водоохранная зона {number}",
                            f"{number}-су қорғау аймағы", f"Water protection zone {number}")
        )  # fmt: skip
        band = shapely.LineString(background.rivers[key]).buffer(width_m, quad_segs=2).simplify(60.0)
        shapes.append(band.intersection(background.region))
    return as_layer(rows, shapes)


def _restricted_row(area_id: str, kind: str, ru: str, kk: str, en: str) -> dict[str, Any]:
    return {
        "id": area_id,
        "kind": kind,
        "name_ru": f"{ru} (демо)",
        "name_kk": f"{kk} (демо)",
        "name_en": f"{en} (demo)",
    }
