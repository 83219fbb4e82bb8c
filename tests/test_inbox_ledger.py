"""The journal in practice: workbooks and inspections in the inbox are taken whole, or go back with the reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from field_files import as_photo, field_file, jpeg
from openpyxl import load_workbook
from region_fixtures import SmallRegion

from geozones import pipeline, reports
from geozones.cli.app import run
from geozones.config import Config, load_config
from geozones.ledger import open_region_ledger
from geozones.ledger.workbook import write_workbook

TODAY = dt.date(2025, 2, 14)
GOOD = {
    "date": "2025-02-12",
    "plot_id": "badam-28",
    "event": "extend",
    "start_due": "2025-12-31",
    "document": "a 1",
}
INSPECTED = {"date": "2025-02-11", "plot_id": "badam-32", "event": "inspect", "started": "no"}

RETURNED = {
    "date": "2025-02-12",
    "plot_id": "badam-28",
    "event": "return",
    "document": "d",
    "struck_on": "2025-02-12",
}


@dataclass(frozen=True)
class Office:
    """A region with an inbox of its own."""

    config: Config
    region: pipeline.CheckedRegion

    @property
    def inbox(self) -> Path:
        return reports.open_inbox(self.config).folder

    def put(self, name: str, *journal: Mapping[str, Any]) -> Path:
        self.inbox.mkdir(parents=True, exist_ok=True)
        write_workbook(self.inbox / name, journal=journal)
        return self.inbox / name

    def night(self) -> pipeline.InboxReport:
        return pipeline.take_inbox(
            self.config, self.region.tables, allocations=self.region.allocations, as_of=TODAY, today=TODAY
        )

    def events(self, plot_id: str) -> list[str]:
        with open_region_ledger(self.config) as ledger:
            return [row["event"] for row in ledger.history(plot_id)][1:]


@pytest.fixture(scope="module")
def checked(_made_region: Path) -> tuple[Config, pipeline.CheckedRegion]:
    config = load_config(_made_region / "layers" / "geozones.toml", environ={})
    return config, pipeline.check_region(config)


@pytest.fixture
def office(checked: tuple[Config, pipeline.CheckedRegion], tmp_path: Path) -> Office:
    config, region = checked
    state, proposals = tmp_path / "state", config.proposals.model_copy(update={"inbox": str(tmp_path / "inbox")})
    book = config.ledger.model_copy(update={"url": f"sqlite:///{state}/ledger.sqlite"})
    state.mkdir()
    update = {"proposals": proposals, "state_dir": state, "ledger": book}
    return Office(config.model_copy(update=update), region)


def reasons(file: Path) -> dict[int, str]:
    """Read the column of reasons of a workbook that went back, by row."""
    sheet = load_workbook(file)["Journal"]
    column = next(cell.column for cell in sheet[3] if cell.value == "refusal")
    found = {row: sheet.cell(row, column).value for row in range(4, sheet.max_row + 1)}
    return {row: text for row, text in found.items() if text}


def test_an_empty_inbox_leaves_the_ledger_alone(office: Office) -> None:
    assert office.night().counts == {"taken": 0, "recorded": 0, "refused": 0}
    assert not (office.config.state_dir / "ledger.sqlite").exists()


def test_a_workbook_is_taken_once(office: Office) -> None:
    office.put("register.xlsx", GOOD, INSPECTED)
    assert office.night().counts == {"taken": 1, "recorded": 2, "refused": 0}
    assert office.night().counts == {"taken": 0, "recorded": 0, "refused": 0}
    assert office.events("badam-28") == ["extend"]
    assert office.events("badam-32") == ["inspect"]
    assert [row.state for row in reports.list_inbox(office.config)] == ["taken"]
    office.put("again.xlsx", INSPECTED, GOOD)
    assert office.night().counts == {"taken": 1, "recorded": 0, "refused": 0}


def test_a_ledger_from_a_backup_gets_the_rows_again(office: Office) -> None:
    office.put("register.xlsx", GOOD)
    office.night()
    for file in office.config.state_dir.glob("ledger.sqlite*"):
        file.unlink()
    assert office.night().counts["recorded"] == 1
    assert office.events("badam-28") == ["extend"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**GOOD, "plot_id": "badam-999"}, "в слоях такого нет"),
        ({**GOOD, "date": "2999-01-01"}, "в будущем"),
        ({**GOOD, "date": "2020-01-01"}, "2020-01-01"),
        (RETURNED, "return"),
        ({**INSPECTED, "greening_share": 40}, "0.12"),
    ],
)  # fmt: skip
def test_one_bad_row_sends_the_whole_workbook_back(office: Office, row: dict[str, Any], said: str) -> None:
    office.put("register.xlsx", INSPECTED, row)
    report = office.night()
    assert report.counts == {"taken": 0, "recorded": 0, "refused": 1}
    assert office.events("badam-32") == []
    (file,) = report.refused
    told = reasons(office.inbox / "returned" / f"{file.returned}.xlsx")
    assert list(told) == [5]
    assert said in told[5]
    assert said in (office.inbox / "returned" / f"{file.returned}.txt").read_text("utf-8")


def test_rows_that_contradict_each_other_are_refused(office: Office) -> None:
    breach = {"date": "2025-02-12", "plot_id": "badam-28", "event": "breach", "document": "act 1"}
    office.put("register.xlsx", breach, {**breach, "document": "act 2"})
    (file,) = office.night().refused
    assert list(reasons(office.inbox / "returned" / f"{file.returned}.xlsx")) == [5]
    assert office.events("badam-28") == []


def test_what_went_back_is_corrected_and_sent_again(office: Office) -> None:
    sent = office.put("register.xlsx", INSPECTED, {**GOOD, "plot_id": "badam-999"})
    (file,) = office.night().refused
    returned = office.inbox / "returned" / f"{file.returned}.xlsx"
    first = returned.read_bytes()
    assert office.night().counts["refused"] == 1
    assert returned.read_bytes() == first
    book = load_workbook(returned)
    book["Journal"].cell(5, 2).value = "badam-28"
    book.save(sent)
    assert office.night().counts == {"taken": 1, "recorded": 2, "refused": 0}
    assert office.events("badam-28") == ["extend"]


def test_a_refused_file_is_withdrawn(office: Office) -> None:
    office.put("register.xlsx", {**GOOD, "plot_id": "badam-999"})
    (file,) = office.night().refused
    reports.open_inbox(office.config).withdraw(file.id, reason="mistake", at=dt.datetime.now(dt.UTC))
    assert office.night().refused == ()


def test_formulas_and_hostile_names_stay_text(office: Office) -> None:
    office.put("=cmd ..%00<b>\u202e.xlsx", {**GOOD, "plot_id": "=1+1"})
    (file,) = office.night().refused
    assert file.returned.isascii()
    book = load_workbook(office.inbox / "returned" / f"{file.returned}.xlsx")
    kinds = {cell.data_type for row in book["Journal"].iter_rows(min_row=4, max_row=4) for cell in row}
    assert "f" not in kinds


def test_an_inspection_in_the_inbox_is_taken_and_a_bad_one_goes_back(office: Office) -> None:
    office.inbox.mkdir(parents=True)
    field_file(office.inbox / "good.json", "badam-28", photos=[as_photo(jpeg())])
    field_file(office.inbox / "bad.json", "badam-28", photos=[as_photo(b"GIF89a")])
    report = office.night()
    assert [file.name for file in report.taken] == ["good.json"]
    assert [file.name for file in report.refused] == ["bad.json"]
    assert "JPEG" in (office.inbox / "returned" / f"{report.refused[0].returned}.txt").read_text("utf-8")
    assert office.events("badam-28") == ["inspect"]
    assert len(list((office.config.state_dir / "photos").iterdir())) == 1
    assert reports.open_inbox(office.config).waiting() == [
        entry for entry in reports.open_inbox(office.config).entries() if entry.name == "bad.json"
    ]


def test_a_damaged_workbook_stops_no_night(office: Office) -> None:
    good = office.put("register.xlsx", GOOD)
    (office.inbox / "cut.xlsx").write_bytes(good.read_bytes()[:3000])
    assert office.night().counts["taken"] == 1


def test_the_command_takes_a_workbook_into_the_inbox(
    office: Office, small_region: SmallRegion, capsys: pytest.CaptureFixture[str]
) -> None:
    file = office.put("register.xlsx", GOOD)
    settings = str(small_region.config)
    assert run(["proposals", "add", str(file), "-c", settings, "--lang", "en"]) == 0
    assert "takes it into the ledger" in capsys.readouterr().out
    assert run(["proposals", "list", "-c", settings, "--json"]) == 0
    assert '"register.xlsx"' in capsys.readouterr().out
