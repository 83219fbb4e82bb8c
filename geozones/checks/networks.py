"""Checks of network lines: cancelled, coarse; and whether a plot can be connected to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geozones.checks.geometry import Sorting

_COARSE_M = 10_000.0
_TRANSIT_KV = 220.0


def check_network(sorting: Sorting, *, is_approximate: bool) -> None:
    """Note lines that are cancelled, and lines with straight stretches too long for an exact route.

    Where the settings say that the layer is approximate, coarse lines are only noted.
    """
    sorting.report("line_cancelled", sorting.table["state"] == "cancelled")
    longest_m = longest_stretch_m(sorting.shapes)
    is_coarse = longest_m > _COARSE_M
    sorting.report(
        "line_coarse",
        is_coarse,
        severity="info" if is_approximate else "warning",
        params={"longest_km": [f"{metres / 1000:.1f}" for metres in longest_m[is_coarse]]},
    )


def longest_stretch_m(shapes: np.ndarray) -> np.ndarray:
    """Measure the longest stretch between two neighbouring points of each line, in units of the CRS.

    >>> longest_stretch_m(np.array([shapely.LineString([(0, 0), (3, 4), (3, 5)])]))
    array([5.])
    """
    longest = np.zeros(len(shapes))
    parts, owners = shapely.get_parts(shapes, return_index=True)
    points, lines = shapely.get_coordinates(parts, return_index=True)
    if len(points) < 2:
        return longest
    steps = np.hypot(*np.diff(points, axis=0).T)
    steps[np.diff(lines) != 0] = 0.0
    np.maximum.at(longest, owners[lines[:-1]], steps)
    return longest


def fill_connectable(table: Any, network: str) -> Any:
    """Fill in where it is not stated whether a plot can be connected to a line, by its class and voltage.

    Trunk gas lines and power lines from 220 kV give plots no connection; a power line of unknown voltage stays
    unknown.
    """
    if network == "gas":
        default = np.where(table["class"] == "trunk", "no", "yes")
    elif network == "power":
        voltage_kv = table["voltage_kv"].to_numpy(dtype=float)
        default = np.where(np.isnan(voltage_kv), "unknown", np.where(voltage_kv >= _TRANSIT_KV, "no", "yes"))
    else:
        default = np.full(len(table), "yes", dtype=object)
    filled = table["connectable"].astype("object").where(table["connectable"].notna(), default)
    return table.assign(connectable=filled.astype("str"))
