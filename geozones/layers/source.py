"""One source to be read: where it lies, how it is called, and what of it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from geozones.layers.formats import Format
from geozones.layers.limits import OWN_FILES, Limits
from geozones.tables.contract import GeometryKind

ChooseColumns = Callable[[Iterable[str]], list[str]]


@dataclass(frozen=True)
class Source:
    """A file to be read as a layer.

    `key` names the layer in issues, `shown` the file in messages. `choose_columns` is given the columns there and
    returns those to read (it raises where one is missing). `geometry` is the kind that the role needs.
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
