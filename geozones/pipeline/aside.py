"""Work done beside other work: for much data in a copy of this process, where the system can make one (Linux).

A thread would share Python's lock with the work beside it, and GDAL holds that lock while it writes: decision
0022.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import IO, Any, Protocol, Self

from geozones.errors import InternalError
from geozones.i18n import N_

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
    if rows >= _MANY_ROWS and sys.platform == "linux":
        try:
            return _Copy(work)
        except OSError:  # no further process, or no memory that could be promised to one
            return _Thread(work)
    return _Thread(work)


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

    No other thread may be at work when it begins, but for such as wait for a pipe: what it holds would stay held
    in the copy.
    """

    def __init__(self, work: Callable[[], Any]) -> None:
        self._told: tuple[bool, Any] | None = None
        self._answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        gc.freeze()
        # The copy never takes an interrupt for its own: the parent ends it.
        waiting = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                process = os.fork()
            if process == 0:
                _work_and_end(work, self._answer, parent=parent)
        except OSError:
            self._answer.close()
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, waiting)
            gc.unfreeze()
        self._process: int | None = process

    def result(self) -> Any:
        if self._told is None:
            self._told = self._wait()
        is_done, found = self._told
        if is_done:
            return found
        raise found

    def _wait(self) -> tuple[bool, Any]:
        if self._process is None:
            raise ValueError("the work was ended")
        status = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
        self._process = None
        with self._answer as answer:
            answer.seek(0)
            said = answer.read()
        if status == 0:
            told: tuple[bool, Any] = pickle.loads(said)
            return told
        if status == -signal.SIGKILL:
            return False, MemoryError()
        return False, InternalError(
            N_("The process that writes the data ended with exit code {code}, without saying why."), code=status
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        if self._process is not None:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._process = None
            self._answer.close()


def _work_and_end(work: Callable[[], Any], answer: IO[bytes], *, parent: int) -> None:
    """Work, answer and end at once: whatever happens, nothing of what the parent began is ended here."""
    code = 1
    try:
        _end_with(parent)
        try:
            told: tuple[bool, Any] = (True, work())
        except BaseException as error:
            error.add_note(traceback.format_exc())
            told = (False, error)
        answer.write(_pack(told))
        answer.flush()
        code = 0
    finally:
        os._exit(code)


def _end_with(parent: int) -> None:
    """Have the system end this process with its parent."""
    import ctypes

    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _pack(told: tuple[bool, Any]) -> bytes:
    """Write what was found; an error that cannot be written, or not be read again, is told in words."""
    try:
        packed = pickle.dumps(told)
        pickle.loads(packed)
    except Exception:
        return pickle.dumps((False, RuntimeError(repr(told[1]))))
    return packed
