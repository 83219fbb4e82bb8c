"""Proposed sites of a region: those of the layer and of the inbox, read, screened and ranked."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import pandas as pd

from geozones.config import Config
from geozones.errors import GeozonesError, InputError, Message, UsageError
from geozones.i18n import N_
from geozones.layers import share_reader
from geozones.reports.inbox import Entry, open_inbox
from geozones.rules import Rules
from geozones.screening import PARTS, Elevation, Form, Screening, rank_sites, read_form, screen
from geozones.tables import RegionTables

if TYPE_CHECKING:
    from geozones.layers.site_rows import ReadSites


@dataclass(frozen=True)
class Proposals:
    """Sites that can be screened, their forms, and what was refused, a message a site or file.

    `sites` stand in the working CRS; `origin` names the id of the inbox file of each site, "" for the layer.
    """

    sites: gpd.GeoDataFrame
    forms: dict[str, Form | None]
    refused: tuple[Message, ...]
    notes: tuple[Message, ...]


def read_inbox(config: Config, entries: Iterable[Entry]) -> Proposals:
    """Read the sites of inbox files; a file that cannot be read is refused with the reason and stops no other."""
    parts: list[Proposals] = []
    for entry in entries:
        try:
            found = share_reader().read_sites(entry.path, region=config.region, shown=entry.name)
        except GeozonesError as error:
            parts.append(_refused(config, error.messages))
            continue
        parts.append(_from_read(found, entry.id))
    return _join(config, parts)


Kind = Literal["proposal", "workbook", "inspections"]


def kind_of(path: Path) -> Kind:
    """Tell files of the inbox apart by their content.

    A workbook is told by its sheets: one named as a journal or register is no proposal.
    """
    from geozones.layers.formats import WORKBOOK, find_format

    try:
        if find_format(path) is not WORKBOOK:
            with path.open("rb") as file:
                return "inspections" if b'"inspections"' in file.read(_FIRST_BYTES) else "proposal"
        titles = {title.strip().casefold() for title in share_reader().list_sheets(path)}
    except (GeozonesError, OSError):
        return "proposal"
    return "workbook" if titles & _OTHER_SHEETS else "proposal"


def is_proposal(path: Path) -> bool:
    """Say whether a file of the inbox may hold a site; register workbooks and inspections are for others."""
    return kind_of(path) == "proposal"


_FIRST_BYTES = 4096
_LONGEST_PATH = 1024
_SITE_ID = re.compile(r"[\w-]{1,80}")
_OTHER_SHEETS = {"journal", "журнал", "register", "реестр", "тізілім", "lists", "тізімдер", "списки"}


def read_arguments(
    config: Config, arguments: Iterable[str], tables: RegionTables, *, crs: str | None
) -> Proposals:
    """Read sites named on a command line: a file, the id of a proposal (layer or inbox), or pasted text.

    Raises
    ------
    InputError
        One of them is none of these, or cannot be read.
    """
    known = all_proposals(config, tables)
    parts: list[Proposals] = []
    for argument in arguments:
        of_id = known.sites[(known.sites["site_id"] == argument) | (known.sites["origin"] == argument)]
        if len(of_id) and not Path(argument).exists():
            names = list(of_id["site_id"])
            parts.append(
                replace(known, sites=of_id, forms={name: known.forms.get(name) for name in names}, refused=())
            )
            continue
        if _SITE_ID.fullmatch(argument) and not Path(argument).exists():
            raise InputError(
                N_("{site} is no file, no coordinates and no proposal of the layer or the inbox ({known})."),
                site=argument,
                known=", ".join(map(str, known.sites["site_id"])) or "—",
            )
        parts.append(_from_read(_read_argument(argument, config, crs), ""))
    return _join(config, parts)


def _read_argument(argument: str, config: Config, crs: str | None) -> ReadSites:
    path = Path(argument) if "\n" not in argument and len(argument) < _LONGEST_PATH else None
    if path is not None and path.is_file():
        return share_reader().read_sites(path, region=config.region, crs=crs)
    from geozones.layers.sites import read_sites

    return read_sites(argument, region=config.region, crs=crs)


def read_waiting(config: Config, tables: RegionTables) -> Proposals:
    """Read what waits in the inbox; where nothing does, the proposals of the layer."""
    waiting = [entry for entry in open_inbox(config).waiting() if is_proposal(entry.path)]
    return _join(config, [read_inbox(config, waiting)]) if waiting else _join(config, [_of_layer(tables, config)])


def all_proposals(config: Config, tables: RegionTables) -> Proposals:
    """Read all proposals: those of the layer, then those that wait in the inbox."""
    waiting = [entry for entry in open_inbox(config).waiting() if is_proposal(entry.path)]
    return _join(config, [_of_layer(tables, config), read_inbox(config, waiting)])


def _of_layer(tables: RegionTables, config: Config) -> Proposals:
    if tables.proposals is None:
        return _refused(config, ())
    accuracies_m = {source.key: source.provenance.accuracy_m or 0.0 for source in tables.sources.values()}
    sites = tables.proposals.reset_index(drop=True).assign(origin="", crs_assumed=False)
    if "layer" in sites:
        sites["accuracy_m"] = sites["layer"].map(accuracies_m).astype(float)
    else:
        sites["accuracy_m"] = 0.0
    return Proposals(sites, dict.fromkeys(sites["site_id"]), (), ())


def _from_read(found: ReadSites, origin: str) -> Proposals:
    return Proposals(found.table.assign(origin=origin), found.forms, found.refused, found.notes)


def _refused(config: Config, messages: tuple[Message, ...]) -> Proposals:
    columns = {
        name: pd.Series(dtype="str") for name in ("site_id", "name_ru", "name_kk", "name_en", "kind", "origin")
    }
    columns |= {"district_code": pd.Series(dtype="str")}
    empty = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=config.region.crs), crs=config.region.crs)
    return Proposals(empty, {}, messages, ())


def _join(config: Config, parts: list[Proposals]) -> Proposals:
    """Put sites together; of two sites with one id the later gets the id of its file, or a number, behind it."""
    taken: set[str] = set()
    tables: list[gpd.GeoDataFrame] = []
    forms: dict[str, Form | None] = {}
    for part in parts:
        if not len(part.sites):
            continue
        names = [
            _free_name(site, origin, taken)
            for site, origin in zip(part.sites["site_id"], part.sites["origin"], strict=True)
        ]
        forms |= {name: part.forms.get(site) for name, site in zip(names, part.sites["site_id"], strict=True)}
        tables.append(part.sites.assign(site_id=names))
    refused = tuple(message for part in parts for message in part.refused)
    notes = tuple(message for part in parts for message in part.notes)
    if not tables:
        return Proposals(_refused(config, ()).sites, {}, refused, notes)
    sites = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0].reset_index(drop=True)
    return Proposals(gpd.GeoDataFrame(sites, geometry="geometry", crs=config.region.crs), forms, refused, notes)


def _free_name(site: str, origin: str, taken: set[str]) -> str:
    name, number = str(site), 2
    if name in taken and origin:
        name = f"{site}-{origin[:4]}"
    while name in taken:
        name, number = f"{site}-{number}", number + 1
    taken.add(name)
    return name


def with_kind(proposals: Proposals, kind: str, form: Form | None) -> Proposals:
    """Ask for one kind of zone for all sites ("" keeps what each says), and give those without a form this one.

    Raises
    ------
    UsageError
        The kind is none that a site can be proposed for.
    """
    if kind not in ("", "regional", "private"):
        raise UsageError(
            N_("{option}: {value} is not one of {allowed}."),
            option="--kind",
            value=kind,
            allowed="regional, private",
        )
    sites = proposals.sites.assign(kind=kind) if kind else proposals.sites
    forms = {site: proposals.forms.get(site) or form for site in proposals.sites["site_id"]}
    return replace(proposals, sites=sites, forms=forms)


def read_form_file(path: Path) -> Form:
    """Read the form of a proposal from a JSON or TOML file, or from a proposal saved by propose.html.

    Raises
    ------
    InputError
        The file is missing, too big, neither JSON nor TOML, or holds no part of a form.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            N_("{file}: cannot be read ({reason})."), file=path.name, reason=error.strerror or type(error).__name__
        ) from error
    if len(content) > _LARGEST_FORM:
        raise InputError(N_("{file}: is too big for a form."), file=path.name)
    form = read_form(_form_in(_parse_form(content, path.name)))
    if form is None:
        raise InputError(
            N_("{file}: holds none of the parts of a form ({parts})."), file=path.name, parts=", ".join(PARTS)
        )
    return form


