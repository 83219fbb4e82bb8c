"""Holders: numbers (BIN of a company, IIN of a person) with their check digit, and whether two are the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FIRST_WEIGHTS = range(1, 12)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def is_holder_id(number: str) -> bool:
    """Say whether a text has the form of a BIN or IIN: 12 digits, of which the last fits the others."""
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        return False
    digits = [int(digit) for digit in number]
    check = sum(digit * weight for digit, weight in zip(digits[:11], _FIRST_WEIGHTS, strict=True)) % 11
    if check == 10:
        check = sum(digit * weight for digit, weight in zip(digits[:11], _SECOND_WEIGHTS, strict=True)) % 11
    return check == digits[11]


def is_person_id(number: str) -> bool:
    """Say whether a text is the number of a person (IIN), not of a company.

    Digits 5 and 6 of an IIN are the day of birth, so the fifth is 0 to 3; that of a BIN is 4, 5 or 6.
    """
    return is_holder_id(number) and number[4] in "0123"


def is_same_holder(known: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Say whether two namings may mean the same holder: by number where both give one, else by name."""
    for key in ("person", "holder_id"):
        if key in known and key in told:
            return bool(known[key] == told[key])
    if "participant" not in known or "participant" not in told:
        return True
    return bare_name(known["participant"]) == bare_name(told["participant"])


def bare_name(name: str) -> str:
    """Write a name without quotes and double blanks, in small letters."""
    return " ".join("".join(" " if letter in _QUOTES else letter for letter in name).split()).casefold()


_QUOTES = "\"'«»“”„‘’"
