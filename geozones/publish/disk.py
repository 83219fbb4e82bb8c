"""Files on a real disk: replaced in one step, brought down to the platter, shared by links, counted."""

from __future__ import annotations

import errno
import filecmp
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geozones.errors import DiskFullError, GeozonesError, UsageError
from geozones.i18n import N_

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST})
_NO_LINKS = frozenset({errno.EPERM, errno.EMLINK, errno.EXDEV, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
_MEGABYTE = 1 << 20
_SPARE_BYTES = 16 * _MEGABYTE
_LEAST_BYTES = _MEGABYTE // 4
"""With less free than this, whatever fails on a disk fails because it is full."""
_RUN_PER_SOURCE = 4


def files_below(folder: Path) -> list[str]:
    """List the files below a folder by their relative names with forward slashes, sorted."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def as_json(value: Any) -> bytes:
    """Write a value as the JSON of our own files: sorted keys, readable, UTF-8."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that readers meet the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    sync(partial)
    partial.replace(path)
    sync(path.parent)


def share_file(source: Path, target: Path) -> None:
    """Give a file a second name by a hard link; where the disk has none, copy it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copyfile(source, target)


def share_if_equal(source: Path, target: Path) -> bool:
    """Let `target` share the bytes of `source` where both hold the same; says whether it does."""
    if not source.is_file() or not filecmp.cmp(source, target, shallow=False):
        return False
    if not os.path.samefile(source, target):
        partial = target.with_name(f".{target.name}.shared")
        share_file(source, partial)
        partial.replace(target)
    return True


def sync(path: Path) -> None:
    """Bring a file or folder onto the disk; Windows has no folder handles to sync."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_tree(folder: Path) -> None:
    """Remove a folder with all in it, read-only files too; what cannot go now is left for the next time."""

    if os.name == "nt":  # read-only files stop the removal there
        for path in folder.rglob("*"):
            path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def bytes_below(folder: Path) -> int:
    """Sum the bytes of all files below a folder, or of the file itself; 0 where nothing is there."""
    if folder.is_dir():
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return folder.stat().st_size if folder.is_file() else 0


def require_room(out: Path, last_run: Path | None, sources: Iterable[Path]) -> None:
    """Refuse to start where the disk cannot hold a run.

    What it will need is guessed: the bytes of the last run, else those of the sources several times over.

    Raises
    ------
    DiskFullError
        Too little is free.
    """
    if last_run is not None:
        needed = bytes_below(last_run)
    else:
        needed = _RUN_PER_SOURCE * sum(bytes_below(source) for source in sources)
    require_space(out, _SPARE_BYTES + needed)


def require_space(folder: Path, needed_bytes: int) -> None:
    """Refuse to start where the disk of a folder cannot hold what is to come.

    Raises
    ------
    DiskFullError
        Fewer than `needed_bytes` are free.
    """
    free = _free_bytes(folder)
    if free < needed_bytes:
        raise DiskFullError(
            N_("The disk of {out} has {free} MB free, a run needs {needed} MB. The maps already there are kept. "
               "Free some space, or keep fewer runs (maps.keep)."),
            out=folder.name,
            free=free // _MEGABYTE,
            needed=-(-needed_bytes // _MEGABYTE),
        )  # fmt: skip


def _free_bytes(folder: Path) -> int:
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(existing).free


@contextmanager
def plain_disk_errors(folder: Path) -> Iterator[None]:
    """Say in plain words that a disk is full or that a folder cannot be written to."""
    try:
        yield
    except GeozonesError:
        raise
    except Exception as error:
        number = getattr(error, "errno", None)
        if number in FULL or _free_bytes(folder) < _LEAST_BYTES:
            raise DiskFullError(
                N_("No space is left on the disk of {out}; the maps already there are kept."), out=folder.name
            ) from error
        if isinstance(error, OSError) and number in _CLOSED:
            raise UsageError(
                N_("{out} cannot be written to ({reason}). Give the account that runs this the right to, or "
                   "another folder."),
                out=folder.name,
                reason=error.strerror,
            ) from error  # fmt: skip
        raise
