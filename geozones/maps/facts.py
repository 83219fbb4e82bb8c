"""What a zone has and lacks of each network, in sentences: near or not, how far, free capacity, what is planned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geozones.config import NETWORKS
from geozones.maps.content import PageContent
from geozones.maps.ground import capacity_words
from geozones.maps.terms import ANSWERS, DISTANCE_CLASSES, NEED_COLUMNS, NETWORK_NAMES, SIGNS, UNITS
from geozones.maps.words import Words, join, number, number_or_none, short, t, text_or_none, tn

UNKNOWN_ACCURACY_STEP_M = 100
_NICE_STEPS = (1, 2, 5)


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
    far = metres_words(metres) if metres else t("at the boundary")
    if accuracy_m is None:
        return t("≈ {far} in a straight line (accuracy of the layer unknown)", far=far)
    return t("≈ {far} in a straight line (±{accuracy})", far=far, accuracy=metres_words(rounding_step_m(accuracy_m)))


def zone_answers(content: PageContent) -> dict[str, dict[str, str]]:
    """Give the answer `near` of every zone and network, existing only, by zone id."""
    existing = content.zone_networks[content.zone_networks["state"] == "existing"]
    answers: dict[str, dict[str, str]] = {}
    for zone_id, network, near in zip(existing["zone_id"], existing["network"], existing["near"], strict=True):
        answers.setdefault(str(zone_id), {})[str(network)] = near if near in ANSWERS else "unknown"
    return answers


def network_facts(content: PageContent, zone_id: str) -> list[dict[str, Any]]:
    """Describe each network at a zone.

    Returns
    -------
    A dict a network: `network`, `name`, `answer` (yes, no, unknown), `sign`, `words` of the answer, `lines` (further
    sentences), `need` and `free` (numbers or None), `unit`, `missing` (number, or None where not known).
    """
    rows = content.zone_networks[content.zone_networks["zone_id"] == zone_id]
    found = []
    for network in NETWORKS:
        of_network = rows[rows["network"] == network]
        existing = _row_of(of_network, "existing")
        planned = _row_of(of_network, "planned")
        answer = str(existing.get("near") or "unknown")
        answer = answer if answer in ANSWERS else "unknown"
        fact = {
            "network": network,
            "name": t(NETWORK_NAMES[network]),
            "answer": answer,
            "sign": SIGNS[answer],
            "words": _answer_words(content, existing, answer, network),
            "lines": _public_lines(existing) if content.is_public else _lines(content, network, existing, planned),
            "unit": t(UNITS[network]),
        }
        found.append(fact | _provision(content, zone_id, network, existing))
    return found


def _row_of(rows: pd.DataFrame, state: str) -> dict[str, Any]:
    of_state = rows[rows["state"] == state]
    return {str(name): value for name, value in of_state.iloc[0].items()} if len(of_state) else {}


def _answer_words(content: PageContent, row: Mapping[str, Any], answer: str, network: str) -> Words:
    if answer != "unknown":
        limit = metres_words(round(content.near_m[network])) if network in content.near_m else None
        if answer == "no" and limit is not None:
            return t("none within {limit}", limit=limit)
        return t(ANSWERS[answer])
    reason = str(row.get("near_reason") or "absent")
    if reason in {"accuracy", "uncertain"}:
        return t("unknown: the layer is too coarse for an answer")
    if reason == "approximate":
        return t("unknown: the layer is only approximate")
    return t("no data on the district")


def _public_lines(row: Mapping[str, Any]) -> list[Words]:
    place = number_or_none(row.get("distance_class"))
    return [] if place is None else [t("distance: {far}", far=t(DISTANCE_CLASSES[int(place)]))]


def _lines(
    content: PageContent, network: str, existing: Mapping[str, Any], planned: Mapping[str, Any]
) -> list[Words]:
    lines: list[Words] = []
    point = _point(content, existing.get("point_id"))
    to_point = distance_words(existing, "point")
    if point is not None and to_point is not None:
        name = short(text_or_none(point.get("name")) or str(point["point_id"]))
        lines.append(t("{name}, {distance}", name=name, distance=to_point))
        lines.append(capacity_words(point))
    to_line = distance_words(existing, "line")
    if to_line is not None:
        name = _line_name(content, network, existing.get("line_id"))
        lines.append(t("{name}, {distance}", name=name, distance=to_line))
    coming = distance_words(planned, "line")
    if coming is not None:
        name = _line_name(content, network, planned.get("line_id"))
        lines.append(t("planned: {name}, {distance}", name=name, distance=coming))
    return lines


def _line_name(content: PageContent, network: str, line_id: Any) -> str:
    table = content.tables.of(network)
    rows = table[table["line_id"] == line_id]
    return short(text_or_none(rows["name"].iloc[0]) or str(line_id)) if len(rows) else str(line_id)


def _point(content: PageContent, point_id: Any) -> dict[str, Any] | None:
    table = content.tables.connection_points
    if table is None or text_or_none(point_id) is None:
        return None
    rows = table[table["point_id"] == point_id]
    return {str(name): value for name, value in rows.iloc[0].items()} if len(rows) else None


def _provision(content: PageContent, zone_id: str, network: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Compare what the plots not yet in operation need with what the nearest connection point has free."""
    plots = content.tables.plots
    waiting = (plots["zone_id"] == zone_id).to_numpy() & (content.states["map_state"] != "operating").to_numpy()
    needs = plots.loc[waiting, NEED_COLUMNS[network]].dropna()
    need = float(needs.sum()) if len(needs) else None
    point = None if content.is_public else _point(content, row.get("point_id"))
    free = None if point is None else number_or_none(point.get("capacity_free"))
    name = None if point is None else short(text_or_none(point.get("name")) or str(point["point_id"]))
    return {
        "need": need,
        "stated": tn("{n} plot with a stated need", "{n} plots with a stated need", len(needs)),
        "free": free,
        "source": name,
        "missing": None if need is None or free is None else max(0.0, need - free),
    }
