"""One analysis on the page: what it asks, what can be said, its figures and tables, and ways to take them along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.analysis.cells import spoken
from cami_survey.analysis.results import Analysis, Figure, Message, ResultTable
from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Card, IconButton, Label, Mark, clipboard, column, row
from cami_survey.ui.kit.blocks import Blocks
from cami_survey.ui.kit.table import Table
from cami_survey.ui.pages.analysis_figure import FigureView
from cami_survey.ui.pages.analysis_table import ResultView

# The width that sentences need beside a figure, in units.
SENTENCES = 340


class FigureBlock(QWidget):
    """A figure under its title, with a way to take it along, and to its chapter where it stands on another page."""

    def __init__(self, analysis: Analysis, figure: Figure, *, led: bool = False, role: str = "strong") -> None:
        super().__init__()
        self.view = FigureView(figure, analysis.tables)
        self.copy = IconButton("copy", _("Copy the picture: {title}").format(title=figure.title), small=True)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setImage(self.view.as_image()))
        self.more = IconButton("arrow-square-out", _("All of it: {title}").format(title=analysis.title), small=True)
        # Told to show before it has its place, it would be a window of its own for an instant and take the keys.
        if not led:
            self.more.hide()
        head = row(Label(figure.title, role, wrap=True), self.copy, *((self.more,) if led else ()))
        under = column(gap=theme.XS)
        under.addLayout(head)
        if figure.subtitle:
            under.addWidget(Label(figure.subtitle, "small", "muted", wrap=True))
        under.addWidget(self.view)
        under.addStretch(1)
        self.setLayout(under)


class TableBlock(QWidget):
    """A table under its title, and below it the whole of the cell with the cursor, since long words end in dots.

    `needed` is the width at which its columns have what they ask for up to a measure.
    """

    opened = Signal(str, object)

    def __init__(self, table: ResultTable) -> None:
        super().__init__()
        self.table = table
        self.view = ResultView(table)
        self.needed = self.view.needed()
        self.copy = IconButton("copy", _("Copy the table: {title}").format(title=table.title), small=True)
        self.copy.clicked.connect(lambda: _copy(table))
        self.view.opened.connect(self._open)
        self.whole = Label("", "small", "muted", wrap=True)
        self.whole.hide()
        self.view.selectionModel().currentChanged.connect(lambda now, _before: self._tell(now.row(), now.column()))
        under = column(gap=theme.XS)
        under.addLayout(row(Label(table.title, "strong", wrap=True), self.copy))
        under.addWidget(self.view)
        under.addWidget(self.whole)
        self.setLayout(under)

    def _tell(self, at: int, place: int) -> None:
        if at < 0 or place < 0:
            return
        cells, columns = self.table.rows[at], self.table.columns
        told = [spoken(cells[0], columns[0])]
        if place:
            told.append(f"{columns[place].title}: {spoken(cells[place], columns[place])}")
        self.whole.setText(" · ".join(told))
        self.whole.show()

    def _open(self, at: int) -> None:
        """The interviews behind a cell, or behind its whole row where it has none of its own."""
        cells = self.table.rows[at]
        cell = cells[max(self.view.currentIndex().column(), 0)]
        behind = cell.records or [record for one in cells for record in one.records]
        self.opened.emit(str(cells[0].said), tuple(dict.fromkeys(behind)))


class AnalysisCard(Card):
    """Everything of an analysis. `opened` carries what was chosen and the interviews behind it."""

    opened = Signal(str, object)

    def __init__(self, analysis: Analysis) -> None:
        super().__init__()
        self.analysis = analysis
        self.figures: list[FigureView] = []
        self.tables: list[Table] = []
        self.copies: list[IconButton] = []
        body = QVBoxLayout(self)
        body.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        body.setSpacing(theme.S)
        body.addWidget(Label(analysis.title, "h2", wrap=True))
        body.addWidget(Label(_question(analysis), "small", "muted", wrap=True))
        if analysis.empty:
            body.addWidget(Label(analysis.empty, tone="muted", wrap=True))
            body.addStretch(1)
            return
        self._blocks = Blocks(gap=theme.XL)
        for figure in analysis.figures:
            self._figure(FigureBlock(analysis, figure))
        if analysis.messages:
            self._blocks.add(sentences(analysis.messages), theme.u(SENTENCES))
        for table in analysis.tables:
            self._table(TableBlock(table))
        body.addLayout(self._blocks)
        if analysis.method:
            body.addWidget(Label(analysis.method, "small", "muted", wrap=True))

    def _figure(self, block: FigureBlock) -> None:
        self.copies.append(block.copy)
        self.figures.append(block.view)
        block.view.opened.connect(self.opened)
        self._blocks.add(block, block.view.needed())

    def _table(self, block: TableBlock) -> None:
        self.copies.append(block.copy)
        self.tables.append(block.view)
        block.opened.connect(self.opened)
        self._blocks.add(block, block.needed)


def _question(analysis: Analysis) -> str:
    if not analysis.n:
        return analysis.question
    n = ngettext("{n} interview", "{n} interviews", analysis.n).format(n=words.number(analysis.n))
    return f"{analysis.question}  ·  {n}"


def sentences(messages: Iterable[Message]) -> QWidget:
    """What can be said, and what cannot, each with its mark."""
    said = QWidget()
    said.setLayout(column(*map(_message, messages), None))
    return said


def _message(message: Message) -> QWidget:
    warn = message.level == "warn"
    mark = Mark("warning" if warn else "check-circle", "warn" if warn else "good", filled=warn)
    line = QWidget()
    line.setLayout(row(mark, Label(message.text, tone="warn" if warn else "", wrap=True)))
    return line


def _copy(table: ResultTable) -> None:
    """To the clipboard as text with tabs and as a table of HTML: for a sheet, a document, a letter."""
    lines = [[column.title for column in table.columns]]
    lines += [[spoken(cell, col) for cell, col in zip(cells, table.columns, strict=True)] for cells in table.rows]
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in lines)
    clipboard.copy("\n".join("\t".join(line) for line in lines), f"<table>{rows}</table>")


def sheet(cards: Sequence[AnalysisCard]) -> QWidget:
    """Cards below each other; those that have nothing to show stand behind them, side by side."""
    inside, nothing = QWidget(), Blocks(even=True)
    under = column(*(card for card in cards if not card.analysis.empty), gap=theme.L)
    for card in cards:
        if card.analysis.empty:
            nothing.add(card, theme.u(SENTENCES))
    under.addLayout(nothing)
    under.addStretch(1)
    inside.setLayout(under)
    return inside
