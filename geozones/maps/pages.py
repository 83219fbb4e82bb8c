"""All pages of a run, and the doors that lead into it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Literal

import numpy as np
from markupsafe import Markup

from geozones.maps.assets import asset_files, inspect_script, tiles_script
from geozones.maps.atlas import Atlas, make_atlas
from geozones.maps.backdrop import Backdrop, make_backdrop
from geozones.maps.content import PageContent, public_content
from geozones.maps.inspect_page import draw_inspect, form_rows
from geozones.maps.issues_page import draw_issues
from geozones.maps.origins import Origins
from geozones.maps.page import Inlined, environment, json_for_script
from geozones.maps.plot_rows import pick
from geozones.maps.plot_sheets import PlotSheets
from geozones.maps.propose import DATA_FILE, draw_propose, propose_script
from geozones.maps.queue import draw_queue
from geozones.maps.recall import PLOTS, DrawAll, Recall
from geozones.maps.region import draw_region
from geozones.maps.site_content import SiteContent
from geozones.maps.site_table import draw_site_pages
from geozones.maps.stems import file_stem
from geozones.maps.summary import draw_summary
from geozones.maps.tiles import Arrangement
from geozones.maps.words import names
from geozones.maps.zone import draw_zone
from geozones.maps.zone_lines import district_words

Audience = Literal["internal", "public"]


def draw_pages(
    content: PageContent,
    *,
    audience: Audience,
    recall: Recall | None = None,
    arranged: Arrangement | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Draw all pages of one audience, and the assets that they load.

    Parameters
    ----------
    content
        Everything that the pages show.
    audience
        `internal` shows all of it; `public` is drawn from `public_content` of it.
    recall
        What is taken over from an earlier run; None has everything drawn.
    arranged
        `arrange_plots` of the content, to make it once for all audiences.

    Returns
    -------
    Pairs of a path below the folder of the audience (ASCII, forward slashes) and the bytes of the file. The same
    content gives the same bytes. Files that are taken over are left out.

    Raises
    ------
    InputError
        The map library has not been set up.
    InternalError
        A page asks for a file from outside.
    """
    shown = public_content(content) if audience == "public" else content
    assets = dict(asset_files(public=shown.is_public))
    for name, asset in assets.items():
        yield f"assets/{name}", asset
    recall = recall or DrawAll()
    atlas = make_atlas(shown, recall, arranged=arranged)
    if atlas.tiles is not None:
        yield "assets/tiles.js", tiles_script()
        for name, script in atlas.tiles.scripts():
            yield f"{PLOTS}{name}.js", script
    yield "assets/search.js", _search_script(atlas)
    yield "index.html", _encoded(draw_region(atlas))
    yield from recall.draw_pages(Origins.of_proposing, partial(_draw_proposing, atlas, content))
    sheets = PlotSheets(atlas)
    if not shown.is_public:
        yield "queue.html", _encoded(draw_queue(atlas))
        summary, papers = draw_summary(atlas)
        yield "summary.html", _encoded(summary)
        for language, sheet in papers.items():
            yield f"summary-{language}.pdf", sheet
        plots = _search_script(atlas, rows=form_rows(atlas))
        yield "inspect.html", _encoded(draw_inspect(atlas, {**assets, "inspect.js": inspect_script()}, plots))
    for place, zone in enumerate(atlas.zones):
        stem, span = file_stem(str(zone["zone_id"])), atlas.span_of(place)
        draw = partial(_draw_zone, atlas, place, sheets)
        frame = repr((atlas.tiles_name, span))
        yield from recall.draw_zone(f"zones/{stem}.html", place, draw, with_sheets=span is None, frame=frame)
    if not shown.is_public:
        yield from recall.draw_pages(Origins.of_issues, lambda: [("issues.html", _encoded(draw_issues(atlas)))])
    if audience in shown.single_files:
        yield from _single_files(atlas, sheets, assets, recall)
    if shown.sites is not None:
        yield from recall.draw_pages(Origins.of_sites, partial(_draw_sites, atlas, shown.sites))


