"""Dated tables of legal numbers."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from geozones.cli.app import run
from geozones.errors import RulesError
from geozones.rules import (
    REACHING_KINDS,
    STATUSES,
    VERIFIED_STATUSES,
    check_rules_file,
    cite,
    label,
    load_rules,
    number,
)

ROW = """
[[rule]]
id = "clock.cure"
object = "notice"
value = {value}
unit = "calendar_days"
basis = {{ act = "Law 1", article = "2" }}
edition = "2026-01-01"
valid_from = {valid_from}
status = "V"
verified = true
"""


def write(folder: Path, text: str, name: str = "more.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_built_in_row_has_a_source() -> None:
    rules = load_rules()
    assert rules.rows
    for rule in rules.rows:
        assert rule.act
        assert rule.article
        assert rule.edition
        assert rule.status in STATUSES
        assert not rule.verified or rule.status in VERIFIED_STATUSES


def test_the_clocks_of_the_law() -> None:
    rules = load_rules()
    on = dt.date(2026, 3, 2)
    assert [(rules.get(name, on=on).value, rules.get(name, on=on).unit) for name in
            ("clock.cure", "clock.termination", "clock.land_unused", "clock.zone_term")] == [
        (60, "calendar_days"), (10, "working_days"), (3, "years"), (20, "years"),
    ]  # fmt: skip


def test_later_files_win_in_their_period(tmp_path: Path) -> None:
    rules = load_rules([write(tmp_path, ROW.format(value=45, valid_from="2026-01-01"))])
    assert rules.get("clock.cure", on=dt.date(2026, 3, 2)).value == 45
    with pytest.raises(RulesError, match=r"clock\.cure"):
        rules.get("clock.cure", on=dt.date(2019, 1, 1))


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ('basis = {{ act = "Law 1", article = "2" }}', "basis.act"),
        ('edition = "2026-01-01"', "edition"),
        ('status = "V"', "status"),
        ("valid_from = {valid_from}", "valid_from"),
        ("verified = true", "verified"),
    ],
)
def test_a_row_without_its_source_is_refused(tmp_path: Path, wrong: str, word: str) -> None:
    text = ROW.replace(wrong, "").format(value=45, valid_from="2026-01-01")
    with pytest.raises(RulesError, match=word):
        load_rules([write(tmp_path, text)])


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = ROW.format(value='"many"', valid_from="2026-01-01").replace('status = "V"', 'status = "hearsay"')
    with pytest.raises(RulesError) as caught:
        load_rules([write(tmp_path, text), write(tmp_path, "[[rule", "broken.toml"), tmp_path / "absent.toml"])
    assert len(caught.value.messages) == 5


def test_two_rows_of_one_period_are_refused(tmp_path: Path) -> None:
    text = ROW.format(value=45, valid_from="2026-01-01") + ROW.format(value=50, valid_from="2026-06-01")
    with pytest.raises(RulesError, match="overlap"):
        load_rules([write(tmp_path, text)])


# ---- rules that reach, groups ----

STRIP = """
[[group]]
check = "strip.own"
kind = "strip"
layer = "gas"
object = "own strip"
measured_from = "axis"
effect = "forbid"
basis = { act = "Law 1", article = "2" }
edition = "2026-01-01"
valid_from = 2026-01-01
status = "V"
verified = true
rule = [
  { id = "strip.own.1", class = "small", applies = { diameter_mm = { up_to = 300 } }, metres = 5 },
  { id = "strip.own.2", class = "large", applies = { diameter_mm = {above = 300} }, metres = 7, status = "V-old" },
]
"""


def test_rows_of_a_group_share_its_columns(tmp_path: Path) -> None:
    rules, problems = check_rules_file(write(tmp_path, STRIP))
    assert problems == ()
    assert [(rule.id, rule.value, rule.status, rule.check) for rule in rules.rows] == [
        ("strip.own.1", 5, "V", "strip.own"),
        ("strip.own.2", 7, "V-old", "strip.own"),
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("metres = 5", "metre = 5", "unknown column metre"),
        ("metres = 5", 'note = "none"', "needs metres"),
        ("metres = 5", "metres = -5", "below 0"),
        ("metres = 5", 'metres = "5"', "must be a number"),
        ('kind = "strip"', 'kind = "strap"', "kind is strap"),
        ('layer = "gas"', 'layer = "heat"', "layer is heat"),
        ('layer = "gas"', "", "column layer is missing"),
        ('effect = "forbid"', 'effect = "frown"', "effect is frown"),
        ("up_to = 300", "until = 300", "applies must be a table"),
        ("up_to = 300", 'up_to = "300"', "applies must be a table"),
        ('basis = { act = "Law 1", article = "2" }', 'basis = "Law 1"', "basis.act is missing"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01T10:00:00", "must be a date"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 2025-01-01", "later than valid_from"),
        ('class = "small"', "class = 1", "class must be text"),
        ("metres = 5", 'metres = 5, effect = "condition"', "differ in effect"),
        ("[[group]]", "[other]\na = 1\n[[group]]", "unknown table other"),
        ("[[group]]", "rule = 5\n[[group]]", "is not a table"),
    ],
)
def test_a_wrong_rule_is_named(tmp_path: Path, right: str, wrong: str, words: str) -> None:
    _, problems = check_rules_file(write(tmp_path, STRIP.replace(right, wrong, 1)))
    assert any(words in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_the_metres_of_the_law() -> None:
    rules = load_rules().on(dt.date(2026, 11, 23))
    metres = {rule.id: rule.value for rule in rules.rows if rule.kind in REACHING_KINDS}
    assert {name: metres[name] for name in ("strip.gas_trunk", "strip.gas_trunk.farm_land", "strip.power.110",
            "strip.water_main.400", "distance.gas_trunk.1.over", "nature.zone", "permit.gas", "rail.strip")} == {
        "strip.gas_trunk": 50, "strip.gas_trunk.farm_land": 25, "strip.power.110": 20, "strip.water_main.400": 8,
        "distance.gas_trunk.1.over": 350, "nature.zone": 2000, "permit.gas": 15, "rail.strip": None,
    }  # fmt: skip
    classes = {rule.class_name: rule.value for rule in rules.of_kind("sanitary_class")}
    assert classes == {"I": 1000, "II": 500, "III": 300, "IV": 100, "V": 50}


def test_rules_in_words() -> None:
    rule = load_rules().get("strip.gas_trunk.farm_land", on=dt.date(2026, 11, 23))
    assert label(rule, "en") == "protection strip of a trunk gas pipeline, farm land"
    assert (number(rule, "ru"), cite(rule, "ru").startswith("Закон РК от 22.06.2012")) == ("25 м", True)


# ---- commands ----


def test_the_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "list", "--as-of", "2027-01-01", "--json"]) == 0
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["water.zone.rivers"]["value"] == 500
    assert rows["strip.gas_trunk"]["basis"] == {"act": "Law 20-V of 22.06.2012", "article": "14(2)1"}
    assert "water.strip.rivers.smallest" not in rows
    assert all(row["basis"]["act"] and row["edition"] and row["status"] for row in rows.values())


def test_the_list_marks_what_is_not_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "list", "--lang", "en"]) == 0
    lines = {line.split(" · ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["strip.power.110"].endswith("NOT VERIFIED")
    assert lines["permit.gas"].endswith("read in this edition")


def test_a_bad_file_ends_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = write(tmp_path, STRIP), write(tmp_path, STRIP.replace("edition", "editor"), "bad.toml")
    assert run(["rules", "check", str(good), "--lang", "en"]) == 0
    assert run(["rules", "check", str(good), str(bad), "--json", "--lang", "en"]) == 3
    out, err = capsys.readouterr()
    found = json.loads(out[out.index("[\n") :])
    assert [(entry["file"], entry["rules"], len(entry["problems"])) for entry in found] == [
        ("more.toml", 2, 0), ("bad.toml", 0, 4),
    ]  # fmt: skip
    assert "bad.toml, rule 2 (strip.own.2): the column edition is missing." in err
