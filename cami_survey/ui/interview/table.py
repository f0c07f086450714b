"""A repeat as a table: a row for each instance, one cell at a time being answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QTableView, QWidget

from cami_survey.ui import theme
from cami_survey.ui.interview import digits, flow
from cami_survey.ui.interview.answers.choice_list import options
from cami_survey.ui.interview.answers.finder import FinderPopup
from cami_survey.ui.interview.block import AddLine, Block, NothingLine, add_words, lay_beside, text_width
from cami_survey.ui.interview.grid import HEAD, REMOVE_WIDTH, ROW, CellModel, CellPainter, HeadRow, column_heads
from cami_survey.ui.interview.head import Head, spoken
from cami_survey.ui.interview.message import Message
from cami_survey.ui.interview.widgets import widget_for
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.answers.base import Answer
    from cami_survey.ui.interview.flow import Stop
    from cami_survey.ui.interview.message import Tone
    from cami_survey.ui.interview.reading import Reading

OPENING = (Qt.Key.Key_Space, Qt.Key.Key_F4)
CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
MOST_ROWS = 12


def least_width(heads_least: list[int]) -> int:
    """The width in px at 100 % below which a table is too narrow to read."""
    return sum(heads_least) + REMOVE_WIDTH


class TableBlock(Block):
    """A table of short answers. The question of the cell in hand is written large above, to be read aloud."""

    moved = Signal()

    def __init__(self, stop: Stop, node: Node, reading: Reading, look_up: Callable[[str], Node | None]) -> None:
        super().__init__(stop)
        self._look_up = look_up
        self._frame = QRect()
        self.reading = reading
        self._read: Reading | None = None
        self.read_only = False
        self.told: dict[str, str] = {}
        self.head = Head(spoken(node, reading), "h2")
        self.asked_now = Head(spoken(node, reading))
        self.model = CellModel(look_up, self)
        self.view = _Grid(self, self.model)
        self.view.setAccessibleName(self.head.words.whole)
        self.add = AddLine(add_words(node))
        self.add.framed = False
        self.nothing = NothingLine()
        self.message = Message(self)
        self.tones: dict[str, Tone] = {}
        self.message.asked.connect(lambda: self.asked.emit("reason", self.field))
        for child in (self.head, self.asked_now, self.view, self.add, self.nothing):
            child.setParent(self)
        self.add.clicked.connect(lambda: self.asked.emit("add", self.stop.field))
        self.nothing.asked.connect(lambda instance: self.asked.emit("remove", instance))
        self.show_node(node, reading)

    # What is shown

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        said = self.head.say(spoken(node, reading))
        self.add.say(add_words(node))
        self.nothing.show_repeat(node)
        self._place_add()
        kept = self.view.cell_field()
        rows = [instance.field for instance in node.children]
        same = self.model.heads and reading == self._read and rows == self.model.rows
        heads = self.model.heads if same else column_heads(flow.columns(node), reading)
        self._read = reading
        if self.model.show(heads, rows, reading):
            self.view.restore(kept)
            self.taller.emit()
        elif said:
            self.taller.emit()
        self.view.refresh()
        self.show_question()

    @property
    def field(self) -> str:
        return self.view.cell_field() or self.stop.field

    def show_question(self) -> None:
        """Write the question of the cell in hand above the table."""
        node = self.view.node()
        if node is None:
            shown = self._look_up(self.stop.field)
            pattern = flow.columns(shown)[:1] if shown is not None else []
            node = pattern[0] if pattern else None
        said = node is not None and self.asked_now.say(spoken(node, self.reading))
        if said and self._question_height(self.width()) != self.asked_now.height():
            self.taller.emit()
        here = self.view.cell_field()
        field = here if here in self.told else next((told for told in self.told if self.tones[told] != "kept"), "")
        if self.message.say(self.told.get(field, ""), self.tones.get(field, "wrong")):
            self.taller.emit()

    def tell(self, field: str, words: str, tone: Tone = "wrong") -> None:
        if words:
            self.told[field] = words
        else:
            self.told.pop(field, None)
        self.tones[field] = tone
        self.model.wrong = {told for told in self.told if self.tones[told] != "kept"}
        self.view.refresh()
        self.show_question()

    # Where it stands

    def _question_height(self, width: int) -> int:
        """Room for two lines, so that the table does not jump from cell to cell."""
        two = theme.metrics("question").lineSpacing() + theme.metrics("small").lineSpacing() + 4
        return max(two, self.asked_now.height_for(text_width(width)))

    def _table_height(self, width: int) -> int:
        rows = min(len(self.model.rows), MOST_ROWS)
        return self.view.head_height(width) + rows * theme.u(ROW) + theme.u(HEAD) + 2

    def height_for(self, width: int) -> int:
        height = self.head.height_for(text_width(width)) + theme.S + self._question_height(width) + theme.S
        height += self._table_height(width)
        return height + (theme.S + self.message.height_for(width) if self.message.words else 0)

    def place(self) -> None:
        width = self.width()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        wide, y = text_width(width), 0
        for head, tall in (
            (self.head, self.head.height_for(wide)),
            (self.asked_now, self._question_height(width)),
        ):
            head.setGeometry(painting.mirrored(self.rect(), QRect(0, y, wide, tall), rtl))
            y += tall + theme.S
        self._frame = QRect(0, y, width, self._table_height(width))
        inner = self._frame.adjusted(1, 1, -1, -1 - theme.u(HEAD))
        self.view.setGeometry(inner)
        self.view.share_width(inner.width())
        self._place_add()
        if self.message.words:
            y = self._frame.bottom() + 1 + theme.S
            self.message.setGeometry(0, y, width, self.message.height_for(width))

    def _place_add(self) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        bottom = self._frame.bottom() - theme.u(HEAD)
        line = QRect(2, bottom, self._frame.width() - 4, theme.u(HEAD) - 1)
        lay_beside(self.add, self.nothing, line, rtl=rtl)

    def paintEvent(self, event: QPaintEvent) -> None:
        frame = self._frame
        painting.body(QPainter(self), frame, theme.colour("surface"), theme.colour("line"))

    # Where the person is

    def can_focus(self) -> bool:
        return bool(self.model.rows) or not self.read_only

    def take_focus(self, *, backwards: bool = False) -> None:
        if not self.model.rows:
            self.add.setFocus(Qt.FocusReason.TabFocusReason)
        elif not self.view.currentIndex().isValid() or backwards:
            self.view.go_to_end() if backwards else self.view.go_to(0, 0)
        else:
            self.view.go_to(self.view.currentIndex().row(), self.view.currentIndex().column())

    def step(self, *, backwards: bool) -> bool:
        if self.add.hasFocus():
            if backwards and self.model.rows:
                self.view.go_to_end()
                return True
            return False
        if self.view.next_cell(backwards=backwards):
            return True
        if not backwards and not self.read_only:
            self.view.leave()
            self.add.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False

    def go_to_field(self, field: str) -> bool:
        """Bring the focus to the cell of `field`; False if there is none."""
        for row, instance in enumerate(self.model.rows):
            if flow.within(field, instance):
                name = field.removeprefix(instance).strip("/")
                names = [head.name for head in self.model.heads]
                self.view.go_to(row, names.index(name) if name in names else 0)
                return True
        return False

    def flush(self) -> None:
        if self.view.editor is not None:
            self.view.editor.flush()

    def set_read_only(self, read_only: bool) -> None:
        self.read_only = read_only
        self.add.setEnabled(not read_only)
        self.nothing.set_read_only(read_only)
        self._place_add()


class _Grid(QTableView):
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
        self._block.answered.emit(self.cell_field(), value)

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
