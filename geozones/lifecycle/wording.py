"""Events, states and acts as the fields of a message, so that each reader meets them in his language."""

from __future__ import annotations

from collections.abc import Iterable

from geozones.errors import Message
from geozones.i18n import N_
from geozones.lifecycle.events import EVENTS
from geozones.lifecycle.states import STATE_LABELS

UNIT_WORDS = {
    "calendar_days": N_("calendar days"),
    "working_days": N_("working days"),
    "months": N_("months"),
    "years": N_("years"),
}
_ENDED = N_("split or merged")


def event_words(name: str) -> Message:
    """Name a kind of event as the register workbook does, and as the commands do."""
    return Message(N_("“{label}” ({name})"), {"label": Message(EVENTS[name].label), "name": name})


def state_words(name: str) -> Message:
    """Name a state of a plot, in quotes."""
    return Message(N_("“{label}”"), {"label": state_label(name)})


def state_label(name: str) -> Message:
    """Name a state of a plot, as in a table."""
    return Message(STATE_LABELS.get(name, _ENDED))


def states_words(names: Iterable[str]) -> Message:
    """Name several states, in the order of a plot's life."""
    order = list(STATE_LABELS)
    known = sorted(names, key=lambda name: order.index(name) if name in order else len(order))
    return list_words(state_words(name) for name in known)


def list_words(words: Iterable[Message]) -> Message:
    """Join words with commas."""
    fields = {f"word_{place}": word for place, word in enumerate(words)}
    return Message(", ".join(f"{{{field}}}" for field in fields), dict(fields))
