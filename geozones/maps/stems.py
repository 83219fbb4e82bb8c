"""File names made from ids: safe on every system, the same for the same id."""

from __future__ import annotations

import hashlib
import re

_PLAIN = re.compile(r"[a-z0-9_-]{1,64}")
_RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


def file_stem(key: str) -> str:
    """Return the file name, without ending, of the page of an id.

    It is the id itself where that is made of `a-z0-9_-` and at most 64 long, else its safe letters and 8 hex
    digits of its hash. Names that Windows keeps for devices are not plain.

    >>> file_stem("karamurt")
    'karamurt'
    """
    if _PLAIN.fullmatch(key) and not _RESERVED.fullmatch(key):
        return key
    safe = re.sub(r"[^a-z0-9_-]+", "-", key.lower()).strip("-")[:40] or "zone"
    return f"{safe}-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:8]}"
