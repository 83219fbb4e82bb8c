"""Gathering the summary of a region from its content."""

from __future__ import annotations

from collections.abc import Iterable

from geozones.figures import PastCount, count_overdue, month_ends
from geozones.maps.atlas import Atlas
from geozones.maps.summary.head import Head
from geozones.maps.summary.parts import Summary
from geozones.maps.summary.sources import Sources
from geozones.maps.summary.tables import Tables
from geozones.maps.words import Words, join, t


def make_summary(atlas: Atlas, *, title: Words) -> Summary:
    """Gather what the summary says of the region on the day of the content."""
    content = atlas.content
    sources = Sources(content, atlas.layers)
    head, tables = Head(atlas, sources), Tables(atlas, sources)
    trend = count_overdue(
        content.overdue, content.tables.plots, content.zone_figures,
        days=month_ends(content.as_of), known_from=content.known_from,
    )  # fmt: skip
    figures = content.region_figures
    today = PastCount(
        content.as_of, int(figures.get("start_passed", 0)), float(figures.get("area_start_passed_ha", 0))
    )
    return Summary(
        title=title,
        tiles=head.tiles(),
        states=head.states(),
        trend=[*trend, today],
        trend_title=t("Start date passed, plots at the end of each month"),
        trend_note=_trend_note(trend),
        trend_marks=sources.mark("ledger"),
        published=head.published(),
        districts=tables.districts(),
        sectors=tables.sectors(),
        networks=tables.networks(),
        ready=tables.ready(),
        notes=[
            t(
                "Start date passed: by the documents, no confirmation of a start; a presumption until an act is "
                "signed"
            ),
            t("Investment as declared by the participants, over several years, in nominal tenge"),
            t("Free by the register on the day; encumbrances are not known"),
        ],
        sources=sources.listed(),
    )


def _trend_note(trend: Iterable[PastCount]) -> Words:
    dates = t("By the dates in the ledger; what was returned before its opening balance is not in it.")
    if any(point.plots is None for point in trend):
        return join([dates, t("?: the ledger does not reach back to that day.")], " ")
    return dates
