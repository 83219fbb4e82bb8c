"""What one rule is, and all of them together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from geozones.errors import RulesError
from geozones.i18n import N_

STATUSES = ("V", "V-old", "KZ-repealed", "other country", "not found")
"""How a number was found: read in the edition named, read in an older edition, in a repealed act, in the text of
another country, or not at all."""

VERIFIED_STATUSES = ("V", "V-old")


@dataclass(frozen=True)
class Rule:
    """One number of the law (or its absence: `value` None), valid from `valid_from` until before `valid_to`.

    `unit` is "m" for metres. Columns beyond the common ones, such as `land_category`, `measured_from` and
    `effect`, stand in `details`.
    """

    id: str
    object: str
    class_name: str
    value: float | None
    unit: str
    act: str
    article: str
    edition: str
    valid_from: dt.date
    valid_to: dt.date | None
    status: str
    verified: bool
    note: str = ""
    file: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def basis(self) -> str:
        """The act and article in one text."""
        return f"{self.act}, {self.article}"

    @property
    def check(self) -> str:
        """The question that this rule answers for some class of objects; "" for a rule that is no such answer."""
        return str(self.details.get("check", ""))

    @property
    def kind(self) -> str:
        """The kind of rule (`schema.KINDS`), "" for terms and ways of counting."""
        return str(self.details.get("kind", ""))

    @property
    def layer(self) -> str:
        """The role of the layer whose objects the rule is about."""
        return str(self.details.get("layer", ""))

    @property
    def effect(self) -> str:
        """What the rule does where it reaches (`schema.EFFECTS`)."""
        return str(self.details.get("effect", ""))

    @property
    def measured_from(self) -> str:
        """What the metres are measured from."""
        return str(self.details.get("measured_from", ""))

    @property
    def is_applied(self) -> bool:
        """Whether anything is computed from the rule; else it is only listed, and its note says why."""
        return bool(self.details.get("applied", True))

    def is_valid_on(self, date: dt.date) -> bool:
        """Say whether the rule is in force on a day."""
        return self.valid_from <= date and (self.valid_to is None or date < self.valid_to)


@dataclass(frozen=True)
class Rules:
    """All rows of all rules files, in file order."""

    rows: tuple[Rule, ...]

    def on(self, date: dt.date) -> Rules:
        """Return the rules that are in force on a day."""
        return self.where(lambda rule: rule.is_valid_on(date))

    def where(self, is_wanted: Callable[[Rule], bool]) -> Rules:
        """Return the rules that a test picks."""
        return Rules(tuple(rule for rule in self.rows if is_wanted(rule)))

    def about(self, object_name: str) -> tuple[Rule, ...]:
        """Return the rules on one object, in file order."""
        return tuple(rule for rule in self.rows if rule.object == object_name)

    def of_kind(self, *kinds: str) -> tuple[Rule, ...]:
        """Return the rules of some kinds, in file order."""
        return tuple(rule for rule in self.rows if rule.kind in kinds)

    def get(self, rule_id: str, *, on: dt.date) -> Rule:
        """Return the rule of an id that is in force on a day.

        Raises
        ------
        RulesError
            No row of that id is in force on the day.
        """
        for rule in self.rows:
            if rule.id == rule_id and rule.is_valid_on(on):
                return rule
        raise RulesError(
            N_("No rule {rule} is in force on {date}; add a row with that period to a rules file."),
            rule=rule_id,
            date=on.isoformat(),
        )
