"""What a spreadsheet makes of a value: the rules and limits that every spreadsheet format shares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from cami_survey.analysis.rows import Reader
from cami_survey.analysis.values import READERS, decimal, integer, number

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Numbers as Python itself would write them, one on each line; a line may be empty.
_WHOLE, _DECIMAL = r"0|-?[1-9][0-9]{0,14}+", r"-?+(?:0|[1-9][0-9]{0,6}+)\.(?:[0-9]{0,3}[1-9]|0)"
# Days and moments as Python itself would write them; 29 February and the year nought are left to it.
_DAY = (
    r"(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_MOMENT = rf"{_DAY}T{_CLOCK}:[0-5][0-9](?:\+{_CLOCK}|-(?!00:00){_CLOCK})?+"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet program could take this text for a formula when it is opened or edited."""
    return text.startswith(_DANGEROUS)


def _lines(number: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{number})?+(?:\n|\Z))*+", re.ASCII)


_NUMBERS: dict[Any, re.Pattern[str]] = {
    integer: _lines(_WHOLE),
    decimal: _lines(_DECIMAL),
    number: _lines(f"{_DECIMAL}|{_WHOLE}"),
}
_TOLD = {**_NUMBERS, READERS["date"]: _lines(_DAY), READERS["datetime"]: _lines(_MOMENT)}


def are_numbers(read: Reader | None) -> bool:
    """Whether `read` makes whole numbers or numbers with decimals."""
    return getattr(read, "typed", read) in _NUMBERS


def may_be_written(read: Reader | None) -> bool:
    """Whether there is something that `written` says of what `read` makes: numbers, days and moments."""
    return getattr(read, "typed", read) in _TOLD


def written(texts: Sequence[str | None], read: Reader | None) -> Sequence[str | None] | None:
    """What `read` makes of the texts of a column as Python writes it, where that can be told for all at once: of texts
    that are written so already, and of numbers that are whole where decimals are read. None otherwise."""
    typed = getattr(read, "typed", read)
    if _are_lines(texts, _TOLD[typed]):
        return texts
    if typed is not decimal:
        return None
    texts = [f"{text}.0" if text and "." not in text else text for text in texts]
    return texts if _are_lines(texts, _TOLD[typed]) else None


def _are_lines(texts: Sequence[str | None], pattern: re.Pattern[str]) -> bool:
    try:
        lines = "\n".join(cast(Sequence[str], texts))
    except TypeError:
        lines = "\n".join([text or "" for text in texts])
    return pattern.fullmatch(lines) is not None and lines.count("\n") == len(texts) - 1


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
