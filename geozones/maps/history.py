"""The last events of plots, as the cards of a zone page show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from geozones.lifecycle import EVENTS, Event
from geozones.maps.words import short, t, text_or_none

MOST = 3
_OPENED = {
    "council_date": "approve",
    "contract_date": "contract",
    "started_on": "start",
    "commissioned_on": "commission",
}
"""Dates of an opening balance, and the events that they tell of."""


def plot_history(
    events: Mapping[str, Sequence[Event]], plot_ids: Iterable[str], *, as_of: dt.date
) -> dict[str, Any] | None:
    """Write the last events of some plots.

    Parameters
    ----------
    events
        By plot its last events, the latest first (`Ledger.last_events`).
    plot_ids
        The plots of a page.
    as_of
        The day of the page.

    Returns
    -------
    `labels` (words of the kinds of events), and `plots`: by plot at most three rows of place in `labels`, day,
    document and new due start (or None), the latest first. None where no plot has any.
    """
    plots: dict[str, list[list[Any]]] = {}
    names: dict[str, int] = {}
    for plot_id in plot_ids:
        rows = [row for event in events.get(plot_id, ()) for row in _rows(event, as_of)]
        rows.sort(key=lambda row: str(row[1]), reverse=True)
        if rows:
            plots[plot_id] = [[names.setdefault(row[0], len(names)), *row[1:]] for row in rows[:MOST]]
    if not plots:
        return None
    return {"labels": [t(EVENTS[name].label).as_json() for name in names], "plots": plots}


def _rows(event: Event, as_of: dt.date) -> Iterator[tuple[str, str, str | None, str | None]]:
    if event.name != "opening":
        paper = text_or_none(event.fields.get("document")) or text_or_none(event.fields.get("contract_no"))
        due = event.fields.get("start_due") if event.name in ("extend", "resume") else None
        yield event.name, event.date.isoformat(), None if paper is None else short(paper), due
        return
    dated = [(name, event.fields.get(column)) for column, name in _OPENED.items()]
    known = [(name, day) for name, day in dated if day is not None and day <= as_of.isoformat()]
    papers = {"contract": event.fields.get("contract_no"), "approve": event.fields.get("council_decision")}
    for name, day in reversed(known):
        paper = text_or_none(papers.get(name))
        yield name, day, None if paper is None else short(paper), None
