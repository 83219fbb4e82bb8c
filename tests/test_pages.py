"""The pages of the demonstration in a real browser, opened from files with the network cut."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import DemoRun
from missing_parts import require_system_part

AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
PHONE = (390, 844)
DEMO_NOTICE = {
    "ru": "ДЕМО: границы, участки, участники, сроки, сети вымышлены",
    "kk": "ДЕМО: шекаралар, учаскелер, қатысушылар, мерзімдер, желілер ойдан шығарылған",
    "en": "DEMO: boundaries, plots, participants, dates and networks are made up",
}
FIGURE = re.compile(r'data-figure="([^"]+)" data-value="([^"]+)"')
CUT_OFF = """() => Array.from(document.querySelectorAll(
    ".figure, .fact, .chip, .key, .button, h1, h2, .zones th, .zones td"
)).filter(each => each.offsetParent && !each.closest(".sr, details:not([open])"))
  .filter(each => each.scrollWidth > each.clientWidth + 1)
  .map(each => each.className + ": " + each.textContent.slice(0, 60))"""
SMALL = """nodes => nodes.map(each => each.getBoundingClientRect())
  .filter(each => each.width && each.height < 44).length"""
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("no", "SecurityError"); }
});"""
Open = Callable[..., Any]


def text_of(page: Any, selector: str) -> str:
    return str(page.locator(selector).first.inner_text()).replace("\u00a0", " ")


def overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_every_page_opens_offline_without_a_fault(demo_run: DemoRun, offline_page: Open, audience: str) -> None:
    pages = sorted((demo_run.run / audience).rglob("*.html"))
    opened = offline_page()
    for file in pages:
        drawn = " .leaflet-pane path" if "folium-map" in file.read_text(encoding="utf-8") else ""
        opened.open(file).wait_for_selector(f"html.is-ready{drawn}", state="attached")
    assert len(pages) >= 17


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_no_address_leads_outside(demo_run: DemoRun, audience: str) -> None:
    for file in (demo_run.run / audience).rglob("*.*"):
        if file.suffix in (".pdf", ".docx"):
            continue
        text = file.read_text(encoding="utf-8")
        assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//[^"' >]*""", text), file.name


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_figures_are_those_of_the_summary(demo_run: DemoRun, audience: str) -> None:
    index = (demo_run.run / audience / "index.html").read_text(encoding="utf-8")
    found = FIGURE.findall(index)
    assert {name for name, _ in found} >= {"zones", "zones_regional", "area_regional_ha", "plots_free", "projects"}
    assert {name: float(value) for name, value in found} == {name: demo_run.summary[name] for name, _ in found}


def test_rows_sum_to_the_figures(demo_run: DemoRun) -> None:
    index = (demo_run.run / "internal" / "index.html").read_text(encoding="utf-8")
    rows = index[index.index('id="zone-rows"') : index.index("<tfoot>")]
    for name, total in (("area_ha", "area_ha"), ("free_ha", "area_free_ha"), ("plots_free", "plots_free")):
        values = re.findall(rf'data-zone-figure="{name}" data-value="([^"]+)"', rows)
        assert sum(map(float, values)) == pytest.approx(demo_run.summary[total], abs=0.02)


def test_no_link_is_dead(demo_run: DemoRun, offline_page: Open) -> None:
    for file in sorted(demo_run.run.rglob("index.html")) + sorted(demo_run.run.rglob("zones/karamurt.html")):
        links = (
            offline_page()
            .open(file)
            .eval_on_selector_all("a[href]", "links => links.map(each => each.getAttribute('href'))")
        )
        lost = [link for link in links if link.split("#")[0] and not (file.parent / link.split("#")[0]).exists()]
        assert links
        assert lost == []


