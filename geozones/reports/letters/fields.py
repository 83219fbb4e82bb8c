"""What a letter says of a plot: from the layers, the ledger, the clocks and the rules, as a letter words it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geozones.config import RegionConfig
from geozones.i18n import format_date, format_number
from geozones.lifecycle import Letter, PlotState, WorkCalendar, count_term
from geozones.rules import Rules, wording

_DATES = (
    "contract_date", "start_due", "inspected_on", "breach_on", "notice_on", "notice_delivered",
    "termination_notice_on", "termination_delivered", "terminated_on",
)  # fmt: skip
_TEXTS = ("contract_no", "holder_id", "project")


@dataclass(frozen=True)
class LetterPlot:
    """The plot of a letter with its zone: one row of each table as a mapping, NA where unknown."""

    plot: Mapping[str, Any]
    zone: Mapping[str, Any]
    district: Mapping[str, Any]


def find_plot(
    plot_id: str, plots: pd.DataFrame, zones: pd.DataFrame, districts: pd.DataFrame | None
) -> LetterPlot:
    """Find the rows of a plot, its zone and its district; an empty mapping where there is none."""
    plot = _row(plots, "plot_id", plot_id)
    zone = _row(zones, "zone_id", plot.get("zone_id"))
    district = {} if districts is None else _row(districts, "district_code", zone.get("district_code"))
    return LetterPlot(plot, zone, district)


def _row(table: pd.DataFrame, key: str, value: Any) -> dict[str, Any]:
    found = pd.DataFrame(table[table[key] == value]).drop(columns="geometry", errors="ignore")
    return {} if found.empty else {str(name): value for name, value in found.iloc[0].items()}


def gather_fields(
    letter: Letter,
    state: PlotState,
    about: LetterPlot,
    *,
    region: RegionConfig,
    as_of: dt.date,
    rules: Rules,
    calendar: WorkCalendar,
) -> dict[str, str | None]:
    """Gather the text of every field that a template may name.

    Parameters
    ----------
    letter
        The kind of letter; it decides the rule whose article and edition are named.
    state
        The state of the plot on `as_of`.
    about
        The plot with its zone and district.
    region, as_of, rules, calendar
        The region, the day of the letter, legal numbers and working days.

    Returns
    -------
    Text by field name, None where it is not known. Names ending in `_kk` and `_ru` are in that language; dates and
    numbers are written alike in both.
    """
    rule = rules.get(letter.rule_id, on=as_of)
    fields: dict[str, str | None] = {
        "as_of": format_date(as_of, "ru"),
        "holder": _text(state.facts.get("participant")),
        "plot_id": _text(about.plot.get("plot_id")),
        "plot_number": _text(about.plot.get("number")) or _text(about.plot.get("plot_id")),
        "cadastral_no": _text(about.plot.get("cadastral_no")),
        "area_ha": _number(about.plot.get("area_ha")),
        "edition": wording.edition(rule, "ru"),
        "law_kk": wording.cite(rule, "kk").rpartition(", ")[0],
        "law_ru": wording.cite(rule, "ru").rpartition(", ")[0],
        "article_kk": f"{rule.article}-бап",
        "article_ru": f"ст. {rule.article}",
    }
    for name in _TEXTS:
        fields[name] = _text(state.facts.get(name))
    for name in _DATES:
        day = state.day(name)
        fields[name] = None if day is None else format_date(day, "ru")
    for language in ("kk", "ru"):
        fields[f"zone_{language}"] = _name(about.zone, language)
        fields[f"district_{language}"] = _name(about.district, language)
        fields[f"region_{language}"] = region.name.get(language) or region.name.get("ru")
    return {**fields, **_terms(state, as_of, rules=rules, calendar=calendar)}


def _terms(state: PlotState, as_of: dt.date, *, rules: Rules, calendar: WorkCalendar) -> dict[str, str | None]:
    """Write the lengths of the terms, and the last day to cure where its clock has started."""
    own = state.facts.get("cure_days")
    cure_days = int(own or rules.get("clock.cure", on=as_of).value or 0)
    delivered = state.day("notice_delivered")
    due = None
    if delivered is not None:
        held = int(state.facts.get("held_days", 0))
        term = count_term(
            "clock.cure", delivered, rules=rules, calendar=calendar, length=cure_days, held_days=held
        )
        due = format_date(term.due, "ru")
    return {
        "cure_days": str(cure_days),
        "cure_due": due,
        "termination_days": str(int(rules.get("clock.termination", on=as_of).value or 0)),
    }


def _name(row: Mapping[str, Any], language: str) -> str | None:
    return _text(row.get(f"name_{language}")) or _text(row.get("name_ru"))


def _text(value: Any) -> str | None:
    return None if value is None or pd.isna(value) or not str(value).strip() else str(value)


def _number(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else format_number(float(value), "ru")
