"""What each plot has near of each network, as columns for the card and the table of plots."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.config import NETWORKS, Network
from geozones.maps.content import PageContent
from geozones.maps.facts import FAR_PLANNED, rounding_step_m
from geozones.maps.shapes import encode_segments
from geozones.maps.terms import UNITS
from geozones.maps.values import LETTERS, Numbers, keep_numbers, numbers_of
from geozones.maps.words import date_or_none, short, t, text_or_none
from geozones.tables import NETWORK_STATES

Columns = dict[str, Any]
_Side = dict[str, NDArray[Any]]
_Rows = NDArray[np.intp] | None

ROWS_OF_PLOT = len(NETWORKS) * len(NETWORK_STATES)
"""Rows of `plot_networks` about each plot."""

_LINES, _POINTS = ("line", "sourceLine"), ("point", "sourcePoint")
_ID_COLUMNS = {
    "line": "line_id", "sourceLine": "capable_line_id", "point": "point_id", "sourcePoint": "capable_point_id",
}  # fmt: skip
_LINK_ENDS = ("plot_x", "plot_y", "x", "y")


class PlotNetworks:
    """The networks at all plots of a content, from which each page takes its plots.

    Parameters
    ----------
    content
        What the pages show; for the public only answers and classes of distance are in it. The rows of
        `plot_networks` stand as `find_networks` gives them: six a plot, in the order of the plots.
    """

    def __init__(self, content: PageContent) -> None:
        self._content = content
        self._columns: dict[str, Any] = {}
        self._words: dict[str, list[str]] = {}
        for name, values in content.plot_networks.items():
            self._keep(str(name), values)
        self._line_names = {network: _names(content.tables.of(network), "line_id") for network in NETWORKS}
        self._points = _point_facts(content.tables.connection_points)

    def _keep(self, name: str, values: pd.Series) -> None:
        """Keep a column as numbers; of texts their codes, and the words apart."""
        if pd.api.types.is_numeric_dtype(values.dtype):
            self._columns[name] = values.to_numpy() if isinstance(values.dtype, np.dtype) else values.array
        elif name != "plot_id":
            words = pd.Categorical(values)
            self._columns[name], self._words[name] = words.codes, words.categories.tolist()

    def letters(self, network: Network, answer: str) -> str:
        """Give an answer (near, capable, allowed) of all plots as letters: y, n or u each."""
        return self._letters_of(answer, self._take(answer, network, "existing"))

    def gives(self, answer: str) -> bool:
        """Say whether an answer is given for any plot; the public has near alone."""
        return answer in self._columns and any(
            bool((self._take(answer, network, "existing") >= 0).any()) for network in NETWORKS
        )

    def far(self, network: Network) -> Numbers:
        """Give the metres to the nearest connection of all plots; for the public the class of the distance."""
        if self._content.is_public:
            return keep_numbers(self._take("distance_class", network, "existing"))
        return Numbers(_nearest_metres(self._side(network, "existing", None), self._connects_not()))

    def spare(self, network: Network) -> Numbers:
        """Give the free capacity of the connection point that would serve each plot."""
        return keep_numbers(self._take("capacity_free", network, "existing"), decimals=1)

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
        existing = self._side(network, "existing", rows)
        limit = self._content.near_m.get(network)
        found: Columns = {
            "unit": t(UNITS[network]).as_json(),
            "limit": None if limit is None else round(limit),
            "why": self._whys(existing),
        }
        if self._content.is_public:
            return found | {"klass": numbers_of(existing["distance_class"]).tolist()}
        planned = self._side(network, "planned", rows)
        if limit is not None:
            planned["line_id"] = np.where(planned["distance_m"] > FAR_PLANNED * limit, -1, planned["line_id"])
        sides = {"existing": existing, "planned": planned}
        lines, line_places = self._number_ids(sides, _LINES)
        points, point_places = self._number_ids(sides, _POINTS)
        found |= {
            "metres": numbers_of(_nearest_metres(existing, self._connects_not())).tolist(),
            "lines": [self._line_names[network].get(key, key) for key in lines],
            "points": [self._points.get(key, {"name": key, "date": None}) for key in points],
        }
        for state, side in sides.items():
            found[state] = self._describe(side, line_places[state] | point_places[state])
        found["existing"]["link"] = self._links(existing)
        return found

    def _take(self, name: str, network: str, state: str, rows: _Rows = None) -> NDArray[Any]:
        """Take a column for one network and state, of some plots or all."""
        first = NETWORKS.index(network) * len(NETWORK_STATES) + NETWORK_STATES.index(state)
        column = self._columns[name]
        taken = column[first::ROWS_OF_PLOT] if rows is None else column[rows * ROWS_OF_PLOT + first]
        is_plain = isinstance(taken, np.ndarray)
        return taken if is_plain else np.asarray(taken.to_numpy(dtype=float, na_value=np.nan))

    def _side(self, network: str, state: str, rows: _Rows) -> _Side:
        return {
            name: self._take(name, network, state, rows)
            for name in self._columns
            if name not in ("network", "state")
        }

    def _letters_of(self, answer: str, codes: NDArray[Any]) -> str:
        letters = [LETTERS.get(word, "u") for word in self._words[answer]]
        return str(np.array([*letters, "u"], dtype="S1")[codes].tobytes(), "ascii")

    def _texts_of(self, name: str, codes: NDArray[Any]) -> list[str]:
        texts: list[str] = np.array([*self._words[name], ""], dtype=object)[codes].tolist()
        return texts

    def _whys(self, side: _Side) -> list[str]:
        near, words = side["near"], self._words["near"]
        is_unknown = near == (words.index("unknown") if "unknown" in words else len(words))
        return self._texts_of("near_reason", np.where(is_unknown, side["near_reason"], -1))

    def _connects_not(self) -> int:
        """Return the code of lines that give no connection."""
        words = self._words["line_connectable"]
        return words.index("no") if "no" in words else len(words)

    def _number_ids(
        self, sides: dict[str, _Side], names: tuple[str, ...]
    ) -> tuple[list[str], dict[str, dict[str, list[int | None]]]]:
        """Number the ids that some columns name, in the order of the ids; by state and column their numbers."""
        keys = [(state, name) for state in sides for name in names]
        codes = [sides[state][_ID_COLUMNS[name]] for state, name in keys]
        texts = [self._words[_ID_COLUMNS[name]] for _, name in keys]
        used = [np.unique(each[each >= 0]).tolist() for each in codes]
        ids = sorted({words[code] for words, some in zip(texts, used, strict=True) for code in some})
        place_of = {key: place for place, key in enumerate(ids)}
        found: dict[str, dict[str, list[int | None]]] = {state: {} for state in sides}
        for (state, name), each, words, some in zip(keys, codes, texts, used, strict=True):
            places = np.array([*(place_of[words[code]] for code in some), None], dtype=object)
            at = np.where(each < 0, len(some), np.searchsorted(np.asarray(some, dtype=np.int64), each))
            found[state][name] = places[at].tolist()
        return ids, found

    def _describe(self, side: _Side, places: dict[str, list[int | None]]) -> Columns:
        letters = {name: self._letters_of(name, side[name]) for name in ("near", "capable", "allowed")}
        return {
            "line": places["line"],
            "lineM": numbers_of(_rounded(side["distance_m"], side["line_accuracy_m"])).tolist(),
            "lineStep": _one_or_all(numbers_of(_steps_of(side["line_accuracy_m"])).tolist()),
            "point": places["point"],
            "pointM": numbers_of(_rounded(side["point_distance_m"], side["point_accuracy_m"])).tolist(),
            "pointStep": _one_or_all(numbers_of(_steps_of(side["point_accuracy_m"])).tolist()),
            **letters,
            "capableWhy": self._texts_of("capable_reason", side["capable_reason"]),
            "free": numbers_of(side["capacity_free"]).tolist(),
            "shared": numbers_of(side["shared_by"]).tolist(),
            "sourcePoint": places["sourcePoint"],
            "sourceLine": places["sourceLine"],
        }

    def _links(self, side: _Side) -> list[Any]:
        """Draw the straight line from each plot to its nearest connection point, else to the nearest line."""
        to_point = np.stack([side[f"point_{end}"] for end in _LINK_ENDS], axis=1)
        to_line = np.stack([side[f"line_{end}"] for end in _LINK_ENDS], axis=1)
        pairs = np.where(np.isnan(to_point), to_line, to_point)
        known = ~np.isnan(pairs).any(axis=1)
        found = np.full(len(pairs), None, dtype=object)
        found[known] = encode_segments(pairs[known].reshape(-1, 2), self._content.tables.plots.crs)
        links: list[Any] = found.tolist()
        return links


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


def _rounded(distances: NDArray[np.float64], accuracies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round metres to what the accuracy allows, as `facts.rounded_m` does."""
    steps = _steps_of(accuracies)
    steps[np.isnan(steps)] = rounding_step_m(None)
    rounded: NDArray[np.float64] = np.rint(distances / steps) * steps
    return rounded


def _steps_of(accuracies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the step of every accuracy, NaN where it is not known; few accuracies differ."""
    different, place = np.unique(accuracies, return_inverse=True)
    steps = [np.nan if np.isnan(each) else rounding_step_m(each) for each in different.tolist()]
    return np.array(steps, dtype=float)[place]


def _nearest_metres(side: _Side, connects_not: int) -> NDArray[np.float64]:
    """Take the nearer of the connection point and a line that gives a connection."""
    to_point = side["point_distance_m"]
    to_line = np.where(side["line_connectable"] == connects_not, np.nan, side["distance_m"])
    line_nearer = (to_line <= to_point) | np.isnan(to_point)
    metres = np.where(line_nearer, to_line, to_point)
    return _rounded(metres, np.where(line_nearer, side["line_accuracy_m"], side["point_accuracy_m"]))
