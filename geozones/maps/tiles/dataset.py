"""Plots of a region made ready for pages that load only what they show."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from geozones.maps.tiles.arrangement import Arrangement
from geozones.maps.tiles.index_shards import INDEX_NAMES, SEARCHED, make_shards, search_keys
from geozones.maps.tiles.scripts import KnownScripts, NoScripts, Packer, Script, as_json, digest_of
from geozones.maps.tiles.values import FILTERED, POINT_ZOOM, Block, blocks_of, encode_points
from geozones.maps.tiles.world import (
    HALF_WORLD_M,
    STEPS_PER_M,
)
from geozones.maps.values import Numbers, Texts, as_texts

LARGE = 5_000
"""From this many plots on a page takes them in tiles."""

DETAIL_ROWS = 2_048
WORD_ROWS = 8_192
SCRIPTS_AT_ONCE = 16
"""So many scripts of details are made from one taking of rows."""

POINT_ROWS = 131_072

WORDS = ("id", "number", "cadastral")
"""What labels, tables and the search say of a plot: in scripts of their own, apart from the details."""

READ_BY_PAGES = ("state", *SEARCHED, *FILTERED)
"""Columns that `TiledPlots` reads; all others stand in the details alone."""

Rows = NDArray[np.intp]
Details = Callable[[Rows], Callable[[slice], Mapping[str, Any]]]


class KnownTiles(KnownScripts, Protocol):
    """Scripts that an earlier run has; those of details by the plots (rows of the input) that they tell of."""

    def take_details(self, rows: Rows) -> str | None:
        """Take a script over; gives its name, None where it has to be made."""

    def keep_details(self, rows: Rows, name: str) -> None:
        """Say which plots a script tells of."""


class _NoTiles(NoScripts):
    """Knows of no earlier run."""

    def take_details(self, rows: Rows) -> None:
        """Give None."""

    def keep_details(self, rows: Rows, name: str) -> None:
        """Forget it."""


class TiledPlots:
    """Plots in an order of their own, group by group, neighbours together; and the scripts that hold them.

    Parameters
    ----------
    arranged
        Order and outlines of the plots.
    columns
        One value a plot: `id`, `number`, `state` (0–4), `ha`, and where there are any `cadastral`, `participant`
        and what `blocks_of` takes.
    details
        Takes some plots (rows of the input) and gives what tells everything that pages say of a run of them, as
        JSON-able lists; None where there is no more than the columns.
    known
        Scripts that need not be made; None has all made.
    name
        Name of the manifest; None makes one from its content.
    sparse, has_sparse
        Columns that few plots have and an index page needs whole, one value or None a plot; which plots have any.

    Attributes
    ----------
    order
        Row of the input of every place.
    group_starts
        First place of every group that has plots: {group: (first, one beyond the last)}.
    name
        Name of the manifest; where none was given, known once `scripts` has come to its end.
    """

    def __init__(
        self,
        arranged: Arrangement,
        *,
        columns: Mapping[str, Any],
        details: Details | None,
        sparse: Mapping[str, Any] | None = None,
        has_sparse: NDArray[np.bool_] | None = None,
        known: KnownTiles | None = None,
        name: str | None = None,
    ) -> None:
        self._arranged = arranged
        self.order, self.group_starts = arranged.order, arranged.group_starts
        self._columns, self._details = dict(columns), details
        self._sparse, self._has_sparse = dict(sparse or {}), has_sparse
        self._known = known or _NoTiles()
        self._packer, self._own_packer = Packer(self._known, arranged.packed), Packer(self._known)
        self.name = name or ""

    def __len__(self) -> int:
        return len(self.order)

    @property
    def bounds(self) -> list[list[float]]:
        """Bounds of all plots as Leaflet takes them: [[south, west], [north, east]]."""
        boxes = self._arranged.boxes
        west, north = np.nanmin(boxes[:, :2], axis=0)
        east, south = np.nanmax(boxes[:, 2:], axis=0)
        return [[_latitude(south), _longitude(west)], [_latitude(north), _longitude(east)]]

    def scripts(self) -> Iterator[Script]:
        """Yield name and content of every script; the last one is the manifest.

        Scripts that are taken over are named in it, but not among those.
        """
        manifest: dict[str, Any] = {
            "count": len(self),
            "pointZoom": POINT_ZOOM,
            "groups": [[group, *span] for group, span in sorted(self.group_starts.items())],
        }
        manifest["points"] = yield from self._packer.write(self._point_contents())
        blocks = self._blocks()
        manifest["values"] = yield from self._packer.write([b"".join(block.content for block in blocks)])
        manifest["columns"] = [block.as_json() for block in blocks]
        del blocks
        manifest["levels"] = yield from self._arranged.write_levels(self._packer)
        manifest["words"] = yield from self._write_words()
        manifest["details"] = yield from self._write_details()
        manifest |= {"wordRows": WORD_ROWS, "detailRows": DETAIL_ROWS, "pointRows": POINT_ROWS}
        if self._has_sparse is not None:
            manifest["sparse"] = yield from self._own_packer.write([as_json(self._sparse_json(self._has_sparse))])
        manifest["search"] = {}
        for name in SEARCHED:
            if name in self._columns:
                index = INDEX_NAMES.get(name, name)
                manifest["search"][index] = yield from self._write_index(name)
        content = as_json(manifest).replace(b"<", b"\\u003c")
        self.name = self.name or f"plots-{hashlib.sha256(content).hexdigest()[:12]}"
        yield self.name, b'GZ.takePlots("%s",%s);\n' % (self.name.encode(), content)

    def _point_contents(self) -> Iterator[bytes]:
        states = np.maximum(np.asarray(self._columns["state"], dtype=np.int64)[self.order], 0).astype(np.uint8)
        for start in range(0, len(self), POINT_ROWS):
            part = slice(start, start + POINT_ROWS)
            yield encode_points(self._arranged.middles[part], self._arranged.sizes[part], states[part])

    def _blocks(self) -> list[Block]:
        found = []
        for name in FILTERED:
            if name in self._columns:
                found += blocks_of({name: take_rows(self._columns[name], self.order)})
        return found

    def _write_words(self) -> Generator[Script, None, list[str]]:
        words = {name: self._columns[name] for name in WORDS if name in self._columns}
        key = self._key_of("words", words)
        names, _ = yield from self._packer.write_group(key, lambda: (self._word_contents(words), None))
        return names

    def _word_contents(self, words: Mapping[str, Any]) -> Iterator[bytes]:
        for start in range(0, len(self), WORD_ROWS):
            rows = self.order[start : start + WORD_ROWS]
            yield as_json({name: values[rows].tolist() for name, values in words.items()})

    def _write_index(self, column: str) -> Generator[Script, None, dict[str, Any]]:
        values = as_texts(self._columns[column])

        def make() -> tuple[list[bytes], list[str]]:
            shards = make_shards(search_keys(column, values.taken(self.order)))
            return shards.contents, shards.firsts

        key = self._key_of("index", {column: values})
        names, firsts = yield from self._packer.write_group(key, make)
        return {"parts": names, "firsts": firsts}

    def _key_of(self, kind: str, columns: Mapping[str, Any]) -> str:
        """Hash what a group of scripts is made from: the order of the plots and some columns of texts."""
        texts = [f"{name} {as_texts(values).digest()}" for name, values in columns.items()]
        return digest_of(" ".join([kind, self._arranged.order_digest, *texts]).encode())

    def _write_details(self) -> Generator[Script, None, list[str]]:
        """Write the details that are not known, and name all of them."""
        if self._details is None:
            return []
        parts = [self.order[start : start + DETAIL_ROWS] for start in range(0, len(self), DETAIL_ROWS)]
        names = [self._known.take_details(part) for part in parts]
        missing = [place for place, name in enumerate(names) if name is None]
        contents = self._detail_contents(self._details, [parts[place] for place in missing])
        made = yield from self._own_packer.write(contents)
        for place, name in zip(missing, made, strict=True):
            names[place] = name
            self._known.keep_details(parts[place], name)
        return [name for name in names if name is not None]

    def _detail_contents(self, details: Details, parts: list[Rows]) -> Iterator[bytes]:
        for start in range(0, len(parts), SCRIPTS_AT_ONCE):
            some = parts[start : start + SCRIPTS_AT_ONCE]
            tell, end = details(np.concatenate(some)), 0
            for part in some:
                first, end = end, end + len(part)
                yield as_json(dict(tell(slice(first, end))))

    def _sparse_json(self, has: NDArray[np.bool_]) -> dict[str, Any]:
        places = np.flatnonzero(has[self.order])
        rows = self.order[places]
        return {
            "places": places,
            "columns": {name: values[rows].tolist() for name, values in self._sparse.items()},
        }


def take_rows(values: Any, rows: Rows) -> Any:
    """Take some values of a column: texts, numbers, an array, a list, letters, a dict of such."""
    if isinstance(values, dict):
        return {name: take_rows(each, rows) for name, each in values.items()}
    if isinstance(values, str):
        return np.frombuffer(values.encode("ascii"), dtype=np.uint8)[rows].tobytes().decode("ascii")
    if isinstance(values, Texts | Numbers):
        return values.taken(rows)
    if isinstance(values, list):
        column = np.empty(len(values), dtype=object)
        column[:] = values
        return column[rows]
    return np.asarray(values)[rows]


def _longitude(x: float) -> float:
    return round(float(x) / STEPS_PER_M / HALF_WORLD_M * 180.0 - 180.0, 6)


def _latitude(y: float) -> float:
    north = (HALF_WORLD_M - float(y) / STEPS_PER_M) / HALF_WORLD_M * np.pi
    return round(float(np.degrees(np.arctan(np.sinh(north)))), 6)
