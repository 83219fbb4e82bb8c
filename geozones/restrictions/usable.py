"""How much of a plot may be built on: what strips, rings and protected land leave of it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.config import NETWORKS
from geozones.errors import ColumnError, MeasureError
from geozones.i18n import N_
from geozones.restrictions.cutting import Cuts, cut_plots, find_largest_part, find_least_width, subtract
from geozones.restrictions.near import Ground, Near, find_near
from geozones.restrictions.objects import (
    AGRICULTURAL,
    Check,
    Obstacles,
    RuledObjects,
    feature_names,
    find_objects,
    shapes_of,
)
from geozones.restrictions.plane import Numbers, Shapes, find_scale
from geozones.rules import Rule, Rules

SUBJECT_KEYS = ("plot_id", "zone_id", "site_id")
Lines: TypeAlias = "Mapping[str, Any] | gpd.GeoDataFrame"


class UsableLand(NamedTuple):
    """What may be built on: `plots` (a row a plot) and `cut_pieces` (a row a plot, rule and object)."""

    plots: gpd.GeoDataFrame
    cut_pieces: gpd.GeoDataFrame


def find_usable(plots: gpd.GeoDataFrame, lines: Lines, *, rules: Rules) -> UsableLand:
    """Find how much of every plot may be built on.

    Parameters
    ----------
    plots
        Valid polygons in a projected CRS in metres, with `plot_id`, `zone_id` or `site_id` (else the row labels
        name them). A column `land_category` = "agricultural" takes the strips of farm land.
    lines
        Layers by role (gas, power, water, connection_points, roads, rivers, lakes, restricted), with the columns
        of their contracts, in the same CRS; or one table of lines with a column `network`. Cancelled and planned
        lines cut nothing. A column that a rule asks for and a layer lacks counts as unknown: then the least strip
        that surely applies is cut.
    rules
        Rules in force on the day: `load_rules().on(day)`.

    Returns
    -------
    UsableLand
        `plots`, indexed like `plots`, rows in their order: the id · `whole_m2`, `cut_m2`, `usable_m2` (on the
        ground; NaN for a missing plot) · `usable_beyond_distances_m2` (what is left if the minimum distances of
        trunk pipelines to buildings are kept too; NaN where no such rule was applied, and then a page has to say
        so) · `pieces`, `largest_m2`, `narrowest_m` (number of pieces; area of the largest, and the least distance
        between two parallel lines that hold it) · `verified` (whether the text of all rules that cut was read) ·
        `geometry` (what is usable).

        `cut_pieces`, sorted by plot, rule and object: the id · `rule_id`, `check`, `kind`, `feature_layer`,
        `feature_id`, `strip_m` (width from the stored object), `cut_m2`, `counted` (False for minimum distances,
        which are not cut off `usable_m2`), `verified`, `basis`, `geometry`. Pieces of several objects may overlap;
        `cut_m2` of the plot counts land once.

        In the plane, usable + cut = whole within 0.01 m². An empty table of plots gives empty tables.

    Raises
    ------
    MeasureError
        The CRS is missing, geographic or strongly distorting, differs between tables, or a plot is invalid.
    ColumnError
        One table of lines without a column `network` whose classes do not tell it.

    Source
    ------
    The rules tables; docs/decisions/0004-strips-and-usable-area.md.
    """
    return cut_land(plots, find_objects(_layers_of(lines), rules))


def cut_land(plots: gpd.GeoDataFrame, objects: RuledObjects) -> UsableLand:
    """Find how much of every plot may be built on, as `find_usable`, beside objects that were found before."""
    layers, checks = objects.layers, objects.checks
    _require_same_crs(plots, layers)
    shapes = shapes_of(plots)
    scale = find_scale(shapes, plots.crs)
    obstacles = objects.strips
    obstacles = obstacles.where(obstacles.stands & np.isfinite(obstacles.least_m))
    near = find_near(Ground(shapes), obstacles.shape, reach=obstacles.least_m * scale.max(initial=1.0))
    near = near.where(suits_land(near, obstacles, checks, plots))
    _require_valid(shapes, plots, np.unique(near.plot))
    cuts = cut_plots(shapes, near, width=obstacles.least_m[near.object] * scale[near.plot])
    pieces = _list_pieces(plots, layers, scale, cuts, obstacles, checks)
    has_distances = any(check.kind == "distance" and check.layer in layers for check in checks)
    return UsableLand(
        _measure(plots, shapes, scale, cuts, pieces, has_distances=has_distances), _sort(pieces, cuts)
    )


def subject_names(subjects: gpd.GeoDataFrame) -> pd.Series:
    """Return the ids of plots, zones or sites as text; the row labels where there is no id column."""
    key = next((name for name in SUBJECT_KEYS if name in subjects.columns), None)
    names = pd.Series(subjects.index if key is None else subjects[key].array, name=key or "plot_id")
    return names.astype("str")


def suits_land(
    near: Near, obstacles: Obstacles, checks: Sequence[Check], subjects: gpd.GeoDataFrame
) -> NDArray[np.bool_]:
    """Tell which pairs of plot and object are of a check for the land on which the plot stands."""
    lands = np.array([check.land for check in checks], dtype=object)[obstacles.check[near.object]]
    if "land_category" not in subjects.columns:
        return np.asarray(lands != AGRICULTURAL)
    is_farm_land = (subjects["land_category"] == AGRICULTURAL).to_numpy(dtype=bool, na_value=False)[near.plot]
    return np.asarray((lands == "any") | ((lands == AGRICULTURAL) == is_farm_land))


def _measure(
    plots: gpd.GeoDataFrame,
    shapes: Shapes,
    scale: Numbers,
    cuts: Cuts,
    pieces: gpd.GeoDataFrame,
    *,
    has_distances: bool,
) -> gpd.GeoDataFrame:
    """Measure what is left of every plot."""
    counted = pieces["counted"].to_numpy(dtype=bool)
    left = subtract(shapes, cuts.plot[counted], cuts.strip[counted])
    largest, parts = find_largest_part(left)
    areal = scale**2
    present = ~shapely.is_missing(shapes)
    whole_m2 = np.where(present, shapely.area(shapes) / areal, np.nan)
    usable_m2 = np.where(present, shapely.area(left) / areal, np.nan)
    beyond_m2 = np.full(len(shapes), np.nan)
    if has_distances:
        beyond_m2 = np.where(present, shapely.area(subtract(shapes, cuts.plot, cuts.strip)) / areal, np.nan)
    unread = cuts.plot[counted & ~pieces["verified"].to_numpy(dtype=bool)]
    columns = {
        "whole_m2": whole_m2,
        "cut_m2": whole_m2 - usable_m2,
        "usable_m2": usable_m2,
        "usable_beyond_distances_m2": beyond_m2,
        "pieces": parts,
        "largest_m2": np.where(present, shapely.area(largest) / areal, np.nan),
        "narrowest_m": find_least_width(largest) / scale,
        "verified": ~np.isin(np.arange(len(shapes)), unread),
    }
    names = subject_names(plots)
    table = gpd.GeoDataFrame({str(names.name): names.array, **columns}, geometry=left, crs=plots.crs)
    return table.set_axis(plots.index, axis=0)


def _list_pieces(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, Any],
    scale: Numbers,
    cuts: Cuts,
    obstacles: Obstacles,
    checks: Sequence[Check],
) -> gpd.GeoDataFrame:
    """Say of every cut what made it, in the order of the cuts."""
    names = subject_names(plots)
    by_rule: list[Rule] = obstacles.least_rule[cuts.object].tolist()
    by_check = [checks[place] for place in obstacles.check[cuts.object]]
    layer = np.array([check.layer for check in by_check], dtype=object)
    columns = {
        str(names.name): names.array.take(cuts.plot),
        "rule_id": _as_text(rule.id for rule in by_rule),
        "check": _as_text(check.id for check in by_check),
        "kind": _as_text(check.kind for check in by_check),
        "feature_layer": _as_text(layer),
        "feature_id": _as_text(feature_names(layers, layer, obstacles.row[cuts.object])),
        "strip_m": obstacles.least_m[cuts.object],
        "cut_m2": cuts.area / scale[cuts.plot] ** 2,
        "counted": np.array([check.forbids for check in by_check], dtype=bool),
        "verified": np.array([rule.verified for rule in by_rule], dtype=bool),
        "basis": _as_text(rule.basis for rule in by_rule),
    }
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=cuts.piece, crs=plots.crs)


def _as_text(values: Iterable[Any]) -> Any:
    return pd.array(list(values), dtype="str")


def _sort(pieces: gpd.GeoDataFrame, cuts: Cuts) -> gpd.GeoDataFrame:
    if len(pieces) < 2:
        return pieces
    columns = ["rule_id", "feature_layer", "feature_id"]
    order = pieces[columns].assign(plot=cuts.plot).sort_values(["plot", *columns], kind="stable").index
    return pieces.loc[order].reset_index(drop=True)


def _layers_of(lines: Lines) -> dict[str, Any]:
    """Tell the layers apart; one table of lines is split by its network."""
    if isinstance(lines, Mapping):
        return {layer: table for layer, table in lines.items() if table is not None}
    if "network" in lines.columns:
        network = lines["network"].to_numpy(dtype=object)
    else:
        kinds = lines["class"] if "class" in lines.columns else pd.Series(None, index=lines.index, dtype=object)
        network = kinds.map({"trunk": "gas", "overhead": "power", "cable": "power", "main": "water"}).to_numpy(
            object
        )
        if pd.isna(network).any():
            raise ColumnError(
                N_("The lines have no column network (gas, power or water), so no rule can be chosen for them.")
            )
    return {name: lines[network == name] for name in NETWORKS if (network == name).any()}


def _require_same_crs(plots: gpd.GeoDataFrame, layers: Mapping[str, Any]) -> None:
    for table in layers.values():
        if table.crs != plots.crs:
            raise MeasureError(
                N_("Plots and lines stand in different coordinate reference systems. Convert one of them.")
            )


def _require_valid(shapes: Shapes, plots: gpd.GeoDataFrame, places: NDArray[np.int64]) -> None:
    wrong = places[~shapely.is_valid(shapes[places])]
    if len(wrong):
        raise MeasureError(
            N_("The outline of {plot} crosses itself; repair it before strips are cut out of it."),
            plot=subject_names(plots)[wrong[0]],
        )
