import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.base import clock
from cami_survey.base.clock import Stamp, from_millis, is_everywhere, local, to_millis

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_stamp_follows_the_wall_when_the_wall_is_ahead() -> None:
    assert Stamp(to_millis(NOON) - 5, 7).next(NOON) == Stamp(to_millis(NOON), 0)


def test_the_stamp_counts_on_when_the_wall_was_set_back() -> None:
    before = Stamp(to_millis(NOON), 3)
    assert before.next(NOON - timedelta(hours=2)) == Stamp(to_millis(NOON), 4)


def test_a_clock_in_2099_drags_nobody_along() -> None:
    wrong = Stamp(to_millis(datetime(2099, 1, 1, tzinfo=UTC)), 0)
    assert wrong.next(NOON) == Stamp(to_millis(NOON), 0)


@given(st.integers(0, 2**45), st.integers(0, 0xFFFF))
def test_stamps_sort_as_text_and_read_back(millis: int, counter: int) -> None:
    stamp = Stamp(millis, counter)
    assert Stamp.parse(stamp.text()) == stamp
    assert stamp.text() < Stamp(millis + 1, 0).text()


@given(st.integers(0, 2**45), st.integers(0, 0xFFFF))
def test_the_next_stamp_is_later_unless_it_was_far_ahead(millis: int, counter: int) -> None:
    stamp, now = Stamp(millis, counter), from_millis(millis)
    assert stamp.next(now) > stamp


def test_moments_beyond_the_calendar_are_pulled_in() -> None:
    assert from_millis(10**18).year == 9999
    assert from_millis(-(10**18)).year == 1


@pytest.fixture(scope="module", params=["Asia/Bishkek", "America/New_York", "UTC"])
def place(request: pytest.FixtureRequest) -> Iterator[str]:
    """A laptop there."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system has no zones by name")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.usefixtures("place")
@given(st.datetimes() | st.sampled_from([datetime.min, datetime.max, datetime(24, 1, 5, 12)]))
def test_every_moment_has_a_place_in_the_zone_of_the_laptop(moment: datetime) -> None:
    found = local(moment)
    assert found.replace(tzinfo=None) == moment
    assert len(found.isoformat("T", "milliseconds")) == len("2026-01-01T00:00:00.000+06:00")
    assert local(moment.replace(tzinfo=UTC)) == moment.replace(tzinfo=UTC)


@pytest.mark.parametrize("offset", [-12, 0, 14])
@given(st.datetimes().filter(is_everywhere))
def test_a_moment_that_is_everywhere_has_a_day_in_every_zone(offset: int, moment: datetime) -> None:
    there = moment.replace(tzinfo=timezone(timedelta(hours=offset)))
    assert {there.astimezone(timezone(timedelta(hours=other))).year for other in (-12, 14)} <= {
        moment.year - 1,
        moment.year,
        moment.year + 1,
    }
    assert not is_everywhere(datetime.min)
    assert not is_everywhere(datetime.max)


def test_a_system_that_knows_no_earlier_years_takes_the_offset_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    class Windows(datetime):
        def astimezone(self, tz: object = None) -> datetime:
            raise OSError(22, "Invalid argument")

    today = datetime(2026, 5, 1, tzinfo=timezone(timedelta(hours=6)))
    monkeypatch.setattr(clock, "system_clock", lambda: today)
    assert local(Windows(1965, 5, 5, 10)).isoformat() == "1965-05-05T10:00:00+06:00"
