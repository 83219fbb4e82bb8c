"""The mapping of source columns to contract columns in the settings, held against the contracts."""

from __future__ import annotations

from collections.abc import Iterable

from geozones.config import LayerSpec
from geozones.errors import ConfigError, Message
from geozones.i18n import N_
from geozones.tables.roles import CONTRACTS


def require_known_columns(layers: Iterable[LayerSpec]) -> None:
    """Refuse values and defaults for columns that the role of a layer does not have.

    Raises
    ------
    ConfigError
        Names every such column, and those that the role has.
    """
    problems = [
        Message(
            N_(
                "layers.{layer}.{section} names the column {name}, which the role {role} does not have. "
                "Allowed: {allowed}."
            ),
            {
                "layer": spec.key,
                "section": section,
                "name": name,
                "role": spec.role,
                "allowed": ", ".join(CONTRACTS[spec.role].column_names),
            },
        )
        for spec in layers
        for section, names in (("values", spec.values), ("defaults", spec.defaults))
        for name in names
        if name not in CONTRACTS[spec.role].column_names
    ]
    if problems:
        raise ConfigError.from_messages(problems)
