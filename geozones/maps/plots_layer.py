"""`PlotsLayer`: plots by state on any Folium map, with labels, hatching and tooltips, all its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import shapely
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from geozones.errors import ColumnError
from geozones.i18n import LANGUAGES, N_
from geozones.maps import assets
from geozones.maps.page import PageFigure, Raw, json_for_script
from geozones.maps.plot_tiles import TileSpan
from geozones.maps.shapes import bounds_of, encode_points, encode_polygons, to_degrees
from geozones.maps.terms import STATE_ORDER
from geozones.maps.tiles import LARGE, Arrangement, TiledPlots
from geozones.maps.words import LONGEST_NAME, short, text_or_none


class PlotsLayer(JSCSSMixin, Layer):
    """Plots on a Folium map, coloured and hatched by state and labelled by number.

    Up to 5,000 plots stand in the page. More go into tiles: scripts in a folder beside the page, or inside it
    where no folder is given.

    Parameters
    ----------
    plots
        Table of polygons with a CRS and `plot_id`; `number`, `cadastral_no`, `area_ha` and `map_state` are used
        where there are any (a plot without state counts as free). Row order is drawing order, but not of tiles.
        None where `columns` or `tiles` stands for all.
    columns
        More columns for the scripts of the page, lists with one value a plot; without `plots` all of them
        (`plot_rows.all_columns`). Tiles do not take them.
    tiles
        Tiles that the page loads already.
    folder
        Where the scripts of the tiles are written when the map is drawn: a folder beside the page.
    language
        Language of the tooltips: kk, ru or en.
    min_zoom
        Zoom from which the plots are drawn.
    labels
        Whether plot numbers are written where they fit.

    Raises
    ------
    ColumnError
        The table has no `plot_id`, or no CRS.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = GZ.{{ "plotsLayer" if this.span is none else "tiledLayer" }}(
            {{ this._parent.get_name() }}, {{ this.source|tojson }}, {{ this.options|tojson }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        plots: Any,
        *,
        columns: Mapping[str, Sequence[Any]] | None = None,
        tiles: TileSpan | None = None,
        folder: Path | None = None,
        name: str = "plots",
        language: str = "en",
        min_zoom: float = 0,
        labels: bool = True,
    ) -> None:
        super().__init__(name=name, overlay=True, control=False)
        self._name = "PlotsLayer"
        self.language = language if language in LANGUAGES else "en"
        self.options: dict[str, Any] = {"minZoom": min_zoom, "labels": labels}
        self.folder, self.span = folder, tiles
        self.rows: dict[str, Any] = dict(columns or {})
        self.tiled = tile_table(plots) if plots is not None and len(plots) > LARGE else None
        if plots is not None and self.tiled is None:
            self.rows = columns_of(plots) | self.rows
        self.bounds = self.tiled.bounds if self.tiled is not None else _bounds_of(plots)

    @property
    def data_id(self) -> str:
        """Id of the element that holds the data."""
        return f"{self.get_name()}_data"

    @property
    def source(self) -> str:
        """What the script of the layer takes its plots from: an element of the page, or the list of the tiles."""
        return self.data_id if self.span is None else self.span.name

    def _get_self_bounds(self) -> Any:
        return self.bounds or [[None, None], [None, None]]

    def render(self, **kwargs: Any) -> None:
        """Put data and script into the page; on a map that is not one of our pages also styles and scripts."""
        figure = self.get_root()
        if not isinstance(figure, PageFigure):
            inline = assets.inline_plots_layer(self.language, tiled=self.tiled is not None)
            figure.header.add_child(Raw(inline), name="geozones_plots_layer")
            figure.html.add_child(Raw(assets.patterns()), name="geozones_patterns")
        if self.tiled is not None:
            figure.html.add_child(Raw("".join(self._tile_elements(self.tiled))), name=self.data_id)
            self.span = TileSpan(self.tiled.name, 0, len(self.tiled))
        elif self.span is None:
            data = f'<script type="application/json" id="{self.data_id}">{json_for_script(self.rows)}</script>'
            figure.html.add_child(Raw(data), name=self.data_id)
        if self.span is not None:
            self.options |= self.span.options()
        super().render(**kwargs)

    def _tile_elements(self, tiled: TiledPlots) -> Iterator[str]:
        """Write the tiles to their folder, or as elements into the page."""
        for name, script in tiled.scripts():
            if self.folder is None:
                yield f"<script>{script.decode()}</script>"
            else:
                self.folder.mkdir(parents=True, exist_ok=True)
                (self.folder / f"{name}.js").write_bytes(script)
        if self.folder is not None:
            yield f'<script src="{quote(self.folder.name)}/{tiled.name}.js"></script>'


def _bounds_of(plots: Any) -> list[list[float]] | None:
    if plots is None or not len(plots):
        return None
    return bounds_of(to_degrees(plots.geometry.array, plots.crs))


def tile_table(plots: Any) -> TiledPlots:
    """Arrange a table of plots, as `PlotsLayer` takes it, in tiles."""
    _require_columns(plots)
    texts: dict[str, Any] = {"id": plots["plot_id"].astype(str).to_numpy(object)}
    for name, column in (("number", "number"), ("cadastral", "cadastral_no")):
        values = plots[column] if column in plots else pd.Series(None, index=plots.index, dtype="str")
        given = values.astype("str").where(values.notna())
        texts[name] = given.str.slice(0, LONGEST_NAME).astype(object).where(given.notna(), None).to_numpy()
    states = plots["map_state"] if "map_state" in plots else pd.Series("free", index=plots.index)
    codes = states.map({state: place for place, state in enumerate(STATE_ORDER)}).fillna(STATE_ORDER.index("free"))
    areas = plots["area_ha"].to_numpy(float) if "area_ha" in plots else np.full(len(plots), np.nan)

    columns = texts | {"state": codes.to_numpy(np.uint8), "ha": areas}
    return TiledPlots(Arrangement(plots.geometry.array, plots.crs), columns=columns, details=None)


def _require_columns(plots: Any) -> None:
    if "plot_id" not in plots or plots.crs is None:
        raise ColumnError(N_("PlotsLayer needs a table with the column plot_id and a CRS."))


def columns_of(plots: Any) -> dict[str, Any]:
    """Give the columns that the layer itself needs: `id`, `number`, `state`, `ha`, `shapes`, `at`."""
    _require_columns(plots)
    shapes = to_degrees(plots.geometry.array, plots.crs)
    states = plots["map_state"] if "map_state" in plots else ["free"] * len(plots)
    numbers = plots["number"] if "number" in plots else [None] * len(plots)
    areas = plots["area_ha"] if "area_ha" in plots else np.full(len(plots), np.nan)
    return {
        "id": [str(plot_id) for plot_id in plots["plot_id"]],
        "number": [None if text_or_none(number) is None else short(str(number)) for number in numbers],
        "state": [
            STATE_ORDER.index(state) if state in STATE_ORDER else STATE_ORDER.index("free") for state in states
        ],
        "ha": [None if np.isnan(area) else round(float(area), 4) for area in np.asarray(areas, dtype=float)],
        "shapes": encode_polygons(shapes),
        "at": encode_points(shapely.point_on_surface(shapes)),
    }
