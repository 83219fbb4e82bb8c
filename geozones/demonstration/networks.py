"""Draw the made-up networks and their connection points: corridors along roads, branches to the zones."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from geozones.demonstration import grid_plan, places
from geozones.demonstration.grid_plan import Link, Station, Transit
from geozones.demonstration.ground import Chance, Points, bend, metres, round_corners, shift_aside
from geozones.demonstration.region import Background, as_layer
from geozones.demonstration.zone_plan import Service
from geozones.demonstration.zones import PlacedZone

LINE_DECIMALS = 6
OWNERS = {
    "gas": "Демо-оператор газовых сетей",
    "power": "Демо-оператор электрических сетей",
    "water": "Демо-водоканал",
}
TRANSIT_OWNERS = {"gas": "Демо-оператор магистралей", "power": "Демо-оператор транзита"}
STREET_ASIDE_M = {"gas": 6.0, "power": 2.0, "water": -6.0}
CORRIDOR_ASIDE_M = {"gas": 60.0, "power": 110.0, "water": 38.0}
PIPE_GAP_M = 40.0
LINK_CLASSES = {"gas": "distribution", "power": "overhead", "water": "main"}
FEEDER_CLASSES = {"gas": "distribution", "power": "overhead", "water": "distribution"}
STREET_CLASSES = {"gas": "distribution", "power": "cable", "water": "distribution"}
FEEDER_SIZES = {"gas": 159.0, "power": 10.0, "water": 200.0}
PIPE_WORDS = {"gas": "Газопровод", "water": "Водовод"}
STATION_WORDS = {"gas": "ГРС", "power": "ПС", "water": "Водозабор"}
POINT_CLASSES = {"gas": "ГРП", "power": "35/10", "water": "водозабор"}


class _Lines:
    """The lines and points of the three networks, collected as rows and shapes."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {"gas": [], "power": [], "water": []}
        self.shapes: dict[str, list[BaseGeometry]] = {"gas": [], "power": [], "water": []}
        self.points: list[dict[str, Any]] = []
        self.places: list[BaseGeometry] = []

    def add_line(
        self, network: str, line_id: str, name: str, course: Points, *, line_class: str, state: str, size: float,
        pressure_mpa: float | None = None, capacity_free: float | None = None, owner: str | None = None,
    ) -> None:  # fmt: skip
        """Add a line; `size` is kV for power, mm for pipes."""
        row: dict[str, Any] = {"line_id": line_id, "name": name, "class": line_class, "state": state}
        if network == "power":
            row["voltage_kv"] = size
        else:
            row["diameter_mm"] = size
        if network == "gas":
            row["pressure_mpa"] = pressure_mpa
        row["capacity_free"] = capacity_free
        row["owner"] = owner or OWNERS[network]
        self.rows[network].append(row)
        self.shapes[network].append(shapely.LineString(course))

    def add_point(
        self, network: str, point_id: str, name: str, place: Points, *, point_class: str, state: str, total: float,
        free: float | None,
    ) -> None:  # fmt: skip
        """Add a connection point; `free` None means that nobody has told its free capacity."""
        chance = Chance("point", point_id)
        day = None if free is None else dt.date(2024, chance.whole(4, 12), chance.whole(1, 28))
        row = {"point_id": point_id, "network": network, "name": name, "class": point_class, "state": state}
        capacity = {"capacity_total": float(total), "capacity_free": free if free is None else float(free)}
        self.points.append({**row, **capacity, "capacity_date": day, "owner": OWNERS[network]})
        self.places.append(shapely.Point(place))

    def existing(self, network: str, *, sizes: set[float]) -> list[BaseGeometry]:
        """Return the existing lines of a network that have one of the sizes."""
        column = "voltage_kv" if network == "power" else "diameter_mm"
        found = zip(self.rows[network], self.shapes[network], strict=True)
        return [shape for row, shape in found if row[column] in sizes and row["state"] == "existing"]


def make_networks(background: Background, zones: tuple[PlacedZone, ...]) -> dict[str, gpd.GeoDataFrame]:
    """Give the layers gas, power, water and connection_points, rows in the order of the ids."""
    lines = _Lines()
    _draw_transits(lines)
    _draw_links(lines, background)
    _draw_stations(lines)
    for zone in zones:
        for network, service in sorted(zone.plan.services.items()):
            _draw_service(lines, background.roads[zone.plan.road], zone, network, service)
    tables = {
        network: as_layer(lines.rows[network], lines.shapes[network], decimals=LINE_DECIMALS).sort_values(
            "line_id"
        )
        for network in lines.rows
    }
    points = as_layer(lines.points, lines.places, decimals=LINE_DECIMALS).sort_values("point_id")
    return {key: table.reset_index(drop=True) for key, table in {**tables, "connection_points": points}.items()}


