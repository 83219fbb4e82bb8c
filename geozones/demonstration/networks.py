"""Draw the made-up gas, power and water networks and their connection points: corridors along roads, branches to zones."""

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
FEEDER_SIZE = {"gas": 159.0, "power": 10.0, "water": 200.0}
NAMES = {"gas": "Газопровод", "water": "Водовод"}
POINT_NAMES = {"gas": "ГРП", "power": "ПС", "water": "Водозабор"}


class _Lines:
    """The lines and points of the three networks, collected as rows and shapes."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {"gas": [], "power": [], "water": []}
        self.shapes: dict[str, list[BaseGeometry]] = {"gas": [], "power": [], "water": []}
        self.points: list[dict[str, Any]] = []
        self.places: list[BaseGeometry] = []

    def add_line(self, network: str, line_id: str, name: str, course: Points, **columns: Any) -> None:
        size = columns.pop("size")
        sizes = {
            "voltage_kv": size if network == "power" else None,
            "diameter_mm": None if network == "power" else size,
        }
        row = {"line_id": line_id, "name": name, **columns, **sizes}
        row.setdefault("pressure_mpa", None)
        row.setdefault("capacity_free", None)
        row.setdefault("owner", OWNERS[network])
        self.rows[network].append(row)
        self.shapes[network].append(shapely.LineString(course))

    def add_point(self, network: str, point_id: str, name: str, place: Points, **columns: Any) -> None:
        chance = Chance("point", point_id)
        day = (
            dt.date(2024, chance.whole(4, 12), chance.whole(1, 28))
            if columns["capacity_free"] is not None
            else None
        )
        self.points.append(
            {"point_id": point_id, "network": network, "name": name, **columns, "capacity_date": day,
             "owner": OWNERS[network]}
        )  # fmt: skip
        self.places.append(shapely.Point(place))


def make_networks(background: Background, zones: tuple[PlacedZone, ...]) -> dict[str, gpd.GeoDataFrame]:
    """Give the layers gas, power, water and connection_points, rows in the order of the ids."""
    lines = _Lines()
    _draw_transits(lines)
    _draw_links(lines, background)
    _draw_stations(lines)
    for zone in zones:
        for network, service in sorted(zone.plan.services.items()):
            _draw_service(lines, background, zone, network, service)
    tables = {
        network: as_layer(lines.rows[network], lines.shapes[network], decimals=LINE_DECIMALS).sort_values(
            "line_id"
        )
        for network in lines.rows
    }
    tables["connection_points"] = as_layer(lines.points, lines.places, decimals=LINE_DECIMALS).sort_values(
        "point_id"
    )
    return {key: table.reset_index(drop=True) for key, table in tables.items()}


def _draw_transits(lines: _Lines) -> None:
    for network, transits in (("power", grid_plan.POWER_TRANSITS), ("gas", grid_plan.GAS_TRANSITS)):
        for transit in transits:
            course = _transit_course(transit, sway=0.0 if network == "power" else 0.03)
            for number in range(transit.parallel):
                mark = f"-{number + 1}" if transit.parallel > 1 else ""
                lines.add_line(
                    network, f"{transit.key}{mark}", f"{transit.name}{mark} (демо)",
                    shift_aside(course, number * PIPE_GAP_M), size=transit.size, state=transit.state,
                    pressure_mpa=7.4 if network == "gas" else None, owner=TRANSIT_OWNERS[network],
                    **{"class": "trunk" if network == "gas" else "overhead"},
                )  # fmt: skip


def _transit_course(transit: Transit, *, sway: float) -> Points:
    course = bend(metres(transit.points), chance=Chance("transit", transit.key), step_m=9000, sway=sway or 0.012)
    return round_corners(course) if sway else course


def _draw_links(lines: _Lines, background: Background) -> None:
    wanted = (("power", grid_plan.POWER_LINKS), ("gas", grid_plan.GAS_LINKS), ("water", grid_plan.WATER_LINKS))
    for network, links in wanted:
        for number, link in enumerate(links, start=1):
            course = _along_road(
                background.roads[link.road], metres([link.start])[0], metres([link.end])[0], link.aside_m
            )
            chance = Chance("link", network, number)
            known = network != "power" and link.state == "existing" and chance.between(0, 1) < 0.4
            lines.add_line(
                network, f"{network}-{number:02d}", _link_name(network, link, number), course, size=link.size,
                state=link.state, pressure_mpa=chance.one_of([0.6, 1.2]) if network == "gas" else None,
                capacity_free=float(100 * chance.whole(0, 40)) if known else None,
                **{"class": {"gas": "distribution", "power": "overhead", "water": "main"}[network]},
            )  # fmt: skip


def _link_name(network: str, link: Link, number: int) -> str:
    if network == "power":
        return f"ВЛ-{link.size:.0f} кВ Л-{100 + number} (демо)"
    return f"{NAMES[network]} {number:02d}, Ø{link.size:.0f} (демо)"


def _draw_stations(lines: _Lines) -> None:
    wanted = (
        ("power", grid_plan.POWER_STATIONS),
        ("gas", grid_plan.GAS_STATIONS),
        ("water", grid_plan.WATER_STATIONS),
    )
    towns = {town.key: town for town in places.SETTLEMENTS}
    trunks = [shape for row, shape in zip(lines.rows["gas"], lines.shapes["gas"], strict=True)
              if row["class"] == "trunk" and row["state"] == "existing"]  # fmt: skip
    for network, stations in wanted:
        for station in stations:
            town = towns[station.town]
            place = metres([town.place])[0] + 1000 * np.array([station.east_km, station.north_km])
            word = {"gas": "ГРС", "power": "ПС", "water": "Водозабор"}[network]
            lines.add_point(
                network, f"{network}-point-{station.town}", f"{word} «{town.name_ru}» (демо)", place, state="existing",
                capacity_total=float(station.total), capacity_free=_free(station), **{"class": station.station_class},
            )  # fmt: skip
            if network == "gas":
                _draw_tap(lines, station, place, trunks)


def _free(station: Station) -> float | None:
    return None if station.free is None else float(station.free)


def _draw_tap(lines: _Lines, station: Station, place: Points, trunks: list[BaseGeometry]) -> None:
    """Lead a branch of the nearest trunk to a gas station."""
    spot = shapely.Point(place)
    trunk = min(trunks, key=spot.distance)
    start = np.array(trunk.interpolate(trunk.project(spot)).coords[0])
    course = bend(np.array([start, place]), chance=Chance("tap", station.town), step_m=4000, sway=0.04)
    lines.add_line(
        "gas", f"tap-{station.town}", f"Отвод к ГРС «{station.town}» (демо)", course, size=325.0, state="existing",
        pressure_mpa=5.4, owner=TRANSIT_OWNERS["gas"], **{"class": "trunk"},
    )  # fmt: skip


def _along_road(road: Points, start: Points, end: Points, aside_m: float) -> Points:
    """Follow a road from beside one place to beside another, at a constant distance to its left."""
    line = shapely.LineString(road)
    first, last = (line.project(shapely.Point(spot)) for spot in (start, end))
    piece = substring(line, min(first, last), max(first, last))
    course = shift_aside(shapely.get_coordinates(piece), aside_m)
    return course if first <= last else course[::-1]


def _draw_service(lines: _Lines, background: Background, zone: PlacedZone, network: str, service: Service) -> None:
    """Draw a zone's connection point, its feeder along the road, and the lines in its streets."""
    plan = zone.plan
    road = shapely.LineString(background.roads[plan.road])
    gate = shapely.get_coordinates(zone.shapes.spine)[0]
    side = _side_of(road, gate, zone)
    at_gate = road.project(shapely.Point(gate))
    at_point = min(max(at_gate + service.along_m, 0.0), road.length)
    place = _beside(road, at_point, side * service.aside_m)
    _add_service_point(lines, zone, network, service, place)
    feeder = _along_road(background.roads[plan.road], place, gate, side * CORRIDOR_ASIDE_M[network])
    spine = shift_aside(shapely.get_coordinates(zone.shapes.spine), STREET_ASIDE_M[network])
    line_class = {"gas": "distribution", "power": "overhead", "water": "distribution"}[network]
    common: dict[str, Any] = {"state": service.state, "size": FEEDER_SIZE[network]}
    if network == "gas":
        common["pressure_mpa"] = 0.3
    way_in = spine[:1] if network == "power" else spine
    lines.add_line(
        network, f"{network}-{plan.zone_id}", _feeder_name(network, plan.name_ru), np.vstack([[place], feeder, way_in]),
        capacity_free=_feeder_free(network, service), **common, **{"class": line_class},
    )  # fmt: skip
    if network == "power":
        lines.add_line(network, f"power-{plan.zone_id}-0", f"КЛ-10 кВ «{plan.name_ru}» (демо)", spine, **common,
                       **{"class": "cable"})  # fmt: skip
        _draw_supply(lines, background, zone, service, place)
    for number, street in enumerate(zone.shapes.streets, start=1):
        course = shift_aside(shapely.get_coordinates(street), STREET_ASIDE_M[network])
        word = "КЛ-10 кВ" if network == "power" else NAMES[network]
        lines.add_line(
            network, f"{network}-{plan.zone_id}-{number}", f"{word} «{plan.name_ru}», улица {number} (демо)", course,
            **common, **{"class": "cable" if network == "power" else "distribution"},
        )  # fmt: skip


