"""Names and addresses that try to run or break something; pages without their files; regions without rows."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import make_table
from page_content import make_content, make_tables

from geozones.maps import PageContent, draw_pages

NAMES = (
    '</script><img src=x onerror="window.hacked=1">',
    "'\"><svg onload=window.hacked=1>",
    "`${window.hacked=1}` {{ 7*7 }} {% raw %}",
    "\\u003cimg src=x onerror=window.hacked=1\\u003e \\",
    "\u202eзона\u2066 <!-- \u2028\u2029",
    "X" * 10_000,
)
HASHES = (
    "#plot=%3Cimg%20src=x%20onerror=window.hacked=1%3E",
    "#only=constructor&hide=__proto__&sort=-toString&show=%00",
    "#lang=xx&plot=" + "9" * 5000,
    "#%E0%A4%A",
    "#plot=badam-1&plot=badam-2&zone[]=1",
)
Open = Callable[..., Any]


def write_tree(content: PageContent, folder: Path) -> Path:
    """Write the pages as a run lies below its doors, with the note that stands beside them."""
    folder = folder / "runs" / "one"
    folder.mkdir(parents=True)
    (folder.parent.parent / "notice.js").write_text("", encoding="utf-8")
    for audience in ("internal", "public"):
        for name, page in draw_pages(content, audience=audience):
            target = folder / audience / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(page)
    return folder


@pytest.fixture(scope="module")
def small_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(make_content(), tmp_path_factory.mktemp("pages"))


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_only_ever_shown(tmp_path: Path, offline_page: Open, name: str) -> None:
    tree = write_tree(make_content(name, participant=name), tmp_path)
    opened = offline_page()
    for file in sorted(tree.rglob("*.html")):
        page = opened.open(file)
        page.wait_for_selector("html.is-ready")
        page.fill("#search", name[:20])
        page.keyboard.press("Escape")
        for path in page.locator("path.plot, path.network-hit, .ring-icon").all()[:4]:
            path.dispatch_event("mouseover")
        if page.locator("#plot-table .row-button").count():
            page.locator("#plot-table .row-button").first.click()
        assert page.evaluate("window.hacked") is None
        assert page.locator("img, svg[onload]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("fragment", HASHES)
@pytest.mark.parametrize("place", ["index.html", "zones/badam.html"])
def test_an_address_is_read_as_data(small_tree: Path, offline_page: Open, place: str, fragment: str) -> None:
    page = offline_page().open(small_tree / "internal" / place, fragment)
    page.wait_for_selector("html.is-ready .leaflet-pane path")
    assert page.evaluate("window.hacked") is None
    assert page.locator("html").get_attribute("lang") == "ru"


@pytest.mark.parametrize("lost", ["page.css", "geozones.js", "leaflet.js", "assets"])
def test_without_its_files_a_page_says_what_to_do(
    small_tree: Path, browser: Any, tmp_path: Path, lost: str
) -> None:
    shutil.copytree(small_tree, tmp_path / "tree")
    assets = tmp_path / "tree" / "internal" / "assets"
    (shutil.rmtree if lost == "assets" else Path.unlink)(assets if lost == "assets" else assets / lost)
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((assets.parent / "index.html").as_uri())
    assert "Распакуйте архив целиком" in page.locator("#missing").inner_text()
    assert page.locator("#missing").is_visible()
    context.close()


def test_a_whole_page_says_nothing_of_files(small_tree: Path, offline_page: Open) -> None:
    page = offline_page().open(small_tree / "internal" / "index.html")
    assert page.locator("#missing").is_hidden()


def test_a_region_without_zones_says_what_to_do(tmp_path: Path, offline_page: Open) -> None:
    nothing = make_tables(zones=make_table("zones", []), plots=make_table("plots", []), districts=None)
    tree = write_tree(make_content(tables=nothing), tmp_path)
    page = offline_page().open(tree / "internal" / "index.html")
    page.wait_for_selector("html.is-ready")
    assert "Зон пока нет" in page.locator("#zones").inner_text()


def test_a_zone_without_plots_says_so(small_tree: Path, offline_page: Open) -> None:
    page = offline_page().open(small_tree / "internal" / "zones" / "later.html")
    page.wait_for_selector("html.is-ready")
    assert "В этой зоне ещё нет участков" in page.locator("#plots").inner_text()
    assert "ещё не разделена на участки" in page.locator(".fact-free").inner_text()


def test_planned_zones_stand_below_the_line(small_tree: Path, offline_page: Open) -> None:
    page = offline_page().open(small_tree / "internal" / "index.html")
    assert page.locator("#zone-rows tr").count() == 2
    assert "Потом" in page.locator("#proposals").inner_text()


def test_a_region_that_is_no_demonstration_has_no_watermark(tmp_path: Path, offline_page: Open) -> None:
    content = make_content()
    real = content.region.model_copy(update={"demonstration": False})
    tree = write_tree(make_content(region=real), tmp_path)
    for file in tree.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        if file.name == "inspect.html":  # carries the words of all scripts in itself
            assert '"demonstration":false' in text
            text = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        assert "ДЕМО:" not in text
        assert "вымышлено" not in text


def test_a_real_roof_of_issues_is_translated(tmp_path: Path) -> None:
    from geozones.errors import Message

    content = make_content()
    issues = content.issues.assign(message=[Message("Layer {layer} …", {"layer": "<b>"})])
    page = dict(draw_pages(make_content(issues=issues), audience="internal"))["issues.html"].decode()
    assert '{"layer":"\\u003cb\\u003e"}' in page
