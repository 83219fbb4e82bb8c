"""The gate: what a new run may differ in from the one that is served before the doors are kept shut.

The facts of a run are counted once, kept in its `run.json`, and compared as plain numbers; nothing here opens a
file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geozones.checks import CheckedLayer
from geozones.config.model import NightlyConfig
from geozones.errors import Message
from geozones.i18n import LANGUAGES, N_, format_date, format_number, translate
from geozones.tables import MAP_STATES

Facts = Mapping[str, Any]

_STATES = {
    "free": N_("free"),
    "reserved": N_("reserved"),
    "allocated": N_("allocated"),
    "releasing": N_("being released"),
    "operating": N_("operating"),
}
_MOST_NAMED = 10
_MOST_SHOWN = 3
_KILOBYTE = 1000


@dataclass(frozen=True)
class Breach:
    """One figure that moved further than the settings allow.

    `limit` is the key under `[nightly]`, or `ledger_events`, of which none may be lost; `subject` the layer, map
    state, page or zones that it is about; `before` and `after` are the figure itself.
    """

    limit: str
    subject: str
    before: float
    after: float
    message: Message

    def as_json(self) -> dict[str, Any]:
        """Give the breach as `run.json` and `--json` hold it."""
        return {
            "limit": self.limit,
            "subject": self.subject,
            "before": self.before,
            "after": self.after,
            "message": str(self.message),
        }


@dataclass(frozen=True)
class Policy:
    """What a build may do with a run that the gate complains of.

    Parameters
    ----------
    obey_gate
        Keep the doors on the served run where there is a breach.
    accepted
        The reason that a person gave for publishing the run whatever the gate says; it is recorded.
    command
        The command that builds, for the note beside the lock.
    """

    obey_gate: bool = False
    accepted: str | None = None
    command: str = "build"


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a new run.

    `against` is the id of the run that it was compared with, None where none was served; `accepted` is the reason
    that a person gave for publishing it all the same.
    """

    breaches: tuple[Breach, ...] = ()
    against: str | None = None
    accepted: str | None = None

    @property
    def holds_back(self) -> bool:
        """Whether the run must not be published by itself."""
        return bool(self.breaches) and self.accepted is None

    @property
    def messages(self) -> list[Message]:
        """What moved too far, a sentence a figure."""
        return [breach.message for breach in self.breaches]

    def as_json(self) -> dict[str, Any]:
        """Give the verdict as `run.json` holds it."""
        breaches = [breach.as_json() for breach in self.breaches]
        return {"against": self.against, "breaches": breaches, "accepted": self.accepted}


def write_message(message: Message, language: str) -> str:
    """Write a message about figures in a language, its numbers as the language does."""
    fields = {
        name: write_message(value, language)
        if isinstance(value, Message)
        else format_number(value, language)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else format_date(value, language)
        if isinstance(value, dt.date)
        else value
        for name, value in message.params.items()
    }
    return translate(message.template, language, **fields)


def write_notice(verdict: Verdict, *, as_of: dt.date) -> dict[str, str]:
    """Write what the index page of the served run says of a rebuild that was held back, by language."""
    return {
        language: translate(
            N_("A rebuild with the state on {day} was held back; these maps are the last good ones. {reasons}"),
            language,
            day=format_date(as_of, language),
            reasons=" ".join(write_message(breach.message, language) for breach in verdict.breaches[:_MOST_SHOWN]),
        )
        for language in LANGUAGES
    }


def count_facts(
    layers: Iterable[CheckedLayer], zone_figures: pd.DataFrame, *, pages: Mapping[str, int]
) -> dict[str, Any]:
    """Count what the gate compares.

    Parameters
    ----------
    layers
        The checked layers of the run.
    zone_figures
        `figures.zone_figures`: index `zone_id`, columns `counted`, `plots`, `<state>_ha`.
    pages
        Bytes of every page by its name.

    Returns
    -------
    Plain values that JSON can hold: `layers` (by key: `role`, `read`, `checked`, `quarantined`, `errors`,
    `warnings`), `hectares` by map state over the zones that count, `plots` by zone, `pages`.
    """
    counted = zone_figures[zone_figures["counted"].astype(bool)]
    return {
        "layers": {
            layer.key: {
                "role": layer.role,
                "read": layer.read,
                "checked": len(layer.table),
                "quarantined": len(layer.quarantine),
                "errors": layer.count_severity("error"),
                "warnings": layer.count_severity("warning"),
            }
            for layer in layers
        },
        "hectares": {state: round(float(counted[f"{state}_ha"].sum()), 2) for state in MAP_STATES},
        "plots": {str(zone_id): int(plots) for zone_id, plots in zone_figures["plots"].items()},
        "pages": dict(sorted(pages.items())),
    }


def judge(
    served: Mapping[str, Any] | None,
    facts: Facts,
    limits: NightlyConfig,
    policy: Policy,
    *,
    ledger: Mapping[str, Any] | None = None,
) -> Verdict:
    """Judge a new run by what changed since the run that is served.

    Parameters
    ----------
    served
        What `run.json` of the served run says; None where nothing is served, and then nothing can be a breach.
    facts
        `count_facts` of the new run.
    ledger
        What `run.json` of the new run will say of the ledger.
    """
    if served is None:
        return Verdict(accepted=policy.accepted)
    breaches = [
        *_lost_events(served.get("ledger"), ledger),
        *find_breaches(served.get("facts", {}), facts, limits),
    ]
    return Verdict(tuple(breaches), served.get("run_id"), policy.accepted)


