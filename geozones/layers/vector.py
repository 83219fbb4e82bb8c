"""Vector files through GDAL: in bulk by pyogrio, record by record by Fiona where that fails."""

from __future__ import annotations

import warnings
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
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from geozones.checks.issues import make_issues
from geozones.errors import EncodingError, InputError
from geozones.i18n import N_
from geozones.layers.damage import Soundness, find_part, look_at_bytes
from geozones.layers.dbf import decide_dbf_encoding, read_dbf
from geozones.layers.diagnosis import read_records
from geozones.layers.encodings import Decision, decide_encoding
from geozones.layers.formats import DXF, GEOJSON, GEOPACKAGE, GML, GPX, SHAPEFILE, Format
from geozones.layers.layer import RawTable
from geozones.layers.limits import require_features, require_vertices
from geozones.layers.source import Source

_GPX_LAYERS = {
    "point": ("waypoints",),
    "line": ("tracks", "routes"),
    "polygon": ("tracks", "routes"),
}
_MOST_REMARKS = 20
_ALL_BYTES = "ISO-8859-1"
_OPTIONS: dict[str, dict[str, str]] = {GML.name: {"WRITE_GFS": "NO", "DOWNLOAD_SCHEMA": "NO"}}


@contextmanager
def quiet_gdal() -> Iterator[list[warnings.WarningMessage]]:
    """Keep GDAL's remarks from the terminal; gives them as they come."""
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        yield remarks


def unreadable(shown: str, error: Exception) -> InputError:
    """Make the error of a file that GDAL cannot read."""
    return InputError(
        N_("{file}: the file cannot be read; it is damaged or cut ({reason}). Ask the sender for it again."),
        file=shown,
        reason=_without_paths(str(error)),
    )


def _without_paths(reason: str) -> str:
    """Shorten what GDAL says to its first sentence, without any folder of this machine."""
    first = reason.split(";")[0].split("\n")[0]
    return " ".join(word.rsplit("/", 1)[-1] if "/" in word else word for word in first.split())[:160]


def list_layers(path: Path, *, shown: str) -> list[str]:
    """List the names of the layers that a vector file holds."""
    with quiet_gdal():
        try:
            return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        except (DataSourceError, UnicodeDecodeError) as error:
            raise unreadable(shown, error) from error


def choose_layer(source: Source) -> str:
    """Choose the layer to read: the one named, or the only one there is.

    Raises
    ------
    InputError
        The named layer is not there, or several are and none is named.
    """
    names = list_layers(source.path, shown=source.shown)
    if not names:
        raise InputError(N_("{file}: the file holds no layer."), file=source.shown)
    if source.layer is not None:
        if source.layer not in names:
            raise InputError(
                N_("{file}: there is no layer {layer} in it. Layers there: {names}."),
                file=source.shown,
                layer=source.layer,
                names=", ".join(names),
            )
        return source.layer
    if source.format is GPX:
        return _choose_gpx_layer(source, names)
    if len(names) > 1:
        raise InputError(
            N_("{file}: the file holds several layers; name one of them by layer = … in the settings: {names}."),
            file=source.shown,
            names=", ".join(names),
        )
    return names[0]


def _choose_gpx_layer(source: Source, names: list[str]) -> str:
    """Choose among the fixed layers of a GPX file the first of the wanted kind that holds anything."""
    wanted = _GPX_LAYERS.get(source.geometry, ("waypoints", "tracks", "routes"))
    for name in wanted:
        if name in names and pyogrio.read_info(source.path, layer=name, force_feature_count=True)["features"]:
            return name
    return wanted[0]


def read_info(target: Path | bytes, layer: str | int, *, format: Format, shown: str) -> dict[str, Any]:
    """Read what GDAL says of a layer, and make sure that an allowed driver opened it."""
    options = _OPTIONS.get(format.name, {})
    with quiet_gdal():
        try:
            info: dict[str, Any] = pyogrio.read_info(target, layer=layer, force_feature_count=True, **options)
        except UnicodeDecodeError:
            info = pyogrio.read_info(target, layer=layer, encoding=_ALL_BYTES, force_feature_count=True, **options)
        except (DataSourceError, DataLayerError) as error:
            raise unreadable(shown, error) from error
    if info["driver"] not in format.drivers:
        raise InputError(N_("{file}: its content is not {format}."), file=shown, format=format.name)
    return info


