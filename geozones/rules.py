"""Dated tables of legal numbers: metres, terms, codes, each with its source, edition and status.

A row of a rules file without a basis, an edition or a status is refused, so no number of the law can come into a
map without saying where it was read. What was not read in the law in force carries `verified = false`.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

from geozones.errors import Message, RulesError
from geozones.i18n import N_

STATUSES = ("V", "V-old", "KZ-repealed", "other country", "not found")
"""How a number was found: read in the edition named, read in an older edition, in a repealed act, in the text of
another country, or not at all."""

VERIFIED_STATUSES = ("V", "V-old")

_COMMON = ("id", "object", "class", "value", "metres", "unit", "basis", "edition", "valid_from", "valid_to",
           "status", "verified", "note")  # fmt: skip


class _TextFile(Protocol):
    """A file that can be named and read: a path, or a resource of the package."""

    @property
    def name(self) -> str: ...

    def read_bytes(self) -> bytes: ...


@dataclass(frozen=True)
class Rule:
    """One number of the law (or its absence: `value` None), valid from `valid_from` until before `valid_to`.

    `unit` is "m" for metres. Columns beyond the common ones, such as `land_category`, `measured_from` and
    `effect`, stand in `details`.
    """

    id: str
    object: str
    class_name: str
    value: float | None
    unit: str
    act: str
    article: str
    edition: str
    valid_from: dt.date
    valid_to: dt.date | None
    status: str
    verified: bool
    note: str = ""
    file: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def basis(self) -> str:
        """The act and article in one text."""
        return f"{self.act}, {self.article}"

    def is_valid_on(self, date: dt.date) -> bool:
        """Say whether the rule is in force on a day."""
        return self.valid_from <= date and (self.valid_to is None or date < self.valid_to)


@dataclass(frozen=True)
class Rules:
    """All rows of all rules files, in file order."""

    rows: tuple[Rule, ...]

    def on(self, date: dt.date) -> Rules:
        """Return the rules that are in force on a day."""
        return Rules(tuple(rule for rule in self.rows if rule.is_valid_on(date)))

    def about(self, object_name: str) -> tuple[Rule, ...]:
        """Return the rules on one object, in file order."""
        return tuple(rule for rule in self.rows if rule.object == object_name)

    def get(self, rule_id: str, *, on: dt.date) -> Rule:
        """Return the rule of an id that is in force on a day.

        Raises
        ------
        RulesError
            No row of that id is in force on the day.
        """
        for rule in self.rows:
            if rule.id == rule_id and rule.is_valid_on(on):
                return rule
        raise RulesError(
            N_("No rule {rule} is in force on {date}; add a row with that period to a rules file."),
            rule=rule_id,
            date=on.isoformat(),
        )


def load_rules(files: Iterable[Path] = ()) -> Rules:
    """Read the built-in rules tables and more files over them.

    Parameters
    ----------
    files
        More rules files (TOML, tables `[[rule]]`). A row replaces the rows of the same id of earlier files whose
        periods touch its own, so later files win.

    Returns
    -------
    The rules of all files.

    Raises
    ------
    RulesError
        A file is no TOML, or rows lack an id, a basis (act and article), an edition or a status, carry a wrong
        value, or overlap in their own file. All problems are in the one error, each with file and row.
    """
    rows: tuple[Rule, ...] = _built_in_rules()
    problems: list[Message] = []
    for file in files:
        read = _read_rules(file, problems)
        rows = (*(old for old in rows if not any(_touch(old, new) for new in read)), *read)
    if problems:
        raise RulesError.from_messages(problems)
    return Rules(rows)


@cache
def _built_in_rules() -> tuple[Rule, ...]:
    folder = resources.files("geozones") / "rules"
    problems: list[Message] = []
    rows: list[Rule] = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            rows.extend(_read_rules(file, problems))
    problems.extend(_find_overlaps(rows))
    if problems:
        raise RulesError.from_messages(problems)
    return tuple(rows)


def _read_rules(file: _TextFile, problems: list[Message]) -> tuple[Rule, ...]:
    try:
        raw = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(
            Message(N_("{file}: not a rules table in TOML: {reason}"), {"file": file.name, "reason": error})
        )
        return ()
    except OSError:
        problems.append(Message(N_("{file}: the rules file cannot be read."), {"file": file.name}))
        return ()
    rows: list[Rule] = []
    for number, row in enumerate(raw.get("rule", ()), start=1):
        found = list(_find_problems(row, file=file.name, number=number))
        problems.extend(found)
        if not found:
            rows.append(_make_rule(row, file=file.name))
    problems.extend(_find_overlaps(rows))
    return tuple(rows)


def _find_problems(row: Mapping[str, Any], *, file: str, number: int) -> Iterator[Message]:
    place = {"file": file, "row": number, "rule": row.get("id", "?")}
    basis = row.get("basis", {})
    given = {**row, "basis.act": basis.get("act"), "basis.article": basis.get("article")}
    for column in ("id", "object", "basis.act", "basis.article", "edition", "valid_from", "status"):
        if not given.get(column):
            yield Message(
                N_("{file}, rule {row} ({rule}): the column {column} is missing."),
                {**place, "column": column},
            )
    if row.get("status") and row["status"] not in STATUSES:
        yield Message(
            N_("{file}, rule {row} ({rule}): the status {status} is not one of {allowed}."),
            {**place, "status": row["status"], "allowed": ", ".join(STATUSES)},
        )
    if not isinstance(row.get("verified"), bool):
        yield Message(N_("{file}, rule {row} ({rule}): verified must be true or false."), place)
    elif row["verified"] and row.get("status") not in VERIFIED_STATUSES:
        yield Message(
            N_("{file}, rule {row} ({rule}): a number of status {status} cannot be verified."),
            {**place, "status": row.get("status")},
        )
    for column in ("value", "metres"):
        if column in row and (isinstance(row[column], bool) or not isinstance(row[column], int | float)):
            yield Message(
                N_("{file}, rule {row} ({rule}): {column} must be a number."), {**place, "column": column}
            )
    for column in ("valid_from", "valid_to"):
        if row.get(column) and not isinstance(row[column], dt.date):
            yield Message(N_("{file}, rule {row} ({rule}): {column} must be a date."), {**place, "column": column})


def _make_rule(row: Mapping[str, Any], *, file: str) -> Rule:
    value = row.get("metres", row.get("value"))
    return Rule(
        id=row["id"],
        object=row["object"],
        class_name=str(row.get("class", "")),
        value=None if value is None else float(value),
        unit="m" if "metres" in row else str(row.get("unit", "")),
        act=row["basis"]["act"],
        article=str(row["basis"]["article"]),
        edition=str(row["edition"]),
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
        status=row["status"],
        verified=row["verified"],
        note=str(row.get("note", "")),
        file=file,
        details={name: value for name, value in row.items() if name not in _COMMON},
    )


def _touch(one: Rule, other: Rule) -> bool:
    """Say whether two rows are the same rule in periods that overlap."""
    starts_before_end = one.valid_to is None or other.valid_from < one.valid_to
    ends_after_start = other.valid_to is None or one.valid_from < other.valid_to
    return one.id == other.id and starts_before_end and ends_after_start


def _find_overlaps(rows: list[Rule]) -> Iterator[Message]:
    by_id: dict[str, list[Rule]] = {}
    for rule in rows:
        for earlier in by_id.setdefault(rule.id, []):
            if _touch(earlier, rule):
                yield Message(
                    N_("{file}: two rows of the rule {rule} overlap in time; end one with valid_to."),
                    {"file": rule.file, "rule": rule.id},
                )
        by_id[rule.id].append(rule)
