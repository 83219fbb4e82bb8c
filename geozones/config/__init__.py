"""The frozen settings of a region, read from `geozones.toml`.

`load_config` is the only function here that touches a file; the values of `${NAME}` come in as an argument.
"""

from geozones.config.load import load_config
from geozones.config.model import (
    NETWORKS,
    ROLES,
    Config,
    Language,
    LayerSpec,
    Network,
    Provenance,
    PublishedFigures,
    RegionConfig,
    Role,
    Severity,
    name_database,
)

__all__ = [
    "NETWORKS",
    "ROLES",
    "Config",
    "Language",
    "LayerSpec",
    "Network",
    "Provenance",
    "PublishedFigures",
    "RegionConfig",
    "Role",
    "Severity",
    "load_config",
    "name_database",
]
