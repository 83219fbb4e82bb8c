"""The order of plots in tiles and their outlines: what the tiles of all audiences have in common."""

from __future__ import annotations

from collections.abc import Generator
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geozones.maps.tiles.outlines import TOP_ZOOMS, encode_level, size_zooms
from geozones.maps.tiles.scripts import Packer, Part, Script, digest_of, name_of
from geozones.maps.tiles.world import FlatPolygons, Floats, flatten, plot_boxes, plot_middles, to_world
from geozones.proximity.hilbert import hilbert_keys

Rows = NDArray[np.intp]


class Arrangement:
    """Plots in an order of their own, group by group, neighbours together, with their outlines.

    Parameters
    ----------
    shapes, crs
        Polygons and their CRS.
    groups
        Zone of every plot, -1 for none; None puts all into one.

    Attributes
    ----------
    order
        Row of the input of every place.
    group_starts
        First place of every group that has plots: {group: (first, one beyond the last)}.
    boxes, sizes, middles
        Of the plots in their order: box in steps of the finest zoom, lowest zoom that shows it, a point inside.
    packed
        Scripts that were made already, by name: the same content is packed once for all audiences.
    """

    def __init__(self, shapes: Any, crs: Any, *, groups: Rows | None = None) -> None:
        flat = flatten(shapes, crs)
        boxes = plot_boxes(flat.xy, flat.ring_starts, flat.plot_starts)
        home = np.zeros(len(flat), dtype=np.intp) if groups is None else np.asarray(groups, dtype=np.intp)
        self.order, self.group_starts = _arrange(boxes, home)
        self._flat: FlatPolygons | None = _reorder(flat, self.order)
        self.boxes = boxes[self.order]
        self.sizes = size_zooms(self.boxes)
        self.middles = _inner_points(self._flat, shapes, self.order, crs)
        self.packed: dict[str, bytes] = {}
        self._levels: list[tuple[dict[str, Any], list[Part]]] = []

    def __len__(self) -> int:
        return len(self.order)

    @cached_property
    def order_digest(self) -> str:
        """Hash of the order."""
        return digest_of(np.ascontiguousarray(self.order, dtype=np.int64))

    def write_levels(self, packer: Packer) -> Generator[Script, None, list[dict[str, Any]]]:
        """Yield the scripts of the outlines, level by level, and give what the manifest says of the levels."""
        levels, known = [], iter(self._levels)
        for zoom in TOP_ZOOMS:
            told, parts = next(known) if self._flat is None else _encode(self._flat, self.sizes, zoom)
            names = yield from packer.write_parts(parts)
            left = [(digest, None if name_of(digest) in self.packed else content) for digest, content in parts]
            levels.append(({**told, "parts": names}, left))
        self._levels, self._flat = levels, None
        return [told for told, _ in levels]


def _arrange(boxes: Floats, groups: NDArray[np.intp]) -> tuple[Rows, dict[int, tuple[int, int]]]:
    """Order plots by group and, within, along a Hilbert curve; groups in the order of their numbers, -1 last."""
    if not len(boxes):
        return np.empty(0, dtype=np.intp), {}
    known = np.nan_to_num(boxes, nan=float(np.nanmin(boxes)) if np.isfinite(boxes).any() else 0.0)
    left, bottom = known[:, 0].min(), known[:, 1].min()
    side = max(known[:, 2].max() - left, known[:, 3].max() - bottom, 1.0)
    keys = hilbert_keys(np.ascontiguousarray(known), left, bottom, side)
    last = np.where(groups < 0, np.iinfo(np.int64).max, groups)
    order = np.lexsort((keys, last))
    found, firsts, counts = np.unique(groups[order], return_index=True, return_counts=True)
    spans = {
        int(group): (int(first), int(first + count))
        for group, first, count in zip(found, firsts, counts, strict=True)
    }
    return order, spans


def _reorder(flat: FlatPolygons, order: Rows) -> FlatPolygons:
    """Take the plots in another order."""
    rings = _runs(flat.plot_starts[order], np.diff(flat.plot_starts)[order])
    lengths = np.diff(flat.ring_starts)[rings]
    points = _runs(flat.ring_starts[rings], lengths)
    return FlatPolygons(
        flat.xy[points],
        np.append(0, np.cumsum(lengths)).astype(np.int64),
        flat.is_hole[rings],
        np.append(0, np.cumsum(np.diff(flat.plot_starts)[order])).astype(np.int64),
    )


def _runs(starts: Any, lengths: Any) -> NDArray[np.int64]:
    """Count on from every start, so often: (5, 9) and (2, 3) give 5 6 9 10 11."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    runs: NDArray[np.int64] = np.arange(total, dtype=np.int64) + np.repeat(starts - (ends - lengths), lengths)
    return runs


def _inner_points(flat: FlatPolygons, shapes: Any, order: Rows, crs: Any) -> Floats:
    """Give a point inside every plot: the centre where it is inside, else one that GEOS finds."""
    middles, inside = plot_middles(flat.xy, flat.ring_starts, flat.plot_starts)
    outside = np.flatnonzero(~inside & (np.diff(flat.plot_starts) > 0))
    if len(outside):
        points = shapely.point_on_surface(np.asarray(shapes, dtype=object)[order[outside]])
        middles[outside] = to_world(shapely.get_coordinates(points), crs)
    return middles


def _encode(flat: FlatPolygons, sizes: NDArray[np.uint8], zoom: int) -> tuple[dict[str, Any], list[Part]]:
    """Encode the outlines of one level; what the manifest says of it still lacks the names of its parts."""
    level = encode_level(flat, sizes, zoom)
    told = {
        "zoom": level.zoom,
        "unit": level.unit_zoom,
        "parts": [],
        "places": [place for span in level.places for place in span],
        "boxes": [edge for box in level.boxes for edge in box],
    }
    return told, [(digest_of(part), part) for part in level.parts]
