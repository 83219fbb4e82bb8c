"""The issues table: making rows of it, joining them, putting their messages in a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geozones.checks.rules import RULES_BY_ID
from geozones.config import Severity
from geozones.errors import Message
from geozones.i18n import translate

ISSUE_COLUMNS = (
    "layer", "feature_key", "row", "rule", "severity", "message", "action",
    "area_before_ha", "area_after_ha", "geometry",
)  # fmt: skip
_DTYPES = {
    "layer": "str", "feature_key": "str", "row": "Int64", "rule": "str", "severity": "str", "message": "object",
    "action": "str", "area_before_ha": "float64", "area_after_ha": "float64",
}  # fmt: skip


def no_issues(crs: Any = None) -> gpd.GeoDataFrame:
    """Make an issues table without rows."""
    return _make_empty(crs).copy()


@cache
def _make_empty(crs: Any) -> gpd.GeoDataFrame:
    columns = {name: pd.Series(dtype=dtype) for name, dtype in _DTYPES.items()}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=crs), crs=crs)


def make_issues(
    rule: str,
    *,
    layer: str,
    rows: pd.Index | Sequence[int] | None = None,
    keys: Sequence[Any] | pd.Series | None = None,
    params: Mapping[str, Any] | None = None,
    geometry: Any = None,
    crs: Any = None,
    action: str = "none",
    severity: Severity | np.ndarray | None = None,
    area_before_ha: Any = np.nan,
    area_after_ha: Any = np.nan,
) -> gpd.GeoDataFrame:
    """Make the rows that one rule adds to the issues table.

    Parameters
    ----------
    rule
        Id of a rule in `ISSUE_RULES`.
    rows
        Source row numbers, one an issue; None where there are none: one issue a key, or one about the layer as a
        whole.
    keys, geometry
        Keys and shapes of the features, in the order of `rows`.
    params
        Fields of the rule's sentence: scalars, or one value an issue.
    severity
        In place of the rule's own one: one for all, or one an issue.

    Returns
    -------
    GeoDataFrame
        The columns of the issues contract; `message` holds `errors.Message`.
    """
    entry = RULES_BY_ID[rule]
    each = rows if rows is not None else keys
    count = 1 if each is None else len(each)
    index = pd.RangeIndex(count)
    shapes = np.full(count, None, dtype=object) if geometry is None else np.asarray(geometry, dtype=object)
    columns = {
        "layer": pd.Series(layer, index=index, dtype="str"),
        "feature_key": pd.Series(None if keys is None else list(keys), index=index, dtype="str"),
        "row": pd.Series(pd.NA if rows is None else np.asarray(rows), index=index, dtype="Int64"),
        "rule": pd.Series(rule, index=index, dtype="str"),
        "severity": pd.Series(entry.severity if severity is None else severity, index=index, dtype="str"),
        "message": pd.Series(_messages(entry.template, params or {}, count), index=index, dtype="object"),
        "action": pd.Series(action, index=index, dtype="str"),
        "area_before_ha": pd.Series(area_before_ha, index=index, dtype="float64"),
        "area_after_ha": pd.Series(area_after_ha, index=index, dtype="float64"),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, index=index, crs=crs), crs=crs)


def _messages(template: str, params: Mapping[str, Any], count: int) -> np.ndarray:
    fields = {
        name: value if isinstance(value, (list, np.ndarray, pd.Series)) else [value] * count
        for name, value in params.items()
    }
    messages = np.empty(count, dtype=object)
    if not fields:
        messages[:] = Message(template)
        return messages
    for position, values in enumerate(zip(*fields.values(), strict=True)):
        messages[position] = Message(template, dict(zip(fields, values, strict=True)))
    return messages


def join_issues(parts: Sequence[gpd.GeoDataFrame], *, crs: Any = None) -> gpd.GeoDataFrame:
    """Join issues tables into one, ordered by layer, row, rule and feature key, with a fresh index.

    Shapes of parts with another CRS than `crs` are dropped, never mixed.
    """
    filled = [part if crs is None or part.crs == crs else _with_crs(part, crs) for part in parts if len(part)]
    if not filled:
        return no_issues(crs)
    joined = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]
    joined = joined.sort_values(["layer", "row", "rule", "feature_key"], kind="stable", na_position="first")
    return gpd.GeoDataFrame(joined.reset_index(drop=True), geometry="geometry", crs=crs)


def _with_crs(part: gpd.GeoDataFrame, crs: Any) -> gpd.GeoDataFrame:
    shapes = np.asarray(part.geometry.array)
    if part.crs is not None or shapely.is_missing(shapes).all():
        shapes = np.full(len(part), None, dtype=object)
    return part.set_geometry(gpd.GeoSeries(shapes, index=part.index, crs=crs))


def render_messages(issues: gpd.GeoDataFrame, language: str) -> gpd.GeoDataFrame:
    """Put the messages of an issues table into a language; every other column stays."""
    written = [render_message(message, language) for message in issues["message"]]
    return issues.assign(message=pd.Series(written, index=issues.index, dtype="str"))


def render_message(message: Message, language: str) -> str:
    """Write a message in a language; a field that is itself a message is translated too."""
    fields = {
        name: render_message(value, language) if isinstance(value, Message) else value
        for name, value in message.params.items()
    }
    return translate(message.template, language, **fields)
