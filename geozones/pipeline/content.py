"""What the pages and sheets of a region are drawn from, put together from its tables, ledger and analysis."""

from __future__ import annotations

import datetime as dt
from typing import Any

from geozones import coverage, maps, reports
from geozones.analysis import Analysis
from geozones.config import NETWORKS, Config
from geozones.pipeline.inspections import find_photos
from geozones.pipeline.region import CheckedRegion, analyse, check_region, choose_day, read_ledger


def gather_content(
    config: Config,
    region: CheckedRegion,
    analysis: Analysis,
    sites: reports.ScreenedSites | None = None,
    *,
    as_of: dt.date,
) -> maps.PageContent:
    """Put together what the pages of a region show on a day.

    `sites` are its screened proposals; None where there are none.
    """
    tables, book = region.tables, region.book
    overdue = None if book is None else book.overdue
    gaps: dict[str, Any] = {
        network: coverage.find_gaps(tables.districts, tables.coverage.get(network))
        for network in NETWORKS
        if tables.districts is not None
    }
    return maps.PageContent(
        region=config.region,
        language=config.language,
        as_of=as_of,
        tables=tables,
        sources=tables.sources,
        issues=region.issues,
        **vars(analysis),
        layer_counts=_count_rows(region),
        near_m={str(network): limit for network, limit in config.proximity.near_m.items()},
        gaps=gaps,
        history={} if book is None else book.events,
        undivided_min_width_m=config.figures.undivided_min_width_m,
        single_files=config.maps.single_files,
        tile_url=config.maps.tile_url,
        sites=None if sites is None else maps.SiteContent(sites.screening, sites.ranking, sites.proposals.refused),
        overdue=None if overdue is None else overdue.spans,
        known_from=None if overdue is None else overdue.known_from,
        state_days=None if book is None else book.state_days,
        published_figures=config.figures.published,
        inspections={} if book is None else book.inspections,
        photos=frozenset() if book is None else find_photos(config, book.inspections),
        inbox=tuple(
            maps.InboxLine(file.name, file.kind, file.recorded, file.reasons, file.returned)
            for file in (*region.inbox.refused, *region.inbox.taken)
        ),
    )


def _count_rows(region: CheckedRegion) -> tuple[maps.LayerCount, ...]:
    return tuple(
        maps.LayerCount(
            layer.key, layer.role, layer.read, layer.read - len(layer.quarantine), len(layer.quarantine)
        )
        for layer in region.layers
    )


def read_content(config: Config, *, as_of: dt.date | None = None) -> maps.PageContent:
    """Read, check and analyse a region, and put together what its sheets show; no run is written.

    Parameters
    ----------
    config
        Settings of the region.
    as_of
        Day of the states; None takes that of the settings, else today in the region.

    Raises
    ------
    InputError
        A required layer is missing, damaged or without CRS.
    """
    day = choose_day(config, as_of)
    region = read_ledger(check_region(config), config, as_of=day)
    return gather_content(config, region, analyse(region, config, as_of=day), as_of=day)
