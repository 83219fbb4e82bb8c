"""All rules applied to the plots and zones of a region: the one call of a build."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geozones.config import Config
from geozones.coverage import find_trust
from geozones.restrictions.answers import Subjects
from geozones.restrictions.findings import answer_rules, find_answers, layers_of
from geozones.restrictions.housing import FOOD_ORDER
from geozones.restrictions.objects import find_objects, shapes_of
from geozones.restrictions.plane import find_scale
from geozones.restrictions.sanitary import TAKEN, find_food_conflicts
from geozones.restrictions.strips import find_strips
from geozones.restrictions.usable import cut_land
from geozones.rules import Rules
from geozones.tables import (
    FINDING_ORDER,
    Findings,
    RegionTables,
    Zonewise,
    all_at_once,
    empty_findings,
    shape_findings,
)

PLOTS_AT_ONCE = 25_000
_PARTS_AT_ONCE = 2

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Restrictions:
    """What the rules say of a region.

    `rules` in force · `findings` of all plots and zones · `usable` (a row a plot) and `cut_pieces` as
    `find_usable` gives them · `strips` to look at · `allowed` (`list_allowed`) and
    `hazard_classes` of plots, and of zones.
    """

    rules: Rules
    findings: Findings
    usable: GeoDataFrame
    cut_pieces: GeoDataFrame
    strips: GeoDataFrame
    allowed: pd.DataFrame
    zone_allowed: pd.DataFrame
    hazard_classes: pd.DataFrame
    zone_hazard_classes: pd.DataFrame


def apply_rules(
    tables: RegionTables,
    states: pd.DataFrame,
    rules: Rules,
    *,
    as_of: dt.date,
    config: Config,
    zonewise: Zonewise = all_at_once,
) -> Restrictions:
    """Apply all rules in force to the plots and zones of a region.

    Parameters
    ----------
    tables
        Checked tables in the working CRS.
    states
        States of the plots, rows in the order of `tables.plots`.
    rules
        All rules tables; those in force on `as_of` count.
    as_of
        The day.
    config
        Settings of the region.
    zonewise
        Recalls what was worked out for zones whose plots did not change.

    Returns
    -------
    Restrictions

    Raises
    ------
    MeasureError
        The working CRS is missing, geographic or strongly distorting.
    """
    in_force = rules.on(as_of)
    objects = find_objects(layers_of(tables, in_force), in_force)

    def ask(plots: Any) -> dict[str, Any]:
        parts = _of_parts(plots, lambda part: vars(find_answers(part, tables, objects, config=config)))
        return {name: _join([part[name] for part in parts], plots["plot_id"]) for name in parts[0]}

    def cut(plots: Any) -> dict[str, Any]:
        lands = _of_parts(plots, lambda part: cut_land(part, objects))
        found = {"usable": [land.plots for land in lands], "cut_pieces": [land.cut_pieces for land in lands]}
        return {name: _join(tables, plots["plot_id"]) for name, tables in found.items()}

    def ask_zones(zones: Any) -> dict[str, Any]:
        found = answer_rules(zones.drop(columns="plot_id"), tables, objects, config=config)
        return dict(zip(("own", "allowed", "hazard_classes"), found, strict=True))

    of_plots = zonewise("findings", tables.plots, ask)
    zones = tables.zones
    of_zones = zonewise("zone_findings", zones.assign(plot_id=zones["zone_id"]), ask_zones)
    food = _list_food(tables, states, in_force, as_of, config)
    usable = zonewise("usable", tables.plots, cut)
    return Restrictions(
        rules=in_force,
        findings=Findings(
            pd.concat([of_plots["own"], food], ignore_index=True),
            of_plots["shared"],
            of_plots["likes"],
            of_zones["own"],
        ),
        usable=usable["usable"],
        cut_pieces=usable["cut_pieces"],
        strips=find_strips(tables, states, objects),
        allowed=of_plots["allowed"],
        zone_allowed=of_zones["allowed"],
        hazard_classes=of_plots["hazard_classes"],
        zone_hazard_classes=of_zones["hazard_classes"].set_index("zone_id").loc[zones["zone_id"]].reset_index(),
    )


def _of_parts(plots: Any, work: Callable[[Any], _Found]) -> list[_Found]:
    """Work on parts of the plots, two at once: while GEOS cuts for one, tables of the other are laid out."""
    found: list[_Found] = []
    coming: deque[Future[_Found]] = deque()
    with ThreadPoolExecutor(_PARTS_AT_ONCE) as pool:
        for part in _in_parts(plots):
            coming.append(pool.submit(work, part))
            if len(coming) > _PARTS_AT_ONCE:
                found.append(coming.popleft().result())
        return found + [part.result() for part in coming]


def _in_parts(plots: Any) -> Iterator[Any]:
    """Cut plots into parts of whole zones, so that the answers to all rules fit into memory at once."""
    zone = pd.factorize(plots["zone_id"])[0]
    order = np.argsort(zone, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(zone[order])) + 1, len(plots))
    start = 0
    for end, beyond in zip(ends, [*ends[1:], len(plots) + PLOTS_AT_ONCE + 1], strict=True):
        if beyond - start > PLOTS_AT_ONCE:
            yield plots.iloc[order[start:end]]
            start = int(end)


def _join(parts: list[Any], plot_ids: pd.Series) -> Any:
    """Put parts together in the order of the plots; rows about one plot stay in their order."""
    joined = pd.concat(parts, ignore_index=True)
    key = "plot_id" if "plot_id" in joined else "subject_id"
    place = pd.Index(plot_ids.astype("str")).get_indexer(pd.Index(joined[key]))
    return joined.take(np.argsort(place, kind="stable")).reset_index(drop=True)


def _list_food(
    tables: RegionTables, states: pd.DataFrame, rules: Rules, as_of: dt.date, config: Config
) -> pd.DataFrame:
    """Write the findings on food plants beside other branches, for plots that exist on the day."""
    asked = rules.of_kind("sanitary_food")
    plots = tables.plots
    if not asked or not len(plots):
        return empty_findings()
    rule, day = asked[0], pd.Timestamp(as_of)
    is_valid = (~(plots["valid_from"] > day) & ~(plots["valid_to"] <= day)).to_numpy(dtype=bool)
    layers = plots.loc[is_valid, [name for name in ("layer",) if name in plots]]
    firm = bool(find_trust("plots", layers, tables, config).is_firm.all())
    taken = np.flatnonzero(is_valid & states["map_state"].isin(TAKEN).to_numpy(dtype=bool))
    of_day: Any = plots.iloc[taken]
    shapes = shapes_of(of_day)
    land = Subjects(shapes, find_scale(shapes, plots.crs), np.zeros(len(shapes), dtype=bool))
    rows = find_food_conflicts(of_day, land, states.iloc[taken], tables, rules, config, firm=firm)
    rows = rows.assign(
        subject="plot", subject_id=of_day["plot_id"].to_numpy(dtype=object)[rows["row"]], rule_id=rule.id,
        check=rule.check, unit="m", feature_layer="plots", basis=rule.basis, verified=rule.verified, share=np.nan,
        **{FINDING_ORDER: FOOD_ORDER},
    )  # fmt: skip
    return shape_findings(rows)
