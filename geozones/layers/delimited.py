"""Text tables (CSV): encoding, separator and rows of the wrong length told apart; every cell stays text."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from geozones.checks.issues import make_issues
from geozones.errors import InputError
from geozones.i18n import N_
from geozones.layers.encodings import Decision, decide_encoding, decode
from geozones.layers.layer import RawTable
from geozones.layers.limits import require_features
from geozones.layers.source import Source

_SEPARATORS = ";\t,|"


def read_delimited(source: Source) -> RawTable:
    """Read a text table.

    Returns
    -------
    RawTable
        All cells as text under the names of the header; rows that are too short or too long in the quarantine.

    Raises
    ------
    InputError
        There is no header, or no rows can be told apart.
    EncodingError
        The encoding cannot be decided.
    """
    shown = source.shown
    text, decision = read_text(source.path, encoding=source.encoding, shown=shown)
    header, separator = read_header(text)
    if not header:
        raise InputError(N_("{file}: the first line holds no column names."), file=shown)
    malformed: list[pyarrow.csv.InvalidRow] = []

    def set_aside(row: pyarrow.csv.InvalidRow) -> str:
        malformed.append(row)
        return "skip"

    content = text.encode("utf-8")
    try:
        table = pyarrow.csv.read_csv(
            io.BytesIO(content),
            read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=max(len(content), 1024)),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=set_aside
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowException as error:
        raise InputError(
            N_("{file}: the text table cannot be read ({reason}). Check quotes and separators."),
            file=shown,
            reason=str(error).split("\n")[0][:120],
        ) from error
    raw = _to_raw(table, make_unique(header), malformed, decision=decision, source=source)
    if text.endswith("\n"):
        return raw
    return replace(raw, issues=(*raw.issues, make_issues("end_missing", layer=source.key)))


def _to_raw(
    table: pa.Table,
    names: list[str],
    malformed: list[pyarrow.csv.InvalidRow],
    *,
    decision: Decision,
    source: Source,
) -> RawTable:
    cells = table.rename_columns(names).to_pandas()
    read = len(cells) + len(malformed)
    require_features(read, source.limits, shown=source.shown)
    bad_rows = [row.number - 2 for row in malformed]
    cells.index = pd.RangeIndex(read).difference(bad_rows) if bad_rows else pd.RangeIndex(read)
    raw = RawTable(
        cells=cells, geometry=None, crs=None, driver="CSV", read=read, encoding=decision.encoding,
        columns=tuple(names),
    )  # fmt: skip
    if decision.reason in ("letters", "utf-16"):
        said = make_issues("encoding_decided", layer=source.key, params={"encoding": decision.encoding})
        raw = replace(raw, issues=(said,))
    if not bad_rows:
        return raw
    params = {
        "line": [row.number for row in malformed],
        "actual": [row.actual_columns for row in malformed],
        "expected": [row.expected_columns for row in malformed],
    }
    issues = make_issues("row_malformed", layer=source.key, rows=bad_rows, params=params, action="quarantined")
    quarantine = pd.DataFrame({"rule": "row_malformed", "text": [row.text for row in malformed]}, index=bad_rows)
    return replace(raw, issues=(*raw.issues, issues), quarantine=quarantine)


def read_text(path: Path, *, encoding: str | None, shown: str) -> tuple[str, Decision]:
    """Read a text file whose encoding may be unknown; line ends become `\\n`."""
    content = path.read_bytes()
    decision = decide_encoding(content, stated=encoding, shown=shown)
    text = decode(content, decision, shown=shown)
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"), decision


def read_header(text: str) -> tuple[list[str], str]:
    """Find the names of the columns and the separator between them."""
    first = text.lstrip("\n").split("\n", 1)[0]
    counts = {separator: len(next(csv.reader([first], delimiter=separator), [])) for separator in _SEPARATORS}
    separator = max(counts, key=lambda candidate: counts[candidate])
    return next(csv.reader(io.StringIO(text.lstrip("\n")), delimiter=separator), []), separator


def make_unique(names: list[str]) -> list[str]:
    """Trim column names and number those that are empty or stand twice."""
    seen: dict[str, int] = {}
    unique = []
    for position, name in enumerate(names):
        clean = " ".join(name.split()) or f"column_{position + 1}"
        seen[clean] = seen.get(clean, 0) + 1
        unique.append(clean if seen[clean] == 1 else f"{clean}_{seen[clean]}")
    return unique
