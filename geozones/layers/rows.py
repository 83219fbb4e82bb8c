"""Reading by rows: of a source that was read before, only the rows that differ go on from here.

Rows are compared as they stand in the file, before a shape is made of its bytes: that is most of the work.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.checks.coordinates import Bounds, require_fitting_crs, sample_rows
from geozones.config import LayerSpec
from geozones.errors import GeozonesError
from geozones.fingerprints import RowHashes, hash_bytes, hash_rows, hash_texts, join_hashes
from geozones.layers.layer import Layer, RawTable, ReadRows
from geozones.layers.limits import OWN_FILES, Limits
from geozones.layers.mapping import PLACE_COLUMNS, ColumnMap
from geozones.layers.read import read_layer
from geozones.tables import CONTRACTS, Column

_MOST_CHANGED = 0.1
_TEXTS = ("text", "date", "flag")
_OBJECTS = ("date", "string", "empty")
"""What objects in a column may be, all of them alike, for equal numbers to stand for equal cells."""


class _RowChoice:
    """Keeps of a table the rows that differ from those known, and those by which its CRS is judged."""

    def __init__(self, spec: LayerSpec, known: RowHashes | None) -> None:
        self._spec = spec
        self._known = known
        self.found: RowHashes | None = None
        self.changed: NDArray[np.int64] | None = None

    def __call__(self, raw: RawTable, wkb: Any) -> tuple[RawTable, Any]:
        if not _is_taken_by_row(raw, self._spec):
            return raw, wkb
        self.found = RowHashes(_describe(raw), join_hashes([hash_rows(raw.cells), hash_bytes(wkb)]))
        if self._known is None or self._known.about != self.found.about:
            return raw, wkb
        changed = np.flatnonzero(self._known.hashes != self.found.hashes)
        if len(changed) > _MOST_CHANGED * raw.read:
            return raw, wkb
        self.changed = changed
        rows = np.union1d(changed, sample_rows(raw.read))
        return replace(raw, cells=raw.cells.iloc[rows], read=len(rows)), wkb[rows]


def read_rows(
    spec: LayerSpec, *, known: RowHashes | None, bounds: Bounds | None = None, limits: Limits = OWN_FILES
) -> ReadRows:
    """Read of a layer the rows that differ from those known.

    Parameters
    ----------
    spec, bounds, limits
        As for `read_layer`.
    known
        Rows of the same layer, read before with the same settings; every one of them came through.

    Returns
    -------
    ReadRows
        The rows that differ, nothing being wrong with them, their index the row number in the source. The whole
        layer, as `read_layer` gives it, where nothing is known, where there are other columns or another number of
        rows, where many differ, and where anything is wrong with one that differs.

    Raises
    ------
    GeozonesError
        What `read_layer` raises.
    """
    choice = _RowChoice(spec, known)
    try:
        layer = read_layer(spec, bounds=bounds, limits=limits, choose_rows=choice)
    except GeozonesError:
        if choice.changed is None:
            raise
        return read_rows(spec, known=None, bounds=bounds, limits=limits)
    if choice.changed is None:
        return ReadRows(layer, choice.found)
    if not _is_clean(layer, choice.changed) or not _fits(layer, choice, bounds):
        return read_rows(spec, known=None, bounds=bounds, limits=limits)
    rows = layer.table.loc[choice.changed]
    only = replace(layer, table=rows, read=len(rows), issues=layer.issues.iloc[:0])
    return ReadRows(only, choice.found, is_whole=False)


def _describe(raw: RawTable) -> str:
    columns = [f"{name} {kind}" for name, kind in _kinds_of(raw).items()]
    return hash_texts([*columns, "", *raw.columns, "", str(raw.crs), raw.driver, str(raw.encoding), str(raw.read)])


def _kinds_of(raw: RawTable) -> dict[str, str]:
    """Name what each column holds: its dtype, or what its objects are."""
    return {
        str(name): pd.api.types.infer_dtype(raw.cells[name], skipna=True) if _holds_objects(dtype) else str(dtype)
        for name, dtype in raw.cells.dtypes.items()
    }


def _is_taken_by_row(raw: RawTable, spec: LayerSpec) -> bool:
    """Say whether each cell is taken by itself: a column of mixed values, or of numbers as text, is not."""
    contract = CONTRACTS[spec.role]
    kinds = _kinds_of(raw)
    is_known = all(
        kinds[str(name)] in _OBJECTS for name, dtype in raw.cells.dtypes.items() if _holds_objects(dtype)
    )
    if not raw.read or raw.issues or raw.quarantine is not None or not is_known:
        return False
    sources = ColumnMap(spec, contract, spec.display_name).find_sources(raw.columns)
    columns = {column.name: column for column in contract.columns}
    return all(
        name in columns and _is_cell_taken_alone(raw.cells[source].dtype, columns[name], spec)
        for name, source in sources.items()
        if name not in PLACE_COLUMNS
    )


def _holds_objects(dtype: Any) -> bool:
    return isinstance(dtype, np.dtype) and dtype.kind == "O"


def _is_cell_taken_alone(dtype: Any, column: Column, spec: LayerSpec) -> bool:
    if column.dtype in ("number", "integer") and not column.allowed:
        is_plain = column.name not in spec.values and column.name not in spec.defaults
        return is_plain and pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return column.dtype == "date" and column.name not in spec.defaults
    return column.dtype in _TEXTS and (_holds_objects(dtype) or isinstance(dtype, pd.StringDtype))


def _is_clean(layer: Layer, changed: NDArray[np.int64]) -> bool:
    rows = layer.issues["row"]
    return not len(layer.quarantine) and not (rows.isna() | rows.isin(changed)).any()


def _fits(layer: Layer, choice: _RowChoice, bounds: Bounds | None) -> bool:
    """Say whether the CRS fits, judged by the rows by which it is judged in the whole layer."""
    if bounds is None or choice.found is None:
        return False
    table: Any = layer.table
    sample = table.loc[sample_rows(len(choice.found.hashes))]
    try:
        require_fitting_crs(np.asarray(sample.geometry.array), sample.crs, bounds, layer=layer.key)
    except GeozonesError:
        return False
    return True
