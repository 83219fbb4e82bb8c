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
from geozones.proximity.nearest import PlotBatches
from geozones.proximity.rows import LINK_ENDS, NetworkRows, TargetNames, lay_out
from geozones.proximity.seeker import STATES, Seeker, connectable_of, serves_plots
from geozones.proximity.trust import NEAR_REASONS, NO, UNKNOWN, YES, Answers, Numbers, collect_targets
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
        links, working CRS). Texts are categories: each id and each word stands in memory once.

        An empty table of subjects gives an empty table.

    Raises
    ------
    MeasureError
        The working CRS is missing, geographic or strongly distorting.
    ColumnError
        The subjects have no id column.
    """
    return lay_out_networks(subjects, search_networks(subjects, tables, config), tables)


def search_networks(subjects: GeoDataFrame, tables: RegionTables, config: Config) -> dict[str, Any]:
    """Find the numbers behind `find_networks`; those of a subject do not depend on the other subjects.

    Parameters
    ----------
    subjects, tables, config
        As of `find_networks`.

    Returns
    -------
    dict
        `networks`: arrays by the name of the column, a row a subject in their order, within it network and state;
        columns of which all is missing may be left out. `served`: a table of how many subjects of a zone stand
        near a connection point or line that may serve them: `zone_id` (that of the subjects, if they have one),
        `network`, `state`, `is_line`, `row` of the target, `subjects`.

    Raises
    ------
    MeasureError
        The working CRS is missing, geographic or strongly distorting.
    """
    crs = require_measuring_crs(subjects.crs)
    batches = PlotBatches(np.asarray(subjects.geometry.array))
    rows = NetworkRows(len(subjects), TargetNames.of(tables))
    zones, names = _group(subjects)
    for network in NETWORKS:
        around = _Surroundings.of(subjects, batches, network, tables, config, crs)
        for state in STATES:
            around.answer(state, rows, zones)
    return {"networks": rows.written, "served": rows.list_served(names)}


def lay_out_networks(subjects: GeoDataFrame, found: Mapping[str, Any], tables: RegionTables) -> pd.DataFrame:
    """Lay the numbers of `search_networks` out as the table of `find_networks`.

    Raises
    ------
    MeasureError
        The working CRS distorts strongly where the subjects lie.
    ColumnError
        The subjects have no id column.
    """
    key = next((name for name in _SUBJECT_KEYS if name in subjects.columns), None)
    if key is None:
        raise ColumnError(
            N_("The table has none of the columns plot_id, zone_id and site_id, so its rows have no name.")
        )
    columns = found["networks"]
    if not {"distance_m", "point_distance_m"}.isdisjoint(columns):
        require_measuring_crs(subjects.crs, bounds=tuple(subjects.total_bounds))
    return lay_out(subjects[key], columns, found["served"], TargetNames.of(tables))


def _group(subjects: GeoDataFrame) -> tuple[NDArray[np.int64], Any]:
    """Number the zones of the subjects; returns the number of each, and their ids."""
    if "zone_id" not in subjects.columns:
        return np.zeros(len(subjects), dtype=np.int64), pd.Index([""])
    places, names = pd.factorize(subjects["zone_id"].astype("str"))
    return places.astype(np.int64), names


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
            None if lines is None else Seeker(shapes, batches, lines, connectable_of(lines.table, network)),
            None if points is None else Seeker(shapes, batches, points, serves_plots(points.table, network)),
        )

    def answer(self, state: str, rows: NetworkRows, zones: NDArray[np.int64]) -> None:
        """Write the answers for one state into the rows of the network; `zones` numbers those of the subjects."""
        near, near_reason = self._near(state)
        knows_points = self.points.covered if self.points else np.zeros(len(self.shapes), dtype=bool)
        capable, served = find_capable(
            self.shapes, self.crs, self._supplies(state), need=self.need, near=near, near_m=self.near_m,
            knows_points=knows_points, groups=zones,
        )  # fmt: skip
        rows.put(self.network, state, near=near, near_reason=near_reason, **capable)
        rows.serve(self.network, state, served)
        if self.lines is not None:
            found = self.lines.nearest(self.lines.counts(state))
            rows.put(
                self.network, state, line_id=found.row, distance_m=found.distance_m,
                line_connectable=np.append(self.lines.connectable, np.int8(-1))[found.row],
                line_accuracy_m=np.append(self.lines.targets.accuracy_m, np.nan)[found.row],
                **{f"line_{end}": values for end, values in zip(LINK_ENDS, found.link, strict=True)},
            )  # fmt: skip
        if self.points is not None:
            found = self.points.nearest(self.points.counts(state))
            rows.put(
                self.network, state, point_id=found.row, point_distance_m=found.distance_m,
                point_accuracy_m=np.append(self.points.targets.accuracy_m, np.nan)[found.row],
                **{f"point_{end}": values for end, values in zip(LINK_ENDS, found.link, strict=True)},
            )  # fmt: skip

    def _near(self, state: str) -> tuple[Answers, NDArray[np.int8]]:
        count = len(self.shapes)
        if np.isnan(self.near_m):
            return np.full(count, UNKNOWN, dtype=np.int8), _say("no_limit", count)
        answer, reason = np.full(count, NO, dtype=np.int8), _say("far", count)
        for seeker, word in ((self.points, "point"), (self.lines, "line")):
            if seeker is None:
                continue
            of_these, why = seeker.near(state, self.near_m)
            reason[(of_these == YES) & (answer < YES)] = NEAR_REASONS.index(word)
            doubted = (of_these == UNKNOWN) & (answer == NO)
            reason[doubted] = why[doubted]
            np.maximum(answer, of_these, out=answer)
        for seeker in (self.points, self.lines):
            gap = answer == NO if seeker is None else ~seeker.covered & (answer == NO)
            reason[gap] = NEAR_REASONS.index(_why_not_covered(seeker))
            answer[gap] = UNKNOWN
        return answer, reason

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
            is_line = np.full(len(table), needs_capacity)
            parts.append(
                Supplies(
                    seeker.shapes[rows],
                    sure[rows],
                    seeker.targets.accuracy_m[rows],
                    free[rows],
                    np.flatnonzero(rows),
                    is_line[rows],
                )
            )
        return Supplies.joined(parts)


def _why_not_covered(seeker: Seeker | None) -> str:
    if seeker is None:
        return "absent"
    return "approximate" if seeker.targets.has_only_doubtful_sources else "not_covered"


def _say(reason: str, count: int) -> NDArray[np.int8]:
    return np.full(count, NEAR_REASONS.index(reason), dtype=np.int8)
