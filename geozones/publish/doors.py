"""What readers are led to: the doors, `latest.json`, the notice beside them, and a record of what they served."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path

from geozones.errors import InputError
from geozones.i18n import N_
from geozones.publish.disk import as_json, plain_disk_errors, replace_file
from geozones.publish.runs import MANIFEST, RUNS, RunInfo, list_runs, read_manifest

LATEST = "latest.json"
DOORS = ("index.html", "public.html")
NOTICE = "notice.js"
DAY = dt.timedelta(days=1)
_SERVED = ".served.json"
_MOST_SERVED = 500
_RUN_IN_DOOR = re.compile(rf"\b{RUNS}/([0-9A-Za-z-]+)/")


def open_doors(out: Path, run_id: str, doors: Mapping[str, bytes], *, now: dt.datetime) -> None:
    """Let the doors and `latest.json` of `out` lead to a run, each replaced in one step.

    The record of what was served is written first: a run that any door may lead to is never removed. A notice
    about an earlier build is taken down last.

    Parameters
    ----------
    doors
        Content of each door by its name.
    now
        The moment of the switch, for the record.
    """
    with plain_disk_errors(out):
        served = [*served_runs(out), (run_id, now)][-_MOST_SERVED:]
        record = [{"run_id": run, "since": since.isoformat()} for run, since in served]
        replace_file(out / _SERVED, as_json({"served": record}))
        for name, content in {**doors, LATEST: as_json({"run_id": run_id})}.items():
            replace_file(out / name, content)
        hang_notice(out, None)


def hang_notice(out: Path, words: Mapping[str, str] | None, *, run_id: str = "") -> None:
    """Write `notice.js`, which the index page of the served run shows as a yellow line.

    Parameters
    ----------
    words
        The notice by language; None takes it down.
    run_id
        The run whose index shows it; the pages of other runs do not.
    """
    notice = None if words is None else {"run": run_id, "words": dict(words)}
    content = f"window.geozonesNotice = {json.dumps(notice, sort_keys=True)};\n"
    with plain_disk_errors(out):
        replace_file(out / NOTICE, content.encode("ascii"))


def current_run(out: Path) -> Path:
    """Return the folder of the run that the doors lead to.

    Raises
    ------
    InputError
        Nothing is published below `out`, or the run it names is gone.
    """
    latest = out / LATEST
    try:
        run_id = str(json.loads(latest.read_text("utf-8"))["run_id"])
    except FileNotFoundError:
        raise InputError(
            N_("{out}: nothing is published here yet. Run `geozones build` first."), out=out.name
        ) from None
    except (ValueError, KeyError, TypeError):
        raise InputError(
            N_("{file}: does not name a run. Run `geozones build` again."), file=latest.name
        ) from None
    run = out / RUNS / run_id
    if not (run / MANIFEST).is_file():
        raise InputError(
            N_("{out}: the run {run} that it names is gone. Run `geozones build` again."),
            out=out.name,
            run=run_id,
        )
    return run


def find_served(out: Path) -> RunInfo | None:
    """Return the run that the doors lead to, or None where there is none that can be read."""
    try:
        return read_manifest(current_run(out))
    except InputError:
        return None


def served_runs(out: Path) -> list[tuple[str, dt.datetime]]:
    """Return which runs the doors led to and since when, the oldest first; empty where no record can be read."""
    try:
        record = json.loads((out / _SERVED).read_text("utf-8"))["served"]
        return [(str(entry["run_id"]), dt.datetime.fromisoformat(entry["since"])) for entry in record]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def recently_served(out: Path, *, now: dt.datetime) -> set[str]:
    """Return the runs that a door leads to, or led to within the last day.

    A clock that was set back makes more runs recent, never fewer.
    """
    recent: set[str] = set()
    for door in (*DOORS, LATEST):
        try:
            text = (out / door).read_text("utf-8", "replace")
        except OSError:
            continue
        recent |= set(_RUN_IN_DOOR.findall(text)) if door != LATEST else _named_by(text)
    served = served_runs(out)
    for place, (run_id, _) in enumerate(served):
        until = served[place + 1][1] if place + 1 < len(served) else now
        if until >= now - DAY:
            recent.add(run_id)
    return recent


def _named_by(latest: str) -> set[str]:
    try:
        return {str(json.loads(latest)["run_id"])}
    except (ValueError, KeyError, TypeError):
        return set()


def last_good_run(out: Path) -> RunInfo | None:
    """Return the run that was served last before the present one, is older than it and is still there.

    After a step back the next one leads further back, never to the run that was left.
    """
    there = {run.run_id: run for run in list_runs(out)}
    try:
        current = current_run(out).name
    except InputError:
        current = ""
    served = [run_id for run_id, _ in served_runs(out) if run_id in there]
    if current in served:
        last = len(served) - 1 - served[::-1].index(current)
        served = [run_id for run_id in served[:last] if there[run_id].number < there[current].number]
    return next((there[run_id] for run_id in reversed(served) if run_id != current), None)
