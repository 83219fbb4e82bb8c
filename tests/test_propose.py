"""`propose.html` in a real browser: reading, measuring, the story of a district that proposes 85 ha."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from conftest import DemoRun
from pyproj import Geod, Transformer

from geozones import pipeline, publish, reports
from geozones.config import load_config
from geozones.screening import PARTS

PHONE = (390, 844)
CORNER = (42.912757, 68.676456)
"""A corner of 85 ha of the reserve in Otyrar, beside fields and a trunk gas line."""
SIDE_LAT, SIDE_LON = 0.008285, 0.011271
READ_KEY = """text => { const found = GZ.readCorners(text);
  return found.problem ? found.problem : found.corners.map(each => each.map(x => Number(x.toFixed(5)))); }"""


@pytest.fixture
def propose(demo_run: DemoRun, offline_page: Any) -> Any:
    page = offline_page().open(demo_run.run / "internal" / "propose.html", "#lang=en")
    page.wait_for_selector("html.is-ready")
    return page


def square_text(lat: float = CORNER[0], lon: float = CORNER[1]) -> str:
    corners = [(lat, lon), (lat + SIDE_LAT, lon), (lat + SIDE_LAT, lon - SIDE_LON), (lat, lon - SIDE_LON)]
    return "\n".join(f"{a:.6f} {b:.6f}" for a, b in corners)


EXPECTED = [[42.1795, 69.985], [42.1895, 69.985], [42.1895, 69.995]]


@pytest.mark.parametrize(
    "text",
    [
        "42.1795 69.985\n42.1895 69.985\n42.1895 69.995",
        "69.985, 42.1795\n69.985, 42.1895\n69.995, 42.1895",
        "42,1795 69,985\n42,1895 69,985\n42,1895 69,995\n42,1795 69,985",
        "№; широта; долгота\n1; 42,1795; 69,985\n2; 42,1895; 69,985\n3; 42,1895; 69,995",
        "42°10'46,2\" 69°59'06\"\n42°11′22,2″ 69°59′06″\n42°11'22,2\" 69°59'42\"",
        "69°59'06\"E 42°10'46.2\"N\n69°59'06\"E 42°11'22.2\"N\n69°59'42\"E 42°11'22.2\"N",
        "42-10-46,2 69-59-06\n42-11-22,2 69-59-06\n42-11-22,2 69-59-42",
    ],
)
def test_coordinates_are_read_as_people_write_them(propose: Any, text: str) -> None:
    assert propose.evaluate(READ_KEY, text) == EXPECTED


@pytest.mark.parametrize(("crs", "northing_first"), [("EPSG:28412", True), ("EPSG:32642", False)])
def test_metres_agree_with_the_projection_library(propose: Any, crs: str, northing_first: bool) -> None:
    from geozones.crs import WGS84, convert_geometries, parse_crs

    points = shapely.points([(lon, lat) for lat, lon in EXPECTED])
    metres, _ = convert_geometries(np.array(points, dtype=object), WGS84, parse_crs(crs))
    pairs = [(point.y, point.x) if northing_first else (point.x, point.y) for point in metres]
    text = "\n".join(f"{first:.2f} {second:.2f}" for first, second in pairs)
    found = propose.evaluate(READ_KEY, text)
    assert np.allclose(found, EXPECTED, atol=2e-5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("42.1795 69.985\n42.1895 69.985", "three corners"),
        ("42.1795 69.985\n42.1895\n42.1895 69.995", "Line 2"),
        ("42.1795 69.985\n42.1895 6.985\n42.1895 69.995", "Line 2 lies outside"),
        ("<b>nothing</b>", "three corners"),
        ("42°10'46\" 69°59'06\"\n42°70'46\" 69°59'06\"\n42°11'22\" 69°59'42\"", "Line 2"),
    ],
)
def test_what_is_wrong_with_coordinates_is_said(propose: Any, text: str, said: str) -> None:
    assert said in propose.evaluate(READ_KEY, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"type": "FeatureCollection", "features": [', "cannot be read"),
        ('{"type": "FeatureCollection", "features": []}', "no outline"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}', "outside the region"),
        ("<kml><Point><coordinates>69.9,42.1</coordinates></Point></kml>", "no outline"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(propose: Any, text: str, said: str) -> None:
    assert said in propose.evaluate("text => GZ.readSiteFile(text).problem", text)


def test_kml_is_read(propose: Any) -> None:
    kml = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>A</name><Polygon><outerBoundaryIs><LinearRing>'
        "<coordinates>69.985,42.1795,0 69.985,42.1895,0 69.995,42.1895,0 69.985,42.1795,0</coordinates>"
        "</LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"
    )
    assert propose.evaluate("text => GZ.readSiteFile(text).corners", kml) == EXPECTED


def test_areas_and_overlaps_agree_with_exact_ones(propose: Any) -> None:
    corners = [[42.2, 69.9], [42.21, 69.91], [42.2, 69.93], [42.18, 69.915]]
    lonlat = [(lon, lat) for lat, lon in corners]
    exact = abs(Geod(ellps="WGS84").polygon_area_perimeter(*zip(*lonlat, strict=True))[0])
    found = propose.evaluate(
        "corners => { const plane = GZ.planeAt(corners[0][0], corners[0][1]);"
        "return Math.abs(GZ.ringArea(corners.map(plane))); }",
        corners,
    )
    assert found == pytest.approx(exact, rel=1e-3)
    one, other = [[0, 0], [100, 0], [50, 90]], [[20, 10], [200, 30], [40, 200]]
    shared = propose.evaluate("([one, other]) => GZ.sharedArea([one], [other])", [one, other])
    assert shared == pytest.approx(
        shapely.intersection(shapely.Polygon(one), shapely.Polygon(other)).area, rel=5e-3
    )


def test_an_outline_that_crosses_itself_is_named(propose: Any) -> None:
    lines = square_text().splitlines()
    propose.fill("#corners", "\n".join([lines[0], lines[2], lines[1], lines[3]]))
    propose.click("#read-corners")
    propose.wait_for_selector('#check-verdict[data-verdict="blocked"]')
    assert "crosses itself" in propose.inner_text("#check-lines")


def test_a_hostile_proposal_runs_nothing(propose: Any) -> None:
    hostile = "</script><img src=x onerror=window.ran=1>"
    ring = [[68.676, 42.912], [68.676, 42.92], [68.665, 42.92], [68.676, 42.912]]
    properties = {"name_ru": hostile, "form": {"parts": {"goals": hostile, "plans": 7}, "applicant": [hostile]}}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    propose.set_input_files("#file", {"name": "a.geojson", "mimeType": "application/json", "buffer": content})
    propose.wait_for_function("GZ.drawing.corners.length === 3")
    assert propose.input_value('[data-part="goals"]') == hostile
    assert propose.evaluate("window.ran") is None
    assert propose.locator("img[src=x]").count() == 0


def test_the_public_page_has_no_numbers_lines_or_names(demo_run: DemoRun) -> None:
    script = (demo_run.run / "public" / "assets" / "propose_data.js").read_text(encoding="utf-8")
    data = json.loads(script.removeprefix("GZ.proposeData(").removesuffix(");\n"))
    assert data["lines"] == []
    assert {key for row in data["parcels"] for key in row} == {"granted", "shape"}
    assert {key for row in data["points"] for key in row} == {"network", "at"}
    to_metres = Transformer.from_crs(4326, 32642, always_xy=True)
    places = [to_metres.transform(row["at"][0] / 1e6, row["at"][1] / 1e6) for row in data["points"]]
    assert np.abs(np.asarray(places) / 100 - np.round(np.asarray(places) / 100)).max() < 0.01


@pytest.mark.parametrize("audience", ["internal", "public"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_it_works_on_a_phone(demo_run: DemoRun, offline_page: Any, audience: str, language: str) -> None:
    page = offline_page(PHONE, has_touch=True).open(demo_run.run / audience / "propose.html", f"#lang={language}")
    page.fill("#corners", square_text())
    page.tap("#read-corners")
    page.wait_for_selector('#check-verdict[data-verdict="conditions"]')
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert page.locator(".handle-corner").count() == 4
    assert page.locator("#check-lines li").count() >= 4


def test_otyrar_proposes_85_ha(demo_run: DemoRun, offline_page: Any, tmp_path: Path) -> None:
    page = offline_page(accept_downloads=True).open(demo_run.run / "internal" / "propose.html", "#lang=en")
    page.wait_for_selector("html.is-ready")
    draw_square(page, CORNER[0] + 0.0078, CORNER[1] - 0.0061)
    page.wait_for_selector('#check-verdict[data-verdict="blocked"]')
    said = page.inner_text("#check-lines")
    assert all(words in said for words in ("granted land", "irrigated", "strip of 50 m"))
    assert 83 < float(page.get_attribute("#live-area", "data-value")) < 87
    assert page.inner_text("#live-district") == "Otyrar"
    drag_whole(page, 0.0061, -0.0078)
    page.wait_for_selector('#check-verdict[data-verdict="conditions"]')
    assert "granted" not in page.inner_text("#check-lines")
    fill_form(page)
    with page.expect_download() as download:
        page.click("#save")
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#sheet tbody tr").count() == 4
    assert "Otyrar 85" in page.inner_text("#sheet")
    check_next_morning(saved, demo_run, offline_page, tmp_path)


def test_the_search_of_a_page_of_proposals_finds_its_way(demo_run: DemoRun, offline_page: Any) -> None:
    page = offline_page().open(demo_run.run / "internal" / "proposals" / "tole-bi.html", "#lang=ru")
    page.fill("#search", "Бадам")
    page.press("#search", "Enter")
    page.wait_for_url("**/internal/zones/badam.html*")
    page.wait_for_selector("html.is-ready")
    page.fill("#search", "Кентау")
    page.press("#search", "Enter")
    page.wait_for_url("**/internal/zones/kentau.html*")


def draw_square(page: Any, lat: float, lon: float) -> None:
    page.evaluate("([lat, lon]) => { GZ.map.setView([lat, lon], 13.5, {animate: false}); }", [lat, lon])
    page.click("#draw")
    box = page.locator("#map .leaflet-container").bounding_box()
    for a, b in ((0, 0), (SIDE_LAT, 0), (SIDE_LAT, -SIDE_LON), (0, -SIDE_LON)):
        at = page.evaluate("([a, b]) => GZ.map.latLngToContainerPoint([a, b])", [lat + a, lon + b])
        page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
        page.wait_for_timeout(30)
    page.click("#draw")


def drag_whole(page: Any, d_lon: float, d_lat: float) -> None:
    handle = page.locator(".handle-centre").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    move = page.evaluate(
        "([a, b]) => { const c = GZ.map.getCenter(); const p = GZ.map.latLngToContainerPoint(c);"
        "const q = GZ.map.latLngToContainerPoint([c.lat + a, c.lng + b]); return [q.x - p.x, q.y - p.y]; }",
        [d_lat, d_lon],
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + move[0] / 2, y + move[1] / 2, steps=4)
    page.mouse.move(x + move[0], y + move[1], steps=4)
    page.mouse.up()


def fill_form(page: Any) -> None:
    page.fill("[name=name]", "Otyrar 85")
    page.fill("[name=name_kk]", "Отырар 85")
    page.fill("[name=applicant]", "Akimat of Otyrar district")
    page.fill("[name=need_power_kw]", "2500")
    for part in PARTS:
        page.fill(f'[data-part="{part}"]', f"text of {part}")


def check_next_morning(saved: Path, demo_run: DemoRun, offline_page: Any, folder: Path) -> None:
    """Take the file into an inbox beside a damaged one, build, and read the comparison."""
    config = load_config(demo_run.config, environ={})
    proposals = config.proposals.model_copy(update={"inbox": str(folder / "inbox")})
    config = config.model_copy(update={"proposals": proposals, "state_dir": folder / "state"})
    inbox = reports.open_inbox(config)
    inbox.folder.mkdir()
    (inbox.folder / saved.name).write_bytes(saved.read_bytes())
    (inbox.folder / "broken.geojson").write_text('{"type": "FeatureCollection", "features": [', "utf-8")
    pipeline.build(config, out=folder / "out")
    run = publish.current_run(folder / "out")
    page = offline_page().open(run / "internal" / "proposals" / "index.html", "#lang=en")
    row = page.locator('#sites tr[data-site="otyrar-85"]')
    assert "Can after" in row.inner_text()
    assert "9 of 9" in row.inner_text()
    assert "broken.geojson" in page.inner_text("#refused")
    row.locator("a").click()
    page.wait_for_selector('#verdict[data-verdict="conditions"]')
    assert 83 < float(page.get_attribute('[data-site-figure="area_ha"]', "data-value")) < 87
    letters = page.eval_on_selector_all("#requests a", "links => links.map(each => each.getAttribute('href'))")
    assert letters
    assert all((run / "internal" / "proposals" / link).is_file() for link in letters)
    assert not (run / "public" / "proposals").exists()