def read_vector(source: Source) -> RawTable:
    """Read one layer of a vector file.

    Returns
    -------
    RawTable
        All records, those that cannot be read in its quarantine.

    Raises
    ------
    InputError
        The file cannot be opened, is cut, holds fewer features than it says, or more than the limits allow.
    EncodingError
        The encoding of its text cannot be decided.
    """
    check_layer_first = source.format is GEOPACKAGE
    layer = choose_layer(source) if check_layer_first else None
    soundness = look_at_bytes(
        source.path, source.format, layer=layer, encoding=source.encoding, shown=source.shown
    )
    layer = layer or choose_layer(source)
    target = source.path if soundness.content is None else soundness.content
    chosen: str | int = layer if isinstance(target, Path) else 0  # in memory the only layer has a made-up name
    info = read_info(target, chosen, format=source.format, shown=source.shown)
    require_features(max(info["features"], soundness.features or 0), source.limits, shown=source.shown)
    decision, deleted = _decide_encoding(source, soundness)
    raw = _read_layer(source, target, chosen, info, decision)
    if raw.geometry is not None:
        require_vertices(raw.geometry, source.limits, shown=source.shown)
    raw = _with_deleted(raw, deleted, source)
    if soundness.remark is not None:
        remarked = make_issues("reader_remark", layer=source.key, params={"text": soundness.remark})
        raw = replace(raw, issues=(*raw.issues, remarked))
    return _reconcile(raw, soundness, info, deleted, source)


def _decide_encoding(source: Source, soundness: Soundness) -> tuple[Decision | None, int]:
    """Decide the encoding of a Shapefile, and count its deleted rows; other formats state theirs."""
    if source.format is GEOJSON:
        return soundness.decision, 0
    if source.format is not SHAPEFILE:
        return (None if source.encoding is None else Decision(source.encoding, "stated")), 0
    attributes = find_part(source.path, ".dbf")
    if attributes is None:
        return None, 0
    facts = read_dbf(attributes, shown=source.shown)
    decision = decide_dbf_encoding(source.path, facts, stated=source.encoding, shown=source.shown)
    return decision, facts.deleted


def _read_layer(
    source: Source, target: Path | bytes, layer: str | int, info: dict[str, Any], decision: Decision | None
) -> RawTable:
    present = tuple(str(name) for name in info["fields"])
    encoding = decision.encoding if decision and source.format is not GEOJSON else None
    options = _OPTIONS.get(source.format.name, {})
    try:
        columns = source.choose_columns(present)
        with quiet_gdal() as remarks:
            read = pyogrio.raw.read(target, layer=layer, encoding=encoding, columns=columns, **options)
    except UnicodeDecodeError:
        return _read_undecided(source, target, layer, info)
    except (FeatureError, GeometryError, FieldError) as error:
        return read_records(source, layer=layer, columns=columns, cause=error, info=info)
    except (DataSourceError, DataLayerError) as error:
        raise unreadable(source.shown, error) from error
    except (ArithmeticError, LookupError, MemoryError, RuntimeError, TypeError) as error:
        return read_records(source, layer=layer, columns=columns, cause=error, info=info)
    raw = _to_raw(read, info, source, encoding=decision.encoding if decision else None)
    return say_encoding(_say_remarks(raw, remarks, source), decision, source)


def _say_remarks(raw: RawTable, remarks: list[warnings.WarningMessage], source: Source) -> RawTable:
    """Make issues of what GDAL remarks while it reads: values that it drops, for example."""
    said = list(dict.fromkeys(_without_paths(str(remark.message)) for remark in remarks))
    found = [
        make_issues("reader_remark", layer=source.key, params={"text": text}) for text in said[:_MOST_REMARKS]
    ]
    return replace(raw, issues=(*raw.issues, *found))


def _to_raw(read: Any, info: dict[str, Any], source: Source, *, encoding: str | None) -> RawTable:
    meta, _, wkb, fields = read
    names = [str(name) for name in meta["fields"]]
    count = len(wkb) if wkb is not None else (len(fields[0]) if fields else 0)
    cells = pd.DataFrame(dict(zip(names, fields, strict=True)), index=pd.RangeIndex(count))
    raw = RawTable(
        cells=cells, geometry=None, crs=meta["crs"], driver=info["driver"], read=count,
        encoding=encoding or meta["encoding"], columns=tuple(str(name) for name in info["fields"]),
    )  # fmt: skip
    return raw if wkb is None else with_geometry(raw, wkb, key=source.key)


