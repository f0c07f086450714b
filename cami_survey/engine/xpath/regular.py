"""Regular expressions as forms write them, for Java or JavaScript, read by Python."""

from __future__ import annotations

import re
import sys
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache

from cami_survey.base.texts import _
from cami_survey.engine.errors import XPathError

REFUSED = (re.error, OverflowError, RecursionError)
ASCII_CLASSES = {
    "Alpha": "A-Za-z",
    "Alnum": "A-Za-z0-9",
    "Digit": "0-9",
    "Lower": "a-z",
    "Upper": "A-Z",
    "Space": r"\s",
    "Punct": r"!-/:-@\[-`{-~",
}
PART = re.compile(
    r"\\[pP]\{\^?(?P<long>[A-Za-z_=]+)\}|\\[pP](?P<short>[LMNPSZC])|\\z|(?P<set>\\[wdsWDS])-(?!\])|\\.|\[\^?|\]",
    re.DOTALL,
)


@lru_cache(maxsize=500)
def compiled(text: str) -> re.Pattern[str]:
    """The pattern; XPathError where it is none."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", FutureWarning
        )  # what may mean something else in a later Python means it not now
        try:
            return re.compile(text)
        except REFUSED:
            pass
        try:
            return re.compile(_for_python(text))
        except REFUSED as error:
            reason = _("“{pattern}” is not a regular expression: {reason}.").format(pattern=text, reason=error)
            raise XPathError(reason) from error


def _for_python(text: str) -> str:
    """Unicode properties spelled out, hyphens after a class made plain, the end of the text as Python names it."""
    inside = False

    def change(match: re.Match[str]) -> str:
        nonlocal inside
        found = match[0]
        if found[0] == "[":
            inside = True
        elif found == "]":
            inside = False
        elif found == r"\z":
            return r"\Z"
        elif match["set"]:
            return match["set"] + r"\-" if inside else found
        elif match["long"] or match["short"]:
            return _property(match, inside)
        return found

    return PART.sub(change, text)


def _property(match: re.Match[str], inside: bool) -> str:
    ranges = _ranges((match["long"] or match["short"]).rpartition("=")[2])
    negated = (match[0][1] == "P") != ("^" in match[0])
    if not ranges or (negated and inside):
        return match[0]
    return ranges if inside else f"[{'^' if negated else ''}{ranges}]"


@lru_cache(maxsize=50)
def _ranges(name: str) -> str:
    """The letters of a property (`L`, `Lu`, `Alpha`, `IsCyrillic`) as the inside of a class; empty where unknown."""
    name = name.removeprefix("Is").removeprefix("In")
    if name in ASCII_CLASSES:
        return ASCII_CLASSES[name]
    if len(name) <= 2:
        return "".join(_spans(lambda letter: unicodedata.category(letter).startswith(name)))
    script = name.upper()
    return "".join(_spans(lambda letter: unicodedata.name(letter, "").startswith(script)))


def _spans(belongs: Callable[[str], bool]) -> Iterator[str]:
    first = None
    for code in range(min(sys.maxunicode, 0x1FFFF) + 2):
        if code <= 0x1FFFF and belongs(chr(code)):
            first = code if first is None else first
        elif first is not None:
            yield f"{re.escape(chr(first))}-{re.escape(chr(code - 1))}"
            first = None
