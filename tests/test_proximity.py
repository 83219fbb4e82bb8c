"""The nearest line of every plot: cases by hand, brute force, metres on the ellipsoid, coordinates of files."""

from __future__ import annotations

import struct
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
import shapely
from builders import CRS, EASTING, NORTHING, make_line, make_square
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS as Crs
from pyproj import Geod, Transformer
from shapely import (
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from shapely.affinity import translate

from geozones.errors import InputError, MeasureError
from geozones.proximity import (
    ArrangedPlots,
    FlatGeometries,
    NearestIndex,
    arrange,
    find_nearest,
    find_nearest_in_batches,
    flatten,
    hilbert,
    jit,
    kernel,
    measuring,
    nearest,
    segments,
    tree,
    walk,
    warm_up,
    wkb,
)
from geozones.proximity.kernel import TIE_M

RING = Polygon(make_square(0, 0, 100).exterior, [make_square(25, 25, 50).exterior])


def table(shapes: Any, *, crs: Any = CRS, **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def measured(plot: Any, *targets: Any, **options: Any) -> Any:
    """Measure one plot; returns its row."""
    return find_nearest(table([plot]), table(targets), **options).iloc[0]


def planar_m(found: Any) -> Any:
    return np.hypot(found["plot_x"] - found["line_x"], found["plot_y"] - found["line_y"])


def test_measures_from_the_boundary_to_the_nearest_line() -> None:
    row = measured(make_square(0, 0, 100), make_line((400, 0), (400, 100)), make_line((300, 0), (300, 100)))
    assert row["line_id"] == "1"
    assert row["distance_m"] == pytest.approx(200 / 0.9996, abs=1e-3)
    assert (row["plot_x"], row["line_x"]) == (EASTING + 100, EASTING + 300)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(make_line((-50, 50), (150, 50)), id="crosses"),
        pytest.param(make_line((100, 20), (150, 20)), id="touches with its end"),
        pytest.param(make_line((100, -20), (100, 200)), id="runs along the edge"),
        pytest.param(make_line((10, 10), (15, 12)), id="lies inside"),
        pytest.param(Point(EASTING + 10, NORTHING + 10), id="point inside"),
        pytest.param(make_line((100, 100), (200, 200)), id="touches a corner"),
        pytest.param(make_line((0, 0), (0, 0)), id="no length, on a corner"),
    ],
)
def test_touching_crossing_and_containing_give_zero(target: Any) -> None:
    row = measured(RING, target)
    assert row["distance_m"] == 0.0
    assert planar_m(row) == pytest.approx(0.0, abs=1e-9)


def test_inside_a_hole_is_not_inside() -> None:
    assert planar_m(measured(RING, Point(EASTING + 50, NORTHING + 40))) == pytest.approx(15.0)


def test_an_island_in_a_hole_is_inside() -> None:
    island = MultiPolygon([RING, make_square(40, 40, 20)])
    assert measured(island, Point(EASTING + 50, NORTHING + 50))["distance_m"] == 0.0


@pytest.mark.parametrize("shift", [0.0, 1e7])
def test_of_equally_near_lines_the_first_is_taken(shift: float) -> None:
    plot = translate(make_square(0, 0, 100), yoff=shift)
    lines = [make_line((130, 50), (130, 0)), make_line((-30, 0), (-30, 50)), make_line((130, 0), (130, 50))]
    lines = [translate(line, yoff=shift) for line in lines]
    index = NearestIndex(FlatGeometries.from_shapely(np.array([lines[2], *lines])), CRS)
    assert find_planar(index, [plot])[0][0] == 0
    index = NearestIndex(FlatGeometries.from_shapely(np.array([lines[1], *lines])), CRS)
    assert find_planar(index, [plot])[0][0] == 0


