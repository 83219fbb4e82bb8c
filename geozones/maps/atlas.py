"""What all pages of one audience share, worked out once: columns of the plots, the ground, the sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geozones.figures import find_undivided, is_valid_on
from geozones.maps.content import PageContent
from geozones.maps.facts import ZoneNetworks
from geozones.maps.ground import Ground
from geozones.maps.plot_networks import PlotNetworks
from geozones.maps.plot_rows import Columns, all_columns
from geozones.maps.provenance import LayerLine, layer_lines
from geozones.maps.shapes import encode_polygons, to_degrees


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
    outlines, undivided
        Per zone its outline and the part of it not yet divided into plots, encoded.
    ground
        What lies under and around the zones.
    layers
        The table of layers.
    """

    content: PageContent
    zones: list[dict[str, Any]]
    shown: NDArray[np.intp]
    plots: Columns
    plot_networks: PlotNetworks
    zone_networks: ZoneNetworks
    outlines: list[Any]
    undivided: list[Any]
    ground: Ground
    layers: list[LayerLine]

    def plots_of(self, place: int) -> NDArray[np.intp]:
        """Return the rows of the plots of the zone in row `place` that are valid on the day."""
        zones = np.asarray(self.plots["zone"], dtype=np.intp)
        rows: NDArray[np.intp] = self.shown[zones[self.shown] == place]
        return rows


def make_atlas(content: PageContent) -> Atlas:
    """Work out once what all pages of a content share."""
    tables = content.tables
    valid = is_valid_on(tables.plots, as_of=content.as_of).to_numpy()
    undivided = find_undivided(tables.zones, tables.plots[valid], min_width_m=content.undivided_min_width_m)
    networks = PlotNetworks(content)
    return Atlas(
        content=content,
        zones=tables.zones.drop(columns="geometry").to_dict("records"),
        shown=np.flatnonzero(valid),
        plots=all_columns(content, networks),
        plot_networks=networks,
        zone_networks=ZoneNetworks(content),
        outlines=encode_polygons(to_degrees(tables.zones.geometry.array, tables.zones.crs)),
        undivided=encode_polygons(to_degrees(undivided, tables.zones.crs)),
        ground=Ground(content),
        layers=layer_lines(content),
    )
