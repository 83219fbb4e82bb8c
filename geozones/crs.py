"""Coordinate reference systems: reading their names, converting between them, hectares on the ground.

Coordinates are always (lon, lat) or (easting, northing), whatever order an authority writes. Every way between two
datums is pinned here: PROJ picks among several Pulkovo 1942 operations that differ by up to 21 m, and falls
back on a "ballpark" one, which moves nothing, where it knows none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray
from pyproj import CRS, Geod, Proj, Transformer
from pyproj.exceptions import CRSError as ProjCrsError
from pyproj.exceptions import ProjError

from geozones.errors import CrsError
from geozones.i18n import N_

WGS84 = CRS.from_epsg(4326)

PULKOVO_OPERATION = "EPSG:15865"
PULKOVO_ACCURACY_M = 4.5
_PULKOVO_TO_WGS84 = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 "
    "+step +proj=cart +ellps=krass "
    "+step +proj=helmert +x=25 +y=-141 +z=-78.5 +rx=0 +ry=-0.35 +rz=-0.736 +s=0 +convention=coordinate_frame "
    "+step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)

QAZTRF_OPERATION = "EPSG:10965"
QAZTRF_ACCURACY_M = 1.0
_QAZTRF_GEOGRAPHIC = (
    'BASEGEOGCRS["QazTRF-23",DATUM["Kazakhstan Terrestrial Reference Frame 2023",'
    'ELLIPSOID["GRS 1980",6378137,298.257222101,LENGTHUNIT["metre",1]],ID["EPSG",1417]],'
    'PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]]{id}]'
)
_QAZTRF_ZONES = {10942 + number: 8 + number for number in range(8)}

_MOST_THREADS, _WORTH_A_THREAD = 2, 20_000
_LARGE_POLYGON_M = 1_500.0  # beyond it, straight edges and geodesics enclose areas that differ by up to 1e-6
_MAX_AREAL_DISTORTION = 0.01


@dataclass(frozen=True)
class Operation:
    """A way from one CRS to another: its steps, its name and how far its results may be off in metres."""

    steps: tuple[tuple[Transformer, bool], ...]
    name: str
    accuracy_m: float

    def convert(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[Any, Any]:
        """Convert eastings or longitudes and northings or latitudes; points out of reach become infinite."""
        for transformer, is_inverse in self.steps:
            x, y = transformer.transform(x, y, direction="INVERSE" if is_inverse else "FORWARD")
        return x, y


def _qaztrf_wkt(code: int) -> str | None:
    if code in (10940, 10941):
        axes = (
            'CS[ellipsoidal,2],AXIS["geodetic latitude (Lat)",north],AXIS["geodetic longitude (Lon)",east],'
            'ANGLEUNIT["degree",0.0174532925199433]'
        )
        base = _QAZTRF_GEOGRAPHIC.format(id="").removeprefix("BASEGEOGCRS").removesuffix("]")
        return f'GEOGCRS{base},{axes},ID["EPSG",{code}]]'
    if code not in _QAZTRF_ZONES:
        return None
    zone = _QAZTRF_ZONES[code]
    base = _QAZTRF_GEOGRAPHIC.format(id=',ID["EPSG",10941]')
    return (
        f'PROJCRS["QazTRF-23 / Gauss-Kruger zone {zone}",{base},CONVERSION["6-degree Gauss-Kruger zone {zone}",'
        'METHOD["Transverse Mercator",ID["EPSG",9807]],'
        'PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8801]],'
        f'PARAMETER["Longitude of natural origin",{6 * zone - 3},ANGLEUNIT["degree",0.0174532925199433],'
        'ID["EPSG",8802]],PARAMETER["Scale factor at natural origin",1,SCALEUNIT["unity",1],ID["EPSG",8805]],'
        f'PARAMETER["False easting",{zone * 1_000_000 + 500_000},LENGTHUNIT["metre",1],ID["EPSG",8806]],'
        'PARAMETER["False northing",0,LENGTHUNIT["metre",1],ID["EPSG",8807]]],'
        'CS[Cartesian,2],AXIS["easting (E)",east],AXIS["northing (N)",north],LENGTHUNIT["metre",1],'
        f'ID["EPSG",{code}]]'
    )


@cache
def parse_crs(text: str) -> CRS:
    """Make a CRS of its name.

    Parameters
    ----------
    text
        `EPSG:32642`, another authority's code, WKT or a PROJ string. QazTRF-23 (EPSG:10940–10949) is known here
        even where the PROJ data of the installation are older than it.

    Returns
    -------
    CRS
        The horizontal part, where the text names a compound of horizontal and vertical systems.

    Raises
    ------
    CrsError
        Nothing known has this name.
    """
    authority, _, code = text.strip().rpartition(":")
    if code.isdigit() and authority.rstrip(":").upper().endswith("EPSG") and (wkt := _qaztrf_wkt(int(code))):
        return CRS.from_wkt(wkt)
    try:
        return _horizontal(CRS.from_user_input(text.strip()))
    except ProjCrsError as error:
        raise CrsError(
            N_("{crs} is not a known coordinate reference system. Write a code such as EPSG:4326 or EPSG:28412."),
            crs=text[:80],
        ) from error


def _horizontal(crs: CRS) -> CRS:
    if crs.is_compound:
        return _horizontal(crs.sub_crs_list[0])
    return crs


def name_crs(crs: CRS) -> str:
    """Write the short name of a CRS: its authority and code where it has them, else its own name."""
    identifier = crs.to_json_dict().get("id")
    if identifier:
        return f"{identifier['authority']}:{identifier['code']}"
    authority = crs.to_authority(min_confidence=70)
    return ":".join(authority) if authority else str(crs.name)


def _without_bound(crs: CRS) -> CRS:
    return crs.source_crs if crs.is_bound and crs.source_crs is not None else crs


def datum_family(crs: CRS) -> str:
    """Tell which pinned way a CRS takes: `wgs84`, `pulkovo1942`, `qaztrf23`, or else its datum's name."""
    base = _without_bound(_horizontal(crs)).geodetic_crs
    name = (base.datum.name if base is not None and base.datum is not None else "").lower().replace("_", " ")
    name = name.removeprefix("d ")
    if name.startswith(("world geodetic system 1984", "wgs 84", "wgs 1984", "wgs84")):
        return "wgs84"
    if name.startswith("pulkovo 1942") and "(" not in name:
        return "pulkovo1942"
    if "kazakhstan terrestrial reference frame 2023" in name or "qaztrf" in name:
        return "qaztrf23"
    if name.startswith("unknown") and "krass" in name:
        return "pulkovo1942"
    return name


