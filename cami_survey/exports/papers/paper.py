"""What a paper holds, whatever it is written as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from cami_survey.analysis.cells import spoken
from cami_survey.analysis.results import Analysis, Figure, Message, ResultTable
from cami_survey.base.numbers import whole
from cami_survey.base.texts import _, ngettext
from cami_survey.exports.drawing.figures import draw
from cami_survey.exports.drawing.look import PAPER, Look

MOST_ROWS = 40
MOST_COLUMNS = 9
FIGURE_WIDTH = 620.0
# In letters: what stands beside each other on a page, and the widest and narrowest that a column asks for.
PAGE_WIDTH, WIDEST, FIRST, LONGEST_WORD, ROOM = 104, 80, 20, 22, 2
BOLD = 1.15


@dataclass(frozen=True, slots=True)
class Chapter:
    """Analyses under one heading."""

    title: str
    analyses: tuple[Analysis, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in one language. `scope` are pairs of a heading and what is in it, `caveats` what must be known first.

    `ethics` are the sentences of the ethics statement, `level` says in words who may read it.
    """

    title: str
    subtitle: str
    scope: tuple[tuple[str, str], ...]
    caveats: tuple[str, ...]
    messages: tuple[Message, ...]
    chapters: tuple[Chapter, ...]
    ethics: tuple[str, ...]
    level: str
    language: str
    right_to_left: bool
    made: datetime

    def analyses(self) -> Iterator[Analysis]:
        """Every analysis, chapter by chapter."""
        for chapter in self.chapters:
            yield from chapter.analyses

    @property
    def look(self) -> Look:
        """How its figures are drawn."""
        return Look(right_to_left=True) if self.right_to_left else PAPER


def printed(table: ResultTable) -> tuple[ResultTable | None, str]:
    """The table as far as it fits on a page, and a sentence about what was left to the workbook ("" for nothing)."""
    if len(table.columns) > MOST_COLUMNS:
        text = _("The table “{title}” is too wide for a page; it is in the workbook.")
        return None, text.format(title=table.title)
    if len(table.rows) <= MOST_ROWS:
        return table, ""
    rest = len(table.rows) - MOST_ROWS
    text = ngettext("{n} more row is in the workbook.", "{n} more rows are in the workbook.", rest)
    return ResultTable(table.name, table.title, table.columns, table.rows[:MOST_ROWS]), text.format(n=whole(rest))


def widths(table: ResultTable) -> tuple[int, ...]:
    """How wide the columns should be, as parts of the whole.

    Each column has room for its longest word, as long as the page has; the rest goes to the columns with long texts.
    """
    least, wished = zip(*(_width(table, at) for at in range(len(table.columns))), strict=True)
    more = [wish - need for wish, need in zip(wished, least, strict=True)]
    free = max(0, PAGE_WIDTH - sum(least))
    if sum(more) <= free:
        return wished
    return tuple(need + round(free * extra / sum(more)) for need, extra in zip(least, more, strict=True))


def _width(table: ResultTable, at: int) -> tuple[int, int]:
    """How many letters a column needs, and how many it would like to have."""
    column = table.columns[at]
    texts = [spoken(row[at], column) for row in table.rows]
    head = BOLD * max(map(len, column.title.split()), default=0)
    word = max((len(word) for text in texts for word in text.split()), default=0)
    longest = max(map(len, texts), default=0)
    need = max(min(LONGEST_WORD, max(head, word)), min(longest, 0 if at else FIRST))
    return ceil(need) + ROOM, ceil(max(need, min(WIDEST, longest))) + ROOM


def svg_of(figure: Figure, analysis: Analysis, look: Look) -> str:
    """The figure as SVG, as wide as the text of a page."""
    return draw(figure, analysis.tables, FIGURE_WIDTH, look).svg
