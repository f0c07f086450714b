"""The card with the interview list: table, day headings of their own height, foot."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cami_survey.base.records import RecordRow
from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import Card, ElidedLabel, Panel
from cami_survey.ui.kit.table import PADDING, Table
from cami_survey.ui.pages.interviews_model import CHANGED, LANGUAGE, PLACE, STATE, InterviewsModel

FULL = {PLACE: 192, LANGUAGE: 136, STATE: 148, CHANGED: 128}
NARROW = {STATE: 152, CHANGED: 124}
# What the name of an interview has at least where all columns are shown, and a device's name of usual length.
NAME, DEVICE = 196, "SURVEY"


class InterviewsList(Card):
    """`current` carries the RecordRow under the keys, None if there is none; the others act on one."""

    current = Signal(object)
    opened = Signal(object)
    deleted = Signal(object)
    tapped = Signal(object)

    def __init__(self, model: InterviewsModel) -> None:
        super().__init__()
        self.model = model
        self._headings: list[int] = []
        self.table = Table(_("Interviews"))
        self.table.setModel(model)
        self.count = ElidedLabel("", "small", "muted")
        self.keys = ElidedLabel(_("Enter opens · Ctrl+N new · Ctrl+F searches"), "small", "muted")
        foot = Panel("surface", "top")
        row = QHBoxLayout(foot)
        row.setContentsMargins(theme.M, theme.S, theme.M, theme.S)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.keys)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 2, 1, 4)
        outer.addWidget(inside)
        model.modelReset.connect(self._measure)
        theme.look.changed.connect(self._measure)
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self.current.emit(self.row()))
        self.table.opened.connect(lambda row: self._tell(self.opened, row))
        self.table.deleted.connect(lambda row: self._tell(self.deleted, row))
        self.table.tapped.connect(lambda row: self._tell(self.tapped, row))
        self.table.clicked.connect(lambda index: self._tell(self.tapped, index.row()))
        self.setFocusProxy(self.table)
        self._measure()

    def _tell(self, signal: object, row: int) -> None:
        record = self.model.record_at(row)
        emit = getattr(signal, "emit", None)
        if record is not None and emit is not None:
            emit(record)

    def row(self) -> RecordRow | None:
        """The record under the keys."""
        return self.model.record_at(self.table.current_row())

    def select(self, record: str) -> bool:
        """Put the keys on a record; the first one if it is not among the rows in memory. False if there is none."""
        row = self.model.row_of(record)
        if row < 0:
            row = 1 if self.model.total() else -1
        if row >= 0:
            self.table.setCurrentIndex(self.model.index(row, 0))
        return row >= 0

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW)
        for row in self._headings:
            if row < self.model.rowCount():
                self.table.setRowHeight(row, theme.u(theme.ROW))
        self._headings = [group.row for group in self.model.groups]
        for group in self.model.groups:
            self.table.setRowHeight(group.row, theme.u(theme.GROUP_ROW))
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        full, few = _widths(FULL), _widths(NARROW)
        narrow = not theme.fits(self.width(), NAME + sum(full.values()))
        for column in (PLACE, LANGUAGE):
            self.table.setColumnHidden(column, narrow)
        self.table.set_columns(few if narrow else full)
        self.model.refold(narrow)
        self.keys.setVisible(theme.fits(self.width(), 560))


def _widths(columns: dict[int, int]) -> dict[int, int]:
    """The widths of columns in px at 100 %, wider in languages whose words need more than most."""
    said = {
        LANGUAGE: (_("with interpreter"), "small"),
        STATE: (_("To settle"), "body"),
        CHANGED: (_("from {device}").format(device=DEVICE), "small"),
    }
    needed = {
        column: ceil((theme.metrics(role).horizontalAdvance(text) + 2 * PADDING + 1) / theme.look.scale)
        for column, (text, role) in said.items()
    }
    return {column: max(width, needed.get(column, 0)) for column, width in columns.items()}
