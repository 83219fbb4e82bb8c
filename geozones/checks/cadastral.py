"""Cadastral numbers: with dashes, colons or bare, they are one key."""

from __future__ import annotations

import re

import pandas as pd

_SEPARATED = re.compile(r"(\d{2})[-:\s](\d{3})[-:\s](\d{3})[-:\s](\d{1,6})")
_BARE = re.compile(r"(\d{2})(\d{3})(\d{3})(\d{1,6})")


def canonical_cadastral(text: str) -> str | None:
    """Write a cadastral number in its one form, region-district-quarter-plot; None where it is not one.

    >>> canonical_cadastral("19:309:123:0456"), canonical_cadastral("19309123456"), canonical_cadastral("б/н")
    ('19-309-123-456', '19-309-123-456', None)
    """
    found = _SEPARATED.fullmatch(text.strip()) or _BARE.fullmatch(text.strip())
    if found is None:
        return None
    region, district, quarter, plot = found.groups()
    return f"{region}-{district}-{quarter}-{plot.lstrip('0') or '0'}"


def canonical_numbers(numbers: pd.Series) -> pd.Series:
    """Write a column of cadastral numbers in their one form; missing where a cell is no such number."""
    distinct = {number: canonical_cadastral(number) for number in numbers.dropna().unique()}
    return numbers.map(distinct).astype("str")
