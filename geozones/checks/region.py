"""Checks between layers: plots in their zones, no two on the same land, no key in two layers of a role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geozones.checks.decisions import check_allocations, check_district
from geozones.checks.geometry import Sorting
from geozones.checks.issues import join_issues, make_issues
from geozones.checks.joining import join_points
from geozones.checks.layer import CheckedLayer, mark_quarantined, with_table
from geozones.checks.relations import Land, LandRelations, Relate, find_relations
from geozones.tables import empty_table

_Sortings = dict[str, Sorting]

_JOINED_ROLE = "connection_points"
_UNKNOWN_BORDER_M = 500.0
"""How far borders of districts may be off where their layer does not say."""
_PAIR_RULES = {"plots": ("plots_overlap", "plots_gap"), "zones": ("zones_overlap", "zones_gap")}
"""Rules for pairs that share land, and for those that nearly touch, by role."""


def check_region(
    layers: Sequence[CheckedLayer],
    *,
    allocations: pd.DataFrame | None = None,
    relate: Relate = find_relations,
) -> tuple[list[CheckedLayer], gpd.GeoDataFrame]:
    """Check the layers of a region against each other.

    Parameters
    ----------
    layers
        Checked layers, all in the working CRS.
    allocations
        Opening balance of the ledger, where there is one; its issues stand under the layer `opening`.
    relate
        Finds how plots lie to zones and to each other, as `find_relations` does.

    Returns
    -------
    tuple
        The layers in the same order, with rows that refer to nothing moved into their quarantine (their tables
        have a plain index from 0 now); and all issues, those of the layers included, ordered by layer, row and
        rule.

    Raises
    ------
    InternalError
        A feature got lost: a bug.
    """
    sortings = {layer.key: Sorting(layer.table, layer.key, layer.contract.key) for layer in layers}
    roles = {layer.key: layer.role for layer in layers}
    _check_keys_across(sortings, roles)
    zones = _table_of("zones", sortings, roles)
    plots = [sorting for key, sorting in sortings.items() if roles[key] == "plots"]
    if zones is not None:
        for sorting in plots:
            _check_zone_known(sorting, zones)
    _check_land(plots, zones, relate)
    _check_zones_apart([sorting for key, sorting in sortings.items() if roles[key] == "zones"])
    _check_districts(sortings, roles, layers)
    joined = _join_tables(sortings, roles)
    checked = [_finish(layer, sortings[layer.key], joined.get(layer.key, 0)) for layer in layers]
    crs = next((layer.issues.crs for layer in layers), None)
    found = [layer.issues for layer in checked]
    plot_table = _table_of("plots", sortings, roles)
    if allocations is not None and zones is not None and plot_table is not None:
        found += check_allocations(allocations, plot_table, zones)
    return checked, join_issues(found, crs=crs)


def _finish(layer: CheckedLayer, sorting: Sorting, joined: int) -> CheckedLayer:
    crs = layer.issues.crs
    issues = join_issues([layer.issues, *sorting.issues], crs=crs)
    quarantine = layer.quarantine
    if sorting.quarantine:
        parts = [_with_shapes(part, crs) for part in (quarantine, *sorting.quarantine) if len(part)]
        quarantine = gpd.GeoDataFrame(pd.concat(parts).sort_index(kind="stable"), geometry="geometry", crs=crs)
        issues = mark_quarantined(issues, quarantine.index)
    table = sorting.table.reset_index(drop=True)
    if layer.role == _JOINED_ROLE and not isinstance(table, gpd.GeoDataFrame):
        table = empty_table(layer.contract, crs=crs)
    return with_table(layer, table, quarantine, issues, joined=joined)


def _with_shapes(part: Any, crs: Any) -> Any:
    """Give rows of a table without geometry an empty place for it, so that all rows set aside stand together."""
    if isinstance(part, gpd.GeoDataFrame):
        return part
    shapes = gpd.GeoSeries([None] * len(part), index=part.index, crs=crs)
    return gpd.GeoDataFrame(part, geometry=shapes, crs=crs)


def _join_tables(sortings: _Sortings, roles: dict[str, str]) -> dict[str, int]:
    """Join tables of connection points without coordinates to those with them."""
    points = [sorting for key, sorting in sortings.items() if roles[key] == _JOINED_ROLE]
    tables = [sorting for sorting in points if not isinstance(sorting.table, gpd.GeoDataFrame)]
    if not tables:
        return {}
    known = [sorting for sorting in points if isinstance(sorting.table, gpd.GeoDataFrame)]
    return join_points(tables, known, _table_of("districts", sortings, roles))


def _table_of(role: str, sortings: _Sortings, roles: dict[str, str]) -> Any:
    parts = [sorting.table for key, sorting in sortings.items() if roles[key] == role]
    if not parts:
        return None
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def _check_keys_across(sortings: _Sortings, roles: dict[str, str]) -> None:
    """Set aside features whose key already stands in an earlier layer of the same role."""
    seen: dict[str, dict[Any, Any]] = {}
    for key, sorting in sortings.items():
        column = sorting.key_column
        if not column:
            continue
        known = seen.setdefault(roles[key], {})
        keys = sorting.table[column]
        is_known = keys.isin(list(known)).to_numpy() if known else np.zeros(len(keys), dtype=bool)
        if is_known.any():
            extra = keys[is_known]
            kept = [f"{known[value][0]}/{known[value][1]}" for value in extra]
            params = {"column": column, "key": list(extra), "count": 2, "kept": kept}
            sorting.set_aside("key_repeated", is_known, params=params)
        if sum(role == roles[key] for role in roles.values()) > 1:
            kept_keys = sorting.table[column]
            known |= {value: (key, row) for value, row in zip(kept_keys, kept_keys.index, strict=True)}


def _check_zone_known(sorting: Sorting, zones: Any) -> None:
    is_unknown = ~sorting.table["zone_id"].isin(zones["zone_id"]).to_numpy()
    sorting.set_aside("zone_unknown", is_unknown, params={"zone": list(sorting.table["zone_id"][is_unknown])})


def _check_land(sortings: list[Sorting], zones: Any, relate: Relate) -> None:
    """Report plots that reach out of the zone they name, that share land, or that nearly touch."""
    if not sortings:
        return
    table, shapes = _columns_of(sortings, ["plot_id", "zone_id"]), _shapes_of(sortings)
    zone_of = None if zones is None else _outlines_of(table["zone_id"], zones)
    found = relate(Land(shapes, zone_of, _periods(table)))
    start = 0
    for sorting in sortings:
        end = start + len(sorting.table)
        _report_outside(sorting, found, start, end)
        start = end
    _report_neighbours(sortings, "plots", found, table["plot_id"].to_numpy())


def _check_zones_apart(sortings: list[Sorting]) -> None:
    """Report zones that share land, or that nearly touch."""
    if sortings:
        table = _columns_of(sortings, ["zone_id"])
        found = find_relations(Land(_shapes_of(sortings), None, _periods(table)))
        _report_neighbours(sortings, "zones", found, table["zone_id"].to_numpy())


def _columns_of(sortings: list[Sorting], names: list[str]) -> pd.DataFrame:
    wanted = [*names, "valid_from", "valid_to"]
    parts = [
        pd.DataFrame(sorting.table[[name for name in wanted if name in sorting.table]]) for sorting in sortings
    ]
    return pd.concat(parts)


def _shapes_of(sortings: list[Sorting]) -> np.ndarray:
    return np.concatenate([sorting.shapes for sorting in sortings])


def _outlines_of(zone_ids: pd.Series, zones: Any) -> np.ndarray:
    shapes = np.asarray(zones.geometry.array)
    return np.asarray(shapes[pd.Index(zones["zone_id"]).get_indexer(zone_ids)])


def _report_outside(sorting: Sorting, found: LandRelations, start: int, end: int) -> None:
    is_mine = (found.outside >= start) & (found.outside < end)
    mask = np.zeros(end - start, dtype=bool)
    mask[found.outside[is_mine] - start] = True
    params = {
        "outside_m2": [f"{area:.0f}" for area in found.outside_m2[is_mine]],
        "share": [f"{share:.2f}" for share in found.outside_percent[is_mine]],
        "zone": list(sorting.table["zone_id"][mask]),
    }
    sorting.report("plot_outside_zone", mask, params=params)


def _report_neighbours(sortings: list[Sorting], role: str, found: LandRelations, names: np.ndarray) -> None:
    """Report each pair that shares land, or nearly touches, once, at the feature that stands later."""
    shared = {"shared_m2": [f"{area:.0f}" for area in found.shared_m2]}
    overlap, gap = _PAIR_RULES[role]
    _report_pairs(sortings, overlap, found.overlaps, names, shared)
    _report_pairs(sortings, gap, found.gaps, names, {"gap_m": [f"{gap_m:.2f}" for gap_m in found.gaps_m]})


def _report_pairs(
    sortings: list[Sorting], rule: str, pairs: np.ndarray, names: np.ndarray, params: dict[str, list[str]]
) -> None:
    """Add an issue a pair to the layer of the later feature; a feature may stand in several."""
    start = 0
    for sorting in sortings:
        end = start + len(sorting.table)
        mine = np.flatnonzero((pairs[:, 1] >= start) & (pairs[:, 1] < end))
        if len(mine):
            own = pairs[mine, 1] - start
            shown = {name: [values[number] for number in mine] for name, values in params.items()}
            sorting.issues.append(
                make_issues(
                    rule, layer=sorting.layer, rows=sorting.table.index[own], keys=sorting.keys.iloc[own],
                    params={"other": list(names[pairs[mine, 0]]), **shown}, geometry=sorting.shapes[own],
                    crs=sorting.crs,
                )
            )  # fmt: skip
        start = end


def _periods(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray] | None:
    """Give first and last day of each plot in days, so that a plot and its successor may share land."""
    if "valid_to" not in table or not (table["valid_to"].notna().any() or table["valid_from"].notna().any()):
        return None
    start = table["valid_from"].fillna(pd.Timestamp.min.ceil("D")).to_numpy().astype("datetime64[D]").astype(float)
    end = table["valid_to"].fillna(pd.Timestamp.max.floor("D")).to_numpy().astype("datetime64[D]").astype(float)
    return start, end


def _check_districts(sortings: _Sortings, roles: dict[str, str], layers: Sequence[CheckedLayer]) -> None:
    districts = _table_of("districts", sortings, roles)
    if districts is None:
        return
    accuracies = [layer.provenance.accuracy_m for layer in layers if layer.role == "districts"]
    accuracy_m = max((_UNKNOWN_BORDER_M if metres is None else metres for metres in accuracies), default=0.0)
    for key, sorting in sortings.items():
        if roles[key] in ("zones", "proposals"):
            check_district(sorting, districts, accuracy_m=accuracy_m)
