"""The page of one proposed site: may it be proposed, what speaks for and against it, whom to ask?"""

from __future__ import annotations

import datetime as dt
from typing import Any

from geozones.i18n import N_
from geozones.maps.backdrop import Backdrop
from geozones.maps.content import PageContent
from geozones.maps.facts import metres_words
from geozones.maps.frame_page import page_context
from geozones.maps.page import PageFigure
from geozones.maps.site_content import SiteContent, SiteRow, make_wording
from geozones.maps.site_lines import request_rows, three_lists, unverified_rules, verdict_line
from geozones.maps.site_map import draw_site_map, site_data
from geozones.maps.terms import KIND_NAMES, NETWORK_NAMES, ROLE_NAMES, SIGNS, UNITS
from geozones.maps.words import (
    Words,
    area,
    date,
    date_or_none,
    each_language,
    join,
    number,
    same,
    short,
    t,
    text_or_none,
)
from geozones.maps.zone_lines import district_words
from geozones.screening import PARTS
from geozones.tables import HAZARD_CLASSES

RIGHTS = {
    "ownership": N_("ownership"),
    "lease": N_("lease"),
    "permanent_use": N_("permanent use"),
}
CATEGORIES = {
    "agricultural": N_("agricultural"),
    "settlement": N_("land of settlements"),
    "industry": N_("land of industry"),
    "reserve": N_("reserve land"),
    "forest": N_("forest fund"),
    "water": N_("water fund"),
    "protected": N_("protected areas"),
}
YES_NO = {"yes": N_("yes"), "no": N_("no"), "unknown": N_("unknown")}
_M_TENGE = 1e6


def draw_site(atlas: Backdrop, sites: SiteContent, row: SiteRow) -> str:
    """Draw the page of one site."""
    content, record = atlas.content, row.record
    title = site_name(record)
    wording = make_wording(sites.screening)
    context = page_context(content, atlas.layers, title=title, home="../")
    context |= {
        "site": record,
        "row": row,
        "has_files": sites.has_files,
        "verdict": verdict_line(record),
        "kind": t(KIND_NAMES.get(str(record["kind"]), str(record["kind"]))),
        "lists": three_lists(record, wording),
        "district": district_words(content, record["district_code"], full=True),
        "filed_by": district_words(content, record["filed_by"], full=True),
        "usable_share": number(round(100 * (record["usable_ha"] or 0) / (record["area_ha"] or 1), 1)),
        "parcels": [_parcel(parcel) for parcel in record["parcels"]],
        "granted_ha": sum(parcel["area_ha"] or 0 for parcel in record["parcels"] if parcel["granted"] == "yes"),
        "requests": _requests(record, row.stem),
        "networks": _networks(content, record),
        "costs": {cost["network"]: _cost(cost) for cost in record["costs"]},
        "classes": [(name, record["hazard_classes"].get(name)) for name in HAZARD_CLASSES],
        "free_zones": [_free_zone(content, zone) for zone in record["free_zones"]],
        "concept": _concept(record),
        "layer_days": _layer_days(content),
        "unverified": unverified_rules(record, wording),
        "signs": SIGNS,
        "yes_no": {answer: t(words) for answer, words in YES_NO.items()},
        "page_data": {"kind": "site", "demonstration": content.region.demonstration}
        | site_data(atlas, sites.screening, row.place),
    }
    figure = PageFigure("site.html", context, assets="../assets/")
    draw_site_map(atlas, figure, sites.screening.sites.geometry.array[row.place])
    return figure.render()


def site_name(record: dict[str, Any]) -> Words:
    """Name a site in every language."""
    given = record["name"]
    spare = text_or_none(given.get("ru")) or str(record["site_id"])
    return each_language(lambda language: short(text_or_none(given.get(language)) or spare))


