"""Races and kills of the ledger in small; the full set is `make faults`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def load_faults() -> ModuleType:
    path = Path(__file__).resolve().parent.parent / "bench" / "faults_ledger.py"
    spec = importlib.util.spec_from_file_location("faults_ledger", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


FAULTS = load_faults()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/ledger.sqlite"


def test_processes_that_want_the_same_plots_leave_one_winner_each(url: str) -> None:
    found = FAULTS.race(url, processes=5, plots=6)
    assert found.wrong == []
    assert found.counts == {"won": 6, "refused": 24}


def test_what_was_acknowledged_survives_a_kill(url: str) -> None:
    found = FAULTS.kill(url, kills=5, plots=10)
    assert found.wrong == []
    assert found.counts["acknowledged"] >= 5
