"""Plots of large regions in tiles, shared by all pages of an audience: the index takes all, a zone its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geozones.figures import is_valid_on
from geozones.maps.content import PageContent
from geozones.maps.plot_land import PlotLand
from geozones.maps.plot_networks import PlotNetworks
from geozones.maps.plot_rows import Columns, pick, unfold, zone_places
from geozones.maps.recall import Recall
from geozones.maps.tiles import LARGE, READ_BY_PAGES, WORDS, Arrangement, TiledPlots, take_rows

LARGE_ZONE = 150
"""In a region whose plots are in tiles anyway, the page of a zone takes them from there from so many on."""

MANIFEST = "plots"
"""Name of the script that lists the tiles."""

_SPARSE = ("participant", "project", "invest", "invested", "jobsPlanned", "jobs")


@dataclass(frozen=True)
class TileSpan:
    """Plots that a page takes from tiles: name of the list, first place, how many, whether all their words."""

    name: str
    first: int
    count: int
    whole: bool = False

    def options(self) -> dict[str, Any]:
        """Give what the script of the layer takes."""
        return {"first": self.first, "count": self.count, "whole": self.whole}


def is_large(shown: NDArray[np.intp]) -> bool:
    """Say whether so many plots go into tiles."""
    return len(shown) > LARGE


def arrange_plots(content: PageContent) -> Arrangement | None:
    """Arrange the plots of the day once for the pages of all audiences; None where they go into no tiles."""
    plots = content.tables.plots
    shown = np.flatnonzero(is_valid_on(plots, as_of=content.as_of).to_numpy())
    return _arrange(plots, shown, zone_places(content.tables)) if is_large(shown) else None


def _arrange(plots: Any, shown: NDArray[np.intp], zones: NDArray[np.intp]) -> Arrangement:
    shapes = np.asarray(plots.geometry.array, dtype=object)
    return Arrangement(shapes if len(shown) == len(plots) else shapes[shown], plots.crs, groups=zones[shown])


def tile_plots(
    content: PageContent,
    columns: Columns,
    networks: PlotNetworks,
    land: Callable[[], PlotLand],
    shown: NDArray[np.intp],
    recall: Recall,
    arranged: Arrangement | None = None,
) -> TiledPlots:
    """Arrange the plots of a content for its pages.

    Parameters
    ----------
    content, columns, networks, land
        What the pages show, `plot_rows.all_columns` without shapes, what the plots have near, what gives what the
        rules say.
    shown
        Rows of the plots that are valid on the day.
    recall
        What is taken over from an earlier run.
    arranged
        `arrange_plots` of the content; None has it made.

    Returns
    -------
    The plots in tiles; the row of a place is `shown[order[place]]`. The manifest always has the same name: a run
    never changes, and a page does not either when plots of other zones do.
    """
    plots = content.tables.plots
    told = {name: values for name, values in columns.items() if name not in WORDS}

    def details(rows: NDArray[np.intp]) -> Callable[[slice], dict[str, Any]]:
        picked = shown[rows]
        unfolded = unfold(told, picked)
        return lambda part: {
            "rows": pick(unfolded, part),
            "networks": networks.of(picked[part]),
            "land": land().of(picked[part]),
        }

    every = len(shown) == len(plots)
    taken = {
        name: values if every else take_rows(values, shown)
        for name, values in columns.items()
        if name in (*READ_BY_PAGES, *_SPARSE)
    }
    sparse = {name: taken[name] for name in _SPARSE if name in taken} if "project" in taken else {}
    if arranged is None:
        arranged = _arrange(plots, shown, np.asarray(columns["zone"], dtype=np.intp))
    return TiledPlots(
        arranged,
        columns=taken,
        details=details,
        sparse=sparse,
        has_sparse=taken["project"].known() if sparse else None,
        known=_ShownTiles(recall, shown),
        name=MANIFEST,
    )


@dataclass(frozen=True)
class _ShownTiles:
    """What is taken over of the tiles; of the details by rows of the shown plots."""

    recall: Recall
    shown: NDArray[np.intp]

    def take(self, key: str) -> Any | None:
        return self.recall.take_scripts(key)

    def keep(self, key: str, names: list[str], told: Any) -> None:
        self.recall.keep_scripts(key, names, told)

    def take_details(self, rows: NDArray[np.intp]) -> str | None:
        return self.recall.take_details(self.shown[rows])

    def keep_details(self, rows: NDArray[np.intp], name: str) -> None:
        self.recall.keep_details(self.shown[rows], name)
