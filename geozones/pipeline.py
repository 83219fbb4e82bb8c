"""The stages of a run in order, the only place that orders them: read, check, analyse, draw, publish."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

import geozones
from geozones import checks, coverage, layers, ledger, lifecycle, maps, publish, reports
from geozones.analysis import Analysis, analyse_region
from geozones.config import NETWORKS, ROLES, Config, LayerSpec
from geozones.gate import Policy, Verdict, count_facts, judge, write_notice
from geozones.i18n import N_
from geozones.rules import load_rules
from geozones.sources import Care, KeptLayer, LoadedLayers, is_absent, keep_copies, load_layers, report_failed
from geozones.tables import CONTRACTS, LayerSource, RegionTables, empty_table, require_known_columns

OnStage = Callable[[str, int, int], None]
OnDone = Callable[[str, float, Mapping[str, int]], None]

STAGES = {
    "read": N_("Reading the layers"),
    "check": N_("Checking the tables"),
    "analyse": N_("Measuring distances and deriving states"),
    "pages": N_("Drawing the pages"),
    "data": N_("Writing registers and tables"),
    "publish": N_("Publishing"),
}
"""Stages of a build by name, in order, with the words that a person reads."""


@dataclass(frozen=True)
class CheckedRegion:
    """What reading and checking gives: the tables, what is wrong with them, and what was set aside."""

    tables: RegionTables
    allocations: pd.DataFrame | None
    layers: tuple[checks.CheckedLayer, ...]
    issues: Any
    quarantine: dict[str, Any]
    loaded: LoadedLayers = field(default_factory=LoadedLayers)
    book: ledger.LedgerReading | None = None


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


class _Stopwatch:
    """Names each stage as it starts, and keeps how long it took and what it counted."""

    def __init__(self, on_stage: OnStage | None, on_done: OnDone | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._on_stage = on_stage
        self._on_done = on_done

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, int]]:
        if self._on_stage is not None:
            self._on_stage(STAGES[name], list(STAGES).index(name) + 1, len(STAGES))
        started = time.perf_counter()
        counts: dict[str, int] = {}
        yield counts
        self.seconds[name] = round(time.perf_counter() - started, 3)
        if self._on_done is not None:
            self._on_done(name, self.seconds[name], counts)


def choose_day(config: Config, as_of: dt.date | None) -> dt.date:
    """Choose the day of the states: the one given, else that of the settings, else today in the region."""
    return as_of or config.as_of or _today(config)


def _today(config: Config) -> dt.date:
    return dt.datetime.now(ZoneInfo(config.region.timezone)).date()


def build(
    config: Config,
    *,
    as_of: dt.date | None = None,
    out: Path | None = None,
    on_stage: OnStage | None = None,
    on_done: OnDone | None = None,
    policy: Policy | None = None,
    care: Care | None = None,
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
    target = out or config.maps.out
    policy = policy or Policy()
    started = dt.datetime.now(dt.UTC)
    watch = _Stopwatch(on_stage, on_done)
    with publish.hold_lock(config.state_dir, target, command=policy.command):
        served = publish.find_served(target)
        publish.require_room(
            target, None if served is None else served.path, [Path(spec.source) for spec in config.layers.values()]
        )
        region = check_region(config, watch=watch, care=care)
        day = choose_day(config, as_of)
        with watch.stage("analyse") as counts:
            region = read_ledger(region, config, as_of=day)
            analysis = analyse(region, config, as_of=day)
            counts |= {"plots": len(analysis.states), "zones": len(analysis.zone_figures)}
            sites = reports.screen_region(
                config,
                region.tables,
                rules=analysis.rules,
                as_of=day,
                zone_figures=analysis.zone_figures,
            )
        run_id = publish.make_run_id(started)
        with publish.write_run(target, run_id, previous=served) as run:
            pages = _write_run(run, config, region, analysis, sites, as_of=day, watch=watch)
            facts = count_facts(region.layers, analysis.zone_figures, pages=run.sizes(".html"))
            verdict = judge(None if served is None else served.facts, facts, config.nightly, policy)
            with watch.stage("publish") as counts:
                gate_facts = {"facts": facts, "gate": verdict.as_json()}
                completed = run.complete({**_facts(config, region, day, started, watch.seconds), **gate_facts})
                counts["files"] = len(completed.files)
        is_published = not (policy.obey_gate and verdict.holds_back)
        if is_published:
            publish.open_doors(target, run_id, maps.draw_doors(run_id), now=dt.datetime.now(dt.UTC))
            keep_copies(config.state_dir, config.layers, region.loaded, day=day)
        elif served is not None:
            publish.hang_notice(target, write_notice(verdict, as_of=day), run_id=served.run_id)
    severities = region.issues["severity"].value_counts()
    return BuildReport(
        run_id=run_id,
        out=target,
        as_of=day,
        summary=analysis.region_figures,
        pages=pages,
        errors=int(severities.get("error", 0)),
        warnings=int(severities.get("warning", 0)),
        fatal_issues=int(severities.reindex(config.fatal, fill_value=0).sum()),
        seconds=watch.seconds,
        verdict=verdict,
        is_published=is_published,
        kept=region.loaded.kept,
    )


def check_region(config: Config, *, watch: _Stopwatch | None = None, care: Care | None = None) -> CheckedRegion:
    """Read and check all layers of a region, each alone and then against each other.

    `care` says what becomes of a layer that fails; None lets its error pass.

    Returns
    -------
    The checked tables in the working CRS, the issues (their messages not yet in a language) and the features set
    aside, by layer key. Every feature read is in one of the two.
    """
    require_known_columns(config.layers.values())
    clock = watch or _Stopwatch(None)
    care = care or Care(config.state_dir)

    reader = layers.share_reader()
    reader.start()

    def load(spec: LayerSpec) -> checks.CheckedLayer:
        layer = reader.read_layer(spec, bounds=config.region.bounds)
        return checks.check_layer(layer, region=config.region)

    with clock.stage("read") as counts:
        present, absent = _split_by_presence(config, care)
        loaded = load_layers(present, load, care)
        allocations = None if config.ledger.opening is None else reader.read_allocations(config.ledger.opening)
        counts |= {"layers": len(loaded.layers), "features": sum(layer.read for layer in loaded.layers)}
    with clock.stage("check") as counts:
        checked, issues = checks.check_region(list(loaded.layers), allocations=allocations)
        issues = checks.join_issues(
            [issues, *absent, *report_failed(loaded, crs=config.region.crs)], crs=config.region.crs
        )
        tables = _assemble(checked, config, loaded)
        counts |= {"issues": len(issues), "set_aside": sum(len(layer.quarantine) for layer in checked)}
    quarantine = {layer.key: layer.quarantine for layer in checked if len(layer.quarantine)}
    return CheckedRegion(tables, allocations, tuple(checked), issues, quarantine, loaded)


def _split_by_presence(config: Config, care: Care) -> tuple[list[LayerSpec], list[Any]]:
    """Leave out the layers that the run can do without and whose file is missing, with an issue each."""
    absent = {spec.key: spec for spec in config.layers.values() if is_absent(spec, care)}
    issues = [
        checks.make_issues("layer_absent", layer=key, params={"file": spec.display_name}, crs=config.region.crs)
        for key, spec in absent.items()
    ]
    return [spec for spec in config.layers.values() if spec.key not in absent], issues


def _assemble(checked: list[checks.CheckedLayer], config: Config, loaded: LoadedLayers) -> RegionTables:
    """Put the layers of each role together; zones and plots are never absent, only empty."""
    by_role: dict[str, Any] = {}
    for role in ROLES:
        parts = [layer.table.assign(layer=layer.key) for layer in checked if layer.role == role]
        if parts:
            by_role[role] = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    for role in ("zones", "plots"):
        by_role.setdefault(role, empty_table(CONTRACTS[role], crs=config.region.crs))
    days = {kept.key: kept.day for kept in loaded.kept}
    areas = _coverage(config, checked, by_role.get("districts"))
    sources = {
        layer.key: LayerSource(
            layer.key,
            layer.role,
            config.layers[layer.key].display_name,
            layer.provenance,
            len(layer.table),
            days.get(layer.key),
            areas[layer.key],
        )
        for layer in checked
    }
    return RegionTables(**by_role, sources=sources, coverage=coverage.join_areas(sources.values()))


def _coverage(config: Config, checked: list[checks.CheckedLayer], districts: Any) -> dict[str, Any]:
    """Resolve what every layer is stated to cover, by its key; None where nothing is stated."""
    areas: dict[str, Any] = {}
    whole = None if districts is None else coverage.region_area(districts)
    for spec in (config.layers[layer.key] for layer in checked):
        if spec.provenance.coverage == coverage.WHOLE_REGION:
            areas[spec.key] = whole
        else:
            areas[spec.key] = coverage.resolve_coverage(
                spec.provenance.coverage,
                districts,
                layer=spec.key,
                polygon=layers.share_reader().read_coverage_area(spec, crs=config.region.crs),
            )
    return areas


def read_ledger(region: CheckedRegion, config: Config, *, as_of: dt.date) -> CheckedRegion:
    """Add to a checked region what its ledger says on a day, and the issues between ledger and layers."""
    book = ledger.read_region_ledger(
        config, region.tables, allocations=region.allocations, as_of=as_of, today=_today(config)
    )
    issues = checks.join_issues([region.issues, book.issues], crs=config.region.crs)
    return replace(region, issues=issues, book=book)


def analyse(region: CheckedRegion, config: Config, *, as_of: dt.date) -> Analysis:
    """Derive distances with answers, restrictions and figures from the tables and what the ledger says of them.

    Where no ledger was read the states are those of the opening balance.
    """
    if region.book is None:
        states = lifecycle.plot_states(region.tables.plots, region.allocations, as_of=as_of)
    else:
        states = region.book.states
    return analyse_region(region.tables, states, load_rules(config.rules.files), config, as_of=as_of)


def _write_run(
    run: publish.RunFolder,
    config: Config,
    region: CheckedRegion,
    analysis: Analysis,
    sites: reports.ScreenedSites,
    *,
    as_of: dt.date,
    watch: _Stopwatch,
) -> int:
    """Write pages and data of a run; returns how many pages were written."""
    issues = checks.render_messages(region.issues, config.language)
    shared = {
        "region": config.region,
        "language": config.language,
        "as_of": as_of,
        "tables": region.tables,
        "sources": region.tables.sources,
        "issues": issues,
        **vars(analysis),
    }
    pages = 0
    with watch.stage("pages") as counts:
        gaps: dict[str, Any] = {
            network: coverage.find_gaps(region.tables.districts, region.tables.coverage.get(network))
            for network in NETWORKS
            if region.tables.districts is not None
        }
        content = maps.PageContent(
            **{**shared, "issues": region.issues},
            layer_counts=_count_rows(region),
            near_m={str(network): limit for network, limit in config.proximity.near_m.items()},
            gaps=gaps,
            undivided_min_width_m=config.figures.undivided_min_width_m,
            sites=maps.SiteContent(sites.screening, sites.ranking, sites.proposals.refused),
        )
        for audience in ("internal", "public"):
            for name, page in maps.draw_pages(content, audience=audience):
                run.write(f"{audience}/{name}", page)
                pages += name.endswith(".html")
        counts["pages"] = pages
    with watch.stage("data"):
        (run.path / "data").mkdir()
        shared["findings"] = pd.concat([analysis.findings, sites.screening.findings], ignore_index=True)
        reports.write_data(run.path / "data", reports.ReportContent(**shared, quarantine=region.quarantine))
        stems = maps.site_stems(sites.screening.sites["site_id"])
        reports.write_site_files(run.path / "internal" / "proposals", sites.screening, config, stems=stems)
    return pages


def _count_rows(region: CheckedRegion) -> tuple[maps.LayerCount, ...]:
    return tuple(
        maps.LayerCount(
            layer.key, layer.role, layer.read, layer.read - len(layer.quarantine), len(layer.quarantine)
        )
        for layer in region.layers
    )


def _facts(
    config: Config, region: CheckedRegion, as_of: dt.date, started: dt.datetime, seconds: dict[str, float]
) -> dict[str, Any]:
    book = region.book
    return {
        "as_of": as_of.isoformat(),
        "ledger": None if book is None else {"events": book.seq, "head": book.head},
        "geozones": geozones.__version__,
        "started": started.isoformat(timespec="seconds"),
        "seconds": seconds,
        "settings": config.path.name,
    }
