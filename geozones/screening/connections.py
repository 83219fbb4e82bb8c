"""Gas, power and water around a site, and what a connection may cost."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.config import NETWORKS
from geozones.proximity import find_networks
from geozones.rules import Rule
from geozones.screening.case import PASS, UNKNOWN, WARN, Case, Part, make_findings

COST_UNIT = "KZT/m"


def find_site_networks(case: Case) -> pd.DataFrame:
    """Find networks as for plots (`proximity.find_networks`), with the metres to what gives a connection.

    Returns
    -------
    DataFrame
        The columns of `plot_networks` with `site_id`, those of `find_networks` after them, and `connect_m`,
        `connect_id`, `connect_layer`: the nearest connection point or connectable line of that state.
    """
    found = find_networks(case.sites, case.tables, case.config)
    networks = found.astype(dict.fromkeys(found.select_dtypes("category").columns, "str"))
    line, point, network = (networks[name].to_numpy(dtype=object) for name in ("line_id", "point_id", "network"))
    is_connectable = networks["line_connectable"].to_numpy(dtype=object) == "yes"
    to_line = np.where(is_connectable, networks["distance_m"].to_numpy(), np.nan)
    to_point = networks["point_distance_m"].to_numpy()
    by_point, by_line = ~np.isnan(to_point) & ~(to_line < to_point), ~np.isnan(to_line)
    none = np.full(len(networks), None, dtype=object)
    connect_id = np.where(by_point, point, np.where(by_line, line, none))
    layer = np.where(by_point, "connection_points", np.where(by_line, network, none))
    networks["connect_m"] = np.where(by_point, to_point, to_line)
    networks["connect_id"] = pd.array(connect_id, dtype="str")
    networks["connect_layer"] = pd.array(layer, dtype="str")
    return networks


def screen_networks(case: Case, networks: pd.DataFrame) -> list[Part]:
    """Ask of every network whether it is near, and, where the need is known, whether it can serve it."""
    findings = []
    width = 2 * len(NETWORKS)
    columns = {name: networks[name].to_numpy(dtype=object if name in _TEXTS else float) for name in _ASKED}
    for number, network in enumerate(NETWORKS):
        existing, planned = (
            {name: column[2 * number + later :: width] for name, column in columns.items()} for later in (0, 1)
        )
        findings.append(_near(case, network, existing, planned))
        findings.append(_capable(case, network, existing))
    return findings


_TEXTS = (
    "near", "near_reason", "connect_id", "connect_layer", "line_id", "capable", "capable_reason",
    "capable_point_id",
)  # fmt: skip
_ASKED = (*_TEXTS, "connect_m", "distance_m", "capacity_free")
Columns: TypeAlias = "dict[str, NDArray[Any]]"


def _answers_of(words: NDArray[Any]) -> NDArray[Any]:
    return np.select([words == "yes", words == "no"], [PASS, WARN], UNKNOWN).astype(object)


def _known(values: NDArray[Any], else_: Any) -> NDArray[Any]:
    return np.where(pd.isna(values), else_, values)


def _near(case: Case, network: str, existing: Columns, planned: Columns) -> Part:
    answer = _answers_of(existing["near"])
    is_planned = (answer == WARN) & (planned["near"] == "yes")
    return make_findings(
        case,
        f"site.{network}",
        answer,
        measure=_known(existing["connect_m"], existing["distance_m"]),
        unit="m",
        feature_id=_known(existing["connect_id"], existing["line_id"]),
        layer=_known(existing["connect_layer"], network),
        reason=existing["near_reason"],
        decisive=False,
        other=np.where(is_planned, planned["connect_m"], np.nan),
    )


def _capable(case: Case, network: str, existing: Columns) -> Part:
    """Whether free capacity covers the need, for sites that state one or whose supply is unknown."""
    why, free = existing["capable_reason"], existing["capacity_free"]
    is_silent = why == "need_unknown"
    is_asked = (why != "not_near") & (why != "no_need")
    is_asked &= ~(is_silent & (~np.isnan(free) | (existing["near"] != "yes")))
    return make_findings(
        case,
        f"site.{network}_capacity",
        _answers_of(existing["capable"]),
        measure=free,
        feature_id=existing["capable_point_id"],
        layer="connection_points",
        reason=np.where(is_silent, "capacity_unknown", why),
        decisive=False,
        kept=is_asked,
    )


def find_costs(case: Case, networks: pd.DataFrame) -> pd.DataFrame:
    """Estimate what connecting every site to the nearest existing network may cost.

    Unit costs are rules `cost.<network>.<class>.low` and `.high` (tenge a metre); the straight metres are
    multiplied by the detour factor of the settings. The range spans the classes of a network.

    Returns
    -------
    DataFrame
        A row a site and network: `site_id`, `network`, `connect_m`, `factor`, `low_kzt`, `high_kzt` (NaN where the
        metres or the unit costs are unknown, never zero for that), `basis`, `edition`, `verified`.
    """
    told = (networks[name].tolist() for name in ("site_id", "network", "connect_m", "state"))
    factor = case.config.screening.detour_factor
    rows = [
        _cost_row(site, network, metres, _unit_costs(case, network), factor)
        for site, network, metres, state in zip(*told, strict=True)
        if state == "existing"
    ]
    columns = ["site_id", "network", "connect_m", "factor", "low_kzt", "high_kzt", "basis", "edition", "verified"]
    dtypes = {
        **dict.fromkeys(("site_id", "network", "basis", "edition"), "str"),
        **dict.fromkeys(("connect_m", "factor", "low_kzt", "high_kzt"), "float64"),
        "verified": "bool",
    }
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    return pd.DataFrame(
        {name: pd.Series(list(column), dtype=dtypes[name]) for name, column in zip(columns, values, strict=True)}
    )


def _unit_costs(case: Case, network: str) -> list[Rule]:
    prefix = f"cost.{network}."
    return case.once(
        f"costs:{network}",
        lambda: [
            rule
            for rule in case.rules.rows
            if rule.id.startswith(prefix) and rule.value is not None and rule.is_valid_on(case.as_of)
        ],
    )


def _cost_row(site: str, network: str, connect_m: float, units: list[Rule], factor: float) -> tuple[Any, ...]:
    low = [rule.value or 0.0 for rule in units if rule.id.endswith(".low")]
    high = [rule.value or 0.0 for rule in units if rule.id.endswith(".high")]
    metres = connect_m * factor
    known = bool(low) and bool(high)
    return (
        site,
        network,
        connect_m,
        factor,
        metres * min(low) if known else np.nan,
        metres * max(high) if known else np.nan,
        units[0].basis if units else None,
        units[0].edition if units else None,
        bool(units) and all(rule.verified for rule in units),
    )
