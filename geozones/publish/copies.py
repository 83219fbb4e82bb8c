"""Copies of the published run as a plain tree: a share, a stick, a web root."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from geozones.errors import InputError
from geozones.i18n import N_
from geozones.publish.disk import files_below, plain_disk_errors, remove_tree, replace_file
from geozones.publish.doors import DOORS, LATEST, NOTICE, current_run, find_served, served_runs
from geozones.publish.runs import MANIFEST, RUNS, list_runs


def copy_to(out: Path, target: Path, *, on_file: Callable[[str], None] | None = None) -> int:
    """Copy the published run into another folder, its manifest after its files and its doors last.

    Files that are there already with the same size stay, as a run never changes.

    Parameters
    ----------
    out
        Folder of the maps.
    target
        Folder to copy into; made where it is missing.
    on_file
        Called with the name of each file before it is copied.

    Returns
    -------
    How many files the copied run has.

    Raises
    ------
    InputError
        Nothing is published below `out`, or `target` lies in it.
    DiskFullError
        The disk of `target` is full.
    UsageError
        `target` cannot be written to.
    """
    run = current_run(out)
    if target.resolve().is_relative_to(out.resolve()):
        raise InputError(N_("{target} lies inside the maps themselves; give another folder."), target=target.name)
    names = [*(name for name in files_below(run) if name != MANIFEST), MANIFEST]
    with plain_disk_errors(target):
        for name in names:
            if on_file is not None:
                on_file(name)
            copy = target / RUNS / run.name / name
            if not copy.exists() or copy.stat().st_size != (run / name).stat().st_size:
                copy.parent.mkdir(parents=True, exist_ok=True)
                replace_file(copy, (run / name).read_bytes())
        for name in (*DOORS, LATEST, NOTICE):
            if (out / name).exists():
                replace_file(target / name, (out / name).read_bytes())
    return len(names)


def prune_copies(out: Path, target: Path) -> list[str]:
    """Remove from a copy the runs that the maps served once and no longer keep; whatever else lies there stays.

    So does the run that the doors of the copy lead to: to be called before `copy_to` moves them, so that open
    pages find their files until the next time.

    Returns
    -------
    The ids of the runs that are gone from `target`, the newest first.
    """
    ours = {run_id for run_id, _ in served_runs(out)} - {path.name for path in (out / RUNS).iterdir()}
    served = find_served(target)
    ours -= set() if served is None else {served.run_id}
    removed = []
    with plain_disk_errors(target):
        for run in list_runs(target):
            if run.run_id in ours:
                run.path.rename(_gone(run.path))
                removed.append(run.run_id)
        for run_id in sorted(ours):
            remove_tree(_gone(target / RUNS / run_id))
    return removed


def _gone(run: Path) -> Path:
    return run.with_name(f".{run.name}.gone")
