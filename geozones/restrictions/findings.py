"""All answers of the rules as one table of findings: what pages, reports and screening may say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geozones.config import NETWORKS, Config
from geozones.restrictions.answers import (
    BLOCK,
    PASS,
    UNKNOWN,
    WARN,
    Encounters,
    Subjects,
    Surroundings,
    Verdicts,
    find_allowed,
    find_encounters,
    find_verdicts,
    look_around,
)
from geozones.restrictions.objects import (
    AGRICULTURAL,
    Check,
    RuledObjects,
    feature_names,
    find_checks,
    find_objects,
    shapes_of,
)
from geozones.restrictions.plane import find_scale
from geozones.restrictions.sanitary import CLASS_COLUMNS, Housing, class_rules, find_housing
from geozones.restrictions.usable import SUBJECT_KEYS, subject_names
from geozones.rules import Rules
from geozones.tables import DERIVED, PANDAS_DTYPES, RegionTables

HOUSING_CHECK = "sanitary.housing"
ALLOWED_COLUMNS = ("subject", "subject_id", "network", "state", "allowed")


def find_findings(
    subjects: GeoDataFrame, tables: RegionTables, *, rules: Rules, config: Config
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Ask every rule about every plot, zone or site.

    Parameters
    ----------
    subjects
        Valid polygons with `plot_id`, `zone_id` or `site_id`, in the working CRS. Columns `land_category`
        ("agricultural" takes the strips of farm land) and `hazard_class` are read where they are there.
    tables
        Checked tables of the region; a layer that is None, or does not cover the subject, leaves answers unknown.
    rules
        Rules in force on the day: `load_rules().on(day)`.
    config
        `restrictions.max_cut_share` says how much of a subject strips may cover, `region.demonstration` whether
        made-up layers count.

    Returns
    -------
    findings
        The contract of findings, one row a subject and check, subjects in their order, checks in that of the
        rules. `reason` says why an answer is unknown (absent, not_covered, approximate, planned, uncertain,
        accuracy, no_geometry), `share` is that of the subject's land, for rules that forbid. `rule_id` is that
        of the rule that decides, or the check where none of several does. `measure` is square metres covered, or
        metres to the object. One finding of check "sanitary.housing" speaks of the class of the plot, else of the
        most hazardous class that fits.
    allowed
        `subject`, `subject_id`, `network`, `state`, `allowed` (yes, no, unknown) for `plot_networks`.
    hazard_classes
        The id column, `class_I` … `class_V` (yes, no, unknown), `housing_m`, `housing_id`; a row a subject.

    Raises
    ------
    MeasureError
        The CRS is missing, geographic or strongly distorting.
    """
    return answer_rules(subjects, tables, find_objects(layers_of(tables, rules), rules), config=config)


