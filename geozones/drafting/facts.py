"""What the drafting knows of a table: its place, its shapes, and of each column the words that occur most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from geozones.checks.coordinates import sample_points
from geozones.checks.values import parse_date, parse_number, to_text
from geozones.crs import parse_crs
from geozones.errors import Message

_ROWS_LOOKED_AT = 5_000
_WORDS_KEPT = 60
_SHAPE_KINDS = {0: "point", 1: "line", 2: "line", 3: "polygon", 4: "point", 5: "line", 6: "polygon"}


@dataclass(frozen=True)
class ColumnFacts:
    """A column: its most frequent words, how many rows it fills (0..1), whether no value repeats, what it holds.

    `is_short` tells that a few words repeat, as those of a kind or a state do, and that `words` holds all of them;
    `all_words` holds every word of the rows looked at.
    """

    name: str
    words: tuple[str, ...]
    filled: float
    is_unique: bool
    is_number: bool
    is_date: bool
    is_short: bool
    all_words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TableFacts:
    """One table of one file.

    Parameters
    ----------
    source
        Path of the file as the settings will name it.
    layer
        Name of the table in its file, where the file holds several.
    rows
        How many rows it has.
    shapes
        Kinds of its shapes, the commonest first: `point`, `line`, `polygon`; `none` where it has no places.
    columns
        Its columns in order.
    crs
        The CRS that the file states.
    places
        Which columns hold the place of a row, where the file is a table: `lon` and `lat`, or `x` and `y`.
    has_corners
        Each row is one corner of a thing; `places` names the column of the order, `vertex`.
    extent
        Bounds of all shapes, where the coordinates are degrees (lon, lat).
    points
        Middles of the boxes of some of its shapes, in the coordinates of the file.
    """

    source: str
    layer: str | None
    rows: int
    shapes: tuple[str, ...]
    columns: tuple[ColumnFacts, ...]
    crs: str | None = None
    places: tuple[tuple[str, str], ...] = ()
    has_corners: bool = False
    extent: tuple[float, float, float, float] | None = None
    points: np.ndarray = field(default_factory=lambda: np.empty((0, 2)), compare=False)

    def column(self, name: str) -> ColumnFacts:
        """Return the column of that name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class FileFacts:
    """One file of a folder: its tables, and what was wrong with it (rule, message)."""

    source: str
    tables: tuple[TableFacts, ...] = ()
    problems: tuple[Message, ...] = ()


def look_at_table(
    source: str,
    layer: str | None,
    cells: pd.DataFrame,
    shapes: np.ndarray | None,
    crs: str | None,
    places: Mapping[str, str],
) -> TableFacts:
    """Gather what the drafting needs to know of a table.

    Parameters
    ----------
    cells
        Columns under their source names.
    shapes
        One shape a row, or None where the table has no places.
    crs
        CRS that the file states, or None.
    places
        Columns of the place of a row, where the file is a table.
    """
    rows = np.linspace(0, len(cells) - 1, min(len(cells), _ROWS_LOOKED_AT)).astype(int)
    sample = cells.iloc[rows]
    columns = tuple(_look_at_column(str(name), sample[name], cells[name]) for name in cells.columns)
    kinds: tuple[str, ...] = ("none",)
    points = np.empty((0, 2))
    if shapes is not None:
        kinds, points = _kinds_of(shapes), sample_points(shapes)
    has_corners = "vertex" in places
    if has_corners:
        kinds = ("polygon", "line")
    extent = (
        _extent_of(shapes) if crs is not None and shapes is not None and parse_crs(crs).is_geographic else None
    )
    return TableFacts(
        source, layer, len(cells), kinds, columns, crs, tuple(places.items()), has_corners, extent, points
    )


def _extent_of(shapes: np.ndarray) -> tuple[float, float, float, float] | None:
    if not len(shapes):
        return None
    bounds = [float(value) for value in shapely.total_bounds(shapes)]
    return (bounds[0], bounds[1], bounds[2], bounds[3]) if np.isfinite(bounds).all() else None


def _look_at_column(name: str, sample: pd.Series, whole: pd.Series) -> ColumnFacts:
    text = to_text(sample)
    counts = text.value_counts()
    words = tuple(str(word) for word in counts.index[:_WORDS_KEPT])
    filled = float(text.notna().mean()) if len(text) else 0.0
    return ColumnFacts(
        name,
        words,
        filled,
        is_unique=filled == 1.0 and not bool(to_text(whole).duplicated().any()),
        is_number=bool(words) and all(parse_number(word) is not None for word in words),
        is_date=bool(words) and all(parse_date(word) is not None for word in words),
        is_short=0 < len(counts) <= _WORDS_KEPT and len(counts) <= max(6, 0.5 * len(text)),
        all_words=frozenset(str(word) for word in counts.index),
    )


def _kinds_of(shapes: np.ndarray) -> tuple[str, ...]:
    """Name the kinds of shapes; closed lines may be meant as areas, as in drawings."""
    types = pd.Series(shapely.get_type_id(shapes)).map(_SHAPE_KINDS).value_counts()
    kinds = [str(kind) for kind in types.index]
    lines = shapes[shapely.get_type_id(shapes) == 1]
    if "polygon" not in kinds and len(lines) and shapely.is_closed(lines).all():
        kinds.append("polygon")
    return tuple(kinds) or ("none",)
