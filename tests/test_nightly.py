"""A night: what it builds, holds back, keeps, writes to whom, and how it ends."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from region_fixtures import MailBox, SmallRegion

from geozones import alerts, nightly, publish
from geozones.alerts import Letter
from geozones.cli.app import run
from geozones.config import load_config
from geozones.config.model import MailConfig
from geozones.errors import AlertError, ConfigError, Message
from geozones.nightly import alarm, mishaps
from geozones.nightly.log import write_line

MAIL = """
[nightly.mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "geozones@example.kz"
to = ["operator@example.kz"]
"""


def night_of(region: SmallRegion, *arguments: str) -> int:
    return run(["nightly", "-c", str(region.config), "--lang", "en", *arguments])


def half(features: list[Any]) -> list[Any]:
    return features[: len(features) // 2]


# ---- the whole ----


def test_a_night_that_is_held_back_accepted_and_copied(
    small_region: SmallRegion, mail_box: MailBox, capfd: pytest.CaptureFixture[str]
) -> None:
    small_region.add_settings(f'[nightly]\ncopy_to = "../share"\n{MAIL.format(port=mail_box.port)}')
    assert night_of(small_region) == 0
    first = publish.current_run(small_region.out)
    log = capfd.readouterr().err
    for stage in ("read", "check", "analyse", "pages", "data", "publish", "backup", "copy", "prune"):
        assert f"stage={stage} seconds=" in log
    assert "stage=read seconds=" in log
    assert "layers=15 features=" in log
    assert publish.current_run(small_region.folder / "share").name == first.name
    assert len(list((small_region.folder / ".geozones" / "backups").glob("ledger-*.sqlite"))) == 1
    assert mail_box.letters == []

    small_region.edit("plots", half)
    assert night_of(small_region, "--json") == 7
    said = capfd.readouterr()
    answer = json.loads(said.out)
    assert (answer["published"], answer["kept"]) == (False, [])
    assert "Layer plots: 90 features became 45." in answer["reasons"][0]
    assert "is held back" in said.err
    assert publish.current_run(small_region.out) == first
    assert publish.current_run(small_region.folder / "share").name == first.name
    notice = (small_region.out / "notice.js").read_bytes()
    assert (small_region.folder / "share" / "notice.js").read_bytes() == notice
    assert "Слой plots: объектов было 90, стало 45" in (small_region.out / "notice.js").read_text("utf-8").encode(
        "ascii"
    ).decode("unicode_escape")
    (letter,) = mail_box.letters
    assert letter["Subject"] == "GeoZones, Turkestan Region: rebuild held back"
    assert "Layer plots: 90 features became 45." in letter.get_content()
    assert "--accept-change" in letter.get_content()
    assert str(small_region.folder) not in letter.as_string()

    contracts_without_plots = 3
    assert night_of(small_region, "--accept-change", "new survey", "--quiet") == contracts_without_plots
    run_now = publish.read_manifest(publish.current_run(small_region.out))
    assert run_now.run_id != first.name
    assert run_now.facts["gate"]["accepted"] == "new survey"
    assert run_now.facts["gate"]["breaches"][0]["before"] == 90
    assert (small_region.out / "notice.js").read_text() == "window.geozonesNotice = null;\n"
    assert len(mail_box.letters) == 1


def test_a_failed_layer_is_replaced_by_its_last_copy_or_stops_the_night(
    small_region: SmallRegion, mail_box: MailBox, capfd: pytest.CaptureFixture[str]
) -> None:
    text = small_region.config.read_text("utf-8").replace(
        'source = "gas.geojson"', 'source = "gas.geojson"\nkeep_last = true'
    )
    small_region.config.write_text(text, "utf-8")
    small_region.add_settings(MAIL.format(port=mail_box.port))
    assert night_of(small_region, "--quiet") == 0
    gas = small_region.layer("gas")
    gas.write_bytes(gas.read_bytes()[: gas.stat().st_size // 2])
    assert night_of(small_region, "--json", "--quiet") == 3
    said = capfd.readouterr()
    answer = json.loads(said.out)
    assert answer["published"] is True
    assert [(kept["layer"], kept["day"]) for kept in answer["kept"]] == [("gas", "2025-02-10")]
    assert "stand as their last good copies: gas" in said.err
    assert mail_box.letters[-1]["Subject"] == "GeoZones, Turkestan Region: a layer failed"
    assert "Its copy of 10 Feb 2025 stands in for it." in mail_box.letters[-1].get_content()
    page = (publish.current_run(small_region.out) / "internal" / "index.html").read_text("utf-8")
    assert "қабат оқылмады, 10.02.2025 көшірмесі" in page

    served = publish.current_run(small_region.out)
    plots = small_region.layer("plots")
    plots.write_bytes(plots.read_bytes()[:-100])
    assert night_of(small_region, "--quiet") == 4
    assert publish.current_run(small_region.out) == served
    assert mail_box.letters[-1]["Subject"] == "GeoZones, Turkestan Region: rebuild failed"
    assert "Layer plots" in mail_box.letters[-1].get_content()
    assert len(list((small_region.folder / ".geozones" / "backups").glob("*.sqlite"))) == 3


def test_a_source_beyond_its_limits_counts_as_failed(
    small_region: SmallRegion, capfd: pytest.CaptureFixture[str]
) -> None:
    small_region.add_settings("[nightly.limits]\nsource_seconds = 0.0001")
    assert night_of(small_region, "--quiet") == 4
    assert "Layer zones: reading it takes longer than 0.0001 s" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("run_seconds = 0.5", "The run takes longer than 0.5 s"),
        ("run_memory_mb = 700", "700 MB"),
    ],
)
def test_a_run_beyond_its_limits_is_ended(
    small_region: SmallRegion, capfd: pytest.CaptureFixture[str], limits: str, said: str
) -> None:
    small_region.add_settings(f"[nightly.limits]\n{limits}")
    assert night_of(small_region, "--quiet") == 9
    assert said in capfd.readouterr().err
    assert not (small_region.out / "latest.json").exists()


@pytest.mark.parametrize(
    ("error", "is_want"),
    [
        (MemoryError(), True),
        (RuntimeError("can't start new thread"), True),
        (SystemError("error return without exception set"), True),
        (RuntimeError("no such thing"), False),
        (SystemError("bad argument to internal function"), False),
    ],
)
def test_want_of_memory_is_told_from_bugs(error: Exception, is_want: bool) -> None:
    assert mishaps.is_out_of_memory(error) == is_want


def test_a_second_start_names_the_first(small_region: SmallRegion, capfd: pytest.CaptureFixture[str]) -> None:
    with publish.hold_lock(small_region.folder / ".geozones", small_region.out, command="nightly"):
        assert night_of(small_region, "--quiet") == 5
    assert "geozones nightly, since 20" in capfd.readouterr().err


def test_a_letter_is_sent_to_see_that_letters_arrive(
    small_region: SmallRegion, mail_box: MailBox, capfd: pytest.CaptureFixture[str]
) -> None:
    assert night_of(small_region, "--test-letter") == 2
    assert "geozones.toml has no [nightly.mail]" in capfd.readouterr().err
    small_region.add_settings(MAIL.format(port=mail_box.port))
    assert night_of(small_region, "--test-letter") == 0
    (letter,) = mail_box.letters
    assert letter["Subject"] == "GeoZones, Turkestan Region: a test"
    assert "127.0.0.1 took the letter to operator@example.kz." in capfd.readouterr().out
    assert not small_region.out.exists()


def test_only_what_may_send_a_letter_needs_the_password(
    small_region: SmallRegion, mail_box: MailBox, capfd: pytest.CaptureFixture[str]
) -> None:
    small_region.add_settings(MAIL.format(port=mail_box.port) + 'user = "geozones"\npassword = "${NOT_SET_HERE}"')
    assert run(["runs", "list", "-c", str(small_region.config)]) == 0
    assert night_of(small_region) == 2
    assert "nightly.mail.password uses ${NOT_SET_HERE}" in capfd.readouterr().err


def test_an_empty_reason_is_refused(small_region: SmallRegion) -> None:
    assert night_of(small_region, "--accept-change", " ") == 2


# ---- the ledger ----


def test_old_backups_go(small_region: SmallRegion) -> None:
    small_region.add_settings("[nightly]\nkeep_backups = 2")
    config = load_config(small_region.config, environ={})
    moments = [dt.datetime(2026, 11, day, 3, tzinfo=dt.UTC) for day in range(1, 5)]
    assert night_of(small_region, "--quiet") == 0
    shutil.rmtree(small_region.folder / ".geozones" / "backups")
    from geozones.nightly.night import back_up_ledger

    photos = small_region.folder / ".geozones" / "photos"
    photos.mkdir(parents=True)
    (photos / "0a.jpg").write_bytes(b"what the camera saw")
    backups = small_region.folder / ".geozones" / "backups"
    backups.mkdir()
    for name, moment in (("of-a-night-killed", moments[0]), ("at-work", moments[3])):
        unfinished = backups / f"ledger-{name}.sqlite.0a.partial"
        unfinished.write_bytes(b"")
        os.utime(unfinished, (moment.timestamp(), moment.timestamp()))
    nights = [nightly.Night(config, now=lambda moment=moment: moment) for moment in moments]
    done = [back_up_ledger(night) for night in nights]
    assert back_up_ledger(nights[-1]) == {}
    assert [each["copies"] for each in done] == [1, 2, 2, 2]
    assert [each["photos"] for each in done] == [1, 1, 1, 1]
    kept = sorted(path.name for path in backups.iterdir())
    assert kept == [
        "ledger-20261103T030000Z.sqlite", "ledger-20261104T030000Z.sqlite", "ledger-at-work.sqlite.0a.partial",
        "photos",
    ]  # fmt: skip
    assert (backups / "photos" / "0a.jpg").read_bytes() == b"what the camera saw"


def change_an_event(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE name = 'events_no_update'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE events SET body = replace(body, '2', '3') WHERE seq = 2")
        for _, sql in guards:
            connection.execute(sql)
        connection.commit()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (change_an_event, "Event 2: its text does not fit its hash"),
        (lambda file: file.write_bytes(b"no ledger" * 9999), "The ledger's file is damaged"),
    ],
)
def test_no_maps_are_made_from_a_ledger_that_does_not_verify(
    built_region: SmallRegion, mail_box: MailBox, damage: Callable[[Path], object], said: str
) -> None:
    built_region.add_settings(MAIL.format(port=mail_box.port))
    served = publish.current_run(built_region.out)
    ledger = built_region.folder / ".geozones" / "ledger.sqlite"
    damage(ledger)
    assert night_of(built_region, "--quiet") == 8
    assert publish.current_run(built_region.out) == served
    (letter,) = mail_box.letters
    assert letter["Subject"] == "GeoZones, Turkestan Region: rebuild failed"
    assert letter.get_content().count(said) == 1
    assert "The published maps are unchanged." in letter.get_content()


def test_a_ledger_that_was_lost_holds_the_night_back(
    built_region: SmallRegion, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = ("-c", str(built_region.config))
    assert run(["ledger", "state", "--json", *settings]) == 0
    plot = next(row["plot_id"] for row in json.loads(capfd.readouterr().out) if row["state"] == "free")
    applied = ("--date", "2025-02-11", "--by", "me", "--participant", "Demo")
    assert run(["ledger", "record", "apply", plot, *applied, *settings]) == 0
    assert night_of(built_region, "--quiet") == 0
    served = publish.current_run(built_region.out)
    ledger = built_region.folder / ".geozones" / "ledger.sqlite"
    ledger.unlink()
    assert night_of(built_region, "--quiet") == 7
    assert "it was lost, or an older copy stands in its place." in capfd.readouterr().err
    assert publish.current_run(built_region.out) == served


# ---- letters ----


def mail_of(port: int, **more: Any) -> MailConfig:
    return MailConfig(host="127.0.0.1", port=port, sender="geozones@example.kz", to=("a@example.kz",), **more)


def test_a_letter_arrives_with_letters_of_every_language(mail_box: MailBox) -> None:
    alerts.send_letter(
        mail_of(mail_box.port, security="none"), Letter("Түркістан облысы:\nжинақ", "Слой қабаты\n")
    )
    (taken,) = mail_box.letters
    assert (taken["Subject"], taken["To"]) == ("Түркістан облысы: жинақ", "a@example.kz")
    assert taken.get_content().splitlines() == ["Слой қабаты"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_letter_is_not_sent_in_the_clear_where_that_is_not_allowed(mail_box: MailBox, security: str) -> None:
    mail = mail_of(mail_box.port, security=security, user="operator", password="very secret")
    with pytest.raises(AlertError) as raised:
        alerts.send_letter(mail, Letter("subject", "text"))
    assert "secret" not in str(raised.value)
    assert mail_box.letters == []


def test_a_server_that_is_not_there_does_not_change_the_outcome(
    small_region: SmallRegion, capfd: pytest.CaptureFixture[str]
) -> None:
    small_region.add_settings(MAIL.format(port=9))
    small_region.layer("plots").write_text("{", "utf-8")
    assert night_of(small_region, "--quiet") == 4
    assert "could not be sent (ConnectionRefusedError)" in capfd.readouterr().err


def test_a_good_night_writes_no_letter(small_region: SmallRegion) -> None:
    config = load_config(small_region.config, environ={})
    assert alarm.write_letter(config, errors=[], breaches=[], kept=[], run_id="run", is_published=True) is None
    letter = alarm.write_letter(
        config, errors=[Message("x")], breaches=[], kept=[], run_id="run", is_published=True
    )
    assert letter is not None
    assert "карты опубликованы, но сделано не всё" in letter.subject


def test_a_literal_password_is_refused_and_never_shown(small_region: SmallRegion) -> None:
    small_region.add_settings(MAIL.format(port=25) + 'user = "u"\npassword = "hunter2"')
    with pytest.raises(ConfigError, match=r"nightly\.mail\.password holds a password") as raised:
        load_config(small_region.config, environ={})
    assert "hunter2" not in str(raised.value)
    text = small_region.config.read_text("utf-8").replace("hunter2", "${MAIL_PASSWORD}")
    small_region.config.write_text(text, "utf-8")
    config = load_config(small_region.config, environ={"MAIL_PASSWORD": "hunter2"})
    assert config.nightly.mail is not None
    assert config.nightly.mail.password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(config)


# ---- the log ----


def test_a_line_of_the_log_has_a_moment_and_names_with_values() -> None:
    moment = dt.datetime(2026, 11, 23, 3, 0, 5, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    line = write_line(moment, stage="read", seconds=1.25, layers=15, failed='no "good"\nfile', source="")
    assert line == (
        '2026-11-23T03:00:05+05:00 stage=read seconds=1.2 layers=15 failed="no \'good\' file" source=""'
    )


def test_folders_of_the_settings_are_placed(small_region: SmallRegion) -> None:
    small_region.add_settings('[nightly]\ncopy_to = "../share"\nbackups = "{state_dir}/copies"')
    config = load_config(small_region.config, environ={})
    assert config.nightly.copy_to == small_region.folder / "share"
    assert config.nightly.backups == Path(config.state_dir) / "copies"
