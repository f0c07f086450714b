"""The markup that ODK forms may carry in their texts, read into words and how they look: Markdown and a little HTML.

Nothing is ever fetched: pictures in a text are left out, links are only named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

MARKS = frozenset("*_#<[\\")
BREAKS = frozenset({"br", "/p", "/div", "/li", "/h1", "/h2", "/h3", "/h4", "/h5", "/h6"})
TAGS = re.compile(
    r"<(/?(?:a|b|big|br|center|code|div|em|font|h[1-6]|i|img|li|ol|p|small|span|strong|sub|sup|u|ul))(\s[^<>]*)?/?>",
    re.IGNORECASE,
)
LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
HEADING = re.compile(r"^(#{1,6})[ \t]+(.*)$", re.MULTILINE)
BULLET = re.compile(r"^[ \t]*[-*+][ \t]+(?=\S)", re.MULTILINE)
STRONG = re.compile(r"(?<!\\)(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
# Underscores inside of words are names, asterisks with room around them are multiplied.
EMPHASIS = re.compile(
    r"(?<![\w\\*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])|(?<![\w\\])_(?=[^\s_])([^_\n]*[^\s_])_(?!\w)"
)
ESCAPED = re.compile(r"\\([*_#<>\[\]\\])")
ADDRESS = re.compile(r"""href\s*=\s*["']?(https?://[^\s"'<>]+)""", re.IGNORECASE)
COLOUR = re.compile(r"""color\s*[:=]\s*["']?\s*(#[0-9a-f]{3,8}|[a-z]+)""", re.IGNORECASE)
SIZE = re.compile(r"""font-size\s*:\s*(?:([\d.]+)\s*(px|pt|em|rem|%)|([a-z-]+))""", re.IGNORECASE)
# What a size is worth against the text around it.
UNITS = {"px": 1 / 16, "pt": 1 / 12, "em": 1.0, "rem": 1.0, "%": 0.01}
NAMED = {"xx-small": 0.7, "x-small": 0.8, "small": 0.9, "smaller": 0.85, "medium": 1.0, "large": 1.2, "larger": 1.2,
         "x-large": 1.5, "xx-large": 1.8}  # fmt: skip
HEADINGS = {"h1": 1.4, "h2": 1.25, "h3": 1.12, "h4": 1.0, "h5": 1.0, "h6": 1.0}
SMALLEST, LARGEST = 0.8, 2.0
POINT = "\u2022 "


@dataclass(frozen=True, slots=True)
class Run:
    """How some letters look: `size` against the text around, `colour` as the form names it, `link` an address."""

    start: int = 0
    length: int = 0
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    size: float = 1.0
    colour: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """Words without marks, and the runs that look different."""

    text: str
    runs: tuple[Run, ...] = ()

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The words and the address of every link."""
        found: list[tuple[str, str]] = []
        end = -1
        for run in self.runs:
            words = self.text[run.start : run.start + run.length]
            if run.link and found and end == run.start and found[-1][1] == run.link:
                found[-1] = (found[-1][0] + words, run.link)
            elif run.link:
                found.append((words, run.link))
            end = run.start + run.length if run.link else -1
        return tuple(found)


@lru_cache(maxsize=4096)
def marked(words: str) -> Marked:
    """The words without Markdown and HTML tags, with how they look. Blanks at the ends are taken off."""
    if not MARKS.intersection(words) and "\n" not in words:
        return Marked(words.strip())
    return _Reader().read(_as_tags(words))


def unmarked(words: str) -> str:
    """The words alone."""
    return marked(words).text


def _as_tags(words: str) -> str:
    """Markdown in the tags that say the same."""
    # Addresses are taken aside first: they may hold underscores.
    addresses: list[str] = []

    def aside(found: re.Match[str]) -> str:
        addresses.append(found[2])
        return f'<a href="\0{len(addresses) - 1}\0">{found[1]}</a>'

    words = LINK.sub(aside, words)
    words = BULLET.sub(POINT, words)
    words = HEADING.sub(lambda found: f"<h{len(found[1])}>{found[2]}</h{len(found[1])}>", words)
    words = re.sub(r"(</h[1-6]>)\n", r"\1", words)
    words = STRONG.sub(r"<b>\2</b>", words)
    words = EMPHASIS.sub(lambda found: f"<i>{found[1] or found[2]}</i>", words)
    return re.sub("\0(\\d+)\0", lambda found: addresses[int(found[1])], words)


class _Reader:
    """Goes through the tags and remembers how the letters between them look."""

    def __init__(self) -> None:
        self.text = ""
        self.runs: list[Run] = []
        self.open: list[tuple[str, Run]] = [("", Run())]
        # The numbers of the ordered lists that are open; 0 stands for one with points.
        self.lists: list[int] = []

    def read(self, words: str) -> Marked:
        """Everything in `words`."""
        at = 0
        for tag in TAGS.finditer(words):
            self._letters(words[at : tag.start()])
            self._tag(tag[1].lower(), tag[2] or "")
            at = tag.end()
        self._letters(words[at:])
        return self._stripped()

    def _letters(self, words: str) -> None:
        words = ESCAPED.sub(r"\1", words)
        look = self.open[-1][1]
        if words and look != Run():
            self.runs.append(replace(look, start=len(self.text), length=len(words)))
        self.text += words

    def _tag(self, name: str, rest: str) -> None:
        if name in BREAKS and self.text:
            self.text += "\n"
        if name.startswith("/"):
            self._close(name[1:])
        elif name in ("ul", "ol"):
            self.lists.append(1 if name == "ol" else 0)
        elif name == "li":
            self._item()
        elif name not in ("br", "img"):
            self.open.append((name, _look(self.open[-1][1], name, rest)))

    def _close(self, name: str) -> None:
        if name in ("ul", "ol") and self.lists:
            self.lists.pop()
        names = [opened for opened, _look in self.open]
        if name in names:
            del self.open[len(names) - 1 - names[::-1].index(name) :]

    def _item(self) -> None:
        if self.text and not self.text.endswith("\n"):
            self.text += "\n"
        number = self.lists[-1] if self.lists else 0
        if number:
            self.lists[-1] += 1
        self.text += f"{number}. " if number else POINT

    def _stripped(self) -> Marked:
        text = self.text.strip()
        lost = len(self.text) - len(self.text.lstrip())
        cut = [
            replace(run, start=max(run.start - lost, 0), length=run.length - max(lost - run.start, 0))
            for run in self.runs
        ]
        kept = [replace(run, length=min(run.length, len(text) - run.start)) for run in cut]
        return Marked(text, tuple(run for run in kept if run.length > 0))


def _look(around: Run, name: str, rest: str) -> Run:
    """How letters look inside of a tag."""
    if name in ("b", "strong"):
        return replace(around, bold=True)
    if name in ("i", "em"):
        return replace(around, italic=True)
    if name == "u":
        return replace(around, underlined=True)
    if name in HEADINGS:
        return replace(around, bold=True, size=HEADINGS[name])
    if name in ("big", "small", "sub", "sup"):
        return replace(around, size=1.2 if name == "big" else 0.85)
    if name == "a" and (found := ADDRESS.search(rest)):
        return replace(around, link=found[1])
    return _styled(around, rest)


def _styled(around: Run, rest: str) -> Run:
    """The colour and size that a style gives."""
    colour, size = COLOUR.search(rest), SIZE.search(rest)
    if colour:
        around = replace(around, colour=colour[1].lower())
    if size:
        worth = NAMED.get((size[3] or "").lower(), 1.0) if size[3] else _number(size[1]) * UNITS[size[2].lower()]
        around = replace(around, size=min(max(worth, SMALLEST), LARGEST))
    if re.search(r"font-weight\s*:\s*(bold|[6-9]00)", rest, re.IGNORECASE):
        around = replace(around, bold=True)
    return around


def _number(words: str) -> float:
    try:
        return float(words)
    except ValueError:
        return 1.0
