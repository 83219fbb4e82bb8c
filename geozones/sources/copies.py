"""The last good copy of a source: its files as they were when a run made from them was published."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from geozones.config import LayerSpec
from geozones.sources.parts import digest_files, list_parts

_FOLDER = "last_good"


@dataclass(frozen=True)
class LastCopy:
    """A copy that is whole: the file or folder to read in place of the source, and the day of its state."""

    source: Path
    day: dt.date
    digest: str


def keep_copy(state_dir: Path, spec: LayerSpec, *, day: dt.date, digest: str) -> bool:
    """Keep a copy of a source in place of the one kept before.

    Parameters
    ----------
    state_dir
        Folder of the state.
    day
        Day of the state that the copy stands for.
    digest
        Hash of the source as it was read (`digest_source`); other bytes are not kept.

    Returns
    -------
    Whether the copy is there now; False where the source has changed since it was read.
    """
    folder = state_dir / _FOLDER / spec.key
    known = find_last_copy(state_dir, spec)
    if known is None or known.digest != digest:
        source = Path(spec.source)
        partial = folder / f".{digest[:16]}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        for part in list_parts(source):
            target = partial / _place(part, source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(part, target)
        copied = list_parts(partial / source.name)
        if not copied or digest_files(copied) != digest:
            shutil.rmtree(partial, ignore_errors=True)
            return False
        shutil.rmtree(folder / digest[:16], ignore_errors=True)
        partial.rename(folder / digest[:16])
    _write_note(folder, {"name": Path(spec.source).name, "digest": digest, "day": day.isoformat()})
    for path in folder.iterdir():
        if path.is_dir() and path.name != digest[:16]:
            shutil.rmtree(path, ignore_errors=True)
    return True


def find_last_copy(state_dir: Path, spec: LayerSpec) -> LastCopy | None:
    """Find the last good copy of a source; None where there is none, or where it is damaged."""
    folder = state_dir / _FOLDER / spec.key
    try:
        note = json.loads((folder / "copy.json").read_text(encoding="utf-8"))
        copy = LastCopy(
            folder / note["digest"][:16] / note["name"], dt.date.fromisoformat(note["day"]), note["digest"]
        )
        parts = list_parts(copy.source)
        return copy if parts and digest_files(parts) == copy.digest else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _place(part: Path, source: Path) -> Path:
    return Path(source.name) / part.relative_to(source) if source.is_dir() else Path(part.name)


def _write_note(folder: Path, note: dict[str, str]) -> None:
    partial = folder / ".copy.json.partial"
    partial.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
    os.replace(partial, folder / "copy.json")
