"""GeoParquet, by pyarrow: only the columns that are needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geozones.errors import InputError
from geozones.i18n import N_
from geozones.layers.layer import RawTable
from geozones.layers.vector import ChooseColumns, with_geometry


def read_parquet(path: Path, *, choose_columns: ChooseColumns, key: str, shown: str) -> RawTable:
    """Read a GeoParquet file.

    Returns
    -------
    RawTable
        Its CRS is the one of the primary geometry column; OGC:CRS84 where the file states none, as GeoParquet
        says, and None where it states null.

    Raises
    ------
    InputError
        The file is damaged, has no geometry in WKB, or is plain Parquet.
    """
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            geometry_column, crs = _read_geo(file.schema_arrow.metadata, shown)
            columns = choose_columns([name for name in names if name != geometry_column])
            table = file.read(columns=[*columns, geometry_column], use_threads=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(
            N_("{file}: the file cannot be read; it is damaged or cut ({reason}). Ask the sender for it again."),
            file=shown,
            reason=type(error).__name__,
        ) from error
    wkb = table.column(geometry_column).to_numpy()
    cells = table.drop_columns([geometry_column]).to_pandas(ignore_metadata=True)
    raw = RawTable(
        cells=cells.set_index(pd.RangeIndex(len(cells))), geometry=None, crs=crs, driver="Parquet",
        read=len(cells), encoding="UTF-8", columns=tuple(name for name in names if name != geometry_column),
    )  # fmt: skip
    return with_geometry(raw, wkb, key=key)


def read_parquet_info(path: Path, *, shown: str) -> dict[str, Any]:
    """Describe a GeoParquet file from its metadata alone."""
    try:
        with pq.ParquetFile(path) as file:
            geometry_column, crs = _read_geo(file.schema_arrow.metadata, shown)
            geo = json.loads((file.schema_arrow.metadata or {})[b"geo"])["columns"][geometry_column]
            names = [name for name in file.schema_arrow.names if name != geometry_column]
            count = file.metadata.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(
            N_("{file}: the file cannot be read; it is damaged or cut ({reason}). Ask the sender for it again."),
            file=shown,
            reason=type(error).__name__,
        ) from error
    return {"fields": names, "features": count, "crs": crs, "geometry_types": geo.get("geometry_types") or [],
            "bounds": geo.get("bbox")}  # fmt: skip


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
