"""The ledger on both databases: recording, two dates, lineage, personal data, verifying, backing up."""

from __future__ import annotations

import datetime as dt
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ledger_stories import Story, day, dump, make_register, open_story

from geozones.errors import InputError, LedgerDamagedError, LockHeldError, RefusedError, UsageError
from geozones.ledger import compare_with_layer, connection, open_ledger, upgrade
from geozones.ledger.connection import network_kind, open_engine, plain_errors, read, write
from geozones.ledger.guards import find_missing_guards, install_guards
from geozones.ledger.schema import ALLOCATIONS, METADATA, PROJECTIONS


@pytest.fixture
def story(ledger_url: str) -> Story:
    return open_story(ledger_url)


@pytest.fixture
def local(tmp_path: Path) -> Story:
    """Give a story on SQLite alone."""
    return open_story(f"sqlite:///{tmp_path}/ledger.sqlite")


def test_a_plot_is_recorded_and_read_back(story: Story) -> None:
    recorded = story.contract("P1")
    assert (recorded.seq, recorded.state.state) == (3, "contracted")
    assert story.state("P1", "2025-02-28") == "approved"
    assert story.state("P1", "2025-03-01") == "contracted"
    assert story.state("P2", "2025-03-01") == "free"
    assert story.ledger.head() == (3, recorded.hash)
    assert story.ledger.verify().ok


def test_a_refusal_leaves_the_ledger_as_it_was(story: Story) -> None:
    story.record("apply", "P1", "2025-01-10", participant="Demo 1")
    before = story.ledger.head()
    with pytest.raises(RefusedError, match=r"34\(1\)"):
        story.record("apply", "P1", "2025-01-11", participant="Demo 2")
    with pytest.raises(RefusedError, match="no such plot"):
        story.record("apply", "P9", "2025-01-11", participant="Demo 2")
    assert story.ledger.head() == before


def test_a_dry_run_records_nothing(story: Story) -> None:
    recorded = story.record("apply", "P1", "2025-01-10", participant="Demo 1", dry_run=True)
    assert recorded.state.state == "applied"
    assert story.ledger.head()[0] == 0
    assert story.state("P1", "2025-01-10") == "free"


def test_two_dates_what_was_so_and_what_was_believed(story: Story) -> None:
    story.contract("P1")
    before = dt.datetime(2026, 1, 1, 2, 30, tzinfo=dt.UTC)
    story.record("extend", "P1", "2026-01-05", start_due="2026-12-31", document="addendum 1")
    plots = pd.DataFrame({"plot_id": ["P1"]})
    monday, now = day("2026-01-03"), day("2026-01-06")
    assert not story.ledger.tabulate(plots, as_of=now).loc[0, "start_passed"]
    assert story.ledger.tabulate(plots, as_of=monday).loc[0, "start_passed"]
    assert story.ledger.tabulate(plots, as_of=now, known_at=before).loc[0, "start_passed"]


def test_an_event_recorded_late_changes_the_past_and_keeps_what_was_believed(story: Story) -> None:
    story.contract("P1")
    story.record("start", "P1", "2025-06-01")
    believed = dt.datetime(2026, 1, 1, 3, 30, tzinfo=dt.UTC)
    story.record("inspect", "P1", "2025-04-01", started="no")
    story.record("correct", "P1", "2025-07-01", corrects=4, fields={"date": "2025-05-01"}, reason="typing error")
    assert story.state("P1", "2025-05-15") == "building"
    assert story.state("P1", "2025-05-15", known_at=believed) == "contracted"
    assert story.ledger.verify().ok


def test_a_late_event_that_upsets_later_ones_is_refused(story: Story) -> None:
    story.contract("P1")
    story.record("start", "P1", "2025-06-01")
    with pytest.raises(RefusedError, match="would upset"):
        story.record("terminate", "P1", "2025-04-01", document="agreement", ground="agreement")
    with pytest.raises(RefusedError, match="would upset"):
        story.record("correct", "P1", "2025-07-01", corrects=3, void="yes", reason="never signed")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"corrects": 9, "fields": {"note": "x"}}, "no event 9"),
        ({"corrects": 1}, "changes nothing"),
        ({"corrects": 1, "fields": {"date": "2029-01-01"}}, "in the future"),
    ],
)
def test_wrong_corrections_are_refused(local: Story, fields: dict[str, object], word: str) -> None:
    local.record("apply", "P1", "2025-01-10", participant="Demo 1")
    with pytest.raises(RefusedError, match=word):
        local.record("correct", "P1", "2025-02-01", reason="r", **fields)


