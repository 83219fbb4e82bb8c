"""The data folder of a run: what other programs read back from it, and what must never stand in it."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import errno
import hashlib
import json
import math
import socket
import sqlite3
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyogrio
import pytest
from builders import make_table
from hypothesis import given, settings
from hypothesis import strategies as st
from report_content import NOTICE_RU, make_content, make_empty_tables, make_issues, make_quarantine, make_tables

from geozones.errors import InternalError
from geozones.i18n import LANGUAGES, translate
from geozones.reports import FILES, Edition, csv_parts, geopackage, register, write_check, write_data
from geozones.reports.cells import make_harmless
from geozones.reports.csv_tables import write_csv
from geozones.reports.geopackage import new_geopackage
from geozones.reports.summary import write_summary
from geozones.reports.words import VALUES, write_heading
from geozones.tables import ALLOCATIONS, CONTRACTS, DERIVED

CSV_FILES = ("plots", "zones", "plot_networks", "zone_networks", "findings", "provision", "issues")
FORMULAS = ("=1+1", "+7 705", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("run") / "data"
    write_data(made, make_content())
    return made


def read_csv(path: Path, separator: str = ";") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def read_all_bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def read_cells(path: Path) -> list[Any]:
    workbook = openpyxl.load_workbook(path)
    return [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_every_file_of_the_interface_is_there(folder: Path) -> None:
    expected = {f"{name}.csv" for name in CSV_FILES} | {
        "geozones.gpkg", "register.xlsx", "issues.gpkg", "quarantine.gpkg", "summary.json", "README.txt",
    }  # fmt: skip
    assert {path.name for path in folder.iterdir()} == expected


def test_the_same_content_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_data(tmp_path, make_content())
    write_data(tmp_path, make_content())
    assert read_all_bytes(tmp_path) == read_all_bytes(folder)


@pytest.mark.parametrize(("language", "separator", "number"), [("kk", ";", "16,5"), ("en", ",", "16.5")])
def test_csv_opens_right_in_each_language(tmp_path: Path, language: str, separator: str, number: str) -> None:
    write_data(tmp_path, make_content(language=language))
    assert (tmp_path / "plots.csv").read_bytes().startswith(codecs.BOM_UTF8)
    first = read_csv(tmp_path / "plots.csv", separator)[0]
    assert first["area_ha"] == number
    assert first["contract_date"] == "2023-05-01"
    assert (first["map_state"], first["start_passed"]) == ("allocated", "yes")


@pytest.mark.parametrize("name", CSV_FILES)
def test_csv_columns_are_those_of_the_contract(folder: Path, name: str) -> None:
    header = (folder / f"{name}.csv").read_text("utf-8-sig").splitlines()[0].split(";")
    assert header == [*FILES[name].column_names, "demonstration"]


def test_csv_keeps_separators_inside_texts(folder: Path) -> None:
    rows = read_csv(folder / "issues.csv")
    assert [row["message"] for row in rows] == ["Участок; выходит за зону", "Нет кода", "'=пусто"]
    assert [row["row"] for row in rows] == ["0", "5", ""]


_TEXT = st.text(alphabet=st.sampled_from("аbқ;,\"\r\n .'"), max_size=6).map(lambda text: "x" + text)


@settings(deadline=None)
@given(
    st.lists(st.tuples(_TEXT, st.floats(-1e18, 1e18) | st.just(float("nan"))), min_size=1, max_size=5),
    st.sampled_from(["ru", "en"]),
)
def test_any_text_and_number_comes_back_from_csv(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, float]], language: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    table = pd.DataFrame(rows, columns=["zone_id", "area_ha"])
    write_csv(path, table, FILES["zones"], edition=Edition(language, dt.date(2025, 2, 10)))
    back = read_csv(path, ";" if language == "ru" else ",")
    assert [row["zone_id"] for row in back] == [text for text, _ in rows]
    for row, (_, number) in zip(back, rows, strict=True):
        written = row["area_ha"].replace(",", ".")
        assert "e" not in written or abs(number) >= 1e15
        assert (math.isnan(number) and written == "") or float(written) == pytest.approx(
            number, rel=1e-14, abs=6e-5
        )


@settings(deadline=None)
@given(st.lists(st.none() | _TEXT | st.sampled_from(FORMULAS), max_size=6), st.booleans())
def test_words_of_a_category_are_written_as_plain_texts(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str | None], is_demonstration: bool
) -> None:
    plain = pd.DataFrame({"plot_id": pd.Series(texts, dtype="str")})
    edition = Edition("en", dt.date(2025, 2, 10), demonstration=is_demonstration)
    paths = [tmp_path_factory.getbasetemp() / name for name in ("plain.csv", "words.csv")]
    for path, table in zip(paths, (plain, plain.astype("category")), strict=True):
        write_csv(path, table, FILES["plot_networks"], edition=edition)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_parts_of_a_long_table_stand_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_parts, "LEAST_ROWS", 1)
    monkeypatch.setattr(csv_parts, "MOST_ROWS", 3)
    ids = [f"p{number}" for number in range(20)]
    table = pd.DataFrame({"plot_id": pd.Categorical(ids), "distance_m": range(20)})
    write_csv(tmp_path / "long.csv", table, FILES["plot_networks"], edition=Edition("en", dt.date(2025, 2, 10)))
    rows = read_csv(tmp_path / "long.csv", ",")
    assert [(row["plot_id"], row["distance_m"]) for row in rows] == [(each, each[1:]) for each in ids]


@pytest.mark.parametrize("planted", FORMULAS)
def test_no_cell_is_a_formula(tmp_path: Path, planted: str) -> None:
    write_data(tmp_path, make_content(planted=planted))
    assert read_csv(tmp_path / "plots.csv")[0]["participant"] == f"'{planted}"
    cells = read_cells(tmp_path / "register.xlsx")
    assert not [cell for cell in cells if cell.data_type == "f" or str(cell.value).lstrip()[:1] in "=+-@"]


def test_harmless_texts_and_missing_values_stay() -> None:
    texts = pd.Series(["ТОО «А-Б»", "", None, "a=b", "'x"])
    assert make_harmless(texts).fillna("missing").tolist() == ["ТОО «А-Б»", "", "missing", "a=b", "'x"]


def test_plots_of_the_files_sum_to_the_figures(folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    counted = [row for row in read_csv(folder / "plots.csv") if row["counted"] == "yes"]
    free = sum(float(row["counted_ha"].replace(",", ".")) for row in counted if row["map_state"] == "free")
    assert len(counted) == summary["plots"] == 2
    assert free == pytest.approx(summary["area_free_ha"], abs=0.01)


def test_zones_of_the_files_sum_to_the_figures(folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    counted = [row for row in read_csv(folder / "zones.csv") if row["counted"] == "yes"]
    assert [row["zone_id"] for row in counted] == ["z1"]
    assert counted[0]["counted_ha"] == str(summary["area_ha"]) == "100"


def test_summary_is_flat_sorted_and_exact(tmp_path: Path) -> None:
    write_summary(tmp_path / "s.json", {"zones": 16, "area_ha": 1700.0, "area_free_ha": 388.25})
    text = (tmp_path / "s.json").read_text("utf-8")
    assert text == '{\n "area_free_ha": 388.25,\n "area_ha": 1700,\n "zones": 16\n}\n'


def test_an_unknown_figure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="area_ha"):
        write_summary(tmp_path / "s.json", {"zones": 1, "area_ha": float("nan")})


def test_the_workbook_has_its_sheets_in_the_language(folder: Path) -> None:
    workbook = openpyxl.load_workbook(folder / "register.xlsx")
    assert workbook.sheetnames == ["Реестр", "Зоны", "Сети", "Сети зон", "Источники"]
    sheet = workbook["Реестр"]
    assert sheet["A1"].value == "Туркестанская область: реестр участков и зон, состояние на 10.02.2025"
    assert [cell.value for cell in sheet[3]][:2] == ["Зона", "Номер участка в зоне"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref[:2]) == ("C4", "A3")


def test_the_register_shows_plots_of_the_day_in_words(folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / "register.xlsx")["Реестр"]
    headings = [cell.value for cell in sheet[3]]
    rows = [dict(zip(headings, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(min_row=4)]
    assert [row["Код участка"] for row in rows] == ["p1", "p2"]
    assert rows[0]["Состояние на карте"] == "предоставлен"
    assert rows[0]["Заявленные инвестиции, ₸"] == 1_250_000_000.5
    assert rows[0]["Дата договора"].date().isoformat() == "2023-05-01"


def test_a_sheet_too_long_names_the_file_of_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = make_content()
    monkeypatch.setattr(register, "MOST_ROWS", len(content.plot_networks) - 1)
    write_data(tmp_path, content)
    workbook = openpyxl.load_workbook(tmp_path / "register.xlsx")
    networks, zones = workbook.worksheets[2], workbook.worksheets[1]
    assert "plot_networks.csv" in str(networks.cell(register.HEADING_ROW + 2, 1).value)
    assert networks.max_row == register.HEADING_ROW + 2
    assert zones.max_row == register.HEADING_ROW + 1 + len(content.tables.zones)


def test_numbers_and_dates_have_formats(folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / "register.xlsx")["Реестр"]
    formats = {cell.value: sheet.cell(4, cell.column).number_format for cell in sheet[3]}
    assert formats["Площадь по документам, га"] == "#,##0.00"
    assert formats["Дата договора"] == "dd.mm.yyyy"


@pytest.mark.parametrize("name", ["plots", "zones", "power", "issues", "provenance", "metadata", "plot_networks"])
def test_the_geopackage_holds_the_layers(folder: Path, name: str) -> None:
    contract = FILES.get(name) or CONTRACTS[name]
    table = pyogrio.read_dataframe(folder / "geozones.gpkg", layer=name)
    assert [column for column in table.columns if column != "geometry"] == list(contract.column_names)
    assert len(table) > 0


def test_rows_too_many_for_a_geopackage_stand_in_their_csv_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geopackage, "MOST_ROWS", 1)
    write_data(tmp_path, make_content())
    assert "plot_networks" not in pyogrio.list_layers(tmp_path / "geozones.gpkg")[:, 0]
    facts = pyogrio.read_dataframe(tmp_path / "geozones.gpkg", layer="metadata", read_geometry=False)
    assert "plot_networks.csv" in facts.set_index("name").loc["plot_networks", "value"]
    assert len((tmp_path / "plot_networks.csv").read_text("utf-8-sig").splitlines()) > 2


def test_layers_of_a_geopackage_do_not_depend_on_the_parts(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geopackage, "_ROWS_AT_ONCE", 1)
    write_data(tmp_path, make_content())
    for layer in pyogrio.list_layers(folder / "geozones.gpkg")[:, 0]:
        whole, in_parts = (
            pyogrio.read_arrow(path / "geozones.gpkg", layer=layer)[1] for path in (folder, tmp_path)
        )
        assert in_parts.equals(whole), layer


def test_the_geopackage_keeps_types_and_crs(folder: Path) -> None:
    info = pyogrio.read_info(folder / "geozones.gpkg", layer="plots")
    types = dict(zip(info["fields"], info["ogr_types"], strict=True))
    assert info["crs"] == "EPSG:32642"
    assert info["geometry_type"] == "MultiPolygon"
    assert (types["contract_date"], types["area_ha"], types["plot_id"]) == ("OFTDate", "OFTReal", "OFTString")


def test_an_absent_layer_is_absent_and_an_empty_one_is_there(tmp_path: Path) -> None:
    write_data(tmp_path, make_content(tables=make_empty_tables(), demonstration=False))
    layers = {name for name, _ in pyogrio.list_layers(tmp_path / "geozones.gpkg")}
    assert "gas" in layers
    assert "power" not in layers
    assert pyogrio.read_info(tmp_path / "geozones.gpkg", layer="gas")["features"] == 0


def test_empty_tables_give_files_with_headers(tmp_path: Path) -> None:
    write_data(tmp_path, make_content(tables=make_empty_tables(), demonstration=False))
    for name in CSV_FILES[:-1]:
        lines = (tmp_path / f"{name}.csv").read_text("utf-8-sig").splitlines()
        assert lines == [";".join(FILES[name].column_names)]
    sheet = openpyxl.load_workbook(tmp_path / "register.xlsx")["Реестр"]
    assert sheet["A3"].value == "Зона"


def test_issues_keep_their_shapes(folder: Path) -> None:
    issues = pyogrio.read_dataframe(folder / "issues.gpkg", layer="issues")
    assert issues.geometry.isna().tolist() == [False, True, True]
    assert issues["message"].tolist() == ["Участок; выходит за зону", "Нет кода", "=пусто"]


def test_quarantine_keeps_columns_as_text_and_missing_shapes(folder: Path) -> None:
    plots = pyogrio.read_dataframe(folder / "quarantine.gpkg", layer="plots")
    columns = [column for column in plots.columns if column != "geometry"]
    assert columns == ["source_row", "reason", "fid_2", "Name", "name_2", "reason_2"]
    assert plots["source_row"].tolist() == ["5", "6"]
    assert plots["reason"].fillna("").tolist() == ["Нет кода", ""]
    assert plots["fid_2"].tolist() == ["7", "8"]
    assert plots.geometry.isna().tolist() == [False, True]


def test_quarantine_layers_of_awkward_keys_are_all_there(folder: Path) -> None:
    layers = {name for name, _ in pyogrio.list_layers(folder / "quarantine.gpkg")}
    assert layers == {"metadata", "plots", "layer_gpkg_register", "Plots_2"}
    info = pyogrio.read_info(folder / "quarantine.gpkg", layer="layer_gpkg_register")
    assert info["fields"].tolist() == ["source_row", "reason", "rule"]


def test_a_check_writes_issues_and_quarantine_alone(tmp_path: Path) -> None:
    edition = Edition("en", make_content().as_of)
    write_check(tmp_path / "new", make_issues(), make_quarantine(), edition=edition)
    assert sorted(read_all_bytes(tmp_path / "new")) == ["issues.csv", "issues.gpkg", "quarantine.gpkg"]


def test_no_number_of_a_person_and_no_folder_leaves(folder: Path) -> None:
    _, allocations = make_tables()
    assert allocations["holder_id"].tolist() == ["850101300123"]
    for name, content in read_all_bytes(folder).items():
        unpacked = " ".join(str(cell.value) for cell in read_cells(folder / name)) if name.endswith("xlsx") else ""
        for word in ("850101300123", "/srv/geo", str(folder.parent), socket.gethostname()):
            assert word.encode() not in content, (name, word)
            assert word not in unpacked, (name, word)


def test_a_demonstration_says_so_in_every_file(folder: Path) -> None:
    assert NOTICE_RU in (folder / "README.txt").read_text("utf-8-sig")
    for name in CSV_FILES:
        assert {row["demonstration"] for row in read_csv(folder / f"{name}.csv")} <= {NOTICE_RU}
    for name in ("geozones", "issues", "quarantine"):
        facts = pyogrio.read_dataframe(folder / f"{name}.gpkg", layer="metadata", read_geometry=False)
        assert NOTICE_RU in facts["value"].tolist()
    for sheet in openpyxl.load_workbook(folder / "register.xlsx"):
        assert sheet["A2"].value == NOTICE_RU


def test_a_real_region_carries_no_notice(tmp_path: Path) -> None:
    write_data(tmp_path, make_content(demonstration=False))
    assert not [name for name, content in read_all_bytes(tmp_path).items() if "ДЕМО".encode() in content]
    assert openpyxl.load_workbook(tmp_path / "register.xlsx")["Реестр"]["A2"].value is None


def test_all_languages_give_files_of_one_shape(tmp_path: Path) -> None:
    shapes = []
    for language in LANGUAGES:
        write_data(tmp_path / language, make_content(language=language))
        workbook = openpyxl.load_workbook(tmp_path / language / "register.xlsx")
        shapes.append([(sheet.max_row, sheet.max_column) for sheet in workbook])
    assert all(left == right for left, right in pairwise(shapes))


def test_many_polygons_and_lines_become_multi_geometries(tmp_path: Path) -> None:
    write_data(tmp_path, make_content())
    lines = pyogrio.read_dataframe(tmp_path / "geozones.gpkg", layer="power")
    assert set(lines.geom_type) == {"MultiLineString"}
    assert lines.geometry.length.tolist() == [900.0, 900.0]


def test_shown_contracts_and_words_are_translated() -> None:
    contracts = [*CONTRACTS.values(), ALLOCATIONS, *DERIVED.values(), *FILES.values()]
    texts = {
        text for contract in contracts for column in contract.columns for text in (column.meaning, column.unit)
    }
    texts |= {contract.meaning for contract in contracts} | {
        word for words in VALUES.values() for word in words.values()
    }
    for language in ("kk", "ru"):
        missing = {text for text in texts if text and text != "0..1" and translate(text, language) == text}
        assert not missing, (language, missing)


def test_words_stand_for_values_that_the_contracts_allow() -> None:
    for place, words in VALUES.items():
        table, column = place.split(".")
        contract = FILES.get(table) or CONTRACTS[table]
        assert set(words) >= set(contract.column(column).allowed), place


def test_a_heading_has_a_capital_and_its_unit() -> None:
    assert write_heading(CONTRACTS["plots"].column("need_gas_m3h"), "kk") == "Газға қажеттілік, м³/сағ"


def test_rows_do_not_depend_on_the_order_of_sources(tmp_path: Path) -> None:
    content = make_content()
    (source,) = content.sources.values()
    for name, keys in (("a", ("b", "a")), ("b", ("a", "b"))):
        sources = {key: type(source)(key, "gas", "f.gpkg", source.provenance, 1) for key in keys}
        write_data(tmp_path / name, replace(content, sources=sources))
    digests = [hashlib.sha256((tmp_path / name / "geozones.gpkg").read_bytes()).digest() for name in ("a", "b")]
    assert digests[0] == digests[1]


def test_a_full_disk_is_named_as_one(tmp_path: Path) -> None:
    edition = Edition("en", make_content().as_of)
    with pytest.raises(OSError, match=r"f\.gpkg") as caught, new_geopackage(tmp_path / "f.gpkg", edition):
        raise sqlite3.OperationalError("database or disk is full")
    assert caught.value.errno == errno.ENOSPC


def test_columns_that_a_table_lacks_stay_empty(tmp_path: Path) -> None:
    content = make_content()
    networks = make_table(DERIVED["plot_networks"], []).drop(columns="capable")
    write_data(tmp_path, replace(content, plot_networks=networks))
    assert "capable" in (tmp_path / "plot_networks.csv").read_text("utf-8-sig").splitlines()[0]
