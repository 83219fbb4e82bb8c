"""Pages of a large region in a real Chromium: what is drawn, found, filtered and chosen among plots in tiles."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from pyproj import Transformer
from scripts import load_script

from geozones import maps, pipeline
from geozones.checks import render_messages
from geozones.config import load_config
from geozones.maps.tiles.index_shards import fold
from geozones.maps.tiles.scripts import pack

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = "</script><img src=x onerror=window.ran=1>\"'`${window.ran=1}\\\u202e" + "ж" * 10_000
PLOTS, ZONES = 6_000, 12
TILES_DRAWN = """() => {
  const tiles = window.GZ && GZ.plots ? Object.values(GZ.plots._tiles) : [];
  return tiles.length > 0 && tiles.every(tile => tile.loaded);
}"""


WORKLOAD = load_script("bench/workload.py")


@dataclass(frozen=True)
class LargeRun:
    """Pages of a large region and the tables that they show, plots in lon/lat."""

    folder: Path
    plots: gpd.GeoDataFrame
    states: pd.DataFrame

    @property
    def largest(self) -> str:
        """Zone with the most plots: its page takes them from tiles."""
        return str(self.plots["zone_id"].mode().iloc[0])

    def page(self, name: str, audience: str = "internal") -> Path:
        return self.folder / audience / name


@pytest.fixture(scope="module")
def large_run(tmp_path_factory: pytest.TempPathFactory) -> LargeRun:
    """Draw the pages of 6,000 plots in 12 zones: zones of more than 500 plots take them from tiles."""
    folder = tmp_path_factory.mktemp("large")
    settings = WORKLOAD.write_region(folder / "layers", PLOTS, ZONES)
    given = gpd.read_parquet(folder / "layers" / "plots.parquet")
    given.loc[0, "number"] = HOSTILE
    given.to_parquet(folder / "layers" / "plots.parquet")
    register = folder / "layers" / "register.csv"
    cell = HOSTILE.replace('"', '""')
    register.write_text(register.read_text("utf-8").replace("Демо-участник 0001", f'"{cell}"'), "utf-8")
    config = load_config(settings, environ={})
    region = pipeline.check_region(config)
    analysis = pipeline.analyse(region, config, as_of=config.as_of)
    shared = {"as_of": config.as_of, "tables": region.tables, "sources": region.tables.sources, **vars(analysis)}
    shared.pop("rules", None)
    shared.pop("strips", None)
    issues = render_messages(region.issues, "ru")
    content = maps.PageContent(region=config.region, language="ru", issues=issues, near_m={}, **shared)
    run = folder / "maps_out" / "runs" / "large"
    for audience in ("internal", "public"):
        for name, written in maps.draw_pages(content, audience=audience):
            target = run / audience / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(written)
    (folder / "maps_out" / "notice.js").touch()
    return LargeRun(run, region.tables.plots.to_crs("EPSG:4326"), analysis.states)


def look_at(page: Any, at: Any, zoom: float) -> None:
    """Move the map to a point and wait until all of it is drawn."""
    page.evaluate("([at, zoom]) => { GZ.map.setView(at, zoom, { animate: false }); }", [[at.y, at.x], zoom])
    page.wait_for_function(TILES_DRAWN)


def open_index(opened: Any, run: LargeRun, audience: str = "internal", fragment: str = "") -> Any:
    page = opened.open(run.page("index.html", audience), fragment)
    page.wait_for_selector("html.is-ready")
    page.wait_for_function(TILES_DRAWN)
    return page


def open_zone(opened: Any, run: LargeRun, plot: Any) -> Any:
    """Open the page of a plot's zone, and look at the plot from near."""
    page = opened.open(run.page(f"zones/{plot['zone_id']}.html"))
    page.wait_for_selector("html.is-ready")
    look_at(page, plot.geometry.representative_point(), 17)
    return page


