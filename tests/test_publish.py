"""Runs are complete or absent; doors lead to the newest; copies are whole."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from geozones import publish
from geozones.config.model import KeepConfig
from geozones.errors import DiskFullError, InputError, LockHeldError, UsageError

DOORS = {"index.html": b"internal door", "public.html": b"public door"}
NOW = dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def write_run(
    out: Path,
    run_id: str,
    content: bytes = b"page",
    *,
    now: dt.datetime = NOW,
    previous: publish.RunInfo | None = None,
) -> publish.RunInfo:
    with publish.write_run(out, run_id, previous=previous) as run:
        run.write("internal/index.html", content)
        run.write("data/plots.csv", b"plots")
        return run.complete({"as_of": "2025-02-10", "started": now.isoformat()})


def publish_run(out: Path, run_id: str, content: bytes = b"page", *, now: dt.datetime = NOW) -> Path:
    run = write_run(out, run_id, content, now=now)
    publish.open_doors(out, run_id, DOORS, now=now)
    return run.path


def run_ids(out: Path) -> list[str]:
    return [run.run_id for run in publish.list_runs(out)]


def test_a_run_id_is_the_utc_time_of_the_start() -> None:
    started = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    assert publish.make_run_id(started).startswith("20261123T040000Z-")


def test_a_run_is_complete_read_only_and_has_a_manifest(tmp_path: Path) -> None:
    folder = publish_run(tmp_path, "run-1")
    manifest = json.loads((folder / "run.json").read_text())
    assert manifest["files"].keys() == {"internal/index.html", "data/plots.csv"}
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
        pytest.raises(LockHeldError, match=r"out \(process \d+, geozones build, since 20"),
        publish.hold_lock(tmp_path / "state", tmp_path / "out"),
    ):
        pass
    with publish.hold_lock(tmp_path / "state", tmp_path / "out"):
        pass


def test_a_dead_owners_lock_is_taken_over(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from geozones import publish\n"
        "with publish.hold_lock(Path(sys.argv[1]), Path(sys.argv[2])): os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, tmp_path / "state", tmp_path / "out"])
    assert killed.returncode != 0
    assert len(list((tmp_path / "state").glob("*.owner"))) == 1
    with publish.hold_lock(tmp_path / "state", tmp_path / "out"):
        pass


def test_a_copy_has_every_file_and_the_doors(tmp_path: Path) -> None:
    folder = publish_run(tmp_path / "out", "run-1")
    assert publish.copy_to(tmp_path / "out", tmp_path / "stick") == 3
    copied = tmp_path / "stick" / "runs" / "run-1"
    assert (copied / "run.json").read_bytes() == (folder / "run.json").read_bytes()
    assert publish.current_run(tmp_path / "stick") == copied
    assert publish.copy_to(tmp_path / "out", tmp_path / "stick") == 3


def test_a_copy_loses_the_runs_that_the_maps_no_longer_keep_and_nothing_else(tmp_path: Path) -> None:
    out, web = tmp_path / "out", tmp_path / "web"
    for run_id in ("run-1", "run-2", "run-3"):
        publish_run(out, run_id)
        publish.copy_to(out, web)
    publish_run(web, "of-others")
    (web / "runs" / ".of-others.partial").mkdir()
    publish.copy_to(out, web)
    assert publish.prune_copies(out, web) == []
    (out / "runs" / "run-1").rename(tmp_path / "removed")
    assert publish.prune_copies(out, web) == ["run-1"]
    (web / "runs" / ".of-others.partial").rmdir()
    assert sorted(path.name for path in (web / "runs").iterdir()) == ["of-others", "run-2", "run-3"]
    assert publish.current_run(web).name == "run-3"


def test_a_copy_keeps_the_run_that_its_doors_lead_to_until_the_next_time(tmp_path: Path) -> None:
    out, web = tmp_path / "out", tmp_path / "web"
    publish_run(out, "run-1")
    publish.copy_to(out, web)
    for run_id in ("run-2", "run-3"):
        publish_run(out, run_id)
    (out / "runs" / "run-1").rename(tmp_path / "removed")
    assert publish.prune_copies(out, web) == []
    publish.copy_to(out, web)
    assert publish.prune_copies(out, web) == ["run-1"]


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


# ---- which runs there are ----


def test_runs_are_ordered_by_number_whatever_the_clock_says(tmp_path: Path) -> None:
    publish_run(tmp_path, "20261123T030000Z-aaaa")
    publish_run(tmp_path, "20200101T030000Z-bbbb", now=NOW.replace(year=2020))
    assert [(run.run_id[:4], run.number) for run in publish.list_runs(tmp_path)] == [("2020", 2), ("2026", 1)]


def test_a_run_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    publish_run(tmp_path, "run-1")
    publish_run(tmp_path, "run-12")
    assert publish.find_run(tmp_path, "run-12").run_id == "run-12"
    assert publish.find_run(tmp_path, "run-1").run_id == "run-1"
    with pytest.raises(InputError, match="several runs that begin with run"):
        publish.find_run(tmp_path, "run")
    with pytest.raises(InputError, match="has no run other"):
        publish.find_run(tmp_path, "other")


def test_what_a_killed_run_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "runs" / ".run-0.partial" / "internal").mkdir(parents=True)
    publish_run(tmp_path, "run-1")
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["run-1"]


# ---- sharing ----


def test_unchanged_files_share_their_bytes(tmp_path: Path) -> None:
    first = write_run(tmp_path, "run-1")
    second = write_run(tmp_path, "run-2", b"changed", previous=first)
    assert os.path.samefile(first.path / "data/plots.csv", second.path / "data/plots.csv")
    assert not os.path.samefile(first.path / "internal/index.html", second.path / "internal/index.html")
    assert publish.verify_run(first) == publish.verify_run(second) == []


def test_a_damaged_file_is_not_handed_on(tmp_path: Path) -> None:
    first = write_run(tmp_path, "run-1")
    damage(first.path / "data/plots.csv", b"PLOTS")
    second = write_run(tmp_path, "run-2", previous=first)
    assert (second.path / "data/plots.csv").read_bytes() == b"plots"
    with publish.write_run(tmp_path, "run-3", previous=first) as run:
        assert not run.take_over("data/plots.csv")
        assert run.take_over("internal/index.html")
        assert not run.take_over("internal/other.html")


def damage(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


# ---- verification, the way back ----


def test_a_damaged_run_is_told_from_a_sound_one(tmp_path: Path) -> None:
    run = write_run(tmp_path, "run-1")
    publish.require_sound(run)
    damage(run.path / "data/plots.csv", b"plotz")
    (run.path / "data/more.csv").write_bytes(b"")
    (run.path / "internal/index.html").unlink()
    assert publish.verify_run(run) == ["data/more.csv", "data/plots.csv", "internal/index.html"]
    with pytest.raises(InputError, match=r"Run run-1 is damaged: files that are .*: 3, first data/more.csv"):
        publish.require_sound(run)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"files": 3}', '{"files": {}, "number": "x"}'])
def test_a_damaged_manifest_is_named(tmp_path: Path, content: str) -> None:
    run = write_run(tmp_path, "run-1")
    damage(run.path / "run.json", content.encode())
    with pytest.raises(InputError, match=r"Run run-1: run\.json is missing or damaged"):
        publish.find_run(tmp_path, "run-1")
    assert publish.list_runs(tmp_path) == []


def test_the_last_good_run_is_the_one_served_before_and_older(tmp_path: Path) -> None:
    publish_run(tmp_path, "run-1")
    assert publish.last_good_run(tmp_path) is None
    publish_run(tmp_path, "run-2")
    write_run(tmp_path, "held")
    good = publish.last_good_run(tmp_path)
    assert good is not None
    assert good.run_id == "run-1"
    publish.open_doors(tmp_path, "run-1", DOORS, now=NOW)
    assert publish.last_good_run(tmp_path) is None
    publish_run(tmp_path, "run-3")
    good = publish.last_good_run(tmp_path)
    assert good is not None
    assert good.run_id == "run-1"


# ---- retention ----


def test_runs_go_by_count(tmp_path: Path) -> None:
    for place in range(6):
        publish_run(tmp_path, f"run-{place}", now=NOW + place * 2 * DAY)
    later = NOW + 12 * DAY
    assert publish.prune_runs(tmp_path, KeepConfig(runs=3, days=90), now=later) == ["run-2", "run-1", "run-0"]
    assert run_ids(tmp_path) == ["run-5", "run-4", "run-3"]


def test_runs_go_by_age_but_never_the_current_nor_the_last_good_one(tmp_path: Path) -> None:
    for place in range(4):
        publish_run(tmp_path, f"run-{place}", now=NOW + place * DAY)
    assert publish.prune_runs(tmp_path, KeepConfig(runs=9, days=5), now=NOW + 300 * DAY) == ["run-1", "run-0"]
    assert run_ids(tmp_path) == ["run-3", "run-2"]


def test_a_run_served_within_the_last_day_stays(tmp_path: Path) -> None:
    for place in range(6):
        publish_run(tmp_path, f"run-{place}", now=NOW + place * dt.timedelta(hours=1))
    keep = KeepConfig(runs=1, days=1)
    assert publish.prune_runs(tmp_path, keep, now=NOW + dt.timedelta(hours=6)) == []
    assert publish.prune_runs(tmp_path, keep, now=NOW + dt.timedelta(hours=28, minutes=30)) == [
        "run-3",
        "run-2",
        "run-1",
        "run-0",
    ]


def test_a_run_that_only_one_door_leads_to_stays(tmp_path: Path) -> None:
    publish_run(tmp_path, "run-1", now=NOW - 9 * DAY)
    publish_run(tmp_path, "run-2", now=NOW - 8 * DAY)
    publish_run(tmp_path, "run-3", now=NOW - 7 * DAY)
    (tmp_path / "public.html").write_bytes(b'<a href="runs/run-1/public/index.html">')
    assert publish.prune_runs(tmp_path, KeepConfig(runs=1, days=1), now=NOW) == []


def test_a_clock_set_back_removes_nothing_that_is_served(tmp_path: Path) -> None:
    for place in range(3):
        publish_run(tmp_path, f"run-{place}", now=NOW - place * 400 * DAY)
    removed = publish.prune_runs(tmp_path, KeepConfig(runs=2, days=90), now=NOW - 800 * DAY)
    assert removed == []


# ---- the notice ----


def test_a_notice_hangs_until_the_next_run_is_published(tmp_path: Path) -> None:
    publish_run(tmp_path, "run-1")
    assert (tmp_path / "notice.js").read_text() == "window.geozonesNotice = null;\n"
    publish.hang_notice(tmp_path, {"ru": "\u2028Сборка </script>"}, run_id="run-1")
    text = (tmp_path / "notice.js").read_text("ascii")
    assert json.loads(text.removeprefix("window.geozonesNotice = ").rstrip(";\n")) == {
        "run": "run-1",
        "words": {"ru": "\u2028Сборка </script>"},
    }
    publish_run(tmp_path, "run-2")
    assert (tmp_path / "notice.js").read_text() == "window.geozonesNotice = null;\n"


# ---- the disk ----


def test_a_disk_too_small_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    publish.require_space(tmp_path / "not" / "yet", 1000)
    with pytest.raises(DiskFullError, match=r"The disk of maps has \d+ MB free, a run needs 1073741824 MB"):
        publish.require_space(tmp_path / "maps", 1 << 50)


def test_a_folder_that_cannot_be_written_to_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "maps").write_text("a file")
    with pytest.raises(UsageError, match="maps cannot be written to"):
        publish_run(tmp_path / "maps", "run-1")
