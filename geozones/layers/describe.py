"""What `geozones layers` says of any file: layers, CRS, encoding, bounds, columns, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geozones.checks.geometry import TYPE_NAMES
from geozones.crs import name_crs, parse_crs
from geozones.errors import CrsError, EncodingError, GeozonesError, InputError, Message
from geozones.i18n import N_
from geozones.layers.delimited import read_delimited
from geozones.layers.formats import Format, find_format
from geozones.layers.layer import RawTable
from geozones.layers.parquet import read_parquet_info
from geozones.layers.places import find_place_columns, place_rows
from geozones.layers.vector import list_layers, read_info, read_vector
from geozones.layers.workbook import load_sheets, read_workbook


@dataclass(frozen=True)
class LayerDescription:
    """One layer of a file."""

    name: str
    features: int
    geometry: str | None
    crs: str | None
    encoding: str | None
    bounds: tuple[float, float, float, float] | None
    columns: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Give the layer as `geozones layers --json` prints it."""
        return {**vars(self), "bounds": list(self.bounds) if self.bounds else None, "columns": list(self.columns)}


@dataclass(frozen=True)
class FileDescription:
    """A file: its driver (None where it cannot be read), its layers, and problems as (rule, message)."""

    file: str
    driver: str | None
    layers: tuple[LayerDescription, ...] = ()
    problems: tuple[tuple[str, Message], ...] = field(default=())
    is_readable: bool = True


def describe_file(path: Path) -> FileDescription:
    """Look into a file without believing it.

    Parameters
    ----------
    path
        A file or folder of any kind.

    Returns
    -------
    FileDescription
        Its layers and problems. A file that cannot be read is described too, with `is_readable` false and the
        reason as a problem; nothing is raised for it.
    """
    try:
        if not path.exists():
            raise InputError(N_("{file}: there is no such file."), file=path.name)
        format = find_format(path)
        layers, problems = _describe(path, format)
        return FileDescription(str(path), _driver_of(format), tuple(layers), tuple(problems))
    except GeozonesError as error:
        problems = [(_rule_of(error), message) for message in error.messages]
        return FileDescription(str(path), None, (), tuple(problems), is_readable=False)


def _rule_of(error: GeozonesError) -> str:
    if isinstance(error, CrsError):
        return "crs"
    return "encoding" if isinstance(error, EncodingError) else "unreadable"


def _driver_of(format: Format) -> str:
    return format.drivers[0] if format.drivers else {"GeoParquet": "Parquet"}.get(format.name, format.name)


def _describe(path: Path, format: Format) -> tuple[list[LayerDescription], list[tuple[str, Message]]]:
    describe = {
        "vector": _describe_vector,
        "parquet": _describe_parquet,
        "delimited": _describe_delimited,
        "workbook": _describe_workbook,
    }.get(format.reader)
    if describe is None:
        raise InputError(
            N_("{file}: {format} files cannot be read as a layer."), file=path.name, format=format.name
        )
    layers = list(describe(path, format))
    problems = [
        (
            "crs_missing",
            Message(N_("Layer {layer} does not say its coordinate reference system."), {"layer": layer.name}),
        )
        for layer in layers
        if layer.crs is None and layer.geometry is not None
    ]
    return layers, problems


def _describe_vector(path: Path, format: Format) -> Iterator[LayerDescription]:
    for name in list_layers(path, shown=path.name):
        info = read_info(path, name, format=format, shown=path.name)
        raw = read_vector(
            path, format=format, layer=name, encoding=None, choose_columns=list, key=name, shown=path.name
        )
        yield LayerDescription(
            name=name,
            features=raw.read,
            geometry=None if raw.geometry is None else (_kind_of(raw.geometry) or info["geometry_type"]),
            crs=_short_crs(raw.crs),
            encoding=raw.encoding,
            bounds=_bounds_of(raw.geometry),
            columns=raw.columns,
        )


def _describe_parquet(path: Path, format: Format) -> Iterator[LayerDescription]:
    info = read_parquet_info(path, shown=path.name)
    bounds = info["bounds"]
    yield LayerDescription(
        name=path.stem,
        features=info["features"],
        geometry=" / ".join(info["geometry_types"]) or "Unknown",
        crs=_short_crs(info["crs"]),
        encoding="UTF-8",
        bounds=tuple(bounds) if bounds and len(bounds) == 4 else None,
        columns=tuple(info["fields"]),
    )


def _describe_delimited(path: Path, format: Format) -> Iterator[LayerDescription]:
    yield _describe_table(path.stem, read_delimited(path, encoding=None, key=path.stem, shown=path.name))


def _describe_workbook(path: Path, format: Format) -> Iterator[LayerDescription]:
    for name, rows in load_sheets(path, shown=path.name).items():
        if any(cell is not None for row in rows for cell in row):
            yield _describe_table(name, read_workbook(path, sheet=name, key=name, shown=path.name))


def _describe_table(name: str, raw: RawTable) -> LayerDescription:
    places = find_place_columns({}, raw.columns)
    placed = place_rows(raw, places, key=name) if places else raw
    return LayerDescription(
        name=name,
        features=raw.read,
        geometry=None if placed.geometry is None else _kind_of(placed.geometry),
        crs=_short_crs(placed.crs),
        encoding=raw.encoding,
        bounds=_bounds_of(placed.geometry),
        columns=raw.columns,
    )


def _kind_of(shapes: np.ndarray) -> str | None:
    """Name the geometry types that occur, the most frequent first."""
    types = shapely.get_type_id(shapes)
    numbers, counts = np.unique(types[types >= 0], return_counts=True)
    ordered = [number for _, number in sorted(zip(-counts, numbers, strict=True))]
    return " / ".join(TYPE_NAMES[number] if number < len(TYPE_NAMES) else "Curve" for number in ordered) or None


def _bounds_of(shapes: np.ndarray | None) -> tuple[float, float, float, float] | None:
    if shapes is None or not len(shapes):
        return None
    left, bottom, right, top = (float(value) for value in shapely.total_bounds(shapes))
    return (left, bottom, right, top) if np.isfinite([left, bottom, right, top]).all() else None


def _short_crs(text: str | None) -> str | None:
    return None if text is None else name_crs(parse_crs(text))