def test_corrections_of_corrections_splits_and_other_plots_are_refused(local: Story) -> None:
    local.record("apply", "P1", "2025-01-10", participant="Demo 1")
    local.record("correct", "P1", "2025-02-01", corrects=1, fields={"participant": "Demo 2"}, reason="r")
    for plot_id, number in (("P1", 2), ("P2", 1)):
        with pytest.raises(RefusedError):
            local.record("correct", plot_id, "2025-02-02", corrects=number, void="yes", reason="r")


def test_split_and_merge_keep_the_lineage(story: Story) -> None:
    story.contract("P1")
    parts = [{"plot_id": "P1a", "area_ha": 1.2}, {"plot_id": "P1b", "area_ha": 0.8}]
    with pytest.raises(RefusedError, match="allocation_to"):
        story.record("split", "P1", "2025-05-01", document="d", into=parts)
    story.record("split", "P1", "2025-05-01", document="d", into=parts, allocation_to="P1a")
    story.record("start", "P1a", "2025-06-01")
    with pytest.raises(RefusedError, match="records begin"):
        story.record("apply", "P1b", "2025-04-01", participant="Demo 2")
    merged = [{"plot_id": "C", "area_ha": 2.0}]
    story.record("merge", "P1a", "2025-07-01", document="d", into=merged, **{"with": ["P1b"]})
    assert [story.state("C", date) for date in ("2025-06-30", "2025-07-01")] == ["free", "building"]
    assert [story.state("P1a", date) for date in ("2025-06-30", "2025-07-01")] == ["building", "ended"]
    assert [row["seq"] for row in story.ledger.history("C")] == [1, 2, 3, 4, 5, 6]
    assert [row["seq"] for row in story.ledger.history("P1b")] == [1, 2, 3, 4, 6]
    assert story.ledger.verify().ok


@pytest.mark.parametrize("others", [["P1"], ["P2", "P2"]])
def test_a_merge_takes_different_plots(local: Story, others: list[str]) -> None:
    with pytest.raises(RefusedError, match="different plots"):
        local.record("merge", "P1", "2025-05-01", document="d", into=[{"plot_id": "C"}], **{"with": others})


def test_a_merge_cannot_upset_what_came_later_on_the_plots_merged_in(local: Story) -> None:
    local.record("apply", "P2", "2025-06-01", participant="Demo 2")
    with pytest.raises(RefusedError, match="would upset"):
        local.record("merge", "P1", "2025-05-01", document="d", into=[{"plot_id": "C"}], **{"with": ["P2"]})


def test_a_new_plot_needs_a_new_id(local: Story) -> None:
    local.record("apply", "P2", "2025-01-10", participant="Demo 1")
    for ids in (("P1", "X"), ("P2", "X")):
        with pytest.raises(RefusedError, match="new ids"):
            local.record("split", "P1", "2025-05-01", document="d", into=[{"plot_id": name} for name in ids])


def test_a_correction_before_a_split_reaches_the_parts(story: Story) -> None:
    story.contract("P1")
    parts = [{"plot_id": "A", "area_ha": 1}, {"plot_id": "B", "area_ha": 1}]
    story.record("split", "P1", "2025-05-01", document="d", into=parts, allocation_to="A")
    story.record("correct", "P1", "2025-05-02", corrects=3, fields={"contract_no": "8"}, reason="typing error")
    facts = story.ledger.states(as_of=day("2025-06-01"))["A"].facts
    assert facts["contract_no"] == "8"
    assert story.ledger.verify().ok


