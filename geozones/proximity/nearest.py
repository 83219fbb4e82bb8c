"""The nearest line or point of a network for every plot."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS

from geozones.errors import MeasureError
from geozones.i18n import N_
from geozones.proximity.arrange import ArrangedPlots
from geozones.proximity.flatten import FlatGeometries
from geozones.proximity.jit import compiled
from geozones.proximity.kernel import search_tree
from geozones.proximity.measuring import MAX_SCALE_ERROR, GroundRuler, require_measuring_crs
from geozones.proximity.tree import SegmentTree

THREADS = 2
_FEWEST_PER_THREAD = 2_000
BATCH = 65_536


@dataclass(frozen=True)
class Nearest:
    """The nearest target of every plot, in the order of the plots.

    `target` is its position (-1: none); the rows of `measures` are metres on the ground and the two points
    (plot_x, plot_y, line_x, line_y), NaN where there is none.
    """

    target: NDArray[np.int32]
    measures: NDArray[np.float64]

    @property
    def distance_m(self) -> NDArray[np.float64]:
        """Metres on the ground."""
        distance_m: NDArray[np.float64] = self.measures[0]
        return distance_m

    @classmethod
    def joined(cls, parts: list[Nearest]) -> Nearest:
        """Put the answers of consecutive batches together."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return cls(np.empty(0, dtype=np.int32), np.empty((5, 0)))
        return cls(
            np.concatenate([part.target for part in parts]),
            np.concatenate([part.measures for part in parts], axis=1),
        )

    def as_table(self, names: pd.Series, index: pd.Index | None = None) -> pd.DataFrame:
        """Lay the answers out as `find_nearest` returns them; `names` holds the name of every target."""
        columns = ["distance_m", "plot_x", "plot_y", "line_x", "line_y"]
        table = pd.DataFrame(self.measures.T, columns=columns, index=index, copy=False)
        table.insert(0, "line_id", pick_names(names, self.target))
        return table


