"""The demonstration region: a made-up but believable Turkestan Region of sixteen zones, as of 2025-02-10.

Open `zone_plan.py` for the zones, `places.py` and `grid_plan.py` for the map and the networks, `register.py`
for who holds what, `layout.py` for how a zone is cut into plots.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geozones.demonstration.files import as_csv, as_geojson
from geozones.demonstration.land import make_parcels, make_proposals, make_restricted
from geozones.demonstration.networks import make_networks
from geozones.demonstration.region import make_background, make_tables
from geozones.demonstration.register import choose_plots, invent_uses, make_register, plan_projects
from geozones.demonstration.settings import make_settings
from geozones.demonstration.zone_plan import AS_OF, ZONES
from geozones.demonstration.zones import (
    make_access_roads,
    make_plot_table,
    make_zone_table,
    measure_plots,
    place_zones,
)
from geozones.errors import UsageError
from geozones.i18n import N_

__all__ = ["AS_OF", "Demonstration", "make_demonstration"]


@dataclass(frozen=True)
class Demonstration:
    """The tables of the demonstration by layer key (`register` is the opening table), and its `geozones.toml`."""

    tables: dict[str, pd.DataFrame]
    settings: str

    def as_files(self) -> dict[str, str]:
        """Give the text of every file by its name: the settings, GeoJSON layers, and the register as CSV."""
        files = {"geozones.toml": self.settings}
        for key, table in self.tables.items():
            if key == "register":
                files["register.csv"] = as_csv(table)
            else:
                files[f"{key}.geojson"] = as_geojson(table, name=key)
        return files


def make_demonstration(*, zones: int | None = None) -> Demonstration:
    """Make the demonstration region; the same input always gives the same tables.

    Parameters
    ----------
    zones
        Number of zones: the first so many of the sixteen, and made-up ones after them. None means sixteen.

    Returns
    -------
    Tables in lon/lat (EPSG:4326) with contract columns, rows in the order of their ids, and the settings text.

    Raises
    ------
    UsageError
        `zones` is below 1, or more than the region has room for.
    """
    count = len(ZONES) if zones is None else zones
    if count < 1:
        raise UsageError(N_("The demonstration needs at least 1 zone, not {wanted}."), wanted=count)
    background = make_background()
    placed = place_zones(background, count)
    projects = plan_projects(placed)
    given, kept = choose_plots(placed, projects)
    uses = invent_uses(placed, given, kept, measure_plots(placed))
    networks = make_networks(background, placed)
    tables: dict[str, pd.DataFrame] = {
        "zones": make_zone_table(placed),
        "plots": make_plot_table(placed, uses),
        "proposals": make_proposals(),
        "parcels": make_parcels(background, placed),
        **networks,
        **make_tables(background),
        "restricted": make_restricted(background),
        "register": make_register(placed, given, kept),
    }
    roads = [tables["roads"], make_access_roads(placed)]
    tables["roads"] = pd.concat(roads, ignore_index=True).sort_values("id", ignore_index=True)
    return Demonstration(tables, make_settings(is_whole=count == len(ZONES)))
