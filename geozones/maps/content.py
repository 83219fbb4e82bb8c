"""What pages are drawn from, and the part of it that the public may see.

`public_content` takes things away before anything is drawn: what is not in the content cannot be in a page, a
script or an index of the search.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from geozones.changes import Changes
from geozones.config import NETWORKS, Language, PublishedFigures, RegionConfig
from geozones.errors import Message
from geozones.lifecycle import Event, Inspection
from geozones.maps.site_content import SiteContent
from geozones.rules import Rules
from geozones.tables import DERIVED, Findings, LayerSource, RegionTables, empty_table

PUBLISHED_OF_DEMONSTRATION = frozenset(
    {"zones", "zones_regional", "zones_private", "zones_new", "area_regional_ha", "projects", "investment_kzt"}
)
"""Figures of the region that the demonstration takes from published text; all others in it are invented."""

STRATEGIC_VOLTAGE_KV = 220.0
"""Power lines from this voltage on are transit lines: they connect no plot and are not drawn for the public."""

DISTANCE_CLASSES_M = (500, 2000, 5000)
"""Upper ends of the classes in which the public sees a distance; the last class has none."""

_PUBLIC_FIGURES = frozenset(
    {
        "zones", "zones_republican", "zones_regional", "zones_small", "zones_private", "zones_new",
        "area_ha", "area_republican_ha", "area_regional_ha", "area_small_ha", "area_private_ha",
        "plots", "plots_free", "area_free_ha", "plots_reserved", "area_reserved_ha",
        "plots_operating", "area_operating_ha", "area_not_divided_ha", "area_streets_ha",
        "projects", "investment_kzt",
    }
)  # fmt: skip
_PUBLIC_ZONE_FIGURES = (
    "counted", "kind", "measured_ha", "area_ha", "plots", "plots_free", "free_ha", "plots_reserved", "reserved_ha",
    "plots_allocated", "allocated_ha", "plots_operating", "operating_ha", "largest_free_ha", "not_divided_ha",
    "streets_ha", "projects",
)  # fmt: skip
_PUBLIC_PLOT_COLUMNS = (
    "plot_id", "zone_id", "number", "cadastral_no", "area_ha", "hazard_class", "need_power_kw", "need_gas_m3h",
    "need_water_m3d", "price_kzt", "valid_from", "valid_to", "geometry",
)  # fmt: skip
_PUBLIC_PROVISION = ("zone_id", "network", "answer")
_PUBLIC_USABLE = ("plot_id", "whole_m2", "usable_m2")
_PUBLIC_LINE_COLUMNS = ("line_id", "name", "class", "state", "voltage_kv", "connectable", "geometry")


@dataclass(frozen=True)
class LayerCount:
    """What became of the rows of one layer: how many were read, used, and set aside."""

    key: str
    role: str
    read: int
    kept: int
    set_aside: int


@dataclass(frozen=True)
class InboxLine:
    """A file that came for the ledger: rows recorded, or the reasons why none was, and what went back."""

    name: str
    kind: str
    recorded: int = 0
    reasons: tuple[Message, ...] = ()
    returned: str = ""


@dataclass(frozen=True)
class PageContent:
    """Everything that the pages of one run show.

    Parameters
    ----------
    region, language
        Names, bounds and demonstration flag of the region; the language that a page opens in.
    as_of
        Day of the state.
    tables
        Checked layers in the working CRS, with their sources.
    states
        `lifecycle.plot_states`, rows in the order of `tables.plots`.
    plot_networks, zone_networks
        As in INTERFACES: one row a subject, network and state (existing, planned).
    region_figures, zone_figures
        As `figures.region_figures` and `figures.zone_figures` give them.
    issues
        The issues table; `message` is a text or a `Message`.
    layer_counts
        What became of the rows of each layer, in the order of the settings.
    near_m
        Metres that count as near, by network.
    sources
        Where each layer came from, by its key.
    gaps
        By network the rows of the districts without complete data on it (`coverage.find_gaps`).
    undivided_min_width_m
        From this width on, what is left of a zone between its plots counts as not yet divided.
    undivided
        Per zone what is not yet divided, on the day (`figures.find_undivided`); None has it found.
    single_files
        Audiences whose pages are also written as single files.
    tile_url
        A map of the intranet under the internal pages; the public ones ask for nothing.
    published
        Names of region figures that are published; in a demonstration all others are invented.
    rules, findings, provision, cut_pieces, strips, usable, hazard_classes, zone_hazard_classes
        Rules in force, and what they say (`analysis.Analysis`); None where they were not applied, or are not for
        this audience.
    measured_ha
        Hectares of every plot as measured on the ground; None has them measured.
    sites
        The proposed sites with their screening; None where there is no screening, or it is not for this audience.
    history
        By plot its last events, the latest first.
    letters
        By plot the path (below the folder of the pages) of a letter that may be written today.
    changes
        What changed since the run that was served before.
    overdue, known_from
        Spans in which start dates lay behind (`ledger.OverdueStarts`), and the first day that the ledger tells of;
        None where no ledger was read.
    state_days
        On which days plots came into which state of the map (`Ledger.state_days`); None where that is not read.
    published_figures
        Figures made public, which stand beside the computed ones on the summary.
    inspections
        By plot or zone its inspections, the latest first.
    photos
        Names of the photos that stand in `photos/`.
    inbox
        What came into the inbox for the ledger: taken, or refused and why.
    data_files
        Names of the files in `data/` that the internal pages link to.
    is_public
        Whether the content has been reduced to what the public may see.
    """

    region: RegionConfig
    language: Language
    as_of: dt.date
    tables: RegionTables
    states: pd.DataFrame
    plot_networks: pd.DataFrame
    zone_networks: pd.DataFrame
    region_figures: Mapping[str, float]
    zone_figures: pd.DataFrame
    issues: pd.DataFrame
    near_m: Mapping[str, float]
    sources: Mapping[str, LayerSource] = field(default_factory=dict)
    gaps: Mapping[str, Any] = field(default_factory=dict)
    published: frozenset[str] = PUBLISHED_OF_DEMONSTRATION
    undivided_min_width_m: float = 60.0
    undivided: Any = None
    single_files: tuple[str, ...] = ()
    tile_url: str | None = None
    rules: Rules | None = None
    findings: Findings | None = None
    provision: pd.DataFrame | None = None
    cut_pieces: Any = None
    strips: Any = None
    usable: Any = None
    hazard_classes: pd.DataFrame | None = None
    zone_hazard_classes: pd.DataFrame | None = None
    measured_ha: pd.Series | None = None
    sites: SiteContent | None = None
    layer_counts: tuple[LayerCount, ...] = ()
    history: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    changes: Changes | None = None
    overdue: pd.DataFrame | None = None
    known_from: dt.date | None = None
    state_days: pd.DataFrame | None = None
    published_figures: PublishedFigures | None = None
    inspections: Mapping[str, Sequence[Inspection]] = field(default_factory=dict)
    photos: frozenset[str] = frozenset()
    inbox: tuple[InboxLine, ...] = ()
    data_files: tuple[str, ...] = ("register.xlsx", "geozones.gpkg")
    is_public: bool = False

    @cached_property
    def districts(self) -> dict[str, dict[str, Any]]:
        """The districts without geometry, by code; the first of those with the same code."""
        table = self.tables.districts
        rows = [] if table is None else pd.DataFrame(table.drop(columns="geometry")).to_dict("records")
        return {str(row["district_code"]): {str(name): row[name] for name in row} for row in reversed(rows)}

    @cached_property
    def gap_rows(self) -> dict[str, list[dict[str, Any]]]:
        """By network the districts without complete data on it, without geometry."""
        return {
            network: [] if gap is None else gap.drop(columns="geometry").to_dict("records")
            for network, gap in self.gaps.items()
        }


def public_content(content: PageContent) -> PageContent:
    """Reduce the content to what the public may see.

    No participant, contract, date of a participant, breach or start passed, no project by name, no capacity, no
    issue of the data, no strip or object behind an answer of the rules; plots to be released count as allocated;
    distances become classes; trunk lines, mains and power lines of 220 kV or of unknown voltage are taken out.

    Returns
    -------
    A content of the same shape, `is_public` true. The content given is left as it is.
    """
    shown = {name: value for name, value in content.region_figures.items() if name in _PUBLIC_FIGURES}
    return replace(
        content,
        tables=_public_tables(content),
        states=_public_states(content.states),
        plot_networks=_public_networks(content.plot_networks, content.tables, "plot_id"),
        zone_networks=_public_networks(content.zone_networks, content.tables, "zone_id"),
        region_figures=shown,
        zone_figures=_public_zone_figures(content.zone_figures),
        issues=empty_table(DERIVED["issues"]),
        layer_counts=(),
        published=content.published & frozenset(shown),
        findings=None,
        provision=_only(content.provision, _PUBLIC_PROVISION),
        cut_pieces=None,
        strips=None,
        usable=_only(content.usable, _PUBLIC_USABLE),
        changes=None,
        overdue=None,
        state_days=None,
        known_from=None,
        published_figures=None,
        zone_hazard_classes=None,
        sites=None,
        history={},
        letters={},
        inspections={},
        photos=frozenset(),
        inbox=(),
        tile_url=None,
        data_files=(),
        is_public=True,
    )


def is_transit(lines: pd.DataFrame, *, network: str) -> pd.Series:
    """Say which lines give no plot a connection: stated so, else trunk gas and power from 220 kV on."""
    by_class = lines["class"].eq("trunk") if network == "gas" else lines["voltage_kv"].ge(STRATEGIC_VOLTAGE_KV)
    stated = lines["connectable"]
    return (stated.eq("no") | (by_class & ~stated.eq("yes"))).fillna(False).astype(bool)


def is_strategic(lines: pd.DataFrame, *, network: str) -> pd.Series:
    """Say which lines the public does not see: transit lines, trunks, mains, and power of unknown voltage."""
    kept_back = is_transit(lines, network=network) | lines["class"].isin(["trunk", "main"])
    if network == "power":
        unknown = lines["class"].eq("overhead") & lines["voltage_kv"].isna()
        kept_back |= unknown | lines["voltage_kv"].ge(STRATEGIC_VOLTAGE_KV)
    return kept_back.fillna(True).astype(bool)


def _public_tables(content: PageContent) -> RegionTables:
    tables = content.tables
    lines: dict[str, Any] = {}
    for network in NETWORKS:
        table = tables.of(network)
        if table is not None:
            kept = table.loc[~is_strategic(table, network=network).to_numpy()]
            lines[network] = kept[[name for name in _PUBLIC_LINE_COLUMNS if name in kept]]
    plots = tables.plots[[name for name in _PUBLIC_PLOT_COLUMNS if name in tables.plots]].copy()
    taken = (content.states["map_state"] != "free").to_numpy()
    for column in ("need_power_kw", "need_gas_m3h", "need_water_m3d", "price_kzt"):
        plots[column] = plots[column].mask(taken)
    return replace(
        tables, plots=plots, connection_points=None, parcels=None, restricted=None, inspections=None, **lines
    )


def _only(table: Any, columns: tuple[str, ...]) -> Any:
    return None if table is None else pd.DataFrame(table[list(columns)])


def _public_states(states: pd.DataFrame) -> pd.DataFrame:
    public = states[["plot_id", "map_state"]].copy()
    public["map_state"] = public["map_state"].replace("releasing", "allocated")
    return public


def _public_zone_figures(figures: pd.DataFrame) -> pd.DataFrame:
    public = figures.copy()
    public["plots_allocated"] += public["plots_releasing"]
    public["allocated_ha"] += public["releasing_ha"]
    return public[[name for name in _PUBLIC_ZONE_FIGURES if name in public]]


def _public_networks(networks: pd.DataFrame, tables: RegionTables, key: str) -> pd.DataFrame:
    """Keep the answer, and the class of the distance to the nearest point or line that may be shown."""
    hidden: set[str] = set()
    for network in NETWORKS:
        table = tables.of(network)
        if table is not None:
            hidden |= set(table.loc[is_strategic(table, network=network).to_numpy(), "line_id"])
    to_line = networks["distance_m"].mask(networks["line_id"].isin(hidden))
    nearest = np.fmin(to_line.to_numpy(dtype=float), networks["point_distance_m"].to_numpy(dtype=float))
    public = networks[[key, "network", "state", "near"]].copy()
    public["near_reason"] = _public_reasons(networks)
    places = np.searchsorted(DISTANCE_CLASSES_M, nearest, side="left").astype(np.int8)
    public["distance_class"] = pd.arrays.IntegerArray(places, np.isnan(nearest))
    return public


def _public_reasons(networks: pd.DataFrame) -> Any:
    """Keep the reasons of unknown answers alone; the others are empty."""
    reasons = pd.Categorical(networks["near_reason"])
    is_unknown = networks["near"].eq("unknown").to_numpy(dtype=bool, na_value=False)
    codes = np.where(is_unknown, reasons.codes, len(reasons.categories))
    return pd.Categorical.from_codes(codes, pd.Index([*reasons.categories, ""]))
