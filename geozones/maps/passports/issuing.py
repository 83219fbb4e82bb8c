"""From an id to a PDF: finds plots and zones of a content, and sets their passports."""

from __future__ import annotations

from functools import cached_property
from importlib import resources
from itertools import groupby
from typing import Any

import numpy as np
import shapely

from geozones.maps.atlas import make_atlas
from geozones.maps.content import PageContent
from geozones.maps.passports.parts import lay_out
from geozones.maps.passports.picture import Surroundings, Surveyor
from geozones.maps.passports.plot_sheet import FARTHEST_LINK_M, PlotSheetMaker
from geozones.maps.passports.zone_sheet import ZoneSheetMaker
from geozones.sheets import typeset


class Passports:
    """Sets passports of the plots and zones of a content.

    Parameters
    ----------
    content
        What they say; `public_content` of it gives those without any holder.
    """

    def __init__(self, content: PageContent) -> None:
        self._content = content
        self._atlas = make_atlas(content)
        ids = content.tables.plots["plot_id"].astype(str).to_numpy()
        shown = [int(row) for row in self._atlas.shown if self._atlas.plots["zone"][row] >= 0]
        self._rows = {str(ids[row]): row for row in shown}
        self._places = {str(zone["zone_id"]): place for place, zone in enumerate(self._atlas.zones)}
        self._plot_sheets, self._zone_sheets = PlotSheetMaker(self._atlas), ZoneSheetMaker(self._atlas)
        self._surveyor = Surveyor(content, self._atlas.shown)
        self._around: tuple[int, Surroundings] | None = None

    @property
    def plot_ids(self) -> list[str]:
        """Ids of the plots that are valid on the day, by zone."""
        zones = self._atlas.plots["zone"]
        return sorted(self._rows, key=lambda plot_id: (int(zones[self._rows[plot_id]]), self._rows[plot_id]))

    @property
    def zone_ids(self) -> list[str]:
        """Ids of the zones, in their order."""
        return list(self._places)

    def plots_by_zone(self) -> list[list[str]]:
        """Ids of the plots that are valid on the day, a list a zone."""
        zones = self._atlas.plots["zone"]
        return [
            list(ids) for _, ids in groupby(self.plot_ids, key=lambda plot_id: int(zones[self._rows[plot_id]]))
        ]

    def set_plot(self, plot_id: str, language: str) -> bytes:
        """Set the passport of a plot, one page; KeyError where no valid plot has this id."""
        row = self._rows[plot_id]
        around = self._survey(int(self._atlas.plots["zone"][row]))
        return self._set(self._plot_sheets.sheet(row, around, language=language), language)

    def set_zone(self, zone_id: str, language: str) -> bytes:
        """Set the passport of a zone, two pages; KeyError where no zone has this id."""
        place = self._places[zone_id]
        return self._set(self._zone_sheets.sheet(place, self._survey(place), language=language), language)

    def _set(self, sheet: Any, language: str) -> bytes:
        return typeset(
            self._template, lay_out(sheet, self._content, self._atlas.layers, language), day=self._content.as_of
        )

    @cached_property
    def _template(self) -> str:
        return (resources.files("geozones.maps") / "templates" / "passport.typ").read_text(encoding="utf-8")

    def _survey(self, place: int) -> Surroundings:
        """Take out what lies around a zone; kept until another zone is asked for."""
        if self._around is None or self._around[0] != place:
            self._around = (place, self._surveyor.around(self._bounds_of(place)))
        return self._around[1]

    def _bounds_of(self, place: int) -> Any:
        """Give the bounds of a zone with the connections that the maps of its plots show."""
        zone = np.asarray(self._content.tables.zones.geometry.array, dtype=object)[place]
        west, south, east, north = shapely.bounds(zone)
        spare = FARTHEST_LINK_M if not self._content.is_public else 0.0
        return west - spare, south - spare, east + spare, north + spare