PLOT_AT = "([lon, lat]) => GZ.plots.plotAt(L.latLng(lat, lon))"
COLOUR_AT = """([lon, lat]) => {
  const at = GZ.map.latLngToContainerPoint([lat, lon]).add(GZ.map.getContainer().getBoundingClientRect());
  for (const tile of Object.values(GZ.plots._tiles)) {
    const box = tile.el.getBoundingClientRect();
    if (tile.current && at.x >= box.left && at.x < box.right && at.y >= box.top && at.y < box.bottom) {
      const k = tile.el.width / box.width;
      const x = Math.floor((at.x - box.left) * k), y = Math.floor((at.y - box.top) * k);
      return Array.from(tile.el.getContext("2d").getImageData(x, y, 1, 1).data);
    }
  }
  return null;
}"""
COLOURS = {"free": (10, 143, 124), "allocated": (147, 161, 191)}


def test_tiles_show_the_true_polygons(large_run: LargeRun, offline_page: Any) -> None:
    page = open_index(offline_page(), large_run)
    middle = large_run.plots.geometry.iloc[3_000].centroid
    look_at(page, middle, 15.5)
    random = np.random.default_rng(3)
    shapes = np.asarray(large_run.plots.geometry.array)
    tree, edges = shapely.STRtree(shapes), shapely.boundary(shapes)
    ids, states = large_run.plots["plot_id"], large_run.states["map_state"]
    checked = 0
    for point in shapely.points(random.uniform(-0.004, 0.004, (150, 2)) + np.array([middle.x, middle.y])):
        inside = tree.query(point, predicate="within")
        near = tree.query(point, predicate="dwithin", distance=2e-4)
        if len(near) and shapely.distance(edges[near], point).min() < 4e-5:
            continue
        place = page.evaluate(PLOT_AT, [point.x, point.y])
        colour = page.evaluate(COLOUR_AT, [point.x, point.y])
        if len(inside) == 0:
            assert (place, colour[3]) == (-1, 0)
        else:
            page.evaluate("place => GZ.plots.know([place])", place)
            assert page.evaluate("place => GZ.plots.rows.id[place]", place) == ids.iloc[inside[0]]
            assert tuple(colour[:3]) == COLOURS[states.iloc[inside[0]]]
        checked += 1
    assert checked > 40


def test_from_afar_plots_are_seen_as_density(large_run: LargeRun, offline_page: Any) -> None:
    page = open_index(offline_page(), large_run)
    zone = large_run.plots[large_run.plots["zone_id"] == large_run.largest]
    middle = zone.geometry.union_all().centroid
    for zoom in (6, 8.25, 11):
        look_at(page, middle, zoom)
        red, green, _, alpha = page.evaluate(COLOUR_AT, [middle.x, middle.y])
        assert alpha > 100
        assert green > red


def test_counts_and_hectares_of_a_filter_are_those_of_all_plots(large_run: LargeRun, offline_page: Any) -> None:
    page = open_index(offline_page(), large_run)
    page.evaluate("GZ.setView({ only: 'free', hazard: 'II' })")
    is_free = (large_run.states["map_state"] == "free").to_numpy()
    hosts = large_run.plots["hazard_class"].isin(["I", "II"]) & is_free
    hectares = large_run.plots.loc[hosts, "area_ha"]
    assert page.evaluate("GZ.kept().length") == hosts.sum()
    assert page.evaluate("GZ.sum(GZ.kept())") == pytest.approx(hectares.sum(), abs=1e-6)
    assert page.evaluate("GZ.plots.data.look.shown.reduce((a, b) => a + b, 0)") == hosts.sum()
    page.evaluate("GZ.setView({ hazard: null })")
    page.locator("#plot-table .more").click()
    page.wait_for_function("document.querySelectorAll('#plot-table tbody tr').length === 225")
    page.evaluate("GZ.setView({ sort: '-ha' })")
    page.wait_for_function("!document.querySelector('#plot-table').textContent.includes('undefined')")
    first = page.locator("#plot-table tbody tr").first.inner_text()
    assert page.evaluate("ha => GZ.plotHectares(ha)", large_run.plots.loc[is_free, "area_ha"].max()) in first


