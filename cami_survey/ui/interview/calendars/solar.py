"""Calendars that follow the sun: those Qt knows, and the Coptic with the Ethiopian."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCalendar, QDate, QLocale

from cami_survey.ui.interview.calendars.base import Day

# The first day of the Coptic year 1 is 29 August 284 of the Julian calendar, the Ethiopian 29 August 8, as day
# numbers of the Gregorian calendar carried back (Reingold, Dershowitz: Calendrical Calculations, chapter 4).
COPTIC_EPOCH, ETHIOPIAN_EPOCH = 103605, 2796
ETHIOPIAN_MONTHS = (
    ("Meskerem", "መስከረም"), ("Tikimt", "ጥቅምት"), ("Hidar", "ኅዳር"), ("Tahsas", "ታኅሣሥ"), ("Tir", "ጥር"),
    ("Yekatit", "የካቲት"), ("Megabit", "መጋቢት"), ("Miyazya", "ሚያዝያ"), ("Ginbot", "ግንቦት"), ("Sene", "ሰኔ"),
    ("Hamle", "ሐምሌ"), ("Nehase", "ነሐሴ"), ("Pagumen", "ጳጉሜን"),
)  # fmt: skip
COPTIC_MONTHS = (
    ("Tout", "توت"), ("Baba", "بابه"), ("Hator", "هاتور"), ("Kiahk", "كيهك"), ("Toba", "طوبه"), ("Amshir", "أمشير"),
    ("Baramhat", "برمهات"), ("Baramouda", "برموده"), ("Bashans", "بشنس"), ("Paona", "بؤونه"), ("Epep", "أبيب"),
    ("Mesra", "مسرى"), ("Nasie", "نسيء"),
)  # fmt: skip


def own_name(names: tuple[tuple[str, str], ...], place: int, locale: QLocale, *codes: str) -> str:
    """The name of a month: in its own script for languages with these codes, else in Latin letters."""
    return names[place][locale.name().split("_")[0] in codes]


class QtCalendar:
    """A calendar that Qt counts; `shift` years are added to what it says."""

    def __init__(self, name: str, system: QCalendar.System, title: Callable[[], str], shift: int = 0) -> None:
        self.name, self._title, self._shift = name, title, shift
        self._calendar = QCalendar(system)

    def title(self) -> str:
        return self._title()

    def day_of(self, when: date) -> Day:
        parts = self._calendar.partsFromDate(QDate(when.year, when.month, when.day))
        return Day(parts.year + self._shift, parts.month, parts.day)

    def date_of(self, day: Day) -> date:
        found = self._calendar.dateFromParts(day.year - self._shift, day.month, day.day)
        if not found.isValid():
            raise ValueError(day)
        return date(found.year(), found.month(), found.day())

    def months(self, year: int) -> list[int]:
        return list(range(1, self._calendar.monthsInYear(year - self._shift) + 1))

    def month_name(self, month: int, locale: QLocale) -> str:
        return self._calendar.standaloneMonthName(locale, month)


class Coptic:
    """Twelve months of thirty days and one of five, six before a leap year: Coptic, or Ethiopian with its epoch."""

    def __init__(
        self, name: str, epoch: int, months: tuple[tuple[str, str], ...], codes: tuple[str, ...],
        title: Callable[[], str],
    ) -> None:  # fmt: skip
        self.name, self._epoch, self._months, self._codes, self._title = name, epoch, months, codes, title

    def title(self) -> str:
        return self._title()

    def day_of(self, when: date) -> Day:
        since = when.toordinal() - self._epoch
        year = (4 * since + 1463) // 1461
        month, day = divmod(when.toordinal() - self._start(year), 30)
        return Day(year, month + 1, day + 1)

    def _start(self, year: int) -> int:
        """The day number of the first day of a year."""
        return self._epoch + 365 * (year - 1) + year // 4

    def date_of(self, day: Day) -> date:
        long = 30 if day.month < 13 else 5 + (day.year % 4 == 3)
        if not (1 <= day.month <= 13 and 1 <= day.day <= long):
            raise ValueError(day)
        return date.fromordinal(self._start(day.year) + 30 * (day.month - 1) + day.day - 1)

    def months(self, year: int) -> list[int]:
        return list(range(1, 14))

    def month_name(self, month: int, locale: QLocale) -> str:
        return own_name(self._months, month - 1, locale, *self._codes)
