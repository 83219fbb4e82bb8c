"""Inspections on the page of a zone: order and greening, what was seen on each plot, and the cards of plots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geozones.i18n import N_
from geozones.lifecycle import STAGES, TIDINESS_NAMES, Inspection
from geozones.maps.content import PageContent
from geozones.maps.words import Words, date, join, number, same, short, t, tn

MOST_ROWS = 100
MOST_ON_CARD = 3
_SEEN = {"yes": N_("work seen"), "no": N_("no work seen"), "unknown": N_("could not be told")}


@dataclass(frozen=True)
class InspectedPlot:
    """The last inspection of a plot (or of the whole zone) in words."""

    plot_id: str | None
    plot: Words
    day: Words
    seen: Words
    stage: Words | None
    tidiness: Words | None
    greening: Words | None
    note: str | None
    photos: list[str]


@dataclass(frozen=True)
class ZoneInspections:
    """What inspections say of a zone; `tidiness` and `greening` are None where nobody looked."""

    plots: int
    inspected: int
    tidiness: Words | None
    greening: Words | None
    rows: list[InspectedPlot]


def zone_inspections(
    content: PageContent, zone: Mapping[str, Any], plots: Sequence[Mapping[str, Any]]
) -> ZoneInspections:
    """Sum up the last inspection of each plot of a zone.

    Parameters
    ----------
    content
        What the page shows.
    zone
        The row of the zone.
    plots
        Its plots: `plot_id`, `number`, `ha`.
    """
    last = [
        (plot, content.inspections[plot["plot_id"]][0]) for plot in plots if plot["plot_id"] in content.inspections
    ]
    whole = content.inspections.get(str(zone["zone_id"]), ())
    rows = [
        _row(content, seen, plot["plot_id"], same(short(str(plot["number"] or plot["plot_id"]))))
        for plot, seen in last
    ]
    rows += [_row(content, seen, None, t("the whole zone")) for seen in whole[:1]]
    order = sorted(range(len(rows)), key=lambda place: _day_of(place, last, whole), reverse=True)
    return ZoneInspections(
        len(plots),
        len(last),
        _tidiness([seen for _, seen in last], whole),
        _greening(last, whole),
        [rows[place] for place in order[:MOST_ROWS]],
    )


def _day_of(place: int, last: list[tuple[Any, Inspection]], whole: Sequence[Inspection]) -> str:
    seen = last[place][1] if place < len(last) else whole[0]
    return seen.date.isoformat()


def _tidiness(last: Iterable[Inspection], whole: Sequence[Inspection]) -> Words | None:
    """Count the plots by their order; the word on the whole zone stands first."""
    said = [t("the whole zone: {words} ({day})", words=t(TIDINESS_NAMES[row.tidiness]), day=row.date)
            for row in whole[:1] if row.tidiness]  # fmt: skip
    counts = Counter(row.tidiness for row in last if row.tidiness)
    said += [
        tn("{words}: {n} plot", "{words}: {n} plots", counts[name], words=t(words))
        for name, words in TIDINESS_NAMES.items()
        if counts[name]
    ]
    return join(said, ", ") if said else None


def _greening(last: list[tuple[Any, Inspection]], whole: Sequence[Inspection]) -> Words | None:
    """Write the share of greenery: of the whole zone where somebody looked, else by area of the plots seen."""
    of_zone = next((row for row in whole if row.greening_share is not None), None)
    if of_zone is not None:
        return t("{share} % ({day})", share=percent(of_zone.greening_share or 0.0), day=of_zone.date)
    seen = [(plot["ha"] or 0.0, row.greening_share) for plot, row in last if row.greening_share is not None]
    if not seen:
        return None
    weight = sum(ha for ha, _ in seen)
    share = sum(ha * each for ha, each in seen) / weight if weight else sum(each for _, each in seen) / len(seen)
    return tn("{share} % on the {n} plot looked at", "{share} % on the {n} plots looked at", len(seen),
              share=percent(share))  # fmt: skip


def percent(share: float) -> Words:
    """Write a share as a number of hundredths, without more exactness than an estimate has."""
    return number(round(share * 100, 1 if share < 0.1 else 0))


def _row(content: PageContent, seen: Inspection, plot_id: str | None, name: Words) -> InspectedPlot:
    return InspectedPlot(
        plot_id,
        name,
        date(seen.date),
        t(_SEEN.get(seen.started, _SEEN["unknown"])),
        stage_words(seen.stage),
        None if seen.tidiness is None else t(TIDINESS_NAMES[seen.tidiness]),
        None if seen.greening_share is None else percent(seen.greening_share),
        None if seen.note is None else short(seen.note),
        [name for name in seen.photos if name in content.photos],
    )


def stage_words(stage: str | None) -> Words | None:
    """Write a stage: one of the form in three languages, other words as they are."""
    if stage is None:
        return None
    return t(STAGES[stage]) if stage in STAGES else same(short(stage))


def card_inspections(content: PageContent, plot_ids: Iterable[str]) -> dict[str, list[list[Any]]] | None:
    """Write the last inspections of plots for their cards: day, time, seen, stage, order, greening, and so on."""
    found: dict[str, list[list[Any]]] = {}
    for plot_id in plot_ids:
        rows = content.inspections.get(plot_id, ())[:MOST_ON_CARD]
        if rows:
            found[plot_id] = [_card_row(content, row) for row in rows]
    return found or None


def _card_row(content: PageContent, seen: Inspection) -> list[Any]:
    stage = stage_words(seen.stage)
    return [
        seen.date.isoformat(),
        seen.time,
        seen.started,
        None if stage is None else stage.as_json(),
        seen.tidiness,
        seen.greening_share,
        None if seen.note is None else short(seen.note),
        [name for name in seen.photos if name in content.photos],
    ]
