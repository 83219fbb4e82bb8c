"""The record of a run, which later runs are compared with, and the changes as JSON."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from geozones.changes import HASHES, TABLES, Changes, RunRecord, find_different, make_record, unpack_message
from geozones.errors import InputError
from geozones.figures import counted_ha, is_valid_on
from geozones.gate import write_message
from geozones.i18n import N_
from geozones.tables import RegionTables

RECORD = "record"
_NO_RECORD = N_("Run {run} has no record to compare with, or it is damaged.")
_ABOUT_PLOTS = ("networks", "findings")
MOST_ROWS = 20_000
"""As many rows of one kind stand in `changes.json`; the counts are of all."""


def make_run_record(
    tables: RegionTables, layers: Iterable[Any], analysis: Any, issues: Any, *, as_of: dt.date, run_id: str
) -> RunRecord:
    """Take out of a run what a later one is compared with; see `changes.make_record`."""
    area_ha = pd.Series(counted_ha(tables.plots), index=tables.plots.index)
    is_valid = is_valid_on(tables.plots, as_of=as_of)
    return make_record(
        tables, layers, analysis, issues, is_valid=is_valid, area_ha=area_ha, as_of=as_of, run_id=run_id
    )


def write_record(folder: Path, record: RunRecord) -> None:
    """Write the record of a run; the same record gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        table = getattr(record, name)
        table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd", engine="pyarrow")


def read_record(run: Path, *, as_of: str, beside: pd.DataFrame | None = None) -> RunRecord:
    """Read the record of the run in a folder.

    Parameters
    ----------
    run, as_of
        Folder of the run, and the day of its states.
    beside
        Plots of the record that this one is compared with: what is said of plots of which nothing differs is left
        out.

    Raises
    ------
    InputError
        The run has no record, or it is damaged.
    """
    try:
        tables = {name: _read(run, name) for name in TABLES if name not in _ABOUT_PLOTS}
        plots, wanted = tables["plots"], None
        if beside is not None:
            different = plots[find_different(plots, beside)]
            wanted = list(dict.fromkeys([*different["plot_id"], *different["like"]]))
        tables |= {name: _read(run, name, plots=wanted) for name in _ABOUT_PLOTS}
        return RunRecord(**tables, as_of=as_of, run_id=run.name)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(_NO_RECORD, run=run.name) from error


def read_comparison(before: Path, after: Path, *, days: tuple[str, str]) -> tuple[RunRecord, RunRecord]:
    """Read of the records of two runs what `compare_runs` needs: what is said of plots alike in both is left out.

    Raises
    ------
    InputError
        One of the runs has no record, or it is damaged.
    """
    for run in (before, after):
        if not has_record(run):
            raise InputError(_NO_RECORD, run=run.name)
    earlier = read_record(before, as_of=days[0], beside=_read(after, "plots"))
    return earlier, read_record(after, as_of=days[1], beside=_read(before, "plots"))


def _read(run: Path, name: str, *, plots: list[str] | None = None) -> pd.DataFrame:
    wanted: Any = None if plots is None else [[("subject", "!=", "plot")]]
    if plots:
        wanted.append([("subject_id", "in", plots)])
    return pd.read_parquet(run / RECORD / f"{name}.parquet", engine="pyarrow", filters=wanted)


def has_record(run: Path) -> bool:
    """Say whether a run keeps a record that this version can read."""
    try:
        known = set(pq.read_schema(run / RECORD / "plots.parquet").names)
    except (OSError, ValueError):
        return False
    return known >= {"like", *HASHES}


def changes_as_json(changes: Changes | None, *, language: str) -> dict[str, Any]:
    """Give the changes as `changes.json` holds them; without an earlier run there are none."""
    if changes is None:
        return {"from": None, "to": None, "counts": {}, "changes": {}}
    before, after = ({"run_id": run_id, "as_of": as_of} for run_id, as_of in (changes.before, changes.after))
    listed = {kind: _rows(table.head(MOST_ROWS), language) for kind, table in changes.tables.items()}
    return {"from": before, "to": after, "counts": changes.counts, "changes": listed}


def _rows(table: pd.DataFrame, language: str) -> list[dict[str, Any]]:
    rows = [{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict("records")]
    for row in rows:
        if "message" in row:
            row["message"] = write_message(unpack_message(json.loads(row["message"])), language)
    return rows


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value
