"""The plots as columns: what the map, the tables, the filters and the cards of a page read.

A column has one value a plot, in the order of the plots. `all_columns` makes them once for all plots;
`pick` takes those of one page.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.config import NETWORKS
from geozones.figures import SQUARE_METRES_PER_HECTARE, measured_ha
from geozones.maps.content import PageContent
from geozones.maps.plot_networks import PlotNetworks
from geozones.maps.shapes import encode_points, encode_polygons, to_degrees
from geozones.maps.terms import NEED_COLUMNS, STATE_ORDER
from geozones.maps.tiles import take_rows
from geozones.maps.values import (
    Numbers,
    Texts,
    find_places,
    join_letters,
    keep_dates,
    keep_keys,
    keep_numbers,
    keep_texts,
    letters_of,
)
from geozones.tables import HAZARD_CLASSES, RegionTables

AREA_TOLERANCE_SHARE = 0.01
"""Measured hectares are shown beside the documentary ones where they differ by more than this share."""

_PRIVATE_TEXTS = {
    "participant": "participant", "contract_no": "paper", "project": "project", "sector": "sector",
    "product": "product", "reserved_for": "reservedFor",
}  # fmt: skip
_PRIVATE_DATES = {
    "contract_date": "paperDate", "start_due": "due", "started_on": "started", "commissioned_on": "commissioned",
    "since": "since",
}  # fmt: skip
_PRIVATE_NUMBERS = {
    "investment_kzt": "invest", "invested_kzt": "invested", "jobs_planned": "jobsPlanned", "jobs_actual": "jobs",
}  # fmt: skip
_OPTIONAL = {*_PRIVATE_TEXTS.values(), *_PRIVATE_DATES.values(), *_PRIVATE_NUMBERS.values()}

Columns = dict[str, Any]


def all_columns(content: PageContent, networks: PlotNetworks, *, with_shapes: bool = True) -> Columns:
    """Give the columns of all plots.

    Parameters
    ----------
    content, networks
        What the pages show, and what the plots have near.
    with_shapes
        Whether `shapes` and `at` are among them; tiles hold the shapes of large data.

    Returns
    -------
    `id`, `number`, `state` (place in `STATE_ORDER`; -1 for an ended plot), `ha` (documentary, else measured),
    `measured` (where it differs, else null), `cadastral`, `hazard`, `need` (a list a network), `near` (a text of
    y, n, u a network),
    `far` (rounded metres, or the class of the distance for the public), `zone` (row of the zone, -1 for none),
    `shapes`, `at`. Of internal content also `passed` (0 or 1), participant, papers, dates, project and money,
    `spare` (free capacity), and `capable` and `allowed` as `near` where they are answered.
    """
    plots = content.tables.plots
    columns: Columns = {
        "id": keep_keys(plots["plot_id"]),
        "number": keep_texts(plots["number"]),
        "state": find_places(content.states["map_state"], STATE_ORDER),
        "zone": zone_places(content.tables),
        **_areas(content),
        "cadastral": keep_texts(plots["cadastral_no"]),
        "hazard": keep_texts(plots["hazard_class"]),
        "need": {network: keep_numbers(plots[NEED_COLUMNS[network]]) for network in NETWORKS},
        "near": {network: networks.letters(network, "near") for network in NETWORKS},
        "far": {network: networks.far(network) for network in NETWORKS},
        **_land(content),
    }
    if with_shapes:
        shapes = to_degrees(plots.geometry.array, plots.crs)
        columns |= {"shapes": encode_polygons(shapes), "at": encode_points(shapely.point_on_surface(shapes))}
    return columns if content.is_public else columns | _private_columns(content.states) | _supply_columns(networks)


def zone_places(tables: RegionTables) -> NDArray[np.intp]:
    """Give the row of the zone of every plot, -1 for none."""
    return find_places(tables.plots["zone_id"], tables.zones["zone_id"].tolist())


def _supply_columns(networks: PlotNetworks) -> Columns:
    """What the public does not get: free capacities, and the answers that rest on them and on the rules."""
    given = [answer for answer in ("capable", "allowed") if networks.gives(answer)]
    return {
        "spare": {network: networks.spare(network) for network in NETWORKS},
        **{answer: {network: networks.letters(network, answer) for network in NETWORKS} for answer in given},
    }


def pick(columns: Columns, rows: Any) -> Columns:
    """Take the values of some plots out of all columns; a private one of which nothing is known is left out."""
    picked: Columns = {}
    for name, values in columns.items():
        if isinstance(values, dict):
            picked[name] = pick(values, rows)
        elif isinstance(values, str):
            letters = np.frombuffer(values.encode("ascii"), dtype=np.uint8)
            picked[name] = letters[rows].tobytes().decode("ascii")
        else:
            taken = isinstance(values, np.ndarray | Numbers | Texts)
            picked[name] = values[rows].tolist() if taken else [values[row] for row in rows]
    return {
        name: values
        for name, values in picked.items()
        if name not in _OPTIONAL or values.count(None) < len(values)
    }


def unfold(columns: Columns, rows: NDArray[np.intp]) -> Columns:
    """Take the values of some plots out of all columns as arrays, from which `pick` takes a few at a time."""
    return {
        name: unfold(values, rows)
        if isinstance(values, dict)
        else values[rows]
        if isinstance(values, np.ndarray | Numbers | Texts)
        else take_rows(values, rows)
        for name, values in columns.items()
    }


def _areas(content: PageContent) -> Columns:
    plots = content.tables.plots
    known = measured_ha(plots) if content.measured_ha is None else content.measured_ha
    measured = known.to_numpy()
    stated = plots["area_ha"].to_numpy(dtype=float)
    differs = np.abs(measured - stated) > AREA_TOLERANCE_SHARE * stated
    return {
        "ha": keep_numbers(np.where(np.isnan(stated), measured, stated), decimals=4),
        "measured": keep_numbers(np.where(differs, measured, np.nan), decimals=4),
    }


def _land(content: PageContent) -> Columns:
    columns: Columns = {}
    if content.usable is not None:
        usable_ha = content.usable["usable_m2"] / SQUARE_METRES_PER_HECTARE
        columns["usable"] = keep_numbers(usable_ha, decimals=4)
    if content.hazard_classes is not None:
        answers = [letters_of(content.hazard_classes[f"class_{name}"]) for name in HAZARD_CLASSES]
        columns["classes"] = join_letters(answers)
    return columns


def _private_columns(states: pd.DataFrame) -> Columns:
    columns: Columns = {"passed": states["start_passed"].to_numpy(dtype=int)}
    for source, name in _PRIVATE_TEXTS.items():
        columns[name] = keep_texts(states[source])
    for source, name in _PRIVATE_DATES.items():
        columns[name] = keep_dates(states[source])
    for source, name in _PRIVATE_NUMBERS.items():
        columns[name] = keep_numbers(states[source])
    return columns
