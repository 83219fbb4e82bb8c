"""What zone pages say of capacity, permission and usable land, and which strips they show; not so in public."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from conftest import DemoRun
from page_content import make_content

from geozones.maps.content import public_content
from geozones.maps.ground import frame_of
from geozones.maps.plot_land import PlotLand
from geozones.maps.strips import Strips

Open = Callable[..., Any]
PLOT = "zhetysai-01"
"""A plot of the demonstration under a power line of 35 kV."""


def text_of(page: Any, selector: str) -> str:
    return re.sub(r"\s+", " ", str(page.locator(selector).inner_text()))


def test_the_card_says_capacity_permission_and_why_land_is_cut(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "zhetysai.html")
    page.evaluate(f"GZ.setLanguage('en'); GZ.setView({{plot: '{PLOT}'}})")
    card = text_of(page, "#card")
    assert "capacity: needs 460 kW, free capacity unknown" in card
    assert "permission: no strip of this network forbids the use" in card
    assert re.search(r"May be built on\s*1\.83 ha", card)
    assert re.search(r"overhead.*35 kV \(text of the rule not read\), .*: 5,9\d\d m²", card)
    assert re.search(r"2 pieces are left, the largest 1\.2\d ha", card)
    assert page.locator("path.cut-piece").count() == 1
    for language, words in (("ru", "Пригодно для застройки"), ("kk", "Құрылысқа жарамды")):
        page.evaluate(f"GZ.setLanguage('{language}')")
        assert words in text_of(page, "#card")


def test_strips_are_layers_on_demand(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "zhetysai.html")
    assert page.locator("path.strip, path.cut-piece, path.link-thin").count() == 0
    for name, selector in (("strips", "path.strip"), ("pieces", "path.cut-piece"), ("links", "path.link-thin")):
        page.locator(f'[data-strips="{name}"]').check()
        assert page.locator(selector).count() > 0
        page.locator(f'[data-strips="{name}"]').uncheck()
        assert page.locator(selector).count() == 0
    table = text_of(page, "#provision")
    assert all(word in table for word in ("рядом:", "мощность:", "разрешение:", "планируется"))


def test_the_index_says_which_zones_lack_what(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html")
    rows = page.locator("tr[data-zone-provision]")
    assert rows.count() == 16
    lacking = page.locator("tr[data-zone-provision] td:nth-child(2).answer-no").count()
    page.locator("a.provision-count").first.click()
    assert page.locator("#zone-rows tr[data-zone]:visible").count() == lacking


def test_the_public_learns_what_fits_but_not_why(demo_run: DemoRun) -> None:
    page = (demo_run.run / "public" / "zones" / "zhetysai.html").read_text("utf-8")
    assert '"usable":[' in page
    assert '"classes":[' in page
    assert 'id="strip-keys"' not in page
    assert '"land":null' in page
    assert "power-31" not in page


def test_what_is_taken_from_the_public_is_not_in_its_content() -> None:
    content = make_content()
    rows = np.arange(len(content.tables.plots))
    frame = frame_of((499_000, 4_699_000, 502_000, 4_702_000), margin_m=1000, tolerance_m=1)
    assert Strips(content, PlotLand(content)).within(frame) is not None
    public = public_content(content)
    assert PlotLand(public).of(rows) is None
    assert Strips(public, PlotLand(public)).within(frame) is None


def test_every_sentence_of_a_card_rests_on_a_finding() -> None:
    content = make_content()
    rows = np.arange(len(content.tables.plots))
    land = PlotLand(content).of(rows)
    assert land is not None
    assert content.findings is not None
    findings = content.findings.table()
    columns = (land[name] for name in ("found", "like", "passed"))
    for plot_id, alone, like, passed in zip(content.tables.plots["plot_id"], *columns, strict=True):
        own, found = findings[findings["subject_id"] == plot_id], alone + land["shared"][like]
        of_housing = (own["check"] == "sanitary.housing") & (own["answer"] != "pass")
        assert len(found) + passed + int(of_housing.sum()) == len(own)
        assert all(each[0] < len(land["rules"]) for each in found)
    json.dumps(land, allow_nan=False)
