"""The content of a small region for the tests of reports: two zones, three plots, one of each network."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import pandas as pd
from builders import CRS, make_line, make_square, make_table

from geozones.config import Provenance, RegionConfig
from geozones.figures import region_figures, zone_figures
from geozones.lifecycle import plot_states
from geozones.reports import ReportContent
from geozones.tables import ALLOCATIONS, DERIVED, LayerSource, RegionTables

AS_OF = dt.date(2025, 2, 10)
NOTICE_RU = "ДЕМО: границы, участки, участники, сроки, сети вымышлены"


def make_tables(*, planted: str = "Завод") -> tuple[RegionTables, Any]:
    """Make the tables of the region, and its allocations; `planted` is the name of a participant and a project."""
    zones = make_table("zones", [
        {"zone_id": "z1", "name_ru": "Бадам", "name_kk": "Бадам", "kind": "regional", "status": "active",
         "area_ha": 100.0, "geometry": make_square(0, 0, 1000)},
        {"zone_id": "z2", "name_ru": "Төле би", "kind": "regional", "status": "planned", "area_ha": 4.0,
         "geometry": make_square(2000, 0, 200)},
    ])  # fmt: skip
    plots = make_table("plots", [
        {"plot_id": "p1", "zone_id": "z1", "number": "1", "area_ha": 16.5, "geometry": make_square(0, 0, 400)},
        {"plot_id": "p2", "zone_id": "z1", "number": "2", "geometry": make_square(400, 0, 400)},
        {"plot_id": "p3", "zone_id": "z1", "number": "3", "valid_to": "2024-01-01",
         "geometry": make_square(800, 0, 100)},
    ])  # fmt: skip
    line = {"state": "existing", "class": "overhead", "geometry": make_line((0, -50), (900, -50))}
    power = make_table("power", [{"line_id": "l1", **line}, {"line_id": "l2", **line, "state": "planned"}])
    allocations = make_table(ALLOCATIONS, [
        {"plot_id": "p1", "participant": planted, "holder_id": "850101300123", "holder_kind": "individual",
         "contract_no": "К-7", "contract_date": "2023-05-01", "start_due": "2024-05-01", "project": planted,
         "investment_kzt": 1_250_000_000.5},
    ])  # fmt: skip
    return RegionTables(zones=zones, plots=plots, power=power), allocations


def make_content(
    *, language: str = "ru", demonstration: bool = True, tables: RegionTables | None = None, planted: str = "Завод"
) -> ReportContent:
    """Make the content of the small region, or of other tables without allocations."""
    made, allocations = make_tables(planted=planted)
    shown, held = (made, allocations) if tables is None else (tables, None)
    states = plot_states(shown.plots, held, as_of=AS_OF)
    figures = zone_figures(shown.zones, shown.plots, states, as_of=AS_OF, undivided_min_width_m=40)
    networks = [{"network": "power", "state": "existing", "line_id": "l1", "distance_m": 50.0, "near": "yes",
                 "capable": "unknown", "allowed": "unknown"}]  # fmt: skip
    of_plots = [{"plot_id": plot, **row} for plot in shown.plots["plot_id"] for row in networks]
    of_zones = [{"zone_id": zone, **row} for zone in shown.zones["zone_id"] for row in networks]
    provenance = Provenance(source="акт", date=dt.date(2024, 11, 1), coverage="/srv/geo/part.gpkg", accuracy_m=0.5)
    return ReportContent(
        region=RegionConfig(
            name={"ru": "Туркестанская область", "kk": "Түркістан облысы", "en": "Turkestan Region"},
            bounds=(65.5, 40.3, 71.5, 46.2),
            demonstration=demonstration,
        ),
        language=language,
        as_of=AS_OF,
        tables=shown,
        states=states,
        plot_networks=make_table(DERIVED["plot_networks"], of_plots),
        zone_networks=make_table(DERIVED["zone_networks"], of_zones),
        region_figures=region_figures(shown.zones, figures, as_of=AS_OF),
        zone_figures=figures,
        issues=make_issues(),
        quarantine=make_quarantine(),
        sources={"lines": LayerSource("lines", "power", "lines.geojson", provenance, rows=2)},
    )


def make_issues() -> Any:
    """Make an issue of a polygon, one that set a row aside, and one of a layer as a whole."""
    return make_table(DERIVED["issues"], [
        {"layer": "plots", "feature_key": "p1", "row": 0, "rule": "plot_outside_zone", "severity": "warning",
         "message": "Участок; выходит за зону", "action": "none", "area_before_ha": 1.5,
         "geometry": make_square(0, 0, 10)},
        {"layer": "plots", "row": 5, "rule": "key_missing", "severity": "error", "message": "Нет кода",
         "action": "quarantined", "geometry": None},
        {"layer": "gas", "rule": "layer_empty", "severity": "info", "message": "=пусто", "action": "none",
         "geometry": None},
    ])  # fmt: skip


def make_quarantine() -> dict[str, Any]:
    """Make rows set aside: of a layer with a missing shape and awkward column names, and of a plain table."""
    plots = gpd.GeoDataFrame(
        {"fid": [7, 8], "Name": ["a", None], "name": ["b", "c"], "reason": ["x", "y"]},
        geometry=[make_square(0, 0, 10), None],
        crs=CRS,
        index=[5, 6],
    )
    register = pd.DataFrame({"ИИН": ["850101300123"], "holder_id": ["850101300123"], "rule": ["date_bad"]})
    return {"plots": plots, "gpkg_register": register, "Plots": plots.iloc[:0]}


def make_empty_tables() -> RegionTables:
    """Make a region without a single feature."""
    return RegionTables(zones=make_table("zones", []), plots=make_table("plots", []), gas=make_table("gas", []))
