"""`PlotsLayer`: plots by state on any Folium map, with labels, hatching and tooltips, all its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from geozones.errors import ColumnError
from geozones.i18n import LANGUAGES, N_
from geozones.maps import assets
from geozones.maps.page import PageFigure, Raw, json_for_script
from geozones.maps.shapes import bounds_of, encode_points, encode_polygons, to_degrees
from geozones.maps.terms import STATE_ORDER
from geozones.maps.words import short, text_or_none


class PlotsLayer(JSCSSMixin, Layer):
    """Plots on a Folium map, coloured and hatched by state and labelled by number.

    Parameters
    ----------
    plots
        Table of polygons with a CRS and `plot_id`; `number`, `area_ha` and `map_state` are used where there are
        any (a plot without state counts as free). Row order is drawing order. None where `columns` holds all.
    columns
        More columns for the scripts of the page, lists with one value a plot; without `plots` all of them
        (`plot_rows.all_columns`).
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
        var {{ this.get_name() }} = GZ.plotsLayer({{ this._parent.get_name() }},
            {{ this.data_id|tojson }}, {{ this.options|tojson }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        plots: Any,
        *,
        columns: Mapping[str, Sequence[Any]] | None = None,
        name: str = "plots",
        language: str = "en",
        min_zoom: float = 0,
        labels: bool = True,
    ) -> None:
        super().__init__(name=name, overlay=True, control=False)
        self._name = "PlotsLayer"
        self.language = language if language in LANGUAGES else "en"
        self.options = {"minZoom": min_zoom, "labels": labels}
        self.rows = dict(columns or {}) if plots is None else columns_of(plots) | dict(columns or {})
        self.bounds = (
            None if plots is None or not len(plots) else bounds_of(to_degrees(plots.geometry.array, plots.crs))
        )

    @property
    def data_id(self) -> str:
        """Id of the element that holds the data."""
        return f"{self.get_name()}_data"

    def _get_self_bounds(self) -> Any:
        return self.bounds or [[None, None], [None, None]]

    def render(self, **kwargs: Any) -> None:
        """Put data and script into the page; on a map that is not one of our pages also styles and scripts."""
        figure = self.get_root()
        if not isinstance(figure, PageFigure):
            figure.header.add_child(Raw(assets.inline_plots_layer(self.language)), name="geozones_plots_layer")
            figure.html.add_child(Raw(assets.patterns()), name="geozones_patterns")
        data = f'<script type="application/json" id="{self.data_id}">{json_for_script(self.rows)}</script>'
        figure.html.add_child(Raw(data), name=self.data_id)
        super().render(**kwargs)


def columns_of(plots: Any) -> dict[str, Any]:
    """Give the columns that the layer itself needs: `id`, `number`, `state`, `ha`, `shapes`, `at`."""
    if "plot_id" not in plots or plots.crs is None:
        raise ColumnError(N_("PlotsLayer needs a table with the column plot_id and a CRS."))
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
