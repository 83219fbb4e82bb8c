"""Sector and product → branch and hazard class, as candidates of the list; "to be set" where the list has none."""

from __future__ import annotations

from functools import cache

import pandas as pd

from geozones.restrictions.objects import count_phrase_words
from geozones.rules import Rule, Rules
from geozones.tables import HAZARD_CLASSES

TO_BE_SET = "to be set"
_WHOLE_SECTOR = "any"


def find_class_candidates(projects: pd.DataFrame, *, rules: Rules) -> pd.DataFrame:
    """Find the hazard classes that the list gives to the product of every project.

    Parameters
    ----------
    projects
        Columns `sector` and `product`: text in Russian, Kazakh or English, missing where unknown.
    rules
        Rules in force on the day.

    Returns
    -------
    DataFrame
        Indexed like `projects`: `branch` (sector of the list, missing where none fits) · `classes` (candidates,
        the most hazardous first, joined by ", "; "to be set" where the list has none; missing where there is
        neither sector nor product) · `rule_ids` (rows of the list, joined by ", ") · `is_food` (food, food stores,
        medicines) · `verified`. They are candidates: the class is set by the sanitary service.

    Source
    ------
    Rules of kind `sector`.
    """
    listed, food = rules.of_kind("sector"), rules.of_kind("sanitary_food")
    sectors, activities = _food_words(food[0]) if food else ((), ())

    @cache
    def find(sector: str, product: str) -> tuple[str | None, str | None, str, bool, bool]:
        rows, branch = _match(listed, sector, product)
        is_food = branch in sectors or any(rule.id in activities for rule in rows)
        if not sector and not product:
            return None, None, "", False, False
        classes = sorted({rule.class_name for rule in rows if rule.class_name in HAZARD_CLASSES}, key=_rank)
        ids = ", ".join(rule.id for rule in rows)
        return branch, ", ".join(classes) or TO_BE_SET, ids, is_food, bool(rows) and all(r.verified for r in rows)

    texts = projects[["sector", "product"]].astype("object").fillna("")
    found = [find(str(sector), str(product)) for sector, product in texts.itertuples(index=False)]
    columns = ["branch", "classes", "rule_ids", "is_food", "verified"]
    dtypes = {"branch": "str", "classes": "str", "rule_ids": "str", "is_food": "bool", "verified": "bool"}
    return pd.DataFrame(found, columns=columns, index=projects.index).astype(dtypes)


def _rank(hazard_class: str) -> int:
    return HAZARD_CLASSES.index(hazard_class)


def _food_words(rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = rule.details.get("words", {})
    return tuple(words.get("sectors", ())), tuple(words.get("activities", ()))


def _match(listed: tuple[Rule, ...], sector: str, product: str) -> tuple[list[Rule], str | None]:
    """Find the rows whose phrase has most words of the product, in its sector before all; and the branch."""
    named = _best([rule for rule in listed if rule.class_name == _WHOLE_SECTOR], sector)
    own = {str(rule.details["sector"]) for rule in named}
    activities = [rule for rule in listed if rule.class_name != _WHOLE_SECTOR]
    rows = _best([rule for rule in activities if rule.details["sector"] in own], product) or _best(
        activities, product
    )
    branches = [str(rule.details["sector"]) for rule in (*rows, *named)]
    return rows, branches[0] if branches else None


def _best(rules: list[Rule], text: str) -> list[Rule]:
    scores = [
        max((count_phrase_words(text, phrase) for phrase in rule.details.get("match", ())), default=0)
        for rule in rules
    ]
    most = max(scores, default=0)
    return [rule for rule, score in zip(rules, scores, strict=True) if score == most > 0]
