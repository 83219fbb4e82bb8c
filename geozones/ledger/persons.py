"""Personal data of sole entrepreneurs: kept beside the hashed events under a salted hash, and erasable."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update

from geozones.ledger.reading import chunks
from geozones.ledger.schema import PERSONS
from geozones.lifecycle import PlotState
from geozones.lifecycle.holders import is_person_id

REF_PREFIX = "person:"

Persons = Mapping[str, tuple[str | None, str | None]]
"""Number and name of persons by reference; both None once erased."""


def seal_holder(connection: Connection, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Take a person's number and name out of the fields of an event and put a reference in their place.

    Parameters
    ----------
    connection
        A connection of the writer.
    fields
        Fields of an event as people give them.

    Returns
    -------
    The fields as they may be hashed: those of a company unchanged, those of a person with `person` in place of
    `participant`, `holder_id` and a `reserved_for` of the same name, or one that stands alone.
    """
    number, name = fields.get("holder_id"), fields.get("participant")
    if number is None and name is None:
        name = fields.get("reserved_for")
    if name == number:
        name = None
    if number is None and isinstance(name, str) and is_person_id(name):
        number, name = name, None
    is_person = fields.get("holder_kind") == "individual" or (number is not None and is_person_id(number))
    if not is_person or (number is None and name is None):
        return dict(fields)
    ref = _find_ref(connection, number, name) or _add_person(connection, number, name)
    sealed = {key: value for key, value in fields.items() if key not in ("participant", "holder_id")}
    if sealed.get("reserved_for") in (name, number) and sealed.get("reserved_for") is not None:
        sealed["reserved_for"] = ref
    return {**sealed, "holder_kind": "individual", "person": ref}


def _find_ref(connection: Connection, number: str | None, name: str | None) -> str | None:
    known = PERSONS.c.holder_id == number if number is not None else PERSONS.c.name == name
    row = connection.execute(select(PERSONS.c.ref, PERSONS.c.name).where(known)).first()
    if row is None:
        return None
    if name is not None and row.name != name:
        connection.execute(update(PERSONS).where(PERSONS.c.ref == row.ref).values(name=name))
    return str(row.ref)


def _add_person(connection: Connection, number: str | None, name: str | None) -> str:
    salt = secrets.token_hex(16)
    ref = REF_PREFIX + hashlib.sha256(f"{salt}\n{number or name}".encode()).hexdigest()[:32]
    connection.execute(insert(PERSONS).values(ref=ref, salt=salt, holder_id=number, name=name))
    return ref


def erase_person(connection: Connection, number_or_name: str, *, date: dt.date) -> bool:
    """Erase number, name and salt of a person; the events stay, and point to nobody.

    A person is asked for by number, and only where none is known by name.

    Returns
    -------
    Whether there was such a person.
    """
    by_name = and_(PERSONS.c.holder_id.is_(None), PERSONS.c.name == number_or_name)
    erased = update(PERSONS).where(or_(PERSONS.c.holder_id == number_or_name, by_name))
    result = connection.execute(erased.values(holder_id=None, name=None, salt=None, erased_on=date))
    return bool(result.rowcount)


def read_persons(connection: Connection, refs: Collection[str] | None = None) -> Persons:
    """Return number and name of each person by reference, or of some; both None once erased."""
    query = select(PERSONS.c.ref, PERSONS.c.holder_id, PERSONS.c.name)
    queries = [query] if refs is None else [query.where(PERSONS.c.ref.in_(part)) for part in chunks(refs)]
    return {row.ref: (row.holder_id, row.name) for query in queries for row in connection.execute(query)}


def refs_in(fields: Mapping[str, Any]) -> set[str]:
    """Return the references to persons in fields or facts."""
    named = (fields.get("person"), fields.get("reserved_for"))
    return {ref for ref in named if isinstance(ref, str) and ref.startswith(REF_PREFIX)}


def name_holder(fields: Mapping[str, Any], persons: Persons) -> dict[str, Any]:
    """Put a person's number and name back into fields or facts; an erased person shows the bare reference."""
    named = dict(fields)
    ref = named.pop("person", None)
    if ref is not None:
        number, name = persons.get(ref, (None, None))
        named["participant"] = name or number or ref
        if number is not None:
            named["holder_id"] = number
    kept_for = named.get("reserved_for")
    if isinstance(kept_for, str) and kept_for.startswith(REF_PREFIX):
        number, name = persons.get(kept_for, (None, None))
        named["reserved_for"] = name or number or kept_for
    return named


def name_holders(states: Iterable[tuple[str, PlotState]], persons: Persons) -> dict[str, PlotState]:
    """Put the names of persons into the states of plots."""
    return {
        plot_id: PlotState(state.state, state.since, name_holder(state.facts, persons), state.seq)
        if "person" in state.facts or str(state.facts.get("reserved_for", "")).startswith(REF_PREFIX)
        else state
        for plot_id, state in states
    }
