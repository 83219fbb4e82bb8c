"""The ledger commands: exit codes, JSON, and the story of the addendum."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from geozones.cli.app import run
from geozones.demonstration import make_demonstration

Command = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="session")
def demonstration_files() -> dict[str, str]:
    return make_demonstration().as_files()


@pytest.fixture
def command(tmp_path: Path, demonstration_files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> Command:
    """Give a way to run a ledger command in a fresh demonstration: exit code, and JSON or text."""
    folder = tmp_path / "layers"
    folder.mkdir()
    for name, content in demonstration_files.items():
        (folder / name).write_bytes(content.encode())

    def call(*arguments: str) -> tuple[int, Any]:
        code = run(["ledger", *arguments, "--config", str(folder / "geozones.toml"), "--lang", "en"])
        printed = capsys.readouterr()
        if "--json" in arguments and printed.out:
            return code, json.loads(printed.out)
        return code, printed.out + printed.err

    return call


def states(command: Command, *arguments: str) -> dict[str, dict[str, Any]]:
    code, rows = command("state", "--json", *arguments)
    assert code == 0
    return {row["plot_id"]: row for row in rows}


def plots_of(rows: dict[str, dict[str, Any]], **wanted: object) -> list[str]:
    return [name for name, row in rows.items() if all(row[key] == value for key, value in wanted.items())]


def test_the_demonstration_comes_through_the_opening_import(command: Command) -> None:
    rows = states(command)
    held = [row for row in rows.values() if row["map_state"] in ("allocated", "operating")]
    assert len(held) == 82
    assert sum(row["start_passed"] for row in rows.values()) == 11
    assert set(next(iter(rows.values()))) >= {
        "plot_id", "state", "map_state", "start_passed", "since", "participant", "contract_no", "clock",
        "days_left", "next_step", "next_step_from",
    }  # fmt: skip
    assert command("verify", "--json")[1]["ok"]


def test_an_addendum_arrives_and_last_monday_still_shows_eleven(command: Command, tmp_path: Path) -> None:
    late = plots_of(states(command), start_passed=True)
    file = tmp_path / "register.xlsx"
    assert command("template", str(file))[0] == 0
    book = openpyxl.load_workbook(file)
    headings = [cell.value for cell in book["Journal"][3]]
    row = {"date": "12.02.2025", "plot_id": late[0], "event": "extend", "start_due": "31.12.2025",
           "document": "addendum 1 2025-02-12"}  # fmt: skip
    book["Journal"].append([row.get(heading) for heading in headings])
    book.save(file)
    assert command("import", str(file), "--dry-run", "--json")[1]["recorded"] == 1
    assert command("import", str(file), "--json")[1]["recorded"] == 1
    assert command("import", str(file), "--json")[1]["recorded"] == 0
    assert len(plots_of(states(command, "--as-of", "2025-02-12"), start_passed=True)) == 10
    assert len(plots_of(states(command, "--as-of", "2025-02-10"), start_passed=True)) == 11


def test_a_refusal_names_rule_and_article_and_exits_6(command: Command) -> None:
    plot = plots_of(states(command), state="free")[0]
    apply = ("record", "apply", plot, "--date", "2025-02-11", "--by", "me", "--participant", "Demo")
    code, told = command(*apply, "--json")
    assert (code, told["state"], told["map_state"]) == (0, "applied", "free")
    code, text = command(*apply)
    assert code == 6
    assert "34(1)" in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("record", "sell", "X", "--date", "2025-02-11", "--by", "me"), 2),
        (("record", "apply", "no-such-plot", "--date", "2025-02-11", "--by", "me", "--participant", "x"), 6),
        (("record", "apply", "arys-01", "--date", "soon", "--by", "me"), 2),
        (("record", "apply", "arys-01", "--date", "2999-01-01", "--by", "me", "--participant", "x"), 6),
        (("record", "apply", "arys-01", "--date", "2025-02-11", "--by", "me", "--set", "colour=red"), 2),
        (("history", "no-such-plot"), 2),
        (("state", "--known-at", "never"), 2),
        (("import", "no-such-file.csv"), 4),
        (("verify", "--head", "00"), 8),
        (("erase", "850001300011"), 2),
    ],
)
def test_exit_codes(command: Command, arguments: tuple[str, ...], code: int) -> None:
    found, text = command(*arguments)
    assert (found, "Traceback" in str(text), bool(str(text).strip())) == (code, False, True)


def test_bad_rows_of_an_import_exit_3_and_change_nothing(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "journal.csv"
    file.write_text("date,plot_id,event\n2025-02-11,arys-01,withdraw\n2025-02-11,nowhere,withdraw\n", "utf-8")
    before = command("verify", "--json")[1]["events"]
    code, text = command("import", str(file))
    assert code == 3
    assert "row 2" in text
    assert "row 3" in text
    assert command("verify", "--json")[1]["events"] == max(before, 108)


def test_a_dry_run_is_not_recorded(command: Command) -> None:
    arguments = ("record", "apply", "arys-01", "--date", "2025-02-11", "--by", "me", "--participant", "x")
    assert command(*arguments, "--dry-run", "--json")[1]["dry_run"]
    assert states(command)["arys-01"]["state"] == "free"


def test_a_plot_is_split_from_a_file_of_its_parts(command: Command, tmp_path: Path) -> None:
    split = ("record", "split", "arys-01", "--date", "2025-02-11", "--by", "me", "--document", "d")
    parts = tmp_path / "parts.csv"
    parts.write_text("plot_id,area_ha\nA,0.1\nB,0.1\n", "utf-8")
    assert command(*split, "--into", str(parts))[0] == 6
    code, told = command(*split, "--as", "arys-01a", "--as", "arys-01b", "--json")
    assert (code, told["state"], told["map_state"]) == (0, "ended", None)
    assert [row["event"] for row in command("history", "arys-01b", "--json")[1]] == ["split"]


def test_a_correction_takes_new_values_or_voids(command: Command) -> None:
    command("record", "apply", "arys-01", "--date", "2025-02-11", "--by", "me", "--participant", "x")
    number = command("history", "arys-01", "--json")[1][0]["seq"]
    correct = ("record", "correct", "arys-01", "--date", "2025-02-12", "--by", "me", "--corrects", str(number))
    assert command(*correct, "--reason", "name", "--set", "participant=y")[0] == 0
    assert states(command)["arys-01"]["participant"] is None
    assert states(command, "--as-of", "2025-02-12")["arys-01"]["participant"] == "y"
    assert command(*correct, "--reason", "never was", "--void")[0] == 0
    assert states(command, "--as-of", "2025-02-12")["arys-01"]["state"] == "free"


def test_due_lists_what_is_lawful_first(command: Command) -> None:
    _, rows = command("due", "--json")
    days = [row["next_step_from"] for row in rows if row["next_step_from"]]
    assert days == sorted(days)
    assert {row["next_step"] for row in rows} == {"inspect"}


def test_backup_export_and_rebuild(command: Command, tmp_path: Path) -> None:
    states(command)
    assert command("backup", str(tmp_path / "copy.sqlite"))[0] == 0
    assert command("backup", str(tmp_path / "copy.sqlite"))[0] == 4
    assert command("export", str(tmp_path / "all.xlsx"))[0] == 0
    assert command("import", str(tmp_path / "all.xlsx"), "--json")[1]["known"] == 108
    assert command("rebuild")[0] == 0
    assert command("verify", "--json")[1]["ok"]
