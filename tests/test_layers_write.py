"""Round trips: what is written comes back with its text, CRS, counts and geometry."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from corpus import UTM, lines, plots, points
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geozones.crs import convert_geometries, name_crs
from geozones.errors import UsageError
from geozones.layers import WRITABLE, describe_file, write_layer
from geozones.layers.opening import read_source
from geozones.layers.places import place_rows

IN_DEGREES = (".geojson", ".json", ".kml")
WORDS = st.text("абвАБВәғқңөұүһіӘҒҚ abcXYZ019 -«»№", min_size=1, max_size=20).map(str.strip).filter(bool)


def round_trip(table: gpd.GeoDataFrame, path: Path) -> tuple[gpd.GeoDataFrame, str | None]:
    write_layer(table, path)
    raw = read_source(path, key="x", shown=path.name)
    if path.suffix in (".csv", ".xlsx"):
        raw = place_rows(raw, {"geometry": "geometry"}, key="x")
    return gpd.GeoDataFrame(raw.cells, geometry=raw.geometry), raw.crs


@pytest.mark.parametrize("suffix", WRITABLE)
@pytest.mark.parametrize("table", [plots(), lines(), points()], ids=["polygons", "lines", "points"])
def test_round_trips(table: gpd.GeoDataFrame, suffix: str, tmp_path: Path) -> None:
    back, crs = round_trip(table, tmp_path / f"layer{suffix}")
    key = str(table.columns[0])
    if key not in back:  # KML calls it otherwise
        key = next(name for name in back.columns if set(back[name].dropna()) >= set(table[key]))
    back = back.sort_values(key).reset_index(drop=True)
    assert len(back) == len(table)
    original = np.asarray(table.geometry.array)
    if suffix in IN_DEGREES:
        original, _ = convert_geometries(original, UTM, describe_crs("EPSG:4326"))
    distance = shapely.hausdorff_distance(original, shapely.force_2d(np.asarray(back.geometry.array)))
    assert distance.max() < (1e-8 if suffix in IN_DEGREES else 1e-3)
    assert name_crs(describe_crs(str(crs))) == ("EPSG:4326" if suffix in IN_DEGREES else "EPSG:32642")
    for column in ("number", "name"):
        if column in table and column in back:
            assert back[column].tolist() == table[column].tolist()


def describe_crs(text: str) -> object:
    from geozones.crs import parse_crs

    return parse_crs(text)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(WORDS, min_size=3, max_size=3),
    suffix=st.sampled_from([".gpkg", ".geojson", ".shp", ".fgb", ".parquet", ".csv", ".xlsx", ".tab"]),
)
def test_text_survives(words: list[str], suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"layer{suffix}"
    for old in tmp_path.glob("layer.*"):
        old.unlink()
    back, _ = round_trip(plots(number=[f"№{word}" for word in words]), path)
    assert sorted(back["number"]) == sorted(f"№{word}" for word in words)


def test_a_description_says_what_is_there(tmp_path: Path) -> None:
    write_layer(plots(), tmp_path / "plots.gpkg")
    description = describe_file(tmp_path / "plots.gpkg")
    (layer,) = description.layers
    assert (description.driver, layer.features, layer.geometry, layer.crs) == ("GPKG", 3, "Polygon", "EPSG:32642")
    assert layer.columns == ("plot_id", "zone_id", "number", "area_ha")
    assert layer.bounds == (500_000.0, 4_700_000.0, 500_400.0, 4_700_100.0)


def test_a_kind_that_is_not_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.gpkg"):
        write_layer(plots(), tmp_path / "plots.dwg")
