"""A repeat as a table: a row for each instance, one cell at a time being answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent

from cami_survey.ui import theme
from cami_survey.ui.interview import flow
from cami_survey.ui.interview.block import AddLine, Block, NothingLine, add_words, lay_beside, text_width
from cami_survey.ui.interview.grid import HEAD, REMOVE_WIDTH, ROW, CellModel, column_heads
from cami_survey.ui.interview.head import Head, spoken
from cami_survey.ui.interview.message import Message
from cami_survey.ui.interview.table_grid import TableGrid
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.flow import Stop
    from cami_survey.ui.interview.message import Tone
    from cami_survey.ui.interview.reading import Reading

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
        self.view = TableGrid(self, self.model)
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
