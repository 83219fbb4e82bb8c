"""What is drawn from the same is the same: a page or script whose hash is as before has the bytes of before."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity
from region_fixtures import SmallRegion
from test_incremental import EDITS

from geozones import cache, maps, pipeline, reports
from geozones.checks import join_issues, make_issues
from geozones.config import Config, load_config
from geozones.errors import Message
from geozones.fingerprints import hash_rows
from geozones.lifecycle import Event, Inspection
from geozones.maps import plot_tiles
from geozones.maps.pages import Audience
from geozones.maps.tiles import dataset
from geozones.screening import PARTS
from geozones.screening.concept import Form
from geozones.tables import FINDING_ORDER, LayerSource

Content = maps.PageContent
Drawn = dict[str, tuple[dict[str, bytes], Any]]


@dataclass
class Notes:
    """An earlier run that has nothing, and what it is told."""

    keys: dict[str, tuple[list[str], Any]] = field(default_factory=dict)

    def take(self, key: str) -> str | None:
        return None

    def keep(self, key: str, name: str) -> None:
        self.keys[key] = ([name], None)

    def take_all(self, key: str) -> None:
        return None

    def keep_all(self, key: str, names: list[str], told: Any) -> None:
        self.keys[key] = (names, told)


@pytest.fixture(params=["pages", "tiles"])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Draw plots in the pages, or in tiles."""
    if request.param == "tiles":
        monkeypatch.setattr(plot_tiles, "LARGE", 10)
        monkeypatch.setattr(plot_tiles, "LARGE_ZONE", 12)
        monkeypatch.setattr(dataset, "DETAIL_ROWS", 8)
    return str(request.param)


def gather(region: SmallRegion, store: cache.Store) -> tuple[Content, str]:
    """Read and analyse a region as a build does; returns what is drawn and the hash of the surroundings."""
    config: Config = load_config(region.config, environ={})
    settings = config.maps.model_copy(update={"single_files": ("internal", "public")})
    config = config.model_copy(update={"maps": settings})
    day = pipeline.choose_day(config, None)
    checked = pipeline.read_ledger(pipeline.check_region(config), config, as_of=day)
    results = pipeline.recall_zones(checked, config, store, as_of=day)
    analysis = pipeline.analyse(checked, config, as_of=day, results=results)
    sites = reports.screen_region(
        config, checked.tables, rules=analysis.rules, as_of=day, zone_figures=analysis.zone_figures
    )
    return pipeline.gather_content(config, checked, analysis, sites, as_of=day), results.surroundings


def draw(content: Content, surroundings: str, audiences: tuple[Audience, ...] = ("internal", "public")) -> Drawn:
    """Draw everything; returns names and bytes of what has a hash, and what is told of it, by the hash."""
    origins = maps.Origins(content, surroundings=surroundings, plot_rows=hash_rows(content.tables.plots))
    found: Drawn = {}
    for audience in audiences:
        notes = Notes()
        recall = maps.Recall(notes, origins, audience=audience)
        written = dict(maps.draw_pages(content, audience=audience, recall=recall))
        for key, (names, told) in notes.keys.items():
            found[key] = ({f"{audience}/{name}": written[name] for name in names}, told)
    return found


def names_of(drawn: Drawn) -> set[str]:
    return {name for files, _ in drawn.values() for name in files}


def bytes_of(drawn: Drawn, name: str) -> bytes:
    (found,) = {files[name] for files, _ in drawn.values() if name in files}
    return found


def same_in_both(before: Drawn, after: Drawn) -> set[str]:
    """Require that what has the hash of before has the bytes of before; returns the names of it."""
    both = before.keys() & after.keys()
    assert [[*before[key][0]] for key in both if before[key] != after[key]] == []
    return names_of({key: before[key] for key in both})


# ---- one influence after the other, on what is drawn ----


