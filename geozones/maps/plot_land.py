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
from geozones.tables import CONTRACTS, RegionTables

ANSWER_LETTERS = {"block": "b", "warn": "w", "unknown": "u"}
"""Answers of findings that a card lists; what passes is only counted."""

HOUSING = "sanitary.housing"
"""The finding on housing has a row of its own on the card: the hazard classes."""

STOPPING = ("forbid", "calculation")

Columns = dict[str, Any]


class RuleWords:
    """What pages say of each rule, or of a check that several rules answer, worked out once."""

    def __init__(self, rules: Rules) -> None:
        self._by_id: dict[str, list[Rule]] = {}
        for rule in rules.rows:
            for name in {rule.id, rule.check} - {""}:
                self._by_id.setdefault(name, []).append(rule)
        self._networks = {check.id: check.network for check in find_checks(rules)}
        self._known: dict[str, Columns] = {}

    def of(self, rule_id: str) -> Columns:
        """Describe a rule: `label`, `cite`, `read` (text of the rule was read), `network`, `stops`."""
        if rule_id not in self._known:
            self._known[rule_id] = self._describe(rule_id)
        return self._known[rule_id]

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


class RuleBook:
    """The rules that a page speaks of, each once, numbered in the order of their use."""

    def __init__(self, rules: RuleWords) -> None:
        self._rules = rules
        self._places: dict[str, int] = {}

    def place(self, rule_id: str) -> int:
        """Return the number of a rule, or of a check that several rules answer."""
        return self._places.setdefault(rule_id, len(self._places))

    def words(self) -> list[Columns]:
        """Describe the rules in order (`RuleWords.of`)."""
        return [self._rules.of(rule_id) for rule_id in self._places]


def _without_class(rule: Rule) -> Rule:
    return Rule(**{**vars(rule), "class_name": ""})


class ObjectNames:
    """Names of the objects of all layers, looked up as pages ask for them."""

    def __init__(self, tables: RegionTables) -> None:
        self._tables = tables
        self._rows: dict[str, dict[str, int]] = {}
        self._known: dict[tuple[str, str], Any] = {}

    def of(self, role: str, key: str) -> Any:
        """Give the name of an object: one text, or one a language; its key where there is no such object."""
        if (role, key) not in self._known:
            self._known[role, key] = self._read(role, key)
        return self._known[role, key]

    def _read(self, role: str, key: str) -> Any:
        table: Any = self._tables.of(role)
        if table is None:
            return key
        if role not in self._rows:
            self._rows[role] = {
                name: row for row, name in enumerate(map(str, table[CONTRACTS[role].key].tolist()))
            }
        row = self._rows[role].get(key)
        return key if row is None else _name_of(table, row, key)


def _name_of(table: Any, row: int, key: str) -> Any:
    if "name_ru" in table:
        columns = [name for name in table.columns if str(name).startswith("name_")]
        return names({str(name): table[name].iat[row] for name in columns} | {"key": key}, "key").as_json()
    column = "name" if "name" in table else "number" if "number" in table else None
    return short((text_or_none(table[column].iat[row]) if column else None) or key)


class FeatureNames:
    """The objects that a page names, each once, numbered in the order of their use."""

    def __init__(self, named: ObjectNames) -> None:
        self._names = named
        self._places: dict[tuple[str, str], int] = {}

    def place(self, layer: Any, feature: Any) -> int | None:
        """Return the number of an object; None where no object decides."""
        role, key = text_or_none(layer), text_or_none(feature)
        if role is None or key is None:
            return None
        return self._places.setdefault((role, key), len(self._places))

    def words(self) -> list[Any]:
        """Give the names in order: one text, or one a language."""
        return [self._names.of(role, key) for role, key in self._places]


class PlotLand:
    """What may be built on each plot and why, from which each page takes its plots.

    Parameters
    ----------
    content
        What the pages show. Without findings (for the public) there is nothing to tell.

    Attributes
    ----------
    rules, objects
        Words of the rules (None for the public) and names of the objects, for all that speaks of them.
    """

    def __init__(self, content: PageContent) -> None:
        self._content = content
        self.rules = None if content.rules is None else RuleWords(content.rules)
        self.objects = ObjectNames(content.tables)
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
        if self.rules is None or content.findings is None or content.usable is None:
            return None
        book, features = RuleBook(self.rules), FeatureNames(self.objects)
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
