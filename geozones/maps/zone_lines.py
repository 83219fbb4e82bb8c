"""The zones as rows of a list: names, district, area bar, free plots, answers of the networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from geozones.maps.content import PageContent
from geozones.maps.stems import file_stem
from geozones.maps.terms import STATE_NAMES, STATE_ORDER
from geozones.maps.words import Words, hectares, join, names, same, t, text_or_none, tn

PART_NAMES = {
    **{state: f"{state}_ha" for state in STATE_ORDER},
    "undivided": "not_divided_ha",
    "streets": "streets_ha",
}
"""Parts of the area of a zone in the order of its bar, and the figure that holds each."""


@dataclass(frozen=True)
class Part:
    """One part of an area bar: its kind, where it starts and how wide it is in per cent, and its hectares."""

    kind: str
    start: float
    width: float
    ha: float


@dataclass(frozen=True)
class ZoneLine:
    """One zone as a row of the list."""

    zone_id: str
    stem: str
    name: Words
    district: Words
    district_code: str | None
    kind: str
    status: str
    counted: bool
    area_ha: float
    plots: int
    plots_free: int
    free_ha: float
    projects: int
    passed: int
    parts: tuple[Part, ...]
    bar_words: Words
    answers: Mapping[str, str]


def plain_number(value: float) -> str:
    """Write a number for programs: plain decimal, no exponent, no trailing zeros."""
    number = Decimal(str(value))
    return format(number.normalize() if number != number.to_integral_value() else number.to_integral_value(), "f")


def zone_line(
    content: PageContent, zone: Mapping[str, Any], figures: pd.Series, answers: Mapping[str, str]
) -> ZoneLine:
    """Describe one zone: its row without geometry, its figures and its answers by network."""
    parts = area_parts(figures)
    return ZoneLine(
        zone_id=str(zone["zone_id"]),
        stem=file_stem(str(zone["zone_id"])),
        name=names(zone, "zone_id"),
        district=district_words(content, zone.get("district_code")),
        district_code=text_or_none(zone.get("district_code")),
        kind=str(zone["kind"]),
        status=str(zone["status"]),
        counted=bool(figures["counted"]),
        area_ha=float(figures["area_ha"]),
        plots=int(figures["plots"]),
        plots_free=int(figures["plots_free"]),
        free_ha=float(figures["free_ha"]),
        projects=int(figures["projects"]),
        passed=int(figures.get("start_passed", 0)),
        parts=parts,
        bar_words=bar_words(parts),
        answers=answers,
    )


def sorted_lines(lines: list[ZoneLine]) -> list[ZoneLine]:
    """Sort zones by free hectares, the most first; then by name."""
    return sorted(lines, key=lambda line: (-line.free_ha, line.name.ru, line.zone_id))


def area_parts(figures: pd.Series) -> tuple[Part, ...]:
    """Split the area of a zone into the parts of its bar; parts of nothing are left out."""
    sizes = {kind: float(figures[column]) for kind, column in PART_NAMES.items() if column in figures}
    sizes = {kind: size for kind, size in sizes.items() if size > 0}
    whole = sum(sizes.values()) or 1.0
    parts, start = [], 0.0
    for kind, size in sizes.items():
        width = 100 * size / whole
        parts.append(Part(kind, round(start, 2), round(width, 2), size))
        start += width
    return tuple(parts)


def bar_words(parts: tuple[Part, ...]) -> Words:
    """Write an area bar in words."""
    return join([t("{part} {area} ha", part=part_name(part.kind), area=hectares(part.ha)) for part in parts], ", ")


def part_name(kind: str) -> Words:
    """Name one part of an area bar."""
    if kind == "undivided":
        return t("not divided into plots")
    return t("streets and greenery") if kind == "streets" else t(STATE_NAMES[kind])


def district_words(content: PageContent, code: Any, *, full: bool = False) -> Words:
    """Name a district; `full` with the word district or city, as the language puts it."""
    known = text_or_none(code)
    if known is None:
        return same("")
    row = content.districts.get(known)
    if row is None:
        return same(known)
    name = names(row, "district_code")
    if not full:
        return name
    return t("city of {name}", name=name) if row.get("kind") == "city" else t("{name} district", name=name)


def free_words(line: ZoneLine) -> Words:
    """Write how many plots are free: `41 plots`."""
    return tn("{n} plot", "{n} plots", line.plots_free)
