"""The files that pages load: styles, scripts, the dictionary of the scripts, the icon, Leaflet.

Scripts and styles are kept in small parts in `static/` and handed out as one file each; what only internal pages
need stands in a part of its own that the public tree never gets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from geozones.errors import InputError
from geozones.i18n import LANGUAGES, N_, plural_forms, translate

PAGE_STYLES = (
    "map.css", "page.css", "restrictions.css", "print.css", "site.css", "propose.css", "issues.css",
)  # fmt: skip
SCRIPTS = (
    "gz.js", "labels.js", "ground.js", "plots_layer.js", "criteria.js", "filters.js", "map_controls.js",
    "table.js", "search.js", "card.js", "region.js", "zone.js", "land.js", "filter_panel.js", "export.js",
    "geodesic.js", "paper.js", "plot_sheet.js", "compare.js", "measure.js", "backdrop.js",
)  # fmt: skip
PRIVATE_STYLES = ("ledger.css", "summary.css", "inspect.css")
PRIVATE_SCRIPTS = (
    "private.js",
    "held_back.js",
    "restrictions.js",
    "strips.js",
    "site.js",
    "issues.js",
    "queue.js",
    "history.js",
    "inspections.js",
    "past.js",
)
PLOTS_LAYER_SCRIPTS = ("gz.js", "labels.js", "ground.js", "plots_layer.js")
TILE_SCRIPTS = (
    "tile_sweeping.js", "tile_store.js", "tile_inflating.js", "tile_decoding.js", "tile_painting.js",
    "tiled_rows.js", "tiled_layer.js", "tile_pointing.js", "tiled_search.js",
)  # fmt: skip
"""What pages load only where plots are in tiles."""
PROPOSE_SCRIPTS = (
    "propose_measure.js", "propose_systems.js", "propose_reading.js", "propose_drawing.js", "propose_check.js",
    "propose.js",
)  # fmt: skip
"""What only the page loads on which a site is proposed."""
INSPECT_SCRIPTS = ("inspect.js",)
"""What only the form for the field holds; it is one file, and no asset of the others."""
PLOTS_LAYER_STYLES = ("tokens.css", "map.css")

_TEXT = re.compile(r'GZ\.t(?:\.bind\(null,|\()\s*"((?:[^"\\]|\\.)*)"')
_PLURAL = re.compile(r'GZ\.tn\(\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"')
_OUTSIDE_LINK = re.compile(rb'<a href="https?://[^"]*"[^>]*>')
_SOURCE_MAP = re.compile(rb"\n//# sourceMappingURL=\S*")


def asset_files(*, public: bool) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of every asset that does not depend on the data."""
    yield "tokens.css", _static("tokens.css")
    styles = PAGE_STYLES if public else (*PAGE_STYLES, *PRIVATE_STYLES)
    yield "page.css", b"\n".join(_static(name) for name in styles)
    scripts = SCRIPTS if public else (*SCRIPTS, *PRIVATE_SCRIPTS)
    yield "geozones.js", _bundle(scripts).encode()
    yield "propose.js", _bundle(PROPOSE_SCRIPTS).encode()
    yield "favicon.svg", _static("favicon.svg")
    yield "leaflet.css", _vendor("leaflet.css")
    yield "leaflet.js", _SOURCE_MAP.sub(b"", _OUTSIDE_LINK.sub(b"<a>", _vendor("leaflet.js")))
    yield "leaflet.LICENSE.txt", _vendor("LICENSE")


def inspect_script() -> bytes:
    """Return the script of the form for the field, with its texts."""
    return _bundle(INSPECT_SCRIPTS).encode()


def patterns() -> str:
    """Return the hatchings and marks as one hidden SVG that pages hold once."""
    return _static("patterns.svg").decode()


def tiles_script() -> bytes:
    """Return the scripts that show plots in tiles, with their texts."""
    return _bundle(TILE_SCRIPTS).encode()


@cache
def inline_plots_layer(language: str, *, tiled: bool = False) -> str:
    """Return styles and scripts of the plots layer as elements, for maps that are not one of our pages."""
    scripts = (*PLOTS_LAYER_SCRIPTS, *TILE_SCRIPTS) if tiled else PLOTS_LAYER_SCRIPTS
    styles = "\n".join(_static(name).decode() for name in PLOTS_LAYER_STYLES)
    return (
        f"<style>{styles}</style><script>document.documentElement.lang={json.dumps(language)};</script>"
        f"<script>{_bundle(scripts)}</script>"
    )


@cache
def script_texts(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Collect the texts that scripts show: single ones, and pairs of singular and plural."""
    code = "\n".join(_static(name).decode() for name in names)
    single = sorted({_unquote(text) for text in _TEXT.findall(code)})
    plural = sorted({(_unquote(one), _unquote(many)) for one, many in _PLURAL.findall(code)})
    return tuple(single), tuple(plural)


def _bundle(names: tuple[str, ...]) -> str:
    code = "\n".join(_static(name).decode() for name in names)
    dictionary = json.dumps(_dictionary(names), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{code}\nwindow.GZ.learnWords({dictionary});\n"


def _dictionary(names: tuple[str, ...]) -> dict[str, dict[str, str | list[str]]]:
    single, plural = script_texts(names)
    found: dict[str, dict[str, str | list[str]]] = {}
    for language in LANGUAGES:
        if language != "en":
            texts: dict[str, str | list[str]] = {text: translate(text, language) for text in single}
            texts |= {f"{one}\u0004{many}": list(plural_forms(one, many, language)) for one, many in plural}
            found[language] = texts
    return found


def _unquote(text: str) -> str:
    return str(json.loads(f'"{text}"'))


def _static(name: str) -> bytes:
    return (resources.files("geozones.maps") / "static" / name).read_bytes()


def _vendor(name: str) -> bytes:
    path = resources.files("geozones.maps") / "static" / "vendor" / "leaflet" / name
    if not path.is_file():
        raise InputError(
            N_("The map library is not in place ({file}). Run `make maps`, or `python tools/set_up.py`."),
            file=f"static/vendor/leaflet/{name}",
        )
    return path.read_bytes()
