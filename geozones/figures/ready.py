"""The plots that can be offered to an investor today."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.figures.zones import SQUARE_METRES_PER_HECTARE, is_valid_on

ANSWERS = ("near", "capable", "allowed")


def ready_plots(
    plots: Any,
    states: pd.DataFrame,
    figures: pd.DataFrame,
    *,
    networks: pd.DataFrame,
    usable: pd.DataFrame | None,
    as_of: dt.date,
) -> pd.DataFrame:
    """Find the free plots with gas, power and water near, capable and allowed, the most usable hectares first.

    Parameters
    ----------
    plots, states
        Checked plots, and `lifecycle.plot_states` of them, rows in the same order.
    figures
        `zone_figures`; plots of zones that do not count are left out.
    networks
        `plot_networks` of the same plots; existing lines and points alone are asked.
    usable
        `restrictions.find_usable` of the same plots (`usable_m2`), rows in the same order; None where no rule was
        applied, and then no plot is ready.
    as_of
        The day.

    Returns
    -------
    `plot_id`, `row` (place in `plots`), `usable_ha`; plots without usable land are left out. Ordered by usable
    hectares, then zone, then plot. An unknown answer is not a yes.
    """
    if usable is None or not len(plots):
        return pd.DataFrame({"plot_id": [], "row": pd.Series(dtype=int), "usable_ha": pd.Series(dtype=float)})
    yes, wanted = _count_yes(networks, plots["plot_id"])
    counted = figures.index[figures["counted"].astype(bool)]
    usable_ha = usable["usable_m2"].to_numpy(dtype=float) / SQUARE_METRES_PER_HECTARE
    is_ready = (
        (states["map_state"] == "free").to_numpy()
        & is_valid_on(plots, as_of=as_of).to_numpy()
        & plots["zone_id"].isin(counted).to_numpy()
        & (yes == wanted)
        & (usable_ha > 0)
    )
    rows = np.flatnonzero(is_ready)
    table = pd.DataFrame(
        {
            "plot_id": plots["plot_id"].to_numpy()[rows],
            "row": rows,
            "usable_ha": usable_ha[rows],
            "zone_id": plots["zone_id"].to_numpy()[rows],
        }
    )
    table["order"] = -table["usable_ha"].round(2)
    ordered = table.sort_values(["order", "zone_id", "plot_id"], kind="stable", ignore_index=True)
    return ordered[["plot_id", "row", "usable_ha"]]


def _count_yes(networks: pd.DataFrame, plot_ids: pd.Series) -> tuple[NDArray[np.int64], int]:
    """Count the existing networks that answer every plot with three times yes; and how many are asked at all."""
    is_asked = (networks["state"] == "existing").to_numpy()
    is_yes = is_asked & np.logical_and.reduce([(networks[name] == "yes").to_numpy() for name in ANSWERS])
    ids = pd.Categorical(networks["plot_id"])
    counts = np.append(np.bincount(ids.codes[is_yes], minlength=len(ids.categories)), 0)
    places = ids.categories.get_indexer(pd.Index(plot_ids))
    return counts[places], networks["network"][is_asked].nunique()
