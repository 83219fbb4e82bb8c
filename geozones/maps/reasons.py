"""Why a network is capable or not, allowed or not, at a zone: in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geozones.i18n import N_
from geozones.maps.content import PageContent
from geozones.maps.plot_land import STOPPING
from geozones.maps.words import Words, each_language, join, t, text_or_none
from geozones.restrictions import find_checks
from geozones.rules import Rule, label

CAPABLE_REASONS = {
    "no_need": N_("nothing is needed"),
    "enough": N_("enough for the stated needs"),
    "short": N_("not enough"),
    "not_near": N_("nothing near to serve"),
    "need_unknown": N_("unknown: no need is stated"),
    "capacity_unknown": N_("unknown: free capacity not known"),
    "near_unknown": N_("unknown: not known what is near"),
}
ALLOWED_ANSWERS = {
    "yes": N_("no strip of this network forbids the use"),
    "no": N_("strips of this network cover too much: {rules}"),
    "unknown": N_("unknown: {rules}"),
}
NO_DATA = N_("no data on its strips here")


def capable_words(row: Mapping[str, Any]) -> Words:
    """Say whether what is near can serve, and why: of a row of `zone_networks`."""
    return t(CAPABLE_REASONS.get(text_or_none(row.get("capable_reason")) or "", CAPABLE_REASONS["near_unknown"]))


def _label(rule: Rule) -> Words:
    return each_language(lambda language: label(rule, language))


class Reasons:
    """Which rules stand behind the answers "allowed" of zones or plots.

    Parameters
    ----------
    content
        What the pages show; without findings (for the public) there is nothing to tell.
    subject
        Whose answers: `zone` or `plot`.
    """

    def __init__(self, content: PageContent, *, subject: str = "zone") -> None:
        self._by_subject: dict[tuple[str, str, str], list[Words]] = {}
        if content.rules is None or content.findings is None:
            return
        checks = {check.id: check for check in find_checks(content.rules) if check.network}
        about = content.findings.zones if subject == "zone" else content.findings.own
        findings = about[about["feature_id"].notna()]
        for row in pd.DataFrame(findings).to_dict("records"):
            check = checks.get(row["check"])
            if check is None or check.effect not in STOPPING:
                continue
            rule = next((each for each in check.rules if each.id == row["rule_id"]), check.rules[0])
            key = (str(row["subject_id"]), check.network, str(row["answer"]))
            self._by_subject.setdefault(key, []).append(_label(rule))

    def allowed_words(self, subject_id: str, network: str, answer: str) -> Words:
        """Say whether the rules of a network allow the use of a subject, and which forbid it or leave it open."""
        wanted = {"no": "block", "unknown": "unknown"}.get(answer, "")
        rules = self._by_subject.get((subject_id, network, wanted), [])
        if answer == "yes":
            return t(ALLOWED_ANSWERS["yes"])
        return t(ALLOWED_ANSWERS[answer], rules=join(rules, "; ") if rules else t(NO_DATA))
