"""What is recalled by zone equals what is worked out anew: every table of the analysis, whatever was edited."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity
from builders import make_square, make_table

from geozones import cache, fingerprints, pipeline
from geozones.analysis import Analysis, analyse_region
from geozones.cache import ZoneResults
from geozones.config import Config, LayerSpec, Provenance, RegionConfig, load_config
from geozones.coverage import join_areas
from geozones.fingerprints import hash_rows
from geozones.lifecycle import plot_states
from geozones.proximity import lay_out_networks, search_networks
from geozones.rules import load_rules
from geozones.tables import LayerSource, RegionTables

DAY = dt.date(2025, 2, 10)
RULES = load_rules()
CONFIG = Config(
    region=RegionConfig(name={"en": "Tiny"}, bounds=(65.0, 40.0, 72.0, 46.0)),
    layers={"zones": LayerSpec(key="zones", role="zones", source="zones.geojson")},
)


@dataclass(frozen=True)
class Case:
    """What an analysis is made from."""

    tables: RegionTables
    allocations: Any
    config: Config
    day: dt.date = DAY

    @property
    def plots(self) -> Any:
        return self.tables.plots

    def with_plots(self, plots: Any) -> Case:
        return replace(self, tables=replace(self.tables, plots=plots.reset_index(drop=True)))

    def with_values(self, role: str, column: str, values: Any) -> Case:
        table = self.tables.of(role).copy()
        table[column] = pd.Series(values, index=table.index).astype(table[column].dtype)
        return replace(self, tables=replace(self.tables, **{role: table}))

    def with_shapes(self, role: str, shapes: Any) -> Case:
        table = self.tables.of(role)
        return replace(self, tables=replace(self.tables, **{role: table.set_geometry(shapes, crs=table.crs)}))


@pytest.fixture(scope="module")
def case(_made_region: Path) -> Case:
    """Give the demonstration, each of its two zones cut into two."""
    config = load_config(_made_region / "layers" / "geozones.toml", environ={})
    region = pipeline.check_region(config)
    zones, plots = region.tables.zones, region.tables.plots
    halves = pd.concat([zones, zones.assign(zone_id=zones["zone_id"] + "/2")], ignore_index=True)
    is_second = np.arange(len(plots)) % 3 == 0
    zone_id = plots["zone_id"].where(~is_second, plots["zone_id"] + "/2")
    tables = replace(region.tables, zones=halves, plots=plots.assign(zone_id=zone_id))
    return Case(tables, region.allocations, config)


def analyse(case: Case, results: ZoneResults | None = None) -> Analysis:
    states = plot_states(case.plots, case.allocations, as_of=case.day)
    options: dict[str, Any] = {} if results is None else {"zonewise": results}
    return analyse_region(case.tables, states, RULES, case.config, as_of=case.day, **options)


def analyse_again(case: Case, store: cache.Store) -> tuple[Analysis, dict[str, tuple[int, int]]]:
    surroundings = cache.hash_surroundings(case.tables, case.config, [case.day.isoformat()])
    with ZoneResults(store, surroundings, working=case.plots.crs) as results:
        found = analyse(case, results)
        results.finish()
    return found, results.recalled


def require_equal(ours: Any, theirs: Any) -> None:
    assert type(ours) is type(theirs)
    for field in fields(ours):
        one, other = getattr(ours, field.name), getattr(theirs, field.name)
        if field.name == "findings":
            require_equal(one, other)
        elif isinstance(one, pd.DataFrame):
            require_equal_tables(one, other, field.name)
        elif isinstance(one, pd.Series):
            pd.testing.assert_series_equal(one, other, check_exact=True)
        elif isinstance(one, np.ndarray):
            assert shapely.to_wkb(one).tolist() == shapely.to_wkb(other).tolist()
        else:
            assert one == other


def require_equal_tables(one: Any, other: Any, name: str) -> None:
    assert type(one) is type(other)
    assert list(one.columns) == list(other.columns)
    shapes = [column for column in one if one[column].dtype == "geometry"]
    for column in shapes:
        assert one[column].crs == other[column].crs
        assert one[column].to_wkb().tolist() == other[column].to_wkb().tolist(), name
    plain = (pd.DataFrame(table.drop(columns=shapes)) for table in (one, other))
    pd.testing.assert_frame_equal(*plain, check_exact=True, obj=name)
    for column in one:
        if isinstance(one[column].dtype, pd.CategoricalDtype):
            assert one[column].cat.categories.tolist() == other[column].cat.categories.tolist()


# ---- edits ----


def move_a_plot(case: Case, dice: random.Random) -> Case:
    shapes = np.array(case.plots.geometry.array, dtype=object)
    place = dice.randrange(len(shapes))
    shapes[place] = shapely.affinity.translate(shapes[place], dice.choice([-7.0, 40.0]), 3.0)
    return case.with_shapes("plots", shapes)


def change_a_need(case: Case, dice: random.Random) -> Case:
    needs = case.plots["need_power_kw"].to_numpy(dtype=float, copy=True)
    needs[dice.randrange(len(needs))] = dice.choice([0.0, 5.0, 90_000.0, np.nan])
    return case.with_values("plots", "need_power_kw", needs)


def lose_a_plot(case: Case, dice: random.Random) -> Case:
    return case.with_plots(case.plots.drop(index=dice.randrange(len(case.plots))))


def add_a_plot(case: Case, dice: random.Random) -> Case:
    one = case.plots.iloc[[dice.randrange(len(case.plots))]]
    one = one.assign(plot_id=f"new{dice.randrange(10**9)}", geometry=one.geometry.translate(25.0, 5.0))
    return case.with_plots(pd.concat([case.plots, one]))


def end_a_plot(case: Case, dice: random.Random) -> Case:
    ends = case.plots["valid_to"].copy()
    ends.iloc[dice.randrange(len(ends))] = pd.Timestamp("2024-12-31")
    return case.with_values("plots", "valid_to", ends)


def shuffle_plots(case: Case, dice: random.Random) -> Case:
    return case.with_plots(case.plots.iloc[dice.sample(range(len(case.plots)), len(case.plots))])


def sort_plots(case: Case, dice: random.Random) -> Case:
    return case.with_plots(case.plots.sort_values("zone_id", kind="stable"))


def give_a_plot_to_another_zone(case: Case, dice: random.Random) -> Case:
    zones = case.plots["zone_id"].tolist()
    zones[dice.randrange(len(zones))] = dice.choice(case.tables.zones["zone_id"].tolist())
    return case.with_values("plots", "zone_id", zones)


def move_a_line(case: Case, dice: random.Random) -> Case:
    role = dice.choice(["gas", "power", "water"])
    shapes = np.array(case.tables.of(role).geometry.array, dtype=object)
    place = dice.randrange(len(shapes))
    shapes[place] = shapely.affinity.translate(shapes[place], 900.0, -500.0)
    return case.with_shapes(role, shapes)


def plan_a_line(case: Case, dice: random.Random) -> Case:
    role = dice.choice(["gas", "power", "water"])
    states = case.tables.of(role)["state"].tolist()
    states[dice.randrange(len(states))] = dice.choice(["planned", "existing"])
    return case.with_values(role, "state", states)


def change_a_capacity(case: Case, dice: random.Random) -> Case:
    free = case.tables.of("connection_points")["capacity_free"].to_numpy(dtype=float, copy=True)
    free[dice.randrange(len(free))] = dice.choice([0.0, 10.0, 1e6, np.nan])
    return case.with_values("connection_points", "capacity_free", free)


def change_how_near_is_near(case: Case, dice: random.Random) -> Case:
    near_m: Any = {"gas": float(dice.randrange(300, 9000)), "power": 3000.0, "water": 2000.0}
    proximity = case.config.proximity.model_copy(update={"near_m": near_m})
    return replace(case, config=case.config.model_copy(update={"proximity": proximity}))


def go_to_another_day(case: Case, dice: random.Random) -> Case:
    return replace(case, day=DAY + dt.timedelta(days=dice.randrange(900)))


Edit = Callable[[Case, random.Random], Case]
OF_PLOTS: list[Edit] = [
    move_a_plot, change_a_need, lose_a_plot, add_a_plot, end_a_plot, shuffle_plots, sort_plots,
    give_a_plot_to_another_zone,
]  # fmt: skip
OF_SURROUNDINGS: list[Edit] = [
    move_a_line, plan_a_line, change_a_capacity, change_how_near_is_near, go_to_another_day,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_after_any_edits_what_is_recalled_equals_what_is_worked_out(case: Case, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    store = cache.Store(tmp_path)
    analyse_again(case, store)
    kinds = set()
    edits = [*dice.sample(OF_PLOTS, 5), *dice.sample(OF_SURROUNDINGS, 1), *dice.sample(OF_PLOTS, 2)]
    for edit in edits:
        case = edit(case, dice)
        found, recalled = analyse_again(case, store)
        require_equal(found, analyse(case))
        kinds |= {kind for kind, (some, of_all) in recalled.items() if 0 < some < of_all}
    assert kinds >= {"findings", "usable", "networks", "areas", "undivided"}


@pytest.mark.parametrize("edit", OF_SURROUNDINGS, ids=lambda edit: edit.__name__)
def test_other_surroundings_recall_nothing(case: Case, tmp_path: Path, edit: Edit) -> None:
    store = cache.Store(tmp_path)
    analyse_again(case, store)
    edited = edit(case, random.Random(1))
    found, recalled = analyse_again(edited, store)
    assert {some for some, _ in recalled.values()} == {0}
    require_equal(found, analyse(edited))


@pytest.mark.parametrize("edit", OF_PLOTS[:4], ids=lambda edit: edit.__name__)
def test_one_plot_leaves_the_other_zones_recalled(case: Case, tmp_path: Path, edit: Edit) -> None:
    store = cache.Store(tmp_path)
    analyse_again(case, store)
    _, recalled = analyse_again(edit(case, random.Random(2)), store)
    assert {recalled[kind] for kind in ("findings", "usable", "networks", "areas", "undivided")} == {(3, 4)}


def test_nothing_is_worked_out_where_nothing_changed(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = cache.Store(tmp_path)
    first, _ = analyse_again(case, store)
    monkeypatch.setattr(cache.zones, "pack_parts", lambda *told, **options: pytest.fail("packed again"))
    again, recalled = analyse_again(case, store)
    assert {(some, of_all) for some, of_all in recalled.values()} == {(4, 4)}
    require_equal(again, first)


def test_a_damaged_entry_is_worked_out_again(case: Case, tmp_path: Path) -> None:
    store = cache.Store(tmp_path)
    first, _ = analyse_again(case, store)
    for entry in sorted((tmp_path / "zones").iterdir())[::2]:
        path = next(entry.glob("*.arrows"))
        path.write_bytes(path.read_bytes()[:-9] + b"damaged!!")
    again, recalled = analyse_again(case, store)
    assert sum(some for some, _ in recalled.values()) < sum(of_all for _, of_all in recalled.values())
    require_equal(again, first)


# ---- what plots of several zones share ----


def test_those_who_share_a_point_are_counted_over_recalled_zones_too(tmp_path: Path) -> None:
    rows = [
        {"plot_id": name, "zone_id": name[0], "need_power_kw": 10.0, "geometry": make_square(left, 0, 100)}
        for name, left in (("a1", 0), ("a2", 100), ("b1", 200), ("c1", 400))
    ]
    point = {"point_id": "s", "network": "power", "state": "existing", "capacity_free": 50.0}
    points = make_table("connection_points", [{**point, "geometry": make_square(150, 0, 1).centroid}])
    exact = Provenance(precision="exact", accuracy_m=0.0, coverage="region")
    sources = {"points": LayerSource("points", "connection_points", "points", exact, 1)}
    for count, zones, recalled in ((4, 3, 0), (3, 2, 2), (2, 1, 1)):
        plots = make_table("plots", rows[:count])
        tables = RegionTables(
            zones=plots, plots=plots, connection_points=points, sources=sources,
            coverage=join_areas(sources.values()),
        )  # fmt: skip
        with ZoneResults(cache.Store(tmp_path), "same", working=plots.crs) as results:
            found = results("networks", plots, partial(search_networks, tables=tables, config=CONFIG))
            results.finish()
        networks = lay_out_networks(plots, found, tables)
        served = networks[(networks["network"] == "power") & (networks["state"] == "existing")]
        assert served["shared_by"].tolist() == [count] * count
        assert results.recalled["networks"] == (recalled, zones)


def test_shapes_hashed_in_parts_have_the_hashes_that_each_has_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = [*(make_square(20 * n, 0, 5) for n in range(9)), None, shapely.Point(1, 2, 3)]
    table = gpd.GeoDataFrame(geometry=shapes)
    alone = [int(hash_rows(table.iloc[[row]])[0]) for row in range(len(table))]
    monkeypatch.setattr(fingerprints, "_SHAPES_AT_ONCE", 4)
    assert hash_rows(table).tolist() == alone