def _draw_transits(lines: _Lines) -> None:
    for network, transits in (("power", grid_plan.POWER_TRANSITS), ("gas", grid_plan.GAS_TRANSITS)):
        for transit in transits:
            course = _transit_course(transit, network)
            for number in range(transit.parallel):
                mark = f"-{number + 1}" if transit.parallel > 1 else ""
                lines.add_line(
                    network, f"{transit.key}{mark}", f"{transit.name}{mark} (демо)",
                    shift_aside(course, number * PIPE_GAP_M),
                    line_class="trunk" if network == "gas" else "overhead",
                    state=transit.state, size=float(transit.size), pressure_mpa=7.4,
                    owner=TRANSIT_OWNERS[network],
                )  # fmt: skip


def _transit_course(transit: Transit, network: str) -> Points:
    """Power runs straight from corner to corner, pipes bend."""
    chance = Chance("transit", transit.key)
    course = bend(metres(transit.points), chance=chance, step_m=9000, sway=0.012 if network == "power" else 0.03)
    return course if network == "power" else round_corners(course)


def _draw_links(lines: _Lines, background: Background) -> None:
    wanted = (("power", grid_plan.POWER_LINKS), ("gas", grid_plan.GAS_LINKS), ("water", grid_plan.WATER_LINKS))
    for network, links in wanted:
        for number, link in enumerate(links, start=1):
            start, end = metres([link.start, link.end])
            chance = Chance("link", network, number)
            known = network != "power" and link.state == "existing" and chance.between(0, 1) < 0.4
            lines.add_line(
                network, f"{network}-{number:02d}", _link_name(network, link, number),
                _along_road(background.roads[link.road], start, end, link.aside_m),
                line_class=LINK_CLASSES[network], state=link.state, size=float(link.size),
                pressure_mpa=chance.one_of([0.6, 1.2]),
                capacity_free=float(100 * chance.whole(0, 40)) if known else None,
            )  # fmt: skip


def _link_name(network: str, link: Link, number: int) -> str:
    if network == "power":
        return f"ВЛ-{link.size:.0f} кВ Л-{100 + number} (демо)"
    return f"{PIPE_WORDS[network]} {number:02d}, Ø{link.size:.0f} (демо)"


def _draw_stations(lines: _Lines) -> None:
    wanted = (
        ("power", grid_plan.POWER_STATIONS),
        ("gas", grid_plan.GAS_STATIONS),
        ("water", grid_plan.WATER_STATIONS),
    )
    towns = {town.key: town for town in places.SETTLEMENTS}
    trunks = lines.existing("gas", sizes={float(transit.size) for transit in grid_plan.GAS_TRANSITS})
    for network, stations in wanted:
        for station in stations:
            town = towns[station.town]
            place = metres([town.place])[0] + 1000 * np.array([station.east_km, station.north_km])
            name = f"{STATION_WORDS[network]} «{town.name_ru}» (демо)"
            lines.add_point(
                network, f"{network}-point-{station.town}", name, place, point_class=station.station_class,
                state="existing", total=station.total, free=station.free,
            )  # fmt: skip
            if network == "gas":
                _draw_tap(lines, station, town.name_ru, place, trunks)


def _draw_tap(lines: _Lines, station: Station, town: str, place: Points, trunks: list[BaseGeometry]) -> None:
    """Lead a branch of the nearest trunk to a gas station."""
    course = bend(
        np.array([_nearest(trunks, place), place]), chance=Chance("tap", station.town), step_m=4000, sway=0.04
    )
    lines.add_line(
        "gas", f"tap-{station.town}", f"Отвод к ГРС «{town}» (демо)", course, line_class="trunk", state="existing",
        size=325.0, pressure_mpa=5.4, owner=TRANSIT_OWNERS["gas"],
    )  # fmt: skip


def _nearest(lines: list[BaseGeometry], place: Points) -> Points:
    """Return the point of the lines that is nearest to a place."""
    spot = shapely.Point(place)
    line = min(lines, key=spot.distance)
    return np.array(line.interpolate(line.project(spot)).coords[0])


def _along_road(road: Points, start: Points, end: Points, aside_m: float) -> Points:
    """Follow a road from beside one place to beside another, at a constant distance to its left."""
    line = shapely.LineString(road)
    first, last = (line.project(shapely.Point(spot)) for spot in (start, end))
    piece = substring(line, min(first, last), max(first, last))
    course = shift_aside(shapely.get_coordinates(piece), aside_m)
    return course if first <= last else course[::-1]


