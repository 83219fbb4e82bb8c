"""Tables → pages: Folium maps of our own layout that open by double click, with no network.

`draw_pages` and `draw_doors` draw a run; `PlotsLayer` puts plots on any Folium map.
"""

from geozones.maps.content import PageContent, public_content
from geozones.maps.pages import draw_doors, draw_pages
from geozones.maps.plots_layer import PlotsLayer

__all__ = ["PageContent", "PlotsLayer", "draw_doors", "draw_pages", "public_content"]
