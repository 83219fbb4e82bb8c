"""How plots lie to zones and to each other, taken over from an earlier build but for plots that changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geozones import cache, checks
from geozones.checks import Land, LandRelations

_FEW = 100
"""So many changed plots cost as much to look at one by one as all of them at once."""


@dataclass(frozen=True)
class KnownRelations:
    """Finds how plots lie, as `checks.find_relations` does, with what earlier builds kept.

    Parameters
    ----------
    store
        Where it is kept.
    key
        What plots and zones come from.
    plots
        How many plots there are: where some were set aside, positions are others, and nothing is taken over.
    before
        What plots and zones came from before some plots changed, where that is known.
    changed
        Positions of the plots that changed since.
    """

    store: cache.Store
    key: str
    plots: int
    before: str | None = None
    changed: Any = ()

    def __call__(self, land: Land) -> LandRelations:
        if len(land.shapes) != self.plots:
            return checks.find_relations(land)
        known = cache.recall_relations(self.store, self.key)
        if known is not None:
            return known
        found = self._find(land)
        with self.store.forgive():
            cache.keep_relations(self.store, self.key, found)
        return found

    def _find(self, land: Land) -> LandRelations:
        if self.before is not None and len(self.changed) <= _FEW:
            before = cache.recall_relations(self.store, self.before)
            if before is not None:
                return checks.find_changed_relations(land, before=before, changed=self.changed)
        return checks.find_relations(land)