@pytest.mark.parametrize("door", ["index.html", "public.html"])
def test_a_link_goes_through_the_door(demo_run: DemoRun, offline_page: Open, door: str) -> None:
    page = offline_page().open(demo_run.out / door, "#only=no-water&lang=kk")
    page.wait_for_selector("html.is-ready")
    audience = "public" if door == "public.html" else "internal"
    assert f"/{demo_run.run.name}/{audience}/index.html#" in page.url
    assert page.locator('[data-only="no-water"]').get_attribute("aria-pressed") == "true"
    assert page.locator("html").get_attribute("lang") == "kk"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("place", ["index.html", "zones/karamurt.html"])
@pytest.mark.parametrize("size", [(1366, 768), PHONE])
def test_nothing_is_cut_off(
    demo_run: DemoRun, offline_page: Open, language: str, place: str, size: tuple[int, int]
) -> None:
    page = offline_page(size).open(demo_run.run / "internal" / place)
    page.click(f'[data-language="{language}"]')
    assert overflow(page) <= 0
    assert text_of(page, ".demo") == DEMO_NOTICE[language]
    cut = page.evaluate(CUT_OFF)
    assert cut == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("width", [1366, 360])
def test_figures_of_a_large_region_stay_inside(
    demo_run: DemoRun, offline_page: Open, language: str, width: int
) -> None:
    page = offline_page((width, 768)).open(demo_run.run / "internal" / "index.html", f"#lang={language}")
    page.wait_for_selector("html.is-ready")
    page.evaluate(
        """() => {
          document.querySelector("#map").classList.add("is-open");
          const write = (selector, text) =>
            document.querySelectorAll(selector).forEach(node => { node.textContent = text; });
          write(".key-count", "300\u00a0000");
          write(".key-ha", "300\u00a0000 га");
          write("[data-figure=plots_free]", "1\u00a0000\u00a0000");
        }"""
    )
    wide = page.evaluate(
        """() => Array.from(document.querySelectorAll(".legend, .legend .key, .figure, .figure-value"))
          .filter(node => node.scrollWidth > node.clientWidth + 1).map(node => node.className)"""
    )
    assert wide == []


