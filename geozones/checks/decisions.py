"""What is on paper against what is on the map: districts of decisions, contracts before the register."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from geozones.checks.geometry import Sorting
from geozones.checks.issues import make_issues

_INSIDE_SHARE = 0.9
OPENING_LAYER = "opening"


def check_district(sorting: Sorting, districts: Any, *, accuracy_m: float) -> None:
    """Report features that lie, by a tenth or more, outside the district that their decision names.

    Parameters
    ----------
    sorting
        Zones or proposals with `district_code`, working CRS.
    districts
        Districts with `district_code`, working CRS.
    accuracy_m
        How far the borders of the districts may be off; within it nothing is said.
    """
    codes = sorting.table["district_code"]
    is_unknown = (codes.notna() & ~codes.isin(districts["district_code"])).to_numpy(dtype=bool)
    sorting.report("district_unknown", is_unknown, params={"district": list(codes[is_unknown])})
    is_known = (codes.notna() & ~is_unknown).to_numpy(dtype=bool)
    if not is_known.any():
        return
    outlines = districts.drop_duplicates("district_code").set_index("district_code").geometry
    shapes = sorting.shapes
    stated = np.asarray(outlines.loc[codes[is_known]].array)
    inside = shapely.intersection(shapes[is_known], shapely.buffer(stated, accuracy_m, quad_segs=2))
    shares = shapely.area(inside) / np.maximum(shapely.area(shapes[is_known]), 1e-9)
    differs = np.zeros(len(shapes), dtype=bool)
    differs[np.flatnonzero(is_known)[shares < _INSIDE_SHARE]] = True
    params = {
        "district": list(codes[differs]),
        "share": [f"{100 * share:.0f}" for share in shares[shares < _INSIDE_SHARE]],
        "actual": [_name_districts(shape, outlines) for shape in shapes[differs]],
    }
    sorting.report("district_differs", differs, params=params)


def _name_districts(shape: Any, outlines: Any) -> str:
    """Name the districts that a shape lies in, the largest part first."""
    parts = shapely.area(shapely.intersection(np.asarray(outlines.array), shape))
    ordered = np.argsort(-parts, kind="stable")
    return ", ".join(str(outlines.index[position]) for position in ordered if parts[position] > 0) or "–"


def check_allocations(allocations: pd.DataFrame, plots: Any, zones: Any) -> list[Any]:
    """Hold the opening balance against plots and zones.

    Parameters
    ----------
    allocations
        Opening balance with `plot_id` and `contract_date`.
    plots, zones
        Checked tables; zones with `register_date`.

    Returns
    -------
    list
        Issues tables: allocations of unknown plots, and contracts dated before their zone was in the register,
        which are void (Law 242-VI, art. 27(7)).
    """
    known = allocations["plot_id"].isin(plots["plot_id"]).to_numpy(dtype=bool)
    issues = []
    if not known.all():
        unknown = allocations[~known]
        issues.append(
            make_issues(
                "allocation_plot_unknown", layer=OPENING_LAYER, rows=unknown.index, keys=unknown["plot_id"],
                params={"plot": list(unknown["plot_id"])}, crs=plots.crs,
            )
        )  # fmt: skip
    zone_of = plots.drop_duplicates("plot_id").set_index("plot_id")["zone_id"]
    register = zones.drop_duplicates("zone_id").set_index("zone_id")["register_date"]
    entered = allocations["plot_id"].map(zone_of).map(register)
    is_early = (allocations["contract_date"] < entered).to_numpy(dtype=bool)
    if is_early.any():
        early = allocations[is_early]
        shapes = plots.drop_duplicates("plot_id").set_index("plot_id").geometry.loc[early["plot_id"]]
        issues.append(
            make_issues(
                "contract_before_register", layer=OPENING_LAYER, rows=early.index, keys=early["plot_id"],
                params={
                    "contract_day": [f"{day:%Y-%m-%d}" for day in early["contract_date"]],
                    "register_day": [f"{day:%Y-%m-%d}" for day in entered[is_early]],
                    "zone": list(early["plot_id"].map(zone_of)),
                },
                geometry=np.asarray(shapes.array), crs=plots.crs,
            )
        )  # fmt: skip
    return issues