def _steps_to_wgs84(crs: CRS) -> tuple[list[tuple[Transformer, bool]], str, float]:
    """Find the steps from `crs` to (lon, lat) on WGS 84, the operation's name and its accuracy."""
    crs = _without_bound(_horizontal(crs))
    family = datum_family(crs)
    if family == "wgs84":
        return [(Transformer.from_crs(crs, WGS84, always_xy=True), False)], "", 0.0
    if family not in ("pulkovo1942", "qaztrf23"):
        return _generic_step(crs)
    steps = []
    if crs.is_projected:
        steps.append((Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True), False))
    if family == "qaztrf23":
        return steps, QAZTRF_OPERATION, QAZTRF_ACCURACY_M
    return (
        [*steps, (Transformer.from_pipeline(_PULKOVO_TO_WGS84), False)],
        PULKOVO_OPERATION,
        PULKOVO_ACCURACY_M,
    )


def _generic_step(crs: CRS) -> tuple[list[tuple[Transformer, bool]], str, float]:
    try:
        transformer = Transformer.from_crs(crs, WGS84, always_xy=True, allow_ballpark=False)
    except ProjError as error:
        raise CrsError(
            N_(
                "No exact way is known from {crs} to WGS 84; a ballpark one would leave the coordinates tens "
                "of metres"
                " off. Ask the sender for the layer in EPSG:4326."
            ),
            crs=name_crs(crs),
        ) from error
    return [(transformer, False)], transformer.description, max(transformer.accuracy, 0.0)


@cache
def _find_operation(source_wkt: str, target_wkt: str) -> Operation:
    source, target = CRS.from_wkt(source_wkt), CRS.from_wkt(target_wkt)
    if source == target:
        return Operation((), "", 0.0)
    if datum_family(source) == datum_family(target) and not source.is_bound and not target.is_bound:
        return Operation(((Transformer.from_crs(source, target, always_xy=True), False),), "", 0.0)
    there, name, accuracy_m = _steps_to_wgs84(source)
    back, name_back, accuracy_back_m = _steps_to_wgs84(target)
    steps = (*there, *((transformer, True) for transformer, _ in reversed(back)))
    names = " + ".join(part for part in (name, name_back) if part)
    return Operation(steps, names, accuracy_m + accuracy_back_m)