def _read_undecided(source: Source, target: Path | bytes, layer: str | int, info: dict[str, Any]) -> RawTable:
    """Read text that is not in the encoding stated: take the bytes, decide by what they read like."""
    options = _OPTIONS.get(source.format.name, {})
    with quiet_gdal():
        try:
            read = pyogrio.raw.read(target, layer=layer, encoding=_ALL_BYTES, **options)
        except (DataSourceError, DataLayerError) as error:
            raise unreadable(source.shown, error) from error
    meta, _, _, fields = read
    texts = [values for values in fields if values.dtype == object]
    words = {str(name) for name in meta["fields"]}
    words |= {value for values in texts for value in values if isinstance(value, str) and not value.isascii()}
    content = "\n".join(sorted(words)).encode("latin-1", "ignore")
    decision = decide_encoding(content, stated=source.encoding, shown=source.shown)
    decoded = {word: _decode(word, decision.encoding) for word in words}
    if None in decoded.values():
        raise EncodingError(
            N_("{file}: parts of the text are in different encodings, or damaged. Ask the sender for UTF-8."),
            file=source.shown,
        )
    info = {**info, "fields": [decoded[str(name)] for name in meta["fields"]]}
    columns = set(source.choose_columns(info["fields"]))
    raw = _to_raw((meta, *read[1:]), info, source, encoding=decision.encoding)
    cells = raw.cells.set_axis([decoded[name] for name in raw.cells.columns], axis=1)
    cells = cells[[name for name in cells.columns if name in columns]]
    for name in cells.columns:
        if cells[name].dtype == "object":
            cells[name] = cells[name].map(lambda value: decoded.get(value, value), na_action="ignore")
    return say_encoding(replace(raw, cells=cells), decision, source)


def _decode(word: str, encoding: str) -> str | None:
    content = word.encode("latin-1", "ignore")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        return content[: error.start].decode(encoding) if error.start >= len(content) - 3 else None


def say_encoding(raw: RawTable, decision: Decision | None, source: Source) -> RawTable:
    """Say which encoding was taken where nothing stated it."""
    if decision is None or decision.reason in ("stated", "ascii", "bom"):
        return raw
    if decision.reason == "utf-8" and source.format not in (SHAPEFILE, DXF):
        return raw
    issue = make_issues("encoding_decided", layer=source.key, params={"encoding": decision.encoding})
    return replace(raw, issues=(*raw.issues, issue))


def with_geometry(raw: RawTable, wkb: Any, *, key: str) -> RawTable:
    """Add geometries in WKB to a table; records whose WKB is broken go into the quarantine."""
    with np.errstate(invalid="ignore"):
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    is_broken = shapely.is_missing(geometry) & np.array([value is not None for value in wkb], dtype=bool)
    placed = replace(raw, geometry=geometry)
    reasons = dict.fromkeys(raw.cells.index[is_broken], "WKB")
    return set_aside(placed, reasons, key=key) if reasons else placed


def set_aside(raw: RawTable, reasons: dict[int, str], *, key: str) -> RawTable:
    """Move rows that cannot be read to the quarantine, with the reason of each."""
    rows = list(reasons)
    issue = make_issues(
        "record_unreadable",
        layer=key,
        rows=rows,
        params={"reason": list(reasons.values())},
        action="quarantined",
    )
    is_bad = raw.cells.index.isin(rows)
    aside = raw.cells[is_bad].assign(rule="record_unreadable").reindex(rows)
    aside["rule"] = "record_unreadable"
    quarantine = aside if raw.quarantine is None else pd.concat([raw.quarantine, aside])
    geometry = None if raw.geometry is None else raw.geometry[~is_bad]
    return replace(
        raw, cells=raw.cells[~is_bad], geometry=geometry, issues=(*raw.issues, issue), quarantine=quarantine
    )


def _with_deleted(raw: RawTable, deleted: int, source: Source) -> RawTable:
    if not deleted:
        return raw
    issue = make_issues("records_deleted", layer=source.key, params={"count": deleted})
    return replace(raw, issues=(*raw.issues, issue))


def _reconcile(
    raw: RawTable, soundness: Soundness, info: dict[str, Any], deleted: int, source: Source
) -> RawTable:
    """Compare what was read with what the file holds; nothing may be lost between the two."""
    expected = soundness.features
    if expected is None:
        expected = info["features"]
    expected -= deleted
    if raw.read == expected or (raw.quarantine is not None and raw.read > expected):
        return raw  # counting, too, ends at a fault that reading record by record steps over
    bad = soundness.unreadable or {}
    if bad and raw.read == expected - len(bad):
        rows = pd.RangeIndex(expected).difference(list(bad))
        moved = dict(zip(range(raw.read), rows, strict=True))
        cells = raw.cells.set_axis([moved[row] for row in raw.cells.index], axis=0)
        return set_aside(replace(raw, cells=cells, read=expected), bad, key=source.key)
    if source.layer is not None and raw.read < expected and source.format.text:
        return raw  # the count is that of the whole file, and one layer of it was read
    raise InputError(
        N_("{file}: the file holds {expected} features, but {read} could be read; it is damaged. Ask the "
           "sender for it "
           "again."),
        file=source.shown, expected=expected, read=raw.read,
    )  # fmt: skip
