"""The gate names every figure that moved too far, and nothing else."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geozones import gate
from geozones.config.model import NightlyConfig

LIMITS = NightlyConfig()
FACTS: dict[str, Any] = {
    "layers": {
        "plots": {"role": "plots", "read": 100, "checked": 98, "quarantined": 2, "errors": 2, "warnings": 0},
        "gas": {"role": "gas", "read": 20, "checked": 20, "quarantined": 0, "errors": 0, "warnings": 0},
    },
    "hectares": {"free": 40.0, "reserved": 0.0, "allocated": 30.0, "releasing": 0.0, "operating": 30.0},
    "plots": {"karamurt": 60, "badam": 40, "new": 0},
    "pages": {"internal/index.html": 100_000, "internal/zones/badam.html": 20_000},
}


def changed(*path: Any) -> dict[str, Any]:
    """Copy the facts with one value changed: its path, then the value."""
    facts = copy.deepcopy(FACTS)
    *names, last, value = path
    place = facts
    for name in names:
        place = place[name]
    place[last] = value
    return facts


def test_the_same_facts_pass() -> None:
    assert gate.find_breaches(FACTS, FACTS, LIMITS) == []


@pytest.mark.parametrize(
    ("path", "limit", "subject", "before", "after"),
    [
        (("layers", "plots", "read", 94), "max_features_lost_share", "plots", 100, 94),
        (("layers", "gas", "quarantined", 1), "max_quarantined_rise_share", "gas", 0.0, 0.05),
        (("hectares", "free", 45.5), "max_area_change_share", "free", 40.0, 45.5),
        (("hectares", "releasing", 6.0), "max_area_change_share", "releasing", 0.0, 6.0),
        (("plots", "badam", 0), "max_zones_emptied", "badam", 2, 1),
        (("pages", "internal/index.html", 49_000), "max_page_shrink_share", "internal/index.html", 1e5, 49_000),
    ],
)
def test_each_limit_is_kept(path: tuple[Any, ...], limit: str, subject: str, before: float, after: float) -> None:
    (breach,) = gate.find_breaches(FACTS, changed(*path), LIMITS)
    assert (breach.limit, breach.subject, breach.before, breach.after) == (limit, subject, before, after)


@pytest.mark.parametrize(
    "path",
    [
        ("layers", "plots", "read", 95),
        ("layers", "plots", "read", 1_000_000),
        ("layers", "plots", "quarantined", 4),
        ("layers", "plots", "errors", 90),
        ("hectares", "free", 35.0),
        ("plots", "badam", 1),
        ("plots", "more", 9),
        ("pages", "internal/index.html", 50_000),
        ("pages", "internal/index.html", 900_000),
    ],
)
def test_what_the_limits_allow_passes(path: tuple[Any, ...]) -> None:
    assert gate.find_breaches(FACTS, changed(*path), LIMITS) == []


@pytest.mark.parametrize(("events", "breaches"), [(41, 1), (42, 0), (43, 0)])
def test_no_event_of_the_ledger_may_be_lost(events: int, breaches: int) -> None:
    served = {"run_id": "run", "facts": FACTS, "ledger": {"events": 42, "head": "aa"}}
    verdict = gate.judge(served, FACTS, LIMITS, gate.Policy(), ledger={"events": events, "head": "bb"})
    assert len(verdict.breaches) == breaches
    assert verdict.holds_back == bool(breaches)


def test_a_layer_that_is_gone_lost_all_its_features() -> None:
    facts = copy.deepcopy(FACTS)
    del facts["layers"]["gas"]
    (breach,) = gate.find_breaches(FACTS, facts, LIMITS)
    assert (breach.subject, breach.before, breach.after) == ("gas", 20, 0)
    assert str(breach.message) == (
        "Layer gas: 20 features became 0. 100 % are lost, 5 % may be (nightly.max_features_lost_share)."
    )


def test_a_page_that_is_gone_is_left_to_the_other_limits() -> None:
    facts = copy.deepcopy(FACTS)
    del facts["pages"]["internal/zones/badam.html"]
    assert gate.find_breaches(FACTS, facts, LIMITS) == []


def test_limits_of_one_let_everything_pass() -> None:
    nothing: dict[str, Any] = {"layers": {}, "hectares": {}, "plots": {}, "pages": {}}
    names = [name for name in NightlyConfig.model_fields if name.endswith("_share")]
    open_limits = NightlyConfig(max_zones_emptied=99, **dict.fromkeys(names, 1.0))
    assert gate.find_breaches(FACTS, nothing, open_limits) == []


def test_facts_of_another_version_are_compared_as_far_as_they_go() -> None:
    assert gate.find_breaches({}, FACTS, LIMITS) == []
    assert gate.find_breaches({"layers": FACTS["layers"]}, FACTS, LIMITS) == []


@given(st.floats(0, 200), st.floats(0, 200), st.floats(0, 1))
def test_a_wider_limit_never_finds_more(before: float, after: float, limit: float) -> None:
    facts, later = changed("hectares", "free", before), changed("hectares", "free", after)
    narrow = NightlyConfig(max_area_change_share=limit / 2)
    wide = NightlyConfig(max_area_change_share=limit)
    assert len(gate.find_breaches(facts, later, wide)) <= len(gate.find_breaches(facts, later, narrow))


def test_a_verdict_holds_back_until_the_change_is_accepted() -> None:
    breaches = tuple(gate.find_breaches(FACTS, changed("hectares", "free", 20.0), LIMITS))
    assert gate.Verdict(breaches, "run-1").holds_back
    assert not gate.Verdict(breaches, "run-1", accepted="new survey").holds_back
    assert not gate.Verdict((), "run-1").holds_back
    assert gate.Verdict(breaches, "run-1", "new survey").as_json()["breaches"][0]["before"] == 40.0


def test_the_notice_names_the_figures_in_every_language() -> None:
    breaches = tuple(gate.find_breaches(FACTS, changed("layers", "plots", "read", 50), LIMITS))
    words = gate.write_notice(gate.Verdict(breaches, "run-1"), as_of=dt.date(2026, 11, 23))
    assert "23.11.2026" in words["ru"]
    assert "Слой plots: объектов было 100, стало 50." in words["ru"]
    assert "plots қабаты: нысан 100 еді, 50 болды." in words["kk"]
    assert "Layer plots: 100 features became 50." in words["en"]


def test_numbers_are_written_as_the_language_does() -> None:
    (breach,) = gate.find_breaches(FACTS, changed("hectares", "free", 1140.25), LIMITS)
    assert "стало 1\u00a0140,25 га" in gate.write_message(breach.message, "ru")
    assert "became 1,140.25 ha" in gate.write_message(breach.message, "en")
    assert "«свободен»" in gate.write_message(breach.message, "ru")
