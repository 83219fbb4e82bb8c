"""Past states of plots, and since when and until when their start dates had passed, as the ledger now knows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import orjson
import pandas as pd
from sqlalchemy import Connection, func, select

from geozones.ledger.schema import SPELLS
from geozones.lifecycle import MAP_STATE_OF

_ALLOCATED = tuple(state for state, shown in MAP_STATE_OF.items() if shown == "allocated")


@dataclass(frozen=True)
class OverdueStarts:
    """Spans in which start dates of plots lay behind without a start.

    `spans` has `plot_id`, `start` and `end` (missing: still so); `known_from` is the first day that any event
    tells of, None for a ledger without a dated one. Before the opening balance the dates in it speak: what
    was returned by then is not in it.
    """

    spans: pd.DataFrame
    known_from: dt.date | None


def read_overdue(connection: Connection) -> OverdueStarts:
    """Read all spans in which a start date lay behind, the clock was not held and no start was recorded."""
    ends = func.lead(SPELLS.c.effective_from, type_=SPELLS.c.effective_from.type).over(
        partition_by=SPELLS.c.plot_id, order_by=(SPELLS.c.effective_from, SPELLS.c.position)
    )
    current = (
        select(SPELLS.c.plot_id, SPELLS.c.effective_from, SPELLS.c.state, SPELLS.c.facts, ends.label("until"))
        .where(SPELLS.c.known_to.is_(None))
        .subquery()
    )
    rows = connection.execute(
        select(current.c.plot_id, current.c.effective_from, current.c.until, current.c.facts)
        .where(current.c.state.in_(_ALLOCATED))
        .order_by(current.c.plot_id, current.c.effective_from)
    )
    found = [(row.plot_id, *span) for row in rows if (span := _span(row.effective_from, row.until, row.facts))]
    first = connection.execute(
        select(func.min(SPELLS.c.effective_from)).where(
            SPELLS.c.known_to.is_(None), SPELLS.c.effective_from > dt.date.min
        )
    ).scalar()
    spans = pd.DataFrame(
        {
            "plot_id": [plot_id for plot_id, _, _ in found],
            "start": np.array([start for _, start, _ in found], dtype="datetime64[s]"),
            "end": np.array([end for _, _, end in found], dtype="datetime64[s]"),
        }
    )
    return OverdueStarts(spans, first)


def read_state_days(connection: Connection) -> pd.DataFrame:
    """Read on which days plots came into which state of the map.

    Returns
    -------
    `plot_id`, `start` (the first of all days for a state that always held) and `map_state`, plot by plot in the
    order of the days; of two on one day the later one counts. A plot that ended has no row for that.
    """
    rows = connection.execute(
        select(SPELLS.c.plot_id, SPELLS.c.effective_from, SPELLS.c.state)
        .where(SPELLS.c.known_to.is_(None), SPELLS.c.state.in_(list(MAP_STATE_OF)))
        .order_by(SPELLS.c.plot_id, SPELLS.c.effective_from, SPELLS.c.position)
    ).all()
    return pd.DataFrame(
        {
            "plot_id": [row.plot_id for row in rows],
            "start": np.array([row.effective_from for row in rows], dtype="datetime64[s]"),
            "map_state": [MAP_STATE_OF[row.state] for row in rows],
        }
    )


def _span(start: dt.date, until: dt.date | None, facts_text: str) -> tuple[dt.date, dt.date | None] | None:
    """Cut a spell to the days on which the start is overdue; None where there is no such day."""
    facts = orjson.loads(facts_text)
    due = facts.get("start_due")
    if due is None or "suspended_on" in facts:
        return None
    begun = [facts[name] for name in ("started_on", "commissioned_on") if facts.get(name)]
    ends = [dt.date.fromisoformat(day) for day in begun] + ([] if until is None else [until])
    first = max(start, dt.date.fromisoformat(due) + dt.timedelta(days=1))
    end = min(ends, default=None)
    return None if end is not None and end <= first else (first, end)
