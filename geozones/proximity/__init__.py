"""Nearest line or point of a network per plot: metres on the ground, which one, the two points, and what follows.

`find_nearest` measures; `find_networks` answers near and capable for plots, zones and sites.
"""

from geozones.proximity.nearest import find_nearest
from geozones.proximity.networks import find_networks

__all__ = ["find_nearest", "find_networks"]
