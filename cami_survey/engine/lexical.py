"""Answers as text in XForms lexical form, and as Python values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, tzinfo
from decimal import Decimal

from cami_survey.engine.xpath.dates import MOMENT, TIME, iso_text, moment_of
from cami_survey.engine.xpath.values import NUMBER, number_to_text

Answer = str | int | float | bool | date | datetime | time | tuple[str, ...] | None
INTEGERS = frozenset({"int", "integer", "long"})
NUMBERS = INTEGERS | {"decimal"}
SINGLE_POINT = re.compile(r"\s*[+-]?\d+(\.\d+)?(\s+[+-]?\d+(\.\d+)?){1,3}\s*\Z", re.ASCII)


def to_lexical(value: object) -> str:
    """Any Python answer as text."""
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
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, Iterable):
        return " ".join(to_lexical(part) for part in value)
    return str(value)


def _integer(text: str, _zone: tzinfo | None) -> str:
    if not NUMBER.match(text):
        return ""
    number = float(text)
    return str(int(text)) if text.strip().lstrip("-").isdigit() else str(math.trunc(number)) if math.isfinite(number) else ""


def _decimal(text: str, _zone: tzinfo | None) -> str:
    return text.strip() if NUMBER.match(text) and math.isfinite(float(text)) else ""


def _date(text: str, zone: tzinfo | None) -> str:
    moment = moment_of(text, zone)
    if moment is None:
        return ""
    match = MOMENT.match(text)
    assert match is not None
    return f"{match['year']}-{int(match['month']):02}-{int(match['day']):02}"


def _date_time(text: str, zone: tzinfo | None) -> str:
    return text.strip() if moment_of(text, zone) is not None else ""


def _time(text: str, _zone: tzinfo | None) -> str:
    match = TIME.match(text)
    if match is None or int(match["hour"]) > 23 or int(match["minute"]) > 59 or int(match["second"] or 0) > 59:
        return ""
    return text.strip()


NORMAL: dict[str, Callable[[str, tzinfo | None], str]] = {
    **dict.fromkeys(INTEGERS, _integer),
    "decimal": _decimal,
    "date": _date,
    "dateTime": _date_time,
    "time": _time,
}


def normal(text: str, type_name: str, zone: tzinfo | None) -> str:
    """The text as an answer of that type keeps it; empty if it is none."""
    rule = NORMAL.get(type_name)
    return text if rule is None or not text else rule(text, zone)


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
