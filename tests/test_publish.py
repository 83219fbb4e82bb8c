"""Runs are complete or absent; doors lead to the newest; copies are whole."""

from __future__ import annotations

import datetime as dt
import errno
import json
from pathlib import Path

import pytest

from geozones import publish
from geozones.errors import DiskFullError, InputError, LockHeldError

DOORS = {"index.html": b"internal door", "public.html": b"public door"}


def publish_run(out: Path, run_id: str, content: bytes = b"page") -> Path:
    with publish.write_run(out, run_id) as run:
        run.write("internal/index.html", content)
        folder = run.complete({"as_of": "2025-02-10"})
    publish.open_doors(out, run_id, DOORS)
    return folder


def test_a_run_id_is_the_utc_time_of_the_start() -> None:
    started = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    assert publish.make_run_id(started).startswith("20261123T040000Z-")


def test_a_run_is_complete_read_only_and_has_a_manifest(tmp_path: Path) -> None:
    folder = publish_run(tmp_path, "run-1")
    manifest = json.loads((folder / "run.json").read_text())
    assert manifest["files"].keys() == {"internal/index.html"}
    assert (folder / "internal/index.html").stat().st_mode & 0o222 == 0
    assert publish.current_run(tmp_path) == folder
    assert (tmp_path / "index.html").read_bytes() == b"internal door"


def test_a_failed_run_leaves_nothing_and_keeps_the_doors(tmp_path: Path) -> None:
    first = publish_run(tmp_path, "run-1")
    with pytest.raises(TypeError), publish.write_run(tmp_path, "run-2") as run:
        run.write("internal/index.html", "text, not bytes")  # type: ignore[arg-type]
    assert publish.current_run(tmp_path) == first
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["run-1"]


def test_a_full_disk_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DiskFullError, match="No space is left"), publish.write_run(tmp_path, "run-1"):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_second_writer_is_refused_and_the_owner_named(tmp_path: Path) -> None:
    with (
        publish.hold_lock(tmp_path / "state", tmp_path / "out"),
        pytest.raises(LockHeldError, match=r"out \(process \d+\)"),
        publish.hold_lock(tmp_path / "state", tmp_path / "out"),
    ):
        pass
    with publish.hold_lock(tmp_path / "state", tmp_path / "out"):
        pass


def test_a_copy_has_every_file_and_the_doors(tmp_path: Path) -> None:
    folder = publish_run(tmp_path / "out", "run-1")
    assert publish.copy_to(tmp_path / "out", tmp_path / "stick") == 2
    copied = tmp_path / "stick" / "runs" / "run-1"
    assert (copied / "run.json").read_bytes() == (folder / "run.json").read_bytes()
    assert publish.current_run(tmp_path / "stick") == copied
    assert publish.copy_to(tmp_path / "out", tmp_path / "stick") == 2


def test_copying_into_the_maps_themselves_is_refused(tmp_path: Path) -> None:
    publish_run(tmp_path / "out", "run-1")
    with pytest.raises(InputError, match="inside the maps"):
        publish.copy_to(tmp_path / "out", tmp_path / "out" / "copy")


@pytest.mark.parametrize("latest", [None, "{", '{"run": 1}', '{"run_id": "gone"}'])
def test_nothing_published_is_a_clear_error(tmp_path: Path, latest: str | None) -> None:
    if latest is not None:
        (tmp_path / "latest.json").write_text(latest)
    with pytest.raises(InputError, match="geozones build"):
        publish.current_run(tmp_path)
