"""Many passports at once, on all cores: the same bytes as one by one."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from geozones.maps.content import PageContent
from geozones.maps.passports.issuing import Passports
from geozones.maps.stems import file_stem

WORTHWHILE = 120
"""From as many passports on, starting more processes takes less time than it saves."""

MOST_PROCESSES = 4
A_TASK = 40
"""As many plots of one zone are set by one task, so that no process waits long for the last one."""

Task = tuple[str, tuple[str, ...]]
Issued = tuple[str, bytes]

_passports: dict[str, tuple[Passports, str]] = {}


def issue_all(content: PageContent, *, language: str, processes: int | None = None) -> Iterator[Issued]:
    """Set the passports of all zones and of all plots that are valid on the day.

    Parameters
    ----------
    content
        What they say.
    language
        Language of the passports.
    processes
        How many processes set them; None takes one for each core where there are enough passports.

    Returns
    -------
    Pairs of a path (`zones/<zone>.pdf`, `plots/<plot>.pdf`; ASCII) and the bytes of a PDF, zones first.
    """
    passports = Passports(content)
    tasks = _plan(passports)
    count = len(passports.zone_ids) + len(passports.plot_ids)
    wanted = processes or (min(os.cpu_count() or 1, MOST_PROCESSES) if count >= WORTHWHILE else 1)
    if wanted <= 1:
        for task in tasks:
            yield from _issue(passports, language, task)
        return
    start = (pickle.dumps(content), language)
    with ProcessPoolExecutor(
        wanted, mp_context=multiprocessing.get_context("spawn"), initializer=_start, initargs=start
    ) as pool:
        for issued in pool.map(_issue_here, tasks):
            yield from issued


def _plan(passports: Passports) -> list[Task]:
    """Split the work: each zone, then the plots of each zone together."""
    tasks: list[Task] = [("zones", (zone_id,)) for zone_id in passports.zone_ids]
    for plot_ids in passports.plots_by_zone():
        starts = range(0, len(plot_ids), A_TASK)
        tasks += [("plots", tuple(plot_ids[first : first + A_TASK])) for first in starts]
    return tasks


def _start(pickled: bytes, language: str) -> None:
    """Make ready a process: it gets the content once."""
    _passports["here"] = (Passports(pickle.loads(pickled)), language)


def _issue_here(task: Task) -> list[Issued]:
    return list(_issue(*_passports["here"], task))


def _issue(passports: Passports, language: str, task: Task) -> Iterator[Issued]:
    kind, ids = task
    for each in ids:
        made = passports.set_zone(each, language) if kind == "zones" else passports.set_plot(each, language)
        yield f"{kind}/{file_stem(each)}.pdf", made