def find_planar(index: NearestIndex, plots: Any) -> tuple[Any, Any]:
    """Search without the measuring on the ground, which knows no coordinates of 1e7."""
    arranged = ArrangedPlots.of(FlatGeometries.from_shapely(np.array(plots, dtype=object)))
    target, measures = np.full(len(plots), -1, dtype=np.int32), np.full((5, len(plots)), np.nan)
    kernel.search_tree(arranged, 0, len(plots), index._tree, np.inf, target, measures)
    return nearest.scatter(arranged.order, target, measures)


def test_identical_pipelines_give_the_first_whatever_their_direction() -> None:
    line = make_line((200, 0), (230, 40), (260, 20))
    lines = table([line, line.reverse(), line], line_id=["C", "A", "B"])
    assert find_nearest(table([make_square(0, 0, 100)]), lines)["line_id"].tolist() == ["C"]


def test_empty_and_missing_geometries() -> None:
    plots = table([None, Polygon(), make_square(0, 0, 10)]).set_index(np.array([7, 5, 3]))
    lines = table([None, LineString(), MultiLineString(), make_line((20, 0), (30, 0))], line_id=list("abcd"))
    found = find_nearest(plots, lines)
    assert found.index.tolist() == [7, 5, 3]
    assert found["line_id"].isna().tolist() == [True, True, False]
    assert found.loc[3, "line_id"] == "d"
    assert found.loc[[7, 5]].drop(columns="line_id").isna().all(axis=None)


def test_no_lines_and_no_plots() -> None:
    nothing = find_nearest(table([make_square(0, 0, 10)]), table([], line_id=[]))
    assert nothing.isna().all(axis=None)
    assert find_nearest(table([]), table([make_line((0, 0), (1, 1))])).columns.tolist() == list(nothing.columns)


def test_heights_are_passed_over() -> None:
    plots, lines = table([make_square(0, 0, 10)]), table([make_line((20, 0), (20, 5))])
    high = find_nearest(
        table(shapely.force_3d(plots.geometry.array, 300.0)), table(shapely.force_3d(lines.geometry.array, 9.0))
    )
    assert high.equals(find_nearest(plots, lines))


def test_the_limit_is_compared_on_the_ground() -> None:
    plot, line = make_square(0, 0, 100), make_line((1100, 0), (1100, 100))
    assert measured(plot, line)["distance_m"] == pytest.approx(1000.4, abs=0.01)
    assert np.isnan(measured(plot, line, max_distance_m=1000.2)["distance_m"])
    assert measured(plot, line, max_distance_m=1000.5)["line_id"] == "0"
    assert measured(plot, line, max_distance_m=1000)[["line_id", "plot_x"]].isna().all()


@pytest.mark.parametrize("wrong", [-1.0, float("nan")])
def test_a_greatest_distance_that_is_none_is_refused(wrong: float) -> None:
    plots, lines = table([make_square(0, 0, 10)]), table([make_line((20, 0), (20, 5))])
    with pytest.raises(MeasureError, match="zero metres or more"):
        find_nearest(plots, lines, max_distance_m=wrong)


@pytest.mark.parametrize("crs", [None, "EPSG:4326", "EPSG:3857", "EPSG:2263", "EPSG:3395"])
def test_a_crs_that_gives_no_metres_is_refused(crs: Any) -> None:
    with pytest.raises(MeasureError, match="EPSG:32642"):
        find_nearest(table([make_square(0, 0, 10)], crs=crs), table([make_line((20, 0), (20, 5))], crs=crs))


def test_a_projection_used_far_from_home_is_refused() -> None:
    far = translate(make_square(0, 0, 10), xoff=4_000_000)
    with pytest.raises(MeasureError, match="distorts"):
        find_nearest(table([far]), table([make_line((20, 0), (20, 5))]))


def test_tables_in_different_systems_and_polygons_as_targets_are_refused() -> None:
    plots = table([make_square(0, 0, 10)])
    with pytest.raises(MeasureError, match="different"):
        find_nearest(plots, table([make_line((20, 0), (20, 5))], crs="EPSG:32641"))
    with pytest.raises(MeasureError, match="polygons"):
        find_nearest(plots, plots)


