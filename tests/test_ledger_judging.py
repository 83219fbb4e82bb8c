"""What the ledger lets in: one participant from application to contract, corrected events, persons, previews."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from ledger_stories import TODAY, Story, day, make_register, open_story

from geozones.errors import ImportRefusedError, LedgerDamagedError, RefusedError
from geozones.gate import write_message
from geozones.ledger import PlotRegister, import_file, open_ledger, upgrade
from geozones.ledger.schema import PROJECTIONS
from geozones.ledger.workbook import write_workbook

PERSON = {"participant": "Demo Person", "holder_id": "850001300011", "holder_kind": "individual"}


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return open_story(f"sqlite:///{tmp_path}/ledger.sqlite")


def bodies(story: Story) -> str:
    with closing(sqlite3.connect(str(story.ledger.engine.url.database))) as connected:
        return "\n".join(row[0] for row in connected.execute("SELECT body FROM events"))


# ---- who applied, who is decided on, who signs ----


def test_the_contract_is_of_the_participant_that_applied(story: Story) -> None:
    story.record("apply", "P1", "2025-01-10", participant="ТОО «Альфа»")
    with pytest.raises(RefusedError, match=r"34\(2\)"):
        story.record("approve", "P1", "2025-02-10", document="p", participant="ТОО «Бета»")
    story.record("approve", "P1", "2025-02-10", document="p", participant='тоо "альфа"')
    with pytest.raises(RefusedError, match="application is of"):
        story.record("contract", "P1", "2025-03-01", contract_no="7", participant="ТОО «Бета»")
    story.record("assign", "P1", "2025-02-20", participant="ТОО «Бета»", document="reorganisation")
    story.record("contract", "P1", "2025-03-01", contract_no="7", participant="ТОО «Бета»")


def test_numbers_win_over_names_and_what_cannot_be_compared_passes(story: Story) -> None:
    number = {"holder_id": "060040010017"}
    story.record("apply", "P1", "2025-01-10", participant="Альфа", **number)
    story.record("approve", "P1", "2025-02-10", document="p", participant="ТОО Альфа Групп", **number)
    story.record("apply", "P2", "2025-01-10", participant="Demo Person")
    story.record("approve", "P2", "2025-02-10", document="p", **PERSON)


def test_a_reserved_plot_goes_to_no_other_person(story: Story) -> None:
    story.record("reserve", "P1", "2025-01-10", reserved_for="850001300011")
    assert "850001300011" not in bodies(story)
    with pytest.raises(RefusedError, match=r"33\(3\)"):
        story.record("contract", "P1", "2025-02-01", contract_no="7", participant="900101300017",
                     holder_kind="individual")  # fmt: skip
    story.record("contract", "P1", "2025-02-01", contract_no="7", participant="850001300011")


# ---- the way back ----


def test_a_plot_is_not_free_before_it_is_struck_from_the_cadastre(story: Story) -> None:
    story.contract("P1")
    story.record("terminate", "P1", "2025-05-01", document="agreement", ground="agreement")
    with pytest.raises(RefusedError, match="releasing"):
        story.record("return", "P1", "2025-06-01", document="act 1", struck_on="2025-06-05")
    story.record("return", "P1", "2025-06-05", document="act 1", struck_on="2025-06-05")
    assert [story.state("P1", date) for date in ("2025-06-04", "2025-06-05")] == ["terminated", "returned"]


def test_land_is_not_returned_while_a_court_holds_the_clock(story: Story) -> None:
    story.contract("P1")
    story.record("terminate", "P1", "2025-05-01", document="agreement", ground="agreement")
    story.record("suspend", "P1", "2025-05-10", reason="court")
    fields = {"document": "act 1", "struck_on": "2025-06-01"}
    with pytest.raises(RefusedError, match="held since"):
        story.record("return", "P1", "2025-06-01", **fields)
    story.record("resume", "P1", "2025-05-20")
    story.record("return", "P1", "2025-06-01", **fields)


def test_a_plot_that_the_layer_has_ended_is_not_given_away(story: Story) -> None:
    facts = replace(make_register(["P1"]).plots["P1"], valid_to=day("2025-02-01"))
    story.register = PlotRegister(TODAY, {"P1": facts})
    for name, fields in (("apply", {"participant": "x"}), ("reserve", {"reserved_for": "x"})):
        with pytest.raises(RefusedError, match="ended on 2025-02-01"):
            story.record(name, "P1", "2025-02-01", **fields)
    story.record("apply", "P1", "2025-01-31", participant="x")


# ---- corrections ----


def returned(story: Story) -> None:
    story.contract("P1")
    story.record("terminate", "P1", "2025-05-01", document="agreement", ground="agreement")
    story.record("return", "P1", "2025-06-05", document="act 1", struck_on="2025-06-05")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"struck_on": "2029-01-01"}, "future"),
        ({"struck_on": "2025-04-01"}, "before the contract ended"),
        ({"struck_on": None}, "needs struck_on"),
        ({"document": None}, "needs document"),
        ({"start_due": "2026-01-01"}, "cannot carry"),
        ({"date": "2025-06-04"}, "releasing"),
    ],
)
def test_a_correction_makes_of_an_event_only_what_could_be_recorded(
    story: Story, fields: dict[str, Any], word: str
) -> None:
    returned(story)
    with pytest.raises(RefusedError, match=word):
        story.record("correct", "P1", "2025-07-01", corrects=5, reason="r", fields=fields)
    assert story.ledger.head()[0] == 5
    story.record("correct", "P1", "2025-07-01", corrects=5, reason="r", fields={"struck_on": "2025-06-01"})


def test_a_corrected_notice_keeps_to_its_terms(story: Story) -> None:
    story.contract("P1")
    story.record("breach", "P1", "2026-02-20", document="act")
    story.record("notice", "P1", "2026-03-01", document="n", delivered="2026-03-02")
    story.record("termination_notice", "P1", "2026-05-10", document="n2")
    with pytest.raises(RefusedError, match="too early"):
        story.record("correct", "P1", "2026-06-01", corrects=6, reason="r", fields={"date": "2026-05-04"})
    story.record("correct", "P1", "2026-06-01", corrects=6, reason="r", fields={"date": "2026-05-05"})


def test_the_number_in_a_correction_is_checked_and_put_aside(story: Story) -> None:
    story.record("apply", "P1", "2025-01-10", participant="Demo 1")
    for number in ("123456789012", "850001300012"):
        with pytest.raises(RefusedError, match="BIN or IIN"):
            story.record("correct", "P1", "2025-02-01", corrects=1, reason="r", fields={"holder_id": number})
    story.record("correct", "P1", "2025-02-01", corrects=1, reason="r", fields=PERSON)
    assert "850001300011" not in bodies(story)
    assert story.ledger.states(as_of=day("2025-02-01"))["P1"].facts["participant"] == "Demo Person"
    assert story.ledger.history("P1")[1]["fields"]["participant"] == "Demo Person"
    story.record("correct", "P1", "2025-02-02", corrects=1, reason="r", fields={"participant": "Demo 2"})
    assert story.ledger.states(as_of=day("2025-02-01"))["P1"].facts["participant"] == "Demo 2"


def test_a_corrected_opening_balance_does_not_reach_beyond_later_events(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "register.xlsx"
    row = {"plot_id": "P1", "participant": "Demo 1", "contract_date": "2024-01-05", "start_due": "2025-01-05"}
    write_workbook(file, register=[row])
    import_file(story.ledger, file, register=story.register, balance_on=day("2025-02-10"), actor="gis")
    story.record("extend", "P1", "2025-02-12", start_due="2025-12-31")
    with pytest.raises(RefusedError, match="records begin"):
        story.record("correct", "P1", "2025-03-01", corrects=1, reason="r", fields={"started_on": "2025-02-20"})
    story.record("correct", "P1", "2025-03-01", corrects=1, reason="r", fields={"contract_no": "9"})
    facts = story.ledger.states(as_of=day("2025-03-01"))["P1"].facts
    assert (facts["contract_no"], facts["start_due"]) == ("9", "2025-12-31")


# ---- persons, previews, migrations ----


def test_a_person_without_a_number_is_erased_by_name(story: Story) -> None:
    story.record("apply", "P1", "2025-01-10", participant="Demo Person", holder_kind="individual")
    story.record("apply", "P2", "2025-01-10", **{**PERSON, "participant": "Demo Other"})
    assert not story.ledger.erase_person("Demo Other", date=day("2026-01-01"))
    assert story.ledger.erase_person("Demo Person", date=day("2026-01-01"))
    assert story.ledger.history("P1")[0]["participant"].startswith("person:")


def test_a_dry_run_shows_what_each_row_leads_to(story: Story, tmp_path: Path) -> None:
    story.contract("P1")
    file = tmp_path / "register.xlsx"
    journal = [
        {"date": "2025-06-01", "plot_id": "P1", "event": "start"},
        {"date": "2025-06-02", "plot_id": "P2", "event": "apply", "participant": "Demo 2"},
    ]
    write_workbook(file, journal=journal)
    report = import_file(
        story.ledger, file, register=story.register, balance_on=day("2025-02-10"), actor="gis", dry_run=True
    )
    assert [tuple(row.values()) for row in report.preview] == [
        ("Journal", 4, "P1", "start", "2025-06-01", "contracted", "building"),
        ("Journal", 5, "P2", "apply", "2025-06-02", "free", "applied"),
    ]
    assert story.ledger.head()[0] == 3


def test_a_migration_that_does_not_verify_changes_nothing(ledger_url: str) -> None:
    story = open_story(ledger_url)
    story.contract("P1")
    with story.ledger.engine.begin() as connected:
        for table in reversed(PROJECTIONS):
            table.drop(connected)
        connected.exec_driver_sql("DROP INDEX events_by_time")
        connected.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        if connected.dialect.name == "sqlite":
            connected.exec_driver_sql("DROP TRIGGER events_no_update")
        else:
            connected.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER ALL")
        connected.exec_driver_sql("UPDATE events SET body = replace(body, 'Demo 1', 'Demo 9') WHERE seq = 1")
    with pytest.raises(LedgerDamagedError, match="left as it was"):
        open_ledger(ledger_url)
    assert upgrade.version_of(story.ledger.engine) == "0001"
    assert "spells" not in sa.inspect(story.ledger.engine).get_table_names()


def test_bad_rows_are_named_in_the_order_of_the_sheets_and_in_words(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "register.xlsx"
    journal = [
        {"date": "2025-06-01", "plot_id": "nowhere", "event": "start"},
        {"date": "2025-06-01", "plot_id": "P1", "event": "start"},
    ]
    write_workbook(file, register=[{"plot_id": "P2"}], journal=journal)
    book = openpyxl.load_workbook(file)
    book["Journal"]["C5"] = "продажа"
    book["Journal"]["C6"] = "start"
    book.save(file)
    with pytest.raises(ImportRefusedError) as caught:
        import_file(story.ledger, file, register=story.register, balance_on=day("2025-02-10"), actor="gis")
    places = [(message.params["sheet"], message.params["row"]) for message in caught.value.messages]
    assert places == [("Register", 4), ("Journal", 4), ("Journal", 5), ("Journal", 6)]
    told = write_message(caught.value.messages[2], "ru")
    assert "«Событие» (event) содержит «продажа»; допустимо: Заявка, " in told
