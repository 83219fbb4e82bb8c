"""Near and capable: each side of every limit, accuracy, coverage, states, classes, shared capacity."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import EASTING, NORTHING, make_line, make_square, make_table
from shapely import Point, box

from geozones.config import Config, Provenance
from geozones.errors import ColumnError, MeasureError
from geozones.proximity import find_networks
from geozones.tables import DERIVED, LayerSource, RegionTables

EXACT = Provenance(precision="exact", accuracy_m=1.0, coverage="region")
SCALE = 0.9996  # planar metres per metre on the ground, in the middle of the zone


def config(*, demonstration: bool = False, **near_m: float) -> Config:
    return Config(
        region={"name": {"en": "Tiny"}, "bounds": (65, 40, 72, 46), "demonstration": demonstration},
        layers={"zones": {"role": "zones", "source": "z"}, "plots": {"role": "plots", "source": "p"}},
        proximity={"near_m": {"gas": 2000, "power": 3000, "water": 2000, **near_m}},
    )


def make_plots(*shapes: Any, **columns: list[Any]) -> Any:
    rows = [{"plot_id": f"p{n}", "zone_id": "z", "geometry": shape} for n, shape in enumerate(shapes)]
    return make_table("plots", rows).assign(**columns)


def line(line_id: str, away_m: float, **columns: Any) -> dict[str, Any]:
    """Describe a line along the right edge of the first plot, so far away on the ground."""
    shape = make_line((100 + away_m * SCALE, 0), (100 + away_m * SCALE, 100))
    return {"line_id": line_id, "class": "distribution", "state": "existing", "geometry": shape, **columns}


def point(point_id: str, away_m: float, **columns: Any) -> dict[str, Any]:
    shape = Point(EASTING + 100 + away_m * SCALE, NORTHING + 50)
    return {"point_id": point_id, "network": "gas", "state": "existing", "geometry": shape, **columns}


def region(
    lines: list[dict[str, Any]] | None = None,
    points: list[dict[str, Any]] | None = None,
    *,
    network: str = "gas",
    provenance: Provenance = EXACT,
    of_points: Provenance = EXACT,
    plots: Any = None,
) -> RegionTables:
    """Make a region of one district 100 km wide with one network."""
    district = box(EASTING - 5e4, NORTHING - 5e4, EASTING + 5e4, NORTHING + 5e4)
    districts = make_table("districts", [{"district_code": "1", "name_ru": "Д", "geometry": district}])
    plots = make_plots(make_square(0, 0, 100)) if plots is None else plots
    sources = {
        network: LayerSource(network, network, network, provenance, 1),
        "points": LayerSource("points", "connection_points", "points", of_points, 1),
    }
    tables = {
        network: None if lines is None else make_table(network, lines),
        "connection_points": None if points is None else make_table("connection_points", points),
    }
    return RegionTables(
        zones=plots, plots=plots, districts=districts, sources=sources,
        coverage={network: district if provenance.coverage == "region" else None}, **tables,
    )  # fmt: skip


def answer(tables: RegionTables, *, network: str = "gas", state: str = "existing", **settings: Any) -> Any:
    rows = find_networks(tables.plots, tables, config(**settings))
    return rows[(rows["network"] == network) & (rows["state"] == state)].iloc[0]


def test_rows_stand_in_the_order_of_plots_networks_and_states() -> None:
    plots = make_plots(make_square(0, 0, 100), make_square(500, 0, 100)).set_index(np.array([9, 4]))
    rows = find_networks(plots, region([line("a", 50)], [], plots=plots), config())
    assert tuple(rows.columns[:10]) == DERIVED["plot_networks"].column_names
    assert rows["plot_id"].tolist() == ["p0"] * 6 + ["p1"] * 6
    assert rows["network"].tolist()[:6] == ["gas", "gas", "power", "power", "water", "water"]
    assert rows["state"].tolist()[:2] == ["existing", "planned"]
    assert rows["allowed"].isna().all()


def test_zones_and_sites_are_answered_by_their_own_key() -> None:
    tables = region([line("a", 50)], [])
    zones = tables.plots.drop(columns="plot_id")
    assert find_networks(zones, tables, config()).columns[0] == "zone_id"
    sites = zones.rename(columns={"zone_id": "site_id"})
    assert find_networks(sites, tables, config()).columns[0] == "site_id"
    with pytest.raises(ColumnError, match="plot_id"):
        find_networks(zones.drop(columns="zone_id"), tables, config())


def test_no_plots_give_no_rows() -> None:
    tables = region([line("a", 50)], [])
    empty = find_networks(tables.plots.iloc[:0], tables, config())
    assert len(empty) == 0
    assert list(empty.columns) == list(find_networks(tables.plots, tables, config()).columns)


def test_a_working_crs_without_metres_is_refused() -> None:
    tables = region([line("a", 50)], [])
    with pytest.raises(MeasureError):
        find_networks(tables.plots.to_crs(4326), tables, config())


@pytest.mark.parametrize(
    ("away_m", "expected"),
    [(1998.9, "yes"), (1999.1, "unknown"), (2000.9, "unknown"), (2001.1, "no")],
)
@pytest.mark.parametrize("kind", ["line", "point"])
def test_an_answer_that_would_flip_within_the_accuracy_is_unknown(kind: str, away_m: float, expected: str) -> None:
    tables = region([line("a", away_m)], []) if kind == "line" else region([], [point("s", away_m)])
    row = answer(tables)
    assert row["near"] == expected
    assert row["near_reason"] == {"yes": kind, "no": "far", "unknown": "accuracy"}[expected]
    assert row["distance_m" if kind == "line" else "point_distance_m"] == pytest.approx(away_m, abs=0.01)


def test_an_exact_layer_that_states_no_accuracy_is_taken_at_its_word() -> None:
    silent = Provenance(precision="exact", coverage="region")
    assert answer(region([line("a", 1999.9)], [], provenance=silent))["near"] == "yes"
    assert answer(region([line("a", 2000.1)], [], provenance=silent))["near"] == "no"


@pytest.mark.parametrize("accuracy_m", [None, 1.0, 500.0])
@pytest.mark.parametrize("away_m", [0.0, 1000.0, 9000.0])
def test_approximate_lines_never_answer_firmly(accuracy_m: float | None, away_m: float) -> None:
    rough = Provenance(precision="approximate", accuracy_m=accuracy_m, coverage="region")
    row = answer(region([line("a", away_m)], [], provenance=rough))
    assert (row["near"], row["near_reason"], row["capable"]) == ("unknown", "approximate", "unknown")


def test_made_up_lines_count_only_in_a_demonstration() -> None:
    made_up = Provenance(precision="made_up", accuracy_m=5.0, coverage="region")
    tables = region([line("a", 100)], [], provenance=made_up)
    assert answer(tables)["near"] == "unknown"
    assert answer(tables, demonstration=True)["near"] == "yes"


def test_an_absent_layer_is_never_clear() -> None:
    row = answer(region(None, None))
    assert (row["near"], row["near_reason"]) == ("unknown", "absent")
    assert row[["line_id", "distance_m", "point_id", "point_distance_m"]].isna().all()
    assert answer(region(None, [point("s", 100)]))["near"] == "yes"
    assert answer(region([line("a", 5000)], None))["near"] == "unknown"
    assert answer(region([line("a", 100)], None))["near"] == "yes"


def test_a_no_outside_the_coverage_is_unknown_and_a_yes_stays() -> None:
    nothing_stated = Provenance(precision="exact", accuracy_m=1.0)
    far = answer(region([line("a", 5000)], [], provenance=nothing_stated))
    assert (far["near"], far["near_reason"]) == ("unknown", "not_covered")
    assert answer(region([line("a", 500)], [], provenance=nothing_stated))["near"] == "yes"
    assert answer(region([line("a", 5000)], [], of_points=nothing_stated))["near"] == "unknown"


def test_coverage_is_asked_of_each_plot() -> None:
    plots = make_plots(make_square(0, 0, 100), make_square(60_000, 0, 100))
    rows = find_networks(plots, region([line("a", 5000)], [], plots=plots), config())
    assert rows[(rows["network"] == "gas") & (rows["state"] == "existing")]["near"].tolist() == ["no", "unknown"]


@pytest.mark.parametrize(
    ("state", "existing", "planned"),
    [
        ("existing", "yes", "no"),
        ("building", "no", "yes"),
        ("planned", "no", "yes"),
        ("cancelled", "no", "no"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_each_state_of_a_line_counts_where_it_should(state: str, existing: str, planned: str) -> None:
    tables = region([line("a", 500, state=state)], [])
    rows = [answer(tables), answer(tables, state="planned")]
    assert [row["near"] for row in rows] == [existing, planned]
    assert [row["line_id"] == "a" for row in rows] == [existing == "yes", planned == "yes"]


@pytest.mark.parametrize(
    ("network", "columns", "expected"),
    [
        ("gas", {"class": "trunk"}, "no"),
        ("gas", {"class": "trunk", "connectable": "yes"}, "yes"),
        ("gas", {"class": "distribution", "connectable": "no"}, "no"),
        ("gas", {"class": "distribution", "connectable": "unknown"}, "unknown"),
        ("power", {"class": "overhead", "voltage_kv": 110.0}, "yes"),
        ("power", {"class": "overhead", "voltage_kv": 220.0}, "no"),
        ("power", {"class": "overhead"}, "unknown"),
        ("water", {"class": "main"}, "yes"),
    ],
)
def test_only_connectable_lines_are_near(network: str, columns: dict[str, Any], expected: str) -> None:
    tables = region([line("a", 500, **columns)], [], network=network)
    row = answer(tables, network=network)
    assert row["near"] == expected
    assert (row["line_id"], row["line_connectable"]) == ("a", expected)


def test_a_transit_line_beside_a_farther_connectable_one() -> None:
    row = answer(region([line("t", 50, **{"class": "trunk"}), line("d", 900)], []))
    assert (row["line_id"], row["line_connectable"], row["near"]) == ("t", "no", "yes")


def test_layers_of_one_role_are_judged_each_by_its_own_source() -> None:
    tables = region([line("rough", 100, layer="coarse"), line("sure", 5000, layer="gas")], [])
    gas = tables.gas.assign(layer=["coarse", "gas"])
    coarse = Provenance(precision="approximate", accuracy_m=500.0, coverage="region")
    sources = {**tables.sources, "coarse": LayerSource("coarse", "gas", "coarse", coarse, 1)}
    both = dataclasses.replace(tables, gas=gas, sources=sources)
    row = answer(both)
    assert (row["near"], row["near_reason"]) == ("unknown", "approximate")
    assert (row["line_id"], row["line_accuracy_m"]) == ("rough", 500.0)
    near = dataclasses.replace(both, gas=gas.assign(layer=["gas", "coarse"]))
    assert answer(near)["near"] == "yes"


# Capable


def supplied(need: float | None, *points: dict[str, Any], **columns: Any) -> Any:
    plots = make_plots(make_square(0, 0, 100), need_gas_m3h=[need])
    return answer(region(columns.pop("lines", []), list(points), plots=plots, **columns))


@pytest.mark.parametrize(
    ("need", "free", "expected", "reason"),
    [
        (100.0, 100.0, "yes", "enough"),
        (100.1, 100.0, "no", "short"),
        (None, 100.0, "unknown", "need_unknown"),
        (100.0, None, "unknown", "capacity_unknown"),
        (0.0, None, "yes", "no_need"),
    ],
)
def test_free_capacity_against_the_need(need: Any, free: Any, expected: str, reason: str) -> None:
    row = supplied(need, point("s", 500, capacity_free=free))
    assert (row["capable"], row["capable_reason"], row["capable_point_id"]) == (expected, reason, "s")


def test_nothing_near_is_not_capable() -> None:
    row = supplied(10.0, point("s", 5000, capacity_free=100.0))
    assert (row["near"], row["capable"], row["capable_reason"]) == ("no", "no", "not_near")
    assert pd.isna(row["capable_point_id"])


def test_the_best_point_within_reach_decides_not_the_nearest() -> None:
    row = supplied(50.0, point("small", 100, capacity_free=10.0), point("large", 900, capacity_free=80.0))
    assert (row["point_id"], row["capable_point_id"], row["capable"]) == ("small", "large", "yes")
    assert row["capacity_free"] == 80.0


def test_a_point_that_may_be_too_far_gives_no_firm_yes() -> None:
    assert supplied(50.0, point("s", 2000.5, capacity_free=80.0))["capable"] == "unknown"


def test_a_line_with_known_capacity_may_serve_and_one_without_is_unknown() -> None:
    with_capacity = supplied(50.0, lines=[line("a", 500, capacity_free=80.0)])
    assert (with_capacity["capable"], with_capacity["capacity_free"]) == ("yes", 80.0)
    silent = supplied(50.0, lines=[line("a", 500)])
    assert (silent["capable"], silent["capable_reason"]) == ("unknown", "capacity_unknown")


def test_capacity_is_shared_and_never_summed() -> None:
    plots = make_plots(make_square(0, 0, 100), make_square(0, 200, 100), need_gas_m3h=[60.0, 60.0])
    rows = find_networks(plots, region([], [point("s", 500, capacity_free=100.0)], plots=plots), config())
    gas = rows[(rows["network"] == "gas") & (rows["state"] == "existing")]
    assert gas["capable"].tolist() == ["yes", "yes"]
    assert gas["shared_by"].tolist() == [2, 2]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("ПС 110/10", "yes"), ("ПС 500/220", "no"), ("ПС 220", "unknown"), (None, "yes"), ("220/35/10", "yes")],
)
def test_a_substation_without_a_lower_side_serves_no_plot(kind: Any, expected: str) -> None:
    station = {**point("s", 500, capacity_free=1e6), "network": "power", "class": kind}
    plots = make_plots(make_square(0, 0, 100), need_power_kw=[50.0])
    row = answer(region([], [station], network="power", plots=plots), network="power")
    assert (row["near"], row["capable"]) == (expected, expected)


def test_points_of_other_networks_do_not_serve() -> None:
    other = {**point("s", 100, capacity_free=1e6), "network": "water"}
    assert supplied(1.0, other)["near"] == "no"


def test_the_links_join_the_plot_with_what_was_found() -> None:
    row = supplied(1.0, point("s", 500, capacity_free=5.0), lines=[line("a", 300)])
    assert row["line_plot_x"] == EASTING + 100
    assert row["line_x"] == pytest.approx(EASTING + 100 + 300 * SCALE)
    assert (row["point_y"], row["point_plot_y"]) == (NORTHING + 50, NORTHING + 50)


def test_lines_of_two_networks_may_have_the_same_ids() -> None:
    gas = region([line("a", 50), line("b", 900)], [])
    tables = dataclasses.replace(gas, power=make_table("power", [line("b", 70), line("c", 500)]))
    rows = find_networks(tables.plots, tables, config())
    existing = rows[rows["state"] == "existing"].set_index("network")["line_id"]
    assert existing[["gas", "power"]].tolist() == ["a", "b"]
    assert pd.isna(existing["water"])
    assert rows["line_id"].cat.categories.tolist() == ["a", "b", "c"]


def test_a_row_takes_few_bytes() -> None:
    plots = make_plots(*[make_square(200 * place, 0, 100) for place in range(50)])
    tables = region([line("a", 50)], [point("s", 50)], plots=plots)
    rows = find_networks(plots, tables, config())
    texts = rows.select_dtypes(["object", "str"]).columns.tolist()
    assert texts == []
    assert rows.memory_usage(index=False).sum() / len(rows) < 150


def test_numbers_that_no_row_has_take_no_memory_and_cannot_be_overwritten() -> None:
    rows = find_networks(region().plots, region([line("a", 50)]), config())
    ends = rows["point_plot_x"].to_numpy()
    assert (np.isnan(ends).all(), ends.flags.writeable) == (True, False)
    assert rows["line_plot_x"].notna().any()
    assert rows.query("network == 'gas'")["point_plot_x"].isna().all()
