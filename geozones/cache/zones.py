"""Results by zone: what was worked out for the plots of a zone is taken again while nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geozones.cache.frames import join_packed, pack_frame, read_packed, unpack_frame, write_packed
from geozones.cache.store import Store
from geozones.fingerprints import hash_rows, hash_texts

KIND = "zones"
_NO_ROWS = np.empty(0, dtype=np.int64)
Compute = Callable[[Any], Mapping[str, Any]]


class ZoneResults:
    """Works results out for the zones whose plots changed, and recalls those of the others.

    Results are written while the next ones are worked out: `finish` waits for it. Leaving it as a context manager
    after an error gives up what is not yet written.

    Parameters
    ----------
    store
        Where results are kept.
    surroundings
        Hash of everything that the results depend on beside the plots.
    working
        The working CRS.
    """

    def __init__(self, store: Store, surroundings: str, *, working: Any) -> None:
        self._store = store
        self.surroundings = surroundings
        self._working = working
        self.recalled: dict[str, tuple[int, int]] = {}
        self._hashes: list[tuple[Any, Any]] = []
        self._writer = ThreadPoolExecutor(1)
        self._written: list[Future[None]] = []

    def __call__(self, kind: str, plots: Any, compute: Compute) -> Mapping[str, Any]:
        """Work tables out of plots, zone by zone.

        Parameters
        ----------
        kind
            Names what is worked out.
        plots
            Plots with `plot_id` and `zone_id`.
        compute
            Gives tables, by name, for some of the plots: rows about plots, in their order, with `plot_id`, or with
            `subject_id`; or rows about their zones, with `zone_id` alone, in any order. What it gives for a plot
            must not depend on plots of other zones.

        Returns
        -------
        The tables for all plots, as `compute` gives them for all at once; those about zones in any order.
        """
        keys = self._keys(kind, plots)
        found = {zone: self._recall(key) for zone, key in keys.items()}
        missing = {zone for zone, tables in found.items() if tables is None}
        self.recalled[kind] = (len(keys) - len(missing), len(keys))
        if len(missing) == len(keys) or not keys:
            whole = compute(plots)
            self._keep_aside(whole, plots, keys)
            return whole
        recalled = [tables for tables in found.values() if tables is not None]
        parts = {name: self._unpack([tables[name] for tables in recalled]) for name in recalled[0]}
        if missing:
            some = plots[plots["zone_id"].isin(missing)]
            fresh = compute(some.reset_index(drop=True))
            self._keep_aside(fresh, some, {zone: keys[zone] for zone in missing})
            for name, table in fresh.items():
                parts[name].append(table)
        return {name: _join(tables, plots) for name, tables in parts.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        self._writer.shutdown(cancel_futures=kind is not None)

    def finish(self) -> None:
        """Wait until all results are written.

        Raises
        ------
        OSError
            The disk is full, or cannot be written to.
        """
        for written in self._written:
            written.result()

    def _unpack(self, tables: list[Any]) -> list[Any]:
        return [unpack_frame(table, working=self._working) for table in join_packed(tables)]

    def _keys(self, kind: str, plots: Any) -> dict[str, str]:
        if not len(plots):
            return {}
        hashes = self.hash_plots(plots)
        zones = plots["zone_id"].to_numpy(dtype=object)
        order = np.argsort(zones, kind="stable")
        names, starts = np.unique(zones[order].astype(str), return_index=True)
        groups = np.split(hashes[order], starts[1:])
        return {
            str(names[place]): hash_texts([self.surroundings, kind, groups[place].tobytes().hex()])
            for place in np.argsort(order[starts])
        }

    def hash_plots(self, plots: Any) -> Any:
        """Hash the rows of plots; those of the same table are hashed once."""
        known = next((hashes for table, hashes in self._hashes if table is plots), None)
        if known is None:
            known = hash_rows(plots)
            self._hashes.append((plots, known))
        return known

    def _recall(self, key: str) -> dict[str, Any] | None:
        folder = self._store.find(KIND, key)
        if folder is None:
            return None
        try:
            files = sorted(folder.glob("*.arrow"))
            return {file.stem: read_packed(file) for file in files} or None
        except (OSError, ValueError):
            return None

    def _keep_aside(self, tables: Mapping[str, Any], plots: Any, keys: Mapping[str, str]) -> None:
        self._written.append(self._writer.submit(self._keep, tables, plots, keys))

    def _keep(self, tables: Mapping[str, Any], plots: Any, keys: Mapping[str, str]) -> None:
        """Keep the rows of every zone apart; where one table cannot be kept exactly, nothing is."""
        split = {name: _split(table, plots) for name, table in tables.items()}
        packed: dict[str, Any] = {
            name: pack_frame(table.reset_index(drop=True), working=self._working) for name, table in tables.items()
        }
        if any(table is None for table in packed.values()):
            return
        for zone, key in keys.items():
            with self._store.write(KIND, key) as folder:
                for name, table in packed.items():
                    write_packed(folder / f"{name}.arrow", table.take(split[name].get(zone, _NO_ROWS)))


def _split(table: Any, plots: Any) -> dict[str, Any]:
    zones = table["zone_id"] if _is_about_zones(table) else plots["zone_id"].take(_places(table, plots))
    return {str(zone): rows for zone, rows in zones.reset_index(drop=True).groupby(zones.array).indices.items()}


def _join(parts: list[Any], plots: Any) -> Any:
    """Put parts together in the order of the plots; rows of one plot stay in their order."""
    joined = pd.concat(parts, ignore_index=True)
    if _is_about_zones(joined):
        return joined
    place = _places(joined, plots)
    if (np.diff(place) >= 0).all():
        return joined
    return joined.take(np.argsort(place, kind="stable")).reset_index(drop=True)


def _places(table: Any, plots: Any) -> Any:
    """Give the place among the plots of the plot that each row is about."""
    keys, ids = (pa.array(ids, from_pandas=True) for ids in (table[_key_of(table)], plots["plot_id"]))
    places = pc.index_in(keys.cast(pa.large_string()), value_set=ids.cast(pa.large_string()))
    return places.fill_null(-1).to_numpy()


def _key_of(table: Any) -> str:
    return next(name for name in ("plot_id", "subject_id", "zone_id") if name in table.columns)


def _is_about_zones(table: Any) -> bool:
    return _key_of(table) == "zone_id"
