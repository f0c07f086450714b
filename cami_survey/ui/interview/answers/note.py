"""A note is read, not answered: its words stand in the question itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from cami_survey.ui import theme
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading


class NoteAnswer(Answer):
    """Takes no room, or one line for a value that the form gave."""

    focusable = False

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.words = ""
        self.show_node(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        if node.text_value != self.words:
            self.words = node.text_value
            self.taller.emit()
            self.update()

    def height_for(self, width: int) -> int:
        return theme.metrics("strong").height() if self.words else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        box = QRect(0, 0, self.width(), self.height())
        painting.text(QPainter(self), box, self.words, theme.font("strong"), theme.colour("ink"), mirrored=rtl)
