"""What an import said: each problem with its place, reason and repair, or what was noticed in forms that came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Band, Button, Card, Label
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cami_survey.engine.api import FormProblem
    from cami_survey.operations.forms import FormReport


FILE, SHEET, ROW, COLUMN, REASON, REPAIR = range(6)


class ReportCard(Card):
    """Refused files leave nothing behind, and say so. `closed` when it was read, `accepted` when repairs are wanted.

    The repairs are offered only where every problem has one; they stand in the list before anything is done.
    """

    closed = Signal()
    accepted = Signal()

    def __init__(self, reports: Sequence[FormReport]) -> None:
        super().__init__()
        self.refused = any(not report.ok for report in reports)
        self.model = CellsModel((_("File"), _("Sheet"), _("Row"), _("Column"), _("Reason"), _("Repair")), self)
        self.model.show(_rows(reports))
        self.table = Table(_("What the import said"), frozenset({ROW}))
        self.table.setModel(self.model)
        self.several = len({report.source for report in reports}) > 1
        self.band = _band(reports)
        self.band.closed.connect(self.closed)
        self.repair: Button | None = None
        if self.refused and all(report.ok or report.repairable for report in reports):
            self.repair = Button(_("Repair and import"), "secondary", "check")
            self.repair.clicked.connect(self.accepted)
            self.band.add_action(self.repair)
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
        # What the list says comes before what can be done about it.
        if self.repair is not None:
            QWidget.setTabOrder(self.table, self.repair)
        theme.look.changed.connect(self._measure)
        self._measure()
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self._show_reason())
        if self.model.rows:
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW_SMALL)
        places = {FILE: 200, SHEET: 96, ROW: 72, COLUMN: 144}
        # The place is there to be found; the words about it share what is left, the reason with the larger part.
        left = self.width() * 100 // theme.u(100) - sum(places.values())
        self.table.set_columns({**places, REPAIR: max(200, left * 2 // 5)}, stretch=REASON)
        # Words that wrap need more lines than the layout of a card of fixed height gives them.
        if self.width() > 0:
            self.band.setFixedHeight(self.band.fit(self.width() - 4))
            self.reason.setFixedHeight(max(self.reason.heightForWidth(self.width() - 4), 0))
        repairs = any(row[REPAIR].text for row in self.model.rows)
        self.table.setColumnHidden(REPAIR, not (repairs and theme.fits(self.width(), 1000)))
        self.table.setColumnHidden(FILE, not (self.several and theme.fits(self.width(), 760)))
        # Five rows at the usual size, two at the largest; the others are scrolled to.
        shown = min(len(self.model.rows), 5, max(2, 800 // theme.u(100) - 2))
        self.table.setFixedHeight(theme.u(theme.HEADER_ROW) + shown * theme.u(theme.ROW_SMALL) + 4)

    def _show_reason(self) -> None:
        cells = self.model.rows[self.table.current_row()]
        self.reason.setText(" ".join(cell.text for cell in (cells[REASON], cells[REPAIR]) if cell.text))
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
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
    if all(report.ok or report.repairable for report in reports):
        advice = _(
            "All of it can be repaired in a copy beside the file, as listed here. The file itself stays as it is."
        )
        return Band("warn", head, advice)
    return Band("error", head, _nothing_came(reports))


def _nothing_came(reports: Sequence[FormReport]) -> str:
    if all(not report.ok for report in reports):
        return _("Nothing was changed. Mend the file and import it again.")
    names = ", ".join(report.source.name for report in reports if report.ok)
    return _("Nothing was changed. {names} can be imported without the others.").format(names=names)


def _rows(reports: Sequence[FormReport]) -> list[list[Cell]]:
    rows = []
    for report in reports:
        name = Cell(report.source.name, icon="file-text")
        rows += [_row(name, problem, "error") for problem in report.problems]
        rows += [_row(name, notice, "muted") for notice in report.noticed]
    return rows


def _row(name: Cell, problem: FormProblem, token: str) -> list[Cell]:
    number = words.number(problem.row) if problem.row is not None else ""
    place = problem.sheet or problem.path
    reason, repair = _line(problem.reason), _line(problem.repair)
    token = token if not repair else "ink"
    return [name, Cell(place), Cell(number, end=True), Cell(problem.column), Cell(reason, token=token), Cell(repair)]


def _line(text: str) -> str:
    """A text of several lines on one."""
    return " ".join(text.split())
