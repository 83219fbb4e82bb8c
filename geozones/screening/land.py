"""Whose land it is: granted parcels, land category, irrigation, encumbrances, and the title of a private
founder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geozones.screening.case import BLOCK, PASS, UNKNOWN, WARN, Case, Flags, Numbers, Part, make_findings
from geozones.screening.overlaps import find_overlaps, has_pair, largest, total_m2

NEGLIGIBLE_SHARE = 0.001
_OWNERSHIP = ("owner", "собственн", "меншік")
FARM_WORDS = ("agric", "сельскохоз", "земли сельхоз", "сельхоз", "ауыл шаруашылығы", "ауылшаруашылық")
_COLUMNS = ("parcel_id", "cadastral_no", "granted", "right", "purpose", "category", "irrigated", "encumbrance")
_SQUARE_METRES_PER_HA = 10_000.0


def find_parcels(case: Case) -> pd.DataFrame:
    """List the parcels under every site.

    Returns
    -------
    DataFrame
        A row a site and parcel, the largest share first: `site_id` · the columns of the parcels · `area_ha`
        (shared land) · `share` (of the site) · `is_sure` (more than the accuracy of both outlines); `site` and
        `row` are places in the tables.
    """
    found, targets = find_overlaps(case, "parcels"), case.targets("parcels")
    site, row, area_m2, is_sure = (found[name].to_numpy() for name in ("site", "row", "area_m2", "is_sure"))
    order = np.lexsort((row, -area_m2, site))
    order = order[area_m2[order] > 0]
    site, row, area_m2 = site[order], row[order], area_m2[order]
    texts = {"site_id": case.sites["site_id"].array.take(site)}
    for name in _COLUMNS:
        of_layer = [] if targets is None else targets.table[name].to_numpy(dtype=object)[row]
        texts[name] = pd.array(of_layer, dtype="str")
    return pd.DataFrame(
        {
            **texts,
            "area_ha": area_m2 / _SQUARE_METRES_PER_HA,
            "share": area_m2 / case.area_m2[site],
            "is_sure": is_sure[order],
            "site": site,
            "row": row,
        }
    )


def screen_land(case: Case, parcels: pd.DataFrame) -> list[Part]:
    """Answer the rules on the land itself, from the parcels under the sites (`find_parcels`)."""
    if case.targets("parcels") is None:
        return [_absent(case, name) for name in _rules_of(case)]
    findings = [_granted(case), _category(case, parcels), _stated(case, parcels, "site.irrigated", "irrigated")]
    findings.append(_stated(case, parcels, "site.encumbrance", "encumbrance"))
    if case.is_private.any():
        findings.append(_title(case, parcels))
    return findings


def _rules_of(case: Case) -> list[str]:
    rules = ["site.granted", "site.category", "site.irrigated", "site.encumbrance"]
    return [*rules, "site.title"] if case.is_private.any() else rules


def _absent(case: Case, rule_id: str) -> Part:
    kept = case.is_private if rule_id == "site.title" else None
    return make_findings(case, rule_id, UNKNOWN, reason="absent", unit="ha", kept=kept)


def _granted(case: Case) -> Part:
    """Land granted to anyone blocks a state zone; a private one stands on its founder's land."""
    targets, count = case.targets("parcels"), len(case.sites)
    if targets is None:
        return _absent(case, "site.granted")
    pairs = find_overlaps(case, "parcels")
    granted = targets.table["granted"].to_numpy(dtype=object)[pairs["row"]]
    is_granted, is_open = granted == "yes", (granted != "yes") & (granted != "no")
    sure, doubtful = pairs[is_granted & pairs["is_sure"]], pairs[is_granted & ~pairs["is_sure"]]
    unknown = pairs[is_open & (pairs["area_m2"] > 0)]
    names = targets.table["parcel_id"].to_numpy(dtype=object)
    shown = targets.table["cadastral_no"].fillna(targets.table["parcel_id"]).to_numpy(dtype=object)
    blocked = has_pair(sure, count)
    is_unclear = has_pair(doubtful, count) | has_pair(unknown, count) | ~case.covered("parcels")
    reason = np.select(
        [has_pair(unknown, count), has_pair(doubtful, count) & targets.is_firm.all()],
        ["right_unknown", "accuracy"],
        case.why_not_covered("parcels") if not case.covered("parcels").all() else "approximate",
    )
    answer = np.select([case.is_private, blocked, is_unclear], [PASS, BLOCK, UNKNOWN], PASS)
    part = np.where(blocked, total_m2(sure, count), total_m2(pd.concat([doubtful, unknown]), count))
    by_size = [largest(part, column, count) for part in (sure, doubtful, unknown) for column in (names, shown)]
    return make_findings(
        case,
        "site.granted",
        answer,
        measure=np.where(case.is_private, total_m2(sure, count), part) / _SQUARE_METRES_PER_HA,
        unit="ha",
        feature_id=_first_known(by_size[::2]),
        feature_name=_first_known(by_size[1::2]),
        reason=reason,
        other=np.bincount(sure["site"], minlength=count).astype(float),
    )


def _first_known(columns: Sequence[np.ndarray]) -> np.ndarray:
    found = columns[0].copy()
    for column in columns[1:]:
        missing = np.array([value is None for value in found], dtype=bool)
        found[missing] = column[missing]
    return found


