"""Checks: table + contract → checked table + issues + quarantine. Every input feature is accounted for."""

from geozones.checks.changed_rows import ROLES_BY_ROW, check_changed_rows, is_checked_by_row
from geozones.checks.issues import join_issues, make_issues, no_issues, render_messages
from geozones.checks.layer import CheckedLayer, check_layer
from geozones.checks.region import check_region
from geozones.checks.relations import Land, LandRelations, Relate, find_changed_relations, find_relations
from geozones.checks.rule import IssueRule
from geozones.checks.rules import ISSUE_RULES, RULES_BY_ID

__all__ = [
    "ISSUE_RULES",
    "ROLES_BY_ROW",
    "RULES_BY_ID",
    "CheckedLayer",
    "IssueRule",
    "Land",
    "LandRelations",
    "Relate",
    "check_changed_rows",
    "check_layer",
    "check_region",
    "find_changed_relations",
    "find_relations",
    "is_checked_by_row",
    "join_issues",
    "make_issues",
    "no_issues",
    "render_messages",
]
