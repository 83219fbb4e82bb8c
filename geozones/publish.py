"""Runs: complete, immutable folders; doors that lead into the newest; copies for a share, a stick or a web root.

A run is written beside the others under a name that starts with a dot and gets its own name only when it is
complete, with a manifest of all its files in `run.json`. The doors (`index.html`, `public.html`) and `latest.json`
are replaced one by one in a single step each, last of all, so no reader ever meets half a run.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from geozones.errors import DiskFullError, InputError, LockHeldError
from geozones.i18n import N_

LATEST = "latest.json"
MANIFEST = "run.json"


def make_run_id(started: dt.datetime) -> str:
    """Make the id of a run: the UTC time of its start, to the second, and four random hex digits."""
    return f"{started.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


@contextmanager
def hold_lock(state_dir: Path, out: Path) -> Iterator[None]:
    """Hold the lock of an output folder; a dead owner's lock is taken over, as the system lets go of it.

    Raises
    ------
    LockHeldError
        Another run writes to the same folder.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:12]
    owner_file = state_dir / f"build-{name}.owner"
    lock = FileLock(state_dir / f"build-{name}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        owner = owner_file.read_text("utf-8").strip() if owner_file.exists() else "?"
        raise LockHeldError(
            N_("Another run is writing to {out} ({owner}). Wait until it has ended, then start again."),
            out=out.name,
            owner=owner,
        ) from None
    try:
        owner_file.write_text(f"process {os.getpid()}\n", "utf-8")
        yield
    finally:
        owner_file.unlink(missing_ok=True)
        lock.release()


class RunFolder:
    """A run while it is written: files go into a hidden folder until `complete` gives it its name."""

    def __init__(self, out: Path, run_id: str) -> None:
        self.out = out
        self.run_id = run_id
        self.path = out / "runs" / f".{run_id}.partial"

    def write(self, name: str, content: bytes) -> None:
        """Write one file of the run; `name` is relative, with forward slashes."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def complete(self, facts: Mapping[str, Any]) -> Path:
        """Write the manifest, make the files read-only and give the run its name.

        Returns
        -------
        The folder of the run, `<out>/runs/<run_id>`.
        """
        files = {path: _sha256(self.path / path) for path in _files_below(self.path)}
        manifest = {"run_id": self.run_id, **facts, "files": files}
        self.write(MANIFEST, _as_json(manifest))
        for path in [*files, MANIFEST]:
            _sync(self.path / path)
            (self.path / path).chmod(0o444)
        final = self.out / "runs" / self.run_id
        self.path.rename(final)
        _sync(final.parent)
        return final


@contextmanager
def write_run(out: Path, run_id: str) -> Iterator[RunFolder]:
    """Open a new run below `out`; what is half written is removed when anything fails.

    Raises
    ------
    DiskFullError
        The disk cannot hold the run.
    """
    run = RunFolder(out, run_id)
    try:
        run.path.mkdir(parents=True)
        yield run
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFullError(
                N_("No space is left on the disk of {out}; the maps already there are kept."), out=out.name
            ) from error
        raise
    finally:
        if run.path.exists():
            shutil.rmtree(run.path, ignore_errors=True)


def open_doors(out: Path, run_id: str, doors: Mapping[str, bytes]) -> None:
    """Let the doors and `latest.json` of `out` lead to a run, each replaced in one step."""
    latest = _as_json({"run_id": run_id})
    for name, content in {**doors, LATEST: latest}.items():
        _replace_file(out / name, content)


def current_run(out: Path) -> Path:
    """Return the folder of the run that the doors lead to.

    Raises
    ------
    InputError
        Nothing is published below `out`, or the run it names is gone.
    """
    latest = out / LATEST
    try:
        run_id = str(json.loads(latest.read_text("utf-8"))["run_id"])
    except FileNotFoundError:
        raise InputError(
            N_("{out}: nothing is published here yet. Run `geozones build` first."), out=out.name
        ) from None
    except (ValueError, KeyError, TypeError):
        raise InputError(
            N_("{file}: does not name a run. Run `geozones build` again."), file=latest.name
        ) from None
    run = out / "runs" / run_id
    if not (run / MANIFEST).is_file():
        raise InputError(
            N_("{out}: the run {run} that it names is gone. Run `geozones build` again."),
            out=out.name,
            run=run_id,
        )
    return run


def copy_to(out: Path, target: Path, *, on_file: Callable[[str], None] | None = None) -> int:
    """Copy the published run, its doors last, into another folder: a share, a stick, a web root.

    Files that are there already with the same size stay, as a run never changes.

    Parameters
    ----------
    out
        Folder of the maps.
    target
        Folder to copy into; made where it is missing.
    on_file
        Called with the name of each file before it is copied.

    Returns
    -------
    How many files the copied run has.

    Raises
    ------
    InputError
        Nothing is published below `out`, or `target` lies in it.
    """
    run = current_run(out)
    if target.resolve().is_relative_to(out.resolve()):
        raise InputError(N_("{target} lies inside the maps themselves; give another folder."), target=target.name)
    names = [*_files_below(run)]
    for name in names:
        if on_file is not None:
            on_file(name)
        copy = target / "runs" / run.name / name
        if not copy.exists() or copy.stat().st_size != (run / name).stat().st_size:
            copy.parent.mkdir(parents=True, exist_ok=True)
            _replace_file(copy, (run / name).read_bytes())
    for name in ("index.html", "public.html", LATEST):
        _replace_file(target / name, (out / name).read_bytes())
    return len(names)


def _files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _as_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _replace_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    _sync(partial)
    partial.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Bring a file or folder onto the disk; Windows has no folder handles to sync."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
