"""One build from beginning to end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geozones
from geozones import cache, checks, maps, publish, reports
from geozones.analysis import Analysis
from geozones.changes import Changes, RunRecord, compare_runs, no_changes
from geozones.config import Config
from geozones.errors import Message
from geozones.gate import Policy, Verdict, count_facts, judge, write_notice
from geozones.i18n import N_
from geozones.pipeline.content import gather_content
from geozones.pipeline.csv_parts import CsvParts
from geozones.pipeline.drawn import DrawnFiles
from geozones.pipeline.inputs import Inputs, find_differences, find_inputs, settle_inputs
from geozones.pipeline.inspections import photos_folder
from geozones.pipeline.letters import QueueLetters, write_letters
from geozones.pipeline.memory import give_back_memory
from geozones.pipeline.region import (
    CheckedRegion,
    analyse,
    check_region,
    choose_day,
    read_inbox,
    read_ledger,
    recall_zones,
)
from geozones.pipeline.stages import OnDone, OnStage, Stopwatch
from geozones.pipeline.unchanged import TABLE, keep_page, share_run
from geozones.sources import Care, KeptLayer, keep_copies

_KEPT_FACTS = ("facts", "counted", "ledger")


@dataclass(frozen=True)
class BuildReport:
    """What a build did; `fatal_issues` counts the issues of a severity that the settings call fatal."""

    run_id: str
    out: Path
    as_of: dt.date
    summary: dict[str, float]
    pages: int
    errors: int
    warnings: int
    fatal_issues: int
    seconds: dict[str, float] = field(default_factory=dict)
    verdict: Verdict = field(default_factory=Verdict)
    is_published: bool = True
    kept: tuple[KeptLayer, ...] = ()
    changed: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[tuple[str, Message], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the report as `geozones build --json` prints it."""
        return {
            "run_id": self.run_id,
            "out": str(self.out),
            "as_of": self.as_of.isoformat(),
            "summary": self.summary,
            "pages": self.pages,
            "issues": {"errors": self.errors, "warnings": self.warnings},
            "seconds": self.seconds,
        }


def build(
    config: Config,
    *,
    as_of: dt.date | None = None,
    out: Path | None = None,
    on_stage: OnStage | None = None,
    on_done: OnDone | None = None,
    policy: Policy | None = None,
    care: Care | None = None,
    full: bool = False,
) -> BuildReport:
    """Build one complete run from the layers of a region and let the doors lead to it.

    Parameters
    ----------
    config
        Settings of the region.
    as_of
        Day of the states; None takes that of the settings, else today in the region.
    out
        Folder of the maps; None takes that of the settings.
    on_stage
        Called at the start of each stage with its words, its number and how many there are.
    on_done
        Called at the end of each stage with its name, its seconds and what it counted.
    policy
        Whether the gate may hold the run back; None publishes it whatever the gate says.
    care
        What becomes of layers that fail; None lets the build fail with them.
    full
        Do everything again, whatever is known from earlier builds.

    Returns
    -------
    The report of the build. Data issues do not stop it; `fatal_issues` says how many should be looked at.
    `verdict` is what the gate says of it, compared with the run that was served.

    Raises
    ------
    InputError
        A required layer is missing, damaged or without CRS; the published maps are kept.
    LockHeldError
        Another run writes to the same folder.
    DiskFullError
        The disk cannot hold the run.
    """
    order = _Order(config, out or config.maps.out, policy or Policy(), care, dt.datetime.now(dt.UTC))
    watch = Stopwatch(on_stage, on_done)
    store = cache.Store(config.state_dir / cache.FOLDER, is_read=not full)
    day = choose_day(config, as_of)
    with publish.hold_lock(config.state_dir, order.target, command=order.policy.command):
        served = publish.find_served(order.target)
        sources = [Path(spec.source) for spec in config.layers.values()]
        publish.require_room(order.target, None if served is None else served.path, sources)
        with publish.plain_disk_errors(config.state_dir):
            inputs = find_inputs(config, as_of=day)
            report = None if full else _share(order, served, inputs, store, day, watch)
            report = report or _build(order, served, inputs, store, day, watch)
            store.forget_unused()
    return replace(report, reasons=tuple(watch.reasons))


@dataclass(frozen=True)
class _Order:
    """What was asked for."""

    config: Config
    target: Path
    policy: Policy
    care: Care | None
    started: dt.datetime


