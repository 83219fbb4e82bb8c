"""Parts of CSV files that an earlier run has are copied, and the file is the one that writing everything gives."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from region_fixtures import SmallRegion
from report_content import make_content
from test_incremental import build, build_in_full, change_a_plot, files_of

from geozones import cache, publish
from geozones.pipeline import csv_parts as kept_parts
from geozones.reports import FILES, Edition, csv_parts, write_data
from geozones.reports.csv_parts import PartKeys, cut
from geozones.reports.csv_tables import write_csv
from geozones.tables import Column, TableContract

ENGLISH = Edition("en", dt.date(2025, 2, 10))
NETWORKS = FILES["plot_networks"]
Table = pd.DataFrame


@dataclass
class Notes:
    """Parts of an earlier file, and those of the one that is written."""

    before: dict[tuple[str, str], bytes] = field(default_factory=dict)
    now: dict[tuple[str, str], bytes] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)
    taken: int = 0

    def take(self, file: str, key: str) -> bytes | None:
        return self.before.get((file, key))

    def keep(self, file: str, key: str, start: int, content: bytes | memoryview) -> None:
        self.taken += (file, key) in self.before
        self.now[file, key] = bytes(content)
        self.starts.append(start)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut small tables into several parts."""
    monkeypatch.setattr(csv_parts, "LEAST_ROWS", 12)
    monkeypatch.setattr(csv_parts, "MOST_ROWS", 90)
    monkeypatch.setattr(csv_parts, "_IDS_AT_ONCE", 8)


def make_networks(plots: int = 100) -> Table:
    """Make a table of six rows a plot as `find_networks` gives it."""
    ids, count = [f"P-{number:05}" for number in range(plots)], plots * 6
    return pd.DataFrame({
        "plot_id": pd.Categorical.from_codes(np.repeat(np.arange(plots), 6), pd.Index(ids, dtype="str")),
        "network": pd.Categorical(["gas", "gas", "power", "power", "water", "water"] * plots),
        "distance_m": np.arange(count) / 7,
        "point_distance_m": np.full(count, np.nan),
        "line_id": pd.Categorical([f"l{row // 50}" if row % 3 else None for row in range(count)]),
    })  # fmt: skip


def write(folder: Path, table: Table, notes: Notes | None, contract: TableContract = NETWORKS) -> bytes:
    path = folder / "networks.csv"
    write_csv(path, table, contract, edition=ENGLISH, known=notes)
    return path.read_bytes()


# ---- what is taken over ----


def change_a_row(table: Table) -> Table:
    changed = table.copy()
    changed.loc[300, "distance_m"] = 5.25
    return changed


def lose_plots(table: Table) -> Table:
    return table[~table["plot_id"].isin(["P-00000", "P-00047"])].reset_index(drop=True)


def lose_a_plot_and_its_word(table: Table) -> Table:
    lost = lose_plots(table)
    return lost.assign(plot_id=lost["plot_id"].cat.remove_unused_categories())


def add_a_plot(table: Table) -> Table:
    more = pd.concat([table.iloc[:150], table.iloc[:6].assign(plot_id="P-new"), table.iloc[150:]])
    return more.astype({"plot_id": "str"}).astype({"plot_id": "category"}).reset_index(drop=True)


def shuffle(table: Table) -> Table:
    return table.sample(frac=1, random_state=1).reset_index(drop=True)


def spell_words(table: Table) -> Table:
    return table.astype({"plot_id": "str", "network": "str"})


def turn_words(table: Table) -> Table:
    return table.assign(network=table["network"].cat.rename_categories({"gas": "power", "power": "gas"}))


def lose_a_column(table: Table) -> Table:
    return table.drop(columns="line_id")


@pytest.mark.parametrize("many_words", [0, 1_000_000])
@pytest.mark.parametrize(
    ("edit", "least"),
    [
        (lambda table: table, 1.0), (change_a_row, 0.8), (lose_plots, 0.6), (lose_a_plot_and_its_word, 0.0),
        (add_a_plot, 0.0), (shuffle, 0.0), (spell_words, 0.0), (turn_words, 0.0), (lose_a_column, 0.0),
    ],
)  # fmt: skip
def test_with_and_without_an_earlier_file_the_bytes_are_the_same(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    edit: Callable[[Table], Table],
    least: float,
    many_words: int,
) -> None:
    monkeypatch.setattr(csv_parts, "_MANY_WORDS", many_words)
    first, table = Notes(), edit(make_networks())
    write(tmp_path, make_networks(), first)
    notes = Notes(before=first.now)
    assert write(tmp_path, table, notes) == write(tmp_path, table, None)
    assert notes.taken >= least * len(notes.now)
    if not least and (many_words or edit not in (lose_a_plot_and_its_word, add_a_plot)):
        assert notes.taken == 0


