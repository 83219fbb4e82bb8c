"""Working by zone: a build may recall what it worked out for a zone whose plots did not change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Compute = Callable[[Any], Mapping[str, Any]]
Zonewise = Callable[[str, Any, Compute], Mapping[str, Any]]
"""Takes a name, the plots, and a function that gives tables for some of the plots; gives them for all plots."""


def all_at_once(_kind: str, plots: Any, compute: Compute) -> Mapping[str, Any]:
    """Work everything out anew."""
    return compute(plots)
