"""Kills of the nightly rebuild in small; the full set is `make faults`."""

from __future__ import annotations

from pathlib import Path

from scripts import load_script

FAULTS = load_script("bench/faults_nightly.py")


def test_the_doors_lead_to_a_sound_run_after_every_kill(tmp_path: Path) -> None:
    found = FAULTS.kill(FAULTS.make_region(tmp_path), kills=5)
    assert found.wrong == []
    assert (found.counts["kills"], found.counts["next runs"]) == (5, 1)
