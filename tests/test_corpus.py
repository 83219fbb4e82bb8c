"""Every file of the corpus gives what its case says; nothing is lost and nothing wrong passes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from corpus import Case, zones
from corpus_faults import CHOICES, DAMAGE, DOCTOR, HOSTILE
from corpus_formats import CRS, ENCODINGS, FORMATS
from corpus_more import ALL as MORE

from geozones import pipeline
from geozones.cli.app import run
from geozones.config import load_config
from geozones.layers import write_layer
from geozones.pipeline import CheckedRegion, check_region

CASES = [*FORMATS, *ENCODINGS, *CRS, *DAMAGE, *CHOICES, *HOSTILE, *DOCTOR, *MORE]

SETTINGS = """language = "en"
[region]
name = { ru = "Область" }
bounds = [65.5, 40.3, 71.5, 46.2]
[layers.base]
role = "zones"
source = "../base.geojson"
"""


def to_toml(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{ "
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {to_toml(item)}" for key, item in value.items())
            + " }"
        )
    return json.dumps(value, ensure_ascii=False)


def prepare(case: Case, folder: Path) -> Path:
    """Make the file of a case, a zone that holds its plots, and settings for both."""
    write_layer(zones(), folder / "base.geojson")
    inside = folder / "sent"
    inside.mkdir()
    layer = {"role": case.role, "source": case.make(inside), **case.settings}
    tables = {"sent": layer}
    opening = ""
    for role, shapes in case.more.items():
        if isinstance(shapes, str):
            (inside / "register.csv").write_text(shapes, "utf-8")
            opening = '[ledger]\nopening = "register.csv"\n'
            continue
        if isinstance(shapes, gpd.GeoDataFrame):
            write_layer(shapes, inside / f"more_{role}.gpkg")
            tables[f"more_{role}"] = {"role": role, "source": f"more_{role}.gpkg"}
            continue
        table = gpd.GeoDataFrame(
            {"district_code": list(shapes), "name_ru": "Район"}, geometry=list(shapes.values()), crs=zones().crs
        )
        write_layer(table, inside / f"more_{role}.gpkg")
        tables[role] = {"role": role, "source": f"more_{role}.gpkg", "provenance": {"accuracy_m": 0}}
    written = [
        f"[layers.{key}]\n" + "".join(f"{name} = {to_toml(value)}\n" for name, value in table.items())
        for key, table in tables.items()
    ]
    path = inside / "geozones.toml"
    path.write_text(SETTINGS + "".join(written) + opening, encoding="utf-8")
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_corpus(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = prepare(case, tmp_path)
    regions: list[CheckedRegion] = []

    def check_and_keep(*arguments: Any, **options: Any) -> CheckedRegion:
        regions.append(check_region(*arguments, **options))
        return regions[0]

    monkeypatch.setattr(pipeline, "check_region", check_and_keep)
    code = run(["check", "-c", str(config), "--json", "--lang", "en"])
    out, err = capsys.readouterr()
    assert (code, case.says in err) == (case.exit_code, True), err
    assert str(tmp_path) not in err
    if code in (2, 4):
        assert out == ""
        return
    layer = next(row for row in json.loads(out)["layers"] if row["layer"] == "sent")
    assert (layer["read"], layer["quarantined"]) == (case.read, case.aside)
    assert layer["read"] == layer["checked"] + layer["quarantined"]
    region = regions[0]
    assert set(case.also) <= set(zip(region.issues["layer"], region.issues["rule"], strict=True))
    issues = region.issues[region.issues["layer"] == "sent"]
    assert sorted(set(issues["rule"])) == sorted(case.rules)
    assert set(issues.loc[issues["action"] == "quarantined", "row"]) == set(
        region.quarantine.get("sent", issues[:0]).index
    )


def test_the_corpus_is_large_enough_and_its_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


KAZAKH = [
    case
    for case in FORMATS
    if case.role == "plots"
    and case.name not in ("format_kml", "format_kmz", "format_csv_corners")
    and "dxf" not in case.name
]


@pytest.mark.parametrize(
    "case", [*KAZAKH, *(case for case in ENCODINGS if "csv_utf" in case.name)], ids=lambda case: case.name
)
def test_kazakh_letters_are_kept(case: Case, tmp_path: Path) -> None:
    region = check_region(load_config(prepare(case, tmp_path), environ=os.environ))
    if "merged" not in case.name:
        assert sorted(region.tables.plots["number"]) == sorted(("Қ-1", "Ө-2", "Участок 3"))
    assert region.tables.plots.geometry.area.round(1).tolist() == [10_000.0] * 3
