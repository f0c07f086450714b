"""XPath's four types and ODK's dates: how one becomes another."""

from __future__ import annotations

import math
import re
from datetime import tzinfo
from decimal import Decimal

from cami_survey.engine.tree import Node, string_value
from cami_survey.engine.xpath.dates import Date, date_text, days_of

Value = float | str | bool | list[Node]

NUMBER = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*\Z", re.ASCII)
NAN = math.nan
EXACT_INTEGERS = 1e15


def text_to_number(text: str, zone: tzinfo | None) -> float:
    """The number a text holds; ISO dates are days since 1970; NaN otherwise."""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return float(text) if NUMBER.match(text) else days_of(text, zone)
    except OverflowError:
        return NAN


def number_to_text(number: float) -> str:
    """XPath's decimal notation: no exponent, no trailing zero, `NaN`, `Infinity`."""
    if number != number:
        return "NaN"
    if abs(number) < EXACT_INTEGERS:
        whole = int(number)
        if whole == number:
            return str(whole)
    elif math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    text = repr(number)
    if "e" not in text:
        return text.removesuffix(".0")
    return format(Decimal(text), "f").removesuffix(".0")


def to_text(value: Value, zone: tzinfo | None) -> str:
    """`string(value)`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Date):
        return date_text(value, zone)
    if isinstance(value, float):
        return number_to_text(value)
    return string_value(value[0]) if value else ""


def to_number(value: Value, zone: tzinfo | None) -> float:
    """`number(value)`; the first node of a node set counts."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, str):
        return text_to_number(value, zone)
    return node_number(value[0], zone) if value else NAN


def to_boolean(value: Value) -> bool:
    """`boolean(value)`."""
    if isinstance(value, float):
        return value == value and value != 0
    return bool(value)


def node_number(node: Node, zone: tzinfo | None) -> float:
    """The number a node holds; leaves remember it until their text changes."""
    if node.children:
        return text_to_number(string_value(node), zone)
    number = node._number
    if number is None:
        number = node._number = text_to_number(node.text, zone)
    return number
