"""Checks of one layer alone: which rows are kept, which set aside, and what is said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from builders import make_line, make_square
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_builders import REGION, FakeLayer, layer_of, plot
from shapely import Point, Polygon

from geozones.checks import CheckedLayer, check_layer
from geozones.errors import InternalError


def check(role: str, rows: list[dict[str, Any]], **options: Any) -> CheckedLayer:
    return check_layer(layer_of(role, rows, **options), region=REGION)


def rules_of(checked: CheckedLayer) -> list[tuple[str, str, str]]:
    issues = checked.issues
    return list(zip(issues["rule"], issues["severity"], issues["action"], strict=True))


def test_a_clean_layer_has_no_issues() -> None:
    checked = check("plots", [plot(1, make_square(0, 0, 100), area_ha=1.0)])
    assert len(checked.issues) == 0
    assert (checked.read, len(checked.table), len(checked.quarantine)) == (1, 1, 0)


BOW_TIE = Polygon([(500_000, 4_700_000), (500_100, 4_700_100), (500_100, 4_700_000), (500_000, 4_700_100)])
CENTRE = (500_050, 4_700_050)
TOUCHING_HOLE = Polygon(
    [(500_000, 4_700_000), (500_100, 4_700_000), (500_100, 4_700_100), (500_000, 4_700_100)],
    [[(500_000, 4_700_020), (500_020, 4_700_020), (500_020, 4_700_040), (500_000, 4_700_040)]],
)


@pytest.mark.parametrize(
    ("shape", "rule"),
    [
        (None, "geometry_missing"),
        (Polygon(), "geometry_empty"),
        (
            Polygon([(500_000, 4_700_000), (500_100, float("inf")), (500_100, 4_700_100)]),
            "geometry_not_finite",
        ),
        (make_line((0, 0), (100, 0)), "geometry_kind"),
        (shapely.GeometryCollection([make_square(0, 0, 9), Point(CENTRE)]), "geometry_kind"),
        (BOW_TIE, "geometry_invalid"),
    ],
)
def test_shapes_that_are_set_aside(shape: Any, rule: str) -> None:
    checked = check("plots", [plot(1, shape), plot(2, make_square(200, 0, 100))])
    assert rules_of(checked) == [(rule, "error", "quarantined")]
    assert list(checked.quarantine["rule"]) == [rule]
    assert list(checked.table["plot_id"]) == ["p2"]
    assert checked.issues["row"].tolist() == [0]
    assert checked.issues["feature_key"].tolist() == ["p1"]


def test_a_repair_states_both_areas() -> None:
    checked = check("plots", [plot(1, TOUCHING_HOLE)])
    assert rules_of(checked) == [("geometry_repaired", "warning", "repaired")]
    issue = checked.issues.iloc[0]
    assert issue["area_before_ha"] == pytest.approx(0.96, rel=1e-3)
    assert issue["area_after_ha"] == pytest.approx(issue["area_before_ha"])
    assert checked.table.geometry.is_valid.all()


def test_repairing_twice_is_repairing_once() -> None:
    once = check("plots", [plot(1, TOUCHING_HOLE)])
    twice = check("plots", [plot(1, once.table.geometry.iloc[0])])
    assert len(twice.issues) == 0
    assert twice.table.geometry.iloc[0].equals_exact(once.table.geometry.iloc[0], 0)


def test_repeated_keys_keep_one_row() -> None:
    rows = [plot(1, make_square(0, 0, 10)), plot(1, make_square(20, 0, 10))]
    assert list(check("plots", rows).table.index) == [0]
    assert rules_of(check("plots", rows)) == [("key_repeated", "error", "quarantined")]


def test_missing_values_are_set_aside() -> None:
    rows = [{"line_id": "g1", "class": None, "state": "existing", "geometry": make_line((0, 0), (9, 0))}]
    checked = check("gas", rows)
    assert rules_of(checked) == [("value_missing", "error", "quarantined")]


def test_declared_hectares_are_held_against_the_ground() -> None:
    rows = [plot(1, make_square(0, 0, 100), area_ha=1.2), plot(2, make_square(200, 0, 100), area_ha=1.005)]
    checked = check("plots", rows)
    assert rules_of(checked) == [("area_differs", "warning", "none")]
    assert checked.issues["feature_key"].tolist() == ["p1"]


def test_the_same_geometry_twice_is_said_even_when_reversed() -> None:
    rows = [
        {"line_id": name, "class": "main", "state": "existing", "geometry": make_line(*points)}
        for name, points in (("a", [(0, 0), (50, 10), (90, 0)]), ("b", [(90, 0), (50, 10), (0, 0)]))
    ]
    checked = check("water", rows)
    assert rules_of(checked) == [("geometry_repeated", "warning", "none")]
    assert str(checked.issues["message"].iloc[0]).startswith("The geometry is the same as that of a.")


def test_lines_without_length_and_coarse_lines() -> None:
    rows = [
        {"line_id": "a", "class": "trunk", "state": "existing", "geometry": make_line((0, 0), (0, 0))},
        {"line_id": "b", "class": "trunk", "state": "cancelled", "geometry": make_line((0, 0), (20_000, 0))},
    ]
    checked = check("gas", rows)
    assert [rule for rule, _, _ in rules_of(checked)] == ["line_without_length", "line_cancelled", "line_coarse"]


@pytest.mark.parametrize(
    ("role", "values", "connectable"),
    [
        ("gas", {"class": "trunk"}, "no"),
        ("gas", {"class": "distribution"}, "yes"),
        ("power", {"class": "overhead", "voltage_kv": 220.0}, "no"),
        ("power", {"class": "overhead", "voltage_kv": 110.0}, "yes"),
        ("power", {"class": "overhead"}, "unknown"),
        ("power", {"class": "overhead", "voltage_kv": 500.0, "connectable": "yes"}, "yes"),
    ],
)
def test_connectable_follows_class_and_voltage(role: str, values: dict[str, Any], connectable: str) -> None:
    row = {"line_id": "a", "state": "existing", "geometry": make_line((0, 0), (9, 0)), **values}
    assert check(role, [row]).table["connectable"].tolist() == [connectable]


def test_features_outside_the_region() -> None:
    far = shapely.transform(make_square(0, 0, 100), lambda xy: xy + np.array([0, 3_000_000]))
    assert rules_of(check("plots", [plot(1, far)])) == [("outside_region", "error", "none")]


def test_heights_are_noted_once() -> None:
    checked = check("plots", [plot(n, shapely.force_3d(make_square(20 * n, 0, 10), 5)) for n in range(3)])
    assert rules_of(checked) == [("geometry_3d", "info", "none")]
    assert not checked.table.geometry.has_z.any()


def test_an_empty_layer_is_said() -> None:
    assert rules_of(check("plots", [])) == [("layer_empty", "warning", "none")]
    assert rules_of(check("zones", [])) == [("layer_empty", "error", "none")]


def test_a_lost_feature_is_a_bug() -> None:
    layer = layer_of("plots", [plot(1, make_square(0, 0, 10))])
    with pytest.raises(InternalError):
        check_layer(FakeLayer(**{**vars(layer), "read": 2}), region=REGION)


SHAPES = st.sampled_from(
    [None, Polygon(), BOW_TIE, TOUCHING_HOLE, make_square(0, 0, 50), make_square(10, 10, 50), Point(CENTRE)]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SHAPES, st.sampled_from(["a", "b", None])), max_size=6), st.randoms())
def test_every_feature_is_checked_or_quarantined_in_any_order(features: list[Any], random: Any) -> None:
    rows = [{"plot_id": key, "zone_id": "z", "geometry": shape} for shape, key in features]
    checked = check("plots", rows)
    assert sorted([*checked.table.index, *checked.quarantine.index]) == list(range(len(rows)))
    said = set(checked.issues.loc[checked.issues["action"] == "quarantined", "row"])
    assert said == set(checked.quarantine.index)
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = check("plots", [rows[position] for position in order])
    assert len(shuffled.table) == len(checked.table)
    assert shapely.area(np.asarray(shuffled.table.geometry.array)).size == len(checked.table)
