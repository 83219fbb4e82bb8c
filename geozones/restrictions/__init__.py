"""Strips, minimum distances, sanitary zones: what may be built where, how much of a plot is left, and why."""

from geozones.restrictions.branches import find_class_candidates
from geozones.restrictions.findings import find_findings
from geozones.restrictions.provision import find_provision
from geozones.restrictions.region import Restrictions, apply_rules
from geozones.restrictions.usable import UsableLand, find_usable

__all__ = [
    "Restrictions",
    "UsableLand",
    "apply_rules",
    "find_class_candidates",
    "find_findings",
    "find_provision",
    "find_usable",
]
