"""Maps of a large region in a real Chromium, by `file://`, beside `folium.GeoJson`; every row of the plan.

Made-up plots that touch and never overlap, in 200 zones. The index page of a million plots: writing it from
checked tables, opening, panning and zooming at the densest place, searching, filtering, memory after ten minutes
of panning; 100,000 plots against `folium.GeoJson` in the same run.

    python bench/bench_maps.py [--plots 1000000] [--peer 100000] [--rounds 3] [--minutes 10]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import folium
from playwright.sync_api import sync_playwright
from sections import write_section
from workload import draw_zone_plots, write_region

from geozones import figures, lifecycle, maps, proximity
from geozones.config import load_config
from geozones.tables import CONTRACTS, DERIVED, RegionTables, TableContract, empty_table

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DAY = dt.date(2026, 11, 23)
VIEW = {"width": 1366, "height": 768}
LEAFLET = Path(maps.__file__).parent / "static" / "vendor" / "leaflet"
DRAWN = """() => {
  const tiles = window.GZ && GZ.plots && GZ.plots._tiles ? Object.values(GZ.plots._tiles) : [];
  return tiles.length > 0 && tiles.every(tile => tile.loaded);
}"""
SETTLED = f"""() => new Promise(resolve => {{
  const drawn = {DRAWN};
  function look() {{
    if (drawn() && (!document.querySelector("#page-data") || document.querySelector("html.is-ready"))) {{
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
    }} else {{
      setTimeout(look, 4);
    }}
  }}
  look();
}})"""
STEP = f"""([lat, lon, zoom]) => {{
  const start = performance.now();
  GZ.map.setView([lat, lon], zoom, {{ animate: false }});
  return ({SETTLED})().then(end => end - start);
}}"""
FILTER = """patch => new Promise(resolve => {
  const start = performance.now();
  GZ.setView(patch);
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
})"""


@dataclass(frozen=True)
class Row:
    """One row of the plan: what was measured, in `unit`, and the limits; `more` where more is better."""

    work: str
    value: float
    must: float
    go_for: float
    unit: str = "s"
    more: bool = False

    @property
    def is_met(self) -> bool:
        return self.value >= self.must if self.more else self.value <= self.must

    def line(self) -> str:
        sign = "≥" if self.more else "<"
        verdict = "met" if self.is_met else "**missed**"
        limits = f"{sign} {self.must:g} | {sign} {self.go_for:g}"
        return f"| {self.work} | {self.value:.3g} {self.unit} | {limits} | {verdict} |"


# ---- the pages ----


def make_content(folder: Path, count: int) -> maps.PageContent:
    """Make the content of the pages from generated tables, as checks and analysis leave it."""
    config = load_config(write_region(folder, 2_000), environ={})
    zones, plots = draw_zone_plots(count)
    map_states = plots["map_state"].to_numpy()
    zones, plots = conform(zones, CONTRACTS["zones"]), conform(plots, CONTRACTS["plots"])
    tables = RegionTables(zones=zones, plots=plots)
    states = lifecycle.plot_states(plots, None, as_of=DAY).assign(map_state=map_states)
    zone_figures = figures.zone_figures(zones, plots, states, as_of=DAY, undivided_min_width_m=60.0)
    return maps.PageContent(
        region=config.region,
        language="ru",
        as_of=DAY,
        tables=tables,
        states=states,
        plot_networks=proximity.find_networks(plots, tables, config).assign(allowed="unknown"),
        zone_networks=proximity.find_networks(zones, tables, config).assign(allowed="unknown"),
        region_figures=figures.region_figures(zones, zone_figures, as_of=DAY),
        zone_figures=zone_figures,
        issues=empty_table(DERIVED["issues"]),
        near_m={},
        undivided=figures.find_undivided(zones, plots, min_width_m=60.0),
    )


def conform(table: Any, contract: TableContract) -> Any:
    """Give a generated table the columns and types of its contract."""
    empty = empty_table(contract, crs=str(table.crs))
    dtypes = {name: dtype for name, dtype in empty.dtypes.items() if name != "geometry"}
    return table.reindex(columns=empty.columns).astype(dtypes)


def write_pages(content: maps.PageContent, folder: Path) -> tuple[float, float, float]:
    """Write all internal pages.

    Returns
    -------
    Seconds until the index page with tiles and index of the search is written, seconds of all pages, megabytes.
    """
    start, size, index = time.perf_counter(), 0, 0.0
    for name, page in maps.draw_pages(content, audience="internal"):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page)
        size += len(page)
        if name == "index.html":
            index = time.perf_counter() - start
    return index, time.perf_counter() - start, size / 1e6


# ---- the browser ----


def find_browser() -> tuple[str | None, list[str]]:
    """Find the browser of this machine, and the arguments that it needs."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    return path, ["--no-sandbox"] if os.geteuid() == 0 else []


