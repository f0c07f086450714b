"""Numbers as the program's language writes them: its digits, its decimal sign, its separators."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cami_survey.base.texts import language

if TYPE_CHECKING:
    from babel import Locale

ZEROS = {"arabext": "۰", "arab": "٠", "deva": "०", "tibt": "༠"}


class _Digits:
    latin = False


def use_latin_digits(latin: bool) -> None:
    """Whether numbers are written with 0-9 in every language."""
    _Digits.latin = latin


def are_digits_latin() -> bool:
    """Whether numbers are written with 0-9 in every language."""
    return _Digits.latin


def whole(count: int) -> str:
    """A count, written as `ui.words.number` writes it."""
    return number(count, 0)


def number(value: float, decimals: int = 1) -> str:
    """A number with so many decimals."""
    return _written(value, "#,##0." + "0" * decimals if decimals else "#,##0", language(), _Digits.latin)


def percent(value: float) -> str:
    """A share as whole percent."""
    return _written(value, "#,##0 %", language(), _Digits.latin)


@lru_cache(maxsize=10_000)
def _written(value: float, pattern: str, code: str, latin: bool) -> str:
    from babel.numbers import format_decimal

    locale = _locale(code)
    text = str(format_decimal(value, format=pattern, locale=locale, numbering_system="default"))
    zero = "0" if latin else ZEROS.get(locale.default_numbering_system, "0")
    return text.translate({ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)})


def _locale(code: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
