"""What a conversion costs in accuracy reaches the answers: near within 4.5 m of the limit is unknown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders import make_line
from corpus import UTM, plots, zones

from geozones import pipeline
from geozones.config import load_config
from geozones.crs import convert_geometries, parse_crs
from geozones.layers import write_layer

SETTINGS = """language = "en"
as_of = 2025-02-10
state_dir = "state"
[region]
name = { en = "Region" }
bounds = [65.5, 40.3, 71.5, 46.2]
[layers.zones]
role = "zones"
source = "zones.geojson"
[layers.plots]
role = "plots"
source = "plots.gpkg"
[layers.districts]
role = "districts"
source = "districts.gpkg"
[layers.gas]
role = "gas"
source = "gas.gpkg"
"""


def near_of(folder: Path, line: Any, crs: str | None, provenance: str, *more: str) -> tuple[str, float | None]:
    """Build a region with one gas line; give the answer of the first plot, and the accuracy of the layer."""
    write_layer(zones(), folder / "zones.geojson")
    write_layer(plots(), folder / "plots.gpkg")
    district = gpd.GeoDataFrame(
        {"district_code": ["1"], "name_ru": "Р"}, geometry=[shapely.box(490_000, 4_690_000, 510_000, 4_710_000)],
        crs=UTM,
    )  # fmt: skip
    write_layer(district, folder / "districts.gpkg")
    shapes = np.array([line], dtype=object)
    if crs is not None and crs != "EPSG:32642":
        shapes, _ = convert_geometries(shapes, UTM, parse_crs(crs))
    table = {"line_id": ["l"], "class": "distribution", "state": "existing", "connectable": "yes"}
    write_layer(gpd.GeoDataFrame(table, geometry=list(shapes), crs=crs and parse_crs(crs)), folder / "gas.gpkg")
    text = SETTINGS + "\n".join([f'provenance = {{ coverage = "region", {provenance} }}', *more]) + "\n"
    (folder / "geozones.toml").write_text(text, "utf-8")
    config = load_config(folder / "geozones.toml", environ={})
    region = pipeline.check_region(config)
    findings = pipeline.analyse(region, config, as_of=config.as_of)
    rows = findings.plot_networks
    chosen = rows[(rows["plot_id"] == "p1") & (rows["network"] == "gas") & (rows["state"] == "existing")]
    return str(chosen["near"].iloc[0]), region.tables.sources["gas"].provenance.accuracy_m


def line_away(metres: float) -> Any:
    """Draw a line so many metres below the plots."""
    return make_line((-500, -metres), (900, -metres))


@pytest.mark.parametrize(
    ("crs", "provenance", "near", "accuracy_m"),
    [
        ("EPSG:32642", 'precision = "exact", accuracy_m = 0.5', "yes", 0.5),
        ("EPSG:28412", 'precision = "exact", accuracy_m = 0.5', "unknown", 5.0),
        ("EPSG:28412", 'precision = "exact"', "unknown", 4.5),
        ("EPSG:10946", 'precision = "exact"', "yes", 1.0),
        ("EPSG:28412", 'precision = "approximate"', "unknown", None),
    ],
)
def test_a_conversion_makes_an_answer_near_the_limit_unknown(
    crs: str, provenance: str, near: str, accuracy_m: float | None, tmp_path: Path
) -> None:
    assert near_of(tmp_path, line_away(1997), crs, provenance) == (near, accuracy_m)


def test_far_from_the_limit_the_answer_stays(tmp_path: Path) -> None:
    assert near_of(tmp_path, line_away(1900), "EPSG:28412", 'precision = "exact"')[0] == "yes"


def test_residuals_of_control_points_count_too(tmp_path: Path) -> None:
    known = [(500_000, 4_700_000), (501_000, 4_700_000), (500_000, 4_701_000), (501_000, 4_701_000)]
    places, _ = convert_geometries(shapely.points(np.array(known, dtype=float)), UTM, parse_crs("EPSG:4326"))
    points = [[y - 4_700_000, -(x - 500_000), p.x, p.y] for (x, y), p in zip(known, places, strict=True)]
    local = shapely.transform(
        line_away(1997), lambda xy: np.column_stack([xy[:, 1] - 4_700_000, -(xy[:, 0] - 500_000)])
    )
    exact = near_of(tmp_path, local, None, 'precision = "exact"', f"control_points = {json.dumps(points)}")
    assert exact == ("yes", pytest.approx(0.0, abs=1e-6))
    points[0][0] += 8.0
    near, accuracy_m = near_of(
        tmp_path, local, None, 'precision = "exact"', f"control_points = {json.dumps(points)}"
    )
    assert near == "unknown"
    assert accuracy_m is not None
    assert 2 < accuracy_m < 8
