"""Damage that GDAL passes over in silence: each format's own counts and lengths, held against what is there."""

from __future__ import annotations

import re
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.parsers import expat

import orjson

from geozones.crs import parse_crs
from geozones.errors import CrsError, InputError
from geozones.i18n import N_
from geozones.layers.encodings import Decision, decide_encoding, decode
from geozones.layers.formats import DXF, GEOJSON, GEOPACKAGE, GML, GPX, KML, MAPINFO, SHAPEFILE, Format

_DEEP_JSON_BYTES = 64_000_000
_DEEP_SQLITE_BYTES = 200_000_000
_FEATURE = re.compile(rb'"type"\s*:\s*"Feature"')
_KML_FEATURE = "placemark"
_GML_MEMBERS = frozenset({"featuremember", "featuremembers", "member"})


@dataclass(frozen=True)
class Soundness:
    """What a look at the bytes says: how many features there should be (None: it cannot be told), and which
    rows of them are no features at all, with the reason. `content` is the text in UTF-8 where the file is not,
    `remark` what else is odd."""

    features: int | None = None
    unreadable: dict[int, str] | None = None
    content: bytes | None = None
    decision: Decision | None = None
    remark: str | None = None


def look_at_bytes(path: Path, format: Format, *, layer: str | None, encoding: str | None, shown: str) -> Soundness:
    """Look for damage that a reader would pass over.

    Raises
    ------
    InputError
        The file is cut, a part of it is missing, or its structure is broken.
    EncodingError
        The encoding of a text format cannot be decided.
    """
    if format is SHAPEFILE:
        return _look_at_shapefile(path, shown)
    if format is GEOJSON:
        return _look_at_geojson(path, encoding, shown)
    if format is GEOPACKAGE:
        return _look_at_geopackage(path, layer, shown)
    if format in (KML, GPX, GML):
        return _look_at_xml(path, format, shown)
    if format is MAPINFO and path.suffix.lower() == ".mif":
        return _look_at_mif(path)
    if format is DXF:
        return _look_at_dxf(path, shown)
    return Soundness()


def _cut(shown: str) -> InputError:
    return InputError(
        N_("{file}: the file is shorter than it says itself; it was cut on its way. Ask the sender for it again."),
        file=shown,
    )


def find_part(path: Path, suffix: str) -> Path | None:
    """Find a part of a Shapefile beside its `.shp`, whatever the case of its suffix."""
    for candidate in (suffix, suffix.upper()):
        if (found := path.with_suffix(candidate)).exists():
            return found
    return None


def _look_at_shapefile(path: Path, shown: str) -> Soundness:
    for suffix in (".shx", ".dbf"):
        if find_part(path, suffix) is None:
            raise InputError(
                N_("{file}: the part {part} of the Shapefile is not there. Ask the sender for all parts "
                   "(.shp, .shx, "
                   ".dbf, .prj, .cpg)."),
                file=shown, part=path.with_suffix(suffix).name,
            )  # fmt: skip
    index = find_part(path, ".shx")
    with path.open("rb") as file:
        header = file.read(100)
    size = path.stat().st_size
    if len(header) < 100 or struct.unpack(">i", header[24:28])[0] * 2 > size:
        raise _cut(shown)
    if index is None or index.stat().st_size < 100 or (index.stat().st_size - 100) % 8:
        raise _cut(shown)
    offsets = index.read_bytes()[100:]
    count = len(offsets) // 8
    if count:
        last, length = struct.unpack(">ii", offsets[-8:])
        if (last + length + 4) * 2 > size:
            raise _cut(shown)
    return Soundness(features=count)


def _look_at_geojson(path: Path, encoding: str | None, shown: str) -> Soundness:
    content = path.read_bytes()
    decision = decide_encoding(content, stated=encoding, shown=shown)
    recoded = None
    if decision.encoding not in ("utf-8",):
        recoded = decode(content, decision, shown=shown).encode("utf-8")
    if len(content) > _DEEP_JSON_BYTES:
        return Soundness(len(_FEATURE.findall(recoded or content)), None, recoded, decision)
    text = recoded or content
    if text.lstrip()[:1] == b"\x1e" or _is_sequence(text):
        lines = [line.strip(b"\x1e \r\t") for line in text.split(b"\n")]
        return _judge_features([_parse(line) for line in lines if line], recoded, decision)
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(
            N_("{file}: the GeoJSON is broken or cut ({reason}). Ask the sender for it again."),
            file=shown,
            reason=f"line {error.lineno}, column {error.colno}",
        ) from error
    if not isinstance(document, dict) or document.get("type") not in ("FeatureCollection", "Feature"):
        return Soundness(None, None, recoded, decision)
    if document["type"] == "Feature":
        return Soundness(1, None, recoded, decision)
    features = document.get("features")
    if not isinstance(features, list):
        raise InputError(
            N_("{file}: the GeoJSON has no list of features. Ask the sender for it again."), file=shown
        )
    return replace(_judge_features(features, recoded, decision), remark=_judge_crs(document.get("crs")))


