"""One screening in each district of the real file that belongs to the region today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely

from geozones.cli.site_region import screen_sites
from geozones.config import load_config
from geozones.pipeline import check_region
from geozones.screening import VERDICTS, as_records

ROOT = Path(__file__).resolve().parent.parent
SHYMKENT = "79"


@pytest.fixture(scope="module")
def real_config(real_data: Path) -> Any:
    return load_config(ROOT / "examples/turkestan/geozones.toml", environ={"GEOZONES_REAL_DATA": str(real_data)})


def test_a_site_in_each_of_the_thirteen_districts(real_config: Any, tmp_path: Path) -> None:
    tables = check_region(real_config).tables
    districts = tables.districts[tables.districts["district_code"] != SHYMKENT]
    assert len(districts) == 13
    inner = shapely.point_on_surface(districts.geometry.array)
    sites = districts[["district_code", "name_ru", "geometry"]].copy()
    sites["site_id"] = "site-" + sites["district_code"]
    sites["geometry"] = shapely.box(
        *(shapely.get_coordinates(inner) - 450).T, *(shapely.get_coordinates(inner) + 450).T
    )
    sites.to_crs(4326).to_file(tmp_path / "sites.geojson")
    found, screening = screen_sites(real_config, [str(tmp_path / "sites.geojson")])
    records = as_records(screening)
    assert found.refused == ()
    assert [record["district_code"] for record in records] == list(districts["district_code"])
    assert all(record["verdict"] in VERDICTS and 80 < record["area_ha"] < 82 for record in records)
    for record in records:
        answers = {finding["rule_id"]: finding["answer"] for finding in record["findings"]}
        assert answers["site.granted"] == "unknown"
        assert answers["site.water"] == "unknown"
        assert record["verdict"] == "unknown"
        assert {request["body"] for request in record["requests"]} >= {"cadastre", "water_utility", "heritage"}
