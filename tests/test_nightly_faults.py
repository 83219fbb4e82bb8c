"""Kills of the nightly rebuild in small; the full set is `make faults`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def load_faults() -> ModuleType:
    path = Path(__file__).resolve().parent.parent / "bench" / "faults_nightly.py"
    spec = importlib.util.spec_from_file_location("faults_nightly", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


FAULTS = load_faults()


def test_the_doors_lead_to_a_sound_run_after_every_kill(tmp_path: Path) -> None:
    found = FAULTS.kill(FAULTS.make_region(tmp_path), kills=5)
    assert found.wrong == []
    assert (found.counts["kills"], found.counts["next runs"]) == (5, 1)
