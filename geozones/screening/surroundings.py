"""What lies around a site: its district, other zones and proposals, roads and railways, people, free land
nearby."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from geozones.proximity import find_nearest
from geozones.proximity.measuring import measure_ground_m, require_measuring_crs
from geozones.screening.case import BLOCK, PASS, UNKNOWN, WARN, Case, Numbers, Part, make_findings
from geozones.screening.overlaps import find_overlaps, has_pair, largest, total_m2

RINGS_KM = (5, 10, 20)
_M2_PER_HA = 10_000.0


def find_districts(case: Case) -> Any:
    """Return the code of the district with which every site shares most; None where none is known."""
    targets = case.targets("districts")
    if targets is None:
        return np.full(len(case.sites), None, dtype=object)
    pairs = find_overlaps(case, "districts")
    return largest(pairs[pairs["area_m2"] > 0], targets.table["district_code"], len(case.sites))


def screen_district(case: Case) -> Part:
    """Compare the district that files with that of the land; part in another one is a condition."""
    targets, count = case.targets("districts"), len(case.sites)
    if targets is None:
        return make_findings(case, "site.district", UNKNOWN, reason="absent", unit="ha")
    codes = targets.table["district_code"].to_numpy(dtype=object)
    pairs = find_overlaps(case, "districts")
    main = find_districts(case)
    filed = case.sites["district_code"].astype(object).to_numpy()
    is_filed = ~pd.isna(filed)
    own = np.where(is_filed, filed, main)
    elsewhere = pairs[codes[pairs["row"]] != own[pairs["site"]]]
    sure = elsewhere[elsewhere["is_sure"]]
    inside_m2 = total_m2(pairs, count)
    is_out = case.area_m2 - inside_m2 > np.maximum(0.001 * case.area_m2, 1.0)
    knows_region = case.covered("districts") | (is_out & targets.covers_everything) | _covers_some(case)
    is_wrong = is_filed & (main != filed) & has_pair(sure, count)
    is_doubtful = has_pair(elsewhere, count) & ~has_pair(sure, count)
    answer = np.select(
        [is_wrong, is_out & (inside_m2 == 0), has_pair(sure, count) | is_out, is_doubtful],
        [BLOCK, BLOCK, WARN, UNKNOWN],
        PASS,
    )
    firm = not targets.has_only_doubtful_sources
    answer = np.where(knows_region & firm, answer, UNKNOWN)
    away_m2 = np.where(has_pair(elsewhere, count), total_m2(elsewhere, count), case.area_m2 - inside_m2)
    return make_findings(
        case,
        "site.district",
        answer,
        measure=np.maximum(away_m2, 0.0) / _M2_PER_HA,
        unit="ha",
        feature_id=np.where(has_pair(elsewhere, count), largest(elsewhere, codes, count), main),
        reason=np.where(is_doubtful & firm, "accuracy", case.why_not_covered("districts")),
        decisive=is_filed & (main != filed),
    )


def _covers_some(case: Case) -> Any:
    """Say whether a firm source states that it has every district; then land in none lies outside the region."""
    stated = [source.provenance.coverage for source in case.tables.sources.values() if source.role == "districts"]
    return np.full(len(case.sites), "region" in stated)


def screen_other_zones(case: Case) -> list[Part]:
    """Existing zones on the land block, other proposals warn."""
    return [
        _shares_land(case, "zones", "zone_id", "site.zones", BLOCK),
        _shares_land(case, "proposals", "site_id", "site.proposals", WARN),
    ]


def _shares_land(case: Case, role: str, key: str, rule_id: str, worst: str) -> Part:
    targets, count = case.targets(role), len(case.sites)
    if targets is None:
        return make_findings(case, rule_id, UNKNOWN, reason="absent", unit="ha")
    names = targets.table[key].to_numpy(dtype=object)
    pairs = find_overlaps(case, role)
    if role == "proposals":
        pairs = pairs[names[pairs["row"]] != case.sites["site_id"].to_numpy(dtype=object)[pairs["site"]]]
    sure, doubtful = pairs[pairs["is_sure"]], pairs[~pairs["is_sure"]]
    answer = np.select(
        [has_pair(sure, count), has_pair(doubtful, count) | ~case.covered(role)], [worst, UNKNOWN], PASS
    )
    found = largest(sure, names, count)
    return make_findings(
        case,
        rule_id,
        answer,
        measure=total_m2(sure, count) / _M2_PER_HA,
        unit="ha",
        feature_id=np.where(has_pair(sure, count), found, largest(doubtful, names, count)),
        reason=np.where(has_pair(doubtful, count), "accuracy", case.why_not_covered(role)),
    )


def screen_way(case: Case, role: str, rule_id: str) -> Part:
    """Find the nearest road or railway, and whether it is within the metres of the rule, where that has some."""
    targets = case.targets(role)
    if targets is None:
        return make_findings(case, rule_id, UNKNOWN, reason="absent", decisive=False)
    nearest = find_nearest(case.sites, targets.table.rename(columns={"id": "line_id"}))
    metres = nearest["distance_m"].to_numpy(dtype=float)
    limit_m = case.rule(rule_id).value
    doubt_m = np.nan_to_num(targets.accuracy_m).max(initial=0.0) + case.accuracy_m
    far = np.isnan(metres) | (metres > limit_m) if limit_m is not None else np.isnan(metres)
    is_near = ~far & (True if limit_m is None else metres + doubt_m <= limit_m)
    is_far = far & case.covered(role) & (True if limit_m is None else ~(metres - doubt_m <= limit_m))
    firm = not targets.has_only_doubtful_sources
    answer = np.select([is_near & firm, is_far & firm & (limit_m is not None)], [PASS, WARN], UNKNOWN)
    reason = np.where(case.covered(role) & firm, "accuracy", case.why_not_covered(role))
    return make_findings(
        case,
        rule_id,
        answer,
        measure=metres,
        unit="m",
        feature_id=nearest["line_id"].to_numpy(dtype=object),
        reason=reason,
        decisive=False,
    )


def find_people(case: Case) -> pd.DataFrame:
    """Count settlements and people within 5, 10 and 20 km of every site, and find the nearest settlement.

    Returns
    -------
    DataFrame
        A row a site, in their order: `settlements_5km`, `people_5km`, … `without_figures_20km` (settlements whose
        people are not known) · `settlement_id`, `settlement_m` (the nearest, NaN where there is none) ·
        `is_outline` (its outline is known, not only a point). All missing where the layer is absent.
    """
    count, targets = len(case.sites), case.targets("settlements")
    table = pd.DataFrame(index=range(count))
    if targets is None:
        return table.assign(settlement_id=None, settlement_m=np.nan, is_outline=False)
    places = np.asarray(targets.table.geometry.array, dtype=object)
    site, row, metres = pairs_within(case, places, 1000.0 * max(RINGS_KM))
    people = targets.table["population"].to_numpy(dtype=float, na_value=np.nan)[row]
    for ring_km in RINGS_KM:
        inside = metres <= 1000.0 * ring_km
        table[f"settlements_{ring_km}km"] = np.bincount(site[inside], minlength=count)
        table[f"people_{ring_km}km"] = np.bincount(
            site[inside], weights=np.nan_to_num(people[inside]), minlength=count
        )
    table["without_figures_20km"] = np.bincount(site[np.isnan(people)], minlength=count)
    order = np.lexsort((row, metres, site))
    first, at = np.unique(site[order], return_index=True)
    names: Any = targets.table["settlement_id"].to_numpy(dtype=object)
    nearest = np.full(count, -1)
    nearest[first] = order[at]
    named = pd.Series(names[row], dtype="str").array.take(nearest, allow_fill=True)
    table["settlement_id"] = named
    table["settlement_m"] = np.append(metres, np.nan)[nearest]
    table["is_outline"] = np.append(shapely.area(places)[row] > 0, False)[nearest]
    return table


def pairs_within(case: Case, features: Any, reach_m: float) -> tuple[Any, Any, Numbers]:
    """Pair sites with features within so many metres on the ground: places of both, and the metres between
    them."""
    crs = require_measuring_crs(case.sites.crs)
    planar_m = reach_m * float(case.scale.max(initial=1.0)) * 1.001
    site, row = shapely.STRtree(features).query(case.shapes, predicate="dwithin", distance=planar_m)
    ends = shapely.get_coordinates(shapely.shortest_line(case.shapes[site], features[row])).reshape(-1, 4)
    metres = measure_ground_m(crs, *ends.T)
    inside = metres <= reach_m
    return site[inside], row[inside], metres[inside]


def screen_people(case: Case, people: pd.DataFrame) -> Part:
    """Ask whether enough people live around the site to work there."""
    if case.targets("settlements") is None:
        return make_findings(case, "site.people", UNKNOWN, reason="absent", decisive=False)
    least = case.limit("site.people")
    figures = people["people_20km"].to_numpy(dtype=float)
    is_open = (people["without_figures_20km"].to_numpy() > 0) | ~case.covered("settlements")
    answer = np.select([figures >= least, is_open], [PASS, UNKNOWN], WARN)
    return make_findings(
        case,
        "site.people",
        answer,
        measure=figures,
        unit="people",
        other=people["settlements_20km"].astype(float),
        feature_id=people["settlement_id"].to_numpy(dtype=object),
        decisive=False,
        reason=np.where(case.covered("settlements"), "not_stated", case.why_not_covered("settlements")),
    )


def find_free_zones(case: Case) -> pd.DataFrame:
    """List zones around every site with the hectares and plots that are free there.

    Returns
    -------
    DataFrame
        A row a site and zone within the metres of the rule `site.around`, the nearest first: `site`, `site_id`,
        `zone_id`, `distance_m`, `free_ha`, `plots_free` (NaN where the figures are not known).
    """
    targets = case.targets("zones")
    if targets is None:
        return pd.DataFrame(columns=["site", "site_id", "zone_id", "distance_m", "free_ha", "plots_free"])
    site, row, metres = pairs_within(
        case, np.asarray(targets.table.geometry.array, dtype=object), case.limit("site.around")
    )
    zones = targets.table["zone_id"].to_numpy(dtype=object)[row]
    table = pd.DataFrame(
        {
            "site": site,
            "site_id": case.sites["site_id"].to_numpy(dtype=object)[site],
            "zone_id": zones,
            "distance_m": metres,
        }
    )
    for column in ("free_ha", "plots_free"):
        known = None if case.zone_figures is None else case.zone_figures[column].to_numpy(dtype=float)
        table[column] = np.nan if known is None else known[row]
    return table.sort_values(["site", "distance_m", "zone_id"], ignore_index=True)


def screen_need(case: Case, free_zones: pd.DataFrame) -> Part:
    """Ask whether a new zone is needed: less land is free in zones around than the site would add."""
    count = len(case.sites)
    if case.targets("zones") is None or case.zone_figures is None:
        return make_findings(case, "site.need", UNKNOWN, reason="absent", decisive=False)
    free_ha = np.bincount(free_zones["site"], weights=np.nan_to_num(free_zones["free_ha"]), minlength=count)
    asked_ha = case.area_m2 / _M2_PER_HA
    answer = np.select([free_ha >= asked_ha, case.covered("zones")], [WARN, PASS], UNKNOWN)
    nearest = free_zones.drop_duplicates("site")
    names = np.full(count, None, dtype=object)
    names[nearest["site"].to_numpy(dtype=int)] = nearest["zone_id"].to_numpy(dtype=object)
    return make_findings(
        case,
        "site.need",
        answer,
        measure=free_ha,
        unit="ha",
        feature_id=names,
        other=asked_ha,
        decisive=False,
        reason=case.why_not_covered("zones"),
    )
