"""How functions are compiled: without the interpreter's lock, kept in Numba's cache on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Compiled = TypeVar("Compiled", bound=Callable[..., object])


def compiled(function: Compiled) -> Compiled:
    """Compile a function to machine code when it is first called, or load it from the cache."""
    return _compile(function)


def compiled_without_nan(function: Compiled) -> Compiled:
    """Compile a function that meets no NaN, so that its loops can use the vector units."""
    return _compile(function, fastmath={"nnan", "nsz"})


def _compile(function: Compiled, **options: Any) -> Compiled:
    """Compile with the cache; without it where neither the program's folder nor a home can be written to."""
    options |= {"nogil": True, "error_model": "numpy"}
    try:
        return cast(Compiled, numba.njit(cache=True, **options)(function))
    except RuntimeError:
        return cast(Compiled, numba.njit(**options)(function))
