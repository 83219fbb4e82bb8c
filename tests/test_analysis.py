"""The analysis of a region: the rules reach the tables, the files and the answers of every network."""

from __future__ import annotations

import csv
import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import make_line, make_square, make_table

from geozones.analysis import Analysis, analyse_region, join_allowed
from geozones.config import Config, LayerSpec, Provenance, RegionConfig
from geozones.coverage import find_trust, join_areas
from geozones.lifecycle import plot_states
from geozones.restrictions.allowed import ALLOWED_COLUMNS, list_allowed
from geozones.rules import load_rules
from geozones.tables import ALLOCATIONS, DERIVED, LayerSource, RegionTables, schema_of

AS_OF = dt.date(2025, 2, 10)
EXACT = Provenance(precision="exact", accuracy_m=0.0, coverage="region")
ROUGH = Provenance(precision="approximate", accuracy_m=500.0, coverage="area.geojson")


def make_config() -> Config:
    layers = {"zones": LayerSpec(key="zones", role="zones", source="zones.geojson")}
    return Config(region=RegionConfig(name={"en": "Region"}, bounds=(65.5, 40.3, 71.5, 46.2)), layers=layers)


def make_region() -> RegionTables:
    """Two plots of 100 m beside each other; a trunk gas line runs along the western edge of the first."""
    zones = make_table("zones", [
        {"zone_id": "z", "name_ru": "З", "kind": "regional", "status": "active",
         "geometry": make_square(0, 0, 1000)},
    ])  # fmt: skip
    plots = make_table("plots", [
        {"plot_id": name, "zone_id": "z", "need_gas_m3h": 10.0, "geometry": make_square(left, 0, 100)}
        for name, left in (("a", 0), ("b", 400))
    ])  # fmt: skip
    gas = make_table("gas", [
        {"line_id": "g", "class": "trunk", "state": "existing", "geometry": make_line((0, -9000), (0, 9000))},
    ])  # fmt: skip
    districts = make_table("districts", [
        {"district_code": "1", "name_ru": "Р", "kind": "district",
         "geometry": make_square(-50_000, -50_000, 100_000)},
    ])  # fmt: skip
    tables = {"zones": zones, "plots": plots, "gas": gas, "districts": districts,
              "connection_points": make_table("connection_points", [])}  # fmt: skip
    sources = {role: LayerSource(role, role, role, EXACT, len(table)) for role, table in tables.items()}
    return RegionTables(**tables, sources=sources)


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    tables = make_region()
    states = plot_states(tables.plots, make_table(ALLOCATIONS, []), as_of=AS_OF)
    return analyse_region(tables, states, load_rules(), make_config(), as_of=AS_OF)


def test_a_strip_over_half_of_a_plot_forbids_its_use(analysis: Analysis) -> None:
    gas = analysis.plot_networks[
        (analysis.plot_networks["network"] == "gas") & (analysis.plot_networks["state"] == "existing")
    ]
    assert gas.set_index("plot_id")["allowed"].to_dict() == {"a": "no", "b": "yes"}
    assert analysis.usable["usable_m2"].tolist() == pytest.approx([5000, 10_000], rel=2e-3)


def test_networks_of_an_absent_layer_are_unknown_in_every_answer(analysis: Analysis) -> None:
    for networks in (analysis.plot_networks, analysis.zone_networks):
        water = networks[networks["network"] == "water"]
        assert set(water["near"]) == set(water["capable"]) == set(water["allowed"]) == {"unknown"}


@pytest.mark.parametrize("name", ["findings", "provision", "cut_pieces", "plot_networks", "zone_networks"])
def test_derived_tables_keep_their_contracts(analysis: Analysis, name: str) -> None:
    contract = DERIVED[name]
    table = analysis.findings.table() if name == "findings" else getattr(analysis, name)
    assert set(contract.column_names) <= set(table.columns)
    for column in contract.columns:
        if column.allowed:
            assert table[column.name].isin(column.allowed).all()
    if name == "findings":
        schema_of(contract).validate(table, lazy=True)


