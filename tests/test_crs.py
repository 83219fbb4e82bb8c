"""Conversions between datums, and hectares on the ground."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod

from geozones.crs import (
    WGS84,
    convert_geometries,
    datum_family,
    find_operation,
    measure_area_m2,
    measures_alone,
    name_crs,
    parse_crs,
    to_working_crs,
)
from geozones.errors import CrsError

UTM = parse_crs("EPSG:32642")
PULKOVO = parse_crs("EPSG:28412")
GEOD = Geod(ellps="WGS84")
ESRI_PULKOVO = (
    'PROJCS["Pulkovo_1942_GK_Zone_12",GEOGCS["GCS_Pulkovo_1942",DATUM["D_Pulkovo_1942",'
    'SPHEROID["Krasovsky_1940",6378245.0,298.3]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",12500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",69.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],'
    'UNIT["Meter",1.0]]'
)


def points(*pairs: tuple[float, float]) -> np.ndarray:
    return shapely.points(np.array(pairs))


def test_axes_are_lon_lat_whatever_the_authority_says() -> None:
    converted, _ = convert_geometries(points((69.0, 42.0)), WGS84, UTM)
    assert shapely.get_x(converted)[0] == pytest.approx(500_000, abs=1e-6)


def test_pulkovo_takes_the_pinned_operation_with_its_accuracy() -> None:
    operation = find_operation(PULKOVO, UTM)
    assert (operation.name, operation.accuracy_m) == ("EPSG:15865", 4.5)


@pytest.mark.parametrize("other", ["EPSG:2502", "EPSG:2539", "EPSG:4284", ESRI_PULKOVO])
def test_every_pulkovo_system_leads_to_the_same_place(other: str) -> None:
    here = points((68.25, 43.29))
    through_gauss, _ = convert_geometries(convert_geometries(here, WGS84, PULKOVO)[0], PULKOVO, UTM)
    through_other, _ = convert_geometries(
        convert_geometries(here, WGS84, parse_crs(other))[0], parse_crs(other), UTM
    )
    assert shapely.distance(through_gauss, through_other)[0] < 1e-6


def test_pulkovo_and_wgs84_lie_65_to_68_metres_apart() -> None:
    here = points((68.25, 43.29))
    moved = convert_geometries(here, parse_crs("EPSG:4284"), WGS84)[0][0]
    assert 60 < GEOD.inv(68.25, 43.29, moved.x, moved.y)[2] < 75


def test_qaztrf_is_known_and_equals_wgs84_within_a_metre() -> None:
    zone_12 = parse_crs("EPSG:10946")
    converted, accuracy_m = convert_geometries(points((69.0, 42.0)), WGS84, zone_12)
    assert accuracy_m == 1.0
    assert shapely.get_x(converted)[0] == pytest.approx(12_500_000, abs=1e-6)
    assert name_crs(zone_12) == "EPSG:10946"


@pytest.mark.parametrize("code", range(10940, 10950))
def test_all_qaztrf_codes_parse(code: int) -> None:
    assert datum_family(parse_crs(f"EPSG:{code}")) == "qaztrf23"


def test_ballpark_operations_are_refused() -> None:
    unknown = CRS.from_wkt(
        WGS84.to_wkt().replace("World Geodetic System 1984", "Nowhere").replace("WGS 84", "Foo")
    )
    with pytest.raises(CrsError, match="ballpark"):
        find_operation(unknown, UTM)


def test_an_unknown_name_says_what_to_write() -> None:
    with pytest.raises(CrsError, match="EPSG:4326"):
        parse_crs("СК-63")


def test_a_table_keeps_its_rows_and_index() -> None:
    table = gpd.GeoDataFrame({"id": ["b", "a"]}, geometry=points((69, 42), (70, 43)), crs=WGS84, index=[7, 3])
    working, accuracy_m = to_working_crs(table, "EPSG:32642")
    assert (list(working.index), list(working["id"]), accuracy_m) == ([7, 3], ["b", "a"], 0.0)
    assert name_crs(working.crs) == "EPSG:32642"


def test_a_table_without_crs_is_refused() -> None:
    with pytest.raises(CrsError):
        to_working_crs(gpd.GeoDataFrame(geometry=points((69, 42))), UTM)


def test_measures_are_dropped_too() -> None:
    lines = shapely.from_wkt(["LINESTRING M (70 43 5, 71 44 6)", "LINESTRING (70 43, 71 44)"])
    converted, _ = convert_geometries(lines, WGS84, WGS84)
    assert not shapely.has_m(converted).any()


def test_heights_are_dropped() -> None:
    converted, _ = convert_geometries(np.array([shapely.Point(69, 42, 300)]), WGS84, UTM)
    assert not shapely.has_z(converted).any()


@given(
    lon=st.floats(65.6, 71.4), lat=st.floats(40.4, 46.1), side_m=st.floats(10, 5000), skew=st.floats(-0.4, 0.4),
    code=st.sampled_from(["EPSG:32642", "EPSG:28412", "EPSG:4326", "EPSG:3857", "EPSG:10946"]),
)  # fmt: skip
def test_areas_agree_with_geod(lon: float, lat: float, side_m: float, skew: float, code: str) -> None:
    corners = [(0, 0), (1, skew), (1.2, 1), (skew, 0.8)]
    ring = [(lon + x * side_m / 82_000, lat + y * side_m / 111_000) for x, y in corners]
    crs = parse_crs(code)
    own, _ = convert_geometries(np.array([shapely.Polygon(ring)]), WGS84, crs)
    base = own if crs.is_geographic else convert_geometries(own, crs, crs.geodetic_crs)[0]
    truth_m2 = abs(crs.get_geod().geometry_area_perimeter(base[0])[0])
    assert measure_area_m2(own, crs)[0] == pytest.approx(truth_m2, rel=1e-6)


def test_a_district_is_measured_on_the_ellipsoid() -> None:
    district = shapely.segmentize(shapely.box(67, 41.5, 68.5, 43), 0.05)
    utm, _ = convert_geometries(np.array([district]), WGS84, UTM)
    truth_m2 = abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(district))[0])
    assert measure_area_m2(utm, UTM)[0] == pytest.approx(truth_m2, rel=1e-9)


def test_areas_of_nothing() -> None:
    shapes = np.array([None, shapely.Polygon(), shapely.Point(500_000, 4_700_000)])
    areas_m2 = measure_area_m2(shapes, UTM)
    assert np.isnan(areas_m2[0])
    assert list(areas_m2[1:]) == [0.0, 0.0]
    assert len(measure_area_m2([], UTM)) == 0


def test_in_the_plane_an_area_does_not_depend_on_the_other_shapes() -> None:
    squares = [shapely.box(x, 4_700_000, x + side, 4_700_000 + side) for x, side in ((3e5, 90), (6e5, 3000))]
    assert measures_alone(shapely.bounds(squares), UTM)
    apart = [measure_area_m2([square], UTM, is_planar=True)[0] for square in squares]
    assert measure_area_m2(squares, UTM).tolist() == apart


def test_distorted_shapes_and_none_at_all_are_not_measured_in_the_plane() -> None:
    assert not measures_alone(np.array([[60.0, 50.0, 61.0, 51.0]]), WGS84)
    assert not measures_alone(np.array([[7e6, 6e6, 7.1e6, 6.1e6]]), "EPSG:3857")
    assert not measures_alone(shapely.bounds([None, shapely.Polygon()]), UTM)
