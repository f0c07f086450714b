"""ODK's functions on dates and times."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from cami_survey.base.texts import _
from cami_survey.engine.errors import XPathError
from cami_survey.engine.tree import string_value
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.dates import Date, days_of, iso_text, looks_like_moment, time_fraction, to_moment
from cami_survey.engine.xpath.registry import function
from cami_survey.engine.xpath.values import Value, to_number, to_text

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def as_date(context: Context, value: Value) -> Date:
    """A value as a date; a text that looks like a date and is none is an error, any other text an invalid date."""
    zone = context.environment.zone
    if isinstance(value, list):
        value = string_value(value[0]) if value else ""
    if isinstance(value, str):
        days = days_of(value, zone)
        if days != days and looks_like_moment(value):
            raise XPathError(_("“{text}” is not a day of the calendar.").format(text=value))
        return Date(days if days == days else to_number(value, zone))
    return Date(to_number(value, zone))


@function("today", "", "number")
def _today(context: Context) -> Date:
    return Date(context.environment.zone.days(context.environment.now().date()))


@function("now", "", "string")
def _now(context: Context) -> str:
    return iso_text(context.environment.now())


@function("date", "value", "any")
@function("date-time", "value", "any")
def _date(context: Context, value: Value) -> Value:
    """Of an empty text it is the empty text, so that nothing is written and `= ''` holds."""
    if isinstance(value, list):
        value = string_value(value[0]) if value else ""
    return "" if value == "" else as_date(context, value)


@function("decimal-date-time", "value", "number")
def _decimal_date_time(context: Context, value: Value) -> float:
    return float(as_date(context, value))


@function("decimal-time", "text", "number")
def _decimal_time(context: Context, text: str) -> float:
    return time_fraction(text, context.environment.zone, context.environment.now())


LANGUAGE_CODE = re.compile(r"\(([A-Za-z]{2,3}(?:[-_][A-Za-z]+)*)\)\s*\Z|\A([a-z]{2,3}(?:[-_][A-Za-z]+)*)\Z")


def language_code(language: str) -> str:
    """`ru` of a language named as forms do (`Russian (ru)`); English where no code is known."""
    found = LANGUAGE_CODE.search(language)
    return (found[1] or found[2]).replace("-", "_") if found is not None else "en"


@lru_cache(maxsize=20)
def short_names(language: str) -> tuple[list[str], list[str]]:
    """Months from January and weekdays from Monday, short, in a language named as forms do (`Russian (ru)`)."""
    code = language_code(language)
    if code.startswith("en"):
        return MONTHS, WEEKDAYS
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return MONTHS, WEEKDAYS
    months, days = locale.months["format"]["abbreviated"], locale.days["format"]["abbreviated"]
    return [months[place] for place in range(1, 13)], [days[place] for place in range(7)]


PARTS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda moment: f"{moment.year:04}",
    "y": lambda moment: f"{moment.year % 100:02}",
    "m": lambda moment: f"{moment.month:02}",
    "n": lambda moment: str(moment.month),
    "d": lambda moment: f"{moment.day:02}",
    "e": lambda moment: str(moment.day),
    "H": lambda moment: f"{moment.hour:02}",
    "h": lambda moment: str(moment.hour),
    "M": lambda moment: f"{moment.minute:02}",
    "S": lambda moment: f"{moment.second:02}",
    "3": lambda moment: f"{moment.microsecond // 1000:03}",
    "W": lambda moment: str(moment.isocalendar().week),
    "%": lambda _moment: "%",
}


def format_moment(moment: datetime, pattern: str, language: str = "") -> str:
    """`moment` by a pattern of `%` letters; XPathError for a letter that ODK does not know."""
    pieces = iter(pattern)
    written: list[str] = []
    for letter in pieces:
        if letter != "%":
            written.append(letter)
            continue
        code = next(pieces, "")
        if code in "ab" and code:
            months, days = short_names(language)
            written.append(days[moment.weekday()] if code == "a" else months[moment.month - 1])
            continue
        if code not in PARTS:
            raise XPathError(_("Dates have no part %{letter}.").format(letter=code))
        written.append(PARTS[code](moment))
    return "".join(written)


@function("format-date", "value text", "string")
@function("format-date-time", "value text", "string")
def _format_date(context: Context, value: Value, pattern: str) -> str:
    days = as_date(context, value)
    moment = to_moment(days, context.environment.zone) if days == days else None
    if moment is not None:
        return format_moment(moment, pattern, context.environment.language)
    clock_time = to_text(value, context.environment.zone)
    return "" if ":" not in clock_time else _format_time(context, clock_time, pattern)


def _format_time(context: Context, clock_time: str, pattern: str) -> str:
    day = context.environment.now().date().isoformat()
    days = days_of(f"{day}T{clock_time.strip()}", context.environment.zone)
    moment = to_moment(days, context.environment.zone) if days == days else None
    return "" if moment is None else format_moment(moment, pattern)
