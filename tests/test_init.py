"""`geozones init DIR`: from a folder of unknown files to settings that build."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from geozones import publish
from geozones.cli.app import run
from geozones.config import load_config

ROOT = Path(__file__).resolve().parent.parent
MOST_EDITS = 5

EDITS = {
    "the day of the demonstration": ('state_dir = ".geozones"', 'as_of = 2025-02-10\nstate_dir = ".geozones"'),
    "the gas lines cover the region": (
        "[layers.gas.provenance]",
        '[layers.gas.provenance]\ncoverage = "region"\naccuracy_m = 3000',
    ),
    "the power lines of this source exist": (
        'state = "unknown"  # (?) not sure: no column tells; this one promises least\n[layers.power.provenance]',
        'state = "existing"\n[layers.power.provenance]',
    ),
}
"""What a user would write into the draft, by what it says: a piece of the text and what takes its place."""


def edit(settings: Path) -> int:
    """Apply the named edits to a draft and count them; each must find its place exactly once."""
    text = settings.read_text(encoding="utf-8")
    for name, (old, new) in EDITS.items():
        assert text.count(old) == 1, name
        text = text.replace(old, new)
    settings.write_text(text, encoding="utf-8")
    return len(EDITS)


def test_real_layers_with_zones_of_the_demonstration_build_after_few_edits(
    real_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(real_data, folder, copy_function=shutil.copyfile)
    for name in ("zones.geojson", "plots.geojson", "register.csv"):
        shutil.copyfile(ROOT / "layers" / name, folder / name)
    assert run(["init", str(folder), "--lang", "en", "--quiet"]) == 0
    assert edit(folder / "geozones.toml") <= MOST_EDITS
    assert run(["build", "--config", str(folder / "geozones.toml"), "--quiet"]) == 0
    built = publish.current_run(folder / "maps_out")
    assert built is not None
    summary = json.loads((built / "data" / "summary.json").read_text(encoding="utf-8"))
    demonstration = gpd.read_file(ROOT / "layers" / "plots.geojson")
    assert summary["plots"] == len(demonstration)
    assert (summary["zones"], summary["projects"]) == (16, 82)
    page = (built / "internal" / "index.html").read_text(encoding="utf-8")
    assert "gas_pipelines_gem.geojson" in page
    assert "admin2_turkestan_geoboundaries.geojson" in page


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder as an akimat would send it: Cyrillic names, a Shapefile without CRS, a workbook, cut files."""
    folder = tmp_path_factory.mktemp("sent")
    (folder / "сети").mkdir()
    layers = ROOT / "layers"
    zones, plots = gpd.read_file(layers / "zones.geojson"), gpd.read_file(layers / "plots.geojson")
    gpd.GeoDataFrame(
        {
            "Код": zones["zone_id"],
            "Название": zones["name_ru"],
            "Вид зоны": zones["kind"].map({"regional": "Региональная", "private": "Частная"}),
            "Статус": zones["status"].map({"active": "Действующая", "developing": "Развивается"}),
        },
        geometry=zones.geometry,
        crs=zones.crs,
    ).to_crs(32642).to_file(folder / "Границы зон.gpkg")
    shapes = gpd.GeoDataFrame(
        {"KAD_NOMER": plots["cadastral_no"], "NOMER_UCH": plots["number"], "ZONA": plots["zone_id"]},
        geometry=plots.geometry,
        crs=plots.crs,
    ).to_crs(28412)
    shapes.to_file(folder / "uchastki.shp", encoding="cp1251")
    (folder / "uchastki.prj").unlink()
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Наименование ПС", "Долгота", "Широта", "Свободная мощность, МВт", "Состояние"])
    sheet.append(["ПС Бадам", "69,25", "42,36", 4.5, "действующая"])
    book.save(folder / "сети" / "Подстанции.xlsx")
    (folder / "обрезан.geojson").write_text('{"type": "FeatureCollection", "features": [{"type"')
    (folder / "схема.dwg").write_bytes(b"AC1027" + bytes(100))
    (folder / "письмо.docx").write_bytes(b"PK")
    return folder


def test_a_folder_as_sent_builds_without_an_edit(sent: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(sent), "--lang", "ru"]) == 0
    said = capsys.readouterr().out
    assert "uchastki.shp" in said
    text = (sent / "geozones.toml").read_text(encoding="utf-8")
    assert 'crs = "EPSG:28412"' in text
    assert "Свободная мощность, МВт" in text.split("[layers.connection_points.columns]")[0]
    assert "схема.dwg" in text
    assert "обрезан.geojson" in text
    assert "письмо" not in text
    assert run(["build", "--config", str(sent / "geozones.toml"), "--quiet"]) in (0, 3)
    built = publish.current_run(sent / "maps_out")
    assert built is not None
    summary = json.loads((built / "data" / "summary.json").read_text(encoding="utf-8"))
    assert (summary["zones"], summary["plots"]) == (16, len(gpd.read_file(ROOT / "layers" / "plots.geojson")))


def test_files_of_which_nothing_can_be_used_are_named(tmp_path: Path) -> None:
    shutil.copyfile(ROOT / "layers" / "zones.geojson", tmp_path / "zones.geojson")
    (tmp_path / "points.csv").write_text("id;lon;lat\n1;abc;def\n")
    (tmp_path / "empty.geojson").write_text("")
    (tmp_path / "nothing.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    (tmp_path / "header.csv").write_text("plot_id;participant\n")
    assert run(["init", str(tmp_path), "--lang", "en", "--quiet"]) == 0
    unused = (tmp_path / "geozones.toml").read_text(encoding="utf-8").split("Looked at and not used:")[1]
    assert [
        name for name in ("points.csv", "empty.geojson", "nothing.geojson", "header.csv") if name not in unused
    ] == []


def test_settings_are_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copyfile(ROOT / "layers" / "zones.geojson", tmp_path / "zones.geojson")
    (tmp_path / "geozones.toml").write_text("mine")
    assert run(["init", str(tmp_path), "--lang", "en"]) == 2
    assert "never overwritten" in capsys.readouterr().err
    assert (tmp_path / "geozones.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "words"), [("none", "no such folder"), ("file.txt", "is a file"), ("empty", "can be a layer")]
)
def test_a_folder_that_holds_nothing_is_named(
    name: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "letter.docx").write_text("x")
    assert run(["init", str(tmp_path / name), "--lang", "en"]) == 4
    assert words in capsys.readouterr().err
    assert not (tmp_path / name / "geozones.toml").exists()


def test_a_table_of_corners_in_a_text_file_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "участки.txt").write_text(
        "Участок\tДолгота\tШирота\n1\t69,5\t42,3\n1\t69,6\t42,3\n1\t69,6\t42,4\n", encoding="utf-8"
    )
    assert run(["init", str(tmp_path), "--lang", "en", "--quiet"]) == 0
    assert "участки.txt" in (tmp_path / "geozones.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "place"), [("layers", ""), ("sent", "sent/")])
def test_maps_and_state_lie_beside_a_folder_that_commands_look_into_by_themselves(
    tmp_path: Path, name: str, place: str
) -> None:
    (tmp_path / name).mkdir()
    shutil.copyfile(ROOT / "layers" / "zones.geojson", tmp_path / name / "zones.geojson")
    assert run(["init", str(tmp_path / name), "--quiet"]) == 0
    config = load_config(tmp_path / name / "geozones.toml", environ={})
    assert config.maps.out == tmp_path / place / "maps_out"
    assert config.state_dir == tmp_path / place / ".geozones"
