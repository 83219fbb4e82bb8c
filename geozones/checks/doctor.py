"""Faults of single features that breach no contract, but make answers wrong or hide things from search."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from geozones.checks.cadastral import canonical_numbers
from geozones.checks.geometry import Sorting
from geozones.checks.units import STANDARD_KV
from geozones.tables import TableContract

_MIXED_LETTERS = r"[A-Za-z][\u0400-\u04FF]|[\u0400-\u04FF][A-Za-z]"
_GARBLED = r"(?:[РС][\u0080-\u00BF\u0401-\u040F\u0450-\u045F\u2010-\u2122]){2,}|[ÐÑ][\u0080-\u00BF]|\uFFFD|\?{3,}"
_SLIVER_WIDTH_M = 1.0
_LAND_ROLES = frozenset({"zones", "plots", "parcels", "proposals"})
_ORDERED_DATES = (("valid_from", "valid_to"), ("decision_date", "register_date"))
_LARGEST_CAPACITY = 2e7
"""More than any substation (kW), gas station (m³/h) or intake (m³/day)."""


def check_words(sorting: Sorting, contract: TableContract) -> None:
    """Report words of mixed alphabets, which no search finds, and text that was decoded wrongly."""
    for column in contract.columns:
        if column.dtype != "text" or column.allowed or not len(sorting.table):
            continue
        text = sorting.table[column.name]
        is_there = text.notna().to_numpy(dtype=bool)
        has_foreign = is_there & ~text.str.isascii().to_numpy(dtype=bool, na_value=True)
        has_marks = is_there & text.str.contains("???", regex=False).to_numpy(dtype=bool, na_value=False)
        for rule, pattern, among in (
            ("letters_mixed", _MIXED_LETTERS, has_foreign),
            ("text_garbled", _GARBLED, has_foreign | has_marks),
        ):
            if not among.any():
                continue
            is_bad = np.zeros(len(text), dtype=bool)
            is_bad[among] = text[among].astype("object").str.contains(pattern, regex=True).to_numpy(dtype=bool)
            shown = [value[:60] for value in text[is_bad]]
            sorting.report(rule, is_bad, params={"column": column.name, "value": shown})


def check_dates(sorting: Sorting) -> None:
    """Report dates that come before the one they must follow."""
    for first, second in _ORDERED_DATES:
        if first in sorting.table and second in sorting.table:
            is_bad = (sorting.table[first] > sorting.table[second]).to_numpy(dtype=bool)
            days = {
                name: [f"{day:%Y-%m-%d}" for day in sorting.table[column][is_bad]]
                for name, column in (("first_day", first), ("second_day", second))
            }
            sorting.report("dates_disordered", is_bad, params={"first": first, "second": second, **days})


def check_cadastral_numbers(sorting: Sorting) -> None:
    """Bring cadastral numbers into one form; report those that are none, and those that stand twice."""
    if "cadastral_no" not in sorting.table or not sorting.table["cadastral_no"].notna().any():
        return
    given = sorting.table["cadastral_no"]
    known = canonical_numbers(given)
    is_bad = (given.notna() & known.isna()).to_numpy(dtype=bool)
    sorting.report("cadastral_bad", is_bad, params={"value": [value[:40] for value in given[is_bad]]})
    sorting.table = sorting.table.assign(cadastral_no=known.fillna(given).astype("str"))
    is_repeated = (known.notna() & known.duplicated()).to_numpy(dtype=bool)
    if is_repeated.any():
        first = dict(zip(reversed(list(known)), reversed(list(sorting.keys)), strict=True))
        repeated = known[is_repeated]
        params = {"value": list(repeated), "other": [first[value] for value in repeated]}
        sorting.report("cadastral_repeated", is_repeated, params=params)


def check_outlines(sorting: Sorting, contract: TableContract) -> None:
    """Report points that stand twice in a row, and areas too narrow to be land."""
    shapes = sorting.shapes
    if contract.geometry not in ("polygon", "line") or not len(shapes):
        return
    points = shapely.get_coordinates(shapes)
    is_same = (points[1:] == points[:-1]).all(axis=1)
    if is_same.any():
        _, owners = shapely.get_coordinates(shapes, return_index=True)
        is_same &= owners[1:] == owners[:-1]
        counts = np.bincount(owners[1:][is_same], minlength=len(shapes))
        sorting.report(
            "points_repeated", counts > 0, params={"count": [int(count) for count in counts[counts > 0]]}
        )
    if contract.name in _LAND_ROLES:
        with np.errstate(divide="ignore", invalid="ignore"):
            width_m = 2 * shapely.area(shapes) / shapely.length(shapes)
        is_sliver = width_m < _SLIVER_WIDTH_M
        sorting.report("sliver", is_sliver, params={"width_m": [f"{width:.2f}" for width in width_m[is_sliver]]})


def check_capacities(sorting: Sorting) -> None:
    """Report capacities that cannot be, and take them as unknown."""
    table = sorting.table
    total = table["capacity_total"] if "capacity_total" in table else pd.Series(np.nan, index=table.index)
    free = table["capacity_free"]
    for column, is_bad in (
        ("capacity_free", ((free > total) | (free > _LARGEST_CAPACITY)).to_numpy(dtype=bool)),
        ("capacity_total", (total > _LARGEST_CAPACITY).to_numpy(dtype=bool)),
    ):
        if is_bad.any():
            shown = [f"{value:g}" for value in table[column][is_bad]]
            totals = ["?" if pd.isna(value) else f"{value:g}" for value in total[is_bad]]
            sorting.report(
                "capacity_impossible", is_bad, params={"column": column, "value": shown, "total": totals}
            )
            sorting.table = sorting.table.assign(**{column: sorting.table[column].mask(is_bad)})


def check_voltages(sorting: Sorting) -> None:
    """Report voltages that no network has."""
    voltage_kv = sorting.table["voltage_kv"]
    is_odd = (voltage_kv.notna() & ~voltage_kv.isin(STANDARD_KV)).to_numpy(dtype=bool)
    sorting.report("voltage_unusual", is_odd, params={"value": [f"{value:g}" for value in voltage_kv[is_odd]]})
