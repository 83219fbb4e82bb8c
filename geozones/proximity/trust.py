"""How far the lines and connection points of a network may be relied on: precision, accuracy, coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geozones.config import Config, Provenance
from geozones.coverage import resolve_coverage
from geozones.tables import RegionTables

NEGLIGIBLE_SHARE = 0.001
"""A polygon counts as covered when at most this share of it lies outside, as in `coverage.find_gaps`."""

NO, UNKNOWN, YES = 0, 1, 2
"""Answers as numbers: the lesser of two is their `and`, the greater their `or`."""
ANSWERS = np.array(["no", "unknown", "yes"], dtype=object)

Answers = NDArray[np.int8]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Targets:
    """Lines or connection points of one network, with what their sources say of them, row by row.

    `is_firm` is False where the source is approximate, or made up outside a demonstration; `accuracy_m` is 0
    where an exact source states none (it is taken at its word), NaN where an approximate one states none.
    """

    table: GeoDataFrame
    is_firm: Flags
    accuracy_m: Numbers
    covers: Any
    covers_everything: bool
    has_only_doubtful_sources: bool

    def covered(self, shapes: NDArray[Any]) -> Flags:
        """Tell which shapes lie where a firm source says that it has everything."""
        if self.covers_everything:
            return np.ones(len(shapes), dtype=bool)
        if self.covers is None:
            return np.zeros(len(shapes), dtype=bool)
        shapely.prepare(self.covers)
        inside: Flags = shapely.covers(self.covers, shapes)
        edge = ~inside & shapely.intersects(self.covers, shapes) & (shapely.area(shapes) > 0)
        outside_m2 = shapely.area(shapely.difference(shapes[edge], self.covers))
        inside[edge] = outside_m2 <= NEGLIGIBLE_SHARE * shapely.area(shapes[edge])
        return inside


def collect_targets(role: str, network: str, tables: RegionTables, config: Config) -> Targets | None:
    """Collect the lines (role = network) or the connection points of a network; None where the layer is absent.

    A table put together from several layers tells them apart by a column `layer` (key in the settings). Without
    it, each row takes the worst of what the layers of the role say.
    """
    table = tables.of(role)
    sources = [source for source in tables.sources.values() if source.role == role]
    if table is None:
        return None
    if role == "connection_points":
        table = table[(table["network"] == network).to_numpy()]
    by_key = {source.key: source.provenance for source in sources}
    firm = {key: _is_firm(provenance, config) for key, provenance in by_key.items()}
    accuracy_m = {key: _accuracy_m(provenance) for key, provenance in by_key.items()}
    if "layer" in table.columns and table["layer"].isin(by_key).all():
        is_firm = table["layer"].map(firm).to_numpy(dtype=bool)
        row_accuracy_m = table["layer"].map(accuracy_m).to_numpy(dtype=float)
    else:
        is_firm = np.full(len(table), bool(firm) and all(firm.values()))
        row_accuracy_m = np.full(len(table), max(accuracy_m.values(), default=np.nan, key=_nan_last))
    covers, everything = _coverage(role, by_key, firm, tables)
    return Targets(table, is_firm, row_accuracy_m, covers, everything, not any(firm.values()))


def _is_firm(provenance: Provenance, config: Config) -> bool:
    made_up_here = provenance.precision == "made_up" and config.region.demonstration
    return provenance.precision == "exact" or made_up_here


def _accuracy_m(provenance: Provenance) -> float:
    if provenance.accuracy_m is not None:
        return provenance.accuracy_m
    return np.nan if provenance.precision == "approximate" else 0.0


def _nan_last(number: float) -> float:
    return np.inf if np.isnan(number) else number


def _coverage(
    role: str, by_key: dict[str, Provenance], firm: dict[str, bool], tables: RegionTables
) -> tuple[Any, bool]:
    """Return the area that the firm layers of a role cover, and whether that is everywhere."""
    if not by_key or not any(firm.values()):
        return None, False
    stated = {key: provenance.coverage for key, provenance in by_key.items() if firm[key]}
    if tables.districts is None and "region" in stated.values():
        return None, True
    if role in tables.coverage and all(firm.values()):
        return tables.coverage[role], False
    areas = [
        resolve_coverage(coverage, tables.districts, layer=key)
        for key, coverage in stated.items()
        if coverage is None or coverage == "region" or isinstance(coverage, tuple)
    ]
    known = [area for area in areas if area is not None]
    return (shapely.union_all(known) if known else None), False
