"""Geometries as flat arrays, taken straight from WKB or GeoArrow columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geozones.errors import InputError
from geozones.i18n import N_
from geozones.proximity.jit import compiled
from geozones.proximity.wkb import DAMAGED, HOLE, OPEN, SHELL, count_wkb, fill_from_wkb, join_bytes


@dataclass(frozen=True)
class FlatGeometries:
    """Geometries as runs of vertices (paths): a point, a line, a ring.

    `xy` holds all vertices; path `p` ends before vertex `path_ends[p]` and starts where the path before it ends;
    `path_kinds` says whether it is open (line or point), a shell or a hole of the shell before it; the paths of
    geometry `g` end before `geometry_ends[g]`. An empty or missing geometry has no paths.
    """

    xy: NDArray[np.float64]
    path_ends: NDArray[np.int64]
    path_kinds: NDArray[np.uint8]
    geometry_ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.geometry_ends)

    @property
    def has_areas(self) -> bool:
        """Whether any geometry is a polygon."""
        return bool((self.path_kinds != OPEN).any())

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of all finite vertices; left is greater than right where there is none."""
        return find_bounds(self.xy)

    @classmethod
    def from_shapely(cls, shapes: NDArray[Any]) -> FlatGeometries:
        """Take shapely geometries of any kind, 2D or 3D; None is a missing one."""
        return cls.from_wkb(*join_bytes(shapely.to_wkb(shapes, output_dimension=2)))

    @classmethod
    def from_wkb(
        cls, wkb: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> FlatGeometries:
        """Take geometries written one after another: geometry `g` is `wkb[starts[g]:ends[g]]`.

        Raises
        ------
        InputError
            A geometry is cut short or of a type that is not read.
        """
        wkb.flags.writeable = False
        paths = np.empty(len(starts), dtype=np.int64)
        vertices = np.empty(len(starts), dtype=np.int64)
        row, reason = count_wkb(wkb, starts, ends, paths, vertices)
        if row >= 0:
            text = (
                N_("Geometry {row} (from 0) is damaged: it ends too early. Write the file anew.")
                if reason == DAMAGED
                else N_(
                    "Geometry {row} (from 0) is of a type that is not read. Convert curves to lines and polygons."
                )
            )
            raise InputError(text, row=row)
        geometry_ends = np.cumsum(paths)
        path_count = int(geometry_ends[-1]) if len(starts) else 0
        flat = cls(
            np.empty((int(vertices.sum()), 2)),
            np.empty(path_count, dtype=np.int64),
            np.empty(path_count, dtype=np.uint8),
            geometry_ends,
        )
        fill_from_wkb(wkb, starts, ends, flat.xy, flat.path_ends, flat.path_kinds)
        return flat

    @classmethod
    def from_arrow(cls, column: Any, *, encoding: str = "WKB") -> FlatGeometries:
        """Take one pyarrow array with geometries.

        Parameters
        ----------
        column
            Array (not chunked) of well-known binary, or nested lists of coordinates as GeoArrow has them.
        encoding
            As the metadata of a GeoParquet file name it: `WKB`, `point`, `linestring`, `polygon`, `multipoint`,
            `multilinestring` or `multipolygon`.

        Raises
        ------
        InputError
            The encoding is unknown, or a geometry is damaged.
        """
        column = getattr(column, "storage", column)
        if encoding == "WKB":
            return cls.from_wkb(*_wkb_buffers(column))
        if encoding not in _NESTING:
            raise InputError(
                N_("Geometry encoding {encoding} is not read. Write the file with WKB."), encoding=encoding
            )
        return _from_geoarrow(column, encoding)


@compiled
def find_bounds(xy: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Find left, bottom, right and top of all finite vertices."""
    left, bottom, right, top = np.inf, np.inf, -np.inf, -np.inf
    for vertex in range(len(xy)):
        x, y = xy[vertex, 0], xy[vertex, 1]
        if abs(x) < np.inf and abs(y) < np.inf:
            left, right = min(left, x), max(right, x)
            bottom, top = min(bottom, y), max(top, y)
    return left, bottom, right, top


_NESTING = {
    "point": 0, "linestring": 1, "multipoint": 1, "polygon": 2, "multilinestring": 2, "multipolygon": 3,
}  # fmt: skip
"""How many lists lie around the coordinates in each GeoArrow encoding."""


def _wkb_buffers(column: Any) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    import pyarrow as pa

    width = np.int64 if pa.types.is_large_binary(column.type) else np.int32
    _, offset_buffer, data = column.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=width)[column.offset : column.offset + len(column) + 1]
    starts, ends = offsets[:-1].astype(np.int64), offsets[1:].astype(np.int64)
    if column.null_count:
        ends = np.where(column.is_valid().to_numpy(zero_copy_only=False), ends, starts)
    return np.frombuffer(data if data is not None else b"", dtype=np.uint8), starts, ends


def _from_geoarrow(column: Any, encoding: str) -> FlatGeometries:
    """Peel the lists of a GeoArrow column down to its coordinates."""
    levels: list[NDArray[np.int64]] = []
    missing = ~column.is_valid().to_numpy(zero_copy_only=False)
    for _ in range(_NESTING[encoding]):
        lengths = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        levels.append(np.append(0, np.cumsum(lengths, dtype=np.int64)))
        column = column.flatten()
    xy = _coordinates(column)
    if encoding == "point":
        xy[missing] = np.nan
    every_vertex = np.arange(len(xy) + 1)
    if encoding in ("point", "multipoint"):
        levels.append(every_vertex)
    if encoding in ("point", "linestring"):
        levels.insert(0, np.arange(len(missing) + 1))
    vertex_ends = levels[-1][1:]
    kinds = np.full(len(vertex_ends), OPEN, dtype=np.uint8)
    if encoding.endswith("polygon"):
        kinds[:] = HOLE
        first_rings = levels[-2][:-1]
        kinds[first_rings[first_rings < len(kinds)]] = SHELL
    geometry_ends = levels[0][1:]
    for offsets in levels[1:-1]:
        geometry_ends = offsets[geometry_ends]
    return _without_empty_paths(FlatGeometries(xy, vertex_ends, kinds, geometry_ends))


def _coordinates(column: Any) -> NDArray[np.float64]:
    import pyarrow as pa

    if pa.types.is_fixed_size_list(column.type):
        size = column.type.list_size
        ordinates = column.values.slice(column.offset * size, len(column) * size).to_numpy(zero_copy_only=False)
        return np.array(ordinates.reshape(-1, size)[:, :2], dtype=np.float64, order="C")
    children = column.flatten()
    return np.column_stack([children[axis].to_numpy(zero_copy_only=False) for axis in (0, 1)]).astype(np.float64)


def _without_empty_paths(flat: FlatGeometries) -> FlatGeometries:
    """Drop paths without vertices, and points of which a coordinate is NaN."""
    lengths = np.diff(flat.path_ends, prepend=0)
    kept = lengths > 0
    kept[kept] &= ~((lengths[kept] == 1) & np.isnan(flat.xy[flat.path_ends[kept] - 1]).any(axis=1))
    if kept.all():
        return flat
    vertices = np.repeat(kept, lengths)
    paths_before = np.append(0, np.cumsum(kept))
    return FlatGeometries(
        np.ascontiguousarray(flat.xy[vertices]),
        np.cumsum(lengths[kept]),
        flat.path_kinds[kept],
        paths_before[flat.geometry_ends],
    )
