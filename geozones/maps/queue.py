"""The return queue: whom do we write to this week, and what may lawfully be done about each plot?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from geozones.config import NETWORKS
from geozones.i18n import N_
from geozones.lifecycle import LETTER_OF_STEP, LETTERS, QUEUE_GROUPS, return_queue
from geozones.maps.atlas import Atlas
from geozones.maps.content import PageContent
from geozones.maps.frame_page import page_context
from geozones.maps.page import make_page_without_map
from geozones.maps.queue_words import clock_words, due_words, evidence_words, land_words, step_words
from geozones.maps.stems import file_stem
from geozones.maps.terms import NEED_COLUMNS, NETWORK_WORDS, UNITS
from geozones.maps.words import (
    Words,
    date_or_none,
    join,
    names,
    number,
    number_or_none,
    same,
    short,
    t,
    text_or_none,
)

GROUP_NAMES = {
    "act_now": N_("To act now"),
    "inspect_first": N_("No evidence: inspect first"),
    "waiting": N_("Waiting for a term"),
    "suspended": N_("In court or suspended"),
    "extended": N_("Extended by an addendum"),
}
GROUP_KEYS = {
    "act_now": "act",
    "inspect_first": "inspect",
    "waiting": "waiting",
    "suspended": "held",
    "extended": "extended",
}
"""The groups as they stand in the address of the page."""


@dataclass(frozen=True)
class QueueRow:
    """A plot of the queue in words."""

    plot_id: str
    href: str
    form: str
    plot: Words
    area_ha: float | None
    holder: str | None
    contract: Words | None
    due: list[Words]
    is_passed: bool
    evidence: list[Words]
    clock: list[Words]
    land: list[Words]
    step: Words
    step_from: Words | None
    is_lawful: bool
    utilities: list[Words]
    letter: str | None
    letter_name: Words | None


@dataclass(frozen=True)
class QueueGroup:
    """One group of the queue: its rows and their hectares."""

    key: str
    name: Words
    rows: list[QueueRow]
    area_ha: float


def draw_queue(atlas: Atlas) -> str:
    """Draw the page of the return queue; internal only."""
    content = atlas.content
    queue = return_queue(content.states.iloc[atlas.shown], content.tables.plots, as_of=content.as_of)
    writer = _Writer(content)
    records: list[dict[Any, Any]] = queue.to_dict("records")
    groups = [writer.group(name, [row for row in records if row["group"] == name]) for name in QUEUE_GROUPS]
    figures = content.region_figures
    context = page_context(content, atlas.layers, title=t("Return queue"), home="") | {
        "groups": groups,
        "count": len(queue),
        "to_write": sum(row["group"] == "act_now" and row["next_step"] in _WRITTEN_STEPS for row in records),
        "figures": figures,
        "freed": [
            (f"start_passed_{column}", number(figures[f"start_passed_{column}"]), t(UNITS[network]), words)
            for network, column in NEED_COLUMNS.items()
            for words in [t(NETWORK_WORDS[network])]
            if figures.get(f"start_passed_{column}")
        ],
        "has_letters": any(row.letter for group in groups for row in group.rows),
        "lacks_letters": any(
            row.is_lawful and row.letter_name and not row.letter for group in groups for row in group.rows
        ),
        "has_unverified": not bool((queue["clock_verified"] & queue["land_verified"]).all()),
        "page_data": {"kind": "queue", "demonstration": content.region.demonstration},
    }
    return make_page_without_map("queue.html", context).render()


_WRITTEN_STEPS = ("breach", "notice", "termination_notice", "terminate", "return")
"""Steps that are taken by a document to somebody."""


class _Writer:
    """Writes rows of the queue in all languages."""

    def __init__(self, content: PageContent) -> None:
        self._as_of = content.as_of
        self._letters: Mapping[str, str] = content.letters
        zones = content.tables.zones.drop(columns="geometry").to_dict("records")
        self._zones = {str(zone["zone_id"]): names(zone, "zone_id") for zone in zones}

    def group(self, name: str, rows: list[dict[Any, Any]]) -> QueueGroup:
        """Write one group."""
        written = [self._row({str(column): value for column, value in row.items()}) for row in rows]
        return QueueGroup(
            GROUP_KEYS[name], t(GROUP_NAMES[name]), written, sum(row.area_ha or 0 for row in written)
        )

    def _row(self, row: dict[str, Any]) -> QueueRow:
        zone_id, plot_id = str(row["zone_id"]), str(row["plot_id"])
        plot_name = same(short(text_or_none(row["number"]) or plot_id))
        step_from = date_or_none(row["next_step_from"])
        return QueueRow(
            plot_id=plot_id,
            href=f"zones/{file_stem(zone_id)}.html#plot={quote(plot_id, safe='')}",
            form=f"inspect.html#plot={quote(plot_id, safe='')}",
            plot=join([self._zones.get(zone_id) or same(short(zone_id)), plot_name], "\u00a0/\u00a0"),
            area_ha=number_or_none(row["area_ha"]),
            holder=_short_or_none(row["participant"]),
            contract=_contract_words(row),
            due=due_words(row),
            is_passed=bool(row["start_passed"]),
            evidence=evidence_words(row),
            clock=clock_words(row),
            land=land_words(row),
            step=step_words(row),
            step_from=None if step_from is None else _from_words(step_from, self._as_of),
            is_lawful=step_from is not None and step_from <= self._as_of,
            utilities=_utilities(row),
            letter=self._letters.get(plot_id),
            letter_name=_letter_name(row),
        )


def _letter_name(row: Mapping[str, Any]) -> Words | None:
    step = text_or_none(row["next_step"]) or ""
    return t(LETTERS[LETTER_OF_STEP[step]].label) if step in LETTER_OF_STEP else None


def _short_or_none(value: Any) -> str | None:
    text = text_or_none(value)
    return None if text is None else short(text)


def _contract_words(row: Mapping[str, Any]) -> Words | None:
    no, day = _short_or_none(row["contract_no"]), date_or_none(row["contract_date"])
    if no and day:
        return t("contract {no} of {day}", no=no, day=day)
    if no:
        return t("contract {no}", no=no)
    return t("contract of {day}", day=day) if day else None


def _from_words(day: dt.date, as_of: dt.date) -> Words:
    return t("lawful since {day}", day=day) if day <= as_of else t("lawful from {day}", day=day)


def _utilities(row: Mapping[str, Any]) -> list[Words]:
    """Write what the plot was to take of each network, which becomes free with it."""
    needs = [(network, number_or_none(row[NEED_COLUMNS[network]])) for network in NETWORKS]
    return [
        t("{network} {amount} {unit}", network=t(NETWORK_WORDS[network]), amount=need, unit=t(UNITS[network]))
        for network, need in needs
        if need
    ]
