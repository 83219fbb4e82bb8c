"""A run like the one before: all its files are shared, and its page of changes says that nothing changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geozones import cache, publish
from geozones.pipeline import csv_parts, drawn
from geozones.pipeline.comparison import PAGE, TABLE

_KIND = "unchanged"


def keep_page(store: cache.Store, run_id: str, page: bytes, table: bytes) -> None:
    """Keep what a run says of changes that is like this one."""
    with store.write(_KIND, run_id) as folder:
        (folder / "changes.html").write_bytes(page)
        (folder / "changes.json").write_bytes(table)


def share_run(
    run: publish.RunFolder, served: publish.RunInfo, store: cache.Store, facts: Mapping[str, Any]
) -> publish.RunInfo | None:
    """Make a run of the files of the served one.

    Returns
    -------
    The run; None where a file of the served run is missing or damaged, or nothing is kept for its page of changes:
    then everything is to be done again.
    """
    kept = store.find(_KIND, served.run_id)
    if kept is None:
        return None
    if not all(run.take_over(name) for name in served.files if name not in (PAGE, TABLE)):
        return None
    page, table = (kept / "changes.html").read_bytes(), (kept / "changes.json").read_bytes()
    run.write(PAGE, page)
    run.write(TABLE, table)
    ours, theirs = run.run_id.encode(), served.run_id.encode()
    keep_page(store, run.run_id, page.replace(theirs, ours), table.replace(theirs, ours))
    drawn.hand_on(store, served.run_id, run.run_id)
    csv_parts.hand_on(store, served.run_id, run.run_id)
    return run.complete(facts)
