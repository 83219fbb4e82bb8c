"""Gas, power and water around a site, and what a connection may cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

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
    to_line = networks["distance_m"].where(networks["line_connectable"] == "yes")
    to_point = networks["point_distance_m"]
    by_point = to_point.notna() & ~(to_line < to_point)
    networks["connect_m"] = to_point.where(by_point, to_line)
    networks["connect_id"] = networks["point_id"].where(by_point, networks["line_id"].where(to_line.notna()))
    of_line: Any = networks["network"].where(to_line.notna())
    layer = of_line.mask(by_point, "connection_points")
    return networks.assign(connect_layer=layer)


def screen_networks(case: Case, networks: pd.DataFrame) -> list[Part]:
    """Ask of every network whether it is near, and, where the need is known, whether it can serve it."""
    findings = []
    places = (
        np.arange(len(networks)).reshape(len(case.sites), -1) if len(networks) else np.empty((0, 6), dtype=int)
    )
    for number, network in enumerate(NETWORKS):
        rows = {
            state: networks.take(places[:, 2 * number + later]).reset_index(drop=True)
            for later, state in enumerate(("existing", "planned"))
        }
        findings.append(_near(case, network, rows["existing"], rows["planned"]))
        findings.append(_capable(case, network, rows["existing"]))
    return findings


def _near(case: Case, network: str, existing: pd.DataFrame, planned: pd.DataFrame) -> Part:
    answer = existing["near"].map({"yes": PASS, "no": WARN, "unknown": UNKNOWN}).to_numpy(dtype=object)
    is_planned = (answer == WARN) & (planned["near"] == "yes").to_numpy()
    shown = existing["connect_m"].where(existing["connect_m"].notna(), existing["distance_m"])
    return make_findings(
        case,
        f"site.{network}",
        answer,
        measure=shown.to_numpy(dtype=float),
        unit="m",
        feature_id=existing["connect_id"].fillna(existing["line_id"]).to_numpy(dtype=object),
        layer=existing["connect_layer"].fillna(network).to_numpy(dtype=object),
        reason=existing["near_reason"].to_numpy(dtype=object),
        decisive=False,
        other=np.where(is_planned, planned["connect_m"].to_numpy(dtype=float), np.nan),
    )


def _capable(case: Case, network: str, existing: pd.DataFrame) -> Part:
    """Whether free capacity covers the need, for sites that state one or whose supply is unknown."""
    is_asked = (existing["capable_reason"] != "not_near") & (existing["capable_reason"] != "no_need")
    is_silent = existing["capable_reason"] == "need_unknown"
    is_asked &= ~(is_silent & (existing["capacity_free"].notna() | (existing["near"] != "yes")))
    reason = existing["capable_reason"].mask(is_silent, "capacity_unknown")
    answer = existing["capable"].map({"yes": PASS, "no": WARN, "unknown": UNKNOWN}).to_numpy(dtype=object)
    return make_findings(
        case,
        f"site.{network}_capacity",
        answer,
        measure=existing["capacity_free"].to_numpy(dtype=float),
        feature_id=existing["capable_point_id"].to_numpy(dtype=object),
        layer="connection_points",
        reason=reason.to_numpy(dtype=object),
        decisive=False,
        kept=is_asked.to_numpy(),
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
    existing = networks[networks["state"] == "existing"]
    factor = case.config.screening.detour_factor
    rows = [_cost_row(row, _unit_costs(case, str(row.network)), factor) for row in existing.itertuples()]
    columns = ["site_id", "network", "connect_m", "factor", "low_kzt", "high_kzt", "basis", "edition", "verified"]
    table = pd.DataFrame(rows, columns=columns)
    numbers = dict.fromkeys(("connect_m", "factor", "low_kzt", "high_kzt"), "float64")
    return table.astype(
        {**dict.fromkeys(("site_id", "network", "basis", "edition"), "str"), **numbers, "verified": "bool"}
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


def _cost_row(row: Any, units: list[Rule], factor: float) -> tuple[Any, ...]:
    low = [rule.value or 0.0 for rule in units if rule.id.endswith(".low")]
    high = [rule.value or 0.0 for rule in units if rule.id.endswith(".high")]
    metres = row.connect_m * factor
    known = bool(low) and bool(high)
    return (
        row.site_id,
        row.network,
        row.connect_m,
        factor,
        metres * min(low) if known else np.nan,
        metres * max(high) if known else np.nan,
        units[0].basis if units else None,
        units[0].edition if units else None,
        bool(units) and all(rule.verified for rule in units),
    )
