"""Results by zone: what was worked out for the plots of a zone is taken again while nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from geozones.cache.layout import Layout
from geozones.cache.parts import Part, join_parts, pack_parts, read_parts, write_parts
from geozones.cache.store import Store
from geozones.fingerprints import Hashes

KIND = "zones"
_FILE = "parts.arrows"
_READERS = 2
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
        self._layouts: list[Layout] = []
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
            `subject_id`; or rows about their zones, with `zone_id` alone, in any order; or, in place of a table,
            arrays by name, a row a plot. What it gives for a plot must not depend on plots of other zones. Arrays
            may be left out where all of it would be NaN, or -1 in arrays of integers.

        Returns
        -------
        The tables for all plots, as `compute` gives them for all at once; those about zones in any order, and
        what an array has for a plot in a row, whatever its shape was.
        """
        layout = self._layout(plots)
        keys = layout.make_keys(self.surroundings, kind)
        with ThreadPoolExecutor(_READERS) as pool:
            found = dict(zip(keys, pool.map(self._recall, keys.values()), strict=True))
        missing = [zone for zone, part in found.items() if part is None]
        self.recalled[kind] = (len(keys) - len(missing), len(keys))
        if len(missing) == len(keys):
            return self._work_out_whole(layout, keys, compute)
        parts = {zone: part for zone, part in found.items() if part is not None}
        if missing:
            some = Layout(plots[plots["zone_id"].isin(missing)].reset_index(drop=True))
            part_of = pack_parts(compute(some.plots), some, working=self._working)
            if part_of is None:
                return self._work_out_whole(layout, {}, compute)
            fresh = {zone: part_of(zone) for zone in missing}
            parts |= fresh
            self._aside(self._write, fresh.__getitem__, {zone: keys[zone] for zone in missing})
        return join_parts(parts, layout, working=self._working)

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

    def hash_plots(self, plots: Any) -> Hashes:
        """Hash the rows of plots; those of the same table are hashed once."""
        return self._layout(plots).hashes

    def _layout(self, plots: Any) -> Layout:
        known = next((layout for layout in self._layouts if layout.plots is plots), None)
        if known is None:
            known = Layout(plots)
            self._layouts.append(known)
        return known

    def _work_out_whole(self, layout: Layout, keys: Mapping[str, str], compute: Compute) -> Mapping[str, Any]:
        whole = compute(layout.plots)
        if keys:
            self._aside(self._pack_and_write, whole, layout, keys)
        return whole

    def _recall(self, key: str) -> Part | None:
        files = self._store.read(KIND, key)
        return None if files is None or _FILE not in files else read_parts(files[_FILE])

    def _aside(self, work: Callable[..., None], *told: Any) -> None:
        self._written.append(self._writer.submit(work, *told))

    def _pack_and_write(self, whole: Mapping[str, Any], layout: Layout, keys: Mapping[str, str]) -> None:
        """Keep the rows of every zone apart; where one table cannot be kept exactly, nothing is."""
        part_of = pack_parts(whole, layout, working=self._working)
        if part_of is not None:
            self._write(part_of, keys)

    def _write(self, part_of: Callable[[str], Part], keys: Mapping[str, str]) -> None:
        for zone, key in keys.items():
            with self._store.write(KIND, key) as folder:
                write_parts(folder / _FILE, part_of(zone))
