"""What to do where a machine lacks a part of the system that a test needs."""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

Found = TypeVar("Found")


def require_system_part(found: Found | None, part: str, package: str) -> Found:
    """Give what was found; else skip the test with the reason, or fail it where all has to be there (CI)."""
    if found is not None:
        return found
    reason = f"{part} is not installed; on Debian: sudo apt-get install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
