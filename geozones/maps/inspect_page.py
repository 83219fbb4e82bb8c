"""The form that is taken to the field: one file that needs no network and no neighbours; on paper too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from geozones.lifecycle import STAGES, TIDINESS_NAMES, return_queue
from geozones.maps.atlas import Atlas
from geozones.maps.frame_page import page_context
from geozones.maps.page import OfflineMap, PageFigure
from geozones.maps.words import date_or_none, short, t, text_or_none

LARGEST_PHOTO_MB, LARGEST_PHOTOS_MB, MOST_PHOTOS = 15, 40, 12
"""What the reader of the file takes; a file grows by a third when photos are written as text."""


def draw_inspect(atlas: Atlas, assets: Mapping[str, bytes], search: bytes) -> str:
    """Draw the form as one file.

    Parameters
    ----------
    atlas
        What the internal pages share.
    assets
        The assets by name.
    search
        The index of the plots that can be chosen.
    """
    content = atlas.content
    own = {**assets, "search.js": search}
    context = page_context(content, atlas.layers, title=t("Inspection form"), home="") | {
        "stages": [(name, t(words)) for name, words in STAGES.items()],
        "tidiness": [(name, t(words)) for name, words in TIDINESS_NAMES.items()],
        "page_data": {
            "kind": "inspect",
            "demonstration": content.region.demonstration,
            "asOf": content.as_of.isoformat(),
            "isPart": atlas.tiles is not None,
            "limits": {"photoMB": LARGEST_PHOTO_MB, "allMB": LARGEST_PHOTOS_MB, "photos": MOST_PHOTOS},
            "stages": {name: t(words).as_json() for name, words in STAGES.items()},
            "waiting": _waiting(atlas),
        },
    }
    figure = PageFigure("inspect.html", context, inlined=lambda name: Markup(own[name].decode()))
    for name, link in OfflineMap.default_js:
        from branca.element import JavascriptLink

        figure.header.add_child(JavascriptLink(link), name=name)
    return figure.render()


def form_rows(atlas: Atlas) -> NDArray[np.intp]:
    """Return the plots that the form offers: all of them, or where they are too many those that somebody holds."""
    zoned = atlas.shown[np.asarray(atlas.plots["zone"])[atlas.shown] >= 0]
    if atlas.tiles is None:
        return zoned
    held = atlas.content.states["map_state"].isin(["allocated", "releasing"]).to_numpy()
    return zoned[held[zoned]]


def _waiting(atlas: Atlas) -> dict[str, list[Any]]:
    """Give what stands on the sheet of the plots of the queue: holder, contract, due start."""
    content = atlas.content
    queue = return_queue(content.states.iloc[atlas.shown], content.tables.plots, as_of=content.as_of)
    found: dict[str, list[Any]] = {}
    for row in queue[["plot_id", "participant", "contract_no", "start_due"]].to_dict("records"):
        holder, contract, due = (
            text_or_none(row["participant"]),
            text_or_none(row["contract_no"]),
            date_or_none(row["start_due"]),
        )
        found[str(row["plot_id"])] = [
            None if holder is None else short(holder),
            None if contract is None else short(contract),
            None if due is None else due.isoformat(),
        ]
    return found
