"""What all tests share: options, the real layers, and the demonstration, built once."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

pytest_plugins = ["browser_fixtures", "postgres_fixtures", "region_fixtures"]

ROOT = Path(__file__).resolve().parent.parent
LONG = {
    "test_changes", "test_incremental", "test_ledger_machine", "test_ledger_region", "test_nightly",
    "test_nightly_faults", "test_notebooks", "test_offline_pages", "test_pages_hostile", "test_pages_phone",
    "test_pipeline", "test_sparse_regions", "test_story_4_capacities_and_a_drawing", "test_story_addendum",
    "test_story_bad_night", "test_tiled_pages",
}  # fmt: skip
"""Files whose tests take longest: they build whole regions, or open many pages."""

MARKS = {
    "browser": {"chromium_path", "browser", "offline_page"},
    "postgres": {"postgres_server", "postgres_url", "postgis_url"},
    "real_data": {"real_data"},
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this test suite."""
    parser.addoption(
        "--update-golden", action="store_true", help="write golden files anew from what the code gives"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the part of the system that its fixtures need, for `-m 'not browser'`.

    Files with long tests come first, so that no worker is left with one of them when the others are done.
    """
    items.sort(key=lambda item: item.path.stem not in LONG)
    for item in items:
        for mark, fixtures in MARKS.items():
            if fixtures & set(getattr(item, "fixturenames", ())):
                item.add_marker(mark)


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Tell whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Give the folder of the region's real layers, which lies beside the repository and is never part of it."""
    folder = Path(os.environ.get("GEOZONES_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not any(folder.glob("*.geojson")):
        pytest.skip("the real layers are not here; GEOZONES_REAL_DATA names their folder")
    return folder.resolve()


@dataclass(frozen=True)
class DemoRun:
    """The demonstration as `make maps` builds it: its settings, its maps folder and its run folder."""

    config: Path
    out: Path
    run: Path
    summary: dict[str, Any]


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> DemoRun:
    """Build the shipped layers once for all tests and workers; a test that changes the run copies it."""
    from geozones import publish

    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "demo"
    config, out = folder / "layers" / "geozones.toml", folder / "maps_out"
    with FileLock(f"{folder}.lock"):
        if not (folder / "built").exists():
            build_demonstration(config, out)
            (folder / "built").touch()
    run = publish.current_run(out)
    if run is None:
        pytest.fail("the build of the demonstration published no run")
    summary = json.loads((run / "data" / "summary.json").read_text(encoding="utf-8"))
    return DemoRun(config, out, run, summary)


def build_demonstration(config: Path, out: Path) -> None:
    """Build a copy of the shipped layers, so that ledger and maps of this folder are not touched."""
    from geozones import pipeline
    from geozones.config import load_config

    shutil.rmtree(config.parent, ignore_errors=True)
    shutil.copytree(ROOT / "layers", config.parent)
    pipeline.build(load_config(config, environ={}), out=out)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide variables of the person who runs the tests, and let every test begin in English."""
    from geozones.cli.messages import FIRST_LANGUAGE, speak

    for name in [name for name in os.environ if name.startswith("GEOZONES_")]:
        monkeypatch.delenv(name)
    speak(FIRST_LANGUAGE)
