"""Work in a copy of the process: what it gives and raises comes back, and no end of it ends anything else."""

from __future__ import annotations

import errno
import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from region_fixtures import SmallRegion

from geozones import pipeline, publish
from geozones.config import load_config
from geozones.errors import InputError, InternalError
from geozones.pipeline import aside
from geozones.pipeline.aside import Aside, start_aside

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no copies of a process there")
MANY = 10**9


class UnreadableError(Exception):
    """An error that can be written, and not be read again."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other}")


def fail(error: BaseException) -> Callable[[], Any]:
    def work() -> Any:
        raise error

    return work


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_for(told: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not told():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextmanager
def working_aside(work: Callable[[], Any], folder: Path, *, rows: int = MANY) -> Iterator[Aside]:
    """Begin one job aside, and go on when it was begun there."""

    (folder / "begun").unlink(missing_ok=True)

    def job() -> Any:
        (folder / "begun").touch()
        return work()

    with start_aside({"job": job}, rows=rows) as aside:
        wait_for((folder / "begun").exists)
        yield aside


@pytest.mark.parametrize("rows", [0, MANY])
def test_what_work_gives_comes_back(rows: int, tmp_path: Path) -> None:
    own = os.getpid()
    with working_aside(lambda: (os.getpid(), "x" * 300_000), tmp_path, rows=rows) as work:
        process, text = work.result()["job"]
        assert work.result() == {"job": (process, text)}
    assert (process == own) == (rows == 0)
    assert len(text) == 300_000


@pytest.mark.parametrize("rows", [0, MANY])
def test_each_job_is_done_once_and_the_waiting_process_does_what_is_left(rows: int, tmp_path: Path) -> None:
    def note(name: str) -> int:
        with (tmp_path / "done").open("a") as file:
            file.write(f"{name} ")
        return os.getpid()

    def first() -> int:
        (tmp_path / "begun").touch()
        wait_for((tmp_path / "go").exists)
        return note("first")

    def second() -> int:
        (tmp_path / "go").touch()
        return note("second")

    with start_aside({"first": first, "second": second, "third": partial(note, "third")}, rows=rows) as aside:
        wait_for((tmp_path / "begun").exists)
        if not rows:
            (tmp_path / "go").touch()
        found = aside.result()
    assert sorted((tmp_path / "done").read_text().split()) == ["first", "second", "third"]
    assert (found["first"] == os.getpid()) == (rows == 0)
    assert found["second"] == os.getpid()


@pytest.mark.parametrize("rows", [0, MANY])
def test_what_work_raises_comes_back(rows: int, tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "plots.csv")
    with (
        working_aside(fail(full), tmp_path, rows=rows) as work,
        pytest.raises(OSError, match="No space") as caught,
    ):
        work.result()
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, "plots.csv")
    refused = InputError("Layer {layer} is damaged.", layer="gas")
    with working_aside(fail(refused), tmp_path, rows=rows) as work, pytest.raises(InputError) as found:
        work.result()
    assert str(found.value.messages[0]) == "Layer gas is damaged."


@pytest.mark.parametrize("rows", [0, MANY])
@pytest.mark.parametrize("error", [None, ValueError("beside")], ids=["unasked", "error"])
def test_leaving_begins_no_further_job(
    rows: int, error: Exception | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped, drop = threading.Event(), aside._Claims.drop

    def tell(claims: aside._Claims) -> None:
        drop(claims)
        dropped.set()

    def first() -> None:
        (tmp_path / "begun").touch()
        dropped.wait(60)  # a thread is waited for, a copy is ended

    monkeypatch.setattr(aside._Claims, "drop", tell)
    with suppress(ValueError), start_aside({"first": first, "second": (tmp_path / "done").touch}, rows=rows):
        wait_for((tmp_path / "begun").exists)
        if error is not None:
            raise error
    assert not (tmp_path / "done").exists()


@pytest.mark.parametrize("rows", [0, MANY])
def test_after_a_job_that_failed_no_other_is_begun(rows: int, tmp_path: Path) -> None:
    def first() -> None:
        (tmp_path / "begun").write_text(str(os.getpid()))
        raise OSError(errno.ENOSPC, "No space left")

    with start_aside({"first": first, "second": (tmp_path / "done").touch}, rows=rows) as work:
        wait_for(lambda: (tmp_path / "begun").exists() and bool((tmp_path / "begun").read_text()))
        if rows:
            wait_for(lambda: not is_alive(int((tmp_path / "begun").read_text())))
        with pytest.raises(OSError, match="No space"):
            work.result()
    assert not (tmp_path / "done").exists()


def test_what_could_not_be_begun_holds_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise MemoryError

    monkeypatch.setattr(os, "fork", refuse)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(MemoryError):
        start_aside({"job": os.getpid}, rows=MANY)
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_an_error_of_a_job_done_while_waiting_ends_the_copy(tmp_path: Path) -> None:
    def wait() -> None:
        (tmp_path / "begun").write_text(str(os.getpid()))
        time.sleep(60)

    jobs = {"first": wait, "second": fail(ValueError("odd"))}
    with pytest.raises(ValueError, match="odd"), start_aside(jobs, rows=MANY) as work:  # noqa: PT012
        wait_for(lambda: (tmp_path / "begun").exists() and bool((tmp_path / "begun").read_text()))
        work.result()
    assert not is_alive(int((tmp_path / "begun").read_text()))


def test_an_error_says_where_it_struck(tmp_path: Path) -> None:
    with (
        working_aside(fail(ValueError("odd")), tmp_path) as work,
        pytest.raises(ValueError, match="odd") as caught,
    ):
        work.result()
    assert "in work" in "".join(caught.value.__notes__)


def test_an_error_that_cannot_be_read_is_told_in_words(tmp_path: Path) -> None:
    refused = UnreadableError("this", "that")
    with working_aside(fail(refused), tmp_path) as work, pytest.raises(RuntimeError, match="this and that"):
        work.result()


@pytest.mark.parametrize(
    ("number", "error"), [(signal.SIGKILL, MemoryError), (signal.SIGTERM, InternalError)], ids=["kill", "end"]
)
def test_a_copy_that_is_ended_is_told_apart(number: int, error: type[Exception], tmp_path: Path) -> None:
    with working_aside(lambda: os.kill(os.getpid(), number), tmp_path) as work, pytest.raises(error):
        work.result()


def test_a_copy_ends_with_an_error_beside_it(tmp_path: Path) -> None:
    def work() -> None:
        (tmp_path / "process").write_text(str(os.getpid()))
        time.sleep(60)

    def go_on() -> None:
        with start_aside({"job": work}, rows=MANY):
            wait_for(lambda: (tmp_path / "process").exists() and bool((tmp_path / "process").read_text()))
            raise ValueError("beside")

    with pytest.raises(ValueError, match="beside"):
        go_on()
    assert not is_alive(int((tmp_path / "process").read_text()))


def test_no_further_process_leaves_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    with start_aside({"job": os.getpid}, rows=MANY) as work:
        assert work.result() == {"job": os.getpid()}


SCRIPT = """
    import os, sys, time
    from pathlib import Path
    from geozones.pipeline.aside import start_aside

    folder = Path(sys.argv[1])

    def work():
        (folder / "copy").write_text(str(os.getpid()))
        time.sleep(float(sys.argv[2]))
        return "x" * 300_000

    try:
        with start_aside({"job": work}, rows=10**9) as aside:
            print("begun", flush=True)
            time.sleep(20)
            aside.result()
    finally:
        with (folder / "ended").open("a") as file:
            file.write(f"{os.getpid()} ")
