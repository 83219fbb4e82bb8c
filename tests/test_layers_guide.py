"""The guide to layers says what the code does: its settings load, its formats and limits are those of the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from geozones.config import LayerSpec
from geozones.layers import ChildLimits
from geozones.layers.database import TIME_LIMIT_S
from geozones.layers.formats import ALL_FORMATS
from geozones.layers.limits import OUTSIDE_FILES, OWN_FILES
from geozones.layers.local_grid import fit_control_points

GUIDE = (Path(__file__).resolve().parent.parent / "docs" / "layers.md").read_text("utf-8")


def test_every_example_is_a_layer() -> None:
    blocks = re.findall(r"(?m)(?:^    .+\n)+", GUIDE)
    layers = {key: table for block in blocks for key, table in tomllib.loads(block)["layers"].items()}
    specs = {key: LayerSpec(key=key, **table) for key, table in layers.items()}
    assert sorted(specs) == ["parcels", "plots", "power"]
    assert fit_control_points(specs["power"].control_points, layer="power").accuracy_m < 2


def test_formats_and_limits_are_those_of_the_code() -> None:
    for found in ALL_FORMATS:
        assert found.name in GUIDE or found.name.split()[0] in GUIDE
    for limits, files, unpacked in ((OWN_FILES, "8 GB", "8 GB"), (OUTSIDE_FILES, "200 MB", "500 MB")):
        assert (limits.bytes, limits.unpacked_bytes) == tuple(to_bytes(text) for text in (files, unpacked))
        assert f"{limits.features // 1_000_000} million" in GUIDE
    assert f"{ChildLimits().memory_mb // 1_000} GB of memory" in GUIDE
    assert f"and {ChildLimits().seconds:.0f} s plus" in GUIDE
    assert f"`time_limit_s` ({TIME_LIMIT_S:.0f})" in GUIDE


def to_bytes(text: str) -> int:
    number, unit = text.split()
    assert f"{number} {unit}" in GUIDE
    return int(number) * {"GB": 1_000_000_000, "MB": 1_000_000}[unit]
