"""Write docs/issues.md from the rules of the data checks; a test compares the file with what this gives."""

from __future__ import annotations

from pathlib import Path

from geozones.checks import ISSUE_RULES

PATH = Path(__file__).resolve().parent.parent / "docs" / "issues.md"
_HEAD = """# Issues: what the checks of the data find

Written by `tools/write_issue_guide.py` from the rules in `geozones/checks/`. `geozones check` and `geozones build`
put one row into the issues table for each finding: layer, feature key, row in the source (from 0), rule, severity,
message, action and, where an outline was repaired, its area before and after.

- Severity **error**: an answer would be wrong; `check` and `build` exit with 3 where the settings call errors
  fatal, as they do by default. **warning**: look at it. **info**: good to know.
- Action **none**: the feature stays as it is. **repaired**: the outline was repaired, both areas stand in the row.
  **quarantined**: the feature was set aside and is used nowhere; it is in `quarantine.gpkg` with its rule.
- Every feature read is either checked or quarantined; the program stops if the counts do not agree.
"""


def write_guide() -> str:
    """Put the guide together: a section a rule."""
    sections = [
        f"## {rule.id}\n{rule.title} · {rule.severity}\n\n> {rule.template}\n\n"
        f"- Cause: {rule.cause}\n- Cure: {rule.cure}\n"
        for rule in ISSUE_RULES
    ]
    return "\n".join([_HEAD, *sections])


if __name__ == "__main__":
    PATH.write_text(write_guide(), encoding="utf-8")