def test_rebuilding_gives_the_same_projection(story: Story) -> None:
    story.contract("P1")
    story.record("inspect", "P1", "2025-02-20", started="no")
    story.record("terminate", "P1", "2025-05-01", document="agreement", ground="agreement")
    story.record("reserve", "P2", "2025-05-01", participant="Demo 3")
    parts = [{"plot_id": "A", "area_ha": 1}, {"plot_id": "B", "area_ha": 1}]
    story.record("split", "P2", "2025-06-01", document="d", into=parts, allocation_to="B")
    before = dump(story.ledger)
    assert story.ledger.rebuild() == 4
    assert dump(story.ledger) == before


# ---- personal data ----

PERSON = {"participant": "Demo Person", "holder_id": "850001300011", "holder_kind": "individual"}


def test_personal_data_lies_outside_the_hashed_body(story: Story) -> None:
    story.record("apply", "P1", "2025-01-10", **PERSON)
    with read(story.ledger.engine) as connected:
        bodies = [row[0] for row in connected.execute(sa.text("SELECT body FROM events"))]
    assert "Demo Person" not in bodies[0]
    assert "850001300011" not in bodies[0]
    states = story.ledger.states(as_of=day("2025-02-01"))
    assert states["P1"].facts["participant"] == "Demo Person"
    assert story.ledger.history("P1")[0]["holder_id"] == "850001300011"


def test_a_number_of_a_person_is_known_without_being_told(local: Story) -> None:
    local.record("apply", "P1", "2025-01-10", participant="850001300011")
    with closing(sqlite3.connect(str(local.ledger.engine.url.database))) as connected:
        assert "850001300011" not in connected.execute("SELECT body FROM events").fetchone()[0]


def test_a_person_can_be_erased(story: Story) -> None:
    story.record("apply", "P1", "2025-01-10", **PERSON)
    assert story.ledger.erase_person(PERSON["holder_id"], date=day("2026-01-01"))
    assert not story.ledger.erase_person(PERSON["holder_id"], date=day("2026-01-01"))
    assert story.ledger.states(as_of=day("2025-02-01"))["P1"].facts["participant"].startswith("person:")
    assert story.ledger.verify().ok


def test_a_wrong_check_digit_is_refused_without_repeating_the_number(local: Story) -> None:
    with pytest.raises(RefusedError) as caught:
        local.record("apply", "P1", "2025-01-10", participant="Demo 1", holder_id="123456789012")
    assert "123456789012" not in str(caught.value)


# ---- guards of the database ----


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = 'x'",
        "UPDATE events SET effective_on = effective_on WHERE seq = 1",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT seq, 'P9', event, effective_on, recorded_at, row_key, body, "
        "prev_hash, hash FROM events WHERE seq = 2",
        "REPLACE INTO events SELECT 4, plot_id, event, effective_on, recorded_at, row_key, body, "
        "(SELECT hash FROM events WHERE seq = 3), hash FROM events WHERE seq = 2",
        "INSERT INTO events SELECT 4, plot_id, event, effective_on, recorded_at, row_key, body, prev_hash, "
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' FROM events WHERE seq = 3",
        "INSERT INTO events SELECT 9, plot_id, event, effective_on, recorded_at, row_key, body, hash, "
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' FROM events WHERE seq = 3",
        "INSERT INTO allocations SELECT 99, plot_id, participant, contract_no, state, effective_from, "
        "effective_to FROM allocations",
        "INSERT OR REPLACE INTO allocations SELECT 99, plot_id, participant, contract_no, state, effective_from, "
        "effective_to FROM allocations",
        "INSERT INTO allocations SELECT 99, plot_id, participant, contract_no, state, '2025-02-01', '2025-02-15' "
        "FROM allocations",
    ],
)
def test_sqlite_refuses(local: Story, statement: str) -> None:
    local.contract("P1")
    before = local.ledger.head()
    connected = sqlite3.connect(str(local.ledger.engine.url.database))
    with closing(connected), pytest.raises(sqlite3.IntegrityError, match=r"ledger:|UNIQUE"), connected:
        connected.execute(statement)
    assert local.ledger.head() == before
    assert local.ledger.verify().ok


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = 'x'",
        "DELETE FROM events",
        "TRUNCATE events",
        "INSERT INTO events SELECT 4, plot_id, event, effective_on, recorded_at, row_key, body, prev_hash, 'a' "
        "FROM events WHERE seq = 3",
        "INSERT INTO events SELECT 4, plot_id, event, effective_on, recorded_at, row_key, body, hash, 'a' "
        "FROM events WHERE seq = 3",
        "INSERT INTO events SELECT 2, plot_id, event, effective_on, recorded_at, row_key, body, prev_hash, hash "
        "FROM events WHERE seq = 2 ON CONFLICT (seq) DO UPDATE SET body = 'x'",
        "INSERT INTO allocations SELECT 99, plot_id, participant, contract_no, state, effective_from, "
        "effective_to FROM allocations",
        "INSERT INTO allocations SELECT 99, plot_id, participant, contract_no, state, '2025-02-01', '2025-02-15' "
        "FROM allocations",
    ],
)
def test_postgres_refuses(postgres_url: str, statement: str) -> None:
    story = open_story(postgres_url)
    story.contract("P1")
    with pytest.raises(sa.exc.DBAPIError, match="ledger:"), story.ledger.engine.begin() as connected:
        connected.exec_driver_sql(statement)
    assert story.ledger.verify().ok


