"""A table of an analysis: as high as its rows up to a dozen or so, walked cell by cell, cut only where it must be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView

from cami_survey.analysis.cells import spoken
from cami_survey.analysis.results import Column, ResultTable
from cami_survey.ui import theme
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table

# A table that is hardly longer is shown whole.
MOST_LINES, HARDLY_LONGER = 12, 3
MOST_WIDTH = 300
# Rows by which columns are measured.
MEASURED = 200
TOKENS = {"hidden": "faint", "missing": "faint", "quiet": "muted"}


class _Lines(Sequence[Sequence[Cell]]):
    """The rows of a table as they are painted, each made when it is first seen: there may be thousands."""

    def __init__(self, table: ResultTable) -> None:
        self._table = table
        self._made: dict[int, list[Cell]] = {}

    def __len__(self) -> int:
        return len(self._table.rows)

    @overload
    def __getitem__(self, at: int) -> Sequence[Cell]: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[Cell]]: ...

    def __getitem__(self, at: int | slice) -> Sequence[Cell] | Sequence[Sequence[Cell]]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if at not in self._made:
            cells = zip(self._table.rows[at], self._table.columns, strict=True)
            self._made[at] = [
                Cell(
                    spoken(cell, column),
                    end=column.kind != "text",
                    token="faint" if cell.hidden else TOKENS.get(cell.tone, "ink"),
                    role="strong" if not place else "body",
                )
                for place, (cell, column) in enumerate(cells)
            ]
        return self._made[at]


def _wide(column: Column, cells: Sequence[Cell]) -> int:
    """What the words of a column need."""
    content = max((theme.metrics(cell.role).horizontalAdvance(cell.text) for cell in cells), default=0)
    return max(content, theme.metrics("header").horizontalAdvance(column.title)) + 2 * theme.M + 8


class ResultView(Table):
    """Scrolled sideways where it is wide; where there is room left, cut words get it."""

    def __init__(self, table: ResultTable) -> None:
        super().__init__(table.title, frozenset(at for at, one in enumerate(table.columns) if one.kind != "text"))
        model = CellsModel([column.title for column in table.columns], self)
        model.show(_Lines(table))
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        tall = theme.line_height("body") + theme.M
        self.verticalHeader().setDefaultSectionSize(tall)
        measured = [model.rows[row] for row in range(min(len(table.rows), MEASURED))]
        self._wished = [_wide(column, [line[at] for line in measured]) for at, column in enumerate(table.columns)]
        rows = len(table.rows)
        lines = rows if rows <= MOST_LINES + HARDLY_LONGER else MOST_LINES
        self.setFixedHeight(theme.u(theme.HEADER_ROW) + lines * tall + theme.u(14))
        self._share()

    def needed(self) -> int:
        """The width at which its columns have what they ask for up to a measure."""
        return sum(self._capped()) + theme.u(14)

    def _capped(self) -> list[int]:
        return [min(wished, theme.u(MOST_WIDTH) + 2 * theme.M + 8) for wished in self._wished]

    def _share(self) -> None:
        """Give every column what it needs up to a measure, and what is left to those that need more."""
        widths = self._capped()
        left = self.viewport().width() - sum(widths)
        for at, wished in enumerate(self._wished):
            more = max(min(wished - widths[at], left), 0)
            left -= more
            self.setColumnWidth(at, widths[at] + more)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()
