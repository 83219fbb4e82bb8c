"""What each plot has near of each network, as columns for the card and the table of plots."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.config import NETWORKS, Network
from geozones.maps.content import PageContent
from geozones.maps.facts import FAR_PLANNED, rounding_step_m
from geozones.maps.shapes import encode_segments, to_degrees
from geozones.maps.terms import UNITS
from geozones.maps.values import Values, keys_of, letters_of, numbers_of
from geozones.maps.words import date_or_none, short, t, text_or_none

Columns = dict[str, Any]

_LINES, _POINTS = ("line", "sourceLine"), ("point", "sourcePoint")


class PlotNetworks:
    """The networks at all plots of a content, from which each page takes its plots.

    Parameters
    ----------
    content
        What the pages show; for the public only answers and classes of distance are in it.
    """

    def __init__(self, content: PageContent) -> None:
        self._content = content
        self._tables = {
            (network, state): _rows_of(content, network, state)
            for network in NETWORKS
            for state in ("existing", "planned")
        }
        self._columns = {network: self._all_columns(network) for network in NETWORKS}
        self._line_names = {network: _names(content.tables.of(network), "line_id") for network in NETWORKS}
        self._points = _point_facts(content.tables.connection_points)

    def letters(self, network: Network, answer: str) -> str:
        """Give an answer (near, capable, allowed) of all plots as letters: y, n or u each."""
        return letters_of(self._tables[network, "existing"][answer])

    def gives(self, answer: str) -> bool:
        """Say whether an answer is given for any plot; the public has near alone."""
        return any(
            answer in self._tables[network, "existing"] and self._tables[network, "existing"][answer].notna().any()
            for network in NETWORKS
        )

    def far(self, network: Network) -> Values:
        """Give the metres to the nearest connection of all plots; for the public the class of the distance."""
        found: Values = self._columns[network]["klass" if self._content.is_public else "metres"]
        return found

    def spare(self, network: Network) -> Values:
        """Give the free capacity of the connection point that would serve each plot."""
        return numbers_of(self._tables[network, "existing"]["capacity_free"], decimals=1)

    def of(self, rows: NDArray[np.intp]) -> dict[str, Columns]:
        """Describe the networks at some plots.

        Parameters
        ----------
        rows
            Rows of `content.tables.plots`, in the order of the page's plots.

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

    def _of_network(self, network: Network, rows: NDArray[np.intp]) -> Columns:
        columns = self._columns[network]
        limit = self._content.near_m.get(network)
        found: Columns = {
            "unit": t(UNITS[network]).as_json(),
            "limit": None if limit is None else round(limit),
            "why": _take(columns["why"], rows),
        }
        if self._content.is_public:
            return found | {"klass": _take(columns["klass"], rows)}
        sides = {
            state: {name: _take(values, rows) for name, values in columns[state].items()}
            for state in ("existing", "planned")
        }
        lines = _places(side[name] for side in sides.values() for name in _LINES)
        points = _places(side[name] for side in sides.values() for name in _POINTS)
        found |= {
            "metres": _take(columns["metres"], rows),
            "lines": [self._line_names[network].get(key, key) for key in lines],
            "points": [self._points.get(key, {"name": key, "date": None}) for key in points],
        }
        for state, side in sides.items():
            for names, places in ((_LINES, lines), (_POINTS, points)):
                for name in names:
                    side[name] = [None if key is None else places[key] for key in side[name]]
            letters = {name: "".join(side[name]) for name in ("near", "capable", "allowed")}
            found[state] = side | letters | {name: _one_or_all(side[name]) for name in ("lineStep", "pointStep")}
        return found

    def _all_columns(self, network: Network) -> Columns:
        existing = self._tables[network, "existing"]
        unknown = existing["near"].eq("unknown")
        columns: Columns = {"why": existing["near_reason"].where(unknown, "").fillna("").to_numpy(dtype=object)}
        if self._content.is_public:
            return columns | {"klass": numbers_of(existing["distance_class"])}
        planned = self._tables[network, "planned"]
        limit = self._content.near_m.get(network)
        if limit is not None:
            is_far = planned["distance_m"] > FAR_PLANNED * limit
            planned = planned.assign(line_id=planned["line_id"].where(~is_far))
        return columns | {
            "metres": _nearest_metres(existing),
            "existing": _side(existing) | {"link": self._links(existing)},
            "planned": _side(planned),
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


def _rows_of(content: PageContent, network: Network, state: str) -> pd.DataFrame:
    networks = content.plot_networks
    chosen = (networks["network"] == network) & (networks["state"] == state)
    return networks[chosen].set_index("plot_id").reindex(content.tables.plots["plot_id"])


def _take(values: Values, rows: NDArray[np.intp]) -> list[Any]:
    taken: list[Any] = values[rows].tolist()
    return taken


def _places(columns: Iterable[list[str | None]]) -> dict[str, int]:
    """Number the ids that some columns name, in the order of the ids."""
    found = sorted({key for column in columns for key in column if key is not None})
    return {key: place for place, key in enumerate(found)}


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
    answers: Columns = {
        name: np.array(list(letters_of(rows[name])), dtype=object) for name in ("near", "capable", "allowed")
    }
    return _nearest_columns(rows) | {
        **answers,
        "capableWhy": rows["capable_reason"].fillna("").to_numpy(dtype=object),
        "free": numbers_of(rows["capacity_free"]),
        "shared": numbers_of(rows["shared_by"]),
        "sourcePoint": keys_of(rows["capable_point_id"]),
        "sourceLine": keys_of(rows["capable_line_id"]),
    }


def _nearest_columns(rows: pd.DataFrame) -> Columns:
    return {
        "line": keys_of(rows["line_id"]),
        "lineM": _rounded(rows["distance_m"], rows["line_accuracy_m"]),
        "lineStep": _steps_of(rows["line_accuracy_m"]),
        "point": keys_of(rows["point_id"]),
        "pointM": _rounded(rows["point_distance_m"], rows["point_accuracy_m"]),
        "pointStep": _steps_of(rows["point_accuracy_m"]),
    }


def _rounded(distances: pd.Series, accuracies: pd.Series) -> Values:
    """Round metres to what the accuracy allows, as `facts.rounded_m` does."""
    steps = numbers_of(accuracies.map(rounding_step_m, na_action="ignore")).astype(float)
    steps[np.isnan(steps)] = rounding_step_m(None)
    return numbers_of(np.rint(distances.to_numpy(dtype=float) / steps) * steps)


def _steps_of(accuracies: pd.Series) -> Values:
    return numbers_of(accuracies.map(rounding_step_m, na_action="ignore"))


def _nearest_metres(rows: pd.DataFrame) -> Values:
    """Take the nearer of the connection point and a line that gives a connection."""
    to_line = rows["distance_m"].mask(rows["line_connectable"].eq("no"))
    line_nearer = to_line.le(rows["point_distance_m"]) | rows["point_distance_m"].isna()
    metres = to_line.where(line_nearer, rows["point_distance_m"])
    accuracy = rows["line_accuracy_m"].where(line_nearer, rows["point_accuracy_m"])
    return _rounded(metres, accuracy)
