"""Past states of the plots of a zone, month by month, as the slider of its page shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pandas as pd

from geozones.figures import month_ends
from geozones.maps.content import PageContent
from geozones.maps.terms import STATE_ORDER

MOST_MONTHS = 120

FREE = STATE_ORDER.index("free")
PASSED = len(STATE_ORDER)
"""Stands for an allocated plot whose start date had passed."""
ABSENT = PASSED + 1
"""Stands for a plot that there was not yet."""

_Change = tuple[dt.date, int]


class PastStates:
    """On which days the plots of a content came into their states.

    Parameters
    ----------
    content
        What the pages show; without `state_days` there is no past to show.
    """

    def __init__(self, content: PageContent) -> None:
        self._content = content

    def of(self, plot_ids: list[str]) -> dict[str, Any] | None:
        """Describe the past of the plots of a page.

        Parameters
        ----------
        plot_ids
            The plots, in the order of the page.

        Returns
        -------
        `ends` (last days of the months before the day of the page, as far back as the ledger tells of changes
        here), and `plots`: by the place of a plot what it was, as pairs of a place in `ends` and a state from then
        on (its place in `STATE_ORDER`, `PASSED` or `ABSENT`). A plot that was always free is missing. None where
        nothing is known to have changed.
        """
        changes = [(place, self._changes[key]) for place, key in enumerate(plot_ids) if key in self._changes]
        days = [day for _, found in changes for day, _ in found if dt.date.min < day <= self._content.as_of]
        if not days:
            return None
        first = _month_before(max(min(days), self._content.known_from or dt.date.min))
        ends = [end for end in self._month_ends if end >= first]
        if not ends:
            return None
        plots = {str(place): steps for place, found in changes if (steps := _steps(found, ends))}
        return {"ends": [end.isoformat() for end in ends], "plots": plots}

    @cached_property
    def _month_ends(self) -> list[dt.date]:
        return month_ends(self._content.as_of, count=MOST_MONTHS)

    @cached_property
    def _changes(self) -> dict[str, list[_Change]]:
        """By plot the days on which it became what; the later of two changes of a day counts."""
        content = self._content
        found: dict[str, list[_Change]] = {}
        if content.state_days is None:
            return found
        held = {plot_id: list(spans) for plot_id, spans in _spans(content.overdue)}
        days = zip(content.state_days["plot_id"], _dates(content.state_days["start"]),
                   content.state_days["map_state"], strict=True)  # fmt: skip
        for plot_id, start, state in days:
            found.setdefault(plot_id, []).append((start, STATE_ORDER.index(state)))
        for plot_id, spans in held.items():
            found[plot_id] = _with_passed(found.get(plot_id, []), spans)
        plots = content.tables.plots
        begun = plots[plots["valid_from"].notna()]
        for plot_id, start in zip(begun["plot_id"], _dates(begun["valid_from"]), strict=True):
            changes = found.get(plot_id, [])
            before = [state for day, state in changes if day <= start]
            since = (start, before[-1] if before else FREE)
            found[plot_id] = [(dt.date.min, ABSENT), since, *(each for each in changes if each[0] > start)]
        return found


def _with_passed(changes: list[_Change], spans: list[tuple[dt.date, dt.date]]) -> list[_Change]:
    """Mark the days on which the start date had passed; no span reaches beyond a change of the state."""
    found = list(changes)
    for first, end in spans:
        before = [state for day, state in changes if day <= first]
        if not before:
            continue
        found = [each for each in found if not first <= each[0] < end] + [(first, PASSED)]
        if end < dt.date.max and not any(day == end for day, _ in changes):
            found.append((end, before[-1]))
    return sorted(found, key=lambda each: each[0])


def _spans(overdue: pd.DataFrame | None) -> Iterator[tuple[str, list[tuple[dt.date, dt.date]]]]:
    if overdue is None:
        return
    rows = pd.DataFrame({"start": list(_dates(overdue["start"])), "end": list(_dates(overdue["end"]))})
    for plot_id, part in rows.groupby(overdue["plot_id"].to_numpy(), sort=True):
        yield str(plot_id), list(zip(part["start"], part["end"], strict=True))


def _dates(values: Any) -> Iterator[dt.date]:
    """Give days; the last of all days for a missing one."""
    for value in values.to_numpy().astype("datetime64[D]").tolist():
        yield dt.date.max if value is None else value


def _steps(changes: list[_Change], ends: list[dt.date]) -> list[int]:
    """Give the states at the ends of months, each only where it changes; free is the state before all."""
    steps: list[int] = []
    before, reached, waiting = FREE, FREE, 0
    for place, end in enumerate(ends):
        while waiting < len(changes) and changes[waiting][0] <= end:
            reached = changes[waiting][1]
            waiting += 1
        if reached != before:
            steps += [place, reached]
            before = reached
    return steps


def _month_before(day: dt.date) -> dt.date:
    return day.replace(day=1) - dt.timedelta(days=1)


def past_states(past: dict[str, Any] | None) -> set[str]:
    """Name the states that a page's plots had at any time (`PastStates.of`), `passed` among them."""
    if past is None:
        return set()
    numbers = {number for steps in past["plots"].values() for number in steps[1::2]}
    names = {STATE_ORDER[number] for number in numbers if number < PASSED}
    return names | ({"allocated", "passed"} if PASSED in numbers else set())
