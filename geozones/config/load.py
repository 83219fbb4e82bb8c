"""Reading `geozones.toml`: variables, paths, and every problem at once with file, key and what is allowed."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from geozones.config.model import URL, Config, LedgerConfig, NightlyConfig, ProposalsConfig
from geozones.errors import ConfigError, Message
from geozones.i18n import N_

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_PASSWORD_IN_URL = re.compile(
    r"^[a-z0-9+]+://(?:[^/@:]*:(?P<password>[^@]+)@|.*[?&](?:password|passfile)=(?P<query>[^&]+))", re.IGNORECASE
)
_PASSWORD_VARIABLE = re.compile(r"(?<=:)\$\{[^}]*\}(?=@)|(?<=[?&]password=)\$\{[^}]*\}", re.IGNORECASE)
_PLAIN_IN_URL = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_WANTED = {
    "greater_than": N_("greater than {gt}"),
    "greater_than_equal": N_("{ge} or more"),
    "less_than_equal": N_("{le} or less"),
    "int_type": N_("a whole number"),
    "int_parsing": N_("a whole number"),
    "int_from_float": N_("a whole number"),
    "float_type": N_("a number"),
    "float_parsing": N_("a number"),
    "bool_type": N_("true or false"),
    "bool_parsing": N_("true or false"),
    "string_type": N_("text in quotes"),
    "dict_type": N_("a table"),
    "model_type": N_("a table"),
    "tuple_type": N_("a list"),
    "date_type": N_("a date like 2025-02-10"),
    "date_parsing": N_("a date like 2025-02-10"),
    "date_from_datetime_parsing": N_("a date like 2025-02-10"),
    "path_type": N_("a path in quotes"),
}
"""What a key must be, by the kind of finding of pydantic."""


def load_config(path: Path, *, environ: Mapping[str, str], unneeded: Collection[str] = ()) -> Config:
    """Read and check the settings file of a region.

    Parameters
    ----------
    path
        The `geozones.toml`. Relative paths in it are taken from its folder.
    environ
        Values for `${NAME}` and `${NAME:-default}`.
    unneeded
        Keys of which the caller makes no use: a variable that is not set leaves them empty.

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
    expanded = _expand(raw, environ, file=path.name, key="", problems=problems, unneeded=unneeded)
    _place_paths(expanded, path.parent)
    try:
        config = Config.model_validate({**expanded, "path": path})
    except ValidationError as error:
        problems.extend(_explain(details, file=path.name) for details in error.errors())
        raise ConfigError.from_messages(problems) from None
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
        raise _not_toml(error, path.name) from None


def _not_toml(error: tomllib.TOMLDecodeError, file: str) -> ConfigError:
    """Say where a text stops being TOML; the text itself may hold a password and is not shown."""
    found = re.search(r"\s*\(at line (\d+), column (\d+)\)", str(error))
    if found is None:
        return ConfigError(N_("{file}: not valid TOML: {reason}"), file=file, reason=error)
    return ConfigError(
        N_("{file}: not valid TOML, at line {line}, character {column}: check quotes and brackets there "
           "({reason})."),
        file=file, line=found[1], column=found[2], reason=str(error)[: found.start()],
    )  # fmt: skip


def _find_literal_passwords(value: Any, *, file: str, key: str = "") -> Iterator[Message]:
    if isinstance(value, dict):
        for name, child in value.items():
            yield from _find_literal_passwords(child, file=file, key=f"{key}.{name}".lstrip("."))
    elif isinstance(value, str) or _is_password(key):
        found = _PASSWORD_IN_URL.match(str(value))
        written = (found["password"] or found["query"]) if found else None
        password = str(value) if _is_password(key) else written
        if password and not re.fullmatch(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}", password):
            yield Message(
                N_("{file}: {key} holds a password. Write ${{NAME}} in its place and set NAME outside."),
                {"file": file, "key": key},
            )


def _is_password(key: str) -> bool:
    return key.rpartition(".")[2] == "password"


def _expand(
    value: Any,
    environ: Mapping[str, str],
    *,
    file: str,
    key: str,
    problems: list[Message],
    unneeded: Collection[str],
) -> Any:
    def expand(child: Any, key: str) -> Any:
        return _expand(child, environ, file=file, key=key, problems=problems, unneeded=unneeded)

    if isinstance(value, dict):
        return {name: expand(child, f"{key}.{name}".lstrip(".")) for name, child in value.items()}
    if isinstance(value, list):
        return [expand(child, key) for child in value]
    if not isinstance(value, str):
        return value

    def replace(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(2)
        found = environ.get(name) or default
        if found is None and key not in unneeded:
            problems.append(
                Message(
                    N_("{file}: {key} uses ${{{name}}}, which is not set in the environment."),
                    {"file": file, "key": key, "name": name},
                )
            )
        return found or ""

    if URL.match(value):  # a password stands in its variable as it is; in an address some letters are written %XX
        value = _PASSWORD_VARIABLE.sub(lambda found: _quote(_VARIABLE.sub(replace, found[0])), value)
    return _VARIABLE.sub(replace, value)


def _quote(word: str) -> str:
    return "".join(chr(byte) if byte in _PLAIN_IN_URL else f"%{byte:02X}" for byte in word.encode())


def _place_paths(raw: dict[str, Any], folder: Path) -> None:
    """Make the paths of the settings absolute, in place; wrong types are left for the check to name."""

    def place(table: Any, name: str, default: str | None = None) -> None:
        if isinstance(table, dict):
            value = table.get(name, default)
            if isinstance(value, str) and value and not URL.match(value):
                table[name] = str((folder / value).resolve())

    place(raw, "state_dir", "../.geozones")
    place(raw.setdefault("maps", {}), "out", "../maps_out")
    place(raw.get("ledger"), "opening")
    place(raw.get("screening"), "elevation")
    place(raw.get("letters"), "templates")
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
    nightly = raw.setdefault("nightly", {})
    if isinstance(nightly, dict):
        place(nightly, "copy_to")
        backups = nightly.get("backups", str(NightlyConfig().backups))
        nightly["backups"] = (
            backups.replace("{state_dir}", str(state_dir)) if isinstance(backups, str) else backups
        )
        place(nightly, "backups")
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
        allowed = context["expected"].replace(" or ", ", ")
        near = difflib.get_close_matches(repr(details["input"]), allowed.split(", "), n=1, cutoff=0.8)
        if near:
            return Message(
                N_("{file}: {key} is {value}; did you mean {near}? Allowed: {allowed}."),
                {"file": file, "key": key, "value": repr(details["input"]), "near": near[0], "allowed": allowed},
            )
        return Message(
            N_("{file}: {key} is {value}. Allowed: {allowed}."),
            {
                "file": file,
                "key": key,
                "value": repr(details["input"]),
                "allowed": allowed,
            },
        )
    wanted = str(context["error"]) if kind == "value_error" else _WANTED.get(kind, details["msg"])
    return Message(
        N_("{file}: {key} is {value}. It must be {allowed}."),
        {
            "file": file,
            "key": key or "layers",
            "value": "…" if (kind == "value_error" and not key) or _is_password(key) else repr(details["input"]),
            "allowed": Message(wanted, {name: value for name, value in context.items() if name != "error"}),
        },
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
