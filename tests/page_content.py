"""The content of a small region for the tests of pages: three zones, seven plots, networks, a district."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from builders import make_line, make_square, make_table
from shapely.geometry import Point

from geozones.analysis import analyse_region
from geozones.config import Config, LayerSpec, Provenance, RegionConfig
from geozones.coverage import find_gaps
from geozones.lifecycle import plot_states
from geozones.maps import PageContent
from geozones.rules import load_rules
from geozones.tables import ALLOCATIONS, DERIVED, LayerSource, RegionTables

AS_OF = dt.date(2025, 2, 10)
REGION = RegionConfig(
    name={"ru": "Область", "kk": "Облыс", "en": "Region"}, bounds=(65.5, 40.3, 71.5, 46.2), demonstration=True
)
PARTICIPANT = "ТОО «Қарағай»"


def make_tables(name: str = "Бадам", **more: Any) -> RegionTables:
    """Make the tables; `name` stands wherever the data has a free text."""
    zone = {"name_ru": name, "kind": "regional", "status": "active", "district_code": "6146", "company": name}
    zones = make_table("zones", [
        {"zone_id": "badam", **zone, "name_kk": "Бадам kk", "area_ha": 100.0, "decision_no": "7",
         "area_source": "published", "decision_date": "2020-03-01", "geometry": make_square(0, 0, 1000)},
        {"zone_id": "Арыс 1", **zone, "name_ru": "Арыс", "kind": "private",
         "geometry": make_square(20_000, 0, 500)},
        {"zone_id": "later", **zone, "name_ru": "Потом", "status": "planned",
         "geometry": make_square(40_000, 0, 500)},
    ])  # fmt: skip
    plots = make_table("plots", [
        {"plot_id": f"badam-{number}", "zone_id": "badam", "number": str(number), "hazard_class": "III",
         "cadastral_no": f"19-305-012-{number:03d}", "area_ha": 4.0, "need_power_kw": 100.0,
         "geometry": make_square(250 * (number % 4), 250 * (number // 4), 200)}
        for number in range(1, 7)
    ] + [
        {"plot_id": name[:200] + "-1", "zone_id": "Арыс 1", "number": name,
         "geometry": make_square(20_100, 100, 200)}
    ])  # fmt: skip
    trunk = {"class": "trunk", "state": "existing", "name": "Тайный магистральный"}
    tables = RegionTables(
        zones=zones,
        plots=plots,
        gas=make_table("gas", [
            {"line_id": "g1", "name": name, "class": "distribution", "state": "existing",
             "geometry": make_line((-500, -100), (1500, -100))},
            {"line_id": "g2", **trunk, "geometry": make_line((-500, 1200), (1500, 1250))},
        ]),
        power=make_table("power", [
            {"line_id": "e1", "name": "ВЛ-500 тайная", "class": "overhead", "state": "existing",
             "voltage_kv": 500.0, "geometry": make_line((-500, -300), (1500, -300))},
            {"line_id": "e2", "name": "ВЛ-10", "class": "overhead", "state": "planned", "voltage_kv": 10.0,
             "geometry": make_line((-500, 1100), (1500, 1100))},
        ]),
        connection_points=make_table("connection_points", [
            {"point_id": "s1", "network": "power", "name": name, "state": "existing", "capacity_free": 250.0,
             "capacity_date": "2025-01-15", "geometry": Point(499_000, 4_700_000)},
        ]),
        districts=make_table("districts", [
            {"district_code": "6146", "name_ru": "Ордабасинский", "name_kk": "Ордабасы", "name_en": "Ordabasy",
             "kind": "district", "geometry": make_square(-10_000, -10_000, 60_000)},
        ]),
        settlements=make_table("settlements", [
            {"settlement_id": "v1", "name_ru": name, "kind": "village", "population": 900.0,
             "geometry": Point(502_000, 4_702_000)},
        ]),
        proposals=make_table("proposals", [
            {"site_id": "p", "name_ru": name, "district_code": "6146", "kind": "regional",
             "geometry": make_square(5000, 5000, 300)},
        ]),
    )  # fmt: skip
    return replace(tables, **({"sources": make_sources(name)} | more))


def make_sources(name: str) -> dict[str, LayerSource]:
    """Make exact sources of all networks, and one of roads that is old, coarse and covers a file's outline."""
    exact = Provenance(date=dt.date(2025, 1, 1), precision="exact", accuracy_m=1.0, coverage="region")
    old = Provenance(source=name, date=dt.date(2023, 1, 1), coverage="/srv/geo/part.gpkg", accuracy_m=50.0)
    sources = {
        role: LayerSource(role, role, f"{role}.geojson", exact, rows=2)
        for role in ("gas", "power", "connection_points")
    }
    return sources | {"ways": LayerSource("ways", "roads", "ways.shp", old, rows=0)}


def make_allocations(name: str = PARTICIPANT) -> Any:
    """Make one plot of each kind: operating, allocated with its start passed, reserved."""
    project = {"participant": name, "project": name, "sector": name, "investment_kzt": 2.5e9}
    return make_table(ALLOCATIONS, [
        {"plot_id": "badam-1", **project, "contract_no": "Т-1", "contract_date": "2021-05-05",
         "started_on": "2022-01-01", "commissioned_on": "2023-06-07", "invested_kzt": 1.0e9},
        {"plot_id": "badam-2", **project, "contract_no": name, "contract_date": "2022-08-09",
         "start_due": "2024-04-03"},
        {"plot_id": "badam-3", "reserved_for": name},
    ])  # fmt: skip


def make_content(
    name: str = "Бадам", *, participant: str = PARTICIPANT, tables: RegionTables | None = None, **more: Any
) -> PageContent:
    """Make the content of the pages; `more` replaces fields of it."""
    shown = make_tables(name) if tables is None else tables
    states = plot_states(shown.plots, make_allocations(participant) if len(shown.plots) else None, as_of=AS_OF)
    analysis = analyse_region(shown, states, load_rules(), make_config(), as_of=AS_OF)
    gaps: dict[str, Any] = {}
    if shown.districts is not None:
        gaps = {"gas": shown.districts.iloc[:0], "water": find_gaps(shown.districts, None)}
    fields: dict[str, Any] = {
        "region": REGION,
        "language": "ru",
        "as_of": AS_OF,
        "tables": shown,
        **vars(analysis),
        "issues": make_table(
            DERIVED["issues"],
            [{"layer": "plots", "feature_key": name, "rule": "r", "severity": "warning", "message": name,
              "action": "none", "geometry": None}],
        ),
        "near_m": {"gas": 2000.0, "power": 3000.0, "water": 2000.0},
        "sources": shown.sources,
        "gaps": gaps,
    }  # fmt: skip
    return PageContent(**(fields | more))


def make_config() -> Config:
    """Make settings that say how near is near, and that the region is a demonstration."""
    return Config(region=REGION, layers={"zones": LayerSpec(key="zones", role="zones", source="zones")})