def _judge_crs(member: Any) -> str | None:
    """Remark a `crs` member that names nothing known: GDAL takes WGS 84 in its place without a word."""
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if member is None or (isinstance(name, str) and _is_known(name)):
        return None
    return f"crs {str(name)[:60]}: unknown, WGS 84 taken"


def _is_known(name: str) -> bool:
    try:
        parse_crs(name)
    except CrsError:
        return False
    return True


def _is_sequence(text: bytes) -> bool:
    """Tell whether each line is a feature of its own (GeoJSON text sequence)."""
    first, _, rest = text.lstrip().partition(b"\n")
    return isinstance(_parse(first), dict) and bool(rest.strip())


def _parse(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _judge_features(features: list[Any], recoded: bytes | None, decision: Decision) -> Soundness:
    unreadable = {
        row: "no GeoJSON feature"
        for row, feature in enumerate(features)
        if not isinstance(feature, dict) or feature.get("type") != "Feature"
    }
    return Soundness(len(features), unreadable, recoded, decision)


def _look_at_geopackage(path: Path, layer: str | None, shown: str) -> Soundness:
    address = f"file:{quote(str(path))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            if path.stat().st_size <= _DEEP_SQLITE_BYTES:
                verdict = connection.execute("PRAGMA quick_check(1)").fetchone()
                if verdict is None or verdict[0] != "ok":
                    raise sqlite3.DatabaseError("quick_check")
            if layer is None:
                return Soundness()
            name = layer.replace('"', '""')
            (count,) = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
    except sqlite3.Error as error:
        raise InputError(
            N_("{file}: the GeoPackage is damaged ({reason}). Ask the sender for it again."),
            file=shown,
            reason=type(error).__name__,
        ) from error
    return Soundness(features=int(count))


def _look_at_xml(path: Path, format: Format, shown: str) -> Soundness:
    """Read the XML to its end; count the features where the format has one element a feature."""
    counts: dict[str, int] = {}
    members: dict[str, int] = {}
    above: list[str] = []

    def begin(name: str, _attributes: Any) -> None:
        short = name.rpartition(":")[2].lower()
        counts[short] = counts.get(short, 0) + 1
        if len(above) == 2 and above[1] in _GML_MEMBERS:
            members[name] = members.get(name, 0) + 1
        above.append(short)

    def end(_name: str) -> None:
        above.pop()

    try:
        with path.open("rb") as file:
            _make_parser(begin, end).ParseFile(file)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise InputError(
            N_("{file}: the XML is broken or cut ({reason}). Ask the sender for it again."),
            file=shown,
            reason=str(error)[:80],
        ) from error
    if format is KML:
        return Soundness(features=counts.get(_KML_FEATURE, 0))
    if format is GML and len(members) == 1:
        return Soundness(features=next(iter(members.values())))
    return Soundness()


def _make_parser(on_begin: Callable[[str, Any], None], on_end: Callable[[str], None]) -> Any:
    parser = expat.ParserCreate()
    parser.StartElementHandler = on_begin
    parser.EndElementHandler = on_end

    def refuse(*_arguments: Any) -> None:
        raise ValueError("entities are not allowed")

    parser.EntityDeclHandler = refuse
    return parser


def _look_at_mif(path: Path) -> Soundness:
    """Count the rows of attributes, one a feature, that stand beside the shapes."""
    rows = find_part(path, ".mid")
    if rows is None:
        return Soundness()
    return Soundness(features=sum(bool(line.strip()) for line in rows.read_bytes().splitlines()))


def _look_at_dxf(path: Path, shown: str) -> Soundness:
    with path.open("rb") as file:
        start = file.read(22)
        file.seek(max(0, path.stat().st_size - 64))
        end = file.read()
    if not start.startswith(b"AutoCAD Binary DXF") and b"EOF" not in end:
        raise _cut(shown)
    return Soundness()
