"""What each plot has near of each network, as columns for the card and the table of plots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from geozones.config import NETWORKS, Network
from geozones.maps.content import PageContent
from geozones.maps.facts import FAR_PLANNED, rounding_step_m
from geozones.maps.shapes import encode_segments, to_degrees
from geozones.maps.terms import UNITS
from geozones.maps.values import Numbers, Values, keep_keys, keep_numbers, letters_of, numbers_of
from geozones.maps.words import date_or_none, short, t, text_or_none

Columns = dict[str, Any]

_LINES, _POINTS = ("line", "sourceLine"), ("point", "sourcePoint")
_ANSWERS = ("near", "capable", "allowed")
_METRES = [
    "distance_m", "line_connectable", "line_accuracy_m", "point_distance_m", "point_accuracy_m",
]  # fmt: skip


class PlotNetworks:
    """The networks at all plots of a content, from which each page takes its plots.

    Parameters
    ----------
    content
        What the pages show; for the public only answers and classes of distance are in it.
    """

    def __init__(self, content: PageContent) -> None:
        self._content = content
        self._table: pd.DataFrame = content.plot_networks.reset_index(drop=True)
        self._rows = {
            (network, state): _rows_of(self._table, content.tables.plots["plot_id"], network, state)
            for network in NETWORKS
            for state in ("existing", "planned")
        }
        self._line_names = {network: _names(content.tables.of(network), "line_id") for network in NETWORKS}
        self._points = _point_facts(content.tables.connection_points)

    def letters(self, network: Network, answer: str) -> str:
        """Give an answer (near, capable, allowed) of all plots as letters: y, n or u each."""
        return letters_of(self._existing(network, [answer])[answer])

    def gives(self, answer: str) -> bool:
        """Say whether an answer is given for any plot; the public has near alone."""
        return answer in self._table and any(
            self._existing(network, [answer])[answer].notna().any() for network in NETWORKS
        )

    def far(self, network: Network) -> Numbers:
        """Give the metres to the nearest connection of all plots; for the public the class of the distance."""
        if self._content.is_public:
            return keep_numbers(self._existing(network, ["distance_class"])["distance_class"])
        return _nearest_metres(self._existing(network, _METRES))

    def spare(self, network: Network) -> Numbers:
        """Give the free capacity of the connection point that would serve each plot."""
        return keep_numbers(self._existing(network, ["capacity_free"])["capacity_free"], decimals=1)

    def of(self, rows: NDArray[np.intp]) -> dict[str, Columns]:
        """Describe the networks at some plots, as `NearPlots.of`.

        Parameters
        ----------
        rows
            Rows of `content.tables.plots`, in the order of the page's plots.
        """
        return self.at(rows).of(slice(None))

    def at(self, rows: NDArray[np.intp]) -> NearPlots:
        """Take the rows of some plots, to describe them all or a few at a time."""
        columns = {network: self._columns_of(network, rows) for network in NETWORKS}
        return NearPlots(self._content, columns, self._line_names, self._points)

    def _existing(self, network: Network, names: list[str]) -> pd.DataFrame:
        return self._table[names].reindex(self._rows[network, "existing"])

    def _columns_of(self, network: Network, rows: NDArray[np.intp]) -> Columns:
        existing = self._table.reindex(self._rows[network, "existing"][rows])
        unknown = existing["near"].eq("unknown")
        columns: Columns = {"why": existing["near_reason"].where(unknown, "").fillna("").to_numpy(dtype=object)}
        if self._content.is_public:
            return columns | {"klass": numbers_of(existing["distance_class"])}
        planned = self._table.reindex(self._rows[network, "planned"][rows])
        limit = self._content.near_m.get(network)
        if limit is not None:
            is_far = planned["distance_m"] > FAR_PLANNED * limit
            planned = planned.assign(line_id=planned["line_id"].where(~is_far))
        columns |= {
            "metres": numbers_of(_nearest_metres(existing).floats),
            "existing": _side(existing) | {"link": self._links(existing)},
            "planned": _side(planned),
        }
        return columns | {
            kind: _number_keys(columns, names) for kind, names in (("lines", _LINES), ("points", _POINTS))
        }

    def _links(self, rows: pd.DataFrame) -> Values:
        """Draw the straight line from each plot to its nearest connection point, else to the nearest line."""
        ends = rows[["point_plot_x", "point_plot_y", "point_x", "point_y"]].to_numpy(dtype=float)
        to_line = rows[["line_plot_x", "line_plot_y", "line_x", "line_y"]].to_numpy(dtype=float)
        pairs = np.where(np.isnan(ends), to_line, ends).reshape(-1, 2, 2)
        known = ~np.isnan(pairs).any(axis=(1, 2))
        ends_in_degrees = to_degrees(shapely.linestrings(pairs[known]), self._content.tables.plots.crs)
        found = np.full(len(rows), None, dtype=object)
        found[known] = encode_segments(ends_in_degrees)
        return found


class NearPlots:
    """The networks at some plots (`PlotNetworks.at`)."""

    def __init__(
        self,
        content: PageContent,
        columns: Mapping[Network, Columns],
        line_names: Mapping[Network, Mapping[str, str]],
        points: Mapping[str, Any],
    ) -> None:
        self._content, self._columns = content, columns
        self._line_names, self._points = line_names, points

    def of(self, rows: Any) -> dict[str, Columns]:
        """Describe the networks at some of the plots.

        Parameters
        ----------
        rows
            Which of them: places in their order, or a slice.

        Returns
        -------
        By network: `unit`, `limit` (metres that count as near) and `why` (reason of an unknown answer). For the
        public also `klass`, the class of the distance. Else `metres` (the nearest existing connection, rounded),
        `lines` (names), `points` (name, date of the capacity), and for `existing` and `planned` the columns
        `line`, `lineM`, `lineStep`, `point`, `pointM`, `pointStep` (places in `lines` and `points`, rounded
        metres), `near`, `capable`, `allowed` (letters), `capableWhy`, and of the capacity that serves `free`,
        `shared` (how many plots share it), `sourcePoint`, `sourceLine`; of existing ones the `link` as steps.
        """
        return {network: self._of_network(network, rows) for network in NETWORKS}

    def _of_network(self, network: Network, rows: Any) -> Columns:
        columns = self._columns[network]
        limit = self._content.near_m.get(network)
        found: Columns = {
            "unit": t(UNITS[network]).as_json(),
            "limit": None if limit is None else round(limit),
            "why": _take(columns["why"], rows),
        }
        if self._content.is_public:
            return found | {"klass": _take(columns["klass"], rows)}
        lines, line_places = _places(columns, _LINES, columns["lines"], rows)
        points, point_places = _places(columns, _POINTS, columns["points"], rows)
        found |= {
            "metres": _take(columns["metres"], rows),
            "lines": [self._line_names[network].get(key, key) for key in lines],
            "points": [self._points.get(key, {"name": key, "date": None}) for key in points],
        }
        for state in ("existing", "planned"):
            side = {name: _take(values, rows) for name, values in columns[state].items()}
            side |= {name: line_places[state, name] for name in _LINES}
            side |= {name: point_places[state, name] for name in _POINTS}
            found[state] = side | {name: _one_or_all(side[name]) for name in ("lineStep", "pointStep")}
        return found


def _rows_of(table: pd.DataFrame, plot_ids: pd.Series, network: Network, state: str) -> NDArray[np.int64]:
    """Find the row of every plot, -1 where it has none."""
    chosen = np.flatnonzero((table["network"] == network) & (table["state"] == state))
    ids = table["plot_id"].array[chosen]
    if len(ids) == len(plot_ids) and bool((ids == plot_ids.array).all()):
        return chosen.astype(np.int64)
    places = pd.Index(ids).get_indexer(plot_ids)
    found: NDArray[np.int64] = np.append(chosen, -1).astype(np.int64)[places]
    return found


def _number_keys(columns: Columns, names: tuple[str, ...]) -> list[str]:
    """Put the numbers of ids, in their order, in the place of the ids in some columns (-1 for none)."""
    sides = [(columns[state], name) for state in ("existing", "planned") for name in names]
    every = pa.chunked_array([side[name].arrow for side, name in sides])
    known = every.unique().drop_null().sort()
    for side, name in sides:
        side[name] = pc.index_in(side[name].arrow, value_set=known).fill_null(-1).to_numpy(zero_copy_only=False)
    ids: list[str] = known.to_pylist()
    return ids


def _places(
    columns: Columns, names: tuple[str, ...], ids: list[str], rows: Any
) -> tuple[list[str], dict[tuple[str, str], list[Any]]]:
    """Give the ids that some rows name, in order, and where among them each column points."""
    taken = {(state, name): columns[state][name][rows] for state in ("existing", "planned") for name in names}
    used = np.unique(np.concatenate(list(taken.values())))
    used = used[used >= 0]
    places = {
        column: _list_places(np.searchsorted(used, numbers), numbers < 0) for column, numbers in taken.items()
    }
    return [ids[number] for number in used.tolist()], places


def _list_places(places: NDArray[np.intp], is_none: NDArray[np.bool_]) -> list[int | None]:
    listed = places.astype(object)
    listed[is_none] = None
    found: list[int | None] = listed.tolist()
    return found


def _take(values: Any, rows: Any) -> Any:
    """Take some values as a list, letters as a text."""
    if isinstance(values, np.ndarray) and values.dtype == np.uint8:
        return values[rows].tobytes().decode("ascii")
    taken: list[Any] = values[rows].tolist()
    return taken


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(set(values)) == 1 else values


def _names(table: Any, key: str) -> dict[str, str]:
    if table is None:
        return {}
    pairs = zip(table[key], table["name"], strict=True)
    return {str(found): short(text_or_none(name) or str(found)) for found, name in pairs}


def _point_facts(table: Any) -> dict[str, dict[str, Any]]:
    if table is None:
        return {}
    named = _names(table, "point_id")
    facts = zip(named.items(), table["capacity_date"], strict=True)
    return {key: {"name": name, "date": _iso(date_or_none(day))} for (key, name), day in facts}


def _iso(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())


def _side(rows: pd.DataFrame) -> Columns:
    letters = {name: np.frombuffer(letters_of(rows[name]).encode(), np.uint8) for name in _ANSWERS}
    return _nearest_columns(rows) | {
        **letters,
        "capableWhy": rows["capable_reason"].fillna("").to_numpy(dtype=object),
        "free": numbers_of(rows["capacity_free"]),
        "shared": numbers_of(rows["shared_by"]),
        "sourcePoint": keep_keys(rows["capable_point_id"]),
        "sourceLine": keep_keys(rows["capable_line_id"]),
    }


def _nearest_columns(rows: pd.DataFrame) -> Columns:
    return {
        "line": keep_keys(rows["line_id"]),
        "lineM": numbers_of(_rounded(rows["distance_m"], rows["line_accuracy_m"])),
        "lineStep": numbers_of(_steps_of(rows["line_accuracy_m"])),
        "point": keep_keys(rows["point_id"]),
        "pointM": numbers_of(_rounded(rows["point_distance_m"], rows["point_accuracy_m"])),
        "pointStep": numbers_of(_steps_of(rows["point_accuracy_m"])),
    }


def _rounded(distances: pd.Series, accuracies: pd.Series) -> NDArray[np.float64]:
    """Round metres to what the accuracy allows, as `facts.rounded_m` does."""
    steps = _steps_of(accuracies)
    steps[np.isnan(steps)] = rounding_step_m(None)
    rounded: NDArray[np.float64] = np.rint(distances.to_numpy(dtype=float, na_value=np.nan) / steps) * steps
    return rounded


def _steps_of(accuracies: pd.Series) -> NDArray[np.float64]:
    """Give the rounding step of every accuracy; there are few different ones."""
    codes, different = pd.factorize(accuracies)
    steps = np.array([*(rounding_step_m(each) for each in different.tolist()), np.nan], dtype=float)
    found: NDArray[np.float64] = steps[codes]
    return found


def _nearest_metres(rows: pd.DataFrame) -> Numbers:
    """Take the nearer of the connection point and a line that gives a connection."""
    to_line = rows["distance_m"].mask(rows["line_connectable"].eq("no"))
    line_nearer = to_line.le(rows["point_distance_m"]) | rows["point_distance_m"].isna()
    metres = to_line.where(line_nearer, rows["point_distance_m"])
    accuracy = rows["line_accuracy_m"].where(line_nearer, rows["point_accuracy_m"])
    return Numbers(_rounded(metres, accuracy))
