"""A sheet to draw on: shapes and words to SVG, mirrored where one reads from the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Literal

from PIL import ImageFont

from cami_survey.base.places import fonts
from cami_survey.exports.drawing.look import Look

Anchor = Literal["start", "middle", "end"]
Weight = Literal[400, 600]
_MIRRORED: dict[Anchor, Anchor] = {"start": "end", "middle": "middle", "end": "start"}
_FILES = {
    (400, False): "NotoSans_400Regular.ttf",
    (600, False): "NotoSans_600SemiBold.ttf",
    (400, True): "NotoSansArabic_400Regular.ttf",
    (600, True): "NotoSansArabic_600SemiBold.ttf",
}
# Persian words and several Indian scripts are written with these.
JOINERS = "\u200c\u200d"
_MEASURED_AT = 100
MORE = "…"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a drawing that stands for something: its rectangle in pixels, its words, the interviews behind it."""

    left: float
    top: float
    width: float
    height: float
    label: str
    records: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn figure: SVG of this size in pixels, and its spots."""

    svg: str
    width: float
    height: float
    spots: tuple[Spot, ...] = ()


class Canvas:
    """Draws from the left with y downwards; in a right-to-left look everything lands mirrored.

    A `bare` one takes nothing: who draws on it learns how high it would be.
    """

    def __init__(self, width: float, look: Look, *, bare: bool = False) -> None:
        self.width = width
        self.look = look
        self.bare = bare
        self._parts: list[str] = []
        self._spots: list[Spot] = []

    def rect(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        line: str = "",
        dashes: str = "",
        radius: float = 0,
        veil: float = 0,
    ) -> None:
        """A rectangle; with a `veil` (0 to 1) it lets that much less of what is below shine through."""
        if self.bare:
            return
        edge = f' stroke="{line}" stroke-width="1"' if line else ""
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        rounded = f' rx="{radius:g}"' if radius else ""
        through = f' fill-opacity="{veil:g}"' if veil else ""
        self._parts.append(
            f'<rect x="{self._left(left, width):.1f}" y="{top:.1f}" width="{max(0.0, width):.1f}" '
            f'height="{max(0.0, height):.1f}" fill="{fill}"{edge}{dashed}{rounded}{through}/>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, colour: str, width: float = 1, dashes: str = ""
    ) -> None:
        if self.bare:
            return
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._parts.append(
            f'<line x1="{self._x(x1):.1f}" y1="{y1:.1f}" x2="{self._x(x2):.1f}" y2="{y2:.1f}" '
            f'stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round"{dashed}/>'
        )

    def circle(self, x: float, y: float, radius: float, *, fill: str, line: str = "") -> None:
        if self.bare:
            return
        edge = f' stroke="{line}" stroke-width="1.5"' if line else ""
        self._parts.append(f'<circle cx="{self._x(x):.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}"{edge}/>')

    def diamond(self, x: float, y: float, radius: float, *, fill: str) -> None:
        if self.bare:
            return
        middle = self._x(x)
        points = ((middle, y - radius), (middle + radius, y), (middle, y + radius), (middle - radius, y))
        told = " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
        self._parts.append(f'<polygon points="{told}" fill="{fill}"/>')

    def hatch(self, left: float, top: float, width: float, height: float) -> None:
        """A hatched cell: something is hidden here."""
        if self.bare:
            return
        self.rect(left, top, width, height, fill=self.look.quiet, radius=3)
        strokes = []
        step, start = 6.0, -height
        while start < width:
            low, high = max(0.0, start), min(width, start + height)
            if high > low:
                y1, y2 = top + height - (low - start), top + height - (high - start)
                strokes.append(f"M{self._x(left + low):.1f} {y1:.1f}L{self._x(left + high):.1f} {y2:.1f}")
            start += step
        self._parts.append(
            f'<path d="{"".join(strokes)}" stroke="{self.look.line}" stroke-width="1" stroke-linecap="round"/>'
        )

    def words(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: Anchor = "start",
        size: float = 1.0,
        weight: Weight = 400,
        colour: str = "",
        room: float = 0,
        turned: float = 0,
    ) -> None:
        """Words with their baseline at y, cut with an ellipsis where they have not the room; `size` is relative."""
        if self.bare:
            return
        printable = "".join(letter for letter in text if letter.isprintable() or letter in JOINERS)
        told = self.fitted(printable, room, size=size, weight=weight) if room else printable
        if not told:
            return
        placed = _MIRRORED[anchor] if self.look.right_to_left else anchor
        turn = -turned if self.look.right_to_left else turned
        middle = self._x(x)
        rotation = f' transform="rotate({turn:g} {middle:.1f} {y:.1f})"' if turned else ""
        self._parts.append(
            f'<text x="{middle:.1f}" y="{y:.1f}" font-size="{self.look.text * size:.1f}" font-weight="{weight}" '
            f'text-anchor="{placed}" fill="{colour or self.look.ink}"{self._face(told)}{rotation}>{escape(told)}</text>'
        )

    def _face(self, text: str) -> str:
        """Words of the Arabic script name its font first: letters that join into one are drawn as boxes otherwise."""
        if not _is_arabic(text):
            return ""
        return f' font-family="{escape(", ".join(reversed(self.look.family.split(", "))))}"'

    def spot(self, left: float, top: float, width: float, height: float, label: str, records: Sequence[str]) -> None:
        """Remember what stands here."""
        if self.bare:
            return
        self._spots.append(Spot(self._left(left, width), top, width, height, label, records))

    def measure(self, text: str, *, size: float = 1.0, weight: Weight = 400) -> float:
        """How wide words are, in pixels."""
        return advance(text, weight) * self.look.text * size

    def fitted(self, text: str, room: float, *, size: float = 1.0, weight: Weight = 400) -> str:
        """The words, cut with an ellipsis where they are wider than `room`; empty where not even that fits."""
        if self.measure(text, size=size, weight=weight) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.measure(text[:middle].rstrip() + MORE, size=size, weight=weight) <= room
            low, high = (middle, high) if fits else (low, middle - 1)
        return text[:low].rstrip() + MORE if low else ""

    def wrapped(self, text: str, room: float, lines: int, *, size: float = 1.0, weight: Weight = 400) -> list[str]:
        """The words on at most so many lines; what is left over is cut on the last.

        A word that is wider than the room goes on in the next line where there is one.
        """
        made: list[str] = []
        words = [part for word in text.split() for part in self._broken(word, room, lines, size=size, weight=weight)]
        while words and len(made) < lines - 1:
            taken = 1
            while taken < len(words) and self.measure(" ".join(words[: taken + 1]), size=size, weight=weight) <= room:
                taken += 1
            made.append(self.fitted(" ".join(words[:taken]), room, size=size, weight=weight))
            words = words[taken:]
        return [*made, self.fitted(" ".join(words), room, size=size, weight=weight)] if words else made

    def _broken(self, word: str, room: float, lines: int, *, size: float, weight: Weight) -> list[str]:
        """A word in pieces that have the room; whole on a single line, where it is cut."""
        pieces: list[str] = []
        while lines > 1 and len(word) > 1 and self.measure(word, size=size, weight=weight) > room:
            end = next(
                (
                    end
                    for end in range(len(word) - 1, 1, -1)
                    if self.measure(word[:end], size=size, weight=weight) <= room
                ),
                1,
            )
            pieces.append(word[:end])
            word = word[end:]
        return [*pieces, word]

    def drawing(self, height: float) -> Drawing:
        """Everything drawn so far, on a sheet of this height."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:g}" height="{height:g}" '
            f'viewBox="0 0 {self.width:g} {height:g}" font-family="{escape(self.look.family)}">'
        )
        return Drawing("\n".join([head, *self._parts, "</svg>"]), self.width, height, tuple(self._spots))

    def _x(self, x: float) -> float:
        return self.width - x if self.look.right_to_left else x

    def _left(self, left: float, width: float) -> float:
        return self.width - left - width if self.look.right_to_left else left


@lru_cache(maxsize=20_000)
def advance(text: str, weight: Weight) -> float:
    """How wide words are, as a part of their size. Joined letters are measured as they stand alone."""
    return _font(weight, _is_arabic(text)).getlength("".join(filter(str.isprintable, text))) / _MEASURED_AT


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in text)


@lru_cache(maxsize=4)
def _font(weight: Weight, arabic: bool) -> ImageFont.FreeTypeFont:
    file = str(fonts() / "noto" / _FILES[weight, arabic])
    return ImageFont.truetype(file, _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)
