"""A build that takes over what did not change gives the bytes of a full one, whatever was edited before it."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from builders import make_square, make_table
from region_fixtures import SmallRegion

from geozones import cache, pipeline, publish
from geozones.cache import Store
from geozones.cache.frames import read_frame, write_frame
from geozones.checks import make_issues
from geozones.config import load_config
from geozones.crs import parse_crs
from geozones.maps import pages, plot_tiles
from geozones.maps.tiles import dataset
from geozones.pipeline import drawn

EXEMPT = {"run.json", "internal/changes.html", "data/changes.json"}
CRS = parse_crs("EPSG:32642")
DAY = dt.date(2025, 2, 10)


def build(folder: Path, **options: Any) -> pipeline.BuildReport:
    config = load_config(folder / "layers" / "geozones.toml", environ={})
    return pipeline.build(config, **options)


def build_in_full(region: SmallRegion, folder: Path, **options: Any) -> Path:
    """Build a copy of the region, its ledger included and its cache left out."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(region.folder, folder, ignore=shutil.ignore_patterns("maps_out", "cache"))
    build(folder, full=True, **options)
    return publish.current_run(folder / "maps_out")


def files_of(run: Path) -> dict[str, bytes]:
    names = sorted(path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file())
    return {name: (run / name).read_bytes() for name in names if name not in EXEMPT}


# ---- edits ----


def change_a_plot(region: SmallRegion, dice: random.Random) -> None:
    def change(features: list[Any]) -> list[Any]:
        dice.choice(features)["properties"]["need_power_kw"] = dice.randrange(1, 5000)
        return features

    region.edit("plots", change)


def move_a_plot(region: SmallRegion, dice: random.Random) -> None:
    def change(features: list[Any]) -> list[Any]:
        corner = dice.choice(features)["geometry"]["coordinates"][0][1]
        corner[0] += dice.choice([-1, 1]) * 1e-5
        return features

    region.edit("plots", change)


def lose_a_plot(region: SmallRegion, dice: random.Random) -> None:
    region.edit("plots", lambda features: [f for f in features if f is not dice.choice(features)])


def shuffle_plots(region: SmallRegion, dice: random.Random) -> None:
    region.edit("plots", lambda features: dice.sample(features, len(features)))


def lose_a_line(region: SmallRegion, dice: random.Random) -> None:
    layer = dice.choice(["gas", "power", "water"])
    region.edit(layer, lambda features: [f for f in features if f is not dice.choice(features)])


def rename_a_zone(region: SmallRegion, dice: random.Random) -> None:
    def change(features: list[Any]) -> list[Any]:
        dice.choice(features)["properties"]["name_ru"] = f"Зона {dice.randrange(1000)}"
        return features

    region.edit("zones", change)


def change_a_setting(region: SmallRegion, dice: random.Random) -> None:
    text = region.config.read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("near_m"))
    new = f"near_m = {{ gas = {dice.randrange(500, 9000)}, power = 3000, water = 2000 }}"
    region.config.write_text(text.replace(line, new), "utf-8")


def record_an_event(region: SmallRegion, dice: random.Random) -> None:
    from geozones.cli.app import run

    plots = json.loads(region.layer("plots").read_text("utf-8"))["features"]
    plot = dice.choice(plots)["properties"]["plot_id"]
    run(
        [
            "ledger",
            "record",
            "apply",
            plot,
            "--date",
            "2025-02-09",
            "--participant",
            "Демо",
            "--by",
            "t",
            "-c",
            str(region.config),
        ]
    )


def change_a_number(region: SmallRegion, dice: random.Random) -> None:
    """Change what cards, tables, the search and the sheets of neighbours call a plot."""

    def change(features: list[Any]) -> list[Any]:
        for name in ("cadastral_no", "number"):
            dice.choice(features)["properties"][name] = f"19-{dice.randrange(1000)}"
        return features

    region.edit("plots", change)


def change_a_capacity(region: SmallRegion, dice: random.Random) -> None:
    def change(features: list[Any]) -> list[Any]:
        dice.choice(features)["properties"]["capacity_free"] = dice.randrange(10, 9000)
        return features

    region.edit("connection_points", change)


