"""Strips, minimum distances and sanitary zones as layers that a map shows on demand."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geozones.maps.content import PageContent
from geozones.maps.ground import Frame
from geozones.maps.plot_land import FeatureNames, PlotLand, RuleBook
from geozones.maps.shapes import encode_polygons, to_degrees

TOLERANCE_M = 0.5
DISTANCE_KIND, SANITARY_KIND = "distance", "sanitary_class"
LAYER_OF_KIND = {DISTANCE_KIND: "distances", SANITARY_KIND: "sanitary"}


class Strips:
    """The strips of a content, from which each map takes those in its frame.

    Parameters
    ----------
    content
        What the pages show; the public has no strips.
    land
        Has the words of rules and objects.
    """

    def __init__(self, content: PageContent, land: PlotLand) -> None:
        self._strips: Any = None if land.rules is None else content.strips
        self._land = land
        count = 0 if self._strips is None else len(self._strips)
        self._thin = np.full(count, None, dtype=object)

    def within(self, frame: Frame) -> dict[str, Any] | None:
        """Give the strips in a frame.

        Returns
        -------
        `rules` and `features` (words, each once) and by layer (`strips`, `distances`, `sanitary`) rows of rule,
        feature, metres and outline; None for the public, and where there is nothing in the frame.
        """
        rules = self._land.rules
        if self._strips is None or rules is None:
            return None
        box = shapely.box(*frame.bounds)
        rows = np.sort(self._strips.sindex.query(box, predicate="intersects"))
        if not len(rows):
            return None
        inside = self._strips.iloc[rows]
        outlines = encode_polygons(to_degrees(shapely.intersection(self._thinned(rows), box), inside.crs))
        book, features = RuleBook(rules), FeatureNames(self._land.objects)
        layers: dict[str, list[Any]] = {}
        for row, outline in zip(inside.drop(columns="geometry").to_dict("records"), outlines, strict=True):
            if outline:
                feature = features.place(row["feature_layer"], row["feature_id"])
                listed = layers.setdefault(LAYER_OF_KIND.get(row["kind"], "strips"), [])
                listed.append([book.place(row["rule_id"]), feature, round(row["strip_m"], 1), outline])
        return {**layers, "rules": book.words(), "features": features.words()}

    def _thinned(self, rows: NDArray[np.intp]) -> NDArray[Any]:
        """Simplify the outlines of some strips, each once: those of long lines lie in many frames."""
        missing = rows[shapely.is_missing(self._thin[rows])]
        outlines = np.asarray(self._strips.geometry.array, dtype=object)[missing]
        self._thin[missing] = shapely.simplify(outlines, TOLERANCE_M)
        return self._thin[rows]
