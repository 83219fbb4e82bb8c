"""Layers in PostgreSQL: a table or view, with a geometry column of PostGIS, or with WKB or WKT in plain ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Row, Select, Text, cast, column, func, select, table, text

from geozones.checks.issues import make_issues
from geozones.errors import CrsError, InputError
from geozones.i18n import N_
from geozones.layers.database import Database, connect
from geozones.layers.layer import RawTable
from geozones.layers.limits import OWN_FILES, Limits, require_features, require_vertices
from geozones.layers.source import ChooseColumns
from geozones.layers.vector import with_geometry

_PLACES = ("geometry", "geography")
_AS_THEY_ARE = {"int2": "int64", "int4": "int64", "int8": "int64", "float4": "float64", "float8": "float64"}
_ROWS_AT_ONCE = 20_000
_SHOWN_NAMES = 30

_FIND = text("""
    SELECT c.oid, n.nspname, c.relname, row_security_active(c.oid) AS is_limited
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND c.relname = :name
      AND (n.nspname = :schema OR (CAST(:schema AS text) IS NULL AND pg_table_is_visible(c.oid)))""")
_LIST = text("""
    SELECT n.nspname, c.relname, bool_or(t.typname IN ('geometry', 'geography')) AS is_placed
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%'
      AND n.nspname <> 'topology' AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns')
      AND has_table_privilege(c.oid, 'SELECT')
    GROUP BY n.nspname, c.relname ORDER BY n.nspname, c.relname""")
_COLUMNS = text("""
    SELECT a.attname, COALESCE(b.typname, t.typname) AS kind, COALESCE(a.attnum = ANY (i.indkey), false) AS is_key
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type b ON b.oid = NULLIF(t.typbasetype, 0)
    LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
    WHERE a.attrelid = :oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum""")
_POSTGIS = text("""
    SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'postgis'""")


@dataclass(frozen=True)
class Relation:
    """A table or view: its columns with their kinds, the key among them, and the schema of PostGIS (or None)."""

    schema: str
    name: str
    kinds: dict[str, str]
    key: tuple[str, ...]
    is_limited: bool
    postgis: str | None

    @property
    def places(self) -> list[str]:
        """The geometry columns."""
        return [name for name, kind in self.kinds.items() if kind in _PLACES]

    def shape_of(self, place: str) -> Any:
        """Give the SQL of a geometry column as geometry, whatever it is."""
        functions = getattr(func, self.postgis or "public")
        shape: Any = column(place)
        return functions.geometry(shape) if self.kinds[place] == "geography" else shape


def read_relation(
    database: Database,
    *,
    layer: str | None,
    key: str,
    choose_columns: ChooseColumns = list,
    place: str | None = None,
    limits: Limits = OWN_FILES,
) -> RawTable:
    """Read a table or view of a database.

    Parameters
    ----------
    layer
        `schema.table`, or `table` in the search path of the user.
    key
        Key of the layer, for issues.
    choose_columns
        Given the columns there, returns those to read.
    place
        The geometry column, where there are several.

    Returns
    -------
    RawTable
        All rows of one state of the database, in the order of the primary key, or of their text where there is
        none. Where no column is of PostGIS it has no geometry: columns of bytes come as hex digits.

    Raises
    ------
    InputError
        The database cannot be reached or does not answer in time; the table is not there; too many rows.
    CrsError
        The geometries are in several systems.
    """
    with connect(database) as connection:
        relation = find_relation(connection, layer, shown=database.shown)
        names = list(relation.kinds)
        chosen_place = _choose_place(relation, place, shown=database.shown)
        columns = [name for name in choose_columns(names) if name != chosen_place]
        read, crs = _count(connection, relation, chosen_place, shown=database.shown)
        require_features(read, limits, shown=database.shown)
        cells, wkb = _fetch(connection, relation, columns, chosen_place)
    if len(cells) != read:
        raise InputError(
            N_("{file}: the table has {expected} rows, but {read} came; its content changes with every look. "
               "Give a table that stays the same."),
            file=database.shown, expected=read, read=len(cells),
        )  # fmt: skip
    raw = RawTable(
        cells=cells, geometry=None, crs=crs, driver="PostgreSQL", read=read, encoding="UTF-8",
        columns=tuple(names), issues=(make_issues("rows_limited", layer=key),) if relation.is_limited else (),
    )  # fmt: skip
    if chosen_place is None:
        return raw
    placed = with_geometry(raw, wkb, key=key)
    require_vertices(placed.geometry, limits, shown=database.shown)
    return replace(placed, crs=crs)


def find_relation(connection: Connection, layer: str | None, *, shown: str) -> Relation:
    """Find a table or view by its name.

    Raises
    ------
    InputError
        None is named, or it is not there; the message lists those that are.
    """
    schema, _, name = (layer or "").rpartition(".")
    found = connection.execute(_FIND, {"schema": schema or None, "name": name}).first() if name else None
    if found is None:
        names = [f"{entry.nspname}.{entry.relname}" for entry in _list_placed(connection)]
        raise InputError(
            N_("{file}: name the table to read by layer = \"schema.table\" in the settings; {layer} is not there. "
               "Tables there: {names}."),
            file=shown, layer=layer or "–", names=", ".join(names[:_SHOWN_NAMES]) or "–",
        )  # fmt: skip
    rows = connection.execute(_COLUMNS, {"oid": found.oid}).all()
    return Relation(
        schema=found.nspname, name=found.relname, kinds={row.attname: row.kind for row in rows},
        key=tuple(row.attname for row in rows if row.is_key), is_limited=bool(found.is_limited),
        postgis=connection.execute(_POSTGIS).scalar(),
    )  # fmt: skip


def list_relations(connection: Connection) -> list[str]:
    """List the tables and views that have a geometry column; all of them where none has."""
    return [f"{entry.nspname}.{entry.relname}" for entry in _list_placed(connection)]


def _list_placed(connection: Connection) -> list[Row[Any]]:
    there = list(connection.execute(_LIST))
    return [entry for entry in there if entry.is_placed] or there


def _choose_place(relation: Relation, wanted: str | None, *, shown: str) -> str | None:
    if wanted is not None:
        return wanted if wanted in relation.places else None
    if len(relation.places) > 1:
        raise InputError(
            N_("{file}: the table has several geometry columns; name one by columns = {{ geometry = \"…\" }} in "
               "the settings: {names}."),
            file=shown, names=", ".join(relation.places),
        )  # fmt: skip
    return next(iter(relation.places), None)


def _count(connection: Connection, relation: Relation, place: str | None, *, shown: str) -> tuple[int, str | None]:
    """Count the rows, and find the CRS of their geometries."""
    rows = table(relation.name, schema=relation.schema)
    if place is None:
        return int(connection.execute(select(func.count()).select_from(rows)).scalar_one()), None
    functions = getattr(func, relation.postgis or "public")
    srid = functions.ST_SRID(relation.shape_of(place)).label("srid")
    found = connection.execute(select(srid, func.count().label("rows")).select_from(rows).group_by(srid)).all()
    srids = sorted(row.srid for row in found if row.srid is not None)
    if len(srids) > 1:
        raise CrsError(
            N_("{file}: its geometries are in several coordinate reference systems (SRID {srids}). Give a view "
               "for each of them."),
            file=shown, srids=", ".join(str(number) for number in srids),
        )  # fmt: skip
    crs = name_srid(connection, relation, srids[0]) if srids and srids[0] else None
    return sum(row.rows for row in found), crs


def name_srid(connection: Connection, relation: Relation, srid: int) -> str:
    """Give the CRS of an SRID as the database defines it."""
    known: Any = connection.execute(
        select(column("auth_name"), column("auth_srid"), column("srtext"))
        .select_from(table("spatial_ref_sys", schema=relation.postgis))
        .where(column("srid") == srid)
    ).first()
    if known is None:
        return f"EPSG:{srid}"
    return f"{known.auth_name}:{known.auth_srid}" if known.auth_name else str(known.srtext)


def _fetch(
    connection: Connection, relation: Relation, columns: list[str], place: str | None
) -> tuple[pd.DataFrame, np.ndarray]:
    fields = [_field(name, relation.kinds[name]).label(f"c{number}") for number, name in enumerate(columns)]
    if place is not None:
        functions = getattr(func, relation.postgis or "public")
        fields.append(functions.ST_AsEWKB(relation.shape_of(place)).label("shape"))
    query = select(*fields or [text("1")]).select_from(table(relation.name, schema=relation.schema))
    rows = list(_stream(connection, query.order_by(*_order(relation, fields))))
    values = list(zip(*rows, strict=True)) if rows else [()] * max(1, len(fields))
    cells = {
        name: pd.Series(values[number], dtype=_dtype(values[number], relation.kinds[name]))
        for number, name in enumerate(columns)
    }
    wkb = np.empty(len(rows), dtype=object)
    if place is not None:
        wkb[:] = [None if value is None else bytes(value) for value in values[-1]]
    return pd.DataFrame(cells, index=pd.RangeIndex(len(rows))), wkb


def _field(name: str, kind: str) -> Any:
    if kind in _AS_THEY_ARE or kind == "bool":
        return column(name)
    if kind == "bytea":
        return func.encode(column(name), "hex")
    return cast(column(name), Text)


def _dtype(values: tuple[Any, ...], kind: str) -> str:
    return _AS_THEY_ARE[kind] if kind in _AS_THEY_ARE and None not in values else "object"


def _order(relation: Relation, fields: list[Any]) -> list[Any]:
    """Order by the key; without one by all that is read, as text: the same rows come in the same order."""
    if relation.key:
        return [column(name) for name in relation.key]
    return [cast(field.element, Text).collate("C") for field in fields]


def _stream(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    streamed = connection.execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE)
    for part in streamed.execute(query).partitions():
        yield from part
