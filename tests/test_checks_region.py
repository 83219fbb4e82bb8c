"""Checks between layers: plots in their zones, no two on the same land."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from builders import make_square
from hypothesis import given
from hypothesis import strategies as st
from layer_builders import REGION, FakeLayer, layer_of, plot

from geozones.checks import check_layer, check_region, render_messages
from geozones.checks.overlaps import find_overlaps


def zone(zone_id: str, geometry: Any, **more: Any) -> dict[str, Any]:
    return {
        "zone_id": zone_id,
        "name_ru": zone_id,
        "kind": "regional",
        "status": "active",
        "geometry": geometry,
        **more,
    }


ZONE = zone("z", make_square(0, 0, 1000))


def check(**layers: list[dict[str, Any]]) -> tuple[dict[str, Any], Any]:
    checked, issues = check_region(
        [check_layer(layer_of(role, rows), region=REGION) for role, rows in layers.items()]
    )
    return {layer.key: layer for layer in checked}, issues


def said(issues: Any) -> list[tuple[str, str]]:
    return list(zip(issues["rule"], issues["feature_key"], strict=True))


def test_plots_that_share_a_border_do_not_overlap() -> None:
    _, issues = check(zones=[ZONE], plots=[plot(n, make_square(100 * n, 0, 100)) for n in range(5)])
    assert len(issues) == 0


def test_an_overlap_is_said_once_with_its_area() -> None:
    _, issues = check(zones=[ZONE], plots=[plot(1, make_square(0, 0, 100)), plot(2, make_square(90, 0, 100))])
    assert said(issues) == [("plots_overlap", "p2")]
    assert "p1 share 1000 m²" in str(issues["message"].iloc[0])


def test_one_plot_inside_another_is_an_overlap() -> None:
    _, issues = check(zones=[ZONE], plots=[plot(1, make_square(0, 0, 100)), plot(2, make_square(20, 20, 10))])
    assert said(issues) == [("plots_overlap", "p2")]


def test_a_trace_of_rounding_is_no_overlap() -> None:
    _, issues = check(zones=[ZONE], plots=[plot(1, make_square(0, 0, 100)), plot(2, make_square(99.95, 0, 100))])
    assert len(issues) == 0


def test_a_plot_may_lie_where_an_ended_one_lay() -> None:
    day = pd.Timestamp("2025-01-01")
    before, after = plot(1, make_square(0, 0, 100), valid_to=day), plot(2, make_square(0, 0, 90), valid_from=day)
    _, issues = check(zones=[ZONE], plots=[before, after])
    assert len(issues) == 0


def test_a_plot_of_an_unknown_zone_is_set_aside() -> None:
    layers, issues = check(zones=[ZONE], plots=[plot(1, make_square(0, 0, 10), zone_id="nowhere")])
    assert said(issues) == [("zone_unknown", "p1")]
    assert (len(layers["plots"].table), len(layers["plots"].quarantine)) == (0, 1)


def test_a_plot_that_reaches_out_of_its_zone_is_said() -> None:
    _, issues = check(
        zones=[ZONE], plots=[plot(1, make_square(950, 0, 100)), plot(2, make_square(900.02, 200, 100))]
    )
    assert said(issues) == [("plot_outside_zone", "p1")]
    assert str(issues["message"].iloc[0]).startswith("5000 m² of the plot (50.00 %) lie outside zone z.")


def test_zones_that_overlap_are_said() -> None:
    _, issues = check(zones=[ZONE, zone("y", make_square(500, 0, 1000))])
    assert said(issues) == [("zones_overlap", "y")]


def test_a_zone_in_an_unknown_district_is_said() -> None:
    districts = [{"district_code": "6110", "name_ru": "Туркестан", "geometry": make_square(0, 0, 5000)}]
    zones = [{**ZONE, "district_code": "6110"}, zone("y", make_square(2000, 0, 10), district_code="9999")]
    _, issues = check(districts=districts, zones=zones)
    assert said(issues) == [("district_unknown", "y")]


def test_a_key_in_two_layers_of_a_role_is_set_aside_in_the_later_one() -> None:
    first, second = (
        layer_of("plots", [plot(1, make_square(0, 0, 10))]),
        layer_of("plots", [plot(1, make_square(50, 0, 10))]),
    )
    second = FakeLayer(**{**vars(second), "key": "more_plots"})
    checked, issues = check_region([check_layer(layer, region=REGION) for layer in (first, second)])
    assert [len(layer.table) for layer in checked] == [1, 0]
    assert list(issues["layer"]) == ["more_plots"]


def test_messages_come_in_the_language_asked_for() -> None:
    _, issues = check(zones=[ZONE], plots=[plot(1, make_square(0, 0, 10), zone_id="nowhere")])
    written = {language: render_messages(issues, language)["message"].iloc[0] for language in ("ru", "kk", "en")}
    assert written["ru"].startswith("Зоны nowhere нет")
    assert written["kk"].startswith("nowhere аймағы")
    assert written["en"].startswith("Zone nowhere is in no zones layer")


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 4)), max_size=12))
def test_overlaps_equal_those_of_comparing_every_pair(corners: list[tuple[int, int, int]]) -> None:
    shapes = np.array([make_square(10 * x, 10 * y, 10 * side) for x, y, side in corners], dtype=object)
    pairs, shared_m2 = find_overlaps(shapes)
    expected = [
        (i, j)
        for i in range(len(shapes))
        for j in range(i + 1, len(shapes))
        if shapely.area(shapely.intersection(shapes[i], shapes[j])) > 0
    ]
    assert [tuple(pair) for pair in pairs] == expected
    assert shared_m2 == pytest.approx(
        [shapely.area(shapely.intersection(shapes[i], shapes[j])) for i, j in expected]
    )