def is_farm_category(categories: pd.Series) -> Flags:
    """Tell which land categories are the agricultural one, as the settings or the cadastre write it."""
    return _hold_any(categories, FARM_WORDS)


def _hold_any(texts: pd.Series, words: Sequence[str]) -> Flags:
    """Tell which texts hold one of some words; most texts of a layer are the same few."""
    codes, kinds = pd.factorize(texts)
    holds = [any(word in str(kind).casefold() for word in words) for kind in kinds]
    return np.array([*holds, False], dtype=bool)[codes]


def _category(case: Case, parcels: pd.DataFrame) -> Part:
    """Land of the agricultural category blocks a state zone; land of no known category leaves it open."""
    count = len(case.sites)
    is_farm = is_farm_category(parcels["category"])
    sure, doubtful = parcels[is_farm & parcels["is_sure"]], parcels[is_farm & ~parcels["is_sure"]]
    known_m2 = _site_m2(parcels[parcels["category"].notna()], count)
    open_m2 = np.maximum(case.area_m2 - known_m2, 0.0)
    is_open = open_m2 > np.maximum(NEGLIGIBLE_SHARE * case.area_m2, 1.0)
    farm = _count(sure, count) > 0
    is_doubtful = _count(doubtful, count) > 0
    worst = np.where(case.is_private, WARN, BLOCK)
    answer = np.select([farm, is_open | is_doubtful], [worst, UNKNOWN], PASS)
    answer = np.where((answer == PASS) & ~_is_firm(case), UNKNOWN, answer)
    measure = np.where(farm, _site_m2(sure, count), np.where(is_open, open_m2, _site_m2(doubtful, count)))
    return make_findings(
        case,
        "site.category",
        answer,
        measure=measure / _SQUARE_METRES_PER_HA,
        unit="ha",
        feature_id=_first(sure, "parcel_id", count),
        feature_name=_first(sure, "cadastral_no", count),
        reason=np.where(is_open, "category_unknown", np.where(is_doubtful, "accuracy", "approximate")),
        decisive=~case.is_private,
    )


def _stated(case: Case, parcels: pd.DataFrame, rule_id: str, column: str) -> Part:
    """Warn of parcels that are irrigated or encumbered; where the layer is silent, the answer is open."""
    count = len(case.sites)
    values = parcels[column]
    is_stated = (values == "yes") if column == "irrigated" else values.notna()
    silent = parcels[(values.isna() | (values == "unknown")) & (column == "irrigated")]
    stated = parcels[is_stated & parcels["is_sure"]]
    warned = _count(stated, count) > 0
    is_open = (_count(silent, count) > 0) | ~case.covered("parcels")
    answer = np.select([warned, is_open], [WARN, UNKNOWN], PASS)
    return make_findings(
        case,
        rule_id,
        answer,
        measure=_site_m2(stated, count) / _SQUARE_METRES_PER_HA,
        unit="ha",
        feature_id=_first(stated, "parcel_id", count),
        feature_name=_first(stated, "cadastral_no", count),
        reason=np.where(case.covered("parcels"), "not_stated", case.why_not_covered("parcels")),
    )


def _title(case: Case, parcels: pd.DataFrame) -> Part:
    """A private zone needs land in ownership: what the cadastre has in ownership under it."""
    count = len(case.sites)
    owned = parcels[(parcels["granted"] == "yes") & is_ownership(parcels["right"])]
    missing_m2 = np.maximum(case.area_m2 - _site_m2(owned, count), 0.0)
    is_missing = missing_m2 > np.maximum(NEGLIGIBLE_SHARE * case.area_m2, 1.0)
    answer = np.where(
        is_missing, np.where(case.covered("parcels"), WARN, UNKNOWN), np.where(_is_firm(case), PASS, UNKNOWN)
    )
    return make_findings(
        case,
        "site.title",
        answer,
        measure=np.where(is_missing, missing_m2, case.area_m2) / _SQUARE_METRES_PER_HA,
        unit="ha",
        feature_id=_first(owned, "parcel_id", count),
        feature_name=_first(owned, "cadastral_no", count),
        reason=case.why_not_covered("parcels"),
        kept=case.is_private,
    )


def is_ownership(rights: pd.Series) -> Flags:
    """Tell which rights are ownership."""
    return _hold_any(rights, _OWNERSHIP)


def _is_firm(case: Case) -> bool:
    targets = case.targets("parcels")
    return targets is not None and not targets.has_only_doubtful_sources


def _site_m2(parcels: pd.DataFrame, count: int) -> Numbers:
    weights = parcels["area_ha"].to_numpy(dtype=float) * _SQUARE_METRES_PER_HA
    return np.asarray(np.bincount(parcels["site"], weights=weights, minlength=count), dtype=float)


def _count(parcels: pd.DataFrame, count: int) -> Numbers:
    return np.asarray(np.bincount(parcels["site"], minlength=count), dtype=float)


def _first(parcels: pd.DataFrame, column: str, count: int) -> np.ndarray:
    """Return a column of the largest parcel of every site; None where there is none."""
    found = np.full(count, None, dtype=object)
    site, first = np.unique(parcels["site"].to_numpy(), return_index=True)
    found[site] = parcels[column].to_numpy(dtype=object)[first]
    return found
