"""Strips as areas on a map: as wide as the rules ask, around what stands near the zones, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
import shapely
from builders import make_line, make_square, make_table

from geozones.restrictions import find_strips
from geozones.restrictions.objects import find_objects
from geozones.rules import load_rules
from geozones.tables import DERIVED, RegionTables, schema_of

SCALE = 0.9996


def make_region(*, distance_m: float = 500, state: str = "existing", map_state: str = "operating") -> Any:
    """One zone of 1 km with one plot of class III, and a trunk gas line east of it."""
    zones = make_table("zones", [
        {"zone_id": "z", "name_ru": "З", "kind": "regional", "status": "active",
         "geometry": make_square(0, 0, 1000)},
    ])  # fmt: skip
    plots = make_table("plots", [
        {"plot_id": "p", "zone_id": "z", "hazard_class": "III", "geometry": make_square(0, 0, 100)},
    ])  # fmt: skip
    easting = 1000 + distance_m
    gas = make_table("gas", [
        {"line_id": "g", "class": "trunk", "state": state, "diameter_mm": 500.0, "pressure_mpa": 5.0,
         "geometry": make_line((easting, -90_000), (easting, 90_000))},
    ])  # fmt: skip
    states = pd.DataFrame({"plot_id": ["p"], "map_state": [map_state]})
    objects = find_objects({"gas": gas}, load_rules().on(dt.date(2025, 2, 10)))
    return find_strips(RegionTables(zones=zones, plots=plots, gas=gas), states, objects)


def width_m(strips: Any, rule: str) -> float:
    west, _, east, _ = strips[strips["rule_id"] == rule].total_bounds
    return float(east - west) / SCALE


def test_a_strip_is_as_wide_as_its_rule_on_both_sides_and_ends_near_the_zone() -> None:
    strips = make_region()
    assert width_m(strips, "strip.gas_trunk") == pytest.approx(100, rel=1e-3)
    assert width_m(strips, "distance.gas_trunk.1.600") == pytest.approx(300, rel=1e-3)
    _, south, _, north = strips[strips["rule_id"] == "strip.gas_trunk"].total_bounds
    assert north - south == pytest.approx(9000, abs=1)


def test_minimum_distances_are_drawn_but_not_counted() -> None:
    counted = make_region().set_index("rule_id")["counted"]
    assert (counted["strip.gas_trunk"], counted["distance.gas_trunk.1.600"]) == (True, False)


@pytest.mark.parametrize(("distance_m", "state"), [(4200, "existing"), (500, "planned"), (500, "cancelled")])
def test_far_planned_and_cancelled_lines_have_no_strip(distance_m: float, state: str) -> None:
    assert (make_region(distance_m=distance_m, state=state)["feature_layer"] == "plots").all()


@pytest.mark.parametrize(("map_state", "expected"), [("operating", ["p"]), ("allocated", ["p"]), ("free", [])])
def test_only_plots_that_are_taken_have_a_sanitary_zone(map_state: str, expected: list[str]) -> None:
    strips = make_region(map_state=map_state)
    rings = strips[strips["kind"] == "sanitary_class"]
    assert rings["feature_id"].tolist() == expected
    for ring in rings.geometry:
        assert ring.bounds[2] - ring.bounds[0] == pytest.approx(100 + 2 * 300 * SCALE, rel=1e-4)


def test_strips_keep_their_contract() -> None:
    strips = make_region()
    schema_of(DERIVED["strips"]).validate(strips, lazy=True)
    assert shapely.is_valid(strips.geometry.array).all()
