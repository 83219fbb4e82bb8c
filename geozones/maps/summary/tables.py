"""The tables of the summary: by district, by sector, networks that are lacking, plots on offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import numpy as np

from geozones.config import NETWORKS, Network
from geozones.figures import district_figures, ready_plots, sector_figures
from geozones.maps.atlas import Atlas
from geozones.maps.facts import metres_words
from geozones.maps.stems import file_stem
from geozones.maps.summary.parts import Cell, FigureCells, Table, count_cell, money_cell, plain_cell, rows_of
from geozones.maps.summary.sources import Sources
from geozones.maps.terms import NETWORK_NAMES, UNITS
from geozones.maps.values import Values
from geozones.maps.words import Words, area, join, names, number, same, short, t, text_or_none
from geozones.maps.zone_lines import district_words

MOST_READY = 10

Supply = Mapping[Network, tuple[Values, Values]]


class Tables:
    """Writes the tables of the summary."""

    def __init__(self, atlas: Atlas, sources: Sources) -> None:
        self._atlas = atlas
        self._content = atlas.content
        self._cells = FigureCells(atlas.content.region_figures)
        self._mark = sources.mark

    def districts(self) -> Table:
        """Write the figures by district; the rows sum to those of the region."""
        table = district_figures(self._content.tables.zones, self._content.zone_figures)
        rows = [
            [
                Cell(district_words(self._content, code) if code else t("district not stated")),
                count_cell(row["zones"]),
                plain_cell(area(row["area_ha"])),
                count_cell(row["plots_free"]),
                plain_cell(area(row["free_ha"])),
                count_cell(row["projects"]),
                money_cell(row["investment_kzt"]),
                money_cell(row["invested_kzt"]),
                count_cell(row["jobs_planned"]),
                count_cell(row["jobs_actual"]),
                count_cell(row["start_passed"], tone="passed"),
            ]
            for code, row in rows_of(table)
        ]
        total = [
            Cell(t("Together")), self._cells.plain("zones"), self._cells.area("area_ha"),
            self._cells.plain("plots_free"), self._cells.area("area_free_ha"), self._cells.plain("projects"),
            *self._cells.money_and_jobs(), self._cells.plain("start_passed"),
        ]  # fmt: skip
        heads = [
            (t("District"), False), (t("Zones"), True), (t("ha"), True), (t("Free plots"), True),
            (t("Free, ha"), True), (t("Projects"), True), (t("Declared, bn ₸"), True), (t("Invested, bn ₸"), True),
            (t("Jobs planned"), True), (t("Jobs there are"), True), (t("Start date passed"), True),
        ]  # fmt: skip
        return Table("districts", t("By district"), heads, rows, self._mark("zones", "plots", "ledger"), total)

    def sectors(self) -> Table:
        """Write the figures by sector; the rows sum to those of the region."""
        content = self._content
        table = sector_figures(content.tables.plots, content.states, content.zone_figures, as_of=content.as_of)
        rows = [
            [
                Cell(same(short(name)) if name else t("sector not stated")),
                count_cell(row["projects"]),
                plain_cell(area(row["area_ha"])),
                money_cell(row["investment_kzt"]),
                money_cell(row["invested_kzt"]),
                count_cell(row["jobs_planned"]),
                count_cell(row["jobs_actual"]),
                count_cell(row["start_passed"], tone="passed"),
            ]
            for name, row in rows_of(table)
        ]
        total = [
            Cell(t("Together")), self._cells.plain("projects"), plain_cell(area(table["area_ha"].sum())),
            *self._cells.money_and_jobs(), self._cells.plain("start_passed"),
        ]  # fmt: skip
        heads = [
            (t("Sector"), False), (t("Projects"), True), (t("ha"), True), (t("Declared, bn ₸"), True),
            (t("Invested, bn ₸"), True), (t("Jobs planned"), True), (t("Jobs there are"), True),
            (t("Start date passed"), True),
        ]  # fmt: skip
        empty = None if rows else t("No project is recorded.")
        return Table("sectors", t("By sector"), heads, rows, self._mark("ledger"), total, empty=empty)

    def networks(self) -> Table:
        """Name the zones that lack each network, and those of which it is not known."""
        counted = [
            (names(zone, "zone_id"), self._atlas.zone_networks.answers(str(zone["zone_id"])))
            for zone, is_counted in zip(self._atlas.zones, self._content.zone_figures["counted"], strict=True)
            if is_counted
        ]
        rows = []
        for network in NETWORKS:
            by_answer: dict[str, list[Words]] = {"yes": [], "no": [], "unknown": []}
            for name, answers in counted:
                by_answer[answers[network]].append(name)
            rows.append([
                Cell(t(NETWORK_NAMES[network]), tone=f"network-{network}"),
                count_cell(len(by_answer["yes"])),
                count_cell(len(by_answer["no"])),
                Cell(join(by_answer["no"], ", ") if by_answer["no"] else same("–"), tone="no"),
                count_cell(len(by_answer["unknown"])),
                Cell(join(by_answer["unknown"], ", ") if by_answer["unknown"] else same("–"), tone="unknown"),
            ])  # fmt: skip
        heads = [
            (t("Network"), False), (t("Enough, zones"), True), (t("Lack it"), True),
            (t("Zones that lack it"), False), (t("Not known"), True), (t("Zones of which it is not known"), False),
        ]  # fmt: skip
        title = t("Which zones lack gas, electricity or water?")
        note = t("Enough: the free capacity covers what the plots state to need.")
        marks = self._mark("zones", *NETWORKS, "connection_points")
        return Table("networks", title, heads, rows, marks, note=note)

    def ready(self) -> Table:
        """List the plots that can be offered today, the most usable hectares first."""
        content = self._content
        table = ready_plots(
            content.tables.plots, content.states, content.zone_figures,
            networks=content.plot_networks, usable=content.usable, as_of=content.as_of,
        )  # fmt: skip
        first = table.head(MOST_READY)
        plot_rows, networks = first["row"].to_numpy(dtype=np.intp), self._atlas.plot_networks
        supply = {
            network: (networks.far(network, plot_rows), networks.spare(network, plot_rows)) for network in NETWORKS
        }
        rows = [self._ready_row(place, row, supply) for place, (_, row) in enumerate(rows_of(first), 1)]
        heads = [
            (same("№"), True), (t("Zone"), False), (t("Plot"), False), (t("ha"), True), (t("Usable, ha"), True),
            (t("Hazard class"), False), *((t(NETWORK_NAMES[network]), False) for network in NETWORKS),
        ]  # fmt: skip
        note = t(
            "{found} of {free} free plots have gas, electricity and water near, with capacity and permission. "
            "Order: most usable hectares first. Metres in a straight line; free capacity is shared by the plots "
            "around.",
            found=len(table),
            free=int(self._cells.known["plots_free"]),
        )
        empty = None if rows else t("No free plot has all three networks near, with capacity and permission.")
        marks = self._mark("plots", "ledger", *NETWORKS, "connection_points")
        return Table("ready", t("Ten plots ready for an investor"), heads, rows, marks, note=note, empty=empty)

    def _ready_row(self, place: int, row: Mapping[str, Any], supply: Supply) -> list[Cell]:
        plots, plot_row = self._atlas.plots, int(row["row"])
        zone = self._atlas.zones[int(plots["zone"][plot_row])]
        plot_id = str(row["plot_id"])
        href = f"zones/{file_stem(str(zone['zone_id']))}.html#plot={quote(plot_id, safe='')}"
        return [
            count_cell(place),
            Cell(names(zone, "zone_id")),
            Cell(same(short(text_or_none(plots["number"][plot_row]) or plot_id)), href=href),
            plain_cell(area(float(plots["ha"][plot_row]))),
            plain_cell(number(round(float(row["usable_ha"]), 2), 2)),
            Cell(same(plots["hazard"][plot_row]) if plots["hazard"][plot_row] else t("not stated")),
            *(Cell(_supply_words(network, *supply[network], row=place - 1)) for network in NETWORKS),
        ]


def _supply_words(network: Network, far: Values, spare: Values, *, row: int) -> Words:
    """Write how far the nearest connection of the plot in a row is, and the free capacity that serves."""
    parts = [] if far[row] is None else [metres_words(int(far[row]))]
    if spare[row] is not None:
        parts.append(join([number(float(spare[row]), 0), t(UNITS[network])], "\u00a0"))
    return join(parts, ", ")
