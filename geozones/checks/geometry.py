"""Checks of shapes alone: present, finite, of the right kind, valid; repaired only where no area is in doubt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geozones.checks.issues import make_issues
from geozones.crs import measure_area_m2
from geozones.tables import GEOMETRY_TYPES, TableContract

_REPAIR_SHARE = 0.001
_REPAIR_FLOOR_M2 = 1.0
_POLYGONS = (3, 6)
TYPE_NAMES = (
    "Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
    "GeometryCollection",
)  # fmt: skip


@dataclass
class Sorting:
    """A table while it is sorted into what is kept and what is set aside, with the issues found so far.

    The index of `table` is the row number in the source, and so is that of `quarantine`.
    """

    table: Any
    layer: str
    key_column: str
    issues: list[gpd.GeoDataFrame] = field(default_factory=list)
    quarantine: list[Any] = field(default_factory=list)

    @property
    def keys(self) -> pd.Series:
        """Keys of the rows that are still kept."""
        if self.key_column:
            keys: pd.Series = self.table[self.key_column]
            return keys
        return pd.Series(None, index=self.table.index, dtype="str")

    @property
    def shapes(self) -> np.ndarray:
        """Geometries of the rows that are still kept; all missing where the table has none."""
        if isinstance(self.table, gpd.GeoDataFrame):
            return np.asarray(self.table.geometry.array)
        return np.full(len(self.table), None, dtype=object)

    @property
    def crs(self) -> Any:
        """CRS of the table; None where it has no geometry."""
        return self.table.crs if isinstance(self.table, gpd.GeoDataFrame) else None

    def report(self, rule: str, mask: Any, *, params: dict[str, Any] | None = None, **options: Any) -> None:
        """Add an issue for each row of a mask; every list in `params` has one entry a row of the mask."""
        mask = np.asarray(mask, dtype=bool)
        if mask.any():
            self.issues.append(
                make_issues(
                    rule, layer=self.layer, rows=self.table.index[mask], keys=self.keys[mask], params=params,
                    geometry=self.shapes[mask], crs=self.crs, **options,
                )
            )  # fmt: skip

    def set_aside(self, rule: str, mask: Any, *, params: dict[str, Any] | None = None, **options: Any) -> None:
        """Report the rows of a mask and move them to the quarantine."""
        self.report(rule, mask, params=params, action="quarantined", **options)
        self.move(rule, mask)

    def move(self, rule: str, mask: Any) -> None:
        """Move the rows of a mask to the quarantine, without an issue."""
        mask = np.asarray(mask, dtype=bool)
        if mask.any():
            self.quarantine.append(self.table[mask].assign(rule=rule))
            self.table = self.table[~mask]


def check_presence(sorting: Sorting) -> None:
    """Set aside rows without geometry, with an empty one, or with coordinates that are not finite."""
    sorting.set_aside("geometry_missing", shapely.is_missing(sorting.shapes))
    sorting.set_aside("geometry_empty", shapely.is_empty(sorting.shapes))
    check_finite(sorting)


def check_finite(sorting: Sorting) -> None:
    """Set aside rows with NaN or infinite coordinates."""
    shapes = sorting.shapes
    if np.isfinite(shapely.get_coordinates(shapes)).all():
        return
    coordinates, owners = shapely.get_coordinates(shapes, return_index=True)
    is_bad = np.zeros(len(shapes), dtype=bool)
    is_bad[owners[~np.isfinite(coordinates).all(axis=1)]] = True
    sorting.set_aside("geometry_not_finite", is_bad)


def check_kind(sorting: Sorting, contract: TableContract) -> None:
    """Set aside rows whose geometry is of another kind than the role needs; note heights."""
    allowed = GEOMETRY_TYPES[contract.geometry]
    shapes = sorting.shapes
    if "Point" in allowed and "MultiPoint" not in allowed:
        _unwrap_single_points(sorting)
        shapes = sorting.shapes
    types = shapely.get_type_id(shapes)
    is_wrong = ~np.isin(types, [TYPE_NAMES.index(name) for name in allowed])
    actual = [TYPE_NAMES[number] if 0 <= number < len(TYPE_NAMES) else "curve" for number in types[is_wrong]]
    sorting.set_aside("geometry_kind", is_wrong, params={"actual": actual, "expected": " / ".join(allowed)})


def has_height(shapes: np.ndarray) -> np.ndarray:
    """Tell which shapes have a height other than 0, which some programs write where there is none."""
    is_high = shapely.has_z(shapes)
    if not is_high.any():
        return np.asarray(is_high)
    points, owners = shapely.get_coordinates(shapes[is_high], include_z=True, return_index=True)
    heights = np.bincount(owners, np.nan_to_num(points[:, 2]) != 0, minlength=int(is_high.sum()))
    is_high[is_high] = heights > 0
    return np.asarray(is_high)


def note_heights(sorting: Sorting, has_heights: Any) -> None:
    """Say once that the features have heights, which are not used."""
    count = int(np.sum(has_heights))
    if count:
        sorting.issues.append(
            make_issues("geometry_3d", layer=sorting.layer, params={"count": count}, crs=sorting.crs)
        )


def _unwrap_single_points(sorting: Sorting) -> None:
    shapes = sorting.shapes
    is_single = (shapely.get_type_id(shapes) == 4) & (shapely.get_num_geometries(shapes) == 1)
    if is_single.any():
        changed = shapes.copy()
        changed[is_single] = shapely.get_geometry(shapes[is_single], 0)
        sorting.table = sorting.table.set_geometry(
            gpd.GeoSeries(changed, index=sorting.table.index, crs=sorting.crs)
        )


def check_lines(sorting: Sorting) -> None:
    """Set aside lines without length."""
    shapes = sorting.shapes
    is_line = np.isin(shapely.get_type_id(shapes), (1, 2, 5))
    sorting.set_aside("line_without_length", is_line & (shapely.length(shapes) == 0))


def check_validity(sorting: Sorting) -> None:
    """Repair invalid outlines whose area is in no doubt, set the others aside; both areas stand in the issue."""
    shapes = sorting.shapes
    is_invalid = ~shapely.is_valid(shapes) & np.isin(shapely.get_type_id(shapes), _POLYGONS)
    if not is_invalid.any():
        return
    broken = shapes[is_invalid]
    repaired = np.array([_polygons_of(shape) for shape in _rebuild(broken)], dtype=object)
    before_m2 = _measure(broken, sorting.crs)
    after_m2 = _measure(repaired, sorting.crs)
    tolerance_m2 = np.maximum(_REPAIR_FLOOR_M2, _REPAIR_SHARE * before_m2)
    is_safe = (
        ~shapely.is_missing(repaired) & (np.abs(after_m2 - before_m2) <= tolerance_m2) & (after_m2 > 0)
    )  # fmt: skip
    facts = _describe_repairs(broken, before_m2, after_m2)
    positions = np.flatnonzero(is_invalid)
    for rule, chosen, action in (
        ("geometry_repaired", is_safe, "repaired"),
        ("geometry_invalid", ~is_safe, "quarantined"),
    ):
        mask = np.zeros(len(shapes), dtype=bool)
        mask[positions[chosen]] = True
        sorting.report(
            rule, mask, params={name: values[chosen] for name, values in facts.items()}, action=action,
            area_before_ha=before_m2[chosen] / 10_000, area_after_ha=after_m2[chosen] / 10_000,
        )  # fmt: skip
    changed = shapes.copy()
    changed[positions[is_safe]] = repaired[is_safe]
    sorting.table = sorting.table.set_geometry(gpd.GeoSeries(changed, index=sorting.table.index, crs=sorting.crs))
    mask = np.zeros(len(shapes), dtype=bool)
    mask[positions[~is_safe]] = True
    sorting.move("geometry_invalid", mask)


def _rebuild(broken: np.ndarray) -> Any:
    return shapely.make_valid(broken, method="structure", keep_collapsed=False)


def _polygons_of(shape: Any) -> Any:
    parts = shapely.get_parts(shapely.get_parts(shape))
    polygons = parts[shapely.get_type_id(parts) == 3]
    return polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)


def _measure(shapes: np.ndarray, crs: Any) -> np.ndarray:
    return np.nan_to_num(measure_area_m2(shapes, crs))


def _describe_repairs(broken: np.ndarray, before_m2: np.ndarray, after_m2: np.ndarray) -> dict[str, np.ndarray]:
    reasons = [str(reason).split("[")[0] for reason in shapely.is_valid_reason(broken)]
    return {
        "reason": np.array(reasons, dtype=object),
        "before_ha": np.array([f"{area / 10_000:.4f}" for area in before_m2], dtype=object),
        "after_ha": np.array([f"{area / 10_000:.4f}" for area in after_m2], dtype=object),
    }


def check_repeated(sorting: Sorting) -> None:
    """Report features with the very geometry of an earlier one; both are kept."""
    shapes = sorting.shapes
    if len(shapes) < 2:
        return
    outline = pd.DataFrame(shapely.bounds(shapes))
    outline["points"] = shapely.get_num_coordinates(shapes)
    candidates = np.flatnonzero(outline.duplicated(keep=False).to_numpy())
    if not len(candidates):
        return
    exact = pd.Series(shapely.to_wkb(shapely.normalize(shapes[candidates])), index=candidates)
    is_repeated = exact.duplicated(keep="first")
    repeated = exact.index[is_repeated]
    first_of = dict(zip(exact[~is_repeated], exact.index[~is_repeated], strict=True))
    names = _name_rows(sorting)
    mask = np.zeros(len(shapes), dtype=bool)
    mask[repeated] = True
    others = [names[first_of[exact[position]]] for position in repeated]
    sorting.report("geometry_repeated", mask, params={"other": others})


def _name_rows(sorting: Sorting) -> list[str]:
    rows = [f"row {row}" for row in sorting.table.index]
    return [row if pd.isna(key) else str(key) for key, row in zip(sorting.keys, rows, strict=True)]
