"""A table of an analysis: as high as its rows up to a dozen or so, walked cell by cell, cut only where it must be."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView

from cami_survey.analysis.cells import spoken
from cami_survey.analysis.results import ResultTable
from cami_survey.ui import theme
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table

# A table that is hardly longer is shown whole.
MOST_LINES, HARDLY_LONGER = 12, 3
MOST_WIDTH = 300
TOKENS = {"hidden": "faint", "missing": "faint", "quiet": "muted"}


class ResultView(Table):
    """Scrolled sideways where it is wide; where there is room left, cut words get it."""

    def __init__(self, table: ResultTable) -> None:
        self._ends = frozenset(at for at, column in enumerate(table.columns) if column.kind != "text")
        super().__init__(table.title, self._ends)
        model = CellsModel([column.title for column in table.columns], self)
        model.show(self._lines(table))
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        tall = theme.line_height("body") + theme.M
        self.verticalHeader().setDefaultSectionSize(tall)
        self._wished = [self._wide(table, model, at) for at in range(len(table.columns))]
        rows = len(table.rows)
        lines = rows if rows <= MOST_LINES + HARDLY_LONGER else MOST_LINES
        self.setFixedHeight(theme.u(theme.HEADER_ROW) + lines * tall + theme.u(14))
        self._share()

    def _lines(self, table: ResultTable) -> list[list[Cell]]:
        return [
            [
                Cell(
                    spoken(cell, column),
                    end=at in self._ends,
                    token="faint" if cell.hidden else TOKENS.get(cell.tone, "ink"),
                    role="strong" if not at else "body",
                )
                for at, (cell, column) in enumerate(zip(cells, table.columns, strict=True))
            ]
            for cells in table.rows
        ]

    def _wide(self, table: ResultTable, model: CellsModel, at: int) -> int:
        """What the words of a column need."""
        letters = theme.metrics("body" if at else "strong")
        content = max((letters.horizontalAdvance(line[at].text) for line in model.rows), default=0)
        head = theme.metrics("header").horizontalAdvance(table.columns[at].title)
        return max(content, head) + 2 * theme.M + 8

    def _share(self) -> None:
        """Give every column what it needs up to a measure, and what is left to those that need more."""
        widths = [min(wished, theme.u(MOST_WIDTH) + 2 * theme.M + 8) for wished in self._wished]
        left = self.viewport().width() - sum(widths)
        for at, wished in enumerate(self._wished):
            more = max(min(wished - widths[at], left), 0)
            left -= more
            self.setColumnWidth(at, widths[at] + more)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()
