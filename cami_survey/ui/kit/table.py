"""Tables: one description per cell, one view that paints them all, and a head."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QScrollArea,
    QTableView,
    QWidget,
)

from cami_survey.ui import theme
from cami_survey.ui.kit import painting

Index = QModelIndex | QPersistentModelIndex
CELL = int(Qt.ItemDataRole.UserRole) + 1
PADDING = 12


@dataclass(slots=True)
class Cell:
    """What one cell shows. `token` colours the text, `sub` is a smaller line below, `share` a progress bar there.

    `tick` is a check box before the text; `choice` frames the cell as something that can be taken (True: it is).
    A `heading` in the first column takes the whole row.
    """

    text: str = ""
    sub: str = ""
    role: str = "body"
    token: str = "ink"
    sub_token: str = "muted"
    icon: str = ""
    icon_token: str = "muted"
    filled: bool = False
    share: float | None = None
    end: bool = False
    italic: bool = False
    tick: bool | None = None
    choice: bool | None = None
    heading: bool = False

    @property
    def words(self) -> str:
        """Everything the cell says, for screen readers."""
        return ", ".join(part for part in (self.text, self.sub) if part)


def paint_cell(painter: QPainter, box: QRect, cell: Cell, mirrored: bool) -> None:
    """Draw what a cell shows into `box`, on whatever is there."""
    inner = box.adjusted(PADDING, 0, -PADDING, -1)
    if cell.choice is not None:
        inner = _choice(painter, box, cell, mirrored)
    if cell.tick is not None:
        inner = _lead(inner, mirrored, lambda mark: painting.tick(painter, mark, bool(cell.tick)))
    if cell.icon:
        inner = _lead(
            inner, mirrored,
            lambda mark: painting.icon(painter, mark, cell.icon, cell.icon_token, filled=cell.filled),
        )  # fmt: skip
    _lines(painter, inner, cell, mirrored)


def _choice(painter: QPainter, box: QRect, cell: Cell, mirrored: bool) -> QRect:
    frame = box.adjusted(4, 4, -4, -5)
    taken = bool(cell.choice)
    fill, edge = ("accent_soft", "accent") if taken else ("surface", "line")
    painting.body(painter, frame, theme.colour(fill), theme.colour(edge), width=2.0 if taken else 1.0)
    inner = frame.adjusted(PADDING, 0, -PADDING, 0)
    return _lead(inner, mirrored, lambda mark: painting.radio(painter, mark, taken))


def _lines(painter: QPainter, box: QRect, cell: Cell, mirrored: bool) -> None:
    font = theme.font(cell.role, italic=cell.italic)
    side: painting.Side = "end" if cell.end else "start"
    ink = theme.colour(cell.token)
    if not cell.sub and cell.share is None:
        painting.text(painter, box, cell.text, font, ink, side=side, mirrored=mirrored)
        return
    tall = theme.line_height(cell.role)
    small = theme.line_height("small") if cell.sub else theme.u(10)
    top = box.y() + (box.height() - tall - small) // 2
    first = QRect(box.x(), top, box.width(), tall)
    painting.text(painter, first, cell.text, font, ink, side=side, mirrored=mirrored)
    second = QRect(box.x(), top + tall, box.width(), small)
    if cell.share is not None:
        bar = QRect(second.x(), second.y() + theme.u(4), min(second.width(), theme.u(120)), theme.u(4))
        bar = painting.mirrored(second, bar, mirrored)
        painting.track(painter, bar, cell.share, mirrored=mirrored)
        return
    muted = theme.colour(cell.sub_token)
    painting.text(painter, second, cell.sub, theme.font("small"), muted, side=side, mirrored=mirrored)


def _lead(inner: QRect, mirrored: bool, draw: Callable[[QRect], None]) -> QRect:
    """Draw a mark at the leading side of `inner`; returns what is left beside it."""
    side = theme.u(theme.ICON)
    mark = QRect(inner.x(), inner.y() + (inner.height() - side) // 2, side, side)
    draw(painting.mirrored(inner, mark, mirrored))
    left = inner.adjusted(side + PADDING, 0, 0, 0)
    return painting.mirrored(inner, left, mirrored)


class Head(QHeaderView):
    """Column heads in the header role; `ends` are columns whose text stands at the end."""

    def __init__(self, ends: frozenset[int] = frozenset()) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.ends = ends
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSectionSize(theme.u(40))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme.u(theme.HEADER_ROW))

    def paintSection(self, painter: QPainter, box: QRect, section: int) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        words = str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")
        painter.save()
        painting.hairline(painter, box.x(), box.bottom(), box.width())
        inner = box.adjusted(PADDING, 0, -PADDING, -1)
        side: painting.Side = "end" if section in self.ends else "start"
        font, ink = theme.font("header"), theme.colour("muted")
        painting.text(painter, inner, words, font, ink, side=side, mirrored=mirrored)
        painter.restore()


class Table(QTableView):
    """Whole rows; `opened` on Enter and double click carries the row, `deleted` on Delete, `tapped` on Space."""

    opened = Signal(int)
    deleted = Signal(int)
    tapped = Signal(int)

    def __init__(self, name: str, ends: frozenset[int] = frozenset(), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._hovered = -1
        self.setHorizontalHeader(Head(ends))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def set_row_height(self, height: int) -> None:
        """The height of rows in px at 100 %."""
        self.verticalHeader().setDefaultSectionSize(theme.u(height))
        self.verticalScrollBar().setSingleStep(theme.u(height))

    def show_at_least(self, rows: int) -> None:
        """Never be lower than the head and so many rows of the height of now."""
        self.setMinimumHeight(theme.u(theme.HEADER_ROW) + rows * self.verticalHeader().defaultSectionSize())

    def set_columns(self, widths: dict[int, int], stretch: int = 0) -> None:
        """Widths in px at 100 % of all columns but the one that takes the rest; more where its head needs more."""
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        for column, width in widths.items():
            head.resizeSection(column, max(theme.u(width), self._head_width(column)))

    def _head_width(self, column: int) -> int:
        model = self.model()
        words = model.headerData(column, Qt.Orientation.Horizontal) if model is not None else ""
        return theme.metrics("header").horizontalAdvance(str(words or "")) + 2 * PADDING + 1

    def current_row(self) -> int:
        """The row the keys are in, -1 if there is none."""
        return self.currentIndex().row()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Also where the page around the table scrolls the row in hand is seen."""
        super().currentChanged(current, previous)
        self._bring_into_view()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.hasFocus():
            # What lies around the table gets its place after it.
            QTimer.singleShot(0, self, self._bring_into_view)

    def _bring_into_view(self) -> None:
        around, current = self.parentWidget(), self.currentIndex()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        inside = around.widget() if around is not None else None
        pressed = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if around is None or inside is None or pressed or not current.isValid():
            return
        self.scrollTo(current)
        row = self._across(current.row())
        middle = self.viewport().mapTo(inside, row.center())
        around.ensureVisible(middle.x(), middle.y(), 0, row.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current_row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self.opened.emit(row)
        elif event.key() == Qt.Key.Key_Delete and row >= 0:
            self.deleted.emit(row)
        elif event.key() == Qt.Key.Key_Space and row >= 0:
            self.tapped.emit(row)
        elif event.key() == Qt.Key.Key_Home:
            self.go_to_first()
        elif event.key() == Qt.Key.Key_End:
            self._go_to(reversed(range(self.model().rowCount())))
        else:
            super().keyPressEvent(event)

    def go_to_first(self) -> None:
        """The keys are in the first row that is no heading."""
        self._go_to(range(self.model().rowCount()))

    def _go_to(self, rows: Iterable[int]) -> None:
        """The first of these rows that the keys can be in."""
        model = self.model()
        found = (row for row in rows if model.flags(model.index(row, 0)) & Qt.ItemFlag.ItemIsSelectable)
        if (row := next(found, None)) is not None:
            self.setCurrentIndex(model.index(row, 0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row == self._hovered:
            return
        for changed in (self._hovered, row):
            self.viewport().update(self._across(changed))
        self._hovered = row

    def _across(self, row: int) -> QRect:
        return QRect(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows are painted from their cells here: through a delegate, Qt asks for every cell in a dozen calls, which
        takes longer than the painting."""
        painter = QPainter(self.viewport())
        columns = self._columns()
        row, bottom = self.rowAt(max(event.rect().top(), 0)), event.rect().bottom()
        while 0 <= row < self.model().rowCount() and self.rowViewportPosition(row) <= bottom:
            self._paint_row(painter, row, columns)
            row += 1
        current = self.current_row()
        if self.hasFocus() and current >= 0:
            box = self._across(current).adjusted(0, 0, 0, -1)
            painting.ring(painter, box, radius=4, on_accent=theme.look.name == "sunlight")

    def _columns(self) -> list[tuple[int, int, int]]:
        """Number, left side and width of the columns that are shown."""
        head = self.horizontalHeader()
        shown = (column for column in range(head.count()) if not head.isSectionHidden(column))
        return [(column, head.sectionViewportPosition(column), head.sectionSize(column)) for column in shown]

    def _paint_row(self, painter: QPainter, row: int, columns: Sequence[tuple[int, int, int]]) -> None:
        model, box = self.model(), self._across(row)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for column, left, width in columns:
            cell = model.data(model.index(row, column), CELL)
            if not isinstance(cell, Cell):
                continue
            if column == columns[0][0]:
                self._paint_ground(painter, box, row, cell.heading, mirrored)
            if cell.heading:
                paint_cell(painter, box, cell, mirrored)
                return
            paint_cell(painter, QRect(left, box.y(), width, box.height()), cell, mirrored)

    def _paint_ground(self, painter: QPainter, box: QRect, row: int, heading: bool, mirrored: bool) -> None:
        if row == self.current_row() and not heading:
            painter.fillRect(box, theme.colour("accent_soft"))
            edge = box.right() - 2 if mirrored else box.x()
            painter.fillRect(edge, box.y(), 3, box.height(), theme.colour("accent"))
        elif row == self._hovered and not heading:
            painter.fillRect(box, theme.mix("hover", "surface", 0.5))
        painting.hairline(painter, box.x(), box.bottom(), box.width())
