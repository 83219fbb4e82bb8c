"""Whether the rules of a network allow the use of a plot, zone or site: a row a subject, a column an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.config import NETWORKS
from geozones.tables import ANSWER_WORDS, NETWORK_STATES

ALLOWED_COLUMNS = {(str(network), state): f"{network}_{state}" for network in NETWORKS for state in NETWORK_STATES}
"""The column of every network and state, in the order of the rows of `plot_networks`."""

_UNKNOWN = np.int8(ANSWER_WORDS.index("unknown"))


def list_allowed(answers: Mapping[tuple[str, str], NDArray[np.int8]], names: pd.Series) -> pd.DataFrame:
    """Lay answers out as a table.

    Parameters
    ----------
    answers
        By network and state the answers of all subjects, as places in `ANSWER_WORDS`.
    names
        Ids of the subjects.

    Returns
    -------
    DataFrame
        `subject_id`, then `gas_existing`, `gas_planned`, `power_existing` … `water_planned` (no, unknown, yes).
    """
    columns: dict[str, Any] = {"subject_id": names.array}
    for side, name in ALLOWED_COLUMNS.items():
        columns[name] = pd.Categorical.from_codes(answers[side], pd.Index(ANSWER_WORDS))
    return pd.DataFrame(columns)


def join_allowed(networks: pd.DataFrame, allowed: pd.DataFrame) -> pd.DataFrame:
    """Fill the column `allowed` of plot_networks or zone_networks.

    Parameters
    ----------
    networks
        `proximity.find_networks` of plots, zones or sites.
    allowed
        `list_allowed` of the same subjects, in any order.

    Returns
    -------
    `networks` with the answers; unknown where there is none. Same rows, order and index.
    """
    answers = np.full((len(allowed) + 1, len(ALLOWED_COLUMNS)), _UNKNOWN)
    for place, name in enumerate(ALLOWED_COLUMNS.values()):
        answers[:-1, place] = _codes(allowed[name], ANSWER_WORDS)
    ids = pd.Categorical(networks.iloc[:, 0])
    subject = _find_places(ids.categories, pd.Index(allowed["subject_id"]))[ids.codes]
    side = _codes(networks["network"], NETWORKS) * np.int8(len(NETWORK_STATES))
    side += _codes(networks["state"], NETWORK_STATES)
    return networks.assign(allowed=pd.Categorical.from_codes(answers[subject, side], pd.Index(ANSWER_WORDS)))


def _find_places(ids: pd.Index, known: pd.Index) -> NDArray[np.int32]:
    """Find where ids stand among the known ones; -1 for others, and at the end for a missing id."""
    places = np.arange(len(known)) if known.equals(ids) else known.get_indexer(ids)
    return np.append(places, -1).astype(np.int32)


def _codes(words: pd.Series, known: tuple[str, ...]) -> NDArray[np.int8]:
    """Give words as their places in `known`."""
    given = words.astype(pd.CategoricalDtype(list(known)))
    return np.asarray(given.cat.codes.to_numpy(), dtype=np.int8)
