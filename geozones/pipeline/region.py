"""From the layers to the analysis: read, check, assemble, ask the ledger, analyse."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from geozones import cache, checks, coverage, layers, ledger, lifecycle
from geozones.analysis import Analysis, analyse_region
from geozones.config import ROLES, Config, LayerSpec
from geozones.i18n import N_
from geozones.pipeline.inbox import InboxReport, take_inbox
from geozones.pipeline.known_layers import KnownLayers
from geozones.pipeline.stages import Stopwatch
from geozones.rules import load_rules
from geozones.sources import (
    Care,
    LoadedLayers,
    digest_files,
    is_absent,
    list_parts,
    load_layers,
    report_failed,
)
from geozones.tables import CONTRACTS, LayerSource, RegionTables, empty_table, require_known_columns

_MANY_FEATURES = 200_000
"""From so many on the process that reads files is ended when all is read: it keeps memory for the largest."""


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
    inbox: InboxReport = field(default_factory=InboxReport)


def choose_day(config: Config, as_of: dt.date | None) -> dt.date:
    """Choose the day of the states: the one given, else that of the settings, else today in the region."""
    return as_of or config.as_of or _today(config)


def _today(config: Config) -> dt.date:
    return dt.datetime.now(ZoneInfo(config.region.timezone)).date()


def check_region(
    config: Config,
    *,
    watch: Stopwatch | None = None,
    care: Care | None = None,
    store: cache.Store | None = None,
) -> CheckedRegion:
    """Read and check all layers of a region, each alone and then against each other.

    `care` says what becomes of a layer that fails; None lets its error pass. `store` recalls layers whose source
    and settings are as they were.

    Returns
    -------
    The checked tables in the working CRS, the issues (their messages not yet in a language) and the features set
    aside, by layer key. Every feature read is in one of the two.
    """
    require_known_columns(config.layers.values())
    clock = watch or Stopwatch(None)
    care = care or Care(config.state_dir)

    reader = layers.share_reader()
    known = KnownLayers(store, config, clock)
    with clock.stage("read") as counts:
        present, absent = _split_by_presence(config, care)
        loaded = load_layers(present, known.load, care)
        known.keep(loaded)
        allocations = _read_allocations(config, store)
        counts |= {"layers": len(loaded.layers), "features": sum(layer.read for layer in loaded.layers)}
    with clock.stage("check") as counts:
        checked, issues = checks.check_region(
            list(loaded.layers), allocations=allocations, relate=known.relate(loaded)
        )
        issues = checks.join_issues(
            [issues, *absent, *report_failed(loaded, crs=config.region.crs)], crs=config.region.crs
        )
        tables = _assemble(checked, config, loaded)
        counts |= {"issues": len(issues), "set_aside": sum(len(layer.quarantine) for layer in checked)}
    if sum(layer.read for layer in loaded.layers) > _MANY_FEATURES:
        reader.stop()
    quarantine = {layer.key: layer.quarantine for layer in checked if len(layer.quarantine)}
    return CheckedRegion(tables, allocations, tuple(checked), issues, quarantine, loaded)


def _read_allocations(config: Config, store: cache.Store | None) -> pd.DataFrame | None:
    """Read the opening balance, or recall it where its bytes are as they were."""
    file = config.ledger.opening
    if file is None:
        return None
    key = None if store is None else _opening_key(file)
    if store is None or key is None:
        return layers.share_reader().read_allocations(file)
    known: pd.DataFrame | None = cache.recall_allocations(store, key)
    if known is not None:
        return known
    allocations = layers.share_reader().read_allocations(file)
    if _opening_key(file) == key:
        with store.forgive():
            cache.keep_allocations(store, key, allocations)
    return allocations


def _opening_key(file: Path) -> str | None:
    try:
        parts = list_parts(file)
        return cache.opening_key(file, digest_files(parts)) if parts else None
    except OSError:
        return None


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


def read_inbox(region: CheckedRegion, config: Config, *, as_of: dt.date) -> CheckedRegion:
    """Take workbooks and inspections of the inbox into the ledger."""
    taken = take_inbox(config, region.tables, allocations=region.allocations, as_of=as_of, today=_today(config))
    return replace(region, inbox=taken)


def recall_region(config: Config, *, as_of: dt.date) -> tuple[CheckedRegion, pd.DataFrame]:
    """Read and check a region for a question between two builds: nothing but the cache is written.

    Parameters
    ----------
    config
        Settings of the region.
    as_of
        Day of the states.

    Returns
    -------
    The region, and the states of its plots on the day: those of the ledger as it stands, of the opening balance
    where it holds no event yet.

    Raises
    ------
    InputError
        A required layer is missing, damaged or without CRS.
    """
    store = cache.Store(config.state_dir / cache.FOLDER, must_keep=False)
    region = check_region(config, store=store)
    store.finish()
    plots = region.tables.plots
    states = ledger.find_recorded_states(config, plots, as_of=as_of)
    if states is None:
        return region, lifecycle.plot_states(plots, region.allocations, as_of=as_of)
    return replace(region, tables=replace(region.tables, plots=ledger.end_plots(plots, states))), states


def read_ledger(region: CheckedRegion, config: Config, *, as_of: dt.date) -> CheckedRegion:
    """Add to a checked region what its ledger says on a day, and the issues between ledger and layers."""
    book = ledger.read_region_ledger(
        config, region.tables, allocations=region.allocations, as_of=as_of, today=_today(config)
    )
    issues = checks.join_issues([region.issues, book.issues], crs=config.region.crs)
    plots = ledger.end_plots(region.tables.plots, book.states)
    return replace(region, tables=replace(region.tables, plots=plots), issues=issues, book=book)


def recall_zones(
    region: CheckedRegion, config: Config, store: cache.Store, *, as_of: dt.date
) -> cache.ZoneResults:
    """Find what was worked out by zone in the same surroundings: code, settings, day, rules and other layers."""
    texts = [as_of.isoformat(), *map(repr, load_rules(config.rules.files).rows)]
    surroundings = cache.hash_surroundings(region.tables, config, texts)
    return cache.ZoneResults(store, surroundings, working=region.tables.plots.crs)


def analyse(
    region: CheckedRegion,
    config: Config,
    *,
    as_of: dt.date,
    results: cache.ZoneResults | None = None,
    watch: Stopwatch | None = None,
) -> Analysis:
    """Derive distances with answers, restrictions and figures from the tables and what the ledger says of them.

    Where no ledger was read the states are those of the opening balance. `results` recalls what was worked out for
    zones whose plots and surroundings are as they were.
    """
    if region.book is None:
        states = lifecycle.plot_states(region.tables.plots, region.allocations, as_of=as_of)
    else:
        states = region.book.states
    rules = load_rules(config.rules.files)
    if results is None:
        return analyse_region(region.tables, states, rules, config, as_of=as_of)
    analysis = analyse_region(region.tables, states, rules, config, as_of=as_of, zonewise=results)
    for kind, (recalled, zones) in results.recalled.items():
        if watch is not None:
            watch.explain(
                "analyse", N_("{what}: {recalled} of {zones} zones are as before, the others are worked out."),
                what=kind, recalled=recalled, zones=zones,
            )  # fmt: skip
    return analysis
