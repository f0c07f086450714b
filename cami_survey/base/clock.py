"""Time: the wall clock, which may be wrong, and the hybrid logical clock that sorts lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], datetime]

FAR_AHEAD = timedelta(hours=24)
# Before it there was no such program: whatever bears an earlier time was written by a clock that was wrong.
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


def system_clock() -> datetime:
    """Now, with the laptop's time zone."""
    return datetime.now().astimezone()


def local(moment: datetime) -> datetime:
    """A moment with the laptop's time zone, which one without any is taken to be in; offsets are whole minutes.

    Where the system does not know what the offset was then, as Windows before 1970, it is that of today.
    """
    try:
        offset = moment.astimezone().utcoffset()
    except (OSError, OverflowError, ValueError):
        offset = system_clock().utcoffset()
    zone = timezone(timedelta(minutes=round((offset or timedelta()) / timedelta(minutes=1))))
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def is_everywhere(moment: date) -> bool:
    """Whether a day or moment has a date in every time zone: those of the first and last year may have none."""
    return date.min.year < moment.year < date.max.year


def elapsed(since: datetime, now: datetime) -> timedelta:
    """How long ago something was. What bears a time more than a day ahead, from a clock that was wrong, is long ago."""
    gone = now - since
    return gone if gone >= -FAR_AHEAD else timedelta.max


def to_millis(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC."""
    return int(moment.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    """The moment in UTC; out-of-range values (a broken clock) are pulled to the nearest year Python knows."""
    try:
        return datetime.fromtimestamp(millis / 1000, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=UTC) if millis > 0 else datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, order=True, slots=True)
class Stamp:
    """A hybrid logical time: wall milliseconds and a counter. It sorts lists and decides nothing."""

    millis: int
    counter: int = 0

    def text(self) -> str:
        """Sortable: twelve hex digits of milliseconds, a dash, four of the counter."""
        return f"{max(self.millis, 0):012x}-{self.counter:04x}"

    @classmethod
    def parse(cls, text: str) -> Stamp:
        """The stamp written by `text()`; ValueError otherwise."""
        millis, counter = text.split("-")
        return cls(int(millis, 16), int(counter, 16))

    def next(self, now: datetime) -> Stamp:
        """The stamp of an event after this one at wall time `now`.

        A stamp more than 24 hours ahead of the wall is not followed: a clock in 2099 drags nobody along.
        """
        wall = to_millis(now)
        if wall > self.millis or self.millis - wall > FAR_AHEAD.total_seconds() * 1000:
            return Stamp(wall, 0)
        if self.counter == 0xFFFF:
            return Stamp(self.millis + 1, 0)
        return Stamp(self.millis, self.counter + 1)


def millis_of(stamp: str) -> int:
    """The milliseconds of a stamp that was written by `Stamp.text`."""
    return int(stamp[:12], 16)
