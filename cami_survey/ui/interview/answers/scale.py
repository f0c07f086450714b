"""A number between two ends, by arrow keys, digits or mouse."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider

from cami_survey.ui import theme
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
KNOB, TRACK, MOST_TICKS = 22, 6, 21
MOST_TOLD = 1_000_000


def _decimal(words: str, otherwise: str) -> Decimal:
    try:
        return Decimal(words)
    except InvalidOperation:
        return Decimal(otherwise)


class RangeAnswer(Answer):
    """A line from the lowest to the highest value. Without an answer there is no knob."""

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        given = node.attributes
        self.low, self.high = _decimal(given.get("start", ""), "0"), _decimal(given.get("end", ""), "10")
        self.step = abs(_decimal(given.get("step", ""), "1")) or Decimal(1)
        self.value: Decimal | None = None
        self.line = _Line(self)
        self.setFocusProxy(self.line)
        self.show_node(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        self.value = _decimal(node.text_value, "0") if node.text_value else None
        self.set_read_only(self.read_only or node.readonly)
        self.line.setAccessibleDescription(self.written(self.value) if self.value is not None else "")
        self.line.tell_place()
        self.line.update()

    def written(self, value: Decimal) -> str:
        """A value for reading."""
        return digits.shown(f"{value.normalize():f}", self.reading.locale, local_digits=self.reading.local_digits)

    def steps(self) -> int:
        """How many steps lead from one end to the other."""
        return int(abs(self.high - self.low) / self.step)

    def place(self) -> int:
        """How many steps the value is from the beginning of the line."""
        return round(abs((self.value or self.low) - self.low) / self.step)

    def go(self, place: int) -> None:
        """Answer with the value so many steps from the beginning."""
        if self.read_only:
            return
        way = self.step if self.high >= self.low else -self.step
        self.value = self.low + way * min(max(place, 0), self.steps())
        self.line.setAccessibleDescription(self.written(self.value))
        self.line.tell_place()
        self.line.update()
        self.answered.emit(f"{self.value.normalize():f}")

    def clear(self) -> None:
        """Take the answer back."""
        if self.value is not None and not self.read_only:
            self.value = None
            self.line.update()
            self.answered.emit("")

    def height_for(self, width: int) -> int:
        return theme.u(64)

    def arrange(self, width: int, height: int) -> None:
        self.line.setGeometry(0, 0, width, height)


class _Line(QAbstractSlider):
    """The line and its knob. A slider to screen readers, which are told the place in steps."""

    def __init__(self, owner: RangeAnswer) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def tell_place(self) -> None:
        """Tell screen readers where the knob is."""
        self.setRange(0, min(self._owner.steps(), MOST_TOLD))
        self.setValue(self._owner.place() if self._owner.value is not None else 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The page scrolls.
        event.ignore()

    def _rtl(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _track(self) -> QRect:
        side = theme.u(18)
        return QRect(side, theme.u(34), self.width() - 2 * side, theme.u(TRACK))

    def _x(self, place: int) -> int:
        track, steps = self._track(), max(self._owner.steps(), 1)
        share = place / steps
        return round(track.left() + track.width() * (1 - share if self._rtl() else share))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        owner, key = self._owner, Qt.Key(event.key())
        forward = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(key, 0)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._rtl():
            forward = -forward
        if forward:
            owner.go(owner.place() + forward if owner.value is not None else 0 if forward > 0 else owner.steps())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            owner.go(0 if key == Qt.Key.Key_Home else owner.steps())
        elif key in CLEAR:
            owner.clear()
        elif not self._digit(event.text()):
            event.ignore()

    def _digit(self, words: str) -> bool:
        number = digits.to_latin(words)
        if not number.isdecimal() or not words:
            return False
        wanted = abs(Decimal(number) - self._owner.low) / self._owner.step
        if wanted == int(wanted) and wanted <= self._owner.steps():
            self._owner.go(int(wanted))
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._to(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._to(event.position().toPoint())

    def _to(self, at: QPoint) -> None:
        track = self._track()
        share = (at.x() - track.left()) / max(track.width(), 1)
        place = round((1 - share if self._rtl() else share) * self._owner.steps())
        if self._owner.value is None or place != self._owner.place():
            self._owner.go(place)

    def focusInEvent(self, event: object) -> None:
        self.update()

    def focusOutEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, owner, track = QPainter(self), self._owner, self._track()
        painting.body(painter, track, theme.mix("ink", "surface", 0.12), radius=track.height() / 2)
        steps = owner.steps()
        if steps < MOST_TICKS:
            for place in range(steps + 1):
                painter.fillRect(self._x(place), track.bottom() + 5, 1, theme.u(5), theme.colour("edge"))
        for place, value in ((0, owner.low), (steps, owner.high)):
            self._number(painter, place, owner.written(value), track.bottom() + theme.u(9), "small", "muted")
        if owner.value is not None:
            side = theme.u(KNOB)
            knob = QRect(self._x(owner.place()) - side // 2, track.center().y() - side // 2, side, side)
            painting.body(painter, knob, theme.colour("accent"), theme.colour("surface"), radius=side / 2, width=2)
            self._number(painter, owner.place(), owner.written(owner.value), 0, "strong", "ink")
        if self.hasFocus():
            painting.ring(painter, self.rect())

    def _number(self, painter: QPainter, place: int, words: str, top: int, role: str, token: str) -> None:
        wide = theme.metrics(role).horizontalAdvance(words) + 4
        x = min(max(self._x(place) - wide // 2, 6), self.width() - wide - 6)
        box = QRect(x, top + 2, wide, theme.metrics(role).height())
        painting.text(painter, box, words, theme.font(role), theme.colour(token), side="centre")
