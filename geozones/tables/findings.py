"""The findings of a region: what the rules say of every plot and zone, with what many plots share stated once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.tables.contract import PANDAS_DTYPES, empty_table
from geozones.tables.derived import DERIVED

FINDING_ORDER = "order"
"""Column beside those of the contract: the place of a finding among those of its subject."""

Places = NDArray[np.int64]


def empty_findings() -> pd.DataFrame:
    """Give findings without rows, with `order`."""
    table: pd.DataFrame = empty_table(DERIVED["findings"])
    return table.assign(**{FINDING_ORDER: np.empty(0, dtype=np.int32)})


def shape_findings(found: pd.DataFrame) -> pd.DataFrame:
    """Give findings the columns and dtypes of their contract, and `order` where it is there."""
    dtypes: dict[str, Any] = {column.name: PANDAS_DTYPES[column.dtype] for column in DERIVED["findings"].columns}
    if FINDING_ORDER in found:
        dtypes[FINDING_ORDER] = np.int32
    missing = np.full(len(found), None, dtype=object)
    columns = {name: found[name].array if name in found.columns else missing for name in dtypes}
    return pd.DataFrame({name: pd.Series(column, dtype=dtypes[name]) for name, column in columns.items()})


@dataclass(frozen=True)
class Runs:
    """Rows of a table, found by the place of their subject.

    Parameters
    ----------
    rows
        Rows of the table, those of one subject beside each other.
    starts
        Where in `rows` those of each subject begin, and the end.
    """

    rows: Places
    starts: Places

    @classmethod
    def of(cls, place: NDArray[Any], count: int, where: Any = True) -> Runs:
        """Arrange the rows of a table by the place of their subject, in the order of the table; -1 is none."""
        kept = np.flatnonzero((place >= 0) & where)
        rows = kept[np.argsort(place[kept], kind="stable")]
        return cls(rows, np.searchsorted(place[rows], np.arange(count + 1)))

    def take(self, places: NDArray[Any]) -> tuple[Places, Places]:
        """Take the rows of some subjects, in their order, and say how many each has."""
        starts = self.starts[places]
        counts = self.starts[places + 1] - starts
        ends = np.cumsum(counts)
        return self.rows[np.repeat(starts - ends + counts, counts) + np.arange(counts.sum())], counts


@dataclass(frozen=True)
class Findings:
    """What the rules say of the plots and zones of a region.

    Most answers about a plot name no object: nothing stands near, or nobody knows. The plots of a zone share them,
    so they stand once, at the first of the plots that are alike.

    Parameters
    ----------
    own
        Contract of findings and `order`, about plots: those that concern one plot alone.
    shared
        The same, each stated at a plot for all that are like it.
    likes
        `plot_id`, `like` (the plot at which its shared answers stand), a row a plot, in the order of the plots.
    zones
        Contract of findings, about zones.
    """

    own: pd.DataFrame
    shared: pd.DataFrame
    likes: pd.DataFrame
    zones: pd.DataFrame

    @classmethod
    def of_tables(cls, plots: pd.DataFrame, zones: pd.DataFrame, ids: Any) -> Findings:
        """Make findings of a plain table about plots, in which nothing is shared."""
        own = shape_findings(plots.assign(**{FINDING_ORDER: np.arange(len(plots))}))
        names = pd.array(ids, dtype="str")
        return cls(own, empty_findings(), pd.DataFrame({"plot_id": names, "like": names}), zones)

    def __len__(self) -> int:
        """Return how many findings there are, each plot with all of its own."""
        of_own, of_shared = self._runs
        shared = np.diff(of_shared.starts)[self.like_places].sum() if len(self.likes) else 0
        return len(of_own.rows) + int(shared) + len(self.zones)

    @cached_property
    def _ids(self) -> Any:
        return pd.Index(self.likes["plot_id"])

    @cached_property
    def like_places(self) -> Places:
        """Row of the plot at which the shared answers of each plot stand."""
        return np.asarray(self._ids.get_indexer(self.likes["like"]), dtype=np.int64)

    def places_of(self, table: pd.DataFrame) -> Places:
        """Return the row of the plot that each row of `own` or `shared` is about."""
        return np.asarray(self._ids.get_indexer(table["subject_id"]), dtype=np.int64)

    @cached_property
    def _runs(self) -> tuple[Runs, Runs]:
        count = len(self.likes)
        return Runs.of(self.places_of(self.own), count), Runs.of(self.places_of(self.shared), count)

    def of_plots(self, places: NDArray[Any] | None = None) -> pd.DataFrame:
        """List all findings about some plots.

        Parameters
        ----------
        places
            Rows of the plots; None lists those of all.

        Returns
        -------
        Contract of findings, plots in the order of `places`, the findings of each in the order of the checks.
        """
        places = np.arange(len(self.likes)) if places is None else np.asarray(places, dtype=np.int64)
        of_own, of_shared = self._runs
        own, own_counts = of_own.take(places)
        shared, shared_counts = of_shared.take(self.like_places[places])
        plot = np.concatenate([np.repeat(np.arange(len(places)), each) for each in (own_counts, shared_counts)])
        rows = pd.concat([self.own.take(own), self.shared.take(shared)], ignore_index=True)
        rows["subject_id"] = self.likes["plot_id"].array.take(places[plot])
        sorted_rows: pd.DataFrame = rows.take(np.lexsort((rows[FINDING_ORDER].to_numpy(), plot))).drop(
            columns=FINDING_ORDER
        )
        return sorted_rows.reset_index(drop=True)

    def table(self) -> pd.DataFrame:
        """List all findings, those about plots first: large for many plots."""
        return pd.concat([self.of_plots(), self.zones], ignore_index=True)

    def parts(self, *, plots_at_once: int) -> Iterator[pd.DataFrame]:
        """Give all findings part by part, in the order of `table`."""
        for start in range(0, len(self.likes), plots_at_once):
            yield self.of_plots(np.arange(start, min(start + plots_at_once, len(self.likes))))
        yield self.zones