@pytest.fixture(scope="module")
def neighbours(_built_region: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Content, str]:
    """Give the content of two zones of which one has a plot beside a plot of the other."""
    content, surroundings = gather(SmallRegion(_built_region), cache.Store(tmp_path_factory.mktemp("cache")))
    plots = content.tables.plots.copy()
    first, second = (np.flatnonzero(plots["zone_id"] == zone) for zone in sorted(plots["zone_id"].unique()))
    edge = plots.geometry.iloc[first].bounds["maxx"].idxmax()
    right, top = plots.geometry[edge].bounds[2], plots.geometry[edge].bounds[3]
    moved = plots.geometry.iloc[second[0]]
    left, upper = moved.bounds[0], moved.bounds[3]
    plots.loc[plots.index[second[0]], "geometry"] = shapely.affinity.translate(
        moved, right - left + 0.5, top - upper
    )
    plots.loc[edge, "geometry"] = shapely.box(*plots.geometry[edge].bounds)
    return with_plots(content, plots), surroundings


def with_plots(content: Content, plots: Any) -> Content:
    return replace(content, tables=replace(content.tables, plots=plots), measured_ha=None)


def plots_of(content: Content, zone: int) -> Any:
    plots = content.tables.plots
    return np.flatnonzero(plots["zone_id"] == sorted(plots["zone_id"].unique())[zone])


def set_value(table: Any, row: int, column: str, value: Any) -> Any:
    changed = table.copy()
    changed[column] = [*changed[column].iloc[:row], value, *changed[column].iloc[row + 1 :]]
    return changed if column == "geometry" else changed.astype({column: table[column].dtype})


def changed_plot(column: str, value: Any, *, place: int = 0) -> Callable[[Content], Content]:
    """Change a plot of the second zone, unless told otherwise the one beside a plot of the first."""
    return lambda content: with_plots(
        content, set_value(content.tables.plots, plots_of(content, 1)[place], column, value)
    )


def lost_plot(content: Content) -> Content:
    """Leave out the last plot of the first zone, and all that is said of it."""
    row = plots_of(content, 0)[-1]
    lost = content.tables.plots["plot_id"].iloc[row]
    tables: dict[str, Any] = {
        name: getattr(content, name)[getattr(content, name)["plot_id"] != lost]
        for name in ("states", "usable", "hazard_classes", "cut_pieces", "plot_networks")
    }
    plots, findings = content.tables.plots, content.findings
    said = {name: getattr(findings, name) for name in ("own", "shared")}
    said = {name: table[table["subject_id"] != lost] for name, table in said.items()}
    likes = findings.likes[findings.likes["plot_id"] != lost]
    assert lost not in set(likes["like"])
    tables["findings"] = replace(findings, likes=likes, **said)
    return replace(with_plots(content, plots[plots["plot_id"] != lost]), **tables)


def changed_table(name: str, column: str, value: Any, *, row: int = 0) -> Callable[[Content], Content]:
    return lambda content: replace(content, **{name: set_value(getattr(content, name), row, column, value)})


def changed_state(content: Content) -> Content:
    return replace(content, states=set_value(content.states, plots_of(content, 1)[0], "map_state", "reserved"))


def shared_by_more(content: Content) -> Content:
    networks = content.plot_networks
    row = int(np.flatnonzero(networks["shared_by"].notna())[0])
    return replace(content, plot_networks=set_value(networks, row, "shared_by", 77))


def plot_id(content: Content, zone: int = 1) -> str:
    return str(content.tables.plots["plot_id"].iloc[plots_of(content, zone)[1]])


def an_event(content: Content) -> Content:
    event = Event("extend", plot_id(content), dt.date(2025, 1, 5), {"document": "order 7"})
    return replace(content, history={**content.history, event.plot_id: [event]})


def an_inspection(content: Content, *, subject: str | None = None, photo: bool = False) -> Content:
    seen = Inspection(subject or plot_id(content), dt.date(2025, 1, 5), "no", photos=("a.jpg",))
    photos = frozenset({"a.jpg"}) if photo else frozenset()
    return replace(content, inspections={**content.inspections, seen.subject_id: [seen]}, photos=photos)


def a_past(content: Content) -> Content:
    rows = {"plot_id": [plot_id(content)], "start": pd.to_datetime(["2024-06-05"]), "map_state": ["operating"]}
    days = pd.concat([content.state_days, pd.DataFrame(rows)], ignore_index=True)
    return replace(content, state_days=days.astype(content.state_days.dtypes))