"""


@pytest.mark.parametrize("seconds", ["0", "60"], ids=["after its answer", "at work"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["interrupt", "kill"])
def test_a_copy_ends_with_its_parent_and_ends_nothing_of_it(tmp_path: Path, number: int, seconds: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(tmp_path), seconds],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        process.stdout.readline()
    wait_for(lambda: (tmp_path / "copy").exists() and bool((tmp_path / "copy").read_text()))
    copy = int((tmp_path / "copy").read_text())
    if number == signal.SIGINT:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    process.wait(20)
    wait_for(lambda: not is_alive(copy))
    ended = (tmp_path / "ended").read_text().split() if (tmp_path / "ended").exists() else []
    assert ended == ([str(process.pid)] if number == signal.SIGINT else [])


def test_a_build_with_a_copy_has_the_bytes_of_one_without(
    built_region: SmallRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load_config(built_region.folder / "layers" / "geozones.toml", environ={})
    told = {"internal/changes.html", "data/changes.json"}
    files = []
    for least in (MANY, 1, MANY):
        monkeypatch.setattr(aside, "_MANY_ROWS", least)
        report = pipeline.build(config, full=True)
        run = publish.find_run(report.out, report.run_id)
        files.append({name: digest for name, digest in run.files.items() if name not in told})
    assert files[0] == files[1] == files[2]
