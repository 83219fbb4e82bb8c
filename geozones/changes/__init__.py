"""What changed from one run to another: plots, zones, distances, answers, dates, issues.

A run keeps a record of what can be compared (`record.py`); two records give the changes (`comparison.py`), with
the layer that caused each (`causes.py`). Nothing here opens a file.
"""

from geozones.changes.causes import SETTINGS
from geozones.changes.comparison import Changes, compare_runs, find_different, no_changes
from geozones.changes.record import (
    HASHES,
    TABLES,
    RunRecord,
    make_record,
    pack_message,
    part_networks,
    unpack_message,
)

__all__ = [
    "HASHES",
    "SETTINGS",
    "TABLES",
    "Changes",
    "RunRecord",
    "compare_runs",
    "find_different",
    "make_record",
    "no_changes",
    "pack_message",
    "part_networks",
    "unpack_message",
]
