"""Checked layers as entries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geozones.cache.frames import pack_frame, read_frame, read_packed, replace_rows, write_frame, write_packed
from geozones.cache.store import Store
from geozones.checks import CheckedLayer
from geozones.config import LayerSpec, Provenance
from geozones.crs import parse_crs
from geozones.tables import CONTRACTS

LAYERS = "layers"
_TABLES = ("table", "quarantine", "issues")
_FACTS = "layer.json"
_FEW_ROWS = 1_000


@dataclass(frozen=True)
class ChangedRows:
    """Which rows of a layer differ from one that is kept: the key of that, and their places in order."""

    before: str
    places: NDArray[np.int64]


def keep_layer(
    store: Store, key: str, layer: CheckedLayer, *, crs: str, changed: ChangedRows | None = None
) -> None:
    """Keep a checked layer; one whose tables cannot be kept exactly is left out.

    Parameters
    ----------
    changed
        How the layer differs from one that is kept already: only these rows are packed.
    """
    working = parse_crs(crs)
    packed = None if changed is None else _pack_changed(store, layer, changed, working)
    with store.write(LAYERS, key) as folder:
        if packed is None:
            is_table_kept = write_frame(folder / "table.arrow", layer.table, working=working)
        else:
            write_packed(folder / "table.arrow", packed)
            is_table_kept = True
        kept = [
            write_frame(folder / f"{name}.arrow", getattr(layer, name), working=working) for name in _TABLES[1:]
        ]
        facts = {"whole": is_table_kept and all(kept), "read": layer.read, "joined": layer.joined,
                 "provenance": layer.provenance.model_dump(mode="json")}  # fmt: skip
        (folder / _FACTS).write_text(json.dumps(facts), encoding="utf-8")


def _pack_changed(store: Store, layer: CheckedLayer, changed: ChangedRows, working: Any) -> Any:
    """Pack a layer from what is kept and the rows that differ; None where that cannot be."""
    folder = store.find(LAYERS, changed.before)
    if folder is None or len(changed.places) > _FEW_ROWS:
        return None
    rows = pack_frame(layer.table.iloc[changed.places].reset_index(drop=True), working=working)
    try:
        return None if rows is None else replace_rows(read_packed(folder / "table.arrow"), rows, changed.places)
    except (OSError, ValueError):
        return None


def recall_layer(store: Store, key: str, spec: LayerSpec, *, crs: str) -> CheckedLayer | None:
    """Recall a checked layer by its key; None where it is not kept."""
    folder = store.find(LAYERS, key)
    if folder is None:
        return None
    working = parse_crs(crs)
    try:
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        if not facts["whole"]:
            return None
        tables = {name: read_frame(folder / f"{name}.arrow", working=working) for name in _TABLES}
        return CheckedLayer(
            key=spec.key, role=spec.role, contract=CONTRACTS[spec.role], read=int(facts["read"]),
            provenance=Provenance.model_validate(facts["provenance"]), joined=int(facts["joined"]), **tables,
        )  # fmt: skip
    except (OSError, ValueError, KeyError):
        return None
