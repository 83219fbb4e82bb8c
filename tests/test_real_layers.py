"""The real layers of the region give the issues that their description names, and no row of them is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from geozones.checks import CheckedLayer, check_layer
from geozones.config import LayerSpec, RegionConfig
from geozones.layers import describe_file, read_layer

REGION = RegionConfig(name={"en": "Turkestan"}, bounds=(65.5, 40.3, 71.5, 46.2))
GAS_STATES = {
    "Operating": "existing", "Construction": "building", "Proposed": "planned", "Cancelled": "cancelled",
}  # fmt: skip
TRUNK = {"class": "trunk", "state": "existing"}
POINTS = {"state": "existing"}
VILLAGES = {"kind": "village"}
PLACES = {"hamlet": "village", "isolated_dwelling": "village"}


def check(folder: Path, name: str, role: str, **settings: Any) -> CheckedLayer:
    spec = LayerSpec(key="sent", role=role, source=str(folder / f"{name}.geojson"), **settings)
    layer = check_layer(read_layer(spec, bounds=REGION.bounds), region=REGION)
    assert layer.read == len(layer.table) + len(layer.quarantine)
    return layer


@pytest.mark.parametrize(
    ("name", "role", "settings", "read", "issues"),
    [
        (
            "gas_pipelines_gem", "gas",
            {"columns": {"state": "status"}, "values": {"state": GAS_STATES}, "defaults": {"class": "trunk"},
             "provenance": {"precision": "approximate", "accuracy_m": 3000}},
            12, {"geometry_repeated": 5, "line_cancelled": 2, "line_coarse": 10, "key_made": 1},
        ),
        (
            "oil_pipelines_gem", "gas", {"columns": {"line_id": "project_id"}, "defaults": TRUNK},
            7, {"geometry_repeated": 2, "line_coarse": 7, "outside_region": 3},
        ),
        (
            "power_lines_osm_gridkit_2017", "power",
            {"columns": {"line_id": "l_id", "voltage_kv": "voltage_raw"},
             "defaults": {"class": "overhead", "state": "existing"}},
            22, {"geometry_repeated": 4, "line_coarse": 9, "unit_read": 18, "voltage_unusual": 1},
        ),
        ("power_nodes_osm_gridkit_2017", "connection_points",
         {"columns": {"point_id": "v_id"}, "defaults": {**POINTS, "network": "power"}}, 17, {}),
        ("gas_power_plants_gem", "connection_points",
         {"columns": {"name": "project"}, "defaults": {**POINTS, "network": "power"}},
         35, {"geometry_repeated": 26, "key_made": 1, "outside_region": 1}),
        ("hydroposts_qazsu", "connection_points",
         {"columns": {"point_id": "code"}, "defaults": {**POINTS, "network": "water"}}, 35, {}),
        ("admin2_turkestan_geoboundaries", "districts",
         {"columns": {"district_code": "shapeName", "name_ru": "shapeName"}, "defaults": {"kind": "district"}},
         14, {}),
        ("admin2_kz_geoboundaries", "districts",
         {"columns": {"district_code": "shapeID", "name_ru": "shapeName"}, "defaults": {"kind": "district"}},
         174, {"outside_region": 147}),
        ("admin1_kz_osm", "districts",
         {"columns": {"district_code": "iso_3166_2"}, "defaults": {"kind": "district"}},
         16, {"key_missing": 1, "outside_region": 11}),
        ("turkestan_region_outline_osm", "districts",
         {"columns": {"district_code": "iso_3166_2"}, "defaults": {"kind": "district"}}, 1, {}),
        ("settlements_osm_hotosm", "settlements",
         {"columns": {"settlement_id": "osm_id", "name_ru": "name:ru", "name_kk": "name:kk", "kind": "place"},
          "values": {"kind": PLACES}}, 1275, {"letters_mixed": 3}),
        ("cities_natural_earth_10m", "settlements",
         {"columns": {"name_ru": "NAME_RU"}, "defaults": {"kind": "city"}}, 10, {"key_made": 1}),
        ("railway_stations_osm", "settlements",
         {"columns": {"settlement_id": "id", "name_ru": "name"}, "defaults": VILLAGES}, 121, {}),
        ("water_objects_osm_zhambyl_points", "settlements",
         {"columns": {"settlement_id": "@id", "name_ru": "name"}, "defaults": VILLAGES}, 243, {}),
        ("rivers_natural_earth_10m", "rivers", {}, 3, {"key_made": 1}),
        ("lakes_natural_earth_10m", "lakes", {}, 2, {"key_made": 1}),
        ("rivers_waterhydro_kz", "rivers", {}, 28, {"key_made": 1}),
        ("lakes_waterhydro_kz", "lakes", {"columns": {"id": "lake_no"}}, 5, {}),
        ("water_management_basins_kz", "restricted",
         {"columns": {"id": "BASIN_ID"}, "defaults": {"kind": "other"}}, 4, {}),
    ],
)  # fmt: skip
def test_the_issues_are_those_of_the_description(
    name: str, role: str, settings: dict[str, Any], read: int, issues: dict[str, int], real_data: Path
) -> None:
    layer = check(real_data, name, role, **settings)
    assert layer.read == read
    assert Counter(layer.issues["rule"]) == issues
    assert layer.count_severity("error") == issues.get("key_missing", 0)


def test_lines_of_one_route_are_told_apart_by_their_ids(real_data: Path) -> None:
    oil = check(real_data, "oil_pipelines_gem", "gas", columns={"line_id": "project_id"}, defaults=TRUNK)
    repeated = oil.issues[oil.issues["rule"] == "geometry_repeated"]
    assert sorted(repeated["feature_key"]) == ["P5203", "P6402"]
    assert {message.params["other"] for message in repeated["message"]} == {"P5201"}


def test_the_mistagged_line_is_named_and_four_voltages_stay_unknown(real_data: Path) -> None:
    power = check(
        real_data, "power_lines_osm_gridkit_2017", "power",
        columns={"line_id": "l_id", "voltage_kv": "voltage_raw"},
        defaults={"class": "overhead", "state": "existing"},
    )  # fmt: skip
    odd = power.issues[power.issues["rule"] == "voltage_unusual"]
    assert (odd["feature_key"].tolist(), str(odd["message"].iloc[0]).startswith("A line of 350 kV")) == (
        ["256511"],
        True,
    )
    assert power.table["voltage_kv"].isna().sum() == 4
    assert set(power.table["voltage_kv"].dropna()) == {220.0, 350.0, 500.0}


def test_names_in_two_languages_are_whole(real_data: Path) -> None:
    columns = {"settlement_id": "osm_id", "name_ru": "name:ru", "name_kk": "name:kk", "kind": "place"}
    table = check(
        real_data, "settlements_osm_hotosm", "settlements", columns=columns, values={"kind": PLACES}
    ).table
    assert table[["name_ru", "name_kk", "population"]].notna().sum().tolist() == [1026, 850, 303]
    assert table["name_kk"].str.contains("[әғқңөұүһі]").sum() > 500


def test_every_file_is_described(real_data: Path) -> None:
    for path in sorted(real_data.glob("*.geojson")):
        description = describe_file(path)
        assert description.is_readable
        assert [layer.crs for layer in description.layers] == ["EPSG:4326"]