def _side_of(road: BaseGeometry, gate: Points, zone: PlacedZone) -> float:
    """+1 where the zone lies to the left of its road, else -1."""
    along = road.project(shapely.Point(gate))
    before, after = (np.array(road.interpolate(along + step).coords[0]) for step in (-100, 100))
    middle = shapely.get_coordinates(zone.shapes.outline.centroid)[0]
    turn = (after[0] - before[0]) * (middle[1] - before[1]) - (after[1] - before[1]) * (middle[0] - before[0])
    return math.copysign(1.0, turn)


def _beside(road: BaseGeometry, along_m: float, aside_m: float) -> Points:
    before, after = (np.array(road.interpolate(along_m + step).coords[0]) for step in (-100, 100))
    direction = (after - before) / max(float(np.hypot(*(after - before))), 1e-6)
    return np.array(road.interpolate(along_m).coords[0]) + aside_m * np.array([-direction[1], direction[0]])


def _add_service_point(lines: _Lines, zone: PlacedZone, network: str, service: Service, place: Points) -> None:
    plan = zone.plan
    default = {"gas": "ГРП", "power": "35/10", "water": "водозабор"}[network]
    size = f" {service.point_class}" if service.point_class else ""
    point_class = f"{service.point_class} кВ" if service.point_class else default
    lines.add_point(
        network, f"{network}-point-{plan.zone_id}-zone", f"{POINT_NAMES[network]}{size} «{plan.name_ru}» (демо)", place,
        state=service.point_state, capacity_total=float(service.total),
        capacity_free=None if service.free is None else float(service.free), **{"class": point_class},
    )  # fmt: skip


