"""How big an input may be: beyond these limits a file is refused before it can fill memory or disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from geozones.errors import InputError
from geozones.i18n import N_

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Largest size of a file and of what it unpacks to (bytes), and most features and vertices of a layer."""

    bytes: int = 8_000 * _MEGABYTE
    unpacked_bytes: int = 8_000 * _MEGABYTE
    features: int = 10_000_000
    vertices: int = 500_000_000


OWN_FILES = Limits()
"""Limits for the layers that the settings name."""

OUTSIDE_FILES = Limits(200 * _MEGABYTE, 500 * _MEGABYTE, 1_000_000, 20_000_000)
"""Limits for files that someone sent in."""


def size_of(path: Path) -> int:
    """Sum up the bytes of a file, or of all files in a folder."""
    if path.is_dir():
        return sum(entry.stat().st_size for entry in path.rglob("*") if entry.is_file())
    return path.stat().st_size


def require_bytes(path: Path, limits: Limits, *, shown: str) -> None:
    """Refuse a file that is too big.

    Raises
    ------
    InputError
        It has more bytes than the limit.
    """
    size = size_of(path)
    if size > limits.bytes:
        raise _too_big(shown, what=N_("bytes"), found=size, limit=limits.bytes)


def require_features(count: int, limits: Limits, *, shown: str) -> None:
    """Refuse a layer with too many features.

    Raises
    ------
    InputError
        It has more features than the limit.
    """
    if count > limits.features:
        raise _too_big(shown, what=N_("features"), found=count, limit=limits.features)


def require_vertices(geometry: np.ndarray, limits: Limits, *, shown: str) -> None:
    """Refuse a layer whose shapes have too many points.

    Raises
    ------
    InputError
        They have more than the limit.
    """
    count = int(shapely.get_num_coordinates(geometry).sum())
    if count > limits.vertices:
        raise _too_big(shown, what=N_("points"), found=count, limit=limits.vertices)


def out_of_memory(shown: str) -> InputError:
    """Make the error of a file that needs more memory than there is."""
    return InputError(N_("{file}: reading it needs too much memory; it is not read."), file=shown)


def _too_big(shown: str, *, what: str, found: int, limit: int) -> InputError:
    from geozones.errors import Message

    return InputError(
        N_("{file}: too big to be read: {found} {what}, at most {limit} are allowed. Send it in parts."),
        file=shown,
        found=found,
        what=Message(what),
        limit=limit,
    )