def test_the_words_of_a_bar_are_its_tooltip(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html", "#lang=en")
    cell = page.locator("tr[data-zone=karamurt] .bar-cell")
    for language, words in (("en", "free 189 ha"), ("kk", "бос 189 га")):
        page.click(f"[data-language={language}]")
        page.mouse.move(0, 0)
        cell.hover()
        assert words in cell.get_attribute("title")


def test_a_row_of_the_list_says_each_text_once(demo_run: DemoRun) -> None:
    page = (demo_run.run / "internal" / "index.html").read_text("utf-8")
    rows = re.findall(r"<tr data-zone=.*?</tr>", page, re.DOTALL)
    assert len(rows) >= 16
    for row in rows:
        assert len(re.findall(r"<\w", row)) < 75
        assert len(row.encode()) < 3_500


def test_the_language_is_remembered_and_goes_along(demo_run: DemoRun, offline_page: Open) -> None:
    opened = offline_page()
    page = opened.open(demo_run.run / "internal" / "index.html")
    page.click('[data-language="kk"]')
    assert text_of(page, "h1").startswith("Индустриялық аймақтар")
    assert page.title().startswith("Индустриялық аймақтар")
    page.locator('#zone-rows a[href^="zones/karamurt"]').click()
    page.wait_for_selector("html.is-ready.is-ready body.zone")
    assert text_of(page, "h1") == "Қарамұрт (демо)"
    opened.open(demo_run.run / "internal" / "zones" / "badam.html")
    assert page.locator("html").get_attribute("lang") == "kk"


@pytest.mark.parametrize("typed", ["Бадам / 2", "бадам 2", "уч. 2 Бадам", "BADAM/2", "-", ":", ""])
def test_a_dictated_reference_opens_the_plot(demo_run: DemoRun, offline_page: Open, typed: str) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html")
    if typed in ("-", ":", ""):
        cadastral = "GZ.index.plots.cadastral[GZ.index.plots.id.indexOf('badam-02')]"
        typed = page.evaluate(cadastral).replace("-", typed)
    page.fill("#search", typed)
    assert text_of(page, ".search-label").endswith("(демо) / 2")
    page.press("#search", "Enter")
    page.wait_for_selector("#card:not([hidden])")
    assert text_of(page, "#card-title") == "Бадам (демо) / 2"


def test_the_search_finds_participants_inside_only(demo_run: DemoRun, offline_page: Open) -> None:
    for audience, found in (("internal", True), ("public", False)):
        page = offline_page().open(demo_run.run / audience / "index.html")
        page.fill("#search", "участник 012")
        assert bool(page.locator(".search-row").count()) is found
        assert bool(page.locator(".search-none").count()) is not found


def test_a_figure_leads_to_its_rows(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html")
    for figure, count in (("free", "plots_free"), ("passed", "start_passed")):
        page.click(f".figure-{figure}")
        shown = text_of(page, "#filter-words b")
        assert shown.startswith(f"{demo_run.summary[count]} ")
        assert f"#only={figure}" in page.url


def test_chips_filter_the_zones_and_the_map(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html")
    page.click('[data-only="no-water"]')
    rows = page.locator("#zone-rows tr:visible")
    assert 0 < rows.count() < 16
    assert all(
        "–" in rows.nth(place).locator(".answer .sign").nth(2).inner_text() for place in range(rows.count())
    )
    assert page.locator(".ring-icon:not(.is-out)").count() == rows.count()


def test_the_legend_filters_map_table_and_sums(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html")
    before = page.locator("#plot-table tbody tr").count()
    page.uncheck('[data-state="free"]')
    after = page.locator("#plot-table tbody tr").count()
    assert page.locator("path.plot.is-out").count() == before - after > 0
    assert text_of(page, "#plot-sum").startswith(f"{after} ")
    page.reload()
    assert page.locator("#plot-table tbody tr").count() == after


def test_the_card_opens_closes_and_stands_in_the_address(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html")
    page.locator("#plot-table .row-button").nth(2).focus()
    page.keyboard.press("Enter")
    card = text_of(page, "#card")
    for words in ("Бадам (демо) / 3", "работает", "Кадастровый номер", "Газ ✓", "по прямой", "Демо-участник"):
        assert words in card
    assert page.locator("path.link").count() >= 2
    assert "#plot=" in page.url
    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    assert "plot=" not in page.url


def test_a_plot_on_the_map_is_chosen_by_a_click(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "public" / "zones" / "badam.html")
    page.locator("path.plot-free").nth(3).click()
    assert "расстояние: до 0,5 км" in text_of(page, "#card")
    assert page.locator("path.plot-chosen").count() == 1


def test_the_table_is_sorted_by_keyboard(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html")
    page.focus('th[data-key="ha"] button')
    page.keyboard.press("Enter")
    assert page.locator('th[data-key="ha"]').get_attribute("aria-sort") == "descending"
    cells = page.locator("#plot-table tbody td.num").all_inner_texts()
    sizes = [float(cell.split()[0].replace(",", ".")) for cell in cells]
    assert sizes == sorted(sizes, reverse=True)
    page.locator("#plot-table .row-button").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2


def test_numbers_on_the_map_do_not_overlap(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "karamurt.html")
    boxes = page.evaluate(
        "Array.from(document.querySelectorAll('.label-plot')).map(each => each.getBoundingClientRect().toJSON())"
    )
    pairs = [(one, other) for place, one in enumerate(boxes) for other in boxes[:place]]
    assert len(boxes) > 40
    assert not [
        1
        for one, other in pairs
        if one["left"] < other["right"] - 1
        and other["left"] < one["right"] - 1
        and one["top"] < other["bottom"] - 1
        and other["top"] < one["bottom"] - 1
    ]


def test_data_gaps_are_drawn_and_named(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html")
    assert page.locator("path.gap-water").count() == 1
    assert "нет данных: вода" in text_of(page, ".key-gap")
    page.uncheck('[data-layer="gap-water"]')
    assert page.locator("path.gap-water").count() == 0


def test_provenance_unfolds(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html")
    assert text_of(page, "#layers summary").startswith("Состояние на 10.02.2025 · ")
    page.click("#layers summary")
    assert page.locator(".layers-table tbody tr:visible").count() >= 15


@pytest.mark.parametrize("place", ["index.html", "zones/badam.html"])
def test_a_page_prints_on_one_a4(demo_run: DemoRun, offline_page: Open, place: str, tmp_path: Path) -> None:
    from pypdf import PdfReader

    page = offline_page().open(demo_run.run / "internal" / place)
    page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
    sheets = PdfReader(tmp_path / "sheet.pdf").pages
    text = sheets[0].extract_text()
    assert len(sheets) == 1
    assert [round(float(size)) for size in sheets[0].mediabox[2:]] == [595, 842]
    assert "вымышлены" in text
    assert "Источники" in text
    assert ("Требует внимания" if place == "index.html" else "Свободные участки") in text


def test_rings_are_laid_out_where_they_are_in_view(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html")
    page.wait_for_selector("html.is-ready")
    shown_rings = page.locator(".ring-icon:visible")
    assert shown_rings.count() == 16
    start = page.evaluate("[GZ.map.getCenter(), GZ.map.getZoom()]")
    at = page.evaluate("(([zone]) => GZ.unpack(zone.at)[0])(GZ.page.zones)")
    for zoom, shown in ((11, range(1, 16)), (13, range(1))):
        page.evaluate("view => { GZ.map.setView(...view, { animate: false }); }", [at, zoom])
        assert shown_rings.count() in shown
    page.evaluate("view => { GZ.map.setView(...view, { animate: false }); }", start)
    assert shown_rings.count() == 16


def test_the_map_of_a_phone_is_behind_a_button(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page(PHONE, has_touch=True, is_mobile=True).open(demo_run.run / "internal" / "index.html")
    assert page.locator("#map").is_hidden()
    page.tap("[data-map-open]")
    assert page.locator("#map").is_visible()
    assert page.locator(".ring-icon").count() == 16
    small = page.eval_on_selector_all(".map-controls button, .chip, [data-map-open]", SMALL)
    page.tap("[data-map-close]")
    assert small == 0
    assert page.locator("#map").is_hidden()


@pytest.mark.parametrize("place", ["internal/index.html", "internal/zones/badam.html", "public/index.html"])
@pytest.mark.parametrize("size", [(1366, 768), PHONE])
def test_axe_finds_nothing(demo_run: DemoRun, offline_page: Open, place: str, size: tuple[int, int]) -> None:
    axe = require_system_part(AXE if AXE.exists() else None, "axe-core (`make check` sets it up)", "npm")
    page = offline_page(size).open(demo_run.run / place)
    page.add_script_tag(content=axe.read_text(encoding="utf-8"))
    result = page.evaluate("axe.run(document, {preload: false, resultTypes: ['violations']})")
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in result["violations"]] == []


def test_storage_switched_off_changes_nothing(demo_run: DemoRun, offline_page: Open) -> None:
    opened = offline_page()
    opened.page.add_init_script(NO_STORAGE)
    page = opened.open(demo_run.run / "internal" / "index.html")
    page.click('[data-language="en"]')
    assert text_of(page, "h1").startswith("Industrial zones")


def test_the_map_is_light(demo_run: DemoRun) -> None:
    sizes = {file.name: file.stat().st_size for file in (demo_run.run / "internal").rglob("*.html")}
    assert sizes.pop("index.html") < 700_000
    assert sizes.pop("inspect.html") < 700_000, "one file with its scripts, to send to a phone"
    assert max(sizes.values()) < 250_000


def test_the_view_is_ready_soon(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html")
    page.wait_for_selector("html.is-ready")
    timing = json.loads(page.evaluate("JSON.stringify(performance.getEntriesByType('navigation')[0])"))
    assert timing["domContentLoadedEventEnd"] < 5000
