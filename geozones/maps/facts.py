"""What a zone has and lacks of each network, in sentences: near, capable, allowed, how far, what is planned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geozones.config import NETWORKS, Network
from geozones.figures import is_valid_on
from geozones.i18n import N_
from geozones.maps.content import PageContent
from geozones.maps.ground import capacity_words
from geozones.maps.reasons import Reasons, capable_words
from geozones.maps.terms import ANSWERS, DISTANCE_CLASSES, NEED_COLUMNS, NETWORK_NAMES, SIGNS, UNITS
from geozones.maps.words import Words, join, number, number_or_none, short, t, text_or_none, tn

UNKNOWN_ACCURACY_STEP_M = 100
FAR_PLANNED = 2.0
"""Planned lines are named up to this many times the metres that count as near."""

_NICE_STEPS = (1, 2, 5)

SIDE_NAMES = {"existing": N_("existing"), "planned": N_("planned")}


def rounding_step_m(accuracy_m: float | None) -> int:
    """Return the step that metres are rounded to: the smallest of 1, 2, 5, 10, 20 … not below the accuracy."""
    if accuracy_m is None:
        return UNKNOWN_ACCURACY_STEP_M
    step = 1
    while step < accuracy_m:
        tens = 10 ** (len(str(step)) - 1)
        step = next((nice * tens for nice in _NICE_STEPS if nice * tens > step), 10 * tens)
    return step


def rounded_m(distance_m: float, accuracy_m: float | None) -> int:
    """Round a distance to what its layer's accuracy allows."""
    step = rounding_step_m(accuracy_m)
    return round(distance_m / step) * step


def _amount_words(amounts: Mapping[str, Any], network: Network) -> Words:
    """Write what is needed, free and planned in one text: `needs 2,400, free 3,000 m³/h`."""
    need, free, planned = amounts["need"], amounts["free"], amounts["planned"]
    parts = [
        t("no need stated") if need is None else t("needs {amount}", amount=need),
        t("free capacity unknown") if free is None else t("free {amount}", amount=free),
        *([t("planned {amount}", amount=planned)] if planned else []),
    ]
    told = join(parts, ", ")
    return told if need is None and free is None else join([told, t(UNITS[network])], " ")


def metres_words(metres: int) -> Words:
    """Write metres, from a kilometre on in kilometres."""
    if metres < 1000:
        return join([number(metres), t("m")], "\u00a0")
    decimals = 1 if metres < 10_000 and metres % 1000 else 0
    return join([number(metres / 1000, decimals), t("km")], "\u00a0")


def distance_words(row: Mapping[str, Any], kind: str) -> Words | None:
    """Write how far the nearest line or point is: `≈ 420 m in a straight line (line ±50 m)`."""
    column = "distance_m" if kind == "line" else "point_distance_m"
    distance_m = number_or_none(row.get(column))
    if distance_m is None:
        return None
    accuracy_m = number_or_none(row.get(f"{kind}_accuracy_m"))
    metres = rounded_m(distance_m, accuracy_m)
    accuracy = (
        t("accuracy unknown") if accuracy_m is None else t("±{far}", far=metres_words(rounding_step_m(accuracy_m)))
    )
    if not metres:
        return t("at the boundary ({accuracy})", accuracy=accuracy)
    return t("≈ {far} in a straight line ({accuracy})", far=metres_words(metres), accuracy=accuracy)


def near_words(content: PageContent, row: Mapping[str, Any], answer: str, network: Network) -> Words:
    """Say whether a network is near, and why that is not known: of a row of `plot_networks` or `zone_networks`."""
    limit_m = content.near_m.get(network)
    if answer == "no" and limit_m is not None:
        return t("none within {limit}", limit=metres_words(round(limit_m)))
    if answer == "yes" and limit_m is not None:
        return t("within {limit}", limit=metres_words(round(limit_m)))
    if answer != "unknown":
        return t(ANSWERS[answer])
    reason = str(row.get("near_reason") or "absent")
    if reason in {"accuracy", "uncertain"}:
        return t("unknown: the layer is too coarse for an answer")
    if reason == "approximate":
        return t("unknown: the layer is only approximate")
    return t("no data on the district")


