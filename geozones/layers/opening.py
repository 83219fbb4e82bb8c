"""From a path to a table as it is: the right reader, archives unpacked, changing files refused."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from geozones.errors import GeozonesError, InputError
from geozones.i18n import N_
from geozones.layers.archive import unpack, unpack_all
from geozones.layers.delimited import read_delimited
from geozones.layers.drawing import list_drawing_layers, read_drawing
from geozones.layers.formats import GEOJSON, SHAPEFILE, Format, find_format
from geozones.layers.layer import RawTable
from geozones.layers.limits import OWN_FILES, Limits, require_bytes
from geozones.layers.markup import XML_FORMATS, as_utf8
from geozones.layers.parquet import read_parquet
from geozones.layers.source import ChooseColumns, ChooseRows, Source
from geozones.layers.vector import list_layers, read_vector, say_encoding
from geozones.layers.workbook import load_sheets, read_workbook
from geozones.tables.contract import GeometryKind

_READERS: dict[str, Callable[[Source], RawTable]] = {
    "parquet": read_parquet,
    "delimited": read_delimited,
    "workbook": read_workbook,
    "drawing": read_drawing,
    "vector": read_vector,
}


def read_source(
    path: Path,
    *,
    key: str,
    shown: str,
    choose_columns: ChooseColumns = list,
    layer: str | None = None,
    encoding: str | None = None,
    geometry: GeometryKind = "any",
    limits: Limits = OWN_FILES,
    choose_rows: ChooseRows | None = None,
) -> RawTable:
    """Read a file, folder or archive as a table under its own column names.

    Parameters
    ----------
    path
        What to read.
    key, shown
        Key of the layer in issues, name of the file in messages.
    choose_columns
        Given the columns there, returns those to read.
    layer
        Layer, sheet, file of an archive or layers of a drawing, where there are several.
    geometry
        Kind of geometry that is wanted, where a file offers several.
    choose_rows
        Of a GeoParquet file, given its table and its shapes in WKB, returns the rows to go on with.

    Raises
    ------
    InputError
        The file is missing, empty, damaged, too big, of a format that is not read, or changed while it was read.
    EncodingError
        The encoding of its text cannot be decided.
    """
    if not path.exists():
        raise InputError(N_("{file}: there is no such file. Check source = … in the settings."), file=shown)
    _require_plain(path, shown)
    require_bytes(path, limits, shown=shown)
    before = _stamp(path)
    source = Source(
        path, find_format(path, name=shown), key, shown, choose_columns, layer, encoding, geometry, limits,
        choose_rows,
    )  # fmt: skip
    raw = _read_archive(source) if source.format.reader == "archive" else _read_plain(source)
    if _stamp(path) != before:
        raise InputError(
            N_("{file}: the file changed while it was read. Try again when it is written to the end."), file=shown
        )
    return raw


def _require_plain(path: Path, shown: str) -> None:
    """Refuse a source that is, or whose folder holds, a link to something elsewhere; also a device or a pipe."""
    if not path.is_file() and not path.is_dir():
        raise InputError(N_("{file}: this is no file and no folder; it is not read."), file=shown)
    home = path.parent.resolve()
    for entry in (path, *(path.rglob("*") if path.is_dir() else ())):
        if entry.is_symlink() and not entry.resolve().is_relative_to(home):
            raise InputError(
                N_("{file}: this is a link that leads out of its folder; it is not followed. Name the real file."),
                file=shown,
            )


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Give sizes and times of a file and of the parts that belong to it."""
    parts = path.rglob("*") if path.is_dir() else path.parent.glob(f"{_escape(path.stem)}.*")
    return tuple(
        sorted(
            (entry.name, entry.stat().st_size, entry.stat().st_mtime_ns)
            for entry in parts
            if entry.is_file() and not entry.name.endswith(("-shm", "-wal", "-journal"))
        )
    )


def _escape(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _read_plain(source: Source) -> RawTable:
    if source.format is SHAPEFILE and source.path.is_dir():
        source = replace(source, path=_choose_shapefile(source), layer=None)
    if source.format in (*XML_FORMATS, GEOJSON):
        with as_utf8(source.path, source.format, stated=source.encoding, shown=source.shown) as (path, decision):
            if path == source.path and source.format is GEOJSON:
                return read_vector(source)
            return say_encoding(read_vector(replace(source, path=path, encoding=None)), decision, source)
    return _READERS[source.format.reader](source)


def _choose_shapefile(source: Source) -> Path:
    found = sorted(entry for entry in source.path.iterdir() if entry.suffix.lower() == ".shp")
    if source.layer is not None:
        found = [entry for entry in found if entry.stem == source.layer] or found
    if len(found) != 1:
        raise InputError(
            N_(
                "{file}: the folder holds several Shapefiles; name one of them by layer = … in the settings: "
                "{names}."
            ),
            file=source.shown,
            names=", ".join(entry.stem for entry in found),
        )
    return found[0]


def _read_archive(source: Source) -> RawTable:
    with tempfile.TemporaryDirectory(prefix="geozones-") as folder:
        inner = unpack(source.path, Path(folder), wanted=source.layer, limits=source.limits, shown=source.shown)
        is_file_name = source.layer is not None and source.layer in (inner.name, inner.stem)
        return _read_plain(
            replace(
                source,
                path=inner,
                format=find_format(inner, name=f"{source.shown}/{inner.name}"),
                layer=None if is_file_name else source.layer,
            )
        )


def read_all_layers(
    path: Path, *, shown: str, limits: Limits = OWN_FILES
) -> Iterator[tuple[str, RawTable | GeozonesError]]:
    """Read every layer, sheet and archived file of a source; each with its name, or the error that it raised.

    Raises
    ------
    InputError
        The source as a whole cannot be opened.
    """
    if not path.exists():
        raise InputError(N_("{file}: there is no such file."), file=shown)
    _require_plain(path, shown)
    require_bytes(path, limits, shown=shown)
    format = find_format(path, name=shown)
    if format.reader == "archive":
        with tempfile.TemporaryDirectory(prefix="geozones-") as folder:
            for inner in unpack_all(path, Path(folder), limits=limits, shown=shown):
                for name, raw in read_all_layers(inner, shown=f"{shown}/{inner.name}", limits=limits):
                    yield (name if name == inner.stem else f"{inner.stem}/{name}"), raw
        return
    if path.is_dir() and format is SHAPEFILE:
        for entry in sorted(entry for entry in path.iterdir() if entry.suffix.lower() == ".shp"):
            yield from read_all_layers(entry, shown=f"{shown}/{entry.name}", limits=limits)
        return
    with as_utf8(path, format, stated=None, shown=shown) as (readable, _):
        names = _list_names(readable, format, limits, shown)
    for name in names:
        try:
            wanted = None if format.reader in ("parquet", "delimited") or format is SHAPEFILE else name
            yield name, read_source(path, key=name, shown=shown, layer=wanted, limits=limits)
        except GeozonesError as error:
            yield name, error


def _list_names(path: Path, format: Format, limits: Limits, shown: str) -> list[str]:
    if format.reader == "vector" and format is not SHAPEFILE:
        return list_layers(path, shown=shown)
    if format.reader == "workbook":
        sheets = load_sheets(path, limits=limits, shown=shown)
        return [
            name for name, sheet in sheets.items() if any(cell is not None for row in sheet.values for cell in row)
        ]
    if format.reader == "drawing":
        return list_drawing_layers(path, shown=shown)
    return [path.stem]
