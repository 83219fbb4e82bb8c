"""Layers that an earlier build read: taken over, or read and checked by rows, and kept for the next build."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from geozones import cache, checks, layers
from geozones.checks import CheckedLayer, Relate
from geozones.config import Config, LayerSpec
from geozones.fingerprints import RowHashes, hash_texts
from geozones.i18n import N_
from geozones.pipeline.known_relations import KnownRelations
from geozones.pipeline.stages import Stopwatch
from geozones.sources import LoadedLayers


class KnownLayers:
    """Reads and checks the layers of a region, or as little of them as needs be.

    Parameters
    ----------
    store
        What earlier builds kept; None reads and checks everything.
    config
        Settings of the region.
    clock
        Told why a layer is read.
    """

    def __init__(self, store: cache.Store | None, config: Config, clock: Stopwatch) -> None:
        self._store = store
        self._config = config
        self._clock = clock
        self._rows: dict[str, RowHashes | None] = {}
        self._changed: dict[str, cache.ChangedRows] = {}

    def load(self, spec: LayerSpec, digest: str | None) -> CheckedLayer:
        """Give a checked layer whose source has this hash; None for a database.

        Raises
        ------
        GeozonesError
            The layer cannot be read, or its coordinates do not fit.
        """
        store = self._store
        self._rows.pop(spec.key, None)  # of a try during which the source was replaced
        self._changed.pop(spec.key, None)
        if store is None or digest is None:
            return self._read_whole(spec)
        by_row = spec.role in checks.ROLES_BY_ROW
        known = self._recall(store, spec, cache.layer_key(spec, digest, self._config))
        if known is not None:
            if by_row:
                cache.hold_rows(store, cache.rows_key(spec, self._config))
            self._clock.explain(
                "read", N_("Layer {layer}: its bytes are as before, it is not read again."), layer=spec.key
            )
            return known
        checked = self._read_rows(store, spec) if by_row else None
        return self._read_whole(spec) if checked is None else checked

    def keep(self, loaded: LoadedLayers) -> None:
        """Keep the layers that were read, beside what comes next; those that were recalled are there already."""
        store = self._store
        if store is None:
            return
        for layer in loaded.layers:
            digest = loaded.digests.get(layer.key)
            if digest is not None:
                key = cache.layer_key(self._config.layers[layer.key], digest, self._config)
                if not store.has(cache.LAYERS, key):
                    self._keep_aside(store, layer, key)

    def relate(self, loaded: LoadedLayers) -> Relate:
        """Give what finds how plots lie: with what is known of them, where all that it depends on is a file."""
        specs = self._config.layers
        plots, zones = ([key for key in specs if specs[key].role == role] for role in ("plots", "zones"))
        if self._store is None or len(plots) != 1 or not {*plots, *zones} <= loaded.digests.keys():
            return checks.find_relations
        keys = [cache.layer_key(specs[key], loaded.digests[key], self._config) for key in (*plots, *zones)]
        count = next(len(layer.table) for layer in loaded.layers if layer.key == plots[0])
        changed = self._changed.get(plots[0])
        if changed is None:
            return KnownRelations(self._store, hash_texts(keys), count)
        before = hash_texts([changed.before, *keys[1:]])
        return KnownRelations(self._store, hash_texts(keys), count, before, changed.places)

    def _keep_aside(self, store: cache.Store, layer: CheckedLayer, key: str) -> None:
        rows = self._rows.get(layer.key) if checks.is_checked_by_row(layer) else None
        changed = self._changed.get(layer.key)
        place = cache.rows_key(self._config.layers[layer.key], self._config)

        def keep() -> None:
            with store.forgive():
                cache.keep_layer(store, key, layer, crs=self._config.region.crs, changed=changed)
                if rows is not None:
                    cache.keep_rows(store, place, rows, layer=key)

        store.do_aside(keep)

    def _recall(self, store: cache.Store, spec: LayerSpec, key: str) -> CheckedLayer | None:
        return cache.recall_layer(store, key, spec, crs=self._config.region.crs)

    def _read_whole(self, spec: LayerSpec) -> CheckedLayer:
        self._clock.explain("read", N_("Layer {layer}: read and checked."), layer=spec.key)
        layer = layers.share_reader().read_layer(spec, bounds=self._config.region.bounds)
        return checks.check_layer(layer, region=self._config.region)

    def _read_rows(self, store: cache.Store, spec: LayerSpec) -> CheckedLayer | None:
        """Read what differs from rows known before, while the layer is recalled to which they belong.

        Returns
        -------
        The whole layer, checked; None where it has to be read without what was known.
        """
        region = self._config.region
        known, key = cache.recall_rows(store, cache.rows_key(spec, self._config)) or (None, None)
        with ThreadPoolExecutor(1) as pool:
            coming = None if key is None else pool.submit(self._recall, store, spec, key)
            read = layers.share_reader().read_rows(spec, known=known, bounds=region.bounds)
            former = None if coming is None else coming.result()
        self._rows[spec.key] = read.hashes
        if read.is_whole:
            del former
            self._clock.explain("read", N_("Layer {layer}: read and checked."), layer=spec.key)
            return checks.check_layer(read.layer, region=region)
        checked = None if former is None else checks.check_changed_rows(former, read.layer, region=region)
        if checked is not None and key is not None:
            self._changed[spec.key] = cache.ChangedRows(key, read.layer.table.index.to_numpy())
            self._clock.explain(
                "read", N_("Layer {layer}: {rows} of {count} rows differ from before, they alone are checked."),
                layer=spec.key, rows=len(read.layer.table), count=checked.read,
            )  # fmt: skip
        return checked
