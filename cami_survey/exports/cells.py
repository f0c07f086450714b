"""What a spreadsheet makes of a value: the rules and limits that every spreadsheet format shares."""

from __future__ import annotations

import re
from collections.abc import Callable

from cami_survey.analysis.values import decimal, number

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
# A number as Python itself would write it.
_AS_IT_STANDS = re.compile(r"-?(0|[1-9][0-9]{0,6})\.[0-9]{0,3}[1-9]", re.ASCII)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet program could take this text for a formula when it is opened or edited."""
    return text.startswith(_DANGEROUS)


def is_decimal(read: Callable[[str], object] | None) -> bool:
    """Whether a reader makes numbers with decimals."""
    return getattr(read, "typed", read) in (decimal, number)


def stands_as_it_is(text: str) -> bool:
    """Whether the text of a number with decimals is also how the number is written."""
    return _AS_IT_STANDS.fullmatch(text) is not None


def visible(text: str) -> str:
    """The text with control characters as their pictures and halves of surrogate pairs as the replacement character.

    The same object when there is nothing to show.
    """
    return _ILLEGAL.sub(_picture, text) if _ILLEGAL.search(text) else text


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def units(text: str) -> int:
    """The length as spreadsheet programs count it: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, limit: int) -> str:
    """The longest beginning of `text` that has at most `limit` UTF-16 code units."""
    if units(text) <= limit:
        return text
    start = text[:limit]
    while units(start) > limit:
        start = start[: len(start) - max(1, (units(start) - limit) // 2)]
    return start


def column_letters(position: int) -> str:
    """What spreadsheets call the column at `position`, the first of which is 1: A to Z, AA, AB and so on."""
    letters = ""
    while position:
        position, letter = divmod(position - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
