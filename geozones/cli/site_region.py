"""What the screening commands share: the region, the sites that are named, and their screening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geozones import figures, maps, pipeline, reports
from geozones.config import Config
from geozones.rules import load_rules
from geozones.screening import Screening


def screen_sites(
    config: Config,
    sites: Sequence[str],
    *,
    as_of: dt.date | None = None,
    crs: str | None = None,
    kind: str = "",
    form: Path | None = None,
) -> tuple[reports.Proposals, Screening]:
    """Check proposed sites against the region.

    Parameters
    ----------
    config
        Settings of the region.
    sites
        Files, ids of proposals, or pasted text; none means what waits in the inbox.
    as_of
        The day; None takes that of the settings, else today in the region.
    crs
        Coordinate system of the sites, where the sender names it.
    kind, form
        Kind of zone asked for ("" keeps what each site says), and the file of a form, for all sites.

    Returns
    -------
    The sites as read, with what was refused, and their screening.

    Raises
    ------
    InputError
        A site cannot be read, or none is left to screen.
    """
    day = pipeline.choose_day(config, as_of)
    region, states = pipeline.recall_region(config, as_of=day)
    tables = region.tables
    if sites:
        found = reports.read_arguments(config, sites, tables, crs=crs)
        reports.require_sites(found)
    else:
        found = reports.read_waiting(config, tables)
    found = reports.with_kind(found, kind, None if form is None else reports.read_form_file(form))
    zone_figures = figures.zone_figures(
        tables.zones,
        tables.plots,
        states,
        as_of=day,
        undivided_min_width_m=config.figures.undivided_min_width_m,
    )
    rules = load_rules(config.rules.files)
    screening = reports.screen_proposals(
        found, tables, rules=rules, as_of=day, config=config, zone_figures=zone_figures
    )
    return found, screening


def write_screening(folder: Path, found: reports.Proposals, screening: Screening) -> None:
    """Write pages, PDF, JSON and letters of a screening into a folder, made where it is not there.

    Raises
    ------
    DiskFullError
        The folder cannot be written.
    """
    case = screening.case
    empty = pd.DataFrame()
    content = maps.PageContent(
        region=case.config.region,
        language=case.config.language,
        as_of=case.as_of,
        tables=case.tables,
        states=empty,
        plot_networks=empty,
        zone_networks=empty,
        region_figures={},
        zone_figures=empty if case.zone_figures is None else case.zone_figures,
        issues=empty,
        near_m={str(network): limit for network, limit in case.config.proximity.near_m.items()},
        sources=case.tables.sources,
        data_files=(),
        sites=maps.SiteContent(screening, reports.rank_proposals(screening), found.refused, is_alone=True),
    )
    for name, page in maps.draw_screening(content):
        reports.write_file(folder / name, page)
    stems = maps.site_stems(screening.sites["site_id"])
    reports.write_site_files(folder / "proposals", screening, case.config, stems=stems)
