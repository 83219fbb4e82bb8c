"""Layers as a reader would hand them to the checks, made from rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
from builders import make_table

from geozones.checks import no_issues
from geozones.config import Provenance, RegionConfig
from geozones.tables import CONTRACTS, TableContract

REGION = RegionConfig(name={"ru": "Область"}, bounds=(65.5, 40.3, 71.5, 46.2))


@dataclass(frozen=True)
class FakeLayer:
    """What a reader would hand over."""

    key: str
    role: str
    contract: TableContract
    table: Any
    provenance: Provenance
    read: int
    issues: Any
    quarantine: Any
    accuracy_m: float = 0.0


def layer_of(role: str, rows: list[dict[str, Any]], **options: Any) -> FakeLayer:
    table = make_table(role, rows)
    nothing = gpd.GeoDataFrame({"rule": []}, geometry=[], crs=table.crs)
    return FakeLayer(
        role, role, CONTRACTS[role], table, Provenance(), len(table), no_issues(table.crs), nothing, **options
    )


def plot(number: int, geometry: Any, **more: Any) -> dict[str, Any]:
    return {"plot_id": f"p{number}", "zone_id": "z", "geometry": geometry, **more}
