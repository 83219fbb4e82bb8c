"""Files saved from a page: read back by GDAL, as Excel wants them, of the rows that the filter keeps."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest
from conftest import DemoRun
from page_content import make_content
from test_pages_hostile import NAMES, write_tree

Open = Callable[..., Any]


def save(page: Any, format_name: str, folder: Path) -> Path:
    """Save the rows by the menu, as a person does."""
    page.click("[data-export] summary")
    with page.expect_download() as download:
        page.click(f'.menu-list [data-format="{format_name}"]')
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


@pytest.mark.parametrize("format_name", ["geojson", "kml"])
def test_gdal_reads_the_plots_that_the_filter_keeps(
    demo_run: DemoRun, offline_page: Open, tmp_path: Path, format_name: str
) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html", "#only=free")
    saved = save(page, format_name, tmp_path)
    rows = pyogrio.read_dataframe(saved)
    plots = gpd.read_file(demo_run.config.parent / "plots.geojson")
    assert saved.name == f"plots_badam_2025-02-10.{format_name}"
    assert len(rows) == page.evaluate("GZ.kept().length") == 26
    assert page.locator(".menu-said").inner_text() == "Сохранено: 26 участков"
    assert rows.geometry.is_valid.all()
    same = plots[plots["plot_id"] == page.evaluate("GZ.plots.rows.id[GZ.kept()[0]]")].geometry.iloc[0]
    assert rows.geometry.iloc[0].symmetric_difference(same).area < 0.002 * same.area
    if format_name == "geojson":
        assert rows["plot_id"].is_unique
        assert rows["area_ha"].sum() == pytest.approx(page.evaluate("GZ.sum(GZ.kept())"))
        assert rows["note"].str.startswith("ДЕМО").all()


@pytest.mark.parametrize(
    ("language", "separator", "decimal"), [("ru", ";", ","), ("kk", ";", ","), ("en", ",", ".")]
)
def test_excel_reads_the_table(
    demo_run: DemoRun, offline_page: Open, tmp_path: Path, language: str, separator: str, decimal: str
) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html", f"#lang={language}")
    saved = save(page, "csv", tmp_path)
    written = saved.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(written.decode("utf-8-sig").splitlines(), delimiter=separator))
    assert len(rows) == 43
    assert {len(row) for row in rows} == {len(rows[0])}
    total = sum(float(row[4].replace(decimal, ".")) for row in rows[1:])
    assert total == pytest.approx(page.evaluate("GZ.sum(GZ.places())"))
    by_name = {";": "SEMICOLON", ",": "COMMA"}
    assert len(pyogrio.read_dataframe(saved, SEPARATOR=by_name[separator])) == 42


def test_the_public_files_name_nobody(demo_run: DemoRun, offline_page: Open) -> None:
    page = offline_page().open(demo_run.run / "public" / "index.html")
    for format_name in ("csv", "geojson", "kml"):
        text = page.evaluate(f"GZ.exportText('{format_name}', GZ.kept())")
        assert "Демо-участник" not in text
        assert "contract" not in text
        assert text.count("badam") > 10


def test_one_plot_is_saved_from_its_card(demo_run: DemoRun, offline_page: Open, tmp_path: Path) -> None:
    page = offline_page().open(demo_run.run / "public" / "zones" / "badam.html", "#plot=badam-03")
    with page.expect_download() as download:
        page.click('#card [data-format="kml"]')
    download.value.save_as(tmp_path / "one.kml")
    assert download.value.suggested_filename == "plots_badam_badam-03_2025-02-10.kml"
    assert pyogrio.read_dataframe(tmp_path / "one.kml")["Name"].tolist() == ["Бадам (демо) / 3"]


def test_more_rows_than_a_file_may_have_are_said(demo_run: DemoRun, offline_page: Open, tmp_path: Path) -> None:
    page = offline_page().open(demo_run.run / "internal" / "zones" / "badam.html")
    assert page.evaluate("GZ.EXPORT_MOST") == 100_000
    page.evaluate("GZ.EXPORT_MOST = 5")
    assert len(pyogrio.read_dataframe(save(page, "geojson", tmp_path))) == 5
    assert page.locator(".menu-said").inner_text() == "Сохранены только первые 5 из 42: сузьте фильтр"


@pytest.mark.parametrize("name", [*NAMES[:5], "=cmd|' /C calc'!A0", "1-2", 'a;b"c\nd'])
def test_names_of_any_kind_come_back(tmp_path: Path, offline_page: Open, name: str) -> None:
    tree = write_tree(make_content(name), tmp_path)
    page = offline_page().open(next((tree / "internal" / "zones").glob("1-*.html")))
    for format_name in ("geojson", "kml", "csv"):
        text = page.evaluate(f"GZ.exportText('{format_name}', GZ.kept())")
        (tmp_path / f"saved.{format_name}").write_text(text, encoding="utf-8", newline="")
    assert pyogrio.read_dataframe(tmp_path / "saved.geojson")["number"].tolist() == [name]
    assert len(pyogrio.read_dataframe(tmp_path / "saved.kml")) == 1
    with (tmp_path / "saved.csv").open(encoding="utf-8-sig", newline="") as file:
        number = list(csv.reader(file, delimiter=";"))[1][2]
    assert number in (name, f"'{name}", f"№ {name}")
    assert not number.startswith("=")
    assert number != "1-2"
