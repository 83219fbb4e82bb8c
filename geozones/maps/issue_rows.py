"""The issues as pages take them: grouped by rule, the worst first, with texts, places and links of each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.checks import RULES_BY_ID
from geozones.checks.issues import render_message
from geozones.errors import Message
from geozones.maps.atlas import Atlas
from geozones.maps.content import PageContent
from geozones.maps.provenance import layer_name
from geozones.maps.shapes import encode_lines, encode_points, encode_polygons, to_degrees
from geozones.maps.stems import file_stem
from geozones.maps.words import Words, each_language, same, short, t, text_or_none

SEVERITY_ORDER = ("error", "warning", "info")
MOST_ROWS = 4_000
"""As many issues stand on the page, of every rule its first ones; all of them are in `data/issues.csv`."""

MOST_OUTLINES = 1_000
"""Of as many issues on the page the shape is drawn; of all of them the place is marked."""


@dataclass(frozen=True)
class IssueGroup:
    """All issues of one rule: words for the page, the worst severity, how many there are and stand on the page."""

    rule: str
    title: Words
    cause: Words | None
    cure: Words | None
    severity: str
    count: int
    shown: int


def group_issues(issues: pd.DataFrame) -> list[IssueGroup]:
    """Group issues by rule, the worst first."""
    return choose_rows(issues)[0]


def choose_rows(issues: pd.DataFrame) -> tuple[list[IssueGroup], NDArray[np.intp]]:
    """Group issues by rule, the worst first, and choose those that stand on the page.

    Returns
    -------
    tuple
        The groups, and the rows of their issues in the order of the groups. Where there are too many, every rule
        keeps about as many as any other.
    """
    order = issues["severity"].map(list(SEVERITY_ORDER).index).to_numpy(dtype=int)
    places = {str(rule): np.asarray(rows) for rule, rows in issues.groupby("rule", sort=True).indices.items()}
    ranked = sorted(places, key=lambda rule: (order[places[rule]].min(), -len(places[rule]), rule))
    limit = _fair_limit([len(places[rule]) for rule in ranked], MOST_ROWS)
    groups, chosen = [], [np.array([], dtype=np.intp)]
    for rule in ranked:
        rows = places[rule]
        rows = rows[np.argsort(order[rows], kind="stable")][:limit]
        severity = SEVERITY_ORDER[order[places[rule]].min()]
        groups.append(_group(rule, severity, count=len(places[rule]), shown=len(rows)))
        chosen.append(rows)
    return groups, np.concatenate(chosen)


def _fair_limit(counts: list[int], room: int) -> int:
    """Find the largest number a rule so that all rules together fit into the room."""
    limit, left = 0, room
    for place, count in enumerate(sorted(counts)):
        share = left // (len(counts) - place)
        if count > share:
            return max(share, 1)
        limit, left = count, left - count
    return max(limit, 1)


def _group(rule: str, severity: str, *, count: int, shown: int) -> IssueGroup:
    known = RULES_BY_ID.get(rule)
    if known is None:
        return IssueGroup(rule, same(rule), None, None, severity, count, shown)
    return IssueGroup(rule, t(known.title), t(known.cause), t(known.cure), severity, count, shown)


def issue_data(atlas: Atlas, groups: list[IssueGroup], rows: NDArray[np.intp]) -> dict[str, Any]:
    """Give the issues for the script: texts once, and a row of short cells an issue."""
    content = atlas.content
    issues = content.issues.iloc[rows]
    texts = _Texts()
    layers = sorted({str(key) for key in issues["layer"].dropna()})
    roles = {source.key: source.role for source in content.sources.values()}
    links = _links(atlas, issues["feature_key"])
    groups_of = np.repeat(np.arange(len(groups)), [group.shown for group in groups])
    at, shapes = _places(issues, content)
    data = []
    for place, row in enumerate(issues.drop(columns="geometry").to_dict("records")):
        layer, key = text_or_none(row["layer"]) or "", text_or_none(row["feature_key"]) or ""
        message = row["message"]
        cells = [
            int(groups_of[place]),
            SEVERITY_ORDER.index(row["severity"]),
            layers.index(layer) if layer in layers else -1,
            short(key),
            None if pd.isna(row["row"]) else int(row["row"]),
            *texts.add(message),
            at[place],
            shapes[place],
            links.get((roles.get(layer, layer), key), 0),
            {"none": 0, "repaired": 1, "quarantined": 2}.get(str(row["action"]), 0),
        ]
        data.append(cells)
    return {
        "rules": [_rule_data(group) for group in groups],
        "layers": [layer_name(key, roles.get(key, key)).as_json() for key in layers],
        "texts": texts.written,
        "rows": data,
    }


def _rule_data(group: IssueGroup) -> dict[str, Any]:
    why = {"cause": group.cause, "cure": group.cure}
    return {
        "title": group.title.as_json(),
        "severity": SEVERITY_ORDER.index(group.severity),
        "count": group.count,
        **{name: words.as_json() if words is not None else "" for name, words in why.items()},
    }


class _Texts:
    """Templates of sentences in every language, each once; an issue names its template and fills the fields in."""

    def __init__(self) -> None:
        self.written: list[Any] = []
        self._places: dict[str, int] = {}

    def add(self, message: Any) -> tuple[int, dict[str, Any]]:
        """Return the place of a message's template, and the fields to be filled in."""
        if not isinstance(message, Message):
            return self._place(str(message), as_it_is=True), {}
        fields = {name: self._field(value) for name, value in message.params.items()}
        return self._place(message.template), fields

    def _field(self, value: Any) -> Any:
        if isinstance(value, Message):
            return message_words(value).as_json()
        return short(str(value))

    def _place(self, text: str, *, as_it_is: bool = False) -> int:
        if text not in self._places:
            self._places[text] = len(self.written)
            self.written.append(text if as_it_is else t(text).as_json())
        return self._places[text]


