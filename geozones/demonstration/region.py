"""Draw the made-up map behind the zones: districts, settlements, roads, railways, rivers, lakes; in UTM metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geozones.demonstration import places
from geozones.demonstration.ground import (
    DEGREES_CRS,
    MAP_DECIMALS,
    Chance,
    Points,
    bend,
    blob,
    degrees,
    metres,
    round_corners,
    wander,
)

BORDER_STEP_M = 4000.0


@dataclass(frozen=True)
class Background:
    """Everything that lies under the zones, in UTM metres, by key."""

    districts: dict[str, BaseGeometry]
    settlements: dict[str, BaseGeometry]
    roads: dict[str, Points]
    railways: dict[str, Points]
    rivers: dict[str, Points]
    lakes: dict[str, BaseGeometry]
    villages: tuple[places.Settlement, ...]

    @property
    def region(self) -> BaseGeometry:
        """The whole region: all districts together."""
        return shapely.union_all(list(self.districts.values()))


def make_background() -> Background:
    """Draw the map behind the zones."""
    roads = {road.key: _draw_course(road, sway=0.035, step_m=2500) for road in places.ROADS}
    rivers = {river.key: _draw_course(river, sway=0.16, step_m=1800) for river in places.RIVERS}
    districts = _draw_districts()
    villages = _invent_villages(roads, rivers, districts)
    settlements = {place.key: _draw_settlement(place) for place in (*places.SETTLEMENTS, *villages)}
    return Background(
        districts=districts,
        settlements=settlements,
        roads=roads,
        railways={rail.key: _draw_course(rail, sway=0.02, step_m=4000) for rail in places.RAILWAYS},
        rivers=rivers,
        lakes={key: _draw_lake(key, corners) for key, _, _, _, corners in places.LAKES},
        villages=villages,
    )


def _draw_course(course: places.Course, *, sway: float, step_m: float) -> Points:
    bent = bend(metres(course.points), chance=Chance("course", course.key), step_m=step_m, sway=sway)
    return round_corners(bent)


def _draw_settlement(place: places.Settlement) -> BaseGeometry:
    radius_m = min(6500.0, 1000 * (max(place.population, 600) / 2200 / np.pi) ** 0.5)
    return blob(metres([place.place])[0], radius_m, chance=Chance("settlement", place.key), corners=14)


def _draw_lake(key: str, corners: tuple[places.LonLat, ...]) -> BaseGeometry:
    ring = bend(metres([*corners, corners[0]]), chance=Chance("lake", key), step_m=2500, sway=0.12)
    return shapely.make_valid(shapely.Polygon(ring)).buffer(0)


def _draw_districts() -> dict[str, BaseGeometry]:
    """Cut the outline into districts around their centres, then bend all borders together, so that none gaps."""
    faces = _cut_straight_districts()
    borders = shapely.union_all([shapely.boundary(face) for _, face in faces], grid_size=1.0)
    lines = shapely.segmentize(shapely.line_merge(borders), BORDER_STEP_M)
    bent = shapely.transform(lines, wander)
    parts = shapely.get_parts(shapely.polygonize(shapely.get_parts(bent).tolist()))
    tree = shapely.STRtree(parts)
    found: dict[str, list[BaseGeometry]] = {}
    for code, face in faces:
        for piece in shapely.get_parts(face):
            inside = shapely.transform(shapely.point_on_surface(piece), wander)
            found.setdefault(code, []).extend(parts[place] for place in tree.query(inside, predicate="within"))
    return {code: shapely.normalize(shapely.union_all(found[code])) for code in sorted(found) if code}


def _cut_straight_districts() -> list[tuple[str, BaseGeometry]]:
    """Voronoi cells of all points of a district, joined; cities cut out as discs; Shymkent has the code ""."""
    outline = shapely.Polygon(metres(places.OUTLINE))
    seeds = [
        (district.code, point)
        for district in places.DISTRICTS
        if district.radius_km is None
        for point in (district.centre, *district.more)
    ]
    spots = [shapely.Point(spot) for spot in metres([point for _, point in seeds])]
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(spots), extend_to=outline.buffer(100_000), ordered=True)
    )
    cities = [
        (city.code, shapely.Point(metres([city.centre])[0]).buffer(1000 * city.radius_km, quad_segs=4))
        for city in places.DISTRICTS
        if city.radius_km is not None
    ]
    cities.append(
        ("", shapely.Point(metres([places.SHYMKENT])[0]).buffer(1000 * places.SHYMKENT_RADIUS_KM, quad_segs=4))
    )
    taken = shapely.union_all([disc for _, disc in cities])
    codes = sorted({code for code, _ in seeds})
    faces = [
        (
            code,
            shapely.union_all([cell for (owner, _), cell in zip(seeds, cells, strict=True) if owner == code])
            .intersection(outline)
            .difference(taken),
        )
        for code in codes
    ]
    return [*faces, *((code, disc.intersection(outline)) for code, disc in cities)]


def _invent_villages(
    roads: dict[str, Points], rivers: dict[str, Points], districts: dict[str, BaseGeometry]
) -> tuple[places.Settlement, ...]:
    """Put small made-up villages beside roads and rivers, away from each other and from the towns."""
    chance = Chance("villages")
    taken = [metres([place.place])[0] for place in places.SETTLEMENTS]
    region = shapely.union_all(list(districts.values()))
    shapely.prepare(region)
    villages: list[places.Settlement] = []
    for course in (*roads.values(), *rivers.values()):
        line = shapely.LineString(course)
        along_m = chance.between(6000, 12000)
        while along_m < line.length:
            aside = np.array([chance.between(-2200, 2200), chance.between(-2200, 2200)])
            spot = np.array(line.interpolate(along_m).coords[0]) + aside
            free = min(float(np.hypot(*(spot - other))) for other in taken) > 8500
            if free and region.contains(shapely.Point(spot)):
                taken.append(spot)
                villages.append(_village(len(villages), spot, chance))
            along_m += chance.between(9000, 21000)
    return tuple(villages)


def _village(number: int, spot: Points, chance: Chance) -> places.Settlement:
    ru, kk, en = places.SMALL_NAMES[number % len(places.SMALL_NAMES)]
    again = number // len(places.SMALL_NAMES)
    mark = f"-{again + 1}" if again else ""
    place = degrees(shapely.Point(spot))
    return places.Settlement(
        f"village-{number + 1:02d}", f"{ru}{mark} (демо)", f"{kk}{mark} (демо)", f"{en}{mark} (demo)", "village",
        100 * chance.whole(4, 38), (float(shapely.get_x(place)), float(shapely.get_y(place))),
    )  # fmt: skip


def make_tables(background: Background) -> dict[str, gpd.GeoDataFrame]:
    """Give districts, settlements, roads, railways, rivers and lakes as tables in lon/lat, by key."""
    districts = {district.code: district for district in places.DISTRICTS}
    settlements = {place.key: place for place in (*places.SETTLEMENTS, *background.villages)}
    return {
        "districts": as_layer(
            [
                {"district_code": code, **_names(districts[code]),
                 "kind": "city" if districts[code].radius_km else "district"}
                for code in background.districts
            ],
            list(background.districts.values()),
        ),
        "settlements": as_layer(
            [
                {"settlement_id": key, **_names(settlements[key]), "kind": settlements[key].kind,
                 "population": settlements[key].population}
                for key in sorted(settlements)
            ],
            [background.settlements[key] for key in sorted(settlements)],
        ),
        "roads": _course_layer(places.ROADS, background.roads),
        "railways": _course_layer(places.RAILWAYS, background.railways),
        "rivers": _course_layer(places.RIVERS, background.rivers),
        "lakes": as_layer(
            [
                {"id": key, "name_ru": ru, "name_kk": kk, "name_en": en,
                 "class": "reservoir" if number < 3 else "lake"}
                for number, (key, ru, kk, en, _) in enumerate(places.LAKES)
            ],
            list(background.lakes.values()),
        ),
    }  # fmt: skip


def as_layer(
    rows: list[dict[str, Any]], shapes: list[BaseGeometry], *, decimals: int = MAP_DECIMALS
) -> gpd.GeoDataFrame:
    """Join rows and their shapes in UTM metres to a table in lon/lat."""
    placed = [degrees(shape, decimals=decimals) for shape in shapes]
    return gpd.GeoDataFrame(rows, geometry=placed, crs=DEGREES_CRS)


def _names(place: Any) -> dict[str, str]:
    return {"name_ru": place.name_ru, "name_kk": place.name_kk, "name_en": place.name_en}


def _course_layer(courses: tuple[places.Course, ...], lines: dict[str, Points]) -> gpd.GeoDataFrame:
    rows = [{"id": course.key, **_names(course), "class": course.kind} for course in courses]
    return as_layer(rows, [shapely.LineString(lines[course.key]) for course in courses])
