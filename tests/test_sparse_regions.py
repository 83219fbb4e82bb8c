"""Regions that hold little: zones alone, and a zones layer without a row. They build, and say what comes next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geozones import pipeline, publish
from geozones.config import load_config

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = """
state_dir = ".geozones"
as_of = 2025-02-10
[region]
name = { ru = "Область", kk = "Облыс", en = "Region" }
bounds = [65.5, 40.3, 71.5, 46.2]
[layers.zones]
role = "zones"
source = "zones.geojson"
[maps]
out = "maps_out"
"""


def build(folder: Path, zones: dict[str, Any]) -> Any:
    (folder / "zones.geojson").write_text(json.dumps(zones), encoding="utf-8")
    (folder / "geozones.toml").write_text(SETTINGS, encoding="utf-8")
    return pipeline.build(load_config(folder / "geozones.toml", environ={}))


@pytest.mark.parametrize("count", [3, 0])
def test_zones_alone_build_twice_and_say_what_comes_next(count: int, tmp_path: Path, offline_page: Any) -> None:
    zones = json.loads((ROOT / "layers" / "zones.geojson").read_text(encoding="utf-8"))
    zones["features"] = zones["features"][:count]
    for _ in range(2):
        report = build(tmp_path, zones)
        assert (report.summary["zones"], report.summary["plots"]) == (count, 0)
    run = publish.current_run(tmp_path / "maps_out")
    assert run is not None
    page = offline_page().open(run / "internal" / "index.html", "#lang=en")
    page.wait_for_selector("html.is-ready")
    assert "role plots" in page.inner_text("#plots")
    if not count:
        assert "role zones" in page.inner_text("main")
        issues = (run / "data" / "issues.csv").read_text(encoding="utf-8-sig")
        assert ("layer_empty" in issues, "key_made" in issues) == (True, False)
