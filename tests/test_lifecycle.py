"""States of plots on a date."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from geozones.errors import InputError
from geozones.lifecycle import STATE_COLUMNS, plot_states

DAY = dt.date(2025, 2, 10)


def make_plots(*ids: str) -> pd.DataFrame:
    return pd.DataFrame({"plot_id": list(ids)})


def make_allocation(plot_id: str = "P1", **columns: object) -> pd.DataFrame:
    return pd.DataFrame([{"plot_id": plot_id, "participant": "Demo 1", **columns}])


@pytest.mark.parametrize(
    ("columns", "state", "map_state"),
    [
        ({"reserved_for": "Demo 1"}, "reserved", "reserved"),
        ({"council_date": "2025-01-05"}, "approved", "reserved"),
        ({"council_date": "2025-01-05", "contract_date": "2025-02-10"}, "contracted", "allocated"),
        ({"council_date": "2025-01-05", "contract_date": "2025-02-11"}, "approved", "reserved"),
        ({"contract_date": "2024-01-05", "started_on": "2024-06-01"}, "building", "allocated"),
        (
            {"contract_date": "2024-01-05", "started_on": "2024-06-01", "commissioned_on": "2025-01-01"},
            "operating",
            "operating",
        ),
        ({"contract_date": "2025-03-01"}, "free", "free"),
    ],
)
def test_state_follows_the_dates_of_the_opening_row(
    columns: dict[str, object], state: str, map_state: str
) -> None:
    states = plot_states(make_plots("P1"), make_allocation(**columns), as_of=DAY)
    assert states.loc[0, ["state", "map_state"]].tolist() == [state, map_state]


@pytest.mark.parametrize("allocations", [None, make_allocation("P9", contract_date="2024-01-01")])
def test_plots_without_a_row_are_free(allocations: pd.DataFrame | None) -> None:
    states = plot_states(make_plots("P2", "P1"), allocations, as_of=DAY)
    assert states["plot_id"].tolist() == ["P2", "P1"]
    assert set(states["state"]) == {"free"}
    assert not states["start_passed"].any()
    assert list(states.columns) == list(STATE_COLUMNS)


@pytest.mark.parametrize(
    ("columns", "passed"),
    [
        ({"start_due": "2025-02-09"}, True),
        ({"start_due": "2025-02-10"}, False),
        ({"start_due": "2025-02-09", "started_on": "2025-02-01"}, False),
        ({"start_due": "2025-02-09", "started_on": "2025-02-20"}, True),
        ({"start_due": "2025-02-09", "commissioned_on": "2025-02-01"}, False),
        ({}, False),
    ],
)
def test_start_passed_is_derived(columns: dict[str, object], passed: bool) -> None:
    allocation = make_allocation(contract_date="2024-01-05", **columns)
    states = plot_states(make_plots("P1"), allocation, as_of=DAY)
    assert states["start_passed"].tolist() == [passed]


def test_since_is_the_date_of_the_document() -> None:
    allocation = make_allocation(contract_date="2024-01-05", started_on="2024-06-01")
    states = plot_states(make_plots("P1", "P2"), allocation, as_of=DAY)
    assert states["since"].tolist() == [pd.Timestamp("2024-06-01"), pd.NaT]


def test_a_free_plot_carries_no_participant() -> None:
    allocation = make_allocation(contract_date="2025-03-01", investment_kzt=5)
    states = plot_states(make_plots("P1"), allocation, as_of=DAY)
    assert states.loc[0, "participant"] is None
    assert pd.isna(states.loc[0, "contract_date"])
    assert pd.isna(states.loc[0, "investment_kzt"])


def test_two_rows_of_one_plot_are_refused() -> None:
    twice = pd.concat([make_allocation(), make_allocation()])
    with pytest.raises(InputError, match="P1"):
        plot_states(make_plots("P1"), twice, as_of=DAY)


def test_index_and_order_of_the_plots_are_kept() -> None:
    plots = make_plots("P2", "P1").set_index(pd.Index([7, 3]))
    states = plot_states(plots, make_allocation(contract_date="2024-01-05"), as_of=DAY)
    assert states.index.tolist() == [7, 3]
    assert states["state"].tolist() == ["free", "contracted"]
