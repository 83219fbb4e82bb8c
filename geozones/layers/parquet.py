"""GeoParquet, by pyarrow: only the columns that are needed."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geozones.errors import GeozonesError, InputError
from geozones.i18n import N_
from geozones.layers.layer import RawTable
from geozones.layers.limits import out_of_memory, require_features, require_vertices
from geozones.layers.source import Source
from geozones.layers.vector import with_geometry

_BYTES_A_POINT = 16


def read_parquet(source: Source) -> RawTable:
    """Read a GeoParquet file.

    Returns
    -------
    RawTable
        Its CRS is the one of the primary geometry column; OGC:CRS84 where the file states none, as GeoParquet
        says, and None where it states null.

    Raises
    ------
    InputError
        The file is damaged, has no geometry in WKB, is plain Parquet, or is beyond the limits.
    """
    shown = source.shown
    try:
        with pq.ParquetFile(source.path) as file:
            require_features(file.metadata.num_rows, source.limits, shown=shown)
            names = file.schema_arrow.names
            geometry_column, crs = _read_geo(file.schema_arrow.metadata, shown)
            columns = source.choose_columns([name for name in names if name != geometry_column])
            table = file.read(columns=[*columns, geometry_column], use_threads=True).replace_schema_metadata(None)
        wkb = table.column(geometry_column).to_numpy()
        shapes_bytes = table.column(geometry_column).nbytes
        cells = table.drop_columns([geometry_column]).to_pandas()
    except GeozonesError:
        raise
    except MemoryError as error:
        raise out_of_memory(shown) from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(
            N_("{file}: the file cannot be read; it is damaged or cut ({reason}). Ask the sender for it again."),
            file=shown,
            reason=type(error).__name__,
        ) from error
    raw = RawTable(
        cells=cells.set_index(pd.RangeIndex(len(cells))), geometry=None, crs=crs, driver="Parquet",
        read=len(cells), encoding="UTF-8", columns=tuple(name for name in names if name != geometry_column),
    )  # fmt: skip
    if source.choose_rows is not None and shapes_bytes <= _BYTES_A_POINT * source.limits.vertices:
        raw, wkb = source.choose_rows(raw, wkb)
    placed = with_geometry(raw, wkb, key=source.key)
    require_vertices(placed.geometry, source.limits, shown=shown)
    return placed


def _read_geo(metadata: dict[bytes, bytes] | None, shown: str) -> tuple[str, str | None]:
    try:
        geo = json.loads((metadata or {})[b"geo"])
        column = geo["primary_column"]
        description = geo["columns"][column]
        encoding = description["encoding"]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            N_("{file}: a Parquet file without geometry (no valid GeoParquet description in it)."), file=shown
        ) from error
    if encoding != "WKB":
        raise InputError(
            N_("{file}: geometry in the encoding {encoding} is not read. Save it as GeoParquet with WKB."),
            file=shown,
            encoding=str(encoding)[:30],
        )
    crs = description.get("crs", "OGC:CRS84")
    return str(column), crs if crs is None or isinstance(crs, str) else json.dumps(crs)