def test_holdings_of_a_plot_follow_each_other(story: Story) -> None:
    story.contract("P1")
    story.record("terminate", "P1", "2025-05-01", document="agreement", ground="agreement")
    story.record("return", "P1", "2025-06-01", document="act 1", struck_on="2025-05-20")
    story.record("reserve", "P1", "2025-06-01", participant="Demo 2")
    with read(story.ledger.engine) as connected:
        rows = connected.execute(ALLOCATIONS.select().order_by(ALLOCATIONS.c.effective_from)).all()
    assert [(row.allocation_no, row.participant, str(row.effective_to)) for row in rows] == [
        (2, "Demo 1", "2025-06-01"),
        (6, "Demo 2", "None"),
    ]


# ---- tampering, by plain SQL with the guards dropped ----

TAMPERING = {
    "changed body": ["UPDATE events SET body = replace(body, 'Demo 1', 'Demo 9') WHERE seq = 1"],
    "changed column": ["UPDATE events SET plot_id = 'P3' WHERE seq = 4"],
    "replaced row": [
        "DELETE FROM events WHERE seq = 2",
        "INSERT INTO events SELECT 2, plot_id, event, effective_on, recorded_at, row_key, body, prev_hash, "
        "'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb' FROM events WHERE seq = 1",
    ],
    "removed row": ["DELETE FROM events WHERE seq = 2"],
    "changed state": ["UPDATE spells SET state = 'free'"],
    "removed holding": ["DELETE FROM allocations"],
    "forgotten plot": ["DELETE FROM known_plots WHERE plot_id = 'P1'"],
    "invented holding": [
        "INSERT INTO allocations SELECT 99, 'P8', participant, contract_no, state, effective_from, effective_to "
        "FROM allocations WHERE plot_id = 'P1'"
    ],
}


def tamper(story: Story, statements: list[str]) -> None:
    """Drop all guards, run the statements, and put the guards back as if nothing had been."""
    with story.ledger.engine.begin() as connected:
        if connected.dialect.name == "sqlite":
            names = connected.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for (name,) in names:
                connected.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in ("events", "allocations"):
                connected.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for statement in statements:
            connected.exec_driver_sql(statement)
        install_guards(connected)


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_is_found(story: Story, kind: str) -> None:
    story.contract("P1")
    story.record("apply", "P2", "2025-01-10", participant="Demo 1")
    tamper(story, TAMPERING[kind])
    found = story.ledger.verify()
    assert not found.ok
    assert (found.first_bad is not None) == any("events" in statement for statement in TAMPERING[kind])


def test_a_cut_tail_and_a_rewritten_chain_are_found_by_the_head(story: Story) -> None:
    story.contract("P1")
    _, head = story.ledger.head()
    tamper(story, ["DELETE FROM events WHERE seq = 3"])
    story.ledger.rebuild()
    assert story.ledger.verify().ok
    assert not story.ledger.verify(head=head).ok
    story.record("contract", "P1", "2025-03-02", contract_no="8")
    assert story.ledger.verify().ok
    assert not story.ledger.verify(head=head).ok


