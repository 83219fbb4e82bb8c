"""Which runs go and which stay: by count and age, and never one that somebody may still be reading."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from geozones.config.model import KeepConfig
from geozones.publish.disk import plain_disk_errors
from geozones.publish.doors import last_good_run, recently_served
from geozones.publish.runs import RunInfo, list_runs, sweep


def choose_runs_to_remove(
    runs: list[RunInfo], keep: KeepConfig, *, protected: set[str], now: dt.datetime
) -> list[RunInfo]:
    """Choose the runs that are too many or too old.

    Parameters
    ----------
    runs
        All runs, the newest first.
    keep
        How many runs stay, and for how many days.
    protected
        Ids of runs that stay whatever their number and age.
    now
        The moment to count days from.
    """
    oldest = now - dt.timedelta(days=keep.days)
    return [
        run
        for place, run in enumerate(runs)
        if run.run_id not in protected
        and (place >= keep.runs or (run.started is not None and run.started < oldest))
    ]


def prune_runs(out: Path, keep: KeepConfig, *, now: dt.datetime) -> list[str]:
    """Remove the runs that are too many or too old, and what killed runs have left.

    The run that the doors lead to, the last good one before it and every run that a door served within the last
    day stay. The caller must hold the lock.

    Returns
    -------
    The ids of the runs that are gone, the newest first.
    """
    protected = recently_served(out, now=now)
    good = last_good_run(out)
    if good is not None:
        protected.add(good.run_id)
    removed = []
    with plain_disk_errors(out):
        for run in choose_runs_to_remove(list_runs(out), keep, protected=protected, now=now):
            run.path.rename(run.path.with_name(f".{run.run_id}.gone"))
            removed.append(run.run_id)
        sweep(out)
    return removed
