"""The names of pages and groups: a line to read, or one that folds what is in the group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview.block import Block
from cami_survey.ui.interview.head import Spoken, spoken
from cami_survey.ui.interview.words import Words
from cami_survey.ui.kit import painting
from cami_survey.ui.kit.button import PaintedButton

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.flow import Stop
    from cami_survey.ui.interview.reading import Reading


class TitleBlock(Block):
    """The name of the page, small and in the accent colour, or of a group inside of it."""

    def __init__(self, stop: Stop, node: Node, reading: Reading, *, page: bool) -> None:
        super().__init__(stop)
        self._page = page
        self._parts: list[Words] = []
        self._words = Spoken("")
        self.show_node(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        words = spoken(node, reading)
        if words == self._words:
            return
        self._words = words
        role, token = ("small-strong", "accent_strong") if self._page else ("h2", "ink")
        small = "" if self._page else words.small
        self._parts = [
            Words(words.label, role, token, language=words.language),
            Words(small, "small", "muted", language=words.small_language),
        ]
        self.setAccessibleName(words.whole)
        self.taller.emit()
        self.update()

    def height_for(self, width: int) -> int:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return sum(part.lay(width, rtl) for part in self._parts)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.height_for(self.width())
        y = 0
        for part in self._parts:
            y += part.draw(painter, 0, y)


class FoldBlock(Block):
    """The name of a group that the form keeps folded: Space or a click shows what is in it, or puts it away."""

    def __init__(self, stop: Stop, node: Node, reading: Reading, *, opened: bool) -> None:
        super().__init__(stop)
        self.head = FoldLine()
        self.head.setParent(self)
        self.head.clicked.connect(lambda: self.asked.emit("fold", self.stop.field))
        self.head.opened = opened
        self.show_node(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        words = spoken(node, reading)
        small = "" if words.small == words.label else words.small
        if (words.label, small) != (self.head.text(), self.head.small):
            self.head.small = small
            self.head.setText(words.label)
        self.head.name()

    def show_opened(self, opened: bool) -> None:
        """Show whether the group is open."""
        self.head.opened = opened
        self.head.name()
        self.head.update()

    def height_for(self, width: int) -> int:
        return theme.u(44)

    def place(self) -> None:
        self.head.setGeometry(self.rect())

    def can_focus(self) -> bool:
        return True

    def take_focus(self, *, backwards: bool = False) -> None:
        self.head.setFocus(Qt.FocusReason.TabFocusReason)


class FoldLine(PaintedButton):
    """A caret, the name of a group, and the name in the second language behind it. Enter goes on as everywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.small, self.opened = "", False

    def name(self) -> None:
        """Say to screen readers what it is and whether it is open."""
        state = _("unfolded") if self.opened else _("folded")
        self.setAccessibleName(f"{self.text()}, {state}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.click()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole, rtl = QPainter(self), self.rect(), self.mirrored()
        inner = whole.adjusted(3, 3, -3, -3) if self.hasFocus() else whole
        painting.body(painter, inner, theme.colour("hover" if self.underMouse() else "sunken"))
        if self.hasFocus():
            painting.ring(painter, whole)
        side = theme.u(16)
        mark = QRect(theme.u(14), (whole.height() - side) // 2, side, side)
        closed = "caret-left" if rtl else "caret-right"
        painting.icon(painter, painting.mirrored(whole, mark, rtl), "caret-down" if self.opened else closed, "muted")
        left = theme.u(14 + 16 + 8)
        room = whole.width() - left - theme.M
        length = min(theme.metrics("h2").horizontalAdvance(self.text()) + 2, room)
        for box, words, role, token in (
            (QRect(left, 0, length, whole.height()), self.text(), "h2", "ink"),
            (QRect(left + length + theme.M, 1, room - length - theme.M, whole.height()), self.small, "small", "muted"),
        ):
            if words and box.width() > theme.u(40):
                painting.text(
                    painter, painting.mirrored(whole, box, rtl), words, theme.font(role), theme.colour(token),
                    mirrored=rtl,
                )  # fmt: skip
