"""What changed since the served run: the record of a run, its page of changes and their table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from geozones import maps, publish, reports
from geozones.analysis import Analysis
from geozones.changes import Changes, RunRecord, compare_runs
from geozones.errors import InputError
from geozones.pipeline.region import CheckedRegion

PAGE, TABLE = "internal/changes.html", "data/changes.json"
"""Names of the page of changes and of their table in a run."""


@dataclass(frozen=True)
class ToldChanges:
    """The page of changes and the table of them as files, and how many there are of each kind."""

    page: bytes
    table: bytes
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Comparison:
    """Compares a run that is being written with the served one.

    Parameters
    ----------
    run, served
        The run, and the served one, where there is any.
    is_shared
        Whether parts of the record that are the same are shared with the served run.
    """

    run: publish.RunFolder
    served: publish.RunInfo | None
    is_shared: bool

    def write(
        self,
        region: CheckedRegion,
        analysis: Analysis,
        content: maps.PageContent,
        *,
        plot_rows: Any,
        as_of: dt.date,
    ) -> ToldChanges:
        """Write the record of the run; gives what is told of the changes, which stay to be written.

        Parameters
        ----------
        region, analysis, content
            What the run is made from.
        plot_rows
            `fingerprints.hash_rows` of the plots.
        as_of
            Day of the states.
        """
        record = reports.make_run_record(
            region.tables, region.layers, analysis, region.issues,
            plot_rows=plot_rows, as_of=as_of, run_id=self.run.run_id,
        )  # fmt: skip
        before = self._read_before(record)
        changes = None if before is None else compare_runs(before, record)
        reports.write_record(self.run.path / reports.RECORD, record, known=self._take_over)
        return tell(changes, content)

    def _read_before(self, record: RunRecord) -> RunRecord | None:
        """Read the record of the served run; one that is damaged does not stop the run."""
        if self.served is None or not reports.has_record(self.served.path):
            return None
        day = str(self.served.facts.get("as_of", ""))
        try:
            return reports.read_record(self.served.path, as_of=day, beside=record.plots)
        except InputError:
            return None

    def _take_over(self, name: str) -> bool:
        return self.is_shared and self.run.take_over(f"{reports.RECORD}/{name}")


def tell(changes: Changes | None, content: maps.PageContent) -> ToldChanges:
    """Draw the page of changes, and make their table; None where there is no run to compare with."""
    table = publish.as_json(reports.changes_as_json(changes, language=content.language))
    page = maps.draw_changes(replace(content, changes=changes)).encode()
    return ToldChanges(page, table, {} if changes is None else changes.counts)
