"""Story 5 of the pages, "A bad night": half of the plots are missing, yesterday's maps stay, nothing is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser_fixtures import OfflinePage, OpenOffline
from region_fixtures import MailBox, SmallRegion

from geozones import publish
from geozones.cli.app import run

MAIL = """
[nightly.mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "geozones@example.kz"
to = ["operator@example.kz"]
"""


def night(region: SmallRegion, *arguments: str) -> int:
    return run(["nightly", "-c", str(region.config), "--quiet", *arguments])


def half(features: list[Any]) -> list[Any]:
    return features[: len(features) // 2]


def yellow_line(opened: OfflinePage, region: SmallRegion) -> Any:
    """Go through the door as a reader does and give the line about a rebuild that was held back."""
    page = opened.open(region.out / "index.html")
    page.wait_for_url("**/internal/index.html*")
    page.wait_for_function("document.documentElement.classList.contains('is-ready')")
    return page.locator("#held-back")


def test_a_bad_night(
    built_region: SmallRegion, mail_box: MailBox, offline_page: OpenOffline, capfd: pytest.CaptureFixture[str]
) -> None:
    built_region.add_settings(MAIL.format(port=mail_box.port))
    yesterday = publish.current_run(built_region.out)
    whole = built_region.layer("plots").read_bytes()
    reader = offline_page()
    assert not yellow_line(reader, built_region).is_visible()

    built_region.edit("plots", half)
    assert night(built_region) == 7
    assert publish.current_run(built_region.out) == yesterday
    assert publish.verify_run(publish.read_manifest(yesterday)) == []
    line = yellow_line(reader, built_region)
    for language, counts in (
        ("ru", "Слой plots: объектов было 90, стало 45"),
        ("kk", "plots қабаты: нысан 90 еді, 45 болды"),
        ("en", "Layer plots: 90 features became 45"),
    ):
        reader.page.click(f'[data-language="{language}"]')
        assert line.is_visible()
        assert counts in line.inner_text()
    assert reader.page.locator('[data-figure="plots_free"]').first.get_attribute("data-value") == figure(yesterday)
    (letter,) = mail_box.letters
    assert "сборка задержана" in letter["Subject"]
    assert re.search(r"Слой plots: объектов было 90, стало 45", letter.get_content())

    held = publish.list_runs(built_region.out)[0]
    opened = offline_page().open(held.path / "internal" / "changes.html")
    assert opened.locator("#plots_gone h2").inner_text().endswith("45")

    built_region.layer("plots").write_bytes(whole)
    assert night(built_region) == 0
    assert not yellow_line(reader, built_region).is_visible()
    assert figure(publish.current_run(built_region.out)) == figure(yesterday)

    built_region.edit("plots", half)
    assert night(built_region) == 7
    assert night(built_region, "--accept-change", "half of the plots were given back") in (0, 3)
    assert publish.current_run(built_region.out).name not in (yesterday.name, held.run_id)
    assert not yellow_line(reader, built_region).is_visible()
    assert run(["runs", "rollback", "-c", str(built_region.config), "--quiet"]) == 0
    assert figure(publish.current_run(built_region.out)) == figure(yesterday)
    capfd.readouterr()


def figure(run_folder: Any) -> str:
    import json

    return str(json.loads((run_folder / "data" / "summary.json").read_text("utf-8"))["plots_free"])
