"""The words of the return queue: presumption, evidence, clocks with their base dates, the next lawful step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geozones.i18n import N_
from geozones.maps.words import Words, date, date_or_none, number_or_none, short, t, text_or_none, tn

Row = Mapping[str, Any]

_STEPS = {
    "inspect": N_("Inspect the plot"),
    "breach": N_("Draw up the act of non-performance"),
    "notice": N_("Send the notice to cure"),
    "deliver": N_("Record the delivery of the notice"),
    "termination_notice": N_("Send the notice of termination"),
    "terminate": N_("End the contract"),
    "return": N_("Return the land: act or court decision, then strike the lease from the cadastre"),
    "start": N_("Record that work has started"),
    "resume": N_("None while the clock is held"),
}
_EVIDENCE = {
    "yes": N_("inspected {day}: work seen"),
    "no": N_("inspected {day}: no work seen"),
    "unknown": N_("inspected {day}: could not be told"),
}


def due_words(row: Row) -> list[Words]:
    """Write the due start, the document that moved it, and how long ago it was."""
    due = date_or_none(row["start_due"])
    if due is None:
        return []
    written = [date(due)]
    moved, by = date_or_none(row["extended_on"]), text_or_none(row["extended_by"])
    if moved is not None:
        paper = short(by) if by else ""
        written.append(t("moved by {paper}", paper=paper) if paper else t("moved on {day}", day=moved))
    over = number_or_none(row["days_over"])
    if over and row["start_passed"]:
        written.append(tn("{n} day over", "{n} days over", int(over)))
    return written


def evidence_words(row: Row) -> list[Words]:
    """Write what stands behind the presumption: the last inspection after the due start, or none."""
    day = date_or_none(row["evidence_on"])
    found = str(row["evidence"])
    written = [t(_EVIDENCE[found], day=day)] if day is not None and found in _EVIDENCE else [_no_inspection(row)]
    act = date_or_none(row["breach_on"])
    if act is not None:
        written.append(t("act of non-performance of {day}", day=act))
    if text_or_none(row["encumbrances"]):
        written.append(t("encumbered"))
    return written


def _no_inspection(row: Row) -> Words:
    if row["start_passed"]:
        return t("by the documents; not inspected since the due date")
    if number_or_none(row["days_over"]) is None:
        return t("the due date is still to come")
    return t("not inspected since the due date")


def clock_words(row: Row) -> list[Words]:
    """Write the contract's clock (zone law, art. 34) with its base date."""
    written: list[Words] = []
    held = date_or_none(row["suspended_on"])
    if row["suspended"] and held is not None:
        reason = text_or_none(row["suspended_for"])
        written.append(t("held since {day}: {reason}", day=held, reason=short(reason)) if reason
                       else t("held since {day}", day=held))  # fmt: skip
    clock = text_or_none(row["clock"])
    base = date_or_none(row["clock_base"])
    ended = date_or_none(row["terminated_on"])
    if clock in ("cure", "termination"):
        written.append(_term_words(row, clock) if base is not None else _not_started(row, clock))
    elif clock == "start":
        written.append(t("contract: start due {day}", day=date_or_none(row["clock_due"])))
    elif ended is not None and row["state"] == "terminated":
        written.append(t("contract ended {day}; not yet struck from the cadastre", day=ended))
    return written


def _not_started(row: Row, clock: str) -> Words:
    sent = date_or_none(row["notice_on"] if clock == "cure" else row["termination_notice_on"])
    if sent is None:
        return t("delivery not recorded: the clock has not started")
    return t("notice of {day}: delivery not recorded, the clock has not started", day=sent)


def _term_words(row: Row, clock: str) -> Words:
    """Write a term from its base to its last day: `notice delivered 02.09.2026 → 60 days → 01.11.2026 …`."""
    length = int(row["clock_length"])
    base, counted, due = (date_or_none(row[name]) for name in ("clock_base", "clock_counted", "clock_due"))
    if clock == "cure":
        told, term = t("notice delivered {day}", day=base), tn("{n} day", "{n} days", length)
    else:
        told = t("notice of termination delivered {day}", day=base)
        term = tn("{n} working day", "{n} working days", length)
    if counted == due:
        written = t("{told} → {term} → {due}", told=told, term=term, due=due)
    else:
        written = t(
            "{told} → {term} → {counted} (day off) → {due}", told=told, term=term, counted=counted, due=due
        )
    return _with_doubts(written, estimated=row["clock_estimated"], verified=row["clock_verified"])


def land_words(row: Row) -> list[Words]:
    """Write the clock of the Land Code, which is never mixed with the contract's."""
    base, due = date_or_none(row["land_base"]), date_or_none(row["land_due"])
    if base is None or due is None:
        return []
    if row["land_clock"] == "land_order":
        written = t("Land Code, art. 94: order delivered {base} → {due}", base=base, due=due)
    else:
        written = t("Land Code, art. 92: granted {base} → 3 years → {due}", base=base, due=due)
    if number_or_none(row["land_days_left"]) is not None and row["land_days_left"] < 0:
        written = t("{clock}, passed", clock=written)
    return [_with_doubts(written, estimated=row["land_estimated"], verified=row["land_verified"])]


def _with_doubts(words: Words, *, estimated: bool, verified: bool) -> Words:
    if estimated:
        words = t("{clock}; a holiday in it is only estimated", clock=words)
    return words if verified else t("{clock} *", clock=words)


def step_words(row: Row) -> Words:
    """Write the next lawful step."""
    step = text_or_none(row["next_step"])
    return t(_STEPS[step]) if step in _STEPS else t("None: the plot is watched")
