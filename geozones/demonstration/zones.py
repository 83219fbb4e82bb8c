"""Put the zones beside their roads, and give the zones and plots layers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geozones.demonstration.ground import SURVEY_DECIMALS, Chance, Points, area_ha, degrees, metres
from geozones.demonstration.layout import LaidOutZone, Site, lay_out
from geozones.demonstration.region import Background, as_layer
from geozones.demonstration.zone_plan import EXTRA_LAYOUTS, ZONES, ZonePlan
from geozones.errors import UsageError
from geozones.i18n import N_

GRID_M = 5000.0
CLEARANCE_M = 3200.0


@dataclass(frozen=True)
class PlacedZone:
    """A zone on the ground (UTM metres): its plan, its site, its shapes."""

    plan: ZonePlan
    site: Site
    shapes: LaidOutZone

    @property
    def plot_ids(self) -> tuple[str, ...]:
        """Ids of the plots, in the order of the shapes."""
        return tuple(f"{self.plan.zone_id}-{number + 1:02d}" for number in range(len(self.shapes.plots)))


def place_zones(background: Background, count: int) -> tuple[PlacedZone, ...]:
    """Place the first `count` zones: the sixteen of the plan, then further made-up ones.

    Raises
    ------
    UsageError
        The made-up region has no room for so many zones.
    """
    plans = [(plan, _site_beside_road(plan, background.roads[plan.road])) for plan in ZONES[:count]]
    if count > len(ZONES):
        named = [metres([plan.near])[0] for plan in ZONES]
        plans.extend(_extra_plans(background, named, count - len(ZONES)))
    return tuple(_place(plan, site) for plan, site in plans)


def _place(plan: ZonePlan, site: Site) -> PlacedZone:
    chance = Chance("layout", plan.zone_id)
    measured_ha = plan.area_ha * (1 + chance.between(-0.0006, 0.0006))
    return PlacedZone(plan, site, lay_out(plan.layout, hectares=measured_ha, site=site, chance=chance))


def _site_beside_road(plan: ZonePlan, road: Points) -> Site:
    """Stand on the road nearest to the wished place, facing the side on which that place lies."""
    line = shapely.LineString(road)
    wished = metres([plan.near])[0]
    along_m = line.project(shapely.Point(wished))
    front = np.array(line.interpolate(along_m).coords[0])
    before, after = (np.array(line.interpolate(along_m + step).coords[0]) for step in (-400, 400))
    direction = math.atan2(after[1] - before[1], after[0] - before[0])
    aside = wished - front
    if math.cos(direction) * aside[1] - math.sin(direction) * aside[0] < 0:
        direction += math.pi
    return Site((float(front[0]), float(front[1])), direction)


def _extra_plans(background: Background, named: list[Points], count: int) -> list[tuple[ZonePlan, Site]]:
    """Invent zones after the sixteenth, on a grid of free places inside the districts."""
    spots = _free_spots(background, named)
    if count > len(spots):
        raise UsageError(
            N_("The demonstration region has room for {maximum} zones, not for {wanted}; give a smaller number."),
            maximum=len(spots) + len(ZONES),
            wanted=count + len(ZONES),
        )
    plans = []
    for number, (spot, code) in enumerate(spots[:count], start=len(ZONES) + 1):
        chance = Chance("extra", number)
        plan = replace(
            ZONES[3], zone_id=f"zone-{number}", name_ru=f"Зона {number}", name_kk=f"{number}-аймақ",
            name_en=f"Zone {number}", district_code=code, area_ha=round(chance.between(38, 90), 1),
            layout=chance.one_of(EXTRA_LAYOUTS),
            projects="".join(chance.one_of("oobn") for _ in range(chance.whole(1, 5))),
            reserved=1, services={},
        )  # fmt: skip
        plans.append((plan, Site((float(spot[0]), float(spot[1])), chance.between(-math.pi, math.pi))))
    return plans


def _free_spots(background: Background, named: list[Points]) -> list[tuple[Points, str]]:
    """Grid points, in random order, well inside a district and away from everything else, with their district."""
    west, south, east, north = background.region.bounds
    x, y = np.meshgrid(np.arange(west, east, GRID_M), np.arange(south, north, GRID_M))
    grid = np.column_stack([x.ravel(), y.ravel()])
    spots = np.array([shapely.Point(spot) for spot in grid], dtype=object)
    lines = [shapely.LineString(line) for line in (*background.rivers.values(), *background.roads.values())]
    taken = [
        *background.settlements.values(),
        *background.lakes.values(),
        *lines,
        *(shapely.Point(spot) for spot in named),
    ]
    tree = shapely.STRtree(taken)
    clear = np.full(len(spots), True)
    clear[tree.query(spots, predicate="dwithin", distance=CLEARANCE_M)[0]] = False
    free: list[tuple[Points, str]] = []
    for code, district in background.districts.items():
        core = district.buffer(-CLEARANCE_M)
        shapely.prepare(core)
        inside = spots[clear & shapely.contains(core, spots)]
        free.extend((shapely.get_coordinates(spot)[0], code) for spot in inside)
    return Chance("spots").shuffled(free)


def make_zone_table(zones: tuple[PlacedZone, ...]) -> gpd.GeoDataFrame:
    """Give the zones layer: a row a zone, in the order of the ids."""
    ordered = sorted(zones, key=lambda zone: zone.plan.zone_id)
    return as_layer(
        [zone.plan.facts() for zone in ordered],
        [zone.shapes.outline for zone in ordered],
        decimals=SURVEY_DECIMALS,
    )


def measure_plots(zones: tuple[PlacedZone, ...]) -> dict[str, float]:
    """Measure the hectares of every plot, by its id."""
    return {
        plot_id: area_ha(degrees(shape, decimals=SURVEY_DECIMALS))
        for zone in zones
        for plot_id, shape in zip(zone.plot_ids, zone.shapes.plots, strict=True)
    }


def make_plot_table(zones: tuple[PlacedZone, ...], uses: dict[str, dict[str, Any]]) -> gpd.GeoDataFrame:
    """Give the plots layer: a row a plot; `uses` holds class, needs and price of each plot by its id."""
    rows: list[dict[str, Any]] = []
    shapes: list[BaseGeometry] = []
    for zone in sorted(zones, key=lambda zone: zone.plan.zone_id):
        quarter = Chance("quarter", zone.plan.zone_id).whole(11, 989)
        for number, (plot_id, shape) in enumerate(zip(zone.plot_ids, zone.shapes.plots, strict=True), start=1):
            placed = degrees(shape, decimals=SURVEY_DECIMALS)
            rows.append(
                {
                    "plot_id": plot_id,
                    "zone_id": zone.plan.zone_id,
                    "number": str(number),
                    "cadastral_no": cadastral_no(zone.plan.district_code, quarter, number),
                    "area_ha": round(area_ha(placed), 4),
                    **uses[plot_id],
                    "valid_from": zone.plan.register_date,
                }
            )
            shapes.append(shape)
    return as_layer(rows, shapes, decimals=SURVEY_DECIMALS)


def make_access_roads(zones: tuple[PlacedZone, ...]) -> gpd.GeoDataFrame:
    """Give the short roads that lead from the road to the gate of each zone, as rows of the roads layer."""
    ordered = sorted(zones, key=lambda zone: zone.plan.zone_id)
    rows = [
        {
            "id": f"access-{zone.plan.zone_id}",
            "name_ru": f"Подъезд к зоне «{zone.plan.name_ru}» (демо)",
            "name_kk": f"«{zone.plan.name_kk}» аймағына кіреберіс (демо)",
            "name_en": f"Access to {zone.plan.name_en} (demo)",
            "class": "access",
        }
        for zone in ordered
    ]
    kept_off = [zone.shapes.outline.buffer(0.5, join_style="mitre") for zone in ordered]
    ways = [zone.shapes.spine.difference(shape) for zone, shape in zip(ordered, kept_off, strict=True)]
    return as_layer(rows, ways, decimals=SURVEY_DECIMALS)


def cadastral_no(district_code: str, quarter: int, number: int) -> str:
    """Make a made-up number of the shape 19-xxx-xxx-xxx; its second part is the end of the KATO code."""
    return f"19-{district_code[-3:]}-{quarter:03d}-{number:03d}"
