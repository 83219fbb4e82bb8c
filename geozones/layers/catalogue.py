"""What `geozones layers` says of a database: its tables with their counts, kinds, CRS and bounds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select, table

from geozones.config import name_database
from geozones.crs import name_crs, parse_crs
from geozones.errors import GeozonesError, Message
from geozones.i18n import N_
from geozones.layers.database import Database, connect
from geozones.layers.describe import FileDescription, LayerDescription
from geozones.layers.relation import Relation, find_relation, list_relations, name_srid

Problems = list[tuple[str, Message]]


def describe_database(url: str) -> FileDescription:
    """Look into a database: the tables and views with geometry, or all of them where none has.

    Parameters
    ----------
    url
        `postgresql://…`.

    Returns
    -------
    FileDescription
        Named by the database alone. One that cannot be read is described too, with the reason as a problem.
    """
    database = Database(url, name_database(url))
    layers: list[LayerDescription] = []
    problems: Problems = []
    try:
        with connect(database) as connection:
            for name in list_relations(connection):
                relation = find_relation(connection, name, shown=database.shown)
                layers.append(_describe(connection, relation, name, problems))
    except GeozonesError as error:
        found = tuple(("unreadable", message) for message in error.messages)
        return FileDescription(database.shown, None, (), found, is_readable=False)
    return FileDescription(database.shown, "PostgreSQL", tuple(layers), tuple(problems))


def _describe(connection: Connection, relation: Relation, name: str, problems: Problems) -> LayerDescription:
    rows = table(relation.name, schema=relation.schema)
    columns = tuple(relation.kinds)
    place = next(iter(relation.places), None)
    if place is None:
        count = connection.execute(select(func.count()).select_from(rows)).scalar_one()
        return LayerDescription(name, int(count), None, None, "UTF-8", None, columns)
    functions: Any = getattr(func, relation.postgis or "public")
    shape = relation.shape_of(place)
    srid, kind = functions.ST_SRID(shape), functions.ST_GeometryType(shape)
    edges = [function(edge(shape)) for function, edge in (
        (func.min, functions.ST_XMin), (func.min, functions.ST_YMin),
        (func.max, functions.ST_XMax), (func.max, functions.ST_YMax))]  # fmt: skip
    found = connection.execute(
        select(srid, kind, func.count(), *edges).select_from(rows).group_by(srid, kind)
    ).all()
    present = [row for row in found if row[1] is not None]
    srids = sorted({row[0] for row in present})
    if srids == [0]:
        missing = N_("Layer {layer} does not say its coordinate reference system.")
        problems.append(("crs_missing", Message(missing, {"layer": name})))
    stated = name_srid(connection, relation, srids[0]) if len(srids) == 1 and srids[0] else None
    boxes = [row[3:7] for row in present if None not in row[3:7]]
    return LayerDescription(
        name=name,
        features=sum(row[2] for row in found),
        geometry=" / ".join(sorted({str(row[1]).removeprefix("ST_") for row in present})) or "Unknown",
        crs=None if stated is None else name_crs(parse_crs(stated)),
        encoding="UTF-8",
        bounds=None if not boxes else (
            min(box[0] for box in boxes), min(box[1] for box in boxes),
            max(box[2] for box in boxes), max(box[3] for box in boxes)),
        columns=columns,
    )  # fmt: skip
