"""The finding on housing: whether a hazard class may stand so near to settlements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geozones.restrictions.answers import BLOCK, PASS, UNKNOWN, WARN
from geozones.restrictions.sanitary import CLASS_COLUMNS, Housing
from geozones.tables import FINDING_ORDER

Places = NDArray[np.intp]
HOUSING_CHECK = "sanitary.housing"
HOUSING_ORDER, FOOD_ORDER = 10_000, 20_000
"""Places of findings that no check of an object gives, behind those of all checks."""


@dataclass(frozen=True)
class ChosenClass:
    """The hazard class that the finding on housing speaks of, by its place, and the answer, a row a subject."""

    place: NDArray[np.intp]
    answer: NDArray[Any]


def choose_class(housing: Housing, names: list[str], subjects: GeoDataFrame) -> ChosenClass:
    """Choose the declared hazard class of every subject, else the most hazardous one that fits."""
    count = len(subjects)
    place = np.full(count, max(len(names) - 1, 0))
    if not names:
        return ChosenClass(place, np.full(count, UNKNOWN, dtype=object))
    answers = housing.classes[[CLASS_COLUMNS[name] for name in names]].to_numpy(dtype=object)
    own = subjects["hazard_class"].to_numpy(dtype=object) if "hazard_class" in subjects.columns else None
    for word in ("unknown", "yes"):
        has = (answers == word).any(axis=1)
        place[has] = (answers == word).argmax(axis=1)[has]
    declared = np.zeros(count, dtype=bool)
    if own is not None:
        declared_place = pd.Index(names).get_indexer(own.astype(str))
        declared = declared_place >= 0
        place[declared] = declared_place[declared]
    word = answers[np.arange(count), place]
    answer = np.select([word == "yes", word == "unknown", declared], [PASS, UNKNOWN, BLOCK], WARN)
    return ChosenClass(place, answer.astype(object))


def list_housing(housing: Housing, by_class: dict[str, Any], chosen: ChosenClass, rows: Places) -> pd.DataFrame:
    """Write the finding on housing about some subjects."""
    if not by_class:
        return pd.DataFrame()
    rules = list(by_class.values())
    place, answer = chosen.place[rows], chosen.answer[rows]
    words = {name: np.array([getattr(rule, source) for rule in rules], dtype=object)[place]
             for name, source in (("rule_id", "id"), ("basis", "basis"), ("verified", "verified"))}  # fmt: skip
    return pd.DataFrame(
        {
            "row": rows,
            FINDING_ORDER: HOUSING_ORDER,
            "check": HOUSING_CHECK,
            "answer": answer,
            "measure": housing.classes["housing_m"].to_numpy()[rows],
            "unit": "m",
            "feature_layer": "settlements",
            "feature_id": housing.classes["housing_id"].to_numpy(dtype=object)[rows],
            **words,
            "reason": np.where(answer == UNKNOWN, housing.reason[rows], ""),
            "share": np.nan,
        }
    )
