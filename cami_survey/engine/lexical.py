"""Answers as text in XForms lexical form, and as Python values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, tzinfo
from decimal import Decimal

from cami_survey.base.composition import composed
from cami_survey.engine.definitions import SELECTS, Control
from cami_survey.engine.xpath.dates import MOMENT, TIME, Date, iso_text, localised, moment_of
from cami_survey.engine.xpath.values import NUMBER, Value, number_to_text, to_text

Answer = str | int | float | bool | date | datetime | time | tuple[str, ...] | None
INTEGERS = frozenset({"int", "integer", "long"})
NUMBERS = INTEGERS | {"decimal"}
# Types that keep a number as it is written, and what is written behind a whole one.
ENDINGS = {**dict.fromkeys(INTEGERS, ""), "string": "", "decimal": ".0"}
DATES = frozenset({"date", "dateTime"})
PLAIN_INTEGER = re.compile(r"\s*-?\d+\s*\Z", re.ASCII)
LARGEST_INTEGER = 2**31 - 1
LONGEST_NUMBER = 400
SHORT = 10  # so few digits are below the largest integer
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")


def to_lexical(value: object) -> str:
    """Any Python answer as text; empty for an object that is no answer."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if math.isnan(value) else number_to_text(value)
    if isinstance(value, datetime):
        return iso_text(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, int):
        return str(value) if abs(value) < 10**LONGEST_NUMBER else ""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return " ".join("" if isinstance(part, (list, tuple)) else to_lexical(part) for part in value)
    return ""


