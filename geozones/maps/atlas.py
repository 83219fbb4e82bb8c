"""What all pages of one audience share, worked out once: columns of the plots, the ground, the sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geozones.figures import find_undivided, is_valid_on
from geozones.maps.content import PageContent
from geozones.maps.facts import ZoneNetworks
from geozones.maps.ground import Ground
from geozones.maps.past import PastStates
from geozones.maps.plot_land import PlotLand
from geozones.maps.plot_networks import PlotNetworks
from geozones.maps.plot_rows import Columns, all_columns, pick
from geozones.maps.plot_tiles import LARGE_ZONE, TileSpan, is_large, tile_plots
from geozones.maps.provenance import LayerLine, layer_lines
from geozones.maps.recall import DrawAll, Recall
from geozones.maps.shapes import encode_points, encode_polygons, to_degrees
from geozones.maps.strips import Strips
from geozones.maps.tiles import Arrangement, TiledPlots


@dataclass(frozen=True)
class Atlas:
    """The content of a run for one audience, in the forms that its pages take.

    Parameters
    ----------
    content
        What the pages show.
    zones
        The zones without geometry, a dict a row.
    shown
        Rows of the plots that are valid on the day.
    plots
        `plot_rows.all_columns`.
    plot_networks, zone_networks
        What plots and zones have near of each network.
    find_land
        Gives what the rules say of each plot, put together when it is first asked for.
    outlines, undivided
        Per zone its outline and the part of it not yet divided into plots, encoded.
    ground
        What lies under and around the zones.
    layers
        The table of layers.
    past
        What plots were before.
    tiles
        The plots in tiles, of a region with so many; None else.
    """

    content: PageContent
    zones: list[dict[str, Any]]
    shown: NDArray[np.intp]
    plots: Columns
    plot_networks: PlotNetworks
    zone_networks: ZoneNetworks
    find_land: Callable[[], PlotLand]
    outlines: list[Any]
    undivided: list[Any]
    ground: Ground
    layers: list[LayerLine]
    past: PastStates
    tiles: TiledPlots | None = None

    @property
    def plot_land(self) -> PlotLand:
        """What the rules say of each plot."""
        return self.find_land()

    @cached_property
    def strips(self) -> Strips:
        """What the maps of zones show of strips, distances and sanitary zones."""
        return Strips(self.content, self.plot_land)

    def plots_of(self, place: int) -> NDArray[np.intp]:
        """Return the rows of the plots of the zone in row `place` that are valid on the day."""
        order, starts = self._by_zone
        return order[starts[place + 1] : starts[place + 2]]

    @cached_property
    def _by_zone(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows of the shown plots zone by zone, those of none first; where each zone begins, and the end."""
        zones = np.asarray(self.plots["zone"], dtype=np.intp)[self.shown]
        order = np.argsort(zones, kind="stable")
        return self.shown[order], np.searchsorted(zones[order], np.arange(-1, len(self.zones) + 1))

    def columns_of(self, rows: NDArray[np.intp]) -> Columns:
        """Return the columns of some plots with their shapes, for a page that holds them itself."""
        columns = pick(self.plots, rows)
        if "shapes" not in columns:
            plots = self.content.tables.plots
            shapes = to_degrees(plots.geometry.array[rows], plots.crs)
            columns |= {"shapes": encode_polygons(shapes), "at": encode_points(shapely.point_on_surface(shapes))}
        return columns

    @property
    def tiles_name(self) -> str | None:
        """Name of the script that lists the tiles, if there are any."""
        return None if self.tiles is None else self.tiles.name

    def span_of(self, place: int | None) -> TileSpan | None:
        """Return what a page takes from the tiles (that of a zone, or the index): None where it needs none."""
        if self.tiles is None:
            return None
        if place is None:
            return TileSpan(self.tiles.name, 0, len(self.tiles))
        first, end = self.tiles.group_starts.get(place, (0, 0))
        return TileSpan(self.tiles.name, first, end - first, whole=True) if end - first > LARGE_ZONE else None


def make_atlas(
    content: PageContent, recall: Recall | None = None, *, arranged: Arrangement | None = None
) -> Atlas:
    """Work out once what all pages of a content share; `recall` takes scripts of plots over.

    `arranged` is `arrange_plots` of the content; None has it made, where the plots go into tiles.
    """
    tables = content.tables
    valid = is_valid_on(tables.plots, as_of=content.as_of).to_numpy()
    undivided = content.undivided
    if undivided is None:
        undivided = find_undivided(tables.zones, tables.plots[valid], min_width_m=content.undivided_min_width_m)
    networks = PlotNetworks(content)
    shown = np.flatnonzero(valid)
    columns = all_columns(content, networks, with_shapes=not is_large(shown))
    find_land = cache(lambda: PlotLand(content))
    is_tiled = is_large(shown)
    return Atlas(
        content=content,
        zones=tables.zones.drop(columns="geometry").to_dict("records"),
        shown=shown,
        plots=columns,
        plot_networks=networks,
        zone_networks=ZoneNetworks(content),
        find_land=find_land,
        outlines=encode_polygons(to_degrees(tables.zones.geometry.array, tables.zones.crs)),
        undivided=encode_polygons(to_degrees(undivided, tables.zones.crs)),
        ground=Ground(content),
        layers=layer_lines(content),
        past=PastStates(content),
        tiles=tile_plots(content, columns, networks, find_land, shown, recall or DrawAll(), arranged)
        if is_tiled
        else None,
    )