def an_overdue_start(content: Content) -> Content:
    days = pd.to_datetime(["2024-08-01", "2024-12-01"])
    rows = {"plot_id": [plot_id(content)], "start": days[:1], "end": days[1:]}
    return replace(a_past(content), overdue=pd.DataFrame(rows))


def beside_a_plot(content: Content) -> Content:
    """Let a finding on a plot of the second zone, and a strip near it, name a plot of the first."""
    named = content.tables.plots["plot_id"].iloc[plots_of(content, 0)[0]]
    findings, strips = content.findings, content.strips.copy()
    said = findings.of_plots([plots_of(content, 1)[1]])
    beside = said[said["answer"].isin(["warn", "block", "unknown"])].head(1)
    beside = beside.assign(feature_layer="plots", feature_id=named, **{FINDING_ORDER: 30_000})
    findings = replace(findings, own=pd.concat([findings.own, beside], ignore_index=True))
    strips.loc[strips.index, ["feature_layer", "feature_id"]] = ["plots", named]
    return replace(content, findings=findings, strips=strips)


def beside_a_renamed_plot(content: Content) -> Content:
    row = int(plots_of(content, 0)[0])
    return with_plots(beside_a_plot(content), set_value(content.tables.plots, row, "number", "renamed"))


def a_moved_strip(content: Content) -> Content:
    shapes = np.asarray(content.strips.geometry.array, dtype=object)
    return replace(
        content, strips=content.strips.set_geometry(shapely.buffer(shapes, 3.0), crs=content.strips.crs)
    )


def a_narrower_gap(content: Content) -> Content:
    undivided = content.undivided.copy()
    undivided[0] = shapely.box(*content.tables.zones.geometry.iloc[0].bounds)
    return replace(content, undivided=undivided)


def another_source(content: Content) -> Content:
    source: LayerSource = content.sources["plots"]
    return replace(content, sources={**content.sources, "plots": replace(source, kept_from=dt.date(2025, 1, 1))})


def a_moved_plot(content: Content) -> Content:
    """Move a plot so far that the plots of its zone stand in another order in the tiles."""
    plots, rows = content.tables.plots, plots_of(content, 1)
    moved = shapely.affinity.translate(plots.geometry.iloc[rows[0]], 400.0, 300.0)
    return with_plots(content, set_value(plots, rows[0], "geometry", moved))


def a_participant(content: Content) -> Content:
    row = int(plots_of(content, 1)[0])
    return replace(content, states=set_value(content.states, row, "participant", "Another"))


def an_issue(content: Content, *, zone: int = 0) -> Content:
    """Let an issue name a plot: the page leads to the zone of it."""
    key = content.tables.plots["plot_id"].iloc[plots_of(content, zone)[2]]
    issues = make_issues("key_made", layer="plots", keys=[key], params={"column": "plot_id"})
    return replace(content, issues=join_issues([content.issues, issues], crs=content.tables.plots.crs))


def an_issue_of_an_ended_plot(content: Content) -> Content:
    row = int(plots_of(content, 0)[2])
    ended = set_value(content.tables.plots, row, "valid_to", pd.Timestamp("2024-12-31"))
    return with_plots(an_issue(content), ended)


def more_rows_set_aside(content: Content) -> Content:
    first, *others = content.layer_counts
    return replace(content, layer_counts=(replace(first, read=first.read + 1, set_aside=1), *others))


def changed_screening(name: str, column: str, value: Any) -> Callable[[Content], Content]:
    def change(content: Content) -> Content:
        table = set_value(getattr(content.sites.screening, name), 0, column, value)
        return with_sites(content, screening=replace(content.sites.screening, **{name: table}))

    return change


def with_sites(content: Content, **changes: Any) -> Content:
    return replace(content, sites=replace(content.sites, **changes))


def a_concept(content: Content) -> Content:
    screening = content.sites.screening
    form = Form(parts={next(iter(PARTS)): "text"})
    return with_sites(content, screening=replace(screening, forms=dict.fromkeys(screening.sites["site_id"], form)))


