"""Lines and connection points of a network with what their sources say of them; answers as numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geozones.config import Config
from geozones.coverage import Trust, find_trust
from geozones.tables import RegionTables

NO, UNKNOWN, YES = 0, 1, 2
"""Answers as numbers (`tables.ANSWER_WORDS`): the lesser of two is their `and`, the greater their `or`."""

NEAR_REASONS = (
    "point", "line", "far", "absent", "not_covered", "approximate", "accuracy", "uncertain", "no_limit",
)  # fmt: skip
CAPABLE_REASONS = (
    "no_need", "not_near", "enough", "short", "need_unknown", "capacity_unknown", "near_unknown",
)  # fmt: skip
"""Reasons behind the answers near and capable; in tables their places stand for them."""

Answers = NDArray[np.int8]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Targets(Trust):
    """Lines or connection points of one network, with what their sources say of them, row by row."""

    table: GeoDataFrame


def collect_targets(role: str, network: str, tables: RegionTables, config: Config) -> Targets | None:
    """Collect the lines (role = network) or the connection points of a network; None where the layer is absent."""
    table = tables.of(role)
    if table is None:
        return None
    if role == "connection_points":
        table = table[(table["network"] == network).to_numpy()]
    return Targets(**vars(find_trust(role, table, tables, config)), table=table)
