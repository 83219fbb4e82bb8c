"""Files from outside are read by a child process: it may crash, hang or eat memory, and the run goes on.

The child is no sandbox: it runs as the same user. It bounds what a bad file can cost, which is time and memory.
"""

from __future__ import annotations

import multiprocessing
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from geozones import errors
from geozones.checks.coordinates import Bounds
from geozones.config import LayerSpec
from geozones.errors import GeozonesError, InputError, InternalError, Message
from geozones.i18n import N_
from geozones.layers.describe import FileDescription, describe_file
from geozones.layers.layer import Layer, RawTable
from geozones.layers.limits import OUTSIDE_FILES, Limits
from geozones.layers.opening import read_all_layers
from geozones.layers.read import read_layer

_START_S = 60.0


@dataclass(frozen=True)
class ChildLimits:
    """What the child may use: seconds for a file, and megabytes of address space where the system obeys."""

    seconds: float = 60.0
    memory_mb: int = 6_000


class IsolatedReader:
    """A child process that reads files; started at the first file, started anew after one that killed it.

    Use it as a context manager. Every method raises what reading in this process would raise, and `InputError`
    where a file crashes the child or takes too long.
    """

    def __init__(self, child: ChildLimits | None = None, *, limits: Limits = OUTSIDE_FILES) -> None:
        self._child = child or ChildLimits()
        self._limits = limits
        self._process: Any = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def read_layer(self, spec: LayerSpec, *, bounds: Bounds | None = None) -> Layer:
        """Read a layer as `geozones.layers.read_layer` does."""
        result: Layer = self._ask(_Task("read_layer", spec, {"bounds": bounds}), shown=spec.display_name)
        return result

    def read_all_layers(self, path: Path) -> list[tuple[str, RawTable | GeozonesError]]:
        """Read every layer of a file; each with its name, or the error that it raised."""
        found: list[tuple[str, RawTable | _Failure]] = self._ask(
            _Task("read_all_layers", path, {}), shown=path.name
        )
        return [(name, raw.rebuild() if isinstance(raw, _Failure) else raw) for name, raw in found]

    def describe_file(self, path: Path) -> FileDescription:
        """Look into a file; one that kills the child is described as unreadable."""
        try:
            result: FileDescription = self._ask(_Task("describe_file", path, {}), shown=path.name)
        except InputError as error:
            problems = tuple(("unreadable", message) for message in error.messages)
            return FileDescription(str(path), None, (), problems, is_readable=False)
        return result

    def stop(self) -> None:
        """End the child."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._connection = None

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._child.memory_mb, self._limits), daemon=True)
        process.start()
        theirs.close()
        self._process, self._connection = process, ours
        if not ours.poll(_START_S) or ours.recv() != "ready":
            raise InternalError(N_("The reading process does not start."))
        return ours

    def _ask(self, task: _Task, *, shown: str) -> Any:
        connection = self._connection or self._start()
        try:
            connection.send(task)
            if not connection.poll(self._child.seconds):
                self.stop()
                raise InputError(
                    N_(
                        "{file}: reading it takes longer than {seconds} s; it is not read. It may be damaged "
                        "or hostile."
                    ),
                    file=shown,
                    seconds=f"{self._child.seconds:g}",
                )
            answer = connection.recv()
        except (EOFError, OSError) as error:
            self.stop()
            raise InputError(
                N_("{file}: reading it crashed; it is damaged or hostile. Ask the sender for it again."),
                file=shown,
            ) from error
        if isinstance(answer, _Failure):
            raise answer.rebuild()
        return answer


@dataclass(frozen=True)
class _Task:
    name: str
    subject: Any
    options: dict[str, Any]


@dataclass(frozen=True)
class _Failure:
    """An error on its way between the processes."""

    kind: str
    messages: tuple[Message, ...]

    @classmethod
    def of(cls, error: GeozonesError) -> _Failure:
        return cls(type(error).__name__, error.messages)

    def rebuild(self) -> GeozonesError:
        kind: type[GeozonesError] = getattr(errors, self.kind, InternalError)
        return kind.from_messages(self.messages)


def _serve(connection: Connection, memory_mb: int, limits: Limits) -> None:
    """Answer tasks until the other end is closed."""
    _limit_memory(memory_mb)
    connection.send("ready")
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        connection.send(_answer(task, limits))


def _limit_memory(memory_mb: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    wanted = memory_mb * 1_000_000
    for kind, limit in ((resource.RLIMIT_AS, wanted), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _answer(task: _Task, limits: Limits) -> Any:
    try:
        if task.name == "read_layer":
            return read_layer(task.subject, limits=limits, **task.options)
        if task.name == "describe_file":
            return describe_file(task.subject, limits=limits)
        return [
            (name, _Failure.of(raw) if isinstance(raw, GeozonesError) else raw)
            for name, raw in read_all_layers(task.subject, shown=task.subject.name, limits=limits)
        ]
    except GeozonesError as error:
        return _Failure.of(error)
    except MemoryError:
        message = Message(N_("{file}: reading it needs too much memory; it is not read."), {"file": _name(task)})
        return _Failure("InputError", (message,))
    except Exception as error:
        template = N_("Internal error while reading {file}: {kind}: {text}")
        params = {"file": _name(task), "kind": type(error).__name__, "text": str(error)[:200]}
        return _Failure("InternalError", (Message(template, params),))


def _name(task: _Task) -> str:
    return task.subject.display_name if isinstance(task.subject, LayerSpec) else Path(task.subject).name
