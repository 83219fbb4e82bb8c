"""Nearest line or point of a network per plot: metres on the ground, which one, the two points, and what follows.

`find_nearest` measures tables; `NearestIndex`, `ArrangedPlots` and `find_nearest_in_batches` do the same with
coordinates straight from a file's columns. `find_networks` answers near and capable for plots, zones and sites.
"""

from geozones.proximity.anywhere import find_nearest_anywhere
from geozones.proximity.arrange import ArrangedPlots
from geozones.proximity.flatten import FlatGeometries
from geozones.proximity.measuring import require_measuring_crs
from geozones.proximity.nearest import Nearest, NearestIndex, find_nearest, find_nearest_in_batches
from geozones.proximity.networks import find_networks
from geozones.proximity.warming import warm_up

__all__ = [
    "ArrangedPlots",
    "FlatGeometries",
    "Nearest",
    "NearestIndex",
    "find_nearest",
    "find_nearest_anywhere",
    "find_nearest_in_batches",
    "find_networks",
    "require_measuring_crs",
    "warm_up",
]
