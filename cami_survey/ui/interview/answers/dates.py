"""Reading and writing days: in the order of the language, ISO, or with the name of the month; in any calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Literal

from PySide6.QtCore import QDate, QLocale

from cami_survey.ui.interview import digits
from cami_survey.ui.interview.calendars import GREGORIAN, Calendar, Day, calendar_of
from cami_survey.ui.interview.calendars.base import LONGEST_MONTH, month_days

Precision = Literal["day", "month", "year"]
PARTS = re.compile(r"\d+")
# What is long enough to be the beginning of one month's name.
WORDS = re.compile(r"[^\W\d_]{3,}")
CENTURY = 100
# No part of a date or time has more digits in any calendar.
MOST_DIGITS = 5
# Names of months are read in the language of the page and in English.
ENGLISH = QLocale("en")


def precision_of(appearance: Iterable[str]) -> Precision:
    """How much of a date an appearance asks for."""
    wanted = set(appearance)
    return "month" if "month-year" in wanted else "year" if "year" in wanted else "day"


def day_first(locale: QLocale) -> bool:
    """Whether a language writes the day before the month."""
    pattern = locale.dateFormat(QLocale.FormatType.ShortFormat).lower()
    return pattern.find("d") < pattern.find("m")


def written_like(locale: QLocale, precision: Precision = "day") -> str:
    """How a date is written in a language, with four digits of the year."""
    if precision == "year":
        return "yyyy"
    if locale.dateFormat(QLocale.FormatType.ShortFormat).lower().startswith("y"):
        return "yyyy/MM/dd" if precision == "day" else "yyyy/MM"
    separator = "." if day_first(locale) else "/"
    if precision == "month":
        return f"MM{separator}yyyy"
    return "dd.MM.yyyy" if day_first(locale) else "MM/dd/yyyy"


def written(iso: str, locale: QLocale, calendar: Calendar = GREGORIAN, precision: Precision = "day") -> str:
    """A stored date for reading, in Latin digits; as it is where it is no date that the calendar knows."""
    try:
        when = date.fromisoformat(iso[:10])
        if calendar is GREGORIAN:
            return QDate(when.year, when.month, when.day).toString(written_like(locale, precision))
        year, month, day = calendar.day_of(when)
    except ValueError:
        return iso
    parts = [str(year)] if precision == "year" else [calendar.month_name(month, locale), str(year)]
    return " ".join([str(day), *parts] if precision == "day" else parts)


def shown_moment(value: str, kind: str, locale: QLocale, appearance: Iterable[str]) -> str:
    """A stored date, time or both for reading, in Latin digits."""
    if kind == "time":
        return value[:5]
    wanted = list(appearance)
    day, _gap, clock = value.partition("T")
    shown = written(day, locale, calendar_of(wanted), precision_of(wanted) if kind == "date" else "day")
    return f"{shown} {clock[:5]}".strip()


def read_date(words: str, locale: QLocale, calendar: Calendar = GREGORIAN, precision: Precision = "day") -> str | None:
    """ISO text of a date written like 2026-11-22, 22.11.2026 or 22 Azar 1405; "" for nothing, None for no date.

    Of a month or a year it is the first day.
    """
    text = digits.to_latin(words).strip()
    if not text:
        return ""
    parts = PARTS.findall(text)
    if any(len(part) > MOST_DIGITS for part in parts):
        return None
    numbers = list(map(int, parts))
    try:
        day = _day(text, numbers, locale, calendar, precision)
        if day is None:
            return None
        if precision == "day":
            return calendar.date_of(day).isoformat()
        return month_days(calendar, day.year, day.month)[0].isoformat()
    except (ValueError, IndexError, OverflowError):
        return None


def _day(text: str, numbers: list[int], locale: QLocale, calendar: Calendar, precision: Precision) -> Day | None:
    if precision == "year":
        return _first(calendar, *numbers) if len(numbers) == 1 else None
    month = _named(text, numbers, locale, calendar)
    wanted = (3 if precision == "day" else 2) - (month is not None)
    if len(numbers) != wanted:
        return None
    year, rest = _year(numbers, calendar)
    if month is None:
        at = 1 if precision == "day" and _day_leads(numbers, locale) else 0
        place = rest.pop(at)
        months = calendar.months(year)
        if rest and numbers[0] < LONGEST_MONTH and place > len(months) >= rest[0]:
            # Written the other way round, and nothing else can be meant.
            place, rest = rest[0], [place]
        if not place:
            return None
        # A month is meant by its place in the year.
        month = months[place - 1]
    return Day(year, month, rest[0] if rest else 1)


def _day_leads(numbers: list[int], locale: QLocale) -> bool:
    """Whether the day stands before the month: after the year it never does, before the year unless months lead."""
    if numbers[0] >= LONGEST_MONTH:
        return False
    return day_first(locale) or locale.dateFormat(QLocale.FormatType.ShortFormat).lower().startswith("y")


def _first(calendar: Calendar, year: int) -> Day:
    year = _whole_year(year, calendar)
    return Day(year, calendar.months(year)[0], 1)


def _year(numbers: list[int], calendar: Calendar) -> tuple[int, list[int]]:
    """The year, which stands first or last, and what else was written."""
    if numbers[0] >= LONGEST_MONTH:
        return _whole_year(numbers[0], calendar), numbers[1:]
    return _whole_year(numbers[-1], calendar), numbers[:-1]


def _whole_year(year: int, calendar: Calendar) -> int:
    return year + 2000 if year < CENTURY and calendar is GREGORIAN else year


def _named(text: str, numbers: list[int], locale: QLocale, calendar: Calendar) -> int | None:
    """The month whose name was written."""
    if not any(letter.isalpha() for letter in text):
        return None
    year = max(numbers, default=0)
    names = {
        calendar.month_name(key, one).casefold(): key for key in calendar.months(year) for one in (locale, ENGLISH)
    }
    found = [name for name in names if name in text.casefold()]
    if found:
        return names[max(found, key=len)]
    begun = {key for name, key in names.items() for word in WORDS.findall(text.casefold()) if name.startswith(word)}
    return begun.pop() if len(begun) == 1 else None


def read_time(words: str) -> str | None:
    """`HH:MM:SS` of a time written as 9:05, 0905 or 14.30; "" for nothing, None for no time."""
    text = digits.to_latin(words)
    parts = PARTS.findall(text)
    if not text.strip():
        return ""
    if len(parts) == 1 and len(parts[0]) in (3, 4):
        parts = [parts[0][:-2], parts[0][-2:]]
    if not 2 <= len(parts) <= 3 or any(len(part) > MOST_DIGITS for part in parts):
        return None
    try:
        hour, minute, second = (*(int(part) for part in parts), 0)[:3]
        return time(hour, minute, second).isoformat("seconds")
    except ValueError:
        return None
