"""One build from beginning to end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geozones
from geozones import cache, maps, publish, reports
from geozones.config import Config
from geozones.errors import Message
from geozones.gate import Policy, Verdict, count_facts, judge, write_notice
from geozones.i18n import N_
from geozones.pipeline.comparison import TABLE, Comparison
from geozones.pipeline.csv_parts import CsvParts
from geozones.pipeline.drawn import DrawnFiles
from geozones.pipeline.files import write_files
from geozones.pipeline.inputs import Inputs, find_differences, find_inputs, settle_inputs
from geozones.pipeline.letters import write_letters
from geozones.pipeline.memory import give_back_memory, spare_memory
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
from geozones.pipeline.unchanged import share_run
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
    spare_memory()
    with publish.hold_lock(config.state_dir, order.target, command=order.policy.command), ExitStack() as ending:
        served = publish.find_served(order.target)
        sources = [Path(spec.source) for spec in config.layers.values()]
        publish.require_room(order.target, None if served is None else served.path, sources)
        with publish.plain_disk_errors(config.state_dir):
            inputs = find_inputs(config, as_of=day)
            report = None if full else _share(order, served, inputs, store, day, watch)
            report = report or _build(order, served, inputs, store, day, watch, ending)
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
    ending: ExitStack,
) -> BuildReport:
    """Build a run from the layers, taking over what is known of them; `ending` ends what still works then."""
    config = order.config
    region = check_region(config, watch=watch, care=order.care, store=store)
    with watch.stage("inbox") as counts:
        region = read_inbox(region, config, as_of=day)
        counts |= region.inbox.counts
    with watch.stage("analyse") as counts:
        region = read_ledger(region, config, as_of=day)
        results = ending.enter_context(recall_zones(region, config, store, as_of=day))
        analysis = analyse(region, config, as_of=day, results=results, watch=watch)
        counts |= {"plots": len(analysis.states), "zones": len(analysis.zone_figures)}
        sites = reports.screen_region(
            config, region.tables, rules=analysis.rules, as_of=day, zone_figures=analysis.zone_figures
        )
        region, letters = write_letters(config, region, analysis, as_of=day)
    inputs = settle_inputs(inputs, config, region.loaded.digests, inbox=region.inbox.digest)
    run_id = publish.make_run_id(order.started)
    results.finish()
    store.finish()
    give_back_memory()
    with publish.write_run(order.target, run_id, previous=served) as run:
        comparison = Comparison(run, served, is_shared=_is_same_code(served, inputs) and store.is_read)
        drawn = DrawnFiles(run, store, served)
        pages, changed = write_files(
            run, config, region, analysis, sites, letters, as_of=day, watch=watch, store=store,
            results=results, comparison=comparison, drawn=drawn, parts=CsvParts(run_id, store, served),
        )  # fmt: skip
        facts = count_facts(region.layers, analysis.zone_figures, pages=_stable_pages(run))
        verdict = judge(
            None if served is None else served.facts, facts, config.nightly, order.policy, ledger=_head(region)
        )
        counted = _count(region, config, pages)
        with watch.stage("publish") as counts:
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
        changed=changed, **counted,
    )  # fmt: skip


def _count(region: CheckedRegion, config: Config, pages: int) -> dict[str, Any]:
    severities = region.issues["severity"].value_counts()
    return {
        "pages": pages,
        "errors": int(severities.get("error", 0)),
        "warnings": int(severities.get("warning", 0)),
        "fatal_issues": int(severities.reindex(config.fatal, fill_value=0).sum()),
    }


def _is_same_code(served: publish.RunInfo | None, inputs: Inputs) -> bool:
    return served is not None and served.facts.get("inputs", {}).get("code") == inputs["code"]


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
