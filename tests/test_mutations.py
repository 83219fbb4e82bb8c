"""Random bytes changed in sound files: never a traceback, a hang or a shorter table without an issue."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest
from corpus import Make, pack, plots, workbook, write
from corpus_formats import COLUMNS, ROWS, two_layers

from geozones.checks import check_layer, check_region
from geozones.config import LayerSpec, RegionConfig
from geozones.errors import GeozonesError, InternalError
from geozones.layers import describe_file, read_layer

REGION = RegionConfig(name={"en": "Region"}, bounds=(65.5, 40.3, 71.5, 46.2))
MUTATIONS = 50
SLOW_S = 10.0

FILES: dict[str, Make] = {
    "gpkg": write("plots.gpkg"),
    "layers": two_layers,
    "geojson": write("plots.geojson"),
    "shp": write("plots.shp"),
    "zip": pack(write("plots.shp")),
    "kml": write("plots.kml"),
    "fgb": write("plots.fgb"),
    "tab": write("plots.tab"),
    "parquet": write("plots.parquet"),
    "xlsx": workbook(("Участки", [COLUMNS, *ROWS])),
}
"""Ten formats, fifty mutations each."""

assert len(FILES) * MUTATIONS == 500


def mutate(folder: Path, seed: int) -> str:
    """Change, cut or repeat some bytes of one file in a folder; return what was done."""
    chance = random.Random(seed)
    path = chance.choice(sorted(path for path in folder.rglob("*") if path.is_file()))
    content = bytearray(path.read_bytes())
    kind = chance.choice(("bytes", "bytes", "bytes", "bit", "cut", "repeat", "zero"))
    at = chance.randrange(len(content))
    if kind == "bytes":
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
    elif kind == "bit":
        content[at] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del content[at:]
    elif kind == "repeat":
        content[at:at] = content[at : at + chance.randint(1, 64)]
    else:
        content[at : at + chance.randint(1, 64)] = b"\0" * min(64, len(content) - at)
    path.write_bytes(bytes(content))
    return f"{kind} in {path.name}"


@pytest.mark.parametrize("name", FILES)
def test_mutated_files(name: str, tmp_path: Path) -> None:
    expected = len(plots())
    sound = tmp_path / "sound"
    sound.mkdir()
    file = FILES[name](sound)
    for number in range(MUTATIONS):
        folder = tmp_path / str(number)
        shutil.copytree(sound, folder)
        source = folder / file
        seed = 1_000 * list(FILES).index(name) + number
        done = mutate(folder, seed)
        started = time.process_time()
        try:
            describe_file(source)
            spec = LayerSpec(
                key="sent", role="plots", source=str(source), crs="EPSG:4326" if name == "xlsx" else None,
                layer="plots" if name == "layers" else None,
            )  # fmt: skip
            layer = read_layer(spec, bounds=REGION.bounds)
            checked, issues = check_region([check_layer(layer, region=REGION)])
        except InternalError:
            raise
        except GeozonesError as error:
            said = str(error)
        else:
            said = ""
            kept = len(checked[0].table)
            assert kept + len(checked[0].quarantine) == layer.read
            assert kept >= expected or len(issues), f"{done}, seed {seed}: a shorter table without an issue"
        assert str(tmp_path) not in said
        assert time.process_time() - started < SLOW_S, f"{done}, seed {seed}"
