"""Working days and days off of Kazakhstan, and terms counted in days, months and years."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class _Year:
    days_off: frozenset[dt.date]
    estimated: frozenset[dt.date]
    moved_workdays: frozenset[dt.date]


@cache
def _year_of_kazakhstan(year: int) -> _Year:
    import holidays

    names = holidays.country_holidays("KZ", years=year, language="en_US")
    return _Year(
        days_off=frozenset(names),
        estimated=frozenset(day for day, name in names.items() if "(estimated" in name),
        moved_workdays=frozenset(getattr(names, "weekend_workdays", ())),
    )


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked in Kazakhstan, with the corrections of the settings.

    `days_off` and `working_days` overrule the built-in calendar, day by day. A holiday whose date is only
    estimated (Kurban Ait) is a day off and counts as estimated until a correction names the day.
    """

    days_off: frozenset[dt.date] = frozenset()
    working_days: frozenset[dt.date] = frozenset()

    def is_working(self, day: dt.date) -> bool:
        """Say whether a day is worked."""
        if day in self.working_days:
            return True
        if day in self.days_off:
            return False
        year = _year_of_kazakhstan(day.year)
        if day in year.moved_workdays:
            return True
        return day.weekday() < 5 and day not in year.days_off

    def is_estimated(self, day: dt.date) -> bool:
        """Say whether a day is a holiday whose date is only estimated."""
        corrected = day in self.days_off or day in self.working_days
        return not corrected and day in _year_of_kazakhstan(day.year).estimated

    def next_working(self, day: dt.date) -> dt.date:
        """Return the day itself if it is worked, else the next one that is."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def add_working_days(self, base: dt.date, days: int) -> dt.date:
        """Return the last of `days` working days, counted from the day after `base`."""
        day = base
        for _ in range(days):
            day = self.next_working(day + _ONE_DAY)
        return day

    def touches_estimated(self, first: dt.date, last: dt.date) -> bool:
        """Say whether an estimated holiday lies in or beside the days from `first` to `last`."""
        span = (last - first).days
        return any(self.is_estimated(first + _ONE_DAY * step) for step in range(-1, span + 2))


def make_calendar(*, days_off: Iterable[dt.date] = (), working_days: Iterable[dt.date] = ()) -> WorkCalendar:
    """Make the calendar of Kazakhstan with corrections: more days off, more working days."""
    return WorkCalendar(frozenset(days_off), frozenset(working_days))


def add_months(base: dt.date, months: int) -> dt.date:
    """Return the same day of the month some months later, or that month's last day where there is none.

    Source: Civil Code of Kazakhstan, art. 174(1), (3).
    """
    year, month = divmod(base.year * 12 + base.month - 1 + months, 12)
    return dt.date(year, month + 1, min(base.day, monthrange(year, month + 1)[1]))
