"""DXF drawings: the layers of the drawing say what a thing is, the texts beside it how it is called."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import pyogrio.raw
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geozones.checks.issues import make_issues
from geozones.errors import InputError
from geozones.i18n import N_
from geozones.layers.damage import look_at_bytes
from geozones.layers.encodings import Decision, decide_claimed
from geozones.layers.formats import DXF
from geozones.layers.layer import RawTable
from geozones.layers.limits import require_features, require_vertices
from geozones.layers.source import Source
from geozones.layers.vector import quiet_gdal, say_encoding, unreadable

COLUMNS = ("Layer", "Text", "Linetype", "EntityHandle")
_TEXT_REACH = 30.0
_FIRST_UTF8_VERSION = 1021
_HEAD_BYTES = 200_000
_BINARY = b"AutoCAD Binary DXF"
_VERSION = re.compile(rb"\$ACADVER\s+1\s+AC(\d{4})")
_CODE_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+(\w+)")


def read_drawing(source: Source) -> RawTable:
    """Read the things of a drawing.

    Parameters
    ----------
    source
        Its `layer` chooses layers of the drawing: names or patterns with `*`, several parted by `|`.

    Returns
    -------
    RawTable
        One row a thing that is no text, with the columns `Layer`, `Text` (the text inside a polygon, or the
        nearest one within 30 units of a line or point), `Linetype` and `EntityHandle`. Closed lines are
        polygons where the role needs polygons. No CRS: a drawing never states one.

    Raises
    ------
    InputError
        The file is cut or damaged, or no layer of the drawing fits.
    """
    cells, shapes, decision = _read_entities(source.path, encoding=source.encoding, shown=source.shown)
    require_features(len(cells), source.limits, shown=source.shown)
    require_vertices(shapes, source.limits, shown=source.shown)
    chosen = _choose(cells, source)
    is_text = cells["Text"].notna().to_numpy() & (shapely.get_type_id(shapes) == 0)
    wants_points = source.geometry == "point" and not (chosen & ~is_text).any()
    kept = chosen & (is_text if wants_points else ~is_text)
    if not kept.any():
        raise InputError(
            N_("{file}: nothing in the drawing is on the layers {wanted}. Layers there: {names}."),
            file=source.shown, wanted=source.layer or "*", names=", ".join(sorted(set(cells["Layer"].dropna()))),
        )  # fmt: skip
    cells = cells.assign(Text=cells["Text"] if wants_points else _name_things(shapes, cells["Text"], is_text))
    rows = cells.index[kept]
    raw = RawTable(
        cells=cells[kept], geometry=_close(shapes[kept], source), crs=None, driver="DXF", read=len(rows),
        encoding=decision.encoding, columns=COLUMNS,
    )  # fmt: skip
    raw = say_encoding(raw, decision, source)
    skipped = int((~kept).sum())
    if skipped:
        issue = make_issues("drawing_selected", layer=source.key, params={"count": skipped})
        raw = replace(raw, issues=(*raw.issues, issue))
    return raw


def list_drawing_layers(path: Path, *, shown: str) -> list[str]:
    """List the layers of a drawing that hold anything but texts."""
    cells, shapes, _ = _read_entities(path, encoding=None, shown=shown)
    is_text = cells["Text"].notna() & (shapely.get_type_id(shapes) == 0)
    return sorted(set(cells["Layer"][~is_text].dropna()) or set(cells["Layer"].dropna()))


def _read_entities(path: Path, *, encoding: str | None, shown: str) -> tuple[pd.DataFrame, np.ndarray, Decision]:
    look_at_bytes(path, DXF, layer=None, encoding=None, shown=shown)
    decision = decide_dxf_encoding(path, stated=encoding, shown=shown)
    with _dxf_encoding(decision):
        try:
            with quiet_gdal():
                meta, _, wkb, fields = pyogrio.raw.read(path)
        except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
            raise unreadable(shown, error) from error
    cells = pd.DataFrame(dict(zip((str(name) for name in meta["fields"]), fields, strict=True)))
    with np.errstate(invalid="ignore"):
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    return cells.reindex(columns=list(COLUMNS)), shapes, decision


def decide_dxf_encoding(path: Path, *, stated: str | None, shown: str) -> Decision:
    """Decide the encoding of a drawing: the settings, its version, its code page, its text.

    Drawings from AutoCAD 2007 on are UTF-8; older ones name a code page, often that of the program and not that
    of the text.

    Raises
    ------
    EncodingError
        The encoding of the settings does not fit, or the text leaves several open.
    """
    content = path.read_bytes()
    if content.startswith(_BINARY):
        return Decision("utf-8", "stated")
    version, page = _VERSION.search(content[:_HEAD_BYTES]), _CODE_PAGE.search(content[:_HEAD_BYTES])
    claimed = None
    if version is not None and int(version[1]) >= _FIRST_UTF8_VERSION:
        claimed = "utf-8"
    elif page is not None:
        claimed = page[1].decode("ascii").lower().replace("ansi_", "cp").replace("dos", "cp")
    text = b"\n".join(line for line in content.splitlines() if not line.isascii())
    return decide_claimed(text, claimed=claimed, stated=stated, shown=shown)


@contextmanager
def _dxf_encoding(decision: Decision) -> Iterator[None]:
    """Tell GDAL the encoding of the drawing; taken back afterwards."""
    before = {"DXF_ENCODING": pyogrio.get_gdal_config_option("DXF_ENCODING")}
    pyogrio.set_gdal_config_options({"DXF_ENCODING": decision.encoding.removesuffix("-sig").upper()})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _choose(cells: pd.DataFrame, source: Source) -> np.ndarray:
    if source.layer is None:
        return np.ones(len(cells), dtype=bool)
    patterns = [pattern.strip().casefold() for pattern in source.layer.split("|")]
    names = cells["Layer"].fillna("")
    fits = {
        name: any(fnmatch.fnmatchcase(name.casefold(), pattern) for pattern in patterns) for name in names.unique()
    }
    return names.map(fits).to_numpy(dtype=bool)


def _name_things(shapes: np.ndarray, texts: pd.Series, is_text: np.ndarray) -> Any:
    """Give each thing the text inside it (areas) or nearest to it within reach."""
    named = np.full(len(shapes), None, dtype=object)
    labels = np.flatnonzero(is_text & ~shapely.is_missing(shapes))
    things = np.flatnonzero(~is_text & ~shapely.is_missing(shapes))
    if not len(labels) or not len(things):
        return named
    tree = shapely.STRtree(shapes[labels])
    areas = _as_polygons(shapes[things])
    found, nearest = tree.query_nearest(areas, max_distance=_TEXT_REACH, all_matches=False)
    named[things[found]] = texts.to_numpy()[labels[nearest]]
    return named


def _as_polygons(shapes: np.ndarray) -> np.ndarray:
    closed = (shapely.get_type_id(shapes) == 1) & shapely.is_closed(shapes) & (shapely.get_num_points(shapes) >= 4)
    areas = shapes.copy()
    if closed.any():
        areas[closed] = [shapely.Polygon(shape) for shape in shapes[closed]]
    return areas


def _close(shapes: np.ndarray, source: Source) -> np.ndarray:
    return _as_polygons(shapes) if source.geometry in ("polygon", "point_or_polygon") else shapes
