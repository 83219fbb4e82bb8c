"""Runs: complete, immutable folders; doors that lead into one of them; copies for a share, a stick or a web root.

Open `runs.py` for how a run is written, read and verified, `doors.py` for what readers are led to, `lock.py` for
the one writer, `retention.py` for what goes and what stays, `copies.py` for copies elsewhere, `disk.py` for files.
"""

from geozones.publish.copies import copy_to, prune_copies
from geozones.publish.disk import as_json, plain_disk_errors, replace_file, require_room, require_space
from geozones.publish.doors import (
    current_run,
    find_served,
    hang_notice,
    last_good_run,
    open_doors,
    recently_served,
    served_runs,
)
from geozones.publish.lock import hold_lock
from geozones.publish.retention import prune_runs
from geozones.publish.runs import (
    RunFolder,
    RunInfo,
    find_run,
    list_runs,
    make_run_id,
    read_manifest,
    require_sound,
    verify_run,
    write_run,
)

__all__ = [
    "RunFolder",
    "RunInfo",
    "as_json",
    "copy_to",
    "current_run",
    "find_run",
    "find_served",
    "hang_notice",
    "hold_lock",
    "last_good_run",
    "list_runs",
    "make_run_id",
    "open_doors",
    "plain_disk_errors",
    "prune_copies",
    "prune_runs",
    "read_manifest",
    "recently_served",
    "replace_file",
    "require_room",
    "require_sound",
    "require_space",
    "served_runs",
    "verify_run",
    "write_run",
]
