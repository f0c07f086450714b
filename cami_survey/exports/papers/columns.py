"""How the columns of a table share the width of a page, and how small its letters must be for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from math import ceil

from cami_survey.analysis.cells import spoken
from cami_survey.analysis.results import Column, ResultTable
from cami_survey.exports.drawing.canvas import advance

# In ems of a table's usual letters: the width of a page, the padding of a cell, the longest word that is kept whole,
# what the names in the first column get at least and what a long text asks for at most.
PAGE, PADDING, LONGEST_WORD, FIRST, WIDEST = 55.5, 1.2, 14.0, 10.0, 80.0
SCALES = (1.0, 0.93, 0.86, 0.8)
# A row of more lines is hard to follow: smaller letters are the lesser evil.
MOST_LINES = 4
# Lines break at words, so a text needs more room than its letters have side by side.
RAGGED = 1.15
# Heads are set bolder than can be measured.
BOLDER = 1.07
PARTS = 10
BIT = 0.5


@dataclass(frozen=True, slots=True)
class Fit:
    """`widths` are parts of the whole; letters are `scale` times as large as in other tables; `said` are its rows."""

    widths: tuple[int, ...]
    scale: float
    said: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a column needs for its longest word and would like to have, and how long its texts are, row by row."""

    need: float
    wanted: float
    texts: tuple[float, ...]


def fit(table: ResultTable) -> Fit:
    """The largest letters by which words stay whole and rows low; the smallest there are where none do."""
    said = tuple(tuple(map(spoken, row, table.columns)) for row in table.rows)
    texts = zip(*said, strict=True) if said else [()] * len(table.columns)
    wishes = list(map(_wish, table.columns, texts, range(len(table.columns))))
    found: list[float] = []
    for scale in SCALES:
        found = _shared(wishes, scale)
        if sum(found) <= PAGE / scale + 0.01 and _lines(wishes, found, scale) <= MOST_LINES:
            break
    return Fit(tuple(round(PARTS * width) for width in found), scale, said)


def _wish(column: Column, texts: Sequence[str], at: int) -> _Wish:
    lengths = tuple(advance(text, 400) for text in texts)
    longest = max(lengths, default=0.0)
    heads = [BOLDER * advance(word, 600) for word in column.title.split()]
    words = [advance(word, 400) for word in {word for text in texts for word in text.split()}]
    need = max(min(LONGEST_WORD, max([*heads, *words], default=0.0)), min(longest, 0.0 if at else FIRST))
    return _Wish(max(need, BIT), max(need, min(WIDEST, longest)), lengths)


def _shared(wishes: Sequence[_Wish], scale: float) -> list[float]:
    """What every column needs; the rest of the page goes, bit by bit, to the one whose texts take most lines."""
    rooms = [wish.need for wish in wishes]
    free = (PAGE - PADDING * len(wishes)) / scale - sum(rooms)
    waiting = [(-wish.wanted / room, at) for at, (wish, room) in enumerate(zip(wishes, rooms, strict=True))]
    heapify(waiting)
    while free > 0 and wishes[at := waiting[0][1]].wanted > rooms[at]:
        rooms[at] += BIT
        free -= BIT
        heapreplace(waiting, (-wishes[at].wanted / rooms[at], at))
    return [room + PADDING / scale for room in rooms]


def _lines(wishes: Sequence[_Wish], widths: Sequence[float], scale: float) -> int:
    """How many lines the highest row has."""
    rooms = [(wish, width - PADDING / scale + 0.01) for wish, width in zip(wishes, widths, strict=True)]
    return max(
        (
            ceil(length / room if length <= room else length * RAGGED / room)
            for wish, room in rooms
            for length in wish.texts
        ),
        default=1,
    )
