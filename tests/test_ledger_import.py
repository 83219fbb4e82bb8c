"""Imports: all rows or none, each bad row named, the same file twice changes nothing."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_stories import TODAY, Story, day, open_story

from geozones.errors import EncodingError, ImportRefusedError, InputError
from geozones.ledger import ImportReport, import_file, import_opening
from geozones.ledger.exporting import export_workbook
from geozones.ledger.sheets import JOURNAL, REGISTER, columns_of
from geozones.ledger.workbook import write_workbook
from geozones.lifecycle import EVENTS, plot_states

REGISTER_ROWS: tuple[dict[str, Any], ...] = (
    {"plot_id": "P1", "participant": "Demo 1", "contract_no": "1", "contract_date": "2024-01-05",
     "start_due": "2025-01-05", "investment_kzt": 1000.0},
    {"plot_id": "P2", "participant": "Demo 2", "reserved_for": "Demo 2"},
)  # fmt: skip
JOURNAL_ROWS: tuple[dict[str, Any], ...] = (
    {
        "date": "2025-02-01",
        "plot_id": "P1",
        "event": "extend",
        "start_due": "2025-12-31",
        "document": "addendum 1",
    },
    {"date": "2025-02-02", "plot_id": "P3", "event": "apply", "participant": "Demo 3"},
)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return open_story(f"sqlite:///{tmp_path}/ledger.sqlite")


def take(story: Story, file: Path, *, dry_run: bool = False) -> ImportReport:
    return import_file(
        story.ledger, file, register=story.register, balance_on=day("2025-02-10"), actor="gis", dry_run=dry_run
    )


def make_book(
    folder: Path,
    *,
    register: Sequence[Mapping[str, Any]] = REGISTER_ROWS,
    journal: Sequence[Mapping[str, Any]] = JOURNAL_ROWS,
    language: str = "ru",
    name: str = "register.xlsx",
) -> Path:
    file = folder / name
    write_workbook(file, register=register, journal=journal, plot_ids=["P1", "P2", "P3"], language=language)
    return file


def write_csv(folder: Path, rows: Sequence[Mapping[str, Any]], *, encoding: str = "utf-8") -> Path:
    file = folder / "register.csv"
    with file.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return file


def edit(file: Path, sheet: str, cell: str, value: object) -> None:
    book = openpyxl.load_workbook(file)
    book[sheet][cell] = value
    book.save(file)


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_workbook_comes_in_once(story: Story, tmp_path: Path, language: str) -> None:
    file = make_book(tmp_path, language=language)
    report = take(story, file)
    assert (report.rows, report.recorded, report.events) == (4, 4, {"opening": 2, "extend": 1, "apply": 1})
    assert [story.state(plot, "2025-02-10") for plot in ("P1", "P2", "P3")] == [
        "contracted",
        "reserved",
        "applied",
    ]
    again = take(story, file)
    assert (again.recorded, again.known) == (0, 4)
    assert story.ledger.head()[0] == 4


def test_a_row_added_to_the_journal_is_the_only_news(story: Story, tmp_path: Path) -> None:
    take(story, make_book(tmp_path))
    more = {"date": "2025-03-01", "plot_id": "P3", "event": "withdraw"}
    report = take(story, make_book(tmp_path, journal=[*JOURNAL_ROWS, more]))
    assert (report.recorded, report.known) == (1, 4)


def test_two_equal_rows_are_two_events_and_come_in_once(story: Story, tmp_path: Path) -> None:
    seen = {"date": "2025-02-05", "plot_id": "P1", "event": "inspect", "started": "no"}
    file = make_book(tmp_path, journal=[*JOURNAL_ROWS, seen, seen])
    assert take(story, file).recorded == 6
    assert take(story, file).recorded == 0


def test_an_event_recorded_by_hand_is_known_to_the_workbook(story: Story, tmp_path: Path) -> None:
    story.record("apply", "P3", "2025-02-02", participant="Demo 3")
    assert take(story, make_book(tmp_path)).known == 1


def test_a_dry_run_changes_nothing(story: Story, tmp_path: Path) -> None:
    report = take(story, make_book(tmp_path), dry_run=True)
    assert (report.recorded, report.dry_run) == (4, True)
    assert story.ledger.head()[0] == 0


def test_what_is_exported_comes_in_without_changing_anything(story: Story, tmp_path: Path) -> None:
    take(story, make_book(tmp_path))
    story.record("inspect", "P1", "2025-03-01", started="no", note="= no formula")
    story.record("correct", "P1", "2025-03-02", corrects=5, fields={"started": "unknown"}, reason="r")
    parts = [{"plot_id": "A", "area_ha": 1}, {"plot_id": "B", "area_ha": 1}]
    story.record("withdraw", "P3", "2025-03-02")
    story.record("split", "P3", "2025-03-03", document="d", into=parts)
    person = {"participant": "Demo Person", "holder_id": "850001300011", "holder_kind": "individual"}
    story.record("apply", "A", "2025-03-04", **person)
    file = tmp_path / "all.xlsx"
    assert export_workbook(story.ledger, file) == 9
    assert (take(story, file).known, take(story, file).recorded) == (9, 0)
    fresh = open_story(f"sqlite:///{tmp_path}/fresh.sqlite")
    assert take(fresh, file).recorded == 9
    for date in ("2025-02-10", "2025-03-03"):
        assert {name: state.state for name, state in fresh.ledger.states(as_of=day(date)).items()} == {
            name: state.state for name, state in story.ledger.states(as_of=day(date)).items()
        }


def test_the_same_content_gives_the_same_workbook(tmp_path: Path) -> None:
    one, two = make_book(tmp_path, name="1.xlsx"), make_book(tmp_path, name="2.xlsx")
    assert one.read_bytes() == two.read_bytes()


def test_headings_stand_in_russian_kazakh_and_contract_names(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(make_book(tmp_path))
    assert book.sheetnames == ["Register", "Journal", "Lists"]
    for name in (REGISTER, JOURNAL):
        rows = list(book[name].iter_rows(max_row=3, values_only=True))
        assert rows[2] == tuple(columns_of(name))
        assert all(rows[0])
        assert all(rows[1])
        assert book[name].data_validations.count > 3
    assert [cell.value for cell in book["Lists"]["A"][1:]] == list(EVENTS)


# ---- bad input ----


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"date": "2025-02-01", "plot_id": "P9", "event": "apply", "participant": "x"}, "no such plot"),
        ({"date": "2027-06-01", "plot_id": "P3", "event": "apply", "participant": "x"}, "future"),
        ({"date": "2025-02-03", "plot_id": "P1", "event": "apply", "participant": "x"}, "not allowed"),
        ({"date": "2025-02-11", "plot_id": "P2", "event": "apply"}, "not allowed"),
        ({"date": "2025-02-01", "plot_id": "P3", "event": "apply"}, "needs participant"),
        (
            {
                "date": "2025-02-01",
                "plot_id": "P3",
                "event": "apply",
                "participant": "x",
                "holder_id": "123456789012",
            },
            "BIN",
        ),
        ({"plot_id": "P3", "event": "withdraw"}, "lacks date"),
    ],
)
def test_a_bad_row_refuses_all(story: Story, tmp_path: Path, row: dict[str, Any], word: str) -> None:
    file = make_book(tmp_path, journal=[*JOURNAL_ROWS[:1], row])
    with pytest.raises(ImportRefusedError, match=word) as caught:
        take(story, file)
    assert "sheet Journal, row 5" in str(caught.value)
    assert story.ledger.head()[0] == 0


@pytest.mark.parametrize(
    ("cell", "value", "word"),
    [
        ("A4", "soon", "no date"),
        ("A4", "=TODAY()", "formulas"),
        ("C4", "продажа", "allowed"),
        ("AZ4", "stray", "no heading"),
        ("B4", None, "lacks plot_id"),
        ("D3", "colour", "unknown column"),
    ],
)
def test_a_bad_cell_is_named(story: Story, tmp_path: Path, cell: str, value: object, word: str) -> None:
    file = make_book(tmp_path)
    edit(file, JOURNAL, cell, value)
    with pytest.raises(ImportRefusedError, match=word):
        take(story, file)
    assert story.ledger.head()[0] == 0


def test_merged_cells_are_named(story: Story, tmp_path: Path) -> None:
    file = make_book(tmp_path)
    book = openpyxl.load_workbook(file)
    book[JOURNAL].merge_cells("A4:A5")
    book.save(file)
    with pytest.raises(ImportRefusedError, match="A4:A5"):
        take(story, file)


def test_all_bad_rows_are_reported_at_once(story: Story, tmp_path: Path) -> None:
    wrong = {"plot_id": "P1", "participant": "x", "contract_date": "2029-01-01"}
    unknown = {"date": "2025-02-01", "plot_id": "P9", "event": "withdraw"}
    file = make_book(tmp_path, register=[wrong, {"plot_id": "P2"}], journal=[unknown])
    with pytest.raises(ImportRefusedError) as caught:
        take(story, file)
    assert len(caught.value.messages) == 3


def test_sheets_of_another_kind_are_named(story: Story, tmp_path: Path) -> None:
    file = make_book(tmp_path)
    book = openpyxl.load_workbook(file)
    book.create_sheet("Notes")["A1"] = "remember"
    book.save(file)
    with pytest.raises(InputError, match="Notes"):
        take(story, file)


def test_one_sheet_of_any_name_will_do(story: Story, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Лист1"
    book.active.append(["Участок", "plot_id", "participant", "contract_date"][1:])
    book.active.append(["P1", "Demo 1", "05.01.2024"])
    file = tmp_path / "sent.xlsx"
    book.save(file)
    assert take(story, file).events == {"opening": 1}


def test_a_million_empty_rows_do_no_harm(story: Story, tmp_path: Path) -> None:
    file, long = make_book(tmp_path), tmp_path / "long.xlsx"
    rows = b"".join(b'<row r="%d"><c r="A%d" s="3"/></row>' % (row, row) for row in range(6, 1_048_577))
    with zipfile.ZipFile(file) as book, zipfile.ZipFile(long, "w", zipfile.ZIP_DEFLATED) as padded:
        for name in book.namelist():
            content = book.read(name)
            if name == "xl/worksheets/sheet2.xml":
                content = content.replace(b"</sheetData>", rows + b"</sheetData>")
                assert len(content) > len(rows)
            padded.writestr(name, content)
    assert take(story, long).recorded == 4


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"no workbook"])
def test_a_damaged_workbook_is_named(story: Story, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "register.xlsx"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"register\.xlsx"):
        take(story, file)


def test_a_missing_file_is_named(story: Story, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv"):
        take(story, tmp_path / "none.csv")


# ---- text tables ----


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_table_comes_in(story: Story, tmp_path: Path, encoding: str) -> None:
    rows = [{**REGISTER_ROWS[0], "participant": "Демо-участник 1"}, REGISTER_ROWS[1]]
    assert take(story, write_csv(tmp_path, rows, encoding=encoding)).events == {"opening": 2}
    assert take(story, write_csv(tmp_path, JOURNAL_ROWS)).events == {"extend": 1, "apply": 1}


def test_a_text_table_in_another_encoding_is_refused(story: Story, tmp_path: Path) -> None:
    rows = [{**REGISTER_ROWS[0], "participant": "Демо-участник 1"}]
    with pytest.raises(EncodingError, match="UTF-8"):
        take(story, write_csv(tmp_path, rows, encoding="cp1251"))


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "plot_id,participant,colour\nP1,x,red\n", "\0\0\0"])
def test_a_text_table_of_something_else_is_refused(story: Story, tmp_path: Path, text: str) -> None:
    file = tmp_path / "register.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        take(story, file)


# ---- the opening balance from the layers ----


def test_the_opening_balance_gives_the_states_of_its_table(story: Story) -> None:
    table = pd.DataFrame(REGISTER_ROWS)
    for column in ("contract_date", "start_due"):
        table[column] = pd.to_datetime(table[column])
    report = import_opening(story.ledger, table, register=story.register, balance_on=day("2025-02-10"))
    assert report.recorded == 2
    again = import_opening(story.ledger, table, register=story.register, balance_on=day("2025-03-10"))
    assert again.recorded == 0
    plots = pd.DataFrame({"plot_id": ["P1", "P2", "P3"]})
    kept = story.ledger.tabulate(plots, as_of=day("2025-02-10"))
    derived = plot_states(plots, table, as_of=day("2025-02-10"))
    pd.testing.assert_frame_equal(kept[list(derived.columns)], derived)


dates = st.none() | st.dates(day("2020-01-01"), TODAY)
openings = st.fixed_dictionaries(
    {"council_date": dates, "contract_date": dates, "started_on": dates, "commissioned_on": dates,
     "start_due": dates, "reserved_for": st.none() | st.just("Demo 1"), "participant": st.just("Demo 1")}
).filter(lambda row: row["reserved_for"] or row["contract_date"] or row["council_date"])  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(openings, min_size=3, max_size=3), as_of=st.dates(day("2026-01-01"), TODAY))
def test_any_opening_balance_says_what_its_table_says(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], as_of: Any
) -> None:
    story = open_story(f"sqlite:///{tmp_path_factory.mktemp('opening')}/ledger.sqlite")
    table = pd.DataFrame([{"plot_id": f"P{place}", **row} for place, row in enumerate(rows, start=1)])
    import_opening(story.ledger, table, register=story.register, balance_on=day("2020-01-01"))
    plots = table[["plot_id"]]
    kept = story.ledger.tabulate(plots, as_of=as_of)
    for column in ("council_date", "contract_date", "started_on", "commissioned_on", "start_due"):
        table[column] = pd.to_datetime(table[column])
    derived = plot_states(plots, table, as_of=as_of)
    pd.testing.assert_frame_equal(kept[list(derived.columns)], derived)