@pytest.mark.parametrize(
    ("typed", "column", "value"),
    [
        ("зона {zone} / 0123", "number", "123"),
        ("19:309:{zone:03}:124", "cadastral_no", "19-309-{zone:03}-124"),
        ("19309{zone:03}125", "cadastral_no", "19-309-{zone:03}-125"),
        ("zone {zone} №126", "number", "126"),
    ],
)
def test_plots_that_are_not_loaded_are_found(
    large_run: LargeRun, offline_page: Any, typed: str, column: str, value: str
) -> None:
    page = open_index(offline_page(), large_run)
    plots, zone = large_run.plots, int(large_run.largest.rpartition("-")[2])
    typed, value = typed.format(zone=zone), value.format(zone=zone)
    (wanted,) = plots.loc[(plots["zone_id"] == large_run.largest) & (plots[column] == value), "plot_id"]
    page.fill("#search", typed)
    page.locator("#search-list .search-row").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/zones/{large_run.largest}.html#plot={wanted}")
    said = value if column == "cadastral_no" else f"/ {value}"
    page.locator("#card").get_by_text(said).first.wait_for()


def test_participants_are_found_on_internal_pages_alone(large_run: LargeRun, offline_page: Any) -> None:
    for audience, found in (("internal", 1), ("public", 0)):
        page = open_index(offline_page(), large_run, audience)
        page.fill("#search", "участник 0777")
        page.wait_for_function("document.querySelector('#search-list').textContent.length > 1")
        assert page.locator("#search-list .search-row").count() == found


def test_keys_choose_a_plot(large_run: LargeRun, offline_page: Any) -> None:
    plot = large_run.plots[large_run.plots["zone_id"] == large_run.largest].iloc[40]
    page = open_zone(offline_page(), large_run, plot)
    page.keyboard.press("Tab")
    page.evaluate("document.querySelector('.leaflet-container').focus()")
    page.locator(".map-cross").wait_for()
    page.wait_for_function("document.querySelector('.leaflet-container [aria-live]').textContent")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#plot={plot['plot_id']}")
    page.keyboard.press("Escape")
    page.wait_for_function("!GZ.view.plot")


def test_the_pointer_shows_and_chooses_a_plot(large_run: LargeRun, offline_page: Any) -> None:
    plot = large_run.plots[large_run.plots["zone_id"] == large_run.largest].iloc[40]
    page = open_zone(offline_page(), large_run, plot)
    box = page.locator(".leaflet-container").bounding_box()
    at = (box["x"] + box["width"] / 2 + 2, box["y"] + box["height"] / 2)
    page.mouse.move(*at)
    page.locator(".plot-tip").get_by_text(f"№ {plot['number']}").wait_for()
    page.mouse.click(*at)
    page.wait_for_url(f"**#plot={plot['plot_id']}")
    page.wait_for_selector("path.plot-chosen", state="attached")
    assert page.locator("#card").is_visible()


def test_a_missing_file_is_said_and_the_map_goes_on(large_run: LargeRun, browser: Any) -> None:
    tiles = [path for path in large_run.page("plots").glob("*.js") if path.name != "plots.js"]
    hidden = {path: path.read_bytes() for path in tiles}
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        for path in hidden:
            path.unlink()
        for name in ("index.html", f"zones/{large_run.largest}.html"):
            page.goto(large_run.page(name).as_uri())
            page.wait_for_selector("html.is-ready")
            page.wait_for_selector("#plots-lost")
            assert ".js" in page.locator("#plots-lost").inner_text()
            page.locator('[data-zoom="in"]').click()
            page.wait_for_function(TILES_DRAWN)
        assert errors == []
    finally:
        page.close()
        for path, content in hidden.items():
            path.write_bytes(content)


