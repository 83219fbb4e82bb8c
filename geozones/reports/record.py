"""The record of a run, which later runs are compared with, and the changes as JSON."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from geozones.changes import (
    HASHES,
    TABLES,
    Changes,
    RunRecord,
    find_different,
    make_record,
    part_networks,
    unpack_message,
)
from geozones.errors import InputError
from geozones.figures import counted_ha, is_valid_on
from geozones.gate import write_message
from geozones.i18n import N_
from geozones.tables import RegionTables

RECORD = "record"
_NO_RECORD = N_("Run {run} has no record to compare with, or it is damaged.")
_NETWORKS = "networks"
"""Folder of the networks in a record: a file for the zones, and a file for the plots of each zone, named by what
it holds, so that the next run shares those that are as before."""
_OF_ZONES = "zones"
_PARTS = "parts.json"
"""Names the file of each zone, so that other code finds it too."""
_FINDINGS = "findings"
MOST_ROWS = 20_000
"""As many rows of one kind stand in `changes.json`; the counts are of all."""


def make_run_record(
    tables: RegionTables,
    layers: Iterable[Any],
    analysis: Any,
    issues: Any,
    *,
    plot_rows: Any,
    as_of: dt.date,
    run_id: str,
) -> RunRecord:
    """Take out of a run what a later one is compared with; see `changes.make_record`."""
    area_ha = pd.Series(counted_ha(tables.plots), index=tables.plots.index)
    is_valid = is_valid_on(tables.plots, as_of=as_of)
    return make_record(
        tables, layers, analysis, issues,
        is_valid=is_valid, area_ha=area_ha, plot_rows=plot_rows, as_of=as_of, run_id=run_id,
    )  # fmt: skip


def write_record(folder: Path, record: RunRecord, *, known: Callable[[str], bool] = lambda name: False) -> None:
    """Write the record of a run; the same record gives the same bytes.

    Parameters
    ----------
    folder, record
        Where to write it, and the record.
    known
        Takes a file over, by its name relative to the folder, from a run that has it; says whether it did.
    """
    (folder / _NETWORKS).mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        if name != _NETWORKS:
            _write(folder / f"{name}.parquet", getattr(record, name))
    _write(folder / _NETWORKS / f"{_OF_ZONES}.parquet", record.networks_of_zones())
    names: list[tuple[str | None, str]] = []
    for part in part_networks(record.plots):
        names.append((part.zone_id, part.name))
        if not known(f"{_NETWORKS}/{part.name}.parquet"):
            _write(folder / _NETWORKS / f"{part.name}.parquet", record.networks_of(part.places))
    (folder / _NETWORKS / _PARTS).write_text(json.dumps(names), encoding="utf-8")


def _write(path: Path, table: pd.DataFrame) -> None:
    table.to_parquet(path, index=False, compression="zstd", engine="pyarrow")


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
        tables: dict[str, Any] = {name: _read(run, name) for name in TABLES if name not in (_NETWORKS, _FINDINGS)}
        plots = tables["plots"]
        if beside is None:
            different, places = None, np.arange(len(plots))
        else:
            places = np.flatnonzero(find_different(plots, beside))
            different = plots.iloc[places]
        tables |= {_FINDINGS: _read_findings(run, different), _NETWORKS: _read_networks(run, plots, places)}
        return RunRecord(**tables, as_of=as_of, run_id=run.name)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(_NO_RECORD, run=run.name) from error


def _read_findings(run: Path, plots: pd.DataFrame | None) -> pd.DataFrame:
    """Read the findings of zones, and of some plots and those that they are like; None reads all."""
    if plots is None:
        return _read(run, _FINDINGS)
    ids = list(dict.fromkeys([*plots["plot_id"], *plots["like"]]))
    wanted: Any = [[("subject", "!=", "plot")]]
    return _read(run, _FINDINGS, filters=[*wanted, [("subject_id", "in", ids)]] if ids else wanted)


def _read_networks(run: Path, plots: pd.DataFrame, places: NDArray[np.intp]) -> pd.DataFrame:
    """Read the networks of zones, and of the plots at some places."""
    zones = set(plots["zone_id"].iloc[places].dropna())
    is_any = bool(plots["zone_id"].iloc[places].isna().any())
    parts = json.loads((run / RECORD / _NETWORKS / _PARTS).read_text(encoding="utf-8"))
    files = [_OF_ZONES, *(name for zone, name in parts if (is_any if zone is None else zone in zones))]
    found = pd.concat([_read(run, f"{_NETWORKS}/{name}") for name in files], ignore_index=True)
    return found[(found["subject"] != "plot") | found["subject_id"].isin(plots["plot_id"].iloc[places])]


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


def _read(run: Path, name: str, *, filters: Any = None) -> pd.DataFrame:
    return pd.read_parquet(run / RECORD / f"{name}.parquet", engine="pyarrow", filters=filters)


def has_record(run: Path) -> bool:
    """Say whether a run keeps a record that this version can read."""
    try:
        known = set(pq.read_schema(run / RECORD / "plots.parquet").names)
    except (OSError, ValueError):
        return False
    return known >= {"like", *HASHES} and (run / RECORD / _NETWORKS / _PARTS).is_file()


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