def a_cut(content: Content) -> Content:
    screening = content.sites.screening
    cut = screening.sites[["site_id", "geometry"]].head(1)
    return with_sites(content, screening=replace(screening, cuts=cut))


def a_free_zone(content: Content) -> Content:
    screening = content.sites.screening
    ids = {"site_id": screening.sites["site_id"].iloc[0], "zone_id": content.tables.zones["zone_id"].iloc[0]}
    zone = pd.DataFrame([{"site": 0, **ids, "distance_m": 4321.0, "free_ha": 5.0, "plots_free": 3}])
    return with_sites(content, screening=replace(screening, free_zones=zone))


def costs_of_a_site(content: Content) -> Content:
    costs = content.sites.screening.costs.assign(low_kzt=3e9, high_kzt=4e9)
    return with_sites(content, screening=replace(content.sites.screening, costs=costs))


def a_rank(content: Content) -> Content:
    return with_sites(content, ranking=content.sites.ranking.assign(stability=0.4321))


def no_requests(content: Content) -> Content:
    return with_sites(content, screening=replace(content.sites.screening, requests=()))


def a_larger_site(content: Content) -> Content:
    sites = content.sites.screening.sites
    larger = sites.set_geometry(sites.geometry.buffer(50.0), crs=sites.crs)
    return with_sites(content, screening=replace(content.sites.screening, sites=larger))


CHANGES: dict[str, Callable[[Content], Content]] = {
    "nothing": lambda content: content,
    "number": changed_plot("number", "77a"),
    "cadastral number": changed_plot("cadastral_no", "19-1"),
    "need": changed_plot("need_power_kw", 4321, place=1),
    "end": changed_plot("valid_to", pd.Timestamp("2024-12-31")),
    "lost plot": lost_plot,
    "state": changed_state,
    "shared by": shared_by_more,
    "event": an_event,
    "inspection": an_inspection,
    "photo": lambda content: an_inspection(content, photo=True),
    "inspected zone": lambda content: an_inspection(content, subject=str(content.tables.zones["zone_id"].iloc[0])),
    "past": a_past,
    "overdue": an_overdue_start,
    "known from": lambda content: replace(content, known_from=dt.date(2024, 12, 24)),
    "figures": changed_table("zone_figures", "free_ha", 12.0),
    "zone networks": changed_table("zone_networks", "capable_reason", "no_need"),
    "provision": changed_table("provision", "provided", 123.0),
    "beside a plot": beside_a_plot,
    "beside a renamed plot": beside_a_renamed_plot,
    "strips": a_moved_strip,
    "undivided": a_narrower_gap,
    "source": another_source,
    "near": lambda content: replace(content, near_m={**content.near_m, "gas": 1234.0}),
    "language": lambda content: replace(content, language="kk"),
    "day": lambda content: replace(content, as_of=content.as_of + dt.timedelta(days=400)),
    "intranet map": lambda content: replace(content, tile_url="http://tiles/{z}/{x}/{y}.png"),
    "fewer single files": lambda content: replace(content, single_files=("internal",)),
    "no data files": lambda content: replace(content, data_files=()),
    "moved plot": a_moved_plot,
    "participant": a_participant,
}
"""What may change, each in a content that is else as before."""


