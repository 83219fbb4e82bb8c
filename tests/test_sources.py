"""Sources: which files they are, their last good copies, and what stands in for a layer that fails."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from geozones import sources
from geozones.config import LayerSpec
from geozones.errors import InputError, Message

DAY = dt.date(2026, 11, 22)


def spec_of(source: Path, key: str = "gas", **settings: Any) -> LayerSpec:
    return LayerSpec(key=key, role="gas", source=str(source), **settings)


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


# ---- parts ----


@pytest.mark.parametrize(
    ("named", "parts"),
    [
        ("gas.geojson", {"gas.geojson"}),
        ("lines.shp", {"lines.shp", "lines.dbf", "lines.CPG"}),
        ("folder", {"a.shp", "b.dbf"}),
        ("nowhere.geojson", set()),
    ],
)
def test_a_source_is_the_files_that_belong_together(tmp_path: Path, named: str, parts: set[str]) -> None:
    names = ("gas.geojson", "lines.shp", "lines.dbf", "lines.CPG", "lines.txt", "folder/a.shp", "folder/in/b.dbf")
    for name in names:
        write(tmp_path / name, b"x")
    assert {path.name for path in sources.list_parts(tmp_path / named)} == parts


def test_the_hash_of_a_source_changes_with_any_byte_of_any_part(tmp_path: Path) -> None:
    write(tmp_path / "a.shp", b"1")
    write(tmp_path / "a.dbf", b"2")
    before = sources.digest_source(spec_of(tmp_path / "a.shp"))
    write(tmp_path / "b.dbf", b"3")
    assert sources.digest_source(spec_of(tmp_path / "a.shp")) == before
    write(tmp_path / "a.dbf", b"3")
    assert sources.digest_source(spec_of(tmp_path / "a.shp")) != before
    assert sources.digest_source(spec_of(tmp_path / "nowhere.shp")) is None
    assert sources.digest_source(LayerSpec(key="a", role="gas", source="postgresql://server/base")) is None


# ---- copies ----


def keep(state: Path, spec: LayerSpec, day: dt.date = DAY) -> bool:
    digest = sources.digest_source(spec)
    assert digest is not None
    return sources.keep_copy(state, spec, day=day, digest=digest)


def test_a_copy_is_found_as_it_was_kept(tmp_path: Path) -> None:
    spec = spec_of(write(tmp_path / "in" / "gas.geojson", b"good"))
    assert sources.find_last_copy(tmp_path, spec) is None
    assert keep(tmp_path, spec)
    write(Path(spec.source), b"bad")
    copy = sources.find_last_copy(tmp_path, spec)
    assert copy is not None
    assert (copy.source.read_bytes(), copy.source.name, copy.day) == (b"good", "gas.geojson", DAY)


def test_a_newer_copy_takes_the_place_of_the_older(tmp_path: Path) -> None:
    spec = spec_of(write(tmp_path / "in" / "gas.geojson", b"old"))
    keep(tmp_path, spec)
    write(Path(spec.source), b"new")
    keep(tmp_path, spec, DAY + dt.timedelta(days=1))
    copy = sources.find_last_copy(tmp_path, spec)
    assert copy is not None
    assert (copy.source.read_bytes(), copy.day.day) == (b"new", 23)
    assert sorted(path.name for path in (tmp_path / "last_good" / "gas").iterdir()) == sorted(
        [copy.digest[:16], "copy.json"]
    )


def test_the_same_bytes_are_kept_once_with_the_newer_day(tmp_path: Path) -> None:
    spec = spec_of(write(tmp_path / "in" / "gas.geojson", b"same"))
    keep(tmp_path, spec)
    keep(tmp_path, spec, DAY + dt.timedelta(days=7))
    copy = sources.find_last_copy(tmp_path, spec)
    assert copy is not None
    assert copy.day == DAY + dt.timedelta(days=7)


def test_a_folder_is_kept_with_all_in_it(tmp_path: Path) -> None:
    write(tmp_path / "in" / "lines" / "a.shp", b"1")
    write(tmp_path / "in" / "lines" / "more" / "a.dbf", b"2")
    keep(tmp_path, spec_of(tmp_path / "in" / "lines"))
    copy = sources.find_last_copy(tmp_path, spec_of(tmp_path / "in" / "lines"))
    assert copy is not None
    assert (copy.source / "more" / "a.dbf").read_bytes() == b"2"


def test_other_bytes_than_those_read_are_not_kept(tmp_path: Path) -> None:
    spec = spec_of(write(tmp_path / "in" / "gas.geojson", b"changed since"))
    assert not sources.keep_copy(tmp_path, spec, day=DAY, digest="0" * 64)
    assert sources.find_last_copy(tmp_path, spec) is None


def test_a_damaged_copy_is_none(tmp_path: Path) -> None:
    spec = spec_of(write(tmp_path / "in" / "gas.geojson", b"good"))
    keep(tmp_path, spec)
    copy = sources.find_last_copy(tmp_path, spec)
    assert copy is not None
    write(copy.source, b"goof")
    assert sources.find_last_copy(tmp_path, spec) is None


# ---- loading ----


def load_by_content(spec: LayerSpec, _digest: str | None) -> Any:
    """Stand for a reader: the content is the layer, `bad` fails."""
    content = Path(spec.source).read_text()
    if content == "bad":
        raise InputError("Layer {layer}: it is bad.", layer=spec.key)
    return content


def test_a_failing_layer_is_replaced_by_its_last_good_copy_and_the_rest_goes_on(tmp_path: Path) -> None:
    gas = spec_of(write(tmp_path / "gas", b"good"), keep_last=True)
    power = spec_of(write(tmp_path / "power", b"volts"), key="power")
    keep(tmp_path, gas)
    write(Path(gas.source), b"bad")
    opened: list[str] = []
    care = sources.Care(tmp_path, use_last=True, on_source=opened.append)
    loaded = sources.load_layers([gas, power], load_by_content, care)
    assert loaded.layers == ("good", "volts")
    assert [(kept.key, kept.day, str(kept.reason)) for kept in loaded.kept] == [
        ("gas", DAY, "Layer gas: it is bad.")
    ]
    assert loaded.digests.keys() == {"power"}
    assert opened == ["gas", "power", ""]


@pytest.mark.parametrize(("use_last", "keep_last"), [(False, True), (True, False), (True, True)])
def test_without_a_copy_or_the_wish_the_error_passes(tmp_path: Path, use_last: bool, keep_last: bool) -> None:
    gas = spec_of(write(tmp_path / "gas", b"good"), keep_last=keep_last)
    if not (use_last and keep_last):
        keep(tmp_path, gas)
    write(Path(gas.source), b"bad")
    with pytest.raises(InputError, match="it is bad"):
        sources.load_layers([gas], load_by_content, sources.Care(tmp_path, use_last=use_last))


def test_a_layer_that_ended_a_run_before_is_not_opened(tmp_path: Path) -> None:
    gas = spec_of(write(tmp_path / "gas", b"hangs"), keep_last=True)
    reason = Message("Layer {layer}: no answer.", {"layer": "gas"})
    with pytest.raises(InputError, match="Layer gas: no answer"):
        sources.load_layers([gas], load_by_content, sources.Care(tmp_path, use_last=True, failed={"gas": reason}))
    keep(tmp_path, gas)
    care = sources.Care(tmp_path, use_last=True, failed={"gas": reason})
    assert sources.load_layers([gas], load_by_content, care).kept[0].reason == reason


def test_only_what_settings_say_is_kept_for_a_bad_night(tmp_path: Path) -> None:
    gas = spec_of(write(tmp_path / "gas", b"1"), keep_last=True)
    power = spec_of(write(tmp_path / "power", b"2"), key="power")
    loaded = sources.load_layers([gas, power], load_by_content, sources.Care(tmp_path))
    sources.keep_copies(tmp_path, {"gas": gas, "power": power}, loaded, day=DAY)
    assert sources.find_last_copy(tmp_path, gas) is not None
    assert sources.find_last_copy(tmp_path, power) is None


def test_a_missing_layer_that_has_a_copy_is_not_absent(tmp_path: Path) -> None:
    gas = spec_of(write(tmp_path / "gas", b"1"), keep_last=True, required=False)
    care = sources.Care(tmp_path, use_last=True)
    assert not sources.is_absent(gas, care)
    Path(gas.source).unlink()
    assert sources.is_absent(gas, care)
    write(Path(gas.source), b"1")
    keep(tmp_path, gas)
    Path(gas.source).unlink()
    assert not sources.is_absent(gas, care)
    assert sources.is_absent(gas, sources.Care(tmp_path))
