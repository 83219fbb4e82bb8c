"""One screening: the sites, what is known around them, and how far each layer may be relied on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geozones.config import Config
from geozones.coverage import Trust, find_trust
from geozones.crs import measure_area_m2
from geozones.proximity.measuring import require_measuring_crs
from geozones.restrictions.plane import find_scale
from geozones.rules import Rule, Rules
from geozones.tables import DERIVED, PANDAS_DTYPES, RegionTables

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Found = TypeVar("Found")

PASS, WARN, UNKNOWN, BLOCK = "pass", "warn", "unknown", "block"


@dataclass(frozen=True)
class Features(Trust):
    """Features of a role with what their sources say of them, row by row."""

    table: Any


@dataclass(frozen=True)
class Case:
    """What is screened, and against what.

    `sites` has a fresh index, the columns of the proposals contract and, where known, `accuracy_m` of its corners;
    `zone_figures` the figures of the zones (`figures.zone_figures`), None where they are not known.
    """

    sites: GeoDataFrame
    tables: RegionTables
    config: Config
    rules: Rules
    as_of: dt.date
    zone_figures: pd.DataFrame | None = None
    _known: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def shapes(self) -> NDArray[Any]:
        """Outlines of the sites."""
        return np.asarray(self.sites.geometry.array, dtype=object)

    @property
    def area_m2(self) -> Numbers:
        """Square metres of the sites, on the ground."""
        return self.once("area", lambda: measure_area_m2(self.shapes, self.sites.crs))

    @property
    def scale(self) -> Numbers:
        """Metres of the plane in one metre on the ground, at every site."""
        return self.once("scale", lambda: find_scale(self.shapes, require_measuring_crs(self.sites.crs)))

    @property
    def accuracy_m(self) -> Numbers:
        """How far the corners of the sites may be off; 0 where nothing is said."""
        if "accuracy_m" not in self.sites.columns:
            return np.zeros(len(self.sites))
        return np.asarray(np.nan_to_num(self.sites["accuracy_m"].to_numpy(dtype=float)))

    @property
    def is_private(self) -> Flags:
        """Which sites are asked for a private zone."""
        return np.asarray((self.sites["kind"] == "private").to_numpy(dtype=bool, na_value=False))

    def once(self, key: str, find: Callable[[], Found]) -> Found:
        """Find something the first time it is asked for, and remember it."""
        if key not in self._known:
            self._known[key] = find()
        found: Found = self._known[key]
        return found

    def rule(self, rule_id: str) -> Rule:
        """Return a rule in force on the day."""
        return self.rules.get(rule_id, on=self.as_of)

    def limit(self, rule_id: str) -> float:
        """Return the number of a rule in force on the day."""
        return float(self.rule(rule_id).value or 0.0)

    def targets(self, role: str) -> Features | None:
        """Return the features of a role with what their sources say of them; None where the layer is absent."""
        return self.once(f"targets:{role}", lambda: self._find_targets(role))

    def _find_targets(self, role: str) -> Features | None:
        table = self.tables.of(role)
        if table is None:
            return None
        return Features(**vars(find_trust(role, table, self.tables, self.config)), table=table)

    def covered(self, role: str) -> Flags:
        """Tell for which sites a firm source says that it has everything."""
        targets = self.targets(role)
        if targets is None:
            return np.zeros(len(self.sites), dtype=bool)
        return self.once(f"covered:{role}", lambda: targets.covered(self.shapes))

    def why_not_covered(self, role: str) -> str:
        """Name the reason why a layer has no firm answer where it finds nothing."""
        targets = self.targets(role)
        if targets is None:
            return "absent"
        return "approximate" if targets.has_only_doubtful_sources else "not_covered"


EXTRA_COLUMNS = {
    "check": "str", "reason": "str", "share": "float64", "decisive": "bool", "feature_name": "str", "other":
    "float64",
}  # fmt: skip
"""Columns of findings beyond the contract: the question, why unknown, the share of the site covered, whether the
verdict waits for an unknown answer, and what sentences need (`other` is a second number)."""


Part = dict[str, Any]
"""Findings of one rule, column by column, a row a site."""


def make_findings(
    case: Case,
    rule_id: str,
    answer: Any,
    *,
    measure: Any = np.nan,
    unit: str = "",
    feature_id: Any = None,
    feature_name: Any = None,
    reason: Any = "",
    other: Any = np.nan,
    decisive: Any = None,
    layer: Any = None,
    kept: Flags | None = None,
) -> Part:
    """Make the findings of one rule, a row a site, in the order of the sites.

    Parameters
    ----------
    answer, measure, feature_id, feature_name, reason, other
        One value for all sites, or one a site; `reason` says why an answer is unknown, `other` is a second number
        of its sentence.
    decisive
        Whether the verdict has to wait for an unknown answer; by default where the rule forbids.
    layer
        Role of the feature that decides; by default that of the rule.
    kept
        Sites that the rule is asked of; by default all.
    """
    rule, count = case.rule(rule_id), len(case.sites)
    answers = np.broadcast_to(np.asarray(answer, dtype=object), count)
    columns: Part = {
        "subject": "site",
        "subject_id": case.sites["site_id"].to_numpy(dtype=object),
        "rule_id": rule_id,
        "answer": answers,
        "measure": measure,
        "unit": unit or rule.unit,
        "feature_layer": (rule.layer or None) if layer is None else layer,
        "feature_id": feature_id,
        "basis": rule.basis,
        "verified": rule.verified,
        "check": rule_id,
        "reason": np.where(answers == UNKNOWN, np.asarray(reason, dtype=object), ""),
        "share": np.nan,
        "decisive": rule.effect == "forbid" if decisive is None else decisive,
        "feature_name": feature_name,
        "other": other,
    }
    rows = np.arange(count) if kept is None else np.flatnonzero(kept)
    return {
        name: np.broadcast_to(np.asarray(value, dtype=None if name in _NUMBERS else object), count)[rows]
        for name, value in columns.items()
    }


_NUMBERS = ("measure", "share", "other", "verified", "decisive")


def join_findings(parts: Sequence[Part], limits: pd.DataFrame) -> pd.DataFrame:
    """Put findings together and give them the dtypes of their contract, the columns of this package after them."""
    dtypes = {column.name: PANDAS_DTYPES[column.dtype] for column in DERIVED["findings"].columns} | EXTRA_COLUMNS
    own = {name: np.concatenate([part[name] for part in parts]) for name in dtypes}
    names = {
        name: np.concatenate([values, _column(limits, name)]) if len(limits) else values
        for name, values in own.items()
    }
    return pd.DataFrame({name: pd.Series(values, dtype=dtypes[name]) for name, values in names.items()})


def _column(limits: pd.DataFrame, name: str) -> Any:
    if name not in limits.columns:
        return np.full(
            len(limits), np.nan if name in _NUMBERS else None, dtype=float if name in _NUMBERS else object
        )
    values = limits[name]
    return values.to_numpy(dtype=float if name in ("measure", "share") else object)
