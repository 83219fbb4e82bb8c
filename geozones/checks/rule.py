"""What a rule of the issues table is."""

from __future__ import annotations

from dataclasses import dataclass

from geozones.config import Severity


@dataclass(frozen=True)
class IssueRule:
    """One rule: id, usual severity, short title, sentence with named fields; for the guide, cause and cure."""

    id: str
    severity: Severity
    title: str
    template: str
    cause: str
    cure: str
