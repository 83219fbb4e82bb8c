"""The frozen settings of a region, read from `geozones.toml`. Every problem is reported at once.

`load_config` is the only function here that touches a file; the values of `${NAME}` come in as an argument.
Unknown keys are refused everywhere, so a misspelt key never passes silently.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from geozones.errors import ConfigError, Message
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

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_PASSWORD_IN_URL = re.compile(r"^[a-z0-9+]+://[^/@:]*:(?P<password>[^@]+)@", re.IGNORECASE)
_URL = re.compile(r"^[a-z][a-z0-9+]+://", re.IGNORECASE)


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
            raise ValueError("[west, south, east, north] in degrees, with west < east and south < north")
        return bounds

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("a name of the IANA time zone database, like Asia/Almaty") from error
        return timezone

    @field_validator("crs")
    @classmethod
    def _check_crs(cls, crs: str) -> str:
        from pyproj import CRS
        from pyproj.exceptions import CRSError

        wanted = "a projected CRS in metres that measures truly, like EPSG:32642"
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
    encoding: str | None = None
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    defaults: dict[str, str | int | float | bool | dt.date] = {}
    required: bool = True
    control_points: tuple[tuple[float, float, float, float], ...] = ()
    keep_last: bool = False
    provenance: Provenance = Provenance()

    @property
    def is_url(self) -> bool:
        """Whether the source is a database URL, not a file."""
        return bool(_URL.match(self.source))

    @property
    def display_name(self) -> str:
        """The source as it may stand in messages and outputs: no folder of this machine, no password."""
        return self.source.split("@")[-1].split("?")[0] if self.is_url else Path(self.source).name


class ProximityConfig(_Settings):
    """How near is near, in metres on the ground, per network."""

    near_m: dict[Network, Annotated[float, Field(gt=0)]] = {"gas": 2000.0, "power": 3000.0, "water": 2000.0}


class FiguresConfig(_Settings):
    """How figures are made.

    What is left of a zone between its plots counts as not divided where it is at least `undivided_min_width_m`
    wide, else as streets and greenery.
    """

    undivided_min_width_m: Annotated[float, Field(gt=0)] = 60.0


class RulesConfig(_Settings):
    """More rules tables over the built-in ones; later ones win."""

    files: tuple[Path, ...] = ()


class LedgerConfig(_Settings):
    """Where the ledger lies, and the opening balance that fills it once."""

    url: str = "sqlite:///{state_dir}/ledger.sqlite"
    opening: Path | None = None


class ProposalsConfig(_Settings):
    """The inbox of proposed sites, register workbooks and inspections."""

    inbox: str = "{state_dir}/inbox"


class KeepConfig(_Settings):
    """How many runs, and for how many days, are kept."""

    runs: Annotated[int, Field(ge=1)] = 14
    days: Annotated[int, Field(ge=1)] = 90


class MapsConfig(_Settings):
    """Where the maps are written and how many runs stay there."""

    out: Path = Path("../maps_out")
    keep: KeepConfig = KeepConfig()


class NightlyConfig(_Settings):
    """What may change from one night to the next before the gate holds a build back."""

    max_area_change_share: Annotated[float, Field(ge=0, le=1)] = 0.05


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
    ledger: LedgerConfig = LedgerConfig()
    proposals: ProposalsConfig = ProposalsConfig()
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
            raise ValueError('[layers]: at least one layer with role = "zones"')
        return self


def load_config(path: Path, *, environ: Mapping[str, str]) -> Config:
    """Read and check the settings file of a region.

    Parameters
    ----------
    path
        The `geozones.toml`. Relative paths in it are taken from its folder.
    environ
        Values for `${NAME}` and `${NAME:-default}`.

    Returns
    -------
        The frozen settings, with absolute paths.

    Raises
    ------
    ConfigError
        The file is missing, is not TOML, has unknown keys, wrong values, an unset variable or a literal
        password. All problems are in the one error, each with file, key and what is allowed.
    """
    path = path.absolute()
    raw = _read_toml(path)
    problems = list(_find_literal_passwords(raw, file=path.name))
    expanded = _expand(raw, environ, file=path.name, key="", problems=problems)
    _place_paths(expanded, path.parent)
    try:
        config = Config.model_validate({**expanded, "path": path})
    except ValidationError as error:
        problems.extend(_explain(details, file=path.name) for details in error.errors())
        raise ConfigError.from_messages(problems) from None
    problems.extend(_find_wrong_columns(config))
    if problems:
        raise ConfigError.from_messages(problems)
    return config


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            N_("{file}: no such settings file. Give it by --config, or make one by `geozones init DIR`."),
            file=path.name,
        ) from None
    except IsADirectoryError:
        raise ConfigError(N_("{file}: is a folder; give the settings file in it."), file=path.name) from None
    except UnicodeDecodeError:
        raise ConfigError(N_("{file}: the settings must be saved as UTF-8."), file=path.name) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(N_("{file}: not valid TOML: {reason}"), file=path.name, reason=error) from None


def _find_literal_passwords(value: Any, *, file: str, key: str = "") -> Iterator[Message]:
    if isinstance(value, dict):
        for name, child in value.items():
            yield from _find_literal_passwords(child, file=file, key=f"{key}.{name}".lstrip("."))
    elif isinstance(value, str):
        found = _PASSWORD_IN_URL.match(value)
        if found and not re.fullmatch(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}", found["password"]):
            yield Message(
                N_("{file}: {key} holds a password. Write ${{NAME}} in its place and set NAME outside."),
                {"file": file, "key": key},
            )


def _expand(value: Any, environ: Mapping[str, str], *, file: str, key: str, problems: list[Message]) -> Any:
    if isinstance(value, dict):
        return {
            name: _expand(child, environ, file=file, key=f"{key}.{name}".lstrip("."), problems=problems)
            for name, child in value.items()
        }
    if isinstance(value, list):
        return [_expand(child, environ, file=file, key=key, problems=problems) for child in value]
    if not isinstance(value, str):
        return value

    def replace(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(2)
        found = environ.get(name) or default
        if found is None:
            problems.append(
                Message(
                    N_("{file}: {key} uses ${{{name}}}, which is not set in the environment."),
                    {"file": file, "key": key, "name": name},
                )
            )
            return ""
        return found

    return _VARIABLE.sub(replace, value)


def _place_paths(raw: dict[str, Any], folder: Path) -> None:
    """Make the paths of the settings absolute, in place; wrong types are left for the check to name."""

    def place(table: Any, name: str, default: str | None = None) -> None:
        if isinstance(table, dict):
            value = table.get(name, default)
            if isinstance(value, str) and value and not _URL.match(value):
                table[name] = str((folder / value).resolve())

    place(raw, "state_dir", "../.geozones")
    place(raw.setdefault("maps", {}), "out", "../maps_out")
    place(raw.get("ledger"), "opening")
    rules = raw.get("rules")
    if isinstance(rules, dict) and isinstance(rules.get("files"), list):
        rules["files"] = [str((folder / str(file)).resolve()) for file in rules["files"]]
    state_dir = raw["state_dir"]
    for table, name in ((raw.setdefault("ledger", {}), "url"), (raw.setdefault("proposals", {}), "inbox")):
        if isinstance(table, dict):
            default = LedgerConfig().url if name == "url" else ProposalsConfig().inbox
            value = table.get(name, default)
            table[name] = value.replace("{state_dir}", str(state_dir)) if isinstance(value, str) else value
    place(raw["proposals"], "inbox")
    layers = raw.get("layers")
    for key, layer in layers.items() if isinstance(layers, dict) else ():
        place(layer, "source")
        if isinstance(layer, dict):
            layer["key"] = key
            provenance = layer.get("provenance")
            coverage = provenance.get("coverage") if isinstance(provenance, dict) else None
            if isinstance(provenance, dict) and isinstance(coverage, str) and coverage != "region":
                provenance["coverage"] = str((folder / coverage).resolve())


def _explain(details: Any, *, file: str) -> Message:
    """Turn one finding of pydantic into a sentence with file, key and what is allowed."""
    location = [str(part) for part in details["loc"]]
    key = ".".join(location)
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _keys_allowed_at(location[:-1])
        near = difflib.get_close_matches(location[-1], allowed, n=1)
        if near:
            return Message(
                N_("{file}: unknown key {key}; did you mean {near}? Allowed here: {allowed}."),
                {"file": file, "key": key, "near": near[0], "allowed": ", ".join(allowed)},
            )
        return Message(
            N_("{file}: unknown key {key}. Allowed here: {allowed}."),
            {"file": file, "key": key, "allowed": ", ".join(allowed)},
        )
    if kind == "missing":
        return Message(N_("{file}: the key {key} is missing."), {"file": file, "key": key})
    if kind == "literal_error":
        return Message(
            N_("{file}: {key} is {value}. Allowed: {allowed}."),
            {"file": file, "key": key, "value": repr(details["input"]), "allowed": context["expected"]},
        )
    if kind == "value_error":
        return Message(
            N_("{file}: {key} must be {allowed}."),
            {"file": file, "key": key or "[layers]", "allowed": str(context["error"])},
        )
    return Message(
        N_("{file}: {key} is {value}: {reason}."),
        {"file": file, "key": key, "value": repr(details["input"]), "reason": details["msg"]},
    )


def _keys_allowed_at(location: list[str]) -> list[str]:
    model: Any = Config
    for part in location:
        if part not in getattr(model, "model_fields", {}):
            continue
        annotation = model.model_fields[part].annotation
        options = [annotation, *get_args(annotation)]
        found = [option for option in options if isinstance(option, type) and issubclass(option, BaseModel)]
        model = found[0] if found else model
    hidden = {"path", "key"}
    return sorted(name for name in model.model_fields if name not in hidden)


def _find_wrong_columns(config: Config) -> Iterator[Message]:
    """Find columns, values and defaults of a layer that its role's contract does not know."""
    from geozones.tables import CONTRACTS

    for spec in config.layers.values():
        contract = CONTRACTS[spec.role]
        allowed = [column.name for column in contract.columns]
        for section, names in (
            ("columns", spec.columns),
            ("values", spec.values),
            ("defaults", spec.defaults),
        ):
            for name in names:
                if name not in allowed and section != "columns":
                    yield Message(
                        N_("{file}: layers.{layer}.{section} names the column {name}, which the role {role} "
                           "does not have. Allowed: {allowed}."),
                        {"file": config.path.name, "layer": spec.key, "section": section, "name": name,
                         "role": spec.role, "allowed": ", ".join(allowed)},
                    )  # fmt: skip
