"""How the plots of a region lie to their zones and to each other, as an entry."""

from __future__ import annotations

from dataclasses import asdict, fields

import numpy as np

from geozones.cache.store import Store
from geozones.checks import LandRelations

RELATIONS = "relations"
_FILE = "relations.npz"


def keep_relations(store: Store, key: str, relations: LandRelations) -> None:
    """Keep how plots lie."""
    with store.write(RELATIONS, key) as folder:
        np.savez(folder / _FILE, **asdict(relations))


def recall_relations(store: Store, key: str) -> LandRelations | None:
    """Recall how plots lie; None where it is not kept."""
    folder = store.find(RELATIONS, key)
    if folder is None:
        return None
    try:
        with np.load(folder / _FILE, allow_pickle=False) as kept:
            return LandRelations(**{field.name: kept[field.name] for field in fields(LandRelations)})
    except (OSError, ValueError, KeyError):
        return None
