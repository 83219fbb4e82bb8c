"""Giving memory back between the stages of a build, so that the next one finds room for what it needs."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Any

import pyarrow as pa

_MOST_ARENAS = 2
_ARENA_MAX = -8
"""M_ARENA_MAX of glibc."""


def spare_memory() -> None:
    """Have threads share their heaps where the allocator can be told so (glibc); elsewhere nothing.

    Each thread that cuts shapes would else keep a heap of its own with what it freed.
    """
    limit = _find("mallopt")
    if limit is not None:
        limit(_ARENA_MAX, _MOST_ARENAS)


def give_back_memory() -> None:
    """Return freed memory to the system, where its allocator can be asked for that (glibc); elsewhere nothing."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = _find("malloc_trim")
    if trim is not None:
        trim(0)


def _find(name: str) -> Any:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
