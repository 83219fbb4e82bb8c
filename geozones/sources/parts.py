"""Which files make up a source, and all of their bytes as one hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from geozones.config import LayerSpec

_PARTS = {
    ".shp": (".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix"),
    ".tab": (".tab", ".dat", ".map", ".id", ".ind", ".cpg"),
    ".mif": (".mif", ".mid"),
    ".gml": (".gml", ".xsd"),
    ".gpkg": (".gpkg", ".gpkg-wal"),
    ".csv": (".csv", ".csvt", ".prj"),
}
"""Endings of the files that belong together, by the ending of the one that the settings name."""


def list_parts(source: Path) -> list[Path]:
    """List the files that make up a source: the file and those that belong to it, or all files of a folder.

    Returns
    -------
    The files, sorted; empty where nothing is there.
    """
    if source.is_dir():
        return sorted(path for path in source.rglob("*") if path.is_file())
    endings = _PARTS.get(source.suffix.lower())
    if endings is None or not source.parent.is_dir():
        return [source] if source.is_file() else []
    return sorted(
        path
        for path in source.parent.iterdir()
        if path.stem == source.stem and path.suffix.lower() in endings and path.is_file()
    )


def digest_source(spec: LayerSpec) -> str | None:
    """Hash all bytes of a source.

    Returns
    -------
    A SHA-256 in hex digits; None for a database, and where a file is missing or cannot be opened.
    """
    if spec.is_url:
        return None
    try:
        parts = list_parts(Path(spec.source))
        return digest_files(parts) if parts else None
    except OSError:
        return None


def digest_files(files: Iterable[Path]) -> str:
    """Hash names and bytes of files as one; the folders they lie in do not count."""
    whole = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        whole.update(path.name.encode("utf-8", "surrogateescape") + b"\0" + digest.digest())
    return whole.hexdigest()
