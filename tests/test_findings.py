"""Findings that plots share: stated once, they say of every plot what asking about it alone says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import make_line, make_square, make_table
from hypothesis import given, settings
from hypothesis import strategies as st
from report_content import make_content

from geozones.analysis import analyse_region
from geozones.changes import RunRecord, compare_runs, make_record
from geozones.config import Config, LayerSpec, Provenance, RegionConfig
from geozones.fingerprints import hash_rows
from geozones.lifecycle import plot_states
from geozones.reports import data_folder, write_data
from geozones.restrictions import apply_rules, find_findings, region
from geozones.rules import load_rules
from geozones.tables import Findings, LayerSource, RegionTables

DAY = dt.date(2026, 11, 23)
EXACT = Provenance(precision="exact", accuracy_m=0.0, coverage="region")
KEYS = ["subject_id", "rule_id"]


def make_config() -> Config:
    layers = {"zones": LayerSpec(role="zones", source="zones")}
    return Config(region=RegionConfig(name={"ru": "Область"}, bounds=(65, 40, 72, 47)), layers=layers)


def make_region(places: list[tuple[int, str, str | None]]) -> RegionTables:
    """Make plots of 100 m in a row (place, zone, hazard class), a power line of no voltage and a village."""
    plots = make_table("plots", [
        {"plot_id": f"P{number}", "zone_id": zone, "hazard_class": hazard,
         "geometry": make_square(120 * at, 0, 100)}
        for number, (at, zone, hazard) in enumerate(places)
    ])  # fmt: skip
    around = make_square(-5000, -5000, 20_000)
    zones = make_table("zones", [
        {"zone_id": name, "name_ru": name, "kind": "regional", "status": "active", "geometry": around}
        for name in ("A", "B", "C")
    ])  # fmt: skip
    power = make_table("power", [
        {"line_id": "l", "class": "overhead", "state": "existing", "geometry": make_line((0, -20), (500, -20))},
    ])  # fmt: skip
    settlements = make_table("settlements", [{"settlement_id": "s", "geometry": make_square(-900, 0, 100)}])
    districts = make_table("districts", [{"district_code": "1", "name_ru": "Р", "geometry": around}])
    tables = {"zones": zones, "plots": plots, "power": power, "settlements": settlements, "districts": districts}
    return RegionTables(**tables, sources={role: LayerSource(role, role, role, EXACT, 1) for role in tables})


def find(tables: RegionTables) -> Findings:
    states = plot_states(tables.plots, None, as_of=DAY)
    return apply_rules(tables, states, load_rules(), as_of=DAY, config=make_config()).findings


places = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from("ABC"), st.sampled_from([None, "I", "V"])),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=25)
@given(places=places, at_once=st.sampled_from([1, 3, 50_000]))
def test_every_plot_has_what_asking_about_it_alone_gives(places: Any, at_once: int) -> None:
    tables = make_region(places)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(region, "PLOTS_AT_ONCE", at_once)
        found = find(tables)
    for row in range(len(tables.plots)):
        alone, _, _ = find_findings(
            tables.plots.iloc[[row]], tables, rules=load_rules().on(DAY), config=make_config()
        )
        said = found.of_plots([row])
        pd.testing.assert_frame_equal(said[said["check"] != "sanitary.food"].reset_index(drop=True), alone)
    assert len(found) == len(found.table())
    assert (
        found.table()["subject_id"].head(len(found) - len(found.zones)).is_monotonic_increasing or len(places) > 9
    )


def test_plots_of_a_zone_that_are_alike_state_their_findings_once() -> None:
    found = find(make_region([(30, "A", None), (31, "A", None), (32, "A", "V"), (33, "B", None)]))
    assert found.likes["like"].tolist() == ["P0", "P0", "P2", "P3"]
    assert not found.shared["feature_id"].notna().any()
    assert set(found.shared["subject_id"]) == {"P0", "P2", "P3"}


def test_where_a_set_stands_does_not_depend_on_the_parts() -> None:
    tables = make_region([(at, "AB"[at % 2], None) for at in range(30, 40)])
    whole = find(tables)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(region, "PLOTS_AT_ONCE", 1)
        parts = find(tables)
    for name in ("own", "shared", "likes"):
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(parts, name))


def test_a_file_of_very_many_findings_loses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = make_region([(at, "A", None) for at in (0, 1, 30, 31)])
    found = find(tables)
    content = replace(make_content(language="en"), findings=found)
    write_data(tmp_path / "full", content)
    assert not (tmp_path / "full" / "findings_shared.csv").exists()
    monkeypatch.setattr(data_folder, "MOST_FINDINGS", 10)
    write_data(tmp_path / "short", content)
    full, short, likes = (
        pd.read_csv(tmp_path / name, dtype=str)
        for name in ("full/findings.csv", "short/findings.csv", "short/findings_shared.csv")
    )
    assert len(short) < len(full)
    assert "findings_shared.csv" in (tmp_path / "short" / "README.txt").read_text("utf-8-sig")
    is_shared = short["shared"] == "yes"
    assert not short.loc[is_shared, "feature_id"].notna().any()
    joined = likes[["plot_id", "like"]].merge(short[is_shared], left_on="like", right_on="subject_id")
    shared = joined.assign(subject_id=joined["plot_id"])[list(full.columns)]
    own = short.loc[~is_shared, list(full.columns)]
    again = pd.concat([own, shared]).sort_values(KEYS, ignore_index=True)
    pd.testing.assert_frame_equal(again, full.sort_values(KEYS, ignore_index=True))


def record_of(tables: RegionTables, *, ended: Sequence[int] = ()) -> RunRecord:
    config, states = make_config(), plot_states(tables.plots, None, as_of=DAY)
    analysis = analyse_region(tables, states, load_rules(), config, as_of=DAY)
    count = len(tables.plots)
    empty = pd.DataFrame(
        {name: pd.Series(dtype="object") for name in ("layer", "feature_key", "rule", "severity", "message")}
    )
    return make_record(
        tables, [], analysis, empty,
        is_valid=~pd.Series(range(count)).isin(ended), area_ha=pd.Series([1.0] * count),
        plot_rows=hash_rows(tables.plots), as_of=DAY, run_id="run",
    )  # fmt: skip


def test_the_networks_of_a_record_are_those_of_its_plots() -> None:
    record = record_of(make_region([(30, "A", None), (31, "A", None), (33, "B", None)]), ended=[1])
    assert record.plots["plot_id"].tolist() == ["P0", "P2"]
    assert set(record.networks_of(np.array([1]))["subject_id"]) == {"P2"}
    assert set(record.networks_of(np.array([0, 1]))["subject_id"]) == {"P0", "P2"}
    assert set(record.networks_of_zones()["subject_id"]) == {"A", "B", "C"}


def test_a_shared_answer_that_moves_is_told_of_every_plot() -> None:
    tables = make_region([(30, "A", None), (31, "A", None), (33, "B", None)])
    without = replace(tables, power=None)
    answers = compare_runs(record_of(without), record_of(tables)).tables["answers"]
    moved = answers[answers["what"] == "strip.power"]
    assert set(moved["subject_id"]) == {"P0", "P1", "P2", "A", "B", "C"}
    assert set(moved.loc[moved["subject"] == "plot", "from"]) == {"unknown"}
    assert set(moved.loc[moved["subject"] == "plot", "to"]) == {"pass"}
