"""What the rules say of each plot, as columns for its card: what is cut off and why, what else was found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.maps.content import PageContent
from geozones.maps.shapes import encode_polygons, to_degrees
from geozones.maps.words import each_language, names, short, text_or_none
from geozones.restrictions import find_checks
from geozones.rules import Rule, Rules, cite, label
from geozones.tables import CONTRACTS

ANSWER_LETTERS = {"block": "b", "warn": "w", "unknown": "u"}
"""Answers of findings that a card lists; what passes is only counted."""

HOUSING = "sanitary.housing"
"""The finding on housing has a row of its own on the card: the hazard classes."""

STOPPING = ("forbid", "calculation")

Columns = dict[str, Any]


class RuleBook:
    """Words of the rules that a page speaks of, each once, numbered in the order of their use."""

    def __init__(self, rules: Rules) -> None:
        self._by_id: dict[str, list[Rule]] = {}
        for rule in rules.rows:
            for name in {rule.id, rule.check} - {""}:
                self._by_id.setdefault(name, []).append(rule)
        self._networks = {check.id: check.network for check in find_checks(rules)}
        self._places: dict[str, int] = {}

    def place(self, rule_id: str) -> int:
        """Return the number of a rule, or of a check that several rules answer."""
        return self._places.setdefault(rule_id, len(self._places))

    def words(self) -> list[Columns]:
        """Describe the rules in order: `label`, `cite`, `read` (text of the rule was read), `network`, `stops`."""
        return [self._describe(rule_id) for rule_id in self._places]

    def _describe(self, rule_id: str) -> Columns:
        rules = self._by_id[rule_id]
        first = rules[0]
        is_one = len(rules) == 1 or first.id == rule_id
        said = each_language(lambda language: label(first if is_one else _without_class(first), language))
        bases = each_language(lambda language: "; ".join(dict.fromkeys(cite(rule, language) for rule in rules)))
        return {
            "label": said.as_json(),
            "cite": (each_language(lambda language: cite(first, language)) if is_one else bases).as_json(),
            "read": int(first.verified if is_one else all(rule.verified for rule in rules)),
            "network": self._networks.get(first.check, ""),
            "stops": int(first.effect in STOPPING),
        }


def _without_class(rule: Rule) -> Rule:
    return Rule(**{**vars(rule), "class_name": ""})


class FeatureNames:
    """Names of the objects that decide, each once, numbered in the order of their use."""

    def __init__(self, content: PageContent) -> None:
        self._content = content
        self._known: dict[str, dict[str, Any]] = {}
        self._places: dict[tuple[str, str], int] = {}

    def place(self, layer: Any, feature: Any) -> int | None:
        """Return the number of an object; None where no object decides."""
        role, key = text_or_none(layer), text_or_none(feature)
        if role is None or key is None:
            return None
        return self._places.setdefault((role, key), len(self._places))

    def words(self) -> list[Any]:
        """Give the names in order: one text, or one a language."""
        return [self._of_layer(role).get(key, key) for role, key in self._places]

    def _of_layer(self, role: str) -> dict[str, Any]:
        if role not in self._known:
            table: Any = self._content.tables.of(role)
            self._known[role] = {} if table is None else _names_of(table, CONTRACTS[role].key)
        return self._known[role]


def _names_of(table: Any, key: str) -> dict[str, Any]:
    rows = pd.DataFrame(table.drop(columns="geometry")).to_dict("records")
    if "name_ru" in table:
        return {str(row[key]): names({str(name): row[name] for name in row}, key).as_json() for row in rows}
    column = "name" if "name" in table else "number" if "number" in table else key
    return {str(row[key]): short(text_or_none(row[column]) or str(row[key])) for row in rows}


class PlotLand:
    """What may be built on each plot and why, from which each page takes its plots.

    Parameters
    ----------
    content
        What the pages show. Without findings (for the public) there is nothing to tell.
    """

    def __init__(self, content: PageContent) -> None:
        self._content = content
        self._ids = content.tables.plots["plot_id"].astype("str").to_numpy(dtype=object)
        self._found: dict[str, list[dict[str, Any]]] = {}
        self._passed: dict[Any, int] = {}
        self._housing: dict[str, dict[str, Any]] = {}
        if content.findings is not None:
            self._read_findings(content.findings[content.findings["subject"] == "plot"])
        pieces = content.cut_pieces
        self._pieces = {} if pieces is None else _group(_with_outlines(pieces), "plot_id")

    def _read_findings(self, findings: pd.DataFrame) -> None:
        is_housing, passes = findings["check"] == HOUSING, findings["answer"] == "pass"
        self._found = _group(findings[~passes & ~is_housing], "subject_id")
        self._passed = findings.loc[passes, "subject_id"].value_counts().to_dict()
        near = findings[is_housing & findings["measure"].notna()]
        self._housing = {key: rows[0] for key, rows in _group(near, "subject_id").items()}

    def of(self, rows: NDArray[np.intp]) -> Columns | None:
        """Describe what the rules say of some plots.

        Returns
        -------
        `rules`, `features` (words, each once) and columns with a value a plot: `whole`, `usable`, `beyond`,
        `largest`, `narrowest`, `pieces` (square metres and metres; `beyond` is null where no minimum distance was
        applied) · `cuts` (rule, feature, square metres, whether counted, outline) · `found` (rule, letter of the
        answer, why unknown, measure, whether it is an area, feature, per cent) · `passed` (how many checks found
        nothing) · `housing` (metres and feature). None for the public.
        """
        content = self._content
        if content.rules is None or content.findings is None or content.usable is None:
            return None
        book, features = RuleBook(content.rules), FeatureNames(content)
        listed: Columns = {"cuts": [], "found": [], "passed": [], "housing": []}
        for plot_id in self._ids[rows]:
            found = self._found.get(plot_id, [])
            listed["cuts"].append([_cut(row, book, features) for row in self._pieces.get(plot_id, [])])
            listed["found"].append([_finding(row, book, features) for row in found])
            listed["passed"].append(int(self._passed.get(plot_id, 0)))
            listed["housing"].append(_housing(self._housing.get(plot_id), features))
        return {
            **_numbers(content.usable.iloc[rows]),
            **listed,
            "rules": book.words(),
            "features": features.words(),
        }


def _group(table: Any, key: str) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in pd.DataFrame(table).to_dict("records"):
        groups.setdefault(str(row[key]), []).append({str(name): value for name, value in row.items()})
    return groups


def _with_outlines(pieces: Any) -> pd.DataFrame:
    outlines = encode_polygons(to_degrees(pieces.geometry.array, pieces.crs))
    return pd.DataFrame(pieces.drop(columns="geometry")).assign(outline=pd.Series(outlines, index=pieces.index))


def _numbers(usable: pd.DataFrame) -> Columns:
    columns = {
        "whole": "whole_m2",
        "usable": "usable_m2",
        "beyond": "usable_beyond_distances_m2",
        "largest": "largest_m2",
        "narrowest": "narrowest_m",
        "pieces": "pieces",
    }
    return {name: _rounded(usable[source]) for name, source in columns.items()}


def _rounded(values: Iterable[Any]) -> list[int | None]:
    return [None if pd.isna(value) else round(float(value)) for value in values]


def _cut(row: dict[str, Any], book: RuleBook, features: FeatureNames) -> list[Any]:
    feature = features.place(row["feature_layer"], row["feature_id"])
    return [book.place(row["rule_id"]), feature, round(row["cut_m2"]), int(row["counted"]), row["outline"]]


def _finding(row: dict[str, Any], book: RuleBook, features: FeatureNames) -> list[Any]:
    measure = None if pd.isna(row["measure"]) else round(row["measure"])
    share = None if pd.isna(row["share"]) else max(round(100 * row["share"]), 1)
    feature = features.place(row["feature_layer"], row["feature_id"])
    letter, reason = ANSWER_LETTERS[row["answer"]], text_or_none(row["reason"]) or ""
    return [book.place(row["rule_id"]), letter, reason, measure, int(row["unit"] == "m²"), feature, share]


def _housing(row: dict[str, Any] | None, features: FeatureNames) -> list[Any] | None:
    return (
        None if row is None else [round(row["measure"]), features.place(row["feature_layer"], row["feature_id"])]
    )