def _feeder_name(network: str, name: str) -> str:
    return f"ВЛ-10 кВ Ф-7 «{name}» (демо)" if network == "power" else f"{NAMES[network]} к зоне «{name}» (демо)"


def _feeder_free(network: str, service: Service) -> float | None:
    if service.free is None or network == "power":
        return None
    return float(round(0.8 * service.free, -1))


def _draw_supply(lines: _Lines, background: Background, zone: PlacedZone, service: Service, place: Points) -> None:
    """Lead a 110 or 35 kV branch from the nearest line of the region to the zone's substation."""
    voltage_kv = float(service.point_class.split("/")[0]) if service.point_class else 35.0
    near = [
        shape
        for row, shape in zip(lines.rows["power"], lines.shapes["power"], strict=True)
        if row["line_id"].startswith("power-")
        and row["voltage_kv"] in {35.0, 110.0}
        and row["state"] == "existing"
    ]
    spot = shapely.Point(place)
    line = min(near, key=spot.distance)
    start = np.array(line.interpolate(line.project(spot)).coords[0])
    lines.add_line(
        "power", f"supply-{zone.plan.zone_id}", f"ВЛ-{voltage_kv:.0f} кВ отпайка «{zone.plan.name_ru}» (демо)",
        np.array([start, place]), size=voltage_kv, state=service.state, **{"class": "overhead"},
    )  # fmt: skip
