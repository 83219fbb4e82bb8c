"""Numbers of holders: BIN of a company, IIN of a person; their form and check digit."""

from __future__ import annotations

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