def storable(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return text if text.isprintable() else FORBIDDEN.sub("", text)


def _is_number(text: str) -> bool:
    return len(text) <= LONGEST_NUMBER and NUMBER.match(text) is not None and math.isfinite(float(text))


def _integer(text: str, _zone: tzinfo | None) -> str:
    if len(text) < SHORT and text.isascii() and text.isdigit():
        return str(int(text))
    if not _is_number(text):
        return ""
    whole = int(text) if PLAIN_INTEGER.match(text) else math.trunc(float(text))
    return str(whole) if abs(whole) <= LARGEST_INTEGER else ""


def _decimal(text: str, _zone: tzinfo | None) -> str:
    """Always with a decimal point, as in the canonical form of XML Schema."""
    if not _is_number(text):
        return ""
    text = text.strip()
    if "e" in text.lower():
        text = number_to_text(float(text))
    return text if "." in text else f"{text}.0"


def _date(text: str, zone: tzinfo | None) -> str:
    match = MOMENT.match(text)
    if match is None or match["zone"] is not None or moment_of(text, zone) is None:
        return ""
    return f"{match['year']}-{int(match['month']):02}-{int(match['day']):02}"


def _date_time(text: str, zone: tzinfo | None) -> str:
    match = MOMENT.match(text)
    return text.strip() if match is not None and match["hour"] is not None and moment_of(text, zone) else ""


def _time(text: str, _zone: tzinfo | None) -> str:
    match = TIME.match(text)
    if match is None or match["second"] is None:
        return ""
    possible = int(match["hour"]) < 24 and int(match["minute"]) < 60 and int(match["second"]) < 60
    return text.strip() if possible else ""


def _is_on_earth(words: list[str]) -> bool:
    """Whether words are latitude, longitude, altitude, accuracy; the last two may be left out."""
    if not 2 <= len(words) <= 4 or not all(map(_is_number, words)):
        return False
    return abs(float(words[0])) <= 90 and abs(float(words[1])) <= 180


def _point(text: str, _zone: tzinfo | None) -> str:
    """A place. Four zeros are a device without a fix."""
    words = text.split()
    if not _is_on_earth(words) or (len(words) == 4 and not any(map(float, words))):
        return ""
    return " ".join([*words[:2], *(_decimal(word, None) for word in words[2:])])


def _line(text: str, _zone: tzinfo | None) -> str:
    """Points separated by semicolons, kept as written."""
    points = text.strip().removesuffix(";").split(";")
    return text.strip() if all(_is_on_earth(point.split()) for point in points) else ""


NORMAL: dict[str, Callable[[str, tzinfo | None], str]] = {
    **dict.fromkeys(INTEGERS, _integer),
    "decimal": _decimal,
    "date": _date,
    "dateTime": _date_time,
    "time": _time,
    "geopoint": _point,
    "geotrace": _line,
    "geoshape": _line,
}


def normal(text: str, type_name: str, zone: tzinfo | None) -> str:
    """The text as an answer of that type keeps it; empty if it is none."""
    text = storable(text)
    if not text.isascii():
        text = composed(text)
    rule = NORMAL.get(type_name)
    return text if rule is None or not text else rule(text, zone)


def received(text: str, type_name: str, control: Control | None) -> str:
    """An answer as other clients and forms write it in the form of ours: Enketo and authors leave out the seconds of a
    time, and a choice may have blanks around it.
    """
    if type_name == "time":
        return _with_seconds(text)
    return text.strip() if control is not None and control.kind in SELECTS else text


def _with_seconds(text: str) -> str:
    """A time of day that only says hours and minutes, with its seconds; any other text as it is."""
    match = TIME.match(text)
    if match is None or match["second"] is not None:
        return text
    end = match.end("minute")
    return f"{text[:end]}:00{text[end:]}".strip()


def computed(value: Value, type_name: str, zone: tzinfo | None) -> str:
    """What a node of that type keeps of a computed value; empty for NaN.

    A date takes the day of a moment, a time its time of day, a moment the beginning of a day; numbers there are days
    since 1970.
    """
    if isinstance(value, float) and value != value:
        return ""
    if type_name == "time":
        return _time_of(to_text(value, zone), zone)
    if type_name not in DATES and type(value) is float:
        return _number(value, type_name, zone)
    if type_name not in DATES:
        return normal(to_text(value, zone), type_name, zone)
    text = to_text(Date(value) if isinstance(value, float) else value, zone)
    kept = normal(text, type_name, zone)
    if kept:
        return kept
    moment = moment_of(text, zone)
    if moment is None:
        return ""
    local = localised(moment, zone)
    return local.date().isoformat() if type_name == "date" else iso_text(local)


def _time_of(text: str, zone: tzinfo | None) -> str:
    """The time of day that a text is, or has; empty if it has none."""
    moment = moment_of(text, zone)
    return _time(_with_seconds(text), zone) if moment is None else iso_text(localised(moment, zone)).partition("T")[2]


def _number(number: float, type_name: str, zone: tzinfo | None) -> str:
    """A number as an answer of that type keeps it. Whole ones go the short way."""
    rule = NORMAL.get(type_name)
    if -LARGEST_INTEGER <= number <= LARGEST_INTEGER and (rule is None or rule in (_integer, _decimal)):
        whole = int(number)
        if whole == number or rule is _integer:
            return f"{whole}.0" if rule is _decimal else str(whole)
        return number_to_text(number)  # digits and a point, as both keep it
    return normal(number_to_text(number), type_name, zone)


def is_selection(type_name: str, control: str) -> bool:
    """Whether an answer is a list of choices."""
    return control in ("select", "rank") or type_name in ("select", "odk:rank", "rank")


def to_python(text: str, type_name: str, control: str, zone: tzinfo | None) -> Answer:
    """The Python value of a text: None if empty, the text itself where it cannot be read."""
    if is_selection(type_name, control):
        return tuple(text.split())
    if not text:
        return None
    try:
        return _parsed(text, type_name, zone)
    except ValueError:
        return text


def _parsed(text: str, type_name: str, zone: tzinfo | None) -> Answer:
    if type_name in INTEGERS:
        return int(text)
    if type_name == "decimal":
        return float(text)
    if type_name == "boolean":
        return text in ("true", "1")
    if type_name == "date":
        return date.fromisoformat(text)
    if type_name == "dateTime":
        return moment_of(text, zone) or text
    if type_name == "time":
        return time.fromisoformat(text)
    return text
