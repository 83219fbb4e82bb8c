"""Grids of heights: ESRI ASCII grids and SRTM tiles."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np

from geozones.errors import InputError
from geozones.i18n import N_
from geozones.screening import Elevation

_MOST_CELLS = 200_000_000
_TILE = re.compile(r"([NS])(\d{2})([EW])(\d{3})", re.IGNORECASE)


def read_elevation(path: Path) -> Elevation:
    """Read a grid of heights.

    Parameters
    ----------
    path
        An ESRI ASCII grid (`.asc`; degrees, or metres where a `.prj` beside it says in which system) or an SRTM
        tile (`N42E069.hgt`).

    Raises
    ------
    InputError
        The file is missing, of another kind, or damaged.
    """
    if not path.is_file():
        raise InputError(N_("{file}: there is no such file. Check source = … in the settings."), file=path.name)
    if path.suffix.lower() == ".hgt":
        return _read_tile(path)
    if path.suffix.lower() in (".asc", ".txt"):
        return _read_grid(path)
    raise InputError(
        N_("{file}: heights are read from ESRI ASCII grids (.asc) and SRTM tiles (.hgt). Save it as one of them."),
        file=path.name,
    )


def _read_tile(path: Path) -> Elevation:
    found = _TILE.search(path.stem)
    size = math.isqrt(path.stat().st_size // 2)
    if found is None or size * size * 2 != path.stat().st_size or size < 2:
        raise _damaged(path)
    heights = np.fromfile(path, dtype=">i2").reshape(size, size).astype(float)
    heights[heights <= -32768] = np.nan
    south = int(found[2]) * (1 if found[1].upper() == "N" else -1)
    west = int(found[4]) * (1 if found[3].upper() == "E" else -1)
    step = 1.0 / (size - 1)
    return Elevation(heights, west - step / 2, south + 1 + step / 2, step, step)


def _read_grid(path: Path) -> Elevation:
    header: dict[str, float] = {}
    try:
        with path.open(encoding="ascii", errors="strict") as file:
            position = 0
            while True:
                position = file.tell()
                words = file.readline().split()
                if len(words) != 2 or not words[0][:1].isalpha():
                    break
                header[words[0].lower()] = float(words[1])
            file.seek(position)
            columns, rows = int(header["ncols"]), int(header["nrows"])
            if not 0 < columns * rows <= _MOST_CELLS:
                raise _damaged(path)
            heights = np.loadtxt(file, dtype=float, ndmin=2).reshape(rows, columns)
        step = header["cellsize"]
        west = header["xllcorner"] if "xllcorner" in header else header["xllcenter"] - step / 2
        south = header["yllcorner"] if "yllcorner" in header else header["yllcenter"] - step / 2
    except (ValueError, KeyError, UnicodeDecodeError) as error:
        raise _damaged(path) from error
    heights[heights == header.get("nodata_value", -9999.0)] = np.nan
    projection = path.with_suffix(".prj")
    crs = projection.read_text(encoding="utf-8").strip() if projection.is_file() else "EPSG:4326"
    return Elevation(heights, west, south + rows * step, step, step, crs)


def _damaged(path: Path) -> InputError:
    return InputError(
        N_("{file}: the grid of heights is damaged or cut. Ask the sender for it again."), file=path.name
    )