_LARGEST_FORM = 2_000_000


def _parse_form(content: bytes, name: str) -> Any:
    try:
        text = content.decode("utf-8-sig")
        return json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:
        raise InputError(N_("{file}: is neither JSON nor TOML ({reason})."), file=name, reason=error) from error


def _form_in(raw: Any) -> Any:
    """Find the form in a proposal file: the property `form` of its first feature; else the table itself."""
    features = raw.get("features") if isinstance(raw, dict) else None
    if isinstance(features, list) and features and isinstance(features[0], dict):
        properties = features[0].get("properties")
        return properties.get("form", properties) if isinstance(properties, dict) else None
    return raw


@dataclass(frozen=True)
class InboxRow:
    """What lies in the inbox: a file, whether it waits, was refused, withdrawn, taken into the ledger or is no
    proposal, and its sites."""

    entry: Entry
    state: str
    sites: tuple[str, ...]
    refused: tuple[Message, ...]


def list_inbox(config: Config) -> list[InboxRow]:
    """Read every file of the inbox and tell its state: `waiting`, `refused`, `withdrawn`, `taken`, `other`."""
    rows = []
    for entry in open_inbox(config).entries():
        if entry.withdrawn:
            rows.append(InboxRow(entry, "withdrawn", (), ()))
        elif entry.taken is not None:
            rows.append(InboxRow(entry, "taken", (), ()))
        elif not is_proposal(entry.path):
            rows.append(InboxRow(entry, "other", (), ()))
        else:
            found = read_inbox(config, [entry])
            state = "waiting" if len(found.sites) else "refused"
            rows.append(InboxRow(entry, state, tuple(found.sites["site_id"]), found.refused))
    return rows


