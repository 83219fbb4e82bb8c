"""Capacities that come as a table without coordinates: joined by name and district to points that are known."""

from __future__ import annotations

import difflib
import re
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geozones.checks.geometry import Sorting
from geozones.checks.issues import make_issues

JOINED_COLUMNS = ("capacity_total", "capacity_free", "capacity_date", "owner")
"""What a table without coordinates may add to a known point."""

_KIND_WORDS = frozenset(
    {"пс", "рп", "тп", "ктп", "рпп", "грс", "агрс", "грп", "шгрп", "вос", "нс", "гтс", "кс", "подстанция",
     "станция", "подстанции", "газораспределительная", "водозабор", "насосная", "қосалқы", "станциясы",
     "су", "тоғаны", "кв", "kv", "ква", "мва", "substation", "station", "intake"}
)  # fmt: skip
_VOLTAGES = re.compile(r"\d+(?:[.,]\d+)?(?:\s*/\s*\d+(?:[.,]\d+)?)+|\d+\s*(?:кв|kv)\b")
_DISTRICT_WORDS = re.compile(r"\b(район|р-н|ауданы|аудан|district|г|город|қаласы)\b|[.\s]")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CANDIDATES = 3


def name_key(name: str) -> str:
    """Reduce the name of a point to what tells it apart: no kind of station, voltage, quotes or case.

    >>> name_key("ПС 110/10 кВ «Бадам-2»"), name_key("подстанция Бадам 2"), name_key("ПС-12")
    ('бадам 2', 'бадам 2', '12')
    """
    text = _VOLTAGES.sub(" ", name.casefold().replace("ё", "е"))
    words = [word for word in _WORD.findall(text) if word not in _KIND_WORDS]
    return " ".join(words) or " ".join(_WORD.findall(name.casefold()))


def join_points(tables: list[Sorting], known: list[Sorting], districts: Any) -> dict[str, int]:
    """Join capacities to known points, in place.

    Parameters
    ----------
    tables
        Connection points without geometry; `name`, `network`, the capacities, and `district` (a code, or a name in
        any language) where the source has it.
    known
        Connection points with geometry, working CRS; what the tables state replaces what they state.
    districts
        Checked districts, or None: then names alone decide.

    Returns
    -------
    dict
        By key of the layer, how many of its rows were joined; these leave its table. Rows that fit no point, or
        several, go into the quarantine with the nearest names.
    """
    for sorting in known:
        sorting.table = sorting.table.copy()
    points = _list_points(known, districts)
    joined = {}
    for sorting in tables:
        matches = [_match(row, points, districts) for row in sorting.table.itertuples()]
        is_lost = np.array([match is None for match in matches], dtype=bool)
        names = sorting.table["name"]
        params = {
            "name": ["–" if pd.isna(name) else name for name in names[is_lost]],
            "candidates": [_name_candidates(name, points) for name in names[is_lost]],
        }
        sorting.set_aside("point_unmatched", is_lost, params=params)
        found = [match for match in matches if match is not None]
        for (number, row), (_, source) in zip(found, sorting.table.iterrows(), strict=True):
            _take_over(known[number], row, source)
        joined[sorting.layer] = len(found)
        if found:
            sorting.issues.append(make_issues("points_joined", layer=sorting.layer, params={"count": len(found)}))
        sorting.table = sorting.table.iloc[:0]
    return joined


def _list_points(known: list[Sorting], districts: Any) -> pd.DataFrame:
    """List all known points: the number of their layer, row, name, network, and the district that they lie in."""
    parts = []
    for number, sorting in enumerate(known):
        table = sorting.table
        codes = np.full(len(table), None, dtype=object)
        if districts is not None and len(table):
            found = shapely.STRtree(np.asarray(districts.geometry.array)).query(sorting.shapes, predicate="within")
            codes[found[0]] = districts["district_code"].to_numpy()[found[1]]
        keys = [None if pd.isna(name) else name_key(name) for name in table["name"]]
        parts.append(
            pd.DataFrame(
                {"layer": number, "row": np.asarray(table.index), "name": table["name"].to_numpy(), "key": keys,
                 "network": table["network"].to_numpy(), "district": codes}
            )
        )  # fmt: skip
    columns = ["layer", "row", "name", "key", "network", "district"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _match(row: Any, points: pd.DataFrame, districts: Any) -> tuple[int, int] | None:
    if pd.isna(row.name) or points.empty:
        return None
    fitting = points[(points["key"] == name_key(row.name)) & (points["network"] == row.network)]
    district = _find_district(getattr(row, "district", None), districts)
    if district is not None:
        fitting = fitting[fitting["district"] == district]
    if len(fitting) != 1:
        return None
    return int(fitting["layer"].iloc[0]), int(fitting["row"].iloc[0])


def _find_district(text: Any, districts: Any) -> str | None:
    """Find the code of a district given by code or by name; None where it is not given or not known."""
    if districts is None or not isinstance(text, str):
        return None
    wanted = _district_key(text)
    for district in districts.itertuples():
        names = (district.district_code, district.name_ru, district.name_kk, district.name_en)
        if any(isinstance(name, str) and _district_key(name) == wanted for name in names):
            return str(district.district_code)
    return None


def _district_key(name: str) -> str:
    return re.sub(
        r"\b(район|р-н|ауданы|аудан|district|г|город|қаласы)\b|[.\s]", "", name.casefold().replace("ё", "е")
    )


def _name_candidates(name: Any, points: pd.DataFrame) -> str:
    if pd.isna(name):
        return "–"
    known = {
        key: str(shown) for key, shown in zip(points["key"], points["name"], strict=True) if isinstance(key, str)
    }
    near = difflib.get_close_matches(name_key(name), known, n=_CANDIDATES, cutoff=0.4)
    return ", ".join(known[key] for key in near) or "–"


def _take_over(sorting: Sorting, row: int, source: Any) -> None:
    for column in JOINED_COLUMNS:
        if pd.notna(source[column]):
            sorting.table.loc[row, column] = source[column]