class ZoneNetworks:
    """What each zone has near of each network, whether it will do, and whether the rules allow it."""

    def __init__(self, content: PageContent) -> None:
        self._content = content
        rows: list[Any] = content.zone_networks.to_dict("records")
        self._rows: dict[tuple[str, str, str], dict[str, Any]] = {
            (str(row["zone_id"]), str(row["network"]), str(row["state"])): row for row in rows
        }
        provision: list[Any] = [] if content.provision is None else content.provision.to_dict("records")
        self._provision = {(str(row["zone_id"]), str(row["network"])): row for row in provision}
        self._names = {network: _line_names(content.tables.of(network)) for network in NETWORKS}
        self._points = _points(content.tables.connection_points)
        self._needs = {network: _needs(content, network) for network in NETWORKS}
        self._reasons = Reasons(content)

    def answers(self, zone_id: str) -> dict[str, str]:
        """Give the answer of a zone for each network: whether what its plots state to need is there."""
        return {network: self._lacks_nothing(zone_id, network) for network in NETWORKS}

    def facts(self, zone_id: str) -> list[dict[str, Any]]:
        """Describe each network at a zone.

        Returns
        -------
        A dict a network: `network`, `name`, `answer` (yes, no, unknown: whether what is needed is there), `sign`,
        `words` of the answer, `sides` (existing and planned, each with near, capable and allowed in words),
        `first` (the most telling sentence), `need` and `free` (numbers or None), `unit`, `stated` (how many plots
        state a need), `source` (name of what has the capacity), `missing` (number, or None where not known).
        """
        return [self._fact(zone_id, network) for network in NETWORKS]

    def provision(self, zone_id: str) -> list[dict[str, Any]]:
        """Describe needed, provided and missing of each network at a zone, for the table of the region."""
        return [self._provided(zone_id, network) for network in NETWORKS]

    def _provided(self, zone_id: str, network: Network) -> dict[str, Any]:
        answer, amounts = self._lacks_nothing(zone_id, network), self._amounts(zone_id, network)
        shown = {"network": network, "answer": answer, "sign": SIGNS[answer], "unit": t(UNITS[network])}
        return shown | amounts | {"amounts": _amount_words(amounts, network)}

    def _lacks_nothing(self, zone_id: str, network: Network) -> str:
        return str(self._provision.get((zone_id, network), {}).get("answer", "unknown"))

    def _row(self, zone_id: str, network: Network, state: str) -> dict[str, Any]:
        return self._rows.get((zone_id, network, state), {})

    def _fact(self, zone_id: str, network: Network) -> dict[str, Any]:
        existing = self._row(zone_id, network, "existing")
        answer = self._lacks_nothing(zone_id, network)
        planned = self._planned_line(zone_id, network)
        if self._content.is_public:
            sides = [self._side(zone_id, network, "existing", _public_lines(existing))]
        else:
            sides = [
                self._side(zone_id, network, "existing", self._near_lines(network, existing)),
                self._side(zone_id, network, "planned", [] if planned is None else [planned]),
            ]
        first = sides[0]["lines"][:1] if _answer(existing) == "yes" or planned is None else [planned]
        return {
            "network": network,
            "name": t(NETWORK_NAMES[network]),
            "answer": answer,
            "sign": SIGNS[answer],
            "words": self._summary(existing, answer, network),
            "sides": sides,
            "first": first[0] if first else None,
            "unit": t(UNITS[network]),
            **self._amounts(zone_id, network),
        }

    def _side(self, zone_id: str, network: Network, state: str, lines: list[Words]) -> dict[str, Any]:
        """Write near, capable and allowed of one state; for the public only near."""
        row = self._row(zone_id, network, state)
        near = _answer(row)
        answers = [(t("near"), near, near_words(self._content, row, near, network))]
        if not self._content.is_public:
            capable = str(row.get("capable") or "unknown")
            allowed = str(row.get("allowed") or "unknown")
            answers.append((t("capacity"), capable, capable_words(row)))
            answers.append((t("permission"), allowed, self._reasons.allowed_words(zone_id, network, allowed)))
        return {
            "name": t(SIDE_NAMES[state]),
            "lines": lines,
            "answers": [
                {"label": label, "answer": answer, "sign": SIGNS[answer], "words": words}
                for label, answer, words in answers
            ],
        }

    def _summary(self, row: Mapping[str, Any], answer: str, network: Network) -> Words:
        near = _answer(row)
        if answer == "yes":
            return t("enough for the stated needs")
        if near != "yes" or self._content.is_public:
            return near_words(self._content, row, near, network)
        return t("not enough") if answer == "no" else capable_words(row)

    def _near_lines(self, network: Network, row: Mapping[str, Any]) -> list[Words]:
        lines: list[Words] = []
        point = self._points.get(str(row.get("point_id")))
        to_point = distance_words(row, "point")
        if point is not None and to_point is not None:
            lines.append(t("{name}, {distance}", name=point["shown"], distance=to_point))
            lines.append(capacity_words(point))
        to_line = distance_words(row, "line")
        if to_line is not None:
            lines.append(t("{name}, {distance}", name=self._line_name(network, row), distance=to_line))
        return lines

    def _planned_line(self, zone_id: str, network: Network) -> Words | None:
        row = self._row(zone_id, network, "planned")
        distance = None if self._content.is_public else distance_words(row, "line")
        limit_m = self._content.near_m.get(network)
        is_far = limit_m is not None and distance is not None and row["distance_m"] > FAR_PLANNED * limit_m
        if distance is None or is_far:
            return None
        return t("planned: {name}, {distance}", name=self._line_name(network, row), distance=distance)

    def _line_name(self, network: Network, row: Mapping[str, Any]) -> str:
        key = str(row.get("line_id"))
        return self._names[network].get(key, key)

    def _amounts(self, zone_id: str, network: Network) -> dict[str, Any]:
        """Give what the plots not yet in operation need, what is free for them, and what is missing."""
        stated, count = self._needs[network].get(zone_id, (None, 0))
        row = self._provision.get((zone_id, network), {})
        is_known = not self._content.is_public
        existing = self._row(zone_id, network, "existing")
        point = self._points.get(str(existing.get("capable_point_id"))) if is_known else None
        line = self._names[network].get(str(existing.get("capable_line_id"))) if is_known else None
        return {
            "need": number_or_none(row.get("needed")) if is_known else stated,
            "stated": tn("{n} plot with a stated need", "{n} plots with a stated need", count),
            "silent": int(row.get("plots_without_need", 0)) if is_known else 0,
            "free": number_or_none(row.get("provided")),
            "planned": number_or_none(row.get("planned")),
            "missing": number_or_none(row.get("missing")),
            "source": line if point is None else point["shown"],
        }


