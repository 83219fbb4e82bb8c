"""Inspections as files: read with distrust, photos made harmless, recorded once and whole."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from field_files import as_photo, field_file, jpeg, jpeg_with_metadata, picture_bomb
from PIL import Image
from region_fixtures import SmallRegion

from geozones.cli.app import run
from geozones.errors import InputError
from geozones.layers import share_reader
from geozones.layers.field_file import read_field_file
from geozones.layers.photos import LONGEST_SIDE, clean_photo

PLOT = "badam-28"


def test_a_file_is_read_with_all_that_was_seen(tmp_path: Path) -> None:
    photo = jpeg()
    file = field_file(tmp_path / "a.json", PLOT, photos=[as_photo(photo), as_photo(photo, "again.jpg")])
    found = share_reader().read_field_file(file, shown="a.json")
    (seen,) = found.inspections
    assert (found.by, seen.plot_id, seen.date.isoformat()) == ("A. Inspector", PLOT, "2025-02-01")
    assert seen.fields["greening_share"] == 0.12
    assert seen.fields["photo"] == seen.photos[0].name
    assert seen.fields["photo_taken"] == "2025-02-01T14:28"
    assert len(seen.photos) == 1


def test_a_kept_photo_is_upright_small_and_says_nothing_of_its_camera() -> None:
    content = jpeg_with_metadata()
    photo = clean_photo(content, shown="a.jpg")
    assert photo.taken == "2025-02-03T10:20:30"
    for word in (b"Exif", b"Hostile", b"2025:02"):
        assert word in content
        assert word not in photo.content
    with Image.open(io.BytesIO(photo.content)) as kept:
        assert kept.size == (LONGEST_SIDE // 2, LONGEST_SIDE)
        assert not kept.getexif()
        assert kept.getpixel((400, 100))[0] > 200
        assert kept.getpixel((400, 1500))[2] > 200


@pytest.mark.parametrize(
    ("photo", "said"),
    [
        (as_photo(b"\0" * 50_000_000), "at most"),
        (as_photo(b"\xff" * 16_000_000), "16.0 MB"),
        (as_photo(b"GIF89a" + b"\0" * 40), "no JPEG, PNG or WebP"),
        (as_photo(b"\0\0\0\x18ftypheic" + b"\0" * 40), "HEIC"),
        (as_photo(jpeg()[:400]), "damaged"),
        (as_photo(picture_bomb()), "60 million pixels"),
        (as_photo(picture_bomb(9_000)), "60 million pixels"),
        (as_photo(jpeg(), sha256="0" * 64), "hash"),
        (as_photo(jpeg(), data="%%%"), "damaged"),
        (as_photo(jpeg(), data=None), "not in the file"),
        (as_photo(b"<svg/>", "../../etc/\u202egpj.<script>\x07.svg"), "../../etc/ gpj.<script> .svg"),
    ],
)  # fmt: skip
def test_a_photo_that_cannot_be_taken_is_refused_in_clear_words(
    tmp_path: Path, photo: dict[str, Any], said: str
) -> None:
    file = field_file(tmp_path / "a.json", PLOT, photos=[photo])
    with pytest.raises(InputError) as refused:
        read_field_file(file, shown="a.json")
    assert said in str(refused.value)
    assert "\u202e" not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"date": "01.02.2025"}, "date"),
        ({"greening_share": 12}, "greening_share"),
        ({"greening_share": True}, "greening_share"),
        ({"time": "25:00"}, "time"),
        ({"lat": None}, "lon and lat"),
        ({"lon": 690}, "lon"),
        ({"plot_id": "  "}, "plot_id"),
        ({"note": ["x"]}, "note"),
        ({"photos": [1] * 13}, "12 photos"),
    ],
)
def test_values_that_cannot_be_taken_are_named(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    file = field_file(tmp_path / "a.json", PLOT)
    raw = json.loads(file.read_text())
    raw["inspections"][0].update(changes)
    file.write_text(json.dumps(raw))
    with pytest.raises(InputError, match=said):
        read_field_file(file, shown="a.json")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"inspections": 3}', '{"inspections": []}'])
def test_another_file_is_no_inspection(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(content)
    with pytest.raises(InputError, match=r"a\.json"):
        read_field_file(file, shown="a.json")


def record(region: SmallRegion, file: Path, *more: str) -> int:
    given = ["--file", str(file), "--by", "Planner", "-c", str(region.config), "--lang", "en", *more]
    return run(["ledger", "record", "inspect", *given])


def history(region: SmallRegion, plot: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(["ledger", "history", plot, "-c", str(region.config), "--json"]) == 0
    return [row for row in json.loads(capsys.readouterr().out) if row["event"] == "inspect"]


def test_a_file_is_recorded_once_and_its_photos_lie_beside_the_ledger(
    small_region: SmallRegion, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = field_file(tmp_path / "a.json", PLOT, photos=[as_photo(jpeg_with_metadata())])
    assert record(small_region, file, "--dry-run") == 0
    assert history(small_region, PLOT, capsys) == []
    assert record(small_region, file) == 0
    assert "1 recorded with 1 photos" in capsys.readouterr().out
    assert record(small_region, file, "--json") == 0
    assert json.loads(capsys.readouterr().out)["known"] == 1
    (row,) = history(small_region, PLOT, capsys)
    assert (row["started"], row["tidiness"], row["by"]) == ("no", "fair", "Planner")
    (kept,) = small_region.folder.rglob("photos/*.jpg")
    assert kept.name == row["photo"]
    assert b"Hostile" not in kept.read_bytes()


def test_what_the_ledger_does_not_allow_is_refused_and_leaves_nothing(
    small_region: SmallRegion, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = [as_photo(jpeg())]
    unknown = field_file(tmp_path / "unknown.json", "badam-999", photos=photos)
    future = field_file(tmp_path / "future.json", PLOT, date="2999-01-01", photos=photos)
    assert record(small_region, unknown) == 6
    assert record(small_region, future) == 6
    assert "future" in capsys.readouterr().err
    assert record(small_region, field_file(tmp_path / "bad.json", PLOT, greening_share=12)) == 4
    assert record(small_region, unknown, PLOT) == 4
    assert record(small_region, unknown, "--date", "2025-02-01") == 2
    assert run(["ledger", "record", "inspect", "--by", "Planner", "-c", str(small_region.config)]) == 2
    free = field_file(tmp_path / "ended.json", "badam-04", date="2025-02-05")
    split = ["--date", "2025-02-03", "--document", "order 1", "--as", "badam-04a", "--as", "badam-04b"]
    assert run(["ledger", "record", "split", "badam-04", *split, "--by", "P", "-c", str(small_region.config)]) in (
        0,
        6,
    )
    capsys.readouterr()
    code = record(small_region, free)
    assert (code, "ended" in capsys.readouterr().err) == (6, True)
    assert history(small_region, PLOT, capsys) == []
    assert not list(small_region.folder.rglob("photos/*"))
