"""The provenance line of a page: the day, how many layers, how old, how exact, and what they cover."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from geozones.config import Provenance
from geozones.maps.content import PageContent
from geozones.maps.facts import metres_words
from geozones.maps.terms import PRECISIONS, ROLE_NAMES
from geozones.maps.words import Words, date, join, names, same, short, t, tn
from geozones.tables import LayerSource

DAYS_A_YEAR = 365
MOST_DISTRICTS = 4
"""As many districts are named; of more the number is given."""


@dataclass(frozen=True)
class LayerLine:
    """One row of the table of layers."""

    key: str
    role: str
    name: Words
    source: str
    day: Words
    age: Words
    is_old: bool
    accuracy: Words
    coverage: Words
    rows: int


def layer_lines(content: PageContent) -> list[LayerLine]:
    """Describe every layer, in the order of the settings."""
    return [
        LayerLine(
            key=source.key,
            role=source.role,
            name=layer_name(source.key, source.role),
            source=short(source.provenance.source or source.name),
            day=date(source.provenance.date) if source.provenance.date else t("no date"),
            age=_ages(source, content.as_of),
            is_old=is_old(source.provenance, content.as_of),
            accuracy=_accuracy(source.provenance),
            coverage=_coverage(source.provenance, content),
            rows=source.rows,
        )
        for source in content.sources.values()
    ]


def source_words(lines: list[LayerLine]) -> list[tuple[Words, str, Words]]:
    """Group the layers by source and date: names of the layers, the source, the date."""
    groups: dict[tuple[str, str], list[LayerLine]] = {}
    for line in lines:
        groups.setdefault((line.source, line.day.en), []).append(line)
    return [
        (join([line.name for line in group], ", "), group[0].source, group[0].day) for group in groups.values()
    ]


def is_old(provenance: Provenance, as_of: dt.date) -> bool:
    """Say whether a layer is more than a year old on a day; one without a date is not known to be."""
    return provenance.date is not None and (as_of - provenance.date).days > DAYS_A_YEAR


def provenance_words(content: PageContent, lines: list[LayerLine]) -> Words:
    """Write the line itself: `State on 23.11.2026 · 9 layers, 2 older than a year`."""
    old = sum(line.is_old for line in lines)
    undated = sum(source.provenance.date is None for source in content.sources.values())
    layers = tn("{n} layer", "{n} layers", len(lines))
    parts = [layers]
    if old:
        parts.append(tn("{n} older than a year", "{n} older than a year", old))
    if undated:
        parts.append(tn("{n} without a date", "{n} without a date", undated))
    line = [t("State on {day}", day=content.as_of), join(parts, ", ")]
    kept = [source for source in content.sources.values() if source.kept_from is not None]
    return join([*line, *map(_kept_words, kept)])


def _kept_words(source: LayerSource) -> Words:
    """Say that a layer failed and its last good copy stands in for it."""
    name = layer_name(source.key, source.role)
    return t("{name}: the layer failed, copy of {day}", name=name, day=source.kept_from)


def layer_name(key: str, role: str) -> Words:
    """Name a layer: by its role, and by its key where that differs."""
    name = t(ROLE_NAMES[role]) if role in ROLE_NAMES else same(key)
    return name if key == role else t("{name} ({key})", name=name, key=short(key))


def _ages(source: LayerSource, as_of: dt.date) -> Words:
    """Say how old a layer is and, where it failed, how old the copy that stands in for it."""
    age = _age(source.provenance.date, as_of)
    if source.kept_from is None:
        return age
    return join([age, t("the copy: {age}", age=_age(source.kept_from, as_of))], ", ")


def _age(day: dt.date | None, as_of: dt.date) -> Words:
    if day is None:
        return t("unknown")
    days = (as_of - day).days
    if days <= 0:
        return t("of this day")
    if days < 60:
        return tn("{n} day", "{n} days", days)
    if days < 2 * DAYS_A_YEAR:
        return tn("{n} month", "{n} months", days // 30)
    return tn("{n} year", "{n} years", days // DAYS_A_YEAR)


def _accuracy(provenance: Provenance) -> Words:
    precision = t(PRECISIONS[provenance.precision])
    if provenance.accuracy_m is None:
        return join([precision, t("accuracy unknown")], ", ")
    if provenance.accuracy_m < 1:
        return join([precision, t("± {metres} m", metres=provenance.accuracy_m)], ", ")
    return join([precision, t("± {far}", far=metres_words(round(provenance.accuracy_m)))], ", ")


def _coverage(provenance: Provenance, content: PageContent) -> Words:
    covered = provenance.coverage
    if covered is None:
        return t("not stated")
    if covered == "region":
        return t("whole region")
    if isinstance(covered, str):
        return t("by its own outline")
    if len(covered) > MOST_DISTRICTS:
        return tn("{n} district or city", "{n} districts and cities", len(covered))
    return _districts(covered, content)


def _districts(codes: tuple[str, ...], content: PageContent) -> Words:
    districts = content.tables.districts
    found: dict[str, Any] = {}
    if districts is not None:
        rows = districts.drop(columns="geometry").to_dict("records")
        found = {str(row["district_code"]): names(row, "district_code") for row in rows}
    return join([found.get(code, same(code)) for code in codes], ", ")
