"""Values as the formats for machines write them: numbers bare, moments in ISO 8601, everything else text."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from cami_survey.analysis.model import Value


def text_of(value: Value) -> str:
    """The value as text; empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, time)):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else str(value)


def json_value(value: Value) -> str | int | float | bool | None:
    """The value as JSON has it; a number that a double does not hold stays text."""
    if isinstance(value, (date, time, Decimal)):
        return text_of(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return str(value)
    return whole(value) if isinstance(value, str) else value


def whole(text: str) -> str:
    """The text with halves of surrogate pairs, which no UTF-8 holds, as the replacement character."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
