"""Checks: table + contract → checked table + issues + quarantine. Every input feature is accounted for."""

from geozones.checks.issues import join_issues, make_issues, no_issues, render_messages
from geozones.checks.layer import CheckedLayer, check_layer
from geozones.checks.region import check_region
from geozones.checks.rule import IssueRule
from geozones.checks.rules import ISSUE_RULES, RULES_BY_ID

__all__ = [
    "ISSUE_RULES",
    "RULES_BY_ID",
    "CheckedLayer",
    "IssueRule",
    "check_layer",
    "check_region",
    "join_issues",
    "make_issues",
    "no_issues",
    "render_messages",
]
