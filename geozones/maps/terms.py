"""The words of the field that pages share: states, networks, kinds, layers. English, translated when shown."""

from __future__ import annotations

from geozones.i18n import N_

STATE_ORDER = ("operating", "allocated", "reserved", "releasing", "free")
"""States in the order of the area bars; the column `state` of a page's plots counts in it."""

STATE_NAMES = {
    "free": N_("free"),
    "reserved": N_("reserved"),
    "allocated": N_("allocated"),
    "releasing": N_("being released"),
    "operating": N_("operating"),
}
DETAIL_STATE_NAMES = {
    "free": N_("free"),
    "applied": N_("free, an application is filed"),
    "withdrawn": N_("free, the application was withdrawn"),
    "returned": N_("free, returned"),
    "reserved": N_("reserved"),
    "approved": N_("reserved, approved by the council"),
    "contracted": N_("allocated, contract signed"),
    "building": N_("allocated, work has started"),
    "breach_recorded": N_("allocated, non-performance recorded"),
    "notice_sent": N_("allocated, notice sent"),
    "terminated": N_("being released"),
    "operating": N_("operating"),
    "bought_out": N_("operating, land bought out"),
}
NETWORK_NAMES = {"gas": N_("Gas"), "power": N_("Electricity"), "water": N_("Water")}
NETWORK_WORDS = {"gas": N_("gas"), "power": N_("electricity"), "water": N_("water")}
UNITS = {"gas": N_("m³/h"), "power": N_("kW"), "water": N_("m³/day")}
NEED_COLUMNS = {"gas": "need_gas_m3h", "power": "need_power_kw", "water": "need_water_m3d"}

KIND_NAMES = {
    "republican": N_("republican"),
    "regional": N_("regional"),
    "small": N_("small"),
    "private": N_("private"),
}
STATUS_NAMES = {"planned": N_("planned"), "developing": N_("developing"), "active": N_("active")}

LINE_CLASSES = {
    ("gas", "trunk"): N_("trunk gas line"),
    ("gas", "distribution"): N_("distribution gas line"),
    ("power", "overhead"): N_("overhead power line"),
    ("power", "cable"): N_("power cable"),
    ("water", "main"): N_("water main"),
    ("water", "distribution"): N_("water distribution line"),
}
LINE_STATES = {
    "existing": N_("existing"),
    "building": N_("being built"),
    "planned": N_("planned"),
    "cancelled": N_("cancelled"),
    "unknown": N_("state unknown"),
}
ANSWERS = {"yes": N_("nearby"), "no": N_("none nearby"), "unknown": N_("no data")}
SIGNS = {"yes": "✓", "no": "–", "unknown": "?"}
DISTANCE_CLASSES = (N_("up to 0.5 km"), N_("0.5–2 km"), N_("2–5 km"), N_("more than 5 km"))

ROLE_NAMES = {
    "zones": N_("Zones"),
    "plots": N_("Plots"),
    "allocations": N_("Register"),
    "gas": N_("Gas lines"),
    "power": N_("Power lines"),
    "water": N_("Water lines"),
    "connection_points": N_("Connection points"),
    "parcels": N_("Cadastral parcels"),
    "proposals": N_("Proposed sites"),
    "districts": N_("Districts"),
    "settlements": N_("Settlements"),
    "roads": N_("Roads"),
    "railways": N_("Railways"),
    "rivers": N_("Rivers and canals"),
    "lakes": N_("Lakes"),
    "restricted": N_("Restricted areas"),
    "inspections": N_("Inspections"),
}
PRECISIONS = {"exact": N_("surveyed"), "approximate": N_("approximate"), "made_up": N_("made up")}
SEVERITIES = {"error": N_("error"), "warning": N_("warning"), "info": N_("remark")}
