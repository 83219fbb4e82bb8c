"""A question between two builds: what is known of layers is taken over, no ledger is written."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from region_fixtures import SmallRegion

from geozones import cache, ledger, pipeline
from geozones.cache import Store
from geozones.cli.app import run
from geozones.cli.site_region import screen_sites
from geozones.config import load_config
from geozones.layers import IsolatedReader
from geozones.screening import as_records


def screen(region: SmallRegion, *sites: str) -> list[dict[str, Any]]:
    _, found = screen_sites(load_config(region.config, environ={}), list(sites))
    records: list[dict[str, Any]] = json.loads(json.dumps(as_records(found), default=str))
    return records


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what the reading process is asked for."""
    files: list[str] = []
    ask = IsolatedReader._ask

    def note(self: IsolatedReader, task: Any, *, shown: str, seconds: float) -> Any:
        files.append(shown)
        return ask(self, task, shown=shown, seconds=seconds)

    monkeypatch.setattr(IsolatedReader, "_ask", note)
    return files


def test_layers_are_read_once_and_then_recalled_with_the_same_answers(
    small_region: SmallRegion, asked: list[str]
) -> None:
    first = screen(small_region, "tole-bi")
    assert {"zones.geojson", "parcels.geojson", "register.csv"} <= set(asked)
    asked.clear()
    assert (screen(small_region, "tole-bi"), asked) == (first, [])


def test_a_layer_that_changed_is_read_again(small_region: SmallRegion, asked: list[str]) -> None:
    before = screen(small_region, "tole-bi")
    asked.clear()
    small_region.edit("parcels", lambda features: [])
    after = screen(small_region, "tole-bi")
    assert asked == ["parcels.geojson"]
    assert "site.granted" in {
        finding["rule_id"] for finding in before[0]["findings"] if finding["answer"] == "block"
    }
    assert {finding["answer"] for finding in after[0]["findings"] if finding["rule_id"] == "site.granted"} != {
        "block"
    }


def test_what_a_build_kept_is_taken_over(built_region: SmallRegion, asked: list[str]) -> None:
    screen(built_region, "tole-bi")
    assert asked == []


def test_a_state_folder_that_cannot_be_written_keeps_no_answer_back(small_region: SmallRegion) -> None:
    config = load_config(small_region.config, environ={})
    config.state_dir.mkdir(parents=True, exist_ok=True)
    (config.state_dir / cache.FOLDER).write_text("a file where the folder should be", "utf-8")
    assert screen(small_region, "tole-bi")[0]["site_id"] == "tole-bi"


def free_ha(region: SmallRegion) -> float:
    config = load_config(region.config, environ={})
    _, found = screen_sites(config, ["tole-bi"])
    assert found.case.zone_figures is not None
    return float(found.case.zone_figures["free_ha"].sum())


def test_free_land_is_that_of_the_ledger(built_region: SmallRegion, capsys: Any) -> None:
    before = free_ha(built_region)
    config = load_config(built_region.config, environ={})
    region, states = pipeline.recall_region(config, as_of=pipeline.choose_day(config, None))
    plots = region.tables.plots.assign(state=states["map_state"].to_numpy())
    plot = plots.loc[plots["state"] == "free", "plot_id"].iloc[0]
    told = ["--date", "2025-02-01", "--by", "t", "--reserved-for", "road", "-c", str(built_region.config)]
    assert run(["ledger", "record", "reserve", plot, *told]) == 0, capsys.readouterr().err
    area = plots.loc[plots["plot_id"] == plot, "area_ha"].iloc[0]
    assert free_ha(built_region) == pytest.approx(before - area)


def test_a_region_without_ledger_gets_none_from_a_question(small_region: SmallRegion) -> None:
    config = load_config(small_region.config, environ={})
    plots = pipeline.recall_region(config, as_of=pipeline.choose_day(config, None))[0].tables.plots
    assert ledger.find_recorded_states(config, plots, as_of=pipeline.choose_day(config, None)) is None
    assert not list(config.state_dir.glob("ledger*"))


# ---- entries ----


def test_two_processes_may_write_one_entry(tmp_path: Path) -> None:
    first, second = Store(tmp_path), Store(tmp_path)
    with first.write("layers", "a" * 64) as one, second.write("layers", "a" * 64) as other:
        assert one != other
        (one / "x").write_bytes(b"1")
        (other / "x").write_bytes(b"1")
    entry = Store(tmp_path).find("layers", "a" * 64)
    assert entry is not None
    assert (entry / "x").read_bytes() == b"1"
    assert [path.name for path in (tmp_path / "layers").iterdir()] == ["a" * 64]


@pytest.mark.parametrize("must_keep", [True, False])
def test_a_build_says_that_an_entry_cannot_be_written_and_a_question_does_not(
    tmp_path: Path, must_keep: bool
) -> None:
    (tmp_path / "layers").write_text("no folder", "utf-8")
    store = Store(tmp_path, must_keep=must_keep)

    def keep() -> None:
        with store.forgive(), store.write("layers", "a" * 64) as folder:
            (folder / "x").write_bytes(b"1")

    if must_keep:
        with pytest.raises(OSError, match="layers"):
            keep()
    else:
        keep()


# ---- what a command loads ----


def test_a_screening_loads_neither_maps_nor_letters_nor_database() -> None:
    code = (
        "import sys, geozones.cli.site_region, geozones.pipeline.region\n"
        "heavy = {'folium', 'docx', 'openpyxl', 'sqlalchemy', 'jinja2', 'typst', 'fiona'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("package", ["cache", "layers", "ledger", "maps", "reports"])
def test_names_that_are_imported_when_used_are_all_there(package: str) -> None:
    module = importlib.import_module(f"geozones.{package}")
    assert module.__all__ == sorted(module._HOMES, key=module.__all__.index)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    with pytest.raises(AttributeError, match="nothing"):
        module.nothing  # noqa: B018
