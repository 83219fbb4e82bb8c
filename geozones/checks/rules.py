"""What can be wrong with data: every rule of the issues table, in one tuple."""

from __future__ import annotations

from geozones.checks.content_rules import CONTENT_RULES
from geozones.checks.rule import IssueRule
from geozones.checks.shape_rules import SHAPE_RULES

ISSUE_RULES: tuple[IssueRule, ...] = (*CONTENT_RULES, *SHAPE_RULES)
"""Every rule, in the order of the guide: the file, the values, the geometry, the relations."""

RULES_BY_ID: dict[str, IssueRule] = {rule.id: rule for rule in ISSUE_RULES}
