"""From the lexical forms of XForms to Python values."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite

from cami_survey.analysis.model import Kind, Value

EXACT_DIGITS = 15
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
_CANONICAL = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,14})?", re.ASCII)
_TRUE_FALSE = {"true": True, "1": True, "false": False, "0": False}


def integer(text: str) -> Value:
    """An int of any size, or the text itself."""
    return int(text) if len(text) < 4000 and _INTEGER.fullmatch(text) else text


def decimal(text: str) -> Value:
    """A float where it says exactly what the text says, a Decimal where it would not, or the text itself."""
    if not _DECIMAL.fullmatch(text):
        return text
    near = float(text)
    if len(text) <= EXACT_DIGITS and isfinite(near):
        return near
    exact = Decimal(text)
    if isfinite(near) and Decimal(repr(near)) == exact:
        return near
    return exact if len(exact.as_tuple().digits) > EXACT_DIGITS else text


def number(text: str) -> Value:
    """What `is_canonical_number` says is one."""
    return float(text) if "." in text else int(text)


def _iso_date(text: str) -> Value:
    try:
        return date.fromisoformat(text[:10]) if len(text) in (10, 16) else text
    except ValueError:
        return text


def _iso_datetime(text: str) -> Value:
    try:
        return datetime.fromisoformat(text) if "T" in text else text
    except ValueError:
        return text


def _iso_time(text: str) -> Value:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return text


def _boolean(text: str) -> Value:
    return _TRUE_FALSE.get(text, text)


READERS: dict[Kind, Callable[[str], Value]] = {
    "integer": integer,
    "decimal": decimal,
    "date": _iso_date,
    "datetime": _iso_datetime,
    "time": _iso_time,
    "boolean": _boolean,
}


def is_canonical_number(text: str) -> bool:
    """Whether `text` is a number written the one way a number of up to 15 digits would be written."""
    return len(text) <= EXACT_DIGITS + 2 and _CANONICAL.fullmatch(text) is not None and text != "-0"
