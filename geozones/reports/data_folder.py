"""The `data/` folder of a run: every table that leaves GeoZones for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geozones.i18n import LANGUAGES, N_, translate
from geozones.reports.columns import FILES, FINDINGS_STATED_ONCE_FILE, PLOTS_FILE, ZONES_FILE
from geozones.reports.content import Edition, ReportContent, join_plots, join_zones
from geozones.reports.csv_parts import KnownParts
from geozones.reports.csv_tables import write_csv, write_csv_parts
from geozones.reports.geopackage import write_geopackage, write_issues, write_quarantine
from geozones.reports.register import write_register
from geozones.reports.summary import write_summary
from geozones.reports.words import write_notice
from geozones.tables import empty_table

SHARED_FINDINGS = "findings_shared.csv"
_GUIDE = (
    N_("geozones.gpkg: all layers for QGIS, styles inside."),
    N_("register.xlsx: plots, zones, networks and sources to read and print."),
    N_("*.csv: the same tables for other programs. Dates are 2025-02-10; column names are never translated."),
    N_("A text that begins with = + - @ has an apostrophe before it, so that no table program runs it."),
    N_("issues and quarantine: what is wrong with the data, and the rows set aside."),
    N_("summary.json: the figures of the region."),
)
_OF_MANY = N_(
    "findings.csv: rows marked shared hold for all plots that findings_shared.csv leads to the plot they stand at."
)
MOST_FINDINGS = 1_048_575
"""Rows that a spreadsheet program opens; with more findings, those that plots share stand once."""
_PLOTS_AT_ONCE = 5_000


def write_data(folder: Path, content: ReportContent, *, known: KnownParts | None = None) -> None:
    """Write the `data/` folder of a run; the same content gives the same bytes.

    Parameters
    ----------
    folder
        Folder to write into; made where it is missing, files of the same names are replaced.
    content
        Tables, states, figures and issues of the run. Empty tables still give files with headers.
    known
        Parts of CSV files that an earlier run has: those that would be the same are copied. None writes all.
    """
    write_tables(folder, content, known=known)
    write_layers(folder, content)


def write_layers(folder: Path, content: ReportContent) -> None:
    """Write `geozones.gpkg` of the `data/` folder, as `write_data` does."""
    folder.mkdir(parents=True, exist_ok=True)
    zones, plots = join_zones(content), join_plots(content)
    write_geopackage(folder / "geozones.gpkg", content, zones=zones, plots=plots)


def write_tables(folder: Path, content: ReportContent, *, known: KnownParts | None = None) -> None:
    """Write all files of the `data/` folder but `geozones.gpkg`, as `write_data` does."""
    edition = content.edition
    folder.mkdir(parents=True, exist_ok=True)
    zones, plots = join_zones(content), join_plots(content)
    provision = empty_table(FILES["provision"]) if content.provision is None else content.provision
    for name, table, contract in (
        ("plots", plots, PLOTS_FILE),
        ("zones", zones, ZONES_FILE),
        ("plot_networks", content.plot_networks, FILES["plot_networks"]),
        ("zone_networks", content.zone_networks, FILES["zone_networks"]),
        ("provision", provision, FILES["provision"]),
    ):
        write_csv(folder / f"{name}.csv", table, contract, edition=edition, known=known)
    write_findings(folder, content, known=known)
    write_summary(folder / "summary.json", content.region_figures)
    write_register(folder / "register.xlsx", content, zones=zones, plots=plots)
    write_check(folder, content.issues, content.quarantine, edition=edition)
    _write_guide(folder / "README.txt", edition, is_shared=(folder / SHARED_FINDINGS).exists())


def write_findings(folder: Path, content: ReportContent, *, known: KnownParts | None = None) -> None:
    """Write `findings.csv`: about plots, zones and proposed sites.

    With more than `MOST_FINDINGS` rows, those that plots of a zone share (no object near, or no layer that knows)
    stand once, marked by the column `shared`, and `findings_shared.csv` names for every plot the one at which they
    stand: the findings of a plot are then its own rows, and the marked rows of that one.
    """
    findings, edition = content.findings, content.edition
    sites = [] if content.site_findings is None else [content.site_findings]
    contract = FILES["findings"]
    if findings is None:
        parts: Iterable[pd.DataFrame] = sites
    elif len(findings) <= MOST_FINDINGS:
        parts = chain(findings.parts(plots_at_once=_PLOTS_AT_ONCE), sites)
    else:
        contract = FINDINGS_STATED_ONCE_FILE
        alone = (table.assign(shared=False) for table in (findings.own, findings.zones, *sites))
        parts = chain([findings.shared.assign(shared=True)], alone)
        write_csv(folder / SHARED_FINDINGS, findings.likes, FILES["findings_shared"], edition=edition, known=known)
    write_csv_parts(folder / "findings.csv", parts, contract, edition=edition, known=known)


def write_check(
    folder: Path, issues: gpd.GeoDataFrame, quarantine: Mapping[str, pd.DataFrame], *, edition: Edition
) -> None:
    """Write what the checks found: `issues.csv`, `issues.gpkg`, `quarantine.gpkg`.

    Parameters
    ----------
    folder
        Folder to write into; made where it is missing.
    issues
        The issues table, `message` already in the language of the files.
    quarantine
        Rows set aside, by key of the layer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "issues.csv", issues, FILES["issues"], edition=edition)
    write_issues(folder / "issues.gpkg", issues, edition=edition)
    write_quarantine(folder / "quarantine.gpkg", quarantine, issues, edition=edition)


def _write_guide(path: Path, edition: Edition, *, is_shared: bool) -> None:
    """Say what the files are; in a demonstration the notice comes first, in all languages."""
    notices = [write_notice(language) for language in LANGUAGES] if edition.demonstration else []
    guide = [*_GUIDE, _OF_MANY] if is_shared else _GUIDE
    lines = [translate(sentence, edition.language) for sentence in guide]
    path.write_bytes("\r\n".join([*notices, *([""] if notices else []), *lines, ""]).encode("utf-8-sig"))
