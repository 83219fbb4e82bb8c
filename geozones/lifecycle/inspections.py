"""What an inspection saw: the words for it, and the event as one object."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from geozones.i18n import N_
from geozones.lifecycle.events import Event

STAGES = {
    "none": N_("nothing done"),
    "fenced": N_("fenced"),
    "earthworks": N_("earthworks"),
    "foundation": N_("foundation"),
    "frame": N_("frame and walls"),
    "roof": N_("roof and facade"),
    "equipment": N_("equipment being set up"),
    "working": N_("working"),
}
"""Stages of the work that the form offers, in their order; a table may write any other words."""

TIDINESS_NAMES = {"good": N_("good"), "fair": N_("with remarks"), "poor": N_("poor")}
"""The words for the order on a plot."""


@dataclass(frozen=True)
class Inspection:
    """One inspection of a plot or zone; what was not looked at is None."""

    subject_id: str
    date: dt.date
    started: str
    time: str | None = None
    stage: str | None = None
    tidiness: str | None = None
    greening_share: float | None = None
    note: str | None = None
    photos: tuple[str, ...] = ()


def inspection_of(event: Event) -> Inspection:
    """Take an event `inspect` as an inspection."""
    fields = event.fields
    names = str(fields.get("photo") or "").split(",")
    return Inspection(
        event.plot_id,
        event.date,
        str(fields.get("started", "unknown")),
        fields.get("time"),
        fields.get("stage"),
        fields.get("tidiness"),
        fields.get("greening_share"),
        fields.get("note"),
        tuple(name.strip() for name in names if name.strip()),
    )
