"""Tables → pages: Folium maps of our own layout that open by double click, with no network.

`draw_pages` and `draw_doors` draw a run; `PlotsLayer` puts plots on any Folium map,
`draw_plots_map` writes them into one file.
"""

from geozones.maps.changes import draw_changes
from geozones.maps.content import InboxLine, LayerCount, PageContent, public_content
from geozones.maps.origins import Origins
from geozones.maps.pages import draw_doors, draw_pages, draw_screening
from geozones.maps.plots_layer import PlotsLayer
from geozones.maps.recall import Earlier, Recall
from geozones.maps.single_page import draw_plots_map
from geozones.maps.site_content import SiteContent, site_stems
from geozones.maps.stems import file_stem

__all__ = [
    "Earlier",
    "InboxLine",
    "LayerCount",
    "Origins",
    "PageContent",
    "PlotsLayer",
    "Recall",
    "SiteContent",
    "draw_changes",
    "draw_doors",
    "draw_pages",
    "draw_plots_map",
    "draw_screening",
    "file_stem",
    "public_content",
    "site_stems",
]
