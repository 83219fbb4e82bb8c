"""What part of the region a layer is stated to cover, and where it says nothing: the gaps.

An absent or partial layer makes answers unknown, never clear; the gaps are drawn on every map.
"""

from __future__ import annotations

from typing import Any

import shapely

from geozones.errors import ConfigError
from geozones.i18n import N_

WHOLE_REGION = "region"


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


def find_gaps(districts: Any, covered: Any) -> Any:
    """Return the districts that a layer is not stated to cover wholly, as rows of `districts`.

    `covered` is the area the layer covers, or None where nothing is stated (then all districts are gaps). A
    district counts as covered when at most a thousandth of it lies outside.
    """
    if covered is None:
        return districts
    outside = shapely.area(shapely.difference(districts.geometry.array, covered))
    return districts[outside > 0.001 * shapely.area(districts.geometry.array)]
