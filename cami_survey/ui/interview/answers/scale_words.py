"""The words of a scale's values below its line: how much room each has, and whether that is enough."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QRect, Qt

from cami_survey.ui import theme

ROLE = "small"
# Words of more lines are better read beside an upright line.
MOST_LINES = 3
# How far the words at the ends reach beyond the line.
BEYOND = 12
_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter)


def rooms(named: Mapping[int, str], count: int, track: int) -> dict[int, int]:
    """How wide the words of each place of a line `track` px long may be: half of the way to its neighbours."""
    shown = sorted({0, count, *named})
    ways = [(after - before) * track // max(count, 1) for before, after in pairwise(shown)] or [track]
    sides = zip([2 * theme.u(BEYOND), *ways], [*ways, 2 * theme.u(BEYOND)], strict=True)
    found = {}
    for place, (before, after) in zip(shown, sides, strict=True):
        whole = (before + after) // 2 if place in (0, count) else min(before, after)
        found[place] = max(whole - theme.S, 1)
    return found


def height(words: str, room: int) -> int:
    """How tall words are in so much room, in px."""
    return theme.metrics(ROLE).boundingRect(QRect(0, 0, room, 10_000), _WRAPPED, words).height()


def tallest(named: Mapping[int, str], count: int, track: int) -> int | None:
    """How tall the words below a line are, in px; None if some do not have the room."""
    measures, found = theme.metrics(ROLE), [0]
    for place, room in rooms(named, count, track).items():
        words = named.get(place, "")
        if any(measures.horizontalAdvance(word) > room for word in words.split()):
            return None
        found.append(height(words, room) if words else 0)
    return max(found) if max(found) <= MOST_LINES * measures.height() else None
