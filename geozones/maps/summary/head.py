"""The top of the summary: main figures, hectares by state, published figures beside the computed ones."""

from __future__ import annotations

from geozones.i18n import N_
from geozones.maps.atlas import Atlas
from geozones.maps.summary.parts import Cell, FigureCells, Table, Tile, billions, blank, plain_cell
from geozones.maps.summary.sources import Sources
from geozones.maps.terms import STATE_NAMES, STATE_ORDER
from geozones.maps.words import Words, number, same, t, tn, unit
from geozones.maps.zone_lines import part_name

PUBLISHED_NAMES = {
    "zones": N_("Zones in the register"),
    "zones_republican": N_("Republican zones"),
    "zones_regional": N_("Regional zones"),
    "zones_small": N_("Small zones"),
    "zones_private": N_("Private zones"),
    "zones_new": N_("Zones created within a year"),
    "area_ha": N_("Area of all zones, ha"),
    "area_republican_ha": N_("Area of republican zones, ha"),
    "area_regional_ha": N_("Area of regional zones, ha"),
    "area_small_ha": N_("Area of small zones, ha"),
    "area_private_ha": N_("Area of private zones, ha"),
    "plots": N_("Plots of zones"),
    "plots_free": N_("Free plots"),
    "area_free_ha": N_("Free plots, ha"),
    "projects": N_("Projects"),
    "investment_kzt": N_("Investment declared, bn ₸"),
    "invested_kzt": N_("Invested, bn ₸"),
    "jobs_planned": N_("Jobs planned"),
    "jobs_actual": N_("Jobs there are"),
    "start_passed": N_("Start date passed, plots"),
    "area_start_passed_ha": N_("Start date passed, ha"),
}


_KIND_LABELS = {
    "zones_republican": N_("republican:"),
    "zones_regional": N_("regional:"),
    "zones_small": N_("small:"),
    "zones_private": N_("private:"),
}
_AREA_LABELS = {
    "area_republican_ha": N_("republican:"),
    "area_regional_ha": N_("regional:"),
    "area_small_ha": N_("small:"),
    "area_private_ha": N_("private:"),
}


class Head:
    """Writes the top of the summary."""

    def __init__(self, atlas: Atlas, sources: Sources) -> None:
        self._content = atlas.content
        self._cells = FigureCells(atlas.content.region_figures)
        self._mark = sources.mark

    def tiles(self) -> list[Tile]:
        """Write the main figures."""
        figures = self._cells.known
        kinds = [
            [Cell(t(label)), self._cells.plain(name)] for name, label in _KIND_LABELS.items() if figures[name]
        ]
        new = [Cell(t("new in a year:")), self._cells.plain("zones_new")]
        areas = [
            [Cell(t(label)), self._cells.hectares(name)] for name, label in _AREA_LABELS.items() if figures[name]
        ]
        passed = [
            (self._cells.plain("start_passed"), self._unit("start_passed", "{n} plot", "{n} plots")),
            (self._cells.hectares("area_start_passed_ha"), t("ha")),
        ]
        free = [
            (self._cells.plain("plots_free"), self._unit("plots_free", "{n} plot", "{n} plots")),
            (self._cells.hectares("area_free_ha"), t("ha")),
        ]
        zones = (self._cells.plain("zones"), self._unit("zones", "{n} zone", "{n} zones"))
        whole = (self._cells.hectares("area_ha"), t("ha by decisions"))
        found = [
            Tile("zones", [zones], [*kinds, new], self._mark("zones")),
            Tile("area", [whole], areas, self._mark("zones")),
            Tile("free", free, [[Cell(t("free by the register"))]], self._mark("plots", "ledger")),
            self._projects(),
            self._jobs(),
            Tile("passed", passed, [[Cell(t("start date passed, by the documents"))]], self._mark("ledger")),
        ]
        return [tile for tile in found if tile is not None]

    def _unit(self, name: str, one: str, many: str) -> Words:
        """Write what a figure counts, in the form that its number asks for."""
        count = int(self._cells.known[name])
        return unit(tn(one, many, count), count)

    def _projects(self) -> Tile:
        values = [(self._cells.plain("projects"), self._unit("projects", "{n} project", "{n} projects"))]
        if "investment_kzt" in self._cells.known:
            values.append((self._cells.money("investment_kzt"), t("bn ₸ declared")))
        invested = [Cell(t("invested: no data"))]
        if "invested_kzt" in self._cells.known:
            invested = [Cell(t("invested:")), self._cells.money("invested_kzt"), Cell(t("bn ₸"))]
        return Tile("projects", values, [invested], self._mark("ledger"))

    def _jobs(self) -> Tile | None:
        if "jobs_planned" not in self._cells.known:
            return None
        actual = [Cell(t("jobs there are: no data"))]
        if "jobs_actual" in self._cells.known:
            actual = [Cell(t("jobs there are:")), self._cells.plain("jobs_actual")]
        return Tile(
            "jobs", [(self._cells.plain("jobs_planned"), t("jobs planned"))], [actual], self._mark("ledger")
        )

    def states(self) -> Table:
        """Write plots and hectares by state, with what is not divided, and streets."""
        figures, rows = self._cells.known, []
        for kind in (*STATE_ORDER, "undivided", "streets"):
            name = {"undivided": "area_not_divided_ha", "streets": "area_streets_ha"}.get(kind, f"area_{kind}_ha")
            words = t(STATE_NAMES[kind]) if kind in STATE_NAMES else part_name(kind)
            plots = self._cells.plain(f"plots_{kind}") if f"plots_{kind}" in figures else blank()
            if name in figures and (figures[name] or kind == "free"):
                rows.append([Cell(words, tone=f"state-{kind}"), plots, self._cells.area(name), self._share(name)])
        total = [Cell(t("Together")), self._cells.plain("plots"), self._cells.area("area_ha"), blank()]
        heads = [(t("State"), False), (t("Plots"), True), (t("ha"), True), (t("%"), True)]
        marks = self._mark("zones", "plots", "ledger")
        return Table("states", t("Hectares by state"), heads, rows, marks, total)

    def _share(self, name: str) -> Cell:
        whole = self._cells.known["area_ha"]
        return plain_cell(number(100 * self._cells.known[name] / whole, 1)) if whole else blank()

    def published(self) -> Table | None:
        """Lay the published figures beside the computed ones; None where none are given."""
        given = self._content.published_figures
        if given is None:
            return None
        rows = []
        for name, value in given.values.items():
            is_money = name.endswith("_kzt")
            own = self._cells.known.get(name)
            write = billions if is_money else number
            computed = Cell(t("not computed")) if own is None else self._cells.plain(name, write(own))
            sign = "" if own is None else "=" if abs(own - value) < 1e-6 else "≠"
            rows.append([Cell(t(PUBLISHED_NAMES[name])), plain_cell(write(value)), computed, Cell(same(sign))])
        heads = [
            (t("Figure"), False),
            (t("published {day}", day=given.date), True),
            (t("computed {day}", day=self._content.as_of), True),
            (same(""), False),
        ]
        marks = self._mark("published", "zones", "ledger")
        note = t("≠: the two speak of other days or count in another way.") if any(
            row[3].words.en == "≠" for row in rows
        ) else None  # fmt: skip
        return Table("published", t("Published and computed"), heads, rows, marks, note=note)