class Chromium:
    """A browser of this machine; a new page has nothing in memory of the one before."""

    def __init__(self, playwright: Any) -> None:
        path, arguments = find_browser()
        self.browser = playwright.chromium.launch(executable_path=path, args=arguments)

    def open(self, file: Path, *, slower: int = 1) -> tuple[Any, float]:
        """Open a file; returns the page and the seconds until it is drawn and answers."""
        page = self.browser.new_context(viewport=VIEW, offline=False).new_page()
        page.set_default_timeout(900_000)
        page.route("https://**/*", serve_leaflet)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.goto(file.resolve().as_uri(), wait_until="commit")
        return page, page.evaluate(SETTLED) / 1000


def private_mb(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1e3


def serve_leaflet(route: Any) -> None:
    """Give Folium the Leaflet that it asks for; the rest of what it asks for is outside and stays away."""
    name = route.request.url.rpartition("/")[2]
    if name in ("leaflet.js", "leaflet.css"):
        route.fulfill(path=str(LEAFLET / name))
    else:
        route.abort()


def median_of(work: Callable[[], float], rounds: int) -> float:
    return statistics.median(work() for _ in range(rounds))


def measure_opening(chromium: Chromium, file: Path, *, slower: int) -> float:
    page, seconds = chromium.open(file, slower=slower)
    page.context.close()
    return seconds


def densest_place(content: maps.PageContent) -> tuple[float, float, str]:
    """Find the zone with the most plots: latitude, longitude and id."""
    zone_id = str(content.tables.plots["zone_id"].mode().iloc[0])
    zones = content.tables.zones
    middle = zones[zones["zone_id"] == zone_id].geometry.representative_point().to_crs("EPSG:4326").iloc[0]
    return middle.y, middle.x, zone_id


def measure_steps(page: Any, lat: float, lon: float) -> list[float]:
    """Zoom in and out at a place and pan half a view at each zoom; returns the milliseconds of every step."""
    found = []
    for zoom in (8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 15, 13, 11, 9):
        shift = 500 / (256 * 2**zoom) * 360
        found += [page.evaluate(STEP, [lat, lon + east * shift, zoom]) for east in (0, 1, 0.5)]
    return found


def measure_search(chromium: Chromium, file: Path, content: maps.PageContent, number: int) -> float:
    """Type a zone and a number on the index, take the first answer; seconds until the plot is outlined."""
    zone_id = densest_place(content)[2]
    page, _ = chromium.open(file)
    start = time.perf_counter()
    page.fill("#search", f"Зона {int(zone_id[-3:])} / {number}")
    page.locator("#search-list .search-row").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_selector("path.plot-chosen", state="attached")
    seconds = time.perf_counter() - start
    page.context.close()
    return seconds


def measure_filters(page: Any) -> float:
    patches = [{"only": "free"}, {"only": None, "hide": "operating"}, {"hide": None, "ha": "1-"}, {"hazard": "II"}]
    seconds = [page.evaluate(FILTER, patch) / 1000 for patch in patches]
    page.evaluate(FILTER, {"hazard": None, "ha": None})
    return max(seconds)


PAN = f"""<script>
(async () => {{
  const middles = %s;
  let seed = 5;
  const random = most => (seed = (seed * 48271) %% 2147483647) %% most;
  await ({SETTLED})();
  for (;;) {{
    GZ.map.setView(middles[random(middles.length)], 9 + random(9), {{ animate: false }});
    await ({SETTLED})();
  }}
}})();
</script>"""


def measure_memory(file: Path, content: maps.PageContent, minutes: float) -> list[float]:
    """Pan and zoom over all zones for so long; returns the renderer's private megabytes, every half minute.

    The page pans by itself in a browser that nobody debugs: a debugger keeps what a page has loaded.
    """
    middles = content.tables.zones.geometry.representative_point().to_crs("EPSG:4326")
    places = [[round(place.y, 6), round(place.x, 6)] for place in middles]
    page = file.with_name("panning.html")
    page.write_text(file.read_text("utf-8") + PAN % json.dumps(places), "utf-8")
    path, arguments = find_browser()
    with tempfile.TemporaryDirectory() as profile:
        window = f"--window-size={VIEW['width']},{VIEW['height']}"
        options = ["--headless=new", f"--user-data-dir={profile}", window]
        command = [path or "chromium", *arguments, *options, page.resolve().as_uri()]
        browser = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        found = []
        for _ in range(max(1, round(2 * minutes))):
            time.sleep(30)
            found.append(max(private_mb(process) for process in find_renderers(browser.pid)))
        browser.terminate()
        browser.wait()
    page.unlink()
    return found


def find_renderers(browser: int) -> list[int]:
    """Find the renderers below a process."""
    parents, found = {}, []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue

    def is_below(process: int) -> bool:
        return process == browser or (process in parents and is_below(parents[process]))

    return [process for process in found if is_below(process)]


# ---- the peer ----


def write_peer(count: int, folder: Path) -> tuple[Path, Path]:
    """Write the same plots as a user of Folium would, and by `PlotsLayer`."""
    plots = draw_zone_plots(count)[1]
    colours = {"free": "#0a8f7c", "reserved": "#d3d8e2", "allocated": "#93a1bf", "releasing": "#b79a6b"}
    own = folium.Map(tiles=None)
    maps.PlotsLayer(plots, folder=folder / "plots").add_to(own)
    own.fit_bounds(own.get_bounds())
    own.save(folder / "own.html")
    peer = folium.Map(tiles=None)
    shown = plots[["plot_id", "number", "map_state", "geometry"]].to_crs("EPSG:4326")
    folium.GeoJson(
        shown,
        style_function=lambda row: {
            "color": "#fff",
            "fillColor": colours.get(row["properties"]["map_state"], "#43557a"),
        },
        tooltip=folium.GeoJsonTooltip(["number", "map_state"]),
    ).add_to(peer)
    peer.fit_bounds(peer.get_bounds())
    peer.save(folder / "peer.html")
    return folder / "own.html", folder / "peer.html"


PEER_DRAWN = """() => new Promise(resolve => {
  function look() {
    if (document.querySelectorAll("path.leaflet-interactive").length) {
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
    } else {
      setTimeout(look, 4);
    }
  }
  look();
})"""


def measure_peer(chromium: Chromium, own: Path, peer: Path, rounds: int) -> tuple[float, float]:
    """Open both, one after the other, so often; medians of the seconds until they are drawn."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        seconds[0].append(measure_opening(chromium, own, slower=1))
        page = chromium.browser.new_context(viewport=VIEW).new_page()
        page.set_default_timeout(1_800_000)
        page.route("https://**/*", serve_leaflet)
        page.goto(peer.resolve().as_uri(), wait_until="commit")
        seconds[1].append(page.evaluate(PEER_DRAWN) / 1000)
        page.context.close()
    return statistics.median(seconds[0]), statistics.median(seconds[1])


# ---- all of it ----


def measure_large(chromium: Chromium, folder: Path, arguments: argparse.Namespace) -> tuple[list[Row], list[str]]:
    count = arguments.plots
    content = make_content(folder / "layers", count)
    seconds, of_all, size_mb = write_pages(content, folder / "maps")
    index = folder / "maps" / "index.html"
    lat, lon, _ = densest_place(content)
    opening = median_of(lambda: measure_opening(chromium, index, slower=1), arguments.rounds)
    throttled = median_of(lambda: measure_opening(chromium, index, slower=4), arguments.rounds)
    numbers = iter((123, 77, 1001, 5, 42, 300, 9, 21))
    search = median_of(lambda: measure_search(chromium, index, content, next(numbers)), min(arguments.rounds, 8))
    page, _ = chromium.open(index)
    filters = median_of(lambda: measure_filters(page), arguments.rounds)
    steps = measure_steps(page, lat, lon)
    page.context.close()
    memory = measure_memory(index, content, arguments.minutes)
    rows = [
        Row("opening by `file://` until plots are seen and the map answers", opening, 1.5, 0.7),
        Row("the same with 4× CPU throttling", throttled, 5.0, 2.5),
        Row("slowest pan or zoom step at the densest place until drawn", max(steps) / 1000, 0.6, 0.3),
        Row("search by zone and number until the plot is outlined on its zone's page", search, 1.0, 0.3),
        Row("slowest filter change until map, counts and table agree", filters, 1.5, 0.5),
        Row("index page, tiles and index of the search written from checked tables", seconds, 30.0, 15.0),
        Row("bytes on disk, all internal pages with tiles and index of the search", size_mb, 160.0, 100.0, "MB"),
        Row(
            f"private memory of the renderer after {arguments.minutes:g} min of panning",
            memory[-1],
            400,
            250,
            "MB",
        ),
    ]
    more = [
        f"Median pan or zoom step {statistics.median(steps):.0f} ms, of {len(steps)}. Memory by half minutes, MB:",
        ", ".join(f"{each:.0f}" for each in memory) + ".",
        f"All pages, 200 of zones among them: {of_all:.1f} s.",
        f"Peak of writing (the generated tables included): {peak_mb():,.0f} MB.",
    ]
    return rows, more


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def single_file(folder: Path) -> Row:
    plots = draw_zone_plots(80, 1)[1]
    file = folder / "single.html"
    file.write_bytes(maps.draw_plots_map(plots, title="80", language="ru", demonstration=True))
    return Row("map of 80 plots in a single file", file.stat().st_size / 1e6, 1.5, 0.6, "MB")


def main() -> int:
    """Measure, write the results; exit 1 where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plots", type=int, default=1_000_000)
    parser.add_argument("--peer", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=10.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, chromium = Path(name), Chromium(playwright)
        rows, more = measure_large(chromium, folder, arguments)
        own, peer = measure_peer(chromium, *write_peer(arguments.peer, folder), arguments.rounds)
        sooner = f"{arguments.peer:,} plots drawn sooner than by `folium.GeoJson` ({own:.2f} s, {peer:.1f} s)"
        rows += [Row(sooner, peer / own, 60, 150, "×", more=True), single_file(folder)]
        version = chromium.browser.version
        chromium.browser.close()
    window = f"{VIEW['width']} × {VIEW['height']}"
    lines = [
        f"{arguments.plots:,} plots in 200 zones; Chromium {version} without GPU, {window};",
        f"{os.cpu_count()} cores, {platform.system()}; folium {folium.__version__};",
        f"medians of {arguments.rounds}.",
        "",
        "| work | measured | must | go for | |",
        "| --- | --- | --- | --- | --- |",
        *(row.line() for row in rows),
        "",
        *more,
    ]
    write_section(Path(__file__).parent / "RESULTS.md", "Results", "Maps", lines)
    print("\n".join(lines))
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