def find_breaches(before: Facts, after: Facts, limits: NightlyConfig) -> list[Breach]:
    """Compare the facts of two runs and name every figure that moved too far.

    Parameters
    ----------
    before, after
        Facts of the run that is served and of the new one, as `count_facts` gives them. What one of them lacks is
        not compared.
    limits
        How much may change.

    Returns
    -------
    The breaches, layers first; empty where the new run may be published.
    """
    return [
        *_lost_features(before, after, limits),
        *_set_aside(before, after, limits),
        *_moved_hectares(before, after, limits),
        *_emptied_zones(before, after, limits),
        *_shrunk_pages(before, after, limits),
    ]


def _lost_events(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[Breach]:
    """Events of the ledger are never removed: fewer of them mean another or an older ledger."""
    was, left = (int((ledger or {}).get("events", 0)) for ledger in (before, after))
    if left < was:
        message = Message(
            N_("The ledger held {before} events and holds {after}: it was lost, or an older copy stands in its "
               "place."),
            {"before": was, "after": left},
        )  # fmt: skip
        yield Breach("ledger_events", "ledger", was, left, message)


def _lost_features(before: Facts, after: Facts, limits: NightlyConfig) -> Iterator[Breach]:
    now = after.get("layers", {})
    for key, layer in before.get("layers", {}).items():
        was, left = int(layer["read"]), int(now.get(key, {"read": 0})["read"])
        lost_share = (was - left) / was if was else 0.0
        if lost_share > limits.max_features_lost_share:
            message = Message(
                N_("Layer {layer}: {before} features became {after}. {share} % are lost, {allowed} % may be "
                   "(nightly.{limit})."),
                _fields("max_features_lost_share", limits, was, left, share=lost_share, layer=key),
            )  # fmt: skip
            yield Breach("max_features_lost_share", key, was, left, message)


def _set_aside(before: Facts, after: Facts, limits: NightlyConfig) -> Iterator[Breach]:
    earlier = before.get("layers", {})
    for key, layer in after.get("layers", {}).items():
        was, share = _quarantined_share(earlier.get(key)), _quarantined_share(layer)
        if share - was > limits.max_quarantined_rise_share:
            message = Message(
                N_("Layer {layer}: the share of features set aside rose from {before} % to {after} %, by more "
                   "than {allowed} % (nightly.{limit})."),
                _fields("max_quarantined_rise_share", limits, _percent(was), _percent(share), layer=key),
            )  # fmt: skip
            yield Breach("max_quarantined_rise_share", key, round(was, 4), round(share, 4), message)


def _quarantined_share(layer: Mapping[str, Any] | None) -> float:
    return layer["quarantined"] / layer["read"] if layer and layer["read"] else 0.0


def _moved_hectares(before: Facts, after: Facts, limits: NightlyConfig) -> Iterator[Breach]:
    earlier, now = before.get("hectares", {}), after.get("hectares", {})
    whole = sum(earlier.values())
    for state, was in earlier.items():
        area = now.get(state, 0.0)
        share = abs(area - was) / whole if whole else 0.0
        if share > limits.max_area_change_share:
            message = Message(
                N_("Plots “{state}”: {before} ha became {after} ha. That is {share} % of the area of all plots, "
                   "{allowed} % may be (nightly.{limit})."),
                _fields("max_area_change_share", limits, was, area, share=share, state=Message(_STATES[state])),
            )  # fmt: skip
            yield Breach("max_area_change_share", state, was, area, message)


def _emptied_zones(before: Facts, after: Facts, limits: NightlyConfig) -> Iterator[Breach]:
    earlier, now = before.get("plots", {}), after.get("plots", {})
    emptied = [zone_id for zone_id, plots in earlier.items() if plots and not now.get(zone_id, 0)]
    if len(emptied) > limits.max_zones_emptied:
        was, left = _count_filled(earlier), _count_filled(now)
        shown = ", ".join(emptied[:_MOST_NAMED]) + ("…" if len(emptied) > _MOST_NAMED else "")
        message = Message(
            N_("Zones that lost all their plots: {n} ({zones}); zones with plots: {before} became {after}. "
               "{allowed} may lose theirs (nightly.{limit})."),
            {
                "n": len(emptied), "zones": shown, "before": was, "after": left,
                "allowed": limits.max_zones_emptied, "limit": "max_zones_emptied",
            },
        )  # fmt: skip
        yield Breach("max_zones_emptied", shown, was, left, message)


def _count_filled(zones: Mapping[str, int]) -> int:
    return sum(plots > 0 for plots in zones.values())


def _shrunk_pages(before: Facts, after: Facts, limits: NightlyConfig) -> Iterator[Breach]:
    now = after.get("pages", {})
    for page, was in before.get("pages", {}).items():
        size = now.get(page)
        if size is None or not was:  # a page that is gone: its zone is missed by the limits above
            continue
        shrunk_share = (was - size) / was
        if shrunk_share > limits.max_page_shrink_share:
            message = Message(
                N_("Page {page}: {before} kB became {after} kB. It shrank by {share} %, {allowed} % may be "
                   "(nightly.{limit})."),
                _fields(
                    "max_page_shrink_share", limits, round(was / _KILOBYTE, 1), round(size / _KILOBYTE, 1),
                    share=shrunk_share, page=page,
                ),
            )  # fmt: skip
            yield Breach("max_page_shrink_share", page, was, size, message)


def _fields(
    limit: str, limits: NightlyConfig, before: float, after: float, *, share: float | None = None, **more: Any
) -> dict[str, Any]:
    fields = {
        "before": before,
        "after": after,
        "allowed": _percent(getattr(limits, limit)),
        "limit": limit,
        **more,
    }
    return fields if share is None else {**fields, "share": _percent(share)}


def _percent(share: float) -> float:
    """Turn a share into per cent, without a decimal where it has none."""
    percent = round(100 * share, 1)
    return int(percent) if percent == int(percent) else percent
