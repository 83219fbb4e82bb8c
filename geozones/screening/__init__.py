"""The check of proposed sites for new zones: findings, a verdict in four words, a score, and whom to ask.

`screen` answers; `rank_sites` compares; `read_coordinates` and `read_wkt` make sites of pasted text.
"""

from geozones.screening.blocked import blocked_land
from geozones.screening.case import Case
from geozones.screening.concept import PARTS, Form, read_form
from geozones.screening.land import is_farm_category
from geozones.screening.outline import Elevation
from geozones.screening.records import as_records
from geozones.screening.requests import BODIES, QUESTIONS, Request
from geozones.screening.score import rank_sites
from geozones.screening.screen import Screening, screen
from geozones.screening.verdict import VERDICTS
from geozones.screening.wording import Wording, feature_names, verdict_words

__all__ = [
    "BODIES",
    "PARTS",
    "QUESTIONS",
    "VERDICTS",
    "Case",
    "Elevation",
    "Form",
    "Request",
    "Screening",
    "Wording",
    "as_records",
    "blocked_land",
    "feature_names",
    "is_farm_category",
    "rank_sites",
    "read_form",
    "screen",
    "verdict_words",
]
