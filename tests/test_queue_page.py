"""The return queue and the last events of a plot, as a planner sees them: presumptions, clocks, lawful steps."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from docx import Document
from ledger_stories import record_events

from geozones import pipeline, publish
from geozones.config import load_config

ROOT = Path(__file__).resolve().parent.parent
NOT_SEEN = {"started": "no"}
ACTS = [
    ("inspect", "badam-28", "2025-01-20", NOT_SEEN),
    ("inspect", "badam-32", "2025-01-20", NOT_SEEN),
    ("breach", "badam-32", "2025-01-27", {"document": "акт 3 от 27.01.2025"}),
    ("inspect", "kentau-05", "2024-12-02", NOT_SEEN),
    ("breach", "kentau-05", "2024-12-05", {"document": "акт 1"}),
    ("notice", "kentau-05", "2024-12-09", {"document": "уведомление 11", "delivered": "2024-12-11"}),
    ("inspect", "kentau-09", "2024-12-12", NOT_SEEN),
    ("breach", "kentau-09", "2024-12-20", {"document": "акт 2"}),
    ("notice", "kentau-09", "2025-01-08", {"document": "уведомление 12"}),
    ("suspend", "maktaaral-15", "2025-01-10", {"reason": "дело № 7"}),
    ("extend", "shardara-05", "2025-02-03", {"start_due": "2025-12-31", "document": "допсоглашение 1"}),
    ("inspect", "sozak-12", "2024-10-02", NOT_SEEN),
    ("breach", "sozak-12", "2024-10-05", {"document": "акт 4"}),
    ("notice", "sozak-12", "2024-10-09", {"document": "уведомление 5", "delivered": "2024-10-11"}),
    ("termination_notice", "sozak-12", "2024-12-20", {"document": "уведомление 15", "delivered": "2025-02-03"}),
]  # fmt: skip
GROUPS = {"act": 2, "inspect": 4, "waiting": 3, "held": 1, "extended": 1}


@dataclass(frozen=True)
class QueueRun:
    """A run of the demonstration some weeks into its returns."""

    run: Path
    summary: dict[str, Any]

    @property
    def page(self) -> Path:
        return self.run / "internal" / "queue.html"


@pytest.fixture(scope="module")
def queue_run(tmp_path_factory: pytest.TempPathFactory) -> QueueRun:
    folder = tmp_path_factory.mktemp("queue")
    shutil.copytree(ROOT / "layers", folder / "layers")
    config = load_config(folder / "layers" / "geozones.toml", environ={})
    pipeline.read_ledger(pipeline.check_region(config), config, as_of=pipeline.choose_day(config, None))
    record_events(config, ACTS)
    pipeline.build(config, out=folder / "out")
    run = publish.current_run(folder / "out")
    return QueueRun(run, json.loads((run / "data" / "summary.json").read_text("utf-8")))


def cells(page: Any, plot_id: str) -> dict[str, str]:
    """Return the cells of a plot's row in words, without the labels of a phone."""
    script = """row => Object.fromEntries(Array.from(row.querySelectorAll("td"), cell => [
        cell.className.split(" ")[0].replace("queue-", ""),
        Array.from(cell.childNodes).filter(node => !(node.classList || new Set()).contains("queue-label"))
            .map(node => node.innerText || "").filter(Boolean).join(" | ")]))"""
    found: dict[str, str] = page.eval_on_selector(f'[data-plot="{plot_id}"]', script)
    return found


def test_the_queue_groups_plots_by_what_can_be_done_today(queue_run: QueueRun, offline_page: Any) -> None:
    page = offline_page().open(queue_run.page, "#lang=en")
    groups = page.eval_on_selector_all(
        "[data-group-rows]", "all => all.map(one => [one.dataset.groupRows, one.rows.length - 1])"
    )
    assert list(map(tuple, groups)) == list(GROUPS.items())
    areas = page.eval_on_selector_all("[data-area]", "all => all.map(one => Number(one.dataset.area))")
    of_act = areas[:2]
    assert of_act == sorted(of_act, reverse=True)
    assert cells(page, "kentau-05") == {
        "holder": "Демо-участник 031 | contract ИЗ-031/2022 of 1 Jun 2022",
        "due": "2 Jun 2023 | 619 days over",
        "evidence": "inspected 2 Dec 2024: no work seen | act of non-performance of 5 Dec 2024",
        "clock": "notice delivered 11 Dec 2024 → 60 days → 9 Feb 2025 (day off) → 10 Feb 2025 * | "
        "Land Code, art. 92: granted 1 Jun 2022 → 3 years → 2 Jun 2025 *",
        "step": "Send the notice of termination | lawful from 11 Feb 2025",
        "free": "gas 37 m³/h | electricity 480 kW | water 17 m³/day",
        "letter": "",
    }
    assert "10 working days → 17 Feb 2025" in cells(page, "sozak-12")["clock"]
    assert cells(page, "sozak-12")["step"] == "End the contract | lawful from 18 Feb 2025"
    assert (
        "notice of 8 Jan 2025: delivery not recorded, the clock has not started"
        in cells(page, "kentau-09")["clock"]
    )
    assert cells(page, "badam-32")["step"] == "Send the notice to cure | lawful since 27 Jan 2025"
    assert "* the rule that moves a last day off is not verified." in page.inner_text(".queue-box .note")
    assert cells(page, "maktaaral-15")["clock"].startswith("held since 10 Jan 2025: дело № 7")
    assert "31 Dec 2025 | moved by допсоглашение 1" in cells(page, "shardara-05")["due"]
    assert cells(page, "turkistan-44")["evidence"] == "by the documents; not inspected since the due date"


