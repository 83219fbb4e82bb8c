"""Keys: what a layer, a result or a run came from, as one hash."""

from __future__ import annotations

import hashlib
import importlib.metadata
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geozones.config import ROLES, Config, LayerSpec
from geozones.fingerprints import hash_table, hash_texts
from geozones.tables import RegionTables

_LIBRARIES = ("geopandas", "shapely", "pyproj", "pyogrio", "pandas", "numpy", "pyarrow", "numba", "folium")
_WITHOUT_EFFECT = {"path", "state_dir", "maps", "nightly", "fatal", "layers", "ledger", "proposals"}


@cache
def code_version() -> str:
    """Hash the files of this package and the versions of the libraries that compute."""
    whole = hashlib.sha256()
    folder = Path(str(resources.files("geozones")))
    for path in sorted(
        path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".nbi", ".nbc")
    ):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES]
    return hash_texts([whole.hexdigest(), *versions, *shapely.geos_version_string.split()])


def hash_settings(config: Config) -> str:
    """Hash the settings that pages and files depend on; where things lie does not count."""
    own = config.model_dump_json(exclude=_WITHOUT_EFFECT)
    layers = [f"{key} {describe_layer(spec)}" for key, spec in config.layers.items()]
    ledger = config.ledger.model_dump_json(exclude={"url", "opening"})
    opening = "" if config.ledger.opening is None else config.ledger.opening.name
    return hash_texts([own, *layers, ledger, opening, str(config.fatal)])


def describe_layer(spec: LayerSpec) -> str:
    """Write a layer without the folder that it lies in."""
    return spec.model_copy(update={"source": spec.display_name}).model_dump_json()


def layer_key(spec: LayerSpec, digest: str, config: Config) -> str:
    """Give the key of a checked layer: the bytes of its source, its settings, the region, the code."""
    region = config.region.model_dump_json(include={"crs", "bounds"})
    return hash_texts([code_version(), digest, describe_layer(spec), region])


def hash_surroundings(tables: RegionTables, config: Config, more: list[str]) -> str:
    """Hash everything that answers about a plot depend on, the plots themselves apart."""
    parts = [code_version(), hash_settings(config), *more]
    for role in ROLES:
        table: Any = None if role == "plots" else tables.of(role)
        parts.append(f"{role} {None if table is None else hash_table(table)}")
    areas = [*tables.coverage.values(), *(source.covers for source in tables.sources.values())]
    wkb: Any = shapely.to_wkb(np.array(areas, dtype=object)) if areas else []
    return hash_texts([*parts, *(repr(value) for value in wkb)])
