"""How plots lie in their zones: which rows are of each, and a key for what they are."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geozones.fingerprints import Hashes, hash_rows, hash_texts

Rows = NDArray[np.intp]


class Layout:
    """Plots with `plot_id` and `zone_id`, and the rows of each zone, ascending; zones in order of their first."""

    def __init__(self, plots: Any) -> None:
        self.plots = plots

    @functools.cached_property
    def rows(self) -> Mapping[str, Rows]:
        """The rows of every zone."""
        codes, names = pd.factorize(self.plots["zone_id"].astype("str"))
        order = np.argsort(codes, kind="stable")
        groups = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1) if len(order) else []
        return dict(zip(map(str, names), groups, strict=True))

    @functools.cached_property
    def hashes(self) -> Hashes:
        """`hash_rows` of the plots."""
        return hash_rows(self.plots)

    @functools.cached_property
    def _ids(self) -> Any:
        return _as_texts(self.plots["plot_id"])

    def make_keys(self, surroundings: str, kind: str) -> dict[str, str]:
        """Give a text for every zone that stands for its plots, their surroundings and what is worked out."""
        return {
            zone: hash_texts([surroundings, kind, self.hashes[rows].tobytes().hex()])
            for zone, rows in self.rows.items()
        }

    def find_places(self, ids: pd.Series) -> Rows:
        """Give the row of every id of a plot, -1 for others."""
        keys = _as_texts(ids)
        if keys.equals(self._ids):
            return np.arange(len(keys))
        return np.asarray(pc.index_in(keys, value_set=self._ids).fill_null(-1), dtype=np.intp)


def _as_texts(ids: pd.Series) -> pa.ChunkedArray:
    texts = pa.array(ids, from_pandas=True).cast(pa.large_string())
    return texts if isinstance(texts, pa.ChunkedArray) else pa.chunked_array([texts])
