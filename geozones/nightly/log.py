"""Lines of the log: a moment, then names with values, for people and for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Log = Callable[..., None]


def write_line(moment: dt.datetime, **values: object) -> str:
    """Write one line: the moment, then `name=value` in the order given; values with blanks stand in quotes."""
    return " ".join([moment.isoformat(timespec="seconds"), *(f"{name}={_plain(v)}" for name, v in values.items())])


def _plain(value: object) -> str:
    text = f"{value:.1f}" if isinstance(value, float) else str(value).replace("\n", " ")
    return '"' + text.replace('"', "'") + '"' if not text or " " in text else text
