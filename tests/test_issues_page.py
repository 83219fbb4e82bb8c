"""The page of the data issues: every rule with cause and cure, in three languages, at any number of issues."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import CRS, make_square
from page_content import make_content
from test_pages_hostile import write_tree

from geozones.checks import ISSUE_RULES, join_issues, make_issues, no_issues
from geozones.i18n import translate
from geozones.maps import LayerCount, draw_pages
from geozones.maps.issue_rows import MOST_ROWS, choose_rows

Open = Callable[..., Any]
MANY = 10_000


def overlaps(count: int) -> Any:
    """Make overlaps of plots, each on a square of its own."""
    shapes = np.array([make_square(100 * (n % 100), 100 * (n // 100), 90) for n in range(count)])
    return make_issues(
        "plots_overlap", layer="plots", rows=range(count), keys=[f"badam-{n % 6 + 1}" for n in range(count)],
        params={"other": [f"p{n}" for n in range(count)], "area_ha": "0.10", "share": "1.0"}, geometry=shapes,
        crs=CRS,
    )  # fmt: skip


def some_issues() -> Any:
    parts = [
        overlaps(12),
        make_issues("key_made", layer="gas", params={"column": "line_id"}),
        make_issues(
            "cadastral_repeated", layer="plots", rows=[3], keys=["<b>x"], params={"value": "<i>", "other": "y"}
        ),
    ]
    return join_issues(parts, crs=CRS)


def tree_of(issues: Any, folder: Path) -> Path:
    counts = (LayerCount("plots", "plots", 9, 7, 2), LayerCount("gas", "gas", 2, 2, 0))
    return write_tree(make_content(issues=issues, layer_counts=counts), folder)


def test_the_worst_rules_come_first_and_share_the_room() -> None:
    many = join_issues([overlaps(MANY), some_issues()], crs=CRS)
    groups, rows = choose_rows(many)
    assert [group.rule for group in groups] == ["plots_overlap", "cadastral_repeated", "key_made"]
    assert [group.count for group in groups] == [MANY + 12, 1, 1]
    assert [group.shown for group in groups] == [MOST_ROWS - 2, 1, 1]
    assert len(rows) == len(set(rows)) == MOST_ROWS


def test_every_rule_has_cause_and_cure_in_every_language() -> None:
    for language in ("ru", "kk"):
        texts = [text for rule in ISSUE_RULES for text in (rule.cause, rule.cure)]
        assert [text for text in texts if translate(text, language) == text] == []


def test_the_public_has_no_issues(tmp_path: Path) -> None:
    content = make_content(issues=some_issues())
    assert "issues.html" not in dict(draw_pages(content, audience="public"))


def test_groups_filter_and_map_go_together(tmp_path: Path, offline_page: Open) -> None:
    tree = tree_of(some_issues(), tmp_path)
    page = offline_page().open(tree / "internal" / "issues.html")
    page.wait_for_selector("html.is-ready")
    assert page.locator(".issue-group").count() == 3
    first = page.locator(".issue-group").first
    assert first.locator("tbody tr").count() == 10
    first.get_by_role("button", name="Показать ещё 2").click()
    assert page.locator(".issue-group").first.locator("tbody tr").count() == 12
    zoom = page.evaluate("GZ.map.getZoom()")
    page.locator(".issue-group").first.get_by_role("button", name="на карте").nth(11).click()
    assert page.evaluate("GZ.map.getZoom()") > zoom
    assert page.locator(".issue-ring").count() == 1
    assert page.locator("tr.is-chosen").count() == 1
    link = page.locator(".issue-group a").first.get_attribute("href")
    assert re.fullmatch(r"zones/badam\.html#plot=badam-\d", link)
    page.get_by_role("button", name=re.compile("^предупреждения")).click()
    assert "only=warnings" in page.url
    assert page.locator(".issue-group").count() == 1
    assert "<b>x" in page.inner_text("body") or page.locator(".issue-group[open]").count() == 0
    page.click('[data-language="kk"]')
    assert "Ережелер бойынша" in page.inner_text("#issues")
    assert page.locator("#rows tbody tr").first.inner_text().split() == ["Учаскелер", "9", "7", "2", "12", "1"]


def test_a_mark_on_the_map_brings_its_row(tmp_path: Path, offline_page: Open) -> None:
    page = offline_page().open(tree_of(some_issues(), tmp_path) / "internal" / "issues.html", "#only=errors")
    page.wait_for_selector("html.is-ready")
    page.evaluate(
        "GZ.map.eachLayer(l => { if (l.options.pane === 'issues' && l.fire && l.getLatLng) GZ.last = l; })"
    )
    page.evaluate("GZ.last.fire('click')")
    assert page.locator("tr.is-chosen").count() == 1
    assert page.locator("tr.is-chosen").is_visible()


def test_ten_thousand_issues_stay_usable(tmp_path: Path, offline_page: Open) -> None:
    tree = tree_of(overlaps(MANY), tmp_path)
    assert (tree / "internal" / "issues.html").stat().st_size < 2_000_000
    page = offline_page().open(tree / "internal" / "issues.html")
    page.wait_for_selector("html.is-ready", timeout=20_000)
    assert "10\u00a0000" in page.inner_text("#issues")
    assert page.locator("#issue-groups tr").count() == 10
    took_ms = page.evaluate(
        "(() => { const t = performance.now(); GZ.setView({only: 'errors'}); return performance.now() - t; })()"
    )
    assert took_ms < 3_000


def test_paper_shows_the_map_and_every_group(tmp_path: Path, offline_page: Open) -> None:
    page = offline_page().open(tree_of(some_issues(), tmp_path) / "internal" / "issues.html")
    page.wait_for_selector("html.is-ready")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".map-canvas").bounding_box()["height"] > 200
    assert page.locator(".issue-group[open]").count() == 3
    assert "Ещё 2" in page.inner_text("#issues")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".issue-group[open]").count() == 1


def test_without_issues_the_page_is_calm(tmp_path: Path, offline_page: Open) -> None:
    page = offline_page((390, 844)).open(tree_of(no_issues(CRS), tmp_path) / "internal" / "issues.html")
    page.wait_for_selector("html.is-ready")
    assert "Исправлять нечего" in page.inner_text("main")
    assert page.locator(".issue-group").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_phone_shows_all_of_it(language: str, tmp_path: Path, offline_page: Open) -> None:
    tree = tree_of(some_issues(), tmp_path)
    page = offline_page((390, 844)).open(tree / "internal" / "issues.html", f"#lang={language}")
    page.wait_for_selector("html.is-ready")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_index_leads_to_the_page(tmp_path: Path, offline_page: Open) -> None:
    page = offline_page().open(tree_of(some_issues(), tmp_path) / "internal" / "index.html")
    page.wait_for_selector("html.is-ready")
    page.locator(".attention a[href='issues.html']").click()
    page.wait_for_selector(".issue-group")
