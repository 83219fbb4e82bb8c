"""The summary for the akim: where the region stands, on one page and on one sheet of paper.

Open `head.py` for the figures at its top, `tables.py` for those below, `page.py` for page and sheet.
"""

from geozones.maps.summary.page import draw_summary

__all__ = ["draw_summary"]
