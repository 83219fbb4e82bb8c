"""How many start dates had passed on earlier days."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geozones.figures.zones import counted_ha, is_valid_on


@dataclass(frozen=True)
class PastCount:
    """What a figure was on a day: plots and hectares, both None where nothing is known of the day."""

    day: dt.date
    plots: int | None
    area_ha: float | None


def month_ends(as_of: dt.date, *, count: int = 12) -> list[dt.date]:
    """Return the last days of the months before a day, the earliest first.

    >>> month_ends(dt.date(2025, 3, 31), count=2)
    [datetime.date(2025, 1, 31), datetime.date(2025, 2, 28)]
    """
    months = [as_of.year * 12 + as_of.month - 1 - back for back in range(count, 0, -1)]
    return [
        dt.date(month // 12, month % 12 + 1, calendar.monthrange(month // 12, month % 12 + 1)[1])
        for month in months
    ]


def count_overdue(
    spans: pd.DataFrame | None,
    plots: Any,
    figures: pd.DataFrame,
    *,
    days: Sequence[dt.date],
    known_from: dt.date | None,
) -> list[PastCount]:
    """Count the plots whose start date had passed on each of some days.

    Parameters
    ----------
    spans
        `plot_id`, `start`, `end`: from `start` until before `end` (missing: still) the start date of the plot lay
        behind and no start was recorded, the clock not held. None where no ledger was read.
    plots
        Checked plots with `plot_id`, `zone_id`, `area_ha`, `valid_from`, `valid_to`; ended plots included.
    figures
        `zone_figures`; plots of zones that do not count are left out.
    days
        The days.
    known_from
        The first day that the ledger tells of; None where it is empty.

    Returns
    -------
    A count a day. A day before `known_from` is unknown, never zero.
    """
    if spans is None or known_from is None:
        return [PastCount(day, None, None) for day in days]
    known = plots.set_index("plot_id").reindex(spans["plot_id"])
    in_layer = known["zone_id"].notna().to_numpy()
    spans, known = spans[in_layer].reset_index(drop=True), known[in_layer]
    areas_ha = counted_ha(known)
    counted = figures.index[figures["counted"].astype(bool)]
    of_counted = known["zone_id"].isin(counted).to_numpy()
    found = []
    for day in days:
        if day < known_from:
            found.append(PastCount(day, None, None))
            continue
        moment = pd.Timestamp(day)
        lasts = ((spans["start"] <= moment) & ~(spans["end"] <= moment)).to_numpy()
        lasts = lasts & of_counted & is_valid_on(known, as_of=day).to_numpy()
        found.append(PastCount(day, int(lasts.sum()), round(float(areas_ha[lasts].sum()), 2)))
    return found