def answer_rules(
    subjects: GeoDataFrame, tables: RegionTables, objects: RuledObjects, *, config: Config
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Ask every rule about every plot, zone or site, as `find_findings`, of objects that were found before."""
    rules, shapes, names = objects.rules, shapes_of(subjects), subject_names(subjects)
    land = Subjects(shapes, find_scale(shapes, subjects.crs), _farm_land(subjects))
    around = look_around(land, objects, tables, config)
    encounters = find_encounters(around)
    max_cut_share = config.restrictions.max_cut_share
    verdicts = find_verdicts(around, encounters, max_cut_share=max_cut_share)
    housing = find_housing(land, tables, rules, config)
    parts = [
        _list_verdicts(around, encounters, verdicts, tables),
        _list_housing(land, housing, rules, subjects),
    ]
    found = pd.concat(parts, ignore_index=True).sort_values(["row", "order"], kind="stable")
    found["subject"], found["subject_id"] = subject_kind(subjects), names.array.take(found["row"].to_numpy())
    allowed = _list_allowed(find_allowed(around, encounters, max_cut_share=max_cut_share), subjects)
    hazard_classes = housing.classes
    hazard_classes.insert(0, str(names.name), names.array)
    return shape_findings(found), allowed, hazard_classes


def layers_of(tables: RegionTables, rules: Rules) -> dict[str, Any]:
    """Return the layers that the rules ask about, by role; None where one is absent."""
    return {check.layer: tables.of(check.layer) for check in find_checks(rules)}


def subject_kind(subjects: Any) -> str:
    """Say what the rows of a table are: plot, zone or site, by its id column."""
    key = next((name for name in SUBJECT_KEYS if name in subjects.columns), SUBJECT_KEYS[0])
    return key.removesuffix("_id")


def _farm_land(subjects: GeoDataFrame) -> NDArray[np.bool_]:
    if "land_category" not in subjects.columns:
        return np.zeros(len(subjects), dtype=bool)
    return np.asarray((subjects["land_category"] == AGRICULTURAL).to_numpy(dtype=bool, na_value=False))


def shape_findings(found: pd.DataFrame) -> pd.DataFrame:
    """Give findings the columns and dtypes of their contract."""
    dtypes = {column.name: PANDAS_DTYPES[column.dtype] for column in DERIVED["findings"].columns}
    missing = np.full(len(found), None, dtype=object)
    columns = {name: found[name].array if name in found.columns else missing for name in dtypes}
    return pd.DataFrame({name: pd.Series(column, dtype=dtypes[name]) for name, column in columns.items()})


def _list_verdicts(
    around: Surroundings, encounters: Encounters, verdicts: Verdicts, tables: RegionTables
) -> pd.DataFrame:
    """Write the answers of all checks as rows; of a check that comes twice, the one for the subject's land."""
    checks = around.checks
    suits = np.stack([_suits(check, around.subjects) for check in checks], axis=1) if checks else np.empty((0, 0))
    subject, check = np.nonzero(suits)
    answer, reason = verdicts.answer[subject, check], verdicts.reason[subject, check]
    pair = verdicts.pair[subject, check]
    at = np.flatnonzero(pair >= 0)
    obstacle = encounters.obstacle[pair[at]]
    rules = _deciding_rules(around, check, at, obstacle, answer[at] == UNKNOWN)
    layer = np.array([each.layer for each in checks], dtype=object)[check]
    feature = np.full(len(check), None, dtype=object)
    layers = {name: tables.of(name) for name in np.unique(layer.astype(str)) if tables.of(name) is not None}
    feature[at] = feature_names(layers, layer[at], around.obstacles.row[obstacle])
    covers = np.array([each.forbids for each in checks], dtype=bool)[check] & (answer != PASS)
    covers &= verdicts.area[subject, check] > 0
    metres = np.full(len(check), np.nan)
    metres[at] = encounters.distance_m[pair[at]]
    area = verdicts.area[subject, check]
    missing = ~(shapely.area(around.subjects.shapes) > 0)[subject]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = area / shapely.area(around.subjects.shapes)[subject]
    return pd.DataFrame(
        {
            "row": subject,
            "order": check,
            "check": np.array([each.id for each in checks], dtype=object)[check],
            **rules,
            "answer": np.where(missing, UNKNOWN, answer),
            "measure": np.where(covers, area / around.subjects.scale[subject] ** 2, metres),
            "unit": np.where(covers, "m²", "m"),
            "feature_layer": layer,
            "feature_id": feature,
            "reason": np.where(missing, "no_geometry", reason),
            "share": np.where(covers, share, np.nan),
        }
    )


def _suits(check: Check, subjects: Subjects) -> NDArray[np.bool_]:
    if check.land == "any":
        return np.ones(len(subjects.shapes), dtype=bool)
    return np.asarray(subjects.is_farm_land == (check.land == AGRICULTURAL))


def _deciding_rules(
    around: Surroundings,
    check: NDArray[Any],
    at: NDArray[Any],
    obstacle: NDArray[Any],
    is_unknown: NDArray[np.bool_],
) -> dict[str, NDArray[Any]]:
    """Name the rule behind every answer, its basis, and whether its text was read.

    `at` are the answers that an object decides, `obstacle` and `is_unknown` theirs; of unknown ones the widest
    rule speaks, of others the least.
    """
    obstacles = around.obstacles
    by_pair = np.where(is_unknown, obstacles.most_rule[obstacle], obstacles.least_rule[obstacle]).tolist()
    columns = zip(
        ("rule_id", "basis", "verified"), zip(*map(_name_check, around.checks), strict=True), strict=False
    )
    named = {}
    for column, of_checks in columns:
        named[column] = np.array(of_checks, dtype=object)[check]
        named[column][at] = [getattr(rule, "id" if column == "rule_id" else column) for rule in by_pair]
    return named


def _name_check(check: Check) -> tuple[str, str, bool]:
    """Name a check as a whole: the one rule it has, or the check with the basis of all."""
    if len(check.rules) == 1:
        return check.rules[0].id, check.rules[0].basis, check.rules[0].verified
    bases = dict.fromkeys(rule.basis for rule in check.rules)
    return check.id, "; ".join(bases), all(rule.verified for rule in check.rules)


def _list_housing(land: Subjects, housing: Housing, rules: Rules, subjects: GeoDataFrame) -> pd.DataFrame:
    """Write one row a subject: its own hazard class, else the most hazardous class that fits."""
    by_class = class_rules(rules)
    if not by_class:
        return pd.DataFrame()
    names = list(by_class)
    answers = housing.classes[[CLASS_COLUMNS[name] for name in names]].to_numpy(dtype=object)
    own = subjects["hazard_class"].to_numpy(dtype=object) if "hazard_class" in subjects.columns else None
    count = len(land.shapes)
    place = np.full(count, len(names) - 1)
    for word in ("unknown", "yes"):
        has = (answers == word).any(axis=1)
        place[has] = (answers == word).argmax(axis=1)[has]
    declared = np.zeros(count, dtype=bool)
    if own is not None:
        declared = np.isin(own.astype(str), names)
        place[declared] = [names.index(each) for each in own[declared]]
    word = answers[np.arange(count), place]
    answer = np.select([word == "yes", word == "unknown", declared], [PASS, UNKNOWN, BLOCK], WARN)
    chosen = [by_class[names[each]] for each in place]
    return pd.DataFrame(
        {
            "row": np.arange(count),
            "order": 10_000,
            "check": HOUSING_CHECK,
            "rule_id": [rule.id for rule in chosen],
            "answer": answer,
            "measure": housing.classes["housing_m"].to_numpy(),
            "unit": "m",
            "feature_layer": "settlements",
            "feature_id": housing.classes["housing_id"].to_numpy(dtype=object),
            "basis": [rule.basis for rule in chosen],
            "verified": [rule.verified for rule in chosen],
            "reason": np.where(answer == UNKNOWN, housing.reason, ""),
            "share": np.nan,
        }
    )


def _list_allowed(answers: dict[tuple[str, str], Any], subjects: GeoDataFrame) -> pd.DataFrame:
    """Write the answers by subject, network and state, in the order of `plot_networks`."""
    names, count = subject_names(subjects), len(subjects)
    keys = [(network, state) for network in NETWORKS for state in ("existing", "planned")]
    words = np.stack([answers[key] for key in keys], axis=1)
    return pd.DataFrame(
        {
            "subject": subject_kind(subjects),
            "subject_id": np.repeat(names.to_numpy(dtype=object), len(keys)),
            "network": [network for network, _ in keys] * count,
            "state": [state for _, state in keys] * count,
            "allowed": words.ravel(),
        }
    ).astype("str")
