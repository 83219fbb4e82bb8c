"""The filter of the pages: three-valued, in the address, the same for map, legend, figures, tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conftest import DemoRun

Open = Callable[..., Any]
ASKED = "#only=free&ha=5-&hazard=III&gas=near&power=,n2000"


def rows_of(page: Any) -> list[dict[str, Any]]:
    """Read the columns that the filter asks about, a dict a plot."""
    found: list[dict[str, Any]] = page.evaluate(
        "GZ.places().map(place => ({place, state: GZ.plots.stateOf(place), ha: GZ.plots.rows.ha[place],"
        " hazard: GZ.plots.rows.hazard[place], gas: GZ.plots.rows.near.gas[place],"
        " power: GZ.plots.rows.near.power[place], spare: GZ.plots.rows.spare.power[place]}))"
    )
    return found


def expected(rows: list[dict[str, Any]], *, firm: bool = False) -> list[int]:
    """Ask the same of every row in plain words: yes, and where nothing says no also unknown."""
    kept = []
    for row in rows:
        sure = row["hazard"] is not None and row["gas"] == "y" and row["spare"] is not None
        no = row["state"] != "free" or row["ha"] < 5 or row["gas"] == "n" or row["power"] == "n"
        no = no or row["hazard"] in ("IV", "V") or (row["spare"] is not None and row["spare"] < 2000)
        if not no and (sure or not firm):
            kept.append(row["place"])
    return kept


def test_one_filter_for_map_legend_figures_and_tables(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html", ASKED)
    page.wait_for_selector("html.is-ready")
    rows = rows_of(page)
    kept = expected(rows)
    assert page.evaluate("GZ.kept()") == kept
    assert 0 < len(kept) < 50
    assert page.locator("#plot-table tbody tr").count() == min(len(kept), 25)
    assert page.locator('.key:has([data-state="free"]) .key-count').inner_text() == str(len(kept))
    assert page.locator('[data-kept="free"]').inner_text().startswith(f"по фильтру: {len(kept)} ")
    assert page.locator("#filter-sum").inner_text().startswith(f"{len(kept)} ")
    zones = {page.evaluate(f"GZ.plots.rows.zone[{place}]") for place in kept}
    assert page.locator("#zone-rows tr:visible").count() == len(zones)
    assert page.locator(".ring-icon:not(.is-out)").count() == len(zones)


def test_unknown_is_marked_and_can_be_left_out(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html", ASKED)
    unsure = len(expected(rows_of(page))) - len(expected(rows_of(page), firm=True))
    assert unsure > 0
    assert page.locator("#plot-table .row-more:has-text('нет твёрдого ответа')").count() == unsure
    page.click("[data-filter-open]")
    page.uncheck("[data-firm]")
    assert page.evaluate("GZ.kept()") == expected(rows_of(page), firm=True)
    assert "firm=1" in page.url


def test_the_panel_writes_the_address_and_reads_it(demo_run: DemoRun, offline_page: Open) -> None:
    opened = offline_page()
    page = opened.open(demo_run.run / "internal" / "zones" / "badam.html")
    page.click("[data-filter-open]")
    page.fill('[data-group="ha"] [data-part="from"]', "2.5")
    page.select_option("#filter-gas", "near")
    page.fill('[data-group="water"] [data-part="metres"]', "500")
    assert "ha=2.5-" in page.url
    address, kept = page.url, page.evaluate("GZ.kept()")
    shown = page.locator("#plot-table tbody tr").count()
    assert 0 < shown == len(kept) < 40
    assert page.locator("path.plot:not(.is-out)").count() == shown
    page.goto("about:blank")
    page.goto(address)
    assert page.evaluate("GZ.kept()") == kept
    page.click("[data-filter-open]")
    assert page.input_value('[data-group="ha"] [data-part="from"]') == "2.5"
    page.locator(".filter-tag").first.click()
    assert "ha=" not in page.url
    page.locator(".filter-foot .button").click()
    assert page.evaluate("GZ.kept().length === GZ.plots.count")
    assert page.url.split("#")[1:] in ([], [""])


def test_a_filter_goes_through_the_door(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.out / "index.html", ASKED)
    page.wait_for_selector("html.is-ready")
    assert page.evaluate("GZ.kept()") == expected(rows_of(page))


def test_the_public_is_asked_only_what_it_may_know(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "public" / "index.html", "#power=,n2000")
    page.click("[data-filter-open]")
    assert page.locator("#filter-gas option").all_inner_texts() == ["любой", "рядом", "рядом нет"]
    assert page.locator('[data-part="amount"]').count() == 0
    assert page.locator('[data-group="sector"]').count() == 0
    assert page.evaluate("GZ.places().every(place => !GZ.keepsPlot(place) || GZ.judge(place) === 'u')")


def test_a_district_keeps_its_zones(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html", "#district=6152")
    assert page.locator("#zone-rows tr:visible .district").all_inner_texts() == ["Сайрамский"]
    assert page.evaluate("GZ.kept().every(place => GZ.page.zones[GZ.plots.rows.zone[place]].code === '6152')")
