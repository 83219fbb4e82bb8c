"""The command line: exit codes, messages in the chosen language, never a traceback."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from geozones import errors, publish
from geozones.cli.app import app, run
from geozones.cli.exit_codes import EXIT_CODES, exit_code_of

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def region(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "layers", tmp_path / "layers"))


def test_every_error_class_has_an_exit_code_of_the_design() -> None:
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", (ROOT / "docs/commands.md").read_text(), re.M)}
    classes = [errors.GeozonesError, *errors.GeozonesError.__subclasses__()]
    assert {exit_code_of(kind("")) for kind in classes} <= documented
    assert {exit_code_of(kind("")) for kind in EXIT_CODES} | {0, 130} == documented


def test_every_command_is_documented() -> None:
    guide = (ROOT / "docs/commands.md").read_text()
    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    assert [name for name in names if f"| `{name}" not in guide] == []


def test_every_settings_key_is_documented() -> None:
    from pydantic import BaseModel

    from geozones.config import model

    guide = (ROOT / "docs/settings.md").read_text()
    models = [kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, BaseModel)]
    keys = {name for kind in models for name in kind.model_fields} - {"path", "key"} - {"layers", "keep"}
    forms = ("`{}`", "] {}`", "`[{}]", "[{}]", ".{}]`", ".{}] ")
    assert {key for key in keys if not any(form.format(key) in guide for form in forms)} == set()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["bild"], 2, "Did you mean 'build'?"),
        (["build", "--nope"], 2, "No such option: --nope"),
        (["build", "-c", "nowhere.toml"], 2, "nowhere.toml: no such settings file"),
        (["build", "-c", "nowhere.toml", "--lang", "en"], 2, "nowhere.toml: no such settings file"),
        (["build", "--lang", "de"], 2, "--lang: de is not a language here"),
    ],
)
def test_wrong_usage_is_named(
    arguments: list[str],
    code: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    assert run(arguments) == code
    assert words in capsys.readouterr().err


def test_errors_come_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", "-c", "nowhere.toml", "--lang", "kk"]) == 2
    assert "мұндай баптау файлы жоқ" in capsys.readouterr().err


def test_a_build_answers_in_json(region: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run(["build", "-c", str(region / "geozones.toml"), "--out", str(out), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["run_id"] == json.loads((out / "latest.json").read_text())["run_id"]
    assert answer["summary"] == json.loads((publish.current_run(out) / "data" / "summary.json").read_text())
    assert answer["as_of"] == "2025-02-10"
    assert set(answer) == {"run_id", "out", "as_of", "summary", "pages", "issues", "seconds"}


def test_data_issues_build_the_maps_and_exit_3(
    region: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plots = region / "plots.geojson"
    plots.write_text(plots.read_text("utf-8").replace('"hazard_class":"V"', '"hazard_class":"IX"', 1), "utf-8")
    settings = str(region / "geozones.toml")
    assert run(["build", "-c", settings, "--out", str(tmp_path / "out"), "--lang", "en"]) == 3
    assert "the data has 1 issues that the settings call fatal" in capsys.readouterr().err
    assert publish.current_run(tmp_path / "out").is_dir()


def test_a_build_beside_another_one_is_refused(
    region: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with publish.hold_lock(tmp_path / ".geozones", tmp_path / "out"):
        settings = str(region / "geozones.toml")
        assert run(["build", "-c", settings, "--out", str(tmp_path / "out"), "--lang", "en"]) == 5
    assert "Another run is writing to out" in capsys.readouterr().err


def test_publish_copies_the_run(region: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = str(region / "geozones.toml")
    assert run(["publish", "-c", settings, "--copy-to", str(tmp_path / "stick"), "--lang", "en"]) == 4
    assert "nothing is published here yet" in capsys.readouterr().err
    assert run(["build", "-c", settings, "--quiet"]) == 0
    assert run(["publish", "-c", settings, "--copy-to", str(tmp_path / "stick")]) == 0
    assert publish.current_run(tmp_path / "stick").is_dir()


def test_a_bug_is_called_a_bug_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], region: Path
) -> None:
    stages = importlib.import_module("geozones.pipeline.build")

    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(stages, "check_region", break_down)
    assert run(["build", "-c", str(region / "geozones.toml"), "--lang", "en", "--quiet"]) == 1
    shown = capsys.readouterr().err
    assert "a bug of GeoZones: ZeroDivisionError at test_cli.py:" in shown
    assert "Traceback" not in shown


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from geozones.cli.app import run; run(['--help']);"
        "print(sorted({'geopandas','pandas','numpy','pydantic','folium','sqlalchemy','numba'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip().endswith("[]")
