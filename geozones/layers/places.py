"""Tables without geometry → geometry: WKT, or a pair of coordinate columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geozones.checks.issues import make_issues
from geozones.checks.values import parse_number, to_text
from geozones.layers.layer import RawTable

_WKT_NAMES = ("geometry", "wkt", "geom", "the_geom", "геометрия")
_LON_NAMES = ("lon", "long", "lng", "longitude", "долгота", "бойлық")
_LAT_NAMES = ("lat", "latitude", "широта", "ендік")
_WGS84 = "EPSG:4326"


def find_place_columns(sources: dict[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Find the columns of the place: `geometry` (WKT), `lon` and `lat`, or `x` and `y`; {} where none."""
    folded = {name.casefold(): name for name in reversed(names)}

    def find(key: str, usual: tuple[str, ...]) -> str | None:
        return sources.get(key) or next((folded[name] for name in usual if name in folded), None)

    if wkt := find("geometry", _WKT_NAMES):
        return {"geometry": wkt}
    for east, north, east_names, north_names in (
        ("lon", "lat", _LON_NAMES, _LAT_NAMES),
        ("x", "y", ("x",), ("y",)),
    ):
        first, second = find(east, east_names), find(north, north_names)
        if first and second:
            return {east: first, north: second}
    return {}


def place_rows(raw: RawTable, places: dict[str, str], *, key: str) -> RawTable:
    """Give a table geometry from its place columns.

    Returns
    -------
    RawTable
        With geometry, missing where the cells are empty; rows whose place cannot be understood are in the
        quarantine. Columns named as longitude and latitude mean WGS 84.
    """
    if "geometry" in places:
        geometry, is_bad = _read_wkt(raw.cells[places["geometry"]])
        shown = raw.cells[places["geometry"]]
        crs = raw.crs
    else:
        east, north = places.values()
        geometry, is_bad = _read_points(raw.cells[east], raw.cells[north])
        shown = to_text(raw.cells[east]).fillna("") + " " + to_text(raw.cells[north]).fillna("")
        crs = _WGS84 if "lon" in places else raw.crs
    if not is_bad.any():
        return replace(raw, geometry=geometry, crs=crs)
    rows = raw.cells.index[is_bad]
    issues = make_issues(
        "place_bad", layer=key, rows=rows, params={"value": [str(text)[:60] for text in shown[is_bad]]},
        action="quarantined",
    )  # fmt: skip
    set_aside = raw.cells[is_bad].assign(rule="place_bad")
    quarantine = set_aside if raw.quarantine is None else pd.concat([raw.quarantine, set_aside])
    return replace(
        raw, cells=raw.cells[~is_bad], geometry=geometry[~is_bad], crs=crs, issues=(*raw.issues, issues),
        quarantine=quarantine,
    )  # fmt: skip


def _read_wkt(values: pd.Series) -> tuple[Any, np.ndarray]:
    text = to_text(values)
    geometry = shapely.from_wkt(text.astype("object").where(text.notna(), None).to_numpy(), on_invalid="ignore")
    return geometry, shapely.is_missing(geometry) & text.notna().to_numpy(dtype=bool)


def _read_points(east: pd.Series, north: pd.Series) -> tuple[Any, np.ndarray]:
    x, x_bad = read_coordinates(east)
    y, y_bad = read_coordinates(north)
    is_bad = x_bad | y_bad | (np.isnan(x) ^ np.isnan(y))
    geometry = np.full(len(x), None, dtype=object)
    is_placed = ~(np.isnan(x) | np.isnan(y))
    geometry[is_placed] = shapely.points(x[is_placed], y[is_placed])
    return geometry, is_bad


def read_coordinates(values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Read a column of coordinates; give numbers (NaN where empty) and a mask of the cells that are none."""
    text = to_text(values)
    numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float)
    rest = np.flatnonzero(text.notna().to_numpy(dtype=bool) & ~np.isfinite(numbers))
    for position in rest:
        parsed = parse_number(str(text.iloc[position]))
        numbers[position] = np.nan if parsed is None else parsed
    is_bad = np.zeros(len(numbers), dtype=bool)
    is_bad[rest] = np.isnan(numbers[rest])
    return numbers, is_bad
