"""The states of plots as the ledger stands: read, never filled or changed, and not opened before there is one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from geozones.config import Config

_FILE = "sqlite:///"


def find_recorded_states(config: Config, plots: pd.DataFrame, *, as_of: dt.date) -> pd.DataFrame | None:
    """Read the states of plots on a day from the region's ledger.

    Parameters
    ----------
    config
        Settings of the region.
    plots
        Table of plots; only `plot_id` is read.
    as_of
        Day of the states.

    Returns
    -------
    A row a plot, as of `Ledger.tabulate`; None where the ledger holds no event yet.

    Raises
    ------
    UsageError, InputError, LedgerDamagedError, RulesError
        As of `open_region_ledger`.
    """
    url = config.ledger.url
    if url.startswith(_FILE) and not Path(url.removeprefix(_FILE)).is_file():
        return None
    from geozones.ledger.region import open_region_ledger

    with open_region_ledger(config) as ledger:
        return ledger.tabulate(plots, as_of=as_of) if ledger.head()[0] else None
