"""Compiling the kernels once, at set-up, so that later runs load them from Numba's cache."""

from __future__ import annotations

import numpy as np
import shapely

from geozones.proximity.arrange import ArrangedPlots
from geozones.proximity.flatten import FlatGeometries
from geozones.proximity.nearest import NearestIndex


def warm_up() -> None:
    """Compile every kernel by measuring two plots; takes about 15 s once, less than a second afterwards."""
    plots = shapely.box(np.array([0.0, 1_000.0]), 0.0, np.array([50.0, 1_050.0]), 50.0)
    lines = np.array([shapely.LineString([(500_100.0, 0.0), (500_100.0, 10.0)]), None])
    index = NearestIndex(FlatGeometries.from_shapely(lines), "EPSG:32642")
    index.find(ArrangedPlots.of(FlatGeometries.from_shapely(shapely.transform(plots, lambda xy: xy + (5e5, 0.0)))))
