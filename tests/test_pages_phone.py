"""On a phone of 360 pixels: nothing sideways, targets for a finger, sheets that come up from below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import DemoRun
from missing_parts import require_system_part
from test_pages import AXE

Open = Callable[..., Any]
PHONE = (360, 740)
TARGETS = (
    "button, summary, select, input:not([type=checkbox]), .key, .files a, .back, .zones tbody th a, .row-button"
)
SMALL = """nodes => nodes.filter(each => each.offsetParent && !each.closest(".sr, [hidden], .leaflet-container"))
  .filter(each => each.getBoundingClientRect().height < 43.5)
  .map(each => each.tagName + "." + each.className + " " + each.textContent.trim().slice(0, 30))"""


def phone(offline_page: Open) -> Any:
    return offline_page(PHONE, has_touch=True, is_mobile=True)


@pytest.mark.parametrize("place", ["internal/index.html", "internal/zones/turkistan.html", "public/index.html"])
def test_a_finger_meets_every_target(demo_run: DemoRun, offline_page: Open, place: str) -> None:
    page = phone(offline_page).open(demo_run.run / place)
    page.wait_for_selector("html.is-ready")
    page.tap("[data-filter-open]")
    if page.locator("[data-map-open]:visible").count() == 0:
        page.locator(".legend summary").evaluate("node => node.click()")
    assert page.eval_on_selector_all(TARGETS, SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_the_card_comes_up_from_below(demo_run: DemoRun, offline_page: Open) -> None:
    page = phone(offline_page).open(demo_run.run / "public" / "zones" / "turkistan.html")
    page.locator("#plot-table .row-button").nth(4).tap()
    box = page.locator("#card").bounding_box()
    assert box["y"] + box["height"] == pytest.approx(PHONE[1], abs=1)
    assert box["height"] <= 0.63 * PHONE[1]
    assert box["width"] == PHONE[0]
    page.locator("#card .button-quiet").tap()
    assert page.locator("#card").is_hidden()


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_axe_finds_nothing_serious_on_any_page(demo_run: DemoRun, offline_page: Open, audience: str) -> None:
    axe = require_system_part(AXE if AXE.exists() else None, "axe-core (`make check` sets it up)", "npm")
    code = axe.read_text(encoding="utf-8")
    opened = offline_page()
    found = {}
    views = {"badam.html": "#plot=badam-02&on=2024-06-30"}
    files = sorted((demo_run.run / audience).rglob("*.html"))
    zones = [file for file in files if file.parent.name == "zones"]
    for file in [each for each in files if each not in zones[2:]]:
        view = "#ha=3-&with=badam-03" if "zones" in file.parts else "#ha=3-"
        page = opened.open(file, views.get(file.name, view))
        page.add_script_tag(content=code)
        result = page.evaluate("axe.run(document, {preload: false, resultTypes: ['violations']})")
        serious = [each for each in result["violations"] if each["impact"] in ("serious", "critical")]
        if serious:
            found[file.name] = [(each["id"], each["nodes"][0]["html"][:150]) for each in serious]
    assert found == {}
