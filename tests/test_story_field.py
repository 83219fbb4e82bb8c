"""The story of an inspection: from the queue to the plot with a phone, one file, the maps of next morning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from field_files import jpeg_with_metadata
from ledger_stories import record_events
from region_fixtures import SmallRegion

from geozones import publish
from geozones.cli.app import run
from geozones.config import load_config
from geozones.ledger.workbook import write_workbook

PHONE = (390, 844)
PLOT, OTHER = "badam-28", "badam-32"
NOTE = "Забор, техники нет </script><b>"
HOLDER = "Демо-участник 012"


def open_form(page: Any, region: SmallRegion, opened: Any) -> None:
    """Go from the row of the queue to the form, as somebody would who takes it along."""
    opened.open(publish.current_run(region.out) / "internal" / "queue.html", "#lang=en")
    page.tap(f'[data-plot="{PLOT}"] a[href^="inspect.html"]')
    page.wait_for_url("**/inspect.html*")
    page.wait_for_selector("#chosen:visible")


def fill_in(page: Any, photo: Path) -> None:
    page.fill("[name=date]", "2025-02-05")
    page.fill("[name=time]", "14:30")
    page.fill("[name=lat]", "42,3412")
    page.fill("[name=lon]", "69.59")
    page.tap("input[name=started][value=no] + span")
    page.tap("input[name=tidiness][value=poor] + span")
    page.select_option("[name=stage]", "fenced")
    page.fill("[name=greening]", "7,5")
    page.fill("[name=note]", NOTE)
    page.fill("[name=by]", "Қ. Тексеруші")
    page.set_input_files("#photos", [str(photo)])
    page.wait_for_selector("#photo-list img")


def save(page: Any, folder: Path) -> Path:
    with page.expect_download() as download:
        page.tap("#save")
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_an_inspection_goes_from_the_queue_to_the_plot_and_back(
    small_region: SmallRegion, offline_page: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    given = ["-c", str(small_region.config), "--lang", "en"]
    assert run(["build", *given, "--quiet"]) == 0
    opened = offline_page(PHONE, has_touch=True, accept_downloads=True)
    page = opened.page
    open_form(page, small_region, opened)
    assert "Badam" in page.inner_text("#chosen")
    assert HOLDER in page.inner_text("#chosen")
    page.tap("#save")
    assert "whether work has started" in page.inner_text("#said")
    photo = tmp_path / "IMG <1>.jpg"
    photo.write_bytes(jpeg_with_metadata())
    fill_in(page, photo)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    file = save(page, tmp_path)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    sheet = page.evaluate("document.getElementById('sheet').textContent")
    assert "☒ no work seen" in sheet
    assert "5 Feb 2025, 14:30" in sheet

    inbox = small_region.folder / ".geozones" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / file.name).write_bytes(file.read_bytes())
    write_workbook(inbox / "register.xlsx", journal=[{"date": "2025-02-06", "plot_id": "x-1", "event": "start"}])
    assert run(["nightly", *given]) == 0
    assert "stage=inbox" in (log := capfd.readouterr().err)
    assert "taken=1 recorded=1 refused=1" in log
    check_maps(small_region, offline_page())
    assert run(["nightly", *given]) == 0
    assert "stage=read" not in capfd.readouterr().err
    changes = publish.current_run(small_region.out) / "internal" / "changes.html"
    assert "returned/register-" in changes.read_text("utf-8")
    assert run(["ledger", "record", "inspect", "--file", str(file), "--by", "P", *given]) == 0
    assert "1 known already" in capfd.readouterr().out


def check_maps(region: SmallRegion, opened: Any) -> None:
    """Read queue, zone, card and changes of the next morning; the public has none of it."""
    made = publish.current_run(region.out)
    page = opened.open(made / "internal" / "queue.html", "#lang=en")
    assert "inspected 5 Feb 2025: no work seen" in page.inner_text(f'[data-plot="{PLOT}"] .queue-evidence')
    assert "not inspected" in page.inner_text(f'[data-plot="{OTHER}"] .queue-evidence')
    page = opened.open(made / "internal" / "zones" / "badam.html", f"#plot={PLOT}&lang=en")
    assert page.inner_text("#zone-order") == "poor: 1 plot"
    assert page.inner_text("#zone-greening") == "7.5 % on the 1 plot looked at"
    page.wait_for_selector("#card-inspections img")
    assert page.evaluate("document.querySelector('#card-inspections img').decode().then(() => true)")
    assert NOTE in page.inner_text("#card-inspections")
    assert "inspected on 5 Feb 2025, no work seen" in page.inner_text(".card-state")
    page.evaluate(f"GZ.setView({{plot: '{OTHER}'}})")
    assert page.inner_text(".card-state").endswith("not inspected")
    page = opened.open(made / "internal" / "zones" / "turkistan.html", "#lang=en")
    assert page.inner_text("#zone-order") == page.inner_text("#zone-greening") == "not inspected"
    page = opened.open(made / "internal" / "changes.html", "#lang=en")
    said = page.inner_text("#inbox")
    assert "x-1: no such plot" in said
    assert "returned/register-" in said
    photos = [file.relative_to(made).as_posix() for file in made.rglob("*.jpg")]
    assert [name.rsplit("/", 1)[0] for name in photos] == ["internal/photos"]
    forbidden = [word.encode() for word in (photos[0].rsplit("/", 1)[1], HOLDER, "Тексеруші", "no machines")]
    for file in (made / "public").rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert not [each for each in forbidden if each in content], file
        assert b"\xff\xd8\xff" not in content[:3]
    assert not (made / "public" / "inspect.html").exists()


def test_rows_of_a_layer_feed_the_same_evidence(small_region: SmallRegion) -> None:
    rows = ["subject_id,date,started,tidiness,greening_share,photo"]
    rows += [f"{PLOT},2025-02-03,no,fair,0.1,old.jpg", "badam,2025-02-04,,good,0.2,", "badam-999,2025-02-04,no,,,"]
    table = small_region.folder / "layers" / "inspections.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    small_region.add_settings('[layers.seen]\nrole = "inspections"\nsource = "inspections.csv"')
    config = load_config(small_region.config, environ={})
    from geozones import pipeline

    region = pipeline.check_region(config)
    day = pipeline.choose_day(config, None)
    read = pipeline.read_ledger(region, config, as_of=day)
    again = pipeline.read_ledger(region, config, as_of=day)
    assert read.book is not None
    assert again.book is not None
    assert read.book.seq == again.book.seq
    refused = read.issues[read.issues["rule"] == "inspection_refused"]
    assert list(refused["feature_key"]) == ["badam-999"]
    states = read.book.states.set_index("plot_id")
    assert states.loc[PLOT, "inspected_started"] == "no"
    assert states.loc[PLOT, "next_step"] == "breach"
    seen = read.book.inspections
    assert seen[PLOT][0].tidiness == "fair"
    assert seen["badam"][0].greening_share == 0.2
    record_events(config, [("inspect", PLOT, "2025-02-05", {"started": "yes"})])
    later = pipeline.read_ledger(region, config, as_of=day)
    assert later.book is not None
    assert [row.started for row in later.book.inspections[PLOT]] == ["yes", "no"]
