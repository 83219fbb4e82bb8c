"""The opening balance of the ledger as an entry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geozones.cache.frames import read_frame, write_frame
from geozones.cache.inputs import code_version
from geozones.cache.store import Store
from geozones.fingerprints import hash_texts

_KIND = "opening"
_FILE = "allocations.arrow"


def opening_key(file: Path, digest: str) -> str:
    """Give the key of an opening balance: the bytes of its file, the name that messages call it by, the code."""
    return hash_texts([code_version(), digest, file.name])


def keep_allocations(store: Store, key: str, allocations: Any) -> None:
    """Keep an opening balance; one that cannot be kept exactly is left out."""
    with store.write(_KIND, key) as folder:
        write_frame(folder / _FILE, allocations, working=None)


def recall_allocations(store: Store, key: str) -> Any | None:
    """Recall an opening balance by its key; None where it is not kept."""
    folder = store.find(_KIND, key)
    if folder is None or not (folder / _FILE).is_file():
        return None
    try:
        return read_frame(folder / _FILE, working=None)
    except (OSError, ValueError, KeyError):
        return None
