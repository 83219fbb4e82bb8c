"""The comparison of two runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geozones.changes.causes import Causes, differs
from geozones.changes.record import ANSWERS, RunRecord, empty_record

_MOVED_M = 0.01


@dataclass(frozen=True)
class Changes:
    """What is different in the later of two runs, a table a kind; see `compare_runs`."""

    before: tuple[str, str]
    after: tuple[str, str]
    tables: Mapping[str, pd.DataFrame]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each kind of change has."""
        return {kind: len(table) for kind, table in self.tables.items()}


def compare_runs(before: RunRecord, after: RunRecord) -> Changes:
    """Find what is different in the later of two runs.

    Returns
    -------
    Changes
        Tables, in this order: `freed`, `taken`, `states` (plots whose map state moved otherwise), `plots_new`,
        `plots_gone` (each with `plot_id`, `zone_id`, `number`, `area_ha`, `from`, `to`, `participant`);
        `zones_new`, `zones_gone`, `zones_changed` (`zone_id`, names, `columns` that differ);
        `distances` (`subject`, `subject_id`, `zone_id`, `number`, `network`, `state`, `what` line or point,
        `from_m`, `to_m`, `layer`); `answers` (the same with `what` near, capable, allowed or a rule, `from`,
        `to`, `layer`); `usable` (`plot_id`, `from_ha`, `to_ha`); `starts_passed` (plots), `starts_cleared`
        (plots that are no longer past their start, with `from` and `to`, the due start); `issues_new`,
        `issues_solved`.
    """
    before, after = _keep_different(before, after)
    plots = before.plots.merge(after.plots, on="plot_id", how="outer", suffixes=("_before", ""), indicator=True)
    places = pd.concat([before.plots, after.plots])[["plot_id", "zone_id", "number"]].drop_duplicates(
        "plot_id", keep="last"
    )
    causes = Causes(before, after)
    answers = pd.concat(
        [_moved_answers(before, after, causes), _moved_findings(before, after, causes)], ignore_index=True
    )
    return Changes(
        (before.run_id, before.as_of),
        (after.run_id, after.as_of),
        {
            **_plots(plots),
            **_zones(before.zones, after.zones),
            "distances": _place(_moved_distances(before, after, causes), places),
            "answers": _place(answers, places),
            "usable": _usable(plots),
            "starts_passed": _starts_passed(plots),
            "starts_cleared": _starts_cleared(plots),
            "issues_new": _issues_only_in(after.issues, before.issues),
            "issues_solved": _issues_only_in(before.issues, after.issues),
        },
    )