def _links(atlas: Atlas, keys: pd.Series) -> dict[tuple[str, str], str]:
    """Give the address of the page of each zone, and of each plot with one of the keys, by role and key."""
    stems = [file_stem(str(zone["zone_id"])) for zone in atlas.zones]
    links = {("zones", str(zone["zone_id"])): stem for zone, stem in zip(atlas.zones, stems, strict=True)}
    plots = atlas.plots
    has_issue = atlas.content.tables.plots["plot_id"].isin(keys.dropna().unique()).to_numpy()
    for row in atlas.shown[has_issue[atlas.shown]]:
        if plots["zone"][row] >= 0:
            links["plots", str(plots["id"][row])] = stems[plots["zone"][row]]
    return links


def _places(issues: Any, content: PageContent) -> tuple[list[Any], list[Any]]:
    """Give the place of each issue (lon, lat) and, of the first ones, its shape; 0 where it has none."""
    at: list[Any] = [0] * len(issues)
    outlines: list[Any] = [0] * len(issues)
    if not hasattr(issues, "geometry") or issues.crs is None:
        return at, outlines
    shapes = np.asarray(issues.geometry.array, dtype=object)
    there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    there = there[np.isfinite(shapely.bounds(shapes[there])).all(axis=1)] if len(there) else there
    points = encode_points(to_degrees(shapely.centroid(shapes[there]), issues.crs)) if len(there) else []
    for place, point in zip(there, points, strict=True):
        at[place] = point
    drawn = there[np.isin(shapely.get_dimensions(shapes[there]), (1, 2))][:MOST_OUTLINES]
    if len(drawn):
        boxes = shapely.bounds(shapes[drawn])
        reach = np.maximum(2.0, np.hypot(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) / 400)
        simple = to_degrees(shapely.simplify(shapes[drawn], reach), issues.crs)
        polygons, lines = encode_polygons(simple), encode_lines(simple)
        for place, polygon, line in zip(drawn, polygons, lines, strict=True):
            outlines[place] = [polygon, line]
    return at, outlines


def message_words(message: Any) -> Words:
    """Write a message of an issue in every language; one that is already a text stays as it is."""
    if isinstance(message, Message):
        return each_language(lambda language: render_message(message, language))
    return same(str(message))
