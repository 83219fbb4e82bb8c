"""Files are read by a child process: one may crash, hang or eat memory, and the run goes on.

The child is no sandbox: it runs as the same user. It bounds what a bad file can cost, which is time and memory.
This module loads nothing heavy, so that the child starts while its parent still loads the rest of the program.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from geozones.errors import GeozonesError, InputError, InternalError
from geozones.i18n import N_

if TYPE_CHECKING:
    import pandas as pd

    from geozones.checks.coordinates import Bounds
    from geozones.config import LayerSpec
    from geozones.fingerprints import RowHashes
    from geozones.layers.describe import FileDescription
    from geozones.layers.field_file import FieldFile
    from geozones.layers.layer import Layer, RawTable, ReadRows
    from geozones.layers.limits import Limits
    from geozones.layers.site_rows import ReadSites

_START_S = 120.0
_BYTES_A_SECOND = 1_000_000
_SERVE = "import sys; from geozones.layers.serving import serve; serve(int(sys.argv[1]))"


@dataclass(frozen=True)
class ChildLimits:
    """What the child may use: seconds for a file, and one more for each megabyte of it; megabytes of memory."""

    seconds: float = 60.0
    memory_mb: int = 6_000


@dataclass(frozen=True)
class Task:
    """A function to be called in the child: its module, its name, and what it is given."""

    module: str
    name: str
    subject: Any
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ready:
    """What the child says first, when it has loaded all it needs."""


class IsolatedReader:
    """A child process that reads files; started at the first file, started anew after one that killed it.

    Use it as a context manager, or take the one of this process from `share_reader`. Every method raises what
    reading in this process would raise, and `InputError` where a file crashes the child or takes too long.

    Parameters
    ----------
    child
        Time and memory of the child.
    """

    def __init__(self, child: ChildLimits | None = None) -> None:
        self._child = child or ChildLimits()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def read_layer(self, spec: LayerSpec, *, bounds: Bounds | None = None, limits: Limits | None = None) -> Layer:
        """Read a layer as `geozones.layers.read_layer` does; a database, which is no file, in this process."""
        options: dict[str, Any] = {"bounds": bounds} | ({} if limits is None else {"limits": limits})
        if spec.is_url:
            from geozones.layers.read import read_layer

            return read_layer(spec, **options)
        seconds = spec.time_limit_s or self._seconds_for(Path(spec.source))
        task = Task("geozones.layers.read", "read_layer", spec, options)
        layer: Layer = self._ask(task, shown=spec.display_name, seconds=seconds)
        return layer

    def read_rows(self, spec: LayerSpec, *, known: RowHashes | None, bounds: Bounds | None = None) -> ReadRows:
        """Read the rows of a file that differ from those known, as `geozones.layers.rows.read_rows` does.

        Where it has to be read once more, as a whole, it may take as long again.
        """
        seconds = (spec.time_limit_s or self._seconds_for(Path(spec.source))) * (1 if known is None else 2)
        task = Task("geozones.layers.rows", "read_rows", spec, {"known": known, "bounds": bounds})
        read: ReadRows = self._ask(task, shown=spec.display_name, seconds=seconds)
        return read

    def read_allocations(self, path: Path) -> pd.DataFrame:
        """Read the opening balance as `geozones.layers.read_allocations` does."""
        task = Task("geozones.layers.read", "read_allocations", path.absolute())
        allocations: pd.DataFrame = self._ask(task, shown=path.name, seconds=self._seconds_for(path))
        return allocations

    def read_coverage_area(self, spec: LayerSpec, *, crs: str) -> Any:
        """Read the stated coverage as `geozones.layers.read_coverage_area` does."""
        coverage = spec.provenance.coverage
        if not isinstance(coverage, str) or not Path(coverage).suffix:
            return None
        task = Task("geozones.layers.read", "read_coverage_area", spec, {"crs": crs})
        return self._ask(task, shown=Path(coverage).name, seconds=self._seconds_for(Path(coverage)))

    def read_sites(self, path: Path, **options: Any) -> ReadSites:
        """Read proposed sites from a file as `geozones.layers.sites.read_sites` does."""
        task = Task("geozones.layers.sites", "read_sites", path.absolute(), {"shown": path.name, **options})
        sites: ReadSites = self._ask(task, shown=task.options["shown"], seconds=self._seconds_for(path))
        return sites

    def read_field_file(self, path: Path, *, shown: str) -> FieldFile:
        """Read a file of inspections as `geozones.layers.field_file.read_field_file` does."""
        task = Task("geozones.layers.field_file", "read_field_file", path.absolute(), {"shown": shown})
        found: FieldFile = self._ask(task, shown=shown, seconds=self._seconds_for(path))
        return found

    def list_sheets(self, path: Path) -> list[str]:
        """List the sheets of a workbook as `geozones.layers.workbook.list_sheets` does."""
        task = Task("geozones.layers.workbook", "list_sheets", path.absolute())
        names: list[str] = self._ask(task, shown=path.name, seconds=self._seconds_for(path))
        return names

    def read_all_layers(self, path: Path, *, limits: Limits) -> list[tuple[str, RawTable | GeozonesError]]:
        """Read every layer of a file; each with its name, or the error that it raised."""
        options = {"shown": path.name, "limits": limits}
        task = Task("geozones.layers.opening", "read_all_layers", path.absolute(), options)
        found: list[tuple[str, RawTable | GeozonesError]] = self._ask(
            task, shown=path.name, seconds=self._seconds_for(path)
        )
        return found

    def describe_file(self, path: Path, *, limits: Limits | None = None) -> FileDescription:
        """Look into a file; one that kills the child is described as unreadable."""
        from geozones.layers.describe import FileDescription

        options = {} if limits is None else {"limits": limits}
        task = Task("geozones.layers.describe", "describe_file", path.absolute(), options)
        try:
            described: FileDescription = self._ask(task, shown=path.name, seconds=self._seconds_for(path))
        except InputError as error:
            problems = tuple(("unreadable", message) for message in error.messages)
            return FileDescription(str(path), None, (), problems, is_readable=False)
        return replace(described, file=str(path))

    def start(self) -> None:
        """Start the child without waiting for it."""
        if self._process is not None:
            return
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)}
        self._is_ready = False
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, str(self._child.memory_mb)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
        )  # fmt: skip

    def stop(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was not sent is of no use to a process that is gone
        process.wait()

    def _seconds_for(self, path: Path) -> float:
        from geozones.layers.limits import size_of

        return self._child.seconds + (size_of(path) / _BYTES_A_SECOND if path.exists() else 0.0)

    def _ask(self, task: Task, *, shown: str, seconds: float) -> Any:
        with self._lock:
            self._start_and_wait()
            answer = self._exchange(task, shown=shown, seconds=seconds)
        if isinstance(answer, GeozonesError):
            raise answer
        return answer

    def _start_and_wait(self) -> None:
        self.start()
        if self._is_ready:
            return
        try:
            self._is_ready = isinstance(self._exchange(None, shown="", seconds=_START_S), Ready)
        except InputError as error:
            raise InternalError(N_("The reading process does not start.")) from error

    def _exchange(self, task: Task | None, *, shown: str, seconds: float) -> Any:
        """Send a task and wait for its answer; the child is killed when time is up."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise InternalError(N_("The reading process does not start."))
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            if task is not None:
                pickle.dump(task, process.stdin, protocol=5)
                process.stdin.flush()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # coordinates that are not numbers: the checks report them
                answer = pickle.load(process.stdout)
        except BaseException as error:  # also an interrupt: the rest of an answer must not meet the next question
            self.stop()
            if not isinstance(error, Exception):
                raise
            raise _too_late(shown, seconds) if is_late.is_set() else _crashed(shown) from error
        finally:
            timer.cancel()
        if isinstance(answer, InternalError | MemoryError):
            self.stop()
            if isinstance(answer, MemoryError):
                from geozones.layers.limits import out_of_memory

                return out_of_memory(shown)
        return answer


_SHARED: dict[int, IsolatedReader] = {}


def share_reader() -> IsolatedReader:
    """Give the reader of this process: its child serves all runs, and ends with the process."""
    process = os.getpid()
    if process not in _SHARED:
        _SHARED.clear()  # after a fork, that of the parent is not ours
        _SHARED[process] = IsolatedReader()
        atexit.register(_SHARED[process].stop)
    return _SHARED[process]


def _too_late(shown: str, seconds: float) -> InputError:
    return InputError(
        N_("{file}: reading it takes longer than {seconds} s; it is not read. It may be damaged or hostile."),
        file=shown,
        seconds=f"{seconds:.0f}",
    )


def _crashed(shown: str) -> InputError:
    return InputError(
        N_("{file}: reading it crashed; it is damaged or hostile. Ask the sender for it again."), file=shown
    )
