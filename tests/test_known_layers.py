"""Layers that an earlier build kept: a changed one is taken over but for the rows that changed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from region_fixtures import SmallRegion

from geozones import cache, pipeline
from geozones.config import Config, load_config
from geozones.fingerprints import RowHashes, hash_rows
from geozones.pipeline.known_layers import KnownLayers
from geozones.pipeline.stages import Stopwatch

BY_ROWS = "rows differ from before, they alone are checked."


@pytest.fixture
def region(small_region: SmallRegion) -> SmallRegion:
    """A region whose plots are a GeoParquet file."""
    folder = small_region.config.parent
    gpd.read_file(small_region.layer("plots")).to_parquet(folder / "plots.parquet")
    text = small_region.config.read_text("utf-8")
    small_region.config.write_text(text.replace('"plots.geojson"', '"plots.parquet"'), "utf-8")
    return small_region


def settings_of(region: SmallRegion) -> Config:
    return load_config(region.config, environ={})


def edit(region: SmallRegion, row: int, column: str, value: Any) -> None:
    path = region.config.parent / "plots.parquet"
    plots = gpd.read_parquet(path)
    plots.loc[row, column] = value
    plots.to_parquet(path)


def check(region: SmallRegion, **options: Any) -> tuple[pipeline.CheckedRegion, str]:
    """Read and check, as one build does; says what became of the plots."""
    config = settings_of(region)
    store = cache.Store(config.state_dir / cache.FOLDER, **options)
    watch = Stopwatch(None)
    checked = pipeline.check_region(config, watch=watch, store=store)
    store.forget_unused()
    return checked, next(str(reason) for _, reason in watch.reasons if "plots" in str(reason))


def require_same(one: pipeline.CheckedRegion, other: pipeline.CheckedRegion) -> None:
    for mine, theirs in zip(one.layers, other.layers, strict=True):
        assert (mine.key, mine.read, mine.provenance) == (theirs.key, theirs.read, theirs.provenance)
        assert list(hash_rows(mine.table)) == list(hash_rows(theirs.table))
        pd.testing.assert_series_equal(mine.table.dtypes, theirs.table.dtypes)
    assert list(hash_rows(one.issues)) == list(hash_rows(other.issues))


def test_a_changed_row_alone_is_checked_build_after_build(region: SmallRegion) -> None:
    assert check(region)[1] == "Layer plots: read and checked."
    for number in range(3):
        edit(region, number, "need_power_kw", 123.0 + number)
        by_rows, said = check(region)
        assert said.endswith(BY_ROWS)
        assert ": 1 of " in said
        whole, _ = check(region, is_read=False)
        require_same(by_rows, whole)
        plots = by_rows.tables.plots
        assert plots["need_power_kw"].iloc[: number + 1].tolist() == [123.0 + row for row in range(number + 1)]


def test_what_was_put_together_is_kept_for_the_next_build(region: SmallRegion) -> None:
    check(region)
    edit(region, 0, "need_power_kw", 123.0)
    by_rows, _ = check(region)
    recalled, said = check(region)
    assert said == "Layer plots: its bytes are as before, it is not read again."
    require_same(recalled, by_rows)


def test_rows_stay_known_while_nothing_changes(region: SmallRegion) -> None:
    for _ in range(4):
        check(region)
    edit(region, 2, "price_kzt", 5.0)
    assert check(region)[1].endswith(BY_ROWS)


def test_rows_stay_known_while_older_ones_are_back(region: SmallRegion, tmp_path: Path) -> None:
    path = region.config.parent / "plots.parquet"
    shutil.copy(path, tmp_path / "first")
    check(region)
    edit(region, 0, "need_power_kw", 1.0)
    check(region)
    for _ in range(3):
        shutil.copy(tmp_path / "first", path)
        assert check(region)[1] == "Layer plots: its bytes are as before, it is not read again."
    edit(region, 1, "need_power_kw", 2.0)
    assert ": 2 of " in check(region)[1]


def test_a_source_that_is_replaced_while_it_is_read_leaves_nothing_behind(
    region: SmallRegion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is known already takes the place of one that was just read by rows; the zones are others."""
    path = region.config.parent / "plots.parquet"
    shutil.copy(path, tmp_path / "first")
    plots = gpd.read_parquet(path)
    points = shapely.get_coordinates(plots.geometry.iloc[0]) + np.array([2e-5, 0.0])
    edit(region, 1, "geometry", shapely.Polygon(points))
    shutil.copy(path, tmp_path / "overlapping")
    check(region)
    region.edit(
        "zones",
        lambda features: [
            {**features[0], "properties": {**features[0]["properties"], "name_en": "Other"}},
            *features[1:],
        ],
    )
    shutil.copy(tmp_path / "first", path)
    check(region)
    edit(region, 9, "need_power_kw", 1.0)
    read = KnownLayers._read_rows

    def read_and_replace(*given: Any) -> Any:
        found = read(*given)
        shutil.copy(tmp_path / "overlapping", path)
        return found

    monkeypatch.setattr(KnownLayers, "_read_rows", read_and_replace)
    checked, _ = check(region)
    monkeypatch.undo()
    assert "plots_overlap" in set(checked.issues["rule"])
    require_same(checked, check(region, is_read=False)[0])


