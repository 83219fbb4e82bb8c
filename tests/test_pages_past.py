"""The slider over past months on the page of a zone, against the ledger asked for the same days."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import DemoRun
from page_content import make_content

from geozones.config import load_config
from geozones.ledger import open_region_ledger
from geozones.maps.past import PASSED, PastStates
from geozones.maps.terms import STATE_ORDER

Open = Callable[..., Any]
DAYS = ("2020-12-31", "2022-08-31", "2023-05-31", "2024-12-31")
SHOWN = """() => GZ.places().map(place => GZ.plots.absent && GZ.plots.absent[place] ? "absent"
  : GZ.plots.stateOf(place) + (GZ.plots.rows.passed[place] ? ", passed" : ""))"""


def make_past(days: list[tuple[str, str, str]], overdue: list[tuple[str, str, str | None]]) -> PastStates:
    state_days = pd.DataFrame(days, columns=["plot_id", "start", "map_state"])
    spans = pd.DataFrame(overdue, columns=["plot_id", "start", "end"])
    for table in (state_days, spans):
        for name in {"start", "end"} & set(table):
            table[name] = table[name].to_numpy(dtype="datetime64[s]")
    return PastStates(make_content(state_days=state_days, overdue=spans))


def test_states_stand_at_the_ends_of_months_where_they_change() -> None:
    past = make_past(
        [
            ("badam-1", "2024-09-15", "reserved"),
            ("badam-1", "2024-11-30", "allocated"),
            ("badam-2", "0001-01-01", "reserved"),
            ("badam-2", "2024-10-10", "allocated"),
            ("badam-2", "2024-10-20", "free"),
        ],
        [("badam-1", "2024-12-31", None)],
    ).of(["badam-1", "badam-2", "badam-3"])
    assert past is not None
    assert past["ends"] == ["2024-08-31", "2024-09-30", "2024-10-31", "2024-11-30", "2024-12-31", "2025-01-31"]
    of = STATE_ORDER.index
    assert past["plots"]["0"] == [1, of("reserved"), 3, of("allocated"), 4, PASSED]
    assert past["plots"]["1"] == [0, of("reserved"), 2, of("free")]
    assert "2" not in past["plots"]


def test_a_start_made_late_ends_what_had_passed() -> None:
    past = make_past([("badam-1", "2024-01-10", "allocated")], [("badam-1", "2024-03-05", "2024-06-10")])
    found = past.of(["badam-1"])
    allocated = STATE_ORDER.index("allocated")
    assert found is not None
    assert found["plots"]["0"] == [1, allocated, 3, PASSED, 6, allocated]


def test_a_zone_without_changes_or_a_ledger_has_no_past() -> None:
    assert make_past([("badam-1", "0001-01-01", "reserved")], []).of(["badam-1", "badam-2"]) is None
    assert PastStates(make_content()).of(["badam-1"]) is None


@pytest.mark.parametrize("day", DAYS)
def test_the_page_shows_what_the_ledger_says(demo_run: DemoRun, offline_page: Open, day: str) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html", f"#on={day}")
    config = load_config(demo_run.config, environ={})
    plots = pd.DataFrame({"plot_id": page.evaluate("GZ.plots.rows.id")})
    with open_region_ledger(config) as ledger:
        states = ledger.tabulate(plots, as_of=dt.date.fromisoformat(day))
    shown = page.evaluate(SHOWN)
    expected = states["map_state"] + np.where(states["start_passed"], ", passed", "")
    begun = {
        row["properties"]["plot_id"]: row["properties"].get("valid_from") or ""
        for row in json.loads((demo_run.config.parent / "plots.geojson").read_text("utf-8"))["features"]
    }
    for plot_id, on_page, in_ledger in zip(plots["plot_id"], shown, expected, strict=True):
        assert on_page == ("absent" if begun[plot_id] > day else in_ledger), plot_id
    free = page.locator('[data-state="free"]').locator("xpath=..").locator(".key-count").inner_text()
    assert int(free) == shown.count("free")


def test_the_slider_works_by_keys_and_says_its_day(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page((390, 844)).open(demo_run.run / "internal" / "zones" / "badam.html")
    before = page.locator(".legend").inner_html()
    page.locator("[data-past]").click()
    slider = page.locator("#past input")
    assert slider.get_attribute("aria-valuetext") == "сегодня, 10 февраля 2025 г."
    page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") == "31 января 2025 г."
    assert "on=2025-01-31" in page.url
    page.keyboard.press("Home")
    note = page.locator("#past-note")
    assert note.is_visible()
    assert page.locator("[data-export]").first.is_hidden()
    for language, words in (("kk", "жылғы 31 қаңтар"), ("en", "31 January")):
        page.click(f'[data-language="{language}"]')
        assert words in note.inner_text()
    page.click('[data-language="ru"]')
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#past input").press("Escape")
    assert note.is_hidden()
    assert "on=" not in page.url
    assert page.locator(".legend").inner_html() == before


def test_a_print_of_an_earlier_day_says_so_and_the_card_stays_of_today(
    demo_run: DemoRun, offline_page: Open
) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html", "#on=2022-08-31")
    page.emulate_media(media="print")
    assert page.locator("#past-note").is_visible()
    assert page.locator("#past").is_hidden()
    page.emulate_media(media="screen")
    page.evaluate("GZ.setView({plot: 'badam-02'})")
    card = page.locator("#card").inner_text()
    assert "Состояние на 31.08.2022" in card
    assert page.locator("#card .card-state").inner_text().startswith("предоставлен")
    assert "на 31.08.2022\nсвободен" in card


def test_the_public_page_has_no_past(demo_run: DemoRun) -> None:
    page = (demo_run.run / "public" / "zones" / "badam.html").read_text("utf-8")
    assert "data-past" not in page
    assert '"past":null' in page
    assert "GZ.dateInWords" not in (demo_run.run / "public" / "assets" / "geozones.js").read_text("utf-8")


def test_a_day_that_no_month_ends_on_is_today(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html", "#on=1999-01-31")
    assert page.locator("#past-note").is_hidden()
