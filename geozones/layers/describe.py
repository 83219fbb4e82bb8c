"""What `geozones layers` says of any file: layers, CRS, encoding, bounds, columns, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geozones.checks.geometry import TYPE_NAMES
from geozones.crs import name_crs, parse_crs
from geozones.errors import CrsError, EncodingError, GeozonesError, Message
from geozones.i18n import N_
from geozones.layers.formats import Format, find_format
from geozones.layers.layer import RawTable
from geozones.layers.limits import OWN_FILES, Limits
from geozones.layers.opening import read_all_layers
from geozones.layers.places import find_place_columns, place_rows


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


def describe_file(path: Path, *, limits: Limits = OWN_FILES) -> FileDescription:
    """Look into a file without believing it.

    Parameters
    ----------
    path
        A file, folder or archive of any kind.
    limits
        How big it may be.

    Returns
    -------
    FileDescription
        Its layers and problems. A file that cannot be read is described too, with `is_readable` false and the
        reason as a problem; nothing is raised for it.
    """
    layers: list[LayerDescription] = []
    problems: list[tuple[str, Message]] = []
    try:
        for name, raw in read_all_layers(path, shown=path.name, limits=limits):
            if isinstance(raw, GeozonesError):
                problems += [(_rule_of(raw), message) for message in raw.messages]
                continue
            layer, found = _describe_table(name, raw)
            layers.append(layer)
            problems += found
        driver = _driver_of(find_format(path))
    except GeozonesError as error:
        problems += [(_rule_of(error), message) for message in error.messages]
        return FileDescription(str(path), None, (), tuple(problems), is_readable=False)
    return FileDescription(str(path), driver, tuple(layers), tuple(problems), is_readable=bool(layers))


def _rule_of(error: GeozonesError) -> str:
    if isinstance(error, CrsError):
        return "crs"
    return "encoding" if isinstance(error, EncodingError) else "unreadable"


def _driver_of(format: Format) -> str:
    return format.drivers[0] if format.drivers else {"GeoParquet": "Parquet"}.get(format.name, format.name)


def _describe_table(name: str, raw: RawTable) -> tuple[LayerDescription, list[tuple[str, Message]]]:
    places = find_place_columns({}, raw.columns) if raw.geometry is None else {}
    placed = place_rows(raw, places, key=name) if places else raw
    geometry = None if placed.geometry is None else (_kind_of(placed.geometry) or "Unknown")
    problems = [
        (str(rule), message)
        for part in placed.issues
        for rule, message in zip(part["rule"], part["message"], strict=True)
    ]
    if placed.crs is None and geometry is not None:
        missing = N_("Layer {layer} does not say its coordinate reference system.")
        problems.append(("crs_missing", Message(missing, {"layer": name})))
    return LayerDescription(
        name=name,
        features=raw.read,
        geometry=geometry,
        crs=None if placed.crs is None else name_crs(parse_crs(placed.crs)),
        encoding="UTF-8" if raw.encoding in ("utf-8", "utf-8-sig") else raw.encoding,
        bounds=_bounds_of(placed.geometry),
        columns=raw.columns,
    ), problems


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
