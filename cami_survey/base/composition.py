"""Text in composed form (Unicode NFC), in time that grows with its length alone."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache
from itertools import groupby

# Unicode Standard Annex 15, Stream-Safe Text Format: no writing system needs more marks on one letter.
MOST_MARKS = 30
JOINER = "\N{COMBINING GRAPHEME JOINER}"
SHORT = 500


def composed(text: str) -> str:
    """The text in form C. In a run of more than thirty combining marks, joiners keep composition from hanging."""
    if text.isascii():
        return text
    while len(text) > SHORT and _looks_marked(text):
        safe = unicodedata.normalize("NFC", _long_runs().sub(rf"\1{JOINER}", text))
        if safe == text:
            return text
        text = safe
    return unicodedata.normalize("NFC", text)


def _looks_marked(text: str) -> bool:
    """Whether there may be a long run of marks: it would be met by one of the looks, which are half a run apart."""
    return any(letter > "\u02ff" and unicodedata.combining(letter) for letter in text[:: MOST_MARKS // 2])


@lru_cache(maxsize=1)
def _long_runs() -> re.Pattern[str]:
    marks = [code for code in range(0x300, sys.maxunicode) if unicodedata.combining(chr(code))]
    runs = [[code for _place, code in run] for _start, run in groupby(enumerate(marks), lambda item: item[1] - item[0])]
    letters = "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)
    return re.compile(f"([{letters}]{{{MOST_MARKS}}})(?=[{letters}])")
