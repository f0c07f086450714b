"""Questions with the same choices as one grid: a row for each question, a column for each choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent

from cami_survey.operations import chapters
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.choice_list import options
from cami_survey.ui.interview.block import Block, text_width
from cami_survey.ui.interview.head import Head, Spoken, plain, spoken
from cami_survey.ui.interview.matrix_grid import Line, MatrixModel, MatrixView
from cami_survey.ui.interview.message import Message, Tone
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.flow import Stop
    from cami_survey.ui.interview.reading import Reading

LEAST_WORDS, LEAST_CHOICE, MOST_CHOICES = 168, 56, 12


def grid_fits(first: Node, width: int) -> bool:
    """Whether `width` px hold the grid of `first` with no word of a choice cut."""
    labels = [plain(choice.label) or choice.value for choice in first.choices]
    if not 0 < len(labels) <= MOST_CHOICES:
        return False
    longest = max(theme.metrics("header").horizontalAdvance(word) for label in labels for word in label.split() or [""])
    each = max(longest + theme.u(12), theme.u(LEAST_CHOICE))
    return (
        each <= theme.u(132)
        and theme.u(LEAST_WORDS) + each * len(labels) <= width
        and each * len(labels) <= width * 62 // 100
    )


class MatrixBlock(Block):
    """A grid under the words of what heads it. Enter goes from row to row."""

    moved = Signal()

    def __init__(self, stop: Stop, node: Node, reading: Reading, look_up: Callable[[str], Node | None]) -> None:
        super().__init__(stop)
        self._look_up, self.reading, self.read_only = look_up, reading, False
        self.told: dict[str, str] = {}
        self.head = Head(Spoken(""))
        self.model = MatrixModel(self)
        self.view = MatrixView(self, self.model)
        self.view.head.number = self._digit
        self.message = Message(self)
        self.tones: dict[str, Tone] = {}
        self.message.asked.connect(lambda: self.asked.emit("reason", self.field))
        self.head.setParent(self)
        self.view.picked.connect(self._picked)
        self.view.cleared.connect(lambda row: self._answer(row, ()))
        self.view.came.connect(self.moved)
        self.setFocusProxy(self.view)
        self.show_node(node, reading)

    def _digit(self, number: int) -> str:
        words = str(number)
        return self.reading.digits(words)

    # What is shown

    def take_stop(self, stop: Stop) -> None:
        super().take_stop(stop)
        self._show_rows()

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        said = spoken(node, reading) if chapters.is_grid_head(node) and node.label else Spoken("")
        if self.head.say(said):
            self.taller.emit()
        self._show_rows()
        self.view.setAccessibleName(said.whole or ", ".join(line.words.label for line in self.model.lines))

    def _show_rows(self) -> None:
        nodes = [node for row in self.stop.rows if (node := self._look_up(row)) is not None]
        if not nodes:
            return
        found = options(nodes[0], self.reading)
        words_before = [line.words for line in self.model.lines]
        heads_before = [option.words for option in self.model.options]
        kept = self.field
        many = nodes[0].control == "select"
        changed = self.model.show(found, [self._line(node, many=many) for node in nodes], many=many)
        if changed:
            self._restore(kept)
        words = [line.words for line in self.model.lines]
        heads = [option.words for option in found]
        if changed or (words, heads) != (words_before, heads_before):
            self.taller.emit()
        self._show_message()
        self.view.viewport().update()

    def _line(self, node: Node, *, many: bool) -> Line:
        value = node.text_value
        chosen = tuple(value.split()) if many else ((value,) if value else ())
        return Line(
            node.field, spoken(node, self.reading), chosen, node.readonly or self.read_only, self._is_wrong(node.field)
        )

    def _restore(self, field: str) -> None:
        """Hold the cell of `field` again after rows came or went."""
        held = self.view.hasFocus()
        row = next((at for at, line in enumerate(self.model.lines) if line.field == field), -1)
        if held and self.model.lines:
            self.view.go_to(max(row, 0))

    @property
    def field(self) -> str:
        row = self.view.row()
        return self.model.lines[row].field if 0 <= row < len(self.model.lines) else self.stop.rows[0]

    # What a person does

    def _picked(self, row: int, value: str) -> None:
        line = self.model.lines[row]
        rest = tuple(one for one in line.chosen if one != value)
        if self.model.many:
            self._answer(row, rest if value in line.chosen else (*line.chosen, value))
        else:
            self._answer(row, () if value in line.chosen else (value,))

    def _answer(self, row: int, chosen: tuple[str, ...]) -> None:
        line = self.model.lines[row]
        if not line.read_only and chosen != line.chosen:
            before, line.chosen = line.chosen, chosen
            self.view.viewport().update()
            self.give(line.field, " ".join(chosen), " ".join(before))

    def tell(self, field: str, words: str, tone: Tone = "wrong") -> None:
        if words:
            self.told[field] = words
        else:
            self.told.pop(field, None)
        self.tones[field] = tone
        for line in self.model.lines:
            line.wrong = self._is_wrong(line.field)
        self._show_message()
        self.view.viewport().update()

    def _is_wrong(self, field: str) -> bool:
        return field in self.told and self.tones[field] != "kept"

    def _show_message(self) -> None:
        field = self.field if self.field in self.told else next(filter(self._is_wrong, self.told), "")
        if self.message.say(self.told.get(field, ""), self.tones.get(field, "wrong")):
            self.view.setAccessibleDescription(self.message.accessibleName())
            self.taller.emit()

    # Where it stands

    def _head_height(self, width: int) -> int:
        return self.head.height_for(text_width(width)) + theme.S if self.head.words.label else 0

    def height_for(self, width: int) -> int:
        height = self._head_height(width) + self.view.height_for(width - 2) + 2
        return height + (theme.S + self.message.height_for(width) if self.message.words else 0)

    def _frame(self) -> QRect:
        tall = self.view.height_for(self.width() - 2) + 2
        return QRect(0, self._head_height(self.width()), self.width(), tall)

    def place(self) -> None:
        width = self.width()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        wide = text_width(width)
        box = QRect(0, 0, wide, self.head.height_for(wide) if self.head.words.label else 0)
        self.head.setGeometry(painting.mirrored(self.rect(), box, rtl))
        frame = self._frame()
        self.view.setGeometry(frame.adjusted(1, 1, -1, -1))
        self.view.share(width - 2)
        if self.message.words:
            self.message.setGeometry(0, frame.bottom() + 1 + theme.S, width, self.message.height_for(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        painting.body(QPainter(self), self._frame(), theme.colour("surface"), theme.colour("line"))

    # Where the person is

    def can_focus(self) -> bool:
        return bool(self.model.lines)

    def take_focus(self, *, backwards: bool = False) -> None:
        self.view.go_to(len(self.model.lines) - 1 if backwards else max(self.view.row(), 0))

    def go_to_field(self, field: str) -> bool:
        """Bring the focus to the row of `field`; False if there is none."""
        for row, line in enumerate(self.model.lines):
            if line.field == field:
                self.view.go_to(row)
                return True
        return False

    def step(self, *, backwards: bool) -> bool:
        row = self.view.row() + (-1 if backwards else 1)
        if not self.view.hasFocus() or not 0 <= row < len(self.model.lines):
            return False
        self.view.go_to(row)
        return True

    def set_read_only(self, read_only: bool) -> None:
        self.read_only = read_only
        self._show_rows()
