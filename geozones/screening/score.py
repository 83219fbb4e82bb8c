"""The score of a site, and an order of sites with its stability: for the page "how ranked", never for the verdict.

Each criterion is a number between 0 and 1: straight lines between the rules `score.<criterion>.best`, `.half` and
`.worst`. Weights come from the settings and sum to 1. What is not known may be anything: it makes the score an
interval, whose middle is the value. A block caps the score.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.screening.case import BLOCK, Case, Numbers

SEED = 20250210
_MEASURED = frozenset(("site.power", "site.gas", "site.water", "site.road", "site.railway", "site.people"))


def measure_criteria(
    case: Case,
    *,
    usable: pd.DataFrame,
    networks: pd.DataFrame,
    findings: pd.DataFrame,
    people: pd.DataFrame,
    shape: pd.DataFrame,
) -> pd.DataFrame:
    """Collect what the criteria measure, a column each, a row a site; NaN where it is not known."""
    sites = case.sites["site_id"].to_numpy(dtype=object)
    columns = [findings[name].to_numpy(dtype=object) for name in ("subject_id", "rule_id", "answer", "measure")]
    known = {
        (site, rule): float(measure)
        for site, rule, answer, measure in zip(*columns, strict=True)
        if rule in _MEASURED and answer != "unknown"
    }

    def of_rule(rule_id: str) -> Any:
        return np.array([known.get((site, rule_id), np.nan) for site in sites], dtype=float)

    table = pd.DataFrame(index=range(len(sites)))
    table["usable"] = usable["usable_ha"].to_numpy(dtype=float) / usable["whole_ha"].to_numpy(dtype=float)
    for network in ("power", "gas", "water"):
        table[network] = of_rule(f"site.{network}")
    table["road"], table["railway"] = of_rule("site.road"), of_rule("site.railway")
    table["people"] = of_rule("site.people")
    table["housing"] = people["settlement_m"].where(people["is_outline"].astype(bool)).to_numpy(dtype=float)
    table["shape"] = shape["compactness"].to_numpy(dtype=float)
    return table


def score_criteria(case: Case, measures: pd.DataFrame) -> pd.DataFrame:
    """Turn measures into numbers between 0 and 1 by the straight lines of the rules; NaN stays NaN."""
    scored = {name: _between(case, name, measures[name].to_numpy(dtype=float)) for name in measures.columns}
    return pd.DataFrame(scored, index=measures.index)


def _between(case: Case, name: str, values: Numbers) -> Numbers:
    knees = {
        part: case.limit(f"score.{name}.{part}")
        for part in ("best", "half", "worst")
        if any(rule.id == f"score.{name}.{part}" for rule in case.rules.rows)
    }
    points = sorted(
        {(knees["best"], 1.0), (knees["worst"], 0.0)} | ({(knees["half"], 0.5)} if "half" in knees else set())
    )
    scored: Numbers = np.interp(values, [x for x, _ in points], [y for _, y in points])
    return np.where(np.isnan(values), np.nan, scored)


def find_scores(case: Case, criteria: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Weigh the criteria to a score with its interval.

    Returns
    -------
    DataFrame
        A row a site: `site_id`, `value`, `low`, `high` (0..1), `capped_by` (rule of the worst block, missing where
        none).
    """
    weights = weights_of(case.config.screening.weights, list(criteria.columns))
    low, high = _bounds(criteria.to_numpy(dtype=float), weights[None, :])
    blocked = (findings["answer"] == BLOCK).to_numpy(dtype=bool)
    sites, rules = (findings[name].to_numpy(dtype=object)[blocked] for name in ("subject_id", "rule_id"))
    worst = dict(zip(sites[::-1], rules[::-1], strict=True))  # the first of a site stays
    capped_by = pd.array([worst.get(site) for site in case.sites["site_id"]], dtype="str")
    cap = np.where(pd.isna(capped_by), 1.0, case.limit("score.cap"))
    columns = {
        "site_id": pd.array(case.sites["site_id"].to_numpy(dtype=object), dtype="str"),
        "value": np.minimum((low[0] + high[0]) / 2, cap),
        "low": np.minimum(low[0], cap),
        "high": np.minimum(high[0], cap),
        "capped_by": capped_by,
    }
    return pd.DataFrame(columns)


def weights_of(weights: Mapping[Any, float], names: list[str]) -> Numbers:
    """Return the weights of some criteria, in their order, scaled to the sum of 1."""
    chosen = np.array([weights.get(name, 0.0) for name in names], dtype=float)
    scaled: Numbers = chosen / chosen.sum()
    return scaled


def _bounds(criteria: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """Return the least and the greatest score: a row a set of weights, a column a site."""
    unknown = np.isnan(criteria)
    least = weights @ np.where(unknown, 0.0, criteria).T
    return least, least + weights @ unknown.T.astype(float)


def order_sites(scores: pd.DataFrame) -> NDArray[np.int64]:
    """Order sites: those that nothing blocks first, then by value, low and id."""
    is_blocked = scores["capped_by"].notna().to_numpy()
    return np.lexsort((scores["site_id"].to_numpy(dtype=str), -scores["low"], -scores["value"], is_blocked))


def rank_sites(case: Case, criteria: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Rank sites, and find how stable the order is when the weights vary.

    Weights are drawn `score.draws` times, each up to `score.spread` up or down, with a fixed seed, and scaled to
    the sum of 1.

    Returns
    -------
    DataFrame
        `site_id`, `rank` (from 1), `stability` (share of the draws in which the site keeps its place), in the
        order of the ranks.
    """
    order = order_sites(scores)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    draws, spread = int(case.limit("score.draws")), case.limit("score.spread")
    weights = weights_of(case.config.screening.weights, list(criteria.columns))
    factors = np.random.default_rng(SEED).uniform(1 - spread, 1 + spread, (draws, len(weights)))
    drawn = weights * factors
    drawn /= drawn.sum(axis=1, keepdims=True)
    low, high = _bounds(criteria.to_numpy(dtype=float), drawn)
    is_blocked = scores["capped_by"].notna().to_numpy()
    cap = np.where(is_blocked, case.limit("score.cap"), 1.0)
    value = np.minimum((low + high) / 2, cap) - is_blocked * 2.0
    by_id = np.argsort(np.argsort(scores["site_id"].to_numpy(dtype=str)))
    keys = value + np.minimum(low, cap) * 1e-9 - by_id * 1e-12
    drawn_order = np.argsort(-keys, axis=1, kind="stable")
    kept = drawn_order == order[None, :]
    table = pd.DataFrame({"site_id": scores["site_id"].to_numpy(dtype=object)[order]})
    table["rank"] = np.arange(1, len(order) + 1)
    table["stability"] = kept.mean(axis=0) if len(order) else np.empty(0)
    return table.astype({"site_id": "str"})
