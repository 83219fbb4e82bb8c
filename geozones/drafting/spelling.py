"""How words are compared: without case, signs and ends of words, so that `Кадастр. №` and `KADASTR_N` both fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_CAMEL = re.compile(r"(?<=[a-zа-я0-9])(?=[A-ZА-Я])")
_SIGNS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Write a text as bare words: lower case, one space between words and at both ends.

    >>> plain("shapeName"), plain("Площадь, га"), plain("№ участка")
    (' shape name ', ' площадь га ', ' no участка ')
    """
    spaced = _CAMEL.sub(" ", unicodedata.normalize("NFKC", text.replace("№", " no ")))
    folded = spaced.casefold().replace("ё", "е")
    return f" {_SIGNS.sub(' ', folded).strip()} "


def find_stem(text: str, stems: Iterable[str]) -> str | None:
    """Find the first stem that begins a word of a plain text; one that ends with `$` must be the whole word.

    >>> find_stem(plain("Газопроводы_2024"), ("газ",)), find_stem(plain("ВЛ-10 кВ"), ("вл$", "кл$"))
    ('газ', 'вл')
    """
    for stem in stems:
        if f" {stem.replace('$', ' ')}" in text:
            return stem.removesuffix("$")
    return None


def is_word(text: str, words: Iterable[str]) -> bool:
    """Tell whether a plain text is exactly one of some words."""
    return text.strip() in words
