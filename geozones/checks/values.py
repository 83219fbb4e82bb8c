"""Cells of a source → values of a contract: text, numbers, dates and words from a list.

Bulk conversions come first; only what they refuse is looked at value by value, each distinct value once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from geozones.checks.issues import make_issues
from geozones.tables import PANDAS_DTYPES, Column, TableContract

_EMPTY_WORDS = (
    "-|–|—|?|null|none|nan|na|n/a|н/д|нет данных|нет сведений|мәлімет жоқ|деректер жоқ|неизвестно|белгісіз|no data"
)
NO_VALUE = frozenset(("", *_EMPTY_WORDS.split("|")))
"""Words that stand for an empty cell in a column of numbers or dates."""

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f']+")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DATE_FORMS = (
    (re.compile(r"(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?:[T ].*)?"), ""),
    (re.compile(r"(?P<d>\d{1,2})[-./](?P<m>\d{1,2})[-./](?P<y>\d{4})(?:[T ].*)?(?:\s*(?:г|ж)\.?)?"), ""),
)
_LARGEST_KV = 2_000.0
_EARLIEST, _LATEST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)


def parse_number(text: str) -> float | None:
    """Read a number as people write it: `1 234,5`, `1,234.50`, `12.5`; None where it is not one.

    >>> parse_number("1 234,5"), parse_number("1.234.567,8"), parse_number("12 га")
    (1234.5, 1234567.8, None)
    """
    compact = _SPACES.sub("", text).replace("−", "-")
    if "," in compact:
        decimal = "," if compact.rfind(",") > compact.rfind(".") else "."
        grouping = "." if decimal == "," else ","
        whole, _, rest = compact.rpartition(decimal)
        if decimal == "," and compact.count(",") > 1:
            return None
        compact = whole.replace(grouping, "") + "." + rest
    if not _PLAIN_NUMBER.fullmatch(compact):
        return None
    return float(compact)


def parse_date(text: str) -> dt.date | None:
    """Read a date as people write it: `2026-11-23`, `23.11.2026`, `23/11/2026 г.`; None where it is not one.

    >>> parse_date("23.11.2026"), parse_date("2026-02-30")
    (datetime.date(2026, 11, 23), None)
    """
    for pattern, _ in _DATE_FORMS:
        if found := pattern.fullmatch(text.strip()):
            try:
                date = dt.date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
            return date if _EARLIEST <= date <= _LATEST else None
    return None


def to_text(values: pd.Series) -> pd.Series:
    """Turn any column into text: whole numbers without a decimal point, spaces trimmed, empty cells missing."""
    if pd.api.types.is_bool_dtype(values.dtype):
        words: pd.Series = values.map({True: "yes", False: "no"}).astype("str")
        return words
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        days: pd.Series = values.dt.strftime("%Y-%m-%d").astype("str")
        return days
    if pd.api.types.is_float_dtype(values.dtype):
        filled = values.dropna()
        if len(filled) and np.isfinite(filled).all() and (filled == filled.round()).all():
            return values.astype("Int64").astype("str").mask(values.isna()).astype("str")
        return values.astype("str")
    if pd.api.types.is_integer_dtype(values.dtype):
        return values.astype("str")
    if values.dtype == "object":
        values = values.map(_cell_to_text, na_action="ignore")
    text: pd.Series = values.astype("str").str.strip()
    if not bool(text.dropna().str.isascii().all()):
        text = text.str.normalize("NFC").str.replace("\u00a0", " ", regex=False)
    trimmed: pd.Series = text.mask(text == "").astype("str")
    return trimmed


def _cell_to_text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return str(cell)


def _parse_distinct(text: pd.Series, parse: Callable[[str], Any]) -> tuple[pd.Series, pd.Series]:
    """Parse the distinct values of `text`; give the results and a mask of the values that are none."""
    distinct = text.dropna().unique()
    meaning = {value: parse(value) for value in distinct}
    failed = {value for value, result in meaning.items() if result is None}
    is_bad = text.isin(failed - {value for value in failed if value.casefold() in NO_VALUE})
    return text.map(meaning), is_bad


def to_number(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Turn a column into float64; give it and a mask of the cells that are no number."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.astype("float64")
        is_bad = numbers.isin([np.inf, -np.inf])
        return numbers.mask(is_bad), is_bad
    text = to_text(values)
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    numbers = numbers.where(np.isfinite(numbers))
    rest = text.notna() & numbers.isna()
    is_bad = pd.Series(False, index=values.index)
    if rest.any():
        parsed, bad = _parse_distinct(text[rest], parse_number)
        numbers[rest] = parsed.astype("float64")
        is_bad[rest] = bad
    return numbers, is_bad


def to_date(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Turn a column into datetime64[s] days; give it and a mask of the cells that are no date."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        if getattr(values.dtype, "tz", None) is not None:
            values = values.dt.tz_localize(None)
        dates = values.astype("datetime64[s]").dt.floor("D")
        is_bad = dates.notna() & ~dates.between(pd.Timestamp(_EARLIEST), pd.Timestamp(_LATEST))
        return dates.mask(is_bad), is_bad
    text = to_text(values)
    parsed, is_bad = _parse_distinct(text, parse_date)
    return pd.to_datetime(parsed, errors="coerce").astype("datetime64[s]"), is_bad.reindex(
        values.index, fill_value=False
    )


_YES = {"yes": True, "true": True, "1": True, "да": True, "иә": True}
_NO = {"no": False, "false": False, "0": False, "нет": False, "жоқ": False}


def to_flag(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Turn a column into a boolean with missing values; give it and a mask of the cells that are neither."""
    parsed, is_bad = _parse_distinct(to_text(values), lambda text: (_YES | _NO).get(text.casefold()))
    return parsed.astype("boolean"), is_bad


