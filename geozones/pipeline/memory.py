"""Giving memory back between the stages of a build, so that the next one finds room for what it needs."""

from __future__ import annotations

import ctypes
import gc
import sys

import pyarrow as pa


def give_back_memory() -> None:
    """Return freed memory to the system, where its allocator can be asked for that (glibc); elsewhere nothing."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
