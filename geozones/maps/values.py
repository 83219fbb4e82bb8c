"""Columns of plots as scripts take them: texts, numbers and None in arrays, made without a loop over plots."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.maps.words import LONGEST_NAME, short, text_or_none

Values = NDArray[Any]

LETTERS = {"yes": "y", "no": "n"}
"""Letters of answers; all others are u."""


def texts_of(values: pd.Series) -> Values:
    """Give texts cut to what a page shows, None for missing and blank ones."""
    known = values.notna()
    plain = values.where(known, "").astype("str")
    odd = known & ((plain.str.len() > LONGEST_NAME) | (plain.str.strip() == ""))
    found = plain.to_numpy(dtype=object, copy=True)
    found[~known.to_numpy()] = None
    for row in np.flatnonzero(odd.to_numpy()):
        text = text_or_none(found[row])
        found[row] = None if text is None else short(text)
    return found


def keys_of(values: pd.Series) -> Values:
    """Give ids as they are, None for missing ones."""
    found = values.astype(object).to_numpy(dtype=object, copy=True)
    found[values.isna().to_numpy()] = None
    return found


def numbers_of(values: Any, *, decimals: int | None = None) -> Values:
    """Give numbers, whole ones without a fraction, None for missing ones; `decimals` rounds them."""
    is_plain = isinstance(values, np.ndarray) and values.dtype.kind in "fi"
    plain = values if is_plain else pd.Series(values).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    given = plain.astype(float, copy=False)
    numbers = given if decimals is None else np.round(given, decimals)
    known = ~np.isnan(numbers)
    whole = known & (np.abs(numbers) < 2**53) & (numbers == np.rint(numbers))
    found = np.full(len(numbers), None, dtype=object)
    found[known] = numbers[known].tolist()
    found[whole] = numbers[whole].astype(np.int64).tolist()
    return found


def dates_of(values: pd.Series) -> Values:
    """Give dates as `2026-11-23`, None for missing ones."""
    found = np.full(len(values), None, dtype=object)
    known = values.notna().to_numpy()
    found[known] = pd.to_datetime(values[known]).dt.strftime("%Y-%m-%d").tolist()
    return found


def letters_of(answers: pd.Series) -> str:
    """Write answers as letters: y, n or u (unknown, and missing) each."""
    return "".join(answers.map(LETTERS).astype(object).where(answers.isin(list(LETTERS)), "u"))
