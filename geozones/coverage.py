"""How far a layer may be relied on: what it is stated to cover, where its gaps are, how exact it is.

An absent, partial or approximate layer makes answers unknown, never clear; the gaps are drawn on every map.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.config import Config, Provenance
from geozones.errors import ConfigError
from geozones.i18n import N_
from geozones.tables import LayerSource, RegionTables

WHOLE_REGION = "region"

NEGLIGIBLE_SHARE = 0.001
"""A polygon counts as covered when at most this share of it lies outside."""

Flags = NDArray[np.bool_]


def resolve_coverage(
    coverage: str | tuple[str, ...] | None, districts: Any, *, layer: str, polygon: Any = None
) -> Any:
    """Turn the stated coverage of a layer into an area.

    Parameters
    ----------
    coverage
        As in the settings: "region", district codes, the name of a polygon file, or None (nothing stated).
    districts
        Districts in the working CRS with `district_code`, or None where the layer is absent.
    layer
        Key of the layer, for messages.
    polygon
        The area of the polygon file in the working CRS, where `coverage` names one.

    Returns
    -------
    A polygon in the working CRS; None where nothing is stated or cannot be placed without districts.

    Raises
    ------
    ConfigError
        A district code that the districts do not have.
    """
    if polygon is not None:
        return polygon
    if coverage is None or districts is None:
        return None
    if coverage == WHOLE_REGION:
        return region_area(districts)
    unknown = sorted(set(coverage) - set(districts["district_code"]))
    if unknown:
        raise ConfigError(
            N_("layers.{layer}.provenance.coverage names {codes}, which the districts layer does not have."),
            layer=layer,
            codes=", ".join(unknown),
        )
    return shapely.union_all(districts.geometry[districts["district_code"].isin(coverage)].array)


def region_area(districts: Any) -> Any:
    """Return the area of all districts together, without slivers between them."""
    return shapely.union_all(shapely.buffer(districts.geometry.array, 1.0)).buffer(-1.0)


def join_areas(sources: Iterable[LayerSource]) -> dict[str, Any]:
    """Join what the layers of every role cover; None for a role of which no layer states anything."""
    areas: dict[str, list[Any]] = {}
    for source in sources:
        areas.setdefault(source.role, []).extend([] if source.covers is None else [source.covers])
    return {role: shapely.union_all(of_role) if of_role else None for role, of_role in areas.items()}


def find_gaps(districts: Any, covered: Any) -> Any:
    """Return the districts that a layer is not stated to cover wholly, as rows of `districts`.

    `covered` is the area the layer covers, or None where nothing is stated (then all districts are gaps). A
    district counts as covered when at most a thousandth of it lies outside.
    """
    if covered is None:
        return districts
    outside = shapely.area(shapely.difference(districts.geometry.array, covered))
    return districts[outside > NEGLIGIBLE_SHARE * shapely.area(districts.geometry.array)]


@dataclass(frozen=True)
class Trust:
    """How far the objects of a role may be relied on, row by row, and where all of them are known.

    `is_firm` is False where the source is approximate, or made up outside a demonstration; `accuracy_m` is 0
    where an exact source states none (it is taken at its word), NaN where an approximate one states none.
    """

    is_firm: Flags
    accuracy_m: NDArray[np.float64]
    covers: Any
    covers_everything: bool
    has_only_doubtful_sources: bool

    def covered(self, shapes: NDArray[Any]) -> Flags:
        """Tell which shapes lie where a firm source says that it has everything."""
        if self.covers_everything:
            return np.ones(len(shapes), dtype=bool)
        if self.covers is None:
            return np.zeros(len(shapes), dtype=bool)
        # A prepared shape may not be asked by two threads at once; the copy belongs to this one.
        covers = shapely.from_wkb(shapely.to_wkb(self.covers))
        shapely.prepare(covers)
        inside: Flags = shapely.covers(covers, shapes)
        edge = ~inside & shapely.intersects(covers, shapes) & (shapely.area(shapes) > 0)
        outside_m2 = shapely.area(shapely.difference(shapes[edge], covers))
        inside[edge] = outside_m2 <= NEGLIGIBLE_SHARE * shapely.area(shapes[edge])
        return inside


def find_trust(role: str, table: Any, tables: RegionTables, config: Config) -> Trust:
    """Find how far the objects of a role may be relied on.

    Parameters
    ----------
    role
        Role of the layers.
    table
        Rows of the role, all or some. Where it was put together from several layers, a column `layer` (key in the
        settings) tells them apart; without it each row takes the worst of what the layers of the role say.
    tables
        The region: sources and coverage of its layers.
    config
        `region.demonstration` says whether made-up objects count.
    """
    by_key = {source.key: source for source in tables.sources.values() if source.role == role}
    firm = {key: _is_firm(source.provenance, config) for key, source in by_key.items()}
    accuracy_m = {key: _accuracy_m(source.provenance) for key, source in by_key.items()}
    place, keys = (
        pd.factorize(table["layer"]) if "layer" in table.columns else (np.empty(0, dtype=np.int64), [None])
    )
    if set(keys) <= set(by_key) and (place >= 0).all():
        is_firm = np.array([firm[key] for key in keys], dtype=bool)[place]
        row_accuracy_m = np.array([accuracy_m[key] for key in keys], dtype=float)[place]
    else:
        is_firm = np.full(len(table), bool(firm) and all(firm.values()))
        row_accuracy_m = np.full(len(table), max(accuracy_m.values(), default=np.nan, key=_nan_last))
    covers, everything = _covered_by_firm(role, by_key, firm, tables)
    return Trust(is_firm, row_accuracy_m, covers, everything, not any(firm.values()))


def _is_firm(provenance: Provenance, config: Config) -> bool:
    made_up_here = provenance.precision == "made_up" and config.region.demonstration
    return provenance.precision == "exact" or made_up_here


def _accuracy_m(provenance: Provenance) -> float:
    if provenance.accuracy_m is not None:
        return provenance.accuracy_m
    return np.nan if provenance.precision == "approximate" else 0.0


def _nan_last(number: float) -> float:
    return np.inf if np.isnan(number) else number


def _covered_by_firm(
    role: str, by_key: Mapping[str, LayerSource], firm: Mapping[str, bool], tables: RegionTables
) -> tuple[Any, bool]:
    """Return the area that the firm layers of a role cover, and whether that is everywhere."""
    sources = [source for key, source in by_key.items() if firm[key]]
    if not sources:
        return None, False
    if tables.districts is None and WHOLE_REGION in [source.provenance.coverage for source in sources]:
        return None, True
    if role in tables.coverage and len(sources) == len(by_key):
        return tables.coverage[role], False
    known = [area for area in (_area_of(source, tables) for source in sources) if area is not None]
    return (shapely.union_all(known) if known else None), False


def _area_of(source: LayerSource, tables: RegionTables) -> Any:
    stated = source.provenance.coverage
    is_file = isinstance(stated, str) and stated != WHOLE_REGION
    if source.covers is not None or is_file:
        return source.covers
    return resolve_coverage(stated, tables.districts, layer=source.key)
