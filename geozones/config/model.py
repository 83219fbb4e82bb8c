"""The frozen settings of a region as types; unknown keys are refused everywhere."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from geozones.i18n import N_

Language = Literal["kk", "ru", "en"]
Severity = Literal["info", "warning", "error"]
Network = Literal["gas", "power", "water"]
NETWORKS: tuple[Network, ...] = get_args(Network)
Role = Literal[
    "zones", "plots", "parcels", "gas", "power", "water", "connection_points", "proposals", "districts",
    "settlements", "roads", "railways", "rivers", "lakes", "restricted", "inspections",
]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)

Share = Annotated[float, Field(ge=0, le=1)]
URL = re.compile(r"^[a-z][a-z0-9+]+://", re.IGNORECASE)


_DATABASE = re.compile(r"[a-z0-9+]+://(?:[^@]*@)?[^@/?]*/(?P<name>[^@/?]+)(?:\?.*)?", re.IGNORECASE | re.DOTALL)


def name_database(url: str) -> str:
    """Name a database by what of its address may be shown: the name of the database alone.

    >>> name_database("postgresql://gis:secret@10.0.0.7:5432/cadastre?sslmode=require"), name_database("mysql://x")
    ('PostgreSQL/cadastre', 'mysql')
    """
    scheme = url.split("://")[0].split("+")[0].lower()
    kind = "PostgreSQL" if scheme in ("postgres", "postgresql") else scheme
    found = _DATABASE.fullmatch(url)
    return f"{kind}/{found['name']}" if found else kind


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class RegionConfig(_Settings):
    """The region: names by language, working CRS (projected, metres), lon/lat bounds, time zone."""

    name: dict[Language, str]
    crs: str = "EPSG:32642"
    bounds: tuple[float, float, float, float]
    demonstration: bool = False
    timezone: str = "Asia/Almaty"

    @field_validator("bounds")
    @classmethod
    def _check_bounds(cls, bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        west, south, east, north = bounds
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValueError(N_("[west, south, east, north] in degrees, with west < east and south < north"))
        return bounds

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(N_("a name of the IANA time zone database, like Asia/Almaty")) from error
        return timezone

    @field_validator("crs")
    @classmethod
    def _check_crs(cls, crs: str) -> str:
        from pyproj import CRS
        from pyproj.exceptions import CRSError

        wanted = N_("a projected CRS in metres that measures truly, like EPSG:32642")
        try:
            parsed = CRS.from_user_input(crs)
        except CRSError as error:
            raise ValueError(wanted) from error
        if not parsed.is_projected or parsed.axis_info[0].unit_name not in {"metre", "meter"}:
            raise ValueError(wanted)
        return crs


class Provenance(_Settings):
    """Where a layer comes from, how old and how exact it is, and what part of the region it covers.

    `accuracy_m` None means unknown. `coverage` is "region", district codes, or a polygon file.
    """

    source: str = ""
    date: dt.date | None = None
    precision: Literal["exact", "approximate", "made_up"] = "approximate"
    accuracy_m: Annotated[float, Field(ge=0)] | None = None
    coverage: str | tuple[str, ...] | None = None


class LayerSpec(_Settings):
    """One layer of the input: what it is (`role`), where it lies, and how its columns become contract columns.

    `source` is a file or folder (made absolute against the settings file) or a postgresql URL. `columns` maps
    contract column to source column; `values` maps, per contract column, a source value to a contract value.
    """

    key: str = ""
    role: Role
    source: str
    layer: str | None = None
    crs: str | None = None
    crs_override: bool = False
    swap_axes: bool = False
    encoding: str | None = None
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    defaults: dict[str, str | int | float | bool | dt.date] = {}
    required: bool = True
    control_points: tuple[tuple[float, float, float, float], ...] = ()
    keep_last: bool = False
    time_limit_s: Annotated[float, Field(gt=0)] | None = None
    provenance: Provenance = Provenance()

    @property
    def is_url(self) -> bool:
        """Whether the source is a database URL, not a file."""
        return bool(URL.match(self.source))

    @property
    def display_name(self) -> str:
        """The source as it may stand in messages and outputs: no folder or host, no user, no password."""
        if not self.is_url:
            return Path(self.source).name
        return " ".join(part for part in (name_database(self.source), self.layer) if part)


class ProximityConfig(_Settings):
    """How near is near, in metres on the ground, per network."""

    near_m: dict[Network, Annotated[float, Field(gt=0)]] = {"gas": 2000.0, "power": 3000.0, "water": 2000.0}


PublishedName = Literal[
    "zones", "zones_republican", "zones_regional", "zones_small", "zones_private", "zones_new", "area_ha",
    "area_republican_ha", "area_regional_ha", "area_small_ha", "area_private_ha", "plots", "plots_free",
    "area_free_ha", "projects", "investment_kzt", "invested_kzt", "jobs_planned", "jobs_actual", "start_passed",
    "area_start_passed_ha",
]  # fmt: skip


class PublishedFigures(_Settings):
    """Figures that were made public, by the names of `summary.json`, with their day and source."""

    date: dt.date
    source: str
    values: dict[PublishedName, Annotated[float, Field(ge=0)]]


class FiguresConfig(_Settings):
    """How figures are made.

    What is left of a zone between its plots counts as not divided where it is at least `undivided_min_width_m`
    wide, else as streets and greenery. `published` figures stand beside the computed ones on the summary.
    """

    undivided_min_width_m: Annotated[float, Field(gt=0)] = 60.0
    published: PublishedFigures | None = None


class RulesConfig(_Settings):
    """More rules tables over the built-in ones; later ones win."""

    files: tuple[Path, ...] = ()


class LedgerConfig(_Settings):
    """Where the ledger lies, the opening balance that fills it once, and corrections of the working days."""

    url: str = "sqlite:///{state_dir}/ledger.sqlite"
    opening: Path | None = None
    days_off: tuple[dt.date, ...] = ()
    working_days: tuple[dt.date, ...] = ()


class LettersConfig(_Settings):
    """Where a department keeps its own templates of letters, `<letter>.docx`; None takes the built-in ones."""

    templates: Path | None = None


class ProposalsConfig(_Settings):
    """The inbox of proposed sites, register workbooks and inspections."""

    inbox: str = "{state_dir}/inbox"


Criterion = Literal["usable", "power", "gas", "water", "road", "railway", "people", "housing", "shape"]


class ScreeningConfig(_Settings):
    """How proposed sites are weighed and what is assumed of them.

    `weights` of the criteria of the score sum to 1. `detour_factor` stretches straight distances to the length of
    a connection. `elevation` is a grid of heights (ESRI ASCII grid or SRTM tile) for the slope of sites.
    """

    weights: dict[Criterion, Annotated[float, Field(ge=0)]] = {
        "usable": 0.2, "power": 0.2, "gas": 0.15, "water": 0.15, "road": 0.1, "railway": 0.05, "people": 0.05,
        "housing": 0.05, "shape": 0.05,
    }  # fmt: skip
    detour_factor: Annotated[float, Field(ge=1)] = 1.3
    elevation: Path | None = None

    @field_validator("weights")
    @classmethod
    def _check_weights(cls, weights: dict[Criterion, float]) -> dict[Criterion, float]:
        if abs(sum(weights.values()) - 1) > 1e-6:
            raise ValueError(N_("numbers that sum to 1"))
        return weights


class KeepConfig(_Settings):
    """How many runs, and for how many days, are kept."""

    runs: Annotated[int, Field(ge=1)] = 14
    days: Annotated[int, Field(ge=1)] = 90


class MapsConfig(_Settings):
    """Where the maps are written and how many runs stay there.

    `single_files` names the audiences whose index and zones are also written as one file each, to be sent.
    `tile_url` is a map of the intranet that lies under the internal pages, with {z}, {x} and {y} in it.
    """

    out: Path = Path("../maps_out")
    keep: KeepConfig = KeepConfig()
    single_files: tuple[Literal["internal", "public"], ...] = ()
    tile_url: Annotated[str, Field(pattern=r"^https?://\S*\{z\}\S*$")] | None = None


class RestrictionsConfig(_Settings):
    """How much of a plot strips may cover before they forbid its use, as a share of the plot."""

    max_cut_share: Annotated[float, Field(ge=0, le=1)] = 0.3


class MailConfig(_Settings):
    """Whom the nightly run writes to, and by which server; the password only as `${NAME}`."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str
    to: Annotated[tuple[str, ...], Field(min_length=1)]


