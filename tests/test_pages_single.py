"""Pages in one file, to be sent by e-mail: small, asking for nothing, leading nowhere, naming nobody."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import make_square, make_table
from page_content import make_content, make_tables

from geozones.maps import PageContent, draw_pages

Open = Callable[..., Any]
GO_FOR_BYTES = 600_000


def singles(content: PageContent, audience: str = "public") -> dict[str, bytes]:
    return {name: page for name, page in draw_pages(content, audience=audience) if name.startswith("single/")}


def of_eighty_plots() -> PageContent:
    plots = make_table("plots", [
        {"plot_id": f"badam-{number:02d}", "zone_id": "badam", "number": str(number), "hazard_class": "III",
         "cadastral_no": f"19-305-012-{number:03d}", "area_ha": 0.8, "need_power_kw": 100.0,
         "geometry": make_square(100 * (number % 10), 100 * (number // 10), 90)}
        for number in range(80)
    ])  # fmt: skip
    return make_content(tables=make_tables(plots=plots), single_files=("public",))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep only the single files, as an e-mail does."""
    folder = tmp_path_factory.mktemp("mail")
    for name, page in singles(of_eighty_plots()).items():
        (folder / Path(name).name).write_bytes(page)
    yield folder
    shutil.rmtree(folder)


def test_they_are_written_only_where_asked() -> None:
    assert singles(make_content()) == {}
    assert singles(make_content(single_files=("public",)), "internal") == {}
    written = singles(make_content(single_files=("public", "internal")), "internal")
    assert sorted(written) == ["single/1-835c4aa9.html", "single/badam.html", "single/later.html",
                               "single/region.html"]  # fmt: skip


def test_a_zone_with_80_plots_is_small_and_asks_for_nothing(alone: Path, offline_page: Open) -> None:
    file = alone / "badam.html"
    assert file.stat().st_size < GO_FOR_BYTES
    opened = offline_page()
    asked: list[str] = []
    opened.page.on("request", lambda request: asked.append(request.url))
    page = opened.open(file)
    page.wait_for_selector("html.is-ready path.plot")
    page.click('[data-language="kk"]')
    page.fill("#search", "27")
    page.press("#search", "Enter")
    page.wait_for_selector("#card:not([hidden])")
    assert page.locator("path.plot").count() == 80
    assert page.locator("#card-title").inner_text().endswith("/ 27")
    assert [address.split("#")[0] for address in asked] == [file.as_uri()]
    assert page.locator("a[href]:not([href^='#'])").count() == 0


def test_the_region_leads_to_its_own_places(alone: Path, offline_page: Open) -> None:
    page = offline_page().open(alone / "region.html")
    page.wait_for_selector("html.is-ready .ring-icon")
    page.locator("#zone-rows a").first.click()
    page.wait_for_function("GZ.view.zone === 'badam'")
    assert page.locator("#plot-table tbody tr").count() == 25
    assert page.evaluate("GZ.kept().length") == 80
    page.fill("#search", "Бадам / 5")
    page.press("#search", "Enter")
    page.wait_for_function("GZ.view.plot === 'badam-05'")
    assert page.evaluate("GZ.map.getZoom()") >= 13
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(each => each.getAttribute('href'))")
    assert [href for href in hrefs if href and not href.startswith("#")] == []


def test_nothing_in_them_names_another_file(alone: Path) -> None:
    for file in alone.iterdir():
        text = file.read_text(encoding="utf-8")
        assert re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(?!data:)[^"]+', text) == []
        for secret in ("ТОО «Қарағай»", "contract", "ВЛ-500"):
            assert secret not in text


def test_pages_lead_to_the_file_to_send(tmp_path: Path) -> None:
    content = of_eighty_plots()
    pages = {
        f"{audience}/{name}": page.decode()
        for audience in ("internal", "public")
        for name, page in draw_pages(content, audience=audience)
        if name.endswith(".html")
    }
    assert 'href="../../public/single/badam.html"' in pages["internal/zones/badam.html"]
    assert 'href="../single/badam.html"' in pages["public/zones/badam.html"]
    assert 'href="../public/single/region.html"' in pages["internal/index.html"]
    assert 'href="single/region.html"' in pages["public/index.html"]
