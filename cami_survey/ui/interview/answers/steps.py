"""The steps of a range: from one end to the other, in either direction, as exact decimals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

ODK = "{http://www.opendatakit.org/xforms}"
TICKS, PLACEHOLDER = f"{ODK}tick-interval", f"{ODK}placeholder"

TYPED = re.compile(r"-?\d*\.?\d*")


def number(words: str, otherwise: str) -> Decimal:
    """A number as it is written, `otherwise` where it is none."""
    try:
        found = Decimal(words)
    except InvalidOperation:
        return Decimal(otherwise)
    return found if found.is_finite() else Decimal(otherwise)


def lexical(value: Decimal) -> str:
    """A number as it is stored: no exponent, no idle noughts."""
    return f"{value.normalize():f}" if value else "0"


@dataclass(frozen=True, slots=True)
class Steps:
    """`count` steps of `step` from `low`; a mark at every `ticks`-th. `idle` is where an unanswered line begins."""

    low: Decimal
    step: Decimal
    count: int
    ticks: int = 1
    idle: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Steps:
        """The steps of a range from its attributes; ODK's own 0 to 10 where they say nothing that can be used."""
        low, high = number(given.get("start", ""), "0"), number(given.get("end", ""), "10")
        step = abs(number(given.get("step", ""), "1")) or Decimal(1)
        marks = abs(number(given.get(TICKS, ""), "0")) / step
        found = cls(low, step if high >= low else -step, int(abs(high - low) / step), max(int(marks), 1))
        return replace(found, idle=found.place_of(given.get(PLACEHOLDER, "")))

    def value(self, place: int) -> Decimal:
        """The value so many steps from the beginning."""
        return self.low + self.step * place

    def may_begin(self, words: str) -> bool:
        """Whether what is typed can be a value of these steps, or become one by further digits."""
        if not TYPED.fullmatch(words):
            return False
        most = max(abs(self.low), abs(self.value(self.count)))
        return (not words.startswith("-") or min(self.low, self.value(self.count)) < 0) and abs(
            number(words.rstrip("."), "0")
        ) <= most

    def place_of(self, words: str, *, exact: bool = False) -> int | None:
        """The place of a value, the nearest unless it has to be `exact`; None where there is none."""
        if not words:
            return None
        away = (number(words, str(self.low)) - self.low) / self.step
        place = round(away)
        if exact and (place != away or not 0 <= place <= self.count):
            return None
        return min(max(place, 0), self.count)
