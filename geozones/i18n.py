"""Translations, and numbers and dates as each language writes them.

English text is the key; `translations/<language>/*.po` (gettext) give the Russian and Kazakh text, one file per
subject. All files of a language are read as one catalogue, once, when that language is first asked for.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations, c2py
from importlib import resources
from typing import Any

LANGUAGES = ("kk", "ru", "en")
"""Languages in the order in which the switch of a page shows them."""

LANGUAGE_NAMES = {"kk": "Қаз", "ru": "Рус", "en": "Eng"}

_LOCALES = {"kk": "kk", "ru": "ru", "en": "en_GB"}
_NO_BREAK_SPACE = "\u00a0"

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_ENTRY = re.compile(rf"^(msgid|msgid_plural|msgstr)(?:\[(\d)\])?((?:\s*{_QUOTED})+)", re.MULTILINE)
_TEXT = re.compile(_QUOTED)
_PLURAL = re.compile(r"Plural-Forms:[^;]*;\s*plural=([^;]*);")
_ESCAPED = re.compile(r"\\(.)")
_CHARACTERS = {"n": "\n", "t": "\t", "r": "\r"}

_MOST_NUMBERS = 16_384
"""Written numbers that are remembered: a page repeats its own many times over."""


def N_(text: str) -> str:
    """Mark `text` for extraction, without translating it."""
    return text


class _Catalogue(GNUTranslations):
    """All texts of a language, read from the files of its translators."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._catalog: dict[Any, str] = {}
        folder = resources.files("geozones") / "translations" / language
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".po"):
                self._add(file.read_text("utf-8"))

    def _add(self, text: str) -> None:
        """Add the entries of one file; those without a translation are left out."""
        singular = ""
        for kind, form, quoted in _ENTRY.findall(text):
            words = "".join(_unquote(part) for part in _TEXT.findall(quoted))
            if kind == "msgid":
                singular = words
            elif kind == "msgstr" and not singular:
                self._read_plural(words)
            elif kind == "msgstr" and words:
                self._catalog[(singular, int(form)) if form else singular] = words

    def _read_plural(self, header: str) -> None:
        rule = _PLURAL.search(header)
        if rule is not None:
            self.plural = c2py(rule[1])


def _unquote(quoted: str) -> str:
    return _ESCAPED.sub(lambda found: _CHARACTERS.get(found[1], found[1]), quoted[1:-1])


@cache
def _catalogue(language: str) -> NullTranslations:
    return NullTranslations() if language == "en" else _Catalogue(language)


def translate(text: str, language: str, /, **params: Any) -> str:
    """Translate an English template and fill its named fields.

    A text without a translation comes back in English, so nothing is ever blank.
    """
    translated = _catalogue(language).gettext(text) if text else ""
    return translated.format(**params) if params else translated


def translate_plural(singular: str, plural: str, n: int, language: str, /, **params: Any) -> str:
    """Translate a text whose form depends on the number `n`; `{n}` is filled in as the language writes it."""
    translated = _catalogue(language).ngettext(singular, plural, n)
    return translated.format(n=format_number(n, language), **params)


def plural_forms(singular: str, plural: str, language: str) -> tuple[str, ...]:
    """Return the templates of a text for every form of number that the language has, fields not filled in.

    Their order is that of gettext: one, few, many in Russian; one, other in Kazakh and English.
    """
    samples = (1, 2, 5) if language == "ru" else (1, 2)
    return tuple(_catalogue(language).ngettext(singular, plural, n) for n in samples)


def format_number(value: float, language: str, *, decimals: int | None = None) -> str:
    """Write a number as the language does: `1 700,5` in Russian and Kazakh, `1,700.5` in English.

    `decimals` fixes the number of decimals; None writes an integer without and others with at most three.
    """
    return _write_number(str(value), language, decimals)


@lru_cache(maxsize=_MOST_NUMBERS)
def _write_number(value: str, language: str, decimals: int | None) -> str:
    from babel.numbers import format_decimal

    pattern = "#,##0.###" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    written = format_decimal(Decimal(value), format=pattern, locale=_LOCALES[language])
    return written.replace("\u202f", _NO_BREAK_SPACE)


def format_date(value: dt.date, language: str) -> str:
    """Write a date as the language does: `23.11.2026` in Russian and Kazakh, `23 Nov 2026` in English."""
    if language == "en":
        from babel.dates import format_date as babel_format_date

        return babel_format_date(value, format="d MMM y", locale="en_GB")
    return value.strftime("%d.%m.%Y")
