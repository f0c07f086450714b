"""The cells of a repeat as a table: one at a time is in hand, by keys or mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QTableView, QWidget

from cami_survey.ui import theme
from cami_survey.ui.interview import digits, flow
from cami_survey.ui.interview.answers.choice_list import options
from cami_survey.ui.interview.answers.finder import FinderPopup
from cami_survey.ui.interview.grid import REMOVE_WIDTH, ROW, CellModel, CellPainter, HeadRow
from cami_survey.ui.interview.head import spoken
from cami_survey.ui.interview.widgets import widget_for

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.answers.base import Answer
    from cami_survey.ui.interview.table import TableBlock

OPENING = (Qt.Key.Key_Space, Qt.Key.Key_F4)
CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class TableGrid(QTableView):
    """The cells. One is in hand: text is written right there, a choice is picked by its number or from a list."""

    def __init__(self, block: TableBlock, model: CellModel) -> None:
        super().__init__(block)
        self._block, self._cells = block, model
        self.editor: Answer | None = None
        self._popup: FinderPopup | None = None
        self.setModel(model)
        self.setItemDelegate(CellPainter(self))
        self.head = HeadRow(self, model)
        self.setHorizontalHeader(self.head)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.u(ROW))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setTabKeyNavigation(False)
        self.setProperty("active", False)

    # Where it stands

    def _widths(self, width: int) -> list[int]:
        last = theme.u(REMOVE_WIDTH)
        least = [theme.u(head.least) for head in self._cells.heads]
        spare = max(width - last - sum(least), 0)
        weights = [head.least if not head.number else head.least // 3 for head in self._cells.heads]
        total = max(sum(weights), 1)
        widths = [tall + spare * weight // total for tall, weight in zip(least, weights, strict=True)]
        if widths:
            widths[0] += width - last - sum(widths)
        return [*widths, last]

    def head_height(self, width: int) -> int:
        """The height of the head at `width` px."""
        return self.head.height_for(self._widths(width - 2))

    def share_width(self, width: int) -> None:
        """Give the columns their widths."""
        widths = self._widths(width)
        for column, wide in enumerate(widths[: self._cells.columnCount()]):
            self.setColumnWidth(column, max(wide, 10))
        self.head.setFixedHeight(self.head.height_for(widths))
        self.verticalHeader().setDefaultSectionSize(theme.u(ROW))
        self._put_editor()

    # The cell in hand

    def node(self) -> Node | None:
        """The node of the cell in hand."""
        index = self.currentIndex()
        return self._cells.node(index.row(), index.column()) if index.isValid() else None

    def cell_field(self) -> str:
        """The field of the cell in hand; of its row on the way out of it; empty where there is none."""
        index = self.currentIndex()
        if not index.isValid() or index.row() >= len(self._cells.rows):
            return ""
        if index.column() >= len(self._cells.heads):
            return self._cells.rows[index.row()]
        return self._cells.field(index.row(), index.column())

    def restore(self, field: str) -> None:
        """After rows came or went: hold the cell of `field` again, without taking the focus."""
        held = self.hasFocus() or (self.editor is not None and self.editor.isAncestorOf(self.focusWidget() or self))
        self.close_editor()
        for row, instance in enumerate(self._cells.rows):
            if field and flow.within(field, instance):
                names = [head.name for head in self._cells.heads]
                name = field.removeprefix(instance).strip("/")
                self._hold(row, names.index(name) if name in names else 0)
                if held:
                    self.go_to(row, self.currentIndex().column())
                return

    def _hold(self, row: int, column: int) -> None:
        index = self._cells.index(row, column)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def refresh(self) -> None:
        """Show every cell as it stands now."""
        self._cells.forget()
        if self.editor is not None:
            node = self.node()
            if node is None or not node.relevant:
                self.close_editor()
            else:
                self.editor.show_node(node, self._block.reading)
        self.viewport().update()

    def can_answer(self, row: int, column: int) -> bool:
        """Whether a cell is asked at present."""
        return column < len(self._cells.heads) and self._cells.cell(row, column).relevant

    def go_to(self, row: int, column: int) -> None:
        """Take a cell in hand, with the focus."""
        if row != self.currentIndex().row() or column != self.currentIndex().column() or self.editor is None:
            self.close_editor()
            self._hold(row, column)
            self.scrollTo(self.currentIndex())
            self._open_editor()
        target = self.editor or self
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setProperty("active", True)
        self.viewport().update()
        self._block.show_question()
        self._block.moved.emit()

    def go_to_end(self) -> None:
        """Take the last cell that is asked in hand."""
        row = len(self._cells.rows) - 1
        columns = [at for at in range(len(self._cells.heads)) if self.can_answer(row, at)]
        self.go_to(row, columns[-1] if columns else 0)

    def next_cell(self, *, backwards: bool = False) -> bool:
        """Go to the next cell that is asked; False at the end."""
        index = self.currentIndex()
        wide = len(self._cells.heads)
        if not wide:
            return False
        at = index.row() * wide + min(index.column(), wide - 1)
        step = -1 if backwards else 1
        at += step
        while 0 <= at < wide * len(self._cells.rows):
            if self.can_answer(*divmod(at, wide)):
                self.go_to(*divmod(at, wide))
                return True
            at += step
        return False

    def _open_editor(self) -> None:
        node = self.node()
        if node is None or self._block.read_only or node.readonly or not node.relevant or node.control == "select1":
            return
        field = self.cell_field()
        editor = widget_for(node, self._block.reading)
        editor.setParent(self.viewport())
        editor.name(spoken(node, self._block.reading).whole)
        editor.answered.connect(lambda value: self._block.answered.emit(field, value))
        editor.typed.connect(self._block.typed)
        editor.refused.connect(lambda words: self._block.refused.emit(field, words))
        self.editor = editor
        self._put_editor()
        editor.show()
        line = editor.findChild(QLineEdit)
        if line is not None:
            line.installEventFilter(self)
            line.selectAll()

    def _put_editor(self) -> None:
        if self.editor is not None:
            box = self.visualRect(self.currentIndex())
            self.editor.setGeometry(box.adjusted(0, 0, 0, 0))

    def close_editor(self) -> None:
        """Hand over what is typed and put the field away."""
        if self.editor is not None:
            editor, self.editor = self.editor, None
            editor.flush()
            if editor.isAncestorOf(QApplication.focusWidget() or self):
                # Hidden with the focus, Qt passes it on, and the page takes that for a step to the next cell.
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            editor.hide()
            editor.deleteLater()
            self._cells.forget()

    def leave(self) -> None:
        """Nothing is in hand any more."""
        self.close_editor()
        self.setProperty("active", False)
        self.viewport().update()

    # Choices

    def open_list(self, typed: str = "") -> None:
        """Drop the choices of the cell in hand down."""
        node = self.node()
        if node is None or node.control != "select1" or self._block.read_only or not node.relevant:
            return
        if self._popup is None:
            self._popup = FinderPopup(self)
            self._popup.picked.connect(self._picked)
        value = node.text_value
        found = options(node, self._block.reading)
        self._popup.finder.search.edit.setAccessibleName(spoken(node, self._block.reading).whole)
        box = self.visualRect(self.currentIndex())
        self._popup.drop(self.viewport(), box, found, [value] if value else [], typed)

    def _picked(self, value: str) -> None:
        self._answer(value)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._block.finished.emit()

    def _answer(self, value: str) -> None:
        node = self.node()
        self._block.give(self.cell_field(), value, node.text_value if node is not None else "")

    # What a person does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._take_key(event):
            event.ignore()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and isinstance(watched, QLineEdit):
            return self._arrow_in_field(watched, event)
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def _arrow_in_field(self, line: QLineEdit, event: QKeyEvent) -> bool:
        """Arrows leave a field at its ends, up and down always."""
        key = Qt.Key(event.key())
        if event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier):
            return False
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        whole = bool(line.selectedText())
        at_start = line.cursorPosition() == 0 or whole
        at_end = line.cursorPosition() == len(line.text()) or whole
        before, after = (at_end, at_start) if rtl else (at_start, at_end)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return self._arrow(key)
        if (key == Qt.Key.Key_Left and before) or (key == Qt.Key.Key_Right and after):
            return self._arrow(key)
        return False

    def _take_key(self, event: QKeyEvent) -> bool:
        key, words, node = Qt.Key(event.key()), event.text(), self.node()
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if self.currentIndex().column() >= len(self._cells.heads) and key in (Qt.Key.Key_Space, *CLEAR):
            self._remove()
            return True
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down) and not held:
            return self._arrow(key)
        if node is None or node.control != "select1":
            return False
        return self._choose_by_key(node, key, words, bool(held))

    def _choose_by_key(self, node: Node, key: Qt.Key, words: str, held: bool) -> bool:
        if key in CLEAR:
            self._answer("")
        elif key in OPENING or (key == Qt.Key.Key_Down and held):
            self.open_list()
        elif words and words.isprintable() and not held:
            self._number(node, words)
        else:
            return False
        return True

    def _number(self, node: Node, words: str) -> None:
        """A digit picks the choice with that number where no other begins with it; letters open the list.

        As in the cards, Enter goes on: whoever presses it after the digit skips nothing.
        """
        digit = digits.to_latin(words)
        found = options(node, self._block.reading)
        fits = [option for option in found if str(option.number).startswith(digit)]
        if digit.isdecimal() and len(fits) == 1:
            self._answer(fits[0].value)
        else:
            self.open_list("" if digit.isdecimal() else words)

    def _arrow(self, key: Qt.Key) -> bool:
        index = self.currentIndex()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0) * (-1 if rtl else 1)
        down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        row, column = index.row() + down, index.column() + side
        if not (0 <= row < len(self._cells.rows) and 0 <= column < self._cells.columnCount()):
            return bool(side)
        self.go_to(row, column)
        return True

    def _remove(self) -> None:
        row = self.currentIndex().row()
        if 0 <= row < len(self._cells.rows) and not self._block.read_only:
            field = self._cells.rows[row]
            self.close_editor()
            self._block.asked.emit("remove", field)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        was = QModelIndex(self.currentIndex())
        self.go_to(index.row(), index.column())
        if index.column() >= len(self._cells.heads):
            self._remove()
        elif self.editor is None and (was == index or not self._cells.cell(index.row(), index.column()).words):
            self.open_list()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setProperty("active", True)
        if not self.currentIndex().isValid() and self._cells.rows:
            self.go_to(0, 0)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # A list that drops down and another window give the focus back; everything else has a ring of its own.
        gone = event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if gone and self.editor is None:
            self.setProperty("active", False)
        self.viewport().update()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        parent = self.parentWidget()
        return parent.focusNextPrevChild(forwards) if isinstance(parent, QWidget) else False