def find_different(plots: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Say which plots of a record are not among those of another, or differ there in any column.

    Parameters
    ----------
    plots, others
        `plots` of two records.

    Returns
    -------
    A flag a row of `plots`, with its index.
    """
    ids, their_ids = plots["plot_id"], others["plot_id"]
    is_alike = ids.dtype == their_ids.dtype == "str" and ids.reset_index(drop=True).equals(
        their_ids.reset_index(drop=True)
    )
    place = np.arange(len(ids)) if is_alike else pd.Index(their_ids).get_indexer(ids)
    is_other = place < 0
    there = np.flatnonzero(~is_other)
    for name in plots.columns:
        if name in others:
            theirs = others[name].iloc[place[there]]
            is_other[there] |= differs(plots[name].iloc[there].set_axis(theirs.index), theirs)
    return pd.Series(is_other, index=plots.index)


def _keep_different(before: RunRecord, after: RunRecord) -> tuple[RunRecord, RunRecord]:
    """Leave out the plots of which nothing differs, and all that is said of them."""
    found = find_different(before.plots, after.plots), find_different(after.plots, before.plots)
    kept = []
    for record, is_other in zip((before, after), found, strict=True):
        plots = record.plots[is_other].reset_index(drop=True)
        networks = pd.concat([record.networks_of(np.flatnonzero(is_other)), record.networks_of_zones()])
        findings = unfold_findings(record.findings, plots)
        kept.append(replace(record, plots=plots, networks=networks, findings=findings, plot_networks=None))
    return kept[0], kept[1]


def is_about_plots(rows: pd.DataFrame) -> pd.Series:
    """Say which rows of a record's networks or findings are about plots."""
    return rows["subject"] == "plot"


def unfold_findings(findings: pd.DataFrame, plots: pd.DataFrame) -> pd.DataFrame:
    """Give every plot the findings that it shares with others, and leave out those of plots not asked about."""
    shared = findings["is_shared"].to_numpy(dtype=bool)
    own = findings[~shared & (~is_about_plots(findings) | _is_of(findings, plots["plot_id"])).to_numpy()]
    at_likes = plots[["plot_id", "like"]].merge(findings[shared], left_on="like", right_on="subject_id")
    at_likes["subject_id"] = at_likes["plot_id"]
    unfolded: pd.DataFrame = pd.concat([own, at_likes[list(own.columns)]], ignore_index=True)
    return unfolded.drop(columns="is_shared")


def _is_of(rows: pd.DataFrame, plot_ids: pd.Series) -> pd.Series:
    return is_about_plots(rows) & rows["subject_id"].isin(plot_ids)


def no_changes(run_id: str, as_of: str) -> Changes:
    """Give the changes of a run that is like the one before it."""
    record = RunRecord(**empty_record(), as_of=as_of, run_id=run_id)
    return compare_runs(record, record)


def _plots(plots: pd.DataFrame) -> dict[str, pd.DataFrame]:
    both = (plots["_merge"] == "both").to_numpy()
    was_free = (plots["map_state_before"] == "free").to_numpy()
    is_free = (plots["map_state"] == "free").to_numpy()
    moved = both & (plots["map_state_before"] != plots["map_state"]).to_numpy(dtype=bool)
    return {
        "freed": _plot_rows(plots[moved & is_free]),
        "taken": _plot_rows(plots[moved & was_free]),
        "states": _plot_rows(plots[moved & ~was_free & ~is_free]),
        "plots_new": _plot_rows(plots[(plots["_merge"] == "right_only").to_numpy()]),
        "plots_gone": _plot_rows(plots[(plots["_merge"] == "left_only").to_numpy()]),
    }


def _plot_rows(plots: pd.DataFrame) -> pd.DataFrame:
    either = {
        name: plots[name].fillna(plots[f"{name}_before"])
        for name in ("zone_id", "number", "area_ha", "participant")
    }
    rows = pd.DataFrame(
        {"plot_id": plots["plot_id"], **either, "from": plots["map_state_before"], "to": plots["map_state"]}
    )
    return rows.sort_values(["zone_id", "plot_id"], kind="stable").reset_index(drop=True)


def _zones(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, pd.DataFrame]:
    zones = before.merge(after, on="zone_id", how="outer", suffixes=("_before", ""), indicator=True)
    changed = zones[(zones["_merge"] == "both") & (zones["row_hash_before"] != zones["row_hash"])]
    named = [name for name in after.columns if name not in ("zone_id", "row_hash") and f"{name}_before" in zones]
    names = ["zone_id", *(name for name in ("name_ru", "name_kk", "name_en") if name in after)]
    is_other = {name: differs(changed[f"{name}_before"], changed[name]) for name in named}
    columns = [
        ", ".join(name for name in named if is_other[name][place]) or "geometry" for place in range(len(changed))
    ]
    return {
        "zones_new": zones.loc[zones["_merge"] == "right_only", names].reset_index(drop=True),
        "zones_gone": before.loc[~before["zone_id"].isin(after["zone_id"]), names].reset_index(drop=True),
        "zones_changed": changed[names].assign(columns=pd.array(columns, dtype="str")).reset_index(drop=True),
    }


def _both_networks(before: RunRecord, after: RunRecord) -> pd.DataFrame:
    keys = ["subject", "subject_id", "network", "state"]
    return before.networks.merge(after.networks, on=keys, how="inner", suffixes=("_before", ""))


def _moved_distances(before: RunRecord, after: RunRecord, causes: Causes) -> pd.DataFrame:
    both = _both_networks(before, after)
    parts = []
    for what, column in (("line", "distance_m"), ("point", "point_distance_m")):
        was, now = both[f"{column}_before"], both[column]
        moved = ((was - now).abs() > _MOVED_M) | (was.isna() != now.isna())
        rows = both[moved.to_numpy(dtype=bool)]
        part = rows[["subject", "subject_id", "network", "state"]].assign(
            what=what, from_m=rows[f"{column}_before"].round(2), to_m=rows[column].round(2)
        )
        parts.append(part.assign(layer=_name_causes(rows, causes)))
    return pd.concat(parts, ignore_index=True)


def _moved_answers(before: RunRecord, after: RunRecord, causes: Causes) -> pd.DataFrame:
    both = _both_networks(before, after)
    parts = []
    for what in ANSWERS:
        rows = both[differs(both[f"{what}_before"], both[what])]
        part = rows[["subject", "subject_id", "network", "state"]].assign(
            what=what, **{"from": rows[f"{what}_before"], "to": rows[what]}
        )
        parts.append(part.assign(layer=_name_causes(rows, causes)))
    return pd.concat(parts, ignore_index=True)


def _name_causes(rows: pd.DataFrame, causes: Causes) -> pd.Series:
    named = rows[["subject", "subject_id", "line_id_before", "line_id", "point_id_before", "point_id", "network"]]
    found = [causes.of(row[0], row[1], row[2:6], row[6]) for row in named.itertuples(index=False, name=None)]
    return pd.Series(found, index=rows.index, dtype="str")


def _moved_findings(before: RunRecord, after: RunRecord, causes: Causes) -> pd.DataFrame:
    keys = ["subject", "subject_id", "rule_id"]
    both = before.findings.merge(after.findings, on=keys, how="outer", suffixes=("_before", ""))
    subjects = {"plot": "plots", "zone": "zones"}
    known = {kind: set(getattr(before, name)[f"{kind}_id"]) & set(getattr(after, name)[f"{kind}_id"])
             for kind, name in subjects.items()}  # fmt: skip
    is_known = [i in known[s] for s, i in zip(both["subject"], both["subject_id"], strict=True)]
    both = both[np.asarray(is_known, dtype=bool)]
    answers = both[["answer_before", "answer"]].fillna("pass")
    moved = (answers["answer_before"] != answers["answer"]).to_numpy(dtype=bool)
    rows, answers = both[moved], answers[moved]
    layers = rows["feature_layer"].fillna(rows["feature_layer_before"])
    found = [
        layer if causes.has(layer) else causes.of(subject, subject_id, (), "")
        for layer, subject, subject_id in zip(layers, rows["subject"], rows["subject_id"], strict=True)
    ]
    return pd.DataFrame(
        {
            "subject": rows["subject"], "subject_id": rows["subject_id"], "network": None, "state": None,
            "what": rows["rule_id"], "from": answers["answer_before"], "to": answers["answer"],
            "layer": pd.Series(found, index=rows.index, dtype="str"),
        }
    )  # fmt: skip


def _place(rows: pd.DataFrame, plots: pd.DataFrame) -> pd.DataFrame:
    """Name the zone, and the number in it, of every plot."""
    placed = rows.merge(plots, left_on="subject_id", right_on="plot_id", how="left").drop(columns="plot_id")
    is_zone = placed["subject"] == "zone"
    placed["zone_id"] = placed["zone_id"].mask(is_zone, placed["subject_id"])
    placed["number"] = placed["number"].mask(is_zone)
    order = ["subject", "zone_id", "subject_id", "network", "state", "what"]
    return placed.sort_values(order, kind="stable", na_position="first").reset_index(drop=True)


def _usable(plots: pd.DataFrame) -> pd.DataFrame:
    both = plots[plots["_merge"] == "both"]
    moved = both[((both["usable_ha_before"] - both["usable_ha"]).abs() >= 0.005).to_numpy(dtype=bool)]
    rows = moved[["plot_id", "zone_id", "number"]].assign(
        from_ha=moved["usable_ha_before"].round(4), to_ha=moved["usable_ha"].round(4)
    )
    return rows.sort_values(["zone_id", "plot_id"], kind="stable").reset_index(drop=True)


def _starts_passed(plots: pd.DataFrame) -> pd.DataFrame:
    now = plots["start_passed"].fillna(False).to_numpy(dtype=bool)
    before = plots["start_passed_before"].fillna(False).to_numpy(dtype=bool)
    rows: pd.DataFrame = plots.loc[
        now & ~before, ["plot_id", "zone_id", "number", "area_ha", "participant", "start_due"]
    ]
    return rows.sort_values(["start_due", "plot_id"], kind="stable").reset_index(drop=True)


def _starts_cleared(plots: pd.DataFrame) -> pd.DataFrame:
    now = plots["start_passed"].fillna(False).to_numpy(dtype=bool)
    before = plots["start_passed_before"].fillna(False).to_numpy(dtype=bool)
    cleared = plots[before & ~now & (plots["_merge"] == "both").to_numpy()]
    rows: pd.DataFrame = cleared[["plot_id", "zone_id", "number", "area_ha"]].assign(
        participant=cleared["participant_before"],
        **{"from": cleared["start_due_before"], "to": cleared["start_due"]},
    )
    return rows.sort_values("plot_id", kind="stable").reset_index(drop=True)


def _issues_only_in(issues: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    columns = ["layer", "feature_key", "rule"]
    known = set(others[columns].fillna("").itertuples(index=False, name=None))
    is_new = [key not in known for key in issues[columns].fillna("").itertuples(index=False, name=None)]
    found: pd.DataFrame = issues[np.asarray(is_new, dtype=bool)].reset_index(drop=True)
    return found
