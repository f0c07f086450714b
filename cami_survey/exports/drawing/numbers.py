"""Figures in words, as the language of the reader writes them."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal

from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.results import Cell, Column
from cami_survey.base.texts import _, language

DASH = "–"
ZEROS = {"arabext": "۰", "arab": "٠", "deva": "०", "tibt": "༠"}


def number(value: float, decimals: int) -> str:
    """A number with so many decimals at most, in the digits and with the marks of the program's language."""
    return _formatted(round(value, decimals), decimals, language())


def told(cell: Cell, column: Column) -> str:
    """What a cell says. Nothing asked is a dash; "too few" is said with its n; what is hidden is empty."""
    if cell.hidden:
        return ""
    if cell.said is None:
        return DASH
    if isinstance(cell.said, TooFew):
        return _("n {n}").format(n=number(cell.said.n, 0))
    if isinstance(cell.said, str):
        return cell.said
    if column.kind == "percent":
        return f"{number(cell.said * 100, column.decimals if column.decimals < 1 else 0)} %"
    return number(cell.said, 0 if column.kind == "count" else column.decimals)


@lru_cache(maxsize=10_000)
def _formatted(value: float, decimals: int, code: str) -> str:
    locale = Locale.parse(code, sep="-")
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    text = str(format_decimal(value, format=pattern, locale=locale, numbering_system="default"))
    zero = ZEROS.get(locale.default_numbering_system, "0")
    return text.translate({ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)})
