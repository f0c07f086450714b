"""Dates as ODK counts them: days since 1970-01-01T00:00Z as a number, local ISO 8601 as text."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

DAY_MILLIS = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
    except (ValueError, OverflowError):
        return None


def to_days(moment: datetime) -> float:
    """Days since 1970 with millisecond precision."""
    gap = moment - EPOCH
    return (gap.days * DAY_MILLIS + gap.seconds * 1000 + gap.microseconds / 1000) / DAY_MILLIS


def days_of(text: str, zone: tzinfo | None) -> float:
    """Days since 1970 of an ISO date or date-time; NaN for other text."""
    if len(text) < 8:
        return math.nan
    moment = moment_of(text, zone)
    return math.nan if moment is None else to_days(moment)


def to_moment(days: float, zone: tzinfo | None) -> datetime | None:
    """The local moment of days since 1970; None outside the calendar."""
    try:
        return localised(EPOCH + timedelta(milliseconds=round(days * DAY_MILLIS)), zone)
    except (ValueError, OverflowError):
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
