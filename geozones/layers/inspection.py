"""A folder of unknown files: every file that may be a source, read in a child process, as facts for a draft."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geozones.drafting import FileFacts, TableFacts, look_at_table, match_places
from geozones.errors import GeozonesError, InputError, Message
from geozones.i18n import N_
from geozones.layers.isolation import ChildLimits, IsolatedReader
from geozones.layers.layer import RawTable
from geozones.layers.limits import OWN_FILES
from geozones.layers.places import find_place_columns, place_rows

MOST_FILES = 300
_SECONDS = 300.0
_PARTS = {
    ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".qmd", ".qml", ".sld", ".dat", ".map", ".id",
    ".ind", ".mid", ".xsd", ".csvt", ".xml", ".aux", ".ovr", ".lyr", ".lock", ".tmp", ".part", ".gpkg-wal",
    ".gpkg-shm",
}  # fmt: skip
"""Endings of files that belong to another one, or to a program: they are no sources by themselves."""

_PAPERS = {
    ".md",
    ".pdf",
    ".doc",
    ".docx",
    ".rtf",
    ".html",
    ".htm",
    ".png",
    ".jpg",
    ".jpeg",
    ".toml",
    ".ini",
}
_OWN_FOLDERS = {"maps_out", "runs", "node_modules", "__pycache__"}


def inspect_folder(folder: Path) -> list[FileFacts]:
    """Look into every file of a folder and of the folders in it.

    Returns
    -------
    list
        One entry a source, in the order of their paths; papers, pictures and parts of other files are passed over.
        A file that cannot be read is there too, with the reason.

    Raises
    ------
    InputError
        The folder is missing, is a file, or holds no file that could be a source.
    """
    if not folder.exists():
        raise InputError(N_("{folder}: there is no such folder."), folder=folder)
    if not folder.is_dir():
        raise InputError(N_("{folder} is a file; give the folder that it lies in."), folder=folder)
    sources = sorted(_find_sources(folder), key=lambda path: path.as_posix().casefold())
    if not sources:
        raise InputError(
            N_("{folder}: no file in it can be a layer. Put the layers there (GeoPackage, GeoJSON, Shapefile, "
               "KML, DXF, CSV, XLSX …) and run it again."),
            folder=folder,
        )  # fmt: skip
    if len(sources) > MOST_FILES:
        raise InputError(
            N_("{folder}: {found} files are too many to look into; give a folder with the layers of one region "
               "(at most {limit} files)."),
            folder=folder, found=len(sources), limit=MOST_FILES,
        )  # fmt: skip
    with IsolatedReader(ChildLimits(seconds=_SECONDS)) as reader:
        return [_inspect_file(reader, path, path.relative_to(folder).as_posix()) for path in sources]


def _find_sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        suffix = path.suffix.lower()
        if path.name.startswith((".", "~$")) or suffix in _PARTS or suffix in _PAPERS:
            continue
        if path.is_dir() and suffix != ".gdb":
            if path.name not in _OWN_FOLDERS and not path.is_symlink():
                yield from _find_sources(path)
        else:
            yield path


def _inspect_file(reader: IsolatedReader, path: Path, source: str) -> FileFacts:
    try:
        found = reader.read_all_layers(path, limits=OWN_FILES)
    except GeozonesError as error:
        return FileFacts(source, (), error.messages)
    tables: list[TableFacts] = []
    problems: list[Message] = []
    for name, raw in found:
        if isinstance(raw, GeozonesError):
            problems += raw.messages
            continue
        raw, places = _place(raw, key=name)
        if raw.read and not len(raw.cells):
            problems += [message for part in raw.issues for message in part["message"][:1]]
        else:
            layer = name if len(found) > 1 else None
            tables.append(look_at_table(source, layer, raw.cells, raw.geometry, raw.crs, places))
    return FileFacts(source, tuple(tables), tuple(problems))


def _place(raw: RawTable, *, key: str) -> tuple[RawTable, dict[str, str]]:
    """Give a table without shapes those that its columns of the place tell, and name these columns."""
    if raw.geometry is not None:
        return raw, {}
    places = find_place_columns(match_places(raw.columns), raw.columns)
    return (place_rows(raw, places, key=key) if places else raw), places
