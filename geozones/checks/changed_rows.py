"""A layer of which some rows changed: only these are checked, where that gives what checking all of them gives.

Nearly every check of these roles looks at one row. What looks at more is asked of the whole layer here: whether a
key, a cadastral number or a shape stands twice, and how areas are measured. Where a changed row has, or had, any
issue, the answer is None: then the whole layer is to be checked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.checks.layer import CheckedLayer, ReadLayer, check_layer
from geozones.config import RegionConfig
from geozones.crs import measures_alone
from geozones.errors import GeozonesError

ROLES_BY_ROW = frozenset({"plots", "parcels"})
"""Roles whose layers may be checked by rows."""

_RULES_BY_ROW = frozenset(
    {"area_differs", "cadastral_bad", "date_bad", "dates_disordered", "geometry_repaired", "letters_mixed",
     "number_bad", "number_out_of_range", "outside_region", "points_repeated", "sliver", "text_garbled",
     "unit_read", "value_unknown"}
)  # fmt: skip
"""Rules that say of a row what they would say of it alone, without setting it aside."""


def is_checked_by_row(layer: CheckedLayer) -> bool:
    """Say whether what a checked layer says of a row does not depend on its other rows."""
    issues = layer.issues
    return (
        layer.role in ROLES_BY_ROW
        and len(layer.table) == layer.read > 0
        and layer.table.index.equals(pd.RangeIndex(layer.read))
        and bool((issues["row"].notna() & issues["rule"].isin(_RULES_BY_ROW)).all())
    )


def check_changed_rows(before: CheckedLayer, changed: ReadLayer, *, region: RegionConfig) -> CheckedLayer | None:
    """Check the rows of a layer that changed, and put them in the place of those that they follow.

    Parameters
    ----------
    before
        The layer as it was checked before, with the same settings.
    changed
        The rows that changed, as read; their index is the row number in the source. The source has as many rows as
        before, and its CRS fits the region.
    region
        Settings of the region.

    Returns
    -------
    What `check_layer` gives for the whole layer; None where that is not sure.
    """
    rows = changed.table.index
    if not is_checked_by_row(before) or before.issues["row"].isin(rows).any():
        return None
    if not len(rows):
        return before
    try:
        part = check_layer(changed, region=region)
    except GeozonesError:
        return None
    is_clean = not len(part.issues) and len(part.table) == len(rows)
    if not is_clean or not _is_alike(part, before):
        return None
    table = _put_in_place(before.table, part.table)
    if not _stand_alone(before.table, table, np.asarray(rows, dtype=np.int64), key_column=before.contract.key):
        return None
    return replace(before, table=table)


def _is_alike(part: CheckedLayer, before: CheckedLayer) -> bool:
    return (
        part.table.dtypes.equals(before.table.dtypes)
        and part.table.crs == before.table.crs
        and part.provenance == before.provenance
    )


def _put_in_place(table: Any, changed: Any) -> Any:
    """Give a table whose rows of the index of `changed` are those of `changed`."""
    places = changed.index.to_numpy()
    columns: dict[str, Any] = {}
    for name in table.columns:
        values = table[name].array.copy()
        values[places] = changed[name].array
        columns[name] = pd.Series(values, index=table.index)
    return gpd.GeoDataFrame(columns, geometry=table.geometry.name, crs=table.crs)


def _stand_alone(before: Any, table: Any, rows: NDArray[np.int64], *, key_column: str) -> bool:
    """Say whether nothing of the changed rows stands at another too, and their areas are measured as they were."""
    is_changed = np.zeros(len(table), dtype=bool)
    is_changed[rows] = True
    for name in {key_column, "cadastral_no"} & set(table.columns):
        if table[name][~is_changed].isin(table[name][is_changed].dropna()).any():
            return False
    boxes = shapely.bounds(np.asarray(table.geometry.array))
    if _share_a_box(boxes, is_changed):
        return False
    boxes_before = boxes.copy()
    boxes_before[rows] = shapely.bounds(np.asarray(before.geometry.array)[rows])
    return all(measures_alone(some, table.crs) for some in (boxes, boxes_before, boxes[rows]))


def _share_a_box(boxes: NDArray[np.float64], is_changed: NDArray[np.bool_]) -> bool:
    """Say whether a changed shape has the very box of another: it may be the same shape."""
    near = np.flatnonzero(np.isin(boxes[:, 0], boxes[is_changed, 0]))
    is_double = pd.DataFrame(boxes[near]).duplicated(keep=False).to_numpy(dtype=bool)
    return bool((is_double & is_changed[near]).any())
