"""Reading a vector file as it is: all rows and columns under their own names, no role, no contract."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from geozones.config import LayerSpec
from geozones.errors import InputError
from geozones.i18n import N_
from geozones.layers.limits import OWN_FILES
from geozones.layers.opening import read_source
from geozones.layers.referencing import reference


def read_whole(path: Path, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read a vector file with all its rows and columns.

    Parameters
    ----------
    path
        Any file that can be read as a layer.
    layer
        Layer, sheet or archived file, where there are several.

    Returns
    -------
    GeoDataFrame
        All rows in the order of the file, an index from 0, geometry in the CRS of the file.

    Raises
    ------
    InputError
        The file is missing, damaged, without geometry, or has rows that cannot be read.
    CrsError
        The file states no CRS.
    EncodingError
        The text encoding cannot be decided.
    """
    shown = path.name
    raw = read_source(path, key=path.stem, shown=shown, layer=layer, limits=OWN_FILES)
    if raw.geometry is None:
        raise InputError(N_("{file}: the table has no geometry. Give a vector file."), file=shown)
    if len(raw.cells) != raw.read:
        raise InputError(
            N_("{file}: {n} of {total} features cannot be read. Look at them with: geozones layers {file}"),
            file=shown,
            n=raw.read - len(raw.cells),
            total=raw.read,
        )
    placed = reference(raw, LayerSpec(key=path.stem, role="roads", source=shown), bounds=None, shown=shown)
    return gpd.GeoDataFrame(
        raw.cells, geometry=gpd.GeoSeries(placed.geometry, index=raw.cells.index, crs=placed.crs)
    )
