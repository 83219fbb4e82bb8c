"""What the rules say of each plot, as columns for its card: what is cut off and why, what else was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.maps.content import PageContent
from geozones.maps.shapes import encode_polygons, to_degrees
from geozones.maps.words import each_language, names, short, text_or_none
from geozones.restrictions import find_checks
from geozones.rules import Rule, Rules, cite, label
from geozones.tables import CONTRACTS, FINDING_ORDER, RegionTables, Runs

ANSWER_LETTERS = {"block": "b", "warn": "w", "unknown": "u"}
"""Answers of findings that a card lists; what passes is only counted."""

HOUSING = "sanitary.housing"
"""The finding on housing has a row of its own on the card: the hazard classes."""

_FOUND = (FINDING_ORDER, "rule_id", "answer", "reason", "measure", "unit", "feature_layer", "feature_id", "share")
_PIECES = ("rule_id", "feature_layer", "feature_id", "cut_m2", "counted", "geometry")

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

    def open(self, *used: list[tuple[int, str]]) -> None:
        """Number rules in the order of their checks, given the place of each."""
        for _, rule_id in sorted(set().union(*used)):
            self.place(rule_id)

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
        self._cut, pieces = None, content.cut_pieces
        findings = content.findings
        if findings is None:
            return
        count = len(findings.likes)
        self._own = _Said(findings.own, findings.places_of(findings.own), count)
        self._shared = _Said(findings.shared, findings.places_of(findings.shared), count)
        self._likes = findings.like_places
        if pieces is not None:
            place = findings.places_of(pd.DataFrame({"subject_id": pieces["plot_id"].astype("str")}))
            self._cut = _RowsOfPlots(pieces, place, count, _PIECES)
            self._outlines = lambda shapes: encode_polygons(to_degrees(shapes, pieces.crs))

    def of(self, rows: NDArray[np.intp]) -> Columns | None:
        """Describe what the rules say of some plots.

        Returns
        -------
        `rules` (in the order of their checks), `features` (words, each once) and columns with a value a plot:
        `whole`, `usable`, `beyond`, `largest`, `narrowest`, `pieces` (square metres and metres; `beyond` is null
        where no minimum distance was applied) · `cuts` (rule, feature, square metres, whether counted, outline) ·
        `found` (of the plot alone: rule, letter of the answer, why unknown, measure, whether it is an area,
        feature, per cent) · `like` (place in `shared`, lists of what is found alike of many plots) · `passed` (how
        many checks found nothing) · `housing` (metres and feature). None for the public.
        """
        content = self._content
        if self.rules is None or content.findings is None or content.usable is None:
            return None
        book, features = RuleBook(self.rules), FeatureNames(self.objects)
        like, likes = pd.factorize(self._likes[rows])
        book.open(self._own.orders(rows), self._shared.orders(likes))
        cuts: list[list[Any]] = [[] for _ in rows]
        if self._cut is not None:
            cuts = self._cut.list_by_plot(rows, lambda cut: _cuts(cut, self._outlines, book, features))
        housing = self._own.housing.list_by_plot(rows, lambda near: _housing(near, features))
        listed = {
            "cuts": cuts,
            "found": self._own.found.list_by_plot(rows, lambda found: _found(found, book, features)),
            "shared": self._shared.found.list_by_plot(likes, lambda found: _found(found, book, features)),
            "like": like.tolist(),
            "passed": (self._own.passed[rows] + self._shared.passed[likes][like]).tolist(),
            "housing": [each[0] if each else None for each in housing],
        }
        return {
            **_numbers(content.usable.iloc[rows]),
            **listed,
            "rules": book.words(),
            "features": features.words(),
        }


class _Said:
    """Findings about plots, apart: what is found, the distance to housing, and how many checks pass."""

    def __init__(self, about: pd.DataFrame, place: NDArray[np.intp], count: int) -> None:
        is_housing, passes = (about["check"] == HOUSING).to_numpy(), (about["answer"] == "pass").to_numpy()
        near = is_housing & about["measure"].notna().to_numpy()
        self.found = _RowsOfPlots(about, place, count, _FOUND, where=~passes & ~is_housing)
        self.housing = _RowsOfPlots(about, place, count, _FOUND, where=near)
        self.passed = np.bincount(place[passes & (place >= 0)], minlength=count)

    def orders(self, plots: NDArray[np.intp]) -> list[tuple[int, str]]:
        """List the rules that are found at some plots, each with the place of its check, each once."""
        rows = self.found.rows_of(plots)
        pairs = zip(rows[FINDING_ORDER].tolist(), rows["rule_id"], strict=True)
        return sorted(dict.fromkeys(pairs))


class _RowsOfPlots:
    """Rows about plots, found by plot: numbers and shapes as they are, every different text once."""

    def __init__(
        self,
        table: Any,
        place: NDArray[np.intp],
        count: int,
        columns: tuple[str, ...],
        *,
        where: Any = True,
    ) -> None:
        self._runs = Runs.of(place, count, where)
        self._columns: dict[str, Any] = {}
        self._texts: dict[str, list[Any]] = {}
        for name in columns:
            values = table[name]
            if values.dtype == "str":
                self._columns[name], different = pd.factorize(values)
                self._texts[name] = [*different.tolist(), None]
            else:
                self._columns[name] = np.asarray(values.array)

    def rows_of(self, plots: NDArray[np.intp]) -> dict[str, Any]:
        """Give the columns of the rows about some plots."""
        rows, _ = self._runs.take(plots)
        return {name: self._values(name, rows) for name in self._columns}

    def list_by_plot(
        self, plots: NDArray[np.intp], list_rows: Callable[[dict[str, Any]], list[Any]]
    ) -> list[list[Any]]:
        """List the rows about some plots, in their order, and give each plot its own."""
        rows, counts = self._runs.take(plots)
        listed = list_rows({name: self._values(name, rows) for name in self._columns})
        ends = np.cumsum(counts).tolist()
        return [listed[end - count : end] for end, count in zip(ends, counts.tolist(), strict=True)]

    def _values(self, name: str, rows: NDArray[np.intp]) -> Any:
        values = self._columns[name][rows]
        texts = self._texts.get(name)
        return values if texts is None else [texts[code] for code in values.tolist()]


def _numbers(usable: pd.DataFrame) -> Columns:
    columns = {
        "whole": "whole_m2",
        "usable": "usable_m2",
        "beyond": "usable_beyond_distances_m2",
        "largest": "largest_m2",
        "narrowest": "narrowest_m",
        "pieces": "pieces",
    }
    return {
        name: _rounded(usable[source].to_numpy("float64", na_value=np.nan)) for name, source in columns.items()
    }


def _rounded(numbers: Any) -> list[int | None]:
    return [None if number != number else int(number) for number in np.rint(numbers).tolist()]


def _cuts(
    pieces: dict[str, Any], encode: Callable[[Any], list[Any]], book: RuleBook, features: FeatureNames
) -> list[Any]:
    columns = (
        [book.place(rule) for rule in pieces["rule_id"]],
        _place_features(pieces, features),
        [round(area) for area in pieces["cut_m2"].tolist()],
        [int(counted) for counted in pieces["counted"].tolist()],
        encode(pieces["geometry"]),
    )
    return list(map(list, zip(*columns, strict=True)))


def _found(findings: dict[str, Any], book: RuleBook, features: FeatureNames) -> list[Any]:
    columns = (
        [book.place(rule) for rule in findings["rule_id"]],
        [ANSWER_LETTERS[answer] for answer in findings["answer"]],
        [text_or_none(reason) or "" for reason in findings["reason"]],
        _rounded(findings["measure"]),
        [int(unit == "m²") for unit in findings["unit"]],
        _place_features(findings, features),
        [None if share is None else max(share, 1) for share in _rounded(100 * findings["share"])],
    )
    return list(map(list, zip(*columns, strict=True)))


def _housing(findings: dict[str, Any], features: FeatureNames) -> list[Any]:
    measures = _rounded(findings["measure"])
    return list(map(list, zip(measures, _place_features(findings, features), strict=True)))


def _place_features(rows: dict[str, Any], features: FeatureNames) -> list[int | None]:
    pairs = zip(rows["feature_layer"], rows["feature_id"], strict=True)
    return [features.place(layer, key) for layer, key in pairs]