def _parcel(parcel: dict[str, Any]) -> dict[str, Any]:
    right, category = parcel["right"], parcel["category"]
    return parcel | {
        "number": short(parcel["cadastral_no"] or parcel["parcel_id"]),
        "granted_words": t(YES_NO.get(parcel["granted"], YES_NO["unknown"])),
        "right_words": t(RIGHTS[right]) if right in RIGHTS else same(short(right or "–")),
        "category_words": t(CATEGORIES[category]) if category in CATEGORIES else same(short(category or "–")),
        "irrigated_words": t(YES_NO.get(parcel["irrigated"], YES_NO["unknown"])),
        "ha": number(round(parcel["area_ha"] or 0, 2)),
        "percent": number(round(100 * (parcel["share"] or 0), 1)),
    }


def _requests(record: dict[str, Any], stem: str) -> list[dict[str, Any]]:
    return [
        request | {"layers": join([t(ROLE_NAMES[layer]) for layer in request["layers"]], ", ")}
        for request in request_rows(record, stem)
    ]


def _networks(content: PageContent, record: dict[str, Any]) -> list[dict[str, Any]]:
    """Give every network and state, with the nearest connection and what it has free."""
    return [
        {
            "network": row["network"],
            "name": t(NETWORK_NAMES[row["network"]]),
            "state": t("planned") if row["state"] == "planned" else t("existing"),
            "is_planned": row["state"] == "planned",
            "near": row["near"],
            "capable": row["capable"],
            "allowed": row["allowed"] or "unknown",
            "feature": _feature_name(content, row),
            "far": None if row["connect_m"] is None else metres_words(round(row["connect_m"], -1)),
            "free": None
            if row["capacity_free"] is None
            else join([number(row["capacity_free"]), t(UNITS[row["network"]])], "\u00a0"),
        }
        for row in record["networks"]
        if row["state"] == "existing" or row["connect_m"] is not None
    ]


def _feature_name(content: PageContent, row: dict[str, Any]) -> str:
    layer, feature = row["connect_layer"], row["connect_id"]
    table = content.tables.of(layer) if layer else None
    if table is None or feature is None:
        return str(feature or "")
    key = "point_id" if layer == "connection_points" else "line_id"
    named = dict(zip(table[key], table["name"], strict=True)) if "name" in table else {}
    return short(text_or_none(named.get(feature)) or str(feature))


def _cost(cost: dict[str, Any]) -> Words | None:
    if cost["low_kzt"] is None or cost["high_kzt"] is None:
        return None
    low, high = (number(round(cost[name] / _M_TENGE, 1)) for name in ("low_kzt", "high_kzt"))
    return t("{low}–{high} million tenge (× {factor} of the straight distance)", low=low, high=high,
             factor=cost["factor"])  # fmt: skip


def _free_zone(content: PageContent, zone: dict[str, Any]) -> dict[str, Any]:
    table = content.tables.zones
    rows = table[table["zone_id"] == zone["zone_id"]].drop(columns="geometry").to_dict("records")
    name = site_name({"site_id": zone["zone_id"], "name": _names(rows[0]) if rows else {}})
    free = None if zone["free_ha"] is None else area(zone["free_ha"])
    return {"name": name, "far": metres_words(round(zone["distance_m"], -2)), "free": free}


def _names(row: Any) -> dict[str, Any]:
    return {language: text_or_none(row.get(f"name_{language}")) for language in ("kk", "ru", "en")}


def _concept(record: dict[str, Any]) -> list[tuple[Words, bool]] | None:
    if record["concept"] is None:
        return None
    return [(t(words), part in record["concept"]["have"]) for part, words in PARTS.items()]


def _layer_days(content: PageContent) -> list[tuple[Words, Words]]:
    """Give the dates of the layers, the oldest first, each with the layers of that day."""
    days: dict[dt.date, dict[str, Words]] = {}
    for source in content.sources.values():
        day = date_or_none(source.provenance.date)
        if day is not None:
            days.setdefault(day, {})[source.role] = t(ROLE_NAMES[source.role])
    return [(date(day), join(list(days[day].values()), ", ")) for day in sorted(days)]