class LimitsConfig(_Settings):
    """What reading one source, and a whole nightly run, may cost; memory is that of the run in both.

    A source beyond its limits counts as failed. Memory is limited where the system obeys (not on Windows).
    """

    source_seconds: Annotated[float, Field(gt=0)] = 900.0
    run_seconds: Annotated[float, Field(gt=0)] = 14_400.0
    source_memory_mb: Annotated[int, Field(gt=0)] = 8_000
    run_memory_mb: Annotated[int, Field(gt=0)] = 16_000


class NightlyConfig(_Settings):
    """What may change from one night to the next before the gate holds a build back; shares are 0..1.

    `max_features_lost_share` is of the features of a layer, `max_quarantined_rise_share` the rise of the share of
    a layer that is set aside, `max_area_change_share` the hectares of a map state against those of all plots,
    `max_zones_emptied` how many zones may lose all their plots, `max_page_shrink_share` of the bytes of a page.
    `copy_to` is a folder that each published run is copied to, `backups` that of the copies of the ledger.
    """

    max_features_lost_share: Share = 0.05
    max_quarantined_rise_share: Share = 0.02
    max_area_change_share: Share = 0.05
    max_zones_emptied: Annotated[int, Field(ge=0)] = 0
    max_page_shrink_share: Share = 0.5
    limits: LimitsConfig = LimitsConfig()
    copy_to: Path | None = None
    backups: Path = Path("{state_dir}/backups")
    keep_backups: Annotated[int, Field(ge=1)] = 30
    mail: MailConfig | None = None


class Config(_Settings):
    """All settings of one region. Paths are absolute; nothing in it changes after loading."""

    path: Path = Path("geozones.toml")
    language: Language = "en"
    as_of: dt.date | None = None
    fatal: tuple[Severity, ...] = ("error",)
    state_dir: Path = Path("../.geozones")
    region: RegionConfig
    layers: dict[str, LayerSpec]
    proximity: ProximityConfig = ProximityConfig()
    figures: FiguresConfig = FiguresConfig()
    rules: RulesConfig = RulesConfig()
    restrictions: RestrictionsConfig = RestrictionsConfig()
    ledger: LedgerConfig = LedgerConfig()
    letters: LettersConfig = LettersConfig()
    proposals: ProposalsConfig = ProposalsConfig()
    screening: ScreeningConfig = ScreeningConfig()
    maps: MapsConfig = MapsConfig()
    nightly: NightlyConfig = NightlyConfig()

    @property
    def folder(self) -> Path:
        """The folder of the settings file; relative paths in it start here."""
        return self.path.parent

    def layers_of(self, role: Role) -> tuple[LayerSpec, ...]:
        """Return the layers of a role, in the order of the settings."""
        return tuple(spec for spec in self.layers.values() if spec.role == role)

    @model_validator(mode="after")
    def _check_layers(self) -> Config:
        if not self.layers_of("zones"):
            raise ValueError(N_('a table with at least one layer of role = "zones"'))
        return self
