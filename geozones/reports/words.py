"""Headings and cell values of the tables in the words of a language."""

from __future__ import annotations

import pandas as pd

from geozones.i18n import N_, translate
from geozones.lifecycle import STATE_LABELS
from geozones.tables import Column

NOTICE = N_("DEMO: boundaries, plots, participants, dates and networks are made up")
"""What stands on every file of a demonstration."""

YES_NO = {"yes": N_("yes"), "no": N_("no"), "unknown": N_("unknown")}

_LINE_STATE = {
    "existing": N_("existing"),
    "building": N_("being built"),
    "planned": N_("planned"),
    "cancelled": N_("cancelled"),
    "unknown": N_("unknown"),
}
_MAP_STATE = {
    "free": N_("free"),
    "reserved": N_("reserved"),
    "allocated": N_("allocated"),
    "releasing": N_("being released"),
    "operating": N_("operating"),
}
_RESTRICTION = {
    "heritage": N_("heritage"),
    "nature": N_("nature protection"),
    "forest": N_("forest"),
    "military": N_("military land"),
    "water_protection": N_("water protection"),
    "flood": N_("flood area"),
    "mudflow": N_("mudflow area"),
    "subsoil": N_("subsoil"),
    "burial": N_("burial site"),
    "border": N_("border area"),
    "pasture": N_("pasture"),
    "irrigated": N_("irrigated land"),
    "other": N_("other restriction"),
}

VALUES: dict[str, dict[str, str]] = {
    "zones.kind": {
        "republican": N_("republican"),
        "regional": N_("regional"),
        "small": N_("small"),
        "private": N_("private"),
    },
    "zones.status": {"planned": N_("planned"), "developing": N_("developing"), "active": N_("active")},
    "zones.area_source": {
        "published": N_("published"),
        "decision": N_("from the decision"),
        "invented": N_("made up"),
    },
    "plots.state": STATE_LABELS,
    "plots.map_state": _MAP_STATE,
    "plots.holder_kind": {"company": N_("company"), "individual": N_("sole entrepreneur")},
    "gas.state": _LINE_STATE,
    "power.state": _LINE_STATE,
    "water.state": _LINE_STATE,
    "connection_points.state": _LINE_STATE,
    "restricted.kind": _RESTRICTION,
    "parcels.granted": {
        "yes": N_("granted"),
        "no": N_("not granted"),
        "unknown": N_("not known whether granted"),
    },
    "plot_networks.network": {"gas": N_("gas"), "power": N_("power"), "water": N_("water")},
    "plot_networks.state": {"existing": N_("existing"), "planned": N_("planned")},
    "provenance.precision": {
        "exact": N_("surveyed"),
        "approximate": N_("approximate"),
        "made_up": N_("made up"),
    },
}
"""Words for the values of a column, by table and column; values without words are shown as they are."""
VALUES["zone_networks.network"] = VALUES["plot_networks.network"]
VALUES["zone_networks.state"] = VALUES["plot_networks.state"]
VALUES["proposals.kind"] = VALUES["zones.kind"]


def write_heading(column: Column, language: str) -> str:
    """Write the heading of a column: its meaning with a capital letter, and its unit."""
    meaning = translate(column.meaning, language)
    heading = meaning[:1].upper() + meaning[1:]
    return f"{heading}, {translate(column.unit, language)}" if column.unit else heading


def write_notice(language: str) -> str:
    """Write the notice of a demonstration."""
    return translate(NOTICE, language)


def write_values(values: pd.Series, column: Column, *, table: str, language: str) -> pd.Series:
    """Put the values of one column of a table into words; what has no words stays as it is."""
    words = VALUES.get(f"{table}.{column.name}", {})
    if column.dtype == "word":
        values = values.astype("str")
    if column.dtype == "flag" or column.allowed == tuple(YES_NO):
        words = words or YES_NO
        values = values.map({True: "yes", False: "no"}) if column.dtype == "flag" else values
    if not words:
        return values
    written = {value: translate(word, language) for value, word in words.items()}
    return values.map(written).where(values.isin(written.keys()), values)
