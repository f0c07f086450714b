"""What a paper holds, whatever it is written as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cami_survey.analysis.results import Analysis, Figure, Message, ResultTable
from cami_survey.base.numbers import whole
from cami_survey.base.texts import _, ngettext
from cami_survey.exports.drawing.figures import draw
from cami_survey.exports.drawing.look import PAPER, Look

MOST_ROWS = 40
MOST_COLUMNS = 9
FIGURE_WIDTH = 620.0


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
    most = MOST_ROWS if table.printed is None else min(MOST_ROWS, table.printed)
    if not most:
        return None, _("The table “{title}” is in the workbook.").format(title=table.title)
    rest = len(table.rows) - most
    if rest <= 0:
        return table, ""
    text = ngettext("{n} more row is in the workbook.", "{n} more rows are in the workbook.", rest)
    return ResultTable(table.name, table.title, table.columns, table.rows[:most]), text.format(n=whole(rest))


def svg_of(figure: Figure, analysis: Analysis, look: Look) -> str:
    """The figure as SVG, as wide as the text of a page."""
    return draw(figure, analysis.tables, FIGURE_WIDTH, look).svg
