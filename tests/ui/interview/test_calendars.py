"""Dates in other calendars, held against conversions that were published, and read as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from cami_survey.ui.interview.answers.dates import read_date, written
from cami_survey.ui.interview.calendars import Calendar, calendar_of
from cami_survey.ui.interview.calendars.base import month_after, month_days, year_after

NAMES = ("persian", "islamic", "bikram-sambat", "ethiopian", "coptic", "myanmar", "buddhist")
ENGLISH = QLocale("en")
# Years of 366 days of the official calendar of Iran since its law of 1925, as its institute of geophysics lists them.
PERSIAN_LEAP = {
    1304, 1309, 1313, 1317, 1321, 1325, 1329, 1333, 1337, 1342, 1346, 1350, 1354, 1358, 1362, 1366, 1370, 1375, 1379,
    1383, 1387, 1391, 1395, 1399, 1403,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "gregorian", "shown"),
    [
        # New year's days and holidays that almanacs and governments publish.
        ("persian", "1979-02-11", "22 Bahman 1357"),
        ("persian", "2021-03-21", "1 Farvardin 1400"),
        ("persian", "2025-03-20", "30 Esfand 1403"),
        ("persian", "2025-03-21", "1 Farvardin 1404"),
        ("islamic", "1979-11-21", "1 Muharram 1400"),
        ("islamic", "2026-02-18", "1 Ramadan 1447"),
        ("bikram-sambat", "2015-04-25", "12 Baishakh 2072"),
        ("bikram-sambat", "2015-09-20", "3 Ashwin 2072"),
        ("bikram-sambat", "2017-03-28", "15 Chaitra 2073"),
        ("bikram-sambat", "2008-05-28", "15 Jestha 2065"),
        ("ethiopian", "2007-09-12", "1 Meskerem 2000"),
        ("ethiopian", "2023-09-11", "6 Pagumen 2015"),
        ("ethiopian", "2024-09-11", "1 Meskerem 2017"),
        ("ethiopian", "2025-01-07", "29 Tahsas 2017"),
        ("coptic", "2023-09-12", "1 Tout 1740"),
        ("coptic", "2025-01-07", "29 Kiahk 1741"),
        # Independence on the 9th of the waning moon of Pyatho 1309; full moons of public holidays.
        ("myanmar", "1948-01-04", "24 Pyatho 1309"),
        ("myanmar", "2000-01-01", "25 Nadaw 1361"),
        ("myanmar", "2023-08-01", "15 Waso 1385"),
        ("myanmar", "2023-11-27", "15 Tazaungmon 1385"),
        ("myanmar", "2024-10-17", "15 Thadingyut 1386"),
        ("myanmar", "2025-05-11", "15 Kason 1387"),
        ("myanmar", "2025-04-17", "20 Tagu 1387"),
        ("buddhist", "2026-11-28", "28 November 2569"),
    ],
)
def test_published_conversions_hold(name: str, gregorian: str, shown: str) -> None:
    calendar = calendar_of([name])
    assert written(gregorian, ENGLISH, calendar) == shown
    assert read_date(shown, ENGLISH, calendar) == gregorian


def test_the_persian_leap_years_are_those_of_iran() -> None:
    calendar = calendar_of(["persian"])
    assert {year for year in range(1304, 1407) if len(month_days(calendar, year, 12)) == 30} == PERSIAN_LEAP


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(ordinal=st.integers(date(1930, 1, 1).toordinal(), date(2040, 1, 1).toordinal()))
def test_every_day_is_found_again_and_days_follow_each_other(name: str, ordinal: int) -> None:
    calendar, when = calendar_of([name]), date.fromordinal(ordinal)
    day = calendar.day_of(when)
    assert calendar.date_of(day) == when
    assert when in month_days(calendar, day.year, day.month)
    after = calendar.day_of(when + timedelta(days=1))
    assert after.day in (day.day + 1, 1) or name == "myanmar"


@pytest.mark.parametrize("name", NAMES)
def test_a_year_is_its_months_without_gap(name: str) -> None:
    calendar: Calendar = calendar_of([name])
    year = calendar.day_of(date(2026, 11, 28)).year
    days = [when for month in calendar.months(year) for when in month_days(calendar, year, month)]
    assert days == [days[0] + timedelta(days=at) for at in range(len(days))]
    assert calendar.day_of(days[0] - timedelta(days=1)).year == year - 1
    assert calendar.day_of(days[-1] + timedelta(days=1)).year == year + 1


@pytest.mark.parametrize("name", NAMES)
def test_months_and_years_are_stepped_forth_and_back(name: str) -> None:
    calendar = calendar_of([name])
    day = calendar.day_of(date(2026, 11, 10))
    there = day
    for _step in range(30):
        there = month_after(calendar, there, 1)
    for _step in range(30):
        there = month_after(calendar, there, -1)
    assert (there.year, there.month) == (day.year, day.month)
    assert year_after(calendar, day, 3).year == day.year + 3


@pytest.mark.parametrize(
    ("typed", "name", "language", "precision", "stored"),
    [
        ("1405/9/7", "persian", "fa", "day", "2026-11-28"),
        ("7.9.1405", "persian", "fa", "day", "2026-11-28"),
        ("۷ آذر ۱۴۰۵", "persian", "fa", "day", "2026-11-28"),
        ("7 azar 1405", "persian", "fa", "day", "2026-11-28"),
        ("12 मंसिर २०८३", "bikram-sambat", "ne", "day", "2026-11-28"),
        ("19 ኅዳር 2019", "ethiopian", "am", "day", "2026-11-28"),
        ("Azar 1405", "persian", "en", "month", "2026-11-22"),
        ("1405/9", "persian", "en", "month", "2026-11-22"),
        ("1405", "persian", "en", "year", "2026-03-21"),
        ("Nov 2026", "gregorian", "en", "month", "2026-11-01"),
        ("11.2026", "gregorian", "ru", "month", "2026-11-01"),
        ("2026", "gregorian", "en", "year", "2026-01-01"),
        ("28 November 2026", "gregorian", "en", "day", "2026-11-28"),
        ("22 11 26", "gregorian", "ru", "day", "2026-11-22"),
        ("11/22/2026", "gregorian", "en", "day", "2026-11-22"),
    ],
)
def test_dates_are_read_as_people_write_them(typed: str, name: str, language: str, precision: str, stored: str) -> None:
    assert read_date(typed, QLocale(language), calendar_of([name]), precision) == stored  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "nonsense",
    ["soon", "7", "7 Foo 1405", "35 Azar 1405", "1405/13/1", "0.0.0", "30 Esfand 1404", "7 Azar", "²", "9" * 22 + "@k"],
)
def test_what_is_no_date_is_none(nonsense: str) -> None:
    assert read_date(nonsense, ENGLISH, calendar_of(["persian"])) is None


@settings(max_examples=40)
@given(st.text(max_size=40), st.sampled_from((*NAMES, "gregorian")), st.sampled_from(("day", "month", "year")))
def test_no_text_breaks_the_reading_and_what_is_read_is_shown_again(words: str, name: str, precision: str) -> None:
    calendar = calendar_of([name])
    found = read_date(words, ENGLISH, calendar, precision)  # type: ignore[arg-type]
    if found:
        assert read_date(written(found, ENGLISH, calendar), ENGLISH, calendar) == found
