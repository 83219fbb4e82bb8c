"""What each plot has near of each network, as columns for the card and the table of plots."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.config import NETWORKS
from geozones.maps.content import PageContent
from geozones.maps.facts import rounded_m, rounding_step_m
from geozones.maps.plot_rows import networks_of
from geozones.maps.shapes import encode_lines, to_degrees
from geozones.maps.terms import UNITS
from geozones.maps.words import date_or_none, number_or_none, short, t, text_or_none

Columns = dict[str, Any]


def network_columns(content: PageContent, shown: NDArray[np.intp]) -> dict[str, Columns]:
    """Describe the networks at the plots of a page.

    Parameters
    ----------
    shown
        Rows of `content.tables.plots`, in the order of the page's plots.

    Returns
    -------
    By network: `unit`, `limit` (metres that count as near) and `why` (reason of an unknown answer). For the public
    also `klass`, the class of the distance. Else `metres` (the nearest existing connection, rounded), `lines` (names),
    `points` (name, free capacity, date), and for `existing` and `planned` the columns `line`, `lineM`, `lineStep`,
    `point`, `pointM`, `pointStep`, `shared`, `link` (places in `lines` and `points`, rounded metres, how many plots
    share the capacity, the link as steps).
    """
    plot_ids = content.tables.plots["plot_id"].iloc[shown]
    return {network: _one_network(content, network, plot_ids) for network in NETWORKS}


def _one_network(content: PageContent, network: str, plot_ids: pd.Series) -> Columns:
    existing = networks_of(content, network, "existing", plot_ids)
    limit = content.near_m.get(network)
    columns: Columns = {
        "unit": t(UNITS[network]).as_json(),
        "limit": None if limit is None else round(limit),
        "why": [str(why) if near == "unknown" else "" for why, near in zip(existing["near_reason"], existing["near"], strict=True)],
    }
    if content.is_public:
        return columns | {"klass": [None if pd.isna(place) else int(place) for place in existing["distance_class"]]}
    planned = networks_of(content, network, "planned", plot_ids)
    names = _Names(content, network, [existing, planned])
    return columns | {
        "metres": _nearest_metres(existing),
        "lines": names.lines,
        "points": names.points,
        "existing": _side(content, existing, names) | {"link": _links(content, existing)},
        "planned": _side(content, planned, names),
    }


class _Names:
    """Names of the lines and points that some plots refer to, each once."""

    def __init__(self, content: PageContent, network: str, tables: list[pd.DataFrame]) -> None:
        self.line_places = _places(tables, "line_id")
        self.point_places = _places(tables, "point_id")
        lines, points = content.tables.of(network), content.tables.connection_points
        self.lines = [_name(row, key) for key, row in _rows(lines, "line_id", self.line_places)]
        self.points = [
            {
                "name": _name(row, key),
                "free": number_or_none(row.get("capacity_free")),
                "date": None if (day := date_or_none(row.get("capacity_date"))) is None else day.isoformat(),
            }
            for key, row in _rows(points, "point_id", self.point_places)
        ]


def _places(tables: list[pd.DataFrame], column: str) -> dict[str, int]:
    found = sorted({str(key) for table in tables for key in table[column].dropna()})
    return {key: place for place, key in enumerate(found)}


def _rows(table: Any, key: str, places: dict[str, int]) -> list[tuple[str, dict[str, Any]]]:
    known: dict[str, dict[str, Any]] = {}
    if table is not None:
        named = table[table[key].isin(list(places))].drop(columns="geometry")
        known = {str(row[key]): row for row in named.to_dict("records")}
    return [(name, known.get(name, {})) for name in places]


def _name(row: dict[str, Any], key: str) -> str:
    return short(text_or_none(row.get("name")) or key)


def _side(content: PageContent, rows: pd.DataFrame, names: _Names) -> Columns:
    return {
        "line": [names.line_places.get(str(key)) if isinstance(key, str) else None for key in rows["line_id"]],
        "lineM": _rounded(rows["distance_m"], rows["line_accuracy_m"]),
        "lineStep": _steps_of(rows["line_accuracy_m"]),
        "point": [names.point_places.get(str(key)) if isinstance(key, str) else None for key in rows["point_id"]],
        "pointM": _rounded(rows["point_distance_m"], rows["point_accuracy_m"]),
        "pointStep": _steps_of(rows["point_accuracy_m"]),
        "shared": _shared(content, rows),
    }


def _shared(content: PageContent, rows: pd.DataFrame) -> list[int | None]:
    """How many plots of the region have the same nearest point: its capacity is theirs together."""
    all_rows = content.plot_networks
    counts = all_rows[all_rows["state"] == "existing"].groupby("point_id").size()
    return [int(counts.get(key, 0)) or None if isinstance(key, str) else None for key in rows["point_id"]]


def _rounded(distances: pd.Series, accuracies: pd.Series) -> list[int | None]:
    return [
        None if pd.isna(distance) else rounded_m(float(distance), number_or_none(accuracy))
        for distance, accuracy in zip(distances, accuracies, strict=True)
    ]


def _steps_of(accuracies: pd.Series) -> list[int | None] | int | None:
    """Give the rounding step of every row, or one for all; None where the accuracy is unknown."""
    steps = [None if pd.isna(accuracy) else rounding_step_m(float(accuracy)) for accuracy in accuracies]
    return steps[0] if len(set(steps)) == 1 else steps


def _nearest_metres(rows: pd.DataFrame) -> list[int | None]:
    """Take the nearer of the connection point and a line that gives a connection."""
    to_line = rows["distance_m"].mask(rows["line_connectable"].eq("no"))
    line_nearer = to_line.le(rows["point_distance_m"]) | rows["point_distance_m"].isna()
    metres = to_line.where(line_nearer, rows["point_distance_m"])
    accuracy = rows["line_accuracy_m"].where(line_nearer, rows["point_accuracy_m"])
    return _rounded(metres, accuracy)


def _links(content: PageContent, rows: pd.DataFrame) -> list[Any]:
    """Draw the straight line from each plot to its nearest connection point, else to the nearest line."""
    ends = rows[["point_plot_x", "point_plot_y", "point_x", "point_y"]].to_numpy(dtype=float)
    to_line = rows[["line_plot_x", "line_plot_y", "line_x", "line_y"]].to_numpy(dtype=float)
    ends = np.where(np.isnan(ends), to_line, ends).reshape(-1, 2, 2)
    known = ~np.isnan(ends).any(axis=(1, 2))
    links = np.full(len(rows), None, dtype=object)
    links[known] = shapely.linestrings(ends[known])
    drawn = encode_lines(to_degrees(links, content.tables.plots.crs))
    return [lines[0] if lines else None for lines in drawn]
