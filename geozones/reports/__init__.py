"""What leaves GeoZones for other programs and for people: workbook, GeoPackage, CSV tables, figures."""

from geozones.reports.columns import FILES
from geozones.reports.content import Edition, ReportContent
from geozones.reports.data_folder import write_check, write_data
from geozones.reports.inbox import Inbox
from geozones.reports.proposals import (
    Proposals,
    ScreenedSites,
    all_proposals,
    list_inbox,
    open_inbox,
    rank_proposals,
    read_arguments,
    read_form_file,
    read_waiting,
    require_readable_proposal,
    require_sites,
    screen_proposals,
    screen_region,
    with_kind,
)
from geozones.reports.site_report import write_file, write_site_files

__all__ = [
    "FILES",
    "Edition",
    "Inbox",
    "Proposals",
    "ReportContent",
    "ScreenedSites",
    "all_proposals",
    "list_inbox",
    "open_inbox",
    "rank_proposals",
    "read_arguments",
    "read_form_file",
    "read_waiting",
    "require_readable_proposal",
    "require_sites",
    "screen_proposals",
    "screen_region",
    "with_kind",
    "write_check",
    "write_data",
    "write_file",
    "write_site_files",
]