OF_ONE_ZONE = {
    "need", "state", "event", "inspection", "photo", "past", "figures", "zone networks", "provision", "undivided",
    "inspected zone",
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_has_the_hash_of_before_has_its_bytes(neighbours: tuple[Content, str], form: str, name: str) -> None:
    content, surroundings = neighbours
    before = beside_a_plot(content) if name == "beside a renamed plot" else content
    old, new = draw(before, surroundings), draw(CHANGES[name](content), surroundings)
    same = same_in_both(old, new)
    if name == "nothing":
        assert same == names_of(old)
    if name in OF_ONE_ZONE:
        stems = [maps.file_stem(str(zone_id)) for zone_id in content.tables.zones["zone_id"]]
        kept = [f"internal/zones/{stem}.html" in same for stem in stems]
        assert kept.count(True) == 1, "the page of the other zone is taken over"


def test_the_sheet_of_a_plot_names_the_plot_of_another_zone_beside_it(neighbours: tuple[Content, str]) -> None:
    """Without this, the case `cadastral number` above would show nothing."""
    content, surroundings = neighbours
    old, new = draw(content, surroundings), draw(CHANGES["cadastral number"](content), surroundings)
    first = sorted(content.tables.plots["zone_id"].unique())[0]
    page = f"internal/zones/{maps.file_stem(first)}.html"
    assert b'"19-1"' not in bytes_of(old, page)
    assert b'"19-1"' in bytes_of(new, page)


# ---- the pages of issues and sites, and that on which a site is proposed ----

ISSUES, SITE, SITES, RANKING = "issues", "proposals/tole-bi", "proposals/index", "proposals/ranking"
OTHERS: dict[str, tuple[Callable[[Content], Content], tuple[str, ...]]] = {
    "issue": (an_issue, (ISSUES,)),
    "issue of an ended plot": (an_issue_of_an_ended_plot, (ISSUES,)),
    "rows set aside": (more_rows_set_aside, (ISSUES,)),
    "source": (another_source, (ISSUES, "propose", SITE, SITES, RANKING)),
    "language": (CHANGES["language"], (ISSUES, "propose", SITE, SITES, RANKING)),
    "no data files": (CHANGES["no data files"], (ISSUES, "propose", SITE, SITES, RANKING)),
    "site": (changed_screening("sites", "name_ru", "Another"), (SITE, SITES, RANKING)),
    "outline of a site": (a_larger_site, (SITE, SITES)),
    "finding of a site": (changed_screening("findings", "answer", "unknown"), (SITE,)),
    "cut of a site": (a_cut, (SITE,)),
    "parcel of a site": (changed_screening("parcels", "granted", "yes"), (SITE,)),
    "network of a site": (changed_screening("networks", "connect_m", 4321.0), (SITE, SITES)),
    "classes of a site": (changed_screening("hazard_classes", "class_I", "unknown"), (SITE,)),
    "zone near a site": (a_free_zone, (SITE,)),
    "costs of a site": (costs_of_a_site, (SITE,)),
    "measure of a site": (changed_screening("measures", "power", 4321.0), (RANKING,)),
    "criterion of a site": (changed_screening("criteria", "power", 0.4321), (RANKING,)),
    "score of a site": (changed_screening("scores", "high", 0.987), (RANKING,)),
    "concept of a site": (a_concept, (SITE, SITES)),
    "no requests": (no_requests, (SITE, SITES)),
    "rank of a site": (a_rank, (RANKING,)),
    "refused site": (lambda content: with_sites(content, refused=(Message("no outline"),)), (SITES,)),
    "no files of sites": (lambda content: with_sites(content, has_files=False), (SITE,)),
}
"""What may change, and the pages that show it: what shows nothing would prove nothing."""


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_that_shows_a_change_has_another_hash(neighbours: tuple[Content, str], name: str) -> None:
    content, surroundings = neighbours
    change, pages = OTHERS[name]
    before = an_issue(content) if name == "issue of an ended plot" else content
    old, new = (draw(each, surroundings, ("internal",)) for each in (before, change(content)))
    same_in_both(old, new)
    for page in pages:
        assert bytes_of(old, f"internal/{page}.html") != bytes_of(new, f"internal/{page}.html")


def test_of_a_changed_plot_no_such_page_is_drawn_again(neighbours: tuple[Content, str]) -> None:
    content, surroundings = neighbours
    old, new = (draw(each, surroundings) for each in (content, CHANGES["number"](content)))
    pages = {f"internal/{page}.html" for page in (ISSUES, "propose", SITE, SITES, RANKING)}
    assert pages | {"public/propose.html", "public/assets/propose_data.js"} <= same_in_both(old, new)


# ---- edits of layers, settings and ledger ----


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_after_an_edit_what_has_the_hash_of_before_has_its_bytes(
    built_region: SmallRegion, tmp_path: Path, form: str, edit: Callable[[SmallRegion, random.Random], None]
) -> None:
    store = cache.Store(tmp_path / "cache")
    before = draw(*gather(built_region, store))
    edit(built_region, random.Random(5))
    same_in_both(before, draw(*gather(built_region, store)))