def to_listed(values: pd.Series, allowed: tuple[str, ...]) -> tuple[pd.Series, pd.Series]:
    """Turn a column into words of a list, whatever their case; give it and a mask of the words not in it."""
    text = to_text(values)
    by_case = {word.casefold(): word for word in allowed}
    distinct = {value: by_case.get(value.casefold()) for value in text.dropna().unique()}
    is_bad = text.isin([value for value, word in distinct.items() if word is None])
    return text.map(distinct).astype("str"), is_bad


def conform_columns(table: pd.DataFrame, contract: TableContract, *, layer: str) -> tuple[pd.DataFrame, list[Any]]:
    """Shape the columns of a table to a contract.

    Parameters
    ----------
    table
        Columns under their contract names, cells as the source has them, the index the source row number. Columns
        that the contract does not name stay as they are, behind the others.
    contract
        Contract of the role.
    layer
        Key of the layer, for the issues.

    Returns
    -------
    tuple
        The table with every column of the contract in its pandas dtype (missing where the source has none), and
        the issues tables of the cells that could not be taken: such a cell becomes missing.
    """
    keys = (
        to_text(table[contract.key]) if contract.key in table else pd.Series(pd.NA, index=table.index, dtype="str")
    )
    columns: dict[str, pd.Series] = {}
    issues = []
    for column in contract.columns:
        if column.name not in table:
            columns[column.name] = pd.Series(None, index=table.index, dtype=PANDAS_DTYPES[column.dtype])
            continue
        values, found = _conform(table[column.name], column, layer=layer, keys=keys)
        columns[column.name] = values
        issues += found
    rest = [name for name in table.columns if name not in columns]
    return pd.concat([pd.DataFrame(columns, index=table.index), table[rest]], axis=1), issues


