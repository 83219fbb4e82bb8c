"""Cells of a source → values of a contract."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from geozones.checks.values import conform_columns, parse_date, parse_number, to_text
from geozones.tables import CONTRACTS, PANDAS_DTYPES


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12.0), ("12,5", 12.5), ("1 234,5", 1234.5), ("1\u00a0234.5", 1234.5), ("1.234,5", 1234.5),
        ("1,234.5", 1234.5), ("−3", -3.0), ("1e3", 1000.0), ("12 га", None), ("12,5,6", None), ("", None),
        ("1.2.3", None),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, number: float | None) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-11-23", dt.date(2026, 11, 23)), ("23.11.2026", dt.date(2026, 11, 23)),
        ("23/11/2026 г.", dt.date(2026, 11, 23)), ("2026-11-23T10:00:00", dt.date(2026, 11, 23)),
        ("31.02.2026", None), ("23.11.26", None), ("вчера", None), ("01.01.0026", None),
    ],
)  # fmt: skip
def test_dates_as_people_write_them(text: str, date: dt.date | None) -> None:
    assert parse_date(text) == date


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ([6110, 6116], ["6110", "6116"]),
        ([6110.0, None], ["6110", None]),
        (["  а ", ""], ["а", None]),
        ([True, False], ["yes", "no"]),
        ([dt.datetime(2026, 1, 2), "x"], ["2026-01-02", "x"]),
        (["Тұрар\u0439".replace("\u0439", "\u0438\u0306"), "й"], ["Тұрар\u0439", "й"]),
    ],
)
def test_ids_stay_text(cells: list[object], text: list[str | None]) -> None:
    found = to_text(pd.Series(cells, dtype=None))
    assert [None if pd.isna(value) else value for value in found] == text


def conform(**columns: list[object]) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    table, issues = conform_columns(pd.DataFrame(columns), CONTRACTS["plots"], layer="plots")
    return table, [(rule, str(message)) for part in issues for rule, message in zip(part["rule"], part["message"])]  # noqa: B905


def test_every_column_of_the_contract_comes_with_its_dtype() -> None:
    table, _ = conform(plot_id=["1"], area_ha=["1,5"], valid_to=["01.02.2026"], extra=[1])
    for column in CONTRACTS["plots"].columns:
        assert str(table[column.name].dtype) == PANDAS_DTYPES[column.dtype]
    assert list(table.columns)[-1] == "extra"


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("area_ha", "много", "number_bad"),
        ("area_ha", "-5", "number_out_of_range"),
        ("valid_to", "31.02.2026", "date_bad"),
        ("hazard_class", "VI", "value_unknown"),
    ],
)
def test_a_cell_that_cannot_be_taken_becomes_missing_with_an_issue(column: str, cell: str, rule: str) -> None:
    table, issues = conform(plot_id=["1", "2"], **{column: [cell, None]})
    assert table[column].isna().all()
    assert [(name, cell.lstrip("-") in text) for name, text in issues] == [(rule, True)]


@pytest.mark.parametrize("cell", ["", "-", "нет данных", "н/д", "NULL"])
def test_words_for_nothing_are_missing_numbers(cell: str) -> None:
    table, issues = conform(plot_id=["1"], area_ha=[cell])
    assert table["area_ha"].isna().all()
    assert issues == []


def test_listed_words_are_found_whatever_their_case() -> None:
    table, issues = conform(plot_id=["1"], hazard_class=["iii"])
    assert table["hazard_class"].tolist() == ["III"]
    assert issues == []