def find_operation(source: CRS, target: CRS) -> Operation:
    """Find the pinned way from one CRS to another.

    Returns
    -------
    Operation
        With the sum of the stated accuracies in metres; 0 where both share a datum.

    Raises
    ------
    CrsError
        Only a ballpark operation leads there.

    Source
    ------
    EPSG:15865 (Pulkovo 1942 to WGS 84, 4.5 m) and EPSG:10965 (QazTRF-23 to WGS 84, 1 m).
    """
    return _find_operation(_horizontal(source).to_wkt(), _horizontal(target).to_wkt())


def convert_geometries(geometries: NDArray[Any], source: CRS, target: CRS) -> tuple[NDArray[Any], float]:
    """Convert shapely geometries from one CRS to another, dropping heights and measures.

    Returns
    -------
    tuple
        The converted geometries in the same order, and the accuracy of the operation in metres. A geometry that
        cannot be expressed in the target gets infinite coordinates.

    Raises
    ------
    CrsError
        Only a ballpark operation leads there.
    """
    operation = find_operation(source, target)
    if shapely.has_z(geometries).any() or shapely.has_m(geometries).any():
        geometries = shapely.force_2d(geometries)
    if not operation.steps:
        return geometries, operation.accuracy_m
    convert: Any = operation.convert
    converted = _in_parts(lambda some: shapely.transform(some, convert, interleaved=False), geometries)
    return converted, operation.accuracy_m


