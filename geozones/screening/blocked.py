"""Which part of a proposed site is taken by what blocks it."""

from __future__ import annotations

from typing import Any

import shapely

from geozones.screening.land import is_farm_category
from geozones.screening.screen import Screening


def blocked_land(screening: Screening, place: int) -> Any:
    """Return the part of a site that granted land, farm land or an existing zone takes; None where there is none.

    Parameters
    ----------
    screening
        What the screening says.
    place
        Row of the site. Granted and farm land blocks a state zone alone.
    """
    site = screening.sites.iloc[place]
    tables = screening.case.tables
    taken: list[Any] = []
    if site["kind"] != "private" and tables.parcels is not None:
        rows = screening.parcels[screening.parcels["site_id"] == site["site_id"]]
        blocking = (rows["granted"] == "yes").to_numpy() | is_farm_category(rows["category"])
        chosen = rows["row"].to_numpy(dtype=int)[blocking & rows["is_sure"].to_numpy(dtype=bool)]
        taken += list(tables.parcels.geometry.array[chosen])
    zones = tables.zones.geometry.array
    taken += list(zones[shapely.intersects(zones, site["geometry"])])
    if not taken:
        return None
    return shapely.intersection(shapely.union_all(taken), site["geometry"])
