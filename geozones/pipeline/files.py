"""The files of a run: its pages and, beside them, its data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from geozones import cache, checks, maps, publish, reports
from geozones.analysis import Analysis
from geozones.changes import no_changes
from geozones.config import Config
from geozones.i18n import N_
from geozones.pipeline.aside import Jobs, start_aside
from geozones.pipeline.comparison import PAGE, TABLE, Comparison, ToldChanges, tell
from geozones.pipeline.content import gather_content
from geozones.pipeline.csv_parts import CsvParts, WrittenParts
from geozones.pipeline.drawn import DrawnFiles
from geozones.pipeline.inspections import photos_folder
from geozones.pipeline.letters import QueueLetters
from geozones.pipeline.memory import give_back_memory
from geozones.pipeline.region import CheckedRegion
from geozones.pipeline.stages import Stopwatch
from geozones.pipeline.unchanged import keep_page


def write_files(
    run: publish.RunFolder,
    config: Config,
    region: CheckedRegion,
    analysis: Analysis,
    sites: reports.ScreenedSites,
    letters: QueueLetters,
    *,
    as_of: dt.date,
    watch: Stopwatch,
    store: cache.Store,
    results: cache.ZoneResults,
    comparison: Comparison,
    drawn: DrawnFiles,
    parts: CsvParts,
) -> tuple[int, Mapping[str, int]]:
    """Write pages, data and record of a run, all at once.

    Returns
    -------
    How many pages the run has, and how many changes of each kind since the served one.
    """
    rows = len(region.tables.plots)
    content = gather_content(config, region, analysis, sites, as_of=as_of)
    content = replace(content, letters=letters.names)
    plot_rows = results.hash_plots(region.tables.plots)
    tables = partial(_gather_tables, config, region, analysis, sites, as_of)
    jobs: Jobs = {
        "layers": lambda: reports.write_layers(run.path / "data", tables()),
        "tables": lambda: _write_tables(run, tables(), parts),
        "changes": partial(comparison.write, region, analysis, content, plot_rows=plot_rows, as_of=as_of),
    }
    _ = maps.draw_pages  # loads the map library, which sets filters of warnings: all threads share them
    with start_aside(jobs, rows=rows) as aside:
        with watch.stage("pages") as counts:
            _copy_photos(run, config, content.photos)
            counts["pages"] = pages = _write_pages(run, content, results, drawn) + 1
            for name, letter in letters.files.items():
                run.write(f"internal/{name}", letter)
            if drawn.taken:
                watch.explain(
                    "pages",
                    N_("{files} pages and scripts are as before, they are not drawn again."),
                    files=len(drawn.taken),
                )
        with watch.stage("data"):
            # Not in the copy of the process: what sets PDFs has threads of its own, which a copy lacks.
            stems = maps.site_stems(sites.screening.sites["site_id"])
            reports.write_site_files(run.path / "internal" / "proposals", sites.screening, config, stems=stems)
            done = aside.result()
            told: ToldChanges = done["changes"]
            run.write(PAGE, told.page)
            run.write(TABLE, told.table)
            written: WrittenParts = done["tables"]
            parts.write(written)
            if written.taken:
                watch.explain(
                    "data", N_("{parts} of {count} parts of CSV files are as before, they are copied."),
                    parts=written.taken, count=written.total,
                )  # fmt: skip
    refused = tuple(line for line in content.inbox if line.reasons)
    unchanged = tell(no_changes(run.run_id, as_of.isoformat()), replace(content, inbox=refused))
    keep_page(store, run.run_id, unchanged.page, unchanged.table)
    return pages, told.counts


def _write_pages(
    run: publish.RunFolder, content: maps.PageContent, results: cache.ZoneResults, drawn: DrawnFiles
) -> int:
    """Write the pages of both audiences, or take them over; returns how many there are."""
    pages = 0
    arranged = maps.arrange_plots(content)
    plot_rows = results.hash_plots(content.tables.plots)
    origins = maps.Origins(content, surroundings=results.surroundings, plot_rows=plot_rows)
    for audience in ("internal", "public"):
        recall = maps.Recall(drawn.of(audience), origins, audience=audience)
        for name, page in maps.draw_pages(content, audience=audience, recall=recall, arranged=arranged):
            run.write(f"{audience}/{name}", page)
            pages += name.endswith(".html")
        give_back_memory()
    drawn.write()
    return pages + sum(name.endswith(".html") for name in drawn.taken)


def _gather_tables(
    config: Config, region: CheckedRegion, analysis: Analysis, sites: reports.ScreenedSites, as_of: dt.date
) -> reports.ReportContent:
    """Put together what the files of the data folder hold."""
    return reports.ReportContent(
        region=config.region,
        language=config.language,
        as_of=as_of,
        tables=region.tables,
        sources=region.tables.sources,
        issues=checks.render_messages(region.issues, config.language),
        site_findings=sites.screening.findings,
        quarantine=region.quarantine,
        **{name: value for name, value in vars(analysis).items() if name != "undivided"},
    )


def _write_tables(run: publish.RunFolder, content: reports.ReportContent, parts: CsvParts) -> WrittenParts:
    """Write the tables of a run; gives the parts of the CSV files."""
    reports.write_tables(run.path / "data", content, known=parts)
    return parts.written


def _copy_photos(run: publish.RunFolder, config: Config, names: Iterable[str]) -> None:
    """Put kept photos into the internal tree, and nowhere else."""
    for name in sorted(names):
        run.write(f"internal/photos/{name}", (photos_folder(config) / name).read_bytes())
