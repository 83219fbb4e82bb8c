"""Plots by the hundred thousand: outlines, columns and the index of the search in small scripts.

`TiledPlots` arranges the plots of a region; a page holds its manifest, and loads by script tags what it shows.
"""

from geozones.maps.tiles.arrangement import Arrangement
from geozones.maps.tiles.dataset import LARGE, READ_BY_PAGES, WORDS, TiledPlots, take_rows

__all__ = ["LARGE", "READ_BY_PAGES", "WORDS", "Arrangement", "TiledPlots", "take_rows"]
