"""One source to be read: where it lies, how it is called, and what of it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geozones.layers.formats import Format
from geozones.layers.layer import RawTable
from geozones.layers.limits import OWN_FILES, Limits
from geozones.tables.contract import GeometryKind

ChooseColumns = Callable[[Iterable[str]], list[str]]
ChooseRows = Callable[[RawTable, Any], tuple[RawTable, Any]]


@dataclass(frozen=True)
class Source:
    """A file to be read as a layer.

    `key` names the layer in issues, `shown` the file in messages. `choose_columns` is given the columns there and
    returns those to read (it raises where one is missing). `geometry` is the kind that the role needs.
    `choose_rows` is given a table without shapes and its shapes in WKB, and returns of both the rows to go on
    with; only GeoParquet asks it.
    """

    path: Path
    format: Format
    key: str
    shown: str
    choose_columns: ChooseColumns = list
    layer: str | None = None
    encoding: str | None = None
    geometry: GeometryKind = "any"
    limits: Limits = OWN_FILES
    choose_rows: ChooseRows | None = None
