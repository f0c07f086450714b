"""Dates as other programs spell them are read, those that could mean two days are not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from cami_survey.exports.spelleddates import spelled

DAY, MOMENT = date(2024, 1, 5), datetime(2024, 1, 5, 15, 4, 5)
OSH = timezone(timedelta(hours=6))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jan 5, 2024", DAY),
        ("Jan 5, 2024 3:04:05 PM", MOMENT),
        ("Jan 5, 2024, 3:04:05\u202fPM", MOMENT),
        ("Jan 5, 2024 12:04:05 AM", datetime(2024, 1, 5, 0, 4, 5)),
        ("Jan 5, 2024 12:04:05 PM", datetime(2024, 1, 5, 12, 4, 5)),
        ("September 5, 2024", date(2024, 9, 5)),
        ("5 Jan 2024 15:04:05", MOMENT),
        ("05-Jan-2024 15:04:05", MOMENT),
        ("05.01.2024", DAY),
        ("05.01.2024 15:04:05", MOMENT),
        ("5 янв. 2024 г., 15:04:05", MOMENT),
        ("5 мая 2024 г.", date(2024, 5, 5)),
        ("Fri, 5 Jan 2024 15:04:05 GMT", MOMENT.replace(tzinfo=UTC)),
        ("Fri, 5 Jan 2024 15:04:05 +0600", MOMENT.replace(tzinfo=OSH)),
        ("Fri Jan 05 15:04:05 UTC 2024", MOMENT.replace(tzinfo=UTC)),
        ("3:04:05 PM", time(15, 4, 5)),
        ("12:04:05 am", time(0, 4, 5)),
    ],
)
def test_the_ways_of_java_and_of_e_mail_are_read(text: str, found: date | time) -> None:
    assert spelled(text) == found
    assert type(spelled(text)) is type(found)


@pytest.mark.parametrize(
    "text",
    [
        "", "05/01/2024", "1/5/24", "Jan 32, 2024", "Foo 5, 2024", "Feb 30, 2024", "13:04:05 PM", "0:04:05 AM",
        "31.02.2024", "25:00:00", "yesterday", "2024", "Jan 5", "5.1.24", "Fri, 5 Jan 2024 15:04:05 +9900",
    ],
)  # fmt: skip
def test_what_is_no_date_or_could_be_two_is_none(text: str) -> None:
    assert spelled(text) is None
