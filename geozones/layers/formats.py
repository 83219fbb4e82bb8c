"""Which format a file is: told by its first bytes, by its name only where bytes cannot tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from geozones.errors import InputError
from geozones.i18n import N_

_HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Format:
    """A format that is read: its name, the GDAL drivers allowed to open it, and the reader it goes to."""

    name: str
    drivers: tuple[str, ...] = ()
    reader: str = "vector"
    text: bool = False


GEOJSON = Format("GeoJSON", ("GeoJSON", "GeoJSONSeq"), text=True)
GEOPACKAGE = Format("GeoPackage", ("GPKG",))
SHAPEFILE = Format("Shapefile", ("ESRI Shapefile",))
FLATGEOBUF = Format("FlatGeobuf", ("FlatGeobuf",))
KML = Format("KML", ("LIBKML", "KML"), text=True)
GML = Format("GML", ("GML",), text=True)
GPX = Format("GPX", ("GPX",), text=True)
MAPINFO = Format("MapInfo", ("MapInfo File",))
FILE_GEODATABASE = Format("File Geodatabase", ("OpenFileGDB",))
GEOPARQUET = Format("GeoParquet", reader="parquet")
DELIMITED = Format("CSV", reader="delimited", text=True)
WORKBOOK = Format("XLSX", reader="workbook")
DXF = Format("DXF", ("DXF",), reader="drawing", text=True)
ARCHIVE = Format("ZIP", reader="archive")

ALL_FORMATS = (
    GEOPACKAGE, GEOJSON, SHAPEFILE, FLATGEOBUF, KML, GML, GPX, MAPINFO, FILE_GEODATABASE, GEOPARQUET, DELIMITED,
    WORKBOOK, DXF,
)  # fmt: skip
_DELIMITED_SUFFIXES = {".csv", ".txt", ".tsv"}
_SHAPEFILE_PARTS = {".dbf", ".shx", ".prj", ".cpg"}
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GEOJSON_TYPE = re.compile(
    r'"type"\s*:\s*"(FeatureCollection|Feature|Point|MultiPoint|LineString|MultiLineString|Polygon|MultiPolygon|'
    r'GeometryCollection)"'
)


def find_format(path: Path, *, name: str | None = None) -> Format:
    """Tell the format of a file or folder.

    Parameters
    ----------
    path
        An existing file or folder.
    name
        How messages call it; the file name by default.

    Returns
    -------
    Format
        One of `ALL_FORMATS`, or `ARCHIVE`.

    Raises
    ------
    InputError
        The file is empty, or none of the formats that are read.
    """
    shown = name or path.name
    if path.is_dir():
        if any(entry.suffix == ".gdbtable" for entry in path.iterdir()):
            return FILE_GEODATABASE
        if any(entry.suffix.lower() == ".shp" for entry in path.iterdir()):
            return SHAPEFILE
        raise InputError(
            N_(
                "{file}: the folder holds no Shapefile and no File Geodatabase. Name the file of the layer itself."
            ),
            file=shown,
        )
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise InputError(N_("{file}: the file is empty (0 bytes). Ask the sender for it again."), file=shown)
    found = _find_binary(head, path) or _find_text(head, path, shown)
    if found is None:
        raise InputError(
            N_(
                "{file}: this is not a file of a format that is read ({formats}). Ask the sender for it in one of "
                "them."
            ),
            file=shown,
            formats=", ".join(entry.name for entry in ALL_FORMATS),
        )
    return found


def _find_binary(head: bytes, path: Path) -> Format | None:
    suffix = path.suffix.lower()
    if head.startswith(b"SQLite format 3\0"):
        return GEOPACKAGE
    if head.startswith(b"PAR1"):
        return GEOPARQUET
    if head.startswith(b"fgb"):
        return FLATGEOBUF
    if head.startswith(b"\x00\x00\x27\x0a") or suffix == ".shp":
        return SHAPEFILE
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return WORKBOOK if suffix in (".xlsx", ".xlsm") else ARCHIVE
    return None


def _find_text(head: bytes, path: Path, shown: str) -> Format | None:
    suffix = path.suffix.lower()
    _refuse_known(head, suffix, shown)
    text = decode_head(head).lstrip("\ufeff \t\r\n\x1e")
    if text.startswith("{"):
        return GEOJSON if _GEOJSON_TYPE.search(text) or suffix in (".geojson", ".json") else None
    if text.startswith("<"):
        return _find_markup(text)
    if text.lower().startswith("!table") or suffix in (".mif", ".mid", ".tab"):
        return MAPINFO
    if suffix == ".dxf" or text.startswith("AutoCAD Binary DXF"):
        return DXF
    return DELIMITED if suffix in _DELIMITED_SUFFIXES else None


def _find_markup(text: str) -> Format | None:
    for mark, found in (("<kml", KML), ("<gpx", GPX), ("gml", GML)):
        if mark in text[:8192]:
            return found
    return None


def _refuse_known(head: bytes, suffix: str, shown: str) -> None:
    """Refuse formats that are known but not read, saying what to do instead."""
    if head.startswith(b"AC10") or suffix == ".dwg":
        raise InputError(
            N_("{file}: DWG drawings are not read. Save it as DXF (AutoCAD 2013 or ASCII) and send that; drawn in "
               "a local system, it also needs two control points (control_points)."),
            file=shown,
        )  # fmt: skip
    if head.startswith(_OLD_WORKBOOK) or suffix == ".xls":
        raise InputError(
            N_("{file}: old Excel workbooks are not read. Save it as XLSX and send that."), file=shown
        )
    if suffix in _SHAPEFILE_PARTS:
        raise InputError(
            N_("{file}: this is one part of a Shapefile. Name its .shp file, with all parts beside it."),
            file=shown,
        )


def decode_head(head: bytes) -> str:
    """Decode the start of a file well enough to tell its format, in whatever encoding it is."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "ignore")
    return head.decode("latin-1")
