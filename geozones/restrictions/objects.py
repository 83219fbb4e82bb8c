"""Which rule applies to which object of a layer, and how far it reaches there.

The rules of one check (say, the strips of overhead lines by voltage) share a question; what a layer says of an
object picks the rule. Where it does not say (no voltage, no category of the road) several rules may apply: then
the least of them surely does, and the answer is unknown as far as the widest reaches.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.config import NETWORKS
from geozones.restrictions.plane import Numbers, Shapes
from geozones.rules import REACHING_KINDS, Rule, Rules
from geozones.tables import CONTRACTS

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

AGRICULTURAL = "agricultural"
STANDING = ("existing", "building")
"""States of a line that count as there; planned ones and those of unknown state do not yet."""
NEVER = -np.inf
"""Reach of a rule of which no metres were found: it never surely reaches anything."""

_WORD = re.compile(r"\w+")
_NO_BOUNDS = {"from": -np.inf, "above": -np.inf, "below": np.inf, "up_to": np.inf}
_WORDED_COLUMNS = ("class", "name")
_MEASURED_COLUMN = "area_km2"
_FEW_OBJECTS = 32
"""Up to so many objects, telling kinds apart takes longer than asking of each."""
SQUARE_METRES_PER_SQUARE_KILOMETRE = 1e6


@dataclass(frozen=True)
class Check:
    """One question that rules answer about the objects of one layer, such as "strip of a power line".

    `land` says for plots on which land its rules are: "any", "agricultural" or "other".
    """

    id: str
    layer: str
    network: str
    kind: str
    effect: str
    land: str
    rules: tuple[Rule, ...]

    @property
    def forbids(self) -> bool:
        """Whether what the rules reach is cut off the usable land; else they set conditions."""
        return self.effect == "forbid"


def find_checks(rules: Rules) -> tuple[Check, ...]:
    """Group the applied rules in force by the question they answer, in their order.

    A check whose rules differ by the category of the land comes twice: for farm land and for other land.
    """
    by_check: dict[str, list[Rule]] = {}
    for rule in rules.of_kind(*REACHING_KINDS):
        if rule.is_applied:
            by_check.setdefault(rule.check, []).append(rule)
    return tuple(check for name, group in by_check.items() for check in _split_by_land(name, group))


def _split_by_land(name: str, group: list[Rule]) -> list[Check]:
    lands = [rule.details.get("land_category", "any") for rule in group]
    if set(lands) == {"any"}:
        return [_make_check(name, group, "any")]
    return [
        _make_check(name, [rule for rule, its in zip(group, lands, strict=True) if its in ("any", land)], land)
        for land in ("other", AGRICULTURAL)
        if land in lands or "any" in lands
    ]


def _make_check(name: str, rules: list[Rule], land: str) -> Check:
    first = rules[0]
    network = first.layer if first.layer in NETWORKS else first.details.get("applies", {}).get("network", "")
    return Check(name, first.layer, network, first.kind, first.effect, land, tuple(rules))


@dataclass(frozen=True)
class Obstacles:
    """Objects with the reach that a check gives them, an entry a check and object, in metres on the ground.

    `check` is the place of the check, `row` that of the object in its layer; `least_m` is what surely applies,
    `most_m` the widest that may, `least_rule` and `most_rule` say by which rule. `stands` is False for planned
    objects and those of unknown state, `planned` is True for planned ones.
    """

    check: Places
    row: Places
    shape: Shapes
    stands: Flags
    planned: Flags
    least_m: Numbers
    most_m: Numbers
    least_rule: NDArray[Any]
    most_rule: NDArray[Any]

    def where(self, kept: Flags) -> Obstacles:
        """Keep some of the entries."""
        return Obstacles(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class RuledObjects:
    """The objects of layers with their reach, found once for all that is asked about them.

    `layers` by role, those that are there; `obstacles` of all `checks` of `rules`.
    """

    rules: Rules
    checks: tuple[Check, ...]
    layers: Mapping[str, Any]
    obstacles: Obstacles

    @property
    def strips(self) -> Obstacles:
        """The entries of checks that forbid, and of distances that have to be computed."""
        wanted = np.array([check.forbids or check.kind == "distance" for check in self.checks], dtype=bool)
        return self.obstacles.where(wanted[self.obstacles.check])


def find_objects(layers: Mapping[str, Any], rules: Rules) -> RuledObjects:
    """Find what all rules in force reach around the objects of the layers; a layer that is None is absent."""
    checks = find_checks(rules)
    present = {check.layer: layers[check.layer] for check in checks if layers.get(check.layer) is not None}
    return RuledObjects(rules, checks, present, find_obstacles(checks, present, rules))


def find_obstacles(checks: Sequence[Check], layers: Mapping[str, Any], rules: Rules) -> Obstacles:
    """Find what the rules of some checks reach around the objects of the layers.

    Parameters
    ----------
    checks
        The questions; one whose layer is absent finds nothing.
    layers
        Layers by role; columns that the rules name and a layer lacks count as unknown. Cancelled objects are
        passed over.
    rules
        All rules in force, among them the offsets that say where a rule measures from.
    """
    offsets = rules.where(lambda rule: "offset_for" in rule.details)
    parts = [_no_obstacles()]
    facts = {
        name: (shapes_of(table), is_standing(table), _is_planned(table))
        for name, table in layers.items()
        if len(table)
    }
    for place, check in enumerate(checks):
        table = layers.get(check.layer)
        if table is None or not len(table):
            continue
        shapes, stands, planned = facts[check.layer]
        reach = find_reach(check, table, offsets)
        by_place = np.array([*check.rules, None], dtype=object)[:-1]
        parts.append(
            Obstacles(
                np.full(len(reach.row), place),
                reach.row,
                shapes[reach.row],
                stands[reach.row],
                planned[reach.row],
                reach.least_m,
                reach.most_m,
                by_place[reach.least_rule],
                by_place[reach.most_rule],
            )
        )
    return Obstacles(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Obstacles.__dataclass_fields__)
    )


def _no_obstacles() -> Obstacles:
    whole, number, thing = np.empty(0, dtype=np.int64), np.empty(0), np.empty(0, dtype=object)
    flag = np.empty(0, dtype=bool)
    return Obstacles(whole, whole, thing, flag, flag, number, number, thing, thing)


def is_standing(table: Any) -> Flags:
    """Tell which objects of a layer are there or being built; a layer without states has only such."""
    if "state" not in table.columns:
        return np.ones(len(table), dtype=bool)
    return np.asarray(table["state"].isin(STANDING) | table["state"].isna())


def _is_planned(table: Any) -> Flags:
    if "state" not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return np.asarray((table["state"] == "planned").to_numpy(dtype=bool, na_value=False))


def feature_names(layers: Mapping[str, Any], layer: NDArray[Any], row: Places) -> NDArray[Any]:
    """Return the ids of objects as text, by layer and row; the row labels where a layer has no id column."""
    names = np.full(len(row), None, dtype=object)
    for role in np.unique(layer.astype(str)):
        table, key = layers[role], CONTRACTS[role].key
        column = table[key] if key in table.columns else table.index.to_series()
        of_role = layer == role
        names[of_role] = column.iloc[row[of_role]].astype("str").to_numpy(dtype=object)
    return names


@dataclass(frozen=True)
class Reach:
    """How far the rules of a check reach around objects of its layer, in metres on the ground, an entry an object.

    `row` is the object's place in the layer; `least_m` what surely applies, `most_m` the widest that may;
    `least_rule` and `most_rule` are the places of their rules in the check.
    """

    row: Places
    least_m: Numbers
    most_m: Numbers
    least_rule: Places
    most_rule: Places


def find_reach(check: Check, table: Any, rules: Rules) -> Reach:
    """Find the rules of a check that apply to the objects of a layer.

    Parameters
    ----------
    check
        The question.
    table
        The layer of the check; columns that the rules name and it lacks count as unknown. Cancelled objects are
        passed over.
    rules
        All rules in force, among them the offsets that say where a rule measures from.
    """
    kinds, kind_of = _tell_apart(check, table, rules)
    applies = match_rules(check.rules, kinds)
    least, most = _metres(check.rules)
    extra_least, extra_most = np.zeros(applies.shape), np.zeros(applies.shape)
    for place, rule in enumerate(check.rules):
        extra_least[:, place], extra_most[:, place] = _find_offset(rule, kinds, rules)
    low = np.where(applies, least + extra_least, np.inf)
    high = np.where(applies, most + extra_most, -np.inf)
    is_asked: Flags = np.asarray(applies.any(axis=1))[kind_of]
    if "state" in table.columns:
        is_asked &= table["state"].to_numpy(dtype=object) != "cancelled"
    row = np.flatnonzero(is_asked)
    kind = kind_of[row]
    return Reach(
        row, low.min(axis=1)[kind], high.max(axis=1)[kind], low.argmin(axis=1)[kind], high.argmax(axis=1)[kind]
    )


def _tell_apart(check: Check, table: Any, rules: Rules) -> tuple[Any, Places]:
    """Find the kinds of objects that the rules of a check tell apart: a row of each, and the kind of every row."""
    offsets = [other for rule in check.rules for other in _offsets(rule.measured_from, rule.layer, rules)]
    asked = {column for rule in (*check.rules, *offsets) for column in rule.details.get("applies", {})}
    if any(rule.details.get("words") for rule in (*check.rules, *offsets)):
        asked |= set(_WORDED_COLUMNS)
    columns = [column for column in sorted(asked) if column in table.columns]
    if len(table) <= _FEW_OBJECTS or _MEASURED_COLUMN in asked.difference(columns):
        return table, np.arange(len(table))
    kind_of = np.zeros(len(table), dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(table[column], use_na_sentinel=False)
        kind_of = pd.factorize(kind_of * np.int64(max(len(values), 1)) + codes)[0]
    first = np.unique(kind_of, return_index=True)[1]
    return table.iloc[first], kind_of


def _metres(rules: Sequence[Rule]) -> tuple[Numbers, Numbers]:
    least = [NEVER if rule.value is None else rule.value for rule in rules]
    most = [rule.details.get("search_m", 0.0) if rule.value is None else rule.value for rule in rules]
    return np.array(least, dtype=float), np.array(most, dtype=float)


def _find_offset(rule: Rule, table: Any, rules: Rules) -> tuple[Numbers, Numbers]:
    """Find how far the place that a rule measures from lies off the stored objects: least and most."""
    offsets = _offsets(rule.measured_from, rule.layer, rules)
    if not offsets:
        return np.zeros(len(table)), np.zeros(len(table))
    applies = match_rules(offsets, table)
    metres = np.array([other.value or 0.0 for other in offsets])
    is_width = np.array([other.details.get("offset") == "width" for other in offsets])
    none = ~applies.any(axis=1)
    least = np.where(applies, np.where(is_width, metres, 0.0), np.inf).min(axis=1)
    most = np.where(applies, metres, -np.inf).max(axis=1)
    return np.where(none, 0.0, least), np.where(none, 0.0, most)


def _offsets(measured_from: str, layer: str, rules: Rules) -> list[Rule]:
    return [rule for rule in rules.rows if rule.details.get("offset_for") == measured_from and rule.layer == layer]


def find_uncertain_m(measured_from: str, layer: str, table: Any, rules: Rules) -> Numbers:
    """Find how far, at most, the place that rules measure from may lie off the stored objects of a layer."""
    offsets = _offsets(measured_from, layer, rules)
    if not offsets:
        return np.zeros(len(table))
    applies = match_rules(offsets, table)
    metres = np.array([other.value or 0.0 for other in offsets])
    return np.asarray(np.where(applies, metres, 0.0).max(axis=1))


def match_rules(rules: Sequence[Rule], table: Any) -> Flags:
    """Tell which of some rules may apply to which rows of a table: a row a feature, a column a rule.

    A column of the table that is missing, or silent, leaves the rules open that it would tell apart; so does a
    number outside the range of all of them. A word that none of them names closes them.
    """
    matches = np.ones((len(table), len(rules)), dtype=bool)
    for column in sorted({name for rule in rules for name in rule.details.get("applies", {})}):
        matches &= _match_column(rules, column, table)
    for dimension in sorted({name for rule in rules for name in rule.details.get("words", {})}):
        matches &= _match_words(rules, dimension, table)
    return matches


def _match_column(rules: Sequence[Rule], column: str, table: Any) -> Flags:
    values = _values_of(column, table)
    matches: Flags = np.ones((len(table), len(rules)), dtype=bool)
    if values is None:
        return matches
    known: Flags = np.asarray(~pd.isna(values))
    asked = [rule.details.get("applies", {}).get(column) for rule in rules]
    for place, wanted in enumerate(asked):
        if isinstance(wanted, dict):
            bounds = {**_NO_BOUNDS, **wanted}
            numbers = values.astype(float)
            inside = (numbers >= bounds["from"]) & (numbers > bounds["above"])
            matches[:, place] = inside & (numbers < bounds["below"]) & (numbers <= bounds["up_to"])
        elif wanted is not None:
            words = {wanted} if isinstance(wanted, str) else set(wanted)
            matches[:, place] = np.fromiter((value in words for value in values), bool, len(values))
    ranges = [isinstance(wanted, dict) for wanted in asked]
    if any(ranges):
        matches[:, ranges] |= ~matches[:, ranges].any(axis=1, keepdims=True)
    matches[~known] = True
    return matches


def _values_of(column: str, table: Any) -> Any:
    if column in table.columns:
        series = table[column]
        return series.to_numpy(dtype=float) if series.dtype.kind in "fiu" else series.to_numpy(dtype=object)
    if column == _MEASURED_COLUMN:
        return shapely.area(np.asarray(table.geometry.array)) / SQUARE_METRES_PER_SQUARE_KILOMETRE
    return None


def _match_words(rules: Sequence[Rule], dimension: str, table: Any) -> Flags:
    """Match words such as "republican*" with the texts of a table; the first column that says anything decides."""
    matches = np.ones((len(table), len(rules)), dtype=bool)
    wanted = [rule.details.get("words", {}).get(dimension, ()) for rule in rules]
    undecided = np.ones(len(table), dtype=bool)
    for column in _WORDED_COLUMNS:
        if column not in table.columns:
            continue
        codes, texts = pd.factorize(table[column].fillna("").astype(str))
        of_texts = [[has_any_phrase(text, words) for words in wanted] for text in texts]
        found = np.array(of_texts, dtype=bool).reshape(-1, len(rules))[codes]
        decides = undecided & found.any(axis=1)
        matches[decides] = found[decides]
        undecided &= ~decides
    return matches


def has_any_phrase(text: str, phrases: Sequence[str]) -> bool:
    """Tell whether a text holds one of some phrases, each of whose words is, or begins (*), a word of it."""
    return any(count_phrase_words(text, phrase) for phrase in phrases)


def count_phrase_words(text: str, phrase: str) -> int:
    """Count the words of a phrase where the text holds all of them, else 0."""
    words = _WORD.findall(text.casefold().replace("ё", "е"))
    stems = phrase.casefold().replace("ё", "е").split()
    held = all(
        any(word.startswith(stem[:-1]) if stem.endswith("*") else word == stem for word in words) for stem in stems
    )
    return len(stems) if held else 0


def shapes_of(table: Any) -> Shapes:
    """Return the geometries of a table in two dimensions."""
    shapes = np.array(table.geometry.array, dtype=object)
    return np.asarray(shapely.force_2d(shapes), dtype=object) if shapely.has_z(shapes).any() else shapes
