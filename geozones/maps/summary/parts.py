"""The parts of the summary: cells, main figures, tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geozones.figures import PastCount
from geozones.maps.words import Words, area, hectares, number, same, t
from geozones.maps.zone_lines import plain_number

BILLION = 1e9


@dataclass(frozen=True)
class Cell:
    """One value: its words, and where it is a total of the region the name of the figure and its raw number."""

    words: Words
    figure: str = ""
    value: str = ""
    is_number: bool = False
    tone: str = ""
    href: str = ""


@dataclass(frozen=True)
class Tile:
    """One main figure: values with units, what stands below it (parts of cells), marks of its sources."""

    kind: str
    values: list[tuple[Cell, Words]]
    label: list[list[Cell]]
    marks: str


@dataclass(frozen=True)
class Table:
    """One table: heads (with whether the column holds numbers), rows, the row of totals, a note."""

    kind: str
    title: Words
    heads: list[tuple[Words, bool]]
    rows: list[list[Cell]]
    marks: str
    total: list[Cell] = field(default_factory=list)
    note: Words | None = None
    empty: Words | None = None


@dataclass(frozen=True)
class Summary:
    """The whole summary. `trend` are counts by day, the last of them that of the day itself."""

    title: Words
    tiles: list[Tile]
    states: Table
    trend: list[PastCount]
    trend_title: Words
    trend_note: Words
    trend_marks: str
    published: Table | None
    districts: Table
    sectors: Table
    networks: Table
    ready: Table
    notes: list[Words]
    sources: list[tuple[int, Words]]


class FigureCells:
    """Writes the totals of the region, each with its name and raw number.

    Parameters
    ----------
    figures
        `figures.region_figures`, as `summary.json` holds them.
    """

    def __init__(self, figures: Mapping[str, float]) -> None:
        self.known = figures

    def plain(self, name: str, words: Words | None = None) -> Cell:
        """Write a figure."""
        value = self.known[name]
        return Cell(words or number(value), name, plain_number(value), is_number=True)

    def money(self, name: str) -> Cell:
        """Write tenge in billions; unknown where nothing is recorded."""
        return self.plain(name, billions(self.known[name])) if name in self.known else unknown_cell()

    def hectares(self, name: str) -> Cell:
        """Write hectares as a main figure."""
        return self.plain(name, hectares(self.known[name]))

    def area(self, name: str) -> Cell:
        """Write hectares to one decimal."""
        return self.plain(name, area(self.known[name]))

    def money_and_jobs(self) -> list[Cell]:
        """Write investment declared and made, jobs planned and there."""
        jobs = [
            self.plain(name) if name in self.known else unknown_cell() for name in ("jobs_planned", "jobs_actual")
        ]
        return [self.money("investment_kzt"), self.money("invested_kzt"), *jobs]


def rows_of(table: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through the rows of a table: key and values."""
    for key, row in table.iterrows():
        yield str(key), {str(name): value for name, value in row.items()}


def plain_cell(words: Words) -> Cell:
    """Give a number that is no total of the region."""
    return Cell(words, is_number=True)


def blank() -> Cell:
    """Give an empty cell of a column of numbers."""
    return Cell(same(""), is_number=True)


def unknown_cell() -> Cell:
    """Say that nothing is recorded."""
    return Cell(t("no data"), is_number=True)


def count_cell(value: Any, *, tone: str = "") -> Cell:
    """Write a count; a missing one is said to be so."""
    if pd.isna(value):
        return unknown_cell()
    return Cell(number(int(value)), is_number=True, tone=tone if value else "")


def billions(value: float) -> Words:
    """Write tenge in billions."""
    return number(value / BILLION, 1)


def money_cell(value: Any) -> Cell:
    """Write tenge in billions; missing ones are said to be so."""
    return unknown_cell() if pd.isna(value) else plain_cell(billions(float(value)))
