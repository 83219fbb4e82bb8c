"""What the rules say of every plot, zone or site: pass, warn, block, unknown, and which object decides.

Each pair of a subject and an object near it is looked at three times: as far as a rule surely reaches, as the
layer has it, and as far as it may reach (unknown class, accuracy of the layer). An answer that differs between
them is unknown. Objects that are planned, approximate, or made up outside a demonstration warn, never block.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.config import NETWORKS, Config
from geozones.coverage import Trust, find_trust
from geozones.restrictions.cutting import TOUCHING_M, TOUCHING_M2, cut_plots, union_by
from geozones.restrictions.near import Ground, Near, find_near
from geozones.restrictions.objects import Check, Obstacles, RuledObjects
from geozones.restrictions.plane import Numbers, Shapes
from geozones.tables import ANSWER_WORDS, NETWORK_STATES, RegionTables

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
Codes = NDArray[np.uint8]

PASS, WARN, BLOCK, UNKNOWN = "pass", "warn", "block", "unknown"
VERDICT_WORDS = np.array([PASS, WARN, BLOCK, UNKNOWN], dtype=object)
REASON_WORDS = np.array(
    ["", "absent", "not_covered", "approximate", "planned", "uncertain", "accuracy", "no_geometry"], dtype=object
)
"""Words of the answers and of the reasons why one is unknown, each by its code."""


@dataclass(frozen=True)
class Subjects:
    """Plots, zones or sites as the rules see them: shapes, local scale, and whether they stand on farm land."""

    shapes: Shapes
    scale: Numbers
    is_farm_land: Flags


@dataclass(frozen=True)
class Encounters:
    """Pairs of a subject and an object whose rule reaches it, or may reach it.

    `distance_m` on the ground; `least`, `stored`, `most` tell whether the rule reaches the subject surely, as the
    layer has it, and possibly; `least_strip`, `stored_strip`, `most_strip` are the pieces of the subject that it
    then covers, for rules that forbid (None elsewhere). `stands`, `planned` and `firm` are those of the object.
    """

    subject: Places
    obstacle: Places
    check: Places
    distance_m: Numbers
    least: Flags
    stored: Flags
    most: Flags
    least_strip: Shapes
    stored_strip: Shapes
    most_strip: Shapes
    stands: Flags
    planned: Flags
    firm: Flags


@dataclass(frozen=True)
class Surroundings:
    """Everything that the rules need to know around the subjects.

    `accuracy_m` and `firm` are those of the obstacles; `covered` (a row a subject, a column a check) tells where a
    firm source says that it has all objects of the check's layer.
    """

    subjects: Subjects
    checks: tuple[Check, ...]
    obstacles: Obstacles
    accuracy_m: Numbers
    firm: Flags
    trust: Mapping[str, Trust]
    covered: Flags

    def why_not_covered(self, layer: str) -> str:
        """Name the reason why nothing can be said where a layer has nothing."""
        trust = self.trust.get(layer)
        if trust is None:
            return "absent"
        return "approximate" if trust.has_only_doubtful_sources else "not_covered"


def look_around(subjects: Subjects, objects: RuledObjects, tables: RegionTables, config: Config) -> Surroundings:
    """Collect what the sources of the objects say of them, and where they have all of them."""
    checks, obstacles = objects.checks, objects.obstacles
    trust = {layer: find_trust(layer, table, tables, config) for layer, table in objects.layers.items()}
    accuracy_m, firm = np.zeros(len(obstacles.row)), np.zeros(len(obstacles.row), dtype=bool)
    for place, check in enumerate(checks):
        of_check = obstacles.check == place
        if of_check.any():
            row = obstacles.row[of_check]
            accuracy_m[of_check] = np.nan_to_num(trust[check.layer].accuracy_m[row])
            firm[of_check] = trust[check.layer].is_firm[row]
    nowhere = np.zeros(len(subjects.shapes), dtype=bool)
    knows = {
        layer: trust[layer].covered(subjects.shapes) if layer in trust else nowhere
        for layer in {check.layer for check in checks}
    }
    covered = np.stack([knows[check.layer] for check in checks], axis=1) if checks else nowhere.reshape(-1, 0)
    return Surroundings(subjects, checks, obstacles, accuracy_m, firm, trust, covered)


def find_encounters(around: Surroundings) -> Encounters:
    """Find where the rules reach the subjects, or may reach them."""
    subjects, obstacles = around.subjects, around.obstacles
    most_m = obstacles.most_m + around.accuracy_m
    near = find_near(Ground(subjects.shapes), obstacles.shape, reach=most_m * subjects.scale.max(initial=1.0))
    lands = np.array([check.land for check in around.checks], dtype=object)[obstacles.check[near.object]]
    is_farm_land = subjects.is_farm_land[near.plot]
    near = near.where((lands == "any") | ((lands == "agricultural") == is_farm_land))
    distance_m = shapely.distance(subjects.shapes[near.plot], near.shape) / subjects.scale[near.plot]
    widths = {
        "least": (obstacles.least_m - around.accuracy_m)[near.object],
        "stored": obstacles.least_m[near.object],
        "most": most_m[near.object],
    }
    is_area = np.array([check.forbids for check in around.checks], dtype=bool)[obstacles.check[near.object]]
    is_area |= widths["stored"] == 0
    reached: dict[str, Any] = {}
    for name, width_m in widths.items():
        strips = _cut(subjects, near, width_m, is_area)
        covers = shapely.area(strips) > TOUCHING_M2
        reached[name] = np.where(is_area, covers, distance_m < width_m - TOUCHING_M)
        reached[f"{name}_strip"] = strips
    return Encounters(
        near.plot, near.object, obstacles.check[near.object], distance_m, reached["least"], reached["stored"],
        reached["most"], reached["least_strip"], reached["stored_strip"], reached["most_strip"],
        obstacles.stands[near.object], obstacles.planned[near.object], around.firm[near.object],
    )  # fmt: skip


def _cut(subjects: Subjects, near: Near, width_m: Numbers, wanted: Flags) -> Shapes:
    """Cut strips out of the subjects of the wanted pairs; None for the others and where nothing is cut."""
    pairs = np.flatnonzero(wanted & np.isfinite(width_m))
    some = near.where(pairs)
    width = width_m[pairs] * subjects.scale[some.plot]
    cuts = cut_plots(subjects.shapes, Near(some.plot, np.arange(len(pairs)), some.shape, some.ends), width=width)
    pieces = np.full(len(near.plot), None, dtype=object)
    pieces[pairs[cuts.object]] = cuts.piece
    return pieces


@dataclass(frozen=True)
class Cover:
    """What one set of encounters does to every subject and check: a row a subject, a column a check.

    `area_*` are square metres in the plane of the subject's land covered, for rules that forbid.
    """

    least: Flags
    stored: Flags
    most: Flags
    area_least: Numbers
    area_stored: Numbers
    area_most: Numbers


def find_cover(encounters: Encounters, kept: Flags, *, subjects: int, checks: int) -> Cover:
    """Join the encounters of every subject and check; land covered twice counts once."""
    shape = (subjects, checks)
    key = encounters.subject * np.int64(checks) + encounters.check
    found: dict[str, Any] = {}
    for name in ("least", "stored", "most"):
        any_reached = np.zeros(subjects * checks, dtype=bool)
        any_reached[key[kept & getattr(encounters, name)]] = True
        found[name] = any_reached.reshape(shape)
        strips = getattr(encounters, f"{name}_strip")
        pairs = np.flatnonzero(kept & ~shapely.is_missing(strips))
        pairs = pairs[np.argsort(key[pairs], kind="stable")]
        area = np.zeros(subjects * checks)
        groups, joined = union_by(key[pairs], strips[pairs])
        area[groups] = shapely.area(joined)
        found[f"area_{name}"] = area.reshape(shape)
    return Cover(**found)


@dataclass(frozen=True)
class Verdicts:
    """The answer of every check for every subject: a row a subject, a column a check.

    `answer` and `reason` (why it is unknown) are codes, places in `VERDICT_WORDS` and `REASON_WORDS`; `pair` is
    the encounter that decides (-1: none); `area` is the land covered, in the plane, as the layers have it.
    """

    answer: Codes
    reason: Codes
    pair: Places
    area: Numbers


def find_verdicts(around: Surroundings, encounters: Encounters, *, max_cut_share: float) -> Verdicts:
    """Answer every check for every subject.

    Source
    ------
    DESIGN, "Layers: absent, partial, inaccurate"; docs/decisions/0004-strips-and-usable-area.md.
    """
    count, checks = len(around.subjects.shapes), around.checks
    size = {"subjects": count, "checks": len(checks)}
    sure = encounters.stands & encounters.firm
    surely, others = find_cover(encounters, sure, **size), find_cover(encounters, ~sure, **size)
    limit = most_covered(around, max_cut_share)
    forbids = np.array([check.forbids for check in checks], dtype=bool)
    covered = around.covered
    whose = codes_of([around.why_not_covered(check.layer) for check in checks], REASON_WORDS)
    pair = _find_deciding(encounters, sure, **size)
    doubt = np.append(codes_of(_name_doubts(around, encounters), REASON_WORDS), np.uint8(0))[pair]
    answer, reason = _choose(
        (forbids & (surely.area_least > limit), BLOCK, ""),
        (forbids & (surely.area_most > limit) & surely.most, UNKNOWN, doubt),
        (surely.least, WARN, ""),
        (others.stored, WARN, ""),
        (surely.most | others.most, UNKNOWN, doubt),
        (~covered, UNKNOWN, np.broadcast_to(whose, covered.shape)),
        shape=covered.shape,
    )
    stored = find_cover(encounters, np.ones(len(sure), dtype=bool), **size).area_stored
    return Verdicts(answer, reason, pair, stored)


def codes_of(words: Any, vocabulary: NDArray[Any]) -> Codes:
    """Give the place of every word in a vocabulary."""
    return np.asarray(pd.Index(vocabulary).get_indexer(np.asarray(words, dtype=object)), dtype=np.uint8)


def _choose(*cases: tuple[Flags, str, Any], shape: tuple[int, ...]) -> tuple[Codes, Codes]:
    """Take the answer and the reason (a word or codes) of the first case that holds; pass where none does."""
    answer, reason = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.uint8)
    for holds, word, why in reversed(cases):
        answer[holds] = codes_of([word], VERDICT_WORDS)[0]
        reason[holds] = codes_of([why], REASON_WORDS)[0] if isinstance(why, str) else why[holds]
    return answer, reason


def most_covered(around: Surroundings, max_cut_share: float) -> Numbers:
    """Return how much of every subject each check may cover without forbidding its use, in the plane."""
    shares = [check.rules[0].details.get("max_cut_share", max_cut_share) for check in around.checks]
    areas: Numbers = np.nan_to_num(shapely.area(around.subjects.shapes))
    return np.asarray(np.maximum(areas[:, None] * np.array(shares, dtype=float)[None, :], TOUCHING_M2))


def _find_deciding(encounters: Encounters, sure: Flags, *, subjects: int, checks: int) -> Places:
    """Find the encounter that decides each answer: sure ones first, then the largest cover, then the nearest."""
    key = encounters.subject * np.int64(checks) + encounters.check
    area = np.nan_to_num(shapely.area(encounters.stored_strip))
    rank = np.where(sure & encounters.least, 0, np.where(encounters.stored, 1, 2))
    order = np.lexsort((encounters.obstacle, encounters.distance_m, -area, rank, key))
    order = order[encounters.most[order] | encounters.stored[order]]
    deciding = np.full(subjects * checks, -1, dtype=np.int64)
    groups, first = np.unique(key[order], return_index=True)
    deciding[groups] = order[first]
    return deciding.reshape(subjects, checks)


def _name_doubts(around: Surroundings, encounters: Encounters) -> NDArray[Any]:
    """Say why an encounter may not be sure: approximate source, state or class unknown, accuracy."""
    obstacles = around.obstacles
    vague = (obstacles.least_m != obstacles.most_m)[encounters.obstacle]
    return np.select(
        [~encounters.firm, ~encounters.stands, vague], ["approximate", "planned", "uncertain"], "accuracy"
    ).astype(object)


def find_allowed(
    around: Surroundings, encounters: Encounters, *, max_cut_share: float
) -> dict[tuple[str, str], NDArray[np.int8]]:
    """Answer, by network and state of its lines, whether the rules of the network allow the use of every subject.

    Returns
    -------
    By (network, state), as places in `ANSWER_WORDS`: no where strips or rings of the network surely cover more of
    the subject than is allowed, yes where they surely do not and no distance has to be computed, else unknown.
    """
    checks, answers = around.checks, {}
    no_code, unknown_code, yes_code = np.arange(len(ANSWER_WORDS), dtype=np.int8)
    for state in NETWORK_STATES:
        no, unknown = _forbid(around, encounters, max_cut_share, with_planned=state == "planned")
        for network in NETWORKS:
            wanted = [check.network == network for check in checks]
            some_no, some_unknown = no[:, wanted].any(axis=1), unknown[:, wanted].any(axis=1) | (not any(wanted))
            answers[str(network), state] = np.select([some_no, some_unknown], [no_code, unknown_code], yes_code)
    return answers


def _forbid(
    around: Surroundings, encounters: Encounters, max_cut_share: float, *, with_planned: bool
) -> tuple[Flags, Flags]:
    """Tell which checks surely forbid the use of which subjects, and of which that is unknown."""
    size = {"subjects": len(around.subjects.shapes), "checks": len(around.checks)}
    counts = encounters.stands | (encounters.planned & with_planned)
    considered = counts | ~encounters.planned
    surely = find_cover(encounters, counts & encounters.firm, **size)
    maybe = find_cover(encounters, considered, **size)
    doubtful = find_cover(encounters, considered & ~(counts & encounters.firm), **size).most
    limit = most_covered(around, max_cut_share)
    forbids = np.array([check.forbids for check in around.checks], dtype=bool)
    computes = np.array([check.effect == "calculation" for check in around.checks], dtype=bool)
    open_question = (forbids & ((maybe.area_most > limit) | doubtful)) | (computes & maybe.most)
    return forbids & (surely.area_least > limit), (open_question | ~around.covered) & (forbids | computes)
