"""What every calendar can say."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, Protocol

from PySide6.QtCore import QLocale

LONGEST_MONTH = 32


class Day(NamedTuple):
    """A day as a calendar counts it. `month` is the key of a month, which need not be its place in the year."""

    year: int
    month: int
    day: int


class Calendar(Protocol):
    """One calendar. Days it does not know raise ValueError."""

    name: str

    def day_of(self, when: date) -> Day:
        """How the calendar counts a day."""

    def date_of(self, day: Day) -> date:
        """The Gregorian date of a day."""

    def months(self, year: int) -> list[int]:
        """The keys of the months of a year, in their order."""

    def month_name(self, month: int, locale: QLocale) -> str:
        """What a month is called."""

    def title(self) -> str:
        """What the calendar is called."""


def month_after(calendar: Calendar, day: Day, by: int) -> Day:
    """The same day so many months later, or the last one before it where that month is shorter."""
    months = calendar.months(day.year)
    at = (months.index(day.month) if day.month in months else 0) + by
    year = day.year
    while at < 0:
        year -= 1
        at += len(calendar.months(year))
    while at >= len(calendar.months(year)):
        at -= len(calendar.months(year))
        year += 1
    return within_month(calendar, Day(year, calendar.months(year)[at], day.day))


def year_after(calendar: Calendar, day: Day, by: int) -> Day:
    """The same day so many years later, or the nearest one before it."""
    months = calendar.months(day.year + by)
    month = (
        day.month if day.month in months else months[min(calendar.months(day.year).index(day.month), len(months)) - 1]
    )
    return within_month(calendar, Day(day.year + by, month, day.day))


def month_days(calendar: Calendar, year: int, month: int) -> list[date]:
    """The dates of a month, only those that belong to the year: a year may begin within a month."""
    found = []
    for number in range(1, LONGEST_MONTH + 1):
        try:
            when = calendar.date_of(Day(year, month, number))
        except ValueError:
            break
        if calendar.day_of(when) == (year, month, number):
            found.append(when)
    if not found:
        raise ValueError((year, month))
    return found


def within_month(calendar: Calendar, day: Day) -> Day:
    """`day`, or the last day of its month where the month is shorter."""
    for number in range(day.day, 0, -1):
        try:
            calendar.date_of(Day(day.year, day.month, number))
        except ValueError:
            continue
        return Day(day.year, day.month, number)
    raise ValueError(day)
