"""Texts in three languages: each shown once, escaped, with its numbers as the language writes them."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from geozones.maps import words
from geozones.maps.words import Words, attribute, hectares, names, short, t, tn, unit


def test_a_text_is_three_spans_and_escaped() -> None:
    html = Words(kk="<a>", ru="б", en="c").__html__()
    assert html.startswith('<span class="l" lang="kk">&lt;a&gt;</span><span class="l" lang="ru">б</span>')


def test_a_text_that_is_the_same_everywhere_is_written_once() -> None:
    assert words.same("Ø219 & <b>").__html__() == "Ø219 &amp; &lt;b&gt;"
    assert words.same("12").as_json() == "12"


def test_a_text_that_two_languages_share_stands_once_for_both() -> None:
    html = t("ha").__html__()
    assert html == '<span class="l l-kk" lang="ru">га</span><span class="l" lang="en">ha</span>'


def test_dates_and_numbers_follow_the_language() -> None:
    text = t("State on {day}", day=dt.date(2025, 2, 10))
    assert (text.ru, text.en) == ("Состояние на 10.02.2025", "State on 10 Feb 2025")
    assert t("needs {amount}", amount=2400).en == "needs 2,400"


@pytest.mark.parametrize(
    ("n", "written"), [(1, "1 участок"), (2, "2 участка"), (5, "5 участков"), (21, "21 участок")]
)
def test_plurals(n: int, written: str) -> None:
    assert tn("{n} plot", "{n} plots", n).ru == written
    assert unit(tn("{n} plot", "{n} plots", n), n).ru == written.split()[1]


@pytest.mark.parametrize(
    ("value", "written"), [(807.3, "807"), (99.96, "100"), (68.24, "68,2"), (35.0, "35"), (0, "0")]
)
def test_hectares(value: float, written: str) -> None:
    assert hectares(value).ru == written


def test_a_missing_name_is_the_russian_one_else_the_key() -> None:
    row = {"id": "z", "name_ru": "Бадам", "name_kk": None, "name_en": pd.NA}
    assert names(row, "id") == Words("Бадам", "Бадам", "Бадам")
    assert names({"id": "z", "name_ru": float("nan")}, "id").en == "z"


def test_long_names_are_cut_and_broken_characters_mended() -> None:
    assert len(short("x" * 10_000)) == words.LONGEST_NAME
    assert short("a\ud800b") == "a?b"


def test_an_attribute_cannot_be_left() -> None:
    written = attribute("title", words.same('" onload="x'), "ru")
    assert '" onload' not in written.replace("&#34; onload", "")
