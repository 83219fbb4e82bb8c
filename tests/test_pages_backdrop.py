"""A map of the intranet under the pages: shown while it answers, dropped when it fails, never in public."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from page_content import make_content
from pydantic import ValidationError
from test_pages_hostile import write_tree

from geozones.config.model import MapsConfig

Open = Callable[..., Any]
ADDRESS = "http://maps.intranet.example/{z}/{x}/{y}.png"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(make_content(tile_url=ADDRESS), tmp_path_factory.mktemp("backdrop"))


def open_with(browser: Any, file: Path, answer: Callable[[Any], None]) -> Any:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.route(re.compile(r"^http://maps"), answer)
    page.goto(file.as_uri())
    page.wait_for_selector("html.is-ready")
    return page


def test_it_lies_under_the_map_while_it_answers(browser: Any, tree: Path) -> None:
    page = open_with(
        browser, tree / "internal" / "zones" / "badam.html",
        lambda route: route.fulfill(body=PIXEL, content_type="image/png"),
    )  # fmt: skip
    page.wait_for_selector(".leaflet-backdrop-pane img.leaflet-tile-loaded")
    assert page.locator("#backdrop-note").is_hidden()
    page.close()


def test_it_is_dropped_when_it_fails_and_the_map_stays(browser: Any, tree: Path) -> None:
    page = open_with(browser, tree / "internal" / "zones" / "badam.html", lambda route: route.abort())
    page.wait_for_selector("#backdrop-note:not([hidden])")
    assert page.locator(".leaflet-backdrop-pane img").count() == 0
    page.locator("path.plot-free").first.click()
    assert page.locator("#card").is_visible()
    page.click('[data-zoom="in"]')
    assert page.locator(".leaflet-backdrop-pane img").count() == 0
    page.close()


def test_the_public_pages_ask_for_nothing(tree: Path, offline_page: Open) -> None:
    assert "intranet.example" not in (tree / "public" / "zones" / "badam.html").read_text(encoding="utf-8")
    offline_page().open(tree / "public" / "zones" / "badam.html").wait_for_selector("html.is-ready")


@pytest.mark.parametrize("address", ["ftp://host/{z}/{x}/{y}.png", "http://host/tiles.png", "javascript:{z}"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        MapsConfig(tile_url=address)
    assert MapsConfig(tile_url=ADDRESS).tile_url == ADDRESS
