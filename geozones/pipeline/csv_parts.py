"""Which parts of the CSV files of a run were written from what, so that the next run copies what is the same."""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

from geozones import cache, publish

FOLDER = "data"
_KIND = "csv_parts"
_FILE = "parts.json"

Buffer = bytes | memoryview


class _Part(NamedTuple):
    """Where a part stands in its file, and the hash of its bytes."""

    start: int
    length: int
    digest: str


_Parts = dict[str, dict[str, _Part]]


class WrittenParts(NamedTuple):
    """Where which parts stand in the files that were written, and how many were taken over, of how many."""

    files: _Parts
    taken: int
    total: int


class CsvParts:
    """Parts of the CSV files of the served run by what they were written from, and those of the run being written.

    Parameters
    ----------
    run_id
        The run that is being written.
    store, served
        Where the list of the served run is kept, and that run; nothing is taken over where there is none, or where
        other code wrote it.

    """

    def __init__(self, run_id: str, store: cache.Store, served: publish.RunInfo | None) -> None:
        self._run_id = run_id
        self._store = store
        self._served = served
        self._before = {} if served is None else _read(store, served.run_id)
        self._now: _Parts = {}
        self._sound: set[tuple[str, str]] = set()
        self._taken = 0
        self._count = 0

    def take(self, file: str, key: str) -> bytes | None:
        """Give the bytes of a part as the served run has them; None where it has none, or they are damaged."""
        part = self._before.get(file, {}).get(key)
        name = f"{FOLDER}/{file}"
        if part is None or self._served is None or name not in self._served.files:
            return None
        try:
            with (self._served.path / name).open("rb", buffering=0) as source:
                source.seek(part.start)
                content = source.read(part.length)
        except OSError:
            return None
        if content is None or _hash(content) != part.digest:
            return None
        self._sound.add((file, key))
        return content

    def keep(self, file: str, key: str, start: int, content: Buffer) -> None:
        """Say what the part that begins there in a file is written from."""
        is_taken = (file, key) in self._sound
        digest = self._before[file][key].digest if is_taken else _hash(content)
        self._now.setdefault(file, {})[key] = _Part(start, len(content), digest)
        self._taken += is_taken
        self._count += 1

    @property
    def written(self) -> WrittenParts:
        """What was written so far."""
        return WrittenParts(self._now, self._taken, self._count)

    def write(self, written: WrittenParts) -> None:
        """Keep the list of what was written for the next run."""
        _write(self._store, self._run_id, written.files)


def hand_on(store: cache.Store, before: str, now: str) -> None:
    """Keep the list of one run for another that has the same files."""
    _write(store, now, _read(store, before))


def _read(store: cache.Store, run_id: str) -> _Parts:
    entry = store.find(_KIND, run_id)
    if entry is None:
        return {}
    try:
        told = json.loads((entry / _FILE).read_text("utf-8"))
        if told["code"] != cache.code_version():
            return {}
        return {
            str(file): {
                str(key): _Part(int(start), int(length), str(digest)) for key, start, length, digest in parts
            }
            for file, parts in told["files"].items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _write(store: cache.Store, run_id: str, files: _Parts) -> None:
    told = {file: [(key, *part) for key, part in parts.items()] for file, parts in files.items()}
    with store.write(_KIND, run_id) as folder:
        (folder / _FILE).write_text(json.dumps({"code": cache.code_version(), "files": told}), encoding="utf-8")


def _hash(content: Buffer) -> str:
    return hashlib.sha256(content).hexdigest()
