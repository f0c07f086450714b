"""What an import said: each problem with sheet, row, column and reason, or what was noticed in forms that came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Band, Card, Label
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cami_survey.operations.forms import FormReport


REASON = 4


class ReportCard(Card):
    """Refused files leave nothing behind, and say so. `closed` when it was read."""

    closed = Signal()

    def __init__(self, reports: Sequence[FormReport]) -> None:
        super().__init__()
        self.refused = any(not report.ok for report in reports)
        self.model = CellsModel((_("File"), _("Sheet"), _("Row"), _("Column"), _("Reason")), self)
        self.model.show(_rows(reports))
        self.table = Table(_("What the import said"), frozenset({2}))
        self.table.setModel(self.model)
        self.band = _band(reports)
        self.band.closed.connect(self.closed)
        # A reason is often longer than its line: the chosen one stands below in full.
        self.reason = Label("", wrap=True)
        self.reason.setContentsMargins(theme.M, theme.S, theme.M, theme.S)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 4)
        column.setSpacing(0)
        column.addWidget(self.band)
        column.addWidget(self.table)
        column.addWidget(self.reason)
        theme.look.changed.connect(self._measure)
        self._measure()
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self._show_reason())
        if self.model.rows:
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW_SMALL)
        self.table.set_columns({0: 200, 1: 96, 2: 72, 3: 128}, stretch=REASON)
        # Six rows at the usual size, two at the largest; the others are scrolled to.
        shown = min(len(self.model.rows), 6, max(2, 800 // theme.u(100) - 2))
        self.table.setFixedHeight(theme.u(theme.HEADER_ROW) + shown * theme.u(theme.ROW_SMALL) + 4)

    def _show_reason(self) -> None:
        self.reason.setText(self.model.rows[self.table.current_row()][REASON].text)
        self._measure()

    def sizeHint(self) -> QSize:
        return QSize(theme.u(400), super().sizeHint().height())

    def texts(self) -> list[str]:
        """Each row in words."""
        return [" ".join(cell.text for cell in row if cell.text) for row in self.model.rows]


def _band(reports: Sequence[FormReport]) -> Band:
    problems = sum(len(report.problems) for report in reports)
    if not problems:
        return Band("info", _("The forms are here. This was noticed on the way:"))
    names = ", ".join(report.source.name for report in reports if not report.ok)
    head = ngettext(
        "{names} was not imported: {count} problem.", "{names} was not imported: {count} problems.", problems
    ).format(names=names, count=words.number(problems))
    return Band("error", head, _("Nothing was changed. Mend the file and import it again."))


def _rows(reports: Sequence[FormReport]) -> list[list[Cell]]:
    rows = []
    for report in reports:
        name = Cell(report.source.name, icon="file-text")
        for problem in report.problems:
            row = words.number(problem.row) if problem.row is not None else ""
            place = problem.sheet or problem.path
            rows.append(
                [
                    name,
                    Cell(place),
                    Cell(row, end=True),
                    Cell(problem.column),
                    Cell(_line(problem.reason), token="error"),
                ]
            )
        rows += [[name, Cell(), Cell(), Cell(), Cell(_line(text), token="muted")] for text in report.warnings]
    return rows


def _line(text: str) -> str:
    """A text of several lines on one."""
    return " ".join(text.split())
