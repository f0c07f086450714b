"""Dates as ODK counts them: days since 1970-01-01T00:00Z as a number, local ISO 8601 as text."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from cami_survey.base.clock import local

DAY_MILLIS = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
INVALID = "Invalid Date"
TIME_TEXT = r"(?P<hour>\d\d?):(?P<minute>\d\d?)(?::(?P<second>\d\d?)(?:\.(?P<fraction>\d+))?)?"
ZONE_TEXT = r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?"
MOMENT = re.compile(
    rf"\s*(?P<year>\d{{4}})-(?P<month>\d\d?)-(?P<day>\d\d?)(?:T(?:{TIME_TEXT}{ZONE_TEXT})?)?\s*\Z", re.ASCII
)
TIME = re.compile(rf"\s*{TIME_TEXT}{ZONE_TEXT}\s*\Z", re.ASCII)


class Date(float):
    """Days since 1970 that read as a date when they become text. Arithmetic gives plain numbers."""

    __slots__ = ()


class CivilZone(tzinfo):
    """The time zone of an interview, in which days without a time are counted from one beginning: that of today.

    So two dates are whole days apart, also over a change to summer time, or where the zone had another offset long ago.
    `zone` None stands for the machine's own.
    """

    def __init__(self, zone: tzinfo | None, now: datetime) -> None:
        self.zone = zone
        self._offset = (local(now) if zone is None else now.astimezone(zone)).utcoffset() or timedelta()
        self._millis = self._offset // timedelta(milliseconds=1)

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        if moment is None:
            return None
        try:
            return localised(moment.replace(tzinfo=None), self.zone).utcoffset()
        except OSError:  # Windows knows nothing of the years before 1970
            return self._offset

    def fromutc(self, moment: datetime) -> datetime:
        try:
            return moment.replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=self)
        except OSError:
            return moment + self._offset

    def dst(self, _moment: datetime | None) -> timedelta | None:
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        return None if moment is None or self.zone is None else self.zone.tzname(moment.replace(tzinfo=self.zone))

    def days(self, day: date) -> float:
        """Days since 1970 of a day without a time."""
        return ((day.toordinal() - EPOCH_DAY) * DAY_MILLIS - self._millis) / DAY_MILLIS

    def day(self, days: float) -> date | None:
        """The day without a time that so many days since 1970 are; None for any other moment."""
        whole, rest = divmod(round(days * DAY_MILLIS) + self._millis, DAY_MILLIS)
        inside = rest == 0 and 0 < whole + EPOCH_DAY <= date.max.toordinal()
        return date.fromordinal(whole + EPOCH_DAY) if inside else None


def looks_like_moment(text: str) -> bool:
    """Whether `text` is written as a date or date and time, possible or not."""
    return MOMENT.match(text) is not None


def _zone(text: str | None, default: tzinfo | None) -> tzinfo | None:
    if text is None:
        return default
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _time(match: re.Match[str]) -> time:
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    return time(int(match["hour"] or 0), int(match["minute"] or 0), int(match["second"] or 0), int(fraction))


def localised(moment: datetime, zone: tzinfo | None) -> datetime:
    """`moment` in `zone`; a naive one is taken as being there. None stands for the machine's zone."""
    if moment.tzinfo is None:
        return moment.astimezone() if zone is None else moment.replace(tzinfo=zone)
    return moment.astimezone(zone)


def moment_of(text: str, zone: tzinfo | None) -> datetime | None:
    """The moment an ISO date or date-time names, midnight without a time; None if it names none."""
    match = MOMENT.match(text)
    if match is None:
        return None
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        moment = datetime.combine(day, _time(match))
        written = _zone(match["zone"], zone)
        return localised(moment, written)
    except (ValueError, OverflowError, OSError):
        return None


def to_days(moment: datetime) -> float:
    """Days since 1970 with millisecond precision."""
    gap = moment - EPOCH
    return (gap.days * DAY_MILLIS + gap.seconds * 1000 + gap.microseconds / 1000) / DAY_MILLIS


def days_of(text: str, zone: tzinfo | None) -> float:
    """Days since 1970 of an ISO date or date-time; NaN for other text."""
    match = MOMENT.match(text) if len(text) >= 8 else None
    if match is None:
        return math.nan
    if match["hour"] is None and isinstance(zone, CivilZone):
        try:
            return zone.days(date(int(match["year"]), int(match["month"]), int(match["day"])))
        except ValueError:
            return math.nan
    moment = moment_of(text, zone)
    return math.nan if moment is None else to_days(moment)


def to_moment(days: float, zone: tzinfo | None) -> datetime | None:
    """The local moment of days since 1970; None outside the calendar."""
    try:
        day = zone.day(days) if isinstance(zone, CivilZone) else None
        if day is not None:
            return datetime.combine(day, time(), zone)
        return localised(EPOCH + timedelta(milliseconds=round(days * DAY_MILLIS)), zone)
    except (ValueError, OverflowError, OSError):
        return None


def iso_text(moment: datetime) -> str:
    """Date, time with milliseconds and offset."""
    return moment.isoformat(timespec="milliseconds")


def date_text(days: float, zone: tzinfo | None) -> str:
    """ISO text: the date alone at local midnight, with time and offset otherwise."""
    moment = to_moment(days, zone)
    if moment is None:
        return INVALID
    if moment.hour == moment.minute == moment.second == moment.microsecond == 0:
        return moment.date().isoformat()
    return iso_text(moment)


def time_fraction(text: str, zone: tzinfo | None, now: datetime) -> float:
    """The share of the local day that a time of day is past midnight; NaN for other text."""
    moment = moment_of(text, zone)
    if moment is not None:
        local = localised(moment, zone)
        return _fraction(local.time())
    match = TIME.match(text)
    if match is None:
        return math.nan
    try:
        written = _zone(match["zone"], zone)
        local = localised(localised(datetime.combine(localised(now, zone).date(), _time(match)), written), zone)
    except (ValueError, OverflowError):
        return math.nan
    return _fraction(local.time())


def _fraction(moment: time) -> float:
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return (seconds * 1000 + moment.microsecond / 1000) / DAY_MILLIS