def test_dropped_guards_are_found_and_put_back(local: Story) -> None:
    local.contract("P1")
    with local.ledger.engine.begin() as connected:
        connected.exec_driver_sql("DROP TRIGGER events_no_delete")
    assert not local.ledger.verify().ok
    local.ledger.rebuild()
    assert local.ledger.verify().ok


# ---- migrations and backups ----


def make_first_version(url: str) -> None:
    """Make a ledger of the first version, with three events and without projections."""
    story = open_story(url)
    story.contract("P1")
    with story.ledger.engine.begin() as connected:
        for table in reversed(PROJECTIONS):
            table.drop(connected)
        connected.exec_driver_sql("DROP INDEX events_by_time")
        connected.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")


def test_a_migration_keeps_events_and_guards(ledger_url: str) -> None:
    make_first_version(ledger_url)
    story = open_story(ledger_url)
    assert upgrade.version_of(story.ledger.engine) == upgrade.LATEST
    assert story.state("P1", "2025-03-01") == "contracted"
    assert story.ledger.verify().ok
    with read(story.ledger.engine) as connected:
        assert find_missing_guards(connected) == []


def test_a_migration_backs_up_first(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    make_first_version(url)
    open_ledger(url)
    backups = list(tmp_path.glob("ledger.before-*.sqlite"))
    assert len(backups) == 1
    assert upgrade.version_of(open_engine(f"sqlite:///{backups[0]}")) == "0001"


def test_migrations_lead_to_the_tables_of_the_program(story: Story) -> None:
    with story.ledger.engine.connect() as connected:
        context = MigrationContext.configure(connected, opts={"compare_type": False})
        assert compare_metadata(context, METADATA) == []


def test_a_ledger_of_a_newer_program_is_refused(local: Story) -> None:
    with local.ledger.engine.begin() as connected:
        connected.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InputError, match="9999"):
        open_ledger(str(local.ledger.engine.url))


def test_a_backup_is_a_ledger(story: Story, tmp_path: Path) -> None:
    story.contract("P1")
    story.record("apply", "P2", "2025-01-10", **PERSON)
    file = tmp_path / "copies" / "ledger.sqlite"
    assert story.ledger.back_up(file).events == 4
    assert sorted(path.name for path in file.parent.iterdir()) == ["ledger.sqlite"]
    copied = open_story(f"sqlite:///{file}")
    assert copied.ledger.head() == story.ledger.head()
    assert copied.ledger.states(as_of=day("2025-06-01")) == story.ledger.states(as_of=day("2025-06-01"))
    with pytest.raises(InputError, match="exists already"):
        story.ledger.back_up(file)


def test_two_backups_of_one_name_at_once_do_not_disturb_each_other(local: Story, tmp_path: Path) -> None:
    local.contract("P1")
    file = tmp_path / "copies" / "ledger.sqlite"
    for _ in range(5):
        with ThreadPoolExecutor(4) as pool:
            coming = [pool.submit(local.ledger.back_up, file) for _ in range(4)]
        errors = [each.exception() for each in coming]
        assert all(error is None or "exists already" in str(error) for error in errors)
        assert None in errors
        assert file.exists()
        assert not list(file.parent.glob("*.partial"))
        assert open_story(f"sqlite:///{file}").ledger.head() == local.ledger.head()
        file.unlink()


def test_a_backup_that_does_not_verify_is_removed(local: Story, tmp_path: Path) -> None:
    local.contract("P1")
    tamper(local, TAMPERING["changed body"])
    with pytest.raises(LedgerDamagedError):
        local.ledger.back_up(tmp_path / "copy.sqlite")
    assert not list(tmp_path.glob("copy*"))


# ---- where a ledger may lie ----


