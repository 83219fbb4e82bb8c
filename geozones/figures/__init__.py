"""Figures: counts and hectares by state, projects, investment.

Every figure that a page, a register or `summary.json` shows comes from here, so they agree wherever they appear.
Open `zones.py` for zones and the region, `undivided.py` for land not yet divided into plots, `breakdown.py` for
districts and sectors, `past.py` for earlier days, `ready.py` for the plots that can be offered today.
"""

from geozones.figures.breakdown import district_figures, sector_figures
from geozones.figures.past import PastCount, count_overdue, month_ends
from geozones.figures.ready import ready_plots
from geozones.figures.undivided import find_undivided
from geozones.figures.zones import (
    AREA_TOLERANCE_SHARE,
    NEED_COLUMNS,
    SQUARE_METRES_PER_HECTARE,
    counted_ha,
    is_counted_zone,
    is_valid_on,
    measured_ha,
    region_figures,
    zone_figures,
)

__all__ = [
    "AREA_TOLERANCE_SHARE",
    "NEED_COLUMNS",
    "SQUARE_METRES_PER_HECTARE",
    "PastCount",
    "count_overdue",
    "counted_ha",
    "district_figures",
    "find_undivided",
    "is_counted_zone",
    "is_valid_on",
    "measured_ha",
    "month_ends",
    "ready_plots",
    "region_figures",
    "sector_figures",
    "zone_figures",
]
