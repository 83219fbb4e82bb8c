"""`geozones runs`: list, show, go back, prune; a damaged run is never published."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from geozones import publish
from geozones.cli import messages
from geozones.cli.app import run

ROOT = Path(__file__).resolve().parent.parent
DOORS = {"index.html": b"door", "public.html": b"door"}


@pytest.fixture(autouse=True)
def _english() -> None:
    messages.speak("en")


@pytest.fixture
def settings(tmp_path: Path) -> str:
    """Give settings whose output folder has two runs that were served, and one that was not."""
    from datetime import UTC, datetime, timedelta

    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    out, now = tmp_path / "maps_out", datetime.now(UTC) - timedelta(days=9)
    for place, run_id in enumerate(("run-1", "run-2", "run-3")):
        with publish.write_run(out, run_id) as folder:
            folder.write("internal/index.html", run_id.encode())
            layers = {"plots": {"read": 10 + place, "quarantined": 1}}
            folder.complete({"as_of": "2025-02-10", "started": now.isoformat(), "facts": {"layers": layers}})
        if run_id != "run-3":
            publish.open_doors(out, run_id, DOORS, now=now)
    return str(tmp_path / "layers" / "geozones.toml")


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> object:
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_runs_are_listed_with_what_they_were(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = answer(capsys, "runs", "list", "-c", settings)
    assert isinstance(rows, list)
    assert [(row["run_id"], row["status"], row["files"]) for row in rows] == [
        ("run-3", "unpublished", 1),
        ("run-2", "current", 1),
        ("run-1", "served", 1),
    ]
    assert run(["runs", "list", "-c", settings, "--lang", "en"]) == 0
    assert "run-2 · state on 2025-02-10 · served now · 1 files" in capsys.readouterr().out


def test_a_run_is_shown(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = answer(capsys, "runs", "show", "-c", settings)
    assert isinstance(shown, dict)
    assert (shown["run_id"], shown["sound"], shown["status"]) == ("run-2", True, "current")
    assert run(["runs", "show", "run-1", "-c", settings, "--lang", "en"]) == 0
    assert "plots: 10 read, 1 set aside\nAll files are those of the manifest." in capsys.readouterr().out


def test_rollback_leads_to_the_last_good_run(settings: str, tmp_path: Path) -> None:
    assert run(["runs", "rollback", "-c", settings, "--quiet"]) == 0
    assert publish.current_run(tmp_path / "maps_out").name == "run-1"
    assert b"runs/run-1/internal/index.html" in (tmp_path / "maps_out" / "index.html").read_bytes()
    assert run(["runs", "rollback", "run-3", "-c", settings, "--quiet"]) == 0
    assert publish.current_run(tmp_path / "maps_out").name == "run-3"


def test_each_rollback_leads_further_back(
    settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from datetime import UTC, datetime

    out = tmp_path / "maps_out"
    publish.open_doors(out, "run-3", DOORS, now=datetime.now(UTC))
    for expected in ("run-2", "run-1"):
        assert run(["runs", "rollback", "-c", settings, "--quiet"]) == 0
        assert publish.current_run(out).name == expected
    assert run(["runs", "rollback", "-c", settings, "--lang", "en"]) == 4
    assert "no earlier run to go back to" in capsys.readouterr().err
    assert publish.current_run(out).name == "run-1"


def test_rollback_names_the_copy_that_it_leaves(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(settings)
    path.write_text(path.read_text("utf-8") + '\n[nightly]\ncopy_to = "../web"\n', "utf-8")
    assert run(["runs", "rollback", "-c", settings, "--lang", "en"]) == 0
    copy = path.parent.parent / "web"
    assert f"The copy is as before. To renew it: geozones publish --copy-to {copy}" in capsys.readouterr().out


def test_a_run_shows_what_the_gate_said_of_it(
    settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    breach = {"limit": "max_features_lost_share", "subject": "plots", "before": 4230, "after": 211}
    with publish.write_run(tmp_path / "maps_out", "run-4") as folder:
        folder.complete({"gate": {"breaches": [breach], "accepted": "new survey"}})
    assert run(["runs", "show", "run-4", "-c", settings, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "The gate: max_features_lost_share, plots: 4,230 became 211\nAccepted: new survey\n" in said


def test_rollback_refuses_a_damaged_run(settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "maps_out" / "runs" / "run-1" / "internal" / "index.html"
    page.chmod(0o644)
    page.write_bytes(b"changed")
    assert run(["runs", "rollback", "-c", settings, "--lang", "en"]) == 4
    assert (
        "Run run-1 is damaged: files that are missing, changed or do not belong to it: 1, first"
        in capsys.readouterr().err
    )
    assert publish.current_run(tmp_path / "maps_out").name == "run-2"


def test_rollback_without_an_earlier_run_says_so(
    settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "empty")
    assert run(["runs", "rollback", "-c", settings, "--out", out, "--lang", "en"]) == 4
    assert "no earlier run to go back to" in capsys.readouterr().err


def test_prune_removes_what_the_settings_do_not_keep(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(settings)
    path.write_text(path.read_text("utf-8").replace("runs = 14, days = 90", "runs = 1, days = 1"), "utf-8")
    assert answer(capsys, "runs", "prune", "-c", settings) == {"removed": ["run-3"]}
    rows = answer(capsys, "runs", "list", "-c", settings)
    assert isinstance(rows, list)
    assert [row["run_id"] for row in rows] == ["run-2", "run-1"]


def test_runs_wait_for_a_build_that_is_going_on(settings: str, tmp_path: Path) -> None:
    with publish.hold_lock(tmp_path / ".geozones", tmp_path / "maps_out"):
        assert run(["runs", "rollback", "-c", settings, "--quiet"]) == 5
        assert run(["runs", "prune", "-c", settings, "--quiet"]) == 5
