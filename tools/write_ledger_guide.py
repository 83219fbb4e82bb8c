"""Write the generated parts of docs/ledger.md: the diagram of states, the events, the terms, the columns.

The words around them are written by hand; a test compares the parts with what this gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from geozones.ledger.sheets import JOURNAL_COLUMNS
from geozones.lifecycle import MAP_STATE_OF
from geozones.lifecycle.diagram import draw_states, tabulate_events
from geozones.rules import load_rules

PATH = Path(__file__).resolve().parent.parent / "docs" / "ledger.md"


def write_states() -> str:
    """Draw the diagram of states, and list the states that each colour of the map stands for."""
    rows = [
        f"| {shown} | {', '.join(state for state, on_map in MAP_STATE_OF.items() if on_map == shown)} |"
        for shown in dict.fromkeys(MAP_STATE_OF.values())
    ]
    diagram = f"```mermaid\n{draw_states()}```\n"
    return "\n".join([diagram, "| on the map | states |", "| --- | --- |", *rows]) + "\n"


def write_terms() -> str:
    """List the terms of the rules table."""
    rows = [
        f"| `{rule.id}` | {rule.object} | {_number(rule.value)} {rule.unit.replace('_', ' ')} | "
        f"{rule.act}, {rule.article} | {rule.edition} | {'yes' if rule.verified else '**no**'} |"
        for rule in load_rules().rows
        if rule.id.startswith(("clock.", "count."))
    ]
    head = ["| rule | of what | term | basis | edition | verified |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *rows]) + "\n"


def write_columns() -> str:
    """List the columns of the journal."""
    return "\n".join(f"- `{name}`: {label}" for name, label in JOURNAL_COLUMNS.items()) + "\n"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


PARTS: dict[str, Callable[[], str]] = {
    "states": write_states,
    "events": tabulate_events,
    "terms": write_terms,
    "columns": write_columns,
}
"""Every generated part, by its name in the guide."""


def write_guide(text: str) -> str:
    """Put the generated parts into the text of the guide, between their marks."""
    for name, write in PARTS.items():
        start, end = f"<!-- generated: {name} -->\n", f"<!-- end: {name} -->"
        part = f"{start}\n{write()}\n{end}"
        text = re.sub(re.escape(start) + ".*?" + re.escape(end), lambda _, part=part: part, text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    PATH.write_text(write_guide(PATH.read_text(encoding="utf-8")), encoding="utf-8")
