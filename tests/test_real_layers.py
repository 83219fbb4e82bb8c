"""The real layers of the region: repeated, cancelled and coarse pipelines never give a firm or a shaky answer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
import shapely

from geozones import pipeline
from geozones.analysis import Analysis
from geozones.config import load_config
from geozones.proximity import find_nearest
from geozones.tables import RegionTables

ROOT = Path(__file__).resolve().parent.parent
COARSE = ("gas", "power")


@pytest.fixture(scope="module")
def analysed(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[RegionTables, Analysis]:
    """Read and analyse the real layers once."""
    settings = ROOT / "examples/turkestan/geozones.toml"
    config = load_config(settings, environ={"GEOZONES_REAL_DATA": str(real_data)})
    config = config.model_copy(update={"state_dir": tmp_path_factory.mktemp("state")})
    region = pipeline.check_region(config)
    return region.tables, pipeline.analyse(region, config, as_of=dt.date(2025, 2, 10))


@pytest.fixture
def tables(analysed: tuple[RegionTables, Analysis]) -> RegionTables:
    return analysed[0]


@pytest.fixture
def analysis(analysed: tuple[RegionTables, Analysis]) -> Analysis:
    return analysed[1]


def test_of_three_identical_pipelines_the_first_is_named_every_time(tables: RegionTables) -> None:
    gas = tables.gas
    assert gas is not None
    same = [
        place for place, shape in enumerate(gas.geometry)
        if shapely.equals_exact(shape, gas.geometry.iloc[3], tolerance=0.0)
    ]  # fmt: skip
    assert len(same) >= 2
    triple = gas.iloc[same]
    found = find_nearest(tables.plots, triple)
    assert set(found["line_id"]) == {triple["line_id"].iloc[0]}
    turned = find_nearest(tables.plots, triple.iloc[::-1])
    assert np.array_equal(turned["distance_m"], found["distance_m"])
    assert set(turned["line_id"]) == {triple["line_id"].iloc[-1]}


def test_cancelled_pipelines_are_out(tables: RegionTables, analysis: Analysis) -> None:
    gas = tables.gas
    assert gas is not None
    cancelled = set(gas.loc[gas["state"] == "cancelled", "line_id"])
    assert cancelled
    for networks in (analysis.plot_networks, analysis.zone_networks):
        assert not cancelled & set(networks["line_id"].dropna())
    for table in (analysis.findings.table(), analysis.cut_pieces, analysis.strips):
        of_gas = table[table["feature_layer"] == "gas"]
        assert not cancelled & set(of_gas["feature_id"].dropna())


def test_coarse_lines_answer_unknown_or_warn(analysis: Analysis) -> None:
    findings = analysis.findings.table()
    findings = findings[findings["feature_layer"].isin(COARSE)]
    assert len(findings)
    assert set(findings["answer"]) <= {"unknown", "warn"}
    for networks in (analysis.plot_networks, analysis.zone_networks):
        assert set(networks["near"]) == set(networks["capable"]) == set(networks["allowed"]) == {"unknown"}


def test_a_coarse_line_in_reach_says_why(analysis: Analysis) -> None:
    findings = analysis.findings.table()
    warned = findings[findings["check"] == "strip.gas_trunk"]
    assert set(warned.loc[warned["answer"] == "unknown", "reason"]) == {"approximate"}
    assert warned.loc[warned["answer"] == "warn", "feature_id"].notna().all()
