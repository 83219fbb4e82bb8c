"""Tables without geometry → geometry: WKT, a pair of coordinate columns, or a list of corners per id."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geozones.checks.issues import make_issues
from geozones.checks.values import parse_number, to_text
from geozones.layers.layer import RawTable
from geozones.tables.contract import GeometryKind

_WKT_NAMES = ("geometry", "wkt", "geom", "the_geom", "геометрия", "wkb_geometry", "wkb", "shape")
_LON_NAMES = ("lon", "long", "lng", "longitude", "долгота", "бойлық")
_LAT_NAMES = ("lat", "latitude", "широта", "ендік")
_PAIRS = (("lon", "lat", _LON_NAMES, _LAT_NAMES), ("x", "y", ("x",), ("y",)))
_WGS84 = "EPSG:4326"
_SRID = r"(?s)(?i)\A(?:SRID=(\d+)\s*;)?\s*(.*)\Z"
_HEX = r"0[01](?:[0-9A-Fa-f]{2}){8,}"
_DEGREES = re.compile(
    r"(?P<sign>[-−])?\s*(?P<half>[NSEWСЮВЗ])?\s*(?P<d>\d{1,3}(?:[.,]\d+)?)\s*(?:°|º|град\.?|d)\s*"
    r"(?:(?P<m>\d{1,2}(?:[.,]\d+)?)\s*(?:'|′|’|мин\.?|m)\s*)?"
    r"(?:(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|”|''|сек\.?|s)\s*)?(?P<side>[NSEWСЮВЗ]|[сСюЮ]\.?\s*ш\.?|[вВзЗ]\.?\s*д\.?)?",
    re.IGNORECASE,
)


_BARE_DEGREES = re.compile(
    r"(?P<sign>-)?(?P<half>(?!))?(?P<d>\d{1,3}) (?P<m>\d{1,2}) (?P<s>\d{1,2}(?:[.,]\d+)?)(?P<side>(?!))?"
)


def find_place_columns(sources: dict[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Find the columns of the place: `geometry` (WKT), `lon` and `lat`, or `x` and `y`; {} where none.

    With `vertex` among them, each row is one corner of the thing that its key names.
    """
    folded = {name.casefold(): name for name in reversed(names)}

    def find(key: str, usual: tuple[str, ...]) -> str | None:
        return sources.get(key) or next((folded[name] for name in usual if name in folded), None)

    if wkt := find("geometry", _WKT_NAMES):
        return {"geometry": wkt}
    for east, north, east_names, north_names in _PAIRS:
        first, second = find(east, east_names), find(north, north_names)
        if first and second:
            vertex = sources.get("vertex")
            return {east: first, north: second} | ({"vertex": vertex} if vertex else {})
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
        geometry, is_bad, stated = _read_wkt(raw.cells[places["geometry"]])
        shown = raw.cells[places["geometry"]]
        crs = raw.crs or stated
    else:
        east, north = list(places.values())[:2]
        geometry, is_bad = _read_points(raw.cells[east], raw.cells[north])
        shown = to_text(raw.cells[east]).fillna("") + " " + to_text(raw.cells[north]).fillna("")
        crs = _WGS84 if "lon" in places else raw.crs
    placed = replace(raw, geometry=geometry, crs=crs)
    if not is_bad.any():
        return placed
    issues = make_issues(
        "place_bad", layer=key, rows=raw.cells.index[is_bad],
        params={"value": [str(text)[:60] for text in shown[is_bad]]}, action="quarantined",
    )  # fmt: skip
    aside = raw.cells[is_bad].assign(rule="place_bad")
    quarantine = aside if raw.quarantine is None else pd.concat([raw.quarantine, aside])
    return replace(
        placed, cells=raw.cells[~is_bad], geometry=geometry[~is_bad], issues=(*raw.issues, issues),
        quarantine=quarantine,
    )  # fmt: skip


def _read_wkt(values: pd.Series) -> tuple[Any, np.ndarray, str | None]:
    """Read WKT, or WKB in hex digits as databases write it; an SRID that all shapes share is their CRS."""
    text = to_text(values)
    parts = text.str.extract(_SRID, expand=True)
    words = parts[1].astype("object").where(text.notna(), None).to_numpy()
    is_hex = text.str.fullmatch(_HEX).to_numpy(dtype=bool, na_value=False)
    geometry = np.full(len(words), None, dtype=object)
    with np.errstate(invalid="ignore"):
        geometry[~is_hex] = shapely.from_wkt(words[~is_hex], on_invalid="ignore")
        geometry[is_hex] = shapely.from_wkb(words[is_hex], on_invalid="ignore")
    numbers = pd.to_numeric(parts[0]).fillna(0).to_numpy(dtype=int)
    geometry[~is_hex] = shapely.set_srid(geometry[~is_hex], numbers[~is_hex])
    srids = np.unique(shapely.get_srid(geometry[~shapely.is_missing(geometry)]))
    crs = f"EPSG:{srids[0]}" if len(srids) == 1 and srids[0] else None
    return geometry, shapely.is_missing(geometry) & text.notna().to_numpy(dtype=bool), crs


def _read_points(east: pd.Series, north: pd.Series) -> tuple[Any, np.ndarray]:
    x, x_bad = read_coordinates(east)
    y, y_bad = read_coordinates(north)
    is_bad = x_bad | y_bad | (np.isnan(x) ^ np.isnan(y))
    geometry = np.full(len(x), None, dtype=object)
    is_placed = ~(np.isnan(x) | np.isnan(y))
    geometry[is_placed] = shapely.points(x[is_placed], y[is_placed])
    return geometry, is_bad


