"""Which layer moved an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from geozones.changes.record import RunRecord

SETTINGS = "settings"
"""Stands in place of a layer where no layer moved an answer: the settings or the rules did."""


def differs(before: pd.Series, after: pd.Series) -> np.ndarray:
    """Say where two columns differ; two missing values are the same."""
    is_same = (before == after).fillna(False).to_numpy(dtype=bool)
    return ~(is_same | (before.isna() & after.isna()).to_numpy(dtype=bool))


class Causes:
    """Which layer moved an answer: the one whose feature changed, appeared or went."""

    def __init__(self, before: RunRecord, after: RunRecord) -> None:
        both = before.features.merge(after.features, on=["layer", "key"], how="outer", suffixes=("_before", ""))
        changed = both[differs(both["row_hash_before"], both["row_hash"])]
        self._layer_of = dict(zip(changed["key"], changed["layer"], strict=True))
        self._changed_layers = sorted(set(changed["layer"]))
        plots = before.plots.merge(after.plots, on="plot_id", how="outer", suffixes=("_before", ""))
        zones = before.zones.merge(after.zones, on="zone_id", how="outer", suffixes=("_before", ""))
        self._own = {
            "plot": set(plots.loc[differs(plots["row_hash_before"], plots["row_hash"]), "plot_id"]),
            "zone": set(zones.loc[differs(zones["row_hash_before"], zones["row_hash"]), "zone_id"]),
        }

    def of(self, subject: str, subject_id: str, features: Iterable[Any], network: str) -> str:
        """Name the layer that moved an answer of a plot or zone, whose nearest features were these."""
        if subject_id in self._own[subject]:
            return f"{subject}s"
        for feature in features:
            if feature in self._layer_of:
                return str(self._layer_of[feature])
        return next((layer for layer in self._changed_layers if network and network in layer), None) or (
            self._changed_layers[0] if len(self._changed_layers) == 1 else SETTINGS
        )

    def has(self, layer: Any) -> bool:
        """Say whether anything of a layer changed."""
        return layer in self._changed_layers
