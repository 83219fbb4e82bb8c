"""Source columns and values → contract columns and values, as the settings say."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from geozones.checks.values import to_text
from geozones.config import LayerSpec
from geozones.errors import ColumnError, Message
from geozones.i18n import N_
from geozones.layers.places import find_place_columns
from geozones.tables import TableContract

MADE_KEY_ROLES = frozenset(
    {"gas", "power", "water", "connection_points", "parcels", "settlements", "roads", "railways", "rivers",
    "lakes",
     "restricted"}
)  # fmt: skip
"""Roles whose ids may be made from row numbers where the source has none: no other table refers to them."""

PLACE_COLUMNS = ("geometry", "lon", "lat", "x", "y", "vertex")
"""Names that `columns` may hold beside the contract's: where a table without geometry keeps its coordinates."""

JOIN_COLUMNS = {"connection_points": ("district",)}
"""Names that `columns` may hold for a role, to tell rows without coordinates apart."""

_SHAPEFILE_NAME_LENGTH = 10


@dataclass(frozen=True)
class ColumnMap:
    """Which source column fills which contract column."""

    spec: LayerSpec
    contract: TableContract
    shown: str

    def find_sources(self, present: Iterable[str]) -> dict[str, str]:
        """Find the source column of each contract column: the one named in the settings, else one of that name.

        Raises
        ------
        ColumnError
            A column that the settings name is not there, or nothing fills a required column. All at once.
        """
        names = list(present)
        problems = []
        sources: dict[str, str] = {}
        for column, source in self.spec.columns.items():
            if column not in self._known:
                problems.append(self._unknown_column(column))
            elif source in names:
                sources[column] = source
            else:
                problems.append(self._missing_source(column, source, names))
        for column in self._known:
            if column not in self.spec.columns and (found := _find_same_name(column, names)):
                sources[column] = found
        problems += [
            self._missing_required(column, names)
            for column in self.contract.required
            if column not in sources and column not in self.spec.defaults and column not in self.spec.columns
            and not (column == self.contract.key and self.contract.name in MADE_KEY_ROLES)
        ]  # fmt: skip
        if problems:
            raise ColumnError.from_messages(problems)
        return sources

    def choose_columns(self, present: Iterable[str]) -> list[str]:
        """Choose the source columns that are worth reading, in the order of the file.

        A GeoJSON without features has no columns at all; whether they are missed is asked when its rows are known.
        """
        names = list(present)
        if not names:
            return []
        sources = self.find_sources(names)
        wanted = {*sources.values(), *find_place_columns(sources, tuple(names)).values()}
        return [name for name in names if name in wanted]

    @property
    def _known(self) -> tuple[str, ...]:
        return (*self.contract.column_names, *PLACE_COLUMNS, *JOIN_COLUMNS.get(self.contract.name, ()))

    def _unknown_column(self, column: str) -> Message:
        return Message(
            N_("Layer {layer}: the settings name a column {column}, which the role {role} does not have. "
               "Allowed: {allowed}."),
            {"layer": self.spec.key, "column": column, "role": self.contract.name,
             "allowed": ", ".join(self._known)},
        )  # fmt: skip

    def _missing_source(self, column: str, source: str, names: list[str]) -> Message:
        near = [column] if column in names else difflib.get_close_matches(source, names, n=1, cutoff=0.75)
        if near:
            return Message(
                N_("Layer {layer}: file {file} has no column {source} (named for {column} in the settings); did "
                   "you mean {near}? Columns there: {names}."),
                {"layer": self.spec.key, "file": self.shown, "source": source, "column": column, "near": near[0],
                 "names": ", ".join(names)},
            )  # fmt: skip
        return Message(
            N_("Layer {layer}: file {file} has no column {source} (named for {column} in the settings). "
               "Columns there: {names}."),
            {"layer": self.spec.key, "file": self.shown, "source": source, "column": column,
             "names": ", ".join(names) or "–"},
        )  # fmt: skip

    def _missing_required(self, column: str, names: list[str]) -> Message:
        return Message(
            N_("Layer {layer}: nothing in file {file} fills the required column {column}. Name its source under "
               "layers.{layer}.columns, or a value under layers.{layer}.defaults. Columns there: {names}."),
            {"layer": self.spec.key, "file": self.shown, "column": column, "names": ", ".join(names) or "–"},
        )  # fmt: skip


def _find_same_name(column: str, names: list[str]) -> str | None:
    if column in names:
        return column
    folded = [name for name in names if name.casefold() == column.casefold()]
    if len(folded) == 1:
        return folded[0]
    if len(column) > _SHAPEFILE_NAME_LENGTH:
        cut = [name for name in names if name.casefold() == column[:_SHAPEFILE_NAME_LENGTH].casefold()]
        if len(cut) == 1:
            return cut[0]
    return None


def map_columns(cells: pd.DataFrame, sources: dict[str, str], spec: LayerSpec) -> pd.DataFrame:
    """Rename source columns to contract columns, map their values and fill in defaults.

    Parameters
    ----------
    cells
        Columns under their source names.
    sources
        Contract column → source column, from `ColumnMap.find_sources`.

    Returns
    -------
    DataFrame
        The mapped columns only, in the index of `cells`.
    """
    columns = {}
    for column, source in sources.items():
        if column in PLACE_COLUMNS:
            continue
        values = cells[source]
        if column in spec.values:
            values = _map_values(values, spec.values[column])
        if column in spec.defaults:
            filled = to_text(values) if values.dtype == "object" else values
            values = values.astype("object").where(filled.notna(), spec.defaults[column])
        columns[column] = values
    for column, default in spec.defaults.items():
        if column not in columns:
            columns[column] = pd.Series([default] * len(cells), index=cells.index, dtype="object")
    return pd.DataFrame(columns, index=cells.index)


def _map_values(values: pd.Series, mapping: dict[str, str]) -> pd.Series:
    """Map the words of a column; words without an entry stay, and are checked against the contract later."""
    text = to_text(values)
    folded = {source.strip().casefold(): target for source, target in mapping.items()}
    meaning = {word: folded.get(word.casefold(), word) for word in text.dropna().unique()}
    mapped = text.map(meaning).astype("str")
    return mapped.fillna(folded[""]) if "" in folded else mapped
