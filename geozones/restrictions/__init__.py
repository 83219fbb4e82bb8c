"""Strips, minimum distances, sanitary zones: what may be built where, how much of a plot is left, and why."""

from geozones.restrictions.allowed import join_allowed
from geozones.restrictions.branches import find_class_candidates
from geozones.restrictions.findings import find_findings
from geozones.restrictions.objects import find_checks
from geozones.restrictions.provision import ZoneNeeds, find_needs, find_provision
from geozones.restrictions.region import Restrictions, apply_rules
from geozones.restrictions.strips import find_strip_widths, find_strips
from geozones.restrictions.usable import UsableLand, find_usable

__all__ = [
    "Restrictions",
    "UsableLand",
    "ZoneNeeds",
    "apply_rules",
    "find_checks",
    "find_class_candidates",
    "find_findings",
    "find_needs",
    "find_provision",
    "find_strip_widths",
    "find_strips",
    "find_usable",
    "join_allowed",
]
