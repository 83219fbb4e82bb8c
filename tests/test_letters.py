"""Letters: what each says, when it is refused, and templates of a department."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest

from geozones.cli.app import run
from geozones.config import Config, LayerSpec, RegionConfig
from geozones.demonstration import make_demonstration
from geozones.errors import InputError, RefusedError, UsageError
from geozones.lifecycle import LETTERS, PlotFacts, PlotState, make_calendar, make_event, state_on
from geozones.reports.letters import Correspondence, make_template, to_bytes, write_letter, write_queue_letters
from geozones.rules import load_rules

TODAY = dt.date(2026, 6, 1)
CONTRACT = [
    ("apply", "2024-01-10", {"participant": "Демо <&> «Қайнар»", "holder_id": "060040010017"}),
    ("approve", "2024-02-10", {"document": "protocol 1 2024-02-10"}),
    ("contract", "2024-03-01", {"contract_no": "ИЗ-7", "start_due": "2025-12-31"}),
]
BREACH = [
    *CONTRACT,
    ("inspect", "2026-02-20", {"started": "no"}),
    ("breach", "2026-02-25", {"document": "act 3 2026-02-25"}),
]
NOTICE = [*BREACH, ("notice", "2026-03-01", {"document": "notice 4", "delivered": "2026-03-02"})]


def letter(kind: str, events: list[Any], *, on: str = "2026-06-01", config: Config, **plot: Any) -> str:
    """Write a letter about plot P1 with the given events; gives all its text."""
    return text_of(write_letter(kind, "P1", correspondence(events, on=on, config=config, **plot)))


def correspondence(events: list[Any], *, on: str, config: Config, **plot: Any) -> Correspondence:
    day = dt.date.fromisoformat(on)
    made = [make_event(name, "P1", dt.date.fromisoformat(date), **fields) for name, date, fields in events]
    state: PlotState = state_on(made, day)
    row = {
        "plot_id": "P1",
        "zone_id": "Z",
        "number": "12",
        "cadastral_no": "19-146-684-1",
        "area_ha": 9.35,
        **plot,
    }
    zone = {"zone_id": "Z", "name_ru": "Бадам", "name_kk": "Бадам аймағы", "district_code": "6146"}
    return Correspondence(
        config, pd.DataFrame([row]), pd.DataFrame([zone]), None, {"P1": state}, {"P1": PlotFacts("Z")}, day,
        load_rules(), make_calendar(),
    )  # fmt: skip


def text_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return "\n".join(" | ".join(row) for row in rows)


@pytest.fixture
def config() -> Config:
    region = RegionConfig(name={"ru": "Область"}, bounds=(65.5, 40.3, 71.5, 46.2))
    return Config(region=region, layers={"zones": LayerSpec(role="zones", source="zones")})


@pytest.mark.parametrize(
    ("kind", "events", "says"),
    [
        ("explanation", CONTRACT, ["ИЗ-7", "31.12.2025", "Бадам аймағы", "не является актом"]),
        ("breach", CONTRACT + BREACH[3:4], ["20.02.2026", "работы не начаты", "34(4)-бап", "01.01.2024"]),
        ("notice", BREACH, ["25.02.2026", "60 календарных дней", "күнтізбелік 60 күннен"]),
        ("termination_notice", NOTICE, ["вручено Вам 02.03.2026", "04.05.2026", "10 рабочих дней"]),
    ],
)
def test_each_letter_says_what_the_ledger_knows(
    kind: str, events: list[Any], says: list[str], config: Config
) -> None:
    text = letter(kind, events, config=config)
    for words in (*says, "9,35 га", "19-146-684-1", "Демо <&> «Қайнар»", "№ __________"):
        assert words in text
    assert "{" not in text


def test_kazakh_stands_left_of_russian(config: Config) -> None:
    line = next(line for line in letter("notice", BREACH, config=config).splitlines() if "Уведомление о" in line)
    assert line == ("Бұзушылықты жою қажеттігі туралы хабарлама | Уведомление о необходимости устранить нарушение")


@pytest.mark.parametrize(
    ("kind", "events", "on", "why"),
    [
        ("explanation", CONTRACT, "2025-12-31", "may be written from 2026-01-01"),
        ("explanation", [], "2026-06-01", "the state is “free”"),
        ("breach", CONTRACT, "2026-06-01", "inspect first"),
        ("notice", CONTRACT, "2026-06-01", "allowed from: “act of non-performance”, “notice sent”"),
        ("termination_notice", NOTICE, "2026-05-04", "earliest 2026-05-05"),
        ("return", NOTICE, "2026-06-01", "allowed from: “contract ended”"),
        ("breach", [*CONTRACT, ("suspend", "2026-01-15", {"reason": "court"})], "2026-06-01", "since 2026-01-15"),
    ],
)
def test_a_step_that_the_ledger_does_not_allow_is_refused(
    kind: str, events: list[Any], on: str, why: str, config: Config
) -> None:
    with pytest.raises(RefusedError, match=why):
        letter(kind, events, on=on, config=config)


def test_a_missing_value_is_named(config: Config) -> None:
    with pytest.raises(RefusedError, match=r"P1: template notice\.toml needs cadastral_no"):
        letter("notice", BREACH, config=config, cadastral_no=None)


def test_a_plot_or_letter_that_is_not_there_is_named(config: Config) -> None:
    with pytest.raises(UsageError, match="Unknown letter fine"):
        letter("fine", BREACH, config=config)
    with pytest.raises(UsageError, match="Plot P9 is not in the layers"):
        write_letter("notice", "P9", correspondence(BREACH, on="2026-06-01", config=config))


def test_a_department_replaces_a_template(config: Config, tmp_path: Path) -> None:
    own = docx.Document()
    paragraph = own.add_paragraph("Plot {plot_")
    paragraph.add_run("number}").bold = True
    paragraph.add_run(" of {holder}, {area_ha} ha")
    own.sections[0].footer.paragraphs[0].text = "{zone_kk}"
    own.save(str(tmp_path / "notice.docx"))
    changed = config.model_copy(update={"letters": config.letters.model_copy(update={"templates": tmp_path})})
    written = write_letter("notice", "P1", correspondence(BREACH, on="2026-06-01", config=changed))
    document = docx.Document(io.BytesIO(written))
    assert document.paragraphs[0].text == "Plot 12 of Демо <&> «Қайнар», 9,35 ha"
    assert document.sections[0].footer.paragraphs[0].text == "Бадам аймағы"


@pytest.mark.parametrize(
    ("content", "why"), [(b"PK broken", "not a readable DOCX"), (None, "unknown fields colour")]
)
def test_a_bad_template_is_named(content: bytes | None, why: str, config: Config, tmp_path: Path) -> None:
    file = tmp_path / "notice.docx"
    if content is None:
        own = docx.Document()
        own.add_paragraph("{colour} {holder}")
        own.save(str(file))
    else:
        file.write_bytes(content)
    changed = config.model_copy(update={"letters": config.letters.model_copy(update={"templates": tmp_path})})
    with pytest.raises(InputError, match=rf"Template notice\.docx.*{why}"):
        letter("notice", BREACH, config=changed)


@pytest.mark.parametrize("kind", LETTERS)
def test_built_in_templates_are_the_same_bytes_each_time(kind: str) -> None:
    assert to_bytes(make_template(kind)) == to_bytes(make_template(kind))


def test_the_queue_gets_the_letters_that_may_be_written(config: Config) -> None:
    queue = pd.DataFrame({"plot_id": ["P1", "P1", "P1"], "next_step": ["notice", "deliver", "return"]})
    region = correspondence(BREACH, on="2026-06-01", config=config)
    assert [(plot, kind) for plot, kind, _ in write_queue_letters(queue, region)] == [("P1", "notice")]


def test_the_command_writes_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in make_demonstration().as_files().items():
        (tmp_path / name).write_bytes(content.encode())
    common = ["--config", str(tmp_path / "geozones.toml"), "--lang", "en"]
    file = tmp_path / "letter.docx"
    assert run(["letters", "write", "return", "arys-04", "-o", str(file), *common]) == 6
    assert "“Land returned” (return) is not allowed in state “contract signed”" in capsys.readouterr().err
    assert (
        run(["letters", "write", "explanation", "arys-04", "--as-of", "2026-06-01", "-o", str(file), *common]) == 0
    )
    assert "ИЗ-067/2024" in text_of(file.read_bytes())
    assert run(["letters", "template", "notice", "-o", str(tmp_path / "none" / "a.docx"), "--lang", "ru"]) == 2
    assert "не удаётся записать" in capsys.readouterr().err
