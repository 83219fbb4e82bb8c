"""Two plots side by side, and the ruler against pyproj."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from conftest import DemoRun
from pyproj import Geod

Open = Callable[..., Any]
GEOD = Geod(ellps="WGS84")
LINES = [
    [[42.3, 69.6], [42.31, 69.62], [42.29, 69.65]],
    [[40.9, 68.2], [46.1, 70.9], [43.0, 66.0]],
    [[42.3, 69.6], [42.3001, 69.6001], [42.3, 69.6002]],
    [[42.3, 69.6], [42.3, 69.6]],
]


@pytest.fixture(scope="module")
def ruler_page(demo_run: DemoRun, browser: Any) -> Any:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto((demo_run.run / "public" / "zones" / "badam.html").as_uri())
    yield page
    page.close()


@pytest.mark.parametrize("line", LINES)
def test_lengths_are_those_of_the_ellipsoid(ruler_page: Any, line: list[list[float]]) -> None:
    for start, end in pairwise(line):
        exact = GEOD.inv(start[1], start[0], end[1], end[0])[2]
        assert ruler_page.evaluate("pair => GZ.geodesic.distance(...pair)", [start, end]) == pytest.approx(
            exact, abs=1e-4
        )


@pytest.mark.parametrize("line", [LINES[0], LINES[2]])
def test_areas_are_those_of_the_ellipsoid(ruler_page: Any, line: list[list[float]]) -> None:
    exact, _ = GEOD.polygon_area_perimeter([at[1] for at in line], [at[0] for at in line])
    assert ruler_page.evaluate("GZ.geodesic.area", line) == pytest.approx(abs(exact), rel=2e-6)


def test_the_ruler_works_by_mouse_and_by_keys(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html")
    page.click("[data-measure]")
    box = page.locator(".map-canvas").bounding_box()
    for x, y in ((300, 120), (420, 150), (400, 260)):
        page.mouse.click(box["x"] + x, box["y"] + y)
    measured = page.evaluate("GZ.measured()")
    exact = abs(GEOD.polygon_area_perimeter(*zip(*[at[::-1] for at in measured["points"]], strict=True))[0])
    assert len(measured["points"]) == 3
    assert measured["area"] == pytest.approx(exact, rel=2e-6)
    assert "длина" in page.locator(".measure-words").inner_text()
    assert page.locator("#card").is_hidden(), "a click while measuring chooses no plot"
    page.click("[data-measure-undo]")
    assert len(page.evaluate("GZ.measured().points")) == 2
    page.focus(".map-canvas")
    page.keyboard.press("Enter")
    assert len(page.evaluate("GZ.measured().points")) == 3
    page.keyboard.press("Escape")
    assert page.locator("#measure").is_hidden()
    assert page.locator("path.measure-line").count() == 0


def test_two_plots_of_a_zone_stand_side_by_side(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html", "#plot=badam-03")
    page.click("[data-compare]")
    assert "Бадам (демо) / 3 — для сравнения" in page.locator("#compare-bar").inner_text()
    page.locator("#plot-table .row-button").nth(6).click()
    heads = page.locator(".compare thead th").all_inner_texts()
    assert [head.strip() for head in heads] == ["Бадам (демо) / 3", "Бадам (демо) / 7"]
    areas = page.locator(".compare tbody tr").nth(1).locator("td").all_inner_texts()
    rows = page.evaluate("['badam-03', 'badam-07'].map(id => GZ.plots.rows.ha[GZ.plots.indexOf(id)])")
    assert [float(area.replace(",", ".")) for area in areas] == pytest.approx(rows, abs=0.005)
    assert page.locator("path.plot-aside").count() == page.locator("path.plot-chosen").count() == 1
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    assert page.locator(".compare thead th").count() == 2
    page.locator("#card .button-quiet").click()
    assert page.locator("#plot-table").is_visible()
    assert "with=" not in page.url


def test_two_plots_of_two_zones_are_compared_on_the_index(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "public" / "index.html", "#only=free")
    boxes = page.locator(".compare-box")
    boxes.nth(0).check()
    page.evaluate("GZ.setView({district: '6146'})")
    page.locator(".compare-box").nth(1).check()
    heads = page.locator("#compare-box thead th a").all_inner_texts()
    assert len(heads) == 2
    assert heads[1].startswith("Бадам")
    assert not heads[0].startswith("Бадам")
    assert "свободная мощность" not in page.locator("#compare-box").inner_text()
    assert page.locator("#compare-box thead a").nth(1).get_attribute("href").startswith("zones/badam.html#plot=")
