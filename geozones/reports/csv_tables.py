"""Tables as CSV files that a double click opens right in a spreadsheet program of the language."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geozones.reports.cells import make_harmless
from geozones.reports.columns import DEMONSTRATION
from geozones.reports.content import Edition
from geozones.reports.words import write_notice
from geozones.tables import Column, TableContract

DECIMALS = 4
_SEPARATORS = {"kk": (";", ","), "ru": (";", ","), "en": (",", ".")}


def write_csv(path: Path, table: pd.DataFrame, contract: TableContract, *, edition: Edition) -> None:
    """Write one table: UTF-8 with a byte order mark, a header of column names, a line a row.

    Kazakh and Russian files have `;` between the columns and a decimal comma, English ones `,` and a point. Dates
    are `2025-02-10`, flags `yes` and `no`, numbers are rounded to four decimals, missing values are empty. Column
    names and values are never translated. The files of a demonstration end with the column `demonstration`.

    Parameters
    ----------
    table
        Columns of the contract; those it lacks stay empty, others and the geometry are left out.
    """
    written = pd.DataFrame({column.name: _cells(table, column) for column in contract.columns})
    if edition.demonstration:
        written[DEMONSTRATION.name] = pd.Series(write_notice(edition.language), index=written.index, dtype="str")
    separator, decimal = _SEPARATORS[edition.language]
    text = written.to_csv(sep=separator, decimal=decimal, index=False, float_format="%.15g", lineterminator="\r\n")
    path.write_bytes(text.encode("utf-8-sig"))


def _cells(table: pd.DataFrame, column: Column) -> pd.Series:
    if column.name not in table:
        return pd.Series(None, index=table.index, dtype="object")
    values = table[column.name]
    if column.dtype == "number":
        return values.astype("float64").round(DECIMALS)
    if column.dtype == "integer":
        return values.astype("Int64")
    if column.dtype == "flag":
        return values.map({True: "yes", False: "no"})
    if column.dtype == "date":
        return pd.to_datetime(values).dt.strftime("%Y-%m-%d")
    return make_harmless(values)
