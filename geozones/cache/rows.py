"""Rows of checked layers as they stood in their source: by them, a source that changed is read by rows."""

from __future__ import annotations

import io
import json

import numpy as np

from geozones.cache.inputs import code_version, describe_layer
from geozones.cache.layers import LAYERS
from geozones.cache.store import Store
from geozones.config import Config, LayerSpec
from geozones.fingerprints import RowHashes, hash_texts

ROWS = "rows"
_FACTS, _HASHES = "rows.json", "hashes.npy"


def rows_key(spec: LayerSpec, config: Config) -> str:
    """Give the key under which the rows of a layer are kept, whatever its source holds."""
    region = config.region.model_dump_json(include={"crs", "bounds"})
    return hash_texts([code_version(), describe_layer(spec), region])


def keep_rows(store: Store, key: str, rows: RowHashes, *, layer: str) -> None:
    """Keep the rows of a source, in the place of those kept before; `layer` is the key of the checked layer."""
    with store.write(ROWS, key) as folder:
        np.save(folder / _HASHES, rows.hashes, allow_pickle=False)
        (folder / _FACTS).write_text(json.dumps({"about": rows.about, "layer": layer}), encoding="utf-8")


def recall_rows(store: Store, key: str) -> tuple[RowHashes, str] | None:
    """Recall the rows of a source, and the key of the checked layer; None where they are not kept."""
    files = store.read(ROWS, key)  # the bytes themselves: another process may put other rows in their place
    if files is None:
        return None
    try:
        facts = json.loads(files[_FACTS])
        hashes = np.load(io.BytesIO(files[_HASHES]), allow_pickle=False)
        return RowHashes(str(facts["about"]), hashes), str(facts["layer"])
    except (ValueError, KeyError):
        return None


def hold_rows(store: Store, key: str) -> None:
    """Let the rows of a source, and the checked layer that they belong to, stay for the next build."""
    entry = store.hold(ROWS, key)
    if entry is None:
        return
    try:
        store.hold(LAYERS, str(json.loads((entry / _FACTS).read_text(encoding="utf-8"))["layer"]))
    except (OSError, ValueError, KeyError):
        return
