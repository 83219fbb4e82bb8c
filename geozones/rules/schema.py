"""What a row of a rules file must look like, and every way in which it can be wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from geozones.config import ROLES
from geozones.errors import Message
from geozones.i18n import N_
from geozones.rules.table import STATUSES, VERIFIED_STATUSES, Rule

REACHING_KINDS = (
    "strip", "ring", "right_of_way", "roadside", "water_strip", "water_zone", "distance", "permit", "area",
)  # fmt: skip
"""Kinds that reach so many metres around the objects of a layer; they need `check`, `layer`, `measured_from`,
`effect`, and `metres` (or `search_m` where no number was found)."""

KINDS = (*REACHING_KINDS, "sanitary_class", "sanitary_food", "sector", "offset")

EFFECTS = ("forbid", "permit needed", "condition", "calculation")
"""`forbid` cuts land off; the others are conditions to be met, a permit to be asked for, or a distance that the
design has to compute."""

COMMON_COLUMNS = (
    "id", "object", "class", "value", "metres", "unit", "basis", "edition", "valid_from", "valid_to", "status",
    "verified", "note",
)  # fmt: skip
_TEXTS = (
    "id", "object", "class", "unit", "edition", "status", "note", "check", "kind", "layer", "land_category",
    "measured_from", "effect", "offset_for", "offset", "sector", "ru", "kk",
)  # fmt: skip
_NUMBERS = ("value", "metres", "search_m", "max_cut_share")
_OTHERS = ("basis", "valid_from", "valid_to", "verified", "applied", "applies", "words", "match")
COLUMNS = frozenset((*_TEXTS, *_NUMBERS, *_OTHERS))

ALLOWED: Mapping[str, tuple[str, ...]] = {
    "status": STATUSES,
    "kind": KINDS,
    "effect": EFFECTS,
    "layer": ROLES,
    "land_category": ("any", "agricultural", "other"),
    "measured_from": (
        "axis", "outer wire", "outer pipe", "edge of right of way", "site boundary", "water edge", "boundary",
        "source", "settlement",
    ),
    "offset": ("width", "uncertain"),
}  # fmt: skip
"""Words allowed in a column of a rule of a kind; terms and ways of counting are free in them, `status` apart."""

_NEEDED = ("id", "object", "basis.act", "basis.article", "edition", "valid_from", "status")
_NEEDED_BY_KIND: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(REACHING_KINDS, ("check", "layer", "measured_from", "effect")),
    "sanitary_class": ("class", "metres"),
    "sanitary_food": ("check",),
    "sector": ("sector", "class"),
    "offset": ("layer", "metres"),
}
_RANGE_ENDS = ("from", "above", "below", "up_to")


def find_problems(row: Any, *, file: str, number: int) -> Iterator[Message]:
    """Find everything that is wrong with one row; nothing means that it can become a rule."""
    if not isinstance(row, dict):
        yield Message(N_("{file}, rule {row}: is not a table of columns."), {"file": file, "row": number})
        return
    place = {"file": file, "row": number, "rule": row.get("id", "?")}
    yield from _find_missing(row, place)
    yield from _find_unknown(row, place)
    yield from _find_wrong_types(row, place)
    yield from _find_wrong_words(row, place)
    yield from _find_wrong_classes(row, place)


def _find_missing(row: Mapping[str, Any], place: dict[str, Any]) -> Iterator[Message]:
    basis = row.get("basis") if isinstance(row.get("basis"), dict) else {}
    given = {**row, "basis.act": basis.get("act"), "basis.article": basis.get("article")} if basis else row
    kind = row.get("kind", "")
    needed = (*_NEEDED, *(_NEEDED_BY_KIND.get(kind, ()) if isinstance(kind, str) else ()))
    for column in needed:
        if given.get(column) in (None, ""):
            yield Message(
                N_("{file}, rule {row} ({rule}): the column {column} is missing."), {**place, "column": column}
            )
    if not isinstance(row.get("verified"), bool):
        yield Message(N_("{file}, rule {row} ({rule}): verified must be true or false."), place)
    elif row["verified"] and row.get("status") not in VERIFIED_STATUSES:
        yield Message(
            N_("{file}, rule {row} ({rule}): a number of status {status} cannot be verified."),
            {**place, "status": row.get("status")},
        )
    is_reaching = kind in REACHING_KINDS and row.get("applied", True)
    if is_reaching and "metres" not in row and "search_m" not in row:
        yield Message(
            N_("{file}, rule {row} ({rule}): needs metres, or search_m where no number was found."), place
        )
    if "offset_for" in row and "offset" not in row:
        yield Message(
            N_("{file}, rule {row} ({rule}): the column {column} is missing."), {**place, "column": "offset"}
        )


def _find_unknown(row: Mapping[str, Any], place: dict[str, Any]) -> Iterator[Message]:
    for column in row:
        if column not in COLUMNS:
            yield Message(
                N_("{file}, rule {row} ({rule}): unknown column {column}. Allowed: {allowed}."),
                {**place, "column": column, "allowed": ", ".join(sorted(COLUMNS))},
            )


def _find_wrong_types(row: Mapping[str, Any], place: dict[str, Any]) -> Iterator[Message]:
    for column in _TEXTS:
        if column in row and not isinstance(row[column], str):
            yield Message(
                N_("{file}, rule {row} ({rule}): {column} must be text in quotes."), {**place, "column": column}
            )
    for column in _NUMBERS:
        if column in row and not _is_number(row[column]):
            yield Message(
                N_("{file}, rule {row} ({rule}): {column} must be a number."), {**place, "column": column}
            )
        elif column in row and row[column] < 0:
            yield Message(
                N_("{file}, rule {row} ({rule}): {column} must not be below 0."), {**place, "column": column}
            )
    dates = [row.get(column) for column in ("valid_from", "valid_to")]
    for column, date in zip(("valid_from", "valid_to"), dates, strict=True):
        if date is not None and not _is_date(date):
            yield Message(N_("{file}, rule {row} ({rule}): {column} must be a date."), {**place, "column": column})
    if all(_is_date(date) for date in dates) and dates[1] <= dates[0]:  # type: ignore[operator]
        yield Message(N_("{file}, rule {row} ({rule}): valid_to must be later than valid_from."), place)


def _find_wrong_words(row: Mapping[str, Any], place: dict[str, Any]) -> Iterator[Message]:
    for column, allowed in ALLOWED.items():
        if column != "status" and not row.get("kind"):
            continue
        if row.get(column) and isinstance(row[column], str) and row[column] not in allowed:
            yield Message(
                N_("{file}, rule {row} ({rule}): {column} is {value}. Allowed: {allowed}."),
                {**place, "column": column, "value": row[column], "allowed": ", ".join(allowed)},
            )


def _find_wrong_classes(row: Mapping[str, Any], place: dict[str, Any]) -> Iterator[Message]:
    """Look at `applies` (column = words, or a range) and `words` (what is told apart = words of its text)."""
    applies, words = row.get("applies", {}), row.get("words", {})
    right = isinstance(applies, dict) and all(_is_words(value) or _is_range(value) for value in applies.values())
    if not right:
        yield Message(
            N_(
                '{file}, rule {row} ({rule}): applies must be a table such as {{ class = "trunk", '
                "diameter_mm = {{ above = 300, up_to = 600 }} }}."
            ),
            place,
        )
    if not (isinstance(words, dict) and all(_is_words(value) for value in words.values())):
        yield Message(
            N_('{file}, rule {row} ({rule}): words must be a table of lists of words such as ["republican*"].'),
            place,
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_date(value: Any) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _is_words(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(word, str) for word in value))


def _is_range(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(
        end in _RANGE_ENDS and _is_number(number) for end, number in value.items()
    )  # fmt: skip


def find_overlaps(rows: Iterable[Rule]) -> Iterator[Message]:
    """Find rows of one id whose periods overlap."""
    by_id: dict[str, list[Rule]] = {}
    for rule in rows:
        for earlier in by_id.setdefault(rule.id, []):
            if touch(earlier, rule):
                yield Message(
                    N_("{file}: two rows of the rule {rule} overlap in time; end one with valid_to."),
                    {"file": rule.file, "rule": rule.id},
                )
        by_id[rule.id].append(rule)


def find_mixed_checks(rows: Iterable[Rule]) -> Iterator[Message]:
    """Find rows of one check that differ in layer, kind or effect, so that they cannot answer one question."""
    first: dict[str, Rule] = {}
    for rule in rows:
        if not rule.check:
            continue
        other = first.setdefault(rule.check, rule)
        for column in ("layer", "kind", "effect"):
            if getattr(rule, column) != getattr(other, column):
                yield Message(
                    N_("{file}: the rules {rule} and {other} answer one check, but differ in {column}."),
                    {"file": rule.file, "rule": rule.id, "other": other.id, "column": column},
                )


def touch(one: Rule, other: Rule) -> bool:
    """Say whether two rows are the same rule in periods that overlap."""
    starts_before_end = one.valid_to is None or other.valid_from < one.valid_to
    ends_after_start = other.valid_to is None or one.valid_from < other.valid_to
    return one.id == other.id and starts_before_end and ends_after_start