def read_coordinates(values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Read a column of coordinates: numbers, also with a comma, or degrees, minutes and seconds.

    Returns
    -------
    tuple
        Numbers (NaN where the cell is empty or not understood), and a mask of the cells not understood.
    """
    text = to_text(values)
    numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float, na_value=np.nan).copy()
    numbers[~np.isfinite(numbers)] = np.nan
    rest = np.flatnonzero(text.notna().to_numpy(dtype=bool) & np.isnan(numbers))
    for position in rest:
        parsed = parse_coordinate(str(text.iloc[position]))
        numbers[position] = np.nan if parsed is None else parsed
    is_bad = np.zeros(len(numbers), dtype=bool)
    is_bad[rest] = np.isnan(numbers[rest])
    return numbers, is_bad


def parse_coordinate(text: str) -> float | None:
    """Read one coordinate; None where it is not one.

    >>> parse_coordinate("68,25"), parse_coordinate("43°17'50.4\\"N"), parse_coordinate("68°15'06″ в.д.")
    (68.25, 43.297333333333334, 68.25166666666667)
    """
    is_bare = _BARE_DEGREES.fullmatch(text.strip())
    if not is_bare and (number := parse_number(text)) is not None:
        return number
    found = is_bare or _DEGREES.fullmatch(text.strip())
    if found is None:
        return None
    degrees, minutes, seconds = (float((found[name] or "0").replace(",", ".")) for name in ("d", "m", "s"))
    if minutes >= 60 or seconds >= 60:
        return None
    value = degrees + minutes / 60 + seconds / 3600
    side = ((found["side"] or found["half"] or " ")[0]).upper()
    return -value if found["sign"] or side in "SWЮЗ" else value


def join_corners(raw: RawTable, key_column: str, vertex_column: str, *, kind: GeometryKind, key: str) -> RawTable:
    """Join corners, one a row, into one polygon or line a key.

    Parameters
    ----------
    raw
        Points; `key_column` and `vertex_column` are among its source columns.
    kind
        Polygons, or lines where the role needs lines.

    Returns
    -------
    RawTable
        One row a key, with the cells and the row number of its first corner, in the order of first appearance.
        `read` counts the things, not the corners. Things of too few corners, and those with a corner twice, an
        empty place or a number of a corner missing, are in the quarantine.
    """
    cells = raw.cells.assign(
        _thing=to_text(raw.cells[key_column]).to_numpy(),
        _order=pd.to_numeric(to_text(raw.cells[vertex_column]), errors="coerce").to_numpy(dtype=float),
    )
    needed = 2 if kind == "line" else 3
    named, nameless = _split_by_name(raw.quarantine, key_column)
    aside = dict.fromkeys(to_text(named[key_column]).dropna(), "place") if len(named) else {}
    rows, shapes, bad_rows, reasons = [], [], [], []
    for thing, corners in cells.groupby("_thing", sort=False, dropna=False):
        ordered = corners.sort_values("_order", kind="stable")
        points = raw.geometry[cells.index.get_indexer(ordered.index)]
        reason = _find_fault(ordered["_order"], points, needed, is_cut=thing in aside)
        if reason:
            bad_rows.append(corners.index[0])
            reasons.append(reason)
            continue
        rows.append(corners.index[0])
        shapes.append(shapely.linestrings([points])[0] if kind == "line" else shapely.Polygon(points))
    lost = [name for name in aside if name not in set(cells["_thing"])]
    first = _first_rows(named, key_column) if len(named) else {}
    bad_rows += [first[name] for name in lost]
    reasons += ["place"] * len(lost)
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    joined = replace(
        raw, cells=raw.cells.loc[rows], geometry=geometry, read=len(rows) + len(bad_rows) + len(nameless),
        quarantine=nameless if len(nameless) else None,
    )  # fmt: skip
    if not bad_rows:
        return joined
    issues = make_issues("corners_bad", layer=key, rows=bad_rows, params={"reason": reasons}, action="quarantined")
    everything = pd.concat([raw.cells, named]) if len(named) else raw.cells
    quarantine = everything.loc[bad_rows].assign(rule="corners_bad")
    if len(nameless):
        quarantine = pd.concat([nameless, quarantine])
    return replace(joined, issues=(*raw.issues, issues), quarantine=quarantine)


def _split_by_name(quarantine: pd.DataFrame | None, key_column: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the rows set aside into those that say to which thing they belong, and those that do not."""
    if quarantine is None or key_column not in quarantine:
        return pd.DataFrame(), pd.DataFrame() if quarantine is None else quarantine
    has_name = to_text(quarantine[key_column]).notna().to_numpy(dtype=bool)
    return quarantine[has_name], quarantine[~has_name]


def _first_rows(quarantine: pd.DataFrame, key_column: str) -> dict[str, int]:
    names = to_text(quarantine[key_column])
    return {str(name): int(row) for row, name in reversed(list(names.items())) if isinstance(name, str)}


def _find_fault(order: pd.Series, points: np.ndarray, needed: int, *, is_cut: bool) -> str:
    """Say what is wrong with the corners of one thing; empty where nothing is."""
    if is_cut or shapely.is_missing(points).any():
        return "place"
    if order.isna().any() or order.duplicated().any():
        return "order"
    if (np.diff(order.to_numpy()) != 1).any():
        return "gap"
    return "few" if len(set(map(tuple, shapely.get_coordinates(points)))) < needed else ""
