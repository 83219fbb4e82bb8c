"""What the public may not see is in no file of the public tree, scripts included."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from geozones import pipeline, publish
from geozones.config import load_config

ROOT = Path(__file__).resolve().parent.parent
NAME = "Тайный Холдинг Қарқара"
CONTRACT = "СЕКРЕТ-777/ХХ"
CONTRACT_DATE = ("2024-03-17", "17.03.2024", "17 Mar 2024", "1710633600")
START_DUE = ("2024-10-23", "23.10.2024", "23 Oct 2024", "1729641600")
FORBIDDEN = (
    *(NAME, CONTRACT, *CONTRACT_DATE, *START_DUE),
    *(
        "Демо-участник",
        "Демо-қатысушы",
        "Demo participant",
        "contract_no",
        "contract_date",
        "holder_id",
        "start_due",
    ),
)


@pytest.fixture(scope="module")
def planted_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demonstration with one contract, its start passed, whose facts are found nowhere else."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "layers", folder / "layers")
    register = folder / "layers" / "register.csv"
    with register.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    passed = next(row for row in rows if row["contract_date"] and row["start_due"] and not row["started_on"])
    passed.update(participant=NAME, contract_no=CONTRACT, contract_date=CONTRACT_DATE[0], start_due=START_DUE[0])
    with register.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    pipeline.build(load_config(folder / "layers" / "geozones.toml", environ={}), out=folder / "out")
    return publish.current_run(folder / "out")


def texts_below(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("word", FORBIDDEN)
def test_nothing_personal_is_public(planted_run: Path, word: str) -> None:
    escaped = word.encode("unicode_escape").decode()
    found = [name for name, text in texts_below(planted_run / "public") if word in text or escaped in text]
    assert found == []


@pytest.mark.parametrize("word", [NAME, CONTRACT])
def test_the_planted_facts_are_in_the_internal_tree(planted_run: Path, word: str) -> None:
    assert [name for name, text in texts_below(planted_run / "internal") if word in text]


def test_no_path_or_name_of_this_machine_is_in_a_run(planted_run: Path) -> None:
    import getpass
    import socket

    places = {str(ROOT), str(planted_run.parent.parent.parent), str(Path.home())} - {"/"}
    host = socket.gethostname()
    if len(host) > 5 and host != "localhost":
        places.add(host)
    if len(getpass.getuser()) > 5:
        places.add(getpass.getuser())
    found = [(name, place) for name, text in texts_below(planted_run) for place in places if place in text]
    assert found == []
