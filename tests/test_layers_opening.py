"""Sources that change, are too big, or hide something."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from corpus import Make, pack, plots, text, workbook, write
from corpus_formats import COLUMNS, ROWS

from geozones.crs import convert_geometries, parse_crs
from geozones.errors import InputError
from geozones.layers import opening
from geozones.layers.encodings import decide_encoding
from geozones.layers.limits import Limits
from geozones.layers.local_grid import fit_control_points
from geozones.layers.opening import read_source
from geozones.layers.places import parse_coordinate


def read(path: Path, **options: Any) -> Any:
    return read_source(path, key="sent", shown=path.name, **options)


@pytest.mark.parametrize("name", ["plots.gpkg", "plots.shp", "plots.csv"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / write(name)(tmp_path)
    plain: Callable[[Any], Any] = opening._read_plain

    def read_and_touch(source: Any) -> Any:
        raw = plain(source)
        os.utime(path, ns=(1, 1))
        return raw

    monkeypatch.setattr(opening, "_read_plain", read_and_touch)
    with pytest.raises(InputError, match="changed while it was read"):
        read(path)


@pytest.mark.parametrize(
    ("make", "limits"),
    [
        (write("plots.gpkg"), Limits(bytes=1_000)),
        (write("plots.gpkg"), Limits(features=2)),
        (write("plots.geojson"), Limits(vertices=5)),
        (write("plots.parquet"), Limits(features=2)),
        (write("plots.parquet"), Limits(vertices=5)),
        (write("plots.csv"), Limits(features=2)),
        (workbook(("Лист", [COLUMNS, *ROWS])), Limits(features=2)),
        (workbook(("Лист", [COLUMNS, *ROWS])), Limits(unpacked_bytes=100)),
        (pack(write("plots.shp")), Limits(unpacked_bytes=100)),
    ],
)
def test_what_is_too_big_is_refused(make: Make, limits: Limits, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"at most|more than"):
        read(tmp_path / make(tmp_path), limits=limits)


def test_an_archive_bomb_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("plots.geojson", b"0" * 50_000_000)
    with pytest.raises(InputError, match="unpacks to more than"):
        read(path, limits=Limits(unpacked_bytes=1_000_000))


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / pack(text("plots.csv", "a;b\n1;2\n"))(tmp_path)
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + flags] |= 1
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match="damaged or locked"):
        read(path)


def test_a_link_out_of_an_archive_is_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("plots.geojson")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "sent.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(InputError, match="leads out"):
        read(tmp_path / "sent.zip")


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8", "utf-16"])
def test_a_sentence_decides_its_encoding(encoding: str) -> None:
    content = "Индустриальная зона Бадам, Ордабасинский район".encode(encoding)
    assert decide_encoding(content, stated=None, shown="x").encoding.startswith(encoding)


@pytest.mark.parametrize(
    ("written", "value"),
    [("68,25", 68.25), ("43°17'50.4\"N", 43.29733333), ("43 17 50,4", 43.29733333),
     ("68°15'06″ в.д.", 68.25166667), ("42°30' ю.ш.", -42.5), ("4 700 123,5", 4_700_123.5),
     ("42°61'", None), ("север", None)],
)  # fmt: skip
def test_coordinates_as_people_write_them(written: str, value: float | None) -> None:
    assert parse_coordinate(written) == (None if value is None else pytest.approx(value))


def test_control_points_fit_a_turned_and_shifted_system() -> None:
    known = np.array([(500_000, 4_700_000), (501_000, 4_700_000), (500_000, 4_701_000)], dtype=float)
    places, _ = convert_geometries(shapely.points(known), parse_crs("EPSG:32642"), parse_crs("EPSG:4326"))
    points = tuple((y, -x, place.x, place.y) for (x, y), place in zip(known, places, strict=True))
    fit = fit_control_points(points, layer="plan")
    assert fit.accuracy_m < 1e-6
    moved = fit.convert(np.array([shapely.Point(4_700_500, -500_500)]))[0]
    assert moved.distance(shapely.Point(500_500, 4_700_500)) < 1e-6


def test_plots_of_the_corpus_are_a_hectare_each() -> None:
    assert plots().geometry.area.tolist() == [10_000.0] * 3
