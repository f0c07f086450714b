"""The cells of a grid of questions: what they are, how they are painted, how the keys go through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.choice_list import Option
from cami_survey.ui.interview.head import Spoken
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

Index = QModelIndex | QPersistentModelIndex
CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
WRAP = int(Qt.TextFlag.TextWordWrap)
PAD, LEAST_ROW, MARK = 10, 44, 20


@dataclass(slots=True)
class Line:
    """One question of the grid: its words, what is chosen, whether it can be answered and is wrong."""

    field: str
    words: Spoken
    chosen: tuple[str, ...] = ()
    read_only: bool = False
    wrong: bool = False


class MatrixModel(QAbstractTableModel):
    """Rows are questions, columns their choices; the first column holds the words of the question."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.options: list[Option] = []
        self.lines: list[Line] = []
        self.many = False

    def show(self, options: list[Option], lines: list[Line], *, many: bool) -> bool:
        """Show these; whether rows or columns changed in number or order."""
        changed = [one.value for one in options] != [one.value for one in self.options]
        changed = changed or [line.field for line in lines] != [line.field for line in self.lines]
        if changed:
            self.beginResetModel()
        self.options, self.lines, self.many = options, lines, many
        if changed:
            self.endResetModel()
        return changed

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own signature
        return 0 if parent.isValid() else len(self.options) + 1

    def chosen(self, row: int, column: int) -> bool:
        """Whether the choice of a column is chosen in a row."""
        return column > 0 and self.options[column - 1].value in self.lines[row].chosen

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if index.column() == 0:
            return (
                line.words.whole if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
            )
        option, chosen = self.options[index.column() - 1], self.chosen(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = _("chosen") if chosen else _("not chosen")
            return f"{line.words.label}: {option.words}, {state}"
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole or not section:
            return None
        return self.options[section - 1].words


def tall(words: str, role: str, width: int) -> int:
    """The height of wrapped words."""
    if not words:
        return 0
    return theme.metrics(role).boundingRect(QRect(0, 0, max(width, 1), 9_999), WRAP, words).height()


class MatrixPainter(QStyledItemDelegate):
    """Paints the words of a question, or the mark of a choice; the one in hand has a ring."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, model = self.parent(), index.model()
        if not isinstance(view, MatrixView) or not isinstance(model, MatrixModel):
            return
        box, line = QRect(option.rect), model.lines[index.row()]
        here = view.active and view.currentIndex().row() == index.row()
        if line.wrong or here:
            painter.fillRect(box, theme.colour("error_soft" if line.wrong else "accent_soft"))
        painting.hairline(painter, box.x(), box.bottom(), box.width())
        if index.column() == 0:
            self._paint_words(painter, box, line, view.layoutDirection() == Qt.LayoutDirection.RightToLeft)
            return
        side = theme.u(MARK)
        draw = painting.tick if model.many else painting.radio
        mark = painting.centred(box, side, side)
        draw(painter, mark, model.chosen(index.row(), index.column()), enabled=not line.read_only)
        if here and view.currentIndex() == index:
            painting.ring(painter, box.adjusted(2, 2, -2, -3), radius=6)

    @staticmethod
    def _paint_words(painter: QPainter, box: QRect, line: Line, rtl: bool) -> None:
        pad = theme.u(PAD)
        room = box.adjusted(pad, 0, -pad, 0)
        label, small = tall(line.words.label, "medium", room.width()), tall(line.words.small, "small", room.width())
        star = " *" if line.words.required else ""
        top = box.y() + (box.height() - label - small) // 2
        for words, role, token, y, height in (
            (line.words.label + star, "medium", "error" if line.wrong else "ink", top, label),
            (line.words.small, "small", "muted", top + label, small),
        ):
            painting.text(
                painter, QRect(room.x(), y, room.width(), height), words, theme.font(role), theme.colour(token),
                mirrored=rtl, wrap=True,
            )  # fmt: skip


class MatrixHead(QHeaderView):
    """The choices over their columns: key, words, second language."""

    def __init__(self, view: QWidget, model: MatrixModel) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self._model = model
        self.number: Callable[[int], str] = str
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(10)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSectionsClickable(False)

    def height_for(self, width: int) -> int:
        """The height in px for columns of `width` px."""
        room = width - theme.u(8)
        words = max((tall(one.label, "header", room) for one in self._model.options), default=0)
        small = max((tall(one.small, "detail", room) for one in self._model.options), default=0)
        return theme.metrics("digit").height() + words + small + theme.u(12)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        painting.hairline(painter, rect.x(), rect.bottom(), rect.width())
        if not 0 < logical <= len(self._model.options):
            return
        option, rtl = self._model.options[logical - 1], self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        room = rect.adjusted(theme.u(4), theme.u(4), -theme.u(4), -theme.u(6))
        small = max((tall(one.small, "detail", room.width()) for one in self._model.options), default=0)
        digit = theme.metrics("digit").height()
        for words, role, token, y, height in (
            (self.number(option.number), "digit", "muted", room.y(), digit),
            (option.label, "header", "ink", room.y() + digit, room.height() - digit - small),
            (option.small, "detail", "muted", room.bottom() + 1 - small, small),
        ):
            painting.text(
                painter, QRect(room.x(), y, room.width(), height), words, theme.font(role), theme.colour(token),
                side="centre", mirrored=rtl, wrap=True,
            )  # fmt: skip


class MatrixView(QTableView):
    """One cell is in hand. Arrows go both ways, Space and digits pick, Delete clears the row.

    `picked` carries row and value, `cleared` a row, `came` that another cell is in hand.
    """

    picked = Signal(int, str)
    cleared = Signal(int)
    came = Signal()

    def __init__(self, parent: QWidget, model: MatrixModel) -> None:
        super().__init__(parent)
        self.cells, self.active = model, False
        self.setModel(model)
        self.setItemDelegate(MatrixPainter(self))
        self.head = MatrixHead(self, model)
        self.setHorizontalHeader(self.head)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(QTableView.Shape.NoFrame)

    # Where it stands

    def widths(self, width: int) -> tuple[int, int]:
        """The width of the words and that of a choice."""
        count = max(len(self.cells.options), 1)
        each = min((width * 62 // 100) // count, theme.u(132))
        return width - each * count, each

    def row_height(self, row: int, width: int) -> int:
        """The height of a row whose words have `width` px."""
        words, room = self.cells.lines[row].words, width - 2 * theme.u(PAD)
        return max(
            tall(words.label, "medium", room) + tall(words.small, "small", room) + theme.u(14), theme.u(LEAST_ROW)
        )

    def height_for(self, width: int) -> int:
        """The height that shows head and rows whole."""
        words, each = self.widths(width)
        return self.head.height_for(each) + sum(self.row_height(row, words) for row in range(len(self.cells.lines)))

    def share(self, width: int) -> None:
        """Give rows and columns their sizes."""
        words, each = self.widths(width)
        self.head.setFixedHeight(self.head.height_for(each))
        for column in range(self.cells.columnCount()):
            self.setColumnWidth(column, each if column else words)
        for row in range(self.cells.rowCount()):
            self.setRowHeight(row, self.row_height(row, words))

    # Where the person is

    def row(self) -> int:
        """The row in hand, -1 if there is none."""
        return self.currentIndex().row()

    def go_to(self, row: int, column: int = 0) -> None:
        """Take a cell in hand with the focus; column 0 stands for what is chosen, else the first."""
        if not column:
            chosen = [at for at in range(1, len(self.cells.options) + 1) if self.cells.chosen(row, at)]
            column = chosen[0] if chosen else 1
        self.setCurrentIndex(self.cells.index(row, column))
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.active = True
        self.viewport().update()
        self.came.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        words = digits.of_key(event) or event.text()
        if held or not self.currentIndex().isValid() or not self._take_key(Qt.Key(event.key()), words):
            event.ignore()

    def _take_key(self, key: Qt.Key, words: str) -> bool:
        row, column, last = self.row(), self.currentIndex().column(), len(self.cells.options)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0) * (-1 if rtl else 1)
        down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        if side:
            self.go_to(row, min(max(column + side, 1), last))
        elif down:
            if 0 <= row + down < len(self.cells.lines):
                self.go_to(row + down, column)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go_to(row, 1 if key == Qt.Key.Key_Home else last)
        elif key == Qt.Key.Key_Space:
            self.picked.emit(row, self.cells.options[column - 1].value)
        elif key in CLEAR:
            self.cleared.emit(row)
        else:
            return self._number(row, words)
        return True

    def _number(self, row: int, words: str) -> bool:
        digit = digits.to_latin(words)
        if not digit.isdecimal():
            return False
        found = [at for at, option in enumerate(self.cells.options, 1) if str(option.number) == digit]
        if found:
            self.go_to(row, found[0])
            value = self.cells.options[found[0] - 1].value
            if self.cells.many or value not in self.cells.lines[row].chosen:
                self.picked.emit(row, value)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.go_to(index.row(), index.column())
            if index.column():
                self.picked.emit(index.row(), self.cells.options[index.column() - 1].value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The grid is seen whole: the wheel is for the page.
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.active = True
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.active = event.reason() == Qt.FocusReason.ActiveWindowFocusReason
        self.viewport().update()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        parent = self.parentWidget()
        return parent.focusNextPrevChild(forwards) if parent is not None else False
