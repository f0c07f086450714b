"""A rating by stars, by digits, arrow keys or mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.answers.steps import Steps, lexical, number
from cami_survey.ui.kit import painting
from cami_survey.ui.words import counted

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
STAR, CELL, FRAME = 28, 44, 4


class RatingAnswer(Answer):
    """As many stars as the range has steps, the first of them for one step. The same star again clears it."""

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        high = Steps.of(node.attributes)
        self.count = max(int(abs(high.value(high.count))), 1)
        self.value = 0
        self.line = _Stars(self)
        self.setFocusProxy(self.line)
        self.show_node(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        self.value = min(max(int(number(node.text_value, "0")), 0), self.count)
        self.set_read_only(self.read_only or node.readonly)
        self._say()

    def written(self) -> str:
        """The rating in words, empty as long as there is none."""
        if not self.value:
            return ""
        words = _("{number} of {total}").format(number=counted(self.value), total=counted(self.count))
        # The words are of the program's language, the page may be mirrored.
        return f"\u2068{words}\u2069"

    def _say(self) -> None:
        self.line.setAccessibleDescription(self.written())
        self.line.setRange(0, self.count)
        self.line.setValue(self.value)
        self.line.update()

    def rate(self, value: int) -> None:
        """Give so many stars, none to clear the rating."""
        value = min(max(value, 0), self.count)
        if not self.read_only and value != self.value:
            self.value = value
            self._say()
            self.answered.emit(lexical(number(str(value), "0")) if value else "")

    def per_row(self, width: int) -> int:
        """How many stars stand in a row of `width` px."""
        return max(1, min(self.count, (width - 2 * FRAME) // theme.u(CELL)))

    def height_for(self, width: int) -> int:
        rows = -(-self.count // self.per_row(width))
        return rows * theme.u(CELL) + 2 * FRAME + theme.metrics("small").height()

    def arrange(self, width: int, height: int) -> None:
        wide = self.per_row(width) * theme.u(CELL) + 2 * FRAME
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.line.setGeometry(painting.mirrored(self.rect(), QRect(0, 0, min(wide, width), height), rtl))


class _Stars(QAbstractSlider):
    """The stars. A slider to screen readers, from none to all."""

    def __init__(self, owner: RatingAnswer) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The page scrolls.
        event.ignore()

    def _rtl(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _box(self, at: int) -> QRect:
        row, place = divmod(at, self._owner.per_row(self.width()))
        side = theme.u(CELL)
        box = QRect(FRAME + place * side, FRAME + row * side, side, side)
        return painting.mirrored(self.rect(), box, self._rtl())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        owner, key = self._owner, Qt.Key(event.key())
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(key, 0)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._rtl():
            step = -step
        digit = digits.of_key(event)
        if step:
            owner.rate(max(owner.value + step, 1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            owner.rate(1 if key == Qt.Key.Key_Home else owner.count)
        elif key in CLEAR:
            owner.rate(0)
        elif digit.isdecimal():
            if int(digit) <= owner.count:
                owner.rate(int(digit))
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        at = self._star_at(event.position().toPoint())
        if at is not None:
            self._owner.rate(0 if at + 1 == self._owner.value else at + 1)

    def _star_at(self, point: QPoint) -> int | None:
        return next((at for at in range(self._owner.count) if self._box(at).contains(point)), None)

    def focusInEvent(self, event: object) -> None:
        self.update()

    def focusOutEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, owner, side = QPainter(self), self._owner, theme.u(STAR)
        for at in range(owner.count):
            on = at < owner.value
            box = painting.centred(self._box(at), side, side)
            painting.icon(painter, box, "star", "accent" if on else "edge", filled=on)
        tall = theme.metrics("small").height()
        words = QRect(FRAME + 4, self.height() - tall - 2, self.width() - 2 * FRAME - 8, tall)
        painting.text(painter, words, owner.written(), theme.font("small"), theme.colour("muted"), mirrored=self._rtl())
        if self.hasFocus():
            painting.ring(painter, self.rect())
