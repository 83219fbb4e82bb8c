"""Tests of the columns of plots: kept small, given as scripts take them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa

from geozones.maps.plot_rows import pick, unfold
from geozones.maps.values import (
    Numbers,
    Texts,
    as_texts,
    find_places,
    join_letters,
    keep_dates,
    keep_keys,
    keep_numbers,
    keep_texts,
    letters_of,
)


def test_texts_have_the_same_hash_only_where_all_are_the_same() -> None:
    several = [["a", "bc"], ["ab", "c"], ["a", None], [None, "a"], ["a", ""], ["a"], ["bc", "a"], [], [None], [""]]
    hashes = [as_texts(texts).digest() for texts in several]
    assert len(set(hashes)) == len(several)
    large = Texts(pa.array(["x", "a", "bc", "y"], type=pa.large_string()).slice(1, 2))
    assert large.digest() == hashes[0]
    null = Texts(pa.array(["x", "a", None], type=pa.string()).slice(1, 2))
    assert null.digest() == hashes[2]


def test_places_are_those_of_the_same_text_and_none_of_a_missing_one() -> None:
    for dtype in ("str", "object", "category"):
        values = pd.Series(["b", None, "c", "a"], dtype=dtype)
        assert find_places(values, ["a", "b"]).tolist() == [1, -1, -1, 0]


def test_one_text_for_all_plots_is_read_as_often_as_it_stands() -> None:
    for text in ("a", None):
        values = pd.Series(np.broadcast_to(np.array([text], dtype=object), 3), dtype=object, copy=False)
        assert values.to_numpy().strides == (0,)
        assert keep_texts(values)[np.arange(3)].tolist() == [text] * 3


def test_missing_and_blank_texts_are_none_and_long_ones_are_cut() -> None:
    texts = keep_texts(pd.Series(["a", None, " ", "x" * 500], dtype="str"))
    found = texts[np.arange(4)].tolist()
    assert found[:3] == ["a", None, None]
    assert len(found[3]) < 200
    assert texts[0] == "a"
    assert texts.known().tolist() == [True, False, False, True]


def test_rows_of_a_column_come_in_the_order_asked() -> None:
    texts = keep_keys(pd.Series(["a", "b", "c"], dtype="str"))
    assert texts[np.array([2, 0])].tolist() == ["c", "a"]
    assert texts.taken(np.array([2, 0]))[0] == "c"


def test_whole_numbers_have_no_fraction_and_missing_ones_are_none() -> None:
    numbers = keep_numbers(pd.Series([2.0, 2.54, None]), decimals=1)
    assert [type(each) for each in numbers[np.arange(3)].tolist()] == [int, float, type(None)]
    assert numbers[2] is None
    assert numbers.taken(np.array([1]))[0] == 2.5


def test_dates_are_written_as_days() -> None:
    days = pd.Series([dt.date(2026, 11, 23), None, dt.date(2025, 2, 1)], dtype="datetime64[s]")
    assert keep_dates(days)[np.arange(3)].tolist() == ["2026-11-23", None, "2025-02-01"]
    assert keep_dates(days[days.isna()])[np.arange(1)].tolist() == [None]


def test_answers_are_letters_and_letters_join_to_a_text_a_plot() -> None:
    assert letters_of(pd.Series(["yes", "no", "unknown", None], dtype="str")) == "ynuu"
    assert join_letters(["yn", "un"])[np.arange(2)].tolist() == ["yu", "nn"]
    assert len(join_letters(["", ""])) == 0


def test_a_few_plots_of_many_are_picked_alike_from_columns_and_from_what_was_unfolded() -> None:
    columns = {
        "id": keep_keys(pd.Series(["a", "b", "c"], dtype="str")),
        "ha": Numbers(np.array([1.0, 0.5, np.nan])),
        "near": {"gas": "ynu"},
        "project": keep_texts(pd.Series([None, None, "p"], dtype="str")),
        "classes": ["x", "y", "z"],
    }
    rows = np.array([1, 2])
    whole = pick(columns, rows)
    assert whole == {
        "id": ["b", "c"], "ha": [0.5, None], "near": {"gas": "nu"}, "project": [None, "p"], "classes": ["y", "z"],
    }  # fmt: skip
    assert pick(unfold(columns, rows), slice(0, 2)) == whole
    assert "project" not in pick(unfold(columns, rows), slice(0, 1))
