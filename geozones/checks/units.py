"""Numbers with their units, as people write them into tables: `1,8 МВт`, `220 кВ`, `35/10`, `220000;110000`."""

from __future__ import annotations

import re

from geozones.checks.values import parse_number

_SMALL_VOLTS = 2_000.0
"""Above this a voltage is in volts: no line has 2,000 kV, and none that matters has less than 2,000 V."""

STANDARD_KV = frozenset(
    {0.22, 0.38, 0.4, 0.66, 1, 3, 6, 6.3, 10, 10.5, 15, 20, 35, 110, 150, 220, 330, 400, 500, 750, 1150}
)

_FACTORS: dict[str, dict[str, float]] = {
    "ha": {"га": 1, "ha": 1, "м2": 1e-4, "м²": 1e-4, "кв.м": 1e-4, "кв. м": 1e-4, "m2": 1e-4},
    "kW": {"квт": 1, "kw": 1, "мвт": 1_000, "mw": 1_000, "гвт": 1_000_000},
    "m³/h": {"м3/ч": 1, "м³/ч": 1, "м3/час": 1, "м³/час": 1, "m3/h": 1, "тыс.м3/ч": 1_000, "тыс. м3/ч": 1_000,
             "тыс. м³/ч": 1_000},
    "m³/day": {"м3/сут": 1, "м³/сут": 1, "м3/сутки": 1, "м³/сутки": 1, "м3/тәул": 1, "м³/тәул": 1, "m3/day": 1,
               "тыс. м3/сут": 1_000, "тыс.м3/сут": 1_000},
    "mm": {"мм": 1, "mm": 1, "см": 10},
    "MPa": {"мпа": 1, "mpa": 1, "кгс/см2": 0.0980665, "кгс/см²": 0.0980665},
    "KZT": {"тенге": 1, "тг": 1, "тг.": 1, "₸": 1, "теңге": 1, "kzt": 1, "млн тенге": 1e6, "млн. тенге": 1e6,
            "млн теңге": 1e6, "млрд тенге": 1e9, "млрд теңге": 1e9},
    "years": {"лет": 1, "год": 1, "года": 1, "жыл": 1, "years": 1},
}  # fmt: skip
_NUMBER_AND_UNIT = re.compile(r"(?P<number>[-+−]?[\d\s\u00a0.,]*\d)\s*(?P<unit>[^\d\s].*)")
_VOLTAGE = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>кв|kv|в|v)?\b", re.IGNORECASE)


def parse_measure(text: str, unit: str) -> float | None:
    """Read a number that carries its unit, and convert it into the unit of the column; None where it is not one.

    >>> parse_measure("1,8 МВт", "kW"), parse_measure("2 500 м2", "ha"), parse_measure("5 шт", "kW")
    (1800.0, 0.25, None)
    """
    found = _NUMBER_AND_UNIT.fullmatch(text.strip())
    if found is None:
        return None
    words: dict[str, float] = {}
    for part in re.split(r", | or ", unit):
        words |= _FACTORS.get(part, {})
    number, factor = parse_number(found["number"]), words.get(" ".join(found["unit"].lower().split()))
    return None if number is None or factor is None else round(number * factor, 6)


def parse_voltage(text: str) -> float | None:
    """Read the voltage of a line in kV, the highest where several are named; None where there is none.

    >>> parse_voltage("220 кВ"), parse_voltage("35/10"), parse_voltage("220000;110000"), parse_voltage("высокое")
    (220.0, 35.0, 220.0, None)
    """
    rest = _VOLTAGE.sub("", text)
    if re.sub(r"(?i)вл|кл|лэп|[\s;,/\\|+×x*()–-]", "", rest):
        return None
    found = []
    for match in _VOLTAGE.finditer(text):
        number = float(match["number"].replace(",", "."))
        in_volts = (match["unit"] or "").lower() in ("в", "v") or (not match["unit"] and number > _SMALL_VOLTS)
        found.append(number / 1_000 if in_volts else number)
    return max(found) if found else None
