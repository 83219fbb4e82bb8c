"""Strips, rings, distances and sanitary zones: each rule kind on each side of its limit; accuracy and coverage."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from builders import EASTING, NORTHING, make_line, make_square, make_table
from hypothesis import given, settings
from hypothesis import strategies as st

from geozones.config import Config, LayerSpec, Provenance, RegionConfig
from geozones.errors import ColumnError, MeasureError
from geozones.restrictions import (
    apply_rules,
    find_class_candidates,
    find_findings,
    find_needs,
    find_provision,
    find_usable,
)
from geozones.restrictions.cutting import ARC_POINTS, find_least_width
from geozones.rules import Rules, load_rules
from geozones.tables import LayerSource, RegionTables

DAY = dt.date(2026, 11, 23)
KEYS = {"settlements": "settlement_id", "connection_points": "point_id", "gas": "line_id", "power": "line_id",
        "water": "line_id"}  # fmt: skip
SCALE = 0.9996
"""Metres of the plane to a metre on the ground at the central meridian of UTM, where the squares stand."""


@cache
def rules_on(day: dt.date = DAY) -> Rules:
    return load_rules().on(day)


def make_config(*, demonstration: bool = False) -> Config:
    region = RegionConfig(name={"ru": "Область"}, bounds=(65, 40, 72, 47), demonstration=demonstration)
    return Config(region=region, layers={"zones": LayerSpec(role="zones", source="zones")})


def make_plots(*shapes: Any, **columns: Any) -> Any:
    rows = [
        {
            "plot_id": f"P{place}",
            "zone_id": "Z",
            "geometry": shape,
            **{name: values[place] for name, values in columns.items()},
        }
        for place, shape in enumerate(shapes)
    ]
    return make_table("plots", rows)


def make_layer(role: str, *shapes: Any, **columns: Any) -> Any:
    key = KEYS.get(role, "id")
    state = {"state": "existing"} if key in ("line_id", "point_id") else {}
    return make_table(
        role,
        [{key: f"{role}-{place}", "geometry": shape, **state, **columns} for place, shape in enumerate(shapes)],
    )


def make_region(
    plots: Any,
    *,
    precision: str = "exact",
    accuracy_m: float | None = 0.0,
    coverage: Any = "region",
    **layers: Any,
) -> RegionTables:
    """Put tables together; layers say of themselves what the keywords say, the plots are exact."""
    square = make_square(-100_000, -100_000, 200_000)
    districts = make_table("districts", [{"district_code": "6152", "name_ru": "Р", "geometry": square}])
    stated = Provenance(precision=precision, accuracy_m=accuracy_m, coverage=coverage)  # type: ignore[arg-type]
    exact = Provenance(precision="exact", accuracy_m=0.0, coverage="region")
    sources = {role: LayerSource(role, role, role, stated, len(table)) for role, table in layers.items()}
    sources |= {role: LayerSource(role, role, role, exact, 1) for role in ("plots", "districts")}
    zones = make_table(
        "zones", [{"zone_id": "Z", "name_ru": "З", "kind": "regional", "status": "active", "geometry": square}]
    )
    return RegionTables(zones=zones, plots=plots, districts=districts, sources=sources, **layers)


def ask(check: str, plot: Any, *, day: dt.date = DAY, **region: Any) -> Any:
    """Ask one check about one plot."""
    return ask_all(plot, day=day, **region)[0].loc[check]


def ask_all(plots: Any, *, day: dt.date = DAY, demonstration: bool = False, **region: Any) -> Any:
    tables = make_region(plots if isinstance(plots, gpd.GeoDataFrame) else make_plots(plots), **region)
    config = make_config(demonstration=demonstration)
    found, allowed, classes = find_findings(tables.plots, tables, rules=rules_on(day), config=config)
    return found.set_index("check"), allowed, classes


LINE = make_line((0, -5000), (0, 5000))
POINT = shapely.Point(EASTING, NORTHING + 50)


def beside(metres: float, side_m: float = 100) -> Any:
    """A square plot, of one hectare, so many metres on the ground to the right of the line or point."""
    return make_square(metres * SCALE, 0, side_m)


GAS_TRUNK: dict[str, Any] = {"class": "trunk", "diameter_mm": 1000.0, "pressure_mpa": 7.4}
KINDS: list[tuple[str, str, dict[str, Any], Any, float, str]] = [
    ("strip.gas_trunk", "gas", GAS_TRUNK, LINE, 50, "warn"),
    ("distance.gas_trunk", "gas", GAS_TRUNK, LINE, 250, "warn"),
    ("distance.gas_trunk", "gas", {**GAS_TRUNK, "diameter_mm": 1067.0}, LINE, 300, "warn"),
    ("distance.gas_trunk", "gas", {"class": "trunk", "diameter_mm": 200.0, "pressure_mpa": 2.0}, LINE, 75, "warn"),
    ("permit.gas", "gas", {"class": "distribution"}, LINE, 15, "warn"),
    ("strip.gas_distribution", "gas", {"class": "distribution"}, LINE, 2, "warn"),
    ("strip.power", "power", {"class": "overhead", "voltage_kv": 10.0}, LINE, 11.5, "warn"),
    ("strip.power", "power", {"class": "overhead", "voltage_kv": 110.0}, LINE, 24, "warn"),
    ("strip.power", "power", {"class": "overhead", "voltage_kv": 500.0}, LINE, 42, "warn"),
    ("strip.power_cable", "power", {"class": "cable", "voltage_kv": 10.0}, LINE, 1, "warn"),
    ("strip.water_main", "water", {"class": "main", "diameter_mm": 199.0}, LINE, 6, "warn"),
    ("strip.water_main", "water", {"class": "main", "diameter_mm": 200.0}, LINE, 8, "warn"),
    ("strip.water_main", "water", {"class": "main", "diameter_mm": 1000.0}, LINE, 20, "warn"),
    ("road.right_of_way", "roads", {"class": "republican, I"}, LINE, 35, "warn"),
    ("road.strip", "roads", {"class": "republican, category II"}, LINE, 70, "warn"),
    ("road.strip", "roads", {"class": "районная, V категория"}, LINE, 52, "warn"),
    ("nature.zone", "restricted", {"kind": "nature"}, make_square(-500, 0, 500), 2000, "warn"),
    ("area.heritage", "restricted", {"kind": "heritage"}, make_square(-500, 0, 500), 0, "warn"),
    ("area.nature", "restricted", {"kind": "nature"}, make_square(-500, 0, 500), 0, "block"),
    ("water.strip.lakes", "lakes", {"class": "lake"}, make_square(-500, 0, 500), 35, "warn"),
    ("water.grant.lakes", "lakes", {"class": "lake"}, make_square(-500, 0, 500), 500, "warn"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "role", "columns", "shape", "metres", "answer"), KINDS)
def test_each_rule_on_each_side_of_its_limit(
    check: str, role: str, columns: dict[str, Any], shape: Any, metres: float, answer: str
) -> None:
    table = make_layer(role, shape, **columns)
    assert ask(check, beside(metres - 0.1), **{role: table})["answer"] == answer
    assert ask(check, beside(metres), **{role: table})["answer"] == "pass"
    assert ask(check, beside(metres + 0.1), **{role: table})["answer"] == "pass"


def test_a_finding_names_metres_object_rule_and_basis() -> None:
    found = ask("distance.gas_trunk", beside(240), gas=make_layer("gas", LINE, **GAS_TRUNK))
    assert found["measure"] == pytest.approx(240, abs=0.001)
    assert (found["unit"], found["feature_layer"], found["feature_id"]) == ("m", "gas", "gas-0")
    assert (found["rule_id"], found["verified"]) == ("distance.gas_trunk.1.1000", False)
    assert found["basis"] == "Decree of the Government 93 of 17.01.2012, annex 4"


def test_a_strip_over_a_third_of_a_plot_blocks() -> None:
    table = make_layer("gas", LINE, **GAS_TRUNK)
    found = ask("strip.gas_trunk", beside(15), gas=table)
    assert (found["answer"], found["unit"]) == ("block", "m²")
    assert found["share"] == pytest.approx(0.35 * SCALE, abs=1e-4)
    assert found["measure"] == pytest.approx(3500 / SCALE, rel=1e-3)


def test_the_zone_of_lakes_and_the_new_water_code_start_in_2027() -> None:
    lake, later = make_layer("lakes", make_square(-500, 0, 500)), dt.date(2027, 1, 1)
    assert "water.zone.lakes" not in ask_all(beside(250), lakes=lake)[0].index
    assert ask("water.zone.lakes", beside(299.9), day=later, lakes=lake)["answer"] == "warn"
    assert ask("water.zone.lakes", beside(300), day=later, lakes=lake)["answer"] == "pass"
    large = make_layer("lakes", make_square(-2000, -1000, 2000))
    assert ask("water.zone.lakes", beside(499), day=later, lakes=large)["answer"] == "warn"


@pytest.mark.parametrize(("metres", "answer"), [(99.9, "warn"), (110, "unknown"), (130.1, "pass")])
def test_a_ring_around_a_station_of_unknown_outline(metres: float, answer: str) -> None:
    points = make_layer("connection_points", POINT, **{"network": "gas", "class": "АГРС-1"})
    assert ask("station.gas", beside(metres), connection_points=points)["answer"] == answer


def test_a_regulator_has_a_smaller_ring_and_a_station_of_no_class_either() -> None:
    small = make_layer("connection_points", POINT, **{"network": "gas", "class": "ГРП"})
    assert ask("station.gas", beside(41), connection_points=small)["answer"] == "pass"
    nameless = make_layer("connection_points", POINT, network="gas")
    assert ask("station.gas", beside(41), connection_points=nameless)["answer"] == "unknown"
    assert ask("station.gas", beside(9, 900), connection_points=nameless)["answer"] == "warn"


def test_no_metres_found_means_unknown_near_the_object() -> None:
    railway = make_layer("railways", LINE)
    found = ask("rail.strip", beside(60), railways=railway)
    assert (found["answer"], found["reason"], found["verified"]) == ("unknown", "uncertain", False)
    assert ask("rail.strip", beside(101), railways=railway)["answer"] == "pass"


@pytest.mark.parametrize(
    ("metres", "side_m", "answer"),
    [(2.4, 900, "warn"), (2.4, 100, "unknown"), (20, 900, "unknown"), (80.1, 900, "pass")],
)
def test_an_unknown_voltage_leaves_the_widths_open(metres: float, side_m: float, answer: str) -> None:
    lines = make_layer("power", LINE, **{"class": "overhead"})
    assert ask("strip.power", beside(metres, side_m), power=lines)["answer"] == answer


def test_farm_land_has_the_narrower_strip() -> None:
    table = make_layer("gas", LINE, **GAS_TRUNK)
    plots = make_plots(beside(30), beside(24)).assign(land_category=["agricultural", "agricultural"])
    found, _, _ = ask_all(plots, gas=table)
    assert found.loc["strip.gas_trunk", "answer"].tolist() == ["pass", "warn"]
    usable = find_usable(plots, {"gas": table}, rules=rules_on()).plots
    assert usable["cut_m2"].tolist() == pytest.approx([0.0, 100 / SCALE], abs=0.1)


# ---- accuracy, precision, coverage, state ----


@pytest.mark.parametrize(
    ("metres", "answer"),
    [(54.9, "unknown"), (55.1, "pass"), (45.1, "unknown"), (44.9, "warn"), (15, "unknown"), (1, "block")],
)
def test_an_answer_that_would_flip_within_the_accuracy_is_unknown(metres: float, answer: str) -> None:
    table = make_layer("gas", LINE, **GAS_TRUNK)
    found = ask("strip.gas_trunk", beside(metres), gas=table, accuracy_m=5.0)
    assert found["answer"] == answer
    assert found["reason"] == ("accuracy" if answer == "unknown" else "")


@pytest.mark.parametrize(("metres", "answer"), [(1, "warn"), (49, "warn"), (60, "unknown"), (9000, "unknown")])
def test_approximate_lines_neither_pass_nor_block(metres: float, answer: str) -> None:
    table = make_layer("gas", LINE, **GAS_TRUNK)
    region = {"gas": table, "precision": "approximate", "accuracy_m": 50.0}
    assert ask("strip.gas_trunk", beside(metres), **region)["answer"] == answer


def test_made_up_lines_are_firm_in_a_demonstration_only() -> None:
    region = {"gas": make_layer("gas", LINE, **GAS_TRUNK), "precision": "made_up"}
    assert ask("strip.gas_trunk", beside(1), **region)["answer"] == "warn"
    found, _, _ = ask_all(beside(1), demonstration=True, **region)
    assert found.loc["strip.gas_trunk", "answer"] == "block"


@pytest.mark.parametrize("coverage", [None, ("9999",)])
def test_a_layer_that_does_not_cover_the_plot_never_passes(coverage: Any) -> None:
    far = make_layer("gas", LINE, **GAS_TRUNK)
    if coverage:
        coverage = ()
    found = ask("strip.gas_trunk", beside(900), gas=far, coverage=coverage)
    assert (found["answer"], found["reason"]) == ("unknown", "not_covered")
    assert ask("strip.gas_trunk", beside(1), gas=far, coverage=coverage)["answer"] == "block"


def test_absent_layers_leave_every_answer_unknown() -> None:
    found, allowed, classes = ask_all(beside(0))
    assert set(found["answer"]) == {"unknown"}
    assert set(found["reason"]) == {"absent"}
    assert set(allowed.drop(columns="subject_id").to_numpy().ravel()) == {"unknown"}
    assert set(classes.iloc[0, 1:6]) == {"unknown"}


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        ("existing", "block"),
        ("building", "block"),
        ("planned", "warn"),
        ("unknown", "warn"),
        ("cancelled", "pass"),
    ],
)
def test_only_standing_lines_block(state: str, answer: str) -> None:
    table = make_layer("gas", LINE, **GAS_TRUNK).assign(state=state)
    assert ask("strip.gas_trunk", beside(1), gas=table)["answer"] == answer


def test_a_missing_plot_is_unknown() -> None:
    found, _, _ = ask_all(make_plots(None, beside(900)), gas=make_layer("gas", LINE, **GAS_TRUNK))
    assert found.loc["strip.gas_trunk", "answer"].tolist() == ["unknown", "pass"]
    assert found.loc["strip.gas_trunk", "reason"].tolist() == ["no_geometry", ""]


# ---- allowed ----


def allowed_of(state: str, plot: Any, **region: Any) -> str:
    _, allowed, _ = ask_all(plot, **region)
    return str(allowed[f"gas_{state}"].iloc[0])


NO_STATIONS = make_layer("connection_points")


@pytest.mark.parametrize(("metres", "answer"), [(15, "no"), (40, "unknown"), (240, "unknown"), (251, "yes")])
def test_allowed_near_a_trunk_line(metres: float, answer: str) -> None:
    region = {"gas": make_layer("gas", LINE, **GAS_TRUNK), "connection_points": NO_STATIONS}
    assert allowed_of("existing", beside(metres), **region) == answer


def test_a_small_cut_of_a_distribution_pipe_allows() -> None:
    region = {"gas": make_layer("gas", LINE, **{"class": "distribution"}), "connection_points": NO_STATIONS}
    assert allowed_of("existing", beside(0), **region) == "yes"
    assert allowed_of("existing", beside(0), precision="approximate", **region) == "unknown"


def test_a_planned_line_counts_for_planned_only() -> None:
    lines = make_layer("gas", LINE, **GAS_TRUNK).assign(state="planned")
    region = {"gas": lines, "connection_points": NO_STATIONS}
    assert allowed_of("existing", beside(1), **region) == "yes"
    assert allowed_of("planned", beside(1), **region) == "no"


# ---- sanitary zones ----


@pytest.mark.parametrize(
    ("metres", "answers"),
    [
        (49.9, "nnnnn"),
        (50, "nnnny"),
        (100, "nnnyy"),
        (300, "nnyyy"),
        (500, "nyyyy"),
        (1000, "yyyyy"),
        (999.9, "nyyyy"),
    ],
)
def test_hazard_classes_by_the_distance_to_housing(metres: float, answers: str) -> None:
    town = make_layer("settlements", make_square(-1000, 0, 1000), kind="town")
    found, _, classes = ask_all(beside(metres + 1e-6), settlements=town)
    assert [answer[0] for answer in classes.iloc[0, 1:6]] == list(answers)
    assert found.loc["sanitary.housing", "answer"] == ("warn" if answers == "nnnnn" else "pass")


@pytest.mark.parametrize(("own", "answer"), [("II", "block"), ("III", "pass"), ("V", "pass")])
def test_the_class_of_the_plot_is_asked_first(own: str, answer: str) -> None:
    town = make_layer("settlements", make_square(-1000, 0, 1000), kind="town")
    found, _, _ = ask_all(make_plots(beside(400), hazard_class=[own]), settlements=town)
    row = found.loc["sanitary.housing"]
    assert (row["rule_id"], row["answer"], row["verified"]) == (f"sanitary.{own}", answer, False)
    assert row["measure"] == pytest.approx(400, abs=0.01)


def test_a_settlement_stored_as_a_point_may_be_nearer() -> None:
    village = make_layer("settlements", POINT, kind="village")
    _, _, classes = ask_all(beside(400), settlements=village)
    assert [answer[0] for answer in classes.iloc[0, 1:6]] == list("nnuuu")
    _, _, far = ask_all(beside(4001), settlements=village)
    assert set(far.iloc[0, 1:6]) == {"yes"}


@pytest.mark.parametrize(
    ("sector", "product", "classes", "is_food"),
    [
        ("строительные материалы", "керамический кирпич", "II", False),
        ("мебель", "сборка мебели без лакирования", "V", False),
        ("металлургия", "чугунное литьё, 15 тыс. т/год", "II, III, IV", False),
        ("пищевая промышленность", "соки и консервы", "IV", True),
        ("химия", "готовые лекарственные формы", "V", True),
        ("готовые металлические изделия", "горячее оцинкование", "to be set", False),
        ("", "логистический центр", "to be set", False),
        ("", "квантовые компьютеры", "to be set", False),
    ],
)
def test_class_candidates_of_a_product(sector: str, product: str, classes: str, is_food: bool) -> None:
    found = find_class_candidates(pd.DataFrame({"sector": [sector], "product": [product]}), rules=rules_on()).iloc[
        0
    ]
    assert (found["classes"], found["is_food"]) == (classes, is_food)


def food_answers(metres: float, neighbour: str, *, zone: str = "Z", state: str = "operating") -> list[str]:
    """Ask about a juice plant so many metres from a plot of class III."""
    plots = make_plots(make_square(-100, 0, 100), beside(metres), hazard_class=["IV", "III"])
    plots["zone_id"] = ["Z", zone]
    states = pd.DataFrame({"map_state": ["operating", state], "sector": ["пищевая промышленность", "прочее"],
                           "product": ["соки", neighbour]})  # fmt: skip
    result = apply_rules(make_region(plots), states, load_rules(), as_of=DAY, config=make_config())
    findings = result.findings.table()
    found = findings[findings["check"] == "sanitary.food"]
    return found["answer"].tolist()


@pytest.mark.parametrize(("metres", "answer"), [(0, "warn"), (299, "warn"), (300.1, "pass")])
def test_food_beside_another_branch(metres: float, answer: str) -> None:
    assert food_answers(metres, "метизы") == [answer]


def test_food_beside_food_another_zone_or_a_free_plot() -> None:
    assert food_answers(10, "консервы") == ["pass", "pass"]
    assert food_answers(10, "метизы", zone="Y") == ["pass"]
    assert food_answers(10, "метизы", state="free") == ["pass"]


# ---- usable land ----


def use(plots: Any, day: dt.date = DAY, **layers: Any) -> Any:
    return find_usable(plots, layers, rules=rules_on(day))


def test_usable_land_beside_a_trunk_line() -> None:
    usable, pieces = use(make_plots(beside(15), beside(60)), gas=make_layer("gas", LINE, **GAS_TRUNK))
    assert usable["cut_m2"].to_numpy() == pytest.approx([3500 / SCALE, 0], abs=0.5)
    assert usable["usable_m2"].to_numpy() == pytest.approx(
        [10_000 / SCALE**2 - 3500 / SCALE, 10_000 / SCALE**2], abs=0.5
    )
    assert usable["narrowest_m"].iloc[0] == pytest.approx(65 / SCALE, abs=0.05)
    row = pieces[pieces["counted"]].iloc[0]
    assert (row["plot_id"], row["rule_id"], row["feature_id"], row["strip_m"]) == (
        "P0",
        "strip.gas_trunk",
        "gas-0",
        50,
    )
    assert row["verified"]


def test_minimum_distances_are_told_apart() -> None:
    usable, pieces = use(make_plots(beside(200), beside(400)), gas=make_layer("gas", LINE, **GAS_TRUNK))
    assert usable["cut_m2"].tolist() == [0, 0]
    assert usable["usable_beyond_distances_m2"].to_numpy() == pytest.approx(
        [5000 / SCALE, 10_000 / SCALE**2], abs=5
    )
    assert pieces["counted"].tolist() == [False]
    without, _ = use(make_plots(beside(200)), power=make_layer("power", LINE, **{"class": "cable"}))
    assert without["usable_beyond_distances_m2"].isna().all()


def test_pipes_of_one_corridor_make_one_strip() -> None:
    pipes = make_layer("gas", LINE, make_line((40, -5000), (40, 5000)), **GAS_TRUNK)
    usable, pieces = use(make_plots(make_square(-500, 0, 1000)), gas=pipes)
    assert usable["cut_m2"].iloc[0] == pytest.approx(140 * 1000 / SCALE, rel=1e-3)
    strips = pieces[pieces["counted"]]
    assert (len(strips), strips["cut_m2"].sum()) == (2, pytest.approx(200 * 1000 / SCALE, rel=1e-3))
    assert usable["pieces"].iloc[0] == 2


def test_arcs_have_a_fixed_number_of_points() -> None:
    end = make_layer("gas", make_line((0, 50), (0, 5000)), **GAS_TRUNK)
    _, pieces = use(make_plots(make_square(-100, -100, 150)), gas=end)
    exact = 50**2 * np.pi / 2 * SCALE**2
    cut = shapely.area(pieces[pieces["counted"]].geometry.iloc[0])
    polygon = exact * np.sin(np.pi / 2 / ARC_POINTS) / (np.pi / 2 / ARC_POINTS)
    assert cut == pytest.approx(polygon, rel=1e-6)


def test_one_table_of_lines_tells_its_network() -> None:
    lines = make_layer("gas", LINE, **GAS_TRUNK)
    by_class, _ = find_usable(make_plots(beside(0)), lines, rules=rules_on())
    by_column, _ = find_usable(make_plots(beside(0)), lines.assign(network="gas"), rules=rules_on())
    assert by_class["cut_m2"].tolist() == by_column["cut_m2"].tolist()
    with pytest.raises(ColumnError, match="network"):
        find_usable(make_plots(beside(0)), lines.assign(**{"class": "distribution"}), rules=rules_on())


def test_usable_land_needs_metres_and_valid_plots() -> None:
    gas = make_layer("gas", LINE, **GAS_TRUNK)
    with pytest.raises(MeasureError, match="degrees"):
        find_usable(make_plots(beside(0)).to_crs(4326), {"gas": gas.to_crs(4326)}, rules=rules_on())
    with pytest.raises(MeasureError, match="distorts"):
        find_usable(make_plots(beside(0)).to_crs(3857), {"gas": gas.to_crs(3857)}, rules=rules_on())
    with pytest.raises(MeasureError, match="EPSG:6933 distorts"):
        find_usable(make_plots(beside(0)).to_crs(6933), {"gas": gas.to_crs(6933)}, rules=rules_on())
    with pytest.raises(MeasureError, match="foot"):
        find_usable(make_plots(beside(0)).to_crs(2263), {"gas": gas.to_crs(2263)}, rules=rules_on())
    with pytest.raises(MeasureError, match="different"):
        find_usable(make_plots(beside(0)), {"gas": gas.to_crs(32641)}, rules=rules_on())
    bow = shapely.Polygon(
        [(EASTING, NORTHING), (EASTING + 9, NORTHING + 9), (EASTING + 9, NORTHING), (EASTING, NORTHING + 9)]
    )
    with pytest.raises(MeasureError, match="P0"):
        find_usable(make_plots(bow), {"gas": gas}, rules=rules_on())


def test_empty_tables_give_empty_tables() -> None:
    usable, pieces = use(make_plots(), gas=make_layer("gas", LINE, **GAS_TRUNK))
    assert (len(usable), len(pieces)) == (0, 0)
    usable, pieces = use(make_plots(beside(0), None), gas=make_layer("gas"))
    assert usable["usable_m2"].isna().tolist() == [False, True]


def test_narrowest_width_of_a_triangle() -> None:
    triangle = shapely.Polygon([(0, 0), (4, 0), (0, 3)])
    assert find_least_width(np.array([triangle, None], dtype=object))[0] == pytest.approx(2.4)


# ---- properties ----

metres = st.integers(-400, 400).map(float)
courses = st.lists(st.tuples(metres, metres), min_size=2, max_size=12, unique=True)
corners = st.tuples(metres, metres, st.integers(20, 300).map(float))
CLASSES: list[tuple[str, dict[str, Any]]] = [
    ("gas", GAS_TRUNK), ("gas", {"class": "distribution"}), ("power", {"class": "overhead", "voltage_kv": 35.0}),
    ("power", {"class": "cable"}), ("water", {"class": "main", "diameter_mm": 500.0}),
]  # fmt: skip


def make_lines(drawn: list[tuple[int, list[tuple[float, float]]]]) -> dict[str, Any]:
    layers: dict[str, Any] = {}
    for network in ("gas", "power", "water"):
        rows = [
            {"line_id": f"L{place:02d}", "state": "existing", **CLASSES[kind][1], "geometry": make_line(*course)}
            for place, (kind, course) in enumerate(drawn)
            if CLASSES[kind][0] == network
        ]
        layers[network] = make_table(network, rows)
    return layers


drawn_lines = st.lists(st.tuples(st.integers(0, 4), courses), min_size=1, max_size=5)


@settings(deadline=None, max_examples=60)
@given(drawn_lines, st.lists(corners, min_size=1, max_size=4))
def test_usable_and_cut_make_the_whole(drawn: Any, squares: Any) -> None:
    plots = make_plots(*(make_square(*square) for square in squares))
    usable, pieces = find_usable(plots, make_lines(drawn), rules=rules_on())
    strips = pieces[pieces["counted"]]
    for place, name in enumerate(usable["plot_id"]):
        whole, left = plots.geometry.iloc[place], usable.geometry.iloc[place]
        cut = shapely.union_all(strips.geometry[strips["plot_id"] == name].to_numpy())
        assert left.area + cut.area == pytest.approx(whole.area, abs=0.01)
        assert left.intersection(cut).area < 0.01


@settings(deadline=None, max_examples=40)
@given(drawn_lines, st.lists(corners, min_size=1, max_size=4))
def test_cutting_near_a_plot_equals_buffers_of_whole_lines(drawn: Any, squares: Any) -> None:
    plots, layers = make_plots(*(make_square(*square) for square in squares)), make_lines(drawn)
    usable, pieces = find_usable(plots, layers, rules=rules_on())
    for _, row in pieces.iterrows():
        line = layers[row["feature_layer"]].set_index("line_id").geometry[row["feature_id"]]
        plot = plots.set_index("plot_id").geometry[row["plot_id"]]
        scale = np.sqrt(plot.area / usable.set_index("plot_id")["whole_m2"][row["plot_id"]])
        whole = line.buffer(row["strip_m"] * scale, quad_segs=ARC_POINTS).intersection(plot)
        assert row["geometry"].symmetric_difference(whole).area < 0.01


@settings(deadline=None, max_examples=25)
@given(drawn_lines, st.lists(corners, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(drawn: Any, squares: Any, chance: Any) -> None:
    plots, layers = make_plots(*(make_square(*square) for square in squares)), make_lines(drawn)
    shuffle: Callable[[Any], Any] = lambda table: table.iloc[chance.sample(range(len(table)), len(table))]  # noqa: E731
    one, pieces = find_usable(plots, layers, rules=rules_on())
    other, others = find_usable(
        shuffle(plots), {name: shuffle(table) for name, table in layers.items()}, rules=rules_on()
    )
    joined = one.set_index("plot_id")["usable_m2"]
    assert other.set_index("plot_id")["usable_m2"].reindex(joined.index).to_numpy() == pytest.approx(
        joined.to_numpy(), abs=1e-6
    )
    key = ["plot_id", "rule_id", "feature_layer", "feature_id"]
    assert sorted(map(tuple, pieces[key].to_numpy())) == sorted(map(tuple, others[key].to_numpy()))


# ---- provision ----


def provide(**columns: Any) -> Any:
    zones = pd.DataFrame({"zone_id": ["Z"]})
    plots = pd.DataFrame({"zone_id": ["Z", "Z"], "need_power_kw": [100.0, 50.0], "need_gas_m3h": np.nan,
                          "need_water_m3d": np.nan})  # fmt: skip
    states = pd.DataFrame({"map_state": ["free", "operating"]})
    rows = [
        {"zone_id": "Z", "network": network, "state": state, "near": "no", "capacity_free": np.nan,
         "capable_point_id": None, "shared_by": pd.NA}
        | (columns if (network, state) == ("power", "existing") else {})
        for network in ("gas", "power", "water")
        for state in ("existing", "planned")
    ]  # fmt: skip
    found = find_provision(zones, find_needs(zones, plots, states), pd.DataFrame(rows))
    return found[found["network"] == "power"].iloc[0]


@pytest.mark.parametrize(
    ("columns", "answer", "missing"),
    [
        ({"near": "yes", "capacity_free": 100.0}, "yes", 0.0),
        ({"near": "yes", "capacity_free": 99.0}, "no", 1.0),
        ({"near": "no"}, "no", 100.0),
        ({"near": "yes"}, "unknown", np.nan),
        ({"near": "unknown"}, "unknown", np.nan),
    ],
)
def test_provision_of_a_zone(columns: dict[str, Any], answer: str, missing: float) -> None:
    found = provide(**columns)
    assert (found["needed"], found["answer"], found["unit"]) == (100.0, answer, "kW")
    assert found["missing"] == pytest.approx(missing, nan_ok=True)


def test_the_plot_that_operates_is_supplied_already() -> None:
    assert provide(near="yes", capacity_free=100.0)["needed"] == 100.0


THREADS = """
    import threading
    import numpy as np
    import shapely
    from geozones.coverage import Trust

    angles = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    shapes = np.array([shapely.box(x, 0, x + 10, 10) for x in range(-1100, 1100, 20)], dtype=object)
    for _ in range(60):
        covers = shapely.polygons(1000 * np.column_stack([np.cos(angles), np.sin(angles)]))
        trust = Trust(np.ones(1, dtype=bool), np.zeros(1), covers, False, False)
        barrier = threading.Barrier(2)
        found = [None, None]

        def ask(place):
            barrier.wait()
            found[place] = trust.covered(shapes)

        threads = [threading.Thread(target=ask, args=(place,)) for place in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (found[0] == found[1]).all() and found[0].any() and not found[0].all()
"""


def test_two_threads_ask_about_one_coverage() -> None:
    found = subprocess.run([sys.executable, "-c", textwrap.dedent(THREADS)], check=False, capture_output=True)
    assert found.returncode == 0, found.stderr.decode()
