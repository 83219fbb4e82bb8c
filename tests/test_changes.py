"""What changed from one run to another, counted by hand on a region of two zones."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from browser_fixtures import OpenOffline
from builders import make_square, make_table
from hypothesis import given, settings
from hypothesis import strategies as st
from region_fixtures import SmallRegion

from geozones import publish
from geozones.changes import RunRecord, compare_runs, pack_message, unpack_message
from geozones.cli.app import run
from geozones.errors import InputError, Message
from geozones.fingerprints import hash_rows, hash_table
from geozones.reports import read_record, write_record

PLOT = {
    "plot_id": "a-1", "zone_id": "a", "number": "1", "map_state": "free", "start_passed": False,
    "start_due": None, "participant": None, "area_ha": 1.0, "usable_ha": 1.0, "row_hash": 1,
    "like": "a-1",
}  # fmt: skip
ZONE = {"zone_id": "a", "name_ru": "А", "status": "active", "area_ha": 10.0, "row_hash": 1}
NETWORK = {
    "subject": "plot", "subject_id": "a-1", "network": "gas", "state": "existing", "line_id": "g1",
    "distance_m": 100.0, "point_id": None, "point_distance_m": np.nan, "near": "yes", "capable": "no",
    "allowed": "yes",
}  # fmt: skip
FINDING = {"subject": "plot", "subject_id": "a-1", "rule_id": "r", "answer": "warn", "feature_layer": "gas",
           "is_shared": False}  # fmt: skip
FEATURE = {"layer": "gas", "key": "g1", "row_hash": 1}
ISSUE = {"layer": "plots", "feature_key": "a-1", "rule": "x", "severity": "warning", "message": '"m"'}


def record_of(**changed: dict[str, Any]) -> RunRecord:
    """Make a record of one row a table, with other values where they are given."""
    rows = {
        "plots": PLOT,
        "zones": ZONE,
        "networks": NETWORK,
        "findings": FINDING,
        "features": FEATURE,
        "issues": ISSUE,
    }
    rows = {name: {**row, **changed.get(name, {})} for name, row in rows.items()}
    hashes = {f"{name}_hash": hash(str(rows[name])) % 2**63 for name in ("networks", "findings")}
    rows["plots"] = hashes | rows["plots"]
    tables = {name: pd.DataFrame([row]) for name, row in rows.items()}
    return RunRecord(**tables, as_of="2025-02-10", run_id="run")


def counts_of(before: RunRecord, after: RunRecord) -> dict[str, int]:
    return {kind: count for kind, count in compare_runs(before, after).counts.items() if count}


def test_the_same_record_has_no_changes() -> None:
    assert counts_of(record_of(), record_of()) == {}


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ({"plots": {"map_state": "allocated"}}, {}, {"freed"}),
        ({}, {"plots": {"map_state": "reserved"}}, {"taken"}),
        ({"plots": {"map_state": "reserved"}}, {"plots": {"map_state": "operating"}}, {"states"}),
        ({}, {"plots": {"start_passed": True}}, {"starts_passed"}),
        ({"plots": {"start_passed": True}}, {}, {"starts_cleared"}),
        ({}, {"plots": {"usable_ha": 0.9}}, {"usable"}),
        ({}, {"plots": {"usable_ha": 0.9999}}, set()),
        ({}, {"zones": {"status": "planned", "row_hash": 2}}, {"zones_changed"}),
        ({}, {"networks": {"distance_m": 100.02}}, {"distances"}),
        ({}, {"networks": {"distance_m": 100.005}}, set()),
        ({}, {"networks": {"distance_m": np.nan}}, {"distances"}),
        ({}, {"networks": {"near": "unknown"}}, {"answers"}),
        ({}, {"findings": {"answer": "block"}}, {"answers"}),
        ({}, {"issues": {"rule": "y"}}, {"issues_new", "issues_solved"}),
    ],
)
def test_each_kind_of_change_is_told(before: Any, after: Any, kinds: set[str]) -> None:
    assert set(counts_of(record_of(**before), record_of(**after))) == kinds


@pytest.mark.parametrize(
    ("after", "layer"),
    [
        ({"features": {"row_hash": 2}}, "gas"),
        ({"features": {"key": "g2"}, "networks": {"line_id": "g2"}}, "gas"),
        ({"plots": {"row_hash": 2}}, "plots"),
        ({}, "settings"),
    ],
)
def test_a_moved_answer_names_the_layer_that_moved_it(after: dict[str, Any], layer: str) -> None:
    networks = {**after.get("networks", {}), "near": "no", "distance_m": 3000.0}
    changes = compare_runs(record_of(), record_of(**{**after, "networks": networks}))
    assert changes.tables["answers"]["layer"].tolist() == [layer]
    assert changes.tables["distances"][["from_m", "to_m", "layer"]].to_numpy().tolist() == [[100.0, 3000.0, layer]]


def test_plots_and_zones_come_and_go() -> None:
    none = replace(record_of(), plots=record_of().plots.iloc[:0], zones=record_of().zones.iloc[:0])
    assert counts_of(none, record_of())["plots_new"] == 1
    assert counts_of(record_of(), none)["zones_gone"] == 1


def test_the_changes_of_a_plot_that_is_gone_are_not_told_twice() -> None:
    none = replace(record_of(), plots=record_of().plots.iloc[:0], findings=record_of().findings.iloc[:0])
    assert set(counts_of(record_of(), none)) == {"plots_gone"}


def test_a_record_read_back_is_the_same(tmp_path: Path) -> None:
    write_record(tmp_path / "run" / "record", record_of())
    write_record(tmp_path / "again", record_of())
    assert counts_of(record_of(), read_record(tmp_path / "run", as_of="2025-02-10")) == {}
    files = [file for file in (tmp_path / "again").rglob("*") if file.is_file()]
    assert len(files) == 8
    for file in files:
        name = file.relative_to(tmp_path / "again")
        assert file.read_bytes() == (tmp_path / "run" / "record" / name).read_bytes()


def region_record(**distances: float) -> RunRecord:
    """Make a record of plots in two zones and in none, whose rows stand in turns, with distances by plot."""
    zones = {"a-1": "a", "b-1": "b", "x": None, "a-2": "a", "b-2": "b"}
    plots = [
        {**PLOT, "plot_id": plot, "zone_id": zone, "like": plot, "findings_hash": 0,
         "networks_hash": int(distances.get(plot.replace("-", ""), 100.0))}
        for plot, zone in zones.items()
    ]  # fmt: skip
    networks = [
        {**NETWORK, "subject_id": plot["plot_id"], "distance_m": float(plot["networks_hash"])} for plot in plots
    ]
    networks.append({**NETWORK, "subject": "zone", "subject_id": "a"})
    return replace(record_of(), plots=pd.DataFrame(plots), networks=pd.DataFrame(networks))


def test_parts_of_a_record_that_are_as_before_are_shared_and_not_read(tmp_path: Path) -> None:
    before, after = region_record(), region_record(a2=300.0)
    write_record(tmp_path / "before" / "record", before)
    there = {file.name for file in (tmp_path / "before" / "record" / "networks").iterdir()}
    asked: list[str] = []

    def known(name: str) -> bool:
        asked.append(name)
        return (tmp_path / "before" / "record" / name).exists()

    write_record(tmp_path / "after" / "record", after, known=known)
    written = {file.name for file in (tmp_path / "after" / "record" / "networks").iterdir()}
    assert len(asked) == 3
    assert len(there) == 5
    assert len(written - there) == 1
    assert written & there == {"zones.parquet", "parts.json"}
    read = read_record(tmp_path / "before", as_of="2025-02-10", beside=after.plots)
    assert sorted(read.networks["subject_id"]) == ["a", "a-2"]
    for file in there - {"zones.parquet", "parts.json"}:
        path = tmp_path / "before" / "record" / "networks" / file
        if "a-2" not in pd.read_parquet(path)["subject_id"].tolist():
            path.unlink()
    changes = compare_runs(read_record(tmp_path / "before", as_of="2025-02-10", beside=after.plots), after)
    assert {kind: count for kind, count in changes.counts.items() if count} == {"distances": 1}
    whole = compare_runs(before, after)
    assert changes.tables["distances"].equals(whole.tables["distances"])


def test_a_record_that_lacks_a_part_is_refused(tmp_path: Path) -> None:
    write_record(tmp_path / "run" / "record", region_record())
    next(
        file for file in (tmp_path / "run" / "record" / "networks").glob("*.parquet") if file.stem != "zones"
    ).unlink()
    with pytest.raises(InputError, match="damaged"):
        read_record(tmp_path / "run", as_of="2025-02-10")


def test_a_damaged_record_of_the_served_run_stops_no_build(built_region: SmallRegion) -> None:
    for number, damaged in enumerate(("findings.parquet", "networks/*.parquet", "networks/parts.json")):
        served = publish.current_run(built_region.out)
        for file in list((served / "record").glob(damaged)):
            if file.stem != "zones":
                file.unlink()
                file.write_bytes(b"damaged")
        built_region.edit("plots", lambda features, number=number: [
            {**each, "properties": {**each["properties"], "need_power_kw": 100 + number}} for each in features
        ])  # fmt: skip
        assert run(["build", "-c", str(built_region.config), "--quiet"]) == 0
        told = publish.current_run(built_region.out)
        assert told != served
        assert json.loads((told / "data" / "changes.json").read_text("utf-8"))["from"] is None
        assert "their record cannot be read" in (told / "internal" / "changes.html").read_text("utf-8")


def test_a_message_survives_as_plain_values() -> None:
    message = Message("{n} of {what}", {"n": np.int64(3), "what": Message("plots")})
    unpacked = unpack_message(json.loads(json.dumps(pack_message(message))))
    assert str(unpacked) == "3 of plots"


# ---- fingerprints ----


def squares(count: int, side_m: float = 10.0) -> Any:
    rows = [
        {"plot_id": f"p{n}", "zone_id": "z", "area_ha": n / 7, "geometry": make_square(n * 20, 0, side_m)}
        for n in range(count)
    ]
    return make_table("plots", rows)


@settings(deadline=None)
@given(st.integers(2, 6), st.integers(0, 5), st.sampled_from(["plot_id", "number", "price_kzt", "geometry"]))
def test_one_value_changes_the_hash_of_its_row_alone(count: int, row: int, column: str) -> None:
    table, row = squares(count), row % count
    other = table.copy()
    other.loc[row, column] = {"price_kzt": 5.0, "geometry": make_square(-50, 0, 3)}.get(column, "new")
    differs = hash_rows(table) != hash_rows(other)
    assert differs.tolist() == [place == row for place in range(count)]
    assert hash_table(table) != hash_table(other)


def test_neither_index_nor_order_of_columns_counts() -> None:
    table = squares(3)
    other = table[[*reversed(table.columns)]].set_index(pd.Index([7, 8, 9]))
    assert hash_rows(table).tolist() == hash_rows(other).tolist()
    assert len(set(hash_rows(table))) == 3


def test_what_one_column_adds_to_the_hash_of_a_row_depends_on_the_others() -> None:
    """Else a number could be made up that hides what changed beside it."""
    rows = pd.DataFrame({"zone_id": ["a", "a", "b", "b"], "need_power_kw": [1.0, 2.0, 1.0, 2.0]})
    hashes = hash_rows(rows)
    assert hashes[1] - hashes[0] != hashes[3] - hashes[2]
    assert len(set(hashes)) == 4
    assert hash_rows(pd.DataFrame(index=range(2))).tolist() == [0, 0]


# ---- the whole ----


def test_the_page_shows_what_changed_in_three_languages(
    built_region: SmallRegion, offline_page: OpenOffline, capsys: pytest.CaptureFixture[str]
) -> None:
    build = ["build", "-c", str(built_region.config), "--quiet"]
    first = publish.current_run(built_region.out)
    assert json.loads((first / "data" / "changes.json").read_text("utf-8"))["from"] is None
    register = built_region.folder / "layers" / "register.csv"
    lines = register.read_text("utf-8-sig").splitlines()
    register.write_text("\n".join([*lines[:1], *lines[3:]]) + "\n", "utf-8")
    built_region.edit("gas", lambda features: features[1:])
    shutil.rmtree(built_region.folder / ".geozones")  # the ledger takes its opening balance only while empty
    assert run(build) == 0
    second = publish.current_run(built_region.out)
    told = json.loads((second / "data" / "changes.json").read_text("utf-8"))
    assert told["from"]["run_id"] == first.name
    freed = [row["plot_id"] for row in told["changes"]["freed"]]
    assert sorted(freed) == sorted(line.split(",")[0] for line in lines[1:3])
    page = offline_page().open(second / "internal" / "changes.html")
    assert page.locator('[data-change="freed"]').get_attribute("data-value") == "2"
    for language, heading in (
        ("kk", "Босаған учаскелер"),
        ("ru", "Освободившиеся участки"),
        ("en", "Plots that became free"),
    ):
        page.click(f'[data-language="{language}"]')
        assert page.locator("#freed h2").inner_text().startswith(heading)
    page.locator("#freed a").first.click()
    assert f"plot={sorted(freed)[0]}" in page.url
    page.locator("#card").wait_for(state="visible")

    capsys.readouterr()
    assert run(["runs", "diff", first.name, "-c", str(built_region.config), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == told["counts"]
    assert run(["runs", "diff", second.name, second.name, "-c", str(built_region.config), "--lang", "en"]) == 0
    assert capsys.readouterr().out.endswith("Nothing changed.\n")