def _share(
    order: _Order,
    served: publish.RunInfo | None,
    inputs: Inputs,
    store: cache.Store,
    day: dt.date,
    watch: Stopwatch,
) -> BuildReport | None:
    """Make a run of the files of the served one, where nothing that it was made from has changed."""
    if served is None or "inputs" not in served.facts:
        watch.explain("read", N_("There is no earlier run to take anything over from."))
        return None
    different = find_differences(served.facts["inputs"], inputs)
    if different:
        watch.explain("read", N_("Changed since the served run: {names}."), names=", ".join(different))
        return None
    run_id = publish.make_run_id(order.started)
    kept_facts = {name: served.facts[name] for name in _KEPT_FACTS}
    with publish.write_run(order.target, run_id, previous=served) as run, watch.stage("publish") as counts:
        facts = _facts(order, day, watch.seconds, inputs=inputs, verdict=Verdict(against=served.run_id))
        completed = share_run(run, served, store, {**kept_facts, **facts})
        if completed is None:
            watch.explain("read", N_("Files of the served run are damaged or missing: everything is done again."))
            return None
        counts["files"] = len(completed.files)
    watch.explain(
        "publish", N_("Nothing changed since run {run}: all files are shared with it."), run=served.run_id
    )
    publish.open_doors(order.target, run_id, maps.draw_doors(run_id), now=dt.datetime.now(dt.UTC))
    figures = json.loads((completed.path / "data" / "summary.json").read_text("utf-8"))
    return BuildReport(
        run_id=run_id, out=order.target, as_of=day, summary=figures, seconds=watch.seconds,
        changed=json.loads((completed.path / TABLE).read_text("utf-8"))["counts"], **kept_facts["counted"],
    )  # fmt: skip


def _build(
    order: _Order,
    served: publish.RunInfo | None,
    inputs: Inputs,
    store: cache.Store,
    day: dt.date,
    watch: Stopwatch,
) -> BuildReport:
    """Build a run from the layers, taking over what is known of them."""
    config = order.config
    region = check_region(config, watch=watch, care=order.care, store=store)
    with watch.stage("inbox") as counts:
        region = read_inbox(region, config, as_of=day)
        counts |= region.inbox.counts
    with watch.stage("analyse") as counts:
        region = read_ledger(region, config, as_of=day)
        results = recall_zones(region, config, store, as_of=day)
        analysis = analyse(region, config, as_of=day, results=results, watch=watch)
        counts |= {"plots": len(analysis.states), "zones": len(analysis.zone_figures)}
        sites = reports.screen_region(
            config, region.tables, rules=analysis.rules, as_of=day, zone_figures=analysis.zone_figures
        )
        region, letters = write_letters(config, region, analysis, as_of=day)
    inputs = settle_inputs(inputs, config, region.loaded.digests, inbox=region.inbox.digest)
    run_id = publish.make_run_id(order.started)
    give_back_memory()
    with publish.write_run(order.target, run_id, previous=served) as run:
        plot_rows = results.hash_plots(region.tables.plots)
        record = reports.make_run_record(
            region.tables, region.layers, analysis, region.issues, plot_rows=plot_rows, as_of=day, run_id=run_id
        )
        changes = _compare(record, served)
        give_back_memory()
        drawn = DrawnFiles(run, store, served)
        pages = _write_run(
            run, config, region, analysis, sites, record, changes, letters, as_of=day, watch=watch, store=store,
            results=results, drawn=drawn, parts=CsvParts(run_id, store, served),
        )  # fmt: skip
        facts = count_facts(region.layers, analysis.zone_figures, pages=_stable_pages(run))
        verdict = judge(
            None if served is None else served.facts, facts, config.nightly, order.policy, ledger=_head(region)
        )
        counted = _count(region, config, pages)
        with watch.stage("publish") as counts:
            results.finish()
            known = {"facts": facts, "counted": counted, "ledger": _head(region)}
            completed = run.complete(
                {**known, **_facts(order, day, watch.seconds, inputs=inputs, verdict=verdict)}
            )
            counts["files"] = len(completed.files)
    is_published = not (order.policy.obey_gate and verdict.holds_back)
    if is_published:
        publish.open_doors(order.target, run_id, maps.draw_doors(run_id), now=dt.datetime.now(dt.UTC))
        keep_copies(config.state_dir, config.layers, region.loaded, day=day)
    elif served is not None:
        publish.hang_notice(order.target, write_notice(verdict, as_of=day), run_id=served.run_id)
    return BuildReport(
        run_id=run_id, out=order.target, as_of=day, summary=analysis.region_figures, seconds=watch.seconds,
        verdict=verdict, is_published=is_published, kept=region.loaded.kept,
        changed={} if changes is None else changes.counts, **counted,
    )  # fmt: skip


def _count(region: CheckedRegion, config: Config, pages: int) -> dict[str, Any]:
    severities = region.issues["severity"].value_counts()
    return {
        "pages": pages,
        "errors": int(severities.get("error", 0)),
        "warnings": int(severities.get("warning", 0)),
        "fatal_issues": int(severities.reindex(config.fatal, fill_value=0).sum()),
    }


