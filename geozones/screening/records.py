"""A screening as plain records: what `geozones screen --json` prints and `docs/screening.schema.json`
describes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from geozones.screening.concept import PARTS
from geozones.screening.screen import Screening
from geozones.screening.surroundings import RINGS_KM
from geozones.tables import DERIVED, HAZARD_CLASSES

_DECIMALS = {"ha": 6, "m": 3, "share": 6, "kzt": 0}
_NETWORK_COLUMNS = (
    *DERIVED["plot_networks"].column_names[1:],
    "near_reason",
    "capable_reason",
    "capacity_free",
    "connect_m",
    "connect_id",
    "connect_layer",
)
_FINDING_COLUMNS = (
    *DERIVED["findings"].column_names,
    "check",
    "reason",
    "share",
    "decisive",
    "feature_name",
    "other",
)
_PARCEL_COLUMNS = (
    "parcel_id",
    "cadastral_no",
    "granted",
    "right",
    "purpose",
    "category",
    "irrigated",
    "encumbrance",
    "area_ha",
    "share",
)


_Row = dict[Any, Any]


def as_records(screening: Screening) -> list[dict[str, Any]]:
    """Write every site as a record, in the order of the sites; what is not known is null."""
    tables = {
        "networks": _by_site(screening.networks, "site_id"),
        "findings": _by_site(screening.findings, "subject_id"),
        "parcels": _by_site(screening.parcels, "site_id"),
        "free_zones": _by_site(screening.free_zones, "site_id"),
        "costs": _by_site(screening.costs, "site_id"),
    }
    rows = screening.sites.drop(columns="geometry").to_dict("records")
    scores = screening.scores.to_dict("records")
    classes = screening.hazard_classes.to_dict("records")
    return [
        _record(screening, tables, site, score, hazard)
        for site, score, hazard in zip(rows, scores, classes, strict=True)
    ]


def _by_site(table: pd.DataFrame, key: str) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in pd.DataFrame(table).to_dict("records"):
        found.setdefault(str(row[key]), []).append(row)
    return found


def _record(
    screening: Screening,
    tables: dict[str, dict[str, list[_Row]]],
    site: _Row,
    score: _Row,
    hazard: _Row,
) -> dict[str, Any]:
    site_id = str(site["site_id"])
    form = screening.forms.get(site_id)
    return {
        "site_id": site_id,
        "name": {language: plain(site.get(f"name_{language}")) for language in ("kk", "ru", "en")},
        "kind": plain(site["kind"]),
        "verdict": site["verdict"],
        "blocks": int(site["blocks"]),
        "conditions": int(site["conditions"]),
        "layers_missing": int(site["layers_missing"]),
        "as_of": screening.case.as_of.isoformat(),
        "area_ha": plain(site["area_ha"], 6),
        "usable_ha": plain(site["usable_ha"], 6),
        "usable_beyond_distances_ha": plain(site["usable_beyond_distances_ha"], 6),
        "district_code": plain(site["land_district"]),
        "filed_by": plain(site["district_code"]),
        "compactness": plain(site["compactness"], 6),
        "narrowest_m": plain(site["narrowest_m"], 3),
        "score": {name: plain(score[name], 6) for name in ("value", "low", "high", "capped_by")},
        "networks": [_pick(row, _NETWORK_COLUMNS) for row in tables["networks"].get(site_id, [])],
        "findings": [_pick(row, _FINDING_COLUMNS) for row in tables["findings"].get(site_id, [])],
        "parcels": [_pick(row, _PARCEL_COLUMNS) for row in tables["parcels"].get(site_id, [])],
        "hazard_classes": {name: plain(hazard.get(f"class_{name}")) for name in HAZARD_CLASSES},
        "people": _people(site),
        "free_zones": [
            _pick(row, ("zone_id", "distance_m", "free_ha", "plots_free"))
            for row in tables["free_zones"].get(site_id, [])
        ],
        "costs": [
            _pick(row, ("network", "connect_m", "factor", "low_kzt", "high_kzt", "basis", "edition", "verified"))
            for row in tables["costs"].get(site_id, [])
        ],
        "concept": None
        if form is None
        else {"have": [part for part in PARTS if part not in form.missing], "missing": list(form.missing)},
        "requests": [
            {"body": request.body, "layers": list(request.layers), "rules": list(request.rules)}
            for request in screening.requests
            if request.site_id == site_id
        ],
    }


def _people(site: _Row) -> dict[str, Any] | None:
    if f"people_{RINGS_KM[0]}km" not in site:
        return None
    rings = [
        {
            "within_km": ring,
            "settlements": plain(site[f"settlements_{ring}km"]),
            "people": plain(site[f"people_{ring}km"]),
        }
        for ring in RINGS_KM
    ]
    return {"rings": rings, "nearest": plain(site["settlement_id"]), "nearest_m": plain(site["settlement_m"], 3)}


def _pick(row: _Row, columns: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(row.get(name), _DECIMALS.get(name.rpartition("_")[2], 6)) for name in columns}


def plain(value: Any, decimals: int = 6) -> Any:
    """Turn a cell into what JSON knows: numbers rounded, missing values None."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return round(float(value), decimals) if math.isfinite(value) else None
    return str(value)