def change_a_parcel(region: SmallRegion, dice: random.Random) -> None:
    def change(features: list[Any]) -> list[Any]:
        for feature in dice.sample(features, len(features) // 2):
            feature["properties"]["cadastral_no"] = f"19-{dice.randrange(1000)}"
        return features

    region.edit("parcels", change)


def move_a_line(region: SmallRegion, dice: random.Random) -> None:
    def change(features: list[Any]) -> list[Any]:
        for corner in dice.choice(features)["geometry"]["coordinates"]:
            corner[0] += 1e-3
        return features

    region.edit(dice.choice(["gas", "power", "water"]), change)


def change_the_language(region: SmallRegion, dice: random.Random) -> None:
    _set(region, "language", f'"{dice.choice(["kk", "en", "ru"])}"')


def change_the_day(region: SmallRegion, dice: random.Random) -> None:
    _set(region, "as_of", f"2025-02-{dice.randrange(10, 28)}")


def _set(region: SmallRegion, name: str, value: str) -> None:
    lines = region.config.read_text("utf-8").splitlines()
    changed = [f"{name} = {value}" if line.startswith(f"{name} = ") else line for line in lines]
    region.config.write_text("\n".join(changed), "utf-8")


def record_an_inspection(region: SmallRegion, dice: random.Random) -> None:
    from geozones.cli.app import run

    plots = json.loads(region.layer("plots").read_text("utf-8"))["features"]
    plot = dice.choice(plots)["properties"]["plot_id"]
    seen = ["--date", "2025-02-09", "--started", "no", "--set", "tidiness=poor"]
    assert run(["ledger", "record", "inspect", plot, *seen, "--by", "t", "-c", str(region.config)]) == 0


def change_nothing(region: SmallRegion, dice: random.Random) -> None:
    """Touch a file: its bytes stay."""
    os.utime(region.layer("plots"))


EDITS: list[Callable[[SmallRegion, random.Random], None]] = [
    change_a_plot, move_a_plot, lose_a_plot, shuffle_plots, lose_a_line, rename_a_zone, change_a_setting,
    record_an_event, change_nothing, change_a_number, change_a_capacity, change_a_parcel, move_a_line,
    change_the_language, change_the_day, record_an_inspection,
]  # fmt: skip


def write_plots_as_parquet(region: SmallRegion) -> None:
    """Write the plots as GeoParquet too: a format that is read by rows."""
    gpd.read_file(region.layer("plots")).to_parquet(region.config.parent / "plots.parquet")


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_edits_it_equals_a_full_build(built_region: SmallRegion, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    is_by_rows, told = seed == 2, []
    edits = dice.sample(EDITS, 5)
    if is_by_rows:
        text = built_region.config.read_text("utf-8")
        built_region.config.write_text(text.replace('"plots.geojson"', '"plots.parquet"'), "utf-8")
        write_plots_as_parquet(built_region)
        build(built_region.folder)
        edits = [change_a_plot, move_a_plot, *edits[:3]]
    for edit in edits:
        for _ in range(dice.choice([1, 1, 2])):
            edit(built_region, dice)
        if is_by_rows:
            write_plots_as_parquet(built_region)
        told += [str(reason) for _, reason in build(built_region.folder).reasons]
        ours = files_of(publish.current_run(built_region.out))
        theirs = files_of(build_in_full(built_region, tmp_path / "full"))
        assert ours.keys() == theirs.keys(), edit.__name__
        assert [name for name in ours if ours[name] != theirs[name]] == [], edit.__name__
    assert any("they alone are checked" in reason for reason in told) == is_by_rows


def test_nothing_changed_shares_every_file_and_says_so(built_region: SmallRegion) -> None:
    first = publish.current_run(built_region.out)
    for _ in range(2):
        report = build(built_region.folder)
        second = publish.current_run(built_region.out)
        told = json.loads((second / "data" / "changes.json").read_text("utf-8"))
        assert (told["from"]["run_id"], set(told["counts"].values())) == (first.name, {0})
        assert first.name in (second / "internal" / "changes.html").read_text("utf-8")
        assert all(os.path.samefile(first / name, second / name) for name in files_of(second))
        assert "all files are shared" in str(report.reasons[-1][1])
        assert publish.verify_run(publish.read_manifest(second)) == []
        first = second


def test_a_layer_that_may_be_missing_does_not_count_as_changed(small_region: SmallRegion) -> None:
    text = small_region.config.read_text("utf-8")
    lakes = 'source = "lakes.geojson"'
    small_region.config.write_text(text.replace(lakes, f"{lakes}\nrequired = false"), "utf-8")
    whole = small_region.layer("lakes").read_bytes()
    small_region.layer("lakes").unlink()
    build(small_region.folder)
    assert "all files are shared" in str(build(small_region.folder).reasons[-1][1])
    small_region.layer("lakes").write_bytes(whole)
    assert str(build(small_region.folder).reasons[0][1]) == "Changed since the served run: layer lakes."


def test_a_damaged_file_of_the_served_run_is_made_again(built_region: SmallRegion) -> None:
    page = publish.current_run(built_region.out) / "internal" / "index.html"
    page.chmod(0o644)
    good = page.read_bytes()
    page.write_bytes(b"damaged")
    report = build(built_region.folder)
    assert any("damaged or missing" in str(reason) for _, reason in report.reasons)
    assert (publish.current_run(built_region.out) / "internal" / "index.html").read_bytes() == good


def test_only_the_zone_of_a_changed_plot_is_worked_out_again(built_region: SmallRegion) -> None:
    change_a_plot(built_region, random.Random(3))
    reasons = [str(reason) for _, reason in build(built_region.folder).reasons]
    assert "Changed since the served run: layer plots." in reasons
    assert "Layer gas: its bytes are as before, it is not read again." in reasons
    assert "Layer plots: read and checked." in reasons
    assert "findings: 1 of 2 zones are as before, the others are worked out." in reasons


def test_only_the_page_of_the_zone_of_a_changed_plot_is_drawn_again(
    built_region: SmallRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish.current_run(built_region.out)
    change_a_plot(built_region, random.Random(3))
    drawn: list[int] = []
    draw = pages.draw_zone

    def note(atlas: Any, place: int, sheets: Any, **options: Any) -> str:
        drawn.append(place)
        return draw(atlas, place, sheets, **options)

    monkeypatch.setattr(pages, "draw_zone", note)
    report = build(built_region.folder)
    second = publish.current_run(built_region.out)
    assert len(set(drawn)) == 1
    # Of both audiences the other zone and two files of proposing; the issues; three pages of the proposed site.
    told = "10 pages and scripts are as before, they are not drawn again."
    assert [str(reason) for stage, reason in report.reasons if stage == "pages"] == [told]
    zones = [path.relative_to(first) for path in (first / "internal" / "zones").glob("*.html")]
    assert sum(os.path.samefile(first / name, second / name) for name in zones) == 1
    assert report.pages == sum(1 for _ in second.rglob("*.html")) - len(list((second / "data").rglob("*.html")))


def test_after_any_edits_tiles_equal_those_of_a_full_build(
    built_region: SmallRegion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A region whose plots are in tiles, in scripts of few plots each; after nothing changed as well."""
    monkeypatch.setattr(plot_tiles, "LARGE", 10)
    monkeypatch.setattr(plot_tiles, "LARGE_ZONE", 12)
    monkeypatch.setattr(dataset, "DETAIL_ROWS", 8)
    build(built_region.folder, full=True)
    dice = random.Random(4)
    for edit in (change_a_number, change_nothing, record_an_inspection, lose_a_plot):
        edit(built_region, dice)
        report = build(built_region.folder)
        ours = files_of(publish.current_run(built_region.out))
        theirs = files_of(build_in_full(built_region, tmp_path / "full"))
        assert ours.keys() == theirs.keys(), edit.__name__
        assert [name for name in ours if ours[name] != theirs[name]] == [], edit.__name__
        if edit in (change_a_number, record_an_inspection):
            assert any(stage == "pages" and "as before" in str(reason) for stage, reason in report.reasons)
    assert publish.verify_run(publish.read_manifest(publish.current_run(built_region.out))) == []


@pytest.fixture
def tiled_region(built_region: SmallRegion, monkeypatch: pytest.MonkeyPatch) -> SmallRegion:
    """Give a region whose plots are in tiles, in scripts of few plots each, with a full build of them."""
    monkeypatch.setattr(plot_tiles, "LARGE", 10)
    monkeypatch.setattr(dataset, "DETAIL_ROWS", 8)
    build(built_region.folder, full=True)
    return built_region


def scripts_of(run: Path, audience: str) -> set[str]:
    return {path.name for path in (run / audience / "plots").glob("*.js")}


def test_of_a_changed_number_most_scripts_of_plots_are_taken_over(tiled_region: SmallRegion) -> None:
    first = publish.current_run(tiled_region.out)
    change_a_number(tiled_region, random.Random(4))
    written: set[str] = set()
    write = publish.RunFolder.write
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            publish.RunFolder, "write", lambda run, name, content: (written.add(name), write(run, name, content))
        )
        build(tiled_region.folder)
    second = publish.current_run(tiled_region.out)
    for audience in ("internal", "public"):
        made = {Path(name).name for name in written if name.startswith(f"{audience}/plots/")}
        assert made == {"plots.js"} | (scripts_of(second, audience) - scripts_of(first, audience))


def test_damaged_scripts_of_plots_are_made_again(tiled_region: SmallRegion, tmp_path: Path) -> None:
    """Outlines, words and indexes of one audience alone: the other one takes over its own."""
    run = publish.current_run(tiled_region.out)
    for name in scripts_of(run, "public"):
        path = run / "public" / "plots" / name
        path.chmod(0o644)
        path.write_bytes(b"damaged")
    change_a_number(tiled_region, random.Random(4))
    build(tiled_region.folder)
    ours = files_of(publish.current_run(tiled_region.out))
    theirs = files_of(build_in_full(tiled_region, tmp_path / "full"))
    assert [name for name in theirs if ours.get(name) != theirs[name]] == []


def test_files_of_another_code_are_not_taken_over(
    tiled_region: SmallRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tiled_region.folder / "state" / "cache")
    run = publish.RunFolder(tiled_region.out, "now", served := publish.find_served(tiled_region.out))
    name = next(iter(scripts_of(served.path, "public")))
    files = drawn.DrawnFiles(run, store, served)
    files.keep_all("key", [f"public/plots/{name}"], "told")
    files.write()
    again = publish.RunInfo("now", served.path, 1, None, served.files)
    assert drawn.DrawnFiles(run, store, again).take_all("key") == "told"
    monkeypatch.setattr(cache, "code_version", lambda: "another")
    assert drawn.DrawnFiles(run, store, again).take_all("key") is None


def test_full_asks_nothing_of_earlier_builds(built_region: SmallRegion) -> None:
    reasons = [str(reason) for _, reason in build(built_region.folder, full=True).reasons]
    assert "Layer gas: read and checked." in reasons
    assert not any("as before, it is not read" in reason for reason in reasons)


# ---- the cache ----


def _fail_half_way(store: Store) -> None:
    with store.write("layers", "b" * 64) as folder:
        (folder / "x.arrow").write_bytes(b"1")
        raise ValueError("half")


def test_an_entry_is_whole_or_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.write("layers", "a" * 64) as folder:
        (folder / "x.arrow").write_bytes(b"1")
    entry = store.find("layers", "a" * 64)
    assert entry is not None
    with pytest.raises(ValueError, match="half"):
        _fail_half_way(store)
    assert store.find("layers", "b" * 64) is None
    (entry / "x.arrow").write_bytes(b"2")
    assert store.find("layers", "a" * 64) is None


def test_what_two_builds_did_not_use_is_forgotten(tmp_path: Path) -> None:
    for number, used in enumerate((["a"], ["b"], ["b"])):
        store = Store(tmp_path)
        for key in used:
            if store.find("layers", key) is None:
                with store.write("layers", key) as folder:
                    (folder / "x").write_bytes(b"1")
        store.forget_unused()
        assert (tmp_path / "layers" / "a").exists() == (number < 2)
        assert store.has("layers", used[0])


def test_a_table_comes_back_as_it_was(tmp_path: Path) -> None:
    rows = [
        {
            "plot_id": "a",
            "zone_id": "z",
            "area_ha": 1.5,
            "valid_from": "2025-01-01",
            "geometry": make_square(0, 0, 5),
        }
    ]
    table = make_table("plots", rows).set_index(pd.Index([7]))
    issues = make_issues("layer_empty", layer="plots", crs=CRS)
    for name, frame in (
        ("table", table),
        ("none", table.iloc[:0]),
        ("issues", issues),
        ("plain", pd.DataFrame({"a": [None, "x"]})),
    ):
        assert write_frame(tmp_path / name, frame, working=CRS)
        back = read_frame(tmp_path / name, working=CRS)
        assert type(back) is type(frame)
        pd.testing.assert_frame_equal(pd.DataFrame(back), pd.DataFrame(frame), check_index_type=False)


def test_a_table_that_would_come_back_changed_is_not_kept(tmp_path: Path) -> None:
    assert not write_frame(tmp_path / "mixed", pd.DataFrame({"a": [1, "x", object()]}), working=CRS)
    other = make_table("plots", [], crs="EPSG:4326")
    assert not write_frame(tmp_path / "other", other, working=CRS)
    assert not (tmp_path / "mixed").exists()


def test_the_code_counts(monkeypatch: pytest.MonkeyPatch, built_region: SmallRegion) -> None:
    monkeypatch.setattr(cache.inputs, "code_version", lambda: "another")
    monkeypatch.setattr(cache, "code_version", lambda: "another")
    assert str(build(built_region.folder).reasons[0][1]) == "Changed since the served run: code."


def test_plots_that_follow_others_in_memory_are_not_taken_for_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cache.zones, "id", lambda _: 1, raising=False)
    results = cache.ZoneResults(Store(tmp_path), "surroundings", working=CRS)
    for size in (10, 20):
        rows = [{"plot_id": "a", "zone_id": "z", "area_ha": float(size), "geometry": make_square(0, 0, size)}]
        plots = make_table("plots", rows)
        given = results("sizes", plots, lambda some: {"sizes": pd.DataFrame(some[["plot_id", "area_ha"]])})
        assert given["sizes"]["area_ha"].tolist() == [size]
