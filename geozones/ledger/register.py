"""What the layers say of the plots, as the ledger needs it to judge events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geozones.lifecycle import PlotFacts


@dataclass(frozen=True)
class PlotRegister:
    """The plots of the layers by id, and the latest day that an event may carry."""

    today: dt.date
    plots: Mapping[str, PlotFacts] = field(default_factory=dict)


def register_plots(plots: pd.DataFrame, zones: pd.DataFrame, *, today: dt.date) -> PlotRegister:
    """Make the register of plots from the checked layers.

    Parameters
    ----------
    plots
        Table of plots with `plot_id` and `zone_id`; `area_ha` (documentary) and `valid_to` where known.
    zones
        Table of zones with `zone_id`; `kind` and `register_date` where known.
    today
        The latest day that an event may carry.

    Returns
    -------
    The register; a plot of an unknown zone counts as one of a regional zone without a register date.
    """
    kinds = _column(zones, "kind")
    dates = _column(zones, "register_date")
    by_zone = {
        zone_id: (
            kind if isinstance(kind, str) else "regional",
            None if pd.isna(date) else pd.Timestamp(date).date(),
        )
        for zone_id, kind, date in zip(zones["zone_id"], kinds, dates, strict=True)
    }
    facts: dict[str, PlotFacts] = {}
    columns = [plots["plot_id"], plots["zone_id"], _column(plots, "area_ha"), _column(plots, "valid_to")]
    for plot_id, zone_id, area, end in zip(*columns, strict=True):
        kind, date = by_zone.get(zone_id, ("regional", None))
        facts[plot_id] = PlotFacts(
            zone_id=str(zone_id),
            zone_kind=kind,
            register_date=date,
            area_ha=None if pd.isna(area) else float(area),
            valid_to=None if pd.isna(end) else pd.Timestamp(end).date(),
        )
    return PlotRegister(today=today, plots=facts)


def _column(table: pd.DataFrame, name: str) -> list[Any]:
    return list(table[name]) if name in table else [None] * len(table)