def _draw_service(lines: _Lines, road: Points, zone: PlacedZone, network: str, service: Service) -> None:
    """Draw a zone's connection point, its feeder along the road, and the lines in its streets."""
    zone_id, name = zone.plan.zone_id, zone.plan.name_ru
    spine = shapely.get_coordinates(zone.shapes.spine)
    side = _side_of(shapely.LineString(road), zone)
    place = _place_of(shapely.LineString(road), spine[0], service, side)
    lines.add_point(
        network, f"{network}-point-{zone_id}-zone", _point_name(network, service, name), place,
        point_class=f"{service.point_class} кВ" if service.point_class else POINT_CLASSES[network],
        state=service.point_state, total=service.total, free=service.free,
    )  # fmt: skip
    corridor = _along_road(road, place, spine[0], side * CORRIDOR_ASIDE_M[network])
    inside = shift_aside(spine, STREET_ASIDE_M[network])
    pipes = network != "power"
    size, pressure_mpa = FEEDER_SIZES[network], 0.3
    feeder = f"{PIPE_WORDS[network]} к зоне «{name}» (демо)" if pipes else f"ВЛ-10 кВ Ф-7 «{name}» (демо)"
    lines.add_line(
        network, f"{network}-{zone_id}", feeder, np.vstack([[place], corridor, inside[:1]]),
        line_class=FEEDER_CLASSES[network], state=service.state, size=size, pressure_mpa=pressure_mpa,
        capacity_free=float(round(0.8 * service.free, -1)) if pipes and service.free is not None else None,
    )  # fmt: skip
    streets = [inside, *(shift_aside(_course(street), STREET_ASIDE_M[network]) for street in zone.shapes.streets)]
    for number, course in enumerate(streets):
        word = PIPE_WORDS.get(network, "КЛ-10 кВ")
        where = f"улица {number}" if number else "въезд"
        lines.add_line(
            network, f"{network}-{zone_id}-s{number}", f"{word} «{name}», {where} (демо)", course,
            line_class=STREET_CLASSES[network], state=service.state, size=size, pressure_mpa=pressure_mpa,
        )  # fmt: skip
    if not pipes:
        _draw_supply(lines, zone, service, place)


def _course(line: BaseGeometry) -> Points:
    return np.asarray(shapely.get_coordinates(line))


def _point_name(network: str, service: Service, name: str) -> str:
    word = "ГРП" if network == "gas" else STATION_WORDS[network]
    return f"{word} {service.point_class} «{name}» (демо)".replace("  ", " ")


def _side_of(road: BaseGeometry, zone: PlacedZone) -> float:
    """+1 where the zone lies to the left of its road, else -1."""
    along = road.project(zone.shapes.outline.centroid)
    before, after = (np.array(road.interpolate(along + step).coords[0]) for step in (-100, 100))
    middle = shapely.get_coordinates(zone.shapes.outline.centroid)[0]
    turn = (after[0] - before[0]) * (middle[1] - before[1]) - (after[1] - before[1]) * (middle[0] - before[0])
    return math.copysign(1.0, turn)


def _place_of(road: BaseGeometry, gate: Points, service: Service, side: float) -> Points:
    """Find the place of a zone's connection point: so far along the road from the gate, so far beside it."""
    along_m = min(max(road.project(shapely.Point(gate)) + service.along_m, 0.0), road.length)
    before, after = (np.array(road.interpolate(along_m + step).coords[0]) for step in (-100, 100))
    direction = (after - before) / max(float(np.hypot(*(after - before))), 1e-6)
    beside = side * service.aside_m * np.array([-direction[1], direction[0]])
    return np.array(road.interpolate(along_m).coords[0]) + beside


def _draw_supply(lines: _Lines, zone: PlacedZone, service: Service, place: Points) -> None:
    """Lead a branch from the nearest line of the region to the zone's substation."""
    voltage_kv = float(service.point_class.split("/")[0]) if service.point_class else 35.0
    start = _nearest(lines.existing("power", sizes={35.0, 110.0}), place)
    lines.add_line(
        "power", f"supply-{zone.plan.zone_id}", f"ВЛ-{voltage_kv:.0f} кВ отпайка «{zone.plan.name_ru}» (демо)",
        np.array([start, place]), line_class="overhead", state=service.state, size=voltage_kv,
    )  # fmt: skip