def _in_parts(work: Callable[[NDArray[Any]], NDArray[Any]], shapes: NDArray[Any]) -> NDArray[Any]:
    """Work on many shapes in threads, a part each; the results stand in the order of the shapes."""
    parts = np.array_split(shapes, max(1, min(_MOST_THREADS, len(shapes) // _WORTH_A_THREAD)))
    if len(parts) == 1:
        return work(shapes)
    with ThreadPoolExecutor(len(parts)) as pool:
        return np.concatenate(list(pool.map(work, parts)))


def to_working_crs(table: GeoDataFrame, working: CRS | str) -> tuple[GeoDataFrame, float]:
    """Bring a table into the working CRS of the region.

    Parameters
    ----------
    table
        Any GeoDataFrame with a CRS.

    Returns
    -------
    tuple
        A table with the same rows, columns and index in the working CRS, and the accuracy of the operation in
        metres.

    Raises
    ------
    CrsError
        The table has no CRS, or only a ballpark operation leads to the working one.
    """
    target = parse_crs(working) if isinstance(working, str) else working
    if table.crs is None:
        raise CrsError(N_("The table has no coordinate reference system; give one before converting it."))
    geometries, accuracy_m = convert_geometries(np.asarray(table.geometry.array), table.crs, target)
    return table.set_geometry(GeoSeries(geometries, index=table.index, crs=target)), accuracy_m


def measure_area_m2(
    geometries: Sequence[Any] | NDArray[Any] | GeoSeries, crs: CRS | str, *, is_planar: bool | None = None
) -> NDArray[np.float64]:
    """Measure areas on the ground, on the ellipsoid of the CRS.

    Parameters
    ----------
    geometries
        Valid polygons; a missing geometry measures NaN, a point or line 0.
    crs
        CRS of the coordinates, projected or geographic.
    is_planar
        Whether to measure in the plane of the CRS, each polygon alone, as `measures_alone` says of these and
        others; None asks it of these.

    Returns
    -------
    ndarray
        Square metres in the order given, within 1e-6 of `pyproj.Geod` (planar area over the local areal scale
        of the projection; polygons wider than 1.5 km one by one by `Geod`).
    """
    shapes = np.asarray(geometries, dtype=object)
    system = _measuring_crs(crs)
    areas_m2 = np.full(len(shapes), np.nan)
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    areas_m2[shapely.is_empty(shapes)] = 0.0
    if not present.any():
        return areas_m2
    known = shapes[present]
    if is_planar is None:
        is_planar = measures_alone(shapely.bounds(known), system)
    measure = _measure_in_plane if is_planar else _measure_through_equal_area
    areas_m2[present] = _in_parts(lambda some: measure(some, system), known)
    return areas_m2


def measures_alone(bounds: NDArray[np.float64], crs: CRS | str) -> bool:
    """Tell of shapes with these boxes (n × 4, NaN: none) whether `measure_area_m2` measures each as if alone.

    So it does where areas in the plane of the CRS lie within 1 % of the ground around all of them.
    """
    system = _measuring_crs(crs)
    known = bounds[~np.isnan(bounds).any(axis=1)]
    if not len(known) or not system.is_projected:
        return False
    (left, bottom), (right, top) = known[:, :2].min(axis=0), known[:, 2:].max(axis=0)
    x = np.array([left, right, left, right, (left + right) / 2])
    y = np.array([bottom, bottom, top, top, (bottom + top) / 2])
    try:
        scale = _areal_scale(x, y, system)
    except ProjError:
        return False
    return bool(np.isfinite(scale).all() and (np.abs(scale - 1) < _MAX_AREAL_DISTORTION).all())


def _measuring_crs(crs: CRS | str) -> CRS:
    return _without_bound(_horizontal(parse_crs(crs) if isinstance(crs, str) else crs))


def _measure_in_plane(shapes: NDArray[Any], system: CRS) -> NDArray[np.float64]:
    areas_m2: NDArray[np.float64] = shapely.area(shapes)
    bounds = shapely.bounds(shapes)
    large = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) > _LARGE_POLYGON_M
    small = (areas_m2 > 0) & ~large
    centroids = shapely.centroid(shapes[small])
    areas_m2[small] /= _areal_scale(shapely.get_x(centroids), shapely.get_y(centroids), system)
    large &= areas_m2 > 0
    areas_m2[large] = _measure_by_geod(shapes[large], system)
    return areas_m2


def _areal_scale(x: NDArray[np.float64], y: NDArray[np.float64], system: CRS) -> NDArray[np.float64]:
    if not len(x):
        return np.empty(0)
    lon, lat = Transformer.from_crs(system, system.geodetic_crs, always_xy=True).transform(x, y)
    return np.asarray(Proj(system).get_factors(np.atleast_1d(lon), np.atleast_1d(lat)).areal_scale)


def _measure_through_equal_area(shapes: NDArray[Any], system: CRS) -> NDArray[np.float64]:
    """Measure in an equal-area projection set in the middle of the shapes; wide ones by `Geod`."""
    base: Any = system.geodetic_crs
    lon_lat = shapes if system.is_geographic else convert_geometries(shapes, system, base)[0]
    bounds = shapely.bounds(lon_lat)
    lon, lat = (np.nanmean(bounds[:, 0::2]), np.nanmean(bounds[:, 1::2]))
    geod = base.get_geod()
    to_plane: Any = Transformer.from_pipeline(
        f"+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=laea +lat_0={float(lat)!r} +lon_0={float(lon)!r} +a={geod.a!r} +b={geod.b!r}"
    )
    planar = shapely.transform(lon_lat, to_plane.transform, interleaved=False)
    areas_m2: NDArray[np.float64] = shapely.area(planar)
    extent = shapely.bounds(planar)
    far = np.abs(extent).max(axis=1) > 500_000.0
    large = np.hypot(extent[:, 2] - extent[:, 0], extent[:, 3] - extent[:, 1]) > _LARGE_POLYGON_M
    doubtful = (far | large | ~np.isfinite(areas_m2)) & (shapely.area(shapes) > 0)
    areas_m2[doubtful] = _measure_by_geod(lon_lat[doubtful], base)
    return areas_m2


def _measure_by_geod(shapes: NDArray[Any], system: CRS) -> NDArray[np.float64]:
    base: Any = system.geodetic_crs
    geod: Geod = base.get_geod()
    lon_lat = shapes if system.is_geographic else convert_geometries(shapes, system, base)[0]
    oriented = shapely.orient_polygons(lon_lat)
    return np.array([abs(geod.geometry_area_perimeter(shape)[0]) for shape in oriented], dtype=float)


def degrees_to_metres(lat: float) -> tuple[float, float]:
    """Return how many metres one degree of longitude and one of latitude measure at `lat`."""
    return 111_320.0 * math.cos(math.radians(lat)), 110_950.0
