"""Findings in sentences: fact, measure and feature, and why something is not known; as messages to be
translated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from geozones.i18n import N_, format_number, translate, translate_plural
from geozones.rules import Rules, cite, label
from geozones.tables import CONTRACTS, RegionTables


def verdict_words(record: Mapping[str, Any], language: str) -> str:
    """Write the verdict of a site in one line, from its `verdict`, `blocks`, `conditions` and `layers_missing`."""
    verdict = record["verdict"]
    if verdict == "blocked":
        return translate_plural(
            "cannot while {n} block stands", "cannot while {n} blocks stand", int(record["blocks"]), language
        )
    if verdict == "conditions":
        return translate_plural(
            "can after {n} condition", "can after {n} conditions", int(record["conditions"]), language
        )
    if verdict == "unknown":
        return translate_plural(
            "too little data ({n} layer missing)",
            "too little data ({n} layers missing)",
            int(record["layers_missing"]),
            language,
        )
    return translate("can be proposed", language)


def feature_names(tables: RegionTables) -> Callable[[str, str, str], str | None]:
    """Return a function that names a feature in a language: by layer and id, None where it has no name."""
    known: dict[str, Any] = {}

    def name(layer: str, feature: str, language: str) -> str | None:
        if layer not in known:
            table = tables.of(layer) if layer in CONTRACTS else None
            key = CONTRACTS[layer].key if layer in CONTRACTS else ""
            columns = [] if table is None else [column for column in _NAME_COLUMNS if column in table.columns]
            rows: list[dict[Any, Any]] = [] if table is None else table[[key, *columns]].to_dict("records")
            known[layer] = {str(row[key]): row for row in rows}
        row = known[layer].get(feature, {})
        for column in (f"name_{language}", "name_ru", "name"):
            if isinstance(row.get(column), str) and row[column]:
                return str(row[column])
        return None

    return name


_NAME_COLUMNS = ("name_ru", "name_kk", "name_en", "name")

SENTENCES: dict[tuple[str, str], str] = {
    ("site.granted", "block"): N_("{measure} ha are granted land: {count} parcels, the largest {feature}. "
"Blocks until released."),
    ("site.granted", "pass"): N_("No granted land under the site."),
    ("site.granted", "private"): N_("Granted land does not block a private zone ({measure} ha)."),
    ("site.granted", "unknown"): N_("Whether {measure} ha are granted land is not known ({feature}): {reason}."),
    ("site.granted", "open"): N_("Whether the land is granted is not known: {reason}."),
    ("site.category", "block"): N_("{measure} ha are of the agricultural category, first of all {feature}."),
    ("site.category", "warn"): N_("{measure} ha are of the agricultural category ({feature}): the category "
"has to be changed."),
    ("site.category", "pass"): N_("The land is not of the agricultural category."),
    ("site.category", "unknown"): N_("The land category of {measure} ha is not known: {reason}."),
    ("site.category", "open"): N_("The land category is not known: {reason}."),
    ("site.zones", "block"): N_("{measure} ha lie in the zone {feature}."),
    ("site.zones", "pass"): N_("No zone on the land."),
    ("site.zones", "unknown"): N_("Whether a zone lies on the land is not known ({feature}): {reason}."),
    ("site.proposals", "warn"): N_("{measure} ha are also in the proposal {feature}: the districts have to "
"agree."),
    ("site.proposals", "pass"): N_("No other proposal on the land."),
    ("site.proposals", "unknown"): N_("Whether another proposal lies on the land is not known ({feature}): "
"{reason}."),
    ("site.district", "block"): N_("The land is that of {feature}, not of the district that files."),
    ("site.district", "warn"): N_("{measure} ha lie outside the district, in {feature}: cut them off, or file "
"together."),
    ("site.district", "pass"): N_("The whole site lies in {feature}, the district that files."),
    ("site.district", "unknown"): N_("The district of the land is not known for sure ({feature}): {reason}."),
    ("site.irrigated", "warn"): N_("{measure} ha are irrigated, first of all {feature}."),
    ("site.irrigated", "pass"): N_("No irrigated parcel under the site."),
    ("site.irrigated", "unknown"): N_("Whether the land is irrigated is not known: {reason}."),
    ("site.encumbrance", "warn"): N_("{measure} ha carry an encumbrance, first of all {feature}."),
    ("site.encumbrance", "pass"): N_("No encumbrance is stated for the land."),
    ("site.encumbrance", "unknown"): N_("Encumbrances of the land are not known: {reason}."),
    ("site.title", "warn"): N_("{measure} ha are not in ownership by the cadastre; the founder has to own the "
"land."),
    ("site.title", "pass"): N_("The land is in ownership ({feature}); the founder proves that it is his."),
    ("site.title", "unknown"): N_("Whether the land is in ownership is not known: {reason}."),
    ("site.usable", "block"): N_("Nothing is left to build on after strips and protected land."),
    ("site.usable", "warn"): N_("Only {measure} ha ({share} %) can be built on."),
    ("site.usable", "pass"): N_("{measure} ha ({share} %) can be built on."),
    ("site.width", "warn"): N_("The site is only {measure} m wide."),
    ("site.width", "pass"): N_("The site is {measure} m wide at least."),
    ("site.compactness", "warn"): N_("The outline is drawn out: compactness {measure} (1 is a circle)."),
    ("site.compactness", "pass"): N_("The outline is compact: {measure} (1 is a circle)."),
    ("site.slope", "warn"): N_("The ground is steep: {measure} % on average."),
    ("site.slope", "pass"): N_("The ground is even: slope {measure} % on average."),
    ("site.slope", "unknown"): N_("The slope of the ground is not known: {reason}."),
    ("site.road", "warn"): N_("No public road within reach: the nearest, {feature}, is {measure} m away."),
    ("site.road", "pass"): N_("Public road {feature} is {measure} m away."),
    ("site.road", "unknown"): N_("Whether a public road is within reach is not known: {reason}."),
    ("site.road", "none"): N_("No public road is known."),
    ("site.railway", "pass"): N_("Railway {feature} is {measure} m away."),
    ("site.railway", "unknown"): N_("The distance to a railway is not known: {reason}."),
    ("site.people", "warn"): N_("Only {measure} people live within 20 km."),
    ("site.people", "pass"): N_("{measure} people live within 20 km, in {count} settlements."),
    ("site.people", "unknown"): N_("How many people live within 20 km is not known: {reason}."),
    ("site.need", "warn"): N_("{measure} ha are free in zones within 20 km, first of all {feature}: say why a "
"new zone is needed."),
    ("site.need", "pass"): N_("Only {measure} ha are free in zones within 20 km."),
    ("site.need", "unknown"): N_("How much land is free in zones around is not known: {reason}."),
    ("site.concept", "warn"): N_("{measure} of the nine parts of the concept are missing."),
    ("site.concept", "pass"): N_("The concept has all nine parts."),
    ("site.concept", "unknown"): N_("The concept (nine parts) was not filed."),
    ("site.plan", "unknown"): N_("Fit with the master plan and the detailed plan is not known: no layer holds "
"them."),
}  # fmt: skip
"""Sentences by rule and answer; `private` is the pass of a private zone on granted land."""

_NETWORKS = {"gas": N_("gas"), "power": N_("power"), "water": N_("water")}
_NETWORK_SENTENCES: dict[str, str] = {
    "pass": N_("{network}: a connection within reach, {feature}, ≈ {measure} m in a straight line."),
    "warn": N_("{network}: no connection within reach; the nearest, {feature}, is ≈ {measure} m away in a "
"straight line."),
    "planned": N_("{network}: no connection within reach yet; one is planned ≈ {other} m away."),
    "none": N_("{network}: no connection within reach."),
    "unknown": N_("{network}: whether a connection is within reach is not known: {reason}."),
}  # fmt: skip
_CAPACITY_SENTENCES: dict[str, str] = {
    "pass": N_("{network}: free capacity {measure} {unit} at {feature} covers the need; it is shared."),
    "warn": N_("{network}: free capacity does not cover the need ({feature}: {measure} {unit})."),
    "unknown": N_("{network}: free capacity is not known ({feature}). Ask for technical conditions."),
}
_LIMIT_SENTENCES: dict[str, str] = {
    "block": N_("{what}: takes {measure} ha ({share} %), {feature}."),
    "cut": N_("{what}: {feature} cuts off {measure} ha ({share} %)."),
    "condition": N_("{what}: {feature}, {measure} m away."),
    "touch": N_("{what}: {feature} on the site."),
    "pass": N_("{what}: nothing on the site."),
    "unknown": N_("{what}: not known ({feature}): {reason}."),
    "none": N_("{what}: not known: {reason}."),
}
HOUSING_SENTENCES: dict[str, str] = {
    "pass": N_("Housing is far enough for enterprises up to class {class}."),
    "warn": N_(
        "Housing ({feature}, {measure} m) is too near for the most hazardous enterprises; class {class} fits."
    ),
    "unknown": N_("Which hazard classes fit beside housing ({feature}) is not known: {reason}."),
}
REASONS: dict[str, str] = {
    "absent": N_("the layer is absent"),
    "not_covered": N_("the layer does not cover the place"),
    "approximate": N_("the layer is only approximate"),
    "accuracy": N_("it would change within the accuracy of the layer"),
    "planned": N_("the object is only planned"),
    "uncertain": N_("class or state of the object is not known"),
    "no_limit": N_("the settings name no distance"),
    "right_unknown": N_("the right to the parcel is not known"),
    "category_unknown": N_("no parcel with a known category lies there"),
    "not_stated": N_("the layer does not say"),
    "no_form": N_("no form was filed"),
    "no_layer": N_("no layer holds it"),
    "capacity_unknown": N_("free capacity is not known"),
    "need_unknown": N_("the need is not stated"),
    "near_unknown": N_("whether it is near is not known"),
    "no_geometry": N_("the site has no outline"),
}
"""Why an answer is unknown, in words."""

CITED = (
    N_("Choice of this system, not of the law"),
    N_("docs/screening.md"),
    N_("article not read"),
    N_("Law 242-II of 16.07.2001"),
    N_("Construction Code 253-VIII of 09.01.2026"),
)
"""Acts and articles that the rules of the screening name."""

_FALLBACK_REASON = N_("no data")
_NOTHING = "–"


class Wording:
    """Writes findings in sentences.

    Parameters
    ----------
    rules
        Rules of the screening.
    as_of
        The day on which they count.
    names
        Name of a feature in a language, by layer and id; the id stands where it has none.
    """

    def __init__(
        self, rules: Rules, as_of: dt.date, names: Callable[[str, str, str], str | None] | None = None
    ) -> None:
        in_force = rules.on(as_of).rows
        self._by_id = {rule.id: rule for rule in in_force}
        self._by_check = {rule.check: rule for rule in reversed(in_force) if rule.check}
        self._names = names or (lambda layer, feature, language: None)

    def write(self, finding: Mapping[Any, Any], language: str) -> str:
        """Write a finding as a sentence in a language."""
        template, params = self._choose(finding, language)
        return translate(template, language, **params).replace(f" ({_NOTHING})", "")

    def cite(self, finding: Mapping[Any, Any], language: str) -> str:
        """Name act and article of a finding."""
        rule = self._by_id.get(finding["rule_id"]) or self._by_check.get(str(finding.get("check")))
        return str(finding["basis"]) if rule is None else cite(rule, language)

    def name_rule(self, finding: Mapping[Any, Any], language: str) -> str:
        """Say what the rule of a finding is about."""
        rule = self._by_id.get(finding["rule_id"]) or self._by_check.get(str(finding.get("check")))
        return str(finding["rule_id"]) if rule is None else label(rule, language)

    def _choose(self, finding: Mapping[Any, Any], language: str) -> tuple[str, dict[str, Any]]:
        rule_id, answer = str(finding["rule_id"]), str(finding["answer"])
        params = self._params(finding, language)
        if finding.get("check") == "sanitary.housing":
            return HOUSING_SENTENCES.get(answer, HOUSING_SENTENCES["warn"]), params
        network, _, capacity = rule_id.removeprefix("site.").partition("_")
        if rule_id.startswith("site.") and network in _NETWORKS:
            params["network"] = translate(_NETWORKS[network], language).capitalize()
            sentences = _CAPACITY_SENTENCES if capacity else _NETWORK_SENTENCES
            return sentences[_network_key(finding, answer) if not capacity else answer], params
        if rule_id.startswith("site."):
            is_private = (
                rule_id == "site.granted" and answer == "pass" and (_number(finding.get("measure")) or 0) > 0
            )
            key = "private" if is_private else _site_key(finding, answer)
            return SENTENCES.get((rule_id, key), SENTENCES[rule_id, answer]), params
        return _LIMIT_SENTENCES[_limit_key(finding, answer)], params

    def _params(self, finding: Mapping[Any, Any], language: str) -> dict[str, Any]:
        measure, unit = _number(finding.get("measure")), str(finding.get("unit") or "")
        share = _number(finding.get("share"))
        if finding["rule_id"] == "site.usable":
            share = _number(finding.get("other"))
        layer, feature = finding.get("feature_layer"), finding.get("feature_id")
        rule = self._by_id.get(str(finding["rule_id"]))
        reason = REASONS.get(str(finding.get("reason") or ""), _FALLBACK_REASON)
        return {
            "measure": _amount(measure, unit, language),
            "share": "" if share is None else format_number(round(100 * share, 1), language),
            "other": _amount(_number(finding.get("other")), "m", language),
            "count": _amount(_number(finding.get("other")), "people", language),
            "unit": translate(unit, language) if unit else "",
            "feature": self._name(layer, feature, finding.get("feature_name"), language),
            "reason": translate(reason, language),
            "what": self.name_rule(finding, language),
            "class": "" if rule is None else rule.class_name,
        }

    def _name(self, layer: Any, feature: Any, name: Any, language: str) -> str:
        if isinstance(name, str) and name:
            return name
        if not isinstance(feature, str) or not feature:
            return _NOTHING
        known = self._names(str(layer), feature, language) if isinstance(layer, str) else None
        return known or feature


def _site_key(finding: Mapping[Any, Any], answer: str) -> str:
    measure = _number(finding.get("measure"))
    if answer == "unknown" and not measure:
        return "open"
    return "none" if measure is None and answer == "warn" else answer


def _network_key(finding: Mapping[Any, Any], answer: str) -> str:
    if answer != "warn":
        return answer
    if _number(finding.get("other")) is not None:
        return "planned"
    return "warn" if _number(finding.get("measure")) is not None else "none"


def _limit_key(finding: Mapping[Any, Any], answer: str) -> str:
    measure = _number(finding.get("measure"))
    if answer == "warn":
        return "cut" if finding.get("unit") == "m²" else "condition" if measure else "touch"
    if answer == "unknown" and not isinstance(finding.get("feature_id"), str):
        return "none"
    return answer


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _amount(value: float | None, unit: str, language: str) -> str:
    """Write a measure as its unit asks: hectares with one or two decimals, metres whole; m² as hectares."""
    if value is None:
        return _NOTHING
    if unit == "m²":
        value, unit = value / 10_000.0, "ha"
    if unit == "ha":
        return format_number(round(value, 1 if value >= 10 else 2), language)
    if unit == "m":
        step = 10 if value >= 1000 else 1
        return format_number(round(value / step) * step, language)
    return format_number(round(value, 2), language)