def test_without_values_a_filter_by_class_answers_unknown(
    large_run: LargeRun, browser: Any, offline_page: Any
) -> None:
    name = open_index(offline_page(), large_run).evaluate("GZ.plots._store.manifest.values[0]")
    file = large_run.page("plots") / f"{name}.js"
    content = file.read_bytes()
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    try:
        file.unlink()
        page.goto(large_run.page("index.html").as_uri())
        page.wait_for_selector("html.is-ready")
        page.wait_for_selector("#plots-lost")
        page.evaluate("GZ.setView({ hazard: 'II' })")
        assert page.evaluate("[GZ.judge(0), GZ.doubts(0)]") == ["u", ["hazard"]]
    finally:
        page.close()
        file.write_bytes(content)


def test_where_an_outline_is_missing_a_square_is_drawn(large_run: LargeRun, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.route("**/plots/*.js", lambda route: route.continue_())
    page.goto(large_run.page("index.html").as_uri())
    page.wait_for_selector("html.is-ready")
    page.evaluate("GZ.plots._store.manifest.levels[0].parts.fill('000000000000')")
    middle = large_run.plots.geometry.iloc[3_000].representative_point()
    look_at(page, middle, 16)
    page.wait_for_selector("#plots-lost")
    assert page.evaluate(COLOUR_AT, [middle.x, middle.y])[3] == 255
    page.close()


def test_pages_work_where_nothing_may_be_stored(large_run: LargeRun, offline_page: Any) -> None:
    opened = offline_page()
    opened.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('not allowed'); } });"
    )
    page = open_index(opened, large_run, fragment="#hide=free")
    assert page.evaluate("GZ.kept().length") == (large_run.states["map_state"] != "free").sum()


def test_hostile_names_run_nothing(large_run: LargeRun, offline_page: Any) -> None:
    page = open_index(offline_page(), large_run)
    plot = large_run.plots.iloc[0]
    look_at(page, plot.geometry.representative_point(), 18)
    page.locator(".label-plot").first.wait_for()
    page.fill("#search", "img src")
    page.locator("#search-list .search-row").first.wait_for()
    page.goto(large_run.page(f"zones/{plot['zone_id']}.html").as_uri() + f"#plot={plot['plot_id']}")
    page.locator("#card").wait_for()
    assert page.evaluate("window.ran") is None
    assert page.locator("img[src=x]").count() == 0


def unpacked(folder: Path) -> str:
    """Unpack everything that the scripts and pages of a tree hold."""
    texts = []
    for path in folder.rglob("*"):
        if path.suffix in {".js", ".html"}:
            text = path.read_text("utf-8")
            packed = re.findall(r'GZ\.take\("\w+",\(\)=>\{/\*([\w+/=]*)\*/\}\)', text)
            found = [zlib.decompress(base64.b64decode(letters), -15) for letters in packed]
            texts += [text, *(content.decode("utf-8", "replace") for content in found)]
    return "\n".join(texts)


def test_no_participant_is_in_the_public_tree(large_run: LargeRun) -> None:
    public, internal = unpacked(large_run.folder / "public"), unpacked(large_run.folder / "internal")
    for word in ("Демо-участник 0777", "Проект 777", "Д-777", "2027-03-01"):
        assert word in internal
        assert word not in public


def test_the_page_folds_texts_as_the_index_does(large_run: LargeRun, offline_page: Any) -> None:
    page = open_index(offline_page(), large_run)
    texts = ["Қызылорда «ӨНДІРІС»", "  A\u00a0b\tc ", "ЁЖ(12)", "İıÖü", "\u202eабв\u200f", "№ 007-А"]
    assert [page.evaluate("text => GZ.fold(text)", text) for text in texts] == fold(pa.array(texts)).to_pylist()


