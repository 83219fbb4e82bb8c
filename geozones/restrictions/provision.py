"""Provision of zones with gas, power and water: needed, provided, missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geozones.config import NETWORKS
from geozones.tables import CAPACITY_UNITS, NEED_COLUMNS

SUPPLIED = "operating"
"""Map state of plots that already have what they need: free capacity is what is left beside them."""


@dataclass(frozen=True)
class ZoneNeeds:
    """What the plots of every zone that do not operate yet need of each utility, in the order of the zones.

    `sums` by need column: the sum of the stated needs, NaN where none is stated · `silent` by need column: how
    many of these plots state none, so that the sum is the least that is needed.
    """

    sums: dict[str, Any]
    silent: dict[str, Any]


def find_needs(zones: pd.DataFrame, plots: pd.DataFrame, states: pd.DataFrame) -> ZoneNeeds:
    """Sum up what the plots of every zone that do not operate yet need.

    Parameters
    ----------
    zones
        Table of zones with `zone_id`.
    plots
        Plots that count, with `zone_id` and the needs (`need_power_kw`, `need_gas_m3h`, `need_water_m3d`).
    states
        Their states, rows in the same order, with `map_state`. Operating plots are supplied already.
    """
    waiting = plots[(states["map_state"] != SUPPLIED).to_numpy(dtype=bool)]
    zone_ids = zones["zone_id"].astype("str").to_numpy(dtype=object)
    by_zone = waiting.groupby("zone_id")
    columns = tuple(NEED_COLUMNS[network] for network in NETWORKS)
    return ZoneNeeds(
        {name: by_zone[name].sum(min_count=1).reindex(zone_ids).to_numpy(dtype=float) for name in columns},
        {
            name: waiting[name]
            .isna()
            .groupby(waiting["zone_id"])
            .sum()
            .reindex(zone_ids, fill_value=0)
            .to_numpy(int)
            for name in columns
        },
    )


def find_provision(zones: pd.DataFrame, needs: ZoneNeeds, zone_networks: pd.DataFrame) -> pd.DataFrame:
    """Find what every zone needs of each utility, what is there for it, and what is missing.

    Parameters
    ----------
    zones
        Table of zones with `zone_id`.
    needs
        `find_needs` of the same zones.
    zone_networks
        `proximity.find_networks` of the same zones, with `near`, `capable_point_id`, `capacity_free`.

    Returns
    -------
    DataFrame
        A row a zone and utility (gas, power, water): `zone_id` · `network` · `unit` · `needed` (of the plots that
        do not operate yet; NaN where no need is known) · `plots_without_need` (how many of them state none) ·
        `provided` (free capacity of the connection point that serves; 0 where nothing is near; NaN where unknown)
        · `planned` (the same of what is being built or planned) · `missing` (NaN where unknown) · `point_id` ·
        `shared_by` (how many zones stand near the point: its capacity is shared, never summed) · `answer`
        (yes: all that the plots state to need is there; no; unknown).
    """
    zone_ids = zones["zone_id"].astype("str").to_numpy(dtype=object)
    blocks = [
        _provide(zone_ids, needs, network, zone_networks[zone_networks["network"] == network])
        for network in NETWORKS
    ]
    table = pd.concat(blocks, ignore_index=True)
    order = np.arange(len(table)).reshape(len(NETWORKS), len(zone_ids)).T.ravel()
    return table.take(order).reset_index(drop=True)


def _provide(zone_ids: Any, needs: ZoneNeeds, network: str, around: pd.DataFrame) -> pd.DataFrame:
    needed, without = needs.sums[NEED_COLUMNS[network]], needs.silent[NEED_COLUMNS[network]]
    around = around.set_index(around["zone_id"].astype("str"))
    existing = around[around["state"] == "existing"].reindex(zone_ids)
    planned = around[around["state"] == "planned"].reindex(zone_ids)
    provided, to_come = _capacity(existing), _capacity(planned)
    missing = np.maximum(needed - provided, 0.0)
    short = needed > provided
    enough = needed <= provided
    return pd.DataFrame(
        {
            "zone_id": zone_ids,
            "network": network,
            "unit": CAPACITY_UNITS[network],
            "needed": needed,
            "plots_without_need": without,
            "provided": provided,
            "planned": to_come,
            "missing": missing,
            "point_id": existing["capable_point_id"].to_numpy(dtype=object),
            "shared_by": existing["shared_by"].to_numpy(dtype=float, na_value=np.nan),
            "answer": np.select([short, provided == 0, enough], ["no", "no", "yes"], "unknown"),
        }
    ).astype({"zone_id": "str", "point_id": "str", "shared_by": "Int64"})


def _capacity(around: pd.DataFrame) -> Any:
    """Return the free capacity that serves, 0 where nothing is near, NaN where that is unknown."""
    near = around["near"].to_numpy(dtype=object)
    free = around["capacity_free"].to_numpy(dtype=float, na_value=np.nan)
    return np.select([near == "no", near == "yes"], [0.0, free], np.nan)
