"""What to ask, and of whom: a request for every answer that the layers could not give."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geozones.i18n import N_
from geozones.screening.case import UNKNOWN

BODIES: dict[str, str] = {
    "cadastre": N_("Land cadastre (State Corporation “Government for Citizens”)"),
    "power_grid": N_("Power grid company"),
    "gas_distribution": N_("Gas distribution company"),
    "gas_trunk": N_("Operator of the trunk gas pipelines"),
    "water_utility": N_("Water utility"),
    "basin": N_("Basin inspection of water resources"),
    "irrigation": N_("Operator of irrigation (Kazvodkhoz)"),
    "heritage": N_("Centre for the protection of historical and cultural heritage"),
    "forestry": N_("Territorial inspection of forestry and wildlife"),
    "subsoil": N_("Interregional department of geology (subsoil)"),
    "emergency": N_("Department of emergency situations (mudflow, flood)"),
    "veterinary": N_("Veterinary control (animal burial sites)"),
    "border": N_("Border service"),
    "military": N_("Department of defence affairs"),
    "architecture": N_("Department of architecture (master plan, detailed plan)"),
    "roads": N_("Department of roads and passenger transport"),
    "railway": N_("Railway company"),
    "akimat": N_("Akimat of the district"),
    "statistics": N_("Department of statistics"),
    "planners": N_("Regional department of entrepreneurship and industry"),
}
"""Bodies by id; letters are addressed to them in this order."""

QUESTIONS: dict[str, str] = {
    "cadastre": N_(
        "land rights, land category, purpose, irrigation and encumbrances of the parcels under the site"
    ),
    "power_grid": N_(
        "power lines and substations within {near} of the site, their class, their protection strips and free "
        "capacity"
    ),
    "gas_distribution": N_(
        "distribution gas lines and stations within {near} of the site, their pressure and free capacity"
    ),
    "gas_trunk": N_(
        "trunk gas lines near the site: axis, diameter, pressure, protection strip and minimum distances to "
        "buildings"
    ),
    "water_utility": N_(
        "water mains and intakes within {near} of the site, their diameter, sanitary strips and free capacity"
    ),
    "basin": N_("water protection zones and strips of rivers, canals and lakes at the site"),
    "irrigation": N_("irrigation canals and irrigated land at the site"),
    "heritage": N_("monuments and their zones at the site, and whether an archaeological survey was made"),
    "forestry": N_("forest land and protected natural areas within 2 km of the site, and their protection zones"),
    "subsoil": N_("deposits and subsoil plots under the site"),
    "emergency": N_("danger of flood, mudflow, landslide and earthquake at the site"),
    "veterinary": N_("animal burial sites near the site and their sanitary zones"),
    "border": N_("border strip and border zone at the site"),
    "military": N_("zones of military objects at the site"),
    "architecture": N_(
        "fit of the site with the master plan and the detailed plan, and the planned use of the land"
    ),
    "roads": N_(
        "public roads near the site, their category, right of way and roadside strip, and where an access may join"
    ),
    "railway": N_("railways and stations near the site, their protection zone, and where a siding may join"),
    "akimat": N_("the border of the district at the site, and pastures of the settlements"),
    "statistics": N_("people in the settlements within 20 km of the site"),
    "planners": N_("the borders of the zones and of the other proposals near the site"),
}
"""What each body is asked; {near} is the distance of the settings."""

_BY_LAYER: dict[str, tuple[str, ...]] = {
    "parcels": ("cadastre",), "districts": ("akimat",), "zones": ("planners",), "proposals": ("planners",),
    "gas": ("gas_distribution", "gas_trunk"), "power": ("power_grid",), "water": ("water_utility",),
    "roads": ("roads",), "railways": ("railway",), "rivers": ("basin",), "lakes": ("basin",),
    "settlements": ("statistics",),
    "restricted": (
        "heritage", "forestry", "subsoil", "emergency", "veterinary", "border", "military", "irrigation",
    ),
}  # fmt: skip
_BY_KIND: dict[str, tuple[str, ...]] = {
    "heritage": ("heritage",), "nature": ("forestry",), "forest": ("forestry",), "military": ("military",),
    "water_protection": ("basin",), "flood": ("emergency",), "mudflow": ("emergency",), "subsoil": ("subsoil",),
    "burial": ("veterinary",), "border": ("border",), "pasture": ("akimat",), "irrigated": ("irrigation",),
    "other": ("architecture",),
}  # fmt: skip
_BY_NETWORK = {"gas": ("gas_distribution",), "power": ("power_grid",), "water": ("water_utility",)}
_LAYER_OF = {
    "cadastre": "parcels", "power_grid": "power", "gas_distribution": "gas", "gas_trunk": "gas",
    "water_utility": "water", "basin": "rivers", "irrigation": "restricted", "heritage": "restricted",
    "forestry": "restricted", "subsoil": "restricted", "emergency": "restricted", "veterinary": "restricted",
    "border": "restricted", "military": "restricted", "architecture": "", "roads": "roads", "railway": "railways",
    "akimat": "districts", "statistics": "settlements", "planners": "zones",
}  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One letter: of which site, to which body, about which layers and rules."""

    site_id: str
    body: str
    layers: tuple[str, ...]
    rules: tuple[str, ...]


def find_requests(findings: pd.DataFrame, site_ids: pd.Series) -> tuple[Request, ...]:
    """Find whom to ask, from the unknown answers of every site.

    Parameters
    ----------
    findings
        Findings of all sites.
    site_ids
        Ids of the sites, in their order.

    Returns
    -------
    Requests by site, then in the order of `BODIES`; one a body, with all layers and rules it can answer for.
    Answers that the applicant owes (the concept) ask nobody.
    """
    unknown = findings[findings["answer"] == UNKNOWN]
    asked: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in unknown.itertuples():
        for body in bodies_for(str(row.rule_id), row.feature_layer if isinstance(row.feature_layer, str) else ""):
            asked.setdefault((str(row.subject_id), body), []).append((_LAYER_OF[body], str(row.rule_id)))
    return tuple(
        Request(
            str(site),
            body,
            _unique(layer for layer, _ in asked[site, body] if layer),
            _unique(rule for _, rule in asked[site, body]),
        )
        for site in site_ids
        for body in BODIES
        if (site, body) in asked
    )


def _unique(names: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))  # type: ignore[call-overload]


def bodies_for(rule_id: str, layer: str) -> tuple[str, ...]:
    """Tell which bodies can answer a rule about a layer."""
    if rule_id in ("site.concept", "site.need"):
        return ()
    if rule_id == "site.plan":
        return ("architecture",)
    group, _, rest = rule_id.partition(".")
    kind = rest.split(".")[0]
    if group in ("area", "nature"):
        return _BY_KIND.get("nature" if group == "nature" else kind, ())
    for network, bodies in _BY_NETWORK.items():
        if layer in (network, "connection_points") and network in rule_id:
            return (*bodies, "gas_trunk") if "trunk" in rule_id else bodies
    return _BY_LAYER.get(layer, ())
