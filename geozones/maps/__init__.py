"""Tables → pages: Folium maps of our own layout that open by double click, with no network.

`draw_pages` and `draw_doors` draw a run; `PlotsLayer` puts plots on any Folium map,
`draw_plots_map` writes them into one file.

Names are imported when they are first used, so that a command loads only what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geozones.maps.changes import draw_changes
    from geozones.maps.content import InboxLine, LayerCount, PageContent, public_content
    from geozones.maps.doors import draw_doors
    from geozones.maps.origins import Origins
    from geozones.maps.pages import draw_pages, draw_screening
    from geozones.maps.plot_tiles import arrange_plots
    from geozones.maps.plots_layer import PlotsLayer
    from geozones.maps.recall import Earlier, Recall
    from geozones.maps.single_page import draw_plots_map
    from geozones.maps.site_content import SiteContent, site_stems
    from geozones.maps.stems import file_stem

_HOMES = {
    "Earlier": "recall",
    "InboxLine": "content",
    "LayerCount": "content",
    "Origins": "origins",
    "PageContent": "content",
    "PlotsLayer": "plots_layer",
    "Recall": "recall",
    "SiteContent": "site_content",
    "arrange_plots": "plot_tiles",
    "draw_changes": "changes",
    "draw_doors": "doors",
    "draw_pages": "pages",
    "draw_plots_map": "single_page",
    "draw_screening": "pages",
    "file_stem": "stems",
    "public_content": "content",
    "site_stems": "site_content",
}

__all__ = [
    "Earlier",
    "InboxLine",
    "LayerCount",
    "Origins",
    "PageContent",
    "PlotsLayer",
    "Recall",
    "SiteContent",
    "arrange_plots",
    "draw_changes",
    "draw_doors",
    "draw_pages",
    "draw_plots_map",
    "draw_screening",
    "file_stem",
    "public_content",
    "site_stems",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
