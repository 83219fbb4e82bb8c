"""How functions are compiled: without the interpreter's lock, kept in Numba's cache on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Compiled = TypeVar("Compiled", bound=Callable[..., object])


def compiled(function: Compiled) -> Compiled:
    """Compile a function to machine code when it is first called, or load it from the cache."""
    return cast(Compiled, numba.njit(nogil=True, cache=True, error_model="numpy")(function))


def compiled_without_nan(function: Compiled) -> Compiled:
    """Compile a function that meets no NaN, so that its loops can use the vector units."""
    wrap = numba.njit(nogil=True, cache=True, error_model="numpy", fastmath={"nnan", "nsz"})
    return cast(Compiled, wrap(function))
