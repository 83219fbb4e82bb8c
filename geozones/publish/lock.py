"""The one writer of an output folder: a lock that dies with its owner, and a note that says who holds it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from geozones.errors import LockHeldError, Message
from geozones.i18n import N_
from geozones.publish.disk import plain_disk_errors


@contextmanager
def hold_lock(state_dir: Path, out: Path, *, command: str = "build") -> Iterator[None]:
    """Hold the lock of an output folder.

    The system itself lets go of the lock when its owner ends, however it ends: a dead owner's lock is taken over
    at once, a live one's never.

    Parameters
    ----------
    state_dir
        Folder of the lock; on a local disk.
    out
        Folder of the maps that is written to.
    command
        What the owner does, for the message that a second start gets.

    Raises
    ------
    LockHeldError
        Another process writes to the same folder; the message names it.
    """
    with plain_disk_errors(state_dir):
        state_dir.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:12]
        note = state_dir / f"build-{name}.owner"
        lock = FileLock(state_dir / f"build-{name}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise LockHeldError(
                N_("Another run is writing to {out} ({owner}). Wait until it has ended, then start again."),
                out=out.name,
                owner=_read_owner(note),
            ) from None
    try:
        started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        with plain_disk_errors(state_dir):
            note.write_text(
                json.dumps({"process": os.getpid(), "command": command, "started": started}), encoding="utf-8"
            )
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _read_owner(note: Path) -> Message | str:
    try:
        owner = json.loads(note.read_text(encoding="utf-8"))
        fields = {name: str(owner[name]) for name in ("process", "command", "started")}
        return Message(N_("process {process}, geozones {command}, since {started}"), fields)
    except (OSError, ValueError, KeyError, TypeError):
        return "?"  # it has only just begun, or has just ended
