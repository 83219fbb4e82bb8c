"""Checked layers as entries."""

from __future__ import annotations

import json

from geozones.cache.frames import read_frame, write_frame
from geozones.cache.store import Store
from geozones.checks import CheckedLayer
from geozones.config import LayerSpec, Provenance
from geozones.crs import parse_crs
from geozones.tables import CONTRACTS

LAYERS = "layers"
_TABLES = ("table", "quarantine", "issues")
_FACTS = "layer.json"


def keep_layer(store: Store, key: str, layer: CheckedLayer, *, crs: str) -> None:
    """Keep a checked layer; one whose tables cannot be kept exactly is left out."""
    working = parse_crs(crs)
    with store.write(LAYERS, key) as folder:
        kept = [write_frame(folder / f"{name}.arrow", getattr(layer, name), working=working) for name in _TABLES]
        facts = {"whole": all(kept), "read": layer.read, "joined": layer.joined,
                 "provenance": layer.provenance.model_dump(mode="json")}  # fmt: skip
        (folder / _FACTS).write_text(json.dumps(facts), encoding="utf-8")


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
