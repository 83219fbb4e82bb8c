"""A run: written beside the others under a hidden name, complete with its manifest, then never changed again."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geozones.errors import InputError
from geozones.i18n import N_
from geozones.publish.disk import (
    as_json,
    files_below,
    plain_disk_errors,
    remove_tree,
    sha256_of,
    share_file,
    share_if_equal,
    sync,
)

MANIFEST = "run.json"
RUNS = "runs"
_HIDDEN = (".partial", ".gone")


def make_run_id(started: dt.datetime) -> str:
    """Make the id of a run: the UTC time of its start, to the second, and four random hex digits."""
    return f"{started.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


_AT_ONCE = 4
"""Files are hashed and brought onto the disk so many at once: most of it is waiting."""


@dataclass(frozen=True)
class RunInfo:
    """What is known of a complete run without opening its files.

    `number` counts the runs of an output folder up; it tells which is newer, whatever the clock said. `facts` is
    what `run.json` holds, the list of files apart.
    """

    run_id: str
    path: Path
    number: int
    started: dt.datetime | None
    files: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, str]:
        """Sorts runs from the oldest to the newest."""
        return self.number, self.run_id


def read_manifest(run: Path) -> RunInfo:
    """Read the manifest of a run.

    Raises
    ------
    InputError
        `run.json` is missing or damaged.
    """
    try:
        facts = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
        files = {str(name): str(digest) for name, digest in facts.pop("files").items()}
        started = dt.datetime.fromisoformat(facts["started"]) if "started" in facts else None
        return RunInfo(run.name, run, int(facts.get("number", 0)), started, files, facts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(N_("Run {run}: {file} is missing or damaged."), run=run.name, file=MANIFEST) from error


def list_runs(out: Path) -> list[RunInfo]:
    """List the complete runs of an output folder, the newest first; damaged manifests are left out."""
    folder = out / RUNS
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.name.startswith("."):
            try:
                found.append(read_manifest(path))
            except InputError:
                continue
    return sorted(found, key=lambda run: run.order, reverse=True)


def find_run(out: Path, run_id: str) -> RunInfo:
    """Find a run by its id, or by the beginning of its id where that is enough.

    Raises
    ------
    InputError
        No run, or more than one, has an id that begins so; or its manifest is damaged.
    """
    folder = out / RUNS
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    found = [name for name in names if not name.startswith(".") and name.startswith(run_id)]
    if run_id in found:
        found = [run_id]
    if len(found) != 1:
        raise InputError(
            N_("{out} has no run {run}. `geozones runs list` shows them.")
            if not found
            else N_("{out} has several runs that begin with {run}: give more of the id."),
            out=out.name,
            run=run_id,
        )
    return read_manifest(folder / found[0])


def verify_run(run: RunInfo) -> list[str]:
    """Hold the files of a run against its manifest.

    Returns
    -------
    The names of files that are missing, changed or too many; empty where the run is sound.
    """
    there = set(files_below(run.path)) - {MANIFEST}
    wrong = there ^ set(run.files)
    wrong |= {name for name in there & set(run.files) if sha256_of(run.path / name) != run.files[name]}
    return sorted(wrong)


def require_sound(run: RunInfo) -> None:
    """Refuse a run whose files are not those of its manifest.

    Raises
    ------
    InputError
        Files are missing, changed or too many; the message names the first of them.
    """
    wrong = verify_run(run)
    if wrong:
        raise InputError(
            N_("Run {run} is damaged: files that are missing, changed or do not belong to it: {n}, first {file}. "
               "It is not published."),
            run=run.run_id,
            n=len(wrong),
            file=wrong[0],
        )  # fmt: skip


class RunFolder:
    """A run while it is written: files go into a hidden folder until `complete` gives it its name.

    Files that are the same in the previous run share their bytes with it.
    """

    def __init__(self, out: Path, run_id: str, previous: RunInfo | None = None) -> None:
        self.out = out
        self.run_id = run_id
        self.path = out / RUNS / f".{run_id}.partial"
        self._previous = previous
        self._digests: dict[str, str] = {}

    def write(self, name: str, content: bytes) -> None:
        """Write one file of the run; `name` is relative, with forward slashes."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # A file that was taken over shares its bytes with the previous run: those are never written to.
        if self._digests.pop(name, None) is not None:
            target.unlink()
        target.write_bytes(content)

    def sizes(self, ending: str) -> dict[str, int]:
        """Return the bytes of the files written so far whose names end so, by name."""
        return {
            name: (self.path / name).stat().st_size for name in files_below(self.path) if name.endswith(ending)
        }

    def take_over(self, name: str) -> bool:
        """Take a file over from the previous run as it is; says whether it was there and sound."""
        if self._previous is None or name not in self._previous.files:
            return False
        if name in self._digests:
            return True
        source, digest = self._previous.path / name, self._previous.files[name]
        if not source.is_file() or sha256_of(source) != digest:
            return False
        (self.path / name).unlink(missing_ok=True)
        share_file(source, self.path / name)
        self._digests[name] = digest
        return True

    def complete(self, facts: Mapping[str, Any]) -> RunInfo:
        """Write the manifest, make the files read-only and give the run its name.

        Parameters
        ----------
        facts
            What `run.json` says beside the id, the number and the files.

        Returns
        -------
        The run, in `<out>/runs/<run_id>`.
        """
        names = files_below(self.path)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            files = dict(zip(names, pool.map(self._settle, names), strict=True))
        number = max((run.number for run in list_runs(self.out)), default=0) + 1
        self.write(MANIFEST, as_json({**facts, "run_id": self.run_id, "number": number, "files": files}))
        (self.path / MANIFEST).chmod(0o444)
        sync(self.path / MANIFEST)
        for folder in {(self.path / name).parent for name in files}:
            sync(folder)
        final = self.out / RUNS / self.run_id
        self.path.rename(final)
        sync(final.parent)
        return read_manifest(final)

    def _settle(self, name: str) -> str:
        """Bring one file onto the disk, or share it with the previous run; returns its hash."""
        if name in self._digests:
            return self._digests[name]
        path = self.path / name
        digest = sha256_of(path)
        previous = self._previous
        is_known = previous is not None and previous.files.get(name) == digest
        if previous is not None and is_known and share_if_equal(previous.path / name, path):
            return digest
        sync(path)
        path.chmod(0o444)
        return digest


@contextmanager
def write_run(out: Path, run_id: str, *, previous: RunInfo | None = None) -> Iterator[RunFolder]:
    """Open a new run below `out`; what is half written is removed when anything fails.

    Whatever a run that was killed has left behind is removed first, so the caller must hold the lock.

    Parameters
    ----------
    out
        Folder of the maps.
    run_id
        Id of the new run.
    previous
        The run to share unchanged files with.

    Raises
    ------
    DiskFullError
        The disk cannot hold the run.
    UsageError
        The folder cannot be written to.
    """
    run = RunFolder(out, run_id, previous)
    try:
        with plain_disk_errors(out):
            sweep(out)
            run.path.mkdir(parents=True)
            yield run
    finally:
        if run.path.exists():
            remove_tree(run.path)


def sweep(out: Path) -> None:
    """Remove what killed runs and interrupted removals have left; the caller must hold the lock."""
    folder = out / RUNS
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and path.name.startswith(".") and path.suffix in _HIDDEN:
            remove_tree(path)
