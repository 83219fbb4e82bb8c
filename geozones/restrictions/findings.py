"""All answers of the rules as one table of findings: what pages, reports and screening may say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geozones.config import Config
from geozones.restrictions.allowed import list_allowed
from geozones.restrictions.answers import (
    PASS,
    REASON_WORDS,
    UNKNOWN,
    VERDICT_WORDS,
    Codes,
    Encounters,
    Subjects,
    Surroundings,
    Verdicts,
    codes_of,
    find_allowed,
    find_encounters,
    find_verdicts,
    look_around,
)
from geozones.restrictions.housing import ChosenClass, choose_class, list_housing
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
from geozones.restrictions.sanitary import Housing, class_rules, find_housing
from geozones.restrictions.usable import SUBJECT_KEYS, subject_names
from geozones.rules import Rules
from geozones.tables import FINDING_ORDER, RegionTables, shape_findings

Places = NDArray[np.intp]


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
        `list_allowed`, for `plot_networks`.
    hazard_classes
        The id column, `class_I` … `class_V` (yes, no, unknown), `housing_m`, `housing_id`; a row a subject.

    Raises
    ------
    MeasureError
        The CRS is missing, geographic or strongly distorting.
    """
    return answer_rules(subjects, tables, find_objects(layers_of(tables, rules), rules), config=config)


@dataclass(frozen=True)
class Answers:
    """What the rules say of some subjects, answers that name no object and measure nothing stated once.

    Parameters
    ----------
    own, shared
        Contract of findings and `order`: rows about one subject alone, and rows stated at a subject for all that
        are like it.
    likes
        The id column and `like`, the subject at which the shared answers stand, a row a subject.
    allowed, hazard_classes
        As `find_findings` gives them.
    """

    own: pd.DataFrame
    shared: pd.DataFrame
    likes: pd.DataFrame
    allowed: pd.DataFrame
    hazard_classes: pd.DataFrame


