"""Sanitary zones: which hazard classes fit by the distance to housing, and food beside other branches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.config import Config
from geozones.coverage import Trust, find_trust
from geozones.restrictions.answers import PASS, UNKNOWN, WARN, Subjects
from geozones.restrictions.branches import TO_BE_SET, find_class_candidates
from geozones.restrictions.cutting import TOUCHING_M
from geozones.restrictions.near import Ground, Near, find_near
from geozones.restrictions.objects import find_uncertain_m, shapes_of
from geozones.restrictions.plane import Numbers
from geozones.rules import Rule, Rules
from geozones.tables import CONTRACTS, HAZARD_CLASSES, RegionTables

Flags = NDArray[np.bool_]

CLASS_COLUMNS = {name: f"class_{name}" for name in HAZARD_CLASSES}
TAKEN = ("allocated", "operating", "releasing")
"""Map states of plots on which somebody builds or works."""


@dataclass(frozen=True)
class Housing:
    """What is known of housing around every subject: the table of classes, and why something is unknown."""

    classes: pd.DataFrame
    reason: NDArray[Any]


def class_rules(rules: Rules) -> dict[str, Rule]:
    """Return the rule of every hazard class that has one, from the most hazardous on."""
    by_class = {rule.class_name: rule for rule in rules.of_kind("sanitary_class")}
    return {name: by_class[name] for name in HAZARD_CLASSES if name in by_class}


def find_housing(subjects: Subjects, tables: RegionTables, rules: Rules, config: Config) -> Housing:
    """Find which hazard classes every subject may host, by its distance to settlements.

    Returns
    -------
    Housing
        `classes`: a row a subject, `class_I` … `class_V` (yes, no, unknown) · `housing_m` (to the nearest
        settlement within the widest zone and what its outline or place may be off; NaN where there is none),
        `housing_id`.
    """
    by_class, count = class_rules(rules), len(subjects.shapes)
    widest_m = max((rule.value or 0.0 for rule in by_class.values()), default=0.0)
    covered, reason = np.zeros(count, dtype=bool), np.full(count, "absent", dtype=object)
    if tables.settlements is None:
        nearest = _Nearest.none(count)
    else:
        trust = find_trust("settlements", tables.settlements, tables, config)
        covered = trust.covered(subjects.shapes)
        reason[:] = "approximate" if trust.has_only_doubtful_sources else "not_covered"
        nearest = _find_nearest(subjects, tables.settlements, trust, rules, widest_m=widest_m)
    columns: dict[str, Any] = {}
    for name, rule in by_class.items():
        needed_m = (rule.value or 0.0) - TOUCHING_M
        open_question = (nearest.maybe_m < needed_m) | ~covered
        answers = np.select([nearest.sure_m < needed_m, open_question], ["no", "unknown"], "yes")
        columns[CLASS_COLUMNS[name]] = pd.array(answers.astype(object), dtype="str")
    reason[covered & (nearest.maybe_m < widest_m)] = "accuracy"
    columns |= {"housing_m": nearest.distance_m, "housing_id": pd.array(nearest.name, dtype="str")}
    return Housing(pd.DataFrame(columns), reason)


@dataclass(frozen=True)
class _Nearest:
    """The nearest settlement of every subject: how far at least and at most, as stored, and which."""

    maybe_m: Numbers
    sure_m: Numbers
    distance_m: Numbers
    name: NDArray[Any]

    @classmethod
    def none(cls, count: int) -> _Nearest:
        far = np.full(count, np.inf)
        return cls(far, far.copy(), np.full(count, np.nan), np.full(count, None, dtype=object))


def _find_nearest(subjects: Subjects, table: Any, trust: Trust, rules: Rules, *, widest_m: float) -> _Nearest:
    """Find the nearest settlement; the houses of one stored as a point may stand nearer than the point."""
    shapes, accuracy_m = shapes_of(table), np.nan_to_num(trust.accuracy_m)
    is_point = shapely.get_dimensions(shapes) == 0
    around_m = np.where(is_point, find_uncertain_m("settlement", "settlements", table, rules), 0.0)
    reach = (widest_m + accuracy_m + around_m) * subjects.scale.max(initial=1.0)
    near = find_near(Ground(subjects.shapes), shapes, reach=reach)
    metres = shapely.distance(subjects.shapes[near.plot], near.shape) / subjects.scale[near.plot]
    firm, nearest = trust.is_firm[near.object], _Nearest.none(len(subjects.shapes))
    np.minimum.at(nearest.sure_m, near.plot[firm], (metres + accuracy_m[near.object])[firm])
    np.minimum.at(nearest.maybe_m, near.plot, metres - (accuracy_m + around_m)[near.object])
    first = _first_of_each(near, metres)
    nearest.distance_m[near.plot[first]] = metres[first]
    names = table[CONTRACTS["settlements"].key].astype("str").to_numpy(dtype=object)
    nearest.name[near.plot[first]] = names[near.object[first]]
    return nearest


def _first_of_each(near: Near, metres: Numbers) -> NDArray[np.int64]:
    order = np.lexsort((near.object, metres, near.plot))
    return order[np.unique(near.plot[order], return_index=True)[1]]


def find_food_conflicts(
    plots: Any,
    subjects: Subjects,
    states: pd.DataFrame,
    tables: RegionTables,
    rules: Rules,
    config: Config,
    *,
    firm: bool,
) -> pd.DataFrame:
    """Find food plants, food stores and medicines that stand in the sanitary zone of another branch of their zone.

    Parameters
    ----------
    plots
        Plots taken (`TAKEN`) on the day, with `zone_id` and `hazard_class`.
    states
        Their states, rows in the same order, with `sector`, `product`.
    firm
        Whether the layers of plots may be relied on: if not, none is known to stand clear.

    Returns
    -------
    DataFrame
        A row a food plot that is taken: `row` (place of the plot), `answer`, `reason`, `measure` (metres to the
        neighbour that decides), `feature_id` (that plot).
    """
    branches = find_class_candidates(states.reset_index(drop=True), rules=rules)
    food = np.flatnonzero(branches["is_food"].to_numpy(dtype=bool))
    other = np.flatnonzero(~branches["is_food"].to_numpy(dtype=bool))
    least_m, most_m = _zone_widths(plots["hazard_class"].to_numpy(dtype=object), branches["classes"], rules)
    trust = find_trust("plots", plots, tables, config)
    accuracy_m = np.nan_to_num(trust.accuracy_m)
    reach = (most_m + accuracy_m)[other] * subjects.scale.max(initial=1.0)
    near = find_near(Ground(subjects.shapes[food]), subjects.shapes[other], reach=reach)
    here, there = food[near.plot], other[near.object]
    zone = plots["zone_id"].to_numpy(dtype=object)
    same = zone[here] == zone[there]
    near, here, there = near.where(same), here[same], there[same]
    metres = shapely.distance(subjects.shapes[here], subjects.shapes[there]) / subjects.scale[here]
    sure = trust.is_firm[there] & (metres < least_m[there] - accuracy_m[there] - TOUCHING_M)
    maybe = metres < most_m[there] + accuracy_m[there] - TOUCHING_M
    order = np.lexsort((there, metres, ~sure, near.plot))
    order = order[maybe[order]]
    first = order[np.unique(near.plot[order], return_index=True)[1]]
    rows = pd.DataFrame({"row": food, "answer": PASS, "reason": "", "measure": np.nan, "feature_id": None})
    rows = rows.astype({"feature_id": "object"})
    if not firm:
        rows["answer"], rows["reason"] = UNKNOWN, "approximate"
    at = near.plot[first]
    rows.loc[at, "answer"] = np.where(sure[first] | (~trust.is_firm[there[first]]), WARN, UNKNOWN)
    rows.loc[at, "reason"] = np.where(rows.loc[at, "answer"] == UNKNOWN, "uncertain", "")
    rows.loc[at, "measure"] = metres[first]
    rows.loc[at, "feature_id"] = plots["plot_id"].astype("str").to_numpy(dtype=object)[there[first]]
    return rows


def _zone_widths(declared: NDArray[Any], candidates: pd.Series, rules: Rules) -> tuple[Numbers, Numbers]:
    """Find the least and the most metres of every plot's sanitary zone: by its class, else by its candidates."""
    metres = {name: rule.value or 0.0 for name, rule in class_rules(rules).items()}
    widest = max(metres.values(), default=0.0)
    widths = []
    for own, listed in zip(declared, candidates.to_numpy(dtype=object), strict=True):
        known = own if isinstance(own, str) else listed
        if not isinstance(known, str) or known == TO_BE_SET:
            widths.append((0.0, widest))
            continue
        of_each = [metres.get(name, 0.0) for name in known.split(", ")]
        widths.append((min(of_each), max(of_each)))
    least, most = np.array(widths, dtype=float).reshape(-1, 2).T
    return least, most
