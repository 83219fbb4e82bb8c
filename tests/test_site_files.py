"""What a screening leaves beside its pages: JSON by its schema, PDF, letters of request."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import docx
import jsonschema
import pytest
from builders import make_square
from site_cases import make_config, make_parcel, make_region, make_site, screen_case

from geozones.maps import site_stems
from geozones.reports import write_site_files
from geozones.reports.site_letters import corner_rows
from geozones.reports.site_picture import draw_site_svg
from geozones.screening import BODIES, Screening, as_records

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "docs" / "screening.schema.json").read_text(encoding="utf-8"))


@cache
def blocked() -> Screening:
    farm = make_parcel("farm", make_square(-2900, 100, 300), granted="yes", cadastral_no="19-148-001-001")
    site = make_site(name_kk="Алаң", name_ru='Участок "А" <b>')
    return screen_case(site, make_region(farm, water=None, rivers=None), config=make_config())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sites")
    write_site_files(made, blocked(), make_config(), stems=site_stems(["site"]))
    return made


def test_records_follow_their_schema(folder: Path) -> None:
    records = json.loads((folder / "screening.json").read_text(encoding="utf-8"))
    jsonschema.validate(records, SCHEMA)
    assert records == json.loads((folder / "site.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("key", "value"), [("verdict", "maybe"), ("area_ha", 0), ("score", {"value": 2}), ("findings", None)]
)
def test_the_schema_refuses_what_a_screening_never_says(key: str, value: Any) -> None:
    record = as_records(blocked())[0] | {key: value}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([record], SCHEMA)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_report_is_a_pdf_in_every_language(folder: Path, language: str) -> None:
    assert (folder / f"site-{language}.pdf").read_bytes().startswith(b"%PDF")


def test_every_request_has_its_letter(folder: Path) -> None:
    bodies = {request.body for request in blocked().requests}
    assert bodies >= {"water_utility", "basin"}
    assert bodies <= set(BODIES)
    assert {path.name for path in (folder / "letters").iterdir()} == {f"site-{body}.docx" for body in bodies}


def test_a_letter_stands_in_kazakh_and_russian_with_blanks_and_corners(folder: Path) -> None:
    letter = docx.Document(io.BytesIO((folder / "letters" / "site-water_utility.docx").read_bytes()))
    columns = ["\n".join(row.cells[side].text for row in letter.tables[0].rows) for side in (0, 1)]
    assert "Алаң" in columns[0]
    assert "ұсынылып отыр" in columns[0]
    assert 'Участок "А" <b>' in columns[1]
    assert "предлагается" in columns[1]
    assert all("№ ____" in column and "____" in column.splitlines()[-1] for column in columns)
    assert [cell.text for cell in letter.tables[1].rows[1].cells] == list(CORNERS[0])
    assert len(letter.tables[1].rows) == 5
    assert len(letter.inline_shapes) == 1


CORNERS = corner_rows(blocked().sites.geometry.array[0], blocked().sites.crs)


def test_the_same_screening_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_site_files(tmp_path, blocked(), make_config(), stems=site_stems(["site"]))
    for path in folder.rglob("*.*"):
        assert path.read_bytes() == (tmp_path / path.relative_to(folder)).read_bytes(), path.name


def test_the_picture_shows_what_blocks() -> None:
    assert 'fill="url(#block)"' in draw_site_svg(blocked(), "site")
    clear = screen_case(make_site(), make_region())
    assert 'fill="url(#block)"' not in draw_site_svg(clear, "site")


def test_pages_and_files_keep_apart() -> None:
    stems = site_stems(["index", "ranking", "tole-bi", "Бадам", "con"])
    assert stems["tole-bi"] == "tole-bi"
    assert not {"index", "ranking", "con"} & set(stems.values())
    assert len(set(stems.values())) == 5
    assert all(stem.isascii() for stem in stems.values())
