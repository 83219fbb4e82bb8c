"""The grid company sends a workbook, the designer a drawing: each mistake is named, and plots become capable."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from geozones import pipeline, publish
from geozones.config import load_config
from geozones.errors import CrsError, InputError

ROOT = Path(__file__).resolve().parent.parent
SUBSTATION = "ПС 110/10 «Карамурт» (демо)"
CAPACITY = """
[layers.capacity]
role = "connection_points"
source = "Мощности.xlsx"
columns = { name = "Подстанция", capacity_free = "Свободно", capacity_date = "На дату" }
defaults = { network = "power", state = "existing" }
"""
DRAWING = """
[layers.design]
role = "power"
source = "проект.dwg"
"""


@dataclass(frozen=True)
class Office:
    """A copy of the demonstration as an office keeps it, and where its maps go."""

    layers: Path
    out: Path

    @property
    def settings(self) -> Path:
        return self.layers / "geozones.toml"

    def add(self, text: str) -> None:
        self.settings.write_text(self.settings.read_text("utf-8") + text, "utf-8")

    def build(self) -> Path:
        pipeline.build(load_config(self.settings, environ={}), out=self.out)
        run = publish.current_run(self.out)
        if run is None:
            pytest.fail("the build published no run")
        return run


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(Path(shutil.copytree(ROOT / "layers", tmp_path / "layers")), tmp_path / "out")


def write_capacities(folder: Path, free: str) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Подстанция", "Свободно", "На дату"])
    sheet.append([SUBSTATION, free, "01.03.2025"])
    workbook.save(folder / "Мощности.xlsx")


def capable_of(run: Path) -> dict[str, str]:
    with (run / "data" / "plot_networks.csv").open(encoding="utf-8-sig") as file:
        return {
            row["plot_id"]: row["capable"]
            for row in csv.DictReader(file, delimiter=";")
            if (row["network"], row["state"]) == ("power", "existing")
        }


def test_capacities_by_name_make_plots_capable_each_with_before_and_after(office: Office) -> None:
    before = capable_of(office.build())
    write_capacities(office.layers, "9 МВт")
    office.add(CAPACITY)
    run = office.build()
    after = capable_of(run)
    became = {plot for plot, answer in after.items() if answer == "yes" and before[plot] != "yes"}
    assert became
    assert all(plot.startswith("karamurt-") and before[plot] == "unknown" for plot in became)
    changes = json.loads((run / "data" / "changes.json").read_text("utf-8"))
    told = {
        row["subject_id"]: (row["from"], row["to"])
        for row in changes["changes"]["answers"]
        if row["what"] == "capable" and row["subject"] == "plot" and row["to"] == "yes"
    }
    assert told == dict.fromkeys(became, ("unknown", "yes"))


def test_a_plot_that_needs_more_than_is_free_is_short_not_unknown(office: Office) -> None:
    write_capacities(office.layers, "500 кВт")
    office.add(CAPACITY)
    answers = {answer for plot, answer in capable_of(office.build()).items() if plot.startswith("karamurt-")}
    assert answers >= {"yes", "no"}


def test_a_drawing_says_what_to_send_instead(office: Office) -> None:
    (office.layers / "проект.dwg").write_bytes(b"AC1032" + bytes(200))
    office.add(DRAWING)
    with pytest.raises(InputError, match=r"Save it as DXF.*two control points"):
        office.build()


def test_swapped_axes_are_caught_with_the_line_to_write(office: Office) -> None:
    file = office.layers / "power.geojson"
    lines = json.loads(file.read_text("utf-8"))
    for feature in lines["features"]:
        shape = feature["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiLineString" else [shape["coordinates"]]
        for part in parts:
            for at in part:
                at[0], at[1] = at[1], at[0]
    file.write_text(json.dumps(lines), "utf-8")
    with pytest.raises(CrsError, match="swap_axes = true"):
        office.build()
