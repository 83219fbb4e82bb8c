"""A build from layers to published maps: complete or nothing, the same bytes twice, nothing personal in public."""

from __future__ import annotations

import csv
import datetime as dt
import filecmp
import json
import shutil
from pathlib import Path

import pytest

from geozones import pipeline, publish
from geozones.config import Config, load_config
from geozones.errors import ConfigError, CrsError, InputError

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """Give a copy of the shipped layers that a test may damage."""
    return Path(shutil.copytree(ROOT / "layers", tmp_path / "layers"))


def settings_of(region: Path) -> Config:
    return load_config(region / "geozones.toml", environ={})


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    if old not in text:
        pytest.fail(f"{path.name} does not hold {old!r}")
    path.write_text(text.replace(old, new), "utf-8")


def files_of(run: Path) -> list[str]:
    return sorted(path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file())


def test_figures_are_those_of_the_news_item(region: Path, tmp_path: Path) -> None:
    report = pipeline.build(settings_of(region), out=tmp_path / "out")
    published = {"zones": 16, "zones_regional": 14, "zones_private": 2, "zones_new": 5, "projects": 82}
    assert {name: report.summary[name] for name in published} == published
    assert report.summary["area_regional_ha"] == 1700.0
    assert report.summary["investment_kzt"] == 120_000_000_000
    assert report.fatal_issues == 0


def test_summary_equals_the_sums_of_the_layers(demo_run) -> None:  # type: ignore[no-untyped-def]
    zones = json.loads((demo_run.config.parent / "zones.geojson").read_text("utf-8"))["features"]
    regional = [zone["properties"] for zone in zones if zone["properties"]["kind"] == "regional"]
    assert demo_run.summary["zones_regional"] == len(regional)
    assert demo_run.summary["area_regional_ha"] == pytest.approx(sum(zone["area_ha"] for zone in regional))
    with (demo_run.config.parent / "register.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert demo_run.summary["projects"] == sum(bool(row["project"]) for row in rows)
    assert demo_run.summary["investment_kzt"] == sum(int(row["investment_kzt"] or 0) for row in rows)


def test_two_builds_give_the_same_bytes_apart_from_run_json(region: Path, tmp_path: Path) -> None:
    config = settings_of(region)
    runs = []
    for out in (tmp_path / "first", tmp_path / "second"):
        pipeline.build(config, out=out)
        runs.append(publish.current_run(out))
    names = files_of(runs[0])
    assert names == files_of(runs[1])
    _, different, unreadable = filecmp.cmpfiles(*runs, names, shallow=False)
    assert (different, unreadable) == (["run.json"], [])


def test_every_feature_read_is_checked_or_set_aside(region: Path) -> None:
    checked = pipeline.check_region(settings_of(region))
    assert {layer.key: layer.read for layer in checked.layers} == {
        layer.key: len(layer.table) + len(layer.quarantine) for layer in checked.layers
    }
    assert len(checked.issues[checked.issues["severity"] == "error"]) == 0


def test_a_damaged_layer_keeps_the_published_maps(region: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    pipeline.build(settings_of(region), out=out)
    before = publish.current_run(out)
    plots = region / "plots.geojson"
    plots.write_bytes(plots.read_bytes()[: plots.stat().st_size // 2])
    with pytest.raises(InputError, match="Layer plots: "):
        pipeline.build(settings_of(region), out=out)
    assert publish.current_run(out) == before
    assert [path.name for path in (out / "runs").iterdir()] == [before.name]


def test_a_layer_that_may_be_missing_is_an_issue_and_its_answers_are_unknown(region: Path, tmp_path: Path) -> None:
    (region / "gas.geojson").unlink()
    with pytest.raises(InputError, match=r"Layer gas: gas\.geojson"):
        pipeline.build(settings_of(region), out=tmp_path / "out")
    replace_in(region / "geozones.toml", 'source = "gas.geojson"', 'source = "gas.geojson"\nrequired = false')
    config = settings_of(region)
    checked = pipeline.check_region(config)
    assert checked.issues["rule"].tolist().count("layer_absent") == 1
    networks = pipeline.analyse(checked, config, as_of=dt.date(2025, 2, 10)).plot_networks
    gas = networks[(networks["network"] == "gas") & (networks["near"] != "yes")]
    assert set(gas["near"]) == {"unknown"}
    assert networks.loc[networks["network"] == "gas", "distance_m"].isna().all()


def test_a_shapefile_without_crs_is_refused_with_what_to_write(region: Path, tmp_path: Path) -> None:
    import geopandas as gpd

    gpd.read_file(region / "zones.geojson")[["zone_id", "name_ru", "kind", "status", "geometry"]].to_file(
        region / "zones.shp", encoding="utf-8"
    )
    (region / "zones.prj").unlink()
    replace_in(region / "geozones.toml", '"zones.geojson"', '"zones.shp"')
    with pytest.raises(CrsError, match=r"(?s)Layer zones: .*crs = "):
        pipeline.build(settings_of(region), out=tmp_path / "out")


def test_coverage_of_a_district_that_is_not_there_is_refused(region: Path, tmp_path: Path) -> None:
    replace_in(region / "geozones.toml", 'coverage = ["6110"', 'coverage = ["9999"')
    with pytest.raises(ConfigError, match="coverage names 9999"):
        pipeline.build(settings_of(region), out=tmp_path / "out")


def test_the_day_is_the_one_given_else_that_of_the_settings(region: Path) -> None:
    config = settings_of(region)
    assert pipeline.choose_day(config, dt.date(2026, 1, 1)) == dt.date(2026, 1, 1)
    assert pipeline.choose_day(config, None) == dt.date(2025, 2, 10)


def test_real_layers_build_and_show_the_issues_they_have(
    region: Path, tmp_path: Path, real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load_config(ROOT / "examples/turkestan/geozones.toml", environ={"GEOZONES_REAL_DATA": str(real_data)})
    config = config.model_copy(update={"state_dir": tmp_path / "state"})
    report = pipeline.build(config, out=tmp_path / "out")
    assert report.summary["zones"] == 16
    run = publish.current_run(tmp_path / "out")
    with (run / "data" / "issues.csv").open(encoding="utf-8-sig") as file:
        rules = {(row["layer"], row["rule"]) for row in csv.DictReader(file, delimiter=";")}
    assert {("gas", "line_cancelled"), ("gas", "geometry_repeated")} <= rules
    with (run / "data" / "plot_networks.csv").open(encoding="utf-8-sig") as file:
        answers = {(row["network"], row["near"]) for row in csv.DictReader(file, delimiter=";")}
    assert answers == {("gas", "unknown"), ("power", "unknown"), ("water", "unknown")}
