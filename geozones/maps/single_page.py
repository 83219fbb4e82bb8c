"""One HTML file that holds everything: plots on a map, for a notebook or an e-mail."""

from __future__ import annotations

from typing import Any

from branca.element import CssLink, Figure, JavascriptLink
from markupsafe import escape

from geozones.errors import InternalError
from geozones.i18n import N_
from geozones.maps.assets import asset_files
from geozones.maps.frame_page import watermark
from geozones.maps.page import LOCAL_ASSETS, OfflineMap, Raw
from geozones.maps.plots_layer import PlotsLayer


def draw_plots_map(plots: Any, *, title: str, language: str, demonstration: bool) -> bytes:
    """Draw plots on a map of one file: Leaflet, styles, scripts and data are inside.

    Parameters
    ----------
    plots
        As for `PlotsLayer`: polygons with a CRS and `plot_id`; at least one.
    title
        Title of the page; any text.
    language
        Language of the tooltips: kk, ru or en.
    demonstration
        Whether the page says that all in it is made up.

    Returns
    -------
    The HTML file. It asks for nothing outside itself.

    Raises
    ------
    InternalError
        An element asks for a file that is none of the local assets.
    """
    layer = PlotsLayer(plots, language=language)
    figure = Figure()
    figure.header._children.clear()
    drawn = OfflineMap(layer.bounds or [[-60, -170], [70, 170]])
    layer.add_to(drawn)
    figure.add_child(drawn)
    figure.header.add_child(Raw('<meta charset="utf-8">'), name="charset")
    figure.header.add_child(Raw(f"<title>{escape(title)}</title><style>{_LAYOUT}</style>"), name="title")
    if demonstration:
        notice = escape(watermark().of(language))
        figure.html.add_child(Raw(f'<p class="notice">{notice}</p>'), name="notice")
    for child in list(figure._children.values()):
        child.render()
    _put_inside(figure)
    header, body, script = figure.header.render(), figure.html.render(), figure.script.render()
    page = (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head>{header}</head>'
        f"<body>{body}<script>{script}</script></body></html>\n"
    )
    return page.encode()


_LAYOUT = (
    "html,body{height:100%;margin:0}.folium-map{position:absolute;inset:0}"
    ".notice{position:absolute;z-index:1000;left:0;right:0;bottom:0;margin:0;padding:4px 8px;background:#fff;"
    "font:14px sans-serif}"
)


def _put_inside(figure: Figure) -> None:
    """Put the content of every file that the header asks for into the header itself."""
    contents = dict(asset_files(public=True))
    for name, link in list(figure.header._children.items()):
        if not isinstance(link, JavascriptLink | CssLink):
            continue
        if link.url not in LOCAL_ASSETS:
            raise InternalError(N_("The page asks for {url}, which is none of its assets."), url=link.url)
        content = contents[LOCAL_ASSETS[link.url]].decode()
        tag = "script" if isinstance(link, JavascriptLink) else "style"
        figure.header._children[name] = Raw(f"<{tag}>{content}</{tag}>")
