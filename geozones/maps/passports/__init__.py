"""Passports: one page a plot and two a zone, as PDF, with a map of vectors and a code to scan.

Open `picture.py` for the maps, `plot_sheet.py` and `zone_sheet.py` for what stands beside them, `issuing.py` for
the way from an id to a PDF, `batch.py` for all of them at once.
"""

from geozones.maps.passports.batch import issue_all
from geozones.maps.passports.issuing import Passports

__all__ = ["Passports", "issue_all"]
