"""What the passport of a plot says: state, holder, hectares, three answers a network, rules, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geozones.config import NETWORKS, Network
from geozones.figures import SQUARE_METRES_PER_HECTARE
from geozones.i18n import N_
from geozones.lifecycle import STATE_LABELS
from geozones.maps.atlas import Atlas
from geozones.maps.facts import distance_words, near_words
from geozones.maps.history import plot_history
from geozones.maps.passports.parts import Sheet, TableOfSheet, clip, read_words, same_text
from geozones.maps.passports.picture import Picture, Surroundings, draw_picture
from geozones.maps.plot_land import HOUSING
from geozones.maps.reasons import Reasons, capable_words
from geozones.maps.terms import (
    DETAIL_STATE_NAMES,
    DISTANCE_CLASSES,
    NEED_COLUMNS,
    NETWORK_NAMES,
    STATE_NAMES,
    UNITS,
)
from geozones.maps.words import (
    Words,
    date,
    date_or_none,
    each_language,
    join,
    names,
    number,
    number_or_none,
    same,
    t,
    text_or_none,
)
from geozones.maps.zone_lines import district_words
from geozones.rules import label
from geozones.sheets import fit_frame
from geozones.tables import HAZARD_CLASSES

MAIN_MM = (118.0, 104.0)
OVERVIEW_MM = (66.0, 60.0)
MOST_CUTS, MOST_FINDINGS = 4, 5
FARTHEST_LINK_M = 12_000.0
"""Connections farther than this are named, not drawn: the map around them would show nothing."""

_SIGNS = {"block": "✗", "warn": "!", "unknown": "?"}
_PARTY_DATES = (("start_due", N_("Start due")), ("started_on", N_("Work started")),
                ("commissioned_on", N_("Put into use")))  # fmt: skip


class PlotSheetMaker:
    """Makes the sheets of plots.

    Parameters
    ----------
    atlas
        The content of a run for one audience, worked out.
    """

    def __init__(self, atlas: Atlas) -> None:
        content = atlas.content
        self._atlas, self._content = atlas, content
        self._plots: list[dict[str, Any]] = _records(content.tables.plots)
        self._states: list[dict[str, Any]] = _records(content.states)
        self._shapes = np.asarray(content.tables.plots.geometry.array, dtype=object)
        self._networks = content.plot_networks
        self._districts = [district_words(content, zone.get("district_code"), full=True) for zone in atlas.zones]
        self._reasons = Reasons(content, subject="plot")
        self._names = {network: _names_of(content.tables.of(network), "line_id") for network in NETWORKS}
        self._points = _names_of(content.tables.connection_points, "point_id")
        self._cuts = _group(content.cut_pieces, "plot_id")
        findings = None if content.findings is None else content.findings.of_plots()
        self._findings = _group(None if findings is None else findings[findings["answer"] != "pass"], "subject_id")
        self._rules = {} if content.rules is None else {rule.id: rule for rule in content.rules.rows}

    def sheet(self, row: int, around: Surroundings, *, language: str) -> Sheet:
        """Make the sheet of the plot in a row of the content's plots; the maps carry names in one language."""
        plot, state = self._plots[row], self._states[row]
        plot_id = str(plot["plot_id"])
        place = int(self._atlas.plots["zone"][row])
        zone = self._atlas.zones[place]
        name = join([names(zone, "zone_id"), same(clip(text_or_none(plot["number"]) or plot_id))], " / ")
        tables = [self._networks_table(row, plot), *self._lists(plot_id)]
        return Sheet(
            key="plot",
            subject_id=plot_id,
            kind=t("Passport of a plot of an industrial zone"),
            title=name,
            subtitle=self._districts[place],
            pictures=self._draw(row, around, language=language, is_passed=bool(state.get("start_passed"))),
            facts=self._land(row, plot, state),
            more_facts=self._party(state),
            tables=[table for table in tables if table.rows],
            roles=("plots", "ledger", *NETWORKS, "connection_points"),
        )

    # ---- maps ----

    def _draw(self, row: int, around: Surroundings, *, language: str, is_passed: bool) -> list[Picture]:
        shape = self._shapes[row]
        west, south, east, north = shapely.bounds(shape)
        spare = 0.5 * max(east - west, north - south)
        links = self._links(self._existing(row))
        frame = fit_frame(
            (west - spare, south - spare, east + spare, north + spare), width_mm=MAIN_MM[0], height_mm=MAIN_MM[1]
        )
        seen = shapely.total_bounds(np.append(links, shape)).tolist()
        wide = fit_frame(seen, width_mm=OVERVIEW_MM[0], height_mm=OVERVIEW_MM[1], least_m=2500)
        given: dict[str, Any] = {"subject": shape, "is_passed": is_passed, "links": links, "language": language}
        return [
            draw_picture(around, frame, **given),
            draw_picture(around, wide, is_overview=True, **given),
        ]

    def _existing(self, row: int) -> dict[str, dict[str, Any]]:
        """Return what the plot in a row has near of existing networks, by network."""
        sides = len(self._networks) // max(len(self._plots), 1)
        own = self._networks.iloc[sides * row : sides * (row + 1)]
        return {str(each["network"]): each for each in _records(own[own["state"] == "existing"])}

    def _links(self, existing: Mapping[str, Mapping[str, Any]]) -> Any:
        """Draw the straight lines to the nearest connection point of each network, else to the nearest line."""
        found = []
        for network in NETWORKS:
            row = existing.get(network, {})
            for kind in ("point", "line"):
                ends = [number_or_none(row.get(name))
                        for name in (f"{kind}_plot_x", f"{kind}_plot_y", f"{kind}_x", f"{kind}_y")]  # fmt: skip
                known = [end for end in ends if end is not None]
                if len(known) == len(ends):
                    link = shapely.LineString([known[:2], known[2:]])
                    if shapely.length(link) <= FARTHEST_LINK_M:
                        found.append(link)
                    break
        return np.array(found, dtype=object)

    # ---- facts ----

    def _land(self, row: int, plot: Mapping[str, Any], state: Mapping[str, Any]) -> list[tuple[Words, Words]]:
        content, columns = self._content, self._atlas.plots
        facts = [(t("State"), self._state_words(state))]
        if text_or_none(plot["cadastral_no"]):
            facts.append((t("Cadastral number"), same_text(str(plot["cadastral_no"]))))
        hectares = t("{n} ha", n=number(float(columns["ha"][row]), 2))
        if columns["measured"][row] is not None:
            hectares = t("{ha}, measured {n} ha", ha=hectares, n=number(float(columns["measured"][row]), 2))
        facts.append((t("Area by documents"), hectares))
        if content.usable is not None:
            usable = content.usable["usable_m2"].to_numpy(dtype=float)[row] / SQUARE_METRES_PER_HECTARE
            facts.append((t("Usable"), t("{n} ha", n=number(round(float(usable), 2), 2))))
        facts += self._hazard(row, plot)
        price = number_or_none(plot["price_kzt"])
        if price is not None:
            facts.append((t("Price"), t("{n} ₸", n=number(price, 0))))
        encumbrances = text_or_none(state.get("encumbrances"))
        if not content.is_public:
            facts.append((t("Encumbrances"), same_text(encumbrances) if encumbrances else t("not known")))
        return facts

    def _state_words(self, state: Mapping[str, Any]) -> Words:
        detail, shown = str(state.get("state")), str(state["map_state"])
        if self._content.is_public:
            return t(STATE_NAMES[shown])
        words = t(DETAIL_STATE_NAMES.get(detail) or STATE_LABELS.get(detail) or STATE_NAMES[shown])
        since = date_or_none(state.get("since"))
        parts = [words] if since is None else [t("{state} since {day}", state=words, day=since)]
        if state.get("start_passed"):
            parts.append(t("start date passed, by the documents"))
        return join(parts, "; ")

    def _hazard(self, row: int, plot: Mapping[str, Any]) -> list[tuple[Words, Words]]:
        facts = []
        if text_or_none(plot["hazard_class"]):
            facts.append((t("Hazard class"), t("meant for {name}", name=str(plot["hazard_class"]))))
        classes = self._content.hazard_classes
        if classes is not None:
            answers = [str(classes[f"class_{name}"].iloc[row]) for name in HAZARD_CLASSES]
            fitting = [name for name, answer in zip(HAZARD_CLASSES, answers, strict=True) if answer == "yes"]
            facts.append(
                (t("Classes that fit by housing"), same(", ".join(fitting)) if fitting else t("not known"))
            )
        return facts

    def _party(self, state: Mapping[str, Any]) -> list[tuple[Words, Words]]:
        """Say who holds the plot and what is built; nothing of it for the public."""
        if self._content.is_public:
            return []
        facts = []
        holder = text_or_none(state.get("participant")) or text_or_none(state.get("reserved_for"))
        if holder:
            facts.append((t("Holder"), same_text(holder)))
        contract = text_or_none(state.get("contract_no"))
        signed = date_or_none(state.get("contract_date"))
        if contract or signed:
            parts = [same_text(contract)] if contract else []
            facts.append((t("Contract"), join([*parts, *([date(signed)] if signed else [])], ", ")))
        for column, words in _PARTY_DATES:
            day = date_or_none(state.get(column))
            if day is not None:
                facts.append((t(words), date(day)))
        project = [text for name in ("project", "sector") if (text := text_or_none(state.get(name)))]
        if project:
            facts.append((t("Project"), same_text(", ".join(dict.fromkeys(project)))))
        facts += _amounts(state)
        return facts

    # ---- tables ----

    def _networks_table(self, row: int, plot: Mapping[str, Any]) -> TableOfSheet:
        existing = self._existing(row)
        rows = [self._network_row(existing.get(network, {}), plot, network) for network in NETWORKS]
        if self._content.is_public:
            heads, columns = [t("Network"), t("Distance"), t("near")], [1.0, 1.5, 3.0]
        else:
            heads = [t("Network"), t("Nearest"), t("near"), t("capacity"), t("permission"), t("Needed")]
            columns = [0.8, 3.2, 1.3, 1.7, 2.2, 0.9]
        return TableOfSheet(t("Networks: near, capacity, permission"), columns, heads, rows)

    def _network_row(self, row: Mapping[str, Any], plot: Mapping[str, Any], network: Network) -> list[Words]:
        near = str(row.get("near") or "unknown")
        is_near = near_words(self._content, row, near, network)
        if self._content.is_public:
            place = number_or_none(row.get("distance_class"))
            return [
                t(NETWORK_NAMES[network]),
                same("–") if place is None else t(DISTANCE_CLASSES[int(place)]),
                is_near,
            ]
        allowed = str(row.get("allowed") or "unknown")
        need = number_or_none(plot[NEED_COLUMNS[network]])
        return [
            t(NETWORK_NAMES[network]),
            self._nearest(row, network),
            is_near,
            self._capacity(row, network),
            self._reasons.allowed_words(str(plot["plot_id"]), network, allowed),
            t("not stated") if need is None else join([number(need), t(UNITS[network])], " "),
        ]

    def _nearest(self, row: Mapping[str, Any], network: Network) -> Words:
        found = []
        for kind, known in (("point", self._points), ("line", self._names[network])):
            key, distance = text_or_none(row.get(f"{kind}_id")), distance_words(row, kind)
            if key is not None and distance is not None:
                found.append(t("{name}, {distance}", name=clip(known.get(key, key)), distance=distance))
        return join(found, "; ") if found else same("–")

    def _capacity(self, row: Mapping[str, Any], network: Network) -> Words:
        free = number_or_none(row.get("capacity_free"))
        words = capable_words(row)
        if free is None:
            return words
        return t("{answer}; free {n} {unit}", answer=words, n=number(free, 0), unit=t(UNITS[network]))

    def _lists(self, plot_id: str) -> list[TableOfSheet]:
        cuts = sorted(self._cuts.get(plot_id, []), key=lambda row: (-row["cut_m2"], str(row["rule_id"])))
        order = {"block": 0, "warn": 1, "unknown": 2}
        found = [row for row in self._findings.get(plot_id, []) if row["check"] != HOUSING]
        found.sort(key=lambda row: (order[row["answer"]], str(row["rule_id"])))
        return [
            TableOfSheet(
                t("What is cut off"), [4.0, 1.0], [t("Rule"), t("m²")],
                [[self._rule(row), number(round(row["cut_m2"]))] for row in cuts[:MOST_CUTS]],
                _more(len(cuts) - MOST_CUTS),
            ),
            TableOfSheet(
                t("What the rules ask"), [0.2, 4.0, 1.0], [same(""), t("Rule"), t("Measure")],
                [[same(_SIGNS[row["answer"]]), self._rule(row), _measure(row)] for row in found[:MOST_FINDINGS]],
                _signs_note(len(found) - MOST_FINDINGS),
            ),
            self._history(plot_id),
        ]  # fmt: skip

    def _rule(self, row: Mapping[str, Any]) -> Words:
        rule = self._rules.get(str(row["rule_id"]))
        if rule is None:
            return same_text(str(row["basis"] or row["rule_id"]))
        return each_language(lambda language: clip(label(rule, language)))

    def _history(self, plot_id: str) -> TableOfSheet:
        told = plot_history(self._content.history, [plot_id], as_of=self._content.as_of) or {"plots": {}}
        rows = []
        for place, day, paper, _ in told["plots"].get(plot_id, []):
            said = read_words(told["labels"][place])
            rows.append([date(dt.date.fromisoformat(day)), said, same_text(paper) if paper else same("–")])
        return TableOfSheet(t("Last events"), [1.0, 2.5, 2.5], [t("Date"), t("Event"), t("Document")], rows)