def test_a_compound_crs_is_measured_in_its_horizontal_part() -> None:
    plots, lines = table([make_square(0, 0, 10)]), table([make_line((20, 0), (20, 5))])
    high = "EPSG:32642+5773"
    found = find_nearest(plots.set_crs(high, allow_override=True), lines.set_crs(high, allow_override=True))
    assert found.equals(find_nearest(plots, lines))


# Any geometries against brute force


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Any, Any]:
    """Draw plots and targets on a grid, so that they touch and overlap, anywhere up to coordinates of 1e7."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    size_m = 10.0 ** draw(st.floats(0, 5))
    grid_m = size_m / draw(st.sampled_from([10, 20, 100, 10**9]))
    offset = draw(st.sampled_from([(0.0, 0.0), (EASTING, NORTHING), (1e7, 1e7)]))

    def some(count: int, spread: float) -> Any:
        xy = random.uniform(0, size_m, 2) + random.uniform(0, spread * size_m, (count, 2))
        return np.round(xy / grid_m) * grid_m + offset

    plots = [draw_plot(random, some) for _ in range(draw(st.integers(1, 12)))]
    targets = [draw_target(random, some) for _ in range(draw(st.integers(0, 25)))]
    return np.array(plots, dtype=object), np.array(targets, dtype=object)


def draw_plot(random: np.random.Generator, some: Any) -> Any:
    (left, bottom), (right, top) = np.sort(some(2, 0.3), axis=0)
    across, up = (right - left) / 4, (top - bottom) / 4
    hole = shapely.box(left + across, bottom + up, right - across, top - up)
    shell = shapely.box(left, bottom, right, top)
    ring = Polygon(shell.exterior, [hole.exterior])
    beside = translate(ring, xoff=2 * (right - left) + 1)
    repeated = Polygon(np.repeat(shapely.get_coordinates(shell), 2, axis=0))
    island = MultiPolygon([ring, hole.buffer(-across / 4)]) if across > 0 and up > 0 else shell
    kinds = [
        shell, ring, MultiPolygon([ring, beside]), repeated, island, Point(left, bottom), MultiPoint(some(3, 0.5)),
        LineString(some(9, 0.5)), MultiLineString([some(2, 0.1), some(3, 0.3)]), None, Polygon(),
        MultiPoint(some(6, 0.3)).convex_hull,
    ]  # fmt: skip
    return kinds[random.integers(len(kinds))]


def draw_target(random: np.random.Generator, some: Any) -> Any:
    start, end = some(2, 0.5)
    kinds = [
        LineString(some(2, 1)), LineString(some(30, 1)), MultiLineString([some(3, 0.3), some(12, 0.5)]),
        Point(start), MultiPoint(some(5, 1)), LineString([start, start]), LineString([start, start, end, end]),
        LineString(), None, LineString([start, (start + end) / 2, end]),
    ]  # fmt: skip
    return kinds[random.integers(len(kinds))]


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_planar_distances_equal_brute_force(world: tuple[Any, Any]) -> None:
    plots, targets = world
    target, measures = find_planar(NearestIndex(FlatGeometries.from_shapely(targets), CRS), plots)
    every = shapely.distance(plots[:, None], targets[None, :])
    every = np.where(np.isnan(every), np.inf, every)
    least = every.min(axis=1, initial=np.inf)
    none = np.isinf(least)
    assert (target[none] == -1).all()
    assert np.isnan(measures[:, none]).all()
    if none.all():
        return
    some = np.flatnonzero(~none)
    chosen = every[some, target[some]]
    np.testing.assert_allclose(measures[0, some], least[some], rtol=0, atol=1e-6)
    np.testing.assert_allclose(chosen, least[some], rtol=0, atol=2 * TIE_M)
    first = (every[some] == least[some, None]).argmax(axis=1)
    assert (target[some] <= first).all(), "of equally near targets the first"
    ends = shapely.points(measures[1:, some].T.reshape(-1, 2, 2))
    np.testing.assert_allclose(shapely.distance(ends[:, 0], plots[some]), 0, atol=1e-6)
    np.testing.assert_allclose(shapely.distance(ends[:, 1], targets[target[some]]), 0, atol=1e-6)
    np.testing.assert_allclose(shapely.distance(ends[:, 0], ends[:, 1]), measures[0, some], atol=1e-6)


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_plots_does_not_matter(world: tuple[Any, Any], random: Any) -> None:
    plots, targets = world
    order = list(range(len(plots)))
    random.shuffle(order)
    index = NearestIndex(FlatGeometries.from_shapely(targets), CRS)
    target, measures = find_planar(index, plots)
    shuffled_target, shuffled = find_planar(index, plots[order])
    np.testing.assert_array_equal(shuffled_target, target[order])
    np.testing.assert_array_equal(shuffled, measures[:, order])


def test_threads_and_batches_give_the_same_bytes() -> None:
    random = np.random.default_rng(1)
    corners = np.array((EASTING, NORTHING)) + random.uniform(0, 50_000, (9_000, 2))
    plots = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + 80, corners[:, 1] + 60)
    lines = shapely.linestrings(np.array((EASTING, NORTHING)) + random.uniform(0, 50_000, (300, 5, 2)))
    index = NearestIndex(FlatGeometries.from_shapely(lines), CRS)
    one = index.find(ArrangedPlots.of(FlatGeometries.from_shapely(plots)), threads=1)
    two = index.find(ArrangedPlots.of(FlatGeometries.from_shapely(plots)), threads=3)
    column = pa.array(shapely.to_wkb(plots))
    done: list[int] = []
    parts = find_nearest_in_batches(
        [column[:4_000], column[4_000:]], {"gas": index, "power": index}, on_done=done.append
    )
    assert done == [4_000, 5_000]
    for other in (two, parts["gas"], parts["power"]):
        np.testing.assert_array_equal(other.target, one.target)
        np.testing.assert_array_equal(other.measures, one.measures)


# Metres on the ground

LAMBERT = "+proj=lcc +lat_1=42 +lat_2=54 +lat_0=48 +lon_0=67 +datum=WGS84 +units=m +type=crs"


def country_pairs(random: np.random.Generator, count: int) -> tuple[Any, Any, Any, Any]:
    """Draw pairs of points all over Kazakhstan, from 1 m to 500 km apart, in degrees."""
    lon, lat = random.uniform(46.5, 87.3, count), random.uniform(40.6, 55.4, count)
    far_m = 10 ** random.uniform(0, 5.7, count)
    lon2, lat2, _ = Geod(ellps="WGS84").fwd(lon, lat, random.uniform(0, 360, count), far_m)
    return lon, lat, np.asarray(lon2), np.asarray(lat2)


@pytest.mark.parametrize(
    "crs",
    [
        "EPSG:32642",
        "EPSG:28412",
        "+proj=lcc +lat_1=42 +lat_2=54 +lat_0=48 +lon_0=67 +datum=WGS84 +units=m +type=crs",
    ],
    ids=["UTM", "Pulkovo", "Lambert"],
)
def test_metres_equal_geod_over_the_whole_country(crs: str) -> None:
    system = Crs.from_user_input(crs)
    lon, lat, lon2, lat2 = country_pairs(np.random.default_rng(2), 10_000)
    to_plane = Transformer.from_crs(system.geodetic_crs, system, always_xy=True)
    start, end = (np.column_stack(to_plane.transform(x, y)) for x, y in ((lon, lat), (lon2, lat2)))
    expected = system.get_geod().inv(lon, lat, lon2, lat2)[2]
    ruler = measuring.GroundRuler.of(system, min(start[:, 1].min(), end[:, 1].min()), start[:, 1].max() + 5e5)
    measures = np.ascontiguousarray(np.vstack([np.hypot(*(start - end).T), start.T, end.T]))
    ruler.measure_m(measures, 0, len(lon))
    assert (np.abs(measures[0] - expected) <= np.maximum(0.01, 1e-6 * expected)).all()


@pytest.mark.parametrize("crs", ["EPSG:32642", LAMBERT], ids=["UTM", "Lambert"])
def test_metres_do_not_depend_on_what_else_the_ruler_measures(crs: str) -> None:
    system = Crs.from_user_input(crs)
    random = np.random.default_rng(7)
    start = random.uniform((150_000, 4_600_000), (850_000, 4_604_000), (500, 2))
    ends = start + random.uniform(-60_000, 60_000, (500, 2))
    planar = np.vstack([np.hypot(*(start - ends).T), start.T, ends.T])
    found = []
    for bottom, top in ((4_600_000, 4_604_000), (4_100_000, 4_604_000), (-9e7, 9e7)):
        measures = np.ascontiguousarray(planar)
        measuring.GroundRuler.of(system, bottom, top).measure_m(measures, 0, 500)
        found.append(measures[0].tolist())
    assert found[0] == found[1] == found[2]
    assert (np.array(found[0]) > 0).all()


def test_found_distances_equal_geod_between_the_two_points() -> None:
    random = np.random.default_rng(3)
    corners = random.uniform((250_000, 4_490_000), (750_000, 5_090_000), (1_000, 2))
    plots = table(shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + 100, corners[:, 1] + 100))
    lines = table(shapely.linestrings(random.uniform((250_000, 4_490_000), (750_000, 5_090_000), (9, 2, 2))))
    found = find_nearest(plots, lines)
    to_degrees = Transformer.from_crs(CRS, 4326, always_xy=True)
    start = to_degrees.transform(found["plot_x"], found["plot_y"])
    end = to_degrees.transform(found["line_x"], found["line_y"])
    expected = Geod(ellps="WGS84").inv(*start, *end)[2]
    assert (np.abs(found["distance_m"] - expected) <= np.maximum(0.01, 1e-6 * expected)).all()


# Coordinates straight from the columns of a file

MIXED = np.array(
    [
        RING, None, Point(1, 2), Point(), LineString([(0, 0), (1, 1), (2, 0)]), MultiPoint([(0, 0), (3, 3)]),
        MultiLineString([[(0, 0), (1, 1)], [(5, 5), (6, 6), (7, 5)]]),
        MultiPolygon([RING, make_square(500, 0, 10)]), Polygon(),
        shapely.GeometryCollection([Point(1, 1), make_square(0, 0, 5), make_line((0, 0), (1, 1))]),
    ],
    dtype=object,
)  # fmt: skip


def same(one: FlatGeometries, other: FlatGeometries) -> None:
    for name in ("xy", "path_ends", "path_kinds", "geometry_ends"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("byte_order", [0, 1])
@pytest.mark.parametrize("flavor", ["iso", "extended"])
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
def test_all_kinds_of_wkb_are_read_alike(byte_order: int, flavor: str, dimension: int, kind: Any) -> None:
    shapes = shapely.force_3d(MIXED, 7.0) if dimension == 3 else MIXED
    has_srid = flavor == "extended"
    written = shapely.to_wkb(
        shapely.set_srid(shapes, 32642), byte_order=byte_order, flavor=flavor, include_srid=has_srid
    )
    flat = FlatGeometries.from_arrow(pa.array(written, kind))
    same(flat, FlatGeometries.from_shapely(MIXED))
    assert np.diff(flat.geometry_ends, prepend=0).tolist() == [2, 0, 1, 0, 1, 2, 2, 3, 0, 3]
    assert flat.path_kinds[:2].tolist() == [wkb.SHELL, wkb.HOLE]


def test_slices_of_a_column_are_read_from_their_place() -> None:
    column = pa.array(shapely.to_wkb(MIXED))
    same(FlatGeometries.from_arrow(column[4:7]), FlatGeometries.from_shapely(MIXED[4:7]))


@pytest.mark.parametrize(
    ("encoding", "shapes"),
    [
        ("point", [Point(1, 2), None, Point(3, 4)]),
        ("linestring", [LineString([(0, 0), (1, 1)]), None, LineString([(2, 2), (3, 3), (4, 4)])]),
        ("polygon", [RING, None, make_square(0, 0, 5)]),
        ("multipoint", [MultiPoint([(0, 0), (1, 1)]), None, MultiPoint([(2, 2)])]),
        ("multilinestring", [MIXED[6], None, MIXED[6]]),
        ("multipolygon", [MIXED[7], None, MultiPolygon([RING])]),
    ],
)
@pytest.mark.parametrize("interleaved", [True, False])
def test_geoarrow_gives_the_same_as_wkb(encoding: str, shapes: list[Any], interleaved: bool) -> None:
    series = gpd.GeoSeries(shapes, crs=CRS)
    column = pa.array(series.to_arrow(geometry_encoding="geoarrow", interleaved=interleaved))
    expected = FlatGeometries.from_shapely(np.array(shapes, dtype=object))
    same(FlatGeometries.from_arrow(column, encoding=encoding), expected)
    later = FlatGeometries.from_arrow(column[1:], encoding=encoding)
    same(later, FlatGeometries.from_shapely(np.array(shapes[1:], dtype=object)))


def test_damaged_and_unknown_geometries_are_refused() -> None:
    whole = shapely.to_wkb(MIXED[6])
    for length in range(1, len(whole)):
        with pytest.raises(InputError, match="Geometry 1"):
            FlatGeometries.from_arrow(pa.array([whole, whole[:length]]))
    curve = struct.pack("<BII", 1, 8, 0)
    with pytest.raises(InputError, match="curves"):
        FlatGeometries.from_arrow(pa.array([curve]))
    with pytest.raises(InputError, match="encoding"):
        FlatGeometries.from_arrow(pa.array([whole]), encoding="curve")


def test_coordinates_that_are_not_finite_are_passed_over() -> None:
    bad = Polygon([(0, 0), (np.inf, 1), (1, 1), (0, 0)])
    found = find_nearest(table([bad, make_square(0, 0, 10)]), table([make_line((20, 0), (20, 5))]))
    assert found["line_id"].isna().tolist() == [True, False]


def test_the_curve_visits_neighbours() -> None:
    x, y = np.meshgrid(np.arange(32.0), np.arange(32.0))
    boxes = np.column_stack([x.ravel(), y.ravel(), x.ravel(), y.ravel()])
    path = boxes[np.argsort(hilbert.hilbert_keys(boxes, 0.0, 0.0, 31.0)), :2]
    assert (np.abs(np.diff(path, axis=0)).sum(axis=1) == 1.0).all()


def test_warming_up_compiles_all_that_is_used() -> None:
    warm_up()
    modules = (arrange, flatten, hilbert, kernel, measuring, nearest, segments, tree, walk, wkb)
    kernels = {
        id(value): value for module in modules for value in vars(module).values() if hasattr(value, "signatures")
    }
    before = {key: len(value.signatures) for key, value in kernels.items()}
    test_threads_and_batches_give_the_same_bytes()
    test_the_limit_is_compared_on_the_ground()
    test_slices_of_a_column_are_read_from_their_place()
    assert {key: len(value.signatures) for key, value in kernels.items()} == before


def test_kernels_work_where_no_cache_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**options: Any) -> Any:
        if options.pop("cache", False):
            raise RuntimeError("cannot cache function 'double': no locator available")
        return compile_plainly(**options)

    compile_plainly = jit.numba.njit
    monkeypatch.setattr(jit.numba, "njit", refuse)

    @jit.compiled
    def double(number: int) -> int:
        return 2 * number

    assert double(21) == 42
