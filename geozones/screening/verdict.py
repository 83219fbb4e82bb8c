"""The verdict in four words: can, can after conditions, cannot while blocked, too little data."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.screening.case import BLOCK, PASS, UNKNOWN, WARN

VERDICTS = ("can", "conditions", "unknown", "blocked")
"""From best to worst: more land taken or less known never moves a site to the left."""

_WORST = {BLOCK: 0, UNKNOWN: 1, WARN: 2, PASS: 3}


def find_verdicts(findings: pd.DataFrame, site_ids: pd.Series) -> pd.DataFrame:
    """Draw the verdict of every site from its findings.

    A block blocks. An unknown answer of a rule that could block, or that the verdict has to wait for (`decisive`),
    leaves too little data. A warning is a condition. Other unknown answers are listed, but do not hold the site
    back.

    Returns
    -------
    DataFrame
        A row a site: `site_id`, `verdict` (blocked, unknown, conditions, can), `blocks`, `conditions`,
        `layers_missing` (how many layers the unknown answers of the verdict wait for).
    """
    place = _places(findings, site_ids)
    answer, count = findings["answer"].to_numpy(dtype=object), len(site_ids)
    blocks = np.bincount(place[answer == BLOCK], minlength=count)
    conditions = np.bincount(place[answer == WARN], minlength=count)
    layer = findings["feature_layer"].to_numpy(dtype=object)
    waits = (answer == UNKNOWN) & findings["decisive"].to_numpy(dtype=bool) & ~pd.isna(layer)
    layer_of = pd.factorize(layer[waits])[0]
    waiting = np.unique(np.column_stack([place[waits], layer_of]), axis=0)[:, 0]
    missing = np.bincount(waiting, minlength=count)
    verdict = np.select([blocks > 0, missing > 0, conditions > 0], ["blocked", "unknown", "conditions"], "can")
    columns = {
        "site_id": pd.array(site_ids.to_numpy(dtype=object), dtype="str"),
        "verdict": pd.array(verdict.astype(object), dtype="str"),
        "blocks": blocks,
        "conditions": conditions,
        "layers_missing": missing,
    }
    return pd.DataFrame(columns)


def _places(findings: pd.DataFrame, site_ids: pd.Series) -> NDArray[np.int64]:
    """Return the place of the site of every finding."""
    places = {site: place for place, site in enumerate(site_ids)}
    return np.array([places[site] for site in findings["subject_id"]], dtype=np.int64)


def sort_findings(findings: pd.DataFrame, site_ids: pd.Series) -> pd.DataFrame:
    """Sort findings by site, worst answer first, then as the rules come."""
    badness = np.array([_WORST[answer] for answer in findings["answer"]], dtype=np.int64)
    order = np.lexsort((~findings["decisive"].to_numpy(dtype=bool), badness, _places(findings, site_ids)))
    return findings.take(order).reset_index(drop=True)
