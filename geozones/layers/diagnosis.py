"""Reading record by record by Fiona, where a bulk read fails: finds and names the features at fault."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
import shapely.geometry

from geozones.checks.issues import make_issues
from geozones.errors import InputError
from geozones.i18n import N_
from geozones.layers.layer import RawTable
from geozones.layers.source import Source

_NUMBERED_FROM_ONE = "MapInfo File"


def read_records(
    source: Source, *, layer: str | int | None, columns: list[str], cause: Exception, info: dict[str, Any]
) -> RawTable:
    """Read a vector layer one record at a time; what cannot be read goes into the quarantine with its row number.

    Raises
    ------
    InputError
        Not even opening works, or no record can be read.
    """
    import fiona
    import fiona.errors

    good: dict[int, tuple[Any, dict[str, Any]]] = {}
    bad: dict[int, str] = {}
    try:
        with fiona.open(source.path, layer=layer) as records:
            count = _count(records, info)
            for row in range(count):
                try:
                    good[row] = _read_record(records, row, columns)
                except Exception as error:  # whatever one record does, the others are still read
                    bad[row] = f"{type(error).__name__}: {error}"[:120]
    except (fiona.errors.FionaError, UnicodeDecodeError, RuntimeError, ValueError) as error:
        raise InputError(
            N_("{file}: the file cannot be read; it is damaged or cut ({reason}). Ask the sender for it again."),
            file=source.shown,
            reason=type(error).__name__,
        ) from error
    if not good:
        raise InputError(
            N_("{file}: no record of the file can be read ({reason}). Ask the sender for it again."),
            file=source.shown,
            reason=type(cause).__name__,
        ) from cause
    cells = pd.DataFrame([values for _, values in good.values()], index=list(good), columns=columns)
    geometry = np.empty(len(good), dtype=object)
    geometry[:] = [shape for shape, _ in good.values()]
    issues = make_issues(
        "record_unreadable",
        layer=source.key,
        rows=list(bad),
        params={"reason": list(bad.values())},
        action="quarantined",
    )
    return RawTable(
        cells=cells, geometry=geometry, crs=info["crs"], driver=info["driver"], read=count,
        encoding=info["encoding"], issues=(issues,) if bad else (),
        quarantine=pd.DataFrame({"rule": "record_unreadable"}, index=list(bad)) if bad else None,
        columns=tuple(str(name) for name in info["fields"]),
    )  # fmt: skip


def _read_record(records: Any, row: int, columns: list[str]) -> tuple[Any, dict[str, Any]]:
    record = next(iter(records.values(row, row + 1)), None)
    if record is None and records.driver == _NUMBERED_FROM_ONE:  # a fault ends the way through the records here
        record = records[row + 1]
    if record is None:
        raise LookupError("no record")
    shape = shapely.geometry.shape(record.geometry) if record.geometry is not None else None
    return shape, {name: record.properties.get(name) for name in columns}


def _count(records: Any, info: dict[str, Any]) -> int:
    """Count the records; a driver that cannot is asked through the other library."""
    try:
        return max(len(records), 0)
    except TypeError:
        return max(int(info["features"]), 0)
