"""Work done beside other work: for much data in a copy of this process, where the system can make one (Linux).

A thread would share Python's lock with the work beside it, and GDAL holds that lock while it writes.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Any, Protocol, Self

_MANY_ROWS = 100_000
_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux."""


class Aside(Protocol):
    """Work that goes on; leaving it as a context manager waits for it, or ends it after an error."""

    def result(self) -> Any:
        """Wait for its end; give what it gave, or raise what it raised."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None: ...


def start_aside(work: Callable[[], Any], *, rows: int) -> Aside:
    """Begin work beside what comes next.

    Parameters
    ----------
    work
        Writes files. In a process of its own nothing that it changes in memory is seen here, and what it gives or
        raises has to be picklable.
    rows
        How much data it works on: a process of its own is worth while for much.
    """
    return _Copy(work) if rows >= _MANY_ROWS and sys.platform == "linux" else _Thread(work)


class _Thread:
    """Work in a thread."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._coming = self._pool.submit(copy_context().run, work)

    def result(self) -> Any:
        return self._coming.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        self._pool.shutdown()


class _Copy:
    """Work in a copy of this process, which shares its memory until either changes it, and ends with it.

    No other thread may be at work when it begins: what that one holds would stay held in the copy.
    """

    def __init__(self, work: Callable[[], Any]) -> None:
        reading, writing = os.pipe()
        gc.freeze()
        sys.stdout.flush()
        sys.stderr.flush()
        self._parent = os.getpid()
        self._process = os.fork()
        if self._process == 0:
            os.close(reading)
            _work_and_end(work, writing, parent=self._parent)
        gc.unfreeze()
        os.close(writing)
        self._pipe = os.fdopen(reading, "rb")
        self._told: tuple[bool, Any] | None = None

    def result(self) -> Any:
        if self._told is None:
            with self._pipe:
                said = self._pipe.read()
            os.waitpid(self._process, 0)
            self._told = pickle.loads(said) if said else (False, MemoryError())
        is_done, found = self._told
        if is_done:
            return found
        raise found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        if self._told is None:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._pipe.close()


def _work_and_end(work: Callable[[], Any], writing: int, *, parent: int) -> None:
    """Work, tell the parent, and end at once: nothing that it opened is closed here."""
    import ctypes

    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    try:
        told: tuple[bool, Any] = (True, work())
    except BaseException as error:
        told = (False, error)
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(_pack(told))
    os._exit(0)


def _pack(told: tuple[bool, Any]) -> bytes:
    try:
        packed = pickle.dumps(told)
        pickle.loads(packed)
    except Exception:
        return pickle.dumps((False, RuntimeError(repr(told[1]))))
    return packed
