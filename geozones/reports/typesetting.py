"""Typst: files in memory → PDF or PNG, with the fonts of the compiler alone, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import typst


def typeset(files: Mapping[str, bytes], format: Literal["pdf", "png"], *, ppi: float = 110.0) -> bytes:
    """Set a document whose source is the file `main`; other files are read by it under their names."""
    made = typst.compile(  # type: ignore[call-overload]
        dict(files), format=format, ppi=ppi, ignore_system_fonts=True, timestamp=0
    )
    return bytes(made)
