"""Shapes as integer steps: what is encoded comes back, within a tenth of a metre."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from builders import CRS, make_line, make_square
from hypothesis import given
from hypothesis import strategies as st

from geozones.maps.shapes import STEPS_PER_DEGREE, encode_lines, encode_points, encode_polygons, to_degrees

degrees = st.tuples(st.floats(-180, 180), st.floats(-85, 85))


def decode(steps: list[int]) -> np.ndarray:
    return np.cumsum(np.reshape(steps, (-1, 2)), axis=0) / STEPS_PER_DEGREE


@given(st.lists(degrees, min_size=2, max_size=20))
def test_a_line_comes_back(points: list[tuple[float, float]]) -> None:
    whole = np.rint(np.array(points) * STEPS_PER_DEGREE)
    kept = [True, *np.any(np.diff(whole, axis=0) != 0, axis=1)]
    decoded = decode(encode_lines(np.array([shapely.LineString(points)]))[0][0])
    assert np.abs(decoded * STEPS_PER_DEGREE - whole[kept]).max() < 0.001


def test_a_ring_is_not_closed_again_and_keeps_its_holes() -> None:
    holed = make_square(0, 0, 100).difference(make_square(40, 40, 20))
    ((outer, hole),) = encode_polygons(to_degrees([holed], CRS))[0]
    assert (len(outer), len(hole)) == (8, 8)


def test_several_parts_stay_apart() -> None:
    parts = shapely.union_all([make_square(0, 0, 10), make_square(50, 0, 10)])
    assert len(encode_polygons(to_degrees([parts], CRS))[0]) == 2


@pytest.mark.parametrize("nothing", [shapely.Polygon(), None])
def test_nothing_gives_nothing(nothing: object) -> None:
    assert encode_polygons(np.array([nothing], dtype=object)) == [[]]


def test_steps_of_no_length_are_left_out() -> None:
    line = shapely.LineString([(70, 43), (70.0000001, 43), (70.001, 43)])
    assert encode_lines(np.array([line])) == [[[70_000_000, 43_000_000, 1000, 0]]]


def test_a_point_is_one_vertex() -> None:
    place = to_degrees([make_line((0, 0), (10, 0))], CRS)
    assert len(encode_points(place)[0]) == 2
