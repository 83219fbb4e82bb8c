"""Rules in the words of a language: what a rule is about, and where it stands."""

from __future__ import annotations

from geozones.i18n import translate
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
