"""Near and capable: what each network can do for every plot, zone or site, existing and planned apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS

from geozones.config import NETWORKS, Config
from geozones.errors import ColumnError
from geozones.i18n import N_
from geozones.proximity.capacity import Supplies, find_capable
from geozones.proximity.measuring import require_measuring_crs
from geozones.proximity.nearest import PlotBatches, pick_names
from geozones.proximity.seeker import STATES, Seeker, connectable_of, serves_plots
from geozones.proximity.trust import (
    ANSWERS,
    NO,
    UNKNOWN,
    YES,
    Answers,
    Numbers,
    collect_targets,
)
from geozones.tables import NEED_COLUMNS, RegionTables

_SUBJECT_KEYS = ("plot_id", "zone_id", "site_id")


def find_networks(subjects: GeoDataFrame, tables: RegionTables, config: Config) -> pd.DataFrame:
    """Find what gas, power and water stand near every plot, zone or site, and whether they can serve it.

    Parameters
    ----------
    subjects
        Plots, zones or sites with `plot_id`, `zone_id` or `site_id`, in the working CRS; the columns
        `need_power_kw`, `need_gas_m3h`, `need_water_m3d` are the need, unknown where missing.
    tables
        Checked tables of the region; a network that is None is absent, and answers that need it are unknown.
    config
        `proximity.near_m` says how near is near, `region.demonstration` whether made-up lines count.

    Returns
    -------
    DataFrame
        One row per subject × network (gas, power, water) × state (existing, planned), in this order: the id
        column · `network` · `state` · `line_id`, `distance_m` and `point_id`, `point_distance_m` (nearest line
        and nearest connection point of that state, metres on the ground from the boundary; missing where there
        is none) · `near`, `capable`, `allowed` (yes, no, unknown; `allowed` is missing until the rules are
        applied).

        Then, for explanation: `near_reason` (yes: point, line · no: far · unknown: absent, not_covered,
        approximate, accuracy, uncertain, no_limit) · `line_connectable` of the nearest line · `line_accuracy_m`,
        `point_accuracy_m` · `capable_reason` (no_need, enough, short, not_near, need_unknown, capacity_unknown,
        near_unknown) · `capable_point_id` or `capable_line_id`, its `capacity_free` (unit of the need) and
        `shared_by` (how many of the subjects stand near it: capacity is shared, never summed) · `line_plot_x`,
        `line_plot_y`, `line_x`, `line_y`, `point_plot_x`, `point_plot_y`, `point_x`, `point_y` (ends of the two
        links, working CRS).

        An empty table of subjects gives an empty table.

    Raises
    ------
    MeasureError
        The working CRS is missing, geographic or strongly distorting.
    ColumnError
        The subjects have no id column.
    """
    key = next((name for name in _SUBJECT_KEYS if name in subjects.columns), None)
    if key is None:
        raise ColumnError(
            N_("The table has none of the columns plot_id, zone_id and site_id, so its rows have no name.")
        )
    crs = require_measuring_crs(subjects.crs)
    batches = PlotBatches(np.asarray(subjects.geometry.array))
    blocks: list[dict[str, Any]] = []
    for network in NETWORKS:
        around = _Surroundings.of(subjects, batches, network, tables, config, crs)
        blocks += [around.answer(state) for state in STATES]
    order = np.arange(len(blocks) * len(subjects)).reshape(len(blocks), len(subjects)).T.ravel()
    columns = {key: np.repeat(subjects[key].to_numpy(dtype=object), len(blocks))}
    columns |= {name: _join([block[name] for block in blocks]).take(order) for name in blocks[0]}
    return pd.DataFrame({name: _as_text(column) for name, column in columns.items()})


def _join(parts: list[Any]) -> Any:
    """Put the answers of several blocks behind one another."""
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return pd.concat([pd.Series(part) for part in parts], ignore_index=True).array


def _as_text(column: Any) -> Any:
    return pd.array(column, dtype="str") if column.dtype == object else column


@dataclass(frozen=True)
class _Surroundings:
    """All that is known of one network around the subjects."""

    shapes: NDArray[Any]
    crs: CRS
    network: str
    near_m: float
    need: Numbers
    lines: Seeker | None
    points: Seeker | None

    @classmethod
    def of(
        cls,
        subjects: GeoDataFrame,
        batches: PlotBatches,
        network: str,
        tables: RegionTables,
        config: Config,
        crs: CRS,
    ) -> _Surroundings:
        shapes = np.asarray(subjects.geometry.array)
        lines = collect_targets(network, network, tables, config)
        points = collect_targets("connection_points", network, tables, config)
        near_m: Mapping[Any, float] = config.proximity.near_m
        need = np.full(len(subjects), np.nan)
        if NEED_COLUMNS[network] in subjects.columns:
            need = subjects[NEED_COLUMNS[network]].to_numpy(dtype=float, na_value=np.nan)
        return cls(
            shapes,
            crs,
            network,
            near_m.get(network, np.nan),
            need,
            None
            if lines is None
            else Seeker(shapes, batches, lines, "line_id", connectable_of(lines.table, network)),
            None
            if points is None
            else Seeker(shapes, batches, points, "point_id", serves_plots(points.table, network)),
        )

    def answer(self, state: str) -> dict[str, Any]:
        """Answer for one state: the columns of the table, an entry per subject, in their order."""
        near, near_reason = self._near(state)
        knows_points = self.points.covered if self.points else np.zeros(len(self.shapes), dtype=bool)
        capable = find_capable(
            self.shapes, self.crs, self._supplies(state), need=self.need, near=near, near_m=self.near_m,
            knows_points=knows_points,
        )  # fmt: skip
        line, point = self._nearest(self.lines, state), self._nearest(self.points, state)
        count = len(self.shapes)
        columns = {
            "network": np.full(count, self.network, dtype=object),
            "state": np.full(count, state, dtype=object),
            "line_id": line.pop("id"),
            "distance_m": line.pop("distance_m"),
            "point_id": point.pop("id"),
            "point_distance_m": point.pop("distance_m"),
            "near": ANSWERS[near],
            "capable": ANSWERS[capable.pop("capable")],
            "allowed": np.full(count, None, dtype=object),
            "near_reason": near_reason,
            "line_connectable": line.pop("connectable"),
            "line_accuracy_m": line.pop("accuracy_m"),
            "point_accuracy_m": point.pop("accuracy_m"),
        }
        del point["connectable"]
        columns |= capable
        columns |= {f"line_{name}": values for name, values in line.items()}
        return columns | {f"point_{name}": values for name, values in point.items()}

    def _nearest(self, seeker: Seeker | None, state: str) -> dict[str, Any]:
        if seeker is None:
            row, distance_m = np.full(len(self.shapes), -1), np.full(len(self.shapes), np.nan)
            link, names = np.full((4, len(self.shapes)), np.nan), pd.Series(dtype="str")
            connectable, accuracy_m = np.array([], dtype=np.int8), np.array([])
        else:
            found = seeker.nearest(seeker.counts(state))
            row, distance_m, link, names = found.row, found.distance_m, found.link, seeker.names
            connectable, accuracy_m = seeker.connectable, seeker.targets.accuracy_m
        return {
            "id": pick_names(names, row),
            "distance_m": distance_m,
            "connectable": np.append(ANSWERS[connectable], [None])[row],
            "accuracy_m": np.append(accuracy_m, np.nan)[row],
            "plot_x": link[0],
            "plot_y": link[1],
            "x": link[2],
            "y": link[3],
        }

    def _near(self, state: str) -> tuple[Answers, NDArray[Any]]:
        count = len(self.shapes)
        if np.isnan(self.near_m):
            return np.full(count, UNKNOWN, dtype=np.int8), np.full(count, "no_limit", dtype=object)
        answer, reason = np.full(count, NO, dtype=np.int8), np.full(count, "", dtype=object)
        for seeker, word in ((self.points, "point"), (self.lines, "line")):
            if seeker is None:
                continue
            of_these, why = seeker.near(state, self.near_m)
            reason = np.where((of_these == YES) & (answer < YES), word, reason)
            reason = np.where((of_these == UNKNOWN) & (answer == NO), why, reason)
            answer = np.maximum(answer, of_these)
        for seeker in (self.points, self.lines):
            gap = np.ones(count, dtype=bool) if seeker is None else ~seeker.covered
            reason = np.where(gap & (answer == NO), _why_not_covered(seeker), reason)
            answer = np.where(gap & (answer == NO), UNKNOWN, answer).astype(np.int8)
        return answer, np.where(answer == NO, "far", reason)

    def _supplies(self, state: str) -> Supplies:
        """Collect what may serve: connection points, and connectable lines whose free capacity is known."""
        parts = []
        for seeker, needs_capacity in ((self.points, False), (self.lines, True)):
            if seeker is None:
                continue
            table = seeker.targets.table
            free = table["capacity_free"].to_numpy(dtype=float, na_value=np.nan)
            rows = seeker.may_count(state) & (seeker.connectable > NO) & ~(needs_capacity & np.isnan(free))
            sure = seeker.targets.is_firm & seeker.counts(state) & (seeker.connectable == YES)
            own: Any = seeker.names.array[rows]
            none: Any = pd.array(np.full(len(own), None, dtype=object), dtype="str")
            names, line_names = (none, own) if needs_capacity else (own, none)
            parts.append(
                Supplies(
                    seeker.shapes[rows], sure[rows], seeker.targets.accuracy_m[rows], free[rows], names, line_names
                )
            )
        return Supplies.joined(parts)


def _why_not_covered(seeker: Seeker | None) -> str:
    if seeker is None:
        return "absent"
    return "approximate" if seeker.targets.has_only_doubtful_sources else "not_covered"
