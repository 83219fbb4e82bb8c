"""The order of a screening: from sites and tables to findings, verdict, score and requests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geozones.config import Config, LayerSpec, RegionConfig
from geozones.restrictions import join_allowed
from geozones.rules import Rules
from geozones.screening.case import UNKNOWN, Case, join_findings, make_findings
from geozones.screening.concept import Form, screen_concept
from geozones.screening.connections import find_costs, find_site_networks, screen_networks
from geozones.screening.land import find_parcels, screen_land
from geozones.screening.outline import (
    Elevation,
    find_usable_land,
    measure_outline,
    screen_limits,
    screen_outline,
    screen_slope,
)
from geozones.screening.requests import Request, find_requests
from geozones.screening.score import find_scores, measure_criteria, score_criteria
from geozones.screening.surroundings import (
    find_districts,
    find_free_zones,
    find_people,
    screen_district,
    screen_need,
    screen_other_zones,
    screen_people,
    screen_way,
)
from geozones.screening.verdict import find_verdicts, sort_findings
from geozones.tables import NEED_COLUMNS, RegionTables

_WHOLE_WORLD = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Screening:
    """What a screening says, table by table; every table names the site by `site_id` (findings: `subject_id`).

    `sites` has a row a site in the order given: the columns of the proposals contract, `verdict`, `blocks`,
    `conditions`, `layers_missing`, `area_ha`, `usable_ha`, `usable_beyond_distances_ha`, `land_district` (the
    district of the land), `compactness`, `narrowest_m`, the counts of people, and the outline. `usable` is what
    strips leave, `cuts` what they take. `criteria` are the scored criteria (0..1, NaN unknown), `measures` what
    they measure.
    """

    case: Case
    sites: GeoDataFrame
    findings: pd.DataFrame
    parcels: pd.DataFrame
    networks: pd.DataFrame
    hazard_classes: pd.DataFrame
    usable: GeoDataFrame
    cuts: GeoDataFrame
    free_zones: pd.DataFrame
    costs: pd.DataFrame
    measures: pd.DataFrame
    criteria: pd.DataFrame
    scores: pd.DataFrame
    requests: tuple[Request, ...]
    forms: Mapping[str, Form | None]

    @property
    def is_blocked(self) -> bool:
        """Whether anything blocks any of the sites."""
        return bool((self.sites["verdict"] == "blocked").any())


def screen(
    sites: GeoDataFrame,
    layers: RegionTables,
    *,
    rules: Rules,
    as_of: dt.date,
    config: Config | None = None,
    zone_figures: pd.DataFrame | None = None,
    forms: Mapping[str, Form | None] | None = None,
    elevation: Elevation | None = None,
) -> Screening:
    """Check proposed sites against everything that is known around them.

    Parameters
    ----------
    sites
        Valid polygons with `site_id` and the columns of the proposals contract, in the working CRS of the region;
        needs (`need_power_kw`, `need_gas_m3h`, `need_water_m3d`) and `accuracy_m` of the corners where known. A
        site without `kind` counts as regional.
    layers
        Checked tables of the region. A layer that is None or does not cover the site leaves its answers unknown.
    rules
        Rules tables; those in force on `as_of` count.
    as_of
        The day of the answers.
    config
        Settings: how near is near, whether made-up layers count, weights; the defaults without.
    zone_figures
        Figures of the zones (`figures.zone_figures`), for free land around.
    forms
        What the proposals say of themselves, by site.
    elevation
        Heights, for the slope of the ground.

    Returns
    -------
    Screening
        Findings (the contract of findings, then `reason`, `decisive`, `feature_name`, `other`; a row a site and
        rule, the worst first) and all else. An empty table of sites gives empty tables.

    Raises
    ------
    MeasureError
        The CRS of the sites is missing, geographic or strongly distorting.
    RulesError
        A rule of the screening is not in force on the day.
    """
    known = dict(forms or {})
    case = Case(
        _with_needs(sites, known), layers, config or _default_config(sites), rules.on(as_of), as_of, zone_figures
    )
    parcels, networks, people = find_parcels(case), find_site_networks(case), find_people(case)
    usable, cuts = find_usable_land(case)
    outline, free_zones = measure_outline(case), find_free_zones(case)
    limits, allowed, classes = screen_limits(case)
    networks = join_allowed(networks, allowed)
    parts = [
        *screen_land(case, parcels),
        *screen_other_zones(case),
        screen_district(case),
        *screen_outline(case, usable, outline),
        *screen_networks(case, networks),
        screen_way(case, "roads", "site.road"),
        screen_way(case, "railways", "site.railway"),
        screen_people(case, people),
        screen_need(case, free_zones),
        *([] if elevation is None else [screen_slope(case, elevation)]),
        screen_concept(case, known),
        make_findings(case, "site.plan", UNKNOWN, reason="no_layer", decisive=False),
    ]
    findings = sort_findings(join_findings(parts, limits), case.sites["site_id"])
    measures = measure_criteria(
        case, usable=usable, networks=networks, findings=findings, people=people, shape=outline
    )
    criteria = score_criteria(case, measures)
    return Screening(
        case=case,
        sites=_describe(case, findings, usable, outline, people),
        findings=findings,
        parcels=parcels,
        networks=networks,
        hazard_classes=classes,
        usable=usable,
        cuts=cuts,
        free_zones=free_zones,
        costs=find_costs(case, networks),
        measures=measures,
        criteria=criteria,
        scores=find_scores(case, criteria, findings),
        requests=find_requests(findings, case.sites["site_id"]),
        forms=known,
    )


def _default_config(sites: GeoDataFrame) -> Config:
    region = RegionConfig(name={"en": "region"}, crs=sites.crs.to_string(), bounds=_WHOLE_WORLD)
    return Config(region=region, layers={"zones": LayerSpec(role="zones", source="zones")})


def _with_needs(sites: GeoDataFrame, forms: Mapping[str, Form | None]) -> GeoDataFrame:
    """Give the sites a fresh index, a kind, and the needs of their forms."""
    table = pd.DataFrame(sites).reset_index(drop=True)
    table["kind"] = table["kind"].fillna("regional") if "kind" in table.columns else "regional"
    if "district_code" not in table.columns:
        table["district_code"] = pd.Series(None, index=table.index, dtype="str")
    for network, column in NEED_COLUMNS.items():
        stated = [getattr(forms.get(site), "needs", {}).get(network, np.nan) for site in table["site_id"]]
        own = table[column] if column in table.columns else pd.Series(np.nan, index=table.index)
        table[column] = own.astype("float64").fillna(pd.Series(stated, index=table.index, dtype="float64"))
    return GeoDataFrame(table, geometry=sites.geometry.name)


def _describe(
    case: Case, findings: pd.DataFrame, usable: Any, outline: pd.DataFrame, people: pd.DataFrame
) -> GeoDataFrame:
    """Put what is said of every site as a whole into one row."""
    sites, verdicts = case.sites, find_verdicts(findings, case.sites["site_id"]).drop(columns="site_id")
    facts: dict[str, Any] = {
        "area_ha": case.area_m2 / 10_000.0,
        "usable_ha": usable["usable_ha"],
        "usable_beyond_distances_ha": usable["usable_beyond_distances_ha"],
        "land_district": pd.Series(find_districts(case), dtype="str"),
    }
    columns = {**pd.DataFrame(sites), **verdicts, **facts, **outline, **people}
    return GeoDataFrame(pd.DataFrame(columns, index=sites.index), geometry=sites.geometry.name)