def draw_screening(content: PageContent) -> Iterator[tuple[str, bytes]]:
    """Draw the pages of proposed sites alone, with the assets that they load, and a door that leads to them.

    Parameters
    ----------
    content
        The region with `sites`; states, figures and networks of plots may be empty.

    Returns
    -------
    Pairs as of `draw_pages`.

    Raises
    ------
    InputError
        The map library has not been set up.
    """
    if content.sites is None:
        return
    for name, asset in asset_files(public=False):
        yield f"assets/{name}", asset
    yield (
        "assets/search.js",
        b'GZ.searchIndex({"zones":[],"plots":{"id":[],"zone":[],"number":[],"cadastral":[]}});\n',
    )
    door = environment().get_template("door.html")
    yield "index.html", _encoded(door.render(target="proposals/index.html"))
    yield from _draw_sites(make_backdrop(content), content.sites)


def _single_files(
    atlas: Atlas, sheets: PlotSheets, assets: Mapping[str, bytes], recall: Recall
) -> Iterator[tuple[str, bytes]]:
    """Draw the index and the zones, each as one file to send; not those whose plots are in tiles."""

    def inlined(place: int | None) -> Callable[[str], Markup]:
        own = {**assets, "search.js": _search_script(atlas, place)}
        return lambda name: Markup(own[name].decode())

    frame = repr(
        (atlas.tiles_name, sorted((name, hashlib.sha256(asset).hexdigest()) for name, asset in assets.items()))
    )
    if atlas.tiles is None:
        yield "single/region.html", _encoded(draw_region(atlas, inlined=inlined(None)))
    for place, zone in enumerate(atlas.zones):
        if atlas.span_of(place) is None:
            name = f"single/{file_stem(str(zone['zone_id']))}.html"
            draw = partial(_draw_single_zone, atlas, place, sheets, inlined)
            yield from recall.draw_zone(name, place, draw, with_sheets=True, frame=frame)


def _draw_proposing(atlas: Atlas, everything: PageContent) -> Iterator[tuple[str, bytes]]:
    yield f"assets/{DATA_FILE}", _encoded(propose_script(atlas.content, everything=everything))
    yield "propose.html", _encoded(draw_propose(atlas))


def _draw_sites(backdrop: Backdrop, sites: SiteContent) -> Iterator[tuple[str, bytes]]:
    for name, page in draw_site_pages(backdrop, sites):
        yield f"proposals/{name}", _encoded(page)


def _draw_zone(atlas: Atlas, place: int, sheets: PlotSheets) -> bytes:
    return _encoded(draw_zone(atlas, place, sheets))


def _draw_single_zone(atlas: Atlas, place: int, sheets: PlotSheets, inlined: Callable[[int], Inlined]) -> bytes:
    return _encoded(draw_zone(atlas, place, sheets, inlined=inlined(place)))


def _encoded(page: str) -> bytes:
    return page.encode("utf-8", "replace")


def _search_script(atlas: Atlas, place: int | None = None, *, rows: Any = None) -> bytes:
    """Write the index of the search box: zones, and of every plot number, zone, cadastral number and id.

    `place` leaves the plots of one zone alone in it; `rows` those of a page that stands alone.
    """
    return f"GZ.searchIndex({json_for_script(_search_index(atlas, place, rows))});\n".encode("utf-8", "replace")


def _search_index(atlas: Atlas, place: int | None, rows: Any) -> dict[str, Any]:
    content, plots = atlas.content, atlas.plots
    is_alone = rows is not None
    if place is not None:
        rows = atlas.plots_of(place)
    elif rows is None:
        shown = atlas.shown if atlas.tiles is None else atlas.shown[:0]
        rows = shown[np.asarray(plots["zone"])[shown] >= 0]
    index: dict[str, Any] = {
        "zones": [
            {
                "id": str(zone["zone_id"]),
                "name": names(zone, "zone_id").as_json(),
                "stem": file_stem(str(zone["zone_id"])),
                "district": district_words(content, zone.get("district_code")).as_json(),
            }
            for each, zone in enumerate(atlas.zones)
            if place in (None, each)
        ],
        "plots": pick({name: plots[name] for name in ("id", "zone", "number", "cadastral")}, rows),
    }
    if place is not None:
        index["plots"]["zone"] = [0] * len(rows)
    if atlas.tiles is not None and place is None and not is_alone:
        index["store"] = atlas.tiles.name
    if not content.is_public:
        index["holders"] = plots["participant"][rows].tolist()
    return index
