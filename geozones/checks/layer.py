"""The checks of one layer alone: every feature comes out checked or quarantined."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geozones.checks.coordinates import require_fitting_crs
from geozones.checks.doctor import (
    check_cadastral_numbers,
    check_capacities,
    check_dates,
    check_outlines,
    check_voltages,
    check_words,
)
from geozones.checks.geometry import (
    Sorting,
    check_finite,
    check_kind,
    check_lines,
    check_presence,
    check_repeated,
    check_validity,
    has_height,
    note_heights,
)
from geozones.checks.issues import join_issues, make_issues
from geozones.checks.networks import check_network, fill_connectable
from geozones.config import NETWORKS, Provenance, RegionConfig, Severity
from geozones.crs import WGS84, convert_geometries, measure_area_m2, parse_crs, to_working_crs
from geozones.errors import InternalError
from geozones.i18n import N_
from geozones.tables import TableContract

_AREA_SHARE = 0.01
_AREA_FLOOR_HA = 0.01
_MUST_LIE_INSIDE = ("zones", "plots", "proposals")
_WITHOUT_REPEATED_CHECK = ("inspections",)


class ReadLayer(Protocol):
    """What a reader hands over; `geozones.layers.Layer` is one."""

    @property
    def key(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def contract(self) -> TableContract: ...
    @property
    def table(self) -> Any: ...
    @property
    def provenance(self) -> Provenance: ...
    @property
    def read(self) -> int: ...
    @property
    def issues(self) -> Any: ...
    @property
    def quarantine(self) -> Any: ...
    @property
    def accuracy_m(self) -> float: ...


@dataclass(frozen=True)
class CheckedLayer:
    """A layer after its checks: the table in the working CRS, the features set aside, and what was wrong.

    `provenance` carries the accuracy of the conversion too. `joined` counts rows without coordinates whose values
    went to the points of another layer. read = rows of `table` + `joined` + rows of `quarantine`.
    """

    key: str
    role: str
    contract: TableContract
    table: Any
    quarantine: Any
    issues: gpd.GeoDataFrame
    read: int
    provenance: Provenance
    joined: int = 0

    def __post_init__(self) -> None:
        if self.checked + len(self.quarantine) != self.read:
            raise InternalError(
                N_("Layer {layer}: {read} features were read, but {kept} kept and {aside} set aside."),
                layer=self.key, read=self.read, kept=self.checked, aside=len(self.quarantine),
            )  # fmt: skip

    @property
    def checked(self) -> int:
        """How many features came through the checks: those in `table`, and those joined to another layer."""
        return len(self.table) + self.joined

    def count_severity(self, severity: str) -> int:
        """Count the issues of a severity."""
        return int((self.issues["severity"] == severity).sum())


def check_layer(layer: ReadLayer, *, region: RegionConfig) -> CheckedLayer:
    """Check one layer by itself and bring it into the working CRS of the region.

    Parameters
    ----------
    layer
        As read: contract columns with their dtypes, the source row number as index.
    region
        Settings of the region: working CRS and bounds.

    Returns
    -------
    CheckedLayer
        The kept rows in the order of the source, with the source row number as index; the rows set aside with the
        `rule` that did it; the issues, shapes in the working CRS.

    Raises
    ------
    CrsError
        No exact conversion leads to the working CRS, or the coordinates fit another CRS than the stated one.
    InternalError
        A feature got lost: a bug.
    """
    contract, working = layer.contract, parse_crs(region.crs)
    sorting = Sorting(layer.table, layer.key, contract.key)
    _check_required(sorting, contract, layer)
    accuracy_m = layer.accuracy_m
    if isinstance(layer.table, gpd.GeoDataFrame):
        accuracy_m += _check_shapes(sorting, contract, region, working)
    _check_keys(sorting)
    if isinstance(layer.table, gpd.GeoDataFrame) and contract.name not in _WITHOUT_REPEATED_CHECK:
        check_repeated(sorting)
    if not layer.read:
        severity: Severity = "error" if contract.name == "zones" else "warning"
        sorting.issues.append(make_issues("layer_empty", layer=layer.key, severity=severity))
    check_words(sorting, contract)
    check_dates(sorting)
    check_cadastral_numbers(sorting)
    if isinstance(sorting.table, gpd.GeoDataFrame):
        check_outlines(sorting, contract)
    if "capacity_free" in contract.column_names:
        check_capacities(sorting)
    if contract.name in NETWORKS:
        check_voltages(sorting)
        check_network(sorting, is_approximate=layer.provenance.precision == "approximate")
        sorting.table = fill_connectable(sorting.table, contract.name)
    quarantine = _join_quarantine(layer, sorting, working)
    issues = join_issues([_in_working_crs(part, working) for part in (layer.issues, *sorting.issues)], crs=working)
    return CheckedLayer(
        key=layer.key, role=layer.role, contract=contract, table=sorting.table, quarantine=quarantine,
        issues=mark_quarantined(issues, quarantine.index), read=layer.read,
        provenance=add_accuracy(layer.provenance, accuracy_m),
    )  # fmt: skip


def add_accuracy(provenance: Provenance, accuracy_m: float) -> Provenance:
    """Add the accuracy of a conversion to the stated one.

    An exact source that states none is taken at its word, so it is as accurate as the conversion; for an
    approximate one unknown stays unknown.
    """
    if not accuracy_m or (provenance.accuracy_m is None and provenance.precision == "approximate"):
        return provenance
    return provenance.model_copy(update={"accuracy_m": (provenance.accuracy_m or 0.0) + accuracy_m})


def mark_quarantined(issues: gpd.GeoDataFrame, rows: pd.Index) -> gpd.GeoDataFrame:
    """Say of every issue of a row that was set aside that it was."""
    is_aside = issues["row"].isin(list(rows)).to_numpy(dtype=bool)
    return issues.assign(action=issues["action"].mask(is_aside, "quarantined"))


def _check_required(sorting: Sorting, contract: TableContract, layer: ReadLayer) -> None:
    """Set aside rows that lack a required value; a value that could not be taken is not reported twice."""
    already = {
        (row, message.params.get("column"))
        for row, message, rule in zip(
            layer.issues["row"], layer.issues["message"], layer.issues["rule"], strict=True
        )
        if rule in ("value_unknown", "number_bad", "number_out_of_range", "date_bad")
    }
    for column in contract.required:
        is_missing = sorting.table[column].isna().to_numpy()
        if not is_missing.any():
            continue
        rule = "key_missing" if column == contract.key else "value_missing"
        is_known = np.array([(row, column) in already for row in sorting.table.index], dtype=bool) & is_missing
        sorting.report(rule, is_missing & ~is_known, params={"column": column}, action="quarantined")
        sorting.move(rule, is_missing)


def _check_keys(sorting: Sorting) -> None:
    """Set aside all rows but one of those that share a key."""
    column = sorting.key_column
    if not column or not len(sorting.table):
        return
    keys = sorting.table[column]
    is_extra = keys.duplicated().to_numpy()
    if not is_extra.any():
        return
    counts = keys.value_counts()
    kept = dict(zip(keys[~is_extra], keys.index[~is_extra], strict=True))
    extra = keys[is_extra]
    params = {
        "column": column,
        "key": list(extra),
        "count": [int(counts[key]) for key in extra],
        "kept": [int(kept[key]) for key in extra],
    }
    sorting.set_aside("key_repeated", is_extra, params=params)


def _check_shapes(sorting: Sorting, contract: TableContract, region: RegionConfig, working: Any) -> float:
    """Run the checks of shapes; the table comes out in the working CRS. Returns the accuracy of the conversion."""
    if contract.name == "inspections":
        has_shape = ~shapely.is_missing(sorting.shapes)
        if not has_shape.all():  # an inspection may have no point: only those that have one are checked
            return 0.0 if not has_shape.any() else _convert(sorting, working)
    check_presence(sorting)
    require_fitting_crs(sorting.shapes, sorting.crs, region.bounds, layer=sorting.layer)
    has_heights = has_height(sorting.shapes)
    accuracy_m = _convert(sorting, working)
    note_heights(sorting, has_heights)
    check_finite(sorting)
    check_kind(sorting, contract)
    check_lines(sorting)
    check_validity(sorting)
    _check_bounds(sorting, contract, region)
    if "area_ha" in contract.column_names:
        _check_area(sorting)
    return accuracy_m


def _convert(sorting: Sorting, working: Any) -> float:
    sorting.table, accuracy_m = to_working_crs(sorting.table, working)
    return accuracy_m


def _check_bounds(sorting: Sorting, contract: TableContract, region: RegionConfig) -> None:
    """Report features that lie wholly outside the bounds of the region."""
    shapes = sorting.shapes
    if not len(shapes):
        return
    outline = shapely.segmentize(shapely.box(*region.bounds), 0.1)
    frame = convert_geometries(np.array([outline]), WGS84, parse_crs(region.crs))[0][0]
    shapely.prepare(frame)
    is_outside = ~shapely.intersects(frame, shapes)
    if not is_outside.any():
        return
    centres = shapely.centroid(shapes[is_outside])
    lon_lat = shapely.get_coordinates(convert_geometries(centres, sorting.crs, WGS84)[0])
    params = {"lon": [f"{lon:.4f}" for lon, _ in lon_lat], "lat": [f"{lat:.4f}" for _, lat in lon_lat]}
    severity = "error" if contract.name in _MUST_LIE_INSIDE else None
    sorting.report("outside_region", is_outside, params=params, severity=severity)


def _check_area(sorting: Sorting) -> None:
    """Compare declared hectares with those measured on the ground."""
    declared_ha = sorting.table["area_ha"].to_numpy(dtype=float)
    measured_ha = measure_area_m2(sorting.shapes, sorting.crs) / 10_000
    gap_ha = np.abs(declared_ha - measured_ha)
    with np.errstate(invalid="ignore"):
        differs = gap_ha > np.maximum(_AREA_FLOOR_HA, _AREA_SHARE * measured_ha)
    declared_ha, measured_ha = declared_ha[differs], measured_ha[differs]
    shares = 100 * np.abs(declared_ha - measured_ha) / np.maximum(measured_ha, 1e-9)
    params = {
        "declared_ha": [f"{area:.2f}" for area in declared_ha],
        "measured_ha": [f"{area:.2f}" for area in measured_ha],
        "share": [f"{share:.1f}" for share in shares],
    }
    sorting.report("area_differs", differs, params=params)


def _join_quarantine(layer: ReadLayer, sorting: Sorting, working: Any) -> Any:
    """Put all rows set aside into one table, in the order of the source, with the rule that did it."""
    parts = [part for part in (layer.quarantine, *sorting.quarantine) if len(part)]
    if not parts:
        return layer.quarantine.to_crs(working) if layer.quarantine.crs else layer.quarantine
    plain = [pd.DataFrame(part).drop(columns="geometry", errors="ignore") for part in parts]
    shapes = [
        pd.Series(_shapes_in(part, working), index=part.index, dtype="object") for part in parts
    ]  # fmt: skip
    table = pd.concat(plain).sort_index(kind="stable")
    geometry = gpd.GeoSeries(pd.concat(shapes).sort_index(kind="stable"), crs=working)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=working)


def _shapes_in(part: Any, working: Any) -> np.ndarray:
    if not isinstance(part, gpd.GeoDataFrame) or part.crs is None:
        return np.full(len(part), None, dtype=object)
    shapes = np.asarray(part.geometry.array)
    if part.crs == working:
        return shapes
    converted = np.full(len(shapes), None, dtype=object)
    is_there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    converted[is_there] = convert_geometries(shapes[is_there], part.crs, working)[0]
    return converted


def _in_working_crs(issues: Any, working: Any) -> Any:
    shapes = _shapes_in(issues, working)
    return issues.set_geometry(gpd.GeoSeries(shapes, index=issues.index, crs=working), crs=working)


def with_table(layer: CheckedLayer, table: Any, quarantine: Any, issues: Any, *, joined: int = 0) -> CheckedLayer:
    """Replace what later checks changed; the count of features is checked again."""
    return replace(layer, table=table, quarantine=quarantine, issues=issues, joined=joined)
