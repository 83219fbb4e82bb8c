"""The guide to the issues is the one that the rules give, and every rule is complete."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from geozones.checks import ISSUE_RULES, IssueRule
from geozones.i18n import translate

ROOT = Path(__file__).resolve().parent.parent


def test_the_guide_is_up_to_date() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "write_issue_guide.py"))
    assert tool["PATH"].read_text(encoding="utf-8") == tool["write_guide"](), "run tools/write_issue_guide.py"


def test_ids_are_unique() -> None:
    assert len({rule.id for rule in ISSUE_RULES}) == len(ISSUE_RULES)


@pytest.mark.parametrize("rule", ISSUE_RULES, ids=lambda rule: rule.id)
def test_every_rule_has_cause_and_cure_and_is_raised_somewhere(rule: IssueRule) -> None:
    assert rule.cause.endswith(".")
    assert rule.cure.endswith(".")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "geozones").rglob("*.py"))
    assert len(re.findall(rf'"{rule.id}"', code)) >= 2
    for language in ("ru", "kk"):
        assert translate(rule.template, language) != rule.template