def test_one_file_holds_many_plots_and_a_hundred_thousand_vertices(tmp_path: Path, offline_page: Any) -> None:
    _, plots = WORKLOAD.draw_zone_plots(5_500, 3)
    turns = np.linspace(0, 2 * np.pi, 100_001)
    circle = np.column_stack([np.cos(turns), np.sin(turns)]) * 3_000 + [300_000, 4_480_000]
    plots.loc[len(plots)] = {"plot_id": "round", "number": "round", "geometry": shapely.Polygon(circle)}
    file = tmp_path / "plots.html"
    file.write_bytes(maps.draw_plots_map(plots, title="Plots", language="en", demonstration=False))
    page = offline_page().open(file)
    page.wait_for_function(TILES_DRAWN)
    transformer = Transformer.from_crs("EPSG:32642", "EPSG:4326", always_xy=True)
    middle = shapely.Point(transformer.transform(300_000, 4_480_000))
    look_at(page, middle, 12)
    assert page.evaluate(PLOT_AT, [middle.x, middle.y]) == page.evaluate("GZ.plots.find('round')")
    vertices = page.evaluate("GZ.plots.find('round').then(p => GZ.plots.outline(p)).then(o => o[0][0].length)")
    assert vertices > 90_000


def test_filtered_plots_are_saved_with_their_true_outlines(
    large_run: LargeRun, offline_page: Any, tmp_path: Path
) -> None:
    page = open_index(offline_page(), large_run)
    page.evaluate("GZ.setView({ hide: 'free', hazard: 'I' })")
    with page.expect_download() as download:
        page.evaluate("GZ.exportPlots('geojson', GZ.kept())")
    file = tmp_path / "plots.geojson"
    download.value.save_as(file)
    saved = gpd.read_file(file)
    taken = (large_run.states["map_state"] != "free").to_numpy() & (large_run.plots["hazard_class"] == "I")
    expected = large_run.plots[taken]
    assert len(saved) == len(expected)
    areas = [table.to_crs("EPSG:32642").area.sort_values().to_numpy() for table in (saved, expected)]
    assert np.allclose(*areas, rtol=5e-3)


KEPT_WEIGHTS = """() => {
  const store = GZ.plots._store;
  return [Array.from(store._kept.values(), each => each.made.weight), store._weight];
}"""


def test_what_is_kept_of_scripts_stays_under_its_limit_on_a_walk(large_run: LargeRun, offline_page: Any) -> None:
    page = open_index(offline_page(), large_run)
    limit = 200_000
    page.evaluate("limit => { GZ.mostTileBytes = limit; }", limit)
    for zone_id in large_run.plots["zone_id"].unique()[:8]:
        middle = large_run.plots.geometry[large_run.plots["zone_id"] == zone_id].iloc[0].centroid
        look_at(page, middle, 15)
        weights, weight = page.evaluate(KEPT_WEIGHTS)
        assert weight == sum(weights)
        assert sum(weights) <= limit + max(weights)


SHED_ALL = """() => {
  const limit = GZ.mostTileBytes;
  GZ.mostTileBytes = -1;
  GZ.plots._store._shed();
  GZ.mostTileBytes = limit;
  return GZ.plots._store._kept.size;
}"""


CLICK = """([x, y]) => {
  const click = new MouseEvent("click", { bubbles: true, clientX: x, clientY: y, detail: 1 });
  document.elementFromPoint(x, y).dispatchEvent(click);
}"""


