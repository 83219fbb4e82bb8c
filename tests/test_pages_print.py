"""What comes out of the printer: papers, the map drawn for them, the sheet of one plot."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from conftest import DemoRun
from missing_parts import require_system_part
from page_content import make_content
from PIL import Image
from pypdf import PdfReader
from pyproj import Geod
from test_pages_hostile import write_tree

Open = Callable[..., Any]
POINTS_A_MM = 72 / 25.4
SIZES = {
    "a4-portrait": (210, 297),
    "a4-landscape": (297, 210),
    "a3-portrait": (297, 420),
    "a3-landscape": (420, 297),
}


def print_page(page: Any, target: Path) -> list[Any]:
    page.pdf(path=target, prefer_css_page_size=True, print_background=True)
    return list(PdfReader(target).pages)


def poppler(name: str) -> str:
    from shutil import which

    return str(require_system_part(which(name), name, "poppler-utils"))


@pytest.mark.parametrize("paper", SIZES)
@pytest.mark.parametrize("place", ["index.html", "zones/turkistan.html"])
def test_every_paper_has_map_legend_table_and_sources(
    demo_run: DemoRun, offline_page: Open, tmp_path: Path, paper: str, place: str
) -> None:
    page = offline_page().open(demo_run.run / "internal" / place)
    page.click("[data-paper-menu] summary")
    page.evaluate("window.print = () => undefined")
    page.click(f'[data-print-paper="{paper}"]')
    sheets = print_page(page, tmp_path / "sheet.pdf")
    size = tuple(round(float(side) / POINTS_A_MM) for side in sheets[0].mediabox[2:])
    assert size == SIZES[paper]
    assert len(sheets) == 1 if place == "index.html" else len(sheets) <= 2
    text = "".join(sheet.extract_text() for sheet in sheets).replace("\u00a0", " ")
    for words in ("вымышлены", "Источники", "на 10.02.2025", "1 : ", "свободен", "Газ"):
        assert words in text
    fonts = subprocess.run([poppler("pdffonts"), tmp_path / "sheet.pdf"], capture_output=True, text=True).stdout
    assert "yes" in fonts


@pytest.mark.parametrize("place", ["index.html", "zones/badam.html#plot=badam-02"])
def test_on_paper_the_legend_lies_below_the_map(demo_run: DemoRun, offline_page: Open, place: str) -> None:
    file, _, fragment = place.partition("#")
    page = offline_page((718, 1000)).open(demo_run.run / "internal" / file, "#" + fragment)
    page.wait_for_selector("html.is-ready")
    page.evaluate("document.querySelector('.legend').open = true")
    page.emulate_media(media="print")
    drawn, legend = (page.locator(name).bounding_box() for name in (".map-canvas", ".legend-body"))
    assert legend["y"] >= drawn["y"] + drawn["height"] - 1
    assert page.locator("[data-zoom=in]").is_hidden()
    assert page.eval_on_selector_all(
        ".card", "all => all.every(each => getComputedStyle(each).position !== 'fixed')"
    )


def test_the_map_is_drawn_anew_for_paper(demo_run: DemoRun, offline_page: Open, tmp_path: Path) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "turkistan.html")
    before = page.evaluate("[GZ.map.getZoom(), GZ.map.getSize().x]")
    page.evaluate("GZ.setPaper('a3-landscape')")
    print_page(page, tmp_path / "sheet.pdf")
    listed = subprocess.run(
        [poppler("pdfimages"), "-list", tmp_path / "sheet.pdf"], capture_output=True, text=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()[2:]]
    wide = [row for row in rows if int(row[3]) > 300 and row[2] == "image"]
    assert all(int(row[12]) >= 200 for row in wide)
    subprocess.run([poppler("pdftoppm"), "-r", "100", "-f", "1", "-l", "1", "-png", tmp_path / "sheet.pdf",
                    tmp_path / "seen"], check=True)  # fmt: skip
    seen = np.asarray(Image.open(next(tmp_path.glob("seen*.png"))).convert("RGB")).astype(int)
    free = np.abs(seen - (10, 143, 124)).sum(axis=2) < 12
    assert free.mean() > 0.05, "the free plots are a good part of the sheet"
    assert np.ptp(np.nonzero(free)[0]) > 0.4 * seen.shape[0]
    assert page.evaluate("[GZ.map.getZoom(), GZ.map.getSize().x]") == before


def test_the_sheet_of_a_plot_gives_its_corners(demo_run: DemoRun, offline_page: Open, tmp_path: Path) -> None:
    page = offline_page().open(demo_run.run / "public" / "zones" / "badam.html", "#plot=badam-03")
    corners = page.evaluate("GZ.cornersOf(GZ.plots.indexOf('badam-03'))")
    plots = gpd.read_file(demo_run.config.parent / "plots.geojson").set_index("plot_id")
    exact = np.asarray(plots.loc["badam-03", "geometry"].exterior.coords)[:-1, :2]
    working = np.asarray(plots.to_crs("EPSG:32642").loc["badam-03", "geometry"].exterior.coords)[:-1, :2]
    shown = np.array([[each["lon"], each["lat"]] for each in corners])
    metres = np.array([[each["east"], each["north"]] for each in corners])
    assert sorted(map(tuple, shown.round(6))) == sorted(map(tuple, exact.round(6)))
    assert np.abs(np.sort(metres, axis=0) - np.sort(working, axis=0)).max() < 0.011
    ends = np.roll(shown, -1, axis=0)
    sides = Geod(ellps="WGS84").inv(shown[:, 0], shown[:, 1], ends[:, 0], ends[:, 1])[2]
    assert [each["side"] for each in corners] == pytest.approx(sides, abs=0.001)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_sheet_of_a_plot_is_one_page_to_sign(
    demo_run: DemoRun, offline_page: Open, tmp_path: Path, language: str
) -> None:
    where = demo_run.run / "internal" / "zones" / "karamurt.html"
    page = offline_page().open(where, f"#plot=karamurt-01&lang={language}")
    page.evaluate("window.print = () => undefined")
    page.click("[data-sheet]")
    sheets = print_page(page, tmp_path / "sheet.pdf")
    text = sheets[0].extract_text().replace("\u00a0", " ")
    assert len(sheets) == 1
    words = {
        "kk": ("Учаске парағы", "Көршілер", "Шектеулер", "Жер комиссиясының шешімі", "Хатшы"),
        "ru": ("Лист участка", "Соседи", "Ограничения", "Решение земельной комиссии", "Секретарь"),
        "en": ("Sheet of a plot", "Neighbours", "Restrictions", "Decision of the land commission", "Secretary"),
    }[language]
    for word in (*words, "EPSG:32642", "WGS 84", "19-152-469-2"):
        assert word in text
    assert page.locator("#sheet").is_hidden()
    assert len(print_page(page, tmp_path / "again.pdf")) == 2


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_plot_with_restrictions_is_decided_on_one_page(
    demo_run: DemoRun, offline_page: Open, tmp_path: Path, language: str
) -> None:
    where = demo_run.run / "internal" / "zones" / "turkistan.html"
    page = offline_page().open(where, f"#plot=turkistan-04&lang={language}")
    page.evaluate("window.print = () => undefined")
    page.click("[data-sheet]")
    assert len(print_page(page, tmp_path / "sheet.pdf")) == 1


def test_sums_stand_once_in_a_list_of_many_pages(demo_run: DemoRun, offline_page: Open, tmp_path: Path) -> None:
    page = offline_page().open(demo_run.run / "internal" / "index.html")
    page.evaluate(
        """() => {
          const rows = document.getElementById("zone-rows");
          const given = Array.from(rows.children);
          for (let i = 0; i < 12; i += 1) { given.forEach(row => rows.append(row.cloneNode(true))); }
        }"""
    )
    sheets = print_page(page, tmp_path / "long.pdf")
    assert len(sheets) > 2
    assert sum(sheet.extract_text().count("Итого") for sheet in sheets) == 1


def test_neighbours_are_plots_and_parcels_that_touch(tmp_path: Path, offline_page: Open) -> None:
    from builders import make_square, make_table
    from page_content import make_tables

    parcels = make_table("parcels", [
        {"parcel_id": "beside", "cadastral_no": "19-305-099-001", "granted": "yes",
         "geometry": make_square(450, 0, 40)},
        {"parcel_id": "under", "cadastral_no": "19-305-099-002", "granted": "yes",
         "geometry": make_square(300, 50, 40)},
        {"parcel_id": "far", "cadastral_no": "19-305-099-003", "granted": "yes",
         "geometry": make_square(470, 300, 10)},
    ])  # fmt: skip
    tree = write_tree(make_content(tables=make_tables(parcels=parcels)), tmp_path)
    for audience, expected in (("internal", [[None, "19-305-099-001"]]), ("public", [])):
        page = offline_page().open(tree / audience / "zones" / "badam.html")
        named = page.evaluate("GZ.page.sheets.neighbours[GZ.plots.indexOf('badam-1')]")
        assert named == expected


def test_a_plot_of_very_many_corners_names_the_first(tmp_path: Path, offline_page: Open) -> None:
    from builders import make_table
    from page_content import make_tables
    from shapely.geometry import Polygon

    turns = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    ring = np.column_stack([500_300 + 200 * np.cos(turns), 4_700_300 + 200 * np.sin(turns)])
    many = make_table("plots", [
        {"plot_id": "round", "zone_id": "badam", "number": "1", "geometry": Polygon(ring)},
    ])  # fmt: skip
    tree = write_tree(make_content(tables=make_tables(plots=many)), tmp_path)
    page = offline_page().open(tree / "internal" / "zones" / "badam.html", "#plot=round")
    page.wait_for_selector("html.is-ready path.plot")
    assert page.evaluate("GZ.cornersOf(0).length") == 200
    page.evaluate("GZ.makeSheet()")
    assert page.evaluate("GZ.page.sheets.counts[0]") == 100_000
    assert "и ещё 99 800 точек" in page.locator("#sheet").text_content().replace("\u00a0", " ")
