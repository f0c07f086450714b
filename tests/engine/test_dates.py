"""Days and moments where the clock is put forward and back, and where it once was another."""

from __future__ import annotations

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest

from cami_survey.engine.api import evaluate, load_form

BERLIN, BISHKEK, ALMATY = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Bishkek"), ZoneInfo("Asia/Almaty")
SUMMER, WINTER = datetime(2024, 7, 1, 0, 30, tzinfo=BERLIN), datetime(2024, 12, 1, 9, tzinfo=BERLIN)


def value(expression: str, now: datetime, zone: tzinfo | None = None):
    return evaluate(expression, "<data/>", zone=zone or now.tzinfo, clock=lambda: now)


@pytest.mark.parametrize("now", [SUMMER, WINTER], ids=["summer", "winter"])
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("date('2024-10-28') - date('2024-10-27')", 1.0),
        ("date('2024-04-01') - date('2024-03-31')", 1.0),
        ("int(date('2024-06-01') - date('2023-12-01'))", 183.0),
        ("string(date(date('2024-10-27') + 1))", "2024-10-28"),
        ("string(date(date('2024-03-31') - 1))", "2024-03-30"),
        ("format-date(date('2024-10-26') + 7, '%Y-%m-%d')", "2024-11-02"),
        ("date('2024-10-28') = date('2024-10-27') + 1", True),
        ("today() <= now()", True),
        ("now() < today() + 1", True),
        ("format-date-time('2024-07-01T12:00:00.000Z', '%H')", "14"),
        ("format-date-time('2024-12-01T12:00:00.000Z', '%H')", "13"),
        ("string(date('2024-12-01T00:00:00.000+01:00'))", "2024-12-01"),
        ("string(date('2024-07-01T13:30:00.000+02:00'))", "2024-07-01T13:30:00.000+02:00"),
        ("decimal-time('12:00:00')", 0.5),
    ],
)
def test_days_are_whole_over_a_change_to_summer_time(expression, expected, now):
    assert value(expression, now) == expected


@pytest.mark.parametrize(
    ("zone", "born"),
    [(BISHKEK, "1990-06-01"), (BISHKEK, "1961-06-01"), (ALMATY, "2024-02-01"), (ALMATY, "1924-01-01")],
)
def test_a_day_when_the_zone_had_another_offset_is_whole_days_ago(zone, born):
    now = datetime(2026, 3, 2, 10, tzinfo=zone)
    days = (now.date() - datetime.fromisoformat(born).date()).days
    assert value(f"today() - date('{born}')", now) == days
    assert value(f"format-date(today() - {days}, '%Y-%m-%d')", now) == born
    assert value(f"int(today() - '{born}')", now) == days


class OfAMachine(tzinfo):
    """The time zone of a machine that knows nothing of the years before 1970, as Windows."""

    def utcoffset(self, moment):
        if moment is not None and moment.year < 1970:
            raise OSError(22, "Invalid argument")
        return BISHKEK.utcoffset(moment)

    def fromutc(self, moment):
        if moment.year < 1970:
            raise OSError(22, "Invalid argument")
        return BISHKEK.fromutc(moment.replace(tzinfo=BISHKEK)).replace(tzinfo=self)

    dst = tzname = lambda self, moment: None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("int((today() - date('1952-05-09')) div 365.25)", 73.0),
        ("string(date('1952-05-09'))", "1952-05-09"),
        ("format-date('1952-05-09', '%d.%m.%Y')", "09.05.1952"),
        ("format-date-time('1952-05-09T10:00:00.000', '%H')", "10"),
        ("format-date-time(number('1952-05-09T10:00:00.000+06:00'), '%Y %H')", "1952 10"),
        ("'1952-05-09' < today()", True),
    ],
)
def test_herders_born_before_1970_have_an_age_on_every_machine(expression, expected):
    zone = OfAMachine()
    assert value(expression, datetime(2026, 3, 2, 10, tzinfo=zone), zone) == expected


def test_a_date_is_calculated_from_another_over_the_end_of_summer_time():
    form = load_form(
        b"| survey |\n| | type | name | label | calculation | bind::type |\n| | date | seen | Seen | | |\n"
        b"| | calculate | again | | ${seen} + 30 | date |\n"
    )
    session = form.open(clock=lambda: WINTER)
    session.set("/data/seen", "2024-10-01")
    assert session.node("/data/again").text_value == "2024-10-31"