def test_plots_answer_when_their_outlines_were_given_up(large_run: LargeRun, offline_page: Any) -> None:
    plot = large_run.plots[large_run.plots["zone_id"] == large_run.largest].iloc[40]
    page = open_zone(offline_page(), large_run, plot)
    page.evaluate("GZ.mostTileBytes = 1")
    page.locator(".label-plot").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHED_ALL) == 0
    box = page.locator(".leaflet-container").bounding_box()
    at = (box["x"] + box["width"] / 2 + 2, box["y"] + box["height"] / 2)
    page.mouse.move(*at)
    page.wait_for_timeout(300)
    page.mouse.move(at[0] + 1, at[1])
    page.locator(".plot-tip").get_by_text(f"№ {plot['number']}").wait_for()
    assert page.evaluate(f"at => {{ const kept = ({SHED_ALL})(); ({CLICK})(at); return kept; }}", at) == 0
    page.wait_for_url(f"**#plot={plot['plot_id']}")
    page.evaluate("GZ.setView({ plot: null })")
    assert page.evaluate(SHED_ALL) == 0
    page.evaluate("() => { GZ.plots._labels._clear(); GZ.plots._labels.redraw(); }")
    page.locator(".label-plot").first.wait_for()


def test_what_is_asked_for_is_kept_longest(large_run: LargeRun, offline_page: Any) -> None:
    page = open_index(offline_page(), large_run)
    for zone_id in large_run.plots["zone_id"].unique()[:3]:
        look_at(page, large_run.plots.geometry[large_run.plots["zone_id"] == zone_id].iloc[0].centroid, 15)
    assert page.evaluate("GZ.plots._store._kept.size") > 1
    newest = """() => {
      const store = GZ.plots._store, [oldest] = store._kept.keys();
      store.peek(oldest);
      return Array.from(store._kept.keys()).pop() === oldest;
    }"""
    assert page.evaluate(newest)


def test_small_scripts_are_unpacked_as_the_browser_does(large_run: LargeRun, offline_page: Any) -> None:
    page = open_index(offline_page(), large_run)
    random = np.random.default_rng(7)
    contents = [b"", b"a", bytes(70_000), random.bytes(70_000), b"zone;" * 900 + random.bytes(300)]
    for content in contents:
        for level in (0, 1, 9):
            deflater = zlib.compressobj(level, zlib.DEFLATED, -15)
            letters = base64.b64encode(deflater.compress(content) + deflater.flush()).decode()
            unpacked = page.evaluate("letters => Array.from(GZ.inflateNow(letters))", letters)
            assert bytes(unpacked) == content


def test_letters_are_read_from_comments_and_texts(large_run: LargeRun, offline_page: Any) -> None:
    page = open_index(offline_page(), large_run)
    name, script = "later", pack(b"zone", "later")
    letters = script.decode().partition("/*")[2].partition("*/")[0]
    page.add_script_tag(content=f"{script.decode()} GZ.take('earlier', '{letters}');")
    for each in (name, "earlier"):
        assert page.evaluate("name => GZ.plots._store.use(name, String)", each) == "122,111,110,101"


def test_columns_that_are_read_late_may_be_written(large_run: LargeRun, offline_page: Any) -> None:
    page = open_index(offline_page(), large_run)
    write = """isRead => {
      "use strict";
      const rows = GZ.readColumns(new Uint8Array([1, 2]), [["hazard", "small", 1, 2]], 2);
      const before = isRead ? Array.from(rows.hazard) : [];
      rows.hazard = ["II", "V"];
      return [before, rows.hazard];
    }"""
    assert page.evaluate(write, False) == [[], ["II", "V"]]
    assert page.evaluate(write, True) == [[1, 2], ["II", "V"]]


def test_the_browser_is_asked_to_collect(large_run: LargeRun, offline_page: Any) -> None:
    page = open_index(offline_page(), large_run)
    page.evaluate(
        "() => { window.ArrayBuffer = function (size) { window.asked = size; throw new RangeError(); }; }"
    )
    page.evaluate("() => { GZ.leave(5e6); GZ.leave(9e6); }")
    page.wait_for_function("window.asked > 1e8")
    page.evaluate("() => { window.asked = 0; GZ.leave(2e7); }")
    page.wait_for_timeout(700)
    assert page.evaluate("window.asked") == 0