@pytest.mark.parametrize(
    "error",
    [
        PermissionError("ledger.sqlite"),
        sa.exc.OperationalError("PRAGMA", None, sqlite3.OperationalError("attempt to write a readonly database")),
        sa.exc.OperationalError("PRAGMA", None, sqlite3.OperationalError("unable to open database file")),
    ],
)
def test_a_ledger_that_cannot_be_written_to_is_no_bug(error: Exception) -> None:
    with pytest.raises(UsageError, match="The ledger cannot be written to"), plain_errors():
        raise error


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(UsageError):
        open_engine(url)


def test_network_folders_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mounts = "none / ext4 rw 0 0\nhost:/x /srv/share nfs4 rw 0 0\n//pc/y /mnt/my\\040share cifs rw 0 0\n"
    assert network_kind("/srv/share/state", mounts) == "nfs4"
    assert network_kind("/mnt/my share", mounts) == "cifs"
    assert network_kind("/srv/shared", mounts) is None
    monkeypatch.setattr(connection, "_file_system_of", lambda folder: "nfs4")
    with pytest.raises(InputError, match="nfs4"):
        open_engine(f"sqlite:///{tmp_path}/ledger.sqlite")


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    file.write_bytes(b"no database" * 500)
    with pytest.raises(LedgerDamagedError, match="no ledger"):
        open_ledger(f"sqlite:///{file}")


def test_a_writer_that_waits_too_long_says_so(local: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    local.contract("P1")
    monkeypatch.setattr(connection, "WAIT_S", 0.05)
    impatient = open_engine(str(local.ledger.engine.url))
    with write(local.ledger.engine), pytest.raises(LockHeldError), write(impatient):
        pytest.fail("two writers at once")


def test_readers_do_not_wait_for_the_writer(local: Story) -> None:
    local.contract("P1")
    with write(local.ledger.engine):
        assert local.state("P1", "2025-03-01") == "contracted"


def test_the_register_of_plots_comes_from_the_layers() -> None:
    from geozones.ledger import register_plots

    plots = pd.DataFrame({"plot_id": ["A", "B"], "zone_id": ["z", "?"], "area_ha": [1.5, None]})
    zones = pd.DataFrame({"zone_id": ["z"], "kind": ["private"], "register_date": [pd.Timestamp("2024-01-05")]})
    register = register_plots(plots, zones, today=day("2025-01-01"))
    assert register.plots["A"].zone_kind == "private"
    assert register.plots["A"].register_date == day("2024-01-05")
    assert register.plots["B"].area_ha is None
    assert make_register(["A"]).plots["A"].zone_kind == "regional"


def test_the_ledger_and_the_layer_are_compared(local: Story) -> None:
    local.contract("P1")
    parts = [{"plot_id": "A", "area_ha": 1}, {"plot_id": "B", "area_ha": 1}]
    local.record("split", "P1", "2025-05-01", document="d", into=parts, allocation_to="A")
    local.record("reserve", "P2", "2025-05-01", participant="Demo 3")
    plots = pd.DataFrame({"plot_id": ["P1", "P2", "P3", "B"], "valid_to": [None, "2025-05-02", None, None]})
    later = day("2025-05-02")
    found = compare_with_layer(plots, local.ledger.states(as_of=later), as_of=later)
    assert [(rule, plot_id) for rule, plot_id, _ in found] == [
        ("plot_not_in_layer", "A"),
        ("plot_ended_in_ledger", "P1"),
        ("plot_ended_in_layer", "P2"),
    ]
    assert compare_with_layer(plots, {}, as_of=later) == []


def test_the_last_events_of_every_plot(story: Story) -> None:
    story.contract("P1")
    story.record("inspect", "P1", "2025-03-05", started="no")
    story.record("apply", "P2", "2025-03-05", participant="Demo 2")
    story.record("correct", "P2", "2025-03-06", corrects=5, fields={"date": "2025-03-02"}, reason="r")
    last = story.ledger.last_events(as_of=day("2025-03-04"), count=2)
    assert [(event.name, event.seq) for event in last["P1"]] == [("contract", 3), ("approve", 2)]
    assert [(event.name, event.date) for event in last["P2"]] == [("apply", day("2025-03-02"))]
    assert [event.name for event, _ in story.ledger.events(after=4)] == ["apply", "correct"]
