"""The child's side of reading in a process of its own: it takes tasks from one pipe and answers on another."""

from __future__ import annotations

import os
import pickle
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from geozones.config import LayerSpec
from geozones.errors import GeozonesError, InternalError
from geozones.i18n import N_
from geozones.layers.isolation import Ready, Task

_MEGABYTE = 1_000_000
_ALWAYS_NEEDED = ("geozones.layers.describe", "geozones.layers.read")


def serve(memory_mb: int) -> None:
    """Answer tasks until the other end is closed.

    Parameters
    ----------
    memory_mb
        Memory that reading may take beyond what the program itself takes, where the system obeys.
    """
    with os.fdopen(os.dup(0), "rb") as tasks, os.fdopen(os.dup(1), "wb") as answers:
        _silence()
        for module in _ALWAYS_NEEDED:
            import_module(module)
        _limit_memory(memory_mb)
        answer: Any = Ready()
        try:
            while True:
                pickle.dump(answer, answers, protocol=5)
                answers.flush()
                del answer
                answer = perform(pickle.load(tasks))
        except (EOFError, KeyboardInterrupt, BrokenPipeError):
            return


def perform(task: Task) -> Any:
    """Call the function of a task; an error is an answer too."""
    try:
        found = getattr(import_module(task.module), task.name)(task.subject, **task.options)
        return list(found) if task.name == "read_all_layers" else found
    except (GeozonesError, MemoryError) as error:
        return error.with_traceback(None)
    except Exception as error:
        shown = task.subject.display_name if isinstance(task.subject, LayerSpec) else Path(task.subject).name
        return InternalError(
            N_("Internal error while reading {file}: {kind}: {text}"),
            file=shown,
            kind=type(error).__name__,
            text=str(error)[:200],
        )


def _silence() -> None:
    """Let nothing that a library prints reach the pipe or the terminal."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def _limit_memory(memory_mb: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    wanted = _own_memory() + memory_mb * _MEGABYTE
    for kind, limit in ((resource.RLIMIT_AS, wanted), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _own_memory() -> int:
    """Give the address space of this process in bytes; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
