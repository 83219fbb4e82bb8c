"""The concept of a proposal: its nine parts by law, who files, what the zone needs; read from untrusted forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geozones.i18n import N_
from geozones.screening.case import PASS, UNKNOWN, WARN, Case, Part, make_findings
from geozones.tables import NEED_COLUMNS

PARTS: dict[str, str] = {
    "goals": N_("goals of the zone"),
    "selection": N_("criteria by which projects are selected"),
    "environment": N_("environmental assessment"),
    "effects": N_("social and economic effects"),
    "layout": N_("layout scheme"),
    "plans": N_("fit with state plans"),
    "funding": N_("funding by component"),
    "buildings": N_("ready production buildings"),
    "development": N_("draft development plan of the zone and its infrastructure"),
}
"""The nine parts of the concept (Law 242-VI, art. 29(2)) in the order of the law."""

LONGEST_PART = 20_000
LONGEST_LINE = 300
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Form:
    """What a proposal says of itself: texts by part of the concept, needs by network, who files.

    Texts are plain: without control characters and marks that turn the direction of writing, cut to a sane length.
    """

    parts: dict[str, str] = field(default_factory=dict)
    needs: dict[str, float] = field(default_factory=dict)
    applicant: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Parts of the concept that have no text."""
        return tuple(part for part in PARTS if not self.parts.get(part))


def read_form(raw: Any) -> Form | None:
    """Make a form of what a proposal file holds; None where it holds none.

    Parameters
    ----------
    raw
        A table with the parts (`PARTS`), `need_power_kw`, `need_gas_m3h`, `need_water_m3d` and `applicant`, or
        with a table `parts` in it; whatever is of another kind is passed over.
    """
    if not isinstance(raw, Mapping):
        return None
    parts = raw.get("parts") if isinstance(raw.get("parts"), Mapping) else raw
    texts = {part: clean_text(parts.get(part), LONGEST_PART) for part in PARTS}  # type: ignore[union-attr]
    needs = {
        network: value
        for network, column in NEED_COLUMNS.items()
        if (value := _number(raw.get(column))) is not None
    }
    applicant = clean_text(raw.get("applicant"), LONGEST_LINE)
    found = Form({part: text for part, text in texts.items() if text}, needs, applicant)
    knows_form = parts is not raw or any(part in parts for part in PARTS)
    return found if knows_form or needs or applicant else None


def clean_text(value: Any, longest: int) -> str:
    """Return text as it may be shown: no control characters, no marks that turn its direction, not too long."""
    if not isinstance(value, str):
        return ""
    text = _CONTROL.sub("", value.encode("utf-8", "replace").decode("utf-8")).strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value.replace("\u00a0", "").replace(" ", "").replace(",", "."))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < 1e9 else None


def screen_concept(case: Case, forms: Mapping[str, Form | None]) -> Part:
    """Count the parts of the concept that are missing; without a form nothing is known of them."""
    sites = case.sites["site_id"]
    found = [forms.get(site) for site in sites]
    missing = np.array([np.nan if form is None else len(form.missing) for form in found], dtype=float)
    answer = np.select([np.isnan(missing), missing > 0], [UNKNOWN, WARN], PASS)
    return make_findings(
        case,
        "site.concept",
        answer,
        measure=missing,
        unit="parts",
        reason="no_form",
        other=len(PARTS),
        decisive=False,
    )