def _records(table: Any) -> list[dict[str, Any]]:
    plain = pd.DataFrame(table.drop(columns="geometry")) if "geometry" in table else pd.DataFrame(table)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _group(table: Any, key: str) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in [] if table is None else _records(table):
        groups.setdefault(str(row[key]), []).append(row)
    return groups


def _names_of(table: Any, key: str) -> dict[str, str]:
    if table is None:
        return {}
    return {str(row[key]): text_or_none(row["name"]) or str(row[key]) for row in _records(table)}


def _more(count: int) -> Words | None:
    return t("and {n} more", n=count) if count > 0 else None


def _signs_note(left_out: int) -> Words:
    more = _more(left_out)
    signs = t("✗ forbids · ! to be checked · ? no firm answer")
    return signs if more is None else join([more, signs], ". ")


def _measure(row: Mapping[str, Any]) -> Words:
    measure = number_or_none(row["measure"])
    if measure is None:
        return t("not known")
    return join([number(round(measure)), t("m²") if row["unit"] == "m²" else t("m")], " ")


def _amounts(state: Mapping[str, Any]) -> list[tuple[Words, Words]]:
    facts = []
    declared, made = (number_or_none(state.get(name)) for name in ("investment_kzt", "invested_kzt"))
    if declared is not None:
        invested = t("no data") if made is None else t("{n} mn ₸", n=number(made / 1e6, 0))
        value = t("declared {n} mn ₸; invested: {made}", n=number(declared / 1e6, 0), made=invested)
        facts.append((t("Investment"), value))
    planned, actual = (number_or_none(state.get(name)) for name in ("jobs_planned", "jobs_actual"))
    if planned is not None:
        there = t("no data") if actual is None else number(actual, 0)
        facts.append((t("Jobs"), t("planned {n}; there are: {there}", n=number(planned, 0), there=there)))
    return facts
