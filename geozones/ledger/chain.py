"""The hash chain: the text of an event that is hashed, and the hash of it with the one before."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from geozones.lifecycle import Event

GENESIS = "0" * 64
"""The hash before the first event."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A row of the table of events, as it lies in the database."""

    seq: int
    plot_id: str
    event: str
    effective_on: dt.date
    recorded_at: str
    row_key: str
    body: str
    prev_hash: str
    hash: str


def hash_body(prev_hash: str, body: str) -> str:
    """Return the hash of an event's text after the hash before it."""
    return hashlib.sha256(f"{prev_hash}\n{body}".encode()).hexdigest()


def seal_event(event: Event, *, actor: str, prev_hash: str) -> StoredEvent:
    """Write the text of an event that has its number and moment, and hash it.

    The same event always gives the same text: keys are sorted, numbers and dates are plain.
    """
    body = orjson.dumps(
        {
            "seq": event.seq,
            "plot_id": event.plot_id,
            "event": event.name,
            "date": event.date.isoformat(),
            "recorded_at": event.recorded_at,
            "by": actor,
            "fields": event.fields,
        },
        option=orjson.OPT_SORT_KEYS,
    ).decode()
    return StoredEvent(
        event.seq,
        event.plot_id,
        event.name,
        event.date,
        event.recorded_at,
        make_row_key(event),
        body,
        prev_hash,
        hash_body(prev_hash, body),
    )


def make_row_key(event: Event) -> str:
    """Make the key by which an import knows a row again.

    The day on which an opening balance was taken is left out, so the same register is known on any day.
    """
    date = None if event.name == "opening" else event.date.isoformat()
    row = [event.plot_id, event.name, date, event.fields]
    return hashlib.sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()


def open_body(body: str) -> tuple[Event, str]:
    """Read an event and its actor back from its text.

    Raises
    ------
    ValueError
        The text is not one that `seal_event` writes.
    """
    try:
        raw: Mapping[str, Any] = orjson.loads(body)
        event = Event(
            raw["event"],
            raw["plot_id"],
            dt.date.fromisoformat(raw["date"]),
            raw["fields"],
            raw["seq"],
            raw["recorded_at"],
        )
        return event, raw["by"]
    except (KeyError, TypeError, orjson.JSONDecodeError) as error:
        raise ValueError(body) from error
