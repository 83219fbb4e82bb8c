"""All pages of a run, and the doors that lead into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from geozones.maps.assets import asset_files
from geozones.maps.content import PageContent, public_content
from geozones.maps.page import environment, json_for_script
from geozones.maps.plot_rows import find_shown
from geozones.maps.region import draw_region
from geozones.maps.stems import file_stem
from geozones.maps.words import names, short, text_or_none
from geozones.maps.zone import draw_zone
from geozones.maps.zone_lines import district_words

Audience = Literal["internal", "public"]


def draw_pages(content: PageContent, *, audience: Audience) -> Iterator[tuple[str, bytes]]:
    """Draw all pages of one audience, and the assets that they load.

    Parameters
    ----------
    content
        Everything that the pages show.
    audience
        `internal` shows all of it; `public` is drawn from `public_content` of it.

    Returns
    -------
    Pairs of a path below the folder of the audience (ASCII, forward slashes) and the bytes of the file. The same
    content gives the same bytes.

    Raises
    ------
    InputError
        The map library has not been set up.
    InternalError
        A page asks for a file from outside.
    """
    shown = public_content(content) if audience == "public" else content
    for name, asset in asset_files(public=shown.is_public):
        yield f"assets/{name}", asset
    yield "assets/search.js", _search_script(shown)
    yield "index.html", _encoded(draw_region(shown))
    for place, zone_id in enumerate(shown.tables.zones["zone_id"]):
        yield f"zones/{file_stem(str(zone_id))}.html", _encoded(draw_zone(shown, place))


def draw_doors(run_id: str) -> dict[str, bytes]:
    """Draw the small pages that lead into a run and hand on the `#…` part of the address.

    Returns
    -------
    `index.html` and `public.html` with their bytes.
    """
    template = environment().get_template("door.html")
    doors = {"index.html": "internal", "public.html": "public"}
    return {
        name: _encoded(template.render(target=f"runs/{run_id}/{audience}/index.html"))
        for name, audience in doors.items()
    }


def _encoded(page: str) -> bytes:
    return page.encode("utf-8", "replace")


def _search_script(content: PageContent) -> bytes:
    """Write the index of the search box: zones, and of every plot number, zone, cadastral number and id."""
    index = json_for_script(_search_index(content))
    return f"GZ.searchIndex({index});\n".encode("utf-8", "replace")


def _search_index(content: PageContent) -> dict[str, Any]:
    zones = content.tables.zones.drop(columns="geometry").to_dict("records")
    places = {str(zone["zone_id"]): place for place, zone in enumerate(zones)}
    shown = find_shown(content)
    plots = content.tables.plots.iloc[shown]
    known = [place for place, zone_id in enumerate(plots["zone_id"]) if str(zone_id) in places]
    plots, shown = plots.iloc[known], shown[known]
    index: dict[str, Any] = {
        "zones": [
            {
                "name": names(zone, "zone_id").as_json(),
                "stem": file_stem(str(zone["zone_id"])),
                "district": district_words(content, zone.get("district_code")).as_json(),
            }
            for zone in zones
        ],
        "plots": {
            "id": [str(plot_id) for plot_id in plots["plot_id"]],
            "zone": [places[str(zone_id)] for zone_id in plots["zone_id"]],
            "number": [_text(number) for number in plots["number"]],
            "cadastral": [_text(number) for number in plots["cadastral_no"]],
        },
    }
    if not content.is_public:
        holders = [_text(name) for name in content.states["participant"].iloc[shown]]
        index["holders"] = holders
    return index


def _text(value: Any) -> str | None:
    found = text_or_none(value)
    return None if found is None else short(found)