class NearestIndex:
    """Lines or points of one network, made ready to be searched many times, from several threads too.

    Parameters
    ----------
    targets
        Lines or points.
    crs
        Their CRS, projected and in metres.

    Raises
    ------
    MeasureError
        The CRS cannot be measured in, or a target is a polygon.
    """

    def __init__(self, targets: FlatGeometries, crs: Any) -> None:
        if targets.has_areas:
            raise MeasureError(
                N_("Distances are measured to lines or points, not to polygons. Give their boundaries as lines.")
            )
        self.crs = require_measuring_crs(crs)
        self._tree = SegmentTree.over(targets)
        self._ruler: tuple[tuple[float, float, float, float], GroundRuler] | None = None

    def find(
        self, plots: ArrangedPlots, *, max_distance_m: float | None = None, threads: int = THREADS
    ) -> Nearest:
        """Find the nearest target of every plot, in the order of the table of plots.

        Parameters
        ----------
        plots
            Plots in the CRS of the index.
        max_distance_m
            Targets farther than this on the ground are not found.
        threads
            How many threads search at once.

        Raises
        ------
        MeasureError
            The CRS distorts lengths strongly where the plots lie; `max_distance_m` is negative or no number.
        """
        if max_distance_m is not None and not max_distance_m >= 0.0:
            raise MeasureError(
                N_("The greatest distance must be zero metres or more, not {value}."), value=max_distance_m
            )
        count = len(plots.order)
        along_curve = Nearest(np.full(count, -1, dtype=np.int32), np.full((5, count), np.nan))
        bounds = plots.bounds
        if bounds[0] > bounds[2] or not len(self._tree.first):
            return along_curve
        ruler = self._ruler_for(bounds)
        reach = np.inf if max_distance_m is None else max_distance_m * (1.0 + 1.2 * MAX_SCALE_ERROR)
        parts = max(1, min(threads, count // _FEWEST_PER_THREAD))
        edges = np.linspace(0, count, parts + 1).astype(int).tolist()

        def work(part: int) -> None:
            start, end = edges[part], edges[part + 1]
            search_tree(plots, start, end, self._tree, reach, along_curve.target, along_curve.measures)
            ruler.measure_m(along_curve.measures, start, end)

        _run(work, parts)
        if max_distance_m is not None:
            too_far = ~(along_curve.measures[0] <= max_distance_m)
            along_curve.target[too_far] = -1
            along_curve.measures[:, too_far] = np.nan
        return Nearest(*scatter(plots.order, along_curve.target, along_curve.measures))

    def _ruler_for(self, bounds: tuple[float, float, float, float]) -> GroundRuler:
        """Return a ruler for plots within `bounds`, once the CRS is found fit to measure there."""
        known = self._ruler
        if known is not None:
            if _contains(known[0], bounds):
                return known[1]
            (left, bottom, right, top), others = known[0], bounds
            bounds = min(left, others[0]), min(bottom, others[1]), max(right, others[2]), max(top, others[3])
        ruler = _make_ruler(self.crs, bounds)
        self._ruler = bounds, ruler
        return ruler


@lru_cache(maxsize=64)
def _make_ruler(crs: CRS, bounds: tuple[float, float, float, float]) -> GroundRuler:
    """Make a ruler for plots within bounds; the same plots ask for it once a network and set of lines."""
    require_measuring_crs(crs, bounds=bounds)
    return GroundRuler.of(crs, bounds[1], bounds[3])


def _contains(outer: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _run(work: Callable[[int], None], parts: int) -> None:
    if parts == 1:
        work(0)
        return
    with ThreadPoolExecutor(parts) as pool:
        for done in [pool.submit(work, part) for part in range(parts)]:
            done.result()


@compiled
def scatter(
    order: NDArray[np.int64], target: NDArray[np.int32], measures: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Bring answers along the curve back into the order of the table."""
    new_target, new_measures = np.empty_like(target), np.empty_like(measures)
    for row in range(len(measures)):
        for place in range(len(order)):
            new_measures[row, order[place]] = measures[row, place]
    for place in range(len(order)):
        new_target[order[place]] = target[place]
    return new_target, new_measures


def find_nearest_in_batches(
    columns: Iterable[Any],
    indexes: Mapping[str, NearestIndex],
    *,
    encoding: str = "WKB",
    max_distance_m: float | None = None,
    threads: int = THREADS,
    on_done: Callable[[int], None] | None = None,
) -> dict[str, Nearest]:
    """Find the nearest target of several networks for plots that come in batches, as a file is read.

    Parameters
    ----------
    columns
        pyarrow arrays with the geometries of the plots, in the CRS of the indexes, one batch after another; the
        next one is fetched while others are worked on.
    indexes
        The networks by name.
    encoding
        As in `FlatGeometries.from_arrow`.
    max_distance_m
        Targets farther than this on the ground are not found.
    threads
        How many batches are worked on at once.
    on_done
        Called with the number of plots done, after each batch.

    Returns
    -------
    dict
        By name of the network, the nearest target of every plot, in the order of the plots.

    Raises
    ------
    InputError
        A geometry is damaged.
    MeasureError
        The CRS distorts lengths strongly where the data lie.
    """

    def work(column: Any) -> list[Nearest]:
        plots = ArrangedPlots.of(FlatGeometries.from_arrow(column, encoding=encoding))
        return [index.find(plots, max_distance_m=max_distance_m, threads=1) for index in indexes.values()]

    pending: deque[Future[list[Nearest]]] = deque()
    parts: list[list[Nearest]] = []

    def finish_first() -> None:
        parts.append(pending.popleft().result())
        if on_done is not None:
            on_done(len(parts[-1][0].target) if parts[-1] else 0)

    with ThreadPoolExecutor(threads) as pool:
        for column in columns:
            pending.append(pool.submit(work, column))
            if len(pending) > threads:
                finish_first()
        while pending:
            finish_first()
    return {name: Nearest.joined([part[place] for part in parts]) for place, name in enumerate(indexes)}


def find_nearest(plots: GeoDataFrame, lines: GeoDataFrame, *, max_distance_m: float | None = None) -> pd.DataFrame:
    """Find the nearest line of a network for every plot.

    Parameters
    ----------
    plots
        Polygons (with holes, of several parts), lines or points, 2D or 3D, in a projected CRS in metres.
    lines
        Lines or points, of one or several parts, in the same CRS; column `line_id`, else the row labels name them.
        An empty or missing geometry is passed over.
    max_distance_m
        Lines farther than this on the ground are not found.

    Returns
    -------
    DataFrame
        Indexed like `plots`, rows in their order: `line_id` (text, NA where none is found), `distance_m` (metres
        on the ellipsoid of the CRS between the two points, 0 where they touch, cross or one contains the other;
        NaN where none is found or the plot is empty or missing), `plot_x`, `plot_y`, `line_x`, `line_y` (the two
        points, nearest in the plane of the CRS). Of several lines equally near the first is taken.

    Raises
    ------
    MeasureError
        The CRS is missing, geographic, strongly distorting, or differs between the tables; a line is a polygon;
        `max_distance_m` is negative or no number.
    """
    crs = require_measuring_crs(plots.crs)
    if require_measuring_crs(lines.crs) != crs:
        raise MeasureError(
            N_("Plots and lines stand in different coordinate reference systems. Convert one of them.")
        )
    nearest = search(np.asarray(plots.geometry.array), np.asarray(lines.geometry.array), crs, max_distance_m)
    return nearest.as_table(target_names(lines, "line_id"), plots.index)


def search(plots: NDArray[Any], targets: NDArray[Any], crs: Any, max_distance_m: float | None = None) -> Nearest:
    """Find the nearest of shapely lines or points for shapely geometries in the same CRS."""
    return search_batches(PlotBatches(plots), targets, crs, max_distance_m)


class PlotBatches:
    """Plots made ready for several searches, in batches; as few as fill one batch are kept ready."""

    def __init__(self, plots: NDArray[Any]) -> None:
        self._plots = plots
        self._ready: list[ArrangedPlots] = []

    def __len__(self) -> int:
        return len(self._plots)

    def __iter__(self) -> Iterator[ArrangedPlots]:
        if self._ready:
            yield from self._ready
            return
        for start in range(0, len(self._plots), BATCH):
            batch = ArrangedPlots.of(FlatGeometries.from_shapely(self._plots[start : start + BATCH]))
            if len(self._plots) <= BATCH:
                self._ready.append(batch)
            yield batch


def search_batches(plots: PlotBatches, targets: NDArray[Any], crs: Any, max_m: float | None = None) -> Nearest:
    """Find the nearest of shapely lines or points for plots that were made ready."""
    if not len(targets):
        return Nearest(np.full(len(plots), -1, dtype=np.int32), np.full((5, len(plots)), np.nan))
    index = NearestIndex(FlatGeometries.from_shapely(targets), crs)
    return Nearest.joined([index.find(batch, max_distance_m=max_m) for batch in plots])


def target_names(lines: GeoDataFrame, key: str) -> pd.Series:
    """Return the names of the targets as text: their key column, or the row labels where it is missing."""
    names = lines[key] if key in lines.columns else lines.index.to_series()
    return pd.Series(names.astype("str").array)


def pick_names(names: pd.Series, position: NDArray[Any]) -> Any:
    """Return the name at every position as text, missing where the position is negative."""
    return names.array.take(position, allow_fill=True)
