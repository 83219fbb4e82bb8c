"""Write the pages of docs/ that come from the code. Each document is one function in DOCUMENTS.

Usage: python tools/generate_docs.py [--check]   (--check writes nothing; exit 1 where a page is out of date)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from geozones.reports import FILES
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
    return f"| {name} | {column.dtype} | {column.unit} | {values} | {column.meaning} |"


DOCUMENTS: dict[str, Callable[[], str]] = {"tables.md": write_tables}
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
