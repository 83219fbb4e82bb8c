"""The story "an addendum arrives": 11 becomes 10, the page says why, and last Monday still shows 11."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from typer.testing import CliRunner

from geozones import pipeline, publish
from geozones.cli.app import app
from geozones.config import load_config

ROOT = Path(__file__).resolve().parent.parent
MONDAY, TODAY = dt.date(2025, 2, 10), dt.date(2025, 2, 14)
PLOT = "shardara-05"
FIRST_ROW = 4
"""Below the headings in Russian and Kazakh and the names of the columns."""
PAPER = "допсоглашение 1 от 12.02.2025"


def fill_journal(workbook: Path) -> None:
    """Type one row into the journal sheet, as somebody in the office would: an addendum moves the due start."""
    book = load_workbook(workbook)
    sheet = book["Journal"]
    titles = {str(cell.value): cell.column for cell in sheet[1]}
    row = {
        "Дата события": "12.02.2025", "Участок (plot_id)": PLOT, "Событие": "Срок продлён допсоглашением",
        "Документ: вид, номер, дата": PAPER, "Срок начала работ": "31.12.2025", "Основание": "просьба участника",
    }  # fmt: skip
    for title, value in row.items():
        sheet.cell(row=FIRST_ROW, column=titles[title], value=value)
    book.save(workbook)


def figure(page: Any, name: str) -> int:
    return int(page.get_attribute(f'[data-figure="{name}"]', "data-value"))


def test_an_addendum_takes_a_plot_out_of_the_queue_and_the_past_stays(tmp_path: Path, offline_page: Any) -> None:
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    settings, out = tmp_path / "layers" / "geozones.toml", tmp_path / "out"
    config = load_config(settings, environ={})
    opened = offline_page()

    pipeline.build(config, out=out, as_of=TODAY)
    page = opened.open(publish.current_run(out) / "internal" / "index.html", "#lang=ru")
    assert figure(page, "start_passed") == 11
    page.screenshot(path=tmp_path / "before.png")

    run = CliRunner().invoke
    workbook = str(tmp_path / "register.xlsx")
    assert run(app, ["ledger", "template", workbook, "-c", str(settings)]).exit_code == 0
    fill_journal(Path(workbook))
    taken = run(app, ["ledger", "import", workbook, "-c", str(settings), "--as-of", str(TODAY), "--lang", "en"])
    assert taken.exit_code == 0, taken.output
    assert "1 rows; 1 recorded" in taken.output

    pipeline.build(config, out=out, as_of=TODAY)
    internal = publish.current_run(out) / "internal"
    page = opened.open(internal / "index.html", "#lang=ru")
    assert figure(page, "start_passed") == 10
    page.click('a[href^="queue.html"]')
    page.wait_for_selector(".queue-table")
    row = page.inner_text(f'[data-plot="{PLOT}"][data-group="extended"]')
    assert "31.12.2025" in row
    assert PAPER in row
    page.screenshot(path=tmp_path / "queue.png", full_page=True)
    page = opened.open(internal / "changes.html", "#lang=ru")
    why = page.inner_text("#starts_cleared")
    assert PAPER in why
    assert "31.12.2025" in why
    page.screenshot(path=tmp_path / "why.png", full_page=True)

    pipeline.build(config, out=tmp_path / "monday", as_of=MONDAY)
    monday = publish.current_run(tmp_path / "monday")
    page = opened.open(monday / "internal" / "index.html")
    assert figure(page, "start_passed") == 11
