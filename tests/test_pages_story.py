"""Investor at 15:00: "5 ha, class III, 2 MW, gas" — found, compared, printed, sent, and nobody named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from conftest import DemoRun
from pypdf import PdfReader

from geozones import pipeline, publish
from geozones.config import load_config

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def run_to_send(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demonstration once more, with the files to send."""
    out = tmp_path_factory.mktemp("to_send")
    config = load_config(demo_run.config, environ={})
    single = config.model_copy(update={"maps": config.maps.model_copy(update={"single_files": ("public",)})})
    pipeline.build(single, out=out)
    return publish.current_run(out)


def ask(page: Any) -> None:
    """Say what the investor wants, as a planner does: the chip, then the panel."""
    page.click('[data-only="free"]')
    page.click("[data-filter-open]")
    page.fill('[data-group="ha"] [data-part="from"]', "5")
    page.select_option("#filter-hazard", "III")
    page.select_option("#filter-gas", "near")
    page.fill('[data-group="power"] [data-part="amount"]', "2000")


def test_an_investor_is_answered_by_three_o_clock(run_to_send: Path, offline_page: Open, tmp_path: Path) -> None:
    opened = offline_page()
    page = opened.open(run_to_send.parent.parent / "index.html")
    page.wait_for_selector("html.is-ready")
    ask(page)
    said = page.locator("#filter-sum").inner_text()
    assert "без твёрдого ответа" in said
    assert page.locator("#plot-table .row-more:has-text('Свет')").count() > 0
    boxes = page.locator(".compare-box")
    assert 2 <= boxes.count() < 25
    boxes.nth(0).check()
    page.locator(".compare-box").nth(1).check()
    assert page.locator("#compare-box thead a").count() == 2
    plots = page.locator("#compare-box thead a").evaluate_all("links => links.map(each => each.href)")
    for number, address in enumerate(plots):
        page.goto(address)
        page.wait_for_selector("#card [data-sheet]")
        page.evaluate("window.print = () => undefined")
        page.locator("#card [data-sheet]").click()
        sheet = tmp_path / f"sheet{number}.pdf"
        page.pdf(path=sheet, prefer_css_page_size=True, print_background=True)
        text = PdfReader(sheet).pages[0].extract_text()
        assert "Лист участка" in text
        assert "EPSG:32642" in text
        assert page.locator("#card-title").inner_text() in text.replace("\u00a0", " ")
    chosen = page.url.split("#")[1]
    title = page.locator("#card-title").inner_text()
    page.click(".files a[href*='/single/']")
    page.wait_for_selector("html.is-ready[data-single]")
    sent = Path(unquote(urlsplit(page.url).path)).read_text(encoding="utf-8")
    (tmp_path / "to_send.html").write_text(sent, encoding="utf-8")
    assert "Демо-участник" not in sent
    assert len(sent.encode()) < 1_500_000
    alone = offline_page().open(tmp_path / "to_send.html", "#" + chosen)
    alone.wait_for_selector("#card:not([hidden])")
    assert alone.locator("#card-title").inner_text() == title


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_everything_is_reached_by_keys_alone(demo_run: DemoRun, offline_page: Open, audience: str) -> None:
    page = offline_page().open(demo_run.run / audience / "zones" / "badam.html")
    keys = page.keyboard
    keys.press("/")
    keys.type("Бадам / 9")
    keys.press("Enter")
    page.wait_for_selector("#card:not([hidden])")
    assert page.locator("#card-title").inner_text().endswith("/ 9")
    keys.press("Escape")
    reached = walk(page, 120)
    for name in ("data-language", "data-paper-menu", "data-zoom", "data-measure", "data-state", "data-only",
                 "data-filter-open", "data-export", "row-button", "sort"):  # fmt: skip
        assert name in reached, name
    page.focus("[data-export] summary")
    keys.press("Enter")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.dataset.format") == "csv"
    keys.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.focus("[data-filter-open]")
    keys.press("Enter")
    keys.press("Tab")
    keys.type("3")
    assert "ha=3-" in page.url
    keys.press("Escape")
    assert page.locator("#filter-panel").is_hidden()
    assert page.evaluate("'filterOpen' in document.activeElement.dataset")
    page.focus("#plot-table .row-button")
    keys.press("ArrowDown")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "card"
    keys.press("Escape")
    assert page.evaluate("document.activeElement.className") == "row-button"


def walk(page: Any, steps: int) -> set[str]:
    """Press Tab again and again; note the classes and data names of what is reached, and of its parents."""
    reached: set[str] = set()
    page.evaluate("document.body.focus()")
    for _ in range(steps):
        page.keyboard.press("Tab")
        reached |= set(
            page.evaluate(
                """() => { const found = []; let each = document.activeElement;
                const shown = each.getBoundingClientRect();
                for (let up = 0; up < 3 && each && shown.width; up += 1, each = each.parentElement) {
                  found.push(...each.classList, ...each.getAttributeNames()); }
                return found; }"""
            )
        )
    return reached
