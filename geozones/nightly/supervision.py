"""A build in a child process: one that hangs, crashes or eats memory ends alone, and the night goes on without it.

The child says which source it opens. A source that ends the child, or takes too long, is left alone in the next
try; its last good copy stands in for it where the settings allow that.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import sys
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from geozones import errors
from geozones.config import Config
from geozones.config.model import LimitsConfig
from geozones.errors import GeozonesError, InputError, InternalError, LimitError, Message
from geozones.gate import Policy
from geozones.i18n import N_
from geozones.nightly.log import Log
from geozones.nightly.mishaps import as_error, is_out_of_memory

_START_S = 120.0
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Task:
    """What to build: the arguments of `pipeline.build`."""

    config: Config
    policy: Policy
    as_of: dt.date | None = None
    out: Path | None = None
    options: dict[str, Any] = field(default_factory=dict)


def build_supervised(task: Task, *, log: Log) -> Any:
    """Build in a child process within the limits of the settings.

    Returns
    -------
    The report of `pipeline.build`.

    Raises
    ------
    GeozonesError
        Whatever the build raises.
    InputError
        A source ended the build or took too long, and nothing may stand in for it.
    LimitError
        The run as a whole takes longer, or needs more memory, than the settings allow.
    """
    limits = task.config.nightly.limits
    deadline = time.monotonic() + limits.run_seconds
    failed: dict[str, Message] = {}
    while True:
        attempt = _Attempt(task, failed, deadline, log)
        try:
            outcome = attempt.follow()
        finally:
            attempt.stop()
        if not isinstance(outcome, _BadSource):
            return outcome
        if outcome.key in failed:
            raise InputError.from_messages([outcome.reason])
        log(source=outcome.key, failed=str(outcome.reason))
        failed[outcome.key] = outcome.reason


@dataclass(frozen=True)
class _BadSource:
    """A source that must not be opened again, and why."""

    key: str
    reason: Message


class _Attempt:
    """One child process, followed until it has built, failed or gone beyond a limit."""

    def __init__(self, task: Task, failed: dict[str, Message], deadline: float, log: Log) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, task, dict(failed)))
        self._process.start()
        theirs.close()
        self._limits: LimitsConfig = task.config.nightly.limits
        self._deadline = deadline
        self._log = log
        self._source = ""
        self._source_deadline = time.monotonic() + _START_S + self._limits.source_seconds

    def follow(self) -> Any:
        """Take what the child says until it ends; returns its report, or the source that ended it."""
        while True:
            until = min(self._deadline, self._source_deadline) if self._source else self._deadline
            if not self._connection.poll(max(0.0, until - time.monotonic())):
                return self._too_long()
            try:
                kind, *said = self._connection.recv()
            except (EOFError, OSError):
                return self._ended()
            if kind == "report":
                return said[0]
            if kind == "failed":
                raise getattr(errors, said[0], InternalError).from_messages(said[1])
            self._take(kind, said)

    def stop(self) -> None:
        """End the child, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._connection.close()

    def _take(self, kind: str, said: list[Any]) -> None:
        if kind == "source":
            self._source = said[0]
            self._source_deadline = time.monotonic() + self._limits.source_seconds
        elif kind == "done":
            stage, seconds, counts = said
            self._log(stage=stage, seconds=seconds, **counts)

    def _too_long(self) -> _BadSource:
        if time.monotonic() >= self._deadline or not self._source:
            raise LimitError(
                N_("The run takes longer than {seconds} s (nightly.limits.run_seconds) and was ended."),
                seconds=f"{self._limits.run_seconds:g}",
            )
        return _BadSource(
            self._source,
            Message(
                N_("Layer {layer}: reading it takes longer than {seconds} s (nightly.limits.source_seconds)."),
                {"layer": self._source, "seconds": f"{self._limits.source_seconds:g}"},
            ),
        )

    def _ended(self) -> _BadSource:
        self._process.join()
        code = self._process.exitcode
        if self._source:
            reason = Message(
                N_("Layer {layer}: reading it ended the build (exit {code}); the source is damaged, or needs more "
                   "than {memory} MB (nightly.limits.source_memory_mb)."),
                {"layer": self._source, "code": code, "memory": self._limits.source_memory_mb},
            )  # fmt: skip
            return _BadSource(self._source, reason)
        raise LimitError(
            N_("The build was ended from outside (exit {code}). Most likely the memory of this machine, or "
               "{memory} MB (nightly.limits.run_memory_mb), did not suffice."),
            code=code,
            memory=self._limits.run_memory_mb,
        )  # fmt: skip


# ---- the child ----


def _work(connection: Connection, task: Task, failed: dict[str, Message]) -> None:
    """Build, and tell the parent of every stage and source; ends with the parent."""
    threading.Thread(target=_end_with_parent, args=(connection,), daemon=True).start()
    limits = task.config.nightly.limits
    _limit_memory(limits.run_memory_mb)
    source = ""

    def on_source(key: str) -> None:
        nonlocal source
        source = key
        connection.send(("source", key))
        _limit_memory(min(limits.source_memory_mb, limits.run_memory_mb) if key else limits.run_memory_mb)

    from geozones import pipeline
    from geozones.sources import Care

    care = Care(task.config.state_dir, use_last=True, failed=failed, on_source=on_source)
    try:
        report = pipeline.build(
            task.config,
            as_of=task.as_of,
            out=task.out,
            on_done=lambda *said: connection.send(("done", *said)),
            policy=task.policy,
            care=care,
            **task.options,
        )
    except GeozonesError as error:
        connection.send(("failed", type(error).__name__, error.messages))
    except Exception as error:
        if not is_out_of_memory(error):
            connection.send(("failed", "InternalError", as_error(error).messages))
        elif source:
            os._exit(1)
        else:
            connection.send(("failed", "LimitError", (_out_of_memory(limits),)))
    else:
        connection.send(("report", report))


def _out_of_memory(limits: LimitsConfig) -> Message:
    return Message(
        N_("The run needs more than {memory} MB of memory (nightly.limits.run_memory_mb) and was ended."),
        {"memory": limits.run_memory_mb},
    )


def _end_with_parent(connection: Connection) -> None:
    """Wait for what never comes: the parent says nothing, so the end of the pipe means that it is gone."""
    try:
        connection.recv()
    except (EOFError, OSError):
        os._exit(1)


def _limit_memory(memory_mb: int) -> None:
    """Limit the address space of this process; the limit can be raised again."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = memory_mb * _MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
