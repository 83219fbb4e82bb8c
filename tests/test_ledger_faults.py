"""Races and kills of the ledger in small; the full set is `make faults`."""

from __future__ import annotations

from scripts import load_script

FAULTS = load_script("bench/faults_ledger.py")


def test_processes_that_want_the_same_plots_leave_one_winner_each(ledger_url: str) -> None:
    found = FAULTS.race(ledger_url, processes=5, plots=6)
    assert found.wrong == []
    assert found.counts == {"won": 6, "refused": 24}


def test_what_was_acknowledged_survives_a_kill(ledger_url: str) -> None:
    found = FAULTS.kill(ledger_url, kills=5, plots=10)
    assert found.wrong == []
    assert found.counts["acknowledged"] >= 5
