"""The ledger of a region in a build: filled once from the opening balance, then the source of every state."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from ledger_stories import record_events
from shapely.geometry import box

from geozones import pipeline, publish
from geozones.config import Config, load_config
from geozones.ledger import compare_with_layer, open_region_ledger, read_region_ledger, register_plots
from geozones.lifecycle import PlotState, make_event, plot_states
from geozones.pipeline.letters import write_letters

ROOT = Path(__file__).resolve().parent.parent
TODAY = dt.date(2026, 11, 23)
DAY = dt.date(2025, 2, 10)
TOTALS = {
    "plots": 423,
    "plots_free": 315,
    "area_free_ha": 806.59,
    "projects": 82,
    "investment_kzt": 120_000_000_000,
    "start_passed": 11,
    "area_start_passed_ha": 22.92,
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, pipeline.CheckedRegion]:
    """Give the shipped region, read and checked once."""
    folder = tmp_path_factory.mktemp("region")
    shutil.copytree(ROOT / "layers", folder / "layers")
    config = load_config(folder / "layers" / "geozones.toml", environ={})
    return config, pipeline.check_region(config)


@pytest.fixture
def config(checked: tuple[Config, pipeline.CheckedRegion], tmp_path: Path) -> Config:
    """Give the settings of the shipped region with a ledger of its own, still empty."""
    url = f"sqlite:///{tmp_path / 'state' / 'ledger.sqlite'}"
    own = checked[0]
    return own.model_copy(
        update={"state_dir": tmp_path / "state", "ledger": own.ledger.model_copy(update={"url": url})}
    )


Reading = Callable[..., pipeline.CheckedRegion]


@pytest.fixture
def read(checked: tuple[Config, pipeline.CheckedRegion], config: Config) -> Reading:
    """Give a way to read the ledger of the region on a day, with some of its tables replaced."""

    def read_on(day: dt.date, **tables: pd.DataFrame) -> pipeline.CheckedRegion:
        region = checked[1]
        given = {"allocations": region.allocations, **tables}
        book = read_region_ledger(config, region.tables, as_of=day, today=TODAY, **given)
        return pipeline.CheckedRegion(region.tables, None, region.layers, region.issues, {}, book=book)

    return read_on


def rules_of(region: pipeline.CheckedRegion) -> list[tuple[str, str | None]]:
    assert region.book is not None
    issues = region.book.issues
    keys = issues["feature_key"].astype(object).where(issues["feature_key"].notna(), None)
    return list(zip(issues["rule"], keys, strict=True))


def test_the_totals_of_the_demonstration_come_from_the_ledger(read: Reading, config: Config) -> None:
    region = read(DAY)
    figures = pipeline.analyse(region, config, as_of=DAY).region_figures
    assert {name: figures[name] for name in TOTALS} == TOTALS
    assert rules_of(region) == [("plots_without_events", None)]
    assert region.book is not None
    assert region.book.seq == 108


@pytest.mark.parametrize("first", ["2025-02-10", "2019-06-01", "2026-12-31"])
def test_every_day_says_what_the_opening_balance_says_whatever_day_was_built_first(
    checked: tuple[Config, pipeline.CheckedRegion], read: Reading, first: str
) -> None:
    read(dt.date.fromisoformat(first))
    plots, allocations = checked[1].tables.plots, checked[1].allocations
    for day in ("1990-01-01", "2021-03-05", "2023-07-31", "2024-10-01", "2025-02-09", "2025-02-10", "2026-12-31"):
        as_of = dt.date.fromisoformat(day)
        book = read(as_of).book
        derived = plot_states(plots, allocations, as_of=as_of)
        assert book is not None
        pd.testing.assert_frame_equal(book.states[list(derived.columns)], derived)


def test_the_opening_balance_is_taken_in_once(
    checked: tuple[Config, pipeline.CheckedRegion], read: Reading
) -> None:
    first = read(DAY).book
    edited = checked[1].allocations.copy()
    edited.loc[3, "contract_no"] = "999"
    again = read(DAY, allocations=edited)
    assert first is not None
    assert again.book is not None
    assert (again.book.head, again.book.seq) == (first.head, first.seq)
    assert rules_of(again)[1:] == [("opening_changed", None)]
    message = str(again.book.issues["message"].iloc[1])
    assert edited.loc[3, "plot_id"] in message
    assert ": 1 (" in message


def test_a_bad_row_leaves_the_ledger_empty_and_the_states_to_the_table(
    checked: tuple[Config, pipeline.CheckedRegion], read: Reading, config: Config
) -> None:
    bad = checked[1].allocations.copy()
    bad.loc[3, "plot_id"] = "nowhere-1"
    region = read(DAY, allocations=bad)
    assert region.book is not None
    assert region.book.seq == 0
    assert region.book.states["map_state"].value_counts()["free"] == 316
    assert rules_of(region) == [("opening_refused", None)]
    assert "register.csv, row 5: Plot nowhere-1" in str(region.book.issues["message"].iloc[0])
    assert read(DAY).book.seq == 108  # type: ignore[union-attr]


def plots_table(rows: Iterable[tuple[str, str | None, str | None]]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=["plot_id", "valid_from", "valid_to"])
    for column in ("valid_from", "valid_to"):
        table[column] = pd.to_datetime(table[column])
    return table


def test_layer_and_ledger_are_held_against_each_other() -> None:
    plots = plots_table(
        [("free", None, None), ("held", None, None), ("ended", None, "2025-01-01"), ("split", None, None),
         ("new", "2025-02-01", None), ("later", "2026-01-01", None), ("gone", "2025-02-01", "2025-02-05")]
    )  # fmt: skip
    states = {
        "held": PlotState("contracted"),
        "ended": PlotState("building"),
        "lost": PlotState("free"),
        "split": PlotState("ended", dt.date(2025, 1, 5), {"continued_as": ["a", "b"]}),
    }
    found = compare_with_layer(plots, states, as_of=DAY, began=dt.date(2025, 1, 1))
    assert [(rule, plot) for rule, plot, _ in found] == [
        ("plot_ended_in_layer", "ended"),
        ("plot_not_in_layer", "lost"),
        ("plot_ended_in_ledger", "split"),
        ("plot_not_in_ledger", "new"),
        ("plots_without_events", None),
    ]
    assert found[-1][2] == {"count": 1}
    assert found[2][2]["successors"] == "a, b"


def test_a_build_reads_what_was_recorded_and_keeps_the_head(
    tmp_path: Path, checked: tuple[Config, pipeline.CheckedRegion], config: Config
) -> None:
    out = tmp_path / "out"
    before = pipeline.build(config, out=out)
    run = json.loads((publish.current_run(out) / "run.json").read_text("utf-8"))
    assert before.summary["start_passed"] == 11
    states = checked[1].allocations.assign(day=pd.Timestamp(DAY))
    late = states[states["start_due"].lt(states["day"]) & states["started_on"].isna()].iloc[0]
    with open_region_ledger(config) as ledger:
        assert ledger.head() == (run["ledger"]["events"], run["ledger"]["head"])
        register = register_plots(checked[1].tables.plots, checked[1].tables.zones, today=TODAY)
        addendum = make_event(
            "extend", late["plot_id"], DAY, start_due="2025-12-31", document="addendum 1 2025-02-10"
        )
        ledger.record(addendum, actor="tester", register=register)
        assert ledger.verify(head=run["ledger"]["head"]).ok
    after = pipeline.build(config, out=out)
    assert after.summary["start_passed"] == 10
    assert pipeline.build(config, out=out, as_of=DAY - dt.timedelta(days=1)).summary["start_passed"] == 11


def test_a_plot_of_the_ledger_that_left_the_layer_is_an_issue_of_the_run(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    config = load_config(tmp_path / "layers" / "geozones.toml", environ={})
    pipeline.build(config, out=tmp_path / "out")
    with (tmp_path / "layers" / "register.csv").open(encoding="utf-8-sig", newline="") as file:
        held = next(csv.DictReader(file))["plot_id"]
    plots = gpd.read_file(tmp_path / "layers" / "plots.geojson")
    plots[plots["plot_id"] != held].to_file(tmp_path / "layers" / "plots.geojson")
    pipeline.build(config, out=tmp_path / "out")
    assert ("ledger", "plot_not_in_layer", held) in issues_of(tmp_path / "out")


def test_a_split_ends_the_old_plot_and_the_new_ones_sum_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "layers"
    shutil.copytree(ROOT / "layers", folder)
    config = load_config(folder / "geozones.toml", environ={})
    region = pipeline.read_ledger(pipeline.check_region(config), config, as_of=DAY)
    states = region.book.states  # type: ignore[union-attr]
    old = states.loc[states["state"] == "contracted", "plot_id"].iloc[0]
    plots = gpd.read_file(folder / "plots.geojson")
    shape = plots.loc[plots["plot_id"] == old].iloc[0]
    west, south, east, north = shape.geometry.bounds
    halves = [box(west, south, (west + east) / 2, north), box((west + east) / 2, south, east, north)]
    ids = [f"{old}a", f"{old}b"]
    into = [{"plot_id": part, "area_ha": shape["area_ha"] / 2} for part in ids]
    fields = {"into": into, "document": "акт раздела 1", "allocation_to": ids[0]}
    record_events(config, [("split", old, "2025-02-03", fields)])

    undrawn = pipeline.build(config, out=tmp_path / "out")
    assert undrawn.summary["plots"] == TOTALS["plots"] - 1
    rules = issues_of(tmp_path / "out")
    assert {
        ("ledger", "plot_ended_in_ledger", old),
        *(("ledger", "plot_not_in_layer", one) for one in ids),
    } <= rules

    parts = [
        {**shape.to_dict(), "plot_id": part["plot_id"], "number": part["plot_id"], "area_ha": part["area_ha"],
         "valid_from": "2025-02-03", "cadastral_no": None, "geometry": shape.geometry.intersection(half)}
        for part, half in zip(into, halves, strict=True)
    ]  # fmt: skip
    plots.loc[plots["plot_id"] == old, "valid_to"] = "2025-02-03"
    drawn = pd.concat([plots, gpd.GeoDataFrame(parts, crs=plots.crs)], ignore_index=True)
    drawn.to_file(folder / "plots.geojson")
    after = pipeline.build(config, out=tmp_path / "out")
    assert not {rule for layer, rule, _ in issues_of(tmp_path / "out") if rule.startswith("plot_ended")}
    assert after.summary["plots"] == TOTALS["plots"] + 1
    assert after.summary["plots_free"] == TOTALS["plots_free"] + 1
    assert after.summary["projects"] == TOTALS["projects"]
    before = pipeline.build(config, out=tmp_path / "out", as_of=dt.date(2025, 2, 2))
    assert before.summary["plots"] == TOTALS["plots"]
    for name in ("area_operating_ha", "area_reserved_ha", "area_ha"):
        assert before.summary[name] == after.summary[name]
    total = [
        sum(report.summary[f"area_{state}_ha"] for state in ("free", "allocated")) for report in (before, after)
    ]
    assert total[0] == pytest.approx(total[1], abs=0.02)


def issues_of(out: Path) -> set[tuple[str, str, str]]:
    with (publish.current_run(out) / "data" / "issues.csv").open(encoding="utf-8-sig") as file:
        return {(row["layer"], row["rule"], row["feature_key"]) for row in csv.DictReader(file, delimiter=";")}


def test_a_damaged_template_of_a_letter_is_an_issue_and_not_the_end_of_the_build(
    read: Reading, config: Config, tmp_path: Path
) -> None:
    region = read(DAY)
    analysis = pipeline.analyse(region, config, as_of=DAY)
    _, written = write_letters(config, region, analysis, as_of=DAY)
    assert len(written.files) == 11
    (tmp_path / "explanation.docx").write_bytes(b"no document")
    own = config.model_copy(update={"letters": config.letters.model_copy(update={"templates": tmp_path})})
    found, written = write_letters(own, region, analysis, as_of=DAY)
    assert written.files == {}
    assert "letter_template" in set(found.issues["rule"])
