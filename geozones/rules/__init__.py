"""Dated tables of legal numbers: metres, terms, codes, each with its source, edition and status.

A row of a rules file without a basis, an edition or a status is refused, so no number of the law can come into a
map without saying where it was read. What was not read in the law in force carries `verified = false`. The tables
stand beside this file, one a subject; `docs/rules.md` lists them all.
"""

from geozones.rules.load import check_rules_file, load_rules
from geozones.rules.schema import EFFECTS, KINDS, REACHING_KINDS
from geozones.rules.table import STATUSES, VERIFIED_STATUSES, Rule, Rules
from geozones.rules.wording import STATUS_WORDS, cite, edition, label, number, status

__all__ = [
    "EFFECTS",
    "KINDS",
    "REACHING_KINDS",
    "STATUSES",
    "STATUS_WORDS",
    "VERIFIED_STATUSES",
    "Rule",
    "Rules",
    "check_rules_file",
    "cite",
    "edition",
    "label",
    "load_rules",
    "number",
    "status",
]
