"""What a build keeps for the next one: checked layers and results by zone, found by a hash of what they came from.

An entry is never changed: other inputs have another key. Only the rows of a source have one, and are
replaced. Nothing here is needed for a build to be right; without it, or with a damaged entry, things are done
again. Open `store.py` for entries on the disk, `frames.py` for tables in them, `layers.py` for checked
layers, `rows.py` for the rows of their sources, `relations.py` for how plots lie, `opening.py` for the
opening balance, `zones.py` for results by zone, `layout.py` for which plots are of each, `parts.py` for
cutting and joining tables, `inputs.py` for the keys.

Names are imported when they are first used, so that a command loads only what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geozones.cache.inputs import code_version, hash_settings, hash_surroundings, layer_key
    from geozones.cache.layers import LAYERS, ChangedRows, keep_layer, recall_layer
    from geozones.cache.opening import keep_allocations, opening_key, recall_allocations
    from geozones.cache.relations import keep_relations, recall_relations
    from geozones.cache.rows import hold_rows, keep_rows, recall_rows, rows_key
    from geozones.cache.store import FOLDER, Store
    from geozones.cache.zones import ZoneResults

_HOMES = {
    "ChangedRows": "layers",
    "FOLDER": "store",
    "LAYERS": "layers",
    "Store": "store",
    "ZoneResults": "zones",
    "code_version": "inputs",
    "hash_settings": "inputs",
    "hash_surroundings": "inputs",
    "hold_rows": "rows",
    "keep_allocations": "opening",
    "keep_layer": "layers",
    "keep_relations": "relations",
    "keep_rows": "rows",
    "layer_key": "inputs",
    "opening_key": "opening",
    "recall_allocations": "opening",
    "recall_layer": "layers",
    "recall_relations": "relations",
    "recall_rows": "rows",
    "rows_key": "rows",
}

__all__ = [
    "FOLDER",
    "LAYERS",
    "ChangedRows",
    "Store",
    "ZoneResults",
    "code_version",
    "hash_settings",
    "hash_surroundings",
    "hold_rows",
    "keep_allocations",
    "keep_layer",
    "keep_relations",
    "keep_rows",
    "layer_key",
    "opening_key",
    "recall_allocations",
    "recall_layer",
    "recall_relations",
    "recall_rows",
    "rows_key",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
