"""Numbers as people type and read them: the digits and separators of a language outside, 0-9 and a point inside."""

from __future__ import annotations

import sys
import unicodedata

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeyEvent

from cami_survey.ui.words import digits_of

SIGNS = {"-": "-", "\u2212": "-", "\u2013": "-", "+": ""}
SPACES = " \u00a0\u202f\u2009'\u2019_"
# Invisible marks that Persian and Arabic number formats carry along.
MARKS = "\u200e\u200f\u061c"
POINTS = ".,\u066b"
GROUP = "\u066c"
GROUPED_FROM = 5
# The keys of the row of digits by their places: scan codes follow each other, the virtual keys of macOS do not.
ROW, FIRST_ON_WINDOWS, FIRST_ELSEWHERE = "1234567890", 2, 10
MAC_ROW = dict(zip((18, 19, 20, 21, 23, 22, 26, 28, 25, 29), ROW, strict=True))


def to_latin(text: str) -> str:
    """`text` with every decimal digit of any script as 0-9."""
    return "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in text)


def of_key(event: QKeyEvent) -> str:
    """The digit that a key types, or that of its place where a keyboard has letters on the row of digits (Kazakh,
    Mongolian, French); empty for any other key.
    """
    typed = to_latin(event.text())
    if typed.isdecimal():
        return typed
    if event.modifiers() != Qt.KeyboardModifier.NoModifier:
        return ""
    if sys.platform == "darwin":
        return MAC_ROW.get(event.nativeVirtualKey(), "")
    place = event.nativeScanCode() - (FIRST_ON_WINDOWS if sys.platform == "win32" else FIRST_ELSEWHERE)
    return ROW[place] if 0 <= place < len(ROW) else ""


def whole(text: str) -> str | None:
    """The lexical form of a whole number as typed or pasted: "" for nothing, None for what is not one."""
    sign, body = _split(text)
    digits = body.translate({ord(char): None for char in SPACES + GROUP})
    if "," in digits or "." in digits:
        digits = _ungrouped(digits)
    if not digits:
        return "" if not sign else None
    return (sign + (digits.lstrip("0") or "0")) if digits.isdecimal() else None


def decimal(text: str, locale: QLocale | None = None) -> str | None:
    """The lexical form of a number with a fraction: "" for nothing, None for what is not one.

    The last comma or point is the decimal sign, unless it is the locale's group sign and groups exactly three digits.
    """
    sign, body = _split(text)
    body = body.translate({ord(char): None for char in SPACES + GROUP})
    at = max(body.rfind(point) for point in POINTS)
    if at < 0:
        head, tail = body, ""
    else:
        head, mark, tail = body[:at], body[at], body[at + 1 :]
        if _groups(mark, head, tail, locale):
            head, tail = head + mark + tail, ""
    head = _ungrouped(head)
    if not head and not tail:
        return "" if not sign and at < 0 else None
    if not (head + tail).isdecimal():
        return None
    return sign + (head.lstrip("0") or "0") + (f".{tail}" if tail else "")


def _split(text: str) -> tuple[str, str]:
    text = to_latin(text.strip()).translate({ord(char): None for char in MARKS})
    if text[:1] in SIGNS:
        return SIGNS[text[0]], text[1:].lstrip()
    return "", text


def _ungrouped(text: str) -> str:
    """`text` without its group signs where every group has three digits, else as it is."""
    for mark in ",.":
        first, *groups = text.split(mark)
        if groups and 0 < len(first) <= 3 and all(len(group) == 3 for group in groups):
            return first + "".join(groups)
    return text


def _groups(mark: str, head: str, tail: str, locale: QLocale | None) -> bool:
    group = locale.groupSeparator() if locale is not None else ""
    return mark == group and len(tail) == 3 and 0 < len(head) <= 7


def shown(lexical: str, locale: QLocale, *, local_digits: bool = True, always: bool = False) -> str:
    """A stored number for reading: grouped from five digits on (a year stays whole), or `always` from four."""
    sign = "-" if lexical.startswith("-") else ""
    head, point, tail = lexical.removeprefix("-").partition(".")
    if not head.isdecimal() or (tail and not tail.isdecimal()):
        return lexical
    if tail.strip("0") == "":
        point = ""
    if len(head) >= (4 if always else GROUPED_FROM):
        first = len(head) % 3 or 3
        head = locale.groupSeparator().join([head[:first], *(head[at : at + 3] for at in range(first, len(head), 3))])
    written = sign + head + (locale.decimalPoint() + tail if point else "")
    return digits_of(written, locale) if local_digits else written


def may_be_typed(char: str, *, fraction: bool) -> bool:
    """Whether a key can be part of a number."""
    return char.isdecimal() or char in SIGNS or char in SPACES + GROUP or (fraction and char in POINTS) or char in ",."