def answer_rules(
    subjects: GeoDataFrame, tables: RegionTables, objects: RuledObjects, *, config: Config
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Ask every rule about every plot, zone or site, as `find_findings`, of objects that were found before."""
    asked = _Asked.of(subjects, tables, objects, config)
    found = asked.list_rows(asked.cells.suits, np.arange(len(subjects)))
    return shape_findings(found.drop(columns=FINDING_ORDER)), asked.list_allowed(), asked.hazard_classes()


def find_answers(plots: GeoDataFrame, tables: RegionTables, objects: RuledObjects, *, config: Config) -> Answers:
    """Ask every rule about every plot; what plots of a zone share is stated once.

    Parameters
    ----------
    plots
        As of `find_findings`, with `zone_id`.
    tables, objects, config
        As of `find_findings`; objects were found before.
    """
    asked = _Asked.of(plots, tables, objects, config)
    cells, housing = asked.cells, asked.housing
    is_shared = cells.suits & (cells.pair < 0)
    is_measured = ~np.isnan(housing.classes["housing_m"].to_numpy(dtype=float))
    first, of_plot = _find_alike(
        plots["zone_id"].to_numpy(dtype=object),
        np.where(is_shared, cells.answer.astype(np.uint16) * len(REASON_WORDS) + cells.reason + 1, 0),
        np.where(is_measured, 0, asked.housing_codes() + 1),
    )
    stated = np.zeros(len(plots), dtype=bool)
    stated[first] = True
    own = asked.list_rows(cells.suits & ~is_shared, np.flatnonzero(is_measured))
    shared = asked.list_rows(is_shared & stated[:, None], np.flatnonzero(stated & ~is_measured))
    names = subject_names(plots)
    likes = pd.DataFrame({str(names.name): names.array, "like": names.array.take(first[of_plot])})
    return Answers(
        shape_findings(own), shape_findings(shared), likes, asked.list_allowed(), asked.hazard_classes()
    )


def _find_alike(zone: Any, cells: Any, housing: Any) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Group plots of a zone with the same cells: the first plot of each group, and the group of every plot."""
    codes = pd.factorize(zone)[0].astype(np.uint16)
    keys = np.column_stack([codes, housing.astype(np.uint16), cells.astype(np.uint16)])
    whole = np.ascontiguousarray(keys).view(np.dtype((np.void, keys.shape[1] * keys.itemsize))).ravel()
    _, first, of_plot = np.unique(whole, return_index=True, return_inverse=True)
    return first, of_plot


@dataclass(frozen=True)
class _Asked:
    """All that is needed to list the answers about some subjects."""

    names: pd.Series
    kind: str
    around: Surroundings
    encounters: Encounters
    cells: _Cells
    housing: Housing
    by_class: dict[str, Any]
    chosen: ChosenClass
    tables: RegionTables
    config: Config

    @classmethod
    def of(cls, subjects: GeoDataFrame, tables: RegionTables, objects: RuledObjects, config: Config) -> _Asked:
        shapes = shapes_of(subjects)
        land = Subjects(shapes, find_scale(shapes, subjects.crs), _farm_land(subjects))
        around = look_around(land, objects, tables, config)
        encounters = find_encounters(around)
        verdicts = find_verdicts(around, encounters, max_cut_share=config.restrictions.max_cut_share)
        housing, by_class = find_housing(land, tables, objects.rules, config), class_rules(objects.rules)
        return cls(
            subject_names(subjects), subject_kind(subjects), around, encounters, _cells_of(around, verdicts),
            housing, by_class, choose_class(housing, list(by_class), subjects), tables, config,
        )  # fmt: skip

    def list_rows(self, wanted: NDArray[np.bool_], housed: Places) -> pd.DataFrame:
        """List the answers of the wanted cells, and the answers on housing about some subjects."""
        subject, check = np.nonzero(wanted)
        parts = [
            _list_verdicts(self.around, self.encounters, self.cells, self.tables, subject, check),
            list_housing(self.housing, self.by_class, self.chosen, housed),
        ]
        found = pd.concat(parts, ignore_index=True).sort_values(["row", FINDING_ORDER], kind="stable")
        found["subject"] = self.kind
        found["subject_id"] = self.names.array.take(found["row"].to_numpy(dtype=np.intp))
        return found.drop(columns="row")

    def housing_codes(self) -> Any:
        """Give a number to every different answer on housing that measures nothing."""
        words = pd.DataFrame(
            {"class": self.chosen.place, "answer": self.chosen.answer, "reason": self.housing.reason}
        )
        return words.groupby(["class", "answer", "reason"], sort=False).ngroup().to_numpy()

    def list_allowed(self) -> pd.DataFrame:
        limit = self.config.restrictions.max_cut_share
        return list_allowed(find_allowed(self.around, self.encounters, max_cut_share=limit), self.names)

    def hazard_classes(self) -> pd.DataFrame:
        classes = self.housing.classes.copy()
        classes.insert(0, str(self.names.name), self.names.array)
        return classes


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


@dataclass(frozen=True)
class _Cells:
    """The verdicts, a row a subject, a column a check; of a check that comes twice, that of its land suits."""

    suits: NDArray[np.bool_]
    answer: Codes
    reason: Codes
    pair: NDArray[np.int64]
    area: NDArray[np.float64]


def _cells_of(around: Surroundings, verdicts: Verdicts) -> _Cells:
    """Take the verdicts; of a subject without an outline nothing is known."""
    shapes = around.subjects.shapes
    by_check = [_suits(check, around.subjects) for check in around.checks]
    suits = np.stack(by_check, axis=1) if by_check else np.empty((len(shapes), 0), dtype=bool)
    answer, reason = verdicts.answer.copy(), verdicts.reason.copy()
    missing = ~(shapely.area(shapes) > 0)
    answer[missing] = codes_of([UNKNOWN], VERDICT_WORDS)[0]
    reason[missing] = codes_of(["no_geometry"], REASON_WORDS)[0]
    return _Cells(suits, answer, reason, verdicts.pair, verdicts.area)


def _list_verdicts(
    around: Surroundings,
    encounters: Encounters,
    cells: _Cells,
    tables: RegionTables,
    subject: Places,
    check: Places,
) -> pd.DataFrame:
    """Write the answers of some checks about some subjects as rows."""
    checks = around.checks
    answer, pair = VERDICT_WORDS[cells.answer[subject, check]], cells.pair[subject, check]
    at = np.flatnonzero(pair >= 0)
    obstacle = encounters.obstacle[pair[at]]
    rules = _deciding_rules(around, check, at, obstacle, answer[at] == UNKNOWN)
    layer = np.array([each.layer for each in checks], dtype=object)[check]
    feature = np.full(len(check), None, dtype=object)
    layers = {name: tables.of(name) for name in {each.layer for each in checks} if tables.of(name) is not None}
    feature[at] = feature_names(layers, layer[at], around.obstacles.row[obstacle])
    area = cells.area[subject, check]
    covers = np.array([each.forbids for each in checks], dtype=bool)[check] & (answer != PASS) & (area > 0)
    metres = np.full(len(check), np.nan)
    metres[at] = encounters.distance_m[pair[at]]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = area / shapely.area(around.subjects.shapes)[subject]
    return pd.DataFrame(
        {
            "row": subject,
            FINDING_ORDER: check,
            "check": np.array([each.id for each in checks], dtype=object)[check],
            **rules,
            "answer": answer,
            "measure": np.where(covers, area / around.subjects.scale[subject] ** 2, metres),
            "unit": np.where(covers, "m²", "m"),
            "feature_layer": layer,
            "feature_id": feature,
            "reason": REASON_WORDS[cells.reason[subject, check]],
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
