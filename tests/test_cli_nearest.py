"""`geozones nearest`: files in, files out, any CRS, clear refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from builders import CRS, EASTING, make_line, make_square
from pyproj import Geod

from geozones.cli.app import run
from geozones.layers.whole import read_whole
from geozones.proximity import find_nearest


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Write plots and two networks; gas lies 200 m and water 300 m to the right of plot a."""
    plots = gpd.GeoDataFrame(
        {"plot_id": ["b", "a"], "note": ["second", "first"]},
        geometry=[make_square(0, 5000, 100), make_square(0, 0, 100)], crs=CRS,
    )  # fmt: skip
    gas = gpd.GeoDataFrame({"line_id": ["g1"]}, geometry=[make_line((300, 0), (300, 100))], crs=CRS)
    water = gpd.GeoDataFrame({"name": ["w"]}, geometry=[make_line((400, 0), (400, 100))], crs=CRS)
    plots.to_file(tmp_path / "plots.gpkg", layer="plots")
    gas.to_file(tmp_path / "gas.geojson")
    water.to_file(tmp_path / "nets.gpkg", layer="water")
    gas.to_file(tmp_path / "nets.gpkg", layer="gas")
    return tmp_path


def call(folder: Path, *arguments: str, out: str = "out.gpkg") -> int:
    return run(["nearest", str(folder / "plots.gpkg"), *arguments, "-o", str(folder / out)])


@pytest.mark.parametrize("out", ["out.gpkg", "out.parquet", "out.geojson", "out.csv", "out.fgb"])
def test_all_columns_and_rows_in_order_then_the_found_ones(files: Path, out: str) -> None:
    assert (
        call(files, "--lines", f"gas={files / 'gas.geojson'}", "--lines", f"{files / 'nets.gpkg'}:water", out=out)
        == 0
    )
    table = (
        read_whole(files / out)
        if not out.endswith("csv")
        else pd.read_csv(files / out, sep=";", encoding="utf-8-sig")
    )
    rows = table if out != "out.fgb" else table.sort_values("note", ascending=False)
    added = [f"{name}_{column}" for name in ("gas", "nets") for column in
             ("line_id", "distance_m", "plot_x", "plot_y", "line_x", "line_y")]  # fmt: skip
    assert list(rows.columns.drop("geometry")) == ["plot_id", "note", *added]
    assert rows["plot_id"].tolist() == ["b", "a"]
    last = rows.iloc[1]
    assert (last["gas_line_id"], str(last["nets_line_id"])) == ("g1", "0")
    assert last["gas_distance_m"] == pytest.approx(200 / 0.9996, abs=0.01)
    assert last["nets_distance_m"] == pytest.approx(300 / 0.9996, abs=0.01)
    assert last["gas_line_x"] == pytest.approx(EASTING + 300, abs=0.01)


def test_degrees_are_measured_in_the_utm_zone_of_each_plot(files: Path) -> None:
    lon = np.array([46.7, 65.9, 66.1, 69.0, 87.2])
    plots = gpd.GeoDataFrame(geometry=shapely.box(lon, 43.0, lon + 0.001, 43.001), crs=4326)
    lines = gpd.GeoDataFrame(geometry=shapely.points(lon + 0.05, 43.03), crs=4326)
    plots.to_parquet(files / "wide.parquet")
    lines.to_parquet(files / "points.parquet")
    out = files / "out.parquet"
    assert (
        run(["nearest", str(files / "wide.parquet"), "--lines", str(files / "points.parquet"), "-o", str(out)])
        == 0
    )
    found = read_whole(out)
    assert found["points_line_id"].tolist() == ["0", "1", "2", "3", "4"]
    expected = Geod(ellps="WGS84").inv(lon + 0.001, [43.001] * 5, lon + 0.05, [43.03] * 5)[2]
    np.testing.assert_allclose(found["points_distance_m"], expected, atol=0.01)
    np.testing.assert_allclose(found["points_plot_x"], lon + 0.001, atol=1e-9)


@pytest.mark.parametrize("crs", [CRS, 4326])
def test_tables_without_plots_and_plots_without_place_are_written_too(files: Path, capsys: Any, crs: Any) -> None:
    plots = read_whole(files / "plots.gpkg").to_crs(crs)
    plots.loc[0, "geometry"] = None
    for rows, name in [(plots, "some"), (plots.iloc[:1], "nowhere"), (plots.iloc[:0], "none")]:
        rows.to_parquet(files / f"{name}.parquet")
        out = files / f"{name}_out.parquet"
        plots_file, gas_file = str(files / f"{name}.parquet"), str(files / "gas.geojson")
        assert run(["nearest", plots_file, "--lines", gas_file, "-o", str(out)]) == 0
        found = read_whole(out)
        assert found["plot_id"].tolist() == ["b", "a"][: len(rows)]
        assert found["gas_line_id"].isna().tolist() == [True, False][: len(rows)]
        assert (f"gas: {len(rows)}" in capsys.readouterr().err) == (len(rows) > 0)


def test_networks_are_brought_into_the_crs_of_the_plots(files: Path) -> None:
    assert call(files, "--lines", f"gas={files / 'gas.geojson'}") == 0
    expected = find_nearest(read_whole(files / "plots.gpkg"), read_whole(files / "nets.gpkg", layer="gas"))
    found = read_whole(files / "out.gpkg")["gas_distance_m"]
    np.testing.assert_allclose(found, expected["distance_m"], atol=1e-3)


def refusal(capsys: Any, *arguments: str) -> tuple[int, str]:
    code = run(["nearest", *arguments])
    return code, capsys.readouterr().err


def test_refusals_name_file_and_option(files: Path, capsys: Any) -> None:
    plots, gas, out = (str(files / name) for name in ("plots.gpkg", "gas.geojson", "out.gpkg"))
    for code, words, arguments in [
        (2, "gas", [plots, "--lines", gas, "--lines", f"gas={gas}", "-o", out]),
        (2, ".xyz", [plots, "--lines", gas, "-o", out[:-4] + "xyz"]),
        (2, "folder", [plots, "--lines", gas, "-o", str(files / "no" / "out.gpkg")]),
        (2, "--line-key", [plots, "--lines", gas, "-o", out, "--line-key", "number"]),
        (2, "--plot-key", [plots, "--lines", gas, "-o", out, "--plot-key", "number"]),
        (2, "polygons", [plots, "--lines", plots, "-o", out]),
        (2, "gas= names no file", [plots, "--lines", "gas=", "-o", out]),
        (4, "none.gpkg", [plots, "--lines", str(files / "none.gpkg"), "-o", out]),
    ]:
        found, text = refusal(capsys, *arguments)
        assert (found, words in text) == (code, True), text
        assert not Path(out).exists()


def test_a_second_network_of_the_same_name_is_refused(files: Path, capsys: Any) -> None:
    assert call(files, "--lines", str(files / "gas.geojson")) == 0
    again = [str(files / "out.gpkg"), "--lines", str(files / "gas.geojson"), "-o", str(files / "more.gpkg")]
    code, text = refusal(capsys, *again)
    assert code == 2
    assert "gas_line_id" in text


def test_a_log_gets_a_line_a_network_and_quiet_says_nothing(files: Path, capsys: Any) -> None:
    call(files, "--lines", str(files / "gas.geojson"))
    assert "gas: 2" in capsys.readouterr().err
    call(files, "--lines", str(files / "gas.geojson"), "--quiet")
    assert capsys.readouterr() == ("", "")
