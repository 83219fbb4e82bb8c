"""The page of what changed: plots freed and taken, zones, distances and answers, dates, issues."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from branca.element import JavascriptLink

from geozones.changes import SETTINGS, unpack_message
from geozones.i18n import N_
from geozones.lifecycle import EVENTS
from geozones.maps.content import InboxLine, PageContent
from geozones.maps.frame_page import page_context
from geozones.maps.issue_rows import message_words
from geozones.maps.page import LOCAL_ASSETS, PageFigure
from geozones.maps.provenance import layer_lines
from geozones.maps.stems import file_stem
from geozones.maps.terms import NETWORK_NAMES, SEVERITIES, STATE_NAMES
from geozones.maps.words import Words, date, join, names, number, number_or_none, same, short, t, text_or_none, tn
from geozones.rules import label
from geozones.tables import CONTRACTS

MOST_ROWS = 200
"""As many rows of one kind stand on the page; all of them are in `data/changes.json`."""

MOST_REASONS = 20
"""As many reasons of one refused file stand on the page; the file that went back has all of them."""

_ANSWER_WORDS = {"yes": N_("yes"), "no": N_("no"), "unknown": N_("unknown"), "pass": N_("nothing against"),
                 "warn": N_("to be checked"), "block": N_("forbids")}  # fmt: skip
_WHAT = {"near": N_("nearby"), "capable": N_("capacity suffices"), "allowed": N_("no rule forbids"),
         "line": N_("line"), "point": N_("connection point")}  # fmt: skip


@dataclass(frozen=True)
class Section:
    """One kind of change: its heading, the heads of its columns, and its rows."""

    kind: str
    title: Words
    count: int
    heads: tuple[Words, ...]
    rows: list[list[Any]]


@dataclass(frozen=True)
class PlotLink:
    """A plot or zone as a link to its page."""

    href: str | None
    words: Words


def draw_changes(content: PageContent) -> str:
    """Draw the page of what changed since the run that was served before."""
    changes = content.changes
    layers = layer_lines(content)
    title = t("What changed")
    writer = None if changes is None else _Writer(content)
    sections = [] if writer is None else [section for section in writer.sections() if section.count]
    context = page_context(content, layers, title=title, home="") | {
        "page_data": {"kind": "changes", "demonstration": content.region.demonstration},
        "since": None if changes is None else _since(changes.before),
        "sections": sections,
        "summary": _summary(writer) if writer else [],
        "most": MOST_ROWS,
        "inbox": [_inbox_row(line) for line in content.inbox],
    }
    figure = PageFigure("changes.html", context)
    leaflet = next(link for link in LOCAL_ASSETS if link.endswith(".js"))
    figure.header.add_child(JavascriptLink(leaflet), name="leaflet")
    return figure.render()


_KINDS = {"workbook": N_("register workbook"), "inspections": N_("inspection")}


def _inbox_row(line: InboxLine) -> dict[str, Any]:
    """Write what became of a file that came for the ledger."""
    return {
        "name": same(short(line.name)),
        "kind": t(_KINDS[line.kind]),
        "result": None
        if line.reasons
        else tn("{n} row recorded", "{n} rows recorded", line.recorded)
        if line.recorded
        else t("nothing new: all rows are known"),
        "reasons": [message_words(reason) for reason in line.reasons[:MOST_REASONS]],
        "more": max(0, len(line.reasons) - MOST_REASONS),
        "returned": same(short(line.returned)),
    }


def _since(before: tuple[str, str]) -> Words:
    run_id, as_of = before
    return t("Compared with the maps of {day} (run {run})", day=pd.Timestamp(as_of).date(), run=run_id)


def _summary(writer: _Writer) -> list[tuple[str, Words, int]]:
    """Give the five counts that stand above everything: kind, words, number."""
    counts = writer.changes.counts
    return [
        ("freed", t("plots became free"), counts["freed"]),
        ("taken", t("plots were taken"), counts["taken"]),
        ("starts_passed", t("start dates passed"), counts["starts_passed"]),
        ("answers", t("answers moved"), counts["answers"]),
        ("issues_new", t("new data issues"), counts["issues_new"]),
    ]


class _Writer:
    """Writes the changes as rows of tables, in all languages."""

    def __init__(self, content: PageContent) -> None:
        if content.changes is None:
            raise ValueError("a content without changes")
        self.changes = content.changes
        zones = content.tables.zones.drop(columns="geometry").to_dict("records")
        self._zones = {str(zone["zone_id"]): names(zone, "zone_id") for zone in zones}
        self._rules = content.rules
        self._history = content.history
        self._layers = {line.key: line.name for line in layer_lines(content)}

    def sections(self) -> list[Section]:
        """Write all sections in their order; those without rows too."""
        state_heads = (t("Plot"), t("ha"), t("Before"), t("Now"), t("Holder"))
        moved_heads = (
            t("Plot or zone"),
            t("Network"),
            t("What"),
            t("Before"),
            t("Now"),
            t("Because of the layer"),
        )
        issue_heads = (t("Severity"), t("Layer"), t("Key"), t("What is wrong and what to do"))
        return [
            self._section("freed", t("Plots that became free"), state_heads, self._state),
            self._section("taken", t("Plots that were taken"), state_heads, self._state),
            self._section("states", t("Plots whose state moved otherwise"), state_heads, self._state),
            self._section("starts_passed", t("Start dates that passed"),
                          (t("Plot"), t("ha"), t("Holder"), t("Start due")), self._passed),
            self._section("starts_cleared", t("No longer past the start date"),
                          (t("Plot"), t("ha"), t("Holder"), t("Before"), t("Now"), t("Because of")),
                          self._cleared),
            self._section("plots_new", t("New plots"), state_heads, self._state),
            self._section("plots_gone", t("Plots that are no more"), state_heads, self._state),
            self._section("zones_new", t("New zones"), (t("Zone"),), self._zone),
            self._section("zones_gone", t("Zones that are no more"), (t("Zone"),), self._zone),
            self._section("zones_changed", t("Zones that changed"), (t("Zone"), t("What")), self._zone_changed),
            self._section("answers", t("Answers that moved"), moved_heads, self._answer),
            self._section("distances", t("Distances that moved"), moved_heads, self._distance),
            self._section("usable", t("Usable area that moved"), (t("Plot"), t("Before"), t("Now")), self._usable),
            self._section("issues_new", t("New data issues"), issue_heads, self._issue),
            self._section("issues_solved", t("Data issues solved"), issue_heads, self._issue),
        ]  # fmt: skip

    def _section(
        self, kind: str, title: Words, heads: tuple[Words, ...], write: Callable[[dict[str, Any]], list[Any]]
    ) -> Section:
        table = self.changes.tables[kind]
        rows = [write({str(name): value for name, value in row.items()}) for row in _records(table)]
        return Section(kind, title, len(table), heads, rows)

    def _state(self, row: dict[str, Any]) -> list[Any]:
        states = [_words(STATE_NAMES, row["from"]), _words(STATE_NAMES, row["to"])]
        return [self._plot(row), _ha(row["area_ha"]), *states, _text(row["participant"])]

    def _passed(self, row: dict[str, Any]) -> list[Any]:
        return [self._plot(row), _ha(row["area_ha"]), _text(row["participant"]), _day(row["start_due"])]

    def _cleared(self, row: dict[str, Any]) -> list[Any]:
        dues = [_day(row["from"]), _day(row["to"])]
        return [
            self._plot(row),
            _ha(row["area_ha"]),
            _text(row["participant"]),
            *dues,
            self._reason(row["plot_id"]),
        ]

    def _reason(self, plot_id: Any) -> Words:
        """Name the last event of a plot and its document: it is why a figure changed."""
        events = self._history.get(str(plot_id), ())
        if not events:
            return t("the day")
        paper = text_or_none(events[0].fields.get("document"))
        label = t(EVENTS[events[0].name].label)
        return join([label, same(short(paper))]) if paper else label

    def _zone(self, row: dict[str, Any]) -> list[Any]:
        zone_id = str(row["zone_id"])
        known = zone_id in self._zones
        return [PlotLink(f"zones/{file_stem(zone_id)}.html" if known else None, names(row, "zone_id"))]

    def _zone_changed(self, row: dict[str, Any]) -> list[Any]:
        meanings = {column.name: column.meaning for column in CONTRACTS["zones"].columns}
        parts = [
            t("boundary or other columns") if name == "geometry" else t(meanings.get(name, name))
            for name in str(row["columns"]).split(", ")
        ]
        return [*self._zone(row), join(parts, "; ")]

    def _answer(self, row: dict[str, Any]) -> list[Any]:
        rule = None if self._rules is None else next((r for r in self._rules.rows if r.id == row["what"]), None)
        what = (
            _words(_WHAT, row["what"])
            if rule is None
            else Words(*(label(rule, language) for language in ("kk", "ru", "en")))
        )
        return [*self._moved(row), what, *self._pair(row, _answer_words), self._layer(row["layer"])]

    def _distance(self, row: dict[str, Any]) -> list[Any]:
        pair = {"from": row["from_m"], "to": row["to_m"]}
        return [
            *self._moved(row),
            _words(_WHAT, row["what"]),
            *self._pair(pair, _metres),
            self._layer(row["layer"]),
        ]

    def _usable(self, row: dict[str, Any]) -> list[Any]:
        return [self._plot(row), _ha(row["from_ha"]), _ha(row["to_ha"])]

    def _issue(self, row: dict[str, Any]) -> list[Any]:
        message = message_words(unpack_message(json.loads(row["message"])))
        return [t(SEVERITIES[row["severity"]]), self._layer(row["layer"]), _text(row["feature_key"]), message]

    def _moved(self, row: dict[str, Any]) -> list[Any]:
        if row["subject"] == "plot":
            subject = self._plot({**row, "plot_id": row["subject_id"]})
        else:
            subject = PlotLink(
                f"zones/{file_stem(str(row['subject_id']))}.html", self._zone_name(row["subject_id"])
            )
        return [subject, _words(NETWORK_NAMES, row["network"])]

    def _pair(self, row: dict[str, Any], write: Callable[[Any], Words]) -> list[Words]:
        return [write(row["from"]), write(row["to"])]

    def _plot(self, row: dict[str, Any]) -> PlotLink:
        """Name a plot as it is dictated: `Бадам / 27`."""
        zone_id, plot_id = str(row["zone_id"]), str(row["plot_id"])
        words = join([self._zone_name(zone_id), same(short(text_or_none(row["number"]) or plot_id))], " / ")
        if zone_id not in self._zones:
            return PlotLink(None, words)
        from urllib.parse import quote

        return PlotLink(f"zones/{file_stem(zone_id)}.html#plot={quote(plot_id, safe='')}", words)

    def _zone_name(self, zone_id: Any) -> Words:
        return self._zones.get(str(zone_id)) or same(short(str(zone_id)))

    def _layer(self, layer: Any) -> Words:
        if layer == SETTINGS:
            return t("settings or rules")
        return self._layers.get(str(layer)) or same(short(str(layer)))


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return list(table.head(MOST_ROWS).to_dict("records"))


def _words(known: dict[str, str], value: Any) -> Words:
    text = text_or_none(value)
    if text is None:
        return same("–")
    return t(known[text]) if text in known else same(text)


def _answer_words(value: Any) -> Words:
    return _words(_ANSWER_WORDS, value)


def _day(value: Any) -> Words:
    day = text_or_none(value)
    return same("") if day is None else date(pd.Timestamp(day).date())


def _text(value: Any) -> Words:
    return same(short(text_or_none(value) or ""))


def _ha(value: Any) -> Words:
    known = number_or_none(value)
    return same("–") if known is None else number(round(known, 2))


def _metres(value: Any) -> Words:
    known = number_or_none(value)
    return same("–") if known is None else t("{metres} m", metres=round(known, 1))
