"""Sheets for paper: vector maps as SVG, and PDF set by typst from a template and data.

Everything here is pure: geometries, words and templates come in, text and bytes go out, always the same.
"""

from geozones.sheets.typesetting import typeset
from geozones.sheets.vector_map import Drawing, Frame, Mark, Style, draw_map, fit_frame

__all__ = ["Drawing", "Frame", "Mark", "Style", "draw_map", "fit_frame", "typeset"]
