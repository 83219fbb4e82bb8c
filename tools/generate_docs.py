"""Write the pages of docs/ that come from the code. Each document is one function in DOCUMENTS.

Usage: python tools/generate_docs.py [--check]   (--check writes nothing; exit 1 where a page is out of date)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from geozones.reports import FILES
from geozones.rules import Rule, load_rules
from geozones.tables import ALLOCATIONS, CONTRACTS, DERIVED, Column, TableContract

DOCS = Path(__file__).resolve().parent.parent / "docs"
_MADE = "<!-- made by tools/generate_docs.py: change the code, then run it -->"
_GEOMETRIES = {
    "polygon": "polygons",
    "line": "lines",
    "point": "points",
    "point_or_polygon": "points or polygons",
    "any": "any geometry, or none",
    "none": "no geometry",
}


def write_tables() -> str:
    """Write `tables.md`: the contract of every table."""
    files = {name: contract for name, contract in FILES.items() if name not in DERIVED}
    return "\n".join(
        [
            _MADE,
            "# Tables",
            "",
            "Every column that GeoZones reads, derives or writes. **Bold**: every row must fill it. All ids are",
            "text; a date is a day; a flag is yes or no. An empty cell means unknown, never zero.",
            "",
            "## Layers, by role",
            "",
            "`columns`, `values` and `defaults` of the settings name these columns.",
            "",
            *_sections(CONTRACTS.values()),
            "## Opening balance",
            "",
            "Named by `[ledger] opening`.",
            "",
            *_sections([ALLOCATIONS]),
            "## Derived tables",
            "",
            *_sections(DERIVED.values()),
            "## Files of a run",
            "",
            "`data/geozones.gpkg` holds the layers above and these tables; the CSV files have the same columns.",
            "The files of a demonstration add the column `demonstration` to every CSV.",
            "",
            *_sections(files.values(), place=" of a run"),
        ]
    )


def _sections(contracts: Iterable[TableContract], *, place: str = "") -> Iterable[str]:
    for contract in contracts:
        key = f"; key `{contract.key}`" if contract.key else ""
        yield from (
            f"### {contract.name}{place}",
            "",
            f"{contract.meaning} Geometry: {_GEOMETRIES[contract.geometry]}{key}.",
        )
        yield from ("", "| column | kind | unit | values | meaning |", "| --- | --- | --- | --- | --- |")
        yield from (_row(column) for column in contract.columns)
        yield ""


def _row(column: Column) -> str:
    name = f"**{column.name}**" if column.required else column.name
    limits = [f"from {column.minimum:g}"] if column.minimum is not None else []
    limits += [f"to {column.maximum:g}"] if column.maximum is not None else []
    values = " · ".join(column.allowed) or " ".join(limits)
    kind = "text" if column.dtype == "word" else column.dtype
    return f"| {name} | {kind} | {column.unit} | {values} | {column.meaning} |"


_RULES_ABOUT = {
    "pipelines.toml": "Trunk pipelines",
    "gas.toml": "Gas distribution",
    "power.toml": "Power and heat",
    "water_supply.toml": "Water supply and sewer",
    "roads.toml": "Roads and railways",
    "water_bodies.toml": "Rivers, canals, lakes",
    "land.toml": "Areas with special conditions",
    "sanitary.toml": "Sanitary zones",
    "offsets.toml": "Where a rule measures from (assumptions of GeoZones)",
    "clocks.toml": "Terms",
}


def write_rules() -> str:
    """Write `rules.md`: every legal number with its source, and the classes of trades."""
    rules = load_rules().rows
    columns = ("rule", "about", "number", "measured from", "effect", "basis", "edition", "in force", "status")
    columns = (*columns, "verified", "note")
    lines = [
        _MADE,
        "# Rules",
        "",
        "Every legal number that GeoZones uses, as `geozones rules list` gives it. The tables are",
        "`geozones/rules/*.toml`; `[rules] files` of the settings adds more over them, and a row of the same id",
        "and period replaces the built-in one. How they are applied:",
        "[decision 0004](decisions/0004-strips-and-usable-area.md). Columns and kinds of a row:",
        "`geozones/rules/schema.py`. The numbers of the screening of sites stand in files of their own.",
        "",
        "Status: **V** read in the edition named · **V-old** read in an older edition of an act in force ·",
        "**KZ-repealed** read in a Kazakh act since replaced · **other country** read in a neighbour's text ·",
        "**not found** in no text. Only the first two are verified; all others are marked wherever they speak.",
        "A note *listed only* means that nothing is computed from the row.",
    ]
    for file, title in _RULES_ABOUT.items():
        lines += ["", f"## {title}", "", f"| {' | '.join(columns)} |", "|" + " --- |" * len(columns)]
        lines += [_rule_row(rule) for rule in rules if rule.file == file]
    lines += ["", "## Hazard class by trade", "", "Candidates, to be confirmed by the sanitary service.", ""]
    trades = [rule for rule in rules if rule.kind == "sector" and rule.class_name != "any"]
    lines += [f"All of {trades[0].basis}, {trades[0].edition}, {trades[0].status}: not verified.", ""]
    lines += ["| sector | trade | in Russian | class |", "| --- | --- | --- | --- |"]
    lines += [f"| {r.details['sector']} | {r.object} | {r.details['ru']} | {r.class_name} |" for r in trades]
    return "\n".join(lines) + "\n"


def _rule_row(rule: Rule) -> str:
    number = "–" if rule.value is None else f"{rule.value:g} {rule.unit}"
    if "search_m" in rule.details:
        number += f" (unknown within {rule.details['search_m']:g} m)"
    land = {"agricultural": " on farm land", "other": ""}.get(rule.details.get("land_category", ""), "")
    about = f"{rule.object}, {rule.class_name}" if rule.class_name else rule.object
    period = f"{rule.valid_from} – {rule.valid_to or ''}".strip()
    note = " ".join(part for part in ("" if rule.is_applied else "*Listed only.*", rule.note) if part)
    cells = (rule.id, about + land * ("farm" not in about), number, rule.measured_from, rule.effect, rule.basis,
             rule.edition, period, rule.status, "yes" if rule.verified else "**no**", note)  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


DOCUMENTS: dict[str, Callable[[], str]] = {"tables.md": write_tables, "rules.md": write_rules}
"""Every generated page, by its name below docs/."""


def find_stale() -> list[str]:
    """Name the pages that differ from what the code gives."""
    return [
        name
        for name, write in DOCUMENTS.items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text("utf-8") != write()
    ]


def main(arguments: list[str]) -> int:
    """Write all pages, or with --check only compare them."""
    stale = find_stale()
    for name in stale:
        if "--check" in arguments:
            print(f"docs/{name} is out of date; run: python tools/generate_docs.py")
        else:
            (DOCS / name).write_text(DOCUMENTS[name](), "utf-8")
            print(f"docs/{name} written")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
