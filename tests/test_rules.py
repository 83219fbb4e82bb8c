"""Dated tables of legal numbers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from geozones.errors import RulesError
from geozones.rules import STATUSES, VERIFIED_STATUSES, load_rules

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
