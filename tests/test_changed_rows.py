"""A changed layer read and checked by rows comes out as one that is read and checked as a whole."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from builders import CRS, make_square
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layer_builders import REGION

from geozones import cache
from geozones.cache import layers as kept_layers
from geozones.checks import CheckedLayer, changed_rows, check_changed_rows, check_layer, coordinates
from geozones.config import LayerSpec, Provenance
from geozones.crs import measures_alone, parse_crs
from geozones.errors import CrsError, GeozonesError
from geozones.layers import read_layer
from geozones.layers import rows as reading

ROWS = 60
Edit = Callable[[Any, int, int], Any]


@pytest.fixture(autouse=True)
def _few_rows_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge the CRS by few rows, so that most of a small layer is left out as most of a large one is."""
    monkeypatch.setattr(coordinates, "_SAMPLE", 4)


def make_plots() -> Any:
    """Make plots of 81 ares, ten a row; two of them with an issue that sets nothing aside."""
    shapes = [make_square(100 * (row % 10), 100 * (row // 10), 90) for row in range(ROWS)]
    table = gpd.GeoDataFrame(
        {
            "plot_id": [f"p{row}" for row in range(ROWS)],
            "zone_id": ["z1" if row < 30 else "z2" for row in range(ROWS)],
            "number": [f"{row}/1" for row in range(ROWS)],
            "cadastral_no": [f"19:309:123:{row + 1:04}" if row % 3 else None for row in range(ROWS)],
            "area_ha": [0.81] * ROWS,
            "need_power_kw": [None if row % 7 else 40.0 + row for row in range(ROWS)],
            "valid_from": pd.to_datetime(["2024-03-01"] * ROWS).where(np.arange(ROWS) % 2 == 0),
            "valid_to": [dt.date(2030, 1, 1 + row % 28) if row % 5 else None for row in range(ROWS)],
            "hazard_class": pd.Series([None] * ROWS, dtype=object),
            "remark": ["not of the contract"] * ROWS,
        },
        geometry=shapes,
        crs=CRS,
    )
    table.loc[5, "area_ha"] = 3.0
    table.loc[6, "number"] = "Аb"
    return table.to_crs("EPSG:4326")


def put(table: Any, row: int, **values: Any) -> Any:
    changed = table.copy()
    for name, value in values.items():
        column = list(changed[name])
        column[row] = value
        is_shape = name == "geometry"
        changed[name] = (gpd.GeoSeries if is_shape else pd.Series)(column, dtype=table[name].dtype)
    return changed


def shape_of(table: Any, row: int) -> Any:
    return np.asarray(table.geometry.array)[row]


def move_corner(table: Any, row: int, step_m: float) -> Any:
    points = shapely.get_coordinates(shape_of(table, row))
    points[1] += step_m / 100_000
    return put(table, row, geometry=shapely.Polygon(points))


def bow_tie(table: Any, row: int, other: int) -> Any:
    points = shapely.get_coordinates(shape_of(table, row))[[0, 2, 1, 3, 0]]
    return put(table, row, geometry=shapely.Polygon(points))


def rows_where(table: Any, chosen: Any) -> Any:
    return table.loc[chosen].reset_index(drop=True)


def drop(table: Any, row: int, other: int) -> Any:
    return rows_where(table, table.index != row)


def swap(table: Any, row: int, other: int) -> Any:
    order = np.arange(len(table))
    order[[row, other]] = order[[other, row]]
    return table.iloc[order].reset_index(drop=True)


def turn(table: Any, row: int, other: int) -> Any:
    points = shapely.get_coordinates(shape_of(table, other))
    return put(table, row, geometry=shapely.Polygon(points[::-1]))


QUIET: dict[str, Edit] = {
    "move a corner": lambda table, row, other: move_corner(table, row, 0.05),
    "another number": lambda table, row, other: put(table, row, number=f"{other}/7"),
    "spaces around": lambda table, row, other: put(table, row, number=f"  {other} "),
    "no number": lambda table, row, other: put(table, row, number=None),
    "another need": lambda table, row, other: put(table, row, need_power_kw=float(other)),
    "another day": lambda table, row, other: put(table, row, valid_from=pd.Timestamp("2025-01-31 14:00")),
    "another end": lambda table, row, other: put(table, row, valid_to=dt.date(2031, 1, 1)),
    "no end": lambda table, row, other: put(table, row, valid_to=None),
    "no day": lambda table, row, other: put(table, row, valid_from=None),
    "new cadastral number": lambda table, row, other: put(table, row, cadastral_no=f"19309123{700 + row}"),
    "another zone": lambda table, row, other: put(table, row, zone_id="z2"),
    "new key": lambda table, row, other: put(table, row, plot_id=f"n{row}"),
    "another remark": lambda table, row, other: put(table, row, remark="new"),
    "swap": swap,
}
"""Edits of single rows after which nothing is wrong with them."""

LOUD: dict[str, Edit] = {
    "move a corner far": lambda table, row, other: move_corner(table, row, 30),
    "wrong area": lambda table, row, other: put(table, row, area_ha=2.0 + other),
    "no area below 0": lambda table, row, other: put(table, row, area_ha=-1.0),
    "no number at all": lambda table, row, other: put(table, row, area_ha=float("inf")),
    "key twice": lambda table, row, other: put(table, row, plot_id=table["plot_id"][other]),
    "no key": lambda table, row, other: put(table, row, plot_id=None),
    "no zone": lambda table, row, other: put(table, row, zone_id=" "),
    "cadastral number twice": lambda table, row, other: put(
        table, row, cadastral_no=(table["cadastral_no"][other] or "").replace(":", "") or None
    ),
    "bad cadastral number": lambda table, row, other: put(table, row, cadastral_no="б/н"),
    "mixed letters": lambda table, row, other: put(table, row, number="Аb"),
    "shape twice": lambda table, row, other: put(table, row, geometry=shape_of(table, other)),
    "shape twice, turned": turn,
    "no shape": lambda table, row, other: put(table, row, geometry=None),
    "empty shape": lambda table, row, other: put(table, row, geometry=shapely.Polygon()),
    "a point": lambda table, row, other: put(table, row, geometry=shape_of(table, row).centroid),
    "bow tie": bow_tie,
    "with height": lambda table, row, other: put(table, row, geometry=shapely.force_3d(shape_of(table, row), 7)),
    "far away": lambda table, row, other: put(table, row, geometry=shapely.box(20, 50, 20.001, 50.001)),
    "in metres": lambda table, row, other: put(table, row, geometry=make_square(7000, 7000, 90)),
    "end before begin": lambda table, row, other: table.assign(valid_to=pd.Timestamp("2024-01-01")),
    "drop": drop,
    "add": lambda table, row, other: pd.concat([table, table.iloc[[row]].assign(plot_id="n")], ignore_index=True),
    "other order": lambda table, row, other: table.iloc[::-1].reset_index(drop=True),
    "other system": lambda table, row, other: table.to_crs(CRS),
    "false system": lambda table, row, other: table.set_crs(CRS, allow_override=True),
    "swapped axes": lambda table, row, other: table.set_geometry(
        gpd.GeoSeries(shapely.transform(np.asarray(table.geometry.array), lambda xy: xy[:, ::-1]), crs=table.crs)
    ),
    "another datum": lambda table, row, other: table.set_crs("EPSG:4284", allow_override=True),
    "power called gas": lambda table, row, other: table.rename(columns={"need_power_kw": "need_gas_m3h"}),
    "rename a column": lambda table, row, other: table.rename(columns={"need_power_kw": "power"}),
    "lose a column": lambda table, row, other: table.drop(columns="cadastral_no", errors="ignore"),
    "keys of numbers": lambda table, row, other: table.assign(plot_id=np.arange(len(table)) + 0.0),
    "one key of a half": lambda table, row, other: table.assign(plot_id=np.arange(len(table)) + 0.5 * (row == 1)),
    "areas as their bits": lambda table, row, other: table.assign(area_ha=table["area_ha"].array.view("int64")),
    "first hazard class": lambda table, row, other: put(table, row, hazard_class="III"),
    "areas as text": lambda table, row, other: table.assign(area_ha=table["area_ha"].astype("str")),
    "all wrong": lambda table, row, other: table.assign(area_ha=9.0),
}  # fmt: skip
"""Edits after which something is wrong, or the whole layer is another."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rows")


_NUMBERS = itertools.count()


def save(table: Any, folder: Path) -> LayerSpec:
    source = folder / f"{next(_NUMBERS)}.parquet"
    table.to_parquet(source)
    provenance = Provenance(precision="exact", accuracy_m=0.1)
    return LayerSpec(key="plots", role="plots", source=str(source), provenance=provenance)


def outcome_of(layer: Callable[[], CheckedLayer]) -> CheckedLayer | str:
    try:
        return layer()
    except GeozonesError as error:
        return f"{type(error).__name__}: {error}"


def check_whole(spec: LayerSpec) -> CheckedLayer:
    return check_layer(read_layer(spec, bounds=REGION.bounds), region=REGION)


def check_by_rows(before: CheckedLayer, known: Any, spec: LayerSpec) -> tuple[CheckedLayer | None, Any]:
    """Check a layer by the rows that differ; None where the whole is to be checked."""
    read = reading.read_rows(spec, known=known, bounds=REGION.bounds)
    if read.is_whole:
        return None, read.hashes
    return check_changed_rows(before, read.layer, region=REGION), read.hashes


def require_same(one: CheckedLayer, other: CheckedLayer) -> None:
    assert (one.key, one.role, one.contract, one.read, one.joined, one.provenance) == (
        other.key, other.role, other.contract, other.read, other.joined, other.provenance
    )  # fmt: skip
    for name in ("table", "quarantine", "issues"):
        mine, theirs = getattr(one, name), getattr(other, name)
        assert type(mine) is type(theirs)
        assert mine.crs == theirs.crs
        shapes = [np.asarray(table.geometry.array) for table in (mine, theirs)]
        assert list(shapely.to_wkb(shapes[0])) == list(shapely.to_wkb(shapes[1]))
        plain = [pd.DataFrame(table).drop(columns="geometry") for table in (mine, theirs)]
        assert list(mine.columns) == list(theirs.columns)
        pd.testing.assert_frame_equal(plain[0], plain[1], check_exact=True)


def check_edited(edit: Any, folder: Path, *, row: int) -> tuple[Any, Any]:
    """Check plots by rows after an edit of one; gives the layer, None where not sure, and its settings."""
    before = make_plots()
    spec = save(before, folder)
    known = reading.read_rows(spec, known=None, bounds=REGION.bounds).hashes
    edited = save(edit(before, row, 41), folder)
    return check_by_rows(check_whole(spec), known, edited)[0], edited


@pytest.mark.parametrize("name", QUIET)
def test_an_edit_that_breaks_nothing_is_checked_by_rows(name: str, folder: Path) -> None:
    mine, edited = check_edited(QUIET[name], folder, row=12)
    assert mine is not None
    require_same(mine, check_whole(edited))


@pytest.mark.parametrize("name", LOUD)
def test_an_edit_that_breaks_something_is_seen(name: str, folder: Path) -> None:
    assert check_edited(LOUD[name], folder, row=1)[0] is None


_EDITS = st.tuples(
    st.sampled_from([*QUIET, *QUIET, *LOUD]), st.integers(0, ROWS - 4), st.integers(0, ROWS - 4)
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.lists(_EDITS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_after_any_edits_rows_give_what_the_whole_gives(steps: Any, folder: Path) -> None:
    """Build after build, each from what the one before kept; an edit that does not fit is passed over."""
    table = make_plots()
    spec = save(table, folder)
    before: CheckedLayer | str = check_whole(spec)
    known = reading.read_rows(spec, known=None, bounds=REGION.bounds).hashes
    for edits in steps:
        for name, row, other in edits:
            try:
                table = ({**QUIET, **LOUD}[name])(table, row, other)
            except (KeyError, ValueError, IndexError, TypeError, AttributeError, OverflowError):
                continue
        try:
            spec = save(table, folder)
        except pa.ArrowException:  # columns of mixed values
            return
        whole = outcome_of(lambda spec=spec: check_whole(spec))  # type: ignore[misc]
        if isinstance(whole, str) or isinstance(before, str):
            mine, known = None, None
        else:
            is_kept = changed_rows.is_checked_by_row(before)
            mine, known = check_by_rows(before, known if is_kept else None, spec)
        if mine is not None:
            assert not isinstance(whole, str)
            require_same(mine, whole)
        before = whole


@pytest.mark.parametrize("name", QUIET)
def test_what_is_kept_by_rows_comes_back_as_what_is_kept_whole(
    name: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = cache.Store(tmp_path)
    spec = save(make_plots(), folder)
    before, after = (
        check_whole(save(table, folder)) for table in (make_plots(), QUIET[name](make_plots(), 12, 41))
    )
    places = np.array([12, 41]) if name == "swap" else np.array([12])
    packed: list[int] = []
    pack = kept_layers.pack_frame

    def note(table: Any, *, working: Any) -> Any:
        packed.append(len(table))
        return pack(table, working=working)

    cache.keep_layer(store, "a" * 64, before, crs=CRS)
    monkeypatch.setattr(kept_layers, "pack_frame", note)
    cache.keep_layer(store, "b" * 64, after, crs=CRS, changed=cache.ChangedRows("a" * 64, places))
    assert packed == [len(places)]
    back = cache.recall_layer(store, "b" * 64, spec, crs=CRS)
    assert back is not None
    require_same(back, after)


def test_rows_that_were_packed_otherwise_are_kept_with_the_whole(folder: Path, tmp_path: Path) -> None:
    store = cache.Store(tmp_path)
    spec = save(make_plots(), folder)
    whole = check_whole(spec)
    fewer = replace(whole, table=whole.table.drop(columns="number"))
    cache.keep_layer(store, "a" * 64, fewer, crs=CRS)
    for before in ("a" * 64, "c" * 64):
        changed = cache.ChangedRows(before, np.array([3]))
        cache.keep_layer(store, "b" * 64, whole, crs=CRS, changed=changed)
        back = cache.recall_layer(store, "b" * 64, spec, crs=CRS)
        assert back is not None
        require_same(back, whole)


def test_the_file_written_anew_is_the_layer_as_before(folder: Path) -> None:
    spec = save(make_plots(), folder)
    before = check_whole(spec)
    known = reading.read_rows(spec, known=None, bounds=REGION.bounds).hashes
    mine, _ = check_by_rows(before, known, save(make_plots(), folder))
    assert mine is before


def test_a_row_that_had_an_issue_is_checked_with_the_whole(folder: Path) -> None:
    table = make_plots()
    spec = save(table, folder)
    known = reading.read_rows(spec, known=None, bounds=REGION.bounds).hashes
    edited = save(put(table, 5, area_ha=0.81), folder)
    assert check_by_rows(check_whole(spec), known, edited)[0] is None
    assert list(check_whole(edited).issues["row"]) == [6]


def test_many_rows_that_differ_are_read_with_the_whole(folder: Path) -> None:
    table = make_plots()
    spec = save(table, folder)
    known = reading.read_rows(spec, known=None, bounds=REGION.bounds).hashes
    for count, is_whole in ((6, False), (7, True)):
        edited = table.copy()
        edited.loc[edited.index[10 : 10 + count], "number"] = "new"
        read = reading.read_rows(save(edited, folder), known=known, bounds=REGION.bounds)
        assert (read.is_whole, len(read.layer.table)) == (is_whole, ROWS if is_whole else count)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("plot_id", [row + 0.0 for row in range(ROWS)]),
        ("area_ha", ["0.81"] * ROWS),
        ("number", [b"1"] * ROWS),
        ("need_gas_m3h", [None] * ROWS),
        ("hazard_class", [True] * ROWS),
    ],
)
def test_columns_whose_cells_are_not_taken_one_by_one_are_read_with_the_whole(
    column: str, cells: list[Any], folder: Path
) -> None:
    spec = save(make_plots().assign(**{column: cells}), folder)
    assert reading.read_rows(spec, known=None, bounds=REGION.bounds).hashes is None


def test_numbers_that_the_settings_map_are_read_with_the_whole(folder: Path) -> None:
    assert reading.read_rows(save(make_plots(), folder), known=None, bounds=REGION.bounds).hashes is not None
    mapped = save(make_plots(), folder).model_copy(update={"values": {"need_power_kw": {"40": "4"}}})
    assert reading.read_rows(mapped, known=None, bounds=REGION.bounds).hashes is None


def test_a_layer_with_rows_set_aside_is_not_checked_by_rows(folder: Path) -> None:
    table = make_plots()
    for changed in (put(table, 3, plot_id=None), put(table, 3, geometry=shape_of(table, 4))):
        assert not changed_rows.is_checked_by_row(check_whole(save(changed, folder)))
    checked = check_whole(save(table, folder))
    assert changed_rows.is_checked_by_row(checked)
    assert not changed_rows.is_checked_by_row(replace(checked, role="zones"))


def test_a_crs_is_judged_by_the_rows_that_judge_the_whole(folder: Path) -> None:
    """Four of sixty rows moved, but all of those that are looked at in the end: no short way may miss that."""
    table = make_plots()
    spec = save(table, folder)
    known = reading.read_rows(spec, known=None, bounds=REGION.bounds).hashes
    edited = table
    for row in coordinates.sample_rows(ROWS)[[0, 2, 4, 7]]:
        edited = put(edited, int(row), geometry=shapely.transform(shape_of(table, row), lambda xy: xy[:, ::-1]))
    changed = save(edited, folder)
    with pytest.raises(CrsError):
        check_whole(changed)
    assert reading.read_rows(changed, known=known, bounds=REGION.bounds).is_whole


def test_areas_far_from_the_middle_of_a_projection_depend_on_their_company() -> None:
    near, far = shapely.bounds(make_square(0, 0, 90)), (5_000_000.0, 5_000_000.0, 5_000_090.0, 5_000_090.0)
    crs = parse_crs(CRS)
    assert measures_alone(np.array([near]), crs)
    assert not measures_alone(np.array([near, far]), crs)
    assert not measures_alone(np.array([[69.0, 42.0, 69.1, 42.1]]), parse_crs("EPSG:4326"))
