"""What a build keeps for the next one: checked layers and results by zone, found by a hash of what they came from.

An entry is never changed: other inputs have another key. Nothing here is needed for a build to be right; without
it, or with a damaged entry, things are done again. Open `store.py` for entries on the disk, `frames.py` for tables
in them, `layers.py` for checked layers, `zones.py` for results by zone, `inputs.py` for the keys.
"""

from geozones.cache.inputs import code_version, hash_settings, hash_surroundings, layer_key
from geozones.cache.layers import LAYERS, keep_layer, recall_layer
from geozones.cache.store import Store
from geozones.cache.zones import ZoneResults

__all__ = [
    "LAYERS",
    "Store",
    "ZoneResults",
    "code_version",
    "hash_settings",
    "hash_surroundings",
    "keep_layer",
    "layer_key",
    "recall_layer",
]
