"""Strips, minimum distances and sanitary zones as layers that a map shows on demand."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geozones.maps.content import PageContent
from geozones.maps.ground import Frame
from geozones.maps.plot_land import FeatureNames, PlotLand, RuleBook
from geozones.maps.shapes import encode_polygons, to_degrees

TOLERANCE_M = 0.5
DISTANCE_KIND, SANITARY_KIND = "distance", "sanitary_class"
LAYER_OF_KIND = {DISTANCE_KIND: "distances", SANITARY_KIND: "sanitary"}


def strips_within(content: PageContent, land: PlotLand, frame: Frame) -> dict[str, Any] | None:
    """Give the strips of a map's frame; `land` has the words of rules and objects.

    Returns
    -------
    `rules` and `features` (words, each once) and by layer (`strips`, `distances`, `sanitary`) rows of rule,
    feature, metres and outline; None for the public, and where there is nothing in the frame.
    """
    if land.rules is None or content.strips is None:
        return None
    box = shapely.box(*frame.bounds)
    inside = content.strips.take(np.sort(content.strips.sindex.query(box, predicate="intersects")))
    if not len(inside):
        return None
    thin = shapely.simplify(np.asarray(inside.geometry.array, dtype=object), TOLERANCE_M)
    outlines = encode_polygons(to_degrees(shapely.intersection(thin, box), inside.crs))
    book, features = RuleBook(land.rules), FeatureNames(land.objects)
    layers: dict[str, list[Any]] = {}
    for row, outline in zip(inside.drop(columns="geometry").to_dict("records"), outlines, strict=True):
        if outline:
            feature = features.place(row["feature_layer"], row["feature_id"])
            rows = layers.setdefault(LAYER_OF_KIND.get(row["kind"], "strips"), [])
            rows.append([book.place(row["rule_id"]), feature, round(row["strip_m"], 1), outline])
    return {**layers, "rules": book.words(), "features": features.words()}
