"""Reading record by record by Fiona, where a bulk read fails: finds and names the features at fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fiona
import fiona.errors
import numpy as np
import pandas as pd
import shapely
import shapely.geometry

from geozones.checks.issues import make_issues
from geozones.errors import InputError
from geozones.i18n import N_
from geozones.layers.layer import RawTable


def read_records(
    path: Path,
    *,
    layer: str | None,
    columns: list[str],
    key: str,
    shown: str,
    cause: Exception,
    info: dict[str, Any],
) -> RawTable:
    """Read a vector layer one record at a time; what cannot be read goes into the quarantine with its row number.

    Raises
    ------
    InputError
        Not even opening works, or no record can be read.
    """
    good: dict[int, tuple[Any, dict[str, Any]]] = {}
    bad: dict[int, str] = {}
    try:
        with fiona.open(path, layer=layer) as source:
            count = max(len(source), 0)
            for row in range(count):
                try:
                    record = next(iter(source.values(row, row + 1)), None)
                    if record is None:
                        bad[row] = "no record"
                        continue
                    shape = shapely.geometry.shape(record.geometry) if record.geometry is not None else None
                    good[row] = (shape, {name: record.properties.get(name) for name in columns})
                except Exception as error:  # whatever one record does, the others are still read
                    bad[row] = f"{type(error).__name__}: {error}"[:120]
    except fiona.errors.FionaError as error:
        raise InputError(
            N_("{file}: the file cannot be read; it is damaged or cut ({reason}). Ask the sender for it again."),
            file=shown, reason=type(error).__name__,
        ) from error  # fmt: skip
    if not good:
        raise InputError(
            N_("{file}: no record of the file can be read ({reason}). Ask the sender for it again."),
            file=shown, reason=str(cause)[:120],
        ) from cause  # fmt: skip
    cells = pd.DataFrame([cells for _, cells in good.values()], index=list(good), columns=columns)
    geometry = np.array([shape for shape, _ in good.values()], dtype=object)
    issues = make_issues(
        "record_unreadable", layer=key, rows=list(bad), params={"reason": list(bad.values())}, action="quarantined"
    )
    quarantine = pd.DataFrame({"rule": "record_unreadable"}, index=list(bad))
    return RawTable(
        cells=cells, geometry=geometry, crs=info["crs"], driver=info["driver"], read=count,
        encoding=info["encoding"], issues=(issues,) if bad else (), quarantine=quarantine if bad else None,
        columns=tuple(str(name) for name in info["fields"]),
    )  # fmt: skip
