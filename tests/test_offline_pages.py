"""Every page of the demonstration in a real Chromium, by `file://`, with the network cut."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from geozones import pipeline, publish
from geozones.config import load_config

ROOT = Path(__file__).resolve().parent.parent
PHONE = (390, 844)
OUTSIDE = re.compile(r"""(?:src|href)\s*=\s*["']?\s*(?:https?:)?//[^"'\s>]+""", re.IGNORECASE)
HOSTILE = "</script><img src=x onerror=window.ran=1>\"'`${window.ran=1}\\\u202e" + "ж" * 300


def pages_of(run: Path, audience: str) -> list[Path]:
    return sorted((run / audience).rglob("*.html"))


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_every_page_opens_without_a_network(demo_run: Any, offline_page: Any, audience: str) -> None:
    pages = pages_of(demo_run.run, audience)
    index = demo_run.run / audience / "index.html"
    with_map = [path for path in pages if path.parent.name == "zones" or path == index]
    assert len(with_map) == 17
    opened = offline_page()
    for path in pages:
        page = opened.open(path)
        page.wait_for_selector(".leaflet-container" if path in with_map else "html.is-ready")
        assert page.locator("#missing").is_hidden()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366


@pytest.mark.parametrize("audience", ["internal", "public"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_phone_shows_pages_in_every_language(
    demo_run: Any, offline_page: Any, audience: str, language: str
) -> None:
    opened = offline_page(PHONE, has_touch=True)
    for name in ("index.html", "zones/badam.html"):
        page = opened.open(demo_run.run / audience / name)
        page.click(f'[data-language="{language}"]')
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.parametrize(("door", "audience"), [("index.html", "internal"), ("public.html", "public")])
def test_a_door_leads_into_the_run_and_hands_the_view_on(
    demo_run: Any, offline_page: Any, door: str, audience: str
) -> None:
    page = offline_page().open(demo_run.out / door, "#lang=kk")
    page.wait_for_url(f"**/runs/{demo_run.run.name}/{audience}/index.html#*")


def test_no_page_or_script_names_an_outside_address(demo_run: Any) -> None:
    for audience in ("internal", "public"):
        for path in (demo_run.run / audience).rglob("*"):
            if path.suffix in {".html", ".js", ".css", ".svg"}:
                assert OUTSIDE.findall(path.read_text("utf-8")) == [], path.name


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_figures_of_the_index_equal_the_summary(demo_run: Any, offline_page: Any, audience: str) -> None:
    page = offline_page().open(demo_run.run / audience / "index.html")
    shown = page.eval_on_selector_all(
        "[data-figure]", "tags => tags.map(tag => [tag.dataset.figure, Number(tag.dataset.value)])"
    )
    assert {name for name, _ in shown} >= {"zones", "zones_regional", "area_regional_ha", "plots_free", "projects"}
    assert [(name, value) for name, value in shown if demo_run.summary.get(name) != value] == []


def test_every_link_leads_to_a_file_that_is_there(demo_run: Any) -> None:
    for audience in ("internal", "public"):
        for path in pages_of(demo_run.run, audience):
            for link in re.findall(r'(?:href|src)="([^"#]+)', path.read_text("utf-8")):
                if not link.startswith("data:"):
                    assert (path.parent / link).resolve().is_file(), f"{path.name}: {link}"


def test_a_reference_that_was_dictated_opens_the_plot(demo_run: Any, offline_page: Any) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html")
    page.fill("#search", "Бадам / 27")
    page.locator("#search-list [role=option]").first.click()
    page.wait_for_url("**/zones/badam.html#*")
    assert page.locator("#card, .card").first.is_visible()


def test_the_legend_filters_the_table(demo_run: Any, offline_page: Any) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html")
    rows = page.locator("tbody tr:visible")
    before = rows.count()
    page.locator('input[data-state="free"]').uncheck()
    page.wait_for_function(f"document.querySelectorAll('tbody tr:not([hidden])').length < {before}")


def test_the_index_prints_on_one_a4(demo_run: Any, offline_page: Any) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    page = offline_page().open(demo_run.run / "internal" / "index.html")
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    assert len(printed.pages) == 1
    text = printed.pages[0].extract_text()
    assert "1 700" in text.replace("\u00a0", " ")


def test_without_its_assets_a_page_says_what_to_do(demo_run: Any, browser: Any, tmp_path: Path) -> None:
    shutil.copy(demo_run.run / "internal" / "index.html", tmp_path / "index.html")
    page = browser.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    assert page.get_by_text("Распакуйте архив целиком").is_visible()
    page.close()


def test_hostile_names_run_nothing(tmp_path: Path, offline_page: Any) -> None:
    region = Path(shutil.copytree(ROOT / "layers", tmp_path / "layers"))
    for name, column in (("zones", "name_ru"), ("plots", "number"), ("settlements", "name_ru")):
        layer = json.loads((region / f"{name}.geojson").read_text("utf-8"))
        layer["features"][0]["properties"][column] = HOSTILE
        (region / f"{name}.geojson").write_text(json.dumps(layer), "utf-8")
    register = region / "register.csv"
    hostile_cell = HOSTILE.replace('"', '""')
    register.write_text(register.read_text("utf-8").replace("Демо-участник 067", f'"{hostile_cell}"'), "utf-8")
    pipeline.build(load_config(region / "geozones.toml", environ={}), out=tmp_path / "out")
    run = publish.current_run(tmp_path / "out")
    opened = offline_page()
    for path in (run / "internal" / "index.html", run / "internal" / "zones" / "arys.html"):
        page = opened.open(path)
        page.wait_for_selector(".leaflet-container")
        page.fill("#search", "img")
        assert page.evaluate("window.ran") is None
        assert page.locator("img[src=x]").count() == 0
