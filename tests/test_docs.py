"""The guide says what the code does: generated pages are current, the glossary is whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts import load_script

ROOT = Path(__file__).resolve().parent.parent


GENERATOR = load_script("tools/generate_docs.py")


@pytest.mark.parametrize("name", sorted(GENERATOR.DOCUMENTS))
def test_generated_pages_are_current(name: str) -> None:
    written = (ROOT / "docs" / name).read_text("utf-8")
    assert written == GENERATOR.DOCUMENTS[name](), "run: python tools/generate_docs.py"


def test_every_column_of_every_contract_is_listed() -> None:
    text = (ROOT / "docs" / "tables.md").read_text("utf-8")
    contracts = [*GENERATOR.CONTRACTS.values(), *GENERATOR.DERIVED.values(), GENERATOR.ALLOCATIONS]
    sections = {part.split("\n", 1)[0]: part for part in text.split("\n### ")}
    for contract in contracts:
        for column in contract.columns:
            assert f"| {column.name} |" in sections[contract.name].replace("**", "")


def test_the_glossary_has_every_term_in_three_languages() -> None:
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")][2:]
    assert all(len(row) == 4 and all(row) for row in rows)
    terms = {row[0] for row in rows}
    assert len(terms) == len(rows)
    assert terms >= {
        "zone", "plot", "parcel", "network", "strip", "sanitary zone", "participant", "project", "contract",
        "stage", "proposal", "screening", "finding", "quarantine", "ledger", "register", "akimat", "council",
    }  # fmt: skip
