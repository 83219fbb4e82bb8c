"""Figures: parts sum to the whole, unknown is not zero, planned and ended things do not count."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity
from builders import EASTING, NORTHING, make_square, make_table
from hypothesis import given, settings
from hypothesis import strategies as st

from geozones.figures import find_undivided, is_valid_on, region_figures, undivided, zone_figures
from geozones.lifecycle import plot_states
from geozones.tables import ALLOCATIONS

AS_OF = dt.date(2025, 2, 10)
ZONES = make_table(
    "zones",
    [
        {
            "zone_id": "z1", "name_ru": "А", "kind": "regional", "status": "active", "area_ha": 100.0,
            "decision_date": "2024-06-01", "register_date": "2024-07-01", "geometry": make_square(0, 0, 1000),
        },
        {
            "zone_id": "z2", "name_ru": "Б", "kind": "private", "status": "active", "area_ha": 4.0,
            "decision_date": "2020-06-01", "geometry": make_square(2000, 0, 200),
        },
        {
            "zone_id": "z3", "name_ru": "В", "kind": "regional", "status": "planned", "area_ha": 9.0,
            "geometry": make_square(4000, 0, 300),
        },
    ],
)  # fmt: skip

PLOTS = make_table(
    "plots",
    [
        {"plot_id": "p1", "zone_id": "z1", "area_ha": 16.0, "geometry": make_square(0, 0, 400)},
        {"plot_id": "p2", "zone_id": "z1", "area_ha": 16.0, "geometry": make_square(400, 0, 400)},
        {"plot_id": "p3", "zone_id": "z1", "area_ha": 4.0, "geometry": make_square(800, 0, 200)},
        {"plot_id": "p4", "zone_id": "z1", "area_ha": 9.0, "valid_to": "2025-02-10",
         "geometry": make_square(0, 0, 300)},
        {"plot_id": "p5", "zone_id": "z2", "area_ha": 4.0, "geometry": make_square(2000, 0, 200)},
    ],
)  # fmt: skip

ALLOCATED = pd.DataFrame(
    [
        {"plot_id": "p1", "participant": "A", "contract_date": "2024-08-01", "start_due": "2024-12-01",
         "project": "Brick", "investment_kzt": 5e9},
        {"plot_id": "p2", "participant": "A", "contract_date": "2024-08-01", "start_due": "2024-12-01",
         "started_on": "2024-11-01", "project": "Brick"},
    ],
    columns=list(ALLOCATIONS.column_names),
)  # fmt: skip


@pytest.fixture
def figures() -> pd.DataFrame:
    states = plot_states(PLOTS, ALLOCATED, as_of=AS_OF)
    return zone_figures(ZONES, PLOTS, states, as_of=AS_OF, undivided_min_width_m=60)


def test_an_ended_plot_is_not_valid_on_the_day_of_its_end() -> None:
    assert is_valid_on(PLOTS, as_of=AS_OF).tolist() == [True, True, True, False, True]
    assert is_valid_on(PLOTS, as_of=dt.date(2025, 2, 9)).all()


def test_hectares_by_state_sum_to_the_zone(figures: pd.DataFrame) -> None:
    zone = figures.loc["z1"]
    assert (zone["plots"], zone["plots_allocated"], zone["plots_free"]) == (3, 2, 1)
    assert (zone["allocated_ha"], zone["free_ha"], zone["largest_free_ha"]) == (32.0, 4.0, 4.0)
    assert zone["not_divided_ha"] == pytest.approx(64.0)
    parts = zone[["free_ha", "reserved_ha", "allocated_ha", "releasing_ha", "operating_ha"]].sum()
    assert parts + zone["not_divided_ha"] + zone["streets_ha"] == pytest.approx(zone["area_ha"])


def test_a_project_on_two_plots_is_one_project(figures: pd.DataFrame) -> None:
    assert figures.loc["z1", "projects"] == 1
    assert figures.loc["z1", "investment_kzt"] == 5e9


def test_a_due_start_without_a_start_counts_once(figures: pd.DataFrame) -> None:
    assert (figures.loc["z1", "start_passed"], figures.loc["z1", "start_passed_ha"]) == (1, 16.0)


def test_the_region_counts_registered_zones_only(figures: pd.DataFrame) -> None:
    summary = region_figures(ZONES, figures, as_of=AS_OF)
    assert (summary["zones"], summary["zones_regional"], summary["zones_private"]) == (2, 1, 1)
    assert (summary["area_regional_ha"], summary["area_private_ha"]) == (100.0, 4.0)
    assert (summary["zones_new"], summary["plots"], summary["projects"]) == (1, 4, 1)
    assert summary["investment_kzt"] == 5_000_000_000


def test_what_nobody_recorded_is_left_out_and_not_zero(figures: pd.DataFrame) -> None:
    summary = region_figures(ZONES, figures, as_of=AS_OF)
    assert "invested_kzt" not in summary
    assert "jobs_actual" not in summary


def test_a_strip_narrower_than_the_width_is_a_street() -> None:
    plots = make_table(
        "plots",
        [
            {
                "plot_id": "a",
                "zone_id": "z1",
                "geometry": make_square(0, 0, 1000).intersection(make_square(-520, 0, 1000)),
            },
            {
                "plot_id": "b",
                "zone_id": "z1",
                "geometry": make_square(520, 0, 1000).intersection(make_square(0, 0, 1000)),
            },
        ],
    )
    assert find_undivided(ZONES.iloc[:1], plots, min_width_m=60)[0].is_empty
    assert find_undivided(ZONES.iloc[:1], plots, min_width_m=30)[0].area == pytest.approx(40_000)


def opened_in_one(zone: shapely.Geometry, plots: list[shapely.Geometry], width_m: float) -> shapely.Geometry:
    """Open what all plots leave of a zone, whatever lies where."""
    rest = shapely.difference(zone, shapely.union_all(plots))
    core = shapely.buffer(rest, -width_m / 2, join_style="mitre")
    grown = shapely.make_valid(shapely.buffer(core, width_m / 2, join_style="mitre"), method="structure")
    return shapely.intersection(grown, rest)


def find_in(zone: shapely.Geometry, plots: list[shapely.Geometry], width_m: float) -> shapely.Geometry:
    zones = make_table("zones", [{"zone_id": "z", "geometry": zone}])
    rows = [{"plot_id": str(place), "zone_id": "z", "geometry": plot} for place, plot in enumerate(plots)]
    return find_undivided(zones, make_table("plots", rows), min_width_m=width_m)[0]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    street_m=st.sampled_from([0.0, 2.0, 12.0, 35.0, 55.0, 61.0, 90.0]),
    size_m=st.sampled_from([25.0, 60.0, 140.0]),
    width_m=st.sampled_from([15.0, 60.0]),
)
def test_it_is_the_opening_of_all_that_the_plots_leave(
    seed: int, street_m: float, size_m: float, width_m: float
) -> None:
    """Plots in rows that touch or stand apart, some gone, some turned, overlapping or across the edge."""
    dice = np.random.default_rng(seed)
    step = size_m + street_m
    corners = [(x * step, y * step) for x in range(dice.integers(1, 9)) for y in range(dice.integers(1, 9))]
    plots = [make_square(*corner, size_m) for corner in corners if dice.random() < 0.8]
    wild = [make_square(*dice.uniform(-100, 600, 2), size_m) for _ in range(dice.integers(0, 3))]
    turned = [shapely.affinity.rotate(plot, dice.uniform(0, 90)) for plot in wild]
    around = np.linspace(0, 2 * np.pi, 9, endpoint=False) + dice.uniform(0, 0.6, 9)
    corners_m = dice.uniform(150, 900, 9)[:, None] * np.column_stack([np.cos(around), np.sin(around)])
    zone = shapely.Polygon(corners_m + np.array([EASTING + 300, NORTHING + 300]))
    expected = opened_in_one(zone, plots + turned, width_m)
    found = find_in(zone, plots + turned, width_m)
    assert shapely.area(shapely.symmetric_difference(found, expected)) < 1.0 + 1e-4 * expected.area


def test_a_zone_without_plots_is_undivided_where_it_is_wide() -> None:
    zone = shapely.union(make_square(0, 0, 1000), make_square(990, 0, 50))
    assert find_in(zone, [], 60).area == pytest.approx(1_000_000)
    assert find_in(shapely.Polygon(), [], 60).is_empty


def test_land_around_a_zone_and_holes_in_it_are_not_its_own() -> None:
    zone = make_square(0, 0, 500).difference(make_square(200, 200, 100))
    plots = [make_square(-400, 0, 390), make_square(0, 0, 200)]
    assert find_in(zone, plots, 60).area == pytest.approx(opened_in_one(zone, plots, 60).area)


def test_a_zone_too_large_for_small_cells_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    plots = [make_square(x, y, 90) for x in range(0, 1000, 100) for y in range(0, 1000, 100)]
    expected = find_in(make_square(0, 0, 1200), plots, 60)
    monkeypatch.setattr(undivided, "MOST_CELLS", 100)
    assert find_in(make_square(0, 0, 1200), plots, 60).equals_exact(expected, 1e-6, normalize=True)


def test_figures_take_what_was_found_before(figures: pd.DataFrame) -> None:
    states = plot_states(PLOTS, ALLOCATED, as_of=AS_OF)
    shapes = np.array([make_square(0, 0, 100), shapely.Polygon(), shapely.Polygon()])
    given = zone_figures(ZONES, PLOTS, states, as_of=AS_OF, undivided_min_width_m=60, undivided=shapes)
    assert given["not_divided_ha"].tolist() == pytest.approx([1.0, 0.0, 0.0], rel=1e-3)
    assert given["plots"].tolist() == figures["plots"].tolist()


def test_documents_larger_than_the_zone_leave_streets_unknown() -> None:
    plots = make_table(
        "plots", [{"plot_id": "a", "zone_id": "z2", "area_ha": 7.0, "geometry": make_square(2000, 0, 200)}]
    )
    zone = zone_figures(
        ZONES, plots, plot_states(plots, None, as_of=AS_OF), as_of=AS_OF, undivided_min_width_m=60
    ).loc["z2"]
    assert pd.isna(zone["streets_ha"])
