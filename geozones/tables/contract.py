"""What a table contract is, and its form as pandas dtypes and as a pandera schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandera.pandas as pa

Dtype = Literal["text", "word", "integer", "number", "date", "flag"]
GeometryKind = Literal["polygon", "line", "point", "point_or_polygon", "any", "none"]

GEOMETRY_TYPES: dict[GeometryKind, tuple[str, ...]] = {
    "polygon": ("Polygon", "MultiPolygon"),
    "line": ("LineString", "MultiLineString"),
    "point": ("Point",),
    "point_or_polygon": ("Point", "Polygon", "MultiPolygon"),
    "any": ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    "none": (),
}
"""Geometry types that a kind allows; the empty tuple means a table without geometry."""


@dataclass(frozen=True)
class Column:
    """One column: its dtype, whether every row needs a value, the values allowed, its unit and its meaning."""

    name: str
    meaning: str
    dtype: Dtype = "text"
    required: bool = False
    allowed: tuple[str, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class TableContract:
    """The contract of one table; `key` names the column whose values are unique ("" where there is none)."""

    name: str
    geometry: GeometryKind
    key: str
    columns: tuple[Column, ...]
    meaning: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in order, without the geometry."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every row must fill."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """Return the column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


PANDAS_DTYPES: dict[Dtype, str] = {
    "text": "str",
    "word": "category",
    "integer": "Int64",
    "number": "float64",
    "date": "datetime64[s]",
    "flag": "boolean",
}
"""The pandas dtype of every column dtype; missing values are NaN, NA or NaT as the dtype has it.

A `word` is a text that many rows share, so that a table of millions of rows holds each once.
"""


def empty_table(contract: TableContract, *, crs: str | None = None) -> Any:
    """Make an empty table of a contract: all columns with their dtypes, and a geometry where it has one."""
    import geopandas as gpd
    import pandas as pd

    columns = {column.name: pd.Series(dtype=PANDAS_DTYPES[column.dtype]) for column in contract.columns}
    if contract.geometry == "none":
        return pd.DataFrame(columns)
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=crs), crs=crs)


def schema_of(contract: TableContract) -> pa.DataFrameSchema:
    """Give a contract as a pandera schema.

    The schema checks dtypes, required and allowed values, ranges, the unique key and the geometry types, lazily:
    `schema.validate(table, lazy=True)` raises `pandera.errors.SchemaErrors` with a table of all failures.
    Columns that the contract does not name are allowed.
    """
    import pandera.pandas as pa

    columns: dict[str, Any] = {}
    for column in contract.columns:
        tests = []
        if column.allowed:
            tests.append(pa.Check.isin(column.allowed))
        if column.minimum is not None:
            tests.append(pa.Check.ge(column.minimum))
        if column.maximum is not None:
            tests.append(pa.Check.le(column.maximum))
        columns[column.name] = pa.Column(
            PANDAS_DTYPES[column.dtype],
            checks=tests,
            nullable=not column.required,
            unique=column.name == contract.key,
            required=True,
        )
    allowed = GEOMETRY_TYPES[contract.geometry]
    if allowed:
        columns["geometry"] = pa.Column(
            "geometry",
            checks=[pa.Check(lambda shapes: shapes.geom_type.isin(allowed) | shapes.isna(), name="geometry_kind")],
            nullable=contract.name == "issues",
        )
    return pa.DataFrameSchema(columns, name=contract.name)
