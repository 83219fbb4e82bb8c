"""The record of a run: what a later run is compared with."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geozones.errors import Message
from geozones.fingerprints import Hashes, hash_rows, hash_texts, mix_rows
from geozones.tables import Findings, RegionTables

ANSWERS = ("near", "capable", "allowed")
HASHES = ("networks_hash", "findings_hash")
_ZONE_COLUMNS = (
    "zone_id", "name_ru", "name_kk", "name_en", "kind", "status", "district_code", "area_ha", "company",
    "decision_no", "register_date",
)  # fmt: skip
_NETWORK_COLUMNS = (
    "network", "state", "line_id", "distance_m", "point_id", "point_distance_m", *ANSWERS,
)  # fmt: skip


@dataclass(frozen=True)
class PlotNetworks:
    """The networks of the plots of a record, as the analysis has them.

    Parameters
    ----------
    table
        `plot_networks`, with as many rows of each of `count` plots, in their order.
    places
        Place of each plot of the record among these plots.
    """

    table: pd.DataFrame
    places: NDArray[np.intp]
    count: int

    def take(self, places: NDArray[np.intp]) -> pd.DataFrame:
        """Give the rows about some plots of the record, named by their places in it."""
        each = len(self.table) // self.count if self.count else 0
        rows = (self.places[places][:, np.newaxis] * each + np.arange(each)).ravel()
        return _about("plot", self.table.take(rows))


@dataclass(frozen=True)
class RunRecord:
    """What a run keeps so that a later one can be compared with it.

    Parameters
    ----------
    plots
        A row a plot valid on the day: `plot_id`, `zone_id`, `number`, `map_state`, `start_passed`, `start_due`,
        `participant`, `area_ha` (documentary, else measured), `usable_ha`, `like` (plot at which the
        findings stand that it shares), `row_hash`, and `networks_hash` and `findings_hash` of its rows
        in the tables below.
    zones
        A row a zone: its names, `kind`, `status`, `district_code`, `area_ha`, `company`, `decision_no`,
        `register_date`, `row_hash`.
    networks
        `subject` (plot, zone), `subject_id`, and the columns of plot_networks that can move; rows about plots
        stand here or in `plot_networks`.
    findings
        `subject`, `subject_id`, `rule_id`, `answer`, `feature_layer`, `is_shared` (whether it is said of all plots
        like the subject); those that pass are left out.
    features
        `layer`, `key`, `row_hash` of every feature of the other layers.
    issues
        `layer`, `feature_key`, `rule`, `severity`, `message` (as JSON, not yet in a language).
    as_of
        Day of the state, as text.
    run_id
        Id of the run.
    plot_networks
        Where rows of networks about plots are taken from; None where they stand in `networks`.
    """

    plots: pd.DataFrame
    zones: pd.DataFrame
    networks: pd.DataFrame
    findings: pd.DataFrame
    features: pd.DataFrame
    issues: pd.DataFrame
    as_of: str = ""
    run_id: str = ""
    plot_networks: PlotNetworks | None = None

    def networks_of(self, places: NDArray[np.intp]) -> pd.DataFrame:
        """Give the rows of networks about the plots at these places of `plots`."""
        if self.plot_networks is not None:
            return self.plot_networks.take(places)
        is_wanted = self.networks["subject_id"].isin(self.plots["plot_id"].iloc[places])
        return self.networks[(self.networks["subject"] == "plot") & is_wanted]

    def networks_of_zones(self) -> pd.DataFrame:
        """Give the rows of networks about zones."""
        return self.networks[self.networks["subject"] == "zone"]


TABLES = ("plots", "zones", "networks", "findings", "features", "issues")


def empty_record() -> dict[str, Any]:
    """Give the tables of a record without rows."""
    plots = ("plot_id", "zone_id", "number", "map_state", "start_due", "participant", "like")
    texts = {
        "plots": plots,
        "zones": _ZONE_COLUMNS,
        "networks": ("subject", "subject_id", "network", "state", "line_id", "point_id", *ANSWERS),
        "findings": ("subject", "subject_id", "rule_id", "answer", "feature_layer"),
        "features": ("layer", "key"),
        "issues": ("layer", "feature_key", "rule", "severity", "message"),
    }
    numbers = {
        "plots": ("start_passed", "area_ha", "usable_ha", "row_hash", *HASHES),
        "zones": ("row_hash",),
        "networks": ("distance_m", "point_distance_m"),
        "features": ("row_hash",),
        "findings": ("is_shared",),
    }
    return {
        name: pd.DataFrame(
            {column: pd.Series(dtype="str") for column in columns}
            | {column: pd.Series(dtype="float64") for column in numbers.get(name, ())}
        )
        for name, columns in texts.items()
    }


def make_record(
    tables: RegionTables,
    layers: Iterable[Any],
    analysis: Any,
    issues: pd.DataFrame,
    *,
    is_valid: pd.Series,
    area_ha: pd.Series,
    plot_rows: Hashes,
    as_of: dt.date,
    run_id: str,
) -> RunRecord:
    """Take out of a run what a later one is compared with.

    Parameters
    ----------
    tables
        Checked tables.
    layers
        The checked layers: `key`, `role`, `contract`, `table`.
    analysis
        `analysis.Analysis` of them.
    issues
        The issues table; `message` holds `errors.Message`.
    is_valid, area_ha
        Whether each plot exists on the day, and its hectares.
    plot_rows
        `hash_rows` of the plots.
    """
    plots = tables.plots
    kept = is_valid.to_numpy(dtype=bool)
    states = analysis.states
    columns = {
        **{name: plots[name].to_numpy() for name in ("plot_id", "zone_id", "number") if name in plots},
        **{name: states[name].to_numpy() for name in ("map_state", "start_passed", "start_due", "participant")},
        "area_ha": area_ha.to_numpy(dtype=float),
        "usable_ha": analysis.usable["usable_m2"].to_numpy(dtype=float) / 10_000,
        "like": analysis.findings.likes["like"].array,
        "row_hash": plot_rows,
        "networks_hash": _hash_networks(analysis.plot_networks, len(plots)),
        "findings_hash": _hash_findings(analysis.findings),
    }
    zones = tables.zones
    shown = {name: zones[name].to_numpy() for name in _ZONE_COLUMNS if name in zones}
    return RunRecord(
        plots=_texts(pd.DataFrame(columns)[kept].reset_index(drop=True)),
        zones=_texts(pd.DataFrame({**shown, "row_hash": hash_rows(zones)})),
        networks=_about("zone", analysis.zone_networks),
        findings=_findings(analysis.findings),
        features=_features(layers),
        issues=_issues(issues),
        as_of=as_of.isoformat(),
        run_id=run_id,
        plot_networks=PlotNetworks(analysis.plot_networks, np.flatnonzero(kept), len(plots)),
    )


def _about(subject: str, networks: pd.DataFrame) -> pd.DataFrame:
    """Take what can move out of rows of plot_networks or zone_networks; codes become texts."""
    part = networks[[f"{subject}_id", *_NETWORK_COLUMNS]].rename(columns={f"{subject}_id": "subject_id"})
    part.insert(0, "subject", subject)
    return _texts(part.reset_index(drop=True))


class NetworksPart(NamedTuple):
    """The plots of a zone, by their places in a record, and a name that stands for all that their networks say."""

    zone_id: str | None
    name: str
    places: NDArray[np.intp]


def part_networks(plots: pd.DataFrame) -> Iterator[NetworksPart]:
    """Part the plots of a record by zone, so that parts with the same name hold the same networks.

    Parameters
    ----------
    plots
        `plots` of a record.

    Returns
    -------
    The parts, their plots in the order of the record. The name, letters and digits, stands for the zone, its plots
    and all that their networks say.
    """
    rows = hash_rows(plots[["plot_id", "networks_hash"]])
    columns = " ".join(_NETWORK_COLUMNS)
    for zone, places in plots.groupby("zone_id", sort=False, dropna=False).indices.items():
        zone_id, of_zone = None if zone is None or zone != zone else str(zone), np.asarray(places)
        name = hash_texts([columns, zone_id or "", rows[of_zone].tobytes().hex()])[:32]
        yield NetworksPart(zone_id, name, of_zone)


_FINDING_COLUMNS = ("subject", "subject_id", "rule_id", "answer", "feature_layer")


def _findings(findings: Findings) -> pd.DataFrame:
    parts = [(findings.own, False), (findings.shared, True), (findings.zones, False)]
    kept = [
        table.loc[table["answer"] != "pass", list(_FINDING_COLUMNS)].assign(is_shared=is_shared)
        for table, is_shared in parts
    ]
    return _texts(pd.concat(kept, ignore_index=True))


def _hash_findings(findings: Findings) -> Hashes:
    """Give every plot a number that stands for its findings that do not pass, shared ones included."""
    found = [np.zeros(len(findings.likes), dtype=np.uint64) for _ in range(2)]
    for sums, table in zip(found, (findings.own, findings.shared), strict=True):
        said = (table["answer"] != "pass").to_numpy()
        rows = mix_rows(table.loc[said, ["rule_id", "answer", "feature_layer"]])
        place = findings.places_of(table)[said]
        np.add.at(sums, place[place >= 0], rows[place >= 0])
    own, shared = found
    return own + shared[findings.like_places] if len(own) else own


def _hash_networks(networks: pd.DataFrame, plots: int) -> Hashes:
    """Give every plot a number that stands for its rows of plot_networks, of which each has as many."""
    rows = mix_rows(networks[list(_NETWORK_COLUMNS)])
    if not plots:
        return rows
    turns = np.arange(1, 2 * (len(rows) // plots), 2, dtype=np.uint64)
    hashes: Hashes = (rows.reshape(plots, -1) * turns).sum(axis=1, dtype=np.uint64)
    return hashes


def _features(layers: Iterable[Any]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"layer": layer.key, "key": layer.table[layer.contract.key].to_numpy(),
                      "row_hash": hash_rows(layer.table)})
        for layer in layers
        if layer.contract.key and layer.role not in ("zones", "plots")
    ]  # fmt: skip
    empty = pd.DataFrame({"layer": [], "key": [], "row_hash": np.zeros(0, dtype=np.uint64)})
    return _texts(pd.concat([part for part in parts if len(part)] or [empty], ignore_index=True))


def _issues(issues: pd.DataFrame) -> pd.DataFrame:
    shown = pd.DataFrame(issues[["layer", "feature_key", "rule", "severity"]]).reset_index(drop=True)
    return _texts(
        shown.assign(message=[json.dumps(pack_message(m), ensure_ascii=False) for m in issues["message"]])
    )


def pack_message(message: Any) -> Any:
    """Turn a message into plain values that JSON can hold."""
    if isinstance(message, Message):
        return {
            "template": message.template,
            "params": {name: pack_message(v) for name, v in message.params.items()},
        }
    if isinstance(message, np.generic):
        return message.item()
    return message if isinstance(message, str | int | float | bool | None) else str(message)


def unpack_message(packed: Any) -> Any:
    """Turn plain values back into a message."""
    if isinstance(packed, dict):
        return Message(packed["template"], {name: unpack_message(v) for name, v in packed["params"].items()})
    return packed


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    """Write dates as text and give every text column one dtype, so that a record read back is the same."""
    for name, column in table.items():
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            table[name] = column.dt.strftime("%Y-%m-%d").astype("str")
        elif not pd.api.types.is_numeric_dtype(column.dtype):
            table[name] = column.astype("str")
    return table
