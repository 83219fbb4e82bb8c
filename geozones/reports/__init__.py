"""What leaves GeoZones for other programs and for people: workbook, GeoPackage, CSV tables, figures.

Names are imported when they are first used, so that a command loads only what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geozones.reports.columns import FILES
    from geozones.reports.content import Edition, ReportContent
    from geozones.reports.data_folder import write_check, write_data, write_layers, write_tables
    from geozones.reports.inbox import RETURNED, Entry, Inbox, open_inbox
    from geozones.reports.proposals import (
        Proposals,
        ScreenedSites,
        all_proposals,
        kind_of,
        list_inbox,
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

_HOMES = {
    "FILES": "columns",
    "RECORD": "record",
    "RETURNED": "inbox",
    "Edition": "content",
    "Entry": "inbox",
    "Inbox": "inbox",
    "Proposals": "proposals",
    "ReportContent": "content",
    "ScreenedSites": "proposals",
    "all_proposals": "proposals",
    "changes_as_json": "record",
    "has_record": "record",
    "kind_of": "proposals",
    "list_inbox": "proposals",
    "make_run_record": "record",
    "open_inbox": "inbox",
    "rank_proposals": "proposals",
    "read_arguments": "proposals",
    "read_form_file": "proposals",
    "read_comparison": "record",
    "read_record": "record",
    "read_waiting": "proposals",
    "require_readable_proposal": "proposals",
    "require_sites": "proposals",
    "screen_proposals": "proposals",
    "screen_region": "proposals",
    "with_kind": "proposals",
    "write_check": "data_folder",
    "write_data": "data_folder",
    "write_file": "site_report",
    "write_layers": "data_folder",
    "write_record": "record",
    "write_site_files": "site_report",
    "write_tables": "data_folder",
}

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
    "write_layers",
    "write_record",
    "write_site_files",
    "write_tables",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