def _conform(values: pd.Series, column: Column, *, layer: str, keys: pd.Series) -> tuple[pd.Series, list[Any]]:
    if column.allowed:
        result, is_bad = to_listed(values, column.allowed)
        params: dict[str, Any] = {"column": column.name, "allowed": ", ".join(column.allowed)}
        return result, _cell_issues("value_unknown", values, is_bad, params, layer=layer, keys=keys)
    if column.dtype == "text":
        return to_text(values), []
    convert, rule = {
        "number": (to_number, "number_bad"),
        "integer": (to_number, "number_bad"),
        "date": (to_date, "date_bad"),
        "flag": (to_flag, "value_unknown"),
    }[column.dtype]
    result, is_bad = convert(values)
    issues: list[Any] = []
    if column.unit and is_bad.any():
        result, is_bad, issues = _read_units(values, result, is_bad, column, layer=layer, keys=keys)
    if column.unit == "kV":
        result, said = _read_volts(result, layer=layer, keys=keys)
        issues += said
    params = {"column": column.name} | ({"allowed": "yes, no"} if column.dtype == "flag" else {})
    issues += _cell_issues(rule, values, is_bad, params, layer=layer, keys=keys)
    if column.dtype in ("number", "integer"):
        result, out_of_range = _limit(result, column)
        limits = {"minimum": column.minimum, "maximum": column.maximum}
        shown = {name: "" if limit is None else f"{limit:g}" for name, limit in limits.items()}
        issues += _cell_issues(
            "number_out_of_range", values, out_of_range, {"column": column.name} | shown, layer=layer, keys=keys
        )
    if column.dtype == "integer":
        result = result.round().astype("Int64")
    return result, issues


def _read_units(
    values: pd.Series, numbers: pd.Series, is_bad: pd.Series, column: Column, *, layer: str, keys: pd.Series
) -> tuple[pd.Series, pd.Series, list[Any]]:
    """Read cells that carry their unit; what is converted is said, so that nobody wonders at the number."""
    from geozones.checks.units import parse_measure, parse_voltage

    def read(text: str) -> float | None:
        return parse_voltage(text) if column.unit == "kV" else parse_measure(text, column.unit)

    parsed, still_bad = _parse_distinct(to_text(values[is_bad]), read)
    numbers = numbers.copy()
    numbers[is_bad] = parsed.astype("float64")
    is_read = is_bad & numbers.notna()
    params = {"column": column.name, "number": [f"{number:g}" for number in numbers[is_read]], "unit": column.unit}
    issues = _cell_issues("unit_read", values, is_read, params, layer=layer, keys=keys)
    is_bad = is_bad.copy()
    is_bad[is_bad] = still_bad
    return numbers, is_bad, issues


def _read_volts(numbers: pd.Series, *, layer: str, keys: pd.Series) -> tuple[pd.Series, list[Any]]:
    """Take voltages above 2,000 as volts: no line has 2,000 kV."""
    is_volts = numbers > _LARGEST_KV
    if not is_volts.any():
        return numbers, []
    converted = numbers.mask(is_volts, numbers / 1_000)
    shown = [f"{number:g}" for number in converted[is_volts]]
    params = {"column": "voltage_kv", "number": shown, "unit": "kV"}
    return converted, _cell_issues("unit_read", numbers, is_volts, params, layer=layer, keys=keys)


def _limit(numbers: pd.Series, column: Column) -> tuple[pd.Series, pd.Series]:
    is_bad = pd.Series(False, index=numbers.index)
    if column.minimum is not None:
        is_bad |= numbers < column.minimum
    if column.maximum is not None:
        is_bad |= numbers > column.maximum
    return numbers.mask(is_bad), is_bad


def _cell_issues(
    rule: str, values: pd.Series, is_bad: pd.Series, params: dict[str, Any], *, layer: str, keys: pd.Series
) -> list[Any]:
    if not is_bad.any():
        return []
    rows = values.index[is_bad]
    shown = [str(value)[:60] for value in values[is_bad]]
    return [make_issues(rule, layer=layer, rows=rows, keys=keys[is_bad], params={**params, "value": shown})]
