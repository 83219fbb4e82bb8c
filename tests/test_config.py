"""Settings: every problem at once, unknown keys refused, paths and variables expanded."""

from __future__ import annotations

from pathlib import Path

import pytest

from geozones.config import load_config
from geozones.errors import ConfigError

MINIMAL = """
[region]
name = { en = "Unit Region" }
bounds = [65.5, 40.3, 71.5, 46.2]
[layers.zones]
role = "zones"
source = "zones.geojson"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "geozones.toml"
    path.write_text(text, "utf-8")
    return path


def problems_of(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(write(folder, text), environ=environ)
    return [str(message) for message in caught.value.messages]


def test_minimal_settings_get_defaults_and_absolute_paths(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, MINIMAL), environ={})
    assert config.layers["zones"].source == str(tmp_path / "zones.geojson")
    assert config.maps.out == tmp_path.parent / "maps_out"
    assert config.ledger.url == f"sqlite:///{tmp_path.parent / '.geozones'}/ledger.sqlite"
    assert config.proximity.near_m == {"gas": 2000, "power": 3000, "water": 2000}
    assert config.fatal == ("error",)


def test_settings_do_not_change(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, MINIMAL), environ={})
    with pytest.raises(ValueError, match="frozen"):
        config.language = "ru"  # type: ignore[misc]


def test_all_problems_come_at_once_with_file_key_and_what_is_allowed(tmp_path: Path) -> None:
    text = 'language = "de"\nfatl = []\n' + MINIMAL.replace('"zones"', '"zone"') + "near = 3\n"
    problems = problems_of(tmp_path, text)
    assert any("unknown key fatl; did you mean fatal?" in problem for problem in problems)
    assert any("language is 'de'. Allowed: 'kk', 'ru', 'en'" in problem for problem in problems)
    assert any("role is 'zone'; did you mean 'zones'?" in problem for problem in problems)
    assert any("layers.zones.role is 'zone'" in problem for problem in problems)
    assert any("unknown key layers.zones.near" in problem for problem in problems)
    assert all(problem.startswith("geozones.toml: ") for problem in problems)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('crs = "EPSG:4326"', "It must be a projected CRS in metres"),
        ('crs = "EPSG:0"', "It must be a projected CRS in metres"),
        ('timezone = "Asia/Nowhere"', "It must be a name of the IANA"),
        ("demonstration = 7", "region.demonstration is 7. It must be true or false."),
    ],
)
def test_wrong_values_of_the_region_are_named(tmp_path: Path, line: str, words: str) -> None:
    text = MINIMAL.replace("[layers.zones]", f"{line}\n[layers.zones]")
    assert [problem for problem in problems_of(tmp_path, text) if words in problem]


def test_bounds_in_the_wrong_order_are_refused(tmp_path: Path) -> None:
    text = MINIMAL.replace("[65.5, 40.3, 71.5, 46.2]", "[71.5, 40.3, 65.5, 46.2]")
    assert "It must be [west, south, east, north] in degrees" in problems_of(tmp_path, text)[0]


def test_a_literal_password_is_refused_and_never_repeated(tmp_path: Path) -> None:
    text = MINIMAL.replace("zones.geojson", "postgresql://me:hunter2@localhost/db")
    problems = problems_of(tmp_path, text)
    assert "layers.zones.source holds a password" in problems[0]
    assert "hunter2" not in " ".join(problems)


def test_a_password_from_the_environment_is_taken_and_not_displayed(tmp_path: Path) -> None:
    text = MINIMAL.replace("zones.geojson", "postgresql://me:${DB_PASSWORD}@localhost/db")
    spec = load_config(write(tmp_path, text), environ={"DB_PASSWORD": "hunter2"}).layers["zones"]
    assert spec.is_url
    assert ":hunter2@" in spec.source
    assert "hunter2" not in spec.display_name


def test_an_unset_variable_is_named_and_a_default_is_taken(tmp_path: Path) -> None:
    unset = MINIMAL.replace("zones.geojson", "${DATA}/zones.geojson")
    assert "layers.zones.source uses ${DATA}, which is not set" in problems_of(tmp_path, unset)[0]
    with_default = MINIMAL.replace("zones.geojson", "${DATA:-data}/zones.geojson")
    config = load_config(write(tmp_path, with_default), environ={})
    assert config.layers["zones"].source == str(tmp_path / "data" / "zones.geojson")


def test_a_region_without_zones_is_refused(tmp_path: Path) -> None:
    text = MINIMAL.replace('role = "zones"', 'role = "plots"')
    assert 'at least one layer of role = "zones"' in problems_of(tmp_path, text)[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "saved as UTF-8"),
        (b"a = ", "not valid TOML"),
        (b"a = 1\n[b\n", "at line 2, character 3"),
        (None, "no such settings file"),
    ],
)
def test_unreadable_settings_are_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "geozones.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        load_config(path, environ={})
