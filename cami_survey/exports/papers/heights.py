"""How many lines words take, where that is certain: rows whose height is told need not be set twice."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cami_survey.exports.drawing.canvas import Weight, advance

# Letters whose widths are known, for they are in the fonts of the program: Latin, Greek, Cyrillic, Arabic and marks.
_KNOWN = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u052f\u0600-\u06ff\u200c\u2010-\u2026\u2030\u2039\u203a\u2212\u2264\u2265]*"
)
_ARABIC = re.compile("[\u0600-\u06ff]")
_LATIN = re.compile("[!-~\u00a1-\u052f]")
# How far the letters of Noto Sans and of Noto Sans Arabic reach above and below their line together, in ems.
REACH, REACH_ARABIC = 1.069 + 0.293, 1.374 + 0.738
# Words are set a little narrower or wider than their letters side by side, capitals and letters that join narrower
# still: then a row is told too high, never too low.
WIDER, NARROWER, JOINED = 1.02, 0.95, 0.6
# Between these a line may break, and after some of the marks: wherever it might, it is taken to where that makes fewer.
_WORD = re.compile(r"[^ ]* *")
_PIECE = re.compile(r"\w*\W+|\w+")


def lines(text: str, room: float, weight: Weight = 400) -> int:
    """How many lines `text` takes in a room of so many ems; 0 where a little wider or narrower letters change that."""
    if not _KNOWN.fullmatch(text):
        return 0
    if advance(text, weight) * WIDER <= room:
        return 1
    words = _WORD.findall(text)
    if any(advance(word.rstrip(), weight) * WIDER > room for word in words):
        return 0
    most = _broken(words, room, WIDER, weight)
    narrow = JOINED if _ARABIC.search(text) else NARROWER
    return most if most == _broken(_PIECE.findall(text), room, narrow, weight) else 0


def row_height(texts: Iterable[str], rooms: Iterable[float], weight: Weight = 400) -> float:
    """How high a row is, in ems, without what is around its words; 0 where that is not certain.

    `rooms` are how wide its words may be, cell by cell, in ems.
    """
    found = [_height(text, room, weight) for text, room in zip(texts, rooms, strict=True)]
    return max(found) if all(found) else 0.0


def _height(text: str, room: float, weight: Weight) -> float:
    count = lines(text, room, weight)
    if not _ARABIC.search(text):
        return count * REACH
    # Which of several lines has letters of which font is not known.
    return 0.0 if count > 1 and _LATIN.search(text) else count * REACH_ARABIC


def _broken(parts: list[str], room: float, factor: float, weight: Weight) -> int:
    """How many lines parts take, each on the line of the one before as long as there is room."""
    count, taken = 0, 0.0
    for part in filter(None, parts):
        if not count or (taken + advance(part.rstrip(), weight)) * factor > room:
            count, taken = count + 1, 0.0
        taken += advance(part, weight)
    return count
