"""The plots of a page as columns: what the map, the tables, the filters and the cards read.

A column is a list with one value a plot, in the order of the plots; a column of which nothing is known is left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.config import NETWORKS
from geozones.figures import is_valid_on, measured_ha
from geozones.maps.content import PageContent
from geozones.maps.shapes import encode_points, encode_polygons, to_degrees
from geozones.maps.terms import NEED_COLUMNS
from geozones.maps.words import short, text_or_none

STATE_ORDER = ("operating", "allocated", "reserved", "releasing", "free")
"""States in the order of the area bars; a plot's column `state` counts in it."""

AREA_TOLERANCE_SHARE = 0.01
"""Measured hectares are shown beside the documentary ones where they differ by more than this share."""

_ANSWER_LETTERS = {"yes": "y", "no": "n", "unknown": "u"}
_PRIVATE_TEXTS = {
    "participant": "participant", "contract_no": "paper", "project": "project", "sector": "sector",
    "product": "product", "reserved_for": "reservedFor", "state": "detail",
}  # fmt: skip
_PRIVATE_DATES = {
    "contract_date": "paperDate", "start_due": "due", "started_on": "started", "commissioned_on": "commissioned",
    "since": "since",
}  # fmt: skip
_PRIVATE_NUMBERS = {
    "investment_kzt": "invest", "invested_kzt": "invested", "jobs_planned": "jobsPlanned",
    "jobs_actual": "jobs",
}  # fmt: skip

Columns = dict[str, Any]


def find_shown(content: PageContent, zone_id: str | None = None) -> NDArray[np.intp]:
    """Find the rows of the plots that a page shows: valid on the day, of one zone or of all."""
    plots = content.tables.plots
    shown = is_valid_on(plots, as_of=content.as_of).to_numpy()
    if zone_id is not None:
        shown = shown & (plots["zone_id"] == zone_id).to_numpy()
    return np.flatnonzero(shown)


def plot_columns(content: PageContent, rows: NDArray[np.intp]) -> Columns:
    """Give the columns that pages of both audiences have.

    Parameters
    ----------
    rows
        Rows of `content.tables.plots` to give.

    Returns
    -------
    `id`, `number`, `state` (place in `STATE_ORDER`), `ha` (documentary, else measured), `measured` (where it
    differs, else null), `cadastral`, `hazard`, `need` (a list a network), `near` (a text of y, n, u a network).
    """
    plots = content.tables.plots.iloc[rows]
    states = content.states["map_state"].to_numpy()[rows]
    measured = measured_ha(plots).to_numpy()
    stated = plots["area_ha"].to_numpy(dtype=float)
    differs = np.abs(measured - stated) > AREA_TOLERANCE_SHARE * stated
    columns: Columns = {
        "id": [str(plot_id) for plot_id in plots["plot_id"]],
        "number": _texts(plots["number"]),
        "state": [STATE_ORDER.index(state) for state in states],
        "ha": [round(float(area), 4) for area in np.where(np.isnan(stated), measured, stated)],
        "measured": [round(float(area), 4) if apart else None for area, apart in zip(measured, differs, strict=True)],
        "cadastral": _texts(plots["cadastral_no"]),
        "hazard": _texts(plots["hazard_class"]),
        "need": {network: _numbers(plots[NEED_COLUMNS[network]]) for network in NETWORKS},
        "near": {network: _near_letters(content, network, plots["plot_id"]) for network in NETWORKS},
    }
    return columns


def private_columns(content: PageContent, rows: NDArray[np.intp]) -> Columns:
    """Give the columns that only internal pages have: participant, documents, dates, project, start passed."""
    states = content.states.iloc[rows]
    columns: Columns = {"passed": [int(passed) for passed in states["start_passed"]]}
    for source, name in _PRIVATE_TEXTS.items():
        columns[name] = _texts(states[source])
    for source, name in _PRIVATE_DATES.items():
        columns[name] = [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in states[source]]
    for source, name in _PRIVATE_NUMBERS.items():
        columns[name] = _numbers(states[source])
    return {name: values for name, values in columns.items() if any(value is not None for value in values)}


def shape_columns(content: PageContent, rows: NDArray[np.intp]) -> Columns:
    """Give the shapes of the plots and the places of their labels."""
    plots = content.tables.plots.iloc[rows]
    shapes = to_degrees(plots.geometry.array, plots.crs)
    return {"shapes": encode_polygons(shapes), "at": encode_points(shapely.point_on_surface(shapes))}


def networks_of(content: PageContent, network: str, state: str, plot_ids: pd.Series) -> pd.DataFrame:
    """Take the rows of one network and state out of `plot_networks`, in the order of `plot_ids`."""
    networks = content.plot_networks
    of_this = networks[(networks["network"] == network) & (networks["state"] == state)]
    return of_this.set_index("plot_id").reindex(plot_ids)


def _near_letters(content: PageContent, network: str, plot_ids: pd.Series) -> str:
    near = networks_of(content, network, "existing", plot_ids)["near"]
    return "".join(_ANSWER_LETTERS.get(answer, "u") for answer in near)


def _texts(values: pd.Series) -> list[str | None]:
    found = [text_or_none(value) for value in values]
    return [None if text is None else short(text) for text in found]


def _numbers(values: pd.Series) -> list[float | int | None]:
    return [None if pd.isna(value) else int(value) if value == int(value) else float(value) for value in values]
