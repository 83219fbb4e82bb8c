"""Capacities sent as a table without coordinates find their points by name, network and district."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from builders import make_square
from corpus import UTM, points, workbook, write_layer

from geozones.checks import check_layer, check_region
from geozones.checks.joining import name_key
from geozones.config import LayerSpec, RegionConfig
from geozones.layers import read_layer

REGION = RegionConfig(name={"ru": "Область"}, bounds=(65.5, 40.3, 71.5, 46.2))
COLUMNS = {"name": "Подстанция", "district": "Район", "capacity_total": "Всего", "capacity_free": "Свободно"}
HEADER = ["Подстанция", "Район", "Всего", "Свободно"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ПС 110/10 кВ «Бадам-2»", "бадам 2"),
        ("подстанция Бадам 2", "бадам 2"),
        ("ПС-12", "12"),
        ("АГРС Қарамұрт", "қарамұрт"),
    ],
)
def test_names_are_reduced_to_what_tells_points_apart(name: str, key: str) -> None:
    assert name_key(name) == key


def join(folder: Path, rows: list[list[Any]], **known: Any) -> tuple[dict[str, Any], Any]:
    workbook(("Мощности", [HEADER, *rows]), name="capacity.xlsx")(folder)
    write_layer(points(**known), folder / "points.gpkg")
    districts = gpd.GeoDataFrame(
        {"district_code": ["6146", "6152"], "name_ru": ["Ордабасинский", "Сайрамский"]},
        geometry=[make_square(-500, 0, 620), make_square(120, 0, 620)],
        crs=UTM,
    )
    write_layer(districts, folder / "districts.gpkg")
    specs = [
        LayerSpec(key="points", role="connection_points", source=str(folder / "points.gpkg")),
        LayerSpec(key="districts", role="districts", source=str(folder / "districts.gpkg")),
        LayerSpec(
            key="capacity", role="connection_points", source=str(folder / "capacity.xlsx"), columns=COLUMNS,
            defaults={"network": "power", "state": "existing"},
        ),
    ]  # fmt: skip
    layers, issues = check_region([check_layer(read_layer(spec), region=REGION) for spec in specs])
    return {layer.key: layer for layer in layers}, issues


def test_capacities_reach_their_points(tmp_path: Path) -> None:
    layers, issues = join(
        tmp_path, [["ПС 110/10 «Бадам»", "Ордабасинский район", "10 МВт", "1,8 МВт"], ["Карамурт", "", 5000, 100]]
    )
    assert layers["points"].table["capacity_free"].tolist()[0] == 1_800.0
    assert layers["points"].table["capacity_free"].isna().tolist() == [False, True, True]
    capacity = layers["capacity"]
    assert (capacity.read, capacity.checked, len(capacity.quarantine), len(capacity.table)) == (2, 1, 1, 0)
    (lost,) = issues[issues["rule"] == "point_unmatched"]["message"]
    assert "ПС Қарамұрт" in str(lost)


def test_a_name_that_two_points_share_needs_its_district(tmp_path: Path) -> None:
    names = {"name": ["ПС Бадам", "ПС Бадам", "ПС Арыс"]}
    layers, _ = join(tmp_path, [["Бадам", "", 10, 5]], **names)
    assert (layers["capacity"].checked, len(layers["capacity"].quarantine)) == (0, 1)
    layers, _ = join(tmp_path, [["Бадам", "Сайрамский", 10, 5]], **names)
    assert layers["points"].table["capacity_free"].isna().tolist() == [True, False, True]


def test_known_capacities_are_replaced_only_by_new_ones(tmp_path: Path) -> None:
    layers, _ = join(tmp_path, [["Бадам", "", None, 5]], capacity_total=[20.0, 20, 20], capacity_free=[1.0, 1, 1])
    points_table = layers["points"].table
    assert points_table["capacity_total"].tolist() == [20.0, 20.0, 20.0]
    assert points_table["capacity_free"].tolist() == [5.0, 1.0, 1.0]
