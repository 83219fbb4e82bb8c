"""The sources of a run: their bytes as one hash, the last good copy of each, and what replaces one that fails.

Open `parts.py` for which files make up a source, `copies.py` for the last good copies, `loading.py` for how the
layers of a run are loaded when some of them fail.
"""

from geozones.sources.copies import LastCopy, find_last_copy, keep_copy
from geozones.sources.loading import (
    Care,
    KeptLayer,
    LoadedLayers,
    is_absent,
    keep_copies,
    load_layers,
    report_failed,
)
from geozones.sources.parts import digest_files, digest_source, list_parts

__all__ = [
    "Care",
    "KeptLayer",
    "LastCopy",
    "LoadedLayers",
    "digest_files",
    "digest_source",
    "find_last_copy",
    "is_absent",
    "keep_copies",
    "keep_copy",
    "list_parts",
    "load_layers",
    "report_failed",
]
