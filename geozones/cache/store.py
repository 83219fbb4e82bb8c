"""Entries on the disk: written whole or not at all, found by their key, checked when they are read."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = "cache"
"""Where the entries of a region lie, below `state_dir`."""

_MANIFEST = "entry.json"
_USED = "used.json"


@dataclass
class Store:
    """The cache of a state folder.

    Parameters
    ----------
    folder
        Where the entries lie.
    is_read
        Whether entries are found; otherwise everything is done again, and kept.
    must_keep
        Whether an entry that cannot be written is an error; otherwise it is done again next time.
    """

    folder: Path
    is_read: bool = True
    must_keep: bool = True
    _used: set[str] = field(default_factory=set)
    _coming: list[Future[None]] = field(default_factory=list)

    def find(self, kind: str, key: str) -> Path | None:
        """Find an entry whose files are as they were written; None where there is none.

        Where the content of a key may change, another process may replace it after that: `read` gives sound bytes.
        """
        entry = self.folder / kind / key
        if not self.is_read or not _is_sound(entry):
            return None
        self._used.add(f"{kind}/{key}")
        return entry

    def read(self, kind: str, key: str) -> dict[str, bytes] | None:
        """Read the files of an entry, by name, where they are as they were written; None where there is none."""
        entry = self.folder / kind / key
        if not self.is_read:
            return None
        try:
            digests = json.loads((entry / _MANIFEST).read_text(encoding="utf-8"))
            files = {name: (entry / name).read_bytes() for name in digests}
        except (OSError, ValueError, TypeError):
            return None
        if any(hashlib.sha256(files[name]).hexdigest() != digest for name, digest in digests.items()):
            return None
        self._used.add(f"{kind}/{key}")
        return files

    def hold(self, kind: str, key: str) -> Path | None:
        """Let an entry stay for the next build, though this one does not read it; None where there is none."""
        entry = self.folder / kind / key
        if not entry.is_dir():
            return None
        self._used.add(f"{kind}/{key}")
        return entry

    def has(self, kind: str, key: str) -> bool:
        """Say whether an entry was found, held or written by this build."""
        return f"{kind}/{key}" in self._used

    @contextmanager
    def write(self, kind: str, key: str) -> Iterator[Path]:
        """Give a folder to write the files of an entry into; it becomes the entry when all went well.

        Two processes may write the same entry at once: each has a folder of its own, and the first to end wins.
        """
        entry = self.folder / kind / key
        partial = entry.with_name(f".{key[:16]}.{secrets.token_hex(4)}.partial")
        partial.mkdir(parents=True)
        try:
            yield partial
            digests = {path.name: _sha256_of(path) for path in sorted(partial.iterdir())}
            (partial / _MANIFEST).write_text(json.dumps(digests), encoding="utf-8")
            _put_in_place(partial, entry)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        self._used.add(f"{kind}/{key}")

    @contextmanager
    def forgive(self) -> Iterator[None]:
        """Pass over an entry that cannot be written, unless entries must be kept."""
        try:
            yield
        except OSError:
            if self.must_keep:
                raise

    def do_aside(self, work: Callable[[], None]) -> None:
        """Write entries in a thread, beside what comes next; `finish` waits for it."""
        writer = ThreadPoolExecutor(1)
        self._coming.append(writer.submit(work))
        writer.shutdown(wait=False)

    def finish(self) -> None:
        """Wait until all entries are written.

        Raises
        ------
        OSError
            One that must be kept cannot be written.
        """
        while self._coming:
            self._coming.pop().result()

    def forget_unused(self) -> int:
        """Remove the entries that neither this build nor the one before it used; returns how many."""
        self.finish()
        note = self.folder / _USED
        before = _read_used(note)
        kept = self._used | before
        removed = 0
        for kind in self.folder.iterdir() if self.folder.is_dir() else ():
            for entry in kind.iterdir() if kind.is_dir() else ():
                if f"{kind.name}/{entry.name}" not in kept:
                    shutil.rmtree(entry, ignore_errors=True)
                    removed += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = note.with_suffix(".partial")
        partial.write_text(json.dumps(sorted(self._used)), encoding="utf-8")
        os.replace(partial, note)
        return removed


def _put_in_place(partial: Path, entry: Path) -> None:
    if entry.exists():
        shutil.rmtree(entry, ignore_errors=True)
    try:
        partial.rename(entry)
    except OSError:
        if not _is_sound(entry):
            raise


def _is_sound(entry: Path) -> bool:
    try:
        digests = json.loads((entry / _MANIFEST).read_text(encoding="utf-8"))
        return all(_sha256_of(entry / name) == digest for name, digest in digests.items())
    except (OSError, ValueError, AttributeError):
        return False


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_used(note: Path) -> set[str]:
    try:
        return set(map(str, json.loads(note.read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError):
        return set()