def require_readable_proposal(config: Config, path: Path) -> None:
    """Refuse a file that holds no site that could be screened; files that are no proposals pass.

    Raises
    ------
    InputError
        It cannot be read, or every outline in it is refused; each with the reason.
    """
    if not path.is_file():
        raise InputError(N_("{file}: there is no such file."), file=path.name)
    if not is_proposal(path):
        return
    found = share_reader().read_sites(path, region=config.region)
    if not len(found.table):
        raise InputError.from_messages(found.refused)


def screen_proposals(
    proposals: Proposals,
    tables: RegionTables,
    *,
    rules: Rules,
    as_of: dt.date,
    config: Config,
    zone_figures: pd.DataFrame | None,
) -> Screening:
    """Screen sites against a region, each also against all other proposals of the layer and of these."""
    known = tables.proposals
    own = proposals.sites
    if known is None:
        others = own
    else:
        more = own[~own["site_id"].isin(known["site_id"])]
        others = pd.concat(
            [known, more[[name for name in known.columns if name in more.columns]]], ignore_index=True
        )
    return screen(
        own,
        replace(tables, proposals=others) if known is not None else tables,
        rules=rules,
        as_of=as_of,
        config=config,
        zone_figures=zone_figures,
        forms=proposals.forms,
        elevation=_read_elevation(config),
    )


def _read_elevation(config: Config) -> Elevation | None:
    if config.screening.elevation is None:
        return None
    from geozones.layers.elevation import read_elevation

    return read_elevation(config.screening.elevation)


def rank_proposals(screening: Screening) -> pd.DataFrame:
    """Rank screened sites (`screening.rank_sites`)."""
    return rank_sites(screening.case, screening.criteria, screening.scores)


@dataclass(frozen=True)
class ScreenedSites:
    """The proposals of a region with their screening and their order."""

    proposals: Proposals
    screening: Screening
    ranking: pd.DataFrame


def screen_region(
    config: Config, tables: RegionTables, *, rules: Rules, as_of: dt.date, zone_figures: pd.DataFrame | None
) -> ScreenedSites:
    """Read, screen and rank all proposals of a region: those of the layer and those that wait in the inbox."""
    proposals = all_proposals(config, tables)
    screening = screen_proposals(
        proposals, tables, rules=rules, as_of=as_of, config=config, zone_figures=zone_figures
    )
    return ScreenedSites(proposals, screening, rank_proposals(screening))


def require_sites(proposals: Proposals) -> None:
    """Refuse to go on without any site.

    Raises
    ------
    InputError
        Nothing was left to screen; every reason is named.
    """
    if not len(proposals.sites):
        raise InputError.from_messages(proposals.refused or (Message(N_("There is no site to screen.")),))
