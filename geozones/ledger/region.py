"""The ledger of a region as its settings name it, and the opening balance that fills it once."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from geozones.config import Config
from geozones.ledger.importing import ImportReport, import_opening
from geozones.ledger.register import PlotRegister
from geozones.ledger.store import Ledger, open_ledger
from geozones.lifecycle import make_calendar
from geozones.rules import load_rules


def open_region_ledger(config: Config) -> Ledger:
    """Open the ledger that the settings name, with their rules and working days.

    Raises
    ------
    UsageError, InputError, LedgerDamagedError
        As of `store.open_ledger`.
    RulesError
        A rules file of the settings is not valid.
    """
    calendar = make_calendar(days_off=config.ledger.days_off, working_days=config.ledger.working_days)
    return open_ledger(config.ledger.url, rules=load_rules(config.rules.files), calendar=calendar)


def take_opening(
    ledger: Ledger,
    config: Config,
    allocations: pd.DataFrame | None,
    *,
    register: PlotRegister,
    balance_on: dt.date,
) -> ImportReport | None:
    """Import the opening balance of the settings into an empty ledger.

    Parameters
    ----------
    ledger
        The ledger.
    config
        Settings of the region; `[ledger] opening` names the table.
    allocations
        The table as read; None where the settings name none.
    register, balance_on
        As of `importing.import_opening`.

    Returns
    -------
    The report; None where there was nothing to do.

    Raises
    ------
    ImportRefusedError
        Rows are bad or refused by a rule; the ledger stays empty.
    """
    if allocations is None or config.ledger.opening is None or ledger.head()[0]:
        return None
    return import_opening(
        ledger, allocations, register=register, balance_on=balance_on, file=config.ledger.opening.name
    )