def test_a_step_that_is_lawful_today_has_its_letter_one_click_away(queue_run: QueueRun, offline_page: Any) -> None:
    page = offline_page().open(queue_run.page, "#lang=en")
    links = page.eval_on_selector_all(
        ".queue-letter a", "all => all.map(one => [one.closest('tr').dataset.plot, one.innerText, one.href])"
    )
    assert [(plot, text) for plot, text, _ in links][:3] == [
        ("badam-32", "Notice to cure"),
        ("badam-28", "Act of non-performance"),
        ("tulkibas-24", "Request for an explanation"),
    ]
    assert len(links) == GROUPS["act"] + GROUPS["inspect"]
    files = [Path(unquote(urlsplit(href).path)) for _, _, href in links]
    assert all(file.is_relative_to(queue_run.run / "internal" / "letters") for file in files)
    assert "ИЗ-011/2020" in "\n".join(
        cell.text for row in Document(str(files[0])).tables[0].rows for cell in row.cells
    )
    assert not (queue_run.run / "public" / "letters").exists()


def test_its_figures_are_those_of_the_summary_and_its_rows_sum_to_them(
    queue_run: QueueRun, offline_page: Any
) -> None:
    page = offline_page().open(queue_run.page)
    figures = dict(page.eval_on_selector_all(
        "[data-figure]", "all => all.map(one => [one.dataset.figure, Number(one.dataset.value)])"
    ))  # fmt: skip
    assert figures == {name: queue_run.summary[name] for name in figures}
    assert figures["start_passed"] == 9
    passed = page.eval_on_selector_all(
        "tr.is-passed [data-area]", "all => all.map(one => Number(one.dataset.area))"
    )
    assert len(passed) == figures["start_passed"]
    assert sum(passed) == pytest.approx(figures["area_start_passed_ha"], abs=0.01)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_no_language_calls_anybody_a_breaker(queue_run: QueueRun, offline_page: Any, language: str) -> None:
    page = offline_page().open(queue_run.page, f"#lang={language}")
    text = page.inner_text("body").casefold()
    for word in ("нарушител", "простаива", "бұзушы ", "violator", "idle"):
        assert word not in text
    assert "{" not in text


def test_chips_show_one_group_and_the_address_keeps_it(queue_run: QueueRun, offline_page: Any) -> None:
    opened = offline_page()
    page = opened.open(queue_run.page)
    page.click('button[data-queue="waiting"]')
    assert page.url.endswith("#show=waiting")
    assert page.locator("tr[data-plot]:visible").count() == GROUPS["waiting"]
    page = opened.open(queue_run.page, "#show=act")
    assert page.locator("tr[data-plot]:visible").count() == GROUPS["act"]
    page.click('button[data-queue=""]')
    assert page.locator("tr[data-plot]:visible").count() == sum(GROUPS.values())


def test_a_row_leads_to_the_card_of_its_plot_and_the_index_to_the_queue(
    queue_run: QueueRun, offline_page: Any
) -> None:
    page = offline_page().open(queue_run.run / "internal" / "index.html")
    page.click('a[href^="queue.html"]')
    page.wait_for_selector(".queue-table")
    page.click('[data-plot="badam-32"] a')
    page.wait_for_selector("#card:visible")
    assert "32" in page.inner_text("#card h2")


def test_it_fits_a_phone_and_landscape_sheets(queue_run: QueueRun, offline_page: Any, tmp_path: Path) -> None:
    phone = offline_page((390, 844), has_touch=True).open(queue_run.page, "#lang=kk")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    page = offline_page().open(queue_run.page, "#lang=kk")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    page.pdf(path=tmp_path / "queue.pdf", prefer_css_page_size=True)
    content = (tmp_path / "queue.pdf").read_bytes()
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") <= 2
    assert b"/MediaBox [0 0 841" in content


def test_the_public_tree_has_no_queue(queue_run: QueueRun) -> None:
    public = queue_run.run / "public"
    assert not (public / "queue.html").exists()
    named = [path.name for path in public.rglob("*") if path.is_file() and b"queue" in path.read_bytes()]
    assert named == []


def last_events(page: Any) -> list[str]:
    page.wait_for_selector(".card-history")
    script = "all => all.map(one => Array.from(one.children, part => part.innerText).join(' · '))"
    found: list[str] = page.eval_on_selector_all(".card-history li", script)
    return found


def test_the_card_of_a_plot_shows_its_last_events(queue_run: QueueRun, offline_page: Any) -> None:
    opened, zones = offline_page(), queue_run.run / "internal" / "zones"
    assert last_events(opened.open(zones / "kentau.html", "#plot=kentau-05&lang=en")) == [
        "9 Dec 2024 · Notice to cure · уведомление 11",
        "5 Dec 2024 · Act of non-performance · акт 1",
        "2 Dec 2024 · Inspection",
    ]
    lines = last_events(opened.open(zones / "shardara.html", "#plot=shardara-05&lang=en"))
    assert lines[0] == "3 Feb 2025 · Term extended by an addendum · допсоглашение 1 · start due 31 Dec 2025"
    assert lines[1].endswith("Contract signed · ИЗ-062/2022")
    public = (queue_run.run / "public" / "zones" / "kentau.html").read_text("utf-8")
    assert "уведомление 11" not in public
    assert '"history":null' in public
