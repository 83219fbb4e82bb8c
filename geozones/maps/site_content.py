"""What the pages of proposed sites are drawn from, and what their files are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geozones.errors import Message
from geozones.maps.stems import file_stem
from geozones.screening import Screening, Wording, as_records, feature_names

_TAKEN_STEMS = ("index", "ranking", "screening", "letters")


@dataclass(frozen=True)
class SiteContent:
    """The proposed sites of a run.

    Parameters
    ----------
    screening
        What the screening says of all sites.
    ranking
        `screening.rank_sites` of it: `site_id`, `rank`, `stability`.
    refused
        Why files or outlines that came in could not be screened, a message each.
    has_files
        Whether PDF, JSON and letters stand beside the pages, as `reports.write_site_files` names them.
    is_alone
        Whether the pages stand without the others of a run, as `screen -o` writes them.
    """

    screening: Screening
    ranking: pd.DataFrame
    refused: tuple[Message, ...] = ()
    has_files: bool = True
    is_alone: bool = False


@dataclass(frozen=True)
class SiteRow:
    """One site as its pages take it: its record (`screening.as_records`), place, file stem, rank and stability."""

    record: dict[str, Any]
    place: int
    stem: str
    rank: int
    stability: float


def site_rows(sites: SiteContent) -> list[SiteRow]:
    """Give the sites in the order of their ranks."""
    screening = sites.screening
    places = {str(site): place for place, site in enumerate(screening.sites["site_id"])}
    records = {record["site_id"]: record for record in as_records(screening)}
    stems = site_stems(places)
    return [
        SiteRow(records[str(site)], places[str(site)], stems[str(site)], int(rank), float(stability))
        for site, rank, stability in sites.ranking[["site_id", "rank", "stability"]].itertuples(index=False)
    ]


def site_stems(site_ids: Iterable[str]) -> dict[str, str]:
    """Name the files of every site; a page of the folder keeps its own name.

    >>> site_stems(["tole-bi"])
    {'tole-bi': 'tole-bi'}
    """
    return {site: file_stem(site) if site not in _TAKEN_STEMS else file_stem(f"{site} site") for site in site_ids}


def make_wording(screening: Screening) -> Wording:
    """Make the writer of the sentences of a screening."""
    case = screening.case
    return case.once("wording", lambda: Wording(case.rules, case.as_of, feature_names(case.tables)))
