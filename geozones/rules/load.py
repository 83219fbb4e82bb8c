"""Reading rules files: TOML with tables `[[rule]]`, or `[[group]]` whose rules share the columns of the group."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

from geozones.errors import Message, RulesError
from geozones.i18n import N_
from geozones.rules.schema import COMMON_COLUMNS, find_mixed_checks, find_overlaps, find_problems, touch
from geozones.rules.table import Rule, Rules


class _TextFile(Protocol):
    """A file that can be named and read: a path, or a resource of the package."""

    @property
    def name(self) -> str: ...

    def read_bytes(self) -> bytes: ...


def load_rules(files: Iterable[Path] = ()) -> Rules:
    """Read the built-in rules tables and more files over them.

    Parameters
    ----------
    files
        More rules files (TOML, tables `[[rule]]` or `[[group]]`). A row replaces the rows of the same id of
        earlier files whose periods touch its own, so later files win.

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
        rows = (*(old for old in rows if not any(touch(old, new) for new in read)), *read)
    problems = problems or list(find_mixed_checks(rows))
    if problems:
        raise RulesError.from_messages(problems)
    return Rules(rows)


def check_rules_file(file: Path) -> tuple[Rules, tuple[Message, ...]]:
    """Read one rules file alone.

    Returns
    -------
    Its good rows, and everything that is wrong with the others, each with file and row.
    """
    problems: list[Message] = []
    rows = _read_rules(file, problems)
    return Rules(rows), tuple(problems)


@cache
def _built_in_rules() -> tuple[Rule, ...]:
    folder = resources.files("geozones") / "rules"
    problems: list[Message] = []
    rows: list[Rule] = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            rows.extend(_read_rules(file, problems))
    problems.extend(find_overlaps(rows))
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
    unknown = N_("{file}: unknown table {name}. Rules stand in [[rule]] or [[group]].")
    problems.extend(
        Message(unknown, {"file": file.name, "name": key}) for key in raw if key not in ("rule", "group")
    )
    rows: list[Rule] = []
    for number, row in enumerate(_iterate_rows(raw), start=1):
        found = list(find_problems(row, file=file.name, number=number))
        problems.extend(found)
        if not found:
            rows.append(_make_rule(row, file=file.name))
    problems.extend(find_overlaps(rows))
    problems.extend(find_mixed_checks(rows))
    return tuple(rows)


def _iterate_rows(raw: Mapping[str, Any]) -> Iterator[Any]:
    """Give every row, those of groups with the columns of their group; what is no table comes as it is."""
    yield from _as_list(raw.get("rule", []))
    for group in _as_list(raw.get("group", [])):
        if not isinstance(group, dict):
            yield group
            continue
        shared = {column: value for column, value in group.items() if column != "rule"}
        for row in _as_list(group.get("rule", [])):
            yield {**shared, **row} if isinstance(row, dict) else row


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _make_rule(row: Mapping[str, Any], *, file: str) -> Rule:
    value = row.get("metres", row.get("value"))
    return Rule(
        id=row["id"],
        object=row["object"],
        class_name=row.get("class", ""),
        value=None if value is None else float(value),
        unit="m" if "metres" in row else row.get("unit", ""),
        act=row["basis"]["act"],
        article=str(row["basis"]["article"]),
        edition=row["edition"],
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
        status=row["status"],
        verified=row["verified"],
        note=row.get("note", ""),
        file=file,
        details={name: value for name, value in row.items() if name not in COMMON_COLUMNS},
    )