def test_a_plot_that_comes_or_goes_leaves_the_parts_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the words are many, those of other plots do not count either."""
    monkeypatch.setattr(csv_parts, "_MANY_WORDS", 10)
    first = Notes()
    write(tmp_path, make_networks(), first)
    for edit in (lose_a_plot_and_its_word, add_a_plot):
        notes = Notes(before=first.now)
        write(tmp_path, edit(make_networks()), notes)
        assert notes.taken >= len(notes.now) - 4


def test_parts_say_where_they_begin(tmp_path: Path) -> None:
    notes = Notes()
    content = write(tmp_path, make_networks(), notes)
    for start, part in zip(notes.starts, notes.now.values(), strict=True):
        assert content[start : start + len(part)] == part
    assert notes.starts[0] + sum(map(len, notes.now.values())) == len(content)


@pytest.mark.parametrize("name", ["plot_id", "none"])
@pytest.mark.parametrize("dtype", ["category", "str", "object"])
@pytest.mark.parametrize("count", [0, 1, 12, 13, 1000])
def test_cuts_leave_no_row_out_and_rows_of_a_plot_together(name: str, dtype: str, count: int) -> None:
    table = pd.DataFrame({name: pd.Series([f"P{row // 6}" for row in range(count)], dtype=dtype)})
    parts = list(cut(table, NETWORKS))
    assert [row for part in parts for row in range(*part)] == list(range(count))
    assert all(0 < stop - start <= csv_parts.MOST_ROWS for start, stop in parts)
    short = [(start, stop) for start, stop in parts if stop - start < csv_parts.MOST_ROWS and stop < count]
    assert all(stop % 6 == 0 for _, stop in short)
    assert short or name == "none" or count < 1000


@pytest.mark.parametrize(
    "other",
    [
        {"language": "kk"}, {"language": "en"}, {"demonstration": False},
    ],
)  # fmt: skip
def test_another_language_or_notice_takes_nothing(tmp_path: Path, other: dict[str, Any]) -> None:
    first = Notes()
    write_data(tmp_path / "first", make_content(), known=first)
    same, notes = Notes(before=first.now), Notes(before=first.now)
    write_data(tmp_path / "same", make_content(), known=same)
    write_data(tmp_path / "ours", make_content(**other), known=notes)
    write_data(tmp_path / "theirs", make_content(**other))
    assert same.taken == len(same.now) > 0
    if other != {"language": "kk"}:
        assert notes.taken == 0
    for name in ("same", "ours"):
        expected = tmp_path / ("first" if name == "same" else "theirs")
        for path in expected.glob("*.csv"):
            assert (tmp_path / name / path.name).read_bytes() == path.read_bytes()


# ---- the hash stands for the bytes ----

CELLS = TableContract("cells", "none", "", (
    Column("text", "a text"), Column("word", "a word", "word"), Column("number", "a number", "number"),
    Column("integer", "an integer", "integer"), Column("flag", "a flag", "flag"), Column("date", "a date", "date"),
))  # fmt: skip
_TEXTS = st.lists(st.sampled_from([None, "", "a", "b", "ab", "=1", "1", "1.5", 'q"', "a;b", "int 1"]), min_size=2,
                  max_size=2)  # fmt: skip
_OBJECTS = st.lists(st.sampled_from([None, "1", "a", float("nan")]), min_size=2, max_size=2)
_NUMBERS = st.lists(st.sampled_from([float("nan"), 0.0, -0.0, 1.0, 1.00001, 1.5, 2e15]), min_size=2, max_size=2)
_WHOLE = st.lists(st.sampled_from([None, 0, 1, 2]), min_size=2, max_size=2)
_FLAGS = st.lists(st.sampled_from([None, True, False]), min_size=2, max_size=2)
_DAYS = st.lists(st.sampled_from([None, "2025-01-01", "2025-01-02"]), min_size=2, max_size=2)


def _as(dtype: str) -> Callable[[list[Any]], pd.Series]:
    return lambda values: pd.Series(values, dtype=dtype)


def _words(values: list[Any]) -> st.SearchStrategy[pd.Series]:
    order = st.permutations(["", "a", "b", "ab", "=1", "1", "1.5", 'q"', "a;b", "int 1"])
    return order.map(lambda words: pd.Series(pd.Categorical(values, categories=words)))


_CELLS = st.fixed_dictionaries({}, optional={
    "text": _TEXTS.map(_as("str")) | _TEXTS.map(_as("object")) | _OBJECTS.map(_as("object"))
    | _NUMBERS.map(_as("float64")) | _TEXTS.flatmap(_words),
    "word": _TEXTS.flatmap(_words) | _TEXTS.map(_as("str")),
    "number": _NUMBERS.map(_as("float64")) | _WHOLE.map(_as("Int64")),
    "integer": _WHOLE.map(_as("Int64")) | _WHOLE.map(_as("float64")),
    "flag": _FLAGS.map(_as("boolean")) | _FLAGS.map(_as("object")),
    "date": _DAYS.map(_as("datetime64[s]")) | _DAYS.map(_as("object")),
})  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(_CELLS, _CELLS, st.sampled_from([0, 1000]))
def test_what_has_the_same_hash_has_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, one: dict[str, Any], other: dict[str, Any], many_words: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    tables = [pd.DataFrame(cells, index=range(2)) for cells in (one, other)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_parts, "_MANY_WORDS", many_words)
        keys = [PartKeys(table, CELLS, ()).of(0, 2) for table in tables]
        again = PartKeys(tables[0].copy(), CELLS, ()).of(0, 2)
        lines = [write(folder, table, None, CELLS) for table in tables]
    assert keys[0] == again
    if lines[0] != lines[1]:
        assert keys[0] != keys[1]


def _pairs() -> list[tuple[str, pd.Series, pd.Series]]:
    """Give columns of the same dtype that could be taken for each other."""
    texts = ["str 'a'", "float nan"]
    return [
        ("text", _as("object")(texts), _as("object")(["a", float("nan")])),
        ("text", _as("str")(["ab", "c"]), _as("str")(["a", "bc"])),
        ("text", _as("str")(["", None]), _as("str")([None, ""])),
        ("text", _as("object")([1, 2]), _as("object")(["int 1", "int 2"])),
        ("integer", _as("Int64")([0, None]), _as("Int64")([None, 0])),
        ("number", _as("float64")([1.0, 1.0]), _as("float64")([1.0, 1.5])),
        ("flag", _as("boolean")([False, None]), _as("boolean")([None, False])),
        ("word", pd.Series(pd.Categorical(["a", None], ["a"])), pd.Series(pd.Categorical([None, "a"], ["a"]))),
    ]


@pytest.mark.parametrize("many_words", [0, 1000])
@pytest.mark.parametrize(("name", "one", "other"), _pairs())
def test_columns_that_look_alike_have_other_hashes(
    monkeypatch: pytest.MonkeyPatch, name: str, one: pd.Series, other: pd.Series, many_words: int
) -> None:
    monkeypatch.setattr(csv_parts, "_MANY_WORDS", many_words)
    keys = [PartKeys(pd.DataFrame({name: column}), CELLS, ()).of(0, 2) for column in (one, other)]
    assert keys[0] != keys[1]


def test_where_a_row_stands_in_memory_does_not_count() -> None:
    """A part has the same hash in another place, in several pieces, and in a table of other rows."""
    table = make_networks(20).assign(network=lambda rows: rows["network"].astype("str"))
    pieces = pd.concat([table.iloc[:7], table.iloc[7:20], table.iloc[20:]])
    later = pd.concat([table.iloc[:30], table.iloc[6:]], ignore_index=True)
    expected = PartKeys(table, NETWORKS, ()).of(12, 60)
    assert PartKeys(pieces, NETWORKS, ()).of(12, 60) == expected
    assert PartKeys(later, NETWORKS, ()).of(36, 84) == expected
    assert PartKeys(table.iloc[12:60], NETWORKS, ()).of(0, 48) == expected
    nothing = pd.Series(np.broadcast_to(np.float64("nan"), len(table)), copy=False)
    one_value = pd.DataFrame({**table, "point_distance_m": nothing}, copy=False)
    assert one_value["point_distance_m"].to_numpy().strides == (0,)
    assert PartKeys(one_value, NETWORKS, ()).of(12, 60) == expected


# ---- the list that a run keeps ----


@dataclass
class Runs:
    """Runs that hold nothing but one table."""

    folder: Path
    store: cache.Store

    def write(self, name: str, table: Table, served: str | None) -> tuple[bytes, kept_parts.WrittenParts]:
        data = self.folder / name / "data"
        data.mkdir(parents=True)
        parts = kept_parts.CsvParts(name, self.store, None if served is None else self.info(served))
        write_csv(data / "networks.csv", table, NETWORKS, edition=ENGLISH, known=parts)
        parts.write(parts.written)
        return (data / "networks.csv").read_bytes(), parts.written

    def info(self, name: str) -> publish.RunInfo:
        run = self.folder / name
        files = {path.relative_to(run).as_posix(): "" for path in run.rglob("*.csv")}
        return publish.RunInfo(name, run, 1, None, files)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    made = Runs(tmp_path, cache.Store(tmp_path / "cache"))
    made.write("first", make_networks(), None)
    return made


def test_parts_are_copied_from_run_to_run(runs: Runs, tmp_path: Path) -> None:
    table, served = make_networks(), "first"
    for name in ("second", "third"):
        table = change_a_row(table) if name == "second" else lose_plots(table)
        content, parts = runs.write(name, table, served)
        assert content == write(tmp_path, table, None)
        assert 0 < parts.taken < parts.total
        served = name
    kept_parts.hand_on(runs.store, served, "fourth")
    (tmp_path / "third").rename(tmp_path / "fourth")
    _, parts = runs.write("fifth", table, "fourth")
    assert parts.taken == parts.total


def damage_a_part(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def lose_the_end(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def shift(path: Path) -> None:
    path.write_bytes(b" " + path.read_bytes())


def make_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [damage_a_part, lose_the_end, shift, Path.unlink, make_a_folder])
def test_a_damaged_file_gives_nothing_wrong(runs: Runs, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    info = runs.info("first")
    damage(tmp_path / "first" / "data" / "networks.csv")
    runs.info = lambda _: info  # type: ignore[method-assign]
    content, parts = runs.write("second", make_networks(), "first")
    assert content == write(tmp_path, make_networks(), None)
    assert parts.taken < parts.total
    assert (parts.taken > 0) == (damage in (damage_a_part, lose_the_end))


def test_without_its_list_a_run_gives_nothing(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(name: str, store: cache.Store | None = None, served: str = "first") -> int:
        return replace(runs, store=store or runs.store).write(name, make_networks(), served)[1].taken

    assert taken("full", cache.Store(runs.store.folder, is_read=False)) == 0
    assert taken("after", served="full") > 0
    with monkeypatch.context() as patch:
        patch.setattr(cache, "code_version", lambda: "another")
        assert taken("newer") == 0
        assert taken("newest", served="newer") > 0
    assert taken("older", served="newer") == 0
    (lists,) = (runs.store.folder / "csv_parts").glob("first/parts.json")
    lists.write_text(lists.read_text("utf-8").replace('"code"', '"c0de"'), "utf-8")
    assert taken("second") == 0
    with runs.store.write("csv_parts", "full") as folder:
        (folder / "parts.json").write_text("[]", "utf-8")
    assert taken("third", served="full") == 0


def test_a_file_that_the_run_does_not_name_gives_nothing(runs: Runs) -> None:
    nameless = replace(runs.info("first"), files={})
    runs.info = lambda _: nameless  # type: ignore[method-assign]
    assert runs.write("second", make_networks(), "first")[1].taken == 0


# ---- builds ----


def lose_a_middle_plot(region: SmallRegion, dice: random.Random) -> None:
    region.edit("plots", lambda features: features[:7] + features[8:])


def told_of_parts(reasons: Any) -> list[str]:
    return [str(reason) for stage, reason in reasons if stage == "data"]


def test_a_build_copies_parts_and_equals_a_full_one(
    built_region: SmallRegion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_parts, "MOST_ROWS", 5)
    monkeypatch.setattr(csv_parts, "LEAST_ROWS", 2)
    assert told_of_parts(build(built_region.folder, full=True).reasons) == []
    dice = random.Random(7)
    for edit, damage in ((change_a_plot, False), (lose_a_middle_plot, False), (change_a_plot, True)):
        if damage:
            for path in (publish.current_run(built_region.out) / "data").glob("*.csv"):
                path.chmod(0o644)
                damage_a_part(path)
        edit(built_region, dice)
        (told,) = told_of_parts(build(built_region.folder).reasons)
        assert told.endswith("parts of CSV files are as before, they are copied.")
        ours = files_of(publish.current_run(built_region.out))
        theirs = files_of(build_in_full(built_region, tmp_path / "full"))
        assert [name for name in ours if ours[name] != theirs[name]] == []
    build(built_region.folder)
    change_a_plot(built_region, dice)
    assert told_of_parts(build(built_region.folder).reasons) != []
