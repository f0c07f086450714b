"""Dates and times as other programs spell them in the tables that they export.

ODK Briefcase writes them as Java does in the language of its computer (`Jan 5, 2024 3:04:05 PM`, `5 янв. 2024 г.,
15:04:05`, `05.01.2024 15:04:05`), ODK Aggregate as e-mail does (`Fri, 5 Jan 2024 03:04:05 GMT`) or, earlier, as Java
prints them (`Fri Jan 05 03:04:05 UTC 2024`). Dates of numbers between strokes (`05/01/2024`) are never read: half of
the world means May.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

_MONTHS = (
    ("jan", "янв"), ("feb", "фев"), ("mar", "мар"), ("apr", "апр"), ("may", "мая", "май"), ("jun", "июн"),
    ("jul", "июл"), ("aug", "авг"), ("sep", "сен"), ("oct", "окт"), ("nov", "ноя"), ("dec", "дек"),
)  # fmt: skip
_LONG = (
    ("january", "января", "январь"), ("february", "февраля", "февраль"), ("march", "марта", "март"),
    ("april", "апреля", "апрель"), ("may", "мая", "май"), ("june", "июня", "июнь"), ("july", "июля", "июль"),
    ("august", "августа", "август"), ("september", "сентября", "сентябрь"), ("october", "октября", "октябрь"),
    ("november", "ноября", "ноябрь"), ("december", "декабря", "декабрь"),
)  # fmt: skip
_MONTH_OF = {name: month for names in (_MONTHS, _LONG) for month, words in enumerate(names, 1) for name in words}
_MONTH_OF |= {"sept": 9, "сент": 9, "февр": 2, "нояб": 11}
_WEEKDAY = r"(?:[^\W\d_]{2,9}\.?,?\s+)?"
_WORD = r"(?P<month>[^\W\d_]{3,9})\.?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
_ZONE = r"(?:\s(?P<zone>GMT|UTC|Z|[+-]\d{2}:?\d{2}))?"
_AFTER = rf"(?:,?\s(?:at\s|в\s)?{_CLOCK}{_ZONE})?"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"{_WEEKDAY}{_WORD}\s(?P<day>\d{{1,2}}),?\s(?P<year>\d{{4}}){_AFTER}",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})[\s-]{_WORD}[\s-](?P<year>\d{{4}})(?:\sг\.?)?{_AFTER}",
        rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}){_AFTER}",
        rf"{_WEEKDAY}{_WORD}\s(?P<day>\d{{1,2}})\s{_CLOCK}{_ZONE}\s(?P<year>\d{{4}})",
    )
)
_TIME = re.compile(_CLOCK)


def spelled(text: str) -> date | datetime | time | None:
    """The date, moment or time of day that is spelled there, None where it is none; a zone only where one is named."""
    plain = " ".join(text.split())
    if found := _TIME.fullmatch(plain):
        return _time(found)
    for shape in _SHAPES:
        if found := shape.fullmatch(plain):
            return _moment(found)
    return None


def _moment(found: re.Match[str]) -> date | datetime | None:
    word = found["month"].casefold()
    month = int(word) if word.isdecimal() else _MONTH_OF.get(word, 0)
    try:
        day = date(int(found["year"]), month, int(found["day"]))
        if found["hour"] is None:
            return day
        at = _time(found)
        return datetime.combine(day, at, _zone(found["zone"])) if at is not None else None
    except ValueError:
        return None


def _time(found: re.Match[str]) -> time | None:
    hour, half = int(found["hour"]), (found["half"] or "").casefold()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    reach = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-reach if text[0] == "-" else reach)
