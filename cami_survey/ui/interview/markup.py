"""The markup that ODK forms may carry in their texts, taken off: words are shown, asterisks and tags are not."""

from __future__ import annotations

import re
from functools import lru_cache

MARKS = frozenset("*_#<[\\")
BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|h[1-6]|li)>", re.IGNORECASE)
TAGS = re.compile(
    r"</?(?:a|b|big|br|center|code|div|em|font|h[1-6]|i|img|li|ol|p|small|span|strong|sub|sup|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
LINK = re.compile(r"\[([^\[\]]+)\]\([^()\s]+\)")
HEADING = re.compile(r"^#{1,6}\s+", re.MULTILINE)
STRONG = re.compile(r"(?<!\\)(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
# Underscores inside of words are names, asterisks with room around them are multiplied.
EMPHASIS = re.compile(
    r"(?<![\w\\*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])|(?<![\w\\])_(?=[^\s_])([^_\n]*[^\s_])_(?!\w)"
)
ESCAPED = re.compile(r"\\([*_#<>\[\]\\])")


@lru_cache(maxsize=4096)
def unmarked(words: str) -> str:
    """The words without Markdown (emphasis, headings, links) and without the HTML tags that forms use."""
    if not MARKS.intersection(words):
        return words
    words = TAGS.sub("", BREAKS.sub("\n", words))
    words = STRONG.sub(r"\2", HEADING.sub("", LINK.sub(r"\1", words)))
    words = EMPHASIS.sub(lambda found: found[1] or found[2], words)
    return ESCAPED.sub(r"\1", words)
