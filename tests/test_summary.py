"""The summary for the akim: its figures are those of `summary.json`, its rows sum to them, and it fits one A4."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from builders import make_square, make_table
from conftest import DemoRun
from ledger_stories import day, open_story
from page_content import AS_OF, make_content
from pypdf import PdfReader

from geozones.config import PublishedFigures
from geozones.figures import count_overdue, district_figures, month_ends, ready_plots, sector_figures, zone_figures
from geozones.i18n import LANGUAGES
from geozones.maps import public_content
from geozones.maps.atlas import make_atlas
from geozones.maps.pages import draw_pages
from geozones.maps.summary import draw_summary

FIGURE = re.compile(r'data-figure="([^"]+)" data-value="([^"]+)"')
MONTHS = ("2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30", "2024-07-31", "2024-08-31",
          "2024-09-30", "2024-10-31", "2024-11-30", "2024-12-31", "2025-01-31")  # fmt: skip


def cells_of(page: Any, section: str) -> list[list[str]]:
    rows = page.eval_on_selector_all(
        f".summary-{section} tbody tr, .summary-{section} tfoot tr",
        "rows => rows.map(row => Array.from(row.cells).map(cell => cell.innerText))",
    )
    return [[cell.replace(",", "").strip() for cell in row] for row in rows]


def column(rows: list[list[str]], place: int) -> list[float]:
    return [0.0 if row[place] == "no data" else float(row[place]) for row in rows]


@pytest.fixture
def summary(demo_run: DemoRun, offline_page: Any) -> Any:
    return offline_page().open(demo_run.run / "internal" / "summary.html", "#lang=en")


# ---- figures ----


def test_every_figure_is_that_of_the_summary_file(demo_run: DemoRun) -> None:
    page = (demo_run.run / "internal" / "summary.html").read_text("utf-8")
    found = [(name, float(value)) for name, value in FIGURE.findall(page)]
    assert found == [(name, float(demo_run.summary[name])) for name, _ in found]
    wanted = {"zones", "zones_regional", "zones_private", "zones_new", "area_ha", "plots_free", "area_free_ha",
              "projects", "investment_kzt", "invested_kzt", "jobs_planned", "jobs_actual", "start_passed",
              "area_start_passed_ha", "plots_operating", "area_not_divided_ha", "area_streets_ha"}  # fmt: skip
    assert wanted <= {name for name, _ in found}


def test_rows_by_district_and_sector_sum_to_the_region(summary: Any) -> None:
    for section, sums in (("districts", range(1, 11)), ("sectors", range(1, 8))):
        *rows, total = cells_of(summary, section)
        for place in sums:
            said = sum(column(rows, place))
            assert said == pytest.approx(column([total], place)[0], abs=0.05 * len(rows)), (section, place)


def test_hectares_by_state_sum_to_the_zones(summary: Any) -> None:
    *rows, total = cells_of(summary, "states")
    assert sum(column(rows, 2)) == pytest.approx(float(total[2]), abs=0.3)
    assert sum(column(rows, 3)) == pytest.approx(100, abs=0.3)


def test_published_figures_stand_beside_the_computed_ones(summary: Any) -> None:
    rows = {row[0]: row[1:] for row in cells_of(summary, "published")}
    assert rows["Area of regional zones ha"] == ["1700", "1700", "="]
    assert rows["Investment declared bn ₸"] == ["120.0", "120.0", "="]
    assert len(rows) == 7


def test_a_published_figure_that_differs_is_marked_and_an_unknown_one_not_computed() -> None:
    values = {"zones": 9, "investment_kzt": 1e9, "jobs_planned": 5}
    given = PublishedFigures(date=dt.date(2023, 5, 1), source="«Сообщение» <b>", values=values)
    page, _ = draw_summary(make_atlas(make_content(published_figures=given)))
    assert "≠: the two speak of other days or count in another way." in page
    assert "not computed" in page
    assert "«Сообщение» &lt;b&gt;" in page


def test_ready_plots_are_free_and_have_every_answer_yes() -> None:
    content = make_content()
    networks = content.plot_networks.assign(near="yes", capable="yes", allowed="yes")
    given = (content.tables.plots, content.states, content.zone_figures)
    usable = content.usable.assign(usable_m2=[1.0, 2, 3, 40_000, 20_000, 40_000, 50_000])
    found = ready_plots(*given, networks=networks, usable=usable, as_of=AS_OF)
    assert found["plot_id"].tolist() == ["Бадам-1", "badam-4", "badam-6", "badam-5"]
    assert found["usable_ha"].tolist() == [5.0, 4.0, 4.0, 2.0]
    unknown = networks.copy()
    is_one = (unknown["plot_id"] == "badam-4") & (unknown["network"] == "water")
    unknown.loc[is_one, "capable"] = "unknown"
    found = ready_plots(*given, networks=unknown, usable=usable, as_of=AS_OF)
    assert "badam-4" not in set(found["plot_id"])


def test_breakdowns_leave_nothing_out_where_district_or_sector_is_not_stated() -> None:
    content = make_content()
    zones = content.tables.zones.assign(district_code=["6146", None, "6146"])
    districts = district_figures(zones, content.zone_figures)
    assert districts["zones"].to_dict() == {"6146": 1, "": 1}
    states = content.states.assign(sector=None)
    sectors = sector_figures(content.tables.plots, states, content.zone_figures, as_of=AS_OF)
    assert sectors.index.tolist() == [""]
    assert sectors["investment_kzt"].sum() == content.region_figures["investment_kzt"]
    assert sectors["projects"].sum() == content.region_figures["projects"]


# ---- the trend ----


def test_month_ends_are_those_of_the_twelve_months_before() -> None:
    assert [each.isoformat() for each in month_ends(dt.date(2025, 2, 10))] == list(MONTHS)
    assert month_ends(dt.date(2025, 1, 31), count=1) == [dt.date(2024, 12, 31)]


def test_the_ledger_tells_since_when_start_dates_lay_behind(tmp_path: Path) -> None:
    story = open_story(f"sqlite:///{tmp_path}/ledger.sqlite")
    story.contract("P1", start_due="2025-04-30")
    story.record("extend", "P1", "2025-06-15", start_due="2025-09-30", document="addendum 1", reason="asked")
    story.record("start", "P1", "2025-12-01", document="act 2")
    story.contract("P2", start_due="2025-05-31")
    story.record("suspend", "P2", "2025-07-10", reason="court 7")
    overdue = story.ledger.overdue()
    rows = overdue.spans.astype(str).to_dict("records")
    assert rows == [
        {"plot_id": "P1", "start": "2025-05-01", "end": "2025-06-15"},
        {"plot_id": "P1", "start": "2025-10-01", "end": "2025-12-01"},
        {"plot_id": "P2", "start": "2025-06-01", "end": "2025-07-10"},
    ]
    assert overdue.known_from == dt.date(2025, 1, 10)


def test_spans_are_what_the_ledger_says_of_each_day(tmp_path: Path) -> None:
    story = open_story(f"sqlite:///{tmp_path}/ledger.sqlite")
    story.contract("P1", start_due="2025-04-30")
    story.contract("P2", start_due="2025-08-31")
    story.record("extend", "P1", "2025-06-15", start_due="2025-09-30", document="addendum 1", reason="asked")
    story.record("inspect", "P2", "2025-09-05", started="no")
    story.record("breach", "P2", "2025-09-10", document="act 1")
    plots = pd.DataFrame({"plot_id": ["P1", "P2", "P3"]})
    spans = story.ledger.overdue().spans
    for date in pd.date_range("2025-01-05", "2025-12-31", freq="3D"):
        table = story.ledger.tabulate(plots, as_of=date.date())
        lasts = (spans["start"] <= date) & ~(spans["end"] <= date)
        assert set(spans.loc[lasts, "plot_id"]) == set(table.loc[table["start_passed"], "plot_id"]), date


def test_a_day_before_the_ledger_is_unknown_and_never_zero() -> None:
    content = make_content()
    spans = pd.DataFrame({
        "plot_id": ["badam-2", "badam-2", "gone"],
        "start": pd.to_datetime(["2024-04-04", "2024-09-01", "2024-01-01"]),
        "end": pd.to_datetime(["2024-08-01", None, None]),
    })  # fmt: skip
    counts = count_overdue(
        spans, content.tables.plots, content.zone_figures,
        days=[day("2024-03-31"), day("2024-04-30"), day("2024-08-31"), day("2024-09-30")],
        known_from=day("2024-04-01"),
    )  # fmt: skip
    assert [(each.plots, each.area_ha) for each in counts] == [(None, None), (1, 4.0), (0, 0.0), (1, 4.0)]
    without = count_overdue(None, content.tables.plots, content.zone_figures, days=[AS_OF], known_from=None)
    assert without[0].plots is None
    page, _ = draw_summary(make_atlas(make_content()))
    assert page.count('<span class="trend-bar trend-unknown"') == 12


def test_the_trend_ends_with_the_figure_of_the_day(summary: Any, demo_run: DemoRun) -> None:
    bars = summary.eval_on_selector_all(
        ".trend li", "bars => bars.map(bar => [bar.dataset.day, Number(bar.dataset.value)])"
    )
    assert [bar[0] for bar in bars] == [*MONTHS, "2025-02-10"]
    assert bars[-1][1] == demo_run.summary["start_passed"]
    assert all(0 < count <= 11 for _, count in bars)


def test_plots_that_end_and_zones_that_do_not_count_leave_the_trend() -> None:
    zones = make_table("zones", [
        {"zone_id": "a", "name_ru": "a", "kind": "regional", "status": "active",
         "geometry": make_square(0, 0, 900)},
        {"zone_id": "b", "name_ru": "b", "kind": "regional", "status": "planned",
         "geometry": make_square(5000, 0, 900)},
    ])  # fmt: skip
    plots = make_table("plots", [
        {"plot_id": "a1", "zone_id": "a", "valid_to": "2024-06-01", "geometry": make_square(0, 0, 100)},
        {"plot_id": "a2", "zone_id": "a", "geometry": make_square(200, 0, 100)},
        {"plot_id": "b1", "zone_id": "b", "geometry": make_square(5000, 0, 100)},
    ])  # fmt: skip
    states = make_content().states.iloc[:3].assign(plot_id=["a1", "a2", "b1"]).reset_index(drop=True)
    figures = zone_figures(zones, plots, states, as_of=AS_OF, undivided_min_width_m=60.0)
    spans = pd.DataFrame({"plot_id": ["a1", "a2", "b1"], "start": pd.to_datetime(["2024-01-01"] * 3),
                          "end": pd.to_datetime([None] * 3)})  # fmt: skip
    counts = count_overdue(
        spans, plots, figures, days=[day("2024-05-31"), day("2024-06-30")], known_from=day("2024-01-01")
    )
    assert [each.plots for each in counts] == [2, 1]
    assert counts[1].area_ha == pytest.approx(1.0, abs=0.01)


# ---- the page and the sheet ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_printed_on_one_a4(demo_run: DemoRun, offline_page: Any, tmp_path: Path, language: str) -> None:
    page = offline_page().open(demo_run.run / "internal" / "summary.html", f"#lang={language}")
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, print_background=True)
    sheets = PdfReader(tmp_path / "page.pdf").pages
    assert len(sheets) == 1
    assert (round(sheets[0].mediabox.width), round(sheets[0].mediabox.height)) == (595, 842)


@pytest.mark.parametrize("width", [1366, 390])
def test_it_fits_the_screen_and_the_index_leads_to_it(demo_run: DemoRun, offline_page: Any, width: int) -> None:
    page = offline_page((width, 844)).open(demo_run.run / "internal" / "index.html", "#lang=kk")
    page.click('a[href="summary.html"]')
    page.wait_for_selector(".trend")
    assert page.inner_text("h1").startswith("Әкімге арналған жиынтық")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "Қазығұрт"), ("ru", "Казыгуртский"), ("en", "Kazygurt")],
)
def test_the_sheet_is_one_a4_with_the_letters_of_its_language(
    demo_run: DemoRun, language: str, words: str
) -> None:
    sheet = (demo_run.run / "internal" / f"summary-{language}.pdf").read_bytes()
    pages = PdfReader(io.BytesIO(sheet)).pages
    text = pages[0].extract_text()
    assert len(pages) == 1
    assert words in text
    assert "\ufffd" not in text


def test_the_same_content_gives_the_same_bytes() -> None:
    content = make_content()
    first, second = (draw_summary(make_atlas(content)) for _ in range(2))
    assert first == second


def test_the_public_has_no_summary(demo_run: DemoRun) -> None:
    assert [file.name for file in (demo_run.run / "public").rglob("summary*")] == []
    content = public_content(replace(make_content(), known_from=AS_OF))
    assert (content.overdue, content.known_from, content.published_figures) == (None, None, None)
    assert not [name for name, _ in draw_pages(make_content(), audience="public") if "summary" in name]


def test_it_holds_no_name_of_a_participant(demo_run: DemoRun) -> None:
    page = (demo_run.run / "internal" / "summary.html").read_text("utf-8")
    holders = json.loads(re.search(r'"holders":(\[[^\]]*\])', (
        demo_run.run / "internal" / "assets" / "search.js").read_text("utf-8"))[1])  # fmt: skip
    assert [name for name in holders if name and name in page] == []
