"""The file that `inspect.html` saves: what was seen on plots, with photos; read with distrust."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from geozones.errors import GeozonesError, InputError, Message
from geozones.i18n import N_
from geozones.layers.limits import Limits, require_bytes
from geozones.layers.photos import LARGEST_BYTES, Photo, clean_photo, too_big

LARGEST_FILE = Limits(bytes=60_000_000)
MOST_INSPECTIONS = 200
MOST_PHOTOS = 12
"""Photos of one inspection."""

_TEXTS = {"stage": 120, "tidiness": 20, "started": 20, "time": 5, "note": 2000}
_NUMBERS = {"greening_share": (0.0, 1.0), "lon": (-180.0, 180.0), "lat": (-90.0, 90.0), "accuracy_m": (0.0, 1e6)}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
_SHOWN_LENGTH = 60


@dataclass(frozen=True)
class FieldInspection:
    """One inspection: plot, day, its fields as `lifecycle.make_event` takes them, and its photos."""

    plot_id: str
    date: dt.date
    fields: Mapping[str, Any]
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True)
class FieldFile:
    """What a file holds: who inspected ("" where it does not say), and the inspections."""

    by: str
    inspections: tuple[FieldInspection, ...]


def read_field_file(path: Path, *, shown: str) -> FieldFile:
    """Read a file of inspections.

    Parameters
    ----------
    path
        The file.
    shown
        What messages call it.

    Returns
    -------
    The inspections, their photos scaled down and without metadata.

    Raises
    ------
    InputError
        The file is missing, too big, damaged or of another kind, or values or photos in it cannot be taken; the
        error names all of them.
    """
    if not path.is_file():
        raise InputError(N_("{file}: there is no such file."), file=shown)
    require_bytes(path, LARGEST_FILE, shown=shown)
    raw = _parse(path.read_bytes(), shown)
    rows = raw["inspections"]
    if not 1 <= len(rows) <= MOST_INSPECTIONS:
        raise InputError(
            N_("{file}: holds {n} inspections; there must be 1 to {most}."),
            file=shown, n=len(rows), most=MOST_INSPECTIONS,
        )  # fmt: skip
    problems: list[Message] = []
    found = [_read_row(row, place, shown, problems) for place, row in enumerate(rows, start=1)]
    if problems:
        raise InputError.from_messages(problems)
    return FieldFile(_clean(raw.get("by"), 120), tuple(row for row in found if row is not None))


def _parse(content: bytes, shown: str) -> dict[str, Any]:
    try:
        raw = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise InputError(
            N_("{file}: is cut short or no file of inspect.html. Ask the sender to save it again."), file=shown
        ) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("inspections"), list):
        raise InputError(
            N_("{file}: is cut short or no file of inspect.html. Ask the sender to save it again."), file=shown
        )
    return raw


class _Reader:
    """Reads the values of one inspection and collects what is wrong with them."""

    def __init__(self, row: Mapping[str, Any], where: Message, problems: list[Message]) -> None:
        self.row, self.where, self.problems = row, where, problems

    def complain(self, reason: Message) -> None:
        """Say what is wrong with this inspection."""
        self.problems.append(Message(N_("{where}: {reason}"), {"where": self.where, "reason": reason}))

    def wrong(self, name: str, allowed: Message) -> None:
        """Say that a value is not what it must be."""
        value = _clean(self.row.get(name), _SHOWN_LENGTH)
        params = {"field": name, "value": value, "allowed": allowed}
        self.complain(Message(N_("{field} is {value}; it must be {allowed}."), params))

    def text(self, name: str, longest: int) -> str | None:
        """Take a text without characters that steer a screen."""
        value = self.row.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or len(value) > longest:
            self.wrong(name, Message(N_("text of at most {n} letters"), {"n": longest}))
            return None
        return _clean(value, longest) or None

    def number(self, name: str, low: float, high: float) -> float | None:
        """Take a number within bounds."""
        value = self.row.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.wrong(name, Message(N_("a number from {low} to {high}"), {"low": low, "high": high}))
            return None
        return float(value)

    def day(self, name: str) -> dt.date | None:
        """Take a day."""
        try:
            return dt.date.fromisoformat(str(self.row.get(name)))
        except ValueError:
            self.wrong(name, Message(N_("a date like 2025-02-10")))
            return None


def _read_row(row: Any, place: int, shown: str, problems: list[Message]) -> FieldInspection | None:
    where = Message(N_("{file}, inspection {place}"), {"file": shown, "place": place})
    reader = _Reader(row if isinstance(row, dict) else {}, where, problems)
    plot_id, day = reader.text("plot_id", 120), reader.day("date")
    if plot_id is None:
        reader.complain(Message(N_("plot_id is empty.")))
    fields: dict[str, Any] = {name: reader.text(name, longest) for name, longest in _TEXTS.items()}
    fields |= {name: reader.number(name, *bounds) for name, bounds in _NUMBERS.items()}
    if fields["time"] is not None and not _TIME.fullmatch(fields["time"]):
        reader.wrong("time", Message(N_("a time like 14:30")))
    if (fields["lon"] is None) != (fields["lat"] is None):
        reader.complain(Message(N_("a position needs both lon and lat.")))
    photos = _read_photos(reader)
    if plot_id is None or day is None:
        return None
    fields["photo"] = ", ".join(photo.name for photo in photos) or None
    fields["photo_taken"] = ", ".join(photo.taken or "?" for photo in photos) or None
    return FieldInspection(plot_id, day, {k: v for k, v in fields.items() if v is not None}, tuple(photos))


def _read_photos(reader: _Reader) -> list[Photo]:
    rows = reader.row.get("photos") or []
    if not isinstance(rows, list) or len(rows) > MOST_PHOTOS:
        reader.complain(Message(N_("there are more than {most} photos."), {"most": MOST_PHOTOS}))
        return []
    found: dict[str, Photo] = {}
    for place, row in enumerate(rows, start=1):
        known = row if isinstance(row, dict) else {}
        shown = _clean(known.get("name"), _SHOWN_LENGTH) or f"№ {place}"
        try:
            photo = _read_photo(known, shown)
        except GeozonesError as error:
            for message in error.messages:
                reader.complain(message)
        else:
            found.setdefault(photo.name, photo)
    return list(found.values())


def _read_photo(row: Mapping[str, Any], shown: str) -> Photo:
    data = row.get("data")
    if not isinstance(data, str):
        raise InputError(N_("{photo}: the photo is not in the file."), photo=shown)
    size = len(data) * 3 // 4
    if size > LARGEST_BYTES + 3:
        raise InputError.from_messages([too_big(shown, size)])
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(N_("{photo}: the photo is damaged."), photo=shown) from error
    stated = row.get("sha256")
    if stated and stated != hashlib.sha256(content).hexdigest():
        raise InputError(N_("{photo}: its hash is not that of the form; it was changed on the way."), photo=shown)
    photo = clean_photo(content, shown=shown)
    taken = row.get("taken")
    if photo.taken is None and isinstance(taken, str) and _MOMENT.fullmatch(taken):
        return Photo(photo.name, photo.content, taken)
    return photo


def _clean(value: Any, longest: int) -> str:
    """Take a value as a text that a line of a log or page can hold."""
    return " ".join(_CONTROL.sub(" ", str(value)[: 2 * longest]).split())[:longest] if value is not None else ""