def test_rows_that_are_replaced_while_they_are_recalled_are_those_of_one_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = cache.Store(tmp_path)
    first, second = (RowHashes(name, np.arange(3, dtype=np.uint64) + place) for place, name in enumerate("ab"))
    cache.keep_rows(store, "key", first, layer="a")
    read, seen = Path.read_bytes, []

    def read_and_replace(path: Path) -> bytes:
        content = read(path)
        if not seen:
            seen.append(path)
            cache.keep_rows(store, "key", second, layer="b")
        return content

    monkeypatch.setattr(Path, "read_bytes", read_and_replace)
    found = cache.recall_rows(store, "key")
    monkeypatch.undo()
    assert seen
    assert found is None
    again = cache.recall_rows(store, "key")
    assert again is not None
    assert (again[0].about, list(again[0].hashes), again[1]) == ("b", [1, 2, 3], "b")


def test_a_row_with_a_fault_is_checked_with_the_whole(region: SmallRegion) -> None:
    check(region)
    edit(region, 2, "area_ha", 99.0)
    checked, said = check(region)
    assert said == "Layer plots: read and checked."
    assert "area_differs" in set(checked.issues["rule"])
    edit(region, 3, "need_power_kw", 7.0)
    assert check(region)[1].endswith(BY_ROWS)


def test_a_changed_plot_is_checked_against_its_neighbours(region: SmallRegion) -> None:
    """Another zone, and a step of ten centimetres: both are faults of the region, not of the row."""
    check(region)
    plots = gpd.read_parquet(region.config.parent / "plots.parquet")
    other = plots["zone_id"].iloc[-1]
    edit(region, 0, "zone_id", other)
    by_rows, said = check(region)
    assert said.endswith(BY_ROWS)
    require_same(by_rows, check(region, is_read=False)[0])
    outside = by_rows.issues[by_rows.issues["rule"] == "plot_outside_zone"]
    assert list(outside["feature_key"]) == [plots["plot_id"].iloc[0]]
    edit(region, 0, "zone_id", plots["zone_id"].iloc[0])
    points = shapely.get_coordinates(plots.geometry.iloc[1]) + np.array([2e-6, 0.0])
    edit(region, 1, "geometry", shapely.Polygon(points))
    by_rows, said = check(region)
    assert ": 2 of " in said
    require_same(by_rows, check(region, is_read=False)[0])
    assert "plot_outside_zone" not in set(by_rows.issues["rule"])


def test_other_settings_of_the_layer_know_no_rows(region: SmallRegion) -> None:
    check(region)
    text = region.config.read_text("utf-8")
    source = 'source = "plots.parquet"'
    region.config.write_text(text.replace(source, f"{source}\ntime_limit_s = 90"), "utf-8")
    edit(region, 2, "price_kzt", 5.0)
    assert check(region)[1] == "Layer plots: read and checked."


@pytest.mark.parametrize("kind", ["rows", "layers"])
def test_a_damaged_entry_is_not_taken(region: SmallRegion, kind: str) -> None:
    check(region)
    entries = settings_of(region).state_dir / cache.FOLDER / kind
    for file in entries.rglob("*.npy" if kind == "rows" else "table.arrow"):
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
    edit(region, 2, "price_kzt", 5.0)
    checked, said = check(region)
    assert said == "Layer plots: read and checked."
    require_same(checked, check(region, is_read=False)[0])


def test_rows_of_another_layer_are_not_put_into_this_one(region: SmallRegion, tmp_path: Path) -> None:
    """The file goes back to what it was before the last build: its rows are compared with those of that build."""
    path = region.config.parent / "plots.parquet"
    check(region)
    shutil.copy(path, tmp_path / "first")
    edit(region, 0, "need_power_kw", 1.0)
    check(region)
    shutil.copy(tmp_path / "first", path)
    edit(region, 1, "need_power_kw", 2.0)
    by_rows, said = check(region)
    assert ": 2 of " in said
    require_same(by_rows, check(region, is_read=False)[0])
    shapes = np.asarray(by_rows.tables.plots.geometry.array)
    assert not shapely.is_missing(shapes).any()
