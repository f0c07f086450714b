"""The Myanmar calendar of the third era, after the rules that the Myanmar Calendar Advisory Board publishes.

The moon gives the months, the sun the years, and 3,739 years before the era count from which the excess of days runs.
A year with an intercalary month (watat) has a first Waso of 30 days; in a great one Nayon has a day more. Formulas:
Irwin, The Burmese and Arakanese Calendars (1909), with the constants of the second and third era and the years that
were decided otherwise as in Yan Naing Aye, Modern Myanmar Calendrical Calculations (2013).
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from PySide6.QtCore import QLocale

from cami_survey.base.texts import _
from cami_survey.ui.interview.calendars.base import Day
from cami_survey.ui.interview.calendars.solar import own_name

# Days of a sun year and a moon month, and the Julian day on which the year 0 began.
SUN_YEAR, MOON_MONTH, BEGINNING = 1577917828 / 4320000, 1577917828 / 53433336, 1954168.050623
# What a date's ordinal lacks to its Julian day at noon.
JULIAN = 1721425
FIRST_YEAR, THIRD_ERA = 1217, 1312
# Years whose full moon of Waso or intercalary month was decided otherwise than counted.
MOON_MOVED = {1234: 1, 1261: -1, 1377: 1}
DECIDED = {1263: True, 1264: False, 1344: True, 1345: False}
FIRST_WASO, LATE_TAGU = 0, 13
NAMES = (
    ("First Waso", "ပဝါဆို"), ("Tagu", "တန်ခူး"), ("Kason", "ကဆုန်"), ("Nayon", "နယုန်"), ("Waso", "ဝါဆို"),
    ("Wagaung", "ဝါခေါင်"), ("Tawthalin", "တော်သလင်း"), ("Thadingyut", "သီတင်းကျွတ်"), ("Tazaungmon", "တန်ဆောင်မုန်း"),
    ("Nadaw", "နတ်တော်"), ("Pyatho", "ပြာသို"), ("Tabodwe", "တပို့တွဲ"), ("Tabaung", "တပေါင်း"),
    ("Late Tagu", "နှောင်းတန်ခူး"), ("Late Kason", "နှောင်းကဆုန်"),
)  # fmt: skip


def _waso(year: int) -> tuple[bool, int]:
    """Whether a year has an intercalary month, and the Julian day of its full moon of (second) Waso."""
    offset, months = (-0.5, 8) if year >= THIRD_ERA else (-1.0, 4)
    monthly = SUN_YEAR / 12 - MOON_MONTH
    excess = (SUN_YEAR * (year + 3739)) % MOON_MONTH
    if excess < monthly * (12 - months):
        excess += MOON_MONTH
    moon = int(SUN_YEAR * year + BEGINNING - excess + 4.5 * MOON_MONTH + offset + 0.5)
    counted = excess >= MOON_MONTH - monthly * months
    return DECIDED.get(year, counted), moon + MOON_MOVED.get(year, 0)


@lru_cache(maxsize=64)
def _year(year: int) -> tuple[int, int]:
    """The kind of a year (0 without, 1 with an intercalary month, 2 with a longer Nayon) and the first day of Tagu."""
    watat, moon = _waso(year)
    back = next((one for one in (1, 2, 3) if _waso(year - one)[0]), 3)
    before = _waso(year - back)[1]
    kind = (moon - before) % 354 // 31 + 1 if watat else 0
    return kind, before + 354 * back - 102


def _lengths(year: int) -> list[tuple[int, int]]:
    """The months from Tagu on, as key and days, to the end of those that fall before the next new year."""
    kind, _first = _year(year)
    found = [(1, 29), (2, 30), (3, 30 if kind == 2 else 29), *([(FIRST_WASO, 30)] if kind else [])]
    return [*found, *((month, 29 + (month % 2 == 0)) for month in range(4, 13)), (LATE_TAGU, 29), (14, 30)]


class Myanmar:
    """Days are counted through the month: the full moon is the 15th, waning days follow."""

    name = "myanmar"

    def title(self) -> str:
        return _("Myanmar calendar")

    def day_of(self, when: date) -> Day:
        julian = when.toordinal() + JULIAN
        year = int((julian - 0.5 - BEGINNING) // SUN_YEAR)
        if year < FIRST_YEAR:
            raise ValueError(when)
        left = julian - _year(year)[1]
        for month, days in _lengths(year):
            if left < days:
                return Day(year, month, left + 1)
            left -= days
        raise ValueError(when)

    def date_of(self, day: Day) -> date:
        if day.year < FIRST_YEAR:
            raise ValueError(day)
        before = 0
        for month, days in _lengths(day.year):
            if month == day.month and 1 <= day.day <= days:
                return date.fromordinal(_year(day.year)[1] - JULIAN + before + day.day - 1)
            before += days
        raise ValueError(day)

    def months(self, year: int) -> list[int]:
        """Those that have a day within the year, which begins and ends in Tagu or Kason."""
        found, first = [], _year(year)[1] - JULIAN
        for month, days in _lengths(year):
            ends = (self.day_of(date.fromordinal(first)), self.day_of(date.fromordinal(first + days - 1)))
            if any((day.year, day.month) == (year, month) for day in ends):
                found.append(month)
            first += days
        return found

    def month_name(self, month: int, locale: QLocale) -> str:
        return own_name(NAMES, month, locale, "my")
