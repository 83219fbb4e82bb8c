"""What the passport of a zone says: map and hectares on its first page, networks, plots, history on its second."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from geozones.maps.atlas import Atlas
from geozones.maps.history import plot_history
from geozones.maps.passports.parts import Sheet, TableOfSheet, clip, read_words, same_text
from geozones.maps.passports.picture import Picture, Surroundings, draw_picture
from geozones.maps.terms import KIND_NAMES, NETWORK_NAMES, STATE_NAMES, STATE_ORDER, STATUS_NAMES
from geozones.maps.words import (
    Words,
    area,
    date,
    date_or_none,
    join,
    names,
    number,
    number_or_none,
    same,
    t,
    text_or_none,
    tn,
)
from geozones.maps.zone_lines import area_parts, district_words, part_name
from geozones.sheets import fit_frame

MAP_MM = (188.0, 162.0)
MOST_PLOTS, MOST_EVENTS = 84, 12
"""As many plots and events stand on the second page; the others are counted."""

PLOTS_ACROSS = 3


class ZoneSheetMaker:
    """Makes the sheets of zones.

    Parameters
    ----------
    atlas
        The content of a run for one audience, worked out.
    """

    def __init__(self, atlas: Atlas) -> None:
        self._atlas, self._content = atlas, atlas.content

    def sheet(self, place: int, around: Surroundings, *, language: str) -> Sheet:
        """Make the sheet of the zone in a row of the zones; the map carries names in one language."""
        zone, content = self._atlas.zones[place], self._content
        tables = [self._networks(str(zone["zone_id"])), self._plots(place), self._history(place)]
        return Sheet(
            key="zone",
            subject_id=str(zone["zone_id"]),
            kind=t("Passport of an industrial zone"),
            title=names(zone, "zone_id"),
            subtitle=district_words(content, zone.get("district_code"), full=True),
            pictures=self._draw(place, around, language=language),
            facts=self._about(zone),
            more_facts=self._sums(place),
            tables=[table for table in tables if table.rows],
            roles=("zones", "plots", "ledger", "gas", "power", "water", "connection_points"),
        )

    def _draw(self, place: int, around: Surroundings, *, language: str) -> list[Picture]:
        shape = np.asarray(self._content.tables.zones.geometry.array, dtype=object)[place]
        frame = fit_frame(shapely.bounds(shape).tolist(), width_mm=MAP_MM[0], height_mm=MAP_MM[1])
        return [draw_picture(around, frame, language=language)]

    def _about(self, zone: Mapping[str, Any]) -> list[tuple[Words, Words]]:
        facts = [
            (t("Kind"), t(KIND_NAMES[str(zone["kind"])])),
            (t("State"), t(STATUS_NAMES[str(zone["status"])])),
        ]
        no, day = text_or_none(zone.get("decision_no")), date_or_none(zone.get("decision_date"))
        if no or day:
            parts = [same_text(f"№ {no}")] if no else []
            facts.append((t("Decision"), join([*parts, *([date(day)] if day else [])], ", ")))
        registered = date_or_none(zone.get("register_date"))
        if registered is not None:
            facts.append((t("In the register since"), date(registered)))
        years = number_or_none(zone.get("term_years"))
        if years is not None:
            facts.append((t("Term, years"), number(years, 0)))
        company = text_or_none(zone.get("company"))
        if company:
            facts.append((t("Management company"), same_text(company)))
        return facts

    def _sums(self, place: int) -> list[tuple[Words, Words]]:
        figures = self._content.zone_figures.iloc[place]
        facts = [(t("Area by the decision"), t("{n} ha", n=area(float(figures["area_ha"]))))]
        for part in area_parts(figures):
            count = f"plots_{part.kind}"
            words = t("{n} ha", n=area(part.ha))
            if count in figures and part.kind in STATE_ORDER:
                words = join([tn("{n} plot", "{n} plots", int(figures[count])), words], ", ")
            facts.append((part_name(part.kind), words))
        facts.append((t("Projects"), number(int(figures["projects"]))))
        if int(figures.get("start_passed", 0)):
            facts.append((t("Start date passed, plots"), number(int(figures["start_passed"]))))
        return facts

    def _networks(self, zone_id: str) -> TableOfSheet:
        rows = []
        for fact in self._atlas.zone_networks.facts(zone_id):
            side = fact["sides"][0]
            answers = [answer["words"] for answer in side["answers"]]
            nearest = join(side["lines"], "; ") if side["lines"] else same("–")
            rows.append([t(NETWORK_NAMES[fact["network"]]), nearest, *answers, self._missing(fact)])
        if self._content.is_public:
            heads, columns = [t("Network"), t("Nearest"), t("near")], [0.8, 2.0, 2.0]
            return TableOfSheet(
                t("Networks: near, capacity, permission"), columns, heads, [row[:3] for row in rows]
            )
        heads = [t("Network"), t("Nearest"), t("near"), t("capacity"), t("permission"), t("Missing")]
        columns = [0.8, 3.4, 1.2, 1.4, 2.2, 1.0]
        return TableOfSheet(t("Networks: near, capacity, permission"), columns, heads, rows)

    def _missing(self, fact: Mapping[str, Any]) -> Words:
        if fact["missing"] is None:
            return t("not known")
        return join([number(fact["missing"]), fact["unit"]], " ") if fact["missing"] else t("nothing")

    def _plots(self, place: int) -> TableOfSheet:
        """List the plots in several columns: number, hectares, state."""
        columns, rows = self._atlas.plots, self._atlas.plots_of(place)
        cells = [
            [
                same(clip(text_or_none(columns["number"][row]) or str(columns["id"][row]))[:14]),
                number(round(float(columns["ha"][row]), 2), 2),
                t(STATE_NAMES[STATE_ORDER[int(columns["state"][row])]]),
            ]
            for row in rows[:MOST_PLOTS]
        ]
        high = -(-len(cells) // PLOTS_ACROSS)
        blank = [same("")] * 3
        lines = [
            [cell for across in range(PLOTS_ACROSS) for cell in (_at(cells, line + across * high) or blank)]
            for line in range(high)
        ]
        heads = [t("Plot"), t("ha"), t("State")] * PLOTS_ACROSS
        more = len(rows) - MOST_PLOTS
        note = t("and {n} more", n=more) if more > 0 else None
        return TableOfSheet(t("Plots"), [0.8, 0.7, 1.5] * PLOTS_ACROSS, heads, lines, note)

    def _history(self, place: int) -> TableOfSheet:
        """List the last events of the plots of the zone; none of them is in the content of the public."""
        content = self._content
        ids = content.tables.plots["plot_id"].astype(str).to_numpy()
        numbers = {str(ids[row]): self._atlas.plots["number"][row] for row in self._atlas.plots_of(place)}
        told = plot_history(content.history, numbers, as_of=content.as_of) or {"labels": [], "plots": {}}
        events = [
            (event[1], numbers[plot_id] or plot_id, told["labels"][event[0]])
            for plot_id, found in told["plots"].items()
            for event in found
        ]
        events.sort(key=lambda event: (event[0], event[1]), reverse=True)
        rows = [
            [date(dt.date.fromisoformat(day)), same_text(plot), read_words(words)]
            for day, plot, words in events[:MOST_EVENTS]
        ]
        heads = [t("Date"), t("Plot"), t("Event")]
        return TableOfSheet(t("Last events"), [1.0, 1.0, 3.0], heads, rows)


def _at(cells: list[list[Words]], place: int) -> list[Words] | None:
    return cells[place] if place < len(cells) else None