def test_every_plot_and_zone_has_findings_and_a_row_of_provision(analysis: Analysis) -> None:
    subjects = analysis.findings.table().groupby("subject")["subject_id"].unique()
    assert (sorted(subjects["plot"]), sorted(subjects["zone"])) == (["a", "b"], ["z"])
    assert analysis.provision[["zone_id", "network"]].to_numpy().tolist() == [
        ["z", "gas"], ["z", "power"], ["z", "water"],
    ]  # fmt: skip


def test_answers_are_joined_by_name_not_by_place() -> None:
    networks = pd.DataFrame({"plot_id": ["b", "a", "c"], "network": "gas", "state": "existing"}, index=[7, 5, 3])
    unknown, no_and_yes = np.array([1, 1], dtype=np.int8), np.array([0, 2], dtype=np.int8)
    answers = {**dict.fromkeys(ALLOWED_COLUMNS, unknown), ("gas", "existing"): no_and_yes}
    joined = join_allowed(networks, list_allowed(answers, pd.Series(["a", "b"], dtype="str")))
    assert joined["allowed"].tolist() == ["yes", "no", "unknown"]
    assert joined.index.tolist() == [7, 5, 3]


def test_each_network_and_state_is_joined_to_its_own_answer() -> None:
    sides = list(ALLOWED_COLUMNS)
    networks = pd.DataFrame([("p", *side) for side in sides], columns=["plot_id", "network", "state"])
    answers = {side: np.array([place % 3], dtype=np.int8) for place, side in enumerate(sides)}
    joined = join_allowed(networks.iloc[::-1], list_allowed(answers, pd.Series(["p"], dtype="str")))
    assert joined["allowed"].tolist()[::-1] == ["no", "unknown", "yes"] * 2


def trust_of(*sources: LayerSource, role: str = "gas") -> Any:
    tables = make_region()
    gas = pd.concat([tables.gas.assign(layer=source.key) for source in sources], ignore_index=True)
    named = {source.key: source for source in sources}
    tables = RegionTables(zones=tables.zones, plots=tables.plots, gas=gas, districts=tables.districts,
                          sources=named, coverage=join_areas(sources))  # fmt: skip
    return find_trust(role, gas, tables, make_config())


def test_rows_of_several_layers_keep_the_accuracy_of_their_own() -> None:
    exact = LayerSource("near", "gas", "near", EXACT, 1, covers=make_square(0, 0, 100))
    rough = LayerSource("far", "gas", "far", ROUGH, 1, covers=make_square(0, 0, 9000))
    trust = trust_of(exact, rough)
    assert (trust.is_firm.tolist(), trust.accuracy_m.tolist()) == ([True, False], [0.0, 500.0])
    squares = np.array([make_square(10, 10, 10), make_square(500, 0, 10)], dtype=object)
    assert trust.covered(squares).tolist() == [True, False]


def test_layers_of_one_role_cover_what_they_cover_together() -> None:
    layers = [
        LayerSource(key, "roads", key, EXACT, 1, covers=make_square(left, 0, 100))
        for key, left in (("west", 0), ("east", 100))
    ]
    silent = LayerSource("lakes", "lakes", "lakes", EXACT, 0)
    areas = join_areas([*layers, silent])
    assert areas["roads"].equals(make_square(0, 0, 100).union(make_square(100, 0, 100)))
    assert areas["lakes"] is None


def test_the_findings_of_the_demonstration_leave_the_run(demo_run) -> None:  # type: ignore[no-untyped-def]
    with (demo_run.run / "data" / "findings.csv").open(encoding="utf-8-sig") as file:
        findings = list(csv.DictReader(file, delimiter=";"))
    with (demo_run.run / "data" / "plots.csv").open(encoding="utf-8-sig") as file:
        plots = list(csv.DictReader(file, delimiter=";"))
    assert {row["subject_id"] for row in findings if row["subject"] == "plot"} == {row["plot_id"] for row in plots}
    assert all(row["usable_ha"] and row["class_III"] in ("yes", "no", "unknown") for row in plots)
    with (demo_run.run / "data" / "plot_networks.csv").open(encoding="utf-8-sig") as file:
        assert {row["allowed"] for row in csv.DictReader(file, delimiter=";")} == {"yes", "unknown"}
