"""The guide to the ledger says what the code does."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
import typer

from geozones.cli.ledger import app
from geozones.lifecycle import EVENTS, MAP_STATE_OF
from geozones.lifecycle.diagram import draw_states

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")


def test_the_generated_parts_are_current() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "write_ledger_guide.py"))
    assert all(f"<!-- generated: {name} -->" in GUIDE for name in tool["PARTS"])
    assert tool["write_guide"](GUIDE) == GUIDE, "run tools/write_ledger_guide.py"


def test_the_diagram_shows_every_state() -> None:
    shown = set(re.findall(r"\b([a-z_]+)\b(?= -->|:)", draw_states()))
    assert shown == {*MAP_STATE_OF, "ended"}


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_in_the_guide(name: str) -> None:
    assert f"| `{name}` |" in GUIDE


def test_every_command_is_in_the_guide() -> None:
    command = typer.main.get_command(app)
    assert [name for name in command.commands if f"ledger {name}" not in GUIDE and f"`{name}" not in GUIDE] == []
