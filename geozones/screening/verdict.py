"""The verdict in four words: can, can after conditions, cannot while blocked, too little data."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
    counts = {
        "blocks": findings["answer"] == BLOCK,
        "conditions": findings["answer"] == WARN,
    }
    table = pd.DataFrame({"site_id": site_ids.to_numpy(dtype=object)}).astype("str")
    for name, mask in counts.items():
        table[name] = table["site_id"].map(findings[mask].groupby("subject_id").size()).fillna(0).astype("int64")
    waiting = findings[(findings["answer"] == UNKNOWN) & findings["decisive"]]
    layers = waiting.groupby("subject_id")["feature_layer"].nunique()
    table["layers_missing"] = table["site_id"].map(layers).fillna(0).astype("int64")
    table["verdict"] = np.select(
        [table["blocks"] > 0, table["layers_missing"] > 0, table["conditions"] > 0],
        ["blocked", "unknown", "conditions"],
        "can",
    )
    return table[["site_id", "verdict", "blocks", "conditions", "layers_missing"]]


def sort_findings(findings: pd.DataFrame, site_ids: pd.Series) -> pd.DataFrame:
    """Sort findings by site, worst answer first, then as the rules come."""
    places = {site: place for place, site in enumerate(site_ids)}
    keys = pd.DataFrame(
        {
            "site": findings["subject_id"].map(places),
            "answer": findings["answer"].map(_WORST),
            "decisive": ~findings["decisive"].astype(bool),
            "row": np.arange(len(findings)),
        }
    )
    order = keys.sort_values(["site", "answer", "decisive", "row"]).index
    return findings.reset_index(drop=True).loc[order].reset_index(drop=True)
