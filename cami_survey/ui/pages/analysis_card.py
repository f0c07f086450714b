"""One analysis on the page: what it asks, what can be said, its figures and tables, and ways to take them along."""

from __future__ import annotations

from functools import partial
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.analysis.cells import spoken
from cami_survey.analysis.results import Analysis, Message, ResultTable
from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Card, IconButton, Label, Mark, clipboard, column, row
from cami_survey.ui.kit.table import Table
from cami_survey.ui.pages.analysis_figure import FigureView
from cami_survey.ui.pages.analysis_table import ResultView


class AnalysisCard(Card):
    """`opened` carries what was chosen and the interviews behind it."""

    opened = Signal(str, object)

    def __init__(self, analysis: Analysis) -> None:
        super().__init__()
        self.analysis = analysis
        self.figures: list[FigureView] = []
        self.tables: list[Table] = []
        self.copies: list[IconButton] = []
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        self._body.setSpacing(theme.S)
        self._body.addWidget(Label(analysis.title, "h2", wrap=True))
        self._body.addWidget(Label(_question(analysis), "small", "muted", wrap=True))
        if analysis.empty:
            self._body.addWidget(Label(analysis.empty, tone="muted", wrap=True))
            return
        for message in analysis.messages:
            self._body.addWidget(_message(message))
        for figure in analysis.figures:
            self._figure(FigureView(figure, analysis.tables))
        for table in analysis.tables:
            self._table(table)
        if analysis.method:
            self._body.addWidget(Label(analysis.method, "small", "muted", wrap=True))

    def _figure(self, view: FigureView) -> None:
        figure = view.figure
        copy = IconButton("copy", _("Copy the picture: {title}").format(title=figure.title), small=True)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setImage(view.as_image()))
        self.copies.append(copy)
        title = Label(figure.title, "strong", wrap=True)
        self._body.addLayout(row(title, copy))
        if figure.subtitle:
            self._body.addWidget(Label(figure.subtitle, "small", "muted", wrap=True))
        view.opened.connect(self.opened)
        self.figures.append(view)
        self._body.addWidget(view)

    def _table(self, table: ResultTable) -> None:
        copy = IconButton("copy", _("Copy the table: {title}").format(title=table.title), small=True)
        copy.clicked.connect(lambda: _copy(table))
        self.copies.append(copy)
        self._body.addLayout(row(Label(table.title, "strong", wrap=True), copy))
        view = ResultView(table)
        view.opened.connect(partial(self._open, table, view))
        self.tables.append(view)
        self._body.addWidget(view)

    def _open(self, table: ResultTable, view: Table, at: int) -> None:
        """The interviews behind a cell, or behind its whole row where it has none of its own."""
        cells = table.rows[at]
        cell = cells[max(view.currentIndex().column(), 0)]
        behind = cell.records or [record for one in cells for record in one.records]
        self.opened.emit(str(cells[0].said), tuple(dict.fromkeys(behind)))


def _question(analysis: Analysis) -> str:
    if not analysis.n:
        return analysis.question
    n = ngettext("{n} interview", "{n} interviews", analysis.n).format(n=words.number(analysis.n))
    return f"{analysis.question}  ·  {n}"


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


def sheet(cards: list[AnalysisCard]) -> QWidget:
    """Cards below each other."""
    inside = QWidget()
    inside.setLayout(column(*cards, None, gap=theme.L))
    return inside
