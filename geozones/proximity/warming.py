"""Compiling the kernels once, at set-up, so that later runs load them from Numba's cache."""

from __future__ import annotations

import numpy as np
import shapely

from geozones.proximity.arrange import ArrangedPlots
from geozones.proximity.flatten import FlatGeometries
from geozones.proximity.nearest import NearestIndex


def warm_up() -> None:
    """Compile every kernel by measuring two plots; takes about 15 s once, less than a second afterwards."""
    plots = np.array([shapely.box(x, 0.0, x + 50.0, 50.0) for x in (500_000.0, 501_000.0)])
    lines = np.array([shapely.LineString([(500_100.0, 0.0), (500_100.0, 10.0)]), None])
    index = NearestIndex(FlatGeometries.from_shapely(lines), "EPSG:32642")
    index.find(ArrangedPlots.of(FlatGeometries.from_shapely(plots)), threads=1)
