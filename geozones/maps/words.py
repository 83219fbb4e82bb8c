"""Texts of a page in all languages at once.

A page carries every language and shows one: a text becomes a `span` a language, one for two that say the same, of
which the style sheet shows the one of the page's language. Numbers and dates inside a text are written as each
language writes them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from geozones.i18n import LANGUAGES, format_date, format_number, translate, translate_plural

LONGEST_NAME = 160
"""Letters of a name that a page shows; a longer one ends in an ellipsis."""


@dataclass(frozen=True)
class Words:
    """One text in Kazakh, Russian and English, not yet escaped."""

    kk: str
    ru: str
    en: str

    def of(self, language: str) -> str:
        """Return the text in one language."""
        return str(getattr(self, language))

    def __html__(self) -> str:
        if self.kk == self.ru == self.en:
            return str(escape(self.en))
        if self.kk == self.ru:
            return _span("ru", escape(self.ru), "l l-kk") + _span("en", escape(self.en))
        return "".join(_span(language, escape(self.of(language))) for language in LANGUAGES)

    def as_json(self) -> str | list[str]:
        """Return the text for the scripts of a page: one text, or one a language in the order of the switch."""
        texts = [self.of(language) for language in LANGUAGES]
        return texts[0] if len(set(texts)) == 1 else texts


def _span(language: str, content: str, classes: str = "l") -> str:
    return f'<span class="{classes}" lang="{language}">{content}</span>'


def each_language(make: Callable[[str], str]) -> Words:
    """Make a text by calling `make` with each language."""
    return Words(**{language: make(language) for language in LANGUAGES})


def t(text: str, /, **params: Any) -> Words:
    """Translate an English template; fields may be `Words`, dates, numbers or texts."""
    return each_language(lambda language: translate(text, language, **_fields(params, language)))


def tn(singular: str, plural: str, n: int, /, **params: Any) -> Words:
    """Translate a text whose form depends on the number `n`, which `{n}` shows."""
    return each_language(
        lambda language: translate_plural(singular, plural, n, language, **_fields(params, language))
    )


def unit(text: Words, n: int) -> Words:
    """Take the number out of a text that counts: `plots` out of `41 plots`."""
    return each_language(lambda language: text.of(language).replace(format_number(n, language), "", 1).strip())


def join(parts: list[Words], separator: str = " · ") -> Words:
    """Join texts by a separator, in every language."""
    return each_language(lambda language: separator.join(part.of(language) for part in parts))


def number(value: float, decimals: int | None = None) -> Words:
    """Write a number as each language does."""
    return each_language(lambda language: format_number(value, language, decimals=decimals))


def hectares(value: float) -> Words:
    """Write hectares: one decimal below 100, none from there on."""
    return number(round(value, 1) + 0.0, 1 if abs(value) < 99.95 and round(value, 1) % 1 else 0)


def area(value: float) -> Words:
    """Write hectares as a document gives them, to one decimal."""
    return number(round(value, 1) + 0.0)


def date(value: dt.date) -> Words:
    """Write a date as each language does."""
    return each_language(lambda language: format_date(value, language))


def same(text: str) -> Words:
    """Take a text that is not translated (an id, a number, a name given once)."""
    return Words(text, text, text)


def short(text: str) -> str:
    """Cut a text that no page could show, and mend what is no character at all."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= LONGEST_NAME else clean[: LONGEST_NAME - 1].rstrip() + "…"


def names(row: Mapping[str, Any], key: str) -> Words:
    """Read `name_kk`, `name_ru` and `name_en` of a row; a missing one is that in Russian, else the key."""
    russian = text_or_none(row.get("name_ru")) or str(row[key])
    return each_language(lambda language: short(text_or_none(row.get(f"name_{language}")) or russian))


def text_or_none(value: Any) -> str | None:
    """Return a text as it is, and None for a missing or blank one."""
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return None
    return str(value) if str(value).strip() else None


def number_or_none(value: Any) -> float | None:
    """Return a number as it is, and None for a missing one."""
    return None if value is None or pd.isna(value) else float(value)


def date_or_none(value: Any) -> dt.date | None:
    """Return a date, and None for a missing one."""
    if value is None or pd.isna(value):
        return None
    return pd.Timestamp(value).date()


def attribute(names_of: str, text: Words, language: str) -> Markup:
    """Write one or more HTML attributes (names apart by blanks) that the script changes with the language."""
    every = json.dumps([text.of(each) for each in LANGUAGES], ensure_ascii=False)
    written = [
        Markup('{name}="{now}" data-{name}-words="{every}"').format(name=name, now=text.of(language), every=every)
        for name in names_of.split()
    ]
    return Markup(" ").join([*written, Markup('data-words="{}"').format(names_of)])


def _fields(params: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {name: _written(value, language) for name, value in params.items()}


def _written(value: Any, language: str) -> Any:
    if isinstance(value, Words):
        return value.of(language)
    if isinstance(value, dt.date):
        return format_date(value, language)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_number(value, language)
    return value
