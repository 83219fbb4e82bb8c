"""Translations, numbers and dates as each language writes them."""

from __future__ import annotations

import datetime as dt

import pytest

from geozones.i18n import format_date, format_number, translate


@pytest.mark.parametrize(
    ("language", "written"), [("ru", "1\u00a0700,5"), ("kk", "1\u00a0700,5"), ("en", "1,700.5")]
)
def test_numbers(language: str, written: str) -> None:
    assert format_number(1700.5, language) == written


def test_decimals_are_fixed_where_asked() -> None:
    assert format_number(12, "ru", decimals=1) == "12,0"
    assert format_number(523.94, "en", decimals=1) == "523.9"


@pytest.mark.parametrize(
    ("language", "written"), [("ru", "23.11.2026"), ("kk", "23.11.2026"), ("en", "23 Nov 2026")]
)
def test_dates(language: str, written: str) -> None:
    assert format_date(dt.date(2026, 11, 23), language) == written


def test_a_text_without_translation_comes_back_in_english() -> None:
    assert translate("No such sentence {n}", "ru", n=1) == "No such sentence 1"
