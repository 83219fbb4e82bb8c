"""Plots in tiles: what is written is read back here, byte by byte, as the scripts of a page read it."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders import CRS, make_square
from pyproj import Transformer

from geozones.maps import PlotsLayer
from geozones.maps.plots_layer import tile_table
from geozones.maps.tiles.index_shards import digits, fold, make_shards, plain_numbers
from geozones.maps.tiles.values import number_block
from geozones.maps.tiles.world import STEPS_PER_M, to_world


def read_number(content: Iterator[int]) -> int:
    value, shift = 0, 0
    for byte in content:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            break
    return value


def read_signed(content: Iterator[int]) -> int:
    value = read_number(content)
    return -((value + 1) >> 1) if value & 1 else value >> 1


def read_part(content: bytes) -> dict[int, list[list[tuple[int, int]]]]:
    """Read one part of outlines: rings by place."""
    stream, found, place, x, y = iter(content), {}, 0, 0, 0
    while True:
        first = next(stream, None)
        if first is None:
            return found
        place += read_number(iter([first, *stream_rest(first, stream)]))
        rings = []
        for _ in range(read_number(stream)):
            ring = []
            for _ in range(read_number(stream)):
                x, y = x + read_signed(stream), y + read_signed(stream)
                ring.append((x, y))
            rings.append(ring)
        found[place] = rings


def stream_rest(first: int, stream: Iterator[int]) -> list[int]:
    rest = []
    while first >= 128:
        first = next(stream)
        rest.append(first)
    return rest


class Written:
    """What a set of tiles wrote, unpacked."""

    def __init__(self, plots: gpd.GeoDataFrame) -> None:
        self.tiled = tile_table(plots)
        self.scripts = dict(self.tiled.scripts())
        name, listed = list(self.scripts.items())[-1]
        assert name.startswith("plots-")
        self.manifest = json.loads(listed[listed.index(b",") + 1 : listed.rindex(b")")])

    def unpack(self, name: str) -> bytes:
        letters = re.fullmatch(rb'GZ\.take\("\w+",\(\)=>\{/\*([\w+/=]*)\*/\}\);\n', self.scripts[name])
        assert letters
        return zlib.decompress(base64.b64decode(letters.group(1)), -15)

    def level(self, zoom: int) -> dict[int, Any]:
        level = next(each for each in self.manifest["levels"] if each["zoom"] == zoom)
        return {place: rings for part in level["parts"] for place, rings in read_part(self.unpack(part)).items()}


def make_plots(shapes: list[Any], **columns: Any) -> gpd.GeoDataFrame:
    ids = [f"p{place}" for place in range(len(shapes))]
    return gpd.GeoDataFrame({"plot_id": ids, **columns}, geometry=shapes, crs=CRS)


SQUARES = [make_square(x * 150.0, y * 150.0, 100.0) for x in range(6) for y in range(4)]


def place_on_map(shape: Any) -> Any:
    """Place a shape on the web map in metres from its corner, y to the south."""
    transformer = Transformer.from_crs(CRS, "EPSG:3857", always_xy=True)
    half = 20_037_508.342789244
    placed = shapely.transform(shape, transformer.transform, interleaved=False)
    return shapely.transform(placed, lambda xy: np.column_stack([xy[:, 0] + half, half - xy[:, 1]]))


def test_every_outline_is_written_to_a_tenth_of_a_metre() -> None:
    written = Written(make_plots(SQUARES))
    outlines = written.level(20)
    assert sorted(outlines) == list(range(len(SQUARES)))
    for place, (ring,) in outlines.items():
        got = shapely.Polygon([(x / STEPS_PER_M, y / STEPS_PER_M) for x, y in ring])
        expected = place_on_map(SQUARES[written.tiled.order[place]])
        assert shapely.hausdorff_distance(got, expected) < 0.11


def test_a_level_holds_what_is_a_pixel_large_and_thins_it() -> None:
    angles = np.linspace(0, 2 * np.pi, 100_001)[:-1]
    round_plot = shapely.Polygon(np.column_stack([np.cos(angles), np.sin(angles)]) * 900.0 + [500_000, 4_700_000])
    written = Written(make_plots([round_plot, make_square(5_000, 0, 30)]))
    assert sum(len(ring) for rings in written.level(20).values() for ring in rings) > 50_000
    assert [len(rings) for rings in written.level(9).values()] == [1]
    assert 8 <= sum(len(ring) for rings in written.level(11).values() for ring in rings) < 60


def test_holes_and_parts_stay_apart() -> None:
    shape = shapely.union_all(
        [make_square(0, 0, 100).difference(make_square(30, 30, 40)), make_square(300, 0, 50)]
    )
    rings = Written(make_plots([shape])).level(20)[0]
    assert sorted(shapely.LinearRing(ring).is_ccw for ring in rings) == [False, True, True]


def test_a_plot_without_shape_is_listed_and_not_drawn() -> None:
    written = Written(make_plots([*SQUARES[:2], None]))
    assert written.manifest["count"] == 3
    assert len(written.level(20)) == 2


def test_the_same_plots_give_the_same_bytes_in_any_process() -> None:
    plots = make_plots(SQUARES)
    assert Written(plots).scripts == Written(plots).scripts


def test_many_points_are_placed_between_exact_nodes() -> None:
    points = np.random.default_rng(1).uniform((400_000, 4_500_000), (430_000, 4_530_000), (60_000, 2))
    exact = np.vstack([to_world(points[:30_000], CRS), to_world(points[30_000:], CRS)])
    assert np.abs(to_world(points, CRS) - exact).max() < 0.15


def test_the_index_of_the_search_is_in_order_and_whole() -> None:
    import pyarrow as pa

    keys = ["7", "10", None, "7", "", "а1"]
    shards = make_shards(pa.array(keys))
    (content,) = (json.loads(content) for content in shards.contents)
    places = np.cumsum(content["r"]).tolist()
    assert (content["k"], content["c"], places) == (["10", "7", "а1"], [1, 2, 1], [1, 0, 3, 5])


@pytest.mark.parametrize(
    ("write", "text", "key"),
    [
        (digits, "19-309:035 0042", "193090350042"),
        (plain_numbers, " 007Ә ", "7а"),
        (fold, "«ЖШС»\u202e Ү", "жшс у"),
    ],
)
def test_keys_are_written_as_people_type(write: Any, text: str, key: str) -> None:
    import pyarrow as pa

    assert write(pa.array([text])).to_pylist() == [key]


def test_few_plots_stay_in_the_page() -> None:
    assert PlotsLayer(make_plots(SQUARES)).tiled is None


def test_a_column_takes_as_few_bytes_as_its_largest_number() -> None:
    blocks = [number_block("far", values) for values in ([1, 254], [1, 255], [np.nan, np.nan], [70_000, 0])]
    assert [len(block.content) // 2 for block in blocks] == [1, 2, 1, 3]
    assert blocks[2].content == b"\xff\xff"
