"""Nearest line or point of a network per plot: metres on the ground, which one, the two points, and what follows.

`find_nearest` measures tables; `NearestIndex`, `ArrangedPlots` and `find_nearest_in_batches` do the same with
coordinates straight from a file's columns. `find_networks` answers near and capable for plots, zones and sites.

Names are imported when they are first used, so that a command loads only what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geozones.proximity.anywhere import find_nearest_anywhere
    from geozones.proximity.arrange import ArrangedPlots
    from geozones.proximity.flatten import FlatGeometries
    from geozones.proximity.measuring import require_measuring_crs
    from geozones.proximity.nearest import Nearest, NearestIndex, find_nearest, find_nearest_in_batches
    from geozones.proximity.networks import find_networks, lay_out_networks, search_networks
    from geozones.proximity.warming import warm_up

_HOMES = {
    "ArrangedPlots": "arrange",
    "FlatGeometries": "flatten",
    "Nearest": "nearest",
    "NearestIndex": "nearest",
    "find_nearest": "nearest",
    "find_nearest_anywhere": "anywhere",
    "find_nearest_in_batches": "nearest",
    "find_networks": "networks",
    "lay_out_networks": "networks",
    "require_measuring_crs": "measuring",
    "search_networks": "networks",
    "warm_up": "warming",
}

__all__ = [
    "ArrangedPlots",
    "FlatGeometries",
    "Nearest",
    "NearestIndex",
    "find_nearest",
    "find_nearest_anywhere",
    "find_nearest_in_batches",
    "find_networks",
    "lay_out_networks",
    "require_measuring_crs",
    "search_networks",
    "warm_up",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