def _answer(row: Mapping[str, Any]) -> str:
    near = row.get("near")
    return str(near) if near in ANSWERS else "unknown"


def _public_lines(row: Mapping[str, Any]) -> list[Words]:
    place = number_or_none(row.get("distance_class"))
    return [] if place is None else [t("distance: {far}", far=t(DISTANCE_CLASSES[int(place)]))]


def _line_names(table: Any) -> dict[str, str]:
    if table is None:
        return {}
    pairs = zip(table["line_id"], table["name"], strict=True)
    return {str(key): short(text_or_none(name) or str(key)) for key, name in pairs}


def _points(table: Any) -> dict[str, dict[str, Any]]:
    if table is None:
        return {}
    rows = table.drop(columns="geometry").to_dict("records")
    return {
        str(row["point_id"]): row | {"shown": short(text_or_none(row.get("name")) or str(row["point_id"]))}
        for row in rows
    }


def _needs(content: PageContent, network: Network) -> dict[str, tuple[float, int]]:
    """Sum the stated needs of the plots that are valid and not yet operating, by zone."""
    plots = content.tables.plots
    rows = np.flatnonzero(plots[NEED_COLUMNS[network]].notna().to_numpy())
    stated = pd.DataFrame(plots[["zone_id", "valid_from", "valid_to", NEED_COLUMNS[network]]]).iloc[rows]
    waiting = (content.states["map_state"].iloc[rows] != "operating").to_numpy()
    waiting = waiting & is_valid_on(stated, as_of=content.as_of).to_numpy()
    needs = stated.loc[waiting].groupby("zone_id")[NEED_COLUMNS[network]]
    return {str(zone_id): (float(values.sum()), len(values)) for zone_id, values in needs}
