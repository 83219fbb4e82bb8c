"""What leaves GeoZones for other programs and for people: workbook, GeoPackage, CSV tables, figures."""

from geozones.reports.columns import FILES
from geozones.reports.content import Edition, ReportContent
from geozones.reports.data_folder import write_check, write_data
from geozones.reports.inbox import RETURNED, Entry, Inbox
from geozones.reports.proposals import (
    Proposals,
    ScreenedSites,
    all_proposals,
    kind_of,
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
from geozones.reports.record import (
    RECORD,
    changes_as_json,
    has_record,
    make_run_record,
    read_comparison,
    read_record,
    write_record,
)
from geozones.reports.site_report import write_file, write_site_files

__all__ = [
    "FILES",
    "RECORD",
    "RETURNED",
    "Edition",
    "Entry",
    "Inbox",
    "Proposals",
    "ReportContent",
    "ScreenedSites",
    "all_proposals",
    "changes_as_json",
    "has_record",
    "kind_of",
    "list_inbox",
    "make_run_record",
    "open_inbox",
    "rank_proposals",
    "read_arguments",
    "read_comparison",
    "read_form_file",
    "read_record",
    "read_waiting",
    "require_readable_proposal",
    "require_sites",
    "screen_proposals",
    "screen_region",
    "with_kind",
    "write_check",
    "write_data",
    "write_file",
    "write_record",
    "write_site_files",
]
