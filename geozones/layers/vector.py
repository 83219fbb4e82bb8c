"""Vector files through GDAL: in bulk by pyogrio, record by record by Fiona where that fails."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import pyogrio.raw
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geozones.checks.issues import make_issues
from geozones.errors import EncodingError, InputError
from geozones.i18n import N_
from geozones.layers.diagnosis import read_records
from geozones.layers.formats import Format
from geozones.layers.layer import RawTable

ChooseColumns = Callable[[Iterable[str]], list[str]]


def list_layers(path: Path, *, shown: str) -> list[str]:
    """List the names of the layers that a vector file holds."""
    with _quiet_gdal():
        try:
            return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        except DataSourceError as error:
            raise _unreadable(shown, error) from error


def choose_layer(path: Path, wanted: str | None, *, shown: str) -> str:
    """Choose the layer to read: the one named, or the only one there is.

    Raises
    ------
    InputError
        The named layer is not there, or several are and none is named.
    """
    names = list_layers(path, shown=shown)
    if not names:
        raise InputError(N_("{file}: the file holds no layer."), file=shown)
    if wanted is not None:
        if wanted not in names:
            raise InputError(
                N_("{file}: there is no layer {layer} in it. Layers there: {names}."),
                file=shown,
                layer=wanted,
                names=", ".join(names),
            )
        return wanted
    if len(names) > 1:
        raise InputError(
            N_("{file}: the file holds several layers; name one of them by layer = … in the settings: {names}."),
            file=shown,
            names=", ".join(names),
        )
    return names[0]


def read_info(path: Path, layer: str | None, *, format: Format, shown: str) -> dict[str, Any]:
    """Read what GDAL says of a layer, and make sure that an allowed driver opened it."""
    with _quiet_gdal():
        try:
            info: dict[str, Any] = pyogrio.read_info(path, layer=layer, force_feature_count=True)
        except (DataSourceError, DataLayerError) as error:
            raise _unreadable(shown, error) from error
        except UnicodeDecodeError as error:
            raise EncodingError(
                N_("{file}: the column names are not UTF-8. Name the encoding by encoding = … in the settings."),
                file=shown,
            ) from error
    if info["driver"] not in format.drivers:
        raise InputError(N_("{file}: its content is not {format}."), file=shown, format=format.name)
    return info


def read_vector(
    path: Path,
    *,
    format: Format,
    layer: str | None,
    encoding: str | None,
    choose_columns: ChooseColumns,
    key: str,
    shown: str,
) -> RawTable:
    """Read one layer of a vector file.

    Parameters
    ----------
    path
        The file or folder; its format was told by `find_format`.
    choose_columns
        Given the columns there, returns those to read (raises where one is missing).
    key
        Key of the layer in the settings, for issues.

    Returns
    -------
    RawTable
        All records, those that cannot be read in its quarantine.

    Raises
    ------
    InputError
        The file cannot be opened.
    EncodingError
        Its text is in no stated encoding.
    """
    layer = choose_layer(path, layer, shown=shown)
    info = read_info(path, layer, format=format, shown=shown)
    present = tuple(str(name) for name in info["fields"])
    columns = choose_columns(present)
    try:
        with _quiet_gdal():
            meta, _, wkb, fields = pyogrio.raw.read(path, layer=layer, encoding=encoding, columns=columns)
    except UnicodeDecodeError as error:
        raise EncodingError(
            N_("{file}: the text is not {encoding}. Name the right one by encoding = … in the settings, for "
               "example "
               "cp1251 or cp866."),
            file=shown, encoding=encoding or "UTF-8",
        ) from error  # fmt: skip
    except (DataSourceError, DataLayerError) as error:
        raise _unreadable(shown, error) from error
    except Exception as error:  # GDAL, numpy and datetime errors of single records: find the records
        return read_records(path, layer=layer, columns=columns, key=key, shown=shown, cause=error, info=info)
    names = [str(name) for name in meta["fields"]]
    count = len(wkb) if wkb is not None else (len(fields[0]) if fields else 0)
    cells = pd.DataFrame(dict(zip(names, fields, strict=True)), index=pd.RangeIndex(count))
    raw = RawTable(
        cells=cells, geometry=None, crs=meta["crs"], driver=info["driver"], read=count,
        encoding=encoding or meta["encoding"], columns=present,
    )  # fmt: skip
    return raw if wkb is None else with_geometry(raw, wkb, key=key)


def with_geometry(raw: RawTable, wkb: Any, *, key: str) -> RawTable:
    """Add geometries in WKB to a table; records whose WKB is broken go into the quarantine."""
    geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    is_broken = shapely.is_missing(geometry) & np.array([value is not None for value in wkb], dtype=bool)
    if not is_broken.any():
        return _replace(raw, geometry=geometry)
    rows = raw.cells.index[is_broken]
    issue = make_issues("record_unreadable", layer=key, rows=rows, params={"reason": "WKB"}, action="quarantined")
    quarantine = raw.cells[is_broken].assign(rule="record_unreadable")
    return _replace(
        raw, cells=raw.cells[~is_broken], geometry=geometry[~is_broken], issues=(*raw.issues, issue),
        quarantine=quarantine,
    )  # fmt: skip


def _replace(raw: RawTable, **changes: Any) -> RawTable:
    from dataclasses import replace

    return replace(raw, **changes)


def _unreadable(shown: str, error: Exception) -> InputError:
    return InputError(
        N_("{file}: the file cannot be read; it is damaged or cut ({reason}). Ask the sender for it again."),
        file=shown,
        reason=_without_paths(str(error)),
    )


def _without_paths(reason: str) -> str:
    """Shorten what GDAL says to its first sentence, without any folder of this machine."""
    first = reason.split(";")[0].split("\n")[0]
    return " ".join(word.rsplit("/", 1)[-1] if "/" in word else word for word in first.split())[:200]


class _quiet_gdal(warnings.catch_warnings):
    """Keep GDAL's remarks from the user: what they would say is checked and said as issues."""

    def __enter__(self) -> Any:
        entered = super().__enter__()
        warnings.simplefilter("ignore")
        return entered