def _write_run(
    run: publish.RunFolder,
    config: Config,
    region: CheckedRegion,
    analysis: Analysis,
    sites: reports.ScreenedSites,
    record: RunRecord,
    changes: Changes | None,
    letters: QueueLetters,
    *,
    as_of: dt.date,
    watch: Stopwatch,
    store: cache.Store,
    results: cache.ZoneResults,
    drawn: DrawnFiles,
    parts: CsvParts,
) -> int:
    """Write pages and data of a run, both at once; returns how many pages were written."""
    with ThreadPoolExecutor(1) as aside:
        written = aside.submit(
            copy_context().run, _write_data, run, config, region, analysis, sites, record, changes, as_of, parts
        )
        with watch.stage("pages") as counts:
            content = gather_content(config, region, analysis, sites, changes, as_of=as_of)
            content = replace(content, letters=letters.names)
            _copy_photos(run, config, content.photos)
            counts["pages"] = pages = _write_pages(run, content, results, drawn)
            for name, letter in letters.files.items():
                run.write(f"internal/{name}", letter)
            if drawn.taken:
                watch.explain(
                    "pages",
                    N_("{files} pages of zones and scripts of plots are as before, they are not drawn again."),
                    files=len(drawn.taken),
                )
        with watch.stage("data"):
            written.result()
            parts.write()
            if parts.taken:
                watch.explain(
                    "data", N_("{parts} of {count} parts of CSV files are as before, they are copied."),
                    parts=parts.taken, count=parts.count,
                )  # fmt: skip
    unchanged = no_changes(run.run_id, as_of.isoformat())
    refused = tuple(line for line in content.inbox if line.reasons)
    page = maps.draw_changes(replace(content, changes=unchanged, inbox=refused)).encode()
    told = reports.changes_as_json(unchanged, language=config.language)
    keep_page(store, run.run_id, page, publish.as_json(told))
    return pages


def _write_pages(
    run: publish.RunFolder, content: maps.PageContent, results: cache.ZoneResults, drawn: DrawnFiles
) -> int:
    """Write the pages of both audiences, or take them over; returns how many there are."""
    pages = 0
    plot_rows = results.hash_plots(content.tables.plots)
    origins = maps.Origins(content, surroundings=results.surroundings, plot_rows=plot_rows)
    for audience in ("internal", "public"):
        recall = maps.Recall(drawn.of(audience), origins, audience=audience)
        for name, page in maps.draw_pages(content, audience=audience, recall=recall):
            run.write(f"{audience}/{name}", page)
            pages += name.endswith(".html")
        give_back_memory()
    drawn.write()
    return pages + sum(name.endswith(".html") for name in drawn.taken)


def _write_data(
    run: publish.RunFolder,
    config: Config,
    region: CheckedRegion,
    analysis: Analysis,
    sites: reports.ScreenedSites,
    record: RunRecord,
    changes: Changes | None,
    as_of: dt.date,
    parts: CsvParts,
) -> None:
    """Write the data of a run: its record, tables, files of proposed sites, what changed."""
    reports.write_record(run.path / reports.RECORD, record)
    content = reports.ReportContent(
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
    (run.path / "data").mkdir()
    reports.write_data(run.path / "data", content, known=parts)
    stems = maps.site_stems(sites.screening.sites["site_id"])
    reports.write_site_files(run.path / "internal" / "proposals", sites.screening, config, stems=stems)
    told = reports.changes_as_json(changes, language=config.language)
    run.write(TABLE, publish.as_json(told))


def _copy_photos(run: publish.RunFolder, config: Config, names: Iterable[str]) -> None:
    """Put kept photos into the internal tree, and nowhere else."""
    for name in sorted(names):
        run.write(f"internal/photos/{name}", (photos_folder(config) / name).read_bytes())


def _compare(record: RunRecord, served: publish.RunInfo | None) -> Changes | None:
    """Compare a run with the served one, where that has a record."""
    if served is None or not reports.has_record(served.path):
        return None
    as_before = str(served.facts.get("as_of", ""))
    return compare_runs(reports.read_record(served.path, as_of=as_before, beside=record.plots), record)


def _stable_pages(run: publish.RunFolder) -> dict[str, int]:
    """Give the bytes of the pages that should not shrink: all but that of the changes."""
    return {name: size for name, size in run.sizes(".html").items() if not name.endswith("/changes.html")}


def _head(region: CheckedRegion) -> dict[str, Any] | None:
    return None if region.book is None else {"events": region.book.seq, "head": region.book.head}


def _facts(
    order: _Order, day: dt.date, seconds: dict[str, float], *, inputs: Inputs, verdict: Verdict
) -> dict[str, Any]:
    """Say of a run when, how and from what it was made."""
    return {
        "as_of": day.isoformat(),
        "geozones": geozones.__version__,
        "started": order.started.isoformat(timespec="seconds"),
        "seconds": seconds,
        "settings": order.config.path.name,
        "inputs": inputs,
        "gate": verdict.as_json(),
    }
