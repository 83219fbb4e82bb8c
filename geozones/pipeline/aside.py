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
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import IO, Any, Protocol, Self

from geozones.errors import InternalError
from geozones.i18n import N_

_MANY_ROWS = 100_000
_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux."""


Jobs = Mapping[str, Callable[[], Any]]


class Aside(Protocol):
    """Jobs that go on. After leaving it as a context manager none is begun; a thread ends the one it is at."""

    def result(self) -> dict[str, Any]:
        """Do the jobs that are not yet begun, and wait for the others; give what they gave, or raise an error."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None: ...


def start_aside(jobs: Jobs, *, rows: int) -> Aside:
    """Begin jobs, one after the other, beside what comes next.

    Parameters
    ----------
    jobs
        What is to be done, by name; each writes files of its own. In a process of its own nothing that a job
        changes in memory is seen here, and what it gives or raises has to be picklable.
    rows
        How much data they work on: a process of its own is worth while for much.
    """
    if rows >= _MANY_ROWS and sys.platform == "linux":
        claims = _Claims(jobs)
        try:
            return _Copy(claims)
        except OSError:  # no further process, or no memory that could be promised to one
            return _Thread(claims)
        except BaseException:
            claims.close()
            raise
    return _Thread(_Claims(jobs))


class _Claims:
    """The jobs that nobody has begun: each is taken once, in their order, by this process or by a copy of it."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = dict(jobs)
        self._names = list(jobs)
        self._reading, writing = os.pipe()
        os.write(writing, bytes(range(len(self._names))))
        os.close(writing)

    def work_off(self, *, is_in_vain: Callable[[], bool] = lambda: False) -> dict[str, Any]:
        """Do jobs until none is left, or one fails, or all is in vain; gives what each gave."""
        done = {}
        try:
            while not is_in_vain() and (taken := os.read(self._reading, 1)):
                name = self._names[taken[0]]
                done[name] = self._jobs[name]()
        except BaseException:
            self.drop()
            raise
        return done

    def drop(self) -> None:
        """Leave undone what is not begun, whoever would have done it."""
        os.read(self._reading, len(self._names))

    def close(self) -> None:
        os.close(self._reading)


class _Thread:
    """Jobs in a thread."""

    def __init__(self, claims: _Claims) -> None:
        self._claims = claims
        self._pool = ThreadPoolExecutor(1)
        self._coming = self._pool.submit(copy_context().run, claims.work_off)

    def result(self) -> dict[str, Any]:
        return self._coming.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        self._claims.drop()
        self._pool.shutdown()
        self._claims.close()


class _Copy:
    """Jobs in a copy of this process, which shares its memory until either changes it, and ends with it.

    No other thread may be at work when it begins, but for such as wait for a pipe: what it holds would stay held
    in the copy.
    """

    def __init__(self, claims: _Claims) -> None:
        self._claims = claims
        self._own: dict[str, Any] = {}
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
                _work_and_end(claims.work_off, self._answer, parent=parent)
        except BaseException:
            self._answer.close()
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, waiting)
            gc.unfreeze()
        self._process: int | None = process

    def result(self) -> dict[str, Any]:
        self._own |= self._claims.work_off(is_in_vain=self._has_ended)
        if self._told is None:
            self._told = self._wait()
        is_done, found = self._told
        if is_done:
            return {**found, **self._own}
        raise found

    def _has_ended(self) -> bool:
        """Say whether the copy has ended: while there are jobs left it does so only if one failed."""
        process = self._process
        return process is None or os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

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
        self._claims.close()


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
