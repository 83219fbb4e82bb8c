"""Rules in the words of a language: what a rule is about, its number, where it stands, how it was found."""

from __future__ import annotations

import datetime as dt

from geozones.i18n import N_, format_date, format_number, translate
from geozones.rules.table import Rule


def label(rule: Rule, language: str) -> str:
    """Say what a rule is about: its object, and its class where it has one."""
    if rule.kind == "sector":
        return str(rule.details.get(language) or rule.object)
    name = translate(rule.object, language)
    return f"{name}, {translate(rule.class_name, language)}" if rule.class_name else name


def cite(rule: Rule, language: str) -> str:
    """Name the act and the article of a rule."""
    return f"{translate(rule.act, language)}, {translate(rule.article, language)}"


def edition(rule: Rule, language: str) -> str:
    """Name the edition of the act in which the rule was read."""
    try:
        return format_date(dt.date.fromisoformat(rule.edition), language)
    except ValueError:
        return translate(rule.edition, language)


def number(rule: Rule, language: str) -> str:
    """Write the number of a rule with its unit; a dash where none was found."""
    if rule.value is None:
        return "–"
    return f"{format_number(rule.value, language)} {translate(_UNITS.get(rule.unit, rule.unit), language)}".strip()


def status(rule: Rule, language: str) -> str:
    """Say how the number of a rule was found."""
    return translate(STATUS_WORDS[rule.status], language)


STATUS_WORDS = {
    "V": N_("read in this edition"),
    "V-old": N_("read in an older edition"),
    "KZ-repealed": N_("read in a repealed act only"),
    "other country": N_("read in the text of another country only"),
    "not found": N_("not found in any text"),
}

_UNITS = {
    "m": N_("m"),
    "calendar_days": N_("calendar days"),
    "working_days": N_("working days"),
    "months": N_("months"),
    "years": N_("years"),
    "yes_no": "",
}
